"""Compares pages with the spec, operation by operation, and gives each difference a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.drafts import known_endpoints
from generator.ir import types as ir
from generator.openapi.document import Document
from generator.openapi.problems import Location
from generator.sources import (
    SOURCES,
    Endpoint,
    Language,
    Page,
    PageVersion,
    PageWeight,
    Source,
    page_path,
)
from generator.sources.fact_texts import NOT_READ, weight_text
from generator.sources.identify import Identity, KnownEndpoint, RefusedVerdict, identify
from generator.vocabulary import LANGUAGES

from .age import READ_NEWEST, Age, without_older_releases
from .facts import FactKey, FactKind, OperationFacts, PageFact, SpecFact, page_facts
from .notes import Explanation, Notes
from .proposals import proposed_updates
from .results import Difference, DriftReport, Finding, Observation, OperationResult, PageResult, ReadSource, Verdict
from .update import SentencesRecorded, SourceDate

_NOT_HERE = "the spec states {} by now; correct the value, or what this line and its note say"
_NAME_HERE = "it does not name what the spec states; if it explains that, add here: {}"
_REMOVE = "it explains nothing that is stated any more; remove this line of explains"
_RECORD_ANEW = (
    "x-binance-newer is what this package stated before; record what it states now, with its version and date"
)
_READ_AGAIN = (
    "no page is a source of this endpoint; so edit the value and what x-binance-source names as read, or explain it in an "
    "x-binance-note"
)
_READ_IT = "it cannot be read, so a person has to compare it"
_RECORD = (
    "no page states it, and the values here are those of the pages; so record it in x-binance-newer and in an x-binance-note "
    "whose explains names it"
)


def compare(document: Document, api: ir.Api, pages: Iterable[Page]) -> DriftReport:
    """Check every page for what it is, and compare those of the spec's operations with it."""
    known, age = known_endpoints(api), Age(api)
    pages, left_out = without_older_releases(list(pages))
    identified = list(_identified(pages, known))
    results: dict[Endpoint | None, OperationResult] = {}
    for operation in api.operations:
        endpoint = Endpoint(operation.method, operation.path)
        own = [page for page, identity in identified if identity.endpoint == endpoint and not identity.verdict]
        if own:
            results[endpoint] = _Comparison(OperationFacts(document, operation), own, age).result()
    page_results = tuple(
        PageResult(page, *_refused(page, identity.endpoint, identity.verdict, api), identity.message)
        if identity.verdict
        else _page_result(page, results[identity.endpoint])
        for page, identity in identified
    )
    page_results += tuple(_gone(api, [page for page, _ in identified], age))
    missing = (operation for operation in api.operations if Endpoint(operation.method, operation.path) not in results)
    methods = Counter(page.source for page in pages if page.source and not page.problems)
    return DriftReport(document.file, page_results, tuple(results.values()), tuple(missing), methods, tuple(left_out))


def _refused(
    page: Page, endpoint: Endpoint | None, verdict: RefusedVerdict, api: ir.Api
) -> tuple[Endpoint | None, Verdict]:
    """Return the endpoint of a page that was not compared, and why it was not."""
    if page.unreachable:
        own = (
            operation for operation in api.operations if page_path(page.file) in map(page_path, _addresses(operation))
        )
        return next((Endpoint(operation.method, operation.path) for operation in own), None), "unreachable"
    return endpoint, "not read" if page.source and verdict == "unreadable" else verdict


def _addresses(operation: ir.Operation) -> Iterator[str]:
    yield from (page.url for page in operation.pages.values())
    yield from filter(None, [operation.catalogue])


def _gone(api: ir.Api, pages: Sequence[Page], age: Age) -> Iterator[PageResult]:
    """Yield the operations that a package of the SDK should have, and has not; an older release need not have them."""
    for operation in api.operations:
        endpoint = Endpoint(operation.method, operation.path)
        for name in dict.fromkeys(page.source for page in pages if page.source.split(" ")[0] == operation.sdk):
            found = (page for page in pages if page.source == name)
            if not age.is_older_release(name) and not any(
                version.endpoints[0].value == endpoint for page in found for version in page.versions
            ):
                page = Page(name, "sdk", source=name)
                yield PageResult(page, endpoint, "gone", f"no method for {endpoint} was read in it.")


def _identified(pages: Iterable[Page], known: Sequence[KnownEndpoint]) -> Iterator[tuple[Page, Identity]]:
    """Yield what each page is; of a file or a package of several, only those of endpoints that the spec has, if any."""
    endpoints = {other.endpoint for other in known}
    parts: dict[str, list[Page]] = {}
    compared: set[str] = set()
    for page in pages:
        if page.is_part:
            parts.setdefault(page.container, []).append(page)
        if not page.is_part or any(
            stated.value in endpoints for version in page.versions for stated in version.endpoints
        ):
            compared |= {page.container} if page.is_part else set()
            whole = page.whole()
            yield whole, identify(whole, known)
    for name, others in parts.items():
        if name not in compared:
            message = f"it describes {len(others)} endpoints, and the spec has none of them."
            yield others[0], Identity(None, "unknown endpoint", message)


