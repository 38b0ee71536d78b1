"""Holds pages against the spec, operation by operation, and gives each difference a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from generator.ir import types as ir
from generator.openapi.document import Document
from generator.openapi.problems import Location
from generator.sources import Endpoint, Language, Page, PageVersion
from generator.vocabulary import LANGUAGES

from .changes import Change, SourceDate
from .facts import NOT_READ, Key, Kind, PageFact, SpecFact, Subject, of_page
from .identify import Refusal, identify
from .mechanical import proposed_updates
from .notes import Notes

Verdict: TypeAlias = Literal["same", "drift", "pages disagree", Refusal]
"""Of a page or an operation; `unreadable`, `wrong page` and `unknown endpoint` are of pages only."""
Finding: TypeAlias = Literal["drift", "pages disagree", "explained", "not read"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What a page says, where it says something else than the spec."""

    file: str
    line: int
    language: Language
    text: str
    note: Location | None
    """Where the spec explains it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact on which a page and the spec differ."""

    fact: str
    spec: str
    location: Location
    owner: Location
    """The object whose note can explain it."""
    sightings: tuple[Observation, ...]
    finding: Finding
    changes: tuple[Change, ...] = ()
    """What can be taken over without a person."""
    silent: tuple[Language, ...] = ()
    """The languages whose pages say nothing of it, which is no difference."""
    kind: Kind = "note"
    """As an `explains` of the spec names it."""
    about: str | None = None
    """The parameter or value that only the page has."""
    outdated: bool = False
    """Whether a copy says it that is older than the page which the spec was read from."""

    @property
    def is_open(self) -> bool:
        """Return whether something has to be done: nothing where the spec explains it, or where it was not read."""
        return self.finding in ("drift", "pages disagree")


@dataclass(frozen=True, slots=True)
class Compared:
    """An operation, and how its pages differ from the spec."""

    operation: ir.Operation
    location: Location
    languages: tuple[Language, ...]
    """Those in which a page was read."""
    differences: tuple[Difference, ...]
    dates: tuple[SourceDate, ...]
    """The days of the pages that are newer than those which the spec was read from."""

    undated: tuple[Language, ...] = ()
    """The languages of whose pages none says of which day it is."""

    @property
    def verdict(self) -> Verdict:
        """Return the worst finding, or `same`."""
        found = {each.finding for each in self.differences}
        return "drift" if "drift" in found else "pages disagree" if "pages disagree" in found else "same"

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return what can be taken over without a person, the days of the pages last."""
        return (*(change for each in self.differences for change in each.changes), *self.dates)


@dataclass(frozen=True, slots=True)
class PageResult:
    """A page, the endpoint that it describes, and the verdict on it."""

    page: Page
    endpoint: Endpoint | None
    verdict: Verdict
    message: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found."""

    spec: str
    """The spec's name in messages."""
    pages: tuple[PageResult, ...]
    operations: tuple[Compared, ...]
    without_page: tuple[ir.Operation, ...]


def compare(document: Document, api: ir.Api, pages: Iterable[Page]) -> Report:
    """Check every page for what it is, and hold those of the spec's operations against it."""
    claims = [(page, identify(page, api.operations)) for page in pages]
    compared: dict[Endpoint, Compared] = {}
    for operation in api.operations:
        subject = Subject(document, operation)
        mine = [page for page, claim in claims if claim.endpoint == subject.endpoint and not claim.refusal]
        if mine:
            compared[subject.endpoint] = _compared(subject, mine)
    judged = tuple(
        PageResult(page, claim.endpoint, claim.refusal, claim.message)
        if claim.refusal
        else _judged(page, compared[_known(claim.endpoint)])
        for page, claim in claims
    )
    missing = (each for each in api.operations if Endpoint(each.method, each.path) not in compared)
    return Report(document.file, judged, tuple(compared.values()), tuple(missing))


def _judged(page: Page, compared: Compared) -> PageResult:
    endpoint = Endpoint(compared.operation.method, compared.operation.path)
    seen = (seen for each in compared.differences if each.outdated for seen in each.sightings)
    languages = {each.language for each in seen if each.file == page.file}
    sentences = [
        f"line {page.taken.line}: it is of {page.taken.value}, older than the {LANGUAGES[language]} page of {source.read} "
        "that the spec was read from; nothing that differs is taken over from it."
        for language, source in compared.operation.pages.items()
        if language in languages and page.taken and page.taken.value < source.read
    ]
    return PageResult(page, endpoint, compared.verdict, " ".join(sentences))


def _known(endpoint: Endpoint | None) -> Endpoint:
    if endpoint is None:
        raise AssertionError("a page that is not refused describes an endpoint")
    return endpoint


@dataclass(frozen=True, slots=True)
class _Reading:
    """One language of a page, and what it says."""

    page: Page
    half: PageVersion
    facts: Mapping[Key, tuple[PageFact, ...]]
    listing: frozenset[str]
    """The parameters whose values it lists."""

    def said(self, key: Key, spec: SpecFact, *, known: bool) -> tuple[PageFact, ...]:
        """Return what it says of a fact; of one that only another page has, it says no."""
        lists = key.kind != "value" or key.name in self.listing
        no = () if known or not lists else (PageFact(spec.text, self.half.endpoints[0].line),)
        return self.facts.get(key, no)

    def left_unread(self, key: Key) -> bool:
        """Return whether it may list a value in words that were not understood."""
        about = (key, Key("values", key.name)) if key.kind == "value" else ()
        return any(stated.text == NOT_READ for each in about for stated in self.facts.get(each, ()))


