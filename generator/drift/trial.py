"""Finds the changes that make the generator refuse the spec, before any of them is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.ir.build import build
from generator.openapi.load import load
from generator.openapi.problems import Problem, SpecError

from .apply import Result, apply
from .changes import Change, ParameterAdded, ValueAdded


class Refused(NamedTuple):
    """A change that the generator says no to."""

    change: Change
    source: bytes
    """The spec with this change."""
    made: str
    """What would have been changed."""
    problems: tuple[Problem, ...]


class Trial:
    """A spec, and the changes that it can take."""

    def __init__(self, file: str, source: bytes) -> None:
        """Take a spec.

        Args:
            file: Its name in messages.
            source: Its bytes; the generator has nothing against them.
        """
        self._file = file
        self._source = source
        self.refused: list[Refused] = []

    def accepted(self, changes: Sequence[Change], besides: Sequence[Change] = ()) -> list[Change]:
        """Return those of the changes that the generator accepts, besides others that it accepts; note the rest."""
        problems = self._problems([*besides, *changes])
        if not problems:
            return list(changes)
        if len(changes) == 1:
            self.refused.append(self._refused(changes[0], besides, problems))
            return []
        half = len(changes) // 2
        first = self.accepted(changes[:half], besides)
        return first + self.accepted(changes[half:], [*besides, *first])

    def _refused(self, change: Change, besides: Sequence[Change], problems: tuple[Problem, ...]) -> Refused:
        result = self._applied([*besides, change])
        before = {each.message for each in self._applied(besides).applied}
        made = [each.message for each in result.applied if each.message not in before]
        return Refused(change, result.source, " ".join(made), problems)

    def _problems(self, changes: Sequence[Change]) -> tuple[Problem, ...]:
        """Return the mistakes of the spec with these changes; a gap is none, but hides those of what it stands in."""
        drafted = [each for each in changes if isinstance(each, (ParameterAdded, ValueAdded))]
        without = [each for each in changes if each not in drafted]
        found = list(mistakes(self._applied(changes).source, self._file)) if drafted else []
        found += mistakes(self._applied(without).source, self._file)
        return tuple(dict.fromkeys(each for each in found if each.kind != "gap"))

    def _applied(self, changes: Sequence[Change]) -> Result:
        return apply(self._file, self._source, changes)


def mistakes(source: bytes, file: str) -> Iterator[Problem]:
    """Yield what the generator says of a spec.

    Args:
        source: Its bytes.
        file: Its name in messages.
    """
    try:
        build(load(file, source))
    except SpecError as error:
        yield from error.problems
