"""Reads the spec a second time, knowing nothing of the generator, so that an error of the generator is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .spelling import ARGUMENTS, FIELDS, METHODS, member, pascal, plain, snake

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec" / "binance.yaml"
Node = dict[str, Any]
_PLAIN = {"string": "str", "decimal": "Decimal", "integer": "int", "boolean": "bool"}
_SENT = {**_PLAIN, "decimal": "Decimal | int | str"}
_RESPONSES = "responses"


class Text(NamedTuple):
    """The same words in both languages."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Pair(NamedTuple):
    """Words in both languages, and where the spec has them."""

    place: str
    text: Text


@dataclass(frozen=True)
class Value:
    value: str | int
    name: str
    text: Text
    notes: list[Text]
    moves: tuple[str, str] | None


@dataclass(frozen=True)
class Enum:
    name: str
    kind: str
    text: Text
    notes: list[Text]
    values: list[Value]


@dataclass(frozen=True)
class Field:
    wire: str
    name: str
    annotation: str
    required: bool
    text: Text
    notes: list[Text]


@dataclass(frozen=True)
class Model:
    """A record with its fields, or another name for a list, a map or a union, which `alias` spells out."""

    name: str
    text: Text
    notes: list[Text]
    fields: list[Field]
    alias: str = ""


@dataclass(frozen=True)
class Parameter:
    """What is sent under one name: a value, or several where `array` says how they are written."""

    wire: str
    argument: str
    location: str
    required: bool
    array: str | None
    schema: Node
    """The schema of the value, or of one of the values."""
    lengths: Node
    """The rules for how many values there are."""
    default: Any
    example: Any
    enum: Enum | None
    text: Text
    notes: list[Text]

    @property
    def kind(self) -> str:
        return "decimal" if _is_amount(self.schema) else str(self.schema["type"])

    @property
    def wire_type(self) -> str:
        """The type as Binance's pages name it."""
        if self.array or self.enum:
            return "ARRAY" if self.array else "ENUM"
        integer = "INT" if self.schema.get("format") == "int32" else "LONG"
        return integer if self.kind == "integer" else self.kind.upper()

    @property
    def refused(self) -> list[Any]:
        refused = self.schema.get("not", {})
        return [*refused.get("enum", []), *([refused["const"]] if "const" in refused else [])]

    @property
    def annotation(self) -> str:
        one = f"{self.enum.name} | {self.enum.name}Literal" if self.enum else _SENT[self.kind]
        one += " | Unlisted" if self.enum or self.refused else ""
        if not self.array:
            return one
        return "list[str] | tuple[str, ...]" if one == "str" else f"Sequence[{one}]"

    @property
    def sample(self) -> Any:
        """The value of the examples: the spec's own, else the default, else the first of the enum."""
        first = self.enum.values[0].value if self.enum else None
        value = next((sample for sample in (self.example, self.default, first) if sample is not None), None)
        return [value] if self.array and not isinstance(value, list) else value

    def bound(self, key: str) -> Decimal | None:
        return Decimal(str(self.schema[key])) if key in self.schema else None


@dataclass(frozen=True)
class Operation:
    """One endpoint; `node` is its place in the spec, for what is written there in one word."""

    node: Node
    id: str
    name: str
    method: str
    path: str
    title: Text
    text: Text
    when_unknown: Text
    notes: list[Text]
    scope: str
    weight: int
    budget: int
    seconds: int
    calls_per_minute: int
    limit: Node | None
    permissions: list[Node]
    requires_key: bool
    requires_signature: bool
    moves_funds: bool
    effect: tuple[str, Node] | None
    """The kind of what a call does to wallets, and the rest under the names of the table."""
    parameters: list[Parameter]
    timestamp: Parameter | None
    conditions: list[tuple[str, str, list[Any]]]
    model: Model
    models: list[Model]
    """The response's model, and all that it leads to."""
    schema: Node
    response_text: Text
    response_example: Any


