"""Reads the schemas of responses: the models, and what the model generator is given for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from generator.openapi.document import Document
from generator.openapi.problems import Path, did_you_mean, join_names

from . import names
from . import types as ir
from .reader import Reader, is_enum
from .types import PythonType, union
from .values import RULES, ValueReader

_TYPES: Mapping[ir.Kind, str] = {"string": "str", "decimal": "Decimal", "integer": "int", "boolean": "bool"}
_UNREADABLE = re.compile(r'["\\\x00-\x1f]')
"""What msgspec does not allow in the wire name of a field."""


class _Part(NamedTuple):
    """A part of a response: what the model generator is given, and its Python type."""

    schema: dict[str, Any]
    type: PythonType


class ModelReader(Reader):
    """Reads the schemas of responses, each model once."""

    def __init__(self, document: Document, values: ValueReader) -> None:
        super().__init__(document)
        self._values = values
        self._models: dict[str, ir.Model | None] = {}
        self._written: dict[str, Path] = {}

    @property
    def models(self) -> dict[str, ir.Model]:
        """The models read so far, by name."""
        return {name: model for name, model in self._models.items() if model is not None}

    def model(self, path: Path, schema: Mapping[str, Any], name: str) -> ir.Model:
        """Read the schema of a response; without a name of its own it gets `name`."""
        if set(schema) == {"$ref"}:
            path, schema, own = self._resolve(path, schema)
            name = own or name
        if is_enum(schema):
            raise self._invalid(path, "a response that is a bare enum value is not supported.")
        self._model(name, path, schema)
        model = self._models[name]
        if model is None:
            raise self._invalid(path, f"the response {name} contains nothing but itself.")
        return model

    def _model(self, name: str, path: Path, schema: Mapping[str, Any]) -> None:
        first = self._written.setdefault(name, path)
        if first != path:
            line = self._document.location(first).line
            message = f"this becomes the model {name}, and so does the schema in line {line}"
            raise self._invalid(path, f"{message}; give it a name of its own under components/schemas.")
        if name in self._models:
            return
        self._require_valid(path)
        self._check_class_name(name, path)
        self._models[name] = None  # so that a model that contains itself ends here
        text, notes = self._text(path, schema), self._notes(path, schema)
        words = {"description": schema["description"]} if "description" in schema else {}
        if "properties" in schema and not isinstance(schema.get("type"), list):
            fields, body = self._record(name, path, schema)
            self._models[name] = ir.Model(name, text, notes, fields, {**words, **body}, spec_path=path)
        else:
            body, type_ = self._part(path, schema, name, "Item")
            self._models[name] = ir.Model(name, text, notes, None, {**words, **body}, type_, spec_path=path)

    # Records

    def _record(self, model: str, path: Path, schema: Mapping[str, Any]) -> tuple[tuple[ir.Field, ...], dict[str, Any]]:
        self._check_record(path, schema)
        taken: dict[str, str] = {}
        fields: list[ir.Field] = []
        properties: dict[str, Any] = {}
        for wire, node in schema["properties"].items():
            here = (*path, "properties", wire)
            name = self._field_name(here, wire, taken)
            if name is None:
                continue
            taken[name] = wire
            body, type_ = self._part(here, node, model, names.pascal(wire))
            text, notes = self._field_text(here, node), self._notes(here, node)
            fields.append(ir.Field(wire, name, type_, wire in schema.get("required", ()), text, notes, spec_path=here))
            properties[wire] = {**body, **({"description": text.en} if text.en else {})}
        required = [field.wire for field in fields if field.required]
        return tuple(fields), {"type": "object", "required": required, "properties": properties}

    def _check_record(self, path: Path, schema: Mapping[str, Any]) -> None:
        if schema.get("type", "object") != "object":
            raise self._invalid((*path, "type"), f"the type {schema['type']} has no properties; allowed: object.")
        if "additionalProperties" in schema:
            message = "additionalProperties is not supported beside properties: fields not listed are ignored."
            self._document.error_at_key((*path, "additionalProperties"), message)
        properties = schema["properties"]
        for index, wire in enumerate(schema.get("required", ())):
            if wire not in properties:
                known = f"there are: {join_names(properties)}.{did_you_mean(wire, properties)}"
                self._document.error((*path, "required", index), f"there is no property {wire}; {known}")

    def _field_name(self, path: Path, wire: str, taken: Mapping[str, str]) -> str | None:
        name = names.snake(wire, names.FIELDS_TAKEN, "field_")
        if name is None:
            message = f"the property {wire!r} gives no Python name; it needs letters or digits."
        elif _UNREADABLE.search(wire):
            allowed = "no quotes, backslashes or control characters are allowed"
            message = f"the property {wire!r} cannot be read: {allowed}."
        elif name in taken:
            message = f"the properties {taken[name]!r} and {wire!r} both become the field {name}."
        else:
            return name
        self._document.error_at_key(path, message)
        return None

    def _field_text(self, path: Path, node: Mapping[str, Any]) -> ir.Text:
        """Return a field's own words, or those of the enum that it refers to."""
        if "description" not in node and "$ref" in node:
            path, schema, _ = self._resolve(path, node)
            node = schema if is_enum(schema) else {}
        return self._text(path, node)

    # Parts

    def _part(self, path: Path, schema: Mapping[str, Any], model: str, name: str) -> _Part:
        """Read a part of a model; a record in it gets the model's name and `name`."""
        for key in ("default", "not", *RULES):
            if key in schema:
                message = f"{key} is not supported in a response: it is read as it comes."
                self._document.error_at_key((*path, key), message)
        if "$ref" in schema:
            return self._named(path, schema)
        if isinstance(schema.get("type"), list):
            return self._nullable(path, schema, model, name)
        if "properties" in schema:
            return self._model_part(model + name, path, schema)
        if schema.get("type") in ("array", "object"):
            return self._container(path, schema, model, name)
        if "oneOf" in schema and not is_enum(schema):
            return self._union(path, schema, model, name)
        return self._single(path, schema)

    def _model_part(self, name: str, path: Path, schema: Mapping[str, Any]) -> _Part:
        self._model(name, path, schema)
        return _Part({"$ref": f"#/components/schemas/{name}"}, PythonType(name))

    def _single(self, path: Path, schema: Mapping[str, Any]) -> _Part:
        if "const" in schema:
            return self._constant(path, schema["const"], schema.get("type"))
        if is_enum(schema):
            return self._open_enum(path, schema)
        kind, _ = self._values.kind(path, schema)
        # Amounts are read exactly, whether Binance quotes them or not.
        body = {"type": "string", "format": "decimal"} if kind == "decimal" else {"type": kind}
        return _Part(body, PythonType(_TYPES[kind]))

    def _constant(self, path: Path, value: object, kind: object) -> _Part:
        if (type(value), kind) not in ((str, "string"), (int, "integer")):
            allowed = "text of the type string, or a whole number of the type integer"
            raise self._invalid(path, f"const {value!r} with the type {kind} is not supported; allowed: {allowed}.")
        return _Part({"const": value, "type": kind}, PythonType("Literal", (PythonType(repr(value)),)))

    def _named(self, path: Path, schema: Mapping[str, Any]) -> _Part:
        path, schema, name = self._resolve(path, schema)
        return self._open_enum(path, schema) if is_enum(schema) else self._model_part(str(name), path, schema)

    def _open_enum(self, path: Path, schema: Mapping[str, Any]) -> _Part:
        """Read an enum as text or a number: a value that Binance added since is kept as it came."""
        kind = schema.get("type")
        if kind not in ("string", "integer"):
            raise self._invalid(path, f"an enum of the type {kind} is not supported; allowed: string, integer.")
        return _Part({"type": kind}, PythonType("str" if kind == "string" else "int"))

    def _container(self, path: Path, schema: Mapping[str, Any], model: str, name: str) -> _Part:
        """Read a list or a map."""
        is_list = schema.get("type") == "array"
        key = "items" if is_list else "additionalProperties"
        if not isinstance(schema.get(key), dict):
            message = "an array needs items, and an object properties or a schema under additionalProperties."
            raise self._invalid(path, message)
        body, item = self._part((*path, key), schema[key], model, name)
        type_ = PythonType("list", (item,)) if is_list else PythonType("dict", (PythonType("str"), item))
        return _Part({"type": schema.get("type", "object"), key: body}, type_)

    def _nullable(self, path: Path, schema: Mapping[str, Any], model: str, name: str) -> _Part:
        kinds = [kind for kind in schema["type"] if kind != "null"]
        if len(kinds) != 1 or len(schema["type"]) != 2:  # noqa: PLR2004 - a type and null
            raise self._invalid(path, "a list of types is supported in the form [type, 'null'] only.")
        body, type_ = self._part(path, {**schema, "type": kinds[0]}, model, name)
        return _Part({"oneOf": [body, {"type": "null"}]}, union(type_, "None"))

    def _union(self, path: Path, schema: Mapping[str, Any], model: str, name: str) -> _Part:
        parts: list[_Part] = []
        kinds: dict[str, int] = {}
        for index, branch in enumerate(schema["oneOf"]):
            here = (*path, "oneOf", index)
            kind = self._json_kind(here, branch)
            if kind in kinds:
                message = f"the branches {kinds[kind] + 1} and {index + 1} are both {kind}: a response would fit both."
                raise self._invalid(here, f"{message} Allowed: branches of different JSON types.")
            kinds[kind] = index
            null = _Part({"type": "null"}, PythonType("None"))
            parts.append(null if kind == "null" else self._part(here, branch, model, f"{name}{index + 1}"))
        return _Part({"oneOf": [part.schema for part in parts]}, union(*(part.type for part in parts)))

    def _json_kind(self, path: Path, schema: Mapping[str, Any]) -> str:
        path, schema, _ = self._resolve(path, schema)
        if "properties" in schema:
            return "object"
        kind = schema.get("type")
        if not isinstance(kind, str) or "oneOf" in schema:
            raise self._invalid(path, "a branch of oneOf needs one type of its own.")
        return "number" if kind == "integer" else kind
