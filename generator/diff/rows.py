"""The kinds of rows of the table: each compares one field of two records, and yields what is different."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from generator.ir import types as ir
from generator.openapi.document import Document, find, follow
from generator.openapi.problems import Location, SpecPath

from .change import Change, Impact
from .revisions import Spec
from .wording import differing, written


class Sides(NamedTuple):
    """Where a fact is written in both specs, by path. Of something that is gone, `new` is what held it."""

    old: SpecPath
    new: SpecPath

    def below(self, *keys: str | int) -> Sides:
        """Return the paths of something inside; the key ".." leads one level up."""
        old, new = self
        for key in keys:
            old, new = (path[:-1] if key == ".." else (*path, key) for path in (old, new))
        return Sides(old, new)


@dataclass(frozen=True, slots=True)
class Pair:
    """A record as it was and as it is, where both are written, and whose facts they are."""

    specs: tuple[Spec, Spec]
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

    def below(self, keys: Keys) -> Sides:
        """Return where something of the records is written."""
        return self.at.below(*keys.split()) if isinstance(keys, str) else keys(self)

    def change(
        self, impact: Impact, fact: str, message: str, values: tuple[str | None, str | None], at: Sides | None = None
    ) -> Change:
        """Return a change; `values` are what was and what is, and `None` where there was or is nothing."""
        at = at or self.at
        gone = values[1] is None
        document = self.specs[not gone].document
        location, now = _location(document, at[not gone]), _location(self.specs[1].document, at.new)
        operations = (self.operation,) if self.operation else ()
        return Change(
            impact, fact, self.subject, operations, message, *values, document.file, location, gone, line_now=now.line
        )

    def on_one_side(self, impact: Impact, fact: str, message: str, value: str, at: Sides, *, added: bool) -> Change:
        """Return the change that something was added or removed."""
        return self.change(impact, fact, message, (None, value) if added else (value, None), at)

    def differ(
        self,
        impact: Impact,
        values: Sequence[Any],
        at: Sides,
        fact: str,
        *,
        label: str = "",
        none: str = "none",
        more: str = "",
    ) -> Iterator[Change]:
        """Yield a change where a value is another one, or is written in another way; `more` ends the message."""
        if repr(values[0]) == repr(values[1]):
            return
        old, new = (None if value is None else written(value) for value in values)
        if old == new:
            old, new = map(repr, values)
        impact = "text" if values[0] == values[1] else impact
        step = f"{none if old is None else old} -> {none if new is None else new}"
        yield self.change(impact, fact, f"{label or fact} {step}{more}", (old, new), at)

    def in_order(self, noun: str, at: Sides, old: Iterable[Any], new: Iterable[Any]) -> Iterator[Change]:
        """Yield a change where what both specs have stands in another order."""
        before, after = list(old), list(new)
        were, are = [item for item in before if item in after], [item for item in after if item in before]
        if were != are:
            values = (", ".join(map(str, were)), ", ".join(map(str, are)))
            yield self.change("text", "order", f"the {noun} stand in another order", values, at)

    def text(
        self, old: ir.Text, new: ir.Text, at: Sides, key: str, *, fact: str = "text", label: str = ""
    ) -> Iterator[Change]:
        """Yield a change of the words under `key` in each language; of Chinese only where both specs have it."""
        texts = [("English", at.below(key), old.en, new.en)]
        if self.specs[0].api.languages == self.specs[1].api.languages:
            texts.append(("Chinese", at.below("x-binance-zh", key), old.zh or "", new.zh or ""))
        for language, here, before, after in texts:
            if before != after:
                message = f"{label or key} in {language}: {differing(before, after)}"
                yield self.change("text", fact, message, (before or None, after or None), here)


Row: TypeAlias = Callable[[Pair, str], Iterable[Change | Pair]]
"""Yields how a field of two records differs, and the pairs of records in it that are still to be compared."""
Keys: TypeAlias = str | Callable[[Pair], Sides]
"""Where something is written: the keys that lead there from the record, with blanks between them, or what finds it."""


def _location(document: Document, path: SpecPath) -> Location:
    return document.key_location(find(document.data, path)[0])


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A field whose value is reported as it is, or as `read` returns it from the record."""

    impact: Impact | Callable[[Pair], Impact | None]
    """`None` where another row reports the difference."""
    keys: Keys = ""
    fact: str = ""
    """What changed, where that is not the field's name."""
    label: str = ""
    """What it is called in a message, where that is not `fact`."""
    none: str = "none"
    read: Callable[[Any], Any] | None = None

    def __call__(self, pair: Pair, name: str) -> Iterator[Change]:
        """Compare the values."""
        read, fact = self.read or attrgetter(name), self.fact or name
        if impact := self.impact(pair) if callable(self.impact) else self.impact:
            values = read(pair.old), read(pair.new)
            yield from pair.differ(impact, values, pair.below(self.keys), fact, label=self.label, none=self.none)


