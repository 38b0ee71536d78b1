"""What a comparison of the spec with its sources finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from generator.ir import types as ir
from generator.openapi.problems import Location
from generator.sources import Endpoint, Language, Page, Source
from generator.sources.identify import RefusedVerdict

from .facts import FactKind
from .update import SentencesRecorded, SourceDate, Update

Verdict: TypeAlias = Literal["same", "drift", "pages disagree", "gone", "unreachable", "not read", RefusedVerdict]
"""Of a source or an operation; those behind the third are of sources only."""
Finding: TypeAlias = Literal["drift", "pages disagree", "explained", "not read"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What a page states, where it states something else than the spec."""

    file: str
    line: int
    source: Source
    language: Language
    text: str
    note: Location | None
    """Where the spec explains it."""
    here: str = ""
    """What the spec states of the same."""
    is_read: bool = True
    """Whether it was understood."""

    @property
    def origin(self) -> tuple[str, Source]:
        """The file and the kind of source."""
        return self.file, self.source


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact on which a page and the spec differ."""

    fact: str
    spec: str
    location: Location
    owner: Location
    """The object whose note can explain it."""
    observations: tuple[Observation, ...]
    finding: Finding
    updates: tuple[Update, ...] = ()
    """What can be applied without a person."""
    silent: tuple[Source, ...] = ()
    """The sources that do not mention it, which is no difference."""
    kind: FactKind = "note"
    """As an `explains` of the spec names it."""
    about: str | None = None
    """The parameter or value that only the page has."""
    advice: str = ""
    """What a person should do, where that is not to read the pages and to decide."""
    outdated: bool = False
    """Whether a source states it that is older than what the spec was read from."""

    @property
    def is_open(self) -> bool:
        """Return whether something has to be done: nothing where the spec explains it, or where it was not read."""
        return self.finding in ("drift", "pages disagree")


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A source that was read."""

    source: Source
    name: str
    """The name and version of a package."""
    day: str
    """Its date, which is empty where it states none."""


@dataclass(frozen=True, slots=True)
class OperationResult:
    """An operation, and how its pages differ from the spec."""

    operation: ir.Operation
    location: Location
    read: tuple[ReadSource, ...]
    """The sources that were read."""
    differences: tuple[Difference, ...]
    dates: tuple[SourceDate, ...]
    """The dates of the pages that are newer than those that the spec was read from."""
    undated: tuple[Language, ...] = ()
    """The languages whose pages have no date."""
    remarks: tuple[str, ...] = ()
    """What a source states that was not taken, and why."""
    recordings: tuple[SentencesRecorded, ...] = ()
    """The sentences of the pages that are not those that the spec has recorded, for a person to accept."""
    older: Mapping[tuple[str, Source], str] = field(default_factory=dict[tuple[str, Source], str])
    """A sentence on each source that differs, or that notes explain nothing of, and is older than what the spec was read from."""

    @property
    def endpoint(self) -> Endpoint:
        """The operation's endpoint."""
        return Endpoint(self.operation.method, self.operation.path)

    @property
    def sources(self) -> frozenset[Source]:
        """The kinds of the sources that were read."""
        return frozenset(read.source for read in self.read)

    @property
    def verdict(self) -> Verdict:
        """Return the worst finding, or `same`."""
        findings = {difference.finding for difference in self.differences}
        return "drift" if "drift" in findings else "pages disagree" if "pages disagree" in findings else "same"

    @property
    def updates(self) -> tuple[Update, ...]:
        """Return what can be applied without a person, the days of the pages last."""
        return (*(update for difference in self.differences for update in difference.updates), *self.dates)


@dataclass(frozen=True, slots=True)
class PageResult:
    """A page, the endpoint that it describes, and the verdict on it."""

    page: Page
    endpoint: Endpoint | None
    verdict: Verdict
    message: str = ""


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Everything that was found."""

    spec: str
    """The spec's name in messages."""
    pages: tuple[PageResult, ...]
    operations: tuple[OperationResult, ...]
    without_page: tuple[ir.Operation, ...]
    methods: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many methods were read of each package of the SDK, those that the spec does not have among them."""
    left_out: tuple[str, ...] = ()
    """The releases of the SDK that were not compared, as a later one of the same package was, the oldest first."""
