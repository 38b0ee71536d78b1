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
MARKS = (NOT_ALWAYS, PERHAPS_NOT_ALWAYS, NULL, NULL_ITEMS)


def sketched(name: str, said: Iterable[str], value: str) -> str:
    """Return a field with a value in JSON, and what is said of it as a comment."""
    words = clean("; ".join(filter(None, said))).replace("*/", "* /")
    return f"{json.dumps(name)}: {f'/* {words} */ ' if words else ''}{value}"


def presence(name: str, required: Collection[object]) -> str:
    """Return what is said of whether a field always comes, by the fields that a source says it of."""
    if not required:
        return PERHAPS_NOT_ALWAYS
    return "" if name in required else NOT_ALWAYS
