"""Reads which parameters a call needs together or may not have together, and makes the example of a call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.console import choices, did_you_mean

from . import types as ir
from .node import Node
from .parameters import JSON
from .references import by_wire, find_parameter

# What is required by a condition


def read_conditions(operation: Node, parameters: tuple[ir.Parameter, ...]) -> Iterator[ir.Condition]:
    """Yield which values of which parameter make another one required."""
    by_name = by_wire(parameters)
    taken: set[tuple[str, str]] = set()
    for rule in operation.child("x-binance-requires"):
        when = rule["when"]
        name, other, allowed = rule.get("parameter"), when.get("parameter"), when.get("in")
        if (name, other) in taken:
            rule.error(f"when {other} requires {name} is written above; write all values there.")
            continue
        taken.add((name, other))
        for node in (rule["parameter"], when["parameter"]):
            if node.data not in by_name:
                node.error(f"there is no parameter {node.data}; there are: {choices(node.data, by_name)}")
        if name in by_name and other in by_name:
            _check_values(when, by_name[other])
            yield ir.Condition(name, other, tuple(allowed), spec_path=rule.path)


def _check_values(when: Node, parameter: ir.Parameter) -> None:
    for value in when.child("in"):
        if parameter.choices and value.data not in parameter.choices:
            nearest = did_you_mean(str(value.data), map(str, parameter.choices))
            value.error(f"{parameter.wire} has no value {value.data}.{nearest}")


# What may not be given together


def read_exclusive(operation: Node, parameters: tuple[ir.Parameter, ...]) -> Iterator[ir.Exclusive]:
    """Yield which parameters exclude each other."""
    by_name = by_wire(parameters)
    for rule in operation.child("x-binance-exclusive"):
        for named in rule["parameters"]:
            parameter = find_parameter(named.data, by_name, named.error)
            if parameter and parameter.required:
                named.error(f"the parameter {named.data} is required, so no other could be given in its place.")
        yield ir.Exclusive(tuple(rule.get("parameters")), rule.get("required", False), spec_path=rule.path)


def read_window(operation: Node, parameters: tuple[ir.Parameter, ...]) -> ir.Window | None:
    """Return the longest time between two parameters, or `None` where there is none."""
    if "x-binance-window" not in operation:
        return None
    window, by_name = operation["x-binance-window"], by_wire(parameters)
    for key in ("from", "to"):
        find_parameter(window.get(key), by_name, window[key].error, "integer")
    return ir.Window(window.get("from"), window.get("to"), window.get("days"), spec_path=window.path)


# The example of a call


def example_call(
    operation: Node,
    parameters: tuple[ir.Parameter, ...],
    conditions: tuple[ir.Condition, ...],
    exclusive: tuple[ir.Exclusive, ...],
) -> dict[str, Any]:
    """Make a valid call of the examples: what is required, by itself, by a condition, or as one of several."""
    by_name = by_wire(parameters)
    found = {name: _example_of(operation, parameter) for name, parameter in by_name.items() if parameter.required}
    for condition in conditions:
        name = condition.parameter
        if found.get(condition.other) in condition.values and name not in found:
            found[name] = _example_of(operation, by_name[name])
    for rule in exclusive:
        if rule.required and found.keys().isdisjoint(rule.parameters) and (name := rule.parameters[0]) in by_name:
            found[name] = _example_of(operation, by_name[name])
    return {parameter.argument: found[name] for name, parameter in by_name.items() if name in found}


def _example_of(operation: Node, parameter: ir.Parameter) -> Any:
    for value in (parameter.example, parameter.default, *parameter.choices[:1]):
        if value is not None:
            return [value] if parameter.array and not isinstance(value, list) else value
    written = next(node for node in operation.child("parameters") if node.resolve()[0].get("name") == parameter.wire)
    where = f"example under {JSON}," if "content" in written.resolve()[0] else "example"
    message = f"the parameter {parameter.wire} needs an example: the documentation's call is made of them. "
    message += f"Write {where} beside schema."
    raise written.invalid(message)