class Spec:
    """The whole document."""

    def __init__(self, file: Path = SPEC) -> None:
        self.data: Node = yaml.safe_load(file.read_text(encoding="utf-8"))
        self._models: dict[str, Model] = {}
        schemas: Node = self.data.get("components", {}).get("schemas", {})
        self.enums = [_enum(name, schema) for name, schema in schemas.items() if is_enum(schema)]
        self.operations = [
            self._operation(path, method, node)
            for path, item in self.data["paths"].items()
            for method, node in item.items()
        ]
        self.models = list(self._models.values())

    def operation(self, operation_id: str) -> Operation:
        return next(operation for operation in self.operations if operation.id == operation_id)

    def enum(self, name: str) -> Enum:
        return next(enum for enum in self.enums if enum.name == name)

    def follow(self, node: Node) -> Node:
        """Return the node that a reference leads to; what stands beside the reference wins."""
        return self._named(node)[1]

    def _named(self, node: Node) -> tuple[str, Node]:
        name, beside = "", {key: value for key, value in node.items() if key != "$ref"}
        while "$ref" in node:
            place = node["$ref"].removeprefix("#/").split("/")
            name, node = place[-1], self.data
            for part in place:
                node = node[part]
        return name, {**node, **beside}

    def texts(self) -> Iterator[Pair]:
        """Yield every pair of texts in the document, with its place."""
        yield from _walk(self.data, "")

    def unprinted(self) -> tuple[str, ...]:
        """Return the beginnings of places whose texts only readers of the spec see.

        How a key and a signature are sent has its own words in the tables; what an error means to a caller,
        errors.md explains.
        """
        schemas: Node = self.data.get("components", {}).get("schemas", {})
        known = {enum.name for enum in self.enums} | {model.name for model in self.models}
        unused = [f".components.schemas.{name}." for name in schemas if name not in known]
        refusals = [
            f".paths.{path}.{method}.{_RESPONSES}.{status}."
            for path, item in self.data["paths"].items()
            for method, node in item.items()
            for status in node[_RESPONSES]
            if status != "200"
        ]
        shared = {self._reference(operation.node[_RESPONSES]["200"]) for operation in self.operations}
        names = self.data.get("components", {}).get(_RESPONSES, {})
        refusals += [f".components.{_RESPONSES}.{name}." for name in names if name not in shared]
        schemes: Node = self.data.get("components", {}).get("securitySchemes", {})
        unsent = [f".components.securitySchemes.{name}." for name, scheme in schemes.items() if scheme["in"] != "query"]
        return (*unused, *refusals, *unsent)

    @staticmethod
    def _reference(node: Node) -> str:
        return str(node.get("$ref", "")).rpartition("/")[2]

    # Parameters

    def _parameter(self, node: Node) -> Parameter:
        node = self.follow(node)
        holder, array = node, None
        if "content" in node:
            holder, array = node["content"]["application/json"], "json"
        name, schema = self._named(holder["schema"])
        lengths: Node = {}
        default = None
        if schema.get("type") == "array":
            lengths = {key: schema[key] for key in ("minItems", "maxItems") if key in schema}
            default = schema.get("default")
            repeated = node["in"] == "query" and node.get("style", "form") == "form" and node.get("explode", True)
            array = array or ("repeat" if repeated else "comma")
            name, schema = self._named(schema["items"])
        default = schema.get("default") if default is None else default
        return Parameter(
            wire=node["name"],
            argument=snake(node["name"], ARGUMENTS, "param_"),
            location=node["in"],
            required=node.get("required", False),
            array=array,
            schema=schema,
            lengths=lengths,
            default=_amount(default) if _is_amount(schema) else default,
            example=_amount(node.get("example")) if _is_amount(schema) else node.get("example"),
            enum=_enum(name, schema) if is_enum(schema) else None,
            text=text(node),
            notes=_notes(node),
        )

    def _operation(self, path: str, method: str, node: Node) -> Operation:
        weight = node["x-binance-weight"]
        budget = self.data["x-binance-rate-limits"][weight["scope"]]
        asked = [name for requirement in node.get("security", []) for name in requirement]
        places = {self.data["components"]["securitySchemes"][name]["in"] for name in asked}
        parameters = [self._parameter(part) for part in node.get("parameters", [])]
        client_parameters = [
            parameter for parameter in parameters if parameter.wire == "timestamp" and "query" in places
        ]
        response = self.follow(node[_RESPONSES]["200"])
        body = response["content"]["application/json"]
        name = snake(node["operationId"], METHODS, "call_")
        model = self._response_model(body["schema"], f"{pascal(name)}Response")
        return Operation(
            node=node,
            id=node["operationId"],
            name=name,
            method=method.upper(),
            path=path,
            title=text(node, "summary"),
            text=text(node),
            when_unknown=text(node.get("x-binance-when-unknown", {})),
            notes=_notes(node),
            scope=weight["scope"],
            weight=weight["weight"],
            budget=budget["weight"],
            seconds=budget["seconds"],
            calls_per_minute=budget["weight"] // weight["weight"] * 60 // budget["seconds"],
            limit=node.get("x-binance-call-limit"),
            permissions=node.get("x-binance-permissions", []),
            requires_key="header" in places,
            requires_signature="query" in places,
            moves_funds=node.get("x-binance-moves-funds", False),
            effect=_effect(node["x-binance-effect"], parameters) if "x-binance-effect" in node else None,
            parameters=[parameter for parameter in parameters if parameter not in client_parameters],
            timestamp=client_parameters[0] if client_parameters else None,
            conditions=[
                (rule["parameter"], rule["when"]["parameter"], rule["when"]["in"])
                for rule in node.get("x-binance-requires", [])
            ],
            model=model,
            models=self._reachable(model),
            schema=body["schema"],
            response_text=text(response),
            response_example=body["example"],
        )

    # Responses

    def _response_model(self, schema: Node, name: str) -> Model:
        if set(schema) == {"$ref"}:
            name, schema = self._named(schema)
        self._add_model(name, schema)
        return self._models[name]

    def _add_model(self, name: str, schema: Node) -> None:
        if name in self._models:
            return
        record = Model(name, text(schema), _notes(schema), [])
        self._models[name] = record  # so that a model that contains itself ends here
        if "properties" not in schema or isinstance(schema.get("type"), list):
            alias = self._type(schema, name, "Item")
            self._models[name] = Model(name, record.text, record.notes, [], alias)
            return
        for wire, part in schema["properties"].items():
            annotation = self._type(part, name, pascal(wire))
            required = wire in schema.get("required", [])
            words = text(part) if "description" in part else self._text_of_enum(part)
            record.fields.append(
                Field(wire, snake(wire, FIELDS, "field_"), annotation, required, words, _notes(part)),
            )

    def _text_of_enum(self, part: Node) -> Text:
        name, schema = self._named(part)
        return text(schema) if name and is_enum(schema) else Text("", "")

    def _type(self, schema: Node, model: str, part: str) -> str:
        """Return the Python type of a part of a response; a record in it becomes a model of its own."""
        kind = schema.get("type")
        if "$ref" in schema:
            found = self._type_of_component(schema)
        elif isinstance(kind, list):
            (one,) = (name for name in kind if name != "null")
            found = f"{self._type({**schema, 'type': one}, model, part)} | None"
        elif "properties" in schema:
            found = model + part
            self._add_model(found, schema)
        elif kind == "array":
            found = f"list[{self._type(schema['items'], model, part)}]"
        elif kind == "object":
            found = f"dict[str, {self._type(schema['additionalProperties'], model, part)}]"
        elif "const" in schema:
            found = f"Literal[{schema['const']!r}]"
        elif "oneOf" in schema and not is_enum(schema):
            found = " | ".join(
                "None" if branch.get("type") == "null" else self._type(branch, model, f"{part}{number}")
                for number, branch in enumerate(schema["oneOf"], 1)
            )
        else:
            found = _PLAIN["decimal" if _is_amount(schema) else schema["type"]]
        return found

    def _type_of_component(self, schema: Node) -> str:
        name, schema = self._named(schema)
        if is_enum(schema):
            return _PLAIN[schema["type"]]
        self._add_model(name, schema)
        return name

    def _reachable(self, model: Model) -> list[Model]:
        found = [model.name]
        for reached in map(self._models.__getitem__, found):
            types = [reached.alias, *(field.annotation for field in reached.fields)]
            for name in re.findall(r"\w+", " ".join(types)):
                found += [name] if name in self._models and name not in found else []
        return [self._models[name] for name in found]

    def as_read(self, schema: Node, response: Any) -> Any:
        """Return a response as the models keep it: without fields that the spec does not list, amounts as text."""
        schema = self.follow(schema)
        if "oneOf" in schema and not is_enum(schema):
            kind = _json_type(response)
            fitting = (branch for branch in map(self.follow, schema["oneOf"]) if kind in _json_types(branch))
            return self.as_read(next(fitting, {}), response)
        if isinstance(response, dict) and "properties" in schema:
            listed = schema["properties"]
            return {key: self.as_read(listed[key], value) for key, value in response.items() if key in listed}
        if isinstance(response, dict):
            return {key: self.as_read(schema.get("additionalProperties", {}), value) for key, value in response.items()}
        if isinstance(response, list):
            return [self.as_read(schema.get("items", {}), value) for value in response]
        return str(Decimal(str(response))) if _is_amount(schema) and response is not None else response


