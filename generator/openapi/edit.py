"""Edits a spec as text, by the places of its YAML nodes: whatever is not edited keeps its bytes.

Each edit is checked before it counts: the new text is read again, and must hold the old data with that one change.
"""

from __future__ import annotations

import copy
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import yaml

from .document import compose, of_nodes
from .problems import Path, SpecError
from .yaml_text import block, flow, scalar

_MARK = b"\xef\xbb\xbf"


class CannotEdit(Exception):
    """The text cannot be edited as asked; it was left as it is."""


class _Items(NamedTuple):
    """The items of a list, or the pairs of a mapping, as nodes."""

    parent: yaml.CollectionNode
    starts: list[yaml.Node]
    """Where each begins: the item, or the key."""
    values: list[yaml.Node]


class Editor:
    """The text of a spec while it is edited."""

    def __init__(self, file: str, source: bytes) -> None:
        """Read the text.

        Args:
            file: Its name in messages.
            source: Its bytes.

        Raises:
            SpecError: It is not YAML, or YAML with two readings.
        """
        self.file = file
        self._mark = _MARK if source.startswith(_MARK) else b""
        self._text, self._root = compose(file, source)
        document = of_nodes(file, self._root)
        document.raise_errors()
        self.data: Any = document.data
        self._break = "\r\n" if "\r\n" in self._text else "\n"

    @property
    def source(self) -> bytes:
        """The text as it is now, as bytes."""
        return self._mark + self._text.encode()

    def line(self, path: Path) -> int:
        """Return the line in which the value of `path` begins."""
        return int(self._node(path).start_mark.line) + 1

    def set(self, path: Path, value: str | float) -> None:
        """Write another scalar (text, number, true or false) in the place of one, in the same quotes."""
        node = self._node(path)
        if not isinstance(node, yaml.ScalarNode):
            raise self._problem(node, f"{path[-1]} is not a single value.")
        start, end = node.start_mark.index, self._end(node)
        style = node.style if node.style in ("'", '"') else None
        written = scalar(value, style=style, in_flow=self._is_in_flow(path))
        self._accept(start, end, written if end > start else f" {written}", _with(self.data, path, value))

    def insert(self, path: Path, index: int, *values: object) -> None:
        """Put items into the list of `path`, before the item that has this index now."""
        node = self._node(path)
        if not isinstance(node, yaml.SequenceNode):
            raise self._problem(node, f"{path[-1]} is not a list.")
        if node.flow_style:
            text = ", ".join(map(flow, values))
        else:
            first = self._text.rindex("-", 0, node.value[0].start_mark.index)
            text = self._lines(values, first - self._line_start(first))
        changed = copy.deepcopy(self.data)
        _at(changed, path)[index:index] = map(_plain, values)
        self._add(_Items(node, node.value, node.value), index, text, changed)

    def put(self, path: Path, key: str, value: object, *, after: str | None = None, apart: bool = False) -> None:
        """Put a key that is not there yet into the mapping of `path`, after another key or at the end.

        `apart` leaves a blank line before it, unless the mapping stands in braces.
        """
        node = self._node(path)
        if not isinstance(node, yaml.MappingNode):
            raise self._problem(node, f"{path[-1] if path else 'the document'} is not a mapping.")
        keys = [each.value for each, _ in node.value]
        index = keys.index(after) + 1 if after in keys else len(keys)
        if node.flow_style:
            text = flow({key: value})[1:-1]
        else:
            text = (self._break if apart else "") + self._lines({key: value}, node.start_mark.column)
        changed = copy.deepcopy(self.data)
        items = list(_at(changed, path).items())
        items.insert(index, (key, _plain(value)))
        _at(changed, path).clear()
        _at(changed, path).update(items)
        pairs = _Items(node, [each for each, _ in node.value], [each for _, each in node.value])
        self._add(pairs, index, text, changed)

    def remove(self, path: Path) -> None:
        """Take out an item of a list, or a key with its value."""
        parent, node = self._node(path[:-1]), self._node(path)
        if not isinstance(parent, yaml.CollectionNode):
            raise self._problem(node, f"{path[-1]} is in no list or mapping.")
        if len(parent.value) == 1:
            raise self._problem(node, f"{path[-1]} is the only one there; what remains would be empty.")
        first = node
        if isinstance(parent, yaml.MappingNode):
            first = next(key for key, each in parent.value if each is node)
        start, end = self._extent(parent, first, node)
        changed = copy.deepcopy(self.data)
        del _at(changed, path[:-1])[path[-1]]
        self._accept(start, end, "", changed)

    def is_in_braces(self, path: Path) -> bool:
        """Return whether the mapping or list of `path` stands in braces or brackets."""
        return bool(getattr(self._node(path), "flow_style", False))

    # The text

    def _add(self, items: _Items, index: int, text: str, changed: object) -> None:
        """Write the text of a new item or pair where `index` says."""
        parent = items.parent
        if not items.values:
            at = parent.start_mark.index + 1
        elif index:
            at = self._end(items.values[index - 1])
            at = at if parent.flow_style else self._line_end(at)
            text = f", {text}" if parent.flow_style else self._after_a_line(at, text)
        elif parent.flow_style:
            at = parent.start_mark.index + 1
            text = f"{text}, "
        else:
            at = self._line_start(items.starts[0].start_mark.index)
        self._accept(at, at, text, changed)

    def _extent(self, parent: yaml.CollectionNode, first: yaml.Node, last: yaml.Node) -> tuple[int, int]:
        """Return where an item or a pair begins and ends: whole lines in a block, with a comma in brackets."""
        start, end = first.start_mark.index, self._end(last)
        if not parent.flow_style:
            return self._line_start(start), self._line_end(end)
        after = len(self._text[end:]) - len(self._text[end:].lstrip())
        if self._text[end + after] == ",":
            rest = self._text[end + after + 1 :]
            return start, end + after + 1 + len(rest) - len(rest.lstrip(" "))
        return self._text.rindex(",", 0, start), end

    def _lines(self, value: object, column: int) -> str:
        return "".join(f"{line}{self._break}" for line in block(value, column))

    def _after_a_line(self, at: int, text: str) -> str:
        """Return lines that can follow what is before `at`, also where the last line has no end."""
        whole = self._text.endswith("\n", 0, at)
        return text if whole else f"{self._break}{text.removesuffix(self._break)}"

    def _end(self, node: yaml.Node) -> int:
        """Return where the last character of a node is written, without the blanks and comments that follow."""
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            start = node.start_mark.index
            return start + len(self._text[start : node.end_mark.index].rstrip())
        if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        return self._end(last[1] if isinstance(node, yaml.MappingNode) else last)

    def _line_start(self, index: int) -> int:
        return self._text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        """Return where the line after this one begins."""
        found = self._text.find("\n", index)
        return len(self._text) if found < 0 else found + 1

    def _accept(self, start: int, end: int, written: str, wanted: object) -> None:
        text = self._text[:start] + written + self._text[end:]
        try:
            _, root = compose(self.file, text.encode())
        except SpecError:
            raise self._unlike(start) from None
        document = of_nodes(self.file, root)
        if document.problems or _ordered(document.data) != _ordered(wanted):
            raise self._unlike(start)
        self._text, self._root, self.data = text, root, document.data

    def _unlike(self, start: int) -> CannotEdit:
        line = self._text.count("\n", 0, start) + 1
        why = "more would change than was meant"
        return CannotEdit(f"{self.file}:{line}: this cannot be edited as it is written, {why}; edit it by hand.")

    # The nodes

    def _node(self, path: Path) -> yaml.Node:
        node = self._root
        for key in path:
            if isinstance(node, yaml.MappingNode):
                node = next(each for name, each in node.value if name.value == key)
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                node = node.value[key]
            else:
                raise KeyError(key)
        return node

    def _is_in_flow(self, path: Path) -> bool:
        return any(getattr(self._node(path[:length]), "flow_style", False) for length in range(len(path)))

    def _problem(self, node: yaml.Node, message: str) -> CannotEdit:
        return CannotEdit(f"{self.file}:{node.start_mark.line + 1}:{node.start_mark.column + 1}: {message}")


def content(file: FilePath) -> bytes:
    """Return what a file holds.

    Raises:
        CannotEdit: It cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise CannotEdit(f"{file} cannot be read: {error.strerror}; nothing was written.") from None


def save(file: FilePath, before: bytes, after: bytes) -> None:
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


def _replace(file: FilePath, after: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}-", delete=False) as made:
        staged = FilePath(made.name)
        try:
            made.write(after)
            made.flush()
            os.fsync(made.fileno())
            staged.chmod(stat.S_IMODE(file.stat().st_mode))
            staged.replace(file)
        except BaseException:
            staged.unlink()
            raise


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _with(data: Any, path: Path, value: object) -> Any:
    changed = copy.deepcopy(data)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _ordered(data: object) -> str:
    """Return data as text that tells true from 1, and one order of keys from another."""
    return json.dumps(data, ensure_ascii=False)


def _plain(value: object) -> Any:
    """Return a value without the marks of how it is to be written."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value
