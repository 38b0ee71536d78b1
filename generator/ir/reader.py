"""Reads what any node of the document can have: words in each language, notes, and references."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from generator.openapi.document import Document, at, mentions, reference
from generator.openapi.problems import Path

from . import names
from . import types as ir

T = TypeVar("T")
_TEXT_KEYS = ("title", "summary", "description")


class InvalidNode(Exception):
    """A node has an error that the document already holds; what needs the node cannot be built."""


class Reader:
    """What the readers of all kinds of nodes share; an error goes into the document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._data: dict[str, Any] = document.data
        self._bilingual = mentions(document.data, "x-binance-zh")

    def _text(self, path: Path, node: Mapping[str, Any], key: str = "description") -> ir.Text:
        """Return the words under `key`, in each language that the spec has."""
        words, chinese = node.get(key, ""), node.get("x-binance-zh")
        if isinstance(chinese, dict):
            chinese = chinese.get(key)
        elif chinese is not None and [key] != _text_keys(path, node):
            chinese = None
        if self._bilingual and words and chinese is None:
            several = isinstance(node.get("x-binance-zh"), str)
            where = f"x-binance-zh as {{{key}: ..., ...}}, a mapping" if several else "x-binance-zh"
            self._document.error((*path, key), f"the Chinese of {key} is missing; write it under {where}.")
        return ir.Text(words, chinese or ("" if self._bilingual else None))

    def _notes(self, path: Path, node: Mapping[str, Any]) -> tuple[ir.Text, ...]:
        key = "x-binance-note"
        return tuple(self._text((*path, key, index), note) for index, note in enumerate(node.get(key, ())))

    def _resolve(self, path: Path, node: Mapping[str, Any]) -> tuple[Path, dict[str, Any], str | None]:
        """Follow $ref; keys beside it win. Return the path, the node, and the component's name if there was one."""
        beside = {key: value for key, value in node.items() if key != "$ref"}
        name = None
        self._require_valid(path)
        while target := reference(node):
            self._require_valid(target)
            path, name, node = target, str(target[-1]), at(self._data, target)
        return path, {**node, **beside}, name

    def _components(self, group: str) -> dict[str, Any]:
        found: dict[str, Any] = self._data.get("components", {}).get(group, {})
        return found

    def _require_valid(self, path: Path) -> None:
        """Raise `InvalidNode` where the node, or one below it, already has an error."""
        if self._document.is_broken(path):
            raise InvalidNode

    def _attempt(self, path: Path, read: Callable[[], T]) -> T | None:
        """Read a node, or return nothing where it has an error, whether that is known already or found now."""
        try:
            self._require_valid(path)
            return read()
        except InvalidNode:
            return None

    def _invalid(self, path: Path, message: str) -> InvalidNode:
        """Add an error after which the node cannot be read, and return what to raise."""
        self._document.error(path, message)
        return InvalidNode()

    def _check_class_name(self, name: str, path: Path) -> None:
        if not names.is_class_name(name):
            message = (
                f"{name} cannot be the name of a class; write it in UpperCamelCase, with ASCII letters and digits."
            )
            self._document.error_at_key(path, message)
        elif name in names.CLASSES_TAKEN or name.endswith("Literal"):
            self._document.error_at_key(path, f"{name} is a name that the package uses itself; choose another.")


def is_enum(schema: Mapping[str, Any]) -> bool:
    """Return whether the schema lists its values, plainly or with a description each."""
    branches = schema.get("oneOf")
    described = isinstance(branches, list) and all(isinstance(one, dict) and "const" in one for one in branches)
    return "enum" in schema or ("const" in schema and "properties" not in schema) or (bool(branches) and described)


def _text_keys(path: Path, node: Mapping[str, Any]) -> list[str]:
    """Return the keys of a node that hold words; the title of an enum value is a name."""
    return [key for key in _TEXT_KEYS if key in node and not (key == "title" and path[-2:-1] == ("oneOf",))]
