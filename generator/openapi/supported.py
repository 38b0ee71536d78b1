"""The part of OpenAPI 3.1 that the generator supports, as one table: kinds of objects, their keys, what is below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from generator import vocabulary

from .document import children
from .problems import SpecPath

METHOD_KEYS = tuple(method.lower() for method in vocabulary.METHODS)
Shape = Mapping[str, Any]
"""A JSON Schema."""
CHINESE = "x-binance-zh"
"""The key of the Chinese beside a text."""
_TEXTS = ("title", "summary", "description")
_WITHOUT_TEXTS = (CHINESE, "x-binance-success")
"""Extensions without texts, whose keys can have the names of those of texts."""

_OBJECT: Shape = {"type": "object"}
_OBJECTS: Shape = {"type": "array", "minItems": 1, "items": _OBJECT}
_NAMED_OBJECTS: Shape = {"type": "object", "additionalProperties": _OBJECT}
_COMPONENTS: Shape = {**_NAMED_OBJECTS, "propertyNames": {"pattern": "^[A-Za-z0-9._-]+$"}}
_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_SHAPES: Mapping[str, Shape] = {
    key: shape
    for keys, shape in (
        ("openapi example const default", {}),
        ("$ref title version description url operationId summary name in style format pattern", {"type": "string"}),
        ("required explode", {"type": "boolean"}),
        ("minimum maximum", {"type": "number"}),
        ("minLength maxLength minItems maxItems", {"type": "integer", "minimum": 0}),
        (f"info components schema not items additionalProperties {' '.join(METHOD_KEYS)}", _OBJECT),
        ("servers oneOf", _OBJECTS),
        ("paths content responses properties", _NAMED_OBJECTS),
        ("parameters", {"type": "array", "items": _OBJECT}),
        ("security", {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "array"}}}),
        ("enum", {"type": "array", "minItems": 1}),
        ("tags", {"type": "array", "minItems": 1, "items": {"type": "string"}}),
        ("type", {"if": {"type": "array"}, "then": {"items": {"enum": _TYPES}}, "else": {"enum": _TYPES}}),
    )
    for key in keys.split()
}
"""The form of the value of a key, where its kind of object does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its name in messages, the keys it may have, and the kinds of the objects below it."""

    name: str
    keys: Mapping[str, Shape]
    """Key -> the form of its value."""
    required: tuple[str, ...] = ()
    """Keys that it must have, unless it is a $ref."""
    below: Mapping[str, str] = field(default_factory=dict)
    """Key -> kind of the object below it, or of each object in the list or map below it."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Key of OpenAPI that is not supported -> what to write instead."""
    components: str | None = None
    """Where a $ref to this kind leads, below components."""


def _keys(names: str, **other: Shape) -> dict[str, Shape]:
    return {name: {**_SHAPES, **other}[name] for name in names.split()}


_BODY = "Binance takes every parameter in the query string; write it under parameters"
_SPLIT = "write the constraint out, or give the value a named schema"
_BESIDE = "write example beside schema, in the parameter or under application/json"
_EXAMPLES = {"example": _BESIDE, "examples": _BESIDE}
_GROUPS = {
    "schemas": "schema",
    "parameters": "parameter",
    "responses": "response",
    "securitySchemes": "security scheme",
}

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "root",
            _keys("openapi info servers tags paths components", tags=_OBJECTS),
            required=("info", "servers", "paths"),
            below={"info": "info", "components": "components", "servers": "server", "tags": "tag", "paths": "path"},
            instead={"security": "each operation has its own security"},
        ),
        Kind("info", _keys("title version description"), required=("title", "version")),
        Kind("server", _keys("url description"), required=("url",)),
        Kind("tag", _keys("name description"), required=("name", "description")),
        Kind("components", dict.fromkeys(_GROUPS, _COMPONENTS), below=_GROUPS),
        Kind(
            "path",
            _keys(" ".join(METHOD_KEYS)),
            below=dict.fromkeys(METHOD_KEYS, "operation"),
            instead={"parameters": "list them per operation"},
        ),
        Kind(
            "operation",
            _keys("operationId tags summary description security parameters responses"),
            below={"parameters": "parameter", "responses": "response"},
            instead={"requestBody": _BODY},
        ),
        Kind(
            "parameter",
            _keys("$ref name in description required style explode schema content example"),
            required=("name", "in"),
            below={"schema": "schema", "content": "media type"},
            components="parameters",
        ),
        Kind(
            "response",
            _keys("$ref description content"),
            required=("description",),
            below={"content": "media type"},
            components="responses",
        ),
        Kind("media type", _keys("schema example"), required=("schema",), below={"schema": "schema"}),
        Kind(
            "security scheme",
            _keys("type in name description", **{"type": {"enum": ["apiKey"]}, "in": {"enum": ["header", "query"]}}),
            required=("type", "in", "name"),
        ),
        Kind(
            "schema",
            _keys(
                "$ref type format title description enum const default not minimum maximum minLength maxLength minItems "
                "maxItems pattern properties required items additionalProperties oneOf",
                required={"type": "array", "items": {"type": "string"}, "uniqueItems": True},
            ),
            below={
                **dict.fromkeys(("items", "additionalProperties", "properties", "oneOf"), "schema"),
                "not": "refused value",
            },
            instead={"allOf": _SPLIT, "anyOf": "use oneOf", "nullable": "use type: [..., 'null']", **_EXAMPLES},
            components="schemas",
        ),
        Kind("refused value", _keys("const enum")),
        Kind("enum value", _keys("const title description")),
    )
}


def objects(data: Any, kind: str = "root", path: SpecPath = ()) -> Iterator[tuple[SpecPath, Kind, dict[str, Any]]]:
    """Yield every object of the document that has a kind, parents first."""
    if not isinstance(data, dict):
        return
    if kind == "schema" and "const" in data and path[-2:-1] == ("oneOf",) and isinstance(path[-1], int):
        kind = "enum value"
    here = KINDS[kind]
    yield path, here, data
    for key, below in here.below.items():
        if here.keys[key] is _OBJECT:
            yield from objects(data.get(key), below, (*path, key))
        else:
            for name, item in children(data.get(key)):
                yield from objects(item, below, (*path, key, name))


class Text(NamedTuple):
    """A text of an object, with its Chinese."""

    key: str
    path: SpecPath
    english: str
    chinese_path: SpecPath
    chinese: str | None
    is_undivided: bool
    """Whether the object has several texts, and its Chinese is no mapping of them."""


def texts(data: Any) -> Iterator[Text]:
    """Yield every text of the document that is for readers, and so stands in both languages of a spec that has two."""
    for path, _, node in objects(data):
        # The title of an enum value is a name.
        yield from _texts_of(path, node, _TEXTS[1:] if path[-2:-1] == ("oneOf",) else _TEXTS)
        for key, value in node.items():
            if key.startswith("x-") and key not in _WITHOUT_TEXTS:
                yield from _texts_of((*path, key), value)
                for name, item in children(value):
                    yield from _texts_of((*path, key, name), item)


def _texts_of(path: SpecPath, node: Any, keys: tuple[str, ...] = _TEXTS) -> Iterator[Text]:
    if not isinstance(node, dict):
        return
    written, found = node.get(CHINESE), [key for key in keys if isinstance(node.get(key), str)]
    for key in found:
        of_key, below = (written.get(key), (CHINESE, key)) if isinstance(written, dict) else (written, (CHINESE,))
        chinese, is_undivided = of_key if isinstance(of_key, str) else None, isinstance(written, str) and len(found) > 1
        yield Text(key, (*path, key), node[key], (*path, *below), chinese, is_undivided)
