"""From the pieces of a page in one language to what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from .blocks import Block, plain
from .lists import with_lists
from .page import CallLimit, Condition, Endpoint, Found, Half, Language, Parameter, Weight
from .parameters import columns, parameter
from .rules import conditions, is_permission, limits
from .sections import Section, scope_of, section_of, titled

_ENDPOINT = re.compile(
    r"(GET|POST|PUT|DELETE|PATCH)\s*[:：]?\s*(?:https?://[\w.-]+)?(/[A-Za-z0-9_./{}:-]+)(?:\s*[(（].*[)）])?[.。]?"
)
_WEIGHT = re.compile(
    r"(?<![\w.])(\d{1,7})(?![\w.]*\d)\s*(?:[(（]\s*(IP|UID)\b[^()（）]*[)）]|(?:per|for|/)?\s*(IP|UID)\b)?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:^|[;；,，.。]|\bor\b|或|\bis\b|[:：])\s*$", re.IGNORECASE)
_COUNTED = re.compile(r"\s*(?:(?:requests?|calls?|times|seconds?|minutes?|hours?)\b|次|秒|分钟)", re.IGNORECASE)
_STATED = re.compile(
    r"(?:request )?weight\s*(?:[(（](?:IP|UID)[)）])?\s*[:：]\s*(.+)|(?:请求)?权重\s*(?:[(（](?:IP|UID)[)）])?\s*[:：]\s*(.+)",
    re.IGNORECASE,
)
_OTHER_LIMIT = re.compile(r"(?:request|rate|call)s? limits?\s*[:：]|请求限制|频率限制|限制[:：]", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(r"[;；\n]")
_OF_ORDERS = re.compile(r"\border|下单", re.IGNORECASE)
"""Orders are counted apart from weights."""
_WEIGHT_COLUMN = re.compile(r"weight|权重", re.IGNORECASE)
_MOST_ROWS = 500
"""No endpoint has as many parameters."""


class _Placed(NamedTuple):
    """A piece, and the section that it stands in."""

    block: Block
    section: Section | None
    heading: str


def half(language: Language, blocks: Sequence[Block]) -> Half:
    """Read the pieces."""
    placed = list(_placed(blocks))
    titles = _titles(placed)
    rows = tuple(islice(_parameters(placed), _MOST_ROWS))
    names = {each.value.name for each in rows}
    prose = [each for each in placed if each.block.kind in ("text", "item") and each.section != "response"]
    stated = [each.block for each in prose if not _endpoint(each.block)]
    parameters, listed = with_lists(rows, [each.block for each in placed if each.section != "response"])
    after = _line_of(placed, "parameters")
    notes = [block for block in stated if block.line not in listed and (block.kind == "item" or block.line > after)]
    return Half(
        language=language,
        titles=tuple(Found(titled(block.text)[0], block.line) for block in titles),
        security=tuple(Found(label, block.line) for block in titles for label in titled(block.text)[1]),
        endpoints=tuple(_endpoints(placed)),
        weights=tuple(_weights(placed)),
        limits=tuple(_distinct_limits(stated)),
        parameters=parameters,
        conditions=tuple(_conditions(stated, rows, names)),
        description=_description(placed),
        notes=tuple(Found(plain(block.text), block.line) for block in notes),
        permissions=tuple(Found(plain(block.text), block.line) for block in stated if is_permission(block.text)),
        example=_example(placed),
        anchors=tuple(Found(each.anchor, each.line) for each in blocks if each.kind == "heading" and each.anchor),
        text="\n".join(each.block.text for each in placed if (each.block.kind, each.section) != ("code", "response")),
    )


def _placed(blocks: Sequence[Block]) -> Iterator[_Placed]:
    section: Section | None = None
    heading = ""
    for block in blocks:
        if block.kind == "heading":
            section, heading = section_of(block.text) if block.level > 1 else None, block.text
        yield _Placed(block, section, heading)


def _line_of(placed: Sequence[_Placed], section: Section) -> int:
    """Return the line of a section's heading, or a line after every other."""
    lines = [each.block.line for each in placed if each.section == section]
    return lines[0] if lines else (placed[-1].block.line + 1 if placed else 0)


def _titles(placed: Sequence[_Placed]) -> list[Block]:
    """Return every H1; without one, the heading above the first section."""
    headings = [each for each in placed if each.block.kind == "heading"]
    first = [each.block for each in headings if each.block.level == 1]
    if first:
        return first
    above = [each.block for each in headings if each.section is None][:1]
    return above if headings and headings[0].section is None else []


def _endpoint(block: Block) -> Endpoint | None:
    found = _ENDPOINT.fullmatch(plain(block.text))
    return Endpoint(found[1], found[2]) if found else None


