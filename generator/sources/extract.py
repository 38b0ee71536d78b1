"""Extracts the facts from the blocks of a page in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TypeVar

from generator.vocabulary import Endpoint, Language

from .blocks import HTTP_METHODS, Block, Section, plain_text
from .page_facts import Located, PageCondition, PageParameter, PageVersion
from .parameter_table import columns, read_parameters
from .phrases import conditions, is_permission, is_unread_limit, limits
from .sections import is_empty_text, section_of, split_title
from .sentences import sentences
from .weights import read_weights, states_weight

_Fact = TypeVar("_Fact")

_ENDPOINT = re.compile(
    rf"({HTTP_METHODS})\s*[:：]?\s*(?:https?://[\w.-]+)?(/[A-Za-z0-9_./{{}}:-]+)(?:\s*[(（].*[)）])?[.。]?"
)
_LINE = 6
"""The level of a line that is only the name of a section."""


def extract(language: Language, blocks: Sequence[Block]) -> PageVersion:
    """Return the facts that blocks state."""
    sectioned = list(_with_sections(blocks))
    above = _above(sectioned)
    titles = [block for block in sectioned if block.kind == "heading" and block.level == 1]
    if above and above.level > 1 and (split_title(above.text)[1] or not titles):
        titles.insert(0, above)
    first = _first_endpoint(sectioned, above)
    outside = [block for block in first if block.section != "response"]
    parameters, unread_rows, used = read_parameters(
        outside, [block for block in outside if block.section == "parameters"] or outside
    )
    prose = [block for block in outside if block.kind in ("text", "item")]
    messages = [block for block in prose if not _endpoint(block.text)]
    description = _description(first)
    weights, unread_weights = read_weights(first)
    notes = [block for block in outside if block not in used and _is_note(block, titles)]
    examples = tuple(Located(block.text, block.line) for block in _examples(first))
    return PageVersion(
        language=language,
        titles=tuple(Located(split_title(block.text)[0], block.line) for block in titles),
        security=tuple(Located(label, block.line) for block in titles for label in split_title(block.text)[1]),
        endpoints=_distinct(_endpoints(sectioned)),
        weights=_distinct(weights),
        unread_weights=_distinct(unread_weights),
        limits=_distinct(Located(limit, block.line) for block in messages for limit in limits(block.text)),
        unread_limits=tuple(map(_located, filter(_is_unread_limit, prose))),
        parameters=parameters,
        unread_rows=tuple(map(_located, unread_rows)),
        unread_parameters=None if parameters else _unread_parameters(first),
        empty_sections=tuple(map(_located, _empty_sections(first))),
        conditions=_distinct(_conditions(messages, parameters)),
        description=_located(description) if description else None,
        notes=tuple(_located(block) for block in notes if block is not description),
        permissions=tuple(_located(block) for block in messages if is_permission(block.text)),
        response=next((_located(block) for block in first if block.section == "response"), None),
        examples=examples,
        json_lines=tuple(block.line for block in _json(first)),
        anchors=tuple(
            Located(block.anchor, block.line) for block in blocks if block.kind == "heading" and block.anchor
        ),
        text="\n".join(
            plain_text(block.text) for block in first if (block.kind, block.section) != ("code", "response")
        ),
        sentences=sentences(sectioned, parameters, next(iter(examples), None)),
    )


def _located(block: Block) -> Located[str]:
    return Located(plain_text(block.text), block.line)


def _distinct(facts: Iterable[Located[_Fact]]) -> tuple[Located[_Fact], ...]:
    """Return the facts without repetitions, located where they are stated first."""
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
    """Return the blocks up to the heading of a second endpoint, which has the level of the first one's."""
    below = False
    for index, block in enumerate(blocks):
        if above and above.level > 1 and block.kind == "heading":
            if below and block.level <= above.level:
                return blocks[:index]
            below = below or (block.section is not None and block.level > above.level)
    return blocks


def _endpoint(text: str) -> Endpoint | None:
    match = _ENDPOINT.fullmatch(plain_text(text))
    return Endpoint(match[1], match[2]) if match else None


def _endpoints(blocks: Sequence[Block]) -> Iterator[Located[Endpoint]]:
    """Yield each line that is only a method and a path, of the request's section where there is one."""
    inside = [block for block in blocks if block.section == "request"]
    for block in inside or [block for block in blocks if block.section != "response"]:
        for number, line in enumerate(block.text.split("\n"), block.line):
            if endpoint := _endpoint(line):
                yield Located(endpoint, number)


# Limits, parameters and texts


def _is_unread_limit(block: Block) -> bool:
    text = plain_text(block.text)
    unknown = block.section == "limit" and not is_empty_text(text) and not limits(text)
    return unknown or is_unread_limit(text)


def _empty_sections(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the headings of weight, parameters and response below which nothing stands, or a table without rows."""
    for section in ("weight", "parameters", "response"):
        inside = [block for block in blocks if block.section == section]
        content = [block for block in inside if block.kind != "heading" and not block.head and plain_text(block.text)]
        has_table = any(block.head for block in inside)
        if inside and not any(block.kind == "row" for block in content) and (has_table or not content):
            yield inside[0]


def _unread_parameters(blocks: Sequence[Block]) -> Located[str] | None:
    """Return the first text in the section of the parameters, unless it says that there are none or heads an empty table."""
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
    capped = block.section in ("weight", "limit") and (bool(limits(block.text)) or _is_unread_limit(block))
    return capped or states_weight(block)


def _conditions(blocks: Sequence[Block], rows: Sequence[Located[PageParameter]]) -> Iterator[Located[PageCondition]]:
    names = {row.value.name for row in rows}
    for row in rows:
        yield from (Located(condition, row.line) for condition in conditions(row.value.text, names, row.value.name))
    for block in blocks:
        yield from (Located(condition, block.line) for condition in conditions(block.text, names))


def _description(blocks: Sequence[Block]) -> Block | None:
    """Return the first text of the description, or the first one below the title."""
    texts = [block for block in blocks if block.kind == "text" and block.heading and not is_empty_text(block.text)]
    for section in ("description", None):
        for block in texts:
            if block.section == section and not (_endpoint(block.text) or _states_cost(block)):
                return block
    return None


def _examples(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return the examples of the response; without a section for it, the only code that is JSON."""
    inside = [block for block in blocks if block.kind == "code" and block.section == "response"]
    json = _json(blocks)
    if inside:
        return inside[:1] + [block for block in inside[1:] if block in json]
    return json if len(json) == 1 else []


def _json(blocks: Sequence[Block]) -> Sequence[Block]:
    return [block for block in blocks if block.kind == "code" and block.text.lstrip()[:1] in ("{", "[")]
