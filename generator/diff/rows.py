"""The kinds of rows of the table: how a field of two records is compared, and how a difference is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, NamedTuple

from generator.ir import types as ir
from generator.openapi.problems import Path

from .change import Changes, Impact, Sides
from .revisions import Spec
from .wording import differing, written


@dataclass(frozen=True, slots=True)
class Pair:
    """A record as it was and as it is, where both are written, and whose facts they are."""

    changes: Changes
    old: Any
    new: Any
    at: Sides
    operation: str = ""
    subject: str = ""
    parent: Any = None
    """The pair of the records that hold these."""

    def values(self, name: str) -> tuple[Any, Any]:
        """Return a field of both."""
        return getattr(self.old, name), getattr(self.new, name)

    def below(self, keys: str, *, up: int = 0, path: str = "") -> Sides:
        """Return where something is written: `keys`, with blanks between them, lead there from the records.

        Or from `up` levels above, or from where the field `path` of the records says.
        """
        return (Sides(*self.values(path)) if path else self.at).below(*keys.split(), up=up)

    def add(
        self, impact: Impact, fact: str, message: str, values: tuple[str | None, str | None], at: Sides | None = None
    ) -> None:
        """Add a change of these records."""
        whose = {"operation": self.operation, "subject": self.subject}
        self.changes.add(impact, fact, message, values, at or self.at, **whose)

    def differ(
        self, impact: Impact, fact: str, values: Sequence[Any], at: Sides, *, label: str = "", none: str = "none"
    ) -> None:
        """Add a change where a value is another one, or is written in another way."""
        if repr(values[0]) == repr(values[1]):
            return
        old, new = (None if value is None else written(value) for value in values)
        if old == new:
            old, new = map(repr, values)
        impact = "text" if values[0] == values[1] else impact
        step = f"{none if old is None else old} -> {none if new is None else new}"
        self.add(impact, fact, f"{label or fact} {step}", (old, new), at)

    def in_order(self, noun: str, at: Sides, old: Iterable[Any], new: Iterable[Any]) -> None:
        """Add a change where what both specs have stands in another order."""
        before, after = list(old), list(new)
        were, are = [item for item in before if item in after], [item for item in after if item in before]
        if were != are:
            values = (", ".join(map(str, were)), ", ".join(map(str, are)))
            self.add("text", "order", f"the {noun} stand in another order", values, at)

    def text(self, old: ir.Text, new: ir.Text, at: Sides, key: str, *, fact: str = "text", label: str = "") -> None:
        """Add a change of the words under `key` in each language; of Chinese only where both specs have it."""
        texts = [("English", at.below(key), old.en, new.en)]
        if self.changes.old.api.languages == self.changes.new.api.languages:
            texts.append(("Chinese", at.below("x-binance-zh", key), old.zh or "", new.zh or ""))
        for language, here, before, after in texts:
            if before != after:
                message = f"{label or key} in {language}: {differing(before, after)}"
                self.add("text", fact, message, (before or None, after or None), here)


Row = Callable[[Pair, str], Iterable[Pair]]
"""Reports how a field of two records differs, and returns the pairs of records in it that are still to be compared."""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A field whose value is reported as it is, or as `read` returns it."""

    impact: Impact | Callable[[Pair], Impact]
    fact: str
    keys: str = ""
    """Where it is written, with `up` and `path`: as for `Pair.below`."""
    up: int = 0
    path: str = ""
    label: str = ""
    """What it is called in a message, where that is not `fact`."""
    none: str = "none"
    read: Callable[[Any], Any] = lambda value: value

    def __call__(self, pair: Pair, name: str) -> Iterable[Pair]:
        """Compare the values."""
        values = [self.read(value) for value in pair.values(name)]
        impact = self.impact(pair) if callable(self.impact) else self.impact
        at = pair.below(self.keys, up=self.up, path=self.path)
        pair.differ(impact, self.fact, values, at, label=self.label, none=self.none)
        return ()


@dataclass(frozen=True, slots=True)
class TextRow:
    """A field with a text in each language."""

    key: str = "description"
    keys: str = ""
    subject: str = ""
    label: str = ""

    def __call__(self, pair: Pair, name: str) -> Iterable[Pair]:
        """Compare the texts."""
        pair = replace(pair, subject=self.subject or pair.subject)
        pair.text(*pair.values(name), pair.below(self.keys), self.key, label=self.label)
        return ()


