"""Reads the spec a second time, knowing nothing of the generator, so that a mistake of the generator cannot hide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec" / "binance.yaml"
Node = dict[str, Any]


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
    name: str
    text: Text
    notes: list[Text]
    fields: list[Field]


@dataclass(frozen=True)
class Parameter:
    wire: str
    argument: str
    required: bool
    schema: Node
    enum: Enum | None
    example: Any
    text: Text
    notes: list[Text]

    @property
    def kind(self) -> str:
        return "decimal" if self.schema.get("format") == "decimal" else str(self.schema["type"])

    @property
    def refused(self) -> list[Any]:
        refused = self.schema.get("not", {})
        return [refused["const"]] if "const" in refused else list(refused.get("enum", []))

    @property
    def annotation(self) -> str:
        plain = {"string": "str", "decimal": "Decimal | int | str", "integer": "int", "boolean": "bool"}[self.kind]
        name = self.enum.name if self.enum else plain
        return f"{name} | Unlisted" if self.enum or self.refused else name


@dataclass(frozen=True)
class Operation:
    """One endpoint; `node` is its place in the spec, for what is written there in one word."""

    node: Node
    name: str
    method: str
    path: str
    title: Text
    text: Text
    notes: list[Text]
    scope: str
    weight: int
    budget: int
    seconds: int
    calls_per_minute: int
    keyed: bool
    signed: bool
    moves_funds: bool
    parameters: list[Parameter]
    timestamp: Parameter | None
    conditions: list[tuple[str, str, list[Any]]]
    model: Model
    response_text: Text
    response_example: Any


class Spec:
    """The whole document."""

    def __init__(self, file: Path = SPEC) -> None:
        self.data: Node = yaml.safe_load(file.read_text(encoding="utf-8"))
        schemas: Node = self.data["components"]["schemas"]
        self.enums = [_enum(name, schema) for name, schema in schemas.items() if "oneOf" in schema]
        self.operations = [
            self._operation(path, method, node)
            for path, item in self.data["paths"].items()
            for method, node in item.items()
        ]
        used = [operation.model.name for operation in self.operations]
        self.models = [_model(name, schemas[name]) for name in schemas if name in used]

    def follow(self, node: Node) -> Node:
        """Return the node that a reference leads to."""
        while "$ref" in node:
            found: Any = self.data
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def texts(self) -> Iterator[Pair]:
        """Yield every pair of texts in the document, with its place."""
        yield from _walk(self.data, "")

    def _parameter(self, node: Node) -> Parameter:
        node = self.follow(node)
        schema = self.follow(node["schema"])
        if node["in"] != "query" or schema["type"] not in ("string", "integer", "boolean"):
            raise NotImplementedError(f"the contract tests cannot read {node['name']}; teach tests/contract/reader.py")
        name = node["schema"].get("$ref", "").rpartition("/")[2]
        enum = _enum(name, schema) if "oneOf" in schema else None
        wire = node["name"]
        required = node.get("required", False)
        return Parameter(wire, snake(wire), required, schema, enum, node.get("example"), text(node), _notes(node))

    def _operation(self, path: str, method: str, node: Node) -> Operation:
        weight = node["x-binance-weight"]
        budget = self.data["x-binance-rate-limits"][weight["scope"]]
        schemes = [self.data["components"]["securitySchemes"][name] for each in node["security"] for name in each]
        parameters = [self._parameter(each) for each in node["parameters"]]
        answer = self.follow(node["responses"]["200"])
        body = answer["content"]["application/json"]
        return Operation(
            node=node,
            name=snake(node["operationId"]),
            method=method.upper(),
            path=path,
            title=text(node, "summary"),
            text=text(node),
            notes=_notes(node),
            scope=weight["scope"],
            weight=weight["weight"],
            budget=budget["weight"],
            seconds=budget["seconds"],
            calls_per_minute=budget["weight"] // weight["weight"] * 60 // budget["seconds"],
            keyed=any(scheme["in"] == "header" for scheme in schemes),
            signed=any(scheme["in"] == "query" for scheme in schemes),
            moves_funds=node["x-binance-moves-funds"],
            parameters=[each for each in parameters if each.wire != "timestamp"],
            timestamp=next((each for each in parameters if each.wire == "timestamp"), None),
            conditions=[
                (rule["parameter"], rule["when"]["parameter"], rule["when"]["in"])
                for rule in node.get("x-binance-requires", [])
            ],
            model=_model(body["schema"]["$ref"].rpartition("/")[2], self.follow(body["schema"])),
            response_text=text(answer),
            response_example=body["example"],
        )


def text(node: Node, key: str = "description") -> Text:
    chinese = node.get("x-binance-zh", "")
    return Text(plain(node.get(key, "")), plain(chinese[key] if isinstance(chinese, dict) else chinese))


def plain(words: str) -> str:
    """Return the words with every run of white space as one blank."""
    return " ".join(words.split())


def snake(name: str) -> str:
    """Return `fromSymbol` as `from_symbol`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _notes(node: Node) -> list[Text]:
    return [text(note) for note in node.get("x-binance-note", [])]


def _enum(name: str, schema: Node) -> Enum:
    values = [
        Value(
            each["const"],
            each.get("title", each["const"]),
            text(each),
            _notes(each),
            (each["x-binance-moves"]["from"], each["x-binance-moves"]["to"]) if "x-binance-moves" in each else None,
        )
        for each in schema["oneOf"]
    ]
    return Enum(name, schema["type"], text(schema), _notes(schema), values)


def _model(name: str, schema: Node) -> Model:
    fields = [
        Field(wire, snake(wire), _field_type(part), wire in schema.get("required", []), text(part), _notes(part))
        for wire, part in schema["properties"].items()
    ]
    return Model(name, text(schema), _notes(schema), fields)


def _field_type(part: Node) -> str:
    if "const" in part:
        return f"Literal[{part['const']!r}]"
    return {"decimal": "Decimal", "int64": "int", None: "str"}[part.get("format")]


def _walk(node: Any, place: str) -> Iterator[Pair]:
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from _walk(each, f"{place}[{index}]")
    elif isinstance(node, dict):
        keys = ["summary", "description", *(["title"] if place == ".info" else [])]
        yield from (Pair(f"{place}.{key}", text(node, key)) for key in keys if isinstance(node.get(key), str))
        for key, each in node.items():
            if key != "x-binance-zh":
                yield from _walk(each, f"{place}.{key}")
