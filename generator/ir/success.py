"""Reads what a success looks like, where fields of the response can say that the call failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from generator.console import choices, join_names
from generator.openapi.document import follow
from generator.openapi.locate import enum_values
from generator.runtime.doubt import can_say_failed

from . import types as ir
from .node import Node

Success: TypeAlias = dict[str, tuple[ir.FieldValue, ...]]
_KEY = "x-binance-success"
_ANY = "any"
_TYPES = ("str", "int", "bool", "None")


def read_success(operation: Node, response: ir.Model, example: Node) -> Success:
    """Return the values of a success by field, in the order of the response's fields; no values: it can have any."""
    fields = {field.wire: (field, constant) for field, constant in _fields(response, operation.context.models)}
    written = operation.child(_KEY)
    for node in written:
        _check(node, response, fields)
    moves_funds = operation.get("x-binance-moves-funds", False)
    doubtful = [
        wire
        for wire, (field, _) in fields.items()
        if can_say_failed(wire, moves_funds=moves_funds) and _is_single(field)
    ]
    success: Success = {}
    for wire, (_, constant) in fields.items():
        if wire in written:
            values = written.get(wire)
            success[wire] = () if values == _ANY else tuple(values)
        elif wire in doubtful and constant is not None:
            success[wire] = (constant,)
    _check_complete(operation, [wire for wire in doubtful if wire not in success])
    _check_example(example, fields, success, moves_funds=moves_funds)
    return success


def _fields(response: ir.Model, models: Mapping[str, ir.Model | None]) -> Iterator[tuple[ir.Field, Any]]:
    """Yield the fields of a response, or of what it is another name for, each with its `const`."""
    for field in response.fields or ():
        yield field, response.schema["properties"][field.wire].get("const")
    for alternative in response.type.alternatives if response.type else ():
        if model := models.get(alternative.name):
            yield from _fields(model, models)


def _is_single(field: ir.Field) -> bool:
    """Return whether a field can have a value that a list of values names, as no list, map or record has."""
    return any(alternative.name in (*_TYPES[:-1], "Decimal", "Literal") for alternative in field.type.alternatives)


def _check(written: Node, response: ir.Model, fields: Mapping[str, tuple[ir.Field, Any]]) -> None:
    wire = str(written.path[-1])
    if wire not in fields:
        known = f"there are: {choices(wire, fields)}"
        written.error_at_key(f"the response {response.name} has no field {wire}; {known}")
        return
    field, constant = fields[wire]
    if constant is not None:
        written.error_at_key(f"the field {wire} has a const, which says it already; leave it out here.")
    elif written.data != _ANY:
        types = [alternative.name for alternative in field.type.alternatives if alternative.name in _TYPES]
        listed = enum_values(follow(written.root.data, field.spec_path)[1])
        for value in written:
            if ("None" if value.data is None else type(value.data).__name__) not in types:
                value.error(f"{value.data!r} is no value of the field {wire}, which is {field.type}.")
            elif listed and value.data not in listed:
                allowed = choices(str(value.data), map(str, listed))
                value.error(f"{value.data!r} is no value of the field {wire}; there are: {allowed}")


def _check_complete(operation: Node, missing: list[str]) -> None:
    if missing:
        keys = ", ".join(f"{wire}: [...]" for wire in missing)
        message = (
            f"these fields of the response can say that the call failed: {join_names(missing)}; write {_KEY}: {{{keys}}} "
            f"with the values of a success, or {_ANY} for a field that says nothing about it."
        )
        operation.error_at_key(message, *([_KEY] if _KEY in operation else []))


def _check_example(
    example: Node, fields: Mapping[str, tuple[ir.Field, Any]], success: Success, *, moves_funds: bool
) -> None:
    for wire, value in example.data.items() if isinstance(example.data, dict) else ():
        if wire in fields:
            values = success.get(wire, ())
            if values and not any(type(value) is type(known) and value == known for known in values):
                allowed = join_names(map(repr, values))
                example.error(f"the example is no success: {wire} is {value!r}; allowed: {allowed}.", wire)
        elif can_say_failed(wire, moves_funds=moves_funds):
            message = f"the example has the field {wire}, which can say that the call failed"
            example.error_at_key(f"{message}; list it under properties, and write {_KEY}.", wire)
