"""Decides which updates of the spec follow from a difference, and leaves to a person what is not certain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from generator.sources import CallLimit, Language, PageParameter, PageVersion, PageWeight, caps_calls
from generator.sources.fact_texts import NONE, NOT_LISTED

from .facts import FactKey, OperationFacts, PageFact, mentions
from .update import (
    CallLimitUpdate,
    ParameterAdded,
    RequiredUpdate,
    Update,
    ValueAdded,
    ValueRemoved,
    WeightUpdate,
)

_TIE = re.compile(
    r"\b(?:both|neither|either|together|unless|when|if|must|required|mandatory|only with)\b"
    r"|同时|一起|两者|都|均|如果|若|当|除非|必须|必填|必传|需",
    re.IGNORECASE,
)
"""In a sentence with the names of two parameters, this ties the one to the other."""
_Stated: TypeAlias = Sequence[tuple[PageVersion, tuple[PageFact, ...]]]
"""What each page of the documentation states of a fact; all of them state the same."""


def proposed_updates(spec: OperationFacts, key: FactKey, stated: _Stated) -> Iterator[Update]:
    """Yield the updates that make the spec state what the pages state; none where a person has to decide."""
    fact = stated[0][1][0]
    if len(stated[0][1]) > 1:
        return
    match key.kind, fact.value:
        case "weight", PageWeight() as weight:
            yield from _of_weight(spec, weight)
        case "call limit", CallLimit() as limit:
            yield CallLimitUpdate(spec.endpoint, limit)
        case "call limit", _ if fact.text == NONE:
            known = spec.operation.call_limit
            if known is not None and not _are_mentioned(stated, str(known.calls)) and not _cap_calls(stated):
                yield CallLimitUpdate(spec.endpoint, None)
        case "required", bool() as required:
            yield RequiredUpdate(spec.endpoint, key.name, required)
        case "value", _:
            yield from _of_value(spec, key, stated)
        case "parameter", PageParameter() as row if row.required is False:
            yield _of_parameter(spec, key, stated)


def _of_weight(spec: OperationFacts, stated: PageWeight) -> Iterator[Update]:
    if len(spec.operation.weights) > 1:
        return  # a person has to say which of them it is
    known = spec.operation.weight
    if stated.weight != known.weight:
        yield WeightUpdate(spec.endpoint, "weight", stated.weight)
    if stated.scope is not None and stated.scope != known.scope:
        yield WeightUpdate(spec.endpoint, "scope", stated.scope)


def _of_parameter(spec: OperationFacts, key: FactKey, stated: _Stated) -> Update:
    names = [row.value.name for row in stated[0][0].parameters]
    index = names.index(key.name)
    rows: dict[Language, PageParameter] = {}
    for version, (fact, *_) in stated:
        rows.setdefault(version.language, fact.value)
    others = {*names, *spec.known} - {key.name}
    ties = dict.fromkeys(
        sentence.text
        for version, _ in stated
        for sentence in version.sentences
        if mentions(sentence.text, key.name)
        and any(mentions(sentence.text, other) for other in others)
        and _TIE.search(sentence.text)
    )
    return ParameterAdded(spec.endpoint, names[index - 1] if index else None, rows, tuple(ties))


def _of_value(spec: OperationFacts, key: FactKey, stated: _Stated) -> Iterator[Update]:
    fact = stated[0][1][0]
    if fact.text == NOT_LISTED:
        if not _are_mentioned(stated, key.value):
            yield ValueRemoved(spec.endpoint, key.name, key.value)
    elif isinstance(fact.value, PageParameter):
        texts: dict[Language, str] = {
            version.language: dict(fact.value.values)[key.value]
            for version, (fact, *_) in stated
            if isinstance(fact.value, PageParameter)
        }
        listed = tuple(value for value, _ in fact.value.values)
        yield ValueAdded(spec.endpoint, key.name, key.value, texts, listed)


def _cap_calls(stated: _Stated) -> bool:
    """Return whether a line of the pages seems to cap calls, wherever it is."""
    return any(caps_calls(line) for version, _ in stated for line in version.text.split("\n"))


def _are_mentioned(stated: _Stated, word: str) -> bool:
    """Return whether the pages mention what seems to be gone nevertheless, so that a person must look."""
    return any(mentions(version.text, word) for version, _ in stated)
