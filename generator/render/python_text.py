"""Text of the generated Python: rules as sentences, records of the operation table, and the example of a call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import FieldInfo

from generator.ir import types as ir
from generator.ir.names import iterator
from generator.runtime import operation as table


def constructor_call(record: Any, name: str = "") -> str:
    """Return the call that makes a record of the operation table; `name` is its class there, if named differently."""
    name = name or type(record).__name__
    arguments = (
        f"{field.name}={_field_text(value)}"
        for field in _fields(name)
        if (value := getattr(record, field.name)) != field.default
    )
    return f"{name}({', '.join(arguments)})"


@cache
def _fields(name: str) -> tuple[FieldInfo, ...]:
    return msgspec.structs.fields(getattr(table, name))


def _field_text(value: Any) -> str:
    if isinstance(value, msgspec.Struct):
        return constructor_call(value)
    return f"MappingProxyType({dict(value)!r})" if isinstance(value, Mapping) else repr(value)


def with_meaning(error: ir.ErrorCode) -> ir.ErrorCode:
    """Return an error code that has its words as the operation table does."""
    return msgspec.structs.replace(error, meaning=error.text.en, meaning_zh=error.text.zh or "")


def compact_json(text: str) -> bytes:
    """Return JSON as a server sends it."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")).encode()


def unchangeable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values whose lists cannot be changed."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def period(seconds: int) -> str:
    """Return a length of time in words: "minute", "90 seconds"."""
    names = {1: "second", 60: "minute", 3600: "hour", 86400: "day"}
    return names.get(seconds, f"{seconds} seconds")


def rules(parameter: ir.Parameter) -> list[str]:
    """Return the rules of a parameter's value as sentences."""
    kept = parameter.rules
    sentences = [f"One of `{parameter.enum.name}`."] if parameter.enum else []
    sentences += [f"Not {', '.join(map(literal, kept.refused))}."] if kept.refused else []
    sentences += _range(kept.minimum, kept.maximum, "")
    # That a text is not empty goes without saying.
    if (kept.min_length, kept.max_length) != (1, None):
        sentences += _range(kept.min_length, kept.max_length, " characters")
    sentences += _range(kept.min_items, kept.max_items, " items")
    if parameter.default is not None:
        sentences.append(f"Binance assumes {literal(parameter.default)} when it is not given.")
    return sentences


def _range(minimum: Any, maximum: Any, unit: str) -> list[str]:
    if minimum is None and maximum is None:
        return []
    if minimum == 1 and maximum is None and unit:
        return ["Not empty."]
    if maximum is None:
        return [f"At least {minimum}{unit}."]
    return [f"At most {maximum}{unit}." if minimum is None else f"From {minimum} to {maximum}{unit}."]


def rows_call(operation: ir.Operation, wait: str = "") -> str:
    """Return the example of a loop over the rows of all pages."""
    given = {name: text for name, text in example_arguments(operation).items() if name != page_argument(operation)}
    arguments = ", ".join(f"{name}={text}" for name, text in given.items())
    return f"{'async ' if wait else ''}for row in client.{iterator(operation.name)}({arguments}):"


def page_argument(operation: ir.Operation) -> str | None:
    """Return the argument with the number of the page, which the iterator over all rows gives by itself."""
    page = operation.paging and operation.paging.page
    return next((parameter.argument for parameter in operation.parameters if parameter.wire == page), None)


def conditions(operation: ir.Operation, parameter: ir.Parameter) -> list[str]:
    """Return when a parameter must or may not be given, as sentences."""
    arguments = {other.wire: other.argument for other in operation.parameters}
    sentences = [
        f"Must be given when `{arguments[condition.other]}` is {' or '.join(map(str, condition.values))}."
        for condition in operation.conditions
        if condition.parameter == parameter.wire
    ]
    for rule in operation.exclusive:
        if parameter.wire in rule.parameters:
            others = " or ".join(f"`{arguments[name]}`" for name in rule.parameters if name != parameter.wire)
            sentences.append(f"Not together with {others}{'; one of them must be given' if rule.required else ''}.")
    if (window := operation.window) and parameter.wire == window.end:
        sentences.append(f"At most {window.days} days after `{arguments[window.start]}`.")
    return sentences


def example_call(operation: ir.Operation, wait: str = "") -> str:
    """Return the example of a call as an expression."""
    arguments = ", ".join(f"{name}={text}" for name, text in example_arguments(operation).items())
    return f"{wait}client.{operation.name}({arguments})"


def example_arguments(operation: ir.Operation) -> dict[str, str]:
    """Return the arguments of an operation's example as Python text."""
    parameters = {parameter.argument: parameter for parameter in operation.parameters}
    return {name: _argument(parameters[name], value) for name, value in operation.example.items()}


def example_names(operation: ir.Operation) -> set[str]:
    """Return the names that the arguments of an operation's example use."""
    given = [parameter for parameter in operation.parameters if parameter.argument in operation.example]
    enums = {parameter.enum.name for parameter in given if parameter.enum}
    return enums | {"Decimal" for parameter in given if parameter.kind == "decimal"}


def _argument(parameter: ir.Parameter, value: Any) -> str:
    """Return how a value is written as an argument: an enum by its member, an amount as a Decimal."""
    if isinstance(value, list):
        return f"[{', '.join(_argument(parameter, item) for item in value)}]"
    if parameter.enum:
        member = next(member.name for member in parameter.enum.values if member.value == value)
        return f"{parameter.enum.name}.{member}"
    return f"Decimal({literal(str(value))})" if parameter.kind == "decimal" else literal(value)


def literal(value: Any) -> str:
    """Return a Python literal, in double quotes where that takes no escapes."""
    text = repr(value)
    return text if '"' in text or "\\" in text else text.replace("'", '"')
