"""Reads the table of parameters, and the values that a row or a list elsewhere on the page allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .blocks import Block, plain
from .page import Found, Parameter
from .rules import default, maximum, minimum

Values = tuple[tuple[str, str], ...]

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "parameter", "parameters", "parameter name", "名称", "参数", "参数名", "参数名称", "字段"),
    "type": ("type", "data type", "类型", "数据类型"),
    "required": ("mandatory", "required", "是否必需", "是否必须", "是否必填", "必需", "必须", "必填", "是否必要"),
    "text": ("description", "descriptions", "remark", "remarks", "描述", "说明", "详情", "备注"),
}
_MOST_VALUES = 1000
"""No parameter has as many values."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]-]*")
_YES = re.compile(r"(?:YES|Y|TRUE|MANDATORY|REQUIRED|是|必[需须填传])\b", re.IGNORECASE)
_NO = re.compile(r"(?:NO|N|FALSE|OPTIONAL|否|非必[需须填传]|可选)\b", re.IGNORECASE)

_TOKEN = r"[A-Z][A-Z0-9_]+"  # noqa: S105 - a word in capitals
_ONLY = re.compile(
    rf"[\"'“`]?({_TOKEN})[\"'”`]? only\.?|(?:only (?:supports? )?|仅(?:限|支持)?\s*)[\"'“`]?({_TOKEN})[\"'”`]?[.。]?"
)
_REMARK = r"(?:\s*[(（][^()（）]{1,40}[)）])?"
_BETWEEN = r"\s*(?:[,，、/|;；]+\s*(?:and|or|and/or|和|或)?|\band\b|\bor\b|和|或)\s*"
_QUOTED = rf"(?:\"{_TOKEN}\"|'{_TOKEN}'|“{_TOKEN}”|`\"?{_TOKEN}\"?`)"
_QUOTED_LIST = re.compile(rf"{_QUOTED}{_REMARK}(?:{_BETWEEN}{_QUOTED}{_REMARK})+")
_BARE = rf"[\"'“”`]?{_TOKEN}[\"'“”`]?"
_BARE_LIST = re.compile(
    rf"(?:^|[:：.。]\s*|\b(?:are|is|of)\s+|[有为]\s*)({_BARE}{_REMARK}(?:{_BETWEEN}{_BARE}{_REMARK})+)(?=\s*(?:$|[.。;；,，]))"
)
_EXAMPLES = re.compile(
    r"(?:e\.\s?g\.|\beg\.?|i\.e\.|such as|\blike|examples?|例如|比如|譬如|如)\s*[:：,，]?\s*$", re.IGNORECASE
)
_ROW_OF_WORDS = re.compile(rf"{_BARE}(?:[\s,，/]+{_BARE})*")
_WORD = re.compile(_TOKEN)
_REMARKS = re.compile(r"[(（][^()（）]*[)）]")
_CONDITIONAL = re.compile(
    r"(?:\b(?:used|when|if|only|under|with|for|by|except)\b|与|当|仅|若|如果)[^,，.。;；:：]*$", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:^|(?<=[\s,，;；(（.。、]))(\d{1,4})\s*(?:[:：=]|为|表示|-(?=\s))\s*(?=\D)")
_NUMBERS = re.compile(r"\[\s*(\d{1,9}(?:\s*[,，]\s*\d{1,9})+)\s*\]")
_NUMBER = re.compile(r"\d+")
_NEVER_NUMBERED = ("DECIMAL", "BIGDECIMAL", "DOUBLE", "FLOAT", "NUMBER", "BOOLEAN", "BOOL")
_NEVER_WORDS = (*_NEVER_NUMBERED, "INT", "INTEGER", "LONG", "SHORT", "BYTE")

_ENTRY = re.compile(rf"[\"'“`]?({_TOKEN}|\d{{1,4}})[\"'”`]?\s*(?:[:：=–—-]+\s*(.*)|\s(.*)|$)")
_LEAD = re.compile(
    r"\b(?:enums?|types?|values?|supported|support|allowed|options?)\b|枚举|类型|支持|取值|可选|如下|参数值",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def columns(cells: Sequence[str]) -> Mapping[str, int] | None:
    """Return where each column of a table of parameters stands; nothing where it is another table."""
    names = [plain(cell).lower().strip("* ") for cell in cells]
    found = {key: index for key, known in _COLUMNS.items() for index, name in enumerate(names) if name in known}
    return found if {"name", "type", "required"} <= set(found) and found["name"] == 0 else None


def parameter(cells: Sequence[str], places: Mapping[str, int]) -> Parameter | None:
    """Read a row."""

    def cell(key: str) -> str:
        index = places.get(key, len(cells))
        return cells[index] if index < len(cells) else ""

    name = _NAME.match(plain(cell("name")))
    if name is None:
        return None
    kind, text = plain(cell("type")).upper(), cell("text")
    words = plain(text)
    return Parameter(
        name=name[0],
        type=kind,
        required=_required(plain(cell("required"))),
        text=words,
        values=values(text, kind),
        minimum=minimum(words),
        maximum=maximum(words),
        default=default(words),
    )


def _required(cell: str) -> bool | None:
    if _NO.match(cell):
        return False
    return True if _YES.match(cell) else None


def values(text: str, kind: str) -> Values:
    """Return the values that a row's description allows, each with its text."""
    kind = kind.partition("<")[0].split(" ")[0]
    numbered = () if kind in _NEVER_NUMBERED else _numbered(text)
    if numbered or kind in _NEVER_WORDS:
        return numbered
    only = _ONLY.fullmatch(text.strip())
    if only:
        return ((only[1] or only[2], ""),)
    return tuple((word, "") for word in dict.fromkeys(_words(text, kind)))


def _numbered(text: str) -> Values:
    found = list(_NUMBERED.finditer(text))
    if len(found) <= 1:
        plain_list = _NUMBERS.search(text)
        return tuple((each, "") for each in _NUMBER.findall(plain_list[1])) if plain_list else ()
    ends = [each.start() for each in found[1:]] + [len(text)]
    listed = [
        (each[1], plain(text[each.end() : end]).strip(" ,，;；.。()（）"))
        for each, end in zip(found, ends, strict=True)
    ]
    distinct = len({value for value, _ in listed}) == len(listed)
    return tuple(listed) if distinct and all(words for _, words in listed) else ()


def _words(text: str, kind: str) -> list[str]:
    """Return the words in capitals that a description lists, in quotes or where a sentence or a list begins."""
    quoted = [(found.start(), found[0]) for found in _QUOTED_LIST.finditer(text)]
    bare = [(found.start(1), found[1]) for found in _BARE_LIST.finditer(text)]
    for start, words in quoted + bare:
        before = text[max(start - 200, 0) : start]
        if not _CONDITIONAL.search(before) and not _EXAMPLES.search(before):
            return _WORD.findall(_REMARKS.sub("", words))
    return _WORD.findall(text) if kind == "ENUM" and _ROW_OF_WORDS.fullmatch(text) else []


def with_lists(
    parameters: Sequence[Found[Parameter]], blocks: Sequence[Block]
) -> tuple[tuple[Found[Parameter], ...], set[int]]:
    """Give parameters the values that a list or a table elsewhere on the page holds for them, and tell its lines."""
    found = [_with_values(each, each.value.values, (each.line,) * len(each.value.values)) for each in parameters]
    taken: set[int] = set()
    for lead, entries in _lists(blocks):
        index = _meant(plain(lead.text), found)
        if index is not None and not found[index].value.values:
            lines = tuple(line for _, line in entries.values())
            found[index] = _with_values(found[index], tuple((each, text) for each, (text, _) in entries.items()), lines)
            taken |= {lead.line, *lines}
    return tuple(found), taken


def _with_values(row: Found[Parameter], values: Values, lines: tuple[int, ...]) -> Found[Parameter]:
    return replace(row, value=replace(row.value, values=values[:_MOST_VALUES], value_lines=lines[:_MOST_VALUES]))


def _lists(blocks: Sequence[Block]) -> Iterator[tuple[Block, Mapping[str, tuple[str, int]]]]:
    """Yield each list of values, with the sentence that leads to it: value -> its text and line."""
    for index, block in enumerate(blocks):
        text = plain(block.text)
        leads = text.endswith((":", "：")) or block.kind == "heading"
        if leads and block.kind in ("text", "item", "heading") and _LEAD.search(text):
            entries = _entries(blocks, index + 1)
            if entries:
                yield block, entries


def _entries(blocks: Sequence[Block], start: int) -> Mapping[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for index in range(start, len(blocks)):
        block = blocks[index]
        if block.kind == "row" and block.head and not found:
            continue
        if block.kind not in ("text", "item", "row") or block.head:
            break
        cells = [plain(cell) for cell in block.cells] if block.kind == "row" else []
        entry = _ENTRY.fullmatch(cells[0] if cells else plain(block.text))
        if entry is None:
            break
        words = " ".join(cells[1:]) if cells else (entry[2] or entry[3] or "")
        found.setdefault(entry[1], (words.strip(), block.line))
    return found


def _meant(lead: str, parameters: Sequence[Found[Parameter]]) -> int | None:
    """Return which parameter a sentence speaks of: the one that it names, or else the only enum without values."""
    words = {word for each in _WORDS.findall(lead) for word in (each, each.removesuffix("s"))}
    named = [index for index, each in enumerate(parameters) if each.value.name in words]
    if len(named) == 1:
        return named[0]
    enums = [index for index, each in enumerate(parameters) if each.value.type == "ENUM" and not each.value.values]
    return enums[0] if len(enums) == 1 and not named else None
