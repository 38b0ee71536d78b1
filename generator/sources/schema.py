"""Reads an OpenAPI schema of a whole product, as Binance offers it for download, in YAML or JSON: a page for each operation."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from generator.openapi.document import Document, reference
from generator.openapi.document import read as read_yaml
from generator.openapi.problems import SpecError, SpecPath
from generator.vocabulary import SIGNED, Endpoint, Language

from .blocks import HTTP_METHODS, Block, clean
from .page_facts import Located, Page, PageParameter, PageVersion
from .schema_keys import Owner, as_written, cannot_be_read, contradicts, unread_key
from .schema_response import COST, Part, Responses, kind_of, without_null
from .sections import split_title
from .stated import LINE_COST, Allowance, StatedOperation, Unreadable, in_chinese, type_name, version_of, words

LARGEST = 2_000_000
"""The schema of a whole product has up to 1 MB; twice as much is read."""
_MOST_PARTS = 80_000
"""No schema has as many keys and values; this bounds how long reading takes."""
_MOST_OPERATIONS = 1_000
_PARAMETER_COST = 400
"""How many characters a parameter counts for, as reading it takes as long."""
_MOST_REFERENCES = 10
"""No reference leads to another as often."""

_VERSION = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?\s*:", re.MULTILINE)
_PATHS = re.compile(r"^[\"']?paths[\"']?\s*:", re.MULTILINE)
_KEYS_OF_JSON = ('"paths"', '"openapi"')
_ENDINGS = (".yaml", ".yml", ".json")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
_METHODS = HTTP_METHODS.split("|")
_WEIGHTS = {"IP": "x-ip-weight", "UID": "x-uid-weight"}
_FORM = "application/x-www-form-urlencoded"
_SIGNATURE = "signature"
_LONGEST_TYPE = 40
_BLOCK_TEXT = re.compile(r"[|>][-+0-9]*\s*$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def is_schema(file: str, text: str) -> bool:
    """Return whether a file holds a schema, or claims to by its name."""
    if file.lower().endswith(_ENDINGS):
        return True
    if text.lstrip()[:1] == "{":
        return all(key in text for key in _KEYS_OF_JSON)
    return bool(_VERSION.search(text) and _PATHS.search(text))


def read_schema(file: str, text: str) -> tuple[Page, ...]:
    """Read each operation of a schema as a page. The `problems` of one say what cannot be read."""
    parts = 2 * max(text.count("\n"), sum(map(text.count, ",[{")))
    if parts > _MOST_PARTS:
        return (Page(file, "schema", problems=(f"it has more than {_MOST_PARTS} parts, which no schema has.",)),)
    if text.lstrip()[:1] == "{":
        text = _SURROGATES.sub(lambda pair: pair[1] + json.loads(f'"{pair[2]}"'), text)
    try:
        document = read_yaml(file, text.encode())
    except SpecError as error:
        first = error.problems[0]
        return (Page(file, "schema", problems=(f"line {first.location.line}: {first.message}",)),)
    pages = tuple(_Schema(file, document, text).pages())
    message = "it has no paths with operations, as an OpenAPI schema has."
    return pages or (Page(file, "schema", problems=(message,)),)


class _Field(NamedTuple):
    """A parameter."""

    name: str
    path: SpecPath
    node: dict[str, Any]
    """What surrounds its schema; of a field of the body, nothing does."""
    required: bool | None


class _Schema:
    def __init__(self, file: str, document: Document, text: str) -> None:
        self._file = file
        self._document = document
        self._lines = text.split("\n")
        self._allowance = Allowance()
        self._remarks: dict[Located[str], None] = {}
        """On the operation that is read."""

    def pages(self) -> Iterator[Page]:
        """Yield a page for each operation."""
        operations = [(*path, key) for path in self._paths() for key in self._mapping(path) if key.upper() in _METHODS]
        if len(operations) > _MOST_OPERATIONS:
            message = f"it has more than {_MOST_OPERATIONS} operations, which no schema has."
            yield Page(self._file, "schema", problems=(message,))
            return
        lines = list(map(self.line, operations))
        parts = [*lines, *map(self.line, self._paths()), *(self.line((key,)) for key in self._mapping(()))]
        problems = self._problems(sorted(parts))
        known = set(lines)
        elsewhere = next((problem for line, problem in problems.items() if line not in known), None)
        for path, line in zip(operations, lines, strict=True):
            yield self._page(path, problems.get(line, elsewhere), is_part=len(operations) > 1)
        for path in self._paths():
            written = self.value(path)
            message = f"the operations of {path[-1]} stand elsewhere, which is not read." if reference(written) else ""
            if not isinstance(written, dict):
                message = cannot_be_read(str(path[-1]), written, "a mapping")
            if message:
                yield Page(self._file, "schema", problems=(f"line {self.line(path)}: {message}",))

    def _paths(self) -> list[SpecPath]:
        return [("paths", url) for url in self._mapping(("paths",))]

    def _problems(self, starts: Sequence[int]) -> dict[int, str]:
        """Return the first problem below each of these lines, by the line."""
        first: dict[int, str] = {}
        for problem in sorted(self._document.problems):
            if problem.kind != "key":
                line = problem.location.line
                start = starts[max(bisect_right(starts, line) - 1, 0)]
                first.setdefault(start, f"line {line}: {problem.message}")
        return first

    def _page(self, path: SpecPath, problem: str | None, *, is_part: bool) -> Page:
        """Return an operation with its title and endpoint, which reads the rest only where that is asked for."""
        endpoint = Located(Endpoint(str(path[-1]).upper(), str(path[1])), self.line(path))
        operation = _Operation(self, path, endpoint)
        stub = PageVersion("en", titles=operation.titles(), endpoints=(endpoint,))
        problems = (problem,) if problem else ()
        page = Page(self._file, "schema", (stub,), problems=problems, name=operation.name(), is_part=is_part)
        return page if problem else replace(page, rest=lambda: self._whole(page, operation))

    def _whole(self, page: Page, operation: _Operation) -> Page:
        self._allowance.begin()
        self._remarks = {}
        try:
            versions = tuple(operation.versions())
            return replace(page, versions=versions, remarks=tuple(self._remarks), rest=None)
        except Unreadable as error:
            return replace(page, problems=(str(error),), rest=None)

    # What is written where

    def value(self, path: SpecPath) -> Any:
        """Return what is written at a path, which leads through no reference."""
        node = self._document.data
        for key in path:
            known = isinstance(node, dict) and key in node
            listed = isinstance(node, list) and isinstance(key, int) and key < len(node)
            node = node[key] if known or listed else None
        return node

    def _mapping(self, path: SpecPath) -> dict[str, Any]:
        node = self.value(path)
        return node if isinstance(node, dict) else {}

    def follow(self, path: SpecPath, owner: Owner) -> Part:
        """Return the mapping at a path, behind every reference; an empty one where nothing is.

        Raises:
            Unreadable: A reference leads nowhere, or what is written there cannot be read.
        """
        start = path
        for _ in range(_MOST_REFERENCES):
            node = self.value(path)
            target = reference(node)
            if target is None:
                if path != start and not isinstance(node, dict):
                    break
                return Part(path, self._checked(path, node, owner))
            self.spend(len(target), start)
            path = tuple(str(part).replace("~1", "/").replace("~0", "~") for part in target)
        written = self.value(start)["$ref"]
        raise Unreadable(f"line {self.line(start)}: {written[:100]} leads nowhere in this file.")

    def _checked(self, path: SpecPath, node: object, owner: Owner) -> dict[str, Any]:
        if node is None:
            return {}
        if not isinstance(node, dict):
            raise Unreadable(f"line {self.line(path)}: {cannot_be_read(str(path[-1]), node, 'a mapping')}")
        if unread := unread_key(node, owner):
            raise Unreadable(f"line {self.line((*path, unread[0]))}: {unread[1]}")
        return node

    def line(self, path: SpecPath) -> int:
        """Return the line of a key, or of an item of a list."""
        return self._document.key_location(path).line

    def text(self, path: SpecPath) -> Located[str] | None:
        """Return a text, and the line of its first words."""
        value = self.value(path)
        if not isinstance(value, str) or not value.strip():
            return None
        location = self._document.location(path)
        below = bool(_BLOCK_TEXT.match(self._lines[location.line - 1][location.column - 1 :]))
        return Located(value, location.line + below)

    def blocks(self, path: SpecPath) -> list[Block]:
        """Return the blocks of a text, or of a list of texts."""
        value = self.value(path)
        paths = [(*path, index) for index in range(len(value))] if isinstance(value, list) else [path]
        texts = [text for text in map(self.text, paths) if text]
        self.spend(sum(map(_cost, texts)), path)
        return [block for text in texts for block in words(text.value, text.line)]

    def spend(self, characters: int, path: SpecPath) -> None:
        """Count what is read.

        Raises:
            Unreadable: It is more than any operation has.
        """
        self._allowance.spend(characters, self.line(path))

    def check_values(self, name: str, part: Part) -> None:
        """Remark on values of a parameter or field that its type contradicts."""
        paths = [(*part.path, key) for key in ("example", "default") if key in part.node]
        paths += [(*part.path, "enum", index) for index in range(len(part.node.get("enum") or ()))]
        for path in paths:
            self.check_value(name, kind_of(part), path)

    def check_value(self, name: str, kind: str | None, path: SpecPath) -> None:
        """Remark on a value that is of another type than it should be."""
        value = self.value(path)
        if value is not None and contradicts(kind, value):
            key = f"its {path[-1]} is" if isinstance(path[-1], str) else "a value of its enum is"
            message = f"{name} has the type {kind}, but {key} {as_written(value)}; one of them is wrong."
            self._remarks[Located(message, self.line(path))] = None


class _Operation:
    """An operation of the schema."""

    def __init__(self, schema: _Schema, path: SpecPath, endpoint: Located[Endpoint]) -> None:
        self._schema = schema
        self._path = path
        self._endpoint = endpoint

    def name(self) -> str:
        """Return the operationId."""
        name = self._schema.value((*self._path, "operationId"))
        return name if isinstance(name, str) else ""

    def titles(self) -> tuple[Located[str], ...]:
        """Return the title without its security type."""
        title = self._title("en")
        name = split_title(title.value)[0]
        return (Located(name, title.line),) if name else ()

    def versions(self) -> Iterator[PageVersion]:
        """Yield the English version, and the Chinese one where the schema has it."""
        self._schema.follow(self._path[:-1], "path")
        self._schema.follow(self._path, "operation")
        responses = Responses(self._schema, (*self._path, "responses"))
        yield version_of(self._stated("en", responses))
        chinese = [self._schema.blocks((*self._path, f"{key}-cn")) for key in ("x-summary", *_TEXTS)]
        if any(map(in_chinese, chinese)):
            yield version_of(self._stated("zh-CN", responses))

    def _stated(self, language: Language, responses: Responses) -> StatedOperation:
        description, notes, response_notes = (self._blocks(key, language) for key in _TEXTS)
        deprecated = (*self._path, "deprecated")
        if self._schema.value(deprecated) is True:
            description.insert(0, Block("text", "deprecated: true", self._schema.line(deprecated)))
        examples, sketch = responses.read(language)
        return StatedOperation(
            language=language,
            title=self._title(language),
            endpoint=self._endpoint,
            response=responses.line if responses.is_there else None,
            description=description,
            weights=list(self._weights()),
            parameters=list(self._parameters(language)),
            notes=notes,
            response_notes=response_notes,
            examples=examples,
            sketch=sketch,
            security=list(self._security()),
        )

    def _blocks(self, key: str, language: Language) -> list[Block]:
        """Return a text in a language; where that has none of it, the English one, which holds for both."""
        own = self._schema.blocks((*self._path, f"{key}-cn")) if language == "zh-CN" else []
        return own or self._schema.blocks((*self._path, key.removeprefix("x-") if key == _DESCRIPTION else key))

    def _title(self, language: Language) -> Located[str]:
        if language == "zh-CN":
            own = self._schema.text((*self._path, "x-summary-cn"))
            return own or Located("", self._endpoint.line)
        if summary := self._schema.text((*self._path, "summary")):
            return Located(clean(summary.value), summary.line)
        name = self._schema.text((*self._path, "operationId")) or Located("", self._endpoint.line)
        title = name.value if " " in name.value.strip() else " ".join(_CAMEL.split(name.value))
        return Located(clean(title[:1].upper() + title[1:]), name.line)

    def _security(self) -> Iterator[Located[str]]:
        """Yield the security type, and whether a call is signed where that contradicts the type."""
        kind, signed = (self._schema.value((*self._path, key)) for key in ("x-security-type", "x-signed"))
        label = clean(kind).upper() if isinstance(kind, str) else ""
        if label:
            yield Located(label, self._schema.line((*self._path, "x-security-type")))
        if isinstance(signed, bool) and signed != (label in SIGNED) and (label or signed):
            yield Located("signed" if signed else "not signed", self._schema.line((*self._path, "x-signed")))

    def _weights(self) -> Iterator[tuple[str, Located[str]]]:
        for scope, key in _WEIGHTS.items():
            value = self._schema.value((*self._path, key))
            if value is not None:
                stated = self._schema.text((*self._path, key))
                text = stated or Located(str(value), self._schema.line((*self._path, key)))
                self._schema.spend(_cost(text), (*self._path, key))
                yield scope, text

    # Parameters

    def _parameters(self, language: Language) -> Iterator[Located[PageParameter]]:
        """Yield the parameters of the query and the path, and those of the body."""
        names: set[str] = set()
        for field in self._fields():
            self._schema.spend(_PARAMETER_COST, field.path)
            if field.name not in names and field.name != _SIGNATURE:
                names.add(field.name)
                yield Located(self._parameter(field, language), self._schema.line(field.path))

    def _fields(self) -> Iterator[_Field]:
        schema = self._schema
        for path in (self._path, self._path[:-1]):
            listed = schema.value((*path, "parameters"))
            for index in range(len(listed) if isinstance(listed, list) else 0):
                part = schema.follow((*path, "parameters", index), "parameter")
                name, needed = part.node.get("name"), part.node.get("required")
                if not name:
                    raise Unreadable(f"line {schema.line(part.path)}: a parameter has no name.")
                if part.node.get("in") not in ("header", "cookie"):
                    yield _Field(name, part.path, part.node, bool(needed))
        body = schema.follow((*self._path, "requestBody"), "body")
        content = body.node.get("content")
        if content:
            kind = _FORM if _FORM in content else next(iter(content))
            yield from self._of_body((*body.path, "content", kind, "schema"), 0)

    def _of_body(self, path: SpecPath, depth: int) -> Iterator[_Field]:
        part = self._schema.follow(path, "schema")
        self._schema.spend(COST, path)
        several, listed, required = (part.node.get(key) for key in ("allOf", "properties", "required"))
        for index in range(len(several or ()) if depth < _MOST_REFERENCES else 0):
            yield from self._of_body((*part.path, "allOf", index), depth + 1)
        self._schema.spend(len(required or ()), path)
        needed = set(map(str, required or ()))
        for name in listed or ():
            yield _Field(name, (*part.path, "properties", name), {}, name in needed)

    def _parameter(self, field: _Field, language: Language) -> PageParameter:
        own = self._schema.follow((*field.path, "schema") if "schema" in field.node else field.path, "schema")
        schema = without_null(self._schema, own)[0]
        kind = self._schema.follow((*schema.path, "items"), "schema") if kind_of(schema) == "array" else schema
        self._check(field, schema, kind)
        values = kind.node.get("enum") or []
        self._schema.spend(len(values), field.path)
        for index, value in enumerate(values):
            if isinstance(value, (dict, list)):
                line = self._schema.line((*kind.path, "enum", index))
                raise Unreadable(f"line {line}: {cannot_be_read('a value of enum', value, 'a text, or a number')}")
        lines = {_plain(value): (*kind.path, "enum", index) for index, value in enumerate(values) if _is_one(value)}
        self._schema.spend(sum(map(len, lines)), field.path)
        key = "description" if language == "en" else "x-description-cn"
        text = self._schema.blocks((*field.path, key)) or self._schema.blocks((*own.path, key))
        rules = {**schema.node, **own.node, **{key: value for key, value in field.node.items() if key == "example"}}
        return PageParameter(
            name=field.name,
            type=self._type(schema),
            required=field.required,
            text=" ".join(block.text for block in text),
            values=tuple((value, "") for value in lines),
            minimum=_number(rules.get("minimum")),
            maximum=_number(rules.get("maximum")),
            default=_one(rules.get("default")),
            example=_one(rules.get("example")),
            value_lines=tuple(map(self._schema.line, lines.values())),
        )

    def _check(self, field: _Field, *parts: Part) -> None:
        """Remark on values that contradict the types of a parameter, or of its items."""
        for part in parts:
            self._schema.check_values(field.name, part)
        if "example" in field.node:
            self._schema.check_value(field.name, kind_of(parts[0]), (*field.path, "example"))

    def _type(self, schema: Part) -> str:
        """Return the type as a page prints it."""
        kind, form = kind_of(schema), str(schema.node.get("format", ""))
        if kind == "array":
            items = self._schema.follow((*schema.path, "items"), "schema")
            return f"ARRAY<{self._type(items)}>" if items.node.get("type") not in (None, "array") else "ARRAY"
        return type_name((kind or "")[:_LONGEST_TYPE], form)


_DESCRIPTION = "x-description"
_TEXTS = (_DESCRIPTION, "x-parameters-notes", "x-response-notes")
"""The texts of an operation; the Chinese ones end in -cn."""


def _cost(text: Located[str]) -> int:
    return len(text.value) + LINE_COST * text.value.count("\n")


def _is_one(value: object) -> bool:
    """Return whether a value is neither missing nor a collection."""
    return isinstance(value, (str, int, float))


def _plain(value: object) -> str:
    """Return a value as text; a collection as JSON."""
    is_text = _is_one(value) and not isinstance(value, bool)
    return str(value) if is_text else json.dumps(value, ensure_ascii=False, default=str)


def _one(value: object) -> str | None:
    return None if value is None else _plain(value)


def _number(value: object) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
