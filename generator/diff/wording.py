"""How values and texts are written in a message."""

from __future__ import annotations

from decimal import Decimal
from os.path import commonprefix
from typing import Any

_LONGEST, _AROUND = 60, 16


def written(value: Any) -> str:
    """Return a value as the spec writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def quoted(text: str) -> str:
    """Return text in quotes, cut where it is long."""
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[:_LONGEST].rstrip()}..."'


def differing(old: str, new: str) -> str:
    """Return two texts, or of long ones the part that differs with the words around it."""
    if not old or not new or max(len(old), len(new)) <= _LONGEST:
        return f"{quoted(old) if old else 'none'} -> {quoted(new) if new else 'none'}"
    start = len(commonprefix([old, new]))  # noqa: RUF071 - of characters, as is meant here
    end = len(commonprefix([old[start:][::-1], new[start:][::-1]]))  # noqa: RUF071
    return f"{_part(old, start, len(old) - end)} -> {_part(new, start, len(new) - end)}"


def _part(text: str, start: int, end: int) -> str:
    """Return a part of a text with some whole words before and behind it, or characters where there are no blanks."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first and " " in text[first:start]:
        first = text.index(" ", first) + 1
    if last < len(text) and " " in text[end:last]:
        last = text.rindex(" ", end, last)
    middle = text[first:last]
    if len(middle) > _LONGEST + 2 * _AROUND:
        middle, last = middle[: _LONGEST + _AROUND], 0
    return f'"{"..." if first else ""}{middle}{"..." if last < len(text) else ""}"'
