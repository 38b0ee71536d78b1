"""Compares the sentences of a page with the fingerprints that the spec has of those that a person has read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.sources import PageVersion, Sentence

_MOST = 20
"""As many lines are listed."""


def sentence_changes(recorded: Sequence[str], version: PageVersion) -> str:
    """Return how many sentences of a page are new or gone, and in which lines; nothing where all are recorded."""
    new = [sentence for sentence in version.sentences if sentence.fingerprint not in recorded]
    gone = list(_gone(recorded, version.sentences))
    parts = [("new", list(map(_location, new))), ("gone", gone)]
    return "; ".join(f"{len(places)} {what}: {_listed(places)}" for what, places in parts if places)


def _location(sentence: Sentence) -> str:
    return f"line {sentence.line}" + (f" ({sentence.about})" if sentence.about else "")


def _gone(recorded: Sequence[str], present: Sequence[Sentence]) -> Iterator[str]:
    """Yield behind which line each sentence stood that is gone."""
    lines = {sentence.fingerprint: sentence.line for sentence in present}
    behind = "at the top"
    for mark in recorded:
        if mark in lines:
            behind = f"after line {lines[mark]}"
        else:
            yield behind


def _listed(places: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(places))
    more = len(distinct) - _MOST
    return ", ".join(distinct[:_MOST]) + (f" and {more} more" if more > 0 else "")
