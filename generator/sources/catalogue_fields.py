"""Reads the lists of parameters and of response fields of the catalogue: a name, a line with its type, and what follows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .blocks import Block, clean, plain_text
from .page_facts import Located, PageParameter
from .phrases import caps_calls, is_permission
from .sketch import presence, sketched
from .stated import type_name

_NAME = r"`?(?P<name>[A-Za-z_][A-Za-z0-9_.\[\]-]*)`?"
_TYPE = r"(?P<type>(?:string|integer|number|boolean|array|object|null|any)(?:\[\])?(?:<\w+>)?(?:\s*[·•・]\s*[\w<>\[\]. -]+?)*)"
_ONLY_NAME = re.compile(rf"{_NAME}\s*\*?")
_ONLY_TYPE = re.compile(_TYPE, re.IGNORECASE)
_BOTH = re.compile(rf"`(?P<name>[A-Za-z_][A-Za-z0-9_.\[\]-]*)`\s*{_TYPE}", re.IGNORECASE)
_DOT = re.compile(r"\s*[·•・]\s*")
_LABEL = re.compile(r"(example|default(?: value)?|enum values?|示例|默认值?|枚举值?)\s*[:：]\s*(.*)", re.IGNORECASE)
_VALUE = re.compile(r"[A-Za-z0-9_.-]+")
_BETWEEN = re.compile(r"[\s,，、|/]+")
_REQUIRED = ("required", "必填", "必需")
_MADE_UP: Mapping[str, object] = {"INT": 0, "LONG": 0, "DECIMAL": 0.5, "BOOLEAN": False, "ARRAY": [], "OBJECT": {}}


@dataclass
class _Field:
    name: str
    type: str
    line: int
    texts: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    """Each with its line."""

    def parameter(self) -> Located[PageParameter]:
        """Return it as a row of a table."""
        kind, *marks = _DOT.split(self.type)
        form = next((mark for mark in marks if type_name("", mark)), "")
        of_several = kind.endswith("[]") or kind.lower().startswith("array")
        row = PageParameter(
            name=self.name,
            type="ARRAY" if of_several else type_name(kind, form),
            required=any(mark.lower() in _REQUIRED for mark in marks),
            text=clean(" ".join(self.texts)),
            values=tuple((value, "") for value in self.values),
            default=self.labels.get("default"),
            example=self.labels.get("example"),
            value_lines=tuple(self.values.values()),
        )
        return Located(row, self.line)


def fields(blocks: Sequence[Block]) -> tuple[list[Located[PageParameter]], list[Block]]:
    """Return what a list describes, each once, and the notes below it."""
    listed: dict[str, _Field] = {}
    notes: list[Block] = []
    here: _Field | None = None
    in_values = in_notes = False
    skipped = -1
    for index, block in enumerate(blocks):
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        if index == skipped:
            continue
        if begun := _begun(block, below):
            here, in_values, in_notes = begun, False, False
            listed.setdefault(begun.name, begun)
            skipped = index if _BOTH.fullmatch(block.text) else index + 1
        elif here is not None and (label := _LABEL.fullmatch(plain_text(block.text))):
            in_values = _add_label(here, label, block)
        elif here is not None and in_values and _VALUE.fullmatch(plain_text(block.text)):
            here.values.setdefault(plain_text(block.text), block.line)
        elif block.kind != "code":
            in_values = False
            in_notes = in_notes or block.kind == "item" or caps_calls(block.text) or is_permission(block.text)
            if here is None or in_notes:
                notes.append(block)
            else:
                here.texts.append(plain_text(block.text))
    return [field.parameter() for field in listed.values()], notes


def _begun(block: Block, below: Block | None) -> _Field | None:
    """Return the field that begins with a block."""
    if both := _BOTH.fullmatch(block.text):
        return _Field(both["name"], both["type"], block.line)
    name = _ONLY_NAME.fullmatch(block.text) if block.kind != "code" else None
    kind = _ONLY_TYPE.fullmatch(plain_text(below.text)) if below and name else None
    return _Field(name["name"], kind["type"], block.line) if name and kind else None


def _add_label(here: _Field, label: re.Match[str], block: Block) -> bool:
    """Add what a label says of a field, and return whether values follow."""
    name, text = label[1].lower(), label[2].strip()
    if name.startswith(("enum", "枚举")):
        for value in filter(None, _BETWEEN.split(text)):
            here.values.setdefault(value, block.line)
        return True
    if name in ("example", "示例"):
        here.labels.setdefault("example", text)
    elif _BETWEEN.search(text):  # more is said than the default, such as the maximum
        here.texts.append(plain_text(block.text))
    else:
        here.labels.setdefault("default", text)
    return False


def sketch_of(listed: Sequence[Located[PageParameter]]) -> Located[str]:
    """Return the fields of a response as JSON, with what is said of each."""
    required = {row.value.name for row in listed if row.value.required}
    parts = []
    for row in (row.value for row in listed):
        made_up = json.dumps(_MADE_UP.get(row.type, row.example or ""), ensure_ascii=False)
        parts.append(sketched(row.name, (row.text, presence(row.name, required)), made_up))
    return Located("{" + ",\n".join(parts) + "}", listed[0].line)
