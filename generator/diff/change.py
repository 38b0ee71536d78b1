"""One change of the spec, and the collection of them all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeVar

from generator.ir import types as ir
from generator.openapi.problems import Location, Path

from .locations import Places

Impact = Literal["breaking", "feature", "facts", "text"]
IMPACTS: tuple[Impact, ...] = ("breaking", "feature", "facts", "text")
"""From the one that asks most of the version to the one that asks nothing."""
Item = TypeVar("Item")
_SHOWN, _AROUND = 60, 16


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different."""

    impact: Impact
    fact: str
    """What kind of fact changed, as a word for programs: weight, parameter, text ..."""
    subject: str
    """Whose fact: the parameter, the enum value, the error code; empty for the operations themselves."""
    operations: tuple[str, ...]
    """The methods that it concerns; empty where it belongs to no single operation."""
    message: str
    old: str | None
    new: str | None
    file: str
    location: Location
    """Where it stands now, or where it stood when it is gone."""
    gone: bool
    line_now: int
    """The nearest line of the new spec."""


class Sides(NamedTuple):
    """Where a fact stands in both specs, by path. Of something that is gone, `new` is what held it."""

    old: Path
    new: Path

    def below(self, *keys: str | int) -> Sides:
        """Return the paths of something inside."""
        return Sides((*self.old, *keys), (*self.new, *keys))


class Changes:
    """Collects changes, with their places."""

    def __init__(self, old: Places, new: Places) -> None:
        self.old, self.new = old, new
        self._found: list[Change] = []

    def add(
        self,
        impact: Impact,
        fact: str,
        message: str,
        at: Sides,
        *,
        subject: str = "",
        operation: str = "",
        values: tuple[str | None, str | None],
    ) -> None:
        """Note a change; `values` are what was and what is, and `None` where there was or is nothing."""
        gone = values[1] is None
        home, path = (self.old, at.old) if gone else (self.new, at.new)
        change = Change(
            impact=impact,
            fact=fact,
            subject=subject,
            operations=(operation,) if operation else (),
            message=message,
            old=values[0],
            new=values[1],
            file=home.file,
            location=home.of(path),
            gone=gone,
            line_now=self.new.of(at.new).line,
        )
        self._found.append(change)

    def text(self, at: Sides, old: ir.Text, new: ir.Text, *, key: str = "description", **whose: str) -> None:
        """Compare words in each language."""
        chinese = at.below("x-binance-zh", key)
        for language, here, before, after in (
            ("English", at.below(key), old.en, new.en),
            ("Chinese", chinese, old.zh or "", new.zh or ""),
        ):
            if before != after:
                name = "title" if key == "summary" else key
                message = f"{name} in {language}: {differing(before, after)}"
                self.add("text", "text", message, here, values=(before or None, after or None), **whose)

    def notes(self, at: Sides, old: tuple[ir.Text, ...], new: tuple[ir.Text, ...], **whose: str) -> None:
        """Compare notes: the same English is the same note; of what is left, the same number are other words."""
        at = at.below("x-binance-note")
        pairs = _same_notes(old, new)
        left = [index for index in range(len(old)) if index not in pairs]
        came = [index for index in range(len(new)) if index not in pairs.values()]
        if len(left) == len(came):
            pairs |= dict(zip(left, came, strict=True))
            left, came = [], []
        for before, after in pairs.items():
            here = Sides((*at.old, before), (*at.new, after))
            self._note(here, old[before], new[after], after + 1, **whose)
        for index in left:
            here, text = Sides((*at.old, index), at.new), old[index].en
            self.add("text", "note", f"a note is gone: {shown(text)}", here, values=(text, None), **whose)
        for index in came:
            text = new[index].en
            self.add("text", "note", f"a new note: {shown(text)}", at.below(index), values=(None, text), **whose)
        if sorted(pairs.values()) != [pairs[index] for index in sorted(pairs)]:
            self.add("text", "order", "the notes stand in another order", at, values=("", ""), **whose)

    def _note(self, at: Sides, old: ir.Text, new: ir.Text, number: int, **whose: str) -> None:
        for language, here, before, after in (
            ("English", at.below("description"), old.en, new.en),
            ("Chinese", at.below("x-binance-zh"), old.zh or "", new.zh or ""),
        ):
            if before != after:
                message = f"note {number} in {language}: {differing(before, after)}"
                self.add("text", "note", message, here, values=(before, after), **whose)
        # For the check of the pages alone, so it is in no representation.
        explained = at.below("explains")
        said = _explained(self.old.value(explained.old)), _explained(self.new.value(explained.new))
        if said[0] != said[1]:
            message = f"note {number} explains {said[0] or 'nothing'} -> {said[1] or 'nothing'}"
            self.add("text", "note", message, explained, values=said, **whose)

    def order(self, what: str, at: Sides, old: Iterable[Hashable], new: Iterable[Hashable], **whose: str) -> None:
        """Note where what both specs have stands in another order."""
        before, after = list(old), list(new)
        were, are = [each for each in before if each in after], [each for each in after if each in before]
        if were != are:
            values = (", ".join(map(str, were)), ", ".join(map(str, are)))
            self.add("text", "order", f"the {what} stand in another order", at, values=values, **whose)

    def all(self) -> tuple[Change, ...]:
        """Return every change once, in the order of the classes and then of the spec."""
        merged: dict[Hashable, Change] = {}
        for change in self._found:
            key = replace(change, operations=())
            known = merged.get(key)
            merged[key] = replace(change, operations=known.operations + change.operations) if known else change
        return tuple(
            sorted(merged.values(), key=lambda each: (IMPACTS.index(each.impact), each.line_now, each.location))
        )


