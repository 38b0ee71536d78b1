"""Finds the fields of a response in its example and in its schema, those of records inside it as `rows.id`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.openapi.document import follow
from generator.openapi.problems import SpecPath

_ANY = "*"
"""The field of a map, whose names no schema lists."""


def example_fields(data: object, before: str = "") -> Iterator[str]:
    """Yield the fields of an example."""
    for item in data if isinstance(data, list) else ():
        yield from example_fields(item, before)
    for name, value in data.items() if isinstance(data, dict) else ():
        yield f"{before}{name}"
        yield from example_fields(value, f"{before}{name}.")


def schema_fields(data: Any, path: SpecPath, before: str = "", inside: tuple[SpecPath, ...] = ()) -> Iterator[str]:
    """Yield the fields of the schema at a path."""
    path, schema = follow(data, path)
    if path in inside:
        return
    inside = (*inside, path)
    below = [((*path, "properties", name), name) for name in schema.get("properties", ())]
    below += [((*path, "additionalProperties"), _ANY)] if "additionalProperties" in schema else []
    for part, name in below:
        yield f"{before}{name}"
        yield from schema_fields(data, part, f"{before}{name}.", inside)
    parts = [(*path, "items")] if "items" in schema else []
    parts += [(*path, "oneOf", index) for index in range(len(schema.get("oneOf", ())))]
    for part in parts:
        yield from schema_fields(data, part, before, inside)


def fits(name: str, known: str) -> bool:
    """Return whether a field is one that a schema has."""
    parts, wanted = name.split("."), known.split(".")
    return len(parts) == len(wanted) and all(field in (part, _ANY) for part, field in zip(parts, wanted, strict=True))
