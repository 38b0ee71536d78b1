"""The part of OpenAPI 3.1 that the generator supports, as one table: kinds of objects, their keys, what is below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator import vocabulary

from .problems import Path

METHODS = tuple(method.lower() for method in vocabulary.METHODS)
Shape = Mapping[str, Any]
"""A JSON Schema."""

ANY: Shape = {}
TEXT: Shape = {"type": "string"}
COUNT: Shape = {"type": "integer", "minimum": 0}
NUMBER: Shape = {"type": "number"}
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
TYPE: Shape = {"if": {"type": "array"}, "then": {"items": {"enum": TYPES}}, "else": {"enum": TYPES}}
YES_OR_NO: Shape = {"type": "boolean"}
OBJECT: Shape = {"type": "object"}
OBJECTS: Shape = {"type": "array", "minItems": 1, "items": OBJECT}
NAMED_OBJECTS: Shape = {"type": "object", "additionalProperties": OBJECT}
COMPONENTS: Shape = {**NAMED_OBJECTS, "propertyNames": {"pattern": "^[A-Za-z0-9._-]+$"}}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its name in messages, the keys it may have, and the kinds of the objects below it."""

    name: str
    keys: Mapping[str, Shape]
    """Key -> the form of its value."""
    required: tuple[str, ...] = ()
    """Keys that it must have, unless it is a $ref."""
    one: Mapping[str, str] = field(default_factory=dict)
    """Key -> kind of the object below it."""
    many: Mapping[str, str] = field(default_factory=dict)
    """Key -> kind of each object in the list or map below it."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Key of OpenAPI that is not supported -> what to write instead."""
    components: str | None = None
    """Where a $ref to this kind leads, below components."""


_BODY = "Binance takes every parameter in the query string; write it under parameters"
_SPLIT = "write the constraint out, or give the value a named schema"

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "root",
            {"openapi": ANY, "info": OBJECT, "servers": OBJECTS, "paths": NAMED_OBJECTS, "components": OBJECT},
            required=("info", "servers", "paths"),
            one={"info": "info", "components": "components"},
            many={"servers": "server", "paths": "path"},
            instead={"security": "each operation has its own security"},
        ),
        Kind("info", {"title": TEXT, "version": TEXT, "description": TEXT}, required=("title", "version")),
        Kind("server", {"url": TEXT, "description": TEXT}, required=("url",)),
        Kind(
            "components",
            dict.fromkeys(("schemas", "parameters", "responses", "securitySchemes"), COMPONENTS),
            many={
                "schemas": "schema",
                "parameters": "parameter",
                "responses": "response",
                "securitySchemes": "security scheme",
            },
        ),
        Kind(
            "path",
            dict.fromkeys(METHODS, OBJECT),
            one=dict.fromkeys(METHODS, "operation"),
            instead={"parameters": "list them per operation"},
        ),
        Kind(
            "operation",
            {
                "operationId": TEXT,
                "summary": TEXT,
                "description": TEXT,
                "security": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "array"}}},
                "parameters": {"type": "array", "items": OBJECT},
                "responses": NAMED_OBJECTS,
            },
            many={"parameters": "parameter", "responses": "response"},
            instead={"requestBody": _BODY},
        ),
        Kind(
            "parameter",
            {
                "$ref": TEXT,
                "name": TEXT,
                "in": TEXT,
                "description": TEXT,
                "required": YES_OR_NO,
                "style": TEXT,
                "explode": YES_OR_NO,
                "schema": OBJECT,
                "content": NAMED_OBJECTS,
                "example": ANY,
            },
            required=("name", "in"),
            one={"schema": "schema"},
            many={"content": "media type"},
            components="parameters",
        ),
        Kind(
            "response",
            {"$ref": TEXT, "description": TEXT, "content": NAMED_OBJECTS},
            required=("description",),
            many={"content": "media type"},
            components="responses",
        ),
        Kind("media type", {"schema": OBJECT, "example": ANY}, required=("schema",), one={"schema": "schema"}),
        Kind(
            "security scheme",
            {"type": {"enum": ["apiKey"]}, "in": {"enum": ["header", "query"]}, "name": TEXT, "description": TEXT},
            required=("type", "in", "name"),
        ),
        Kind(
            "schema",
            {
                "$ref": TEXT,
                "type": TYPE,
                "format": TEXT,
                "title": TEXT,
                "description": TEXT,
                "enum": {"type": "array", "minItems": 1},
                "const": ANY,
                "default": ANY,
                "not": OBJECT,
                "minimum": NUMBER,
                "maximum": NUMBER,
                "minLength": COUNT,
                "maxLength": COUNT,
                "minItems": COUNT,
                "maxItems": COUNT,
                "pattern": TEXT,
                "properties": NAMED_OBJECTS,
                "required": {"type": "array", "items": TEXT},
                "items": OBJECT,
                "additionalProperties": OBJECT,
                "oneOf": OBJECTS,
            },
            one={"items": "schema", "additionalProperties": "schema", "not": "refused value"},
            many={"properties": "schema", "oneOf": "schema"},
            instead={"allOf": _SPLIT, "anyOf": "use oneOf", "nullable": "use type: [..., 'null']"},
            components="schemas",
        ),
        Kind("refused value", {"const": ANY, "enum": {"type": "array", "minItems": 1}}),
        Kind("enum value", {"const": ANY, "title": TEXT, "description": TEXT}),
    )
}


def objects(data: Any, kind: str = "root", path: Path = ()) -> Iterator[tuple[Path, Kind, dict[str, Any]]]:
    """Yield every object of the document that has a kind, parents first."""
    if not isinstance(data, dict):
        return
    if kind == "schema" and "const" in data and path[-2:-1] == ("oneOf",) and isinstance(path[-1], int):
        kind = "enum value"
    here = KINDS[kind]
    yield path, here, data
    for key, below in here.one.items():
        yield from objects(data.get(key), below, (*path, key))
    for key, below in here.many.items():
        holder = data.get(key)
        items = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        for name, item in items:
            yield from objects(item, below, (*path, key, name))
