"""Fills the gaps of a draft as a person would, but with the same words everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.openapi.document import read
from generator.openapi.edit import Editor, to_yaml
from generator.openapi.load import GAP
from generator.openapi.problems import SpecPath
from tests.specs import call, spec

_ONE_CALL = spec(call("DELETE /sapi/v1/first", "first", security="USER_DATA")).replace(
    "rate-limits: {", "rate-limits: {uid: {weight: 1200, seconds: 60}, "
)
SMALL = f"{to_yaml(read('spec.yaml', _ONE_CALL.encode()).data)}\n"
"""A spec without Chinese, in the form that can be edited."""

_CHINESE = "文字。"
_ANSWERS = {
    "x-binance-moves-funds": True,
    "x-binance-security": "NONE",
    "security": [],
    "name": "enableThings",
    "tags": "transfers",
    "url": "https://example.com/page",
    "read": "2026-01-02",
    "scope": "ip",
    "weight": 1,
    "calls": 1,
    "seconds": 1,
    "days": 1,
    "explode": True,
    "type": "string",
}
"""What a person writes under a key; elsewhere it is words."""


def gaps(data: object, path: SpecPath = ()) -> Iterator[SpecPath]:
    """Yield the place of every gap."""
    if isinstance(data, str) and data.startswith(GAP):
        yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, below in items:
        yield from gaps(below, (*path, key))


def filled(source: bytes) -> bytes:
    """Write a value into every gap; an example and a title are made so that they fit."""
    editor = Editor("filled", source)
    removed: list[SpecPath] = []
    for number, path in enumerate(gaps(read("filled", source).data)):
        if "x-binance-effect" in path or {"x-binance-requires", "x-binance-exclusive"}.intersection(path[-2:]):
            removed.append(path)
            continue
        value = _CHINESE if "x-binance-zh" in path else _value(editor.data, path, number)
        if isinstance(value, (dict, list)):
            editor.remove(path)
            editor.put(path[:-1], str(path[-1]), value)
        else:
            editor.set(path, value)
    for path in reversed(removed):
        editor.remove(path)
    return editor.source


def _value(data: Any, path: SpecPath, number: int) -> Any:
    key = str(path[-1] if isinstance(path[-1], str) else path[-2])
    if key == "title":
        return f"VALUE_{number}"
    if path[-2:-1] == ("x-binance-moves",):
        return next(iter(data["x-binance-wallets"]))
    if path[-3:-1] == ("content", "application/json"):
        return _of_response(data, path)
    if key in ("example", "default"):
        schema = _at(data, path[:-1]) if key == "default" else _at(data, (*path[:-1], "schema"))
        return _fitting(data, schema)
    if key == "required":
        return [] if "properties" in _at(data, path[:-1]) else False
    return "any" if path[-2:-1] == ("x-binance-success",) else _ANSWERS.get(key, "Words.")


def _of_response(data: Any, path: SpecPath) -> Any:
    """Return the schema of a response, or an example that fits it."""
    if path[-1] == "schema":
        return {"type": "object", "description": "Words.", "x-binance-zh": _CHINESE, "properties": {}}
    schema = _at(data, (*path[:-1], "schema"))
    return _fitting(data, schema) if isinstance(schema, dict) else {}


def _fitting(data: Any, schema: Any) -> Any:
    if "$ref" in schema:
        return _fitting(data, _at(data, tuple(schema["$ref"].removeprefix("#/").split("/"))))
    if isinstance(schema.get("type"), list):
        return None
    if schema.get("type") == "array":
        return [_fitting(data, schema["items"])]
    if schema.get("type") == "object":
        return {name: _fitting(data, part) for name, part in schema["properties"].items()}
    if "oneOf" in schema:
        first = schema["oneOf"][0]
        return first["const"] if "const" in first else _fitting(data, first)
    kinds = {"integer": 7, "boolean": True}
    return kinds.get(schema.get("type"), "1234567")


def _at(data: Any, path: SpecPath) -> Any:
    for key in path:
        data = data[key]
    return data
