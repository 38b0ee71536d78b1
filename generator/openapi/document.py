"""Reads YAML into plain data, and remembers the line and column of every key and value."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

import yaml

from .problems import Location, Problem, ProblemKind, SpecError, SpecPath

try:
    _Base: Any = yaml.CSafeLoader
except AttributeError:  # pragma: no cover - PyYAML built without libyaml is slower and reads the same
    _Base = yaml.SafeLoader

_TAG = "tag:yaml.org,2002:"
_DEEPEST = 64
"""Levels of a document; what reads it goes as deep, and a spec has no use for more."""
_JSON = re.compile(r'\s*\{\s*"')
"""How JSON begins, and YAML by hand does not."""
_GLUED = re.compile(r"([\w$.-]+)\s*[:\uff1a]\s*(\S.*)")
"""A key and its value that YAML takes for one word."""
_FULL_WIDTH = re.compile(r"[\uff02\uff03\uff07\uff0c\uff1a\uff3b\uff3d\uff5b\uff5d]")
"""The signs of YAML in the width of Chinese characters."""
_KINDS = {f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq")}


class _Loader(_Base):  # type: ignore[misc] # the class is chosen at run time
    """Plain scalars as in YAML 1.2's core schema: `NO`, `on`, `1:30` and dates are text."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - PyYAML's name and form


SCALARS = (
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
)
"""What a plain scalar can be beside text: its kind, how it is written, and with which characters it begins."""
for _kind, _pattern, _first in SCALARS:
    _Loader.add_implicit_resolver(f"{_TAG}{_kind}", re.compile(f"^{_pattern}$", re.ASCII), _first)


