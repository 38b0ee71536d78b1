"""The part of OpenAPI 3.1 that the generator supports, as one table: kinds of objects, their keys, what is below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .problems import Path

METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its name in sentences, the keys it may have, and the kinds of the objects below it."""

    name: str
    keys: tuple[str, ...]
    one: Mapping[str, str] = field(default_factory=dict)
    """Key -> kind of the object below it."""
    many: Mapping[str, str] = field(default_factory=dict)
    """Key -> kind of each object in the list or map below it."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Key of OpenAPI that is not supported -> what to write instead."""


_BODY = "Binance takes every parameter in the query string; write it under parameters"
_SPLIT = "write the constraint out, or give the value a named schema"

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "root",
            ("openapi", "info", "servers", "paths", "components"),
            one={"info": "info", "components": "components"},
            many={"servers": "server", "paths": "path"},
            instead={"security": "each operation has its own security"},
        ),
        Kind("info", ("title", "version", "description")),
        Kind("server", ("url", "description")),
        Kind(
            "components",
            ("schemas", "parameters", "responses", "securitySchemes"),
            many={
                "schemas": "schema",
                "parameters": "parameter",
                "responses": "response",
                "securitySchemes": "security scheme",
            },
        ),
        Kind(
            "path", METHODS, one=dict.fromkeys(METHODS, "operation"), instead={"parameters": "list them per operation"}
        ),
        Kind(
            "operation",
            ("operationId", "summary", "description", "security", "parameters", "responses"),
            many={"parameters": "parameter", "responses": "response"},
            instead={"requestBody": _BODY},
        ),
        Kind(
            "parameter",
            ("$ref", "name", "in", "description", "required", "style", "explode", "schema", "content", "example"),
            one={"schema": "schema"},
            many={"content": "media type"},
        ),
        Kind("response", ("$ref", "description", "content"), many={"content": "media type"}),
        Kind("media type", ("schema", "example"), one={"schema": "schema"}),
        Kind("security scheme", ("type", "in", "name", "description")),
        Kind(
            "schema",
            (
                "$ref",
                "type",
                "format",
                "title",
                "description",
                "enum",
                "const",
                "default",
                "not",
                "minimum",
                "maximum",
                "minLength",
                "maxLength",
                "minItems",
                "maxItems",
                "pattern",
                "properties",
                "required",
                "items",
                "additionalProperties",
                "oneOf",
            ),
            one={"items": "schema", "additionalProperties": "schema", "not": "refused value"},
            many={"properties": "schema", "oneOf": "schema"},
            instead={"allOf": _SPLIT, "anyOf": "use oneOf", "nullable": "use type: [..., 'null']"},
        ),
        Kind("refused value", ("const", "enum")),
        Kind("enum value", ("const", "title", "description")),
    )
}

DATA_KEYS = frozenset({"example", "default", "const", "enum"})
"""Keys whose values are data, in which nothing is a keyword."""


def objects(data: Any, kind: str = "root", path: Path = ()) -> Iterator[tuple[Path, Kind, dict[str, Any]]]:
    """Yield every object of the document that has a kind, parents first."""
    if not isinstance(data, dict):
        return
    if kind == "schema" and "const" in data and path[-2:-1] == ("oneOf",):
        kind = "enum value"
    here = KINDS[kind]
    yield path, here, data
    for key, below in here.one.items():
        yield from objects(data.get(key), below, (*path, key))
    for key, below in here.many.items():
        each = data.get(key)
        items = each.items() if isinstance(each, dict) else enumerate(each) if isinstance(each, list) else ()
        for name, item in items:
            yield from objects(item, below, (*path, key, name))