def _page_result(page: Page, result: OperationResult) -> PageResult:
    stated = [result.older.get((page.file, page.source_of(version)), "") for version in page.versions]
    return PageResult(page, result.endpoint, result.verdict, " ".join(filter(None, dict.fromkeys(stated))))


@dataclass(frozen=True, slots=True)
class _VersionFacts:
    """One language of a page, and what it states."""

    page: Page
    version: PageVersion
    facts: Mapping[FactKey, tuple[PageFact, ...]]
    listing: frozenset[str]
    """The parameters whose values it lists."""

    @property
    def source(self) -> Source:
        """Where it is stated."""
        return self.page.source_of(self.version)

    @property
    def origin(self) -> tuple[str, Source]:
        """The file and the kind of source, as an observation names them."""
        return self.page.file, self.source

    def stated(self, key: FactKey, spec: SpecFact, *, known: bool) -> tuple[PageFact, ...]:
        """Return what it states of a fact; of one that only another page has, it denies it."""
        lists = key.kind != "response field" and (key.kind != "value" or key.name in self.listing)
        no = () if known or not lists else (PageFact(spec.text, self.version.endpoints[0].line),)
        return self.facts.get(key, no)

    def place(self, fact: PageFact) -> tuple[str, int, str]:
        """Return where a fact is stated; what a schema states once holds in both languages, and is one statement."""
        return self.page.file, fact.line, fact.text

    def now(self, explained: Explanation, keys: Sequence[FactKey]) -> tuple[str, int, str]:
        """Return where it states something of what a note explains, and what; these keys of the spec are about it."""
        about = [key for key in self.facts if (key.kind, key.value or key.name) == (explained.kind, explained.about)]
        stated = [fact for key in (about if explained.about else keys) for fact in self.facts.get(key, ())]
        line = stated[0].line if stated else self.version.endpoints[0].line
        return self.page.file, line, " and ".join(dict.fromkeys(fact.text for fact in stated)) or "not said"

    def left_unread(self, key: FactKey) -> bool:
        """Return whether it may list a value in words that were not understood."""
        about = (key, FactKey("values", key.name)) if key.kind == "value" else ()
        return any(fact.text == NOT_READ for key in about for fact in self.facts.get(key, ()))


