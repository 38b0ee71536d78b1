"""Writes messages about the rules of a JSON Schema that a value breaks: the value, and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from generator.console import choices, join_names

from .document import children
from .problems import SpecPath

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_LONGEST = 60
FORMS: Mapping[str, str] = {
    r"\S": "not be blank",
    "^[A-Za-z0-9._-]+$": "be ASCII letters, digits and the marks . _ -, such as TransferType",
    "^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$": "be words of capital letters and digits with _ between them, such as SUB_MAIN",
    "^[A-Z][A-Z0-9_]*$": "begin with a capital letter, and have capital letters, digits and _, such as INVALID_TIMESTAMP",
    "^[a-z][A-Za-z0-9]*$": "begin with a small letter, and have ASCII letters and digits, such as enableWithdrawals",
    "^[a-z0-9]+(-[a-z0-9]+)*$": "be small letters and digits with - between words, such as binance-sdk-wallet",
    "^[0-9][A-Za-z0-9.]*$": "begin with a digit, and have digits, letters and points, such as 1.2.3",
    "^https://": "begin with https://, such as https://developers.binance.com/docs/wallet",
    "^[a-z0-9-]+ [0-9][A-Za-z0-9.]*$": "be a package, a blank and a version, such as binance-sdk-wallet 1.2.3",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "be a day as year, month and day, such as 2026-01-15",
    "^[a-z]{8}( [a-z]{8}){0,9}$": "be up to ten words of eight small letters with blanks between, such as andkaxak gihthwgh",
}
"""What a value must do to have each form that the generator asks for, with an example."""


_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
"""The texts that a client reads as an amount."""
_FORMATS = {"decimal": "it must be an amount in digits, such as '0.5'"}


def compiled(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """Return what checks values by a schema."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema), validate_formats=True, formats={"decimal": lambda text: _DECIMAL.fullmatch(text) is not None}
    )


def iter_errors(
    schema: Mapping[str, Any], value: object, name: str, validator: jsonschema_rs.Draft202012Validator | None = None
) -> Iterator[tuple[SpecPath, str]]:
    """Yield the path below `value`, and the message, of every rule that it breaks; `name` is the key that holds it."""
    for error in (validator or compiled(schema)).iter_errors(value):
        path = tuple(error.instance_path)
        keys = [key for key in path if isinstance(key, str)]
        owner = keys[-1] if keys else name
        yield from _messages(
            schema, error, path, f"an item of {owner}" if path and isinstance(path[-1], int) else owner
        )


def fractions_for_integers(
    root: Mapping[str, Any], schema: Mapping[str, Any], value: object, path: SpecPath = ()
) -> Iterator[SpecPath]:
    """Yield where a number such as 1.0 stands for an integer: a JSON Schema takes it, Python code does not."""
    if "if" in schema:
        schema = schema["then" if isinstance(value, list) else "else"]
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", ())
    if isinstance(value, float) and value.is_integer() and "integer" in kinds and "number" not in kinds:
        yield path
    for key, below in children(value):
        inner = schema.get("properties", {}).get(key) or schema.get("additionalProperties") or schema.get("items")
        if isinstance(inner, dict):
            yield from fractions_for_integers(root, inner, below, (*path, key))


def _messages(
    schema: Mapping[str, Any], error: jsonschema_rs.ValidationError, path: SpecPath, owner: str
) -> Iterator[tuple[SpecPath, str]]:
    rule, wanted = _rule(schema, error.schema_path)
    start = f"{owner} is {yaml_repr(error.instance)}"
    match error.kind.name:
        case "required":
            key = error.kind.property  # type: ignore[attr-defined]
            yield (*path, key), f"{owner} lacks {key}."
        case "additionalProperties":
            for key in error.kind.unexpected:  # type: ignore[attr-defined]
                known = rule.get("properties", {})
                yield (*path, key), f"{key} is not supported in {owner}; allowed: {choices(key, known)}"
        case "propertyNames":
            allowed = _allowed(error.schema_path[-1], wanted)
            inner = str(error.kind.error.instance)  # type: ignore[attr-defined]
            yield (*path, inner), f"{inner} cannot be a name in {owner}; {allowed}."
        case "oneOf" if all("const" in branch for branch in wanted):
            yield path, f"{start}; allowed: {join_names(branch['const'] for branch in wanted)}."
        case "oneOf" if "description" in rule:
            yield path, f"{start}, which does not fit its description: {rule['description']}"
        case "oneOf":
            yield path, f"{start}, which fits none of its alternatives, or several."
        case "minProperties" | "maxProperties" as keyword if "properties" in rule:
            yield path, f"{start}; {_allowed(keyword, wanted)}, of: {join_names(rule['properties'])}."
        case keyword:
            yield path, f"{start}; {_allowed(keyword, wanted)}."


def _allowed(keyword: object, wanted: Any) -> str:
    kinds = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    messages = {
        "type": f"it must be {' or '.join(_KINDS.get(str(kind), str(kind)) for kind in kinds)}",
        "enum": f"allowed: {join_names(kinds)}",
        "const": f"allowed: {yaml_repr(wanted)}",
        "minimum": f"it must be {wanted} or more",
        "minItems": f"at least {wanted} is needed",
        "maxItems": f"at most {wanted} is allowed",
        "minProperties": f"at least {wanted} is needed",
        "maxProperties": f"at most {wanted} is allowed",
        "pattern": f"it must {FORMS.get(str(wanted), f'match its pattern {wanted}')}",
        "format": _FORMATS.get(str(wanted), f"it must be a {wanted}"),
        "uniqueItems": "nothing may be in it twice",
    }
    return messages.get(str(keyword), f"it breaks the rule {keyword}: {wanted}")


def _rule(schema: Mapping[str, Any], path: list[str | int]) -> tuple[Any, Any]:
    """Return the schema that holds the rule at `path`, and the value of the rule."""
    holder: Any = schema
    rule: Any = schema
    for key in path:
        holder = rule
        rule = rule[key]
        if key == "$ref":
            rule = schema["$defs"][str(rule).rpartition("/")[2]]
    return holder, rule


def yaml_repr(value: object) -> str:
    """Return a value shortened for a message."""
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
