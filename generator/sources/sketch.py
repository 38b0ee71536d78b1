"""Writes the fields of a response as JSON with made-up values, and in comments what a source says of each."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence

from .blocks import clean

NOT_ALWAYS = "only returned at times"
"""Said of a field that the source's list of required fields lacks."""
PERHAPS_NOT_ALWAYS = "perhaps returned at times"
"""Said of each field where the source says of none that it always comes."""
NULL, NULL_ITEMS = "null at times", "items null at times"
"""Said of a field that can be null, and of a list of which items can."""
NUMBER, NUMBER_ITEMS = "any number", "items any number"
"""Said of a field that can have a fraction, also where its example has none, and of a list of such."""
ENUM, ENUM_ITEMS = "one of", "items one of"
"""Before the values of a field, or of the items of a list, as JSON."""
_MARKS = (NOT_ALWAYS, PERHAPS_NOT_ALWAYS, NULL, NULL_ITEMS, NUMBER, NUMBER_ITEMS)
_LISTED = re.compile(rf"({ENUM}|{ENUM_ITEMS}) (\[.*\])")
_UNSAFE = re.compile(r"[^A-Za-z0-9_.:-]")


def sketched(name: str, said: Iterable[str], value: str) -> str:
    """Return a field with a value in JSON, and what is said of it as a comment."""
    words = clean("; ".join(filter(None, said))).replace("*/", "* /")
    return f"{json.dumps(name)}: {f'/* {words} */ ' if words else ''}{value}"


def enum_mark(mark: str, values: Sequence[object]) -> str:
    """Return what is said of a field with these values: JSON that no end of a comment and no separator can be in."""
    known = [value for value in values if isinstance(value, (str, int)) and not isinstance(value, bool)]
    texts = (f'"{_UNSAFE.sub(_escaped, value)}"' if isinstance(value, str) else str(value) for value in known)
    return f"{mark} [{', '.join(texts)}]" if known else ""


def _escaped(unsafe: re.Match[str]) -> str:
    digits = unsafe[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{digits[start : start + 4]}" for start in range(0, len(digits), 4))


def is_mark(part: str) -> bool:
    """Return whether a part of a comment is no word of the source."""
    return part in _MARKS or bool(_LISTED.fullmatch(part))


def marked_values(mark: str, parts: Iterable[str]) -> list[str | int]:
    """Return the values that the parts of a comment list under a mark."""
    found = [match[2] for match in map(_LISTED.fullmatch, parts) if match and match[1] == mark]
    return list(json.loads(found[0])) if found else []


def presence(name: str, required: Collection[object]) -> str:
    """Return what is said of whether a field always comes, by the fields that a source says it of."""
    if not required:
        return PERHAPS_NOT_ALWAYS
    return "" if name in required else NOT_ALWAYS
