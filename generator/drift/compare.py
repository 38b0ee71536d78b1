"""Compares pages with the spec, operation by operation, and gives each difference a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from generator.drafts import known_endpoints
from generator.ir import types as ir
from generator.openapi.document import Document
from generator.openapi.problems import Location
from generator.sources import CallLimit, Endpoint, Language, Page, PageParameter, PageVersion, PageWeight, caps_calls
from generator.sources.fact_texts import NONE, NOT_LISTED, NOT_READ
from generator.sources.identify import Identity, KnownEndpoint, RefusedVerdict, identify
from generator.vocabulary import LANGUAGES

from .facts import FactKey, FactKind, OperationFacts, PageFact, SpecFact, mentions, page_facts
from .notes import Notes
from .update import (
    CallLimitUpdate,
    ParameterAdded,
    RequiredUpdate,
    SentencesRecorded,
    SourceDate,
    Update,
    ValueAdded,
    ValueRemoved,
    WeightUpdate,
)

_TIE = re.compile(
    r"\b(?:both|neither|either|together|unless|when|if|must|required|mandatory|only with)\b"
    r"|同时|一起|两者|都|均|如果|若|当|除非|必须|必填|必传|需",
    re.IGNORECASE,
)
"""In a sentence with the names of two parameters, this ties the one to the other."""

Verdict: TypeAlias = Literal["same", "drift", "pages disagree", RefusedVerdict]
"""Of a page or an operation; `unreadable`, `wrong page` and `unknown endpoint` are of pages only."""
Finding: TypeAlias = Literal["drift", "pages disagree", "explained", "not read"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What a page states, where it states something else than the spec."""

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
    observations: tuple[Observation, ...]
    finding: Finding
    updates: tuple[Update, ...] = ()
    """What can be applied without a person."""
    silent: tuple[Language, ...] = ()
    """The languages whose pages do not mention it, which is no difference."""
    kind: FactKind = "note"
    """As an `explains` of the spec names it."""
    about: str | None = None
    """The parameter or value that only the page has."""
    outdated: bool = False
    """Whether a copy states it that is older than the page which the spec was read from."""

    @property
    def is_open(self) -> bool:
        """Return whether something has to be done: nothing where the spec explains it, or where it was not read."""
        return self.finding in ("drift", "pages disagree")


@dataclass(frozen=True, slots=True)
class OperationResult:
    """An operation, and how its pages differ from the spec."""

    operation: ir.Operation
    location: Location
    languages: tuple[Language, ...]
    """The languages in which a page was read."""
    differences: tuple[Difference, ...]
    dates: tuple[SourceDate, ...]
    """The dates of the pages that are newer than those that the spec was read from."""
    undated: tuple[Language, ...] = ()
    """The languages whose pages have no date."""
    recordings: tuple[SentencesRecorded, ...] = ()
    """The sentences of the pages that are not those that the spec has recorded, for a person to accept."""

    @property
    def endpoint(self) -> Endpoint:
        """The operation's endpoint."""
        return Endpoint(self.operation.method, self.operation.path)

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


def compare(document: Document, api: ir.Api, pages: Iterable[Page]) -> DriftReport:
    """Check every page for what it is, and compare those of the spec's operations with it."""
    known = known_endpoints(api)
    identified = list(_identified(pages, known))
    results: dict[Endpoint | None, OperationResult] = {}
    for operation in api.operations:
        spec = OperationFacts(document, operation)
        own = [page for page, identity in identified if identity.endpoint == spec.endpoint and not identity.verdict]
        if own:
            results[spec.endpoint] = _Comparison(spec, own).result()
    page_results = tuple(
        PageResult(page, identity.endpoint, identity.verdict, identity.message)
        if identity.verdict
        else _page_result(page, results[identity.endpoint])
        for page, identity in identified
    )
    missing = (operation for operation in api.operations if Endpoint(operation.method, operation.path) not in results)
    return DriftReport(document.file, page_results, tuple(results.values()), tuple(missing))


