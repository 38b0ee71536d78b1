"""Finds operations, parameters, lists of values and texts in a spec's data, with the paths where they are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .document import at, children, follow
from .problems import SpecPath
from .supported import METHOD_KEYS

_TEXTS = ("title", "summary", "description", "x-binance-zh", "x-binance-note", "x-binance-when-unknown")
_QUOTED = ("explains", "sentences")
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w.-])")
_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?")


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
    written = parameter(data, operation, name)
    if written is None:
        return None
    start = (
        (*written, "schema") if "schema" in at(data, written) else (*written, "content", "application/json", "schema")
    )
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


def texts(data: Any, path: SpecPath) -> Iterator[tuple[SpecPath, str]]:
    """Yield the texts of an object itself, with those of its notes."""
    node = at(data, path)
    for key in _TEXTS:
        if isinstance(node, dict) and key in node:
            yield from strings(node[key], (*path, key))


def strings(value: Any, path: SpecPath) -> Iterator[tuple[SpecPath, str]]:
    """Yield every text at or below a path, but for what is quoted from pages."""
    if isinstance(value, str):
        yield path, value
    for key, below in children(value):
        if key not in _QUOTED:
            yield from strings(below, (*path, key))


def numbers(text: str) -> Counter[str]:
    """Return the numbers in a text that stand for themselves, not those of a date, a version or a name."""
    return Counter(_NUMBER.findall(text))


def naming(written: Iterable[tuple[SpecPath, str]], *words: str) -> Iterator[tuple[SpecPath, str]]:
    """Yield which of these texts name which of these numbers or words; the parts of a date are no numbers."""
    patterns = {word: re.compile(rf"(?<![A-Za-z0-9_.]){re.escape(word)}(?![A-Za-z0-9_]|\.[0-9])") for word in words}
    for path, text in written:
        plain = _DATE.sub("", text)
        yield from ((path, word) for word, pattern in patterns.items() if pattern.search(plain))


def enum_values(schema: Mapping[str, Any]) -> list[Any]:
    """Return the values of an enum, or none where the schema is none."""
    branches = schema.get("oneOf", ())
    values = [branch["const"] for branch in branches if isinstance(branch, dict) and "const" in branch]
    return values or list(schema.get("enum", ()))
