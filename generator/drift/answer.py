"""Drafts the schema of an answer from the example that a page prints."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from . import draft
from .printed import printed
from .yaml_text import Flow, FlowList

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]+")
_LARGEST = 200_000
_DEEPEST = 20


def example(text: str) -> Any:
    """Return a printed example as data.

    Raises:
        ValueError: It cannot be read, or is too large or deep to be a part of a spec.
    """
    if len(text) > _LARGEST:
        raise ValueError(f"the example has {len(text)} characters")
    found = printed(text)
    if not found.readable:
        raise ValueError("the example cannot be read")
    for value, depth in _each(found.data):
        if depth > _DEEPEST:
            raise ValueError("the example is too deep")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("the example has a number that is too large")
    return found.data


def schema(value: Any, *, bilingual: bool) -> dict[str, Any]:
    """Return the schema of an answer; every field of the example is taken for one that always comes."""
    return _schema([value], bilingual=bilingual)


def flowing(value: Any) -> Any:
    """Return an example that is written on one line where it fits."""
    if isinstance(value, dict):
        return Flow({key: flowing(each) for key, each in value.items()})
    return FlowList(flowing(each) for each in value) if isinstance(value, list) else value


def _schema(values: Sequence[Any], *, bilingual: bool) -> dict[str, Any]:
    """Return a schema that all of these values fit."""
    kinds: dict[str, list[Any]] = {}
    for value in values:
        kinds.setdefault(_kind(value), []).append(value)
    null = kinds.pop("null", None)
    if set(kinds) == {"integer", "number"}:
        kinds = {"number": [*kinds["integer"], *kinds["number"]]}
    if not kinds:
        kind = draft.gap("Choose a type.")
        return {"type": FlowList([kind, "null"]) if null else kind}
    found = [_of_kind(kind, each, bilingual=bilingual) for kind, each in kinds.items()]
    if len(found) > 1:
        return {"oneOf": found + ([Flow(type="null")] if null else [])}
    if null:
        found[0]["type"] = FlowList([found[0]["type"], "null"])
    return found[0]


def _of_kind(kind: str, values: list[Any], *, bilingual: bool) -> dict[str, Any]:
    if kind == "object":
        return _object(values, bilingual=bilingual)
    if kind == "array":
        return {"type": "array", "items": _schema([item for each in values for item in each], bilingual=bilingual)}
    if kind == "integer":
        return {"type": "integer", "format": "int64"}
    if kind == "string" and all(_AMOUNT.fullmatch(each) for each in values):
        return {"type": "string", "format": "decimal"}
    return {"type": kind}


def _object(values: list[dict[str, Any]], *, bilingual: bool) -> dict[str, Any]:
    keys = list(dict.fromkeys(key for each in values for key in each))
    required = [key for key in keys if all(key in each for each in values)]
    keys.sort(key=lambda key: key not in required)
    properties = {}
    for key in keys:
        part = _schema([each[key] for each in values if key in each], bilingual=bilingual)
        properties[key] = {**part, **draft.words("what the field holds", {}, bilingual=bilingual)}
    return {"type": "object", **({"required": FlowList(required)} if required else {}), "properties": properties}


def _kind(value: Any) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "null")


def _each(value: Any) -> Iterator[tuple[Any, int]]:
    """Yield every value of an example, each with its depth."""
    waiting = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting += [(each, depth + 1) for each in below]
