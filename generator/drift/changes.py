"""What can be taken over from a page into the spec without a person: one small record per kind of change.

`compare` gives each of its differences at most one `Change`: none where the pages disagree with each other, where the
spec explains the difference, or where a person has to decide. `apply` turns a change into an edit of the spec's text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from generator.sources import CallLimit, Endpoint, Language, Parameter


@dataclass(frozen=True, slots=True)
class WeightChanged:
    """A call costs `weight` now."""

    endpoint: Endpoint
    weight: int


@dataclass(frozen=True, slots=True)
class ScopeChanged:
    """The weight is counted by `scope` now."""

    endpoint: Endpoint
    scope: Literal["ip", "uid"]


@dataclass(frozen=True, slots=True)
class LimitChanged:
    """The cap on calls is `limit` now; `None` where there is no cap any more."""

    endpoint: Endpoint
    limit: CallLimit | None


@dataclass(frozen=True, slots=True)
class RequiredChanged:
    """A parameter must be sent now, or need not be sent any more."""

    endpoint: Endpoint
    parameter: str
    required: bool


@dataclass(frozen=True, slots=True)
class ValueAdded:
    """A parameter of the spec has one more value."""

    endpoint: Endpoint
    parameter: str
    value: str
    """As printed; a number where the spec's enum is one of numbers."""
    after: str | None = None
    """The value before it on the page; `None` where it comes first."""
    texts: Mapping[Language, str] = field(default_factory=dict)
    """What the pages say of it. A person puts it into our own words."""


@dataclass(frozen=True, slots=True)
class ValueRemoved:
    """A parameter of the spec does not have this value any more."""

    endpoint: Endpoint
    parameter: str
    value: str


@dataclass(frozen=True, slots=True)
class ParameterAdded:
    """There is one more parameter, and it is optional."""

    endpoint: Endpoint
    parameter: Parameter
    after: str | None = None
    """The name of the parameter before it on the page; `None` where it comes first."""
    halves: Mapping[Language, Parameter] = field(default_factory=dict)
    """The row in each language that was read. A person puts its words, and those of its values, into our own."""


@dataclass(frozen=True, slots=True)
class SourceDate:
    """The facts are those of the page of this day, as YYYY-MM-DD."""

    endpoint: Endpoint
    language: Language
    read: str


Change: TypeAlias = (
    WeightChanged
    | ScopeChanged
    | LimitChanged
    | RequiredChanged
    | ValueAdded
    | ValueRemoved
    | ParameterAdded
    | SourceDate
)
