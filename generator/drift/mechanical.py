"""Finds what can be taken over from a difference without a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from generator.sources import CallLimit, PageVersion, Parameter, Weight, caps_calls

from .changes import (
    Change,
    LimitChanged,
    ParameterAdded,
    RequiredChanged,
    ScopeChanged,
    ValueAdded,
    ValueRemoved,
    WeightChanged,
)
from .facts import NONE, NOT_LISTED, Key, PageFact, Subject, mentions


class Reading(Protocol):
    """One language of a page."""

    @property
    def half(self) -> PageVersion:
        """What the page says."""


Said = Sequence[tuple[Reading, tuple[PageFact, ...]]]
"""What each page says of a fact; all of them say the same."""


def proposed_updates(subject: Subject, key: Key, said: Said) -> Iterator[Change]:
    """Yield the changes that make the spec say what the pages say; none where a person has to decide."""
    stated = said[0][1][0]
    if len(said[0][1]) > 1:
        return
    match key.kind:
        case "weight":
            yield from _weight(subject, stated)
        case "call limit":
            yield from _limit(subject, stated, said)
        case "required":
            if isinstance(stated.value, bool):
                yield RequiredChanged(subject.endpoint, key.name, stated.value)
        case "value":
            yield from _value(subject, key, stated, said)
        case "parameter":
            yield from _parameter(subject, key, stated, said)


def _weight(subject: Subject, stated: PageFact) -> Iterator[Change]:
    spec, said = subject.operation.weight, stated.value
    if isinstance(said, Weight):
        if said.weight != spec.weight:
            yield WeightChanged(subject.endpoint, said.weight)
        if said.scope not in (None, spec.scope):
            yield ScopeChanged(subject.endpoint, said.scope)


def _limit(subject: Subject, stated: PageFact, said: Said) -> Iterator[Change]:
    spec = subject.operation.call_limit
    gone = stated.text == NONE and spec is not None and not _is_mentioned(said, str(spec.calls))
    if (gone and not _caps_calls(said)) or isinstance(stated.value, CallLimit):
        yield LimitChanged(subject.endpoint, stated.value)


def _value(subject: Subject, key: Key, stated: PageFact, said: Said) -> Iterator[Change]:
    if stated.text == NOT_LISTED:
        if not _is_mentioned(said, key.value):
            yield ValueRemoved(subject.endpoint, key.name, key.value)
        return
    texts = {}
    for reading, (each, *_) in said:
        if isinstance(each.value, Parameter):
            texts[reading.half.language] = dict(each.value.values)[key.value]
    if isinstance(stated.value, Parameter):
        listed = [value for value, _ in stated.value.values]
        known = [each for each in listed[: listed.index(key.value)] if each in subject.values(key.name)]
        yield ValueAdded(subject.endpoint, key.name, key.value, known[-1] if known else None, texts)


def _caps_calls(said: Said) -> bool:
    """Return whether a line of the pages seems to cap calls, wherever it stands."""
    return any(caps_calls(line) for reading, _ in said for line in reading.half.text.split("\n"))


def _is_mentioned(said: Said, word: str) -> bool:
    """Return whether what seems to be gone stands somewhere on the pages nevertheless, so that a person must look."""
    return any(mentions(reading.half.text, word) for reading, _ in said)


def _parameter(subject: Subject, key: Key, stated: PageFact, said: Said) -> Iterator[Change]:
    row = stated.value
    if isinstance(row, Parameter) and row.required is False:
        names = [each.value.name for each in said[0][0].half.parameters]
        index = names.index(key.name)
        halves = {reading.half.language: each.value for reading, (each, *_) in said}
        yield ParameterAdded(subject.endpoint, row, names[index - 1] if index else None, halves)
