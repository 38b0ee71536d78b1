"""Finds the parameters, fields and rows that keys of `x-binance-*` name, and reports names and types that are wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from generator.console import choices, join_names

from . import types as ir
from .node import Node

Report = Callable[[str], None]
"""Adds an error where the name is written."""


def by_wire(parameters: Iterable[ir.Parameter]) -> dict[str, ir.Parameter]:
    """Return parameters by their names on the wire."""
    return {parameter.wire: parameter for parameter in parameters}


def find_parameter(
    name: str, parameters: Mapping[str, ir.Parameter], report: Report, *kinds: ir.Kind, of: str = ""
) -> ir.Parameter | None:
    """Return the parameter of that name, if it is there and of one of these kinds; `of` ends "the parameter x"."""
    parameter = parameters.get(name)
    if parameter is None:
        report(f"there is no parameter {name}{of}; there are: {choices(name, parameters)}")
    elif kinds and (parameter.array or parameter.kind not in kinds):
        kind = "a list" if parameter.array else parameter.kind
        report(f"the parameter {name}{of} is {kind}; allowed here: {join_names(kinds)}.")
        return None
    return parameter


def find_field(name: str, model: ir.Model, report: Report, *types: str, noun: str = "response") -> None:
    """Report a field that a record does not have, or that is of none of these types."""
    fields = {field.wire: field for field in model.fields or ()}
    if name not in fields:
        report(f"the {noun} {model.name} has no field {name}; there are: {choices(name, fields)}")
    elif (found := str(fields[name].type)) not in types:
        report(f"the field {name} of the {noun} is {found}; allowed here: {join_names(types)}.")


def find_rows(node: Node, response: ir.Model, key: str = "rows") -> ir.Model | None:
    """Return the record of the rows that a response holds in the field under `key`, or that it is a list of."""
    if key not in node:
        type_ = response.type
        if type_ is None:
            node.error(f"the response {response.name} is a record; write {key}: the field with the list.")
            return None
        where, report = f"the response {response.name}", node.error
    else:
        name, report = node.get(key), node[key].error
        fields = {field.wire: field for field in response.fields or ()}
        if name not in fields:
            report(f"the response {response.name} has no field {name}; there are: {choices(name, fields)}")
            return None
        where, type_ = f"the field {name} of {response.name}", fields[name].type
    models = node.context.models
    row = type_.arguments[0].name if type_.name == "list" else None
    if row not in models:
        report(f"{where} is {type_}; allowed here: a list of records.")
        return None
    model = models[row]
    return model if model and model.fields is not None else None
