"""Edits a spec: ruamel.yaml writes the lines that change, comments and blank lines stay where they are."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from difflib import SequenceMatcher
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import Comment, CommentedMap, CommentedSeq
from ruamel.yaml.emitter import Emitter
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, PlainScalarString, SingleQuotedScalarString

from .document import SCALARS, at, read
from .problems import SpecPath

_TAG = "tag:yaml.org,2002:"
_WIDTH = 118
_SHORT = {"\n": r"\n", "\t": r"\t", "\r": r"\r", '"': r"\"", "\\": r"\\"}
_OLD_READERS: Any = yaml.resolver.Resolver()


class CannotEdit(Exception):
    """The spec cannot be edited as asked; its file was left as it is."""


class InlineMapping(dict[str, Any]):
    """A mapping that is written in braces on one line, where it fits there."""


class InlineList(list[Any]):
    """A list that is written in brackets on one line, where it fits there."""


class Editor:
    """A spec while it is edited; `data` is what it says now."""

    def __init__(self, file: str, source: bytes) -> None:
        """Read the spec.

        Args:
            file: Its name in messages.
            source: Its bytes.

        Raises:
            SpecError: It is not YAML, or YAML with two readings.
            CannotEdit: A line is not written as ruamel.yaml writes it.
        """
        document = read(file, source)
        document.raise_errors()
        self.file = file
        self.before: Any = document.data
        """What it says without the edits."""
        text = source.decode()
        self.data: Any = yaml_of_specs().load(text)
        # ruamel.yaml ties a comment to what is before it, and would move or remove the one with the other.
        _strip_comments(self.data)
        self._lines = text.split("\n")
        self._written = _dumped(self.data).split("\n")
        self._places = self._align()
        """Which line of the file each line is that ruamel.yaml writes; comments and blank lines are none of them."""

    def _align(self) -> list[int]:
        places: list[int] = []
        written = dict(enumerate(self._written))
        for index, line in enumerate(self._lines):
            expected = written.get(len(places))
            if expected is not None and re.fullmatch(rf"{re.escape(expected)}(\s+#.*)?", line):
                places.append(index)
            elif line and not line.lstrip().startswith("#"):
                form = f"edits need the form that ruamel.yaml writes, {expected or ''!r} in place of {line!r}"
                raise CannotEdit(f"{self.file}:{index + 1}: {form}.")
        return places

    @property
    def source(self) -> bytes:
        """The edited spec, as bytes.

        Raises:
            CannotEdit: YAML cannot hold a value that was put in.
        """
        after = _dumped(self.data).split("\n")
        lines = [[line] for line in self._lines]
        for kind, start, end, new_start, new_end in SequenceMatcher(
            None, self._written, after, autojunk=False
        ).get_opcodes():
            if kind == "equal":
                continue
            new = after[new_start:new_end]
            for index in range(start, end):
                place = self._places[index]
                if new:
                    lines[place] = [new.pop(0) + self._lines[place][len(self._written[index]) :]]
                else:
                    lines[place : self._places[end - 1] + 1] = [[]] * (self._places[end - 1] + 1 - place)
                    break
            lines[self._places[end - 1]] += new
        source = "\n".join(line for part in lines for line in part).encode()
        document = read(self.file, source)
        if document.problems or json.dumps(document.data) != json.dumps(self.data):
            raise CannotEdit(f"{self.file} cannot hold what is to be written; edit it by hand.")
        return source

    def set(self, path: SpecPath, value: str | float) -> None:
        """Write another scalar (text, number, true or false) in the place of one, in the same quotes."""
        old = at(self.data, path)
        quoted = isinstance(old, (SingleQuotedScalarString, DoubleQuotedScalarString)) and isinstance(value, str)
        new = _scalar(value)
        at(self.data, path[:-1])[path[-1]] = (
            type(old)(value) if quoted and type(new) is not DoubleQuotedScalarString else new
        )

    def insert(self, path: SpecPath, index: int, value: object) -> None:
        """Put an item into the list of `path`, before the item that has this index now."""
        at(self.data, path).insert(index, _styled(value, 2 * len(path) + 2))

    def put(self, path: SpecPath, key: str, value: object, *, after: str | None = None, apart: bool = False) -> None:
        """Put a key that is not there yet into the mapping of `path`, after another key or at the end.

        `apart` leaves a blank line before it, unless the mapping is in braces.
        """
        parent = at(self.data, path)
        if not isinstance(parent, CommentedMap):
            raise CannotEdit(f"{self.file}: {path[-1] if path else 'the document'} is not a mapping.")
        keys = list(parent)
        index = keys.index(after) + 1 if after in keys else len(keys)
        parent.insert(index, *_pair(key, value, 2 * len(path)))
        if apart and not self.is_in_braces(path):
            parent.yaml_set_comment_before_after_key(key, before="\n")

    def remove(self, path: SpecPath) -> None:
        """Take out an item of a list, or a key with its value."""
        del at(self.data, path[:-1])[path[-1]]

    def put_component(self, group: str, name: str, value: object) -> None:
        """Put a new component at the end of its group."""
        if "components" not in self.data:
            self.put((), "components", {group: {name: value}}, apart=True)
        elif group not in self.data["components"]:
            self.put(("components",), group, {name: value}, apart=True)
        else:
            self.put(("components", group), name, value, apart=True)

    def is_in_braces(self, path: SpecPath) -> bool:
        """Return whether the mapping or list of `path` is written in braces or brackets."""
        return bool(at(self.data, path).fa.flow_style())


def to_yaml(value: object) -> str:
    """Return a value as YAML, in the form of the spec."""
    return _dumped(_styled(value, 0))


def to_inline_yaml(value: object) -> str:
    """Return a value as YAML on one line, in braces and brackets."""
    return _dumped(_in_flow(value))


def _dumped(data: object) -> str:
    stream = StringIO()
    yaml_of_specs().dump(data, stream)
    return stream.getvalue().removesuffix("\n")


def yaml_of_specs() -> YAML:
    """Return what reads and writes YAML in the form of a spec."""
    made = YAML()
    made.Resolver, made.Representer, made.Emitter = _Resolver, _Representer, _Emitter
    made.width = 2**31
    made.indent(mapping=2, sequence=4, offset=2)
    made.preserve_quotes = True
    made.brace_single_entry_mapping_in_flow_sequence = True
    return made


class _Resolver(VersionedResolver):
    """Plain scalars as `document` reads them."""

    @property
    def versioned_resolver(self) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
        return _RESOLVERS


_RESOLVERS: dict[str, list[tuple[str, re.Pattern[str]]]] = defaultdict(list)
for _kind, _pattern, _first in SCALARS:
    for _character in _first:
        _RESOLVERS[_character].append((_TAG + _kind, re.compile(f"{_pattern}$", re.ASCII)))


class _Representer(RoundTripRepresenter):
    pass


_Representer.add_representer(type(None), lambda self, _: self.represent_scalar(f"{_TAG}null", "null"))


class _Emitter(Emitter):
    def write_double_quoted(self, text: str, split: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002 - ruamel.yaml calls it so
        """Write what nobody sees, or what turns a line around, as an escape."""
        self.write_indicator(f'"{"".join(map(_escaped, text))}"', need_whitespace=True)


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    return character if character.isprintable() else f"\\U{ord(character):08X}"


def _strip_comments(node: Any) -> None:
    """Take the comments out of what was read: they stay in the file, where its lines stay."""
    if hasattr(node, Comment.attrib):
        delattr(node, Comment.attrib)
    if hasattr(node, "comment"):
        del node.comment
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _strip_comments(below)


def _styled(value: object, column: int, key: str | None = None) -> Any:
    """Return a value in the form of the spec, for lines that begin at this column, behind a key where it has one."""
    if not isinstance(value, (Mapping, list, tuple)):
        return _scalar(value)
    line = to_inline_yaml(value if key is None else {key: value})
    if not value or (
        isinstance(value, (InlineMapping, InlineList)) and column + len(line) <= _WIDTH + 2 * (key is not None)
    ):
        return _in_flow(value)
    if isinstance(value, Mapping):
        return CommentedMap(_pair(name, item, column if key is None else column + 2) for name, item in value.items())
    below = column + 2 if key is None else column + 4
    return CommentedSeq(_styled(item, below) for item in value)


def _pair(key: str, value: object, column: int) -> tuple[Any, Any]:
    return _scalar(key), _styled(value, column, key)


def _in_flow(value: Any) -> Any:
    """Return a value that is written in braces and brackets."""
    node: Any
    if isinstance(value, Mapping):
        node = CommentedMap((_scalar(key), _in_flow(item)) for key, item in value.items())
    elif isinstance(value, (list, tuple)):
        node = CommentedSeq(map(_in_flow, value))
    else:
        return _scalar(value)
    node.fa.set_flow_style()
    return node


def _scalar(value: Any) -> Any:
    """Return a scalar, in quotes where any reader of YAML, old or new, would take it for something else without them.

    What begins with no letter is quoted too, as dates and the keys of responses are.
    """
    if not isinstance(value, str):
        return value
    if not value.isprintable():
        return DoubleQuotedScalarString(value)
    begins = value[:1].isalpha() or value[:1] in ("_", "/", "$")
    is_text = _OLD_READERS.resolve(yaml.ScalarNode, value, (True, False)) == f"{_TAG}str"
    return PlainScalarString(value) if begins and is_text else SingleQuotedScalarString(value)


def content(file: Path) -> bytes:
    """Return what a file holds.

    Raises:
        CannotEdit: It cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise CannotEdit(f"{file} cannot be read: {error.strerror}; nothing was written.") from None


def save(file: Path, before: bytes, after: bytes) -> None:
    """Replace the whole file in one step, if it still holds what was read.

    Raises:
        CannotEdit: Somebody changed it meanwhile, or it cannot be written.
    """
    if content(file) != before:
        raise CannotEdit(f"{file} was changed meanwhile; nothing was written. Run the command again.")
    try:
        _replace(file.resolve(), after)
    except OSError as error:
        raise CannotEdit(f"{file} cannot be written: {error.strerror}; nothing was written.") from None


def _replace(file: Path, after: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
        staged = Path(folder, file.name)
        with staged.open("wb") as stream:
            stream.write(after)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(file, staged)
        staged.replace(file)