@cache
def the_spec() -> Spec:
    """Return the project's own spec."""
    return Spec()


def is_enum(schema: Node) -> bool:
    """Return whether a schema lists its values, plainly or with a description each."""
    branches = schema.get("oneOf", [])
    described = bool(branches) and all("const" in branch for branch in branches)
    return "enum" in schema or ("const" in schema and "properties" not in schema) or described


def text(node: Node, key: str = "description") -> Text:
    if key not in node:
        return Text("", "")
    chinese = node.get("x-binance-zh", "")
    return Text(plain(node[key]), plain(chinese.get(key, "") if isinstance(chinese, dict) else chinese))


def _notes(node: Node) -> list[Text]:
    return [text(note) for note in node.get("x-binance-note", [])]


def _is_amount(schema: Node) -> bool:
    kind = schema.get("type")
    return schema.get("format") == "decimal" or "number" in (kind if isinstance(kind, list) else [kind])


def _amount(value: Any) -> Any:
    """Return an amount as the table has it: a number with a point becomes text."""
    if isinstance(value, list):
        return [_amount(item) for item in value]
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else value


def _enum(name: str, schema: Node) -> Enum:
    plainly: list[Any] = schema["enum"] if "enum" in schema else [schema.get("const")]
    written: list[Node] = schema.get("oneOf") or [{"const": value} for value in plainly]
    values = [
        Value(
            value["const"],
            member(value["title"] if "title" in value else value["const"]),
            text(value),
            _notes(value),
            (value["x-binance-moves"]["from"], value["x-binance-moves"]["to"]) if "x-binance-moves" in value else None,
        )
        for value in written
    ]
    return Enum(name, schema["type"], text(schema), _notes(schema), values)


