"""Reads the spec a second time, knowing nothing of the generator, so that an error of the generator is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .spelling import ARGUMENTS, FIELDS, METHODS, member, pascal, plain, snake

ROOT = Path(__file__).parents[2]
_SDK = "https://github.com/binance/binance-connector-python"
Node = dict[str, Any]
_PLAIN = {"string": "str", "decimal": "Decimal", "integer": "int", "boolean": "bool"}
_SENT = {**_PLAIN, "decimal": "Decimal | int | str"}
_RESPONSES = "responses"
_JSON = "application/json"


class Text(NamedTuple):
    """The same words in both languages."""

    en: str
    zh: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.zh


class Weight(NamedTuple):
    """What a call costs, and the budget of its scope."""

    scope: str
    weight: int
    budget: int
    seconds: int

    @property
    def calls_per_minute(self) -> int:
        return self.budget // self.weight * 60 // self.seconds


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
    annotation: str = ""
    """The type that it is another name for; empty for a record."""


@dataclass(frozen=True)
class Parameter:
    wire: str
    argument: str
    location: str
    required: bool
    array: str | None
    """How a list is sent: `repeat`, `comma` or `json`; `None` for a single value."""
    list_schema: Node
    """The schema of the list; that of the value for a single one."""
    schema: Node
    """The schema of a value, which a list has several of."""
    default: Any
    example: Any
    enum: Enum | None
    text: Text
    notes: list[Text]

    @property
    def kind(self) -> str:
        return _kind(self.schema)

    @property
    def wire_type(self) -> str:
        """The type as Binance's pages name it."""
        if self.array:
            return "ARRAY"
        if self.enum or self.kind != "integer":
            return "ENUM" if self.enum else self.kind.upper()
        return "INT" if self.schema.get("format") == "int32" else "LONG"

    @property
    def refused(self) -> list[Any]:
        refused = self.schema.get("not", {})
        return [*refused.get("enum", []), *([refused["const"]] if "const" in refused else [])]

    @property
    def annotation(self) -> str:
        one = f"{self.enum.name} | {self.enum.name}Literal" if self.enum else _SENT[self.kind]
        one = f"{one} | Unlisted" if self.enum or self.refused else one
        if not self.array:
            return one
        # A text is a sequence of texts too, and must not be taken for a list.
        return "list[str] | tuple[str, ...]" if one == "str" else f"Sequence[{one}]"

    @property
    def sample(self) -> Any:
        """The value of the examples: the spec's own, else the default, else the first of the enum."""
        first: Any = self.enum.values[0].value if self.enum else None
        first = [first] if self.array and self.enum else first
        return next((sample for sample in (self.example, self.default, first) if sample is not None), None)


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
    weights: list[Weight]
    limit: Node | None
    permissions: list[Node]
    requires_key: bool
    requires_signature: bool
    moves_funds: bool
    tag: str
    effect: tuple[str, Node] | None
    """The kind of what a call does to wallets, and the rest under the names of the table."""
    confirmation: Node | None
    """How to find out what became of a call, under the names of the table."""
    paging: Node | None
    """How pages are asked for, under the names of the table."""
    parameters: list[Parameter]
    timestamp: Parameter | None
    conditions: list[tuple[str, str, list[Any]]]
    success: dict[str, list[Any]]
    """The values of a success, by the field that has them."""
    model: Model
    models: list[Model]
    """The response's model, and all that it leads to."""
    response_text: Text
    response_example: Any

    @property
    def calls_per_minute(self) -> int:
        return min(weight.calls_per_minute for weight in self.weights)

    @property
    def sources(self) -> dict[str, dict[str, str]]:
        """What the facts were read from, with address, date and what a docstring calls it: the pages, then the others."""
        written = self.node["x-binance-source"]
        pages = {name: {**written[name], "called": "page"} for name in ("en", "zh-CN") if name in written}
        others = {name: {**written[name]} for name in ("sdk", "catalogue") if "read" in written.get(name, {})}
        if "sdk" in others:
            sdk = others["sdk"]
            sdk |= {"url": _SDK, "called": f"{sdk['package']} {sdk['version']}"}
        return {**pages, **{name: {"called": name, **source} for name, source in others.items()}}


