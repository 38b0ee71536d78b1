"""Reads the schemas of responses: the models, and what the model generator is given for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from generator.console import choices

from . import names
from . import types as ir
from .node import InvalidNode, Node
from .types import PythonType, union
from .values import RULES, kind_of

_TYPES: Mapping[ir.Kind, str] = {"string": "str", "decimal": "Decimal", "integer": "int", "boolean": "bool"}
_UNREADABLE = re.compile(r'["\\\x00-\x1f]')
"""What msgspec does not allow in the wire name of a field."""


class _Part(NamedTuple):
    """A part of a response: what the model generator is given, and its Python type."""

    schema: dict[str, Any]
    type: PythonType


def read_model(schema: Node, name: str) -> ir.Model:
    """Read the schema of a response; without a name of its own it gets `name`."""
    if set(schema.data) == {"$ref"}:
        schema, own = schema.resolve()
        name = own or name
    if schema.is_enum():
        raise schema.invalid("a response that is a bare enum value is not supported.")
    _read(name, schema)
    model = schema.context.models[name]
    if model is None:
        raise InvalidNode
    return model


def _read(name: str, schema: Node) -> None:
    """Read a model, once."""
    context = schema.context
    first = context.model_paths.setdefault(name, schema.path)
    if first != schema.path:
        same = f"this becomes the model {name}, and so does the schema in line {context.document.location(first).line}"
        raise schema.invalid(f"{same}; give it a name of its own under components/schemas.")
    if name in context.models:
        return
    schema.require_valid()
    schema.check_class_name(name)
    context.models[name] = None  # so that a model that contains itself ends here
    fields, type_ = None, None
    if "properties" in schema and not isinstance(schema.get("type"), list):
        fields, body = _record(name, schema)
    else:
        body, type_ = _part(schema, name, "Item")
    text = schema.sentences()
    words = {"description": text.en} if text.en else {}
    context.models[name] = ir.Model(name, text, schema.notes(), fields, {**words, **body}, type_, spec_path=schema.path)


# Records


def _record(model: str, schema: Node) -> tuple[tuple[ir.Field, ...], dict[str, Any]]:
    _check_record(schema)
    taken: dict[str, str] = {}
    fields: list[ir.Field] = []
    properties: dict[str, Any] = {}
    for node in schema.child("properties"):
        wire = str(node.path[-1])
        name = _field_name(node, wire, taken)
        if name is None:
            continue
        taken[name] = wire
        body, type_ = _part(node, model, names.pascal(wire))
        required, text = wire in schema.get("required", ()), _field_text(node)
        fields.append(ir.Field(wire, name, type_, required, text, node.notes(), spec_path=node.path))
        properties[wire] = {**body, **({"description": text.en} if text.en else {})}
    names_required = [field.wire for field in fields if field.required]
    return tuple(fields), {"type": "object", "required": names_required, "properties": properties}


def _check_record(schema: Node) -> None:
    type_, properties = schema.get("type", "object"), schema.get("properties")
    if type_ != "object":
        raise schema.invalid(f"the type {type_} has no properties; allowed: object.", "type")
    if "additionalProperties" in schema:
        message = "additionalProperties is not supported beside properties: fields not listed are ignored."
        schema.error_at_key(message, "additionalProperties")
    for wire in schema.child("required"):
        if wire.data not in properties:
            wire.error(f"there is no property {wire.data}; there are: {choices(wire.data, properties)}")


def _field_name(node: Node, wire: str, taken: Mapping[str, str]) -> str | None:
    name = names.snake(wire, names.FIELDS_TAKEN, "field_")
    if name is None:
        node.error_at_key(f"the property {wire!r} gives no Python name; it needs letters or digits.")
    elif _UNREADABLE.search(wire):
        allowed = "no quotes, backslashes or control characters are allowed"
        node.error_at_key(f"the property {wire!r} cannot be read: {allowed}.")
    elif name in taken:
        node.error_at_key(f"the properties {taken[name]!r} and {wire!r} both become the field {name}.")
    else:
        return name
    return None


def _field_text(node: Node) -> ir.Text:
    """Return a field's own words, or those of the enum that it refers to."""
    if "description" not in node and "$ref" in node:
        schema, _ = node.resolve()
        node = schema if schema.is_enum() else replace(node, data={})
    return node.sentences()


# Parts