class RecordFact(NamedTuple):
    """What is reported of a record that came or went."""

    fact: str
    message: str
    value: str
    keys: Path = ()
    """Where it is written, from the record on."""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class RecordsRow:
    """A field with several records; where one side has none of them, because it is no record, another row says so.

    Texts may name: the `key` of a record, the `item` itself, the `parent` that holds it, its `value`, and `needed`.
    """

    fact: str
    key: str
    """The field by which a record is known; empty for those of a mapping."""
    keys: str
    """Where the list is written, with `path`: as for `Pair.below`."""
    gone: Impact
    came: Impact | Callable[[Any], Impact]
    messages: tuple[str, str] = ("{fact} gone", "new {fact}")
    subject: str = "{key}"
    order: str | Callable[[Pair, Sides, list[Any], list[Any]], None] = ""
    """What the records are called together, where that is not `fact` with an s, or what compares their order."""
    path: str = ""
    otherwise: tuple[str, ...] = ()
    """The fields by which a record that is left over is known, as it may have another key now."""
    entry: Callable[[Spec, Any, Any], Path] = lambda _spec, _parent, item: item.spec_path
    """Where a record that came or went is written, given what holds it."""
    value: str | Callable[[Pair, Any], str] = "{key}"
    more: Callable[[Any, str], Iterable[RecordFact]] = lambda _item, _was: ()
    """What else is reported of a record that came or went; the text stands before what is so no longer."""
    operation: str = ""
    headed: bool = True
    """Whether the subject stands before the message of what came or went."""

    def __call__(self, pair: Pair, name: str) -> Iterator[Pair]:
        """Compare which records there are, and their order; return the pairs of those that are on both sides."""
        if None in pair.values(name):
            return
        at = pair.below(self.keys, path=self.path)
        old, new = (by_key(records, self.key) for records in pair.values(name))
        names: dict[Any, Any] = {}
        for before, after in paired(old, new, *self.otherwise):
            if after is None:
                self._alone(pair, before, old[before], at, gone=True)
            elif before is None:
                self._alone(pair, after, new[after], at, gone=False)
            else:
                names[before] = after
                yield self._below(pair, after, old[before], new[after])
        orders = [names.get(key, key) for key in old], list(new)
        if callable(self.order):
            self.order(pair, at, *orders)
        else:
            pair.in_order(self.order or f"{self.fact}s", at, *orders)

    def _below(self, pair: Pair, key: Any, old: Any, new: Any) -> Pair:
        names = {"key": key, "item": new, "parent": pair.new}
        operation, subject = self.operation.format(**names) or pair.operation, self.subject.format(**names)
        return Pair(pair.changes, old, new, Sides(old.spec_path, new.spec_path), operation, subject, pair)

    def _alone(self, pair: Pair, key: Any, item: Any, at: Sides, *, gone: bool) -> None:
        value = self.value(pair, item) if callable(self.value) else self.value.format(key=key, item=item)
        needed = "required" if getattr(item, "required", False) else "optional"
        message = self.messages[0 if gone else 1].format(fact=self.fact, value=value, item=item, needed=needed)
        impact = self.gone if gone else self.came(item) if callable(self.came) else self.came
        spec, parent = (pair.changes.old, pair.old) if gone else (pair.changes.new, pair.new)
        below, entry = self._below(pair, key, item, item), self.entry(spec, parent, item)
        first = RecordFact(self.fact, message, value, (), below.subject if self.headed else "")
        for fact in (first, *self.more(item, "was " if gone else "")):
            path = (*entry, *fact.keys)
            here, values = (
                (Sides(path, at.new), (fact.value, None)) if gone else (Sides(at.old, path), (None, fact.value))
            )
            replace(below, subject=fact.subject).add(impact, fact.fact, fact.message, values, here)


def by_key(records: Any, key: str) -> Mapping[Any, Any]:
    """Return records by one of their fields; those of a mapping as they are."""
    return records if isinstance(records, Mapping) else {getattr(record, key): record for record in records}


def paired(old: Mapping[Any, Any], new: Mapping[Any, Any], *otherwise: str) -> Iterator[tuple[Any, Any]]:
    """Yield the keys of what belongs together: of what is gone alone on the left, of what is new alone on the right.

    What is left over belongs together where the fields `otherwise` are the same.
    """
    known = attrgetter(*otherwise) if otherwise else id
    left = {known(record): key for key, record in new.items() if key not in old}
    renamed = {key: left[known(record)] for key, record in old.items() if key not in new and known(record) in left}
    for key in old:
        after = renamed.get(key, key)
        yield key, after if after in new else None
    for key in new:
        if key not in old and key not in renamed.values():
            yield None, key


def matched(old: tuple[ir.Operation, ...], new: tuple[ir.Operation, ...]) -> list[tuple[ir.Operation | None, ...]]:
    """Pair operations as the table does."""
    before, after = by_key(old, "name"), by_key(new, "name")
    return [(before.get(one), after.get(other)) for one, other in paired(before, after, "method", "path")]
