"""Reads the parameters of an operation, when which of them is required, and the example of a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from generator.openapi.document import Document
from generator.openapi.problems import Path, did_you_mean, join_names
from generator.runtime import values
from generator.runtime.operation import Parameter as SentParameter

from . import names
from . import types as ir
from .reader import Reader
from .types import PythonType, union
from .values import Value, ValueReader

SIGNATURE = "signature"
_TIMESTAMP = "timestamp"
_JSON = "application/json"
_TYPES: Mapping[ir.Kind, PythonType] = {
    "string": PythonType("str"),
    "decimal": union("Decimal", "int", "str"),
    "integer": PythonType("int"),
    "boolean": PythonType("bool"),
}


class _Schema(NamedTuple):
    """The schema of a single value of a parameter, and how several are written."""

    path: Path
    node: Mapping[str, Any]
    array: Any = None
    lengths: Mapping[str, int | None] = {}


class ParameterReader(Reader):
    """Reads the parameters of one operation after another."""

    def __init__(self, document: Document, reader: ValueReader) -> None:
        super().__init__(document)
        self._values = reader

    def parameters(
        self, path: Path, node: Mapping[str, Any], *, signed: bool
    ) -> tuple[tuple[ir.Parameter, ...], tuple[ir.ClientParameter, ...]]:
        """Return the parameters that the caller gives, and those that the client fills in."""
        given: list[ir.Parameter] = []
        client_parameters: list[ir.ClientParameter] = []
        for index, written in enumerate(node.get("parameters", ())):
            here = (*path, "parameters", index)
            found = self._attempt(here, partial(self._parameter, here, written, signed=signed))
            if isinstance(found, ir.ClientParameter):
                client_parameters.append(found)
            elif found is not None:
                self._check_argument(here, given, found)
                given.append(found)
        return tuple(given), tuple(client_parameters)

    def _check_argument(self, path: Path, given: list[ir.Parameter], found: ir.Parameter) -> None:
        for other in given:
            if other.argument == found.argument:
                same = f"the parameter {found.wire} is here a second time."
                message = f"the parameters {other.wire!r} and {found.wire!r} both become the argument {found.argument}."
                self._document.error(path, same if other.wire == found.wire else message)

    def _parameter(self, path: Path, node: Mapping[str, Any], *, signed: bool) -> ir.Parameter | ir.ClientParameter:
        path, node, _ = self._resolve(path, node)
        wire, text, notes = node["name"], self._text(path, node), self._notes(path, node)
        self._check_node(path, node, signed=signed)
        if signed and wire == _TIMESTAMP:
            wire_type = self._values.value((*path, "schema"), node.get("schema", {})).wire_type
            return ir.ClientParameter(wire, node.get("required", False), wire_type, text, notes, spec_path=path)
        argument, schema = self._argument(path, node), self._schema(path, node)
        value = self._values.value(schema.path, schema.node)
        parameter = ir.Parameter(
            wire=wire,
            argument=argument,
            location=node["in"],
            required=node.get("required", False),
            kind=value.kind,
            wire_type="ARRAY" if schema.array else value.wire_type,
            annotation=_annotation(value, schema.array),
            array=schema.array,
            enum=value.enum,
            default=_exact(schema.node.get("default"), value.kind),
            example=_exact(node.get("example"), value.kind),
            rules=ir.Rules(**{**_rules(value.rules), **schema.lengths}),
            text=text,
            notes=notes,
            spec_path=path,
            schema_path=(*path, "content", _JSON, "schema") if "content" in node else (*path, "schema"),
        )
        self._check_sendable((*path, "example"), parameter, parameter.example)
        self._check_sendable((*path, "schema", "default"), parameter, parameter.default)
        return parameter

    def _check_node(self, path: Path, node: Mapping[str, Any], *, signed: bool) -> None:
        wire = node["name"]
        if ("schema" in node) == ("content" in node):
            raise self._invalid(path, f"the parameter {wire} needs either a schema or content.")
        if node["in"] not in ("query", "path"):
            message = f"a parameter in {node['in']} is not supported; allowed: query, path."
            raise self._invalid((*path, "in"), message)
        if signed and wire == SIGNATURE:
            message = "signature is not a parameter: the security scheme says that it is sent."
            raise self._invalid((*path, "name"), message)
        if node["in"] == "path" and node.get("required") is not True:
            self._document.error(path, f"the path parameter {wire} must say required: true.")

    def _argument(self, path: Path, node: Mapping[str, Any]) -> str:
        argument = names.snake(node["name"], names.ARGUMENTS_TAKEN, "param_")
        if argument is None:
            message = f"the parameter {node['name']!r} gives no Python name; it needs letters or digits."
            raise self._invalid((*path, "name"), message)
        return argument

    def _schema(self, path: Path, node: Mapping[str, Any]) -> _Schema:
        if "content" in node:
            if set(node["content"]) != {_JSON}:
                raise self._invalid((*path, "content"), f"content is supported as {_JSON} only.")
            path, node, form = (*path, "content", _JSON), node["content"][_JSON], "json"
        else:
            form = self._form(path, node)
        here, schema, _ = self._resolve((*path, "schema"), node["schema"])
        if schema.get("type") != "array":
            if form == "json":
                raise self._invalid(here, f"content: {_JSON} is supported for arrays only.")
            return _Schema((*path, "schema"), node["schema"])
        if "items" not in schema:
            raise self._invalid(here, "an array needs items.")
        items = {**schema["items"], **({"default": schema["default"]} if "default" in schema else {})}
        lengths = {"min_items": schema.get("minItems"), "max_items": schema.get("maxItems")}
        return _Schema((*here, "items"), items, form, lengths)

    def _form(self, path: Path, node: Mapping[str, Any]) -> str:
        """Return how several values are written in a URL."""
        style = node.get("style", "simple" if node["in"] == "path" else "form")
        if style not in ("form", "simple") or node.get("explode") not in (None, True, False):
            message = f"the style {style} is not supported; allowed: form (query), simple (path)."
            raise self._invalid((*path, "style"), message)
        return "repeat" if style == "form" and node.get("explode", True) else "comma"

    def _check_sendable(self, path: Path, parameter: ir.Parameter, value: Any) -> None:
        if value is None:
            return
        try:
            values.wire_texts(sent_parameter(parameter), value)
        except values.Refused as refusal:
            self._document.error(path, f"the {path[-1]} of {parameter.wire} {refusal}")

    # What is required by a condition

    def conditions(
        self, path: Path, node: Mapping[str, Any], parameters: tuple[ir.Parameter, ...]
    ) -> Iterator[ir.Condition]:
        """Yield which values of which parameter make another one required."""
        by_name = {parameter.wire: parameter for parameter in parameters}
        taken: set[tuple[str, str]] = set()
        for index, rule in enumerate(node.get("x-binance-requires", ())):
            here = (*path, "x-binance-requires", index)
            name, when = rule["parameter"], rule["when"]
            if (name, when["parameter"]) in taken:
                message = f"when {when['parameter']} requires {name} is written above; write all values there."
                self._document.error(here, message)
                continue
            taken.add((name, when["parameter"]))
            known = [
                self._check_known((*here, "parameter"), name, by_name),
                self._check_known((*here, "when", "parameter"), when["parameter"], by_name),
            ]
            if all(known):
                self._check_values((*here, "when", "in"), by_name[when["parameter"]], when["in"])
                yield ir.Condition(name, when["parameter"], tuple(when["in"]), spec_path=here)

    def _check_known(self, path: Path, name: str, known: Mapping[str, ir.Parameter]) -> bool:
        if name not in known:
            message = f"there is no parameter {name}; there are: {join_names(known)}.{did_you_mean(name, known)}"
            self._document.error(path, message)
        return name in known

    def _check_values(self, path: Path, parameter: ir.Parameter, written: list[str | int]) -> None:
        choices = parameter.choices
        for index, value in enumerate(written):
            if choices and value not in choices:
                message = f"{parameter.wire} has no value {value}.{did_you_mean(str(value), map(str, choices))}"
                self._document.error((*path, index), message)

    # The example of a call

    def example(
        self,
        path: Path,
        node: Mapping[str, Any],
        parameters: tuple[ir.Parameter, ...],
        conditions: tuple[ir.Condition, ...],
    ) -> dict[str, Any]:
        """Make a valid call of the examples: what is required, by itself or by a condition."""
        by_name = {parameter.wire: parameter for parameter in parameters}
        found = {name: self._example_of(path, node, one) for name, one in by_name.items() if one.required}
        for condition in conditions:
            name = condition.parameter
            if found.get(condition.other) in condition.values and name not in found:
                found[name] = self._example_of(path, node, by_name[name])
        return {parameter.argument: found[name] for name, parameter in by_name.items() if name in found}

    def _example_of(self, path: Path, node: Mapping[str, Any], parameter: ir.Parameter) -> Any:
        for value in (parameter.example, parameter.default, *parameter.choices[:1]):
            if value is not None:
                return [value] if parameter.array and not isinstance(value, list) else value
        message = f"the parameter {parameter.wire} needs an example: the documentation's call is made of them."
        in_order = [self._resolve(path, written)[1]["name"] for written in node["parameters"]]
        raise self._invalid((*path, "parameters", in_order.index(parameter.wire)), message)


def sent_parameter(parameter: ir.Parameter) -> SentParameter:
    """Return a parameter as the runtime knows it, with the rules that it checks."""
    return SentParameter(
        name=parameter.wire,
        argument=parameter.argument,
        kind=parameter.kind,
        required=parameter.required,
        location=parameter.location,
        array=parameter.array,
        choices=parameter.choices,
        default=parameter.default,
        **_rules(parameter.rules),
    )


def _annotation(value: Value, array: str | None) -> PythonType:
    """Return the type of an argument: what the runtime takes for the value."""
    one = union(value.enum.name, value.enum.literal) if value.enum else _TYPES[value.kind]
    if value.enum or value.rules.refused:
        one = union(one, "Unlisted")
    if not array:
        return one
    if one == PythonType("str"):
        # A str is a Sequence[str] too, and would be taken apart.
        return union(PythonType("list", (one,)), PythonType("tuple", (one, PythonType("..."))))
    return PythonType("Sequence", (one,))


def _rules(rules: ir.Rules) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in rules.__slots__}


def _exact(value: Any, kind: ir.Kind) -> Any:
    """Return an amount that is written as a number with a point as text, as amounts are kept."""
    if isinstance(value, list):
        return [_exact(item, kind) for item in value]
    return format(Decimal(repr(value)), "f") if kind == "decimal" and isinstance(value, float) else value