class _Comparison:
    """An operation of the spec and its pages, while they are compared."""

    def __init__(self, spec: OperationFacts, pages: Sequence[Page], age: Age) -> None:
        self._spec = spec
        self._notes = Notes(spec)
        self._versions = [_version_facts(spec, page, version) for page in pages for version in page.versions]
        older = {version.origin: age.older(spec.operation, version.page, version.version) for version in self._versions}
        self._older = {origin: sentence for origin, sentence in older.items() if sentence}
        self._silent: set[tuple[str, Source]] = set()
        """The older sources that a note explains nothing of."""

    def result(self) -> OperationResult:
        spec, versions = self._spec, self._versions
        keys = dict.fromkeys([*spec.facts, *(key for version in versions for key in version.facts)])
        differing = [difference for key in keys for difference in self._difference(key)]
        differing += [*self._unused_notes(), *self._newer_weights()]
        # An older source has the address that its page had then, which is no news.
        differences = tuple(
            dated for dated in map(self._dated, differing) if (dated.kind, dated.advice) != ("address", READ_NEWEST)
        )
        telling = {observed.origin for difference in differences for observed in difference.observations} | self._silent
        newest = self._newest()
        days = {language: _day(version) for language, version in newest.items()}
        return OperationResult(
            operation=spec.operation,
            location=spec.document.location(spec.path),
            read=self._read(),
            differences=differences,
            dates=tuple(
                SourceDate(spec.endpoint, language, day)
                for language, day in days.items()
                if day > spec.operation.pages[language].read
            ),
            undated=tuple(language for language, day in days.items() if not day),
            remarks=tuple(
                f"{version.page.file}:{remark.line}: {remark.value}"
                for version in versions
                for remark in version.page.remarks
            ),
            recordings=tuple(self._recordings(newest)),
            older={origin: sentence for origin, sentence in self._older.items() if origin in telling},
        )

    def _dated(self, difference: Difference) -> Difference:
        """Return a difference with what follows from the age of the sources that state it."""
        if not any(observed.origin in self._older for observed in difference.observations):
            return difference
        deciding = [observed for observed in difference.observations if not observed.note]
        only_older = difference.is_open and all(observed.origin in self._older for observed in deciding)
        keep = difference.kind == "note" or not only_older
        advice = difference.advice if keep else READ_NEWEST
        return replace(difference, updates=(), outdated=True, advice=advice)

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
        by_pages = [(version.version, stated) for version, stated in unexplained if version.page.is_old]
        yield Difference(
            fact=str(key),
            spec=next((fact.spec for _, stated in unexplained for fact in stated if fact.spec), spec.text),
            location=self._spec.document.location(spec.path),
            owner=self._spec.document.location(spec.owner),
            observations=tuple(observations),
            finding=finding,
            updates=tuple(proposed_updates(self._spec, key, by_pages)) if sure and by_pages else (),
            silent=tuple(source for source in SOURCES if source not in speaking),
            kind=key.kind,
            about=None if known else key.value or key.name or None,
            advice="" if by_pages or finding != "drift" else self._advice(observations),
        )

    def _advice(self, observations: Sequence[Observation]) -> str:
        """Return what to do about a difference that no page states."""
        if not all(observed.is_read for observed in observations if not observed.note):
            return _READ_IT
        return _RECORD if self._spec.operation.pages else _READ_AGAIN

    def _observation(self, version: _VersionFacts, fact: PageFact, spec: SpecFact, key: FactKey) -> Observation | None:
        if fact.text == spec.text:
            return None
        here = fact.spec or spec.text
        note = self._notes.explain(spec.owner, key, version.source, fact.text, here)
        return Observation(
            version.page.file, fact.line, version.source, version.version.language, fact.text, note, here, fact.is_read
        )

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
                if version.source == unused.source and (always or any(key in version.facts for key in keys))
            ]
            here = self._notes.stated_here(unused)
            if not here:
                self._silent |= {version.origin for version in speaking}
                speaking = [version for version in speaking if version.origin not in self._older]
            if speaking:
                file, line, now = speaking[0].now(unused, keys)
                observed = Observation(file, line, unused.source, speaking[0].version.language, now, None)
                text = f"explains {unused.kind} {unused.says}" + (f" against {unused.here}" if unused.here else "")
                outdated = _NOT_HERE if unused.here else _NAME_HERE
                advice = outdated.format(here) if here else _REMOVE
                yield _outdated("note", text, unused.location, observed, advice)

    def _newer_weights(self) -> Iterator[Difference]:
        """Yield the weights of `x-binance-newer` that the spec has by now, or that a later release states no more."""
        operation, document = self._spec.operation, self._spec.document
        last = {newer.source.partition(" ")[0]: newer for newer in operation.newer if newer.weights}
        for package, newer in last.items():
            location = document.location((*newer.spec_path, "weight"))
            recorded = " and ".join(weight_text(PageWeight(weight.weight, weight.scope)) for weight in newer.weights)
            if recorded in self._spec.facts[FactKey("weight")].text.split(" and "):
                yield _outdated("newer weight", recorded, location, None, "x-binance-weight is the same; remove it")
                continue
            for version in self._versions:
                stated = [fact.text for fact in version.facts.get(FactKey("weight"), ())]
                speaks = version.page.source.partition(" ")[0] == package and version.origin not in self._older
                if stated and speaks and recorded not in " and ".join(stated).split(" and "):
                    line = version.facts[FactKey("weight")][0].line
                    text = " and ".join(stated)
                    observed = Observation(
                        version.page.file, line, version.source, version.version.language, text, None
                    )
                    yield _outdated("newer weight", recorded, location, observed, _RECORD_ANEW)

    def _newest(self) -> dict[Language, _VersionFacts]:
        """Return the newest page in each language that the spec names a page in."""
        pages = self._spec.operation.pages
        versions = sorted(self._versions, key=_day)
        newest = {version.source: version for version in versions}
        return {language: newest[language] for language in LANGUAGES if language in newest and language in pages}

    def _read(self) -> tuple[ReadSource, ...]:
        """Return the sources that were read, each kind in its order."""
        read = (ReadSource(version.source, version.page.source, _day(version)) for version in self._versions)
        return tuple(sorted(dict.fromkeys(read), key=lambda read: list(SOURCES).index(read.source)))

    def _recordings(self, newest: Mapping[Language, _VersionFacts]) -> Iterator[SentencesRecorded]:
        for language, version in newest.items():
            marks = tuple(sentence.fingerprint for sentence in version.version.sentences)
            recorded = self._spec.operation.pages[language].sentences
            if set(marks) != set(recorded) and version.origin not in self._older:
                yield SentencesRecorded(self._spec.endpoint, language, version.version)


def _outdated(fact: str, spec: str, location: Location, observed: Observation | None, advice: str) -> Difference:
    """Return what the spec has beside its values, and a source states no more; other sources do not speak of it."""
    silent = tuple(source for source in SOURCES if observed and source != observed.source)
    observations = (observed,) if observed else ()
    kind: FactKind = "note" if fact == "note" else "newer"
    return Difference(fact, spec, location, location, observations, "drift", silent=silent, kind=kind, advice=advice)


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
