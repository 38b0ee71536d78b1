"""One change of the spec, and the collection of them all."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from generator.openapi.document import Document, find
from generator.openapi.problems import Location, Path

from .revisions import Spec

Impact = Literal["breaking", "feature", "facts", "text"]
IMPACTS: tuple[Impact, ...] = ("breaking", "feature", "facts", "text")
"""From the one that asks most of the version to the one that asks nothing."""
Values = tuple[str | None, str | None]
"""What was and what is; `None` where there was or is nothing."""


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

    def below(self, *keys: str | int, up: int = 0) -> Sides:
        """Return the paths of something inside, or `up` levels above that."""
        old, new = ((*path[: len(path) - up], *keys) for path in self)
        return Sides(old, new)


class Changes:
    """Collects the changes between two specs, with their locations."""

    def __init__(self, old: Spec, new: Spec) -> None:
        self.old, self.new = old, new
        self._found: list[Change] = []

    def add(
        self, impact: Impact, fact: str, message: str, values: Values, at: Sides, *, subject: str, operation: str
    ) -> None:
        """Add a change."""
        gone = values[1] is None
        document, path = (self.old.document, at.old) if gone else (self.new.document, at.new)
        change = Change(
            impact=impact,
            fact=fact,
            subject=subject,
            operations=(operation,) if operation else (),
            message=message,
            old=values[0],
            new=values[1],
            file=document.file,
            location=_location(document, path),
            gone=gone,
            line_now=_location(self.new.document, at.new).line,
        )
        self._found.append(change)

    def written(self, at: Sides) -> tuple[Any, Any]:
        """Return what is written in both specs, `None` where nothing is."""
        return find(self.old.document.data, at.old)[1], find(self.new.document.data, at.new)[1]

    def all(self) -> tuple[Change, ...]:
        """Return every change once, in the order of the impacts and then of the spec."""
        merged: dict[Hashable, Change] = {}
        for change in self._found:
            key = replace(change, operations=())
            known = merged.get(key)
            merged[key] = replace(change, operations=known.operations + change.operations) if known else change
        return tuple(
            sorted(merged.values(), key=lambda change: (IMPACTS.index(change.impact), change.line_now, change.location))
        )


def _location(document: Document, path: Path) -> Location:
    return document.key_location(find(document.data, path)[0])
