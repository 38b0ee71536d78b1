"""One change of the spec: what is different, whose fact it is, where it is written, and what it asks of the version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from generator.openapi.problems import Location

Impact = Literal["breaking", "feature", "facts", "text"]
IMPACTS: tuple[Impact, ...] = ("breaking", "feature", "facts", "text")
"""From the one that asks most of the version to the one that asks nothing."""


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
    """Where it is written now, or where it was written when it is gone."""
    gone: bool
    line_now: int
    """The nearest line of the new spec."""
    is_detail: bool = False
    """Whether it is a fact of an operation that was added or removed, which is one change of its own."""
