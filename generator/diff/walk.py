"""Compares two specs: walks both representations together and asks the table about each field of each record."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import NamedTuple

from generator.ir import types as ir

from .change import IMPACTS, Change
from .revisions import Spec
from .rows import Pair, Sides, matched
from .table import TABLE


class SignatureChange(NamedTuple):
    """The Python signature of one method before and after; `None` where there was or is no such method."""

    old: str | None
    new: str | None


class Comparison(NamedTuple):
    """What is different."""

    changes: tuple[Change, ...]
    """Each once, in the order of the impacts and then of the spec."""
    signatures: tuple[SignatureChange, ...]


def compare(old: Spec, new: Spec) -> Comparison:
    """Return every change of what the generator makes something of."""
    merged: dict[Hashable, Change] = {}
    for change in _walk(Pair((old, new), old.api, new.api, Sides((), ()))):
        key = replace(change, operations=())
        before = merged[key].operations if key in merged else ()
        merged[key] = replace(change, operations=before + change.operations)
    order = sorted(merged.values(), key=lambda change: (IMPACTS.index(change.impact), change.line_now, change.location))
    operations = matched(old.api.operations, new.api.operations, "name", "method", "path")
    signatures = (SignatureChange(signature(before), signature(after)) for _, before, after in operations)
    return Comparison(tuple(order), tuple(change for change in signatures if change.old != change.new))


def _walk(pair: Pair) -> Iterator[Change]:
    for name in ir.field_names(pair.new):
        for row in TABLE.get((type(pair.new), name), ()):
            for item in row(pair, name):
                yield from _walk(item) if isinstance(item, Pair) else [item]


def signature(operation: ir.Operation | None) -> str | None:
    """Return how a method is declared, in one line, without `self`."""
    if operation is None:
        return None
    arguments = ", ".join(
        f"{parameter.argument}: {parameter.annotation}{'' if parameter.required else ' | None = None'}"
        for parameter in operation.parameters
    )
    return f"{operation.name}({f'*, {arguments}' if arguments else ''}) -> {operation.result.name}"
