"""The kinds of rows of the table: how a field of a record is compared, and how a difference is reported."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from generator.ir import types as ir
from generator.openapi.problems import Path

from .change import Changes, Impact, Sides, Values
from .revisions import Spec
from .wording import differing, quoted, written

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
Operations = tuple[ir.Operation | None, ir.Operation | None]


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

    def add(
        self,
        impact: Impact,
        fact: str,
        message: str,
        values: Values,
        at: Sides | None = None,
        subject: str | None = None,
    ) -> None:
        """Add a change of these records."""
        subject = self.subject if subject is None else subject
        self.changes.add(impact, fact, message, values, at or self.at, subject=subject, operation=self.operation)

    def differ(
        self, impact: Impact, fact: str, values: Sequence[Any], at: Sides, label: str = "", none: str = "none"
    ) -> None:
        """Add a change where a value is another one, or is written in another way."""
        if repr(values[0]) == repr(values[1]):
            return
        old, new = (None if value is None else written(value) for value in values)
        if old == new:
            old, new = map(repr, values)
        impact = "text" if values[0] == values[1] else impact
        shown = f"{none if old is None else old} -> {none if new is None else new}"
        self.add(impact, fact, f"{label or fact} {shown}", (old, new), at)

    def in_order(self, noun: str, at: Sides, old: Iterable[Hashable], new: Iterable[Hashable]) -> None:
        """Add a change where what both specs have stands in another order."""
        before, after = list(old), list(new)
        were, are = [item for item in before if item in after], [item for item in after if item in before]
        if were != are:
            values = (", ".join(map(str, were)), ", ".join(map(str, are)))
            self.add("text", "order", f"the {noun} stand in another order", values, at)

    def text(self, old: ir.Text, new: ir.Text, at: Sides, key: str, *, fact: str = "text", label: str = "") -> None:
        """Add a change of the words under `key` in each language; Chinese only where both specs have it."""
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
class Follows:
    """A field that is not compared, because it follows from what is."""

    reason: str

    def __call__(self, _pair: Pair, _name: str) -> Iterable[Pair]:
        """Compare nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class WithRow(Follows):
    """A field that another row compares; `reason` names that row."""


@dataclass(frozen=True, slots=True)
class Value:
    """A field whose value is reported as it is."""

    impact: Impact | Callable[[Pair], Impact]
    fact: str
    keys: tuple[str, ...] = ()
    """Where it is written, from the record on, or from `up` levels above it."""
    up: int = 0
    label: str = ""
    """What it is called in a message, where that is not `fact`."""
    none: str = "none"
    read: Callable[[Any], Any] = lambda value: value

    def __call__(self, pair: Pair, name: str) -> Iterable[Pair]:
        """Compare the values."""
        values = [self.read(value) for value in pair.values(name)]
        impact = self.impact(pair) if callable(self.impact) else self.impact
        pair.differ(impact, self.fact, values, pair.at.below(*self.keys, up=self.up), self.label, self.none)
        return ()


@dataclass(frozen=True, slots=True)
class Words:
    """A field with a text in each language."""

    key: str = "description"
    keys: tuple[str, ...] = ()
    subject: str = ""
    label: str = ""

    def __call__(self, pair: Pair, name: str) -> Iterable[Pair]:
        """Compare the texts."""
        pair = replace(pair, subject=self.subject or pair.subject)
        pair.text(*pair.values(name), pair.at.below(*self.keys), self.key, label=self.label)
        return ()


