"""Reads the JSON of a page's example as Binance prints it: with comments, with commas too many or too few."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}\[\]:]')
_OPEN, _CLOSE = ("{", "["), ("}", "]")


class Printed(NamedTuple):
    """An example as data; `whole` is false where it ends before its brackets do."""

    data: Any
    whole: bool
    readable: bool


def printed(text: str) -> Printed:
    """Read an example."""
    tokens = list(_tokens(text))
    depth = sum((token in _OPEN) - (token in _CLOSE) for token in tokens)
    if depth > 0 or not tokens:
        return Printed(None, whole=False, readable=False)
    try:
        return Printed(json.loads(_joined(tokens)), whole=True, readable=True)
    except (ValueError, RecursionError):
        return Printed(None, whole=True, readable=False)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while found := _TOKEN.search(text, at):
        at = found.end()
        if found[0] == "/*":
            end = text.find("*/", at)
            at = len(text) if end < 0 else end + 2
        elif not found[0].startswith("//"):
            yield found[0]


def _joined(tokens: list[str]) -> str:
    """Return JSON with a comma wherever one value follows another."""
    parts: list[str] = []
    before = ""
    for token in tokens:
        follows = before and before not in (*_OPEN, ":") and token not in (*_CLOSE, ":")
        parts.append(f",{token}" if follows else token)
        before = token
    return "".join(parts)