def _endpoints(placed: Sequence[_Placed]) -> Iterator[Found[Endpoint]]:
    """Yield what stands alone in a line as a method and a path, in the section of the request where there is one."""
    inside = [each for each in placed if each.section == "request"] or [
        each for each in placed if each.section != "response"
    ]
    seen = set()
    for each in inside:
        for number, line in enumerate(each.block.text.split("\n")[:20]):
            found = _ENDPOINT.fullmatch(plain(line)) if each.block.kind != "row" else None
            if found and found.groups() not in seen:
                seen.add(found.groups())
                yield Found(Endpoint(found[1], found[2]), each.block.line + number)


# Weights


def _weights(placed: Sequence[_Placed]) -> Iterator[Found[Weight]]:
    found: list[Found[Weight]] = []
    column: int | None = None
    for each in placed:
        block = each.block
        if block.kind == "row":
            if each.section == "weight":
                column = _weight_column(block) if block.head else column
                found += _weights_of_row(each, column)
        elif block.kind in ("text", "item"):
            stated = _STATED.fullmatch(plain(block.text)) if each.section in (None, "request", "description") else None
            text = (stated[1] or stated[2]) if stated else block.text if each.section == "weight" else ""
            heading = block.text if stated else each.heading
            found += [Found(weight, block.line) for weight in _weights_in(text, heading)]
    first: dict[Weight, Found[Weight]] = {}
    for weight in found:
        first.setdefault(weight.value, weight)
    yield from first.values()


def _weight_column(block: Block) -> int | None:
    return next((index for index, cell in enumerate(block.cells) if _WEIGHT_COLUMN.search(cell)), None)


def _weights_of_row(each: _Placed, column: int | None) -> list[Found[Weight]]:
    if each.block.head or column is None or column >= len(each.block.cells):
        return []
    return [Found(weight, each.block.line) for weight in _weights_in(each.block.cells[column], each.heading)]


def _weights_in(text: str, heading: str) -> Iterator[Weight]:
    """Yield the weights in a text: a number, a number with its scope, or the numbers that clauses begin with."""
    text = plain(text)
    cut = _OTHER_LIMIT.search(text)
    for clause in _NEXT_CLAUSE.split(text[: cut.start()] if cut else text):
        if not _OF_ORDERS.search(clause):
            yield from _weights_in_clause(clause, scope_of(clause) or scope_of(heading))


def _weights_in_clause(clause: str, scope: Literal["ip", "uid"] | None) -> Iterator[Weight]:
    every = [found for found in _WEIGHT.finditer(clause) if not _COUNTED.match(clause, found.end())]
    scoped = [found for found in every if found[2] or found[3]]
    leading = [found for found in every if _CLAUSE.search(clause[max(found.start() - 20, 0) : found.start()])]
    for found in scoped or leading or every:
        own = (found[2] or found[3] or "").lower()
        yield Weight(int(found[1]), "ip" if own == "ip" else "uid" if own == "uid" else scope)


# The rest


def _distinct_limits(blocks: Sequence[Block]) -> Iterator[Found[CallLimit]]:
    seen = set()
    for block in blocks:
        for limit in limits(block.text):
            if limit not in seen:
                seen.add(limit)
                yield Found(limit, block.line)


def _parameters(placed: Sequence[_Placed]) -> Iterator[Found[Parameter]]:
    inside = [each for each in placed if each.section == "parameters"]
    rows = [each.block for each in inside or placed if each.block.kind == "row" and each.section != "response"]
    places = None
    seen = set()
    for block in rows:
        if block.head:
            places = columns(block.cells)
        elif places is not None:
            found = parameter(block.cells, places)
            if found is not None and found.name not in seen:
                seen.add(found.name)
                yield Found(found, block.line)


def _conditions(
    blocks: Sequence[Block], rows: Sequence[Found[Parameter]], names: set[str]
) -> Iterator[Found[Condition]]:
    seen = set()
    sentences = [(block.text, block.line, None) for block in blocks]
    for text, line, row in [*((row.value.text, row.line, row.value.name) for row in rows), *sentences]:
        for condition in conditions(text, names, row):
            if condition not in seen:
                seen.add(condition)
                yield Found(condition, line)


def _description(placed: Sequence[_Placed]) -> Found[str] | None:
    """Return the first text of the description, or the first one below the title."""
    texts = [each for each in placed if each.block.kind == "text" and each.block.text != "---"]
    for section in ("description", None):
        for each in texts:
            if each.section == section and each.heading and not _endpoint(each.block):
                return Found(plain(each.block.text), each.block.line)
    return None


def _example(placed: Sequence[_Placed]) -> Found[str] | None:
    codes = [each for each in placed if each.block.kind == "code"]
    inside = [each.block for each in codes if each.section == "response"]
    other = [each.block for each in codes if each.section is None and each.block.text.lstrip()[:1] in ("{", "[")]
    return next((Found(block.text, block.line) for block in inside or other), None)