@dataclass(frozen=True, slots=True)
class TextRow:
    """A field with a text in each language."""

    key: str = "description"
    keys: Keys = ""
    subject: str = ""
    label: str = ""

    def __call__(self, pair: Pair, name: str) -> Iterator[Change]:
        """Compare the texts."""
        pair = replace(pair, subject=self.subject or pair.subject)
        yield from pair.text(*pair.values(name), pair.below(self.keys), self.key, label=self.label)


@dataclass(frozen=True, slots=True)
class RecordsRow:
    """A field with several records; where one side has none of them, because it is no record, another row says so.

    Texts may name: the `key` of a record, the `item` itself, the `parent` that holds it, its `value`, and `needed`.
    """

    fact: str
    key: str
    """The field by which a record is known; empty for those of a mapping."""
    keys: Keys
    removed: Impact = "breaking"
    added: Impact | Callable[[Any], Impact] = "feature"
    messages: tuple[str, str] = ("{fact} gone", "new {fact}")
    subject: str = "{key}"
    otherwise: tuple[str, ...] = ()
    """The fields by which a record that is left over is known, as it may have another key now."""
    value: Callable[[Pair, Any], str] | None = None
    """What stands for a record, where that is not its key."""
    headed: bool = True
    """Whether the subject stands before the message of what was added or removed."""
    order: str | None = ""
    """What they are called together, where that is not `fact` with an s; `None` where another row compares the order."""

    def __call__(self, pair: Pair, name: str) -> Iterator[Change | Pair]:
        """Compare which records there are, and their order; return the pairs of those that are on both sides."""
        if None in pair.values(name):
            return
        (old, new), at = pair.values(name), pair.below(self.keys)
        pairs = matched(old, new, self.key, *self.otherwise)
        for key, before, after in pairs:
            if before is None or after is None:
                yield self._on_one_side(pair, key, before or after, at, added=before is None)
            else:
                yield self._below(pair, key, before, after)
        if self.order is not None:
            yield from pair.in_order(
                self.order or f"{self.fact}s", at, (key for key, before, _ in pairs if before), by_key(new, self.key)
            )

    def _below(self, pair: Pair, key: Any, old: Any, new: Any) -> Pair:
        operation = new.name if isinstance(new, ir.Operation) else pair.operation
        subject = self.subject.format(key=key, item=new, parent=pair.new)
        return Pair(pair.specs, old, new, Sides(old.spec_path, new.spec_path), operation, subject, pair)

    def _on_one_side(self, pair: Pair, key: Any, item: Any, at: Sides, *, added: bool) -> Change:
        value = self.value(pair, item) if self.value else str(key)
        needed = "required" if getattr(item, "required", False) else "optional"
        message = self.messages[added].format(fact=self.fact, value=value, item=item, needed=needed)
        impact = self.removed if not added else self.added(item) if callable(self.added) else self.added
        whose = self._below(pair, key, item, item)
        if not self.headed:
            whose = replace(whose, subject="")
        path = _entry(pair.specs[added].document, at[added], item.spec_path)
        return whose.on_one_side(impact, self.fact, message, value, Sides(path, path if added else at.new), added=added)


def _entry(document: Document, within: SpecPath, path: SpecPath) -> SpecPath:
    """Return which entry of a list is, or refers to, the record at `path`, or `path` where there is none."""
    listed = find(document.data, within)[1]
    entries = ((*within, index) for index in range(len(listed) if isinstance(listed, list) else 0))
    return next((entry for entry in entries if follow(document.data, entry)[0] == path), path)


def by_key(records: Any, key: str) -> Mapping[Any, Any]:
    """Return records by one of their fields; those of a mapping as they are."""
    return records if isinstance(records, Mapping) else {getattr(record, key): record for record in records}


def matched(old: Any, new: Any, key: str, *otherwise: str) -> list[tuple[Any, Any, Any]]:
    """Return the key, what was and what is of each record, `None` where there was or is none, in the old order first.

    What is left over belongs together where the fields `otherwise` are the same.
    """
    before, after = by_key(old, key), by_key(new, key)
    known = attrgetter(*otherwise) if otherwise else id
    left = {known(record): name for name, record in after.items() if name not in before}
    names = {name: name if name in after else left.get(known(record), name) for name, record in before.items()}
    pairs = [(names[name], record, after.get(names[name])) for name, record in before.items()]
    return [*pairs, *((name, None, record) for name, record in after.items() if name not in names.values())]
