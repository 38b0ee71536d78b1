"""Reads the JSON of a page's example as Binance prints it: with comments, with commas too many or too few."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

FieldPath = tuple[str, ...]
"""Where a field of an example is: the names of the fields around it and its own, whatever lists they stand in."""

_BARE = re.compile(r"//[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}\[\]:]")
_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*+"|[“”](?:[^"“”\\\n]|\\.)*+["“”]|(?P<open>"(?:[^"\\\n]|\\.)*+|[“”](?:[^"“”\\\n]|\\.)*+)|'
    + _BARE.pattern
)
"""A quote that is never closed is no token, but what follows it holds tokens; it is passed once, and not at each quote."""
_STRING = re.compile(r'"(?:\\.|[^"\\])*+(?:"|(?P<open>\\?\Z))|//.*')
_ESCAPE = re.compile(r"\\(.)")
_KNOWN = '"\\/bfnrtu'
"""The characters that JSON allows behind a backslash."""
_OPEN, _CLOSE = ("{", "["), ("}", "]")


class JsonExample(NamedTuple):
    """An example as data; `whole` is false where it ends before its brackets do."""

    data: Any
    whole: bool
    readable: bool


def parse_json_example(text: str) -> JsonExample:
    """Read an example."""
    tokens = [token for token in map(_token, _matches(text)) if not token.startswith("/")]
    depth = sum((token in _OPEN) - (token in _CLOSE) for token in tokens)
    if depth > 0 or not tokens:
        return JsonExample(None, whole=False, readable=False)
    try:
        return JsonExample(json.loads(_joined(tokens)), whole=True, readable=True)
    except (ValueError, RecursionError):
        return JsonExample(None, whole=True, readable=False)


def comments(text: str) -> Iterator[tuple[FieldPath, str]]:
    """Yield each comment on the line of a field, with the path of that field."""
    names: list[str] = []
    """The last field of each bracket that is open."""
    beside = False
    """Whether a field begins on the line."""
    before, start = "", 0
    for match in _matches(text):
        piece = _token(match)
        beside = beside and "\n" not in text[start : match.start()]
        if piece.startswith("/"):
            words = piece.strip("/* \t\n")
            if beside and words and names and names[-1]:
                yield tuple(name for name in names if name), words
        elif piece == ":" and names:
            names[-1], beside = before[1:-1], True
        elif piece in _OPEN:
            names.append("")
        elif piece in _CLOSE and names:
            names.pop()
        before, start = piece, match.start()


def depth_of(line: str) -> int:
    """Return how many more brackets a line opens than it closes, outside of strings and comments."""
    bare = _STRING.sub(lambda match: "" if match["open"] is None else match[0].partition("//")[0], line)
    return sum(map(bare.count, _OPEN)) - sum(map(bare.count, _CLOSE))


def _matches(text: str) -> Iterator[re.Match[str]]:
    for match in _TOKEN.finditer(text):
        if match["open"] is None:
            yield match
        else:
            yield from _BARE.finditer(text, match.start() + 1, match.end())


def _token(match: re.Match[str]) -> str:
    """Return a token; strings get straight quotes and lose needless backslashes."""
    if match[0][0] not in '"“”':
        return match[0]
    return '"' + _ESCAPE.sub(lambda escape: escape[0] if escape[1] in _KNOWN else escape[1], match[0][1:-1]) + '"'


def _joined(tokens: list[str]) -> str:
    """Return JSON with a comma wherever one value follows another."""
    return tokens[0] + "".join(
        token if before in (*_OPEN, ":") or token in (*_CLOSE, ":") else f",{token}"
        for before, token in pairwise(tokens)
    )
