"""Reads the JSON of a page's example as Binance prints it: with comments, with commas too many or too few."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

FieldPath = tuple[str, ...]
"""Where a field of an example is: the names of the fields around it and its own, whatever lists they stand in."""

_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|[“”](?:[^"“”\\\n]|\\.)*["“”]|//[^\n]*|/\*'
    r"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}\[\]:]"
)
_ESCAPE = re.compile(r"\\(.)")
_KNOWN = '"\\/bfnrtu'
"""What JSON allows behind a backslash."""
_OPEN, _CLOSE = ("{", "["), ("}", "]")


class Printed(NamedTuple):
    """An example as data; `whole` is false where it ends before its brackets do."""

    data: Any
    whole: bool
    readable: bool


class _Token(NamedTuple):
    """A piece of JSON, or a comment; `start` and `end` are its place in the text."""

    text: str
    start: int
    end: int

    @property
    def is_comment(self) -> bool:
        return self.text.startswith("/")


def parse_json_example(text: str) -> Printed:
    """Read an example."""
    tokens = [token.text for token in _tokens(text) if not token.is_comment]
    depth = sum((token in _OPEN) - (token in _CLOSE) for token in tokens)
    if depth > 0 or not tokens:
        return Printed(None, whole=False, readable=False)
    try:
        return Printed(json.loads(_joined(tokens)), whole=True, readable=True)
    except (ValueError, RecursionError):
        return Printed(None, whole=True, readable=False)


def comments(text: str) -> Iterator[tuple[FieldPath, str]]:
    """Yield what is printed behind a field, on the same line, with the place of the field."""
    names: list[str] = []
    """The last field of each bracket that is open."""
    beside = False
    """Whether a field begins on the line."""
    before = _Token("", 0, 0)
    for token in _tokens(text):
        beside = beside and "\n" not in before.text and "\n" not in text[before.end : token.start]
        if token.is_comment:
            words = token.text.strip("/* \t\n")
            if beside and words and names and names[-1]:
                yield tuple(name for name in names if name), words
        elif token.text == ":" and names:
            names[-1], beside = before.text[1:-1], True
        elif token.text in _OPEN:
            names.append("")
        elif token.text in _CLOSE and names:
            names.pop()
        before = token


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while found := _TOKEN.search(text, at):
        at = found.end()
        if found[0] == "/*":
            end = text.find("*/", at)
            at = len(text) if end < 0 else end + 2
        yield _Token(_standard_string(text[found.start() : at]), found.start(), at)


def _standard_string(token: str) -> str:
    """Return a string as JSON has it: between straight quotes, without a backslash before what needs none."""
    if token[0] not in '"“”':
        return token
    return '"' + _ESCAPE.sub(lambda found: found[0] if found[1] in _KNOWN else found[1], token[1:-1]) + '"'


def _joined(tokens: list[str]) -> str:
    """Return JSON with a comma wherever one value follows another."""
    parts: list[str] = []
    before = ""
    for token in tokens:
        follows = before and before not in (*_OPEN, ":") and token not in (*_CLOSE, ":")
        parts.append(f",{token}" if follows else token)
        before = token
    return "".join(parts)
