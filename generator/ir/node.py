"""A node of the document: its data, where it is written, and what any node can have: words, notes, a $ref, errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from generator.openapi.document import Document, at, children, reference
from generator.openapi.problems import SpecPath

from . import names
from . import types as ir

T = TypeVar("T")
_TEXT_KEYS = ("title", "summary", "description")
_ENDED = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][)\]\"'\u2019\u201d\uff09]*$")
_OPEN = " \t\n,:;\u3001\uff0c\uff1a\uff1b"
"""Marks after which more should follow."""


class InvalidNode(Exception):
    """A node has an error that the document already holds; what needs the node cannot be built."""


@dataclass(slots=True)
class Context:
    """The document, and what was read of it so far."""

    document: Document
    bilingual: bool
    enums: dict[str, ir.Enum] = field(default_factory=dict)
    models: dict[str, ir.Model | None] = field(default_factory=dict)
    """`None` for one that is being read, or has an error."""
    model_paths: dict[str, SpecPath] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the document; an error of it goes into the document."""

    context: Context
    path: SpecPath
    data: Any

    def __getitem__(self, key: str | int) -> Node:
        return Node(self.context, (*self.path, key), self.data[key])

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def __iter__(self) -> Iterator[Node]:
        return (self[key] for key, _ in children(self.data))

    def get(self, key: str, default: Any = None) -> Any:
        """Return the data under `key`."""
        return self.data.get(key, default)

    def child(self, key: str) -> Node:
        """Return the node under `key`, an empty one if there is none."""
        return Node(self.context, (*self.path, key), self.data.get(key, {}))

    @property
    def root(self) -> Node:
        """The document."""
        return Node(self.context, (), self.context.document.data)

    def components(self, group: str) -> dict[str, Node]:
        """Return what is written under components, by name."""
        return {str(node.path[-1]): node for node in self.root.child("components").child(group)}

    def resolve(self) -> tuple[Node, str | None]:
        """Follow $ref; keys beside it win. Return the node, and the component's name if there was one."""
        beside = {key: value for key, value in self.data.items() if key != "$ref"}
        path, data, name = self.path, self.data, None
        self.require_valid()
        while target := reference(data):
            path, data, name = target, at(self.context.document.data, target), str(target[-1])
            Node(self.context, path, data).require_valid()
        return Node(self.context, path, {**data, **beside}), name

    # Errors

    def error(self, message: str, *below: str | int) -> None:
        """Add an error at the node, or at what is below it."""
        self.context.document.error((*self.path, *below), message)

    def error_at_key(self, message: str, *below: str | int) -> None:
        """Add an error at the key that the node, or what is below it, is written under."""
        self.context.document.error_at_key((*self.path, *below), message)

    def invalid(self, message: str, *below: str | int) -> InvalidNode:
        """Add an error after which the node cannot be read, and return what to raise."""
        self.error(message, *below)
        return InvalidNode()

    def is_broken(self) -> bool:
        """Return whether the node, or one below it, already has an error."""
        return self.context.document.is_broken(self.path)

    def require_valid(self) -> None:
        """Raise `InvalidNode` where the node, or one below it, already has an error."""
        if self.is_broken():
            raise InvalidNode

    def attempt(self, read: Callable[[Node], T]) -> T | None:
        """Read the node, or return nothing where it has an error, whether that is known already or found now."""
        try:
            self.require_valid()
            return read(self)
        except InvalidNode:
            return None

    # What any node can have

    def text(self, key: str = "description") -> ir.Text:
        """Return the words under `key`, in each language that the spec has."""
        words, written = self.get(key, ""), self.get("x-binance-zh")
        chinese = written.get(key) if isinstance(written, dict) else written if self._is_only_text(key) else None
        return ir.Text(words, chinese or ("" if self.context.bilingual else None))

    def _is_only_text(self, key: str) -> bool:
        """Return whether a node has words under `key` alone; the title of an enum value is a name."""
        is_value = self.path[-2:-1] == ("oneOf",)
        return [key] == [name for name in _TEXT_KEYS if name in self.data and not (name == "title" and is_value)]

    def sentences(self) -> ir.Text:
        """Return a description that ends as a sentence does, since others follow it; a name is read by `text`."""
        text = self.text()
        return ir.Text(_ended(text.en, "."), text.zh and _ended(text.zh, "\u3002"))

    def notes(self) -> tuple[ir.Text, ...]:
        """Return the words of the notes."""
        return tuple(note.sentences() for note in self.child("x-binance-note"))

    def is_enum(self) -> bool:
        """Return whether a schema lists its values, plainly or with a description each."""
        branches = self.get("oneOf")
        described = isinstance(branches, list) and all(
            isinstance(branch, dict) and "const" in branch for branch in branches
        )
        return "enum" in self or ("const" in self and "properties" not in self) or (bool(branches) and described)

    def check_class_name(self, name: str) -> None:
        """Check that a schema's name can be the name of a class."""
        if not names.is_class_name(name):
            form = "write it in UpperCamelCase, with ASCII letters and digits"
            self.error_at_key(f"{name} cannot be the name of a class; {form}.")
        elif name in names.CLASSES_TAKEN or name.endswith("Literal"):
            self.error_at_key(f"{name} is a name that the package uses itself; choose another.")


def _ended(words: str, stop: str) -> str:
    """Return a text with a full stop at its end, unless it has a mark that ends a sentence there."""
    kept = words.rstrip()
    return words if not kept or _ENDED.search(kept) else f"{kept.rstrip(_OPEN)}{stop}"
