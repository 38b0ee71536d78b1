"""Reads the schemas of values that are sent, and the enums that they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from generator.console import join_names
from generator.openapi.schema_errors import yaml_repr
from generator.vocabulary import TypeName

from . import names
from . import types as ir
from .node import Node

_KINDS: Mapping[tuple[str, str | None], tuple[ir.Kind, TypeName]] = {
    ("string", None): ("string", "STRING"),
    ("string", "decimal"): ("decimal", "DECIMAL"),
    ("number", None): ("decimal", "DECIMAL"),
    ("integer", None): ("integer", "LONG"),
    ("integer", "int64"): ("integer", "LONG"),
    ("integer", "int32"): ("integer", "INT"),
    ("boolean", None): ("boolean", "BOOLEAN"),
}
_RULES_OF: Mapping[ir.Kind, tuple[str, ...]] = {
    "string": ("minLength", "maxLength", "pattern"),
    "decimal": ("minimum", "maximum", "pattern"),
    "integer": ("minimum", "maximum"),
    "boolean": (),
}
FORMATS = tuple(dict.fromkeys(form for _, form in _KINDS if form))
_PYTHON: Mapping[ir.Kind, type] = {"string": str, "integer": int}
_INNER_BLANK = re.compile(r"(?<=[^ ]) (?=[^ ])")
RULES = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")


class Value(NamedTuple):
    """A single value that is sent, as its schema describes it."""

    kind: ir.Kind
    wire_type: TypeName
    enum: ir.Enum | None
    rules: ir.Rules


def read_value(schema: Node) -> Value:
    """Read the schema of a single value."""
    schema, name = schema.resolve()
    if not schema.is_enum():
        kind, wire_type = kind_of(schema)
        return Value(kind, wire_type, None, _rules(schema, kind))
    if name is None:
        raise schema.invalid("an enum needs a name: move it to components/schemas and refer to it by $ref.")
    enum = read_enum(schema, name)
    return Value(enum.kind, "ENUM", enum, _rules(schema, enum.kind))


def kind_of(schema: Node) -> tuple[ir.Kind, TypeName]:
    """Return the kind of a single value, and its type in Binance's words."""
    type_, form = schema.get("type"), schema.get("format")
    if isinstance(type_, str) and (type_, form) in _KINDS:
        return _KINDS[type_, form]
    allowed = join_names(f"{kind}/{form}" if form else kind for kind, form in _KINDS)
    what = f"the type {type_}" if type_ else "a schema without a type"
    what += f" with the format {form}" if form else ""
    raise schema.invalid(f"{what} is not supported here; allowed: {allowed}.")


def _rules(schema: Node, kind: ir.Kind) -> ir.Rules:
    _check_rules(schema, kind)
    refused = schema.child("not")
    values = [*refused.child("enum"), *([refused["const"]] if "const" in refused else ())]
    for value in values:
        if kind in _PYTHON and type(value.data) is not _PYTHON[kind]:
            value.error(f"the refused value {yaml_repr(value.data)} is not of the type {kind}.")
    return ir.Rules(
        refused=tuple(value.data for value in values),
        minimum=_decimal(schema.get("minimum")),
        maximum=_decimal(schema.get("maximum")),
        min_length=schema.get("minLength"),
        max_length=schema.get("maxLength"),
        pattern=schema.get("pattern"),
        bits=32 if schema.get("format") == "int32" else 64,
    )


def _check_rules(schema: Node, kind: ir.Kind) -> None:
    if "oneOf" in schema and not schema.is_enum():
        raise schema.invalid("each branch of oneOf needs a const: it lists the values to send.", "oneOf")
    for key in ("properties", "required", "items", "additionalProperties"):
        if key in schema:
            schema.error_at_key(f"{key} means nothing for a single value that is sent.", key)
    allowed = _RULES_OF[kind]
    for key in RULES:
        if key in schema and key not in allowed:
            schema.error_at_key(f"{key} means nothing for {kind} values; allowed: {join_names(allowed)}.", key)


# Enums


def read_enum(schema: Node, name: str) -> ir.Enum:
    """Read an enum, once."""
    enums = schema.context.enums
    if name not in enums:
        schema.check_class_name(name)
        kind: Any = schema.get("type")
        if kind not in ("string", "integer"):
            raise schema.invalid(f"the enum {name} has the type {kind}; allowed: string, integer.")
        key = next(key for key in ("enum", "const", "oneOf") if key in schema)
        enums[name] = ir.Enum(
            name=name,
            kind=kind,
            text=schema.sentences(),
            notes=schema.notes(),
            values=tuple(_enum_values(_value_nodes(schema, key), kind)),
            spec_path=schema.path,
            values_path=(*schema.path, key),
        )
    return enums[name]


def _value_nodes(schema: Node, key: str) -> Iterator[Node]:
    """Yield the values of an enum as `oneOf` lists them."""
    for node in [schema[key]] if key == "const" else schema.child(key):
        yield node if key == "oneOf" else replace(node, data={"const": node.data})


def _enum_values(nodes: Iterator[Node], kind: Literal["string", "integer"]) -> Iterator[ir.EnumValue]:
    taken: dict[str, object] = {}
    for node in nodes:
        value = node.get("const")
        name = names.member(node.get("title", value))
        if problem := _value_problem(value, kind):
            node.error(f"the enum value {value!r} {problem}")
        elif name is None:
            node.error(f"the enum value {value!r} gives no Python name; give it a title that does.")
        else:
            if value in taken.values():
                node.error(f"the enum value {value!r} is here a second time.")
            elif name in taken:
                both = f"the enum values {taken[name]!r} and {value!r} both become the member {name}"
                node.error(f"{both}; give one a title.")
            taken[name] = value
            yield ir.EnumValue(value, name, node.text(), node.notes(), _route(node), spec_path=node.path)


def _route(node: Node) -> ir.Route | None:
    moves, wallets = node.child("x-binance-moves"), node.root.child("x-binance-wallets")
    if not moves.data or moves.is_broken() or wallets.is_broken():
        return None
    for end in ("from", "to"):
        if moves.get(end) not in wallets:
            known = f"x-binance-wallets has: {join_names(wallets.data)}"
            moves.error(f"there is no wallet {moves.get(end)}; {known}.", end)
    return ir.Route(moves.get("from"), moves.get("to"))


def _value_problem(value: Any, kind: Literal["string", "integer"]) -> str | None:
    if type(value) is not (str if kind == "string" else int):
        return f"is not of the type {kind}."
    if value == "":
        return "is empty."
    # A blank between two words is part of the value.
    if isinstance(value, str) and (position := names.invisible(_INNER_BLANK.sub("_", value))) is not None:
        return f"has a stray blank or invisible character, U+{ord(value[position]):04X} at position {position}."
    if isinstance(value, str) and (plain := unicodedata.normalize("NFKC", value)) != value:
        return f"has a look-alike character; the plain form is {plain!r}."
    return None


def _decimal(bound: float | None) -> Decimal | None:
    return None if bound is None else Decimal(str(bound))