def _compared(subject: Subject, pages: Sequence[Page]) -> Compared:
    readings = [_reading(subject, page, half) for page in pages for half in page.halves]
    keys = dict.fromkeys([*subject.facts, *(key for reading in readings for key in reading.facts)])
    notes = Notes(subject)
    found = [each for key in keys for each in _difference(subject, readings, notes, key)]
    found += _outdated(subject, notes, readings)
    old = {(each.page.file, each.half.language) for each in readings if _read_later(subject, each)}
    found = [
        _unapplied(each) if any((seen.file, seen.language) in old for seen in each.sightings) else each
        for each in found
    ]
    return Compared(
        operation=subject.operation,
        location=subject.document.location(subject.path),
        languages=tuple(each for each in LANGUAGES if any(each == reading.half.language for reading in readings)),
        differences=tuple(found),
        dates=tuple(_dates(subject, readings)),
        undated=tuple(_undated(subject, readings)),
    )


def _reading(subject: Subject, page: Page, half: PageVersion) -> _Reading:
    facts = of_page(subject, page, half)
    return _Reading(page, half, facts, frozenset(key.name for key in facts if key.kind == "value"))


def _difference(subject: Subject, readings: Sequence[_Reading], notes: Notes, key: Key) -> Iterator[Difference]:
    spec = subject.facts.get(key) or subject.default(key)
    sightings: list[Observation] = []
    left: list[tuple[_Reading, tuple[PageFact, ...]]] = []
    """What each page says, without what the spec explains."""
    for reading in readings:
        unexplained = []
        for stated in reading.said(key, spec, known=key in subject.facts):
            seen = _sighting(reading, stated, spec, notes, key)
            sightings += [seen] if seen else []
            unexplained += [] if stated.text == NOT_READ or (seen and seen.note) else [stated]
        left += [(reading, tuple(unexplained))] if unexplained else []
    if not sightings:
        return
    agreed = {frozenset(each.compared or each.text for each in stated) for _, stated in left}
    open_ = [seen for seen in sightings if seen.note is None and seen.text != NOT_READ]
    explained = any(seen.note for seen in sightings)
    settled: Finding = "explained" if explained else "not read"
    finding: Finding = settled if not open_ else "drift" if len(agreed) == 1 else "pages disagree"
    sure = finding == "drift" and not any(reading.left_unread(key) for reading in readings)
    changes = tuple(proposed_updates(subject, key, left)) if sure else ()
    speaking = {each.half.language for each in readings if each.said(key, spec, known=key in subject.facts)}
    yield Difference(
        fact=str(key),
        spec=spec.text,
        location=subject.document.location(spec.path),
        owner=subject.document.location(spec.owner),
        sightings=tuple(sightings),
        finding=finding,
        changes=changes,
        silent=tuple(each for each in LANGUAGES if each not in speaking),
        kind=key.kind,
        about=None if key in subject.facts else key.value or key.name or None,
    )


def _sighting(reading: _Reading, stated: PageFact, spec: SpecFact, notes: Notes, key: Key) -> Observation | None:
    if stated.text == spec.text:
        return None
    language = reading.half.language
    note = notes.explain(spec.owner, key, language, stated.text)
    return Observation(reading.page.file, stated.line, language, stated.text, note)


def _outdated(subject: Subject, notes: Notes, readings: Sequence[_Reading]) -> Iterator[Difference]:
    """Yield the explanations of what no page says any more, though pages speak of it."""
    for each in notes.unused():
        keys = [key for key, fact in subject.facts.items() if (fact.owner, key.kind) == (each.owner, each.kind)]
        always = each.about is not None or not keys
        speaking = [
            reading
            for reading in readings
            if reading.half.language == each.language and (always or any(key in reading.facts for key in keys))
        ]
        if speaking:
            line = speaking[0].half.endpoints[0].line
            sighting = Observation(speaking[0].page.file, line, each.language, "not said", None)
            text = f"explains {each.kind} {each.says}"
            yield Difference(str(Key("note")), text, each.location, each.location, (sighting,), "drift")


def _read_later(subject: Subject, reading: _Reading) -> bool:
    """Return whether the spec was read from a later page than this copy."""
    source, taken = subject.operation.pages.get(reading.half.language), reading.page.taken
    return source is not None and taken is not None and taken.value < source.read


def _unapplied(difference: Difference) -> Difference:
    return replace(difference, changes=(), outdated=True)


def _undated(subject: Subject, readings: Sequence[_Reading]) -> Iterator[Language]:
    for language in LANGUAGES:
        read = [each.page.taken for each in readings if each.half.language == language]
        if language in subject.operation.pages and read and not any(read):
            yield language


def _dates(subject: Subject, readings: Sequence[_Reading]) -> Iterator[SourceDate]:
    for language in LANGUAGES:
        source = subject.operation.pages.get(language)
        days = [each.page.taken.value for each in readings if each.half.language == language and each.page.taken]
        if source is not None and days and max(days) > source.read:
            yield SourceDate(subject.endpoint, language, max(days))