class Spec:
    """The whole document; a type that is not read yet is an error here."""

    def __init__(self, file: Path = ROOT / "spec" / "binance.yaml") -> None:
        self.data: Node = yaml.safe_load(file.read_text(encoding="utf-8"))
        self._models: dict[str, Model] = {}
        schemas: Node = self.data["components"]["schemas"]
        self.enums = [_enum(name, schema) for name, schema in schemas.items() if is_enum(schema)]
        tags = [tag["name"] for tag in self.data["tags"]]
        operations = [
            self._operation(path, method, node)
            for path, item in self.data["paths"].items()
            for method, node in item.items()
        ]
        self.operations = sorted(operations, key=lambda operation: tags.index(operation.tag))
        self.models = list(self._models.values())

    def operation(self, operation_id: str) -> Operation:
        return next(operation for operation in self.operations if operation.id == operation_id)

    def enum(self, name: str) -> Enum:
        return next(enum for enum in self.enums if enum.name == name)

    def weight(self, scope: str, weight: int) -> Weight:
        budget = self.data["x-binance-rate-limits"][scope]
        return Weight(scope, weight, budget["weight"], budget["seconds"])

    def newer_weights(self, operation: Operation) -> Iterator[tuple[Node, Weight]]:
        """Yield what newer sources state of an operation's weight, and the weight."""
        facts = operation.node.get("x-binance-newer", [])
        yield from ((fact, self.weight(**fact["weight"])) for fact in facts if "weight" in fact)

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

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Yield every pair of texts in the document, with its place."""
        yield from _walk(self.data, "")

    def printed(self) -> Iterator[tuple[str, Text]]:
        """Yield the texts that are not for readers of the spec alone: about its errors, and how a key is sent."""
        models = "|".join(record.name for records in (self.enums, self.models) for record in records)
        unprinted = rf"\.components\.(schemas\.(?!{models})|responses|securitySchemes\.apiKey)|.*\.responses\.[45]XX\."
        used = {operation.tag for operation in self.operations}
        for index, tag in enumerate(self.data["tags"]):
            unprinted += "" if tag["name"] in used else rf"|\.tags\[{index}\]"
        yield from ((place, words) for place, words in self.texts() if not re.match(unprinted, place))

    def _parameter(self, node: Node) -> Parameter:
        node = self.follow(node)
        holder = node["content"][_JSON] if "content" in node else node
        name, schema = self._named(holder["schema"])
        array, list_schema = None, schema
        if schema["type"] == "array":
            separate = node.get("explode", node["in"] == "query")
            array = "json" if "content" in node else "repeat" if separate else "comma"
            name, schema = self._named(schema["items"])
        return Parameter(
            wire=node["name"],
            argument=snake(node["name"], ARGUMENTS, "param_"),
            location=node["in"],
            required=node.get("required", False),
            array=array,
            list_schema=list_schema,
            schema=schema,
            default=list_schema.get("default"),
            example=holder.get("example"),
            enum=_enum(name, schema) if is_enum(schema) else None,
            text=sentence(node),
            notes=_notes(node),
        )

    def _operation(self, path: str, method: str, node: Node) -> Operation:
        weights = node["x-binance-weight"]
        asked = [name for requirement in node.get("security", []) for name in requirement]
        places = {self.data["components"]["securitySchemes"][name]["in"] for name in asked}
        parameters = [self._parameter(part) for part in node.get("parameters", [])]
        client_parameters = [
            parameter for parameter in parameters if parameter.wire == "timestamp" and "query" in places
        ]
        response = self.follow(node[_RESPONSES]["200"])
        body = response["content"][_JSON]
        name = snake(node["operationId"], METHODS, "call_")
        model, schema = self._named(body["schema"])
        models = self._model(model or f"{pascal(name)}Response", schema)
        return Operation(
            node=node,
            id=node["operationId"],
            name=name,
            method=method.upper(),
            path=path,
            title=text(node, "summary"),
            text=sentence(node),
            when_unknown=sentence(node.get("x-binance-when-unknown", {})),
            notes=_notes(node),
            weights=[self.weight(**weight) for weight in (weights if isinstance(weights, list) else [weights])],
            limit=node.get("x-binance-call-limit"),
            permissions=node.get("x-binance-permissions", []),
            requires_key="header" in places,
            requires_signature="query" in places,
            moves_funds=node.get("x-binance-moves-funds", False),
            tag=node["tags"][0],
            effect=_effect(node["x-binance-effect"], parameters) if "x-binance-effect" in node else None,
            confirmation=_confirmation(node["x-binance-confirm"]) if "x-binance-confirm" in node else None,
            paging=_paging(node["x-binance-paging"], parameters) if "x-binance-paging" in node else None,
            parameters=[parameter for parameter in parameters if parameter not in client_parameters],
            timestamp=client_parameters[0] if client_parameters else None,
            conditions=[
                (rule["parameter"], rule["when"]["parameter"], rule["when"]["in"])
                for rule in node.get("x-binance-requires", [])
            ],
            success=_success(node.get("x-binance-success", {}), schema),
            model=models[0],
            models=models,
            response_text=sentence(response),
            response_example=body["example"],
        )

    def _model(self, name: str, schema: Node) -> list[Model]:
        """Add a record of a response, or another name for a list, and all that it leads to, and return them."""
        if "properties" not in schema:
            annotation, reached = self._type(schema, f"{name}Item")
            return [
                self._models.setdefault(name, Model(name, sentence(schema), _notes(schema), [], annotation)),
                *reached,
            ]
        record = Model(name, sentence(schema), _notes(schema), [])
        found = [self._models.setdefault(name, record)]
        for wire, part in schema["properties"].items():
            annotation, reached = self._type(part, name + pascal(wire))
            found += reached
            component = self.follow(part)
            words = sentence(part) if "description" in part or not is_enum(component) else sentence(component)
            required = wire in schema.get("required", [])
            record.fields.append(Field(wire, snake(wire, FIELDS, "field_"), annotation, required, words, _notes(part)))
        return found

    def _type(self, node: Node, name: str) -> tuple[str, list[Model]]:
        """Return the Python type of a part of a response, and the records in it."""
        # Words beside a reference are those of the field.
        reference, schema = self._named({"$ref": node["$ref"]} if "$ref" in node else node)
        if alternatives := _alternatives(schema):
            several = [self._type(branch, name) for branch in alternatives if branch.get("type") != "null"]
            types = [*(annotation for annotation, _ in several), *["None"] * (len(several) < len(alternatives))]
            return " | ".join(types), [model for _, reached in several for model in reached]
        if "properties" in schema:
            return reference or name, self._model(reference or name, schema)
        if schema["type"] == "array":
            annotation, reached = self._type(schema["items"], name)
            return f"list[{annotation}]", reached
        if "additionalProperties" in schema:
            annotation, reached = self._type(schema["additionalProperties"], name)
            return f"dict[str, {annotation}]", reached
        if "const" in schema and not reference:
            return f"Literal[{schema['const']!r}]", []
        if (kind := _kind(schema)) not in _PLAIN:
            raise NotImplementedError(f"{name}: {__name__} does not read the type {kind} yet; add it there.")
        return _PLAIN[kind], []


the_spec = cache(Spec)


def is_enum(schema: Node) -> bool:
    """Return whether a schema lists its values, plainly or with a description each."""
    return "enum" in schema or "const" in schema.get("oneOf", [{}])[0]


def _alternatives(schema: Node) -> list[Node]:
    """Return the schemas of a value that can be of several types; none where it has one."""
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": kind} for kind in schema["type"]]
    return [] if is_enum(schema) else schema.get("oneOf", [])


def text(node: Node, key: str = "description") -> Text:
    if key not in node:
        return Text("", "")
    chinese = node.get("x-binance-zh", "")
    return Text(plain(node[key]), plain(chinese.get(key, "") if isinstance(chinese, dict) else chinese))


def sentence(node: Node) -> Text:
    """Return a description as it is printed where others follow it: a text that does not end as a sentence is ended."""
    return Text(*(_ended(words, stop) for words, stop in zip(text(node), (".", "\u3002"), strict=True)))


def _ended(words: str, stop: str) -> str:
    closed = words.rstrip(")]\"'\u2019\u201d\uff09")
    if not words or closed[-1:] in ".!?\u2026\u3002\uff01\uff1f":
        return words
    return words.rstrip(" ,;:\uff0c\uff1b\uff1a\u3001") + stop


def _notes(node: Node) -> list[Text]:
    return [sentence(note) for note in node.get("x-binance-note", [])]


def _kind(schema: Node) -> str:
    is_amount = schema.get("format") == "decimal" or schema["type"] == "number"
    return "decimal" if is_amount else str(schema["type"])


def _enum(name: str, schema: Node) -> Enum:
    written: list[Node] = schema.get("oneOf") or [{"const": value} for value in schema["enum"]]
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
    return Enum(name, schema["type"], sentence(schema), _notes(schema), values)


def _success(written: Node, schema: Node) -> dict[str, list[Any]]:
    """Return what a success has, as written there or by a constant; no other field has a name that asks for it."""
    return {
        wire: [] if values == "any" else values
        for wire, part in schema.get("properties", {}).items()
        if (values := written.get(wire, [part["const"]] if "const" in part else None))
    }


_OPTIONAL: dict[str, tuple[str, ...]] = {
    "history": (),
    "balances": ("rows", "owner", "only"),
    "overview": ("detail", "detailOn", "asset", "amount"),
    "permissions": (),
}
"""The effects whose keys are those of the table, and the keys that may be left out."""


def _effect(node: Node, parameters: list[Parameter]) -> tuple[str, Node]:
    ((kind, effect),) = node.items()
    if kind in _OPTIONAL:
        written = {**dict.fromkeys(_OPTIONAL[kind]), **effect}
        if kind == "history":
            written["of"] = snake(written["of"], METHODS, "call_")
        return kind.capitalize(), {"detail_on" if key == "detailOn" else key: value for key, value in written.items()}
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


def _confirmation(node: Node) -> Node:
    history = node.get("history")
    if history:
        status = {"pending": [], "notExecuted": [], **history["status"]}
        status["not_executed"] = status.pop("notExecuted")
        operation = snake(history["operation"], METHODS, "call_")
        history = {"rows": None, **history, "operation": operation, "status": status}
    balances = [snake(name, METHODS, "call_") for name in node.get("balances", [])]
    return {"settle": node["settle"], "history": history, "balances": balances}


def _paging(node: Node, parameters: list[Parameter]) -> Node:
    largest = next(parameter.schema["maximum"] for parameter in parameters if parameter.wire == node["size"])
    return {"total": None, **node, "largest": largest}


def _walk(node: Any, place: str) -> Iterator[tuple[str, Text]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(item, f"{place}[{index}]")
    elif isinstance(node, dict):
        keys = ["summary", "description", *(["title"] if place == ".info" else [])]
        yield from ((f"{place}.{key}", text(node, key)) for key in keys if isinstance(node.get(key), str))
        for key, value in node.items():
            is_data = key in ("x-binance-zh", "example", "default", "const", "enum")
            if not is_data or place.endswith(".properties"):
                yield from _walk(value, f"{place}.{key}")
