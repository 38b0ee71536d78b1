"""Lists what changed in an operation from release to release of Binance's SDK, and when."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from generator.console import did_you_mean, printable
from generator.ir import types as ir
from generator.openapi.document import Document, at
from generator.openapi.problems import join_names
from generator.sources import Page, read_wheel
from generator.sources.sdk.index import CannotFetchWheel, Index, Release

from .facts import FactKey, OperationFacts, page_facts

_METHOD, _THERE = "method", "there"
_AT_ONCE = 4
"""How many releases are fetched at once."""


class NoHistory(Exception):
    """The history of an operation cannot be listed; the message says why."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """What a release states of a fact, and where."""

    text: str
    location: str


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that a release states otherwise than the one before; `None` where one of them does not state it."""

    release: Release
    fact: str
    before: str | None
    after: str | None
    location: str


@dataclass(frozen=True, slots=True)
class History:
    """The changes of an operation, the oldest first."""

    operation: ir.Operation
    releases: Sequence[Release]
    """Those that were read."""
    changes: Sequence[Change]
    problems: Sequence[str]
    """What was not read, and why."""


def find_operation(document: Document, api: ir.Api, name: str) -> ir.Operation:
    """Return the operation of this operationId, method name, title, or method and path.

    Raises:
        NoHistory: The spec has none, or several, or names no package for it.
    """
    names = [_names(document, operation) for operation in api.operations]
    meant = [index for index, known in enumerate(names) if name.casefold() in (other.casefold() for other in known)]
    if not meant:
        allowed = [known[0] for known, operation in zip(names, api.operations, strict=True) if operation.sdk]
        near = did_you_mean(name, [other for known in names for other in known])
        raise NoHistory(
            f"{name or 'An empty text'} is no operation of the spec; allowed: {', '.join(allowed) or 'none'}.{near}"
        )
    if len(meant) > 1:
        raise NoHistory(f"{name} is the title of {join_names(names[index][0] for index in meant)}; name one of these.")
    operation = api.operations[meant[0]]
    if operation.sdk is None:
        raise NoHistory(f"{name} names no package of Binance's SDK; write it under x-binance-source.")
    return operation


def _names(document: Document, operation: ir.Operation) -> list[str]:
    """Return the names of an operation, its operationId first."""
    written = str(at(document.data, (*operation.spec_path, "operationId")))
    titles = filter(None, [operation.title.en, operation.title.zh])
    return [written, operation.name, f"{operation.method} {operation.path}", *titles]


def read_history(document: Document, operation: ir.Operation, index: Index) -> History:
    """Read every release of the package that has the operation.

    Raises:
        NoHistory: The index does not list them.
    """
    package = str(operation.sdk)
    try:
        releases = index.releases(package)
    except CannotFetchWheel as error:
        raise NoHistory(f"{package} cannot be fetched: {error}.") from None
    spec = OperationFacts(document, operation)
    read: list[Release] = []
    changes: list[Change] = []
    problems: list[str] = []
    before: Mapping[FactKey, _Statement] = {}
    for release, pages in _read(index, releases):
        problems += (f"{page.file}: {problem}" for page in pages for problem in page.problems)
        if any(page.problems and not page.source for page in pages):
            continue  # nothing is known of this release
        after = _statements(spec, pages)
        changes += _changes(release, before, after) if read else ()
        before = after
        read.append(release)
    return History(operation, read, changes, problems)


def _read(index: Index, releases: Sequence[Release]) -> Iterator[tuple[Release, list[Page]]]:
    """Yield each release with its methods; some are fetched meanwhile, as pip takes a second for each."""
    count = sum(not index.keeps(release) for release in releases)
    line = f"Fetching {count} {'release' if count == 1 else 'releases'} of {releases[0].package}"
    counted = bool(count) and sys.stderr.isatty()
    _show(f"{line}." + "\n" * (not counted) if count else "")
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        contents = pool.map(partial(_fetch, index), releases)
        for number, (release, content) in enumerate(zip(releases, contents, strict=True), 1):
            _show(f"\r{line}: {number} of {len(releases)} read." if counted else "")
            yield release, _pages(release, content)
    finally:
        pool.shutdown(cancel_futures=True)
        _show("\n" * counted)


def _show(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _fetch(index: Index, release: Release) -> bytes | CannotFetchWheel:
    try:
        return index.wheel(release)
    except CannotFetchWheel as error:
        return error


def _pages(release: Release, content: bytes | CannotFetchWheel) -> list[Page]:
    name = f"{release.package} {release.version}"
    if isinstance(content, bytes):
        return list(read_wheel(name, content, release.date))
    return [Page(name, "sdk", problems=(f"it cannot be fetched: {content}.",), unreachable=True)]


def _statements(spec: OperationFacts, pages: Sequence[Page]) -> Mapping[FactKey, _Statement]:
    """Return what a release states of each fact; nothing where it has no method for the operation."""
    for page in pages:
        for version in page.versions:
            if version.endpoints[0].value == spec.endpoint:
                facts = page_facts(spec, page, version)
                return {
                    key: _Statement(" and ".join(fact.text for fact in stated), f"{page.file}:{stated[0].line}")
                    for key, stated in facts.items()
                }
    return {}


def _changes(
    release: Release, before: Mapping[FactKey, _Statement], after: Mapping[FactKey, _Statement]
) -> Iterator[Change]:
    if not before or not after:
        if before or after:
            location = next(iter((after or before).values())).location
            yield Change(release, _METHOD, _THERE if before else None, _THERE if after else None, location)
        return
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        texts = [statement.text if statement else None for statement in (old, new)]
        if texts[0] != texts[1]:
            location = next(statement.location for statement in (new, old) if statement)
            yield Change(release, str(key), texts[0], texts[1], location)


def as_text(history: History) -> str:
    """Return a history as Markdown."""
    operation, releases = history.operation, history.releases
    lines = [f"## {operation.title.en}: {operation.method} {operation.path} in {operation.sdk}", ""]
    if releases:
        ends = [f"{release.version} of {release.date or 'an unknown day'}" for release in (releases[0], releases[-1])]
        lines += [f"{len(releases)} releases were read, from {ends[0]} to {ends[1]}.", ""]
    if history.changes:
        lines += ["| release | date | fact | before | from then on | where |", f"|{' --- |' * 6}"]
        lines += map(_row, history.changes)
    else:
        lines.append("Nothing changed.")
    lines += ["", *(f"- {_safe(problem)}" for problem in history.problems)] if history.problems else []
    return "\n".join(lines) + "\n"


def _row(change: Change) -> str:
    nothing = "not there" if change.fact == _METHOD else "not said"
    texts = (change.fact, change.before or nothing, change.after or nothing, change.location)
    cells = [change.release.version, change.release.date or "unknown", *(f"`{_safe(text)}`" for text in texts)]
    return f"| {' | '.join(cells)} |"


def _safe(text: str) -> str:
    return printable(text).replace("|", "\\|").replace("`", "'")


def as_json(history: History) -> str:
    """Return a history as JSON."""
    operation = history.operation
    data = {
        "operation": operation.name,
        "title": operation.title.en,
        "endpoint": f"{operation.method} {operation.path}",
        "package": operation.sdk,
        "releases": [_release(release) for release in history.releases],
        "changes": [
            _release(change.release) | {name: getattr(change, name) for name in ("fact", "before", "after", "location")}
            for change in history.changes
        ],
        "problems": list(history.problems),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _release(release: Release) -> dict[str, str | None]:
    return {"release": release.version, "date": release.date}
