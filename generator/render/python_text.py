"""Phrases and calls of the generated Python: rules as sentences, table entries, and the example of a call."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from generator.ir import types as ir
from generator.runtime import operation as table


def constructor_call(record: Any, name: str) -> str:
    """Return the call that makes a record of the operation table again, without the arguments left at their default."""
    given = (
        (field.name, getattr(record, field.name))
        for field in dataclasses.fields(getattr(table, name))
        if getattr(record, field.name) != field.default
    )
    return f"{name}({', '.join(f'{key}={_literal(value)}' for key, value in given)})"


def _literal(value: Any) -> str:
    return f"MappingProxyType({dict(value)!r})" if isinstance(value, Mapping) else repr(value)


def effect_call(effect: ir.Effect | None) -> str:
    """Return the call that makes an effect again in the operation table, or `None`."""
    return constructor_call(effect, type(effect).__name__) if effect else "None"


def compact_json(text: str) -> bytes:
    """Return JSON as a server sends it."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")).encode()


def unchangeable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values whose lists cannot be changed."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def period(seconds: int) -> str:
    """Return a length of time as people say it."""
    names = {1: "second", 60: "minute", 3600: "hour", 86400: "day"}
    return names.get(seconds, f"{seconds} seconds")


def rules(parameter: ir.Parameter) -> list[str]:
    """Return the rules of a parameter's value as sentences."""
    kept = parameter.rules
    sentences = [f"One of `{parameter.enum.name}`." if parameter.enum else ""]
    sentences.append(f"Not {', '.join(map(literal, kept.refused))}." if kept.refused else "")
    sentences += _range(kept.minimum, kept.maximum, "")
    # That a text is not empty goes without saying.
    if (kept.min_length, kept.max_length) != (1, None):
        sentences += _range(kept.min_length, kept.max_length, " characters")
    sentences += _range(kept.min_items, kept.max_items, " items")
    sentences.append(
        f"Binance assumes {parameter.default!r} when it is not given." if parameter.default is not None else ""
    )
    return [message for message in sentences if message]


def _range(minimum: Any, maximum: Any, unit: str) -> list[str]:
    if minimum is None and maximum is None:
        return []
    if minimum == 1 and maximum is None and unit:
        return ["Not empty."]
    if maximum is None:
        return [f"At least {minimum}{unit}."]
    return [f"At most {maximum}{unit}." if minimum is None else f"From {minimum} to {maximum}{unit}."]


def conditions(operation: ir.Operation, parameter: ir.Parameter) -> list[str]:
    """Return when a parameter must be given, as sentences."""
    arguments = {each.wire: each.argument for each in operation.parameters}
    return [
        f"Must be given when `{arguments[each.other]}` is {' or '.join(map(str, each.values))}."
        for each in operation.conditions
        if each.parameter == parameter.wire
    ]


def example_call(operation: ir.Operation, wait: str = "") -> str:
    """Return the example of a call as an expression."""
    by_argument = {parameter.argument: parameter for parameter in operation.parameters}
    arguments = (
        f"{argument}={argument_literal(by_argument[argument], value)}" for argument, value in operation.example.items()
    )
    return f"{wait}client.{operation.name}({', '.join(arguments)})"


def literal(value: object) -> str:
    """Return a Python literal with the quotes that formatters prefer, where that takes no escapes."""
    text = repr(value)
    return text if '"' in text or "\\" in text else text.replace("'", '"')


def argument_literal(parameter: ir.Parameter, value: Any) -> str:
    """Return how a value is written as an argument: an enum by its member, an amount as a Decimal."""
    if isinstance(value, list):
        return f"[{', '.join(argument_literal(parameter, item) for item in value)}]"
    if parameter.enum:
        member = next((each.name for each in parameter.enum.values if each.value == value), None)
        return f"{parameter.enum.name}.{member}" if member else f"Unlisted({literal(value)})"
    return f"Decimal({literal(str(value))})" if parameter.kind == "decimal" else literal(value)
