"""Compares what operations say of pages, and of how to find out what became of a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from generator.ir import types as ir

from .change import Change, Impact
from .rows import Pair
from .wording import written

_KEYS = {"not_executed": "notExecuted"}
"""The words of x-binance-confirm, where the representation has others."""


def paging(operation: ir.Operation) -> str | None:
    """Return how pages are asked for; the most rows follow from the parameter, and the row from the response."""
    found = operation.paging
    if found is None:
        return None
    names = {"page": found.page, "size": found.size, "rows": found.rows, "total": found.total}
    return ", ".join(f"{key} {name}" for key, name in names.items() if name)


def came_or_went(pair: Pair, name: str) -> Impact:
    """Return the impact of a difference in what a client can do more where it is written."""
    old, new = pair.values(name)
    return "feature" if old is None else "breaking" if new is None else "facts"


def confirmation_of(operation: ir.Operation) -> str | None:
    """Return by which reads a call is confirmed."""
    found = operation.confirmation
    if found is None:
        return None
    return f"history {found.history.operation}" if found.history else f"balances {', '.join(found.balances)}"


def confirmation(pair: Pair, name: str) -> Iterator[Change]:
    """Compare how to find out what became of a call: each fact under its keys, and how sure it can be."""
    (old, new), at = pair.values(name), pair.below("x-binance-confirm")
    if old is None or new is None:
        values = confirmation_of(pair.old), confirmation_of(pair.new)
        yield from pair.differ(came_or_went(pair, name), values, at, "confirmation")
        return
    before, after = dict(_flat(old)), dict(_flat(new))
    for keys in dict.fromkeys([*before, *after]):
        label = f"confirmation: {' '.join(keys)}"
        yield from pair.differ(
            "facts", (before.get(keys), after.get(keys)), at.below(*keys), "confirmation", label=label
        )
    yield from pair.text(old.text, new.text, at, "description", label="confirmation: description")


def _flat(value: Any, *keys: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each fact of a record, with the keys that lead to it."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            if name not in ("spec_path", "text"):
                yield from _flat(getattr(value, name), *keys, _KEYS.get(name, name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(item, *keys, key)
    elif value not in (None, ()):
        yield keys, ", ".join(value) if isinstance(value, tuple) else written(value)
