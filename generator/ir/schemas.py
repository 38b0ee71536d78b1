"""Reads JSON Schemas: values that are sent, enums, and the models of answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from generator.openapi.document import Document, at, reference
from generator.openapi.problems import Path, did_you_mean, join_names

from . import names
from . import types as ir

_VALUE_KINDS: Mapping[tuple[str, str | None], tuple[ir.Kind, str]] = {
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
_RULES = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")
_ANSWER_TYPES: Mapping[ir.Kind, str] = {"string": "str", "decimal": "Decimal", "integer": "int", "boolean": "bool"}
_UNREADABLE = re.compile(r'["\\\x00-\x1f]')
"""What the name of a field may not hold on the wire, says msgspec."""
_TEXT_KEYS = ("title", "summary", "description")


class Unreadable(Exception):
    """The node has a mistake that is already noted; what needs it cannot be built."""


class Value(NamedTuple):
    """A value that is sent, as its schema describes it."""

    kind: ir.Kind
    wire_type: str
    enum: ir.Enum | None
    rules: ir.Rules


class Schemas:
    """The document's schemas, read once each."""

    def __init__(self, document: Document, *, bilingual: bool) -> None:
        self._document = document
        self._bilingual = bilingual
        self._enums: dict[str, ir.Enum] = {}
        self._models: dict[str, ir.Model | None] = {}
        self._places: dict[str, Path] = {}

    # Texts

    def text(self, path: Path, node: Mapping[str, Any], key: str = "description") -> ir.Text:
        """Return the words under `key`, in each language that the spec has."""
        words, chinese = node.get(key, ""), node.get("x-binance-zh")
        if isinstance(chinese, dict):
            chinese = chinese.get(key)
        elif chinese is not None and key != self._only_text_key(path, node):
            chinese = None
        if not self._bilingual or not words:
            return ir.Text(words, chinese or ("" if self._bilingual else None))
        if chinese is None:
            several = isinstance(node.get("x-binance-zh"), str)
            where = f"x-binance-zh as {{{key}: ..., ...}}, a mapping" if several else "x-binance-zh"
            self._document.error((*path, key), f"the Chinese of {key} is missing; write it under {where}.")
        return ir.Text(words, chinese or "")

    @staticmethod
    def _only_text_key(path: Path, node: Mapping[str, Any]) -> str | None:
        keys = [key for key in _TEXT_KEYS if key in node and not (key == "title" and path[-2:-1] == ("oneOf",))]
        return keys[0] if len(keys) == 1 else None

    def notes(self, path: Path, node: Mapping[str, Any]) -> tuple[ir.Text, ...]:
        """Return the notes of a node."""
        key = "x-binance-note"
        return tuple(self.text((*path, key, index), note) for index, note in enumerate(node.get(key, ())))

    # References

    def resolve(self, path: Path, node: Mapping[str, Any]) -> tuple[Path, dict[str, Any], str | None]:
        """Follow $ref; keys beside it win. Return the path, the node, and the component's name if there was one."""
        beside = {key: value for key, value in node.items() if key != "$ref"}
        name = None
        self.require_valid(path)
        while target := reference(node):
            self.require_valid(target)
            path, name, node = target, str(target[-1]), at(self._document.data, target)
        return path, {**node, **beside}, name

    def require_valid(self, path: Path) -> None:
        """Give up where the node, or one below it, already has a mistake.

        Raises:
            Unreadable: It has.
        """
        if self._document.is_broken(path):
            raise Unreadable

    # Values that are sent

    def value(self, path: Path, schema: Mapping[str, Any]) -> Value:
        """Read the schema of a single value that is sent."""
        path, schema, name = self.resolve(path, schema)
        if is_enum(schema):
            if name is None:
                raise self._stop(path, "an enum needs a name: move it to components/schemas and refer to it by $ref.")
            enum = self.enum(name, path, schema)
            return Value(enum.kind, "ENUM", enum, self._rules(path, schema, enum.kind))
        kind, wire_type = self._kind(path, schema)
        return Value(kind, wire_type, None, self._rules(path, schema, kind))

    def _kind(self, path: Path, schema: Mapping[str, Any]) -> tuple[ir.Kind, str]:
        found = schema.get("type"), schema.get("format")
        if isinstance(found[0], str) and found in _VALUE_KINDS:
            return _VALUE_KINDS[found[0], found[1]]
        allowed = join_names(f"{kind}/{form}" if form else kind for kind, form in _VALUE_KINDS)
        what = f"the type {found[0]}" if found[0] else "a schema without a type"
        what += f" with the format {found[1]}" if found[1] else ""
        raise self._stop(path, f"{what} is not supported here; allowed: {allowed}.")

    def _rules(self, path: Path, schema: Mapping[str, Any], kind: ir.Kind) -> ir.Rules:
        if "oneOf" in schema and not is_enum(schema):
            raise self._stop((*path, "oneOf"), "each branch of oneOf needs a const: it lists the values to send.")
        for key in ("properties", "required", "items", "additionalProperties"):
            if key in schema:
                self._document.error_at_key((*path, key), f"{key} means nothing for a single value that is sent.")
        for key in _RULES:
            if key in schema and key not in _RULES_OF[kind]:
                allowed = join_names(_RULES_OF[kind])
                self._document.error_at_key((*path, key), f"{key} means nothing for {kind} values; allowed: {allowed}.")
        if "pattern" in schema:
            try:
                re.compile(schema["pattern"])
            except (re.error, OverflowError, RecursionError) as error:
                raise self._stop((*path, "pattern"), f"the pattern cannot be read: {error}.") from None
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

    # Enums

    def enum(self, name: str, path: Path, schema: Mapping[str, Any]) -> ir.Enum:
        """Read a named enum."""
        if name not in self._enums:
            self._check_class_name(name, path)
            kind: Any = schema.get("type")
            if kind not in ("string", "integer"):
                raise self._stop(path, f"the enum {name} has the type {kind}; allowed: string, integer.")
            values = tuple(self._enum_values(path, schema, kind))
            self._enums[name] = ir.Enum(
                name=name,
                kind=kind,
                text=self.text(path, schema),
                notes=self.notes(path, schema),
                values=values,
                spec_path=path,
                values_path=(*path, _values_key(schema)),
            )
        return self._enums[name]

    def _enum_values(
        self, path: Path, schema: Mapping[str, Any], kind: Literal["string", "integer"]
    ) -> Iterator[ir.EnumValue]:
        key = _values_key(schema)
        written = [schema["const"]] if key == "const" else schema[key]
        taken: dict[str, object] = {}
        for index, each in enumerate(written):
            here = (*path, key) if key == "const" else (*path, key, index)
            node: Mapping[str, Any] = each if key == "oneOf" else {"const": each}
            value = node["const"]
            if type(value) is not (str if kind == "string" else int):
                self._document.error(here, f"the enum value {value!r} is not of the type {kind}.")
            elif problem := _value_problem(value):
                self._document.error(here, f"the enum value {value!r} {problem}")
            elif (name := names.member(node.get("title", value))) is None:
                self._document.error(here, f"the enum value {value!r} gives no Python name; give it a title that does.")
            else:
                if value in taken.values():
                    self._document.error(here, f"the enum value {value!r} is here a second time.")
                elif name in taken:
                    problem = f"the enum values {taken[name]!r} and {value!r} both become the member {name}"
                    self._document.error(here, f"{problem}; give one a title.")
                taken[name] = value
                yield ir.EnumValue(
                    value, name, self.text(here, node), self.notes(here, node), self._route(here, node), spec_path=here
                )

    def _route(self, path: Path, node: Mapping[str, Any]) -> ir.Route | None:
        moves = node.get("x-binance-moves")
        if moves is None or any(map(self._document.is_broken, ((*path, "x-binance-moves"), ("x-binance-wallets",)))):
            return None
        wallets = self._document.data.get("x-binance-wallets", {})
        for end in ("from", "to"):
            if moves[end] not in wallets:
                problem = f"there is no wallet {moves[end]}; x-binance-wallets has: {join_names(wallets)}."
                self._document.error((*path, "x-binance-moves", end), problem)
        return ir.Route(moves["from"], moves["to"])

    # Models of answers

    def model(self, path: Path, schema: Mapping[str, Any], name: str) -> ir.Model:
        """Read the schema of an answer; without a name of its own it gets `name`."""
        if set(schema) == {"$ref"}:
            path, schema, own = self.resolve(path, schema)
            name = own or name
        if is_enum(schema):
            raise self._stop(path, "an answer that is a bare enum value is not supported.")
        self._model(name, path, schema)
        model = self._models[name]
        if model is None:
            raise self._stop(path, f"the answer {name} is only itself again.")
        return model

    def _model(self, name: str, path: Path, schema: Mapping[str, Any]) -> None:
        first = self._places.setdefault(name, path)
        if first != path:
            problem = (
                f"this becomes the model {name}, and so does the schema in line {self._document.location(first).line}"
            )
            raise self._stop(path, f"{problem}; give it a name of its own under components/schemas.")
        if name in self._models:
            return
        self.require_valid(path)
        self._check_class_name(name, path)
        self._models[name] = None  # so that a model that contains itself ends here
        text, notes = self.text(path, schema), self.notes(path, schema)
        words = {"description": schema["description"]} if "description" in schema else {}
        if "properties" in schema and not isinstance(schema.get("type"), list):
            self._check_object(path, schema)
            fields = tuple(self._fields_of(name, path, schema))
            body = {
                "type": "object",
                "required": [field.wire for field, _ in fields if field.required],
                "properties": {field.wire: part for field, part in fields},
            }
            self._models[name] = ir.Model(
                name, text, notes, tuple(field for field, _ in fields), {**words, **body}, spec_path=path
            )
        else:
            body, _ = self._type(path, schema, name, "Item")
            self._models[name] = ir.Model(name, text, notes, None, {**words, **body}, spec_path=path)

    def _check_object(self, path: Path, schema: Mapping[str, Any]) -> None:
        if schema.get("type", "object") != "object":
            raise self._stop((*path, "type"), f"the type {schema['type']} has no properties; allowed: object.")
        if "additionalProperties" in schema:
            message = "additionalProperties is not supported beside properties: fields not listed are ignored."
            self._document.error_at_key((*path, "additionalProperties"), message)

    def _fields_of(
        self, model: str, path: Path, schema: Mapping[str, Any]
    ) -> Iterator[tuple[ir.Field, dict[str, Any]]]:
        properties = schema["properties"]
        for index, wire in enumerate(schema.get("required", ())):
            if wire not in properties:
                known = f"there are: {join_names(properties)}.{did_you_mean(wire, properties)}"
                self._document.error((*path, "required", index), f"there is no property {wire}; {known}")
        taken: dict[str, str] = {}
        for wire, part in properties.items():
            here = (*path, "properties", wire)
            name = names.snake(wire, names.FIELDS_TAKEN, "field_")
            if name is None:
                self._document.error_at_key(
                    here, f"the property {wire!r} gives no Python name; it needs letters or digits."
                )
                continue
            if _UNREADABLE.search(wire):
                problem = "cannot be read: no quotes, backslashes or control characters are allowed"
                self._document.error_at_key(here, f"the property {wire!r} {problem}.")
                continue
            if name in taken:
                problem = f"the properties {taken[name]!r} and {wire!r} both become the field {name}."
                self._document.error_at_key(here, problem)
                continue
            taken[name] = wire
            body, type_ = self._type(here, part, model, names.pascal(wire))
            text = self._field_text(here, part)
            required = wire in schema.get("required", ())
            yield (
                ir.Field(wire, name, type_, required, text, self.notes(here, part), spec_path=here),
                {**body, **({"description": text.en} if text.en else {})},
            )

    def _field_text(self, path: Path, part: Mapping[str, Any]) -> ir.Text:
        """Return a field's own words, or those of the enum that it refers to."""
        if "description" in part or "$ref" not in part:
            return self.text(path, part)
        path, schema, _ = self.resolve(path, part)
        return self.text(path, schema) if is_enum(schema) else ir.Text("", "" if self._bilingual else None)

    def _type(self, path: Path, schema: Mapping[str, Any], model: str, part: str) -> tuple[dict[str, Any], str]:
        """Return what the model generator is given for a part of an answer, and its Python type."""
        for key in ("default", "not", "pattern", *_RULES):
            if key in schema:
                self._document.error_at_key(
                    (*path, key), f"{key} is not supported in an answer: it is read as it comes."
                )
        if "$ref" in schema:
            return self._named_type(path, schema)
        if isinstance(schema.get("type"), list):
            return self._nullable(path, schema, model, part)
        if "properties" in schema:
            self._model(model + part, path, schema)
            return _reference(model + part), model + part
        if schema.get("type") in ("array", "object"):
            return self._container(path, schema, model, part)
        if "oneOf" in schema and not is_enum(schema):
            return self._union(path, schema, model, part)
        return self._single(path, schema)

    def _single(self, path: Path, schema: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        if "const" in schema:
            return self._constant(path, schema["const"], schema.get("type"))
        if is_enum(schema):
            return self._open_enum(path, schema)
        kind, _ = self._kind(path, schema)
        # Amounts are read exactly, whether Binance quotes them or not.
        body = {"type": "string", "format": "decimal"} if kind == "decimal" else {"type": kind}
        return body, _ANSWER_TYPES[kind]

    def _constant(self, path: Path, value: object, kind: object) -> tuple[dict[str, Any], str]:
        if (type(value), kind) not in ((str, "string"), (int, "integer")):
            allowed = "text of the type string, or a whole number of the type integer"
            raise self._stop(path, f"const {value!r} with the type {kind} is not supported; allowed: {allowed}.")
        return {"const": value, "type": kind}, f"Literal[{value!r}]"

    def _named_type(self, path: Path, schema: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        path, schema, name = self.resolve(path, schema)
        if is_enum(schema):
            return self._open_enum(path, schema)
        self._model(str(name), path, schema)
        return _reference(str(name)), str(name)

    def _open_enum(self, path: Path, schema: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """An enum in an answer is text or a number: a value that Binance added since is kept as it came."""
        kind = schema.get("type")
        if kind not in ("string", "integer"):
            raise self._stop(path, f"an enum of the type {kind} is not supported; allowed: string, integer.")
        return {"type": kind}, "str" if kind == "string" else "int"

    def _container(self, path: Path, schema: Mapping[str, Any], model: str, part: str) -> tuple[dict[str, Any], str]:
        """A list or a map."""
        key, form = (
            ("items", "list[{}]") if schema.get("type") == "array" else ("additionalProperties", "dict[str, {}]")
        )
        if not isinstance(schema.get(key), dict):
            raise self._stop(
                path, "an array needs items, and an object properties or a schema under additionalProperties."
            )
        body, type_ = self._type((*path, key), schema[key], model, part)
        return {"type": schema.get("type", "object"), key: body}, form.format(type_)

    def _nullable(self, path: Path, schema: Mapping[str, Any], model: str, part: str) -> tuple[dict[str, Any], str]:
        kinds = [kind for kind in schema["type"] if kind != "null"]
        if len(kinds) != 1 or len(schema["type"]) != 2:  # noqa: PLR2004 - a type and null
            raise self._stop(path, "a list of types is supported in the form [type, 'null'] only.")
        body, type_ = self._type(path, {**schema, "type": kinds[0]}, model, part)
        return {"oneOf": [body, {"type": "null"}]}, f"{type_} | None"

    def _union(self, path: Path, schema: Mapping[str, Any], model: str, part: str) -> tuple[dict[str, Any], str]:
        bodies: list[dict[str, Any]] = []
        types: list[str] = []
        kinds: dict[str, int] = {}
        for index, branch in enumerate(schema["oneOf"]):
            here = (*path, "oneOf", index)
            kind = self._json_kind(here, branch)
            if kind in kinds:
                problem = f"the branches {kinds[kind] + 1} and {index + 1} are both {kind}: an answer would fit both."
                raise self._stop(here, f"{problem} Allowed: branches of different JSON types.")
            kinds[kind] = index
            null = {"type": "null"}, "None"
            body, type_ = null if kind == "null" else self._type(here, branch, model, f"{part}{index + 1}")
            bodies.append(body)
            types.append(type_)
        return {"oneOf": bodies}, " | ".join(types)

    def _json_kind(self, path: Path, schema: Mapping[str, Any]) -> str:
        path, schema, _ = self.resolve(path, schema)
        if "properties" in schema:
            return "object"
        kind = schema.get("type")
        if not isinstance(kind, str) or "oneOf" in schema:
            raise self._stop(path, "a branch of oneOf needs one type of its own.")
        return "number" if kind == "integer" else kind

    def _check_class_name(self, name: str, path: Path) -> None:
        if not names.is_class_name(name):
            problem = (
                f"{name} cannot be the name of a class; write it in UpperCamelCase, with ASCII letters and digits."
            )
            self._document.error_at_key(path, problem)
        elif name in names.CLASSES_TAKEN or name.endswith("Literal"):
            self._document.error_at_key(path, f"{name} is a name that the package uses itself; choose another.")

    def _stop(self, path: Path, message: str) -> Unreadable:
        """Note a mistake after which the node cannot be read, and return what to raise."""
        self._document.error(path, message)
        return Unreadable()

    @property
    def enums(self) -> Mapping[str, ir.Enum]:
        """The enums read so far, by name."""
        return self._enums

    @property
    def models(self) -> tuple[ir.Model, ...]:
        """The models read so far."""
        return tuple(model for model in self._models.values() if model is not None)


def is_enum(schema: Mapping[str, Any]) -> bool:
    """Return whether the schema lists its values, plainly or with a description each."""
    branches = schema.get("oneOf")
    annotated = isinstance(branches, list) and all(isinstance(each, dict) and "const" in each for each in branches)
    return "enum" in schema or ("const" in schema and "properties" not in schema) or (bool(branches) and annotated)


def _values_key(schema: Mapping[str, Any]) -> str:
    """Return the key that lists the values of an enum."""
    return next(key for key in ("oneOf", "enum", "const") if key in schema)


def _value_problem(value: str | int) -> str | None:
    if value == "":
        return "is empty."
    if isinstance(value, str) and (position := names.invisible(value)) is not None:
        return f"has a stray blank or invisible character, U+{ord(value[position]):04X} at position {position}."
    if isinstance(value, str) and (plain := unicodedata.normalize("NFKC", value)) != value:
        return f"has a look-alike character; the plain form is {plain!r}."
    return None


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _decimal(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float, str)) else None
