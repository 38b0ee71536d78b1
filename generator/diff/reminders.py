"""Finds what a change leaves behind: texts that name a number which is another now, and dates of pages that stayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.ir import types as ir
from generator.openapi import locate
from generator.openapi.problems import Location, SpecPath, join_names

from .change import Change
from .revisions import Spec
from .rows import matched

_SHARED = ("enum value", "field", "field type")
"""Facts of an enum or a response, which stand before the point of the change's subject."""
_PAGE_FACTS = (
    *("method", "path", "security", "weight", "scope", "call limit", "permission", "condition", "response example"),
    *("parameter", "location", "required", "type", "array form", "default", "pattern", "refused value"),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", *_SHARED),
)
"""Facts that pages state: where one changes, a page was read."""


class Reminder(NamedTuple):
    """What a person should look at, and where in the new spec."""

    location: Location
    operations: tuple[str, ...]
    message: str


def reminders(old: Spec, new: Spec, changes: Iterable[Change]) -> tuple[Reminder, ...]:
    """Return what these changes ask a person to look at, in the order of the spec."""
    facts = [change for change in changes if change.impact != "text"]
    return tuple(sorted({*_stale_texts(old, new, facts), *_stale_dates(old, new, facts)}))


def _stale_texts(old: Spec, new: Spec, facts: Sequence[Change]) -> Iterable[Reminder]:
    """Return a reminder for every text that stayed the same and names a number that a change beside it replaced."""
    unchanged = {text for _, text in locate.strings(old.document.data, ())}
    stale: dict[tuple[SpecPath, str], Reminder] = {}
    for change in facts:
        beside = [(path, text) for path, text in _texts_beside(new, change) if text in unchanged]
        for number, reason in _replaced_numbers(old.api, new.api, change):
            for path, _ in locate.naming(beside, number):
                message = f"this text names {number}, but {reason}; see whether it still holds."
                stale.setdefault((path, number), Reminder(new.document.location(path), change.operations, message))
    return stale.values()


def _replaced_numbers(old: ir.Api, new: ir.Api, change: Change) -> Iterator[tuple[str, str]]:
    """Yield the numbers that a change replaced, and by what; for the values of an enum, how many there were."""
    if change.fact == "enum value":
        before, after = ({enum.name: len(enum.values) for enum in api.enums} for api in (old, new))
        name = _shared(change) or ""
        if name in before and name in after and before[name] != after[name]:
            yield str(before[name]), f"{name} has {after[name]} values now"
    elif change.old and change.new:
        for number in locate.numbers(change.old).keys() - locate.numbers(change.new).keys():
            yield number, f"{change.subject} {change.fact} is {change.new} now".lstrip()


def _texts_beside(spec: Spec, change: Change) -> Iterator[tuple[SpecPath, str]]:
    """Yield the texts beside a change: of its operations and its parameter, of its enum, or of the whole spec."""
    name, records = _shared(change), list[ir.Written]()
    for operation in spec.api.operations:
        if operation.name in change.operations:
            parameters = (parameter for parameter in operation.parameters if parameter.wire == change.subject)
            records += [operation, *parameters]
        elif name in _shared_by(operation):
            users = (parameter for parameter in operation.parameters if parameter.enum and parameter.enum.name == name)
            records += [operation, *users]
    records += [record for enum in spec.api.enums if enum.name == name for record in (enum, *enum.values)]
    if not records:
        yield from locate.strings(spec.document.data, ())
    for path in dict.fromkeys(record.spec_path for record in records):
        yield from locate.texts(spec.document.data, path)


def _stale_dates(old: Spec, new: Spec, facts: Sequence[Change]) -> Iterator[Reminder]:
    """Yield a reminder for every operation of which facts changed, but the date of no source."""
    for _, before, after in matched(old.api.operations, new.api.operations, "name", "method", "path"):
        if not before or not after or _dates(before) != _dates(after):
            continue
        changed = dict.fromkeys(
            f"{change.subject} {change.fact}".strip()
            for change in facts
            if change.fact in _PAGE_FACTS and (after.name in change.operations or _shared(change) in _shared_by(after))
        )
        if changed:
            path = (*after.spec_path, "x-binance-source", next(iter(after.sources)), "read")
            dates = join_names(dict.fromkeys(_dates(after)))
            message = f"read is still {dates}, but facts changed ({join_names(changed)}); write the day of the source."
            yield Reminder(new.document.location(path), (after.name,), message)


def _dates(operation: ir.Operation) -> list[str]:
    return [source.read for source in operation.sources.values()]


def _shared(change: Change) -> str | None:
    """Return the enum or response whose value or field a change is about."""
    return change.subject.partition(".")[0] if change.fact in _SHARED else None


def _shared_by(operation: ir.Operation) -> set[str | None]:
    """Return the enums and the response of an operation."""
    return {operation.result.name, *(parameter.enum.name for parameter in operation.parameters if parameter.enum)}