def _identified(pages: Iterable[Page], known: Sequence[KnownEndpoint]) -> Iterator[tuple[Page, Identity]]:
    """Yield what each page is; of a file of several, only those of endpoints that the spec has, if it has one."""
    endpoints = {other.endpoint for other in known}
    parts: dict[str, list[Page]] = {}
    compared: set[str] = set()
    for page in pages:
        if page.is_part:
            parts.setdefault(page.file, []).append(page)
        if not page.is_part or any(
            stated.value in endpoints for version in page.versions for stated in version.endpoints
        ):
            compared.add(page.file)
            whole = page.whole()
            yield whole, identify(whole, known)
    for file, others in parts.items():
        if file not in compared:
            message = f"it describes {len(others)} endpoints, and the spec has none of them."
            yield others[0], Identity(None, "unknown endpoint", message)


def _page_result(page: Page, result: OperationResult) -> PageResult:
    outdated = (
        observation
        for difference in result.differences
        if difference.outdated
        for observation in difference.observations
    )
    languages = {observation.language for observation in outdated if observation.file == page.file}
    messages = [
        f"line {page.taken.line}: it is of {page.taken.value}, older than the {LANGUAGES[language]} page of {source.read} "
        "that the spec was read from; nothing that differs is applied from it."
        for language, source in result.operation.pages.items()
        if language in languages and page.taken and page.taken.value < source.read
    ]
    return PageResult(page, result.endpoint, result.verdict, " ".join(messages))


@dataclass(frozen=True, slots=True)
class _VersionFacts:
    """One language of a page, and what it states."""

    page: Page
    version: PageVersion
    facts: Mapping[FactKey, tuple[PageFact, ...]]
    listing: frozenset[str]
    """The parameters whose values it lists."""

    def stated(self, key: FactKey, spec: SpecFact, *, known: bool) -> tuple[PageFact, ...]:
        """Return what it states of a fact; of one that only another page has, it denies it."""
        lists = key.kind != "value" or key.name in self.listing
        no = () if known or not lists else (PageFact(spec.text, self.version.endpoints[0].line),)
        return self.facts.get(key, no)

    def place(self, fact: PageFact) -> tuple[str, int, str]:
        """Return where a fact is stated; what a schema states once holds in both languages, and is one statement."""
        return self.page.file, fact.line, fact.text

    def left_unread(self, key: FactKey) -> bool:
        """Return whether it may list a value in words that were not understood."""
        about = (key, FactKey("values", key.name)) if key.kind == "value" else ()
        return any(fact.text == NOT_READ for key in about for fact in self.facts.get(key, ()))


