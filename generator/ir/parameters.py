"""Reads the parameters of an operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from generator.console import join_names
from generator.runtime import values
from generator.runtime.operation import Parameter as SentParameter

from . import names
from . import types as ir
from .node import Node
from .types import PythonType, union
from .values import Value, read_value

SIGNATURE = "signature"
_TIMESTAMP = "timestamp"
JSON = "application/json"
LOCATIONS = ("query", "path")
STYLES = ("form", "simple")
_TYPES: Mapping[ir.Kind, PythonType] = {
    "string": PythonType("str"),
    "decimal": union("Decimal", "int", "str"),
    "integer": PythonType("int"),
    "boolean": PythonType("bool"),
}


class Inputs(NamedTuple):
    """The parameters of an operation: those that the caller gives, and those that the client fills in."""

    given: tuple[ir.Parameter, ...]
    from_client: tuple[ir.ClientParameter, ...]


class _Schema(NamedTuple):
    """The schema of a single value of a parameter, and how several are written."""

    node: Node
    array: Any = None
    lengths: Mapping[str, Any] = {}


def read_parameters(operation: Node, *, signed: bool) -> Inputs:
    """Read the parameters that an operation lists."""
    given: list[ir.Parameter] = []
    from_client: list[ir.ClientParameter] = []
    for node in operation.child("parameters"):
        parameter = node.attempt(lambda node: _parameter(node, signed=signed))
        if isinstance(parameter, ir.ClientParameter):
            from_client.append(parameter)
        elif parameter is not None:
            _check_argument(node, given, parameter)
            given.append(parameter)
    return Inputs(tuple(given), tuple(from_client))


def _check_argument(node: Node, given: list[ir.Parameter], parameter: ir.Parameter) -> None:
    for other in given:
        if other.wire == parameter.wire:
            node.error(f"the parameter {parameter.wire} is here a second time.")
        elif other.argument == parameter.argument:
            both = f"the parameters {other.wire!r} and {parameter.wire!r}"
            node.error(f"{both} both become the argument {parameter.argument}.")


def _parameter(node: Node, *, signed: bool) -> ir.Parameter | ir.ClientParameter:
    node, _ = node.resolve()
    wire, required, text, notes = node.get("name"), node.get("required", False), node.sentences(), node.notes()
    _check_node(node, signed=signed)
    if signed and wire == _TIMESTAMP:
        return ir.ClientParameter(
            wire, required, read_value(node.child("schema")).wire_type, text, notes, spec_path=node.path
        )
    argument, schema = _argument(node), _schema(node)
    value = read_value(schema.node)
    parameter = ir.Parameter(
        wire=wire,
        argument=argument,
        location=node.get("in"),
        required=required,
        kind=value.kind,
        wire_type="ARRAY" if schema.array else value.wire_type,
        annotation=_annotation(value, schema.array),
        array=schema.array,
        enum=value.enum,
        default=_exact(schema.node.get("default"), value.kind),
        example=_exact(_example_node(node).get("example"), value.kind),
        rules=replace(value.rules, **schema.lengths),
        text=text,
        notes=notes,
        spec_path=node.path,
        schema_path=(*node.path, "content", JSON, "schema") if "content" in node else (*node.path, "schema"),
    )
    _check_sendable(_example_node(node), parameter, parameter.example, "example")
    _check_sendable(node, parameter, parameter.default, "schema", "default")
    return parameter


def _check_node(node: Node, *, signed: bool) -> None:
    wire, location = node.get("name"), node.get("in")
    if ("schema" in node) == ("content" in node):
        raise node.invalid(f"the parameter {wire} needs either a schema or content.")
    if "content" in node and "example" in node:
        raise node.invalid(f"beside content there is no example; write it under {JSON}, beside schema.", "example")
    if location not in LOCATIONS:
        raise node.invalid(f"a parameter in {location} is not supported; allowed: {join_names(LOCATIONS)}.", "in")
    if signed and wire == SIGNATURE:
        raise node.invalid("signature is not a parameter: the security scheme says that it is sent.", "name")
    if signed and wire == _TIMESTAMP and location == "path":
        node.error("the timestamp is sent in the query string; write in: query.", "in")
    if location == "path" and node.get("required") is not True:
        node.error(f"the path parameter {wire} must say required: true.")


def _example_node(node: Node) -> Node:
    """Return what holds the example of a parameter: OpenAPI has it beside the schema."""
    return node["content"][JSON] if "content" in node else node


def _argument(node: Node) -> str:
    argument = names.snake(node.get("name"), names.ARGUMENTS_TAKEN, "param_")
    if argument is None:
        message = f"the parameter {node.get('name')!r} gives no Python name; it needs letters or digits."
        raise node.invalid(message, "name")
    return argument


def _schema(node: Node) -> _Schema:
    if "content" in node:
        if set(node.get("content")) != {JSON}:
            raise node.invalid(f"content is supported as {JSON} only.", "content")
        node, form = node["content"][JSON], "json"
    else:
        form = _form(node)
    schema, _ = node["schema"].resolve()
    if schema.get("type") != "array":
        if form == "json":
            raise schema.invalid(f"content: {JSON} is supported for arrays only.")
        return _Schema(node["schema"])
    if "items" not in schema:
        raise schema.invalid("an array needs the schema of its items: write items: {type: string}, or what they are.")
    default = {"default": schema.get("default")} if "default" in schema else {}
    items = replace(schema["items"], data={**schema.get("items"), **default})
    return _Schema(items, form, {"min_items": schema.get("minItems"), "max_items": schema.get("maxItems")})


def _form(node: Node) -> str:
    """Return how several values are written in a URL."""
    style = node.get("style", "simple" if node.get("in") == "path" else "form")
    if style not in STYLES:
        raise node.invalid(f"the style {style} is not supported; allowed: form (query), simple (path).", "style")
    return "repeat" if style == "form" and node.get("explode", True) else "comma"


def _check_sendable(node: Node, parameter: ir.Parameter, value: Any, *key: str) -> None:
    if value is None:
        return
    try:
        values.wire_texts(sent_parameter(parameter), value)
    except values.Refused as refusal:
        node.error(f"the {key[-1]} of {parameter.wire} {refusal}", *key)


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
        # The table cannot be changed, and has a hash.
        default=tuple(parameter.default) if isinstance(parameter.default, list) else parameter.default,
        **{name: getattr(parameter.rules, name) for name in parameter.rules.__slots__},
    )


def _annotation(value: Value, array: str | None) -> PythonType:
    """Return the type of an argument: what the runtime takes for the value."""
    single = union(value.enum.name, value.enum.literal) if value.enum else _TYPES[value.kind]
    if value.enum or value.rules.refused:
        single = union(single, "Unlisted")
    if not array:
        return single
    if single == PythonType("str"):
        # A str is a Sequence[str] too, and would be taken apart.
        return union(PythonType("list", (single,)), PythonType("tuple", (single, PythonType("..."))))
    return PythonType("Sequence", (single,))


def _exact(value: Any, kind: ir.Kind) -> Any:
    """Return an amount that is written as a number with a point as text, as amounts are kept."""
    if isinstance(value, list):
        return [_exact(item, kind) for item in value]
    return format(Decimal(repr(value)), "f") if kind == "decimal" and isinstance(value, float) else value
