"""The keys that are read of a schema, with what each one may hold: what is there and cannot be read is refused, never left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from generator.runtime.short_repr import short_repr

Owner: TypeAlias = Literal["path", "operation", "parameter", "body", "responses", "response", "media type", "schema"]


class _Kind(NamedTuple):
    """What a key may hold, in words, and as the types of YAML."""

    words: str
    types: tuple[type, ...]
    may_be_null: bool = True


_TEXT = _Kind("a text", (str,))
_TEXTS = _Kind("a text, or a list of texts", (str, list))
_NUMBER = _Kind("a number", (int, float))
_WEIGHT = _Kind("a number, or a text", (int, float, str))
_FLAG = _Kind("true or false", (bool,))
_LIST = _Kind("a list", (list,), may_be_null=False)
_RECORD = _Kind("a mapping", (dict,), may_be_null=False)
_ANYTHING = _Kind("anything", (object,))
_INTEGER = re.compile(r"\s*[+-]?\d+(?:\.0*)?\s*")
_NUMBER_TEXT = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*")

KEYS: Mapping[Owner, Mapping[str, _Kind]] = {
    "path": {"parameters": _LIST},
    "operation": {
        **dict.fromkeys(("operationId", "summary", "x-summary-cn", "x-security-type"), _TEXT),
        **dict.fromkeys(("description", "x-description-cn"), _TEXTS),
        **dict.fromkeys(("x-parameters-notes", "x-parameters-notes-cn"), _TEXTS),
        **dict.fromkeys(("x-response-notes", "x-response-notes-cn"), _TEXTS),
        **dict.fromkeys(("deprecated", "x-signed"), _FLAG),
        **dict.fromkeys(("x-ip-weight", "x-uid-weight"), _WEIGHT),
        "parameters": _LIST,
        "requestBody": _RECORD,
        "responses": _RECORD,
    },
    "parameter": {
        **dict.fromkeys(("name", "in"), _TEXT),
        "required": _FLAG,
        **dict.fromkeys(("description", "x-description-cn"), _TEXTS),
        "schema": _RECORD,
        "example": _ANYTHING,
    },
    "body": {"content": _RECORD},
    "responses": {},
    "response": {"content": _RECORD},
    "media type": {"schema": _RECORD, "example": _ANYTHING, "examples": _RECORD},
    "schema": {
        "type": _TEXTS,
        "format": _TEXT,
        **dict.fromkeys(("description", "x-description-cn"), _TEXTS),
        **dict.fromkeys(("enum", "required", "allOf", "oneOf", "anyOf"), _LIST),
        **dict.fromkeys(("items", "properties"), _RECORD),
        **dict.fromkeys(("minimum", "maximum"), _NUMBER),
        "nullable": _FLAG,
        **dict.fromkeys(("default", "example"), _ANYTHING),
    },
}
"""By the part of a schema in which they stand; a path has its methods besides, and the responses their statuses."""

PLACES = ("query", "path", "header", "cookie", "formData")
"""Where a parameter can be sent; of these, what stands in headers and cookies is left out."""


def unread_key(node: Mapping[str, Any], owner: Owner) -> tuple[str, str] | None:
    """Return the first key of a part that holds what cannot be read, and a sentence that says so."""
    for key, kind in KEYS[owner].items():
        value = node.get(key)
        is_missing = key not in node or (value is None and kind.may_be_null)
        # true is no number, although Python has it as one.
        fits = isinstance(value, kind.types) and (not isinstance(value, bool) or kind in (_FLAG, _ANYTHING))
        if not (is_missing or fits):
            return key, cannot_be_read(key, value, kind.words)
    if owner == "parameter" and node.get("in", PLACES[0]) not in PLACES:
        return "in", cannot_be_read("in", node["in"], ", ".join(PLACES))
    return None


def contradicts(kind: str | None, value: object) -> bool:
    """Return whether a value cannot be of a type, however it is quoted: a text of digits can be a number."""
    text = str(value).casefold() if isinstance(value, (str, bool, int, float)) else None
    match kind:
        case "integer":
            return text is None or not _INTEGER.fullmatch(text)
        case "number":
            return text is None or not _NUMBER_TEXT.fullmatch(text)
        case "boolean":
            return text not in ("true", "false")
        case "string":
            return isinstance(value, (dict, list))
    return False


def cannot_be_read(key: str, value: object, allowed: str) -> str:
    """Return a sentence on a value that is there and cannot be understood."""
    return f"{key} is {as_written(value)}, which cannot be read; allowed: {allowed}."


def as_written(value: object) -> str:
    """Return a value as a message shows it."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else short_repr(value)
