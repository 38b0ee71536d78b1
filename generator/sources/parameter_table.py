"""Reads the table of parameters, and the lists of their values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from .blocks import Block, plain_text
from .page_facts import Located, PageParameter
from .phrases import default, maximum, minimum
from .value_lists import NUMBERS, add_listed_values, values_in

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "parameter", "parameters", "parameter name", "名称", "参数", "参数名", "参数名称", "字段"),
    "type": ("type", "data type", "类型", "数据类型"),
    "required": ("mandatory", "required", "是否必需", "是否必须", "是否必填", "必需", "必须", "必填", "是否必要"),
    "text": ("description", "descriptions", "remark", "remarks", "描述", "说明", "详情", "备注"),
}
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_.\[\]-]*)\s*[*＊]*\s*(?:[(（].*)?")
"""A name, and a mark or a remark behind it."""
_YES = re.compile(r"(?:YES|Y|TRUE|MANDATORY|REQUIRED|是|必[需须填传])\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MOST_ROWS = 500
"""No endpoint has as many parameters."""
_NO = re.compile(r"(?:NO|N|FALSE|OPTIONAL|否|非必[需须填传]|可选)\b", re.IGNORECASE)


def read_parameters(
    blocks: Sequence[Block], near: Sequence[Block]
) -> tuple[tuple[Located[PageParameter], ...], Sequence[Block], set[Block]]:
    """Return the parameters of a call with their values, the rows that are not understood, and the blocks that are.

    Args:
        blocks: Where lists of their values may stand.
        near: Those among which the table is: the first one of parameters, others are of fields of them.
    """
    rows = [block for block in near if block.kind == "row"]
    start = next((index for index, row in enumerate(rows) if row.head and columns(row.cells)), len(rows))
    table = list(takewhile(lambda row: row is rows[start] or not row.head, rows[start:]))
    header = (columns(table[0].cells) if table else None) or {}
    read: dict[str, Located[PageParameter]] = {}
    used, unread = set(table[:1]), []
    for block in table[1:]:
        stated = parameter(block.cells, header)
        if stated is not None and stated.name not in read and len(read) < _MOST_ROWS:
            read[stated.name] = Located(stated, block.line)
            used.add(block)
        elif any(block.cells) and (stated is None or stated.name not in read or read[stated.name].value != stated):
            unread.append(block)
    parameters, lists = add_listed_values(tuple(read.values()), blocks)
    return parameters, unread, used | lists


def columns(cells: Sequence[str]) -> Mapping[str, int] | None:
    """Return where each column of a table of parameters stands; nothing where it is another table."""
    names = [plain_text(cell).lower().strip("* ") for cell in cells]
    indexes = {key: index for key, known in _COLUMNS.items() for index, name in enumerate(names) if name in known}
    return indexes if {"name", "type", "required"} <= set(indexes) and indexes["name"] == 0 else None


def is_plain_answer(cell: str) -> bool:
    """Return whether a cell says whether a parameter must be sent, and nothing else."""
    return bool(_WORD.fullmatch(cell) and (_YES.match(cell) or _NO.match(cell)))


def parameter(cells: Sequence[str], header: Mapping[str, int]) -> PageParameter | None:
    """Read a row."""
    by_name = {key: cells[index] for key, index in header.items() if index < len(cells)}
    name = _NAME.fullmatch(plain_text(by_name["name"]))
    if name is None:
        return None
    kind, text = plain_text(by_name.get("type", "")).upper(), by_name.get("text", "")
    words = plain_text(text)
    measured = not kind or kind in NUMBERS
    required = plain_text(by_name.get("required", ""))
    return PageParameter(
        name=name[1],
        type=kind,
        required=False if _NO.match(required) else True if _YES.match(required) else None,
        text=words,
        values=values_in(text, kind),
        minimum=minimum(words) if measured else None,
        maximum=maximum(words) if measured else None,
        default=default(words),
    )
