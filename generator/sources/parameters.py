"""Reads the table of parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .blocks import plain
from .page import Parameter
from .phrases import default, maximum, minimum
from .values import NUMERIC, value_range, values

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "parameter", "parameters", "parameter name", "名称", "参数", "参数名", "参数名称", "字段"),
    "type": ("type", "data type", "类型", "数据类型"),
    "required": ("mandatory", "required", "是否必需", "是否必须", "是否必填", "必需", "必须", "必填", "是否必要"),
    "text": ("description", "descriptions", "remark", "remarks", "描述", "说明", "详情", "备注"),
}
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_.\[\]-]*)\s*[*＊]*\s*(?:[(（].*)?")
"""A name, and a mark or a remark behind it."""
_YES = re.compile(r"(?:YES|Y|TRUE|MANDATORY|REQUIRED|是|必[需须填传])\b", re.IGNORECASE)
_NO = re.compile(r"(?:NO|N|FALSE|OPTIONAL|否|非必[需须填传]|可选)\b", re.IGNORECASE)


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

    name = _NAME.fullmatch(plain(cell("name")))
    if name is None:
        return None
    kind, text = plain(cell("type")).upper(), cell("text")
    words = plain(text)
    measured = not kind or kind in NUMERIC
    least, most = value_range(words, kind) or (None, None)
    return Parameter(
        name=name[1],
        type=kind,
        required=_required(plain(cell("required"))),
        text=words,
        values=values(text, kind),
        minimum=least if least is not None else minimum(words) if measured else None,
        maximum=most if most is not None else maximum(words) if measured else None,
        default=default(words),
    )


def _required(cell: str) -> bool | None:
    if _NO.match(cell):
        return False
    return True if _YES.match(cell) else None
