"""Writes the fields of a response as JSON with made-up values, and in comments what a source says of each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from .blocks import clean

NOT_ALWAYS = "only returned at times"
"""Said of a field that the source's list of required fields lacks."""
PERHAPS_NOT_ALWAYS = "perhaps returned at times"
"""Said of each field where the source says of none that it always comes."""
NULL, NULL_ITEMS = "null at times", "items null at times"
"""Said of a field that can be null, and of a list of which items can."""
_VALUES = "values "
"""Begins what is said of a field whose values are listed."""
MARKS = (NOT_ALWAYS, PERHAPS_NOT_ALWAYS, NULL, NULL_ITEMS)


def sketched(name: str, said: Iterable[str], value: str) -> str:
    """Return a field with a value in JSON, and what is said of it as a comment."""
    words = clean("; ".join(filter(None, said))).replace("*/", "* /")
    return f"{json.dumps(name)}: {f'/* {words} */ ' if words else ''}{value}"


def value_list(values: Iterable[object]) -> str:
    """Return what is said of a field that has one of some values."""
    texts = list(values)
    return _VALUES + json.dumps(texts, ensure_ascii=False, separators=(",", ":")) if texts else ""


def listed_values(said: str) -> list[object]:
    """Return the values of a field, where this is said of it."""
    if not said.startswith(f"{_VALUES}["):
        return []
    try:
        values = json.loads(said.removeprefix(_VALUES))
    except ValueError:  # a source has these words of its own
        return []
    return [*values]


def presence(name: str, required: Collection[object]) -> str:
    """Return what is said of whether a field always comes, by the fields that a source says it of."""
    if not required:
        return PERHAPS_NOT_ALWAYS
    return "" if name in required else NOT_ALWAYS
