"""Prints what was found: as Markdown that is also readable in a terminal, and as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from generator.console import printable
from generator.openapi.edit import to_inline_yaml
from generator.sources import SOURCES, Language, Source
from generator.sources.fact_texts import short
from generator.vocabulary import LANGUAGES

from .age import READ_NEWEST
from .notes import is_implied
from .results import Difference, DriftReport, Observation, OperationResult, PageResult, Verdict

SAME, DIFFERENT, REFUSED = 0, 1, 2
_MOST, _LONGEST = 8, 300
"""How many texts, each of how many characters, a cell shows."""
_REFUSALS = ("unreadable", "wrong page", "unknown endpoint")
_OUTDATED = ("note", "newer")
"""What the spec has beside its values, of which a note can explain nothing."""
_NOT_COMPARED = ("not read", "gone")


def exit_code(report: DriftReport) -> int:
    """Return 2 where a page was refused or nothing was read of an operation, 1 where a source differs, 0 otherwise."""
    unread = (page for page in report.pages if page.verdict == "unreachable" and not _is_read_elsewhere(report, page))
    if any(page.verdict in _REFUSALS for page in report.pages) or any(unread):
        return REFUSED
    gone = any(page.verdict == "gone" for page in report.pages)
    return DIFFERENT if gone or any(result.verdict != "same" for result in report.operations) else SAME


def _is_read_elsewhere(report: DriftReport, page: PageResult) -> bool:
    """Return whether another source was read of every operation that a page, or a package of the SDK, is about."""
    read = [result.operation for result in report.operations]
    packages = {operation.sdk for operation in read} - {operation.sdk for operation in report.without_page}
    package = page.page.file.removeprefix("sdk:").partition("==")[0] if page.page.format == "sdk" else None
    return package in packages if package else page.endpoint in {result.endpoint for result in report.operations}


# Text


def as_text(report: DriftReport) -> str:
    """Return the report as Markdown: what was refused, each operation, what could not be reached, and a summary."""
    lines = ["No page could be reached, so everything below rests on Binance's SDK alone.", ""] * _is_of_sdk(report)
    refused = [page for page in report.pages if page.verdict in (*_REFUSALS, *_NOT_COMPARED)]
    unreachable = [page for page in report.pages if page.verdict == "unreachable"]
    if refused:
        lines += ["## Not compared", ""]
        lines += _refused(refused)
        if any(page.verdict == "unknown endpoint" for page in refused):
            lines += ["", "`python -m generator import PAGE` drafts an endpoint that the spec does not have."]
        lines.append("")
    old = [page for page in report.pages if page.message and page not in (*refused, *unreachable)]
    if old:
        messages = dict.fromkeys(f"- {_code(page.page.container)}: {_safe(page.message)}" for page in old)
        lines += ["## Older than the spec", "", *messages, ""]
    lines += _notices(report)
    for result in report.operations:
        lines += _operation(report, result)
    lines += ["## Not reached", "", *_refused(unreachable), ""] if unreachable else []
    return "\n".join([*lines, _summary(report)])


def _is_of_sdk(report: DriftReport) -> bool:
    """Return whether pages were asked for, and only the SDK could be read."""
    asked = any(page.verdict == "unreachable" and page.page.format != "sdk" for page in report.pages)
    return asked and {source for result in report.operations for source in result.sources} == {"sdk"}


def _refused(pages: Sequence[PageResult]) -> Iterator[str]:
    """Yield what was not compared; what cannot be reached for one reason is one line."""
    by_reason: dict[tuple[str, str, str], list[str]] = {}
    for page in pages:
        own = "" if page.verdict == "unreachable" else page.page.file
        by_reason.setdefault((page.verdict, page.message, own), []).append(page.page.file)
    for (verdict, message, _), files in by_reason.items():
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        yield f"- {_code(files[0])}{more}: **{verdict}**: {_safe(message)}"


def _notices(report: DriftReport) -> list[str]:
    """Return what the pages tell of an end, which comes before all else that differs."""
    notices = [
        f"- {result.endpoint}: {_code(observation.text)} {_code(f'{observation.file}:{observation.line}')}"
        for result in report.operations
        for difference in result.differences
        for observation in difference.observations
        if difference.kind == "notice" and not observation.note
    ]
    return ["## The end of an endpoint, or of a part of it", "", *notices, ""] if notices else []


def _operation(report: DriftReport, result: OperationResult) -> list[str]:
    operation = result.operation
    where = f"{result.endpoint}, {report.spec}:{result.location.line}, {', '.join(_dated(result))}"
    lines = [f"## {operation.title.en}: {result.verdict}", "", where, ""]
    explained = [difference for difference in result.differences if difference.finding == "explained"]
    if len(explained) < len(result.differences):
        lines += [*_table(report, result), ""]
    lines += _advice(report, result)
    if explained:
        lines += ["Explained by notes:", "", *(_explained(report, difference) for difference in explained), ""]
    lines += [f"- {_safe(remark)}" for remark in result.remarks] + [""] * bool(result.remarks)
    to_explain = [
        difference
        for difference in result.differences
        if difference.kind not in _OUTDATED
        and difference.advice != READ_NEWEST
        and any(observed.is_read for observed in _unexplained(difference))
        and (difference.finding == "pages disagree" or _is_notice(difference) or _is_of_no_page(difference))
    ]
    if to_explain:
        notes = (_explaining(report, difference) for difference in to_explain)
        lines += [
            *_adopting(result, to_explain),
            "Where the spec is to stay as it is, a note can say so:",
            "",
            *notes,
            "",
        ]
    return lines


def _adopting(result: OperationResult, differences: Sequence[Difference]) -> list[str]:
    """Return what to do where a newer source than the pages is right."""
    stating = {observed.source for difference in differences for observed in _unexplained(difference)}
    newer = [read for read in result.read if read.source in stating and read.source not in LANGUAGES and read.name]
    entries = [
        to_inline_yaml({"source": read.name, "date": read.day, "description": "...", "x-binance-zh": "..."})
        for read in newer
    ]
    if not entries:
        return []
    known = ", ".join(map(_code, entries))
    advice = "Where the source is right, correct the spec, and its version and date in `x-binance-source`."
    return [f"{advice} Where the pages state the old value still, keep it, and add to `x-binance-newer`: {known}", ""]


def _advice(report: DriftReport, result: OperationResult) -> list[str]:
    """Return what a person should do about what is no value of the spec, and about what older sources alone state."""
    lines = [
        f"- {difference.fact}, at {_code(f'{report.spec}:{difference.location.line}')}: {difference.advice}."
        for difference in result.differences
        if difference.kind in _OUTDATED or difference.advice == READ_NEWEST
    ]
    return [*lines, ""] if lines else []


def _dated(result: OperationResult) -> Iterator[str]:
    """Yield each source that was read, with its date."""
    for read in result.read:
        yield f"{' '.join(filter(None, [SOURCES[read.source], read.name]))} {f'of {read.day}' if read.day else 'without a date'}"


def _unexplained(difference: Difference) -> Iterator[Observation]:
    return (observed for observed in difference.observations if not observed.note)


def _is_notice(difference: Difference) -> bool:
    return difference.kind == "notice" and difference.is_open


def _is_of_no_page(difference: Difference) -> bool:
    """Return whether no page states it: the facts of the spec are those of pages, so a note is the likely answer."""
    return difference.is_open and all(observation.source not in LANGUAGES for observation in difference.observations)


def _explained(report: DriftReport, difference: Difference) -> str:
    """Return what the spec and each source state of a fact, and the notes that explain it."""
    noted = [observation for observation in difference.observations if observation.note]
    notes = dict.fromkeys(f"{report.spec}:{observation.note.line}" for observation in noted if observation.note)
    stated: dict[str, dict[Source, None]] = {}
    for observation in noted:
        stated.setdefault(observation.text, {})[observation.source] = None
    texts = [f"{_short(difference.spec)} here", *(f"{', '.join(by)} {_short(text)}" for text, by in stated.items())]
    return f"- {_safe(difference.fact)}: {', '.join(texts)} ({', '.join(map(_code, notes))})"


def _explaining(report: DriftReport, difference: Difference) -> str:
    """Return what explains a difference, to be copied into a note of the spec."""
    about = {"about": difference.about} if difference.about else {}
    implied = is_implied(difference.kind, difference.about)
    stated = dict.fromkeys(
        (observed.source, observed.text, observed.here) for observed in _unexplained(difference) if observed.is_read
    )
    explains = [
        {"page": page, "fact": difference.kind, **about, "says": text, **({} if implied else {"here": here})}
        for page, text, here in islice(stated, _MOST)
    ]
    fact, owner = _safe(difference.fact), _code(f"{report.spec}:{difference.owner.line}")
    return f"- {fact}, in an `x-binance-note` at {owner}: {_code(f'explains: {to_inline_yaml(explains)}')}"


def _table(report: DriftReport, result: OperationResult) -> Iterator[str]:
    columns: list[Source] = [source for source in SOURCES if source in LANGUAGES or source in result.sources]
    rows = [["fact", "spec", *(SOURCES[source] for source in columns), "finding"]]
    for difference in (difference for difference in result.differences if difference.finding != "explained"):
        cells = [_cell(result, difference, source) for source in columns]
        rows.append([_safe(difference.fact), _spec(report, difference), *cells, difference.finding])
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(padded)} |"


def _cell(result: OperationResult, difference: Difference, source: Source) -> str:
    locations: dict[str, list[str]] = {}
    for observation in difference.observations:
        if observation.source == source:
            locations.setdefault(observation.text, []).append(f"{observation.file}:{observation.line}")
    if locations:
        texts = [
            " ".join(map(_code, (_cut(text), *places[:_MOST]))) for text, places in islice(locations.items(), _MOST)
        ]
        more = [f"and {len(locations) - _MOST} more"] if len(locations) > _MOST else []
        return "; ".join([*texts, *more])
    if source not in result.sources:
        return "no page"
    return "not said" if source in difference.silent else "same"


def _counted(pages: Sequence[PageResult]) -> Iterator[str]:
    """Yield how many of each kind were given, with their verdicts; an address that holds several is one."""
    kinds: dict[str, dict[tuple[str, str], Verdict]] = {}
    for number, result in enumerate(pages):
        page = result.page
        kind = "method" if page.source else "page"
        if page.unreachable:
            kind = "package" if page.format == "sdk" else "address"
        key = page.file.partition("#")[0], "" if page.unreachable else str(number)
        kinds.setdefault(kind, {})[key] = result.verdict
    for kind, verdicts in kinds.items():
        counts = Counter(verdicts.values())
        listed = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        ending = "" if len(verdicts) == 1 else "es" if kind == "address" else "s"
        yield f"{len(verdicts)} {kind}{ending}: {listed}."


def _summary(report: DriftReport) -> str:
    lines = list(_counted(report.pages))
    lines += (f"{count} methods were read of {_safe(name)}." for name, count in report.methods.items())
    lines += _left_out(report)
    missing: dict[str, list[str]] = {}
    for result in report.operations:
        unread = [LANGUAGES[language] for language in result.operation.pages if language not in result.sources]
        if unread:
            missing.setdefault(" and no ".join(unread), []).append(result.operation.title.en)
    lines += (f"No {names} page was read of: {', '.join(titles)}." for names, titles in missing.items())
    if report.without_page:
        titles = ", ".join(operation.title.en for operation in report.without_page)
        lines.append(f"No page was read of: {titles}.")
    for language, name in LANGUAGES.items():
        unread = [result.operation.title.en for result in report.operations if _is_unrecorded(result, language)]
        if unread:
            lines.append(f"No sentences of the {name} page are recorded of: {', '.join(unread)}.")
    return "\n".join(lines) + "\n"


def _left_out(report: DriftReport) -> Iterator[str]:
    """Yield the releases of each package that were not compared."""
    releases: dict[str, list[str]] = {}
    for name in report.left_out:
        package, _, release = name.partition(" ")
        releases.setdefault(package, []).append(release)
    for package, left_out in releases.items():
        yield (
            f"Only the newest release of {_safe(package)} was compared; left out: {_safe(', '.join(left_out))}. "
            "--history OPERATION compares all releases, in their order."
        )


def _is_unrecorded(result: OperationResult, language: Language) -> bool:
    marks = {recording.language for recording in result.recordings}
    return language in marks and not result.operation.pages[language].sentences


def _spec(report: DriftReport, difference: Difference) -> str:
    return f"{_code(_cut(difference.spec))} {_code(f'{report.spec}:{difference.location.line}')}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _short(text: str) -> str:
    return _code(short(text))


def _code(text: str) -> str:
    """Return text of a page as a word that nothing in a terminal, a table or an issue acts upon."""
    return f"`{_safe(text).replace('`', chr(0x27)) or ' '}`"


def _safe(text: str) -> str:
    return printable(text).replace("|", "\\|")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


# JSON


def as_json(report: DriftReport) -> str:
    """Return the report as JSON."""
    data = {
        "spec": report.spec,
        "pages": [_page(page) for page in report.pages],
        "operations": [_result(report, result) for result in report.operations],
        "without_page": [operation.name for operation in report.without_page],
        "left_out": list(report.left_out),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _page(page: PageResult) -> dict[str, Any]:
    return {
        "file": page.page.file,
        "format": page.page.format,
        "endpoint": str(page.endpoint) if page.endpoint else None,
        "verdict": page.verdict,
        "message": page.message or None,
    }


def _result(report: DriftReport, result: OperationResult) -> dict[str, Any]:
    return {
        "operation": result.operation.name,
        "title": result.operation.title.en,
        "endpoint": str(result.endpoint),
        "location": f"{report.spec}:{result.location.line}",
        "languages": [language for language in LANGUAGES if language in result.sources],
        "sources": [
            {"source": read.source, "name": read.name or None, "date": read.day or None} for read in result.read
        ],
        "verdict": result.verdict,
        "differences": [_difference(report, difference) for difference in result.differences],
        "remarks": list(result.remarks),
    }


def _difference(report: DriftReport, difference: Difference) -> dict[str, Any]:
    pages = [
        {
            "source": observation.source,
            "language": observation.language,
            "location": f"{observation.file}:{observation.line}",
            "says": observation.text,
            "explained": f"{report.spec}:{observation.note.line}" if observation.note else None,
        }
        for observation in difference.observations
    ]
    return {
        "fact": difference.fact,
        "spec": difference.spec,
        "location": f"{report.spec}:{difference.location.line}",
        "pages": pages,
        "finding": difference.finding,
        "applicable": bool(difference.updates),
    }
