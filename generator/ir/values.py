"""Reads the schemas of values that are sent, and the enums that they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Literal, NamedTuple

from generator.openapi.document import Document
from generator.openapi.problems import Path, join_names
from generator.vocabulary import TypeName

from . import names
from . import types as ir
from .reader import Reader, is_enum

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
RULES = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")


class Value(NamedTuple):
    """A single value that is sent, as its schema describes it."""

    kind: ir.Kind
    wire_type: TypeName
    enum: ir.Enum | None
    rules: ir.Rules


class ValueReader(Reader):
    """Reads the schemas of values that are sent, each enum once."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.enums: dict[str, ir.Enum] = {}

    def value(self, path: Path, schema: Mapping[str, Any]) -> Value:
        """Read the schema of a single value."""
        path, schema, name = self._resolve(path, schema)
        if not is_enum(schema):
            kind, wire_type = self.kind(path, schema)
            return Value(kind, wire_type, None, self._rules(path, schema, kind))
        if name is None:
            raise self._invalid(path, "an enum needs a name: move it to components/schemas and refer to it by $ref.")
        enum = self._enum(name, path, schema)
        return Value(enum.kind, "ENUM", enum, self._rules(path, schema, enum.kind))

    def read_other_enums(self) -> None:
        """Read the enums that no parameter has."""
        for name, schema in self._components("schemas").items():
            path = ("components", "schemas", name)
            if isinstance(schema, dict) and is_enum(schema):
                self._attempt(path, partial(self._enum, name, path, schema))

    def kind(self, path: Path, schema: Mapping[str, Any]) -> tuple[ir.Kind, TypeName]:
        """Return the kind of a single value, and its type in Binance's words."""
        type_, form = schema.get("type"), schema.get("format")
        if isinstance(type_, str) and (type_, form) in _KINDS:
            return _KINDS[type_, form]
        allowed = join_names(f"{kind}/{form}" if form else kind for kind, form in _KINDS)
        what = f"the type {type_}" if type_ else "a schema without a type"
        what += f" with the format {form}" if form else ""
        raise self._invalid(path, f"{what} is not supported here; allowed: {allowed}.")

    def _rules(self, path: Path, schema: Mapping[str, Any], kind: ir.Kind) -> ir.Rules:
        self._check_rules(path, schema, kind)
        refused = schema.get("not", {})
        return ir.Rules(
            refused=tuple(refused.get("enum", ())) + ((refused["const"],) if "const" in refused else ()),
            minimum=_decimal(schema.get("minimum")),
            maximum=_decimal(schema.get("maximum")),
            min_length=schema.get("minLength"),
            max_length=schema.get("maxLength"),
            pattern=schema.get("pattern"),
            bits=32 if schema.get("format") == "int32" else 64,
        )

    def _check_rules(self, path: Path, schema: Mapping[str, Any], kind: ir.Kind) -> None:
        if "oneOf" in schema and not is_enum(schema):
            raise self._invalid((*path, "oneOf"), "each branch of oneOf needs a const: it lists the values to send.")
        for key in ("properties", "required", "items", "additionalProperties"):
            if key in schema:
                self._document.error_at_key((*path, key), f"{key} means nothing for a single value that is sent.")
        for key in RULES:
            if key in schema and key not in _RULES_OF[kind]:
                allowed = join_names(_RULES_OF[kind])
                self._document.error_at_key((*path, key), f"{key} means nothing for {kind} values; allowed: {allowed}.")
        if "pattern" in schema:
            try:
                re.compile(schema["pattern"])
            except (re.error, OverflowError, RecursionError) as error:
                raise self._invalid((*path, "pattern"), f"the pattern cannot be read: {error}.") from None

    # Enums

    def _enum(self, name: str, path: Path, schema: Mapping[str, Any]) -> ir.Enum:
        if name not in self.enums:
            self._check_class_name(name, path)
            kind: Any = schema.get("type")
            if kind not in ("string", "integer"):
                raise self._invalid(path, f"the enum {name} has the type {kind}; allowed: string, integer.")
            key = next(key for key in ("oneOf", "enum", "const") if key in schema)
            self.enums[name] = ir.Enum(
                name=name,
                kind=kind,
                text=self._text(path, schema),
                notes=self._notes(path, schema),
                values=tuple(self._enum_values((*path, key), schema[key], kind)),
                spec_path=path,
                values_path=(*path, key),
            )
        return self.enums[name]

    def _enum_values(self, path: Path, written: Any, kind: Literal["string", "integer"]) -> Iterator[ir.EnumValue]:
        taken: dict[str, object] = {}
        for here, node in _value_nodes(path, written):
            value = node["const"]
            if problem := _value_problem(value, kind):
                self._document.error(here, f"the enum value {value!r} {problem}")
            elif (name := names.member(node.get("title", value))) is None:
                self._document.error(here, f"the enum value {value!r} gives no Python name; give it a title that does.")
            else:
                if value in taken.values():
                    self._document.error(here, f"the enum value {value!r} is here a second time.")
                elif name in taken:
                    message = f"the enum values {taken[name]!r} and {value!r} both become the member {name}"
                    self._document.error(here, f"{message}; give one a title.")
                taken[name] = value
                text, notes = self._text(here, node), self._notes(here, node)
                yield ir.EnumValue(value, name, text, notes, self._route(here, node), spec_path=here)

    def _route(self, path: Path, node: Mapping[str, Any]) -> ir.Route | None:
        moves, key = node.get("x-binance-moves"), "x-binance-moves"
        if moves is None or any(map(self._document.is_broken, ((*path, key), ("x-binance-wallets",)))):
            return None
        wallets = self._data.get("x-binance-wallets", {})
        for end in ("from", "to"):
            if moves[end] not in wallets:
                message = f"there is no wallet {moves[end]}; x-binance-wallets has: {join_names(wallets)}."
                self._document.error((*path, key, end), message)
        return ir.Route(moves["from"], moves["to"])


def _value_nodes(path: Path, written: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the values of an enum as `oneOf` lists them, each with where it is written."""
    if path[-1] == "const":
        yield path, {"const": written}
        return
    for index, value in enumerate(written):
        yield (*path, index), value if path[-1] == "oneOf" else {"const": value}


def _value_problem(value: Any, kind: Literal["string", "integer"]) -> str | None:
    if type(value) is not (str if kind == "string" else int):
        return f"is not of the type {kind}."
    if value == "":
        return "is empty."
    if isinstance(value, str) and (position := names.invisible(value)) is not None:
        return f"has a stray blank or invisible character, U+{ord(value[position]):04X} at position {position}."
    if isinstance(value, str) and (plain := unicodedata.normalize("NFKC", value)) != value:
        return f"has a look-alike character; the plain form is {plain!r}."
    return None


def _decimal(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float, str)) else None
