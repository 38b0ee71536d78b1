"""Writes facts as short texts: in the table of `drift`, and in the `explains` of a note of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generator.runtime.operation import CallLimit

from .page_facts import PageWeight

NONE, NOT_STATED, LISTED, NOT_LISTED = "none", "not stated", "listed", "not listed"
NOT_READ = "not read"
"""Of values that a page may list in words that are not understood, which is no difference."""
LONGEST = 100


def weight_text(weight: PageWeight) -> str:
    """Return a weight as text."""
    return f"{weight.weight} per {weight.scope.upper()}" if weight.scope else str(weight.weight)


def limit_text(limit: CallLimit) -> str:
    """Return a cap on calls as text."""
    return f"{limit.calls} calls per {limit.seconds} s"


def condition_text(other: str | None, values: Iterable[str]) -> str:
    """Return a condition as text."""
    return f"when {other or 'the type'} is {' or '.join(values)}"


def values_text(values: Sequence[str]) -> str:
    """Return a list of values as text."""
    return short(", ".join(values))


def short(text: str) -> str:
    """Return a text in one line, of a length that fits a table."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."
