"""Extracts the facts from the blocks of a page in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TypeVar

from generator.vocabulary import Endpoint, Language

from .blocks import HTTP_METHODS, Block, Section, plain_text
from .page_facts import Located, PageCondition, PageParameter, PageVersion, PageWeight, Scope
from .parameter_table import columns, read_parameters
from .phrases import conditions, is_permission, is_unread_limit, limits, without_limits, without_separators
from .sections import is_empty_text, scope_of, section_of, split_title
from .sentences import sentences

_Fact = TypeVar("_Fact")

_ENDPOINT = re.compile(
    rf"({HTTP_METHODS})\s*[:：]?\s*(?:https?://[\w.-]+)?(/[A-Za-z0-9_./{{}}:-]+)(?:\s*[(（].*[)）])?[.。]?"
)
_WEIGHT = re.compile(
    r"(?<![A-Za-z0-9_.-])(\d{1,7})(?![A-Za-z0-9_.]*\d)(?!(?!IP|UID|per|for)[A-Za-z_])\s*(?:[(（]\s*(?:IP|UID)\b[^()（）]*[)）]|(?:per|for|/)?\s*(?:IP|UID)\b)?",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:^|[;；,，.。]|\bor\b|或|\bis\b|[:：])\s*$", re.IGNORECASE)
_COUNTED = re.compile(r"\s*(?:(?:requests?|calls?|times|seconds?|minutes?|hours?)\b|次|秒|分钟)", re.IGNORECASE)
_WEIGHT_LINE = re.compile(
    r"(?:request )?weight\s*(?:[(（](?:IP|UID)[)）])?\s*[:：]\s*(.+)|(?:单次)?(?:请求)?权重\s*(?:[(（](?:IP|UID)[)）])?\s*[:：为]\s*(.+)",
    re.IGNORECASE,
)
_LIMIT_LABEL = re.compile(r"(?:request|rate|call)s? limits?\s*[:：]|请求限制|频率限制|限制[:：]", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(r"[;；\n]")
_OF_ORDERS = re.compile(r"\border|下单", re.IGNORECASE)
"""Orders are counted apart from weights."""
_WEIGHT_COLUMN = re.compile(r"weight|权重", re.IGNORECASE)
_LINE = 6
"""The level of a line that is only the name of a section."""
_LONGEST_WEIGHT = 1_000
"""No message on weights has more characters."""


def extract(language: Language, blocks: Sequence[Block]) -> PageVersion:
    """Return the facts that blocks state."""
    every = list(_with_sections(blocks))
    above = _above(every)
    titles = [block for block in every if block.kind == "heading" and block.level == 1]
    if above and above.level > 1 and (split_title(above.text)[1] or not titles):
        titles.insert(0, above)
    first = _first_endpoint(every, above)
    outside = [block for block in first if block.section != "response"]
    parameters, used = read_parameters(
        outside, [block for block in outside if block.section == "parameters"] or outside
    )
    prose = [block for block in outside if block.kind in ("text", "item")]
    messages = [block for block in prose if not _endpoint(block.text)]
    description = _description(first)
    notes = [block for block in outside if block not in used and _is_note(block, titles)]
    examples = tuple(Located(block.text, block.line) for block in _examples(first))
    return PageVersion(
        language=language,
        titles=tuple(Located(split_title(block.text)[0], block.line) for block in titles),
        security=tuple(Located(label, block.line) for block in titles for label in split_title(block.text)[1]),
        endpoints=_distinct(_endpoints(every)),
        weights=_distinct(_weights(first)),
        limits=_distinct(Located(limit, block.line) for block in messages for limit in limits(block.text)),
        unread_limits=tuple(map(_located, filter(_is_unread_limit, prose))),
        parameters=parameters,
        unread_parameters=None if parameters else _unread_parameters(first),
        conditions=_distinct(_conditions(messages, parameters)),
        description=_located(description) if description else None,
        notes=tuple(_located(block) for block in notes if block is not description),
        permissions=tuple(_located(block) for block in messages if is_permission(block.text)),
        response=next((_located(block) for block in first if block.section == "response"), None),
        examples=examples,
        anchors=tuple(
            Located(block.anchor, block.line) for block in blocks if block.kind == "heading" and block.anchor
        ),
        text="\n".join(block.text for block in first if (block.kind, block.section) != ("code", "response")),
        sentences=sentences(every, parameters, next(iter(examples), None)),
    )


def _located(block: Block) -> Located[str]:
    return Located(plain_text(block.text), block.line)


def _distinct(facts: Iterable[Located[_Fact]]) -> tuple[Located[_Fact], ...]:
    """Return each fact where it is stated first."""
    first: dict[_Fact, Located[_Fact]] = {}
    for fact in facts:
        first.setdefault(fact.value, fact)
    return tuple(first.values())


def _with_sections(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield each block with its section; a line that is only the name of a section is a heading too."""
    section: Section | None = None
    heading, level = "", _LINE
    for block in blocks:
        if block.kind == "text" and section_of(block.text):
            block = replace(block, kind="heading", level=_LINE)  # noqa: PLW2901 - the same block
        if block.kind == "heading":
            opened = section_of(block.text) if block.level > 1 else None
            if opened or section in (None, "response") or block.level <= level:
                section, heading, level = opened, block.text, block.level
        yield replace(block, section=section, heading=heading)


def _above(blocks: Sequence[Block]) -> Block | None:
    """Return the last heading above the first section; without sections the first of all."""
    headings = [block for block in blocks if block.kind == "heading"]
    above = list(takewhile(lambda heading: heading.section is None, headings))
    return next(iter(above[:1] if above == headings else above[-1:]), None)


