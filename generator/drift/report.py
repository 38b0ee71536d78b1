"""Shows what was found: as Markdown that is also readable in a terminal, and as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from generator.console import printable
from generator.openapi.yaml_text import Flow, flow
from generator.sources import Endpoint, Language
from generator.vocabulary import LANGUAGES

from .compare import Compared, Difference, Observation, PageResult, Report

SAME, DIFFERENT, REFUSED = 0, 1, 2
_MOST, _LONGEST = 8, 300
"""How many sayings, each of how many characters, a cell shows."""
_REFUSALS = ("unreadable", "wrong page", "unknown endpoint")


def exit_code(report: Report) -> int:
    """Return 2 where a page was refused, 1 where one differs, 0 otherwise."""
    if any(page.verdict in _REFUSALS for page in report.pages):
        return REFUSED
    return SAME if all(each.verdict == "same" for each in report.operations) else DIFFERENT


# Text


def as_text(report: Report) -> str:
    """Return the report as Markdown: what was refused, a table for each operation that differs, and a summary."""
    parts = [*_listed(report.pages), *(_operation(report, each) for each in report.operations), _summary(report)]
    return "\n".join(parts)


def _listed(pages: Sequence[PageResult]) -> Iterator[str]:
    """Yield the pages of which there is something to say: those that were refused, and those that are too old."""
    refused = [page for page in pages if page.verdict in _REFUSALS]
    if refused:
        lines = [f"- {_code(page.page.file)}: **{page.verdict}**: {_safe(page.message)}" for page in refused]
        if any(page.verdict == "unknown endpoint" for page in refused):
            lines += ["", "`python -m generator import PAGE` drafts an endpoint that the spec does not have."]
        yield "\n".join(["## Not compared", "", *lines, ""])
    old = [page for page in pages if page.message and page not in refused]
    if old:
        lines = [f"- {_code(page.page.file)}: {_safe(page.message)}" for page in old]
        yield "\n".join(["## Older than the spec", "", *lines, ""])


def _operation(report: Report, compared: Compared) -> str:
    operation = compared.operation
    pages = ", ".join(LANGUAGES[each] for each in compared.languages)
    where = f"{operation.method} {operation.path}, {report.spec}:{compared.location.line}, {pages}"
    lines = [f"## {operation.title.en}: {compared.verdict}", "", where, ""]
    if compared.differences:
        lines += [*_table(report, compared), ""]
    notes = [_explaining(report, each) for each in compared.differences if each.finding == "pages disagree"]
    if notes:
        lines += ["Where the spec is to stay as it is, a note can say so:", "", *notes, ""]
    return "\n".join(lines)


def _explaining(report: Report, difference: Difference) -> str:
    """Return what explains a difference, to be copied into a note of the spec."""
    about = {"about": difference.about} if difference.about else {}
    said = dict.fromkeys((seen.language, seen.text) for seen in difference.sightings if not seen.note)
    explains = [Flow(page=page, fact=difference.kind, **about, says=says) for page, says in islice(said, _MOST)]
    place = f"{report.spec}:{difference.owner.line}"
    return (
        f"- {_safe(difference.fact)}, in an `x-binance-note` at {_code(place)}: {_code(f'explains: {flow(explains)}')}"
    )


def _table(report: Report, compared: Compared) -> Iterator[str]:
    rows = [["fact", "spec", *(f"{name} page" for name in LANGUAGES.values()), "finding"]]
    for each in compared.differences:
        cells = [_cell(compared, each, language) for language in LANGUAGES]
        rows.append([_safe(each.fact), _spec(report, each), *cells, _finding(report, each)])
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(padded)} |"


def _cell(compared: Compared, difference: Difference, language: Language) -> str:
    seen = [each for each in difference.sightings if each.language == language]
    if seen:
        places: dict[str, list[str]] = {}
        for each in seen:
            places.setdefault(each.text, []).append(f"{each.file}:{each.line}")
        shown = [" ".join(map(_code, (_cut(text), *found[:_MOST]))) for text, found in islice(places.items(), _MOST)]
        more = [f"and {len(places) - _MOST} more"] if len(places) > _MOST else []
        return "; ".join([*shown, *more])
    if language not in compared.languages:
        return "no page"
    return "not said" if language in difference.silent else "same"


def _finding(report: Report, difference: Difference) -> str:
    places = dict.fromkeys(f"{report.spec}:{each.note.line}" for each in difference.sightings if each.note)
    return f"{difference.finding}, {', '.join(places)}" if difference.finding == "explained" else difference.finding


def _summary(report: Report) -> str:
    count = len(report.pages)
    verdicts = [page.verdict for page in report.pages]
    found = ", ".join(f"{verdicts.count(each)} {each}" for each in dict.fromkeys(verdicts))
    lines = [f"{count} {'page' if count == 1 else 'pages'}: {found}."]
    half = [(each, set(each.operation.pages) - set(each.languages)) for each in report.operations]
    lines += [
        f"No {' and no '.join(LANGUAGES[language] for language in LANGUAGES if language in missing)} page was read of: "
        f"{each.operation.title.en}."
        for each, missing in half
        if missing
    ]
    if report.without_page:
        lines.append(f"No page was read of: {', '.join(each.title.en for each in report.without_page)}.")
    return "\n".join(lines) + "\n"


def _spec(report: Report, difference: Difference) -> str:
    return f"{_code(_cut(difference.spec))} {_code(f'{report.spec}:{difference.location.line}')}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _code(text: str) -> str:
    """Return text of a page as a word that nothing in a terminal, a table or an issue acts upon."""
    return f"`{_safe(text).replace('`', chr(0x27)) or ' '}`"


def _safe(text: str) -> str:
    return printable(text).replace("|", "\\|")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


# JSON


def as_json(report: Report) -> str:
    """Return the report as JSON."""
    data = {
        "spec": report.spec,
        "pages": [_page(each) for each in report.pages],
        "operations": [_compared(report, each) for each in report.operations],
        "without_page": [each.name for each in report.without_page],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _page(judged: PageResult) -> dict[str, Any]:
    return {
        "file": judged.page.file,
        "format": judged.page.format,
        "endpoint": _endpoint(judged.endpoint),
        "verdict": judged.verdict,
        "sentence": judged.message or None,
    }


def _endpoint(endpoint: Endpoint | None) -> str | None:
    return f"{endpoint.method} {endpoint.path}" if endpoint else None


def _compared(report: Report, compared: Compared) -> dict[str, Any]:
    return {
        "operation": compared.operation.name,
        "title": compared.operation.title.en,
        "endpoint": f"{compared.operation.method} {compared.operation.path}",
        "place": f"{report.spec}:{compared.location.line}",
        "languages": list(compared.languages),
        "verdict": compared.verdict,
        "differences": [_difference(report, each) for each in compared.differences],
    }


def _difference(report: Report, difference: Difference) -> dict[str, Any]:
    return {
        "fact": difference.fact,
        "spec": difference.spec,
        "place": f"{report.spec}:{difference.location.line}",
        "pages": [_sighting(report, each) for each in difference.sightings],
        "finding": difference.finding,
        "applicable": bool(difference.changes),
    }


def _sighting(report: Report, sighting: Observation) -> dict[str, Any]:
    return {
        "language": sighting.language,
        "place": f"{sighting.file}:{sighting.line}",
        "says": sighting.text,
        "explained": f"{report.spec}:{sighting.note.line}" if sighting.note else None,
    }
