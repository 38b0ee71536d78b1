"""Finds operations, parameters and lists of values in a spec's data, each with the path where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .document import at, follow
from .problems import SpecPath
from .supported import METHOD_KEYS


class Values(NamedTuple):
    """The list of the values of a parameter."""

    path: SpecPath
    """Where the list is."""
    values: tuple[str | int, ...]
    numbers: bool
    """Whether they are numbers."""
    described: bool
    """Whether each is a mapping with `const` and words of its own."""


def operations(data: Any) -> Iterator[SpecPath]:
    """Yield the path of every operation of the spec."""
    paths = at(data, ("paths",))
    for path, item in paths.items() if isinstance(paths, dict) else ():
        yield from (("paths", path, method) for method in item if isinstance(item, dict) and method in METHOD_KEYS)


def parameters(data: Any, operation: SpecPath) -> Iterator[tuple[SpecPath, Mapping[str, Any]]]:
    """Yield the parameters of an operation, each with the path where it is written."""
    here = (*operation, "parameters")
    listed = at(data, here)
    for index, node in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(node, dict):
            yield follow(data, (*here, index))


def parameter(data: Any, operation: SpecPath, name: str) -> SpecPath | None:
    """Return the path of a parameter, below the operation or where it refers to."""
    return next((path for path, node in parameters(data, operation) if node.get("name") == name), None)


def values(data: Any, operation: SpecPath, name: str) -> Values | None:
    """Return the list of the values of a parameter, wherever it is written."""
    found = parameter(data, operation, name)
    if found is None:
        return None
    start = (*found, "schema") if "schema" in at(data, found) else (*found, "content", "application/json", "schema")
    path, schema = follow(data, start)
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        path, schema = follow(data, (*path, "items"))
    numbers = schema.get("type") == "integer"
    branches = schema.get("oneOf")
    if isinstance(branches, list) and all(isinstance(branch, dict) and "const" in branch for branch in branches):
        constants = tuple(branch["const"] for branch in branches)
        return Values((*path, "oneOf"), constants, numbers, described=True)
    if isinstance(schema.get("enum"), list):
        return Values((*path, "enum"), tuple(schema["enum"]), numbers, described=False)
    return None


def users(data: Any, path: SpecPath) -> list[SpecPath]:
    """Return the operations that have a parameter written at `path`, or with a list of values written there."""
    return [
        operation
        for operation in operations(data)
        if any(
            path in (written, listed and listed.path)
            for written, node in parameters(data, operation)
            for listed in [values(data, operation, node.get("name", ""))]
        )
    ]