def children(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what is below a node: the keys and values of a mapping, or the indexes and items of a list."""
    yield from node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()


def at(data: Any, path: SpecPath) -> Any:
    """Return what is at `path`, or `None` where the path leads nowhere."""
    for key in path:
        if isinstance(data, dict):
            data = data.get(key)
        else:
            data = data[key] if isinstance(data, list) and isinstance(key, int) and 0 <= key < len(data) else None
    return data


def has_key(data: object, key: str) -> bool:
    """Return whether a key is written anywhere."""
    return any(name == key or has_key(value, key) for name, value in children(data))


def reference(node: object) -> SpecPath | None:
    """Return where the $ref of a node leads, if it has one."""
    written = node.get("$ref") if isinstance(node, dict) else None
    return tuple(written.removeprefix("#/").split("/")) if isinstance(written, str) else None


def find(data: Any, path: SpecPath) -> tuple[SpecPath, Any]:
    """Follow the keys, and each $ref that does not have the next key beside it, as far as they lead."""
    here: SpecPath = ()
    node = data
    for key in path:
        while isinstance(node, dict) and key not in node and (target := reference(node)):
            here, node = find(data, target)
        below = node if isinstance(node, dict) else dict(children(node))
        if key not in below:
            return here, None
        here, node = (*here, key), below[key]
    return here, node


def follow(data: Any, path: SpecPath) -> tuple[SpecPath, dict[str, Any]]:
    """Return where the mapping at `path` is written, behind every $ref, and the mapping."""
    path, node = find(data, path)
    while target := reference(node):
        path, node = find(data, target)
    return path, node if isinstance(node, dict) else {}


@dataclass
class Document:
    """A YAML document as plain data, with the location of every node."""

    file: str
    data: Any = None
    _keys: dict[SpecPath, Location] = field(default_factory=dict)
    _values: dict[SpecPath, Location] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _broken: set[SpecPath] = field(default_factory=set)
    _fallback_errors: list[Problem] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def error(self, path: SpecPath, message: str, *, breaks: bool = True, kind: ProblemKind = "error") -> None:
        """Add an error at the value of `path`, or at its nearest parent that is written; `breaks` as at a key."""
        self._broken |= {path} if breaks else set()
        self._problem(self.location(path), message, kind)

    def error_at_key(self, path: SpecPath, message: str, *, breaks: bool = False, kind: ProblemKind = "error") -> None:
        """Add an error at the key of `path`; `breaks` says whether the value is broken too."""
        self._broken |= {path} if breaks else set()
        self._problem(self.key_location(path), message, kind)

    def fallback_error(self, path: SpecPath, message: str) -> None:
        """Add an error that is raised only where there is no other, because others are clearer."""
        self._fallback_errors.append(Problem(self.file, self.location(path), message))

    def is_broken(self, path: SpecPath) -> bool:
        """Return whether the value of `path`, or one below it, has an error that keeps it from being understood."""
        return any(broken[: len(path)] == path for broken in self._broken)

    def location(self, path: SpecPath) -> Location:
        """Return where the value of `path`, or its nearest parent that is written, begins."""
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, Location(1, 1))

    def key_location(self, path: SpecPath) -> Location:
        """Return where the key of `path` is written, or the value itself where it is an item of a list."""
        return self._keys.get(path) or self.location(path)

    def raise_errors(self) -> None:
        """Raise the errors found so far, if any."""
        if self.problems or self._fallback_errors:
            raise SpecError(self.problems or self._fallback_errors)

    def read(self, node: yaml.Node, path: SpecPath = ()) -> Any:
        """Return the data of a YAML node, and keep its location; what can be read in two ways is an error."""
        if id(node) in self._seen:  # its own mark is where the value is written, not where the alias stands
            message = "an alias (*name) is not supported; write the value again, or use a $ref."
            self.error_at_key(path, message, breaks=True)
            return None
        self._values[path] = _location(node.start_mark)
        self._seen.add(id(node))
        if len(path) > _DEEPEST:
            self.error(path, f"this is more than {_DEEPEST} levels deep.")
            return None
        if node.tag not in _KINDS:
            self.error(path, f"the tag {node.tag} is not supported; write a plain value.")
            return None
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(path, node)

    def _pairs(self, node: yaml.MappingNode, path: SpecPath) -> Iterator[tuple[str, Any]]:
        for key_node, value_node in node.value:
            key, location = key_node.value, _location(key_node.start_mark)
            here = (*path, key)
            if key_node.tag != f"{_TAG}str":
                name = f"the key {key}" if isinstance(key, str) else "this key"
                self._problem(location, f"{name} is not text; write it in quotes.", "key")
            if not isinstance(key, str):
                continue
            if (glued := _GLUED.fullmatch(key)) and value_node.start_mark.index == value_node.end_mark.index:
                self._problem(location, f"{key} is one word; write a plain colon and a space: {glued[1]}: {glued[2]}")
                key, here = glued[1], (*path, glued[1])
                self._broken.add(here)
            if first := self._keys.get(here):
                self._problem(location, f"the key {key} is here a second time; the first is in line {first.line}.")
            else:
                self._keys[here] = location
                yield key, self.read(value_node, here)

    def _problem(self, location: Location, message: str, kind: ProblemKind = "error") -> None:
        self.problems.append(Problem(self.file, location, message, kind))

    def _scalar(self, path: SpecPath, node: yaml.Node) -> str | int | float | bool | None:
        kind, text = node.tag.removeprefix(_TAG), str(node.value)
        if kind in ("null", "bool"):
            return None if kind == "null" else text.lower() == "true"
        if kind == "str":
            return text
        try:
            number = int(text) if kind == "int" else float(text)
            if math.isfinite(number):
                return number
        except (ValueError, OverflowError):
            pass
        self.error(path, f"{text[:40]!r} is not a number that can be read.")
        return None


def read(file: str, source: bytes) -> Document:
    """Parse one YAML document.

    Raises:
        SpecError: It is not text, not YAML, or not one document.
    """
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lines = source[: error.start].split(b"\n")
        location = Location(len(lines), len(lines[-1]) + 1)
        raise SpecError([Problem(file, location, f"the byte 0x{source[error.start]:02x} is not UTF-8.")]) from None
    try:
        root = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        raise SpecError([_yaml_problem(file, text, error)]) from None
    if root is None:
        raise SpecError([Problem.at_start(file, "the file is empty; an OpenAPI 3.1 document is needed.")])
    document = Document(file)
    document.data = document.read(root)
    return document


def _json_problem(file: str, text: str) -> Problem | None:
    """Return why what is written as JSON is none, at the place where that is noticed."""
    if file.lower().endswith(".json") or _JSON.match(text):
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            what = f"{error.msg[:1].lower()}{error.msg[1:]}"
            return Problem(file, Location(error.lineno, error.colno), f"this is not JSON: {what}.")
    return None


def _yaml_problem(file: str, text: str, error: yaml.YAMLError) -> Problem:
    if problem := _json_problem(file, text):
        return problem
    if isinstance(error, yaml.reader.ReaderError):
        # The position of the error counts bytes or characters, as the loader does; the first such character is refused.
        before = text.partition(chr(error.character))[0].split("\n")
        message = f"U+{error.character:04X} is not allowed in YAML."
        return Problem(file, Location(len(before), len(before[-1]) + 1), message)
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        if text[error.problem_mark.index : error.problem_mark.index + 1] == "\t":
            return Problem(file, _location(error.problem_mark), "a tab cannot stand here; indent with spaces.")
        # A key without a colon is noticed only behind it.
        mark = error.context_mark if error.context == "while scanning a simple key" else None
        mark = mark or error.problem_mark
        start = error.context_mark.line if error.context_mark else mark.line
        began = f" (began in line {start + 1})" if start != mark.line and str(error.context).startswith("while") else ""
        context = f"{error.context}{began}" if error.context else ""
        what = ", ".join(part for part in (context, error.problem) if part)
        advice = _open_quote(text, mark.line) or _advice("".join(text.split("\n")[mark.line : mark.line + 1]), what)
        return Problem(file, _location(mark), f"this is not YAML: {what}.{advice}")
    return Problem.at_start(file, f"this is not YAML: {error}.")


def _open_quote(text: str, line: int) -> str:
    """Return the advice where a quote that was not closed ends only at the next one, in the line of the error."""
    quoted = None
    with suppress(yaml.YAMLError):
        for token in yaml.scan(text, _Loader):
            if token.start_mark.line > line:
                break
            if isinstance(token, yaml.ScalarToken) and token.style in ("'", '"'):
                quoted = token
    if quoted is None or not quoted.start_mark.line < quoted.end_mark.line == line:
        return ""
    return f" The text in quotes that ends here began in line {quoted.start_mark.line + 1}; is a quote missing there?"


def _advice(line: str, what: str) -> str:
    """Return what to do about the most frequent slips in a line that is not YAML."""
    advice = ""
    if wide := _FULL_WIDTH.search(line):
        plain = normalize("NFKC", wide[0])
        advice = f" The full-width {wide[0]} is text here; where YAML needs the sign, write {plain}"
        advice += " and a space." if plain in ":," else "."
    if "could not find expected ':'" in what:
        return advice or " Write a colon and a space after a key."
    if "mapping values" in what or "expected ',' or" in what:
        advice += " Put a text that holds a colon, comma or bracket in quotes, and write a space after a key's colon."
    return advice


def _location(mark: yaml.Mark) -> Location:
    return Location(mark.line + 1, mark.column + 1)
