"""Finds the lists and tables elsewhere on a page that hold the values of a parameter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from .blocks import Block, plain
from .page import Located, Parameter
from .values import NO_VALUES, OPEN, Values, contradicts

_MOST_VALUES = 1000
"""No parameter has as many values."""
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")
_ENTRY = re.compile(
    r"(?:[•·▪‣-]\s*)?[\"'“`]?([A-Z][A-Z0-9_]+|\d{1,4})[\"'”`]?"
    r"(?:\s*(?:[:：=]+|[–—-]+(?![A-Z0-9_]))\s*(.*)|\s*[(（](.*)[)）]|\s*([(（].*)|\s(.*)|([\u4e00-\u9fff].*)|\s*$)"
)
_LEAD = re.compile(
    r"\b(?:enums?|types?|values?|supported|support|allowed|options?)\b|枚举|类型|支持|取值|可选|如下|参数值",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:mandatory|required|parameters?|response)\b|必[需须填传]|参数(?!值)|返回|响应", re.IGNORECASE
)
"""A list of the parameters that each value needs, or of what an answer holds, is no list of values."""
_MARK = re.compile(r"\s*[*+-]\s+")
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class _Entry(NamedTuple):
    """A value of a list."""

    value: str
    text: str
    line: int


def with_lists(
    parameters: Sequence[Located[Parameter]], blocks: Sequence[Block]
) -> tuple[tuple[Located[Parameter], ...], set[int]]:
    """Give parameters the values that a list or a table elsewhere on the page holds for them, and tell its lines."""
    names = {each.value.name for each in parameters}
    found = [_with_values(each, [(*pair, each.line) for pair in _own(each, names)]) for each in parameters]
    lists: dict[int, list[Mapping[str, _Entry] | None]] = {}
    leads: dict[int, int] = {}
    taken: set[int] = set()
    for start, lead in enumerate(blocks, 1):
        index = _meant(plain(lead.text), found) if _leads(lead) else None
        if index is not None and not found[index].value.values:
            entries = _entries(blocks, start, names - {found[index].value.name})
            if entries != {}:
                lists.setdefault(index, []).append(entries)
                leads.setdefault(index, lead.line)
    for index, several in lists.items():
        entries = _whole(several)
        if entries and not contradicts(found[index].value.text, entries):
            found[index] = _with_values(found[index], [(each.value, each.text, each.line) for each in entries.values()])
            taken |= {leads[index], *found[index].value.value_lines}
    return tuple(found), taken


def _whole(several: Sequence[Mapping[str, _Entry] | None]) -> Mapping[str, _Entry]:
    """Return the one list among those of a parameter that has all of its values, or none where that is not sure."""
    first, *others = several
    if first is None or OPEN.search(list(first.values())[-1].text):
        return {}
    return first if all(each is not None and each.keys() <= first.keys() for each in others) else {}


def _with_values(row: Located[Parameter], entries: Sequence[tuple[str, str, int]]) -> Located[Parameter]:
    """Give a row its values, each with its text and line."""
    values = tuple((value, text) for value, text, _ in entries[:_MOST_VALUES])
    lines = tuple(line for _, _, line in entries[:_MOST_VALUES])
    return replace(row, value=replace(row.value, values=values, value_lines=lines))


def _own(row: Located[Parameter], names: AbstractSet[str]) -> Values:
    """Return the values of a row; a list of parameters, whose names are not in capitals, is none of values."""
    values = row.value.values
    return () if any(value in names and not value.isupper() for value, _ in values) else values


def _leads(block: Block) -> bool:
    """Return whether a message may lead to a list of values."""
    if block.kind not in ("text", "item", "heading"):
        return False
    text = plain(block.text)
    leads = text.endswith((":", "：")) or block.kind == "heading"
    return leads and bool(_LEAD.search(text)) and not _OF_OTHERS.search(text)


def _entries(blocks: Sequence[Block], start: int, others: AbstractSet[str]) -> Mapping[str, _Entry] | None:
    """Return the values that follow; `None` where their list goes on with what cannot be read.

    Args:
        blocks: The pieces of the page.
        start: The one behind the message that leads to the list.
        others: The names of other parameters; a message that leads to a list of theirs ends this one.
    """
    found: dict[str, _Entry] = {}
    last: Block | None = None
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind == "row" and block.head and last is None and not _OF_OTHERS.search(block.text):
            if _CAPITALS.fullmatch(plain(block.cells[0])):
                return None  # a table without a head, whose first value stands there
            continue
        if block.kind not in ("text", "item", "row") or block.head:
            return None if last and block.kind == "code" and _is_entry_of(last, block) else found
        if _leads(block):
            apart = last is None or (block.kind, block.level) != (last.kind, last.level)
            return found if apart or not others.isdisjoint(_WORDS.findall(block.text)) else None
        if last and last.kind == "item" and block.kind == "text" and _entry(block):
            return None  # a value in a line of its own, or the beginning of a message
        entry = _entry(block) if last is None or block.kind == last.kind else None
        if _is_odd(entry, found) or (entry is None and last and _goes_on(last, blocks[index : index + 3])):
            return None
        if entry is None:
            break
        found.setdefault(entry.value, entry)
        last = block
    return found


def _entry(block: Block) -> _Entry | None:
    cells = [plain(cell) for cell in block.cells] if block.kind == "row" else []
    found = _ENTRY.fullmatch(cells[0] if cells else plain(block.text))
    if found is None or found[1] in NO_VALUES:
        return None
    words = " ".join(cells[1:]) if cells else next(filter(None, found.groups()[1:]), "")
    return _Entry(found[1], words.strip(), block.line)


def _is_odd(entry: _Entry | None, found: Mapping[str, _Entry]) -> bool:
    """Return whether what looks like a value may be the beginning of a message below values of another form."""
    if entry is None or not entry.text or "_" in entry.value:
        return False
    return len(found) > 1 and all("_" in each for each in found)


def _goes_on(last: Block, blocks: Sequence[Block]) -> bool:
    """Return whether what follows a list's last value, and is none itself, belongs to the list nevertheless."""
    block = blocks[0]
    if block.kind == last.kind and (block.kind == "row" or (block.kind == "item" and block.level == last.level)):
        return True
    below = takewhile(lambda each: each.kind != "heading", blocks[1:])
    return any(_is_entry_of(last, each) for each in below)


def _is_entry_of(last: Block, block: Block) -> bool:
    """Return whether a list goes on here; below a paragraph, its items are indented as deep as code."""
    if block.kind == "code":
        return bool(_MARK.match(block.text) and _entry(replace(last, text=_MARK.sub("", block.text.split("\n")[0]))))
    return (block.kind, block.level) == (last.kind, last.level) and _entry(block) is not None


def _meant(lead: str, parameters: Sequence[Located[Parameter]]) -> int | None:
    """Return which parameter a message speaks of, by its name."""
    words = [word for each in _WORDS.findall(lead) for word in (each, each.removesuffix("s"))]
    named = [index for index, each in enumerate(parameters) if each.value.name in words]
    apart = "".join(_WORDS.findall(lead)).lower()
    in_words = [
        index
        for index, each in enumerate(parameters)
        if each.value.name != each.value.name.lower() and apart.removesuffix("s").endswith(each.value.name.lower())
    ]
    meant = in_words or named
    return meant[0] if len(meant) == 1 else None