def _part(schema: Node, model: str, name: str) -> _Part:
    """Read a part of a model; a record in it gets the model's name and `name`."""
    for key in ("default", "not", *RULES):
        if key in schema:
            schema.error_at_key(f"{key} is not supported in a response: it is read as it comes.", key)
    if "$ref" in schema:
        # Words beside a reference belong to the field.
        target, component = replace(schema, data=_without_words(schema.data)).resolve()
        return _open_enum(target) if target.is_enum() else _model_part(str(component), target)
    if isinstance(schema.get("type"), list):
        return _nullable(schema, model, name)
    if "properties" in schema:
        return _model_part(model + name, schema)
    if schema.get("type") in ("array", "object"):
        return _container(schema, model, name)
    if "oneOf" in schema and not schema.is_enum():
        return _union(schema, model, name)
    return _single(schema)


def _without_words(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("description", "x-binance-zh", "x-binance-note")}


def _single(schema: Node) -> _Part:
    if "const" in schema:
        return _constant(schema)
    if schema.is_enum():
        return _open_enum(schema)
    kind, _ = kind_of(schema)
    # Amounts are read exactly, whether Binance quotes them or not.
    body = {"type": "string", "format": "decimal"} if kind == "decimal" else {"type": kind}
    return _Part(body, PythonType(_TYPES[kind]))


def _model_part(name: str, schema: Node) -> _Part:
    _read(name, schema)
    return _Part({"$ref": f"#/components/schemas/{name}"}, PythonType(name))


def _constant(schema: Node) -> _Part:
    value, kind = schema.get("const"), schema.get("type")
    if (type(value), kind) not in ((str, "string"), (int, "integer")):
        allowed = "text of the type string, or a whole number of the type integer"
        raise schema.invalid(f"const {value!r} with the type {kind} is not supported; allowed: {allowed}.")
    return _Part({"const": value, "type": kind}, PythonType("Literal", (PythonType(repr(value)),)))


def _open_enum(schema: Node) -> _Part:
    """Read an enum as text or a number: a value that Binance added since is kept as it came."""
    kind = schema.get("type")
    if kind not in ("string", "integer"):
        raise schema.invalid(f"an enum of the type {kind} is not supported; allowed: string, integer.")
    return _Part({"type": kind}, PythonType(_TYPES[kind]))


def _container(schema: Node, model: str, name: str) -> _Part:
    """Read a list or a map."""
    is_list = schema.get("type") == "array"
    key = "items" if is_list else "additionalProperties"
    if key not in schema:
        if is_list:
            raise schema.invalid(
                "an array needs the schema of its items: write items: {type: string}, or what they are."
            )
        raise schema.invalid(
            "an object needs its fields under properties; one whose keys are not known needs the schema of its values: "
            "write additionalProperties: {type: string}, or what they are."
        )
    body, item = _part(schema[key], model, name)
    type_ = PythonType("list", (item,)) if is_list else PythonType("dict", (PythonType("str"), item))
    return _Part({"type": schema.get("type"), key: body}, type_)


def _nullable(schema: Node, model: str, name: str) -> _Part:
    kinds = [kind for kind in schema.get("type") if kind != "null"]
    if len(kinds) != 1 or len(schema.get("type")) != 2:  # noqa: PLR2004 - a type and null
        raise schema.invalid("a list of types is supported in the form [type, 'null'] only.")
    body, type_ = _part(replace(schema, data={**schema.data, "type": kinds[0]}), model, name)
    return _Part({"oneOf": [body, {"type": "null"}]}, union(type_, "None"))


def _union(schema: Node, model: str, name: str) -> _Part:
    parts: list[_Part] = []
    kinds: dict[str, int] = {}
    for number, branch in enumerate(schema.child("oneOf"), 1):
        kind = _json_kind(branch)
        if kind in kinds:
            message = f"the branches {kinds[kind]} and {number} are both {kind}: a response would fit both."
            raise branch.invalid(f"{message} Allowed: branches of different JSON types.")
        kinds[kind] = number
        null = _Part({"type": "null"}, PythonType("None"))
        parts.append(null if kind == "null" else _part(branch, model, f"{name}{number}"))
    return _Part({"oneOf": [part.schema for part in parts]}, union(*(part.type for part in parts)))


def _json_kind(branch: Node) -> str:
    schema, _ = branch.resolve()
    if "properties" in schema:
        return "object"
    kind = schema.get("type")
    if not isinstance(kind, str) or ("oneOf" in schema and not schema.is_enum()):
        raise schema.invalid("a branch of oneOf needs one type of its own.")
    return "number" if kind == "integer" else kind
