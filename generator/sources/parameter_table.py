"""Reads the table of parameters, and the lists of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from .blocks import Block, plain_text
from .page_facts import Located, Parameter
from .phrases import default, maximum, minimum
from .value_lists import NUMBERS, add_listed_values, range_in, values_in

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "parameter", "parameters", "parameter name", "名称", "参数", "参数名", "参数名称", "字段"),
    "type": ("type", "data type", "类型", "数据类型"),
    "required": ("mandatory", "required", "是否必需", "是否必须", "是否必填", "必需", "必须", "必填", "是否必要"),
    "text": ("description", "descriptions", "remark", "remarks", "描述", "说明", "详情", "备注"),
}
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_.\[\]-]*)\s*[*＊]*\s*(?:[(（].*)?")
"""A name, and a mark or a remark behind it."""
_YES = re.compile(r"(?:YES|Y|TRUE|MANDATORY|REQUIRED|是|必[需须填传])\b", re.IGNORECASE)
_OF_PARAMETERS = re.compile(r"mandatory|required|param(?:eter)?s?\b|必[需须填传]|参数", re.IGNORECASE)
"""What the head of a table says that lists no values, but what must be sent with each of them."""
_MOST_ROWS = 500
"""No endpoint has as many parameters."""
_NO = re.compile(r"(?:NO|N|FALSE|OPTIONAL|否|非必[需须填传]|可选)\b", re.IGNORECASE)


def read_parameters(blocks: Sequence[Block], near: Sequence[Block]) -> tuple[tuple[Located[Parameter], ...], set[int]]:
    """Return the parameters of a call with their values, and the lines that they were read from.

    Args:
        blocks: Where lists of their values may stand.
        near: Those among which the table is.
    """
    table = next((table for table in _tables(near) if columns(table[0].cells)), [])
    others = {
        row.line for table in _tables(blocks) if _OF_PARAMETERS.search(" ".join(table[0].cells[1:])) for row in table
    }
    lists = [block for block in blocks if block.line not in others]
    parameters, used = add_listed_values(tuple(islice(_rows(table), _MOST_ROWS)), lists)
    return parameters, used | {block.line for block in table[:1]} | {row.line for row in parameters}


def columns(cells: Sequence[str]) -> Mapping[str, int] | None:
    """Return where each column of a table of parameters stands; nothing where it is another table."""
    names = [plain_text(cell).lower().strip("* ") for cell in cells]
    found = {key: index for key, known in _COLUMNS.items() for index, name in enumerate(names) if name in known}
    return found if {"name", "type", "required"} <= set(found) and found["name"] == 0 else None


def parameter(cells: Sequence[str], header: Mapping[str, int]) -> Parameter | None:
    """Read a row."""

    def cell(key: str) -> str:
        index = header.get(key, len(cells))
        return cells[index] if index < len(cells) else ""

    name = _NAME.fullmatch(plain_text(cell("name")))
    if name is None:
        return None
    kind, text = plain_text(cell("type")).upper(), cell("text")
    words = plain_text(text)
    measured = not kind or kind in NUMBERS
    least, most = range_in(words, kind) or (None, None)
    return Parameter(
        name=name[1],
        type=kind,
        required=_required(plain_text(cell("required"))),
        text=words,
        values=values_in(text, kind),
        minimum=least if least is not None else minimum(words) if measured else None,
        maximum=most if most is not None else maximum(words) if measured else None,
        default=default(words),
    )


def _required(cell: str) -> bool | None:
    if _NO.match(cell):
        return False
    return True if _YES.match(cell) else None


def _tables(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """Return each table with its head; one of the parameters of a call is the first, others are of fields of them."""
    rows = [block for block in blocks if block.kind == "row"]
    heads = [index for index, block in enumerate(rows) if block.head]
    return [rows[start:end] for start, end in zip(heads, [*heads, len(rows)][1:], strict=True)]


def _rows(table: Sequence[Block]) -> Iterator[Located[Parameter]]:
    header = columns(table[0].cells) if table else None
    seen = set()
    for block in table[1:]:
        found = parameter(block.cells, header) if header else None
        if found is not None and found.name not in seen:
            seen.add(found.name)
            yield Located(found, block.line)
