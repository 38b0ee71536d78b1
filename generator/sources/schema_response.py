"""Reads the response of an operation of a schema: its examples, and its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from generator.openapi.problems import SpecPath
from generator.vocabulary import Language

from .blocks import Block
from .page_facts import Located
from .schema_keys import Owner
from .sketch import ENUM, ENUM_ITEMS, NULL, NULL_ITEMS, NUMBER, NUMBER_ITEMS, enum_mark, presence, sketched

_SUCCESS = ("200", "201", "2XX", "2xx", "default")
_JSON = "application/json"
_DEEPEST = 20
COST = 50
"""How many characters a part of a schema counts for, as reading it takes as long."""
_MADE_UP = {"string": '""', "integer": "0", "number": "0.5", "boolean": "false", "array": "[]", "object": "{}"}
"""Values that show a type."""
_BRANCHES = ("oneOf", "anyOf")


class Part(NamedTuple):
    """A mapping of the schema, behind every $ref, and where it is written."""

    path: SpecPath
    node: dict[str, Any]


class Schema(Protocol):
    """What is needed of a schema to read a response."""

    def follow(self, path: SpecPath, owner: Owner) -> Part:
        """Return the mapping at a path, behind every reference."""

    def line(self, path: SpecPath) -> int:
        """Return the line of a key, or of an item of a list."""

    def blocks(self, path: SpecPath) -> list[Block]:
        """Return the blocks of a text."""

    def spend(self, characters: int, path: SpecPath) -> None:
        """Count what is read."""

    def check_values(self, name: str, part: Part) -> None:
        """Remark on values of a parameter or field that its type contradicts."""


class Responses:
    """The responses of an operation."""

    def __init__(self, schema: Schema, path: SpecPath) -> None:
        self._schema = schema
        listed = schema.follow(path, "responses")
        self.is_there = bool(listed.node)
        """Whether the operation has any, as it has unless the file was cut off."""
        status = next((key for key in _SUCCESS if key in listed.node), None)
        self.line = schema.line((*listed.path, status) if status else path)
        """Where the response to a success is described, or else where it would be."""
        own = schema.follow((*listed.path, status), "response") if status else listed
        content = own.node.get("content") if status else None
        kind = next(iter(content), None) if isinstance(content, dict) and _JSON not in content else _JSON
        self._media = schema.follow((*own.path, "content", kind), "media type") if content and kind else None
        self._stated = True  # whether every value of the sketch is stated
        self._open: list[SpecPath] = []  # the schemas around the one that is read

    def read(self, language: Language) -> tuple[list[Located[str]], Located[str] | None]:
        """Return the examples of the response, and its fields as JSON, with their descriptions as comments."""
        if self._media is None:
            return [], None
        start = (*self._media.path, "schema")
        schema = self._schema.follow(start, "schema")
        examples = [
            Located(self._json(value, path), self._schema.line(path))
            for path, value in (*_examples(self._media), *_example_of(schema))
        ]
        self._stated = True
        sketch = self._sketch(start, language, 0) if schema.node else ""
        located = Located(sketch, self._schema.line(start)) if sketch else None
        if not examples and located and self._stated:
            examples = [located]
        return examples, located

    def _json(self, value: Any, path: SpecPath) -> str:
        """Return a value as JSON; a text that is JSON already stays as it is."""
        is_json = isinstance(value, str) and value.lstrip()[:1] in ("{", "[")
        text = str(value) if is_json else json.dumps(value, ensure_ascii=False)
        self._schema.spend(len(text), path)
        return text

    def _sketch(self, path: SpecPath, language: Language, depth: int) -> str:
        """Return the JSON of a schema, made of the examples of its parts."""
        part = self._schema.follow(path, "schema")
        if part.path in self._open:
            return "null"
        self._open.append(part.path)
        written = self._value(part, language, depth)
        self._open.pop()
        return written

    def _value(self, part: Part, language: Language, depth: int) -> str:
        self._schema.spend(COST, part.path)
        part = without_null(self._schema, part)[0]
        example = part.node.get("example", part.node.get("default"))
        if example is not None:
            return self._json(example, part.path)
        kind = kind_of(part)
        fields = dict(self._fields(part, 0)) if depth < _DEEPEST else {}
        if fields:
            written = (
                sketched(name, self._said(at, part, name, language), self._sketch(at, language, depth + 1))
                for name, at in fields.items()
            )
            return "{" + ",\n".join(written) + "}"
        if kind == "array" and "items" in part.node and depth < _DEEPEST:
            return f"[{self._sketch((*part.path, 'items'), language, depth + 1)}]"
        enum = part.node.get("enum")
        self._stated = False
        return self._json(enum[0], part.path) if isinstance(enum, list) and enum else _MADE_UP.get(str(kind), "null")

    def _fields(self, part: Part, depth: int) -> Iterator[tuple[str, SpecPath]]:
        self._schema.spend(COST, part.path)
        several, listed = part.node.get("allOf"), part.node.get("properties")
        for index in range(len(several) if isinstance(several, list) and depth < _DEEPEST else 0):
            yield from self._fields(self._schema.follow((*part.path, "allOf", index), "schema"), depth + 1)
        yield from ((name, (*part.path, "properties", name)) for name in (listed if isinstance(listed, dict) else ()))

    def _said(self, path: SpecPath, owner: Part, name: str, language: Language) -> Iterator[str]:
        """Yield what is said of a field."""
        part = self._schema.follow(path, "schema")
        self._schema.check_values(name, without_null(self._schema, part)[0])
        blocks = self._schema.blocks((*part.path, "description" if language == "en" else "x-description-cn"))
        yield from (block.text for block in blocks)
        yield presence(name, owner.node.get("required") or ())
        part, is_nullable = without_null(self._schema, part)
        yield from _said_of_type(part, NUMBER, ENUM)
        if kind_of(part) == "array":
            items = self._schema.follow((*part.path, "items"), "schema")
            self._schema.check_values(name, items)
            items, item_is_nullable = without_null(self._schema, items)
            yield from _said_of_type(items, NUMBER_ITEMS, ENUM_ITEMS)
            yield NULL_ITEMS if item_is_nullable else ""
        yield NULL if is_nullable else ""


def _said_of_type(part: Part, number: str, enum: str) -> Iterator[str]:
    """Yield what an example need not show: that a number can have a fraction, and which values there are."""
    yield number if kind_of(part) == "number" else ""
    yield enum_mark(enum, part.node.get("enum") or ())


def kind_of(part: Part) -> str | None:
    """Return the type of a schema, apart from null; of several, all."""
    kind = part.node.get("type")
    kinds = [str(item) for item in (kind if isinstance(kind, list) else [kind]) if item not in (None, "null")]
    return " or ".join(kinds) or None


def without_null(schema: Schema, part: Part, depth: int = 0) -> tuple[Part, bool]:
    """Return what a schema describes apart from null, and whether it can be null, however it says so."""
    kind = part.node.get("type")
    is_nullable = part.node.get("nullable") is True or (isinstance(kind, list) and "null" in kind)
    for key in _BRANCHES:
        listed = part.node.get(key)
        branches = [(*part.path, key, index) for index in range(len(listed) if isinstance(listed, list) else 0)]
        schema.spend(COST * len(branches), part.path)
        others = [path for path in branches if schema.follow(path, "schema").node.get("type") != "null"]
        is_nullable = is_nullable or len(others) < len(branches)
        if len(others) == 1 and depth < _DEEPEST:
            branch, branch_is_nullable = without_null(schema, schema.follow(others[0], "schema"), depth + 1)
            return branch, is_nullable or branch_is_nullable
    return part, is_nullable


def _examples(media: Part) -> Iterator[tuple[SpecPath, Any]]:
    if "example" in media.node:
        yield (*media.path, "example"), media.node["example"]
    named = media.node.get("examples")
    for name, example in named.items() if isinstance(named, dict) else ():
        if isinstance(example, dict) and "value" in example:
            yield (*media.path, "examples", name, "value"), example["value"]


def _example_of(schema: Part) -> Iterator[tuple[SpecPath, Any]]:
    """Yield the example of a record or a list as a whole."""
    example = schema.node.get("example")
    if isinstance(example, (dict, list)):
        yield (*schema.path, "example"), example
