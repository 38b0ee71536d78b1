"""Compares two specs: walks both representations together and asks the table about each field of each record."""

from __future__ import annotations

from dataclasses import fields
from typing import NamedTuple

from .change import Change, Changes, Sides
from .revisions import Spec
from .rows import Pair, matched
from .signatures import SignatureChange, signature
from .table import TABLE


class Comparison(NamedTuple):
    """What is different."""

    changes: tuple[Change, ...]
    signatures: tuple[SignatureChange, ...]


def compare(old: Spec, new: Spec) -> Comparison:
    """Return every change of what the generator makes something of."""
    changes = Changes(old, new)
    _walk(Pair(changes, old.api, new.api, Sides((), ())))
    pairs = matched(old.api.operations, new.api.operations)
    signatures = (SignatureChange(signature(before), signature(after)) for before, after in pairs)
    return Comparison(changes.all(), tuple(change for change in signatures if change.old != change.new))


def _walk(pair: Pair) -> None:
    for field in fields(pair.new):
        if field.compare:
            for below in TABLE[type(pair.new), field.name](pair, field.name):
                _walk(below)