def paired(
    old: Iterable[Item],
    new: Iterable[Item],
    key: Callable[[Item], Hashable],
    otherwise: Callable[[Item], Hashable] | None = None,
) -> Iterator[tuple[Item | None, Item | None]]:
    """Yield what belongs together: what is gone alone on the left, what is new alone on the right.

    That is told by `key`; what is left over goes by `otherwise`, as it may have another key now.
    """
    before, after = {key(each): each for each in old}, {key(each): each for each in new}
    left = {otherwise(each): name for name, each in after.items() if name not in before} if otherwise else {}
    moved = {}
    for name, each in before.items():
        if otherwise and name not in after and otherwise(each) in left:
            moved[name] = left[otherwise(each)]
        yield each, after.get(moved.get(name, name))
    for name, each in after.items():
        if name not in before and name not in moved.values():
            yield None, each


def _same_notes(old: Sequence[ir.Text], new: Sequence[ir.Text]) -> dict[int, int]:
    """Return which note of the old ones is which of the new ones, each once, by their English."""
    found: dict[int, int] = {}
    for before, note in enumerate(old):
        same = [after for after, other in enumerate(new) if other.en == note.en and after not in found.values()]
        found |= {before: same[0]} if same else {}
    return found


def _explained(differences: Any) -> str | None:
    """Return what pages say otherwise, as a note lists it."""
    listed = differences if isinstance(differences, list) else []
    return "; ".join(" ".join(map(str, each.values())) for each in listed) or None


def shown(text: str) -> str:
    """Return text in quotes, cut where it is long."""
    return f'"{text}"' if len(text) <= _SHOWN else f'"{text[:_SHOWN].rstrip()}..."'


def differing(old: str, new: str) -> str:
    """Return two texts, or of long ones the part that differs with the words around it."""
    if not old or not new or max(len(old), len(new)) <= _SHOWN:
        return f"{shown(old) if old else 'none'} -> {shown(new) if new else 'none'}"
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    return f"{_part(old, start, len(old) - end)} -> {_part(new, start, len(new) - end)}"


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with together."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _part(text: str, start: int, end: int) -> str:
    """Return a part of a text with some whole words before and behind it, or characters where there are no blanks."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first and " " in text[first:start]:
        first = text.index(" ", first) + 1
    if last < len(text) and " " in text[end:last]:
        last = text.rindex(" ", end, last)
    middle = text[first:last]
    if len(middle) > _SHOWN + 2 * _AROUND:
        middle, last = middle[: _SHOWN + _AROUND], 0
    return f'"{"..." if first else ""}{middle}{"..." if last < len(text) else ""}"'