def notes(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare notes: the same English is the same note; of what is left, the same number are other words."""
    (old, new), at = pair.values(name), pair.at.below("x-binance-note")
    same = _same_notes(old, new)
    left = [index for index in range(len(old)) if index not in same]
    came = [index for index in range(len(new)) if index not in same.values()]
    if len(left) == len(came):
        same |= dict(zip(left, came, strict=True))
        left, came = [], []
    for before, after in same.items():
        _note(pair, old[before], new[after], Sides((*at.old, before), (*at.new, after)))
    for index in left:
        text = old[index].en
        pair.add("text", "note", f"a note is gone: {quoted(text)}", (text, None), Sides((*at.old, index), at.new))
    for index in came:
        text = new[index].en
        pair.add("text", "note", f"a new note: {quoted(text)}", (None, text), at.below(index))
    if sorted(same.values()) != [same[index] for index in sorted(same)]:
        pair.add("text", "order", "the notes stand in another order", ("", ""), at)
    return ()


def _same_notes(old: Sequence[ir.Text], new: Sequence[ir.Text]) -> dict[int, int]:
    """Return which note of the old ones is which of the new ones, each once, by their English."""
    found: dict[int, int] = {}
    for before, note in enumerate(old):
        same = [after for after, other in enumerate(new) if other.en == note.en and after not in found.values()]
        found |= {before: same[0]} if same else {}
    return found


def _note(pair: Pair, old: ir.Text, new: ir.Text, at: Sides) -> None:
    label = f"note {int(at.new[-1]) + 1}"
    pair.text(old, new, at, "description", fact="note", label=label)
    # For the check of the pages alone, so it is in no representation.
    explained = [_explained(value) for value in pair.changes.written(at.below("explains"))]
    pair.differ("text", "note", explained, at.below("explains"), f"{label} explains", "nothing")


def _explained(differences: Any) -> str | None:
    """Return what pages say otherwise, as a note lists it."""
    return "; ".join(" ".join(map(str, difference.values())) for difference in differences or ()) or None


class Fact(NamedTuple):
    """What is reported of a record that came or went."""

    fact: str
    message: str
    value: str
    keys: Path = ()
    """Where it is written, from the record on."""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A field with several records. What is in braces stands for a record, its key or the record that holds it."""

    fact: str
    key: str = ""
    """The field by which a record is known; empty for those of a mapping."""
    otherwise: Callable[[Any], Hashable] | None = None
    """What a record that is left over is known by, as it may have another key now."""
    where: Callable[[Pair], Sides]
    entry: Callable[[Spec, Any, Any], Path] = lambda _spec, _parent, item: item.spec_path
    """Where a record that came or went is written, given the record that holds it."""
    gone: tuple[Impact, str]
    came: tuple[Impact | Callable[[Any], Impact], str | Callable[[Any], str]]
    value: str | Callable[[Pair, Any], str] = "{key}"
    more: Callable[[Any, str], Iterable[Fact]] = lambda _item, _was: ()
    """What else is reported of a record that came or went; the text stands before what is so no longer."""
    subject: str = ""
    operation: str = ""
    headed: bool = True
    """Whether the subject stands before what came or went."""
    order: str | Callable[[Pair, Sides, list[Any], list[Any]], None]

    def __call__(self, pair: Pair, name: str) -> Iterator[Pair]:
        """Compare which records there are, and their order; return the pairs of those that are on both sides."""
        at = self.where(pair)
        old, new = (by_key(value, self.key) for value in pair.values(name))
        names: dict[Any, Any] = {}
        for before, after in paired(old, new, self.otherwise):
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
            pair.in_order(self.order, at, *orders)

    def _below(self, pair: Pair, key: Any, old: Any, new: Any) -> Pair:
        names = {"key": key, "item": new, "parent": pair.new}
        return replace(
            pair,
            old=old,
            new=new,
            at=Sides(old.spec_path, new.spec_path),
            operation=self.operation.format(**names) or pair.operation,
            subject=self.subject.format(**names),
            parent=pair,
        )

    def _alone(self, pair: Pair, key: Any, item: Any, at: Sides, *, gone: bool) -> None:
        below = self._below(pair, key, item, item)
        impact, message = self.gone if gone else self.came
        impact = impact(item) if callable(impact) else impact
        value = self.value(pair, item) if callable(self.value) else self.value.format(key=key, item=item)
        message = message(item) if callable(message) else message.format(value=value, item=item)
        spec, parent = (pair.changes.old, pair.old) if gone else (pair.changes.new, pair.new)
        entry = self.entry(spec, parent, item)
        first = Fact(self.fact, message, value, subject=below.subject if self.headed else "")
        for fact in (first, *self.more(item, "was " if gone else "")):
            path = (*entry, *fact.keys)
            sides = Sides(path, at.new) if gone else Sides(at.old, path)
            values = (fact.value, None) if gone else (None, fact.value)
            below.add(impact, fact.fact, fact.message, values, sides, fact.subject)


def by_key(records: Any, key: str) -> Mapping[Any, Any]:
    """Return records by one of their fields; those of a mapping as they are."""
    return records if isinstance(records, Mapping) else {getattr(record, key): record for record in records}


def paired(
    old: Mapping[Key, Item], new: Mapping[Key, Item], otherwise: Callable[[Item], Hashable] | None = None
) -> Iterator[tuple[Key | None, Key | None]]:
    """Yield the keys of what belongs together: of what is gone alone on the left, of what is new alone on the right."""
    left = {otherwise(item): key for key, item in new.items() if key not in old} if otherwise else {}
    renamed: dict[Key, Key] = {}
    for key, item in old.items():
        if otherwise and key not in new and otherwise(item) in left:
            renamed[key] = left[otherwise(item)]
        after = renamed.get(key, key)
        yield key, after if after in new else None
    for key in new:
        if key not in old and key not in renamed.values():
            yield None, key


def endpoint(operation: ir.Operation) -> Hashable:
    """Return what an operation is known by when its name is another one."""
    return operation.method, operation.path


def matched(old: tuple[ir.Operation, ...], new: tuple[ir.Operation, ...]) -> list[Operations]:
    """Pair operations by name; what is left over, by method and path: those were renamed."""
    before, after = by_key(old, "name"), by_key(new, "name")
    return [(before.get(one), after.get(other)) for one, other in paired(before, after, endpoint)]
