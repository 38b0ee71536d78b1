"""Finds what a page speaks of in a spec: its operation, a parameter by name, the list of a parameter's values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from generator.vocabulary import Endpoint

from .document import at as at  # noqa: PLC0414 - drift and the importer use it from here
from .document import follow
from .document import mentions as mentions  # noqa: PLC0414 - the same
from .problems import Path
from .supported import METHODS


class Values(NamedTuple):
    """The list of the values of a parameter."""

    path: Path
    """Where the list is."""
    values: tuple[str | int, ...]
    numbers: bool
    """Whether they are numbers."""
    described: bool
    """Whether each is a mapping with `const` and words of its own."""


def operation(data: Any, endpoint: Endpoint) -> Path | None:
    """Return the place of the operation with this method and path."""
    path: Path = ("paths", endpoint.path, endpoint.method.lower())
    return path if isinstance(at(data, path), dict) else None


def parameter(data: Any, endpoint: Endpoint, name: str) -> Path | None:
    """Return the place of a parameter, below the operation or where it refers to."""
    for path, node in parameters(data, endpoint):
        if node.get("name") == name:
            return path
    return None


def parameters(data: Any, endpoint: Endpoint) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the parameters of an operation, each with the place where it is written."""
    here: Path = ("paths", endpoint.path, endpoint.method.lower(), "parameters")
    listed = at(data, here)
    for index, node in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(node, dict):
            yield follow(data, (*here, index))


def values(data: Any, endpoint: Endpoint, name: str) -> Values | None:
    """Return the list of the values of a parameter, wherever it is written."""
    place = parameter(data, endpoint, name)
    if place is None:
        return None
    start = (*place, "schema") if "schema" in at(data, place) else (*place, "content", "application/json", "schema")
    path, schema = follow(data, start)
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        path, schema = follow(data, (*path, "items"))
    numbers = schema.get("type") == "integer"
    branches = schema.get("oneOf")
    if isinstance(branches, list) and all(isinstance(each, dict) and "const" in each for each in branches):
        return Values((*path, "oneOf"), tuple(each["const"] for each in branches), numbers, described=True)
    if isinstance(schema.get("enum"), list):
        return Values((*path, "enum"), tuple(schema["enum"]), numbers, described=False)
    return None


def endpoints(data: Any) -> Iterator[Endpoint]:
    """Yield every operation of the spec."""
    paths = at(data, ("paths",))
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in item if isinstance(item, dict) else ():
            if method in METHODS:
                yield Endpoint(method.upper(), path)


def operations(data: Any) -> Iterator[Path]:
    """Yield the place of every operation of the spec."""
    for each in endpoints(data):
        yield ("paths", each.path, each.method.lower())


def users(data: Any, path: Path) -> list[Endpoint]:
    """Return the operations that have a parameter written at `path`, or with a list of values written there."""
    return [
        each
        for each in endpoints(data)
        if any(
            path in (place, listed and listed.path)
            for place, node in parameters(data, each)
            for listed in [values(data, each, node.get("name", ""))]
        )
    ]
