"""Compares what copies of a page state, and quotes in a gap what those of each language do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar

from generator.sources import CallLimit, Language, PageParameter, PageVersion, PageWeight

from .signed_calls import RECV_WINDOW, TIMESTAMP

T = TypeVar("T")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")

OF_COPIES: Mapping[str, str] = {
    "title": "titles",
    "security": "security",
    "weight": "weights",
    "call limit": "limits",
    "permission": "permissions",
    "parameters": "parameters",
    "conditions": "conditions",
    "response example": "examples",
}
"""What two copies of one page may say otherwise, and the attribute of a page that has it."""


def stated_by(version: PageVersion, attribute: str) -> list[Any]:
    """Return the facts of a page, without the lines where they stand."""
    values = [part.value for part in getattr(version, attribute)]
    return [replace(value, value_lines=()) if isinstance(value, PageParameter) else value for value in values]


def quoted_facts(stated: Mapping[Language, Sequence[T]], text_of: Callable[[T], str]) -> str:
    """Return what each page states."""
    return "; ".join(f"{language}: {', '.join(map(text_of, values))}" for language, values in stated.items() if values)


def quoted_weights(stated: Mapping[Language, Sequence[PageWeight]]) -> str:
    """Return the weights of each page, those of one sentence with the sentence."""
    return "; ".join(
        f"{language}: {', '.join(_weights_by_text(weights))}" for language, weights in stated.items() if weights
    )


def limit_words(limit: CallLimit) -> str:
    """Return a cap on calls in words."""
    return f"{limit.calls} per {limit.seconds} seconds"


def prose(version: PageVersion, *, permissions: bool) -> list[str]:
    """Return what a page says about a call in prose, with or without what the key must be allowed."""
    apart = () if permissions else {part.value for part in version.permissions}
    parts = ([version.description] if version.description else []) + list(version.notes)
    return [part.value for part in parts if part.value not in apart]


def other_spellings(version: PageVersion) -> dict[str, str]:
    """Return the parameters that a source spells with other capitals elsewhere, each with the other spelling.

    A word that only begins with another letter, or is written in capitals or small letters, belongs to a sentence.
    """
    texts = [*prose(version, permissions=True), *(row.value.text for row in version.parameters)]
    words = dict.fromkeys(_WORD.findall(" ".join([*texts, *(field.value for field in version.response_fields)])))
    names = [word for word in words if word[1:] != word[1:].lower() and not word.isupper()]
    found: dict[str, str] = {}
    for parameter in stated_by(version, "parameters"):
        others = [word for word in names if word.lower() == parameter.name.lower() and word[1:] != parameter.name[1:]]
        if others and parameter.name not in (RECV_WINDOW, TIMESTAMP):
            found[parameter.name] = others[0]
    return found


def _weights_by_text(weights: Sequence[PageWeight]) -> Iterator[str]:
    for text, several in groupby(weights, key=lambda weight: weight.text):
        numbers = [(str(weight.weight), f"{weight.weight} per {weight.scope or '?'}") for weight in several]
        bare = text in ("", *(number for number, _ in numbers))
        yield ", ".join(words for _, words in numbers) + ("" if bare else f" ({text})")