class _Comparison:
    """An operation of the spec and its pages, while they are compared."""

    def __init__(self, spec: OperationFacts, pages: Sequence[Page]) -> None:
        self._spec = spec
        self._notes = Notes(spec)
        self._versions = [_version_facts(spec, page, version) for page in pages for version in page.versions]

    def result(self) -> OperationResult:
        spec, versions = self._spec, self._versions
        keys = dict.fromkeys([*spec.facts, *(key for version in versions for key in version.facts)])
        differing = [difference for key in keys for difference in self._difference(key)]
        differing += self._unused_notes()
        old = {(version.page.file, version.version.language) for version in versions if self._is_outdated(version)}
        differences = tuple(
            replace(difference, updates=(), outdated=True)
            if any((observed.file, observed.language) in old for observed in difference.observations)
            else difference
            for difference in differing
        )
        read, newest = {version.version.language for version in versions}, self._newest()
        days = {language: _day(version) for language, version in newest.items()}
        return OperationResult(
            operation=spec.operation,
            location=spec.document.location(spec.path),
            languages=tuple(language for language in LANGUAGES if language in read),
            differences=differences,
            dates=tuple(
                SourceDate(spec.endpoint, language, day)
                for language, day in days.items()
                if day > spec.operation.pages[language].read
            ),
            undated=tuple(language for language, day in days.items() if not day),
            recordings=tuple(self._recordings(newest)),
        )

    def _difference(self, key: FactKey) -> Iterator[Difference]:
        known = key in self._spec.facts
        spec = self._spec.facts.get(key) or self._spec.default(key)
        observations: list[Observation] = []
        unexplained: list[tuple[_VersionFacts, tuple[PageFact, ...]]] = []
        """What each page states, without what the spec explains."""
        speaking = set()
        shared: set[tuple[str, int, str]] = set()
        for version in self._versions:
            stated = version.stated(key, spec, known=known)
            speaking |= {version.version.language} if stated else set()
            stated = tuple(fact for fact in stated if version.place(fact) not in shared)
            shared |= {version.place(fact) for fact in stated if not version.page.is_old}
            compared = [self._observation(version, fact, spec, key) for fact in stated]
            observations += filter(None, compared)
            left = tuple(
                fact
                for fact, noted in zip(stated, compared, strict=True)
                if fact.text != NOT_READ and not (noted and noted.note)
            )
            unexplained += [(version, left)] if left else []
        if not observations:
            return
        finding = _finding(observations, [stated for _, stated in unexplained])
        sure = finding == "drift" and not any(version.left_unread(key) for version in self._versions)
        yield Difference(
            fact=str(key),
            spec=next((fact.spec for _, stated in unexplained for fact in stated if fact.spec), spec.text),
            location=self._spec.document.location(spec.path),
            owner=self._spec.document.location(spec.owner),
            observations=tuple(observations),
            finding=finding,
            updates=tuple(_proposed_updates(self._spec, key, unexplained)) if sure else (),
            silent=tuple(language for language in LANGUAGES if language not in speaking),
            kind=key.kind,
            about=None if known else key.value or key.name or None,
        )

    def _observation(self, version: _VersionFacts, fact: PageFact, spec: SpecFact, key: FactKey) -> Observation | None:
        if fact.text == spec.text:
            return None
        language = version.version.language
        note = self._notes.explain(spec.owner, key, language, fact.text)
        return Observation(version.page.file, fact.line, language, fact.text, note)

    def _unused_notes(self) -> Iterator[Difference]:
        """Yield the explanations of what no page states any more, though pages mention its subject."""
        for unused in self._notes.unused():
            keys = [
                key for key, fact in self._spec.facts.items() if (fact.owner, key.kind) == (unused.owner, unused.kind)
            ]
            always = unused.about is not None or not keys
            speaking = [
                version
                for version in self._versions
                if version.page.is_old
                and version.version.language == unused.language
                and (always or any(key in version.facts for key in keys))
            ]
            if speaking:
                line = speaking[0].version.endpoints[0].line
                silence = Observation(speaking[0].page.file, line, unused.language, "not said", None)
                text = f"explains {unused.kind} {unused.says}"
                yield Difference(str(FactKey("note")), text, unused.location, unused.location, (silence,), "drift")

    def _is_outdated(self, version: _VersionFacts) -> bool:
        """Return whether the spec was read from a later page than this copy."""
        source, taken = self._spec.operation.pages.get(version.version.language), version.page.taken
        return source is not None and taken is not None and taken.value < source.read

    def _newest(self) -> dict[Language, _VersionFacts]:
        """Return the newest page in each language that the spec names a page in."""
        pages = self._spec.operation.pages
        versions = sorted((version for version in self._versions if version.page.is_old), key=_day)
        newest = {version.version.language: version for version in versions if version.version.language in pages}
        return {language: newest[language] for language in LANGUAGES if language in newest}

    def _recordings(self, newest: Mapping[Language, _VersionFacts]) -> Iterator[SentencesRecorded]:
        for language, version in newest.items():
            marks = tuple(sentence.fingerprint for sentence in version.version.sentences)
            recorded = self._spec.operation.pages[language].sentences
            if set(marks) != set(recorded) and not self._is_outdated(version):
                yield SentencesRecorded(self._spec.endpoint, language, version.version)


def _day(version: _VersionFacts) -> str:
    """Return the day of a page, which is empty where it has none."""
    return version.page.taken.value if version.page.taken else ""


