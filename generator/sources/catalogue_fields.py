"""Reads the lists of parameters and of response fields of the catalogue: a name, a line with its type, and what follows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .blocks import Block, clean, plain_text
from .catalogue_lines import Beginning, StatedType, beginning, is_like_mark, is_unclear, only_marks
from .page_facts import Located, PageParameter
from .phrases import caps_calls, is_permission
from .sketch import ENUM, enum_mark, presence, sketched
from .stated import type_name

_LABEL = re.compile(r"(example|default(?: value)?|enum values?|示例|默认值?|枚举值?)\s*[:：]\s*(.*)", re.IGNORECASE)
_VALUE = re.compile(r"[A-Za-z0-9_.-]+")
_BETWEEN = re.compile(r"[\s,，、|/]+")
_SAMPLE = re.compile(r"(?:example|sample)s?\b|(?:请求|响应)?(?:体)?示例|[{\[]", re.IGNORECASE)
_MADE_UP: Mapping[str, object] = {"INT": 0, "LONG": 0, "DECIMAL": 0.5, "BOOLEAN": False, "ARRAY": [], "OBJECT": {}}


@dataclass
class _Field:
    name: str
    type: StatedType
    line: int
    texts: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    """Each with its line."""

    @property
    def has_only_type(self) -> bool:
        """Return whether nothing but its type is known so far."""
        return not (self.texts or self.labels or self.values)

    def parameter(self) -> Located[PageParameter]:
        """Return it as a row of a table."""
        kind = self.type.kind
        form = next((mark for mark in self.type.marks if type_name("", mark)), "")
        of_several = kind.endswith("[]") or kind.lower().startswith("array")
        row = PageParameter(
            name=self.name,
            type="ARRAY" if of_several else type_name(kind, form),
            required=self.type.required,
            text=clean(" ".join(self.texts)),
            values=tuple((value, "") for value in self.values),
            default=self.labels.get("default"),
            example=self.labels.get("example"),
            value_lines=tuple(self.values.values()),
        )
        return Located(row, self.line)


class Listing:
    """What a list describes, each field once, and what stands between its fields and below them."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.notes: list[Block] = []
        self.unclear: list[Block] = []
        """What looks like a field and cannot be read as one."""
        self._fields: dict[str, _Field] = {}
        self._here: _Field | None = None
        self._in_values = self._in_notes = self._in_sample = self._in_lines = False
        self._read(blocks)

    def _read(self, blocks: Sequence[Block]) -> None:
        skipped = 0
        for index, block in enumerate(blocks):
            if skipped:
                skipped -= 1
                continue
            below = blocks[index + 1] if index + 1 < len(blocks) else None
            begun = beginning(block, below, self._fields, in_notes=self._in_notes)
            if begun:
                if begun.type.is_misspelt and (of_type := block if begun.blocks == 1 else below):
                    self.unclear.append(of_type)
                self._begin(begun, block.line)
                skipped = begun.blocks - 1
            elif not (self._here and self._adds(self._here, block)):
                self._add_words(block)

    @property
    def fields(self) -> list[Located[PageParameter]]:
        """Return the fields as rows of a table."""
        return [listed.parameter() for listed in self._fields.values()]

    def _begin(self, begun: Beginning, line: int) -> None:
        words = [begun.type.rest] if begun.type.rest else []
        self._here = _Field(begun.name, begun.type, line, words)
        self._fields.setdefault(begun.name, self._here)
        self._in_values = self._in_notes = self._in_sample = False
        self._in_lines = self._in_lines or (begun.blocks == 1 and bool(words))

    def _adds(self, here: _Field, block: Block) -> bool:
        """Return whether a block is a mark, a label or a value of the field above it, and add that."""
        text = plain_text(block.text)
        if here.has_only_type and not self._in_notes and (marks := only_marks(text)):
            here.type = replace(here.type, marks=here.type.marks + marks)
        elif here.has_only_type and not self._in_notes and is_like_mark(text):
            self.unclear.append(block)
        elif label := _LABEL.fullmatch(text):
            self._in_values = _add_label(here, label, block)
        elif self._in_values and _VALUE.fullmatch(text):
            here.values.setdefault(text, block.line)
        else:
            return False
        return True

    def _add_words(self, block: Block) -> None:
        text, is_first = plain_text(block.text), self._here is None
        self._in_sample = self._in_sample or block.kind == "code" or bool(_SAMPLE.match(text))
        if block.kind == "code":
            return
        self._in_values = False
        if not self._in_sample and is_unclear(block, self._fields, is_first=is_first, in_lines=self._in_lines):
            self.unclear.append(block)
        is_note = block.kind == "item" or caps_calls(block.text) or is_permission(block.text)
        self._in_notes = self._in_notes or is_note
        if self._here is None or self._in_notes:
            self.notes.append(block)
        else:
            self._here.texts.append(text)


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
        values = enum_mark(ENUM, [value for value, _ in row.values])
        parts.append(sketched(row.name, (row.text, presence(row.name, required), values), made_up))
    return Located("{" + ",\n".join(parts) + "}", listed[0].line)
