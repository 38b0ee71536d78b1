"""The models of an operation's response: which ones it leads to, and the Python type that another name stands for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.ir import types as ir

_TYPES = {"string": "str", "integer": "int", "boolean": "bool", "null": "None"}


def reachable(models: Sequence[ir.Model], result: ir.Model) -> list[ir.Model]:
    """Return a model, and every model that it leads to, nearest first."""
    by_name = {model.name: model for model in models}
    found = [result]
    for model in found:
        found += [by_name[name] for name in dict.fromkeys(_references(model.schema)) if by_name[name] not in found]
    return found


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping) and isinstance(schema.get("$ref"), str):
        yield _model_name(schema)
    elif isinstance(schema, (Mapping, list)):
        for part in schema.values() if isinstance(schema, Mapping) else schema:
            yield from _references(part)


def _model_name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def python_type(schema: Mapping[str, Any]) -> str:
    """Return the Python type that a model without fields is another name for."""
    if "oneOf" in schema:
        return " | ".join(map(python_type, schema["oneOf"]))
    if "$ref" in schema:
        return _model_name(schema)
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if schema["type"] == "array":
        return f"list[{python_type(schema['items'])}]"
    if schema["type"] == "object":
        return f"dict[str, {python_type(schema['additionalProperties'])}]"
    return "Decimal" if schema.get("format") == "decimal" else _TYPES[schema["type"]]