def _version_facts(spec: OperationFacts, page: Page, version: PageVersion) -> _VersionFacts:
    facts = page_facts(spec, page, version)
    return _VersionFacts(page, version, facts, frozenset(key.name for key in facts if key.kind == "value"))


def _finding(observations: Sequence[Observation], unexplained: Sequence[Sequence[PageFact]]) -> Finding:
    if not any(observation.note is None and observation.text != NOT_READ for observation in observations):
        return "explained" if any(observation.note for observation in observations) else "not read"
    agreed = {frozenset(fact.compared or fact.text for fact in stated) for stated in unexplained}
    return "drift" if len(agreed) == 1 else "pages disagree"


# What can be applied

_Stated: TypeAlias = Sequence[tuple[_VersionFacts, tuple[PageFact, ...]]]
"""What each page states of a fact; all of them state the same."""


def _proposed_updates(spec: OperationFacts, key: FactKey, stated: _Stated) -> Iterator[Update]:
    """Yield the updates that make the spec state what the pages state; none where a person has to decide."""
    fact = stated[0][1][0]
    if len(stated[0][1]) > 1:
        return
    match key.kind, fact.value:
        case "weight", PageWeight() as weight:
            yield from _of_weight(spec, weight)
        case "call limit", CallLimit() as limit:
            yield CallLimitUpdate(spec.endpoint, limit)
        case "call limit", _ if fact.text == NONE:
            known = spec.operation.call_limit
            if known is not None and not _are_mentioned(stated, str(known.calls)) and not _cap_calls(stated):
                yield CallLimitUpdate(spec.endpoint, None)
        case "required", bool() as required:
            yield RequiredUpdate(spec.endpoint, key.name, required)
        case "value", _:
            yield from _of_value(spec, key, stated)
        case "parameter", PageParameter() as row if row.required is False:
            yield _of_parameter(spec, key, stated)


def _of_weight(spec: OperationFacts, stated: PageWeight) -> Iterator[Update]:
    if len(spec.operation.weights) > 1:
        return  # a person has to say which of them it is
    known = spec.operation.weight
    if stated.weight != known.weight:
        yield WeightUpdate(spec.endpoint, "weight", stated.weight)
    if stated.scope is not None and stated.scope != known.scope:
        yield WeightUpdate(spec.endpoint, "scope", stated.scope)


def _of_parameter(spec: OperationFacts, key: FactKey, stated: _Stated) -> Update:
    names = [row.value.name for row in stated[0][0].version.parameters]
    index = names.index(key.name)
    rows: dict[Language, PageParameter] = {version.version.language: fact.value for version, (fact, *_) in stated}
    others = {*names, *spec.known} - {key.name}
    ties = dict.fromkeys(
        sentence.text
        for version, _ in stated
        for sentence in version.version.sentences
        if mentions(sentence.text, key.name)
        and any(mentions(sentence.text, other) for other in others)
        and _TIE.search(sentence.text)
    )
    return ParameterAdded(spec.endpoint, names[index - 1] if index else None, rows, tuple(ties))


def _of_value(spec: OperationFacts, key: FactKey, stated: _Stated) -> Iterator[Update]:
    fact = stated[0][1][0]
    if fact.text == NOT_LISTED:
        if not _are_mentioned(stated, key.value):
            yield ValueRemoved(spec.endpoint, key.name, key.value)
    elif isinstance(fact.value, PageParameter):
        texts: dict[Language, str] = {
            version.version.language: dict(fact.value.values)[key.value]
            for version, (fact, *_) in stated
            if isinstance(fact.value, PageParameter)
        }
        listed = tuple(value for value, _ in fact.value.values)
        yield ValueAdded(spec.endpoint, key.name, key.value, texts, listed)


def _cap_calls(stated: _Stated) -> bool:
    """Return whether a line of the pages seems to cap calls, wherever it is."""
    return any(caps_calls(line) for version, _ in stated for line in version.version.text.split("\n"))


def _are_mentioned(stated: _Stated, word: str) -> bool:
    """Return whether the pages mention what seems to be gone nevertheless, so that a person must look."""
    return any(mentions(version.version.text, word) for version, _ in stated)
