"""Compares two specs: walks both representations together and asks the table about each field of each record."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

from generator.ir import types as ir

from .change import Change, Changes, Sides
from .revisions import Spec
from .rows import Pair, matched
from .table import TABLE


class SignatureChange(NamedTuple):
    """The Python signature of one method before and after; `None` where there was or is no such method."""

    old: str | None
    new: str | None


class Comparison(NamedTuple):
    """What is different."""

    changes: tuple[Change, ...]
    signatures: tuple[SignatureChange, ...]


def compare(old: Spec, new: Spec) -> Comparison:
    """Return every change of what the generator makes something of."""
    changes = Changes(old, new)
    _walk(Pair(changes, old.api, new.api, Sides((), ())))
    pairs = matched(old.api.operations, new.api.operations)
    signatures = (SignatureChange(*map(signature, operations)) for operations in pairs)
    return Comparison(changes.all(), tuple(change for change in signatures if change.old != change.new))


def _walk(pair: Pair) -> None:
    for field in fields(pair.new):
        row = TABLE.get((type(pair.new), field.name))
        for below in row(pair, field.name) if row else ():
            _walk(below)


def signature(operation: ir.Operation | None) -> str | None:
    """Return how a method is declared, in one line, without `self`."""
    if operation is None:
        return None
    arguments = ", ".join(
        f"{parameter.argument}: {parameter.annotation}{'' if parameter.required else ' | None = None'}"
        for parameter in operation.parameters
    )
    return f"{operation.name}({f'*, {arguments}' if arguments else ''}) -> {operation.result.name}"
