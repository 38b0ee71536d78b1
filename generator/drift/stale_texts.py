"""Finds the texts of the spec that may not hold any more after a change: those that name what was there before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from generator.openapi import locate
from generator.openapi.problems import Path

from .changes import Change, LimitChanged, RequiredChanged, ScopeChanged, ValueAdded, ValueRemoved, WeightChanged

_NOTE = "x-binance-note"
_TEXTS = ("title", "summary", "description", "x-binance-zh", _NOTE, "x-binance-when-unknown")
_FOR_DRIFT = "explains"


def doubtful(before: Any, after: Any, change: Change) -> Iterator[tuple[Path, str]]:
    """Yield the place of each text that a person should read again, and the word of it that is the reason.

    Args:
        before: The spec without the change.
        after: The spec with it, in which the places are.
        change: What was changed.
    """
    operation: Path = ("paths", change.endpoint.path, change.endpoint.method.lower())
    of_operation = list(_texts(locate.at(after, operation), operation))
    match change:
        case WeightChanged() | ScopeChanged():
            key = "weight" if isinstance(change, WeightChanged) else "scope"
            old = locate.at(before, (*operation, "x-binance-weight", key))
            yield from _naming(of_operation, str(old).upper())
        case LimitChanged():
            calls = locate.at(before, (*operation, "x-binance-call-limit", "calls"))
            yield from _naming(of_operation, str(calls)) if calls is not None else ()
        case RequiredChanged(parameter=name):
            place = locate.parameter(after, change.endpoint, name)
            notes = [] if place is None else _strings(locate.at(after, (*place, _NOTE)), (*place, _NOTE))
            yield from ((path, name) for path, _ in notes)
        case ValueAdded() | ValueRemoved():
            yield from _of_values(before, after, change, of_operation)


def _of_values(
    before: Any, after: Any, change: ValueAdded | ValueRemoved, of_operation: Sequence[tuple[Path, str]]
) -> Iterator[tuple[Path, str]]:
    """Yield the texts that name a value that went, and at the list those that name how many there were."""
    place = locate.parameter(after, change.endpoint, change.parameter)
    old, new = (locate.values(data, change.endpoint, change.parameter) for data in (before, after))
    if place is None or old is None or new is None:
        return
    near = [*_texts(locate.at(after, place), place), *_texts(locate.at(after, new.path[:-1]), new.path[:-1])]
    for index, each in enumerate(locate.at(after, new.path)):
        near += _texts(each, (*new.path, index))
    if isinstance(change, ValueRemoved):
        yield from _naming(near if new.numbers else [*of_operation, *near], change.value)
    yield from _naming(near, str(len(old.values)))


def _naming(texts: Sequence[tuple[Path, str]], word: str) -> Iterator[tuple[Path, str]]:
    pattern = re.compile(rf"(?<![A-Za-z0-9_.]){re.escape(word)}(?![A-Za-z0-9_]|\.[0-9])")
    yield from ((path, word) for path, text in texts if pattern.search(text))


def _texts(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the texts of an object itself, with those of its notes."""
    for key in _TEXTS:
        if isinstance(node, dict) and key in node:
            yield from _strings(node[key], (*path, key))


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        if key != _FOR_DRIFT:
            yield from _strings(below, (*path, key))
