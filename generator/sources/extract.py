"""From the pieces of a page in one language to what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal, NamedTuple

from .blocks import Block, plain
from .lists import with_lists
from .page import CallLimit, Condition, Endpoint, Language, Located, PageVersion, Parameter, Weight
from .parameters import columns, parameter
from .phrases import conditions, is_permission, is_unread_limit, limits, without_limits, without_separators
from .sections import Section, says_nothing, scope_of, section_of, titled

_ENDPOINT = re.compile(
    r"(GET|POST|PUT|DELETE|PATCH)\s*[:：]?\s*(?:https?://[\w.-]+)?(/[A-Za-z0-9_./{}:-]+)(?:\s*[(（].*[)）])?[.。]?"
)
_WEIGHT = re.compile(
    r"(?<![A-Za-z0-9_.-])(\d{1,7})(?![A-Za-z0-9_.]*\d)(?!(?!IP|UID|per|for)[A-Za-z_])\s*(?:[(（]\s*(IP|UID)\b[^()（）]*[)）]|(?:per|for|/)?\s*(IP|UID)\b)?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:^|[;；,，.。]|\bor\b|或|\bis\b|[:：])\s*$", re.IGNORECASE)
_COUNTED = re.compile(r"\s*(?:(?:requests?|calls?|times|seconds?|minutes?|hours?)\b|次|秒|分钟)", re.IGNORECASE)
_STATED = re.compile(
    r"(?:request )?weight\s*(?:[(（](?:IP|UID)[)）])?\s*[:：]\s*(.+)|(?:单次)?(?:请求)?权重\s*(?:[(（](?:IP|UID)[)）])?\s*[:：为]\s*(.+)",
    re.IGNORECASE,
)
_OTHER_LIMIT = re.compile(r"(?:request|rate|call)s? limits?\s*[:：]|请求限制|频率限制|限制[:：]", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(r"[;；\n]")
_OF_ORDERS = re.compile(r"\border|下单", re.IGNORECASE)
"""Orders are counted apart from weights."""
_WEIGHT_COLUMN = re.compile(r"weight|权重", re.IGNORECASE)
_OF_PARAMETERS = re.compile(r"mandatory|required|param(?:eter)?s?\b|必[需须填传]|参数", re.IGNORECASE)
"""What the head of a table says that lists no values, but what must be sent with each of them."""
_LINE = 6
"""The level of a line that is only the name of a section."""
_LONGEST_WEIGHT = 1_000
"""No message on weights has more characters."""
_MOST_ROWS = 500
"""No endpoint has as many parameters."""


class _Placed(NamedTuple):
    """A piece, and the section that it stands in."""

    block: Block
    section: Section | None
    heading: str


def page_version(language: Language, blocks: Sequence[Block]) -> PageVersion:
    """Read the pieces."""
    every = list(_placed(blocks))
    titles = _titles(every)
    placed = _first(every)
    parameters, used = _parameters(placed)
    prose = [each for each in placed if each.block.kind in ("text", "item") and each.section != "response"]
    stated = [each.block for each in prose if not _endpoint(each.block)]
    description = _description(placed)
    notes = [each.block for index, each in enumerate(placed) if index not in used and _is_note(each, titles)]
    return PageVersion(
        language=language,
        titles=tuple(Located(titled(block.text)[0], block.line) for block in titles),
        security=tuple(Located(label, block.line) for block in titles for label in titled(block.text)[1]),
        endpoints=tuple(_endpoints(every)),
        weights=tuple(_weights(placed)),
        limits=tuple(_distinct_limits(stated)),
        unread_limits=tuple(_found(each.block) for each in prose if _is_unread_limit(each)),
        parameters=parameters,
        unread_parameters=None if parameters else _unread_parameters(placed),
        conditions=tuple(_conditions(stated, parameters)),
        description=_found(description) if description else None,
        notes=tuple(_found(block) for block in notes if block is not description),
        permissions=tuple(_found(block) for block in stated if is_permission(block.text)),
        response=next((_found(each.block) for each in placed if each.section == "response"), None),
        examples=tuple(Located(block.text, block.line) for block in _examples(placed)),
        anchors=tuple(Located(each.anchor, each.line) for each in blocks if each.kind == "heading" and each.anchor),
        text="\n".join(each.block.text for each in placed if (each.block.kind, each.section) != ("code", "response")),
    )


def _found(block: Block) -> Located[str]:
    return Located(plain(block.text), block.line)


def _placed(blocks: Sequence[Block]) -> Iterator[_Placed]:
    section: Section | None = None
    heading = ""
    level = _LINE
    above: Section | None = None
    """The section that goes on after an answer which only a line leads to, where a request follows it."""
    for block in blocks:
        opened = section_of(block.text) if block.kind == "text" and block.text.endswith((":", "：")) else None
        if opened is not None:
            above, section, heading, level = (section if opened == "response" else None), opened, block.text, _LINE
            yield _Placed(replace(block, kind="heading", level=_LINE), section, heading)
            continue
        if block.kind == "heading":
            opened = section_of(block.text) if block.level > 1 else None
            if opened or section in (None, "response") or block.level <= level:
                above, section, heading, level = None, opened, block.text, block.level
        elif section == "response" and heading.endswith((":", "：")) and _endpoint(block):
            section = above
        yield _Placed(block, section, heading)


def _titles(placed: Sequence[_Placed]) -> list[Block]:
    """Return every H1; before them the heading above the first section, where that has a security type or stands alone."""
    above = _above(placed)
    first = [each.block for each in placed if each.block.kind == "heading" and each.block.level == 1]
    return [above, *first] if above and above.level != 1 and (titled(above.text)[1] or not first) else first


def _above(placed: Sequence[_Placed]) -> Block | None:
    """Return the last heading above the first section; without sections the first of all."""
    headings = [each for each in placed if each.block.kind == "heading"]
    sections = [index for index, each in enumerate(headings) if each.section is not None]
    above = headings[: sections[0]][-1:] if sections else headings[:1]
    return above[0].block if above else None


def _first(placed: Sequence[_Placed]) -> list[_Placed]:
    """Leave out what stands below a second heading of the kind that the sections of the first endpoint stand under."""
    above = _above(placed)
    below = False
    for index, each in enumerate(placed):
        if above and above.level > 1 and each.block.kind == "heading":
            if below and each.block.level <= above.level:
                return list(placed[:index])
            below = below or (each.section is not None and each.block.level > above.level)
    return list(placed)


def _endpoint(block: Block) -> Endpoint | None:
    found = _ENDPOINT.fullmatch(plain(block.text))
    return Endpoint(found[1], found[2]) if found else None


def _endpoints(placed: Sequence[_Placed]) -> Iterator[Located[Endpoint]]:
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
                yield Located(Endpoint(found[1], found[2]), each.block.line + number)


# Weights


def _weights(placed: Sequence[_Placed]) -> Iterator[Located[Weight]]:
    found: list[Located[Weight]] = []
    column: int | None = None
    for each in placed:
        block = each.block
        if block.kind == "row":
            if each.section == "weight":
                column = _weight_column(block) if block.head else column
                found += _weights_of_row(each, column)
        elif block.kind in ("text", "item"):
            text, heading = _weight_text(each)
            found += [Located(weight, block.line) for weight in _weights_in(text, heading)]
    first: dict[Weight, Located[Weight]] = {}
    for weight in found:
        first.setdefault(weight.value, weight)
    yield from first.values()


def _weight_text(each: _Placed) -> tuple[str, str]:
    """Return what a message says of weights, if anything, and its heading."""
    text = each.block.text
    stated = _STATED.fullmatch(plain(text)) if each.section in (None, "request", "description") else None
    if stated:
        return stated[1] or stated[2], text
    return text if each.section == "weight" else "", each.heading


def _weight_column(block: Block) -> int | None:
    return next((index for index, cell in enumerate(block.cells) if _WEIGHT_COLUMN.search(cell)), None)


def _weights_of_row(each: _Placed, column: int | None) -> list[Located[Weight]]:
    if each.block.head or column is None or column >= len(each.block.cells):
        return []
    said = plain(each.block.text)
    found = _weights_in(each.block.cells[column], each.heading)
    return [Located(replace(weight, text=said), each.block.line) for weight in found]


def _weights_in(text: str, heading: str) -> Iterator[Weight]:
    """Yield the weights in a text: a number, a number with its scope, or the numbers that clauses begin with."""
    text = without_limits(without_separators(plain(text[:_LONGEST_WEIGHT])))
    cut = _OTHER_LIMIT.search(text)
    for clause in _NEXT_CLAUSE.split(text[: cut.start()] if cut else text):
        if not _OF_ORDERS.search(clause):
            yield from _weights_in_clause(clause, scope_of(clause) or scope_of(text) or scope_of(heading))


def _weights_in_clause(clause: str, scope: Literal["ip", "uid"] | None) -> Iterator[Weight]:
    every = [found for found in _WEIGHT.finditer(clause) if not _COUNTED.match(clause, found.end())]
    scoped = [found for found in every if found[2] or found[3]]
    leading = [found for found in every if _CLAUSE.search(clause[max(found.start() - 20, 0) : found.start()])]
    for found in scoped or leading or every:
        own = (found[2] or found[3] or "").lower()
        yield Weight(int(found[1]), "ip" if own == "ip" else "uid" if own == "uid" else scope, clause.strip())


# The rest


def _distinct_limits(blocks: Sequence[Block]) -> Iterator[Located[CallLimit]]:
    seen = set()
    for block in blocks:
        for limit in limits(block.text):
            if limit not in seen:
                seen.add(limit)
                yield Located(limit, block.line)


def _is_unread_limit(each: _Placed) -> bool:
    text = plain(each.block.text)
    unknown = each.section == "limit" and not says_nothing(text) and not any(limits(text))
    return unknown or is_unread_limit(text)


def _parameters(placed: Sequence[_Placed]) -> tuple[tuple[Located[Parameter], ...], set[int]]:
    """Return the parameters with their values, and the indexes of the pieces that they were read from.

    Pieces are told apart by their index, as a whole page may stand in one line.
    """
    blocks = [replace(each.block, line=index) for index, each in enumerate(placed)]
    outside = [block for block, each in zip(blocks, placed, strict=True) if each.section != "response"]
    inside = [block for block, each in zip(blocks, placed, strict=True) if each.section == "parameters"]
    table = next((table for table in _tables(inside or outside) if columns(table[0].cells)), [])
    others = {
        row.line for table in _tables(outside) if _OF_PARAMETERS.search(" ".join(table[0].cells[1:])) for row in table
    }
    lists = [block for block in outside if block.line not in others]
    found, listed = with_lists(tuple(islice(_rows(table), _MOST_ROWS)), lists)
    parameters = []
    for row in found:
        lines = tuple(placed[index].block.line for index in row.value.value_lines)
        parameters.append(Located(replace(row.value, value_lines=lines), placed[row.line].block.line))
    return tuple(parameters), listed | {block.line for block in table[:1]} | {row.line for row in found}


def _unread_parameters(placed: Sequence[_Placed]) -> Located[str] | None:
    """Return what stands first in the section of the parameters, unless that is a word for none or an empty table."""
    inside = [each.block for each in placed if each.section == "parameters" and each.block.kind != "heading"]
    headed = bool(inside) and columns(inside[0].cells) is not None
    first = next((block for block in inside[headed:] if block.kind == "row" or not headed), None)
    return None if first is None or says_nothing(first.text) else _found(first)


def _tables(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """Return each table with its head; one of the parameters of a call is the first, others are of fields of them."""
    rows = [block for block in blocks if block.kind == "row"]
    heads = [index for index, block in enumerate(rows) if block.head]
    return [rows[start:end] for start, end in zip(heads, [*heads, len(rows)][1:], strict=True)]


def _rows(table: Sequence[Block]) -> Iterator[Located[Parameter]]:
    places = columns(table[0].cells) if table else None
    seen = set()
    for block in table[1:]:
        found = parameter(block.cells, places) if places else None
        if found is not None and found.name not in seen:
            seen.add(found.name)
            yield Located(found, block.line)


def _is_note(each: _Placed, titles: Sequence[Block]) -> bool:
    """Return whether a piece says something that no weight, cap or parameter was read from."""
    block = each.block
    if block.kind not in ("text", "item", "row") or each.section == "response" or (titles and not each.heading):
        return False
    if block.kind == "row":
        return each.section != "weight" and any(block.cells)
    return not (says_nothing(block.text) or _endpoint(block) or _costs(each))


def _costs(each: _Placed) -> bool:
    """Return whether a message states a weight, or is a cap in the section for it."""
    text, heading = _weight_text(each)
    capped = each.section in ("weight", "limit") and (any(limits(each.block.text)) or _is_unread_limit(each))
    return capped or any(_weights_in(text, heading))


def _conditions(blocks: Sequence[Block], rows: Sequence[Located[Parameter]]) -> Iterator[Located[Condition]]:
    seen = set()
    names = {each.value.name for each in rows}
    sentences = [(block.text, block.line, None) for block in blocks]
    for text, line, row in [*((row.value.text, row.line, row.value.name) for row in rows), *sentences]:
        for condition in conditions(text, names, row):
            if condition not in seen:
                seen.add(condition)
                yield Located(condition, line)


def _description(placed: Sequence[_Placed]) -> Block | None:
    """Return the first text of the description, or the first one below the title."""
    texts = [each for each in placed if each.block.kind == "text" and not says_nothing(each.block.text)]
    for section in ("description", None):
        for each in texts:
            if each.section == section and each.heading and not (_endpoint(each.block) or _costs(each)):
                return each.block
    return None


def _examples(placed: Sequence[_Placed]) -> list[Block]:
    """Return the examples of the answer; without a section for it, the first code that is JSON."""
    codes = [each for each in placed if each.block.kind == "code"]
    inside = [each.block for each in codes if each.section == "response"]
    other = [each.block for each in codes if each.section is None and _is_json(each.block)]
    return inside[:1] + [block for block in inside[1:] if _is_json(block)] if inside else other[:1]


def _is_json(block: Block) -> bool:
    return block.text.lstrip()[:1] in ("{", "[")