def _effect(node: Node, parameters: list[Parameter]) -> tuple[str, Node]:
    ((kind, effect),) = node.items()
    if kind == "collect":
        wallets = {"sources": effect["from"], "target": effect["to"]}
        return "Collection", {**wallets, "asset": effect.get("asset"), "excluded": effect.get("except", [])}
    (by,) = (parameter for parameter in parameters if parameter.wire == effect["by"])
    values = by.enum.values if by.enum else []
    routes = {str(value.value): list(value.moves or ()) for value in values}
    found = {"by": by.wire, "routes": routes, "asset": effect["asset"], "amount": effect["amount"]}
    if kind == "report":
        return "Report", found
    owners = {"source_owner": effect.get("from"), "target_owner": effect.get("to")}
    return "Transfer", {**found, "receipt": effect["receipt"], **owners}


def _json_type(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    return names.get(type(value), "null")


def _json_types(schema: Node) -> set[str]:
    kind = schema.get("type", "object" if "properties" in schema else "")
    kinds = set(kind) if isinstance(kind, list) else {kind}
    return kinds | ({"number"} if "integer" in kinds else set())


def _walk(node: Any, place: str) -> Iterator[Pair]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(item, f"{place}[{index}]")
    elif isinstance(node, dict):
        keys = ["summary", "description", *(["title"] if place == ".info" else [])]
        yield from (Pair(f"{place}.{key}", text(node, key)) for key in keys if isinstance(node.get(key), str))
        for key, value in node.items():
            is_data = key in ("x-binance-zh", "example", "default", "const", "enum")
            if not is_data or place.endswith(".properties"):
                yield from _walk(value, f"{place}.{key}")