def _first_endpoint(blocks: Sequence[Block], above: Block | None) -> Sequence[Block]:
    """Leave out what stands below a second heading of the kind that the sections of the first endpoint stand under."""
    below = False
    for index, block in enumerate(blocks):
        if above and above.level > 1 and block.kind == "heading":
            if below and block.level <= above.level:
                return blocks[:index]
            below = below or (block.section is not None and block.level > above.level)
    return blocks


def _endpoint(text: str) -> Endpoint | None:
    found = _ENDPOINT.fullmatch(plain_text(text))
    return Endpoint(found[1], found[2]) if found else None


def _endpoints(blocks: Sequence[Block]) -> Iterator[Located[Endpoint]]:
    """Yield what stands alone in a line as a method and a path, in the section of the request where there is one."""
    inside = [block for block in blocks if block.section == "request"]
    for block in inside or [block for block in blocks if block.section != "response"]:
        for number, line in enumerate(block.text.split("\n"), block.line):
            if endpoint := _endpoint(line):
                yield Located(endpoint, number)


# Weights


def _weights(blocks: Sequence[Block]) -> Iterator[Located[PageWeight]]:
    column: int | None = None
    for block in blocks:
        weights: Iterable[PageWeight] = ()
        if block.kind == "row" and block.section == "weight":
            if block.head:
                column = next((index for index, cell in enumerate(block.cells) if _WEIGHT_COLUMN.search(cell)), None)
            elif column is not None and column < len(block.cells):
                row = plain_text(block.text)
                weights = (replace(weight, text=row) for weight in _weights_in(block.cells[column], block.heading))
        elif block.kind in ("text", "item"):
            weights = _weights_in(*_weight_text(block))
        yield from (Located(weight, block.line) for weight in weights)


def _weight_text(block: Block) -> tuple[str, str]:
    """Return the part of a message that states weights, if any, and its heading."""
    if block.section in (None, "request", "description") and (line := _WEIGHT_LINE.fullmatch(plain_text(block.text))):
        return line[1] or line[2], block.text
    return block.text if block.section == "weight" else "", block.heading


def _weights_in(text: str, heading: str) -> Iterator[PageWeight]:
    """Yield the weights in a text: a number, a number with its scope, or the numbers that clauses begin with."""
    text = without_limits(without_separators(plain_text(text[:_LONGEST_WEIGHT])))
    cut = _LIMIT_LABEL.search(text)
    for clause in _NEXT_CLAUSE.split(text[: cut.start()] if cut else text):
        if not _OF_ORDERS.search(clause):
            yield from _weights_in_clause(clause, scope_of(clause) or scope_of(text) or scope_of(heading))


def _weights_in_clause(clause: str, scope: Scope | None) -> Iterator[PageWeight]:
    every = [found for found in _WEIGHT.finditer(clause) if not _COUNTED.match(clause, found.end())]
    scoped = [found for found in every if scope_of(found[0])]
    leading = [found for found in every if _CLAUSE.search(clause[max(found.start() - 20, 0) : found.start()])]
    for found in scoped or leading or every:
        yield PageWeight(int(found[1]), scope_of(found[0]) or scope, clause.strip())


# Limits, parameters and texts


def _is_unread_limit(block: Block) -> bool:
    text = plain_text(block.text)
    unknown = block.section == "limit" and not is_empty_text(text) and not any(limits(text))
    return unknown or is_unread_limit(text)


def _unread_parameters(blocks: Sequence[Block]) -> Located[str] | None:
    """Return what stands first in the section of the parameters, unless that is a word for none or an empty table."""
    inside = [block for block in blocks if block.section == "parameters" and block.kind != "heading"]
    headed = bool(inside) and columns(inside[0].cells) is not None
    first = next((block for block in inside[headed:] if block.kind == "row" or not headed), None)
    return None if first is None or is_empty_text(first.text) else _located(first)


def _is_note(block: Block, titles: Sequence[Block]) -> bool:
    """Return whether a block states something that no weight, cap or parameter was read from."""
    if block.kind not in ("text", "item", "row") or (titles and not block.heading):
        return False
    if block.kind == "row":
        return block.section != "weight" and any(block.cells)
    return not (is_empty_text(block.text) or _endpoint(block.text) or _states_cost(block))


def _states_cost(block: Block) -> bool:
    """Return whether a message states a weight, or is a cap in the section for it."""
    capped = block.section in ("weight", "limit") and (any(limits(block.text)) or _is_unread_limit(block))
    return capped or any(_weights_in(*_weight_text(block)))


def _conditions(blocks: Sequence[Block], rows: Sequence[Located[PageParameter]]) -> Iterator[Located[PageCondition]]:
    names = {row.value.name for row in rows}
    for row in rows:
        yield from (Located(found, row.line) for found in conditions(row.value.text, names, row.value.name))
    for block in blocks:
        yield from (Located(found, block.line) for found in conditions(block.text, names))


def _description(blocks: Sequence[Block]) -> Block | None:
    """Return the first text of the description, or the first one below the title."""
    texts = [block for block in blocks if block.kind == "text" and block.heading and not is_empty_text(block.text)]
    for section in ("description", None):
        for block in texts:
            if block.section == section and not (_endpoint(block.text) or _states_cost(block)):
                return block
    return None


def _examples(blocks: Sequence[Block]) -> list[Block]:
    """Return the examples of the response; without a section for it, the first code that is JSON."""
    code = [block for block in blocks if block.kind == "code"]
    inside = [block for block in code if block.section == "response"]
    json = [block for block in code if block.text.lstrip()[:1] in ("{", "[")]
    more = [block for block in inside[1:] if block in json]
    return inside[:1] + more if inside else [block for block in json if block.section is None][:1]
