"""The errors in a spec, each with its location, collected so that all of them are reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from generator.console import join_names, printable

__all__ = ["Location", "Problem", "ProblemKind", "SpecError", "SpecPath", "join_names"]

SpecPath = tuple[str | int, ...]
"""The keys and indexes that lead from the document's root to a node."""
ProblemKind = Literal["error", "gap", "key"]


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A line and a column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One error: where it is, and a message that says what is wrong and what is allowed."""

    file: str
    location: Location
    message: str
    kind: ProblemKind = "error"
    """A gap stands where a person still has to write something; a key is not text, and is read as text all the same."""

    @classmethod
    def at_start(cls, file: str, message: str) -> Problem:
        """Return an error of the file as a whole."""
        return cls(file, Location(1, 1), message)

    def __str__(self) -> str:
        return f"{self.file}:{self.location.line}:{self.location.column}: {printable(self.message)}"


class SpecError(Exception):
    """The spec has errors; nothing was generated."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))
