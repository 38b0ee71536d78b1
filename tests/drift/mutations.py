"""Every single fact that a page can change, as a change of what the page states and the name of the fact in the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from generator.ir import types as ir
from generator.sources import CallLimit, PageWeight
from tests.sources.writer import Row, WrittenPage

Values = tuple[tuple[str, str], ...]


class Mutation(NamedTuple):
    """A change of one fact."""

    fact: str
    change: Callable[[WrittenPage], WrittenPage]
    english_only: bool = False


def mutations(operation: ir.Operation, page: WrittenPage) -> Iterator[Mutation]:
    """Yield every mutation that an operation's page can undergo."""
    yield from _of_the_call(operation)
    for row in page.rows:
        yield from _of_the_row(row, page, operation)
    for name, other, values in page.conditions:
        for changed in ((), (*values, "ONE_MORE"), values[:1]):
            yield Mutation(f"{name} condition", _with_condition(name, other, changed))
    if not page.conditions and len(page.rows) > 2:
        optional, first = page.rows[-2].name, page.rows[0].name
        yield Mutation(f"{optional} condition", _setting(conditions=((optional, first, ("SOME", "OTHERS")),)))


def _of_the_call(operation: ir.Operation) -> Iterator[Mutation]:
    weight = operation.weight
    other_scope: Literal["ip", "uid"] = "uid" if weight.scope == "ip" else "ip"
    same = PageWeight(weight.weight, weight.scope)
    every = [PageWeight(one.weight, one.scope) for one in operation.weights]
    for weights in (
        [PageWeight(weight.weight + 1, weight.scope)],
        [PageWeight(weight.weight, other_scope)],
        [PageWeight(77, other_scope)],
        every[:1] if every[1:] else [same, PageWeight(360, other_scope)],
        [],
    ):
        yield Mutation("weight", _setting(weights=tuple(weights)))
    for limits in ([CallLimit(7, 60)], [CallLimit(499, 3600)], *([[]] if operation.call_limit else [])):
        yield Mutation("call limit", _setting(limits=tuple(limits)))
    names = tuple(permission.name for permission in operation.permissions)
    for permissions in ((*names, "enableWonders"), *([()] if names else [])):
        yield Mutation("permission", _setting(permissions=permissions))
    yield Mutation("security", lambda page: replace(page, titles=((page.titles[-1][0], "MARGIN"),)))
    if operation.security != "NONE":
        yield Mutation("security", lambda page: replace(page, titles=((page.titles[-1][0], ""),)))
    yield Mutation("title", _titled("A New Name"), english_only=True)
    yield Mutation("response example", lambda page: replace(page, example=_with_extra(page.example)))
    yield Mutation("response example", _setting(example=[{"n": 1.5, "ok": None}]))
    yield Mutation("parameter extra", _with_new(Row("extra", "STRING", "NO", "Something.")))
    yield Mutation("parameter must", _with_new(Row("must", "LONG", "YES")))


def _of_the_row(row: Row, page: WrittenPage, operation: ir.Operation) -> Iterator[Mutation]:
    name = row.name
    is_text = any(parameter.wire == name and parameter.wire_type == "STRING" for parameter in operation.parameters)
    if not any(name in condition[:2] for condition in page.conditions):
        yield Mutation(f"parameter {name}", _with_row(name, lambda _: None))
    changes: list[tuple[str, dict[str, Any]]] = [("required", {"required": "NO" if row.required == "YES" else "YES"})]
    if row.type == "LONG" and name != "timestamp" and not is_text:
        texts = {"maximum": "Max: 123", "minimum": "min 17", "default": "Default: 77"}
        changes += [(kind, {"text": text}) for kind, text in texts.items()]
    if row.type == "STRING" and not row.values:
        changes.append(("values", {"values": (("ONE_VALUE", ""), ("OTHER_VALUE", ""))}))
    of_values = "CHAR" if not row.apart else "STRING" if row.type == "INT" else "INT"
    kind = of_values if row.values else "CHAR" if row.type == "BOOLEAN" else "BOOLEAN"
    changes.append(("type", {"type": kind}))
    for fact, changed in changes:
        yield Mutation(f"{name} {fact}", _of(name, **changed))
    # A Chinese page says of each value what it means: without that, its text form has no list to read.
    if row.values and (row.values[0][1] or page.language == "en"):
        yield from _of_the_values(row)


def _of_the_values(row: Row) -> Iterator[Mutation]:
    number = row.values[0][0].isdigit()
    added = ("33" if number else "NEW_VALUE", "Something new" if row.values[0][1] else "")
    changes: list[tuple[str, Callable[[Values], Values]]] = [
        (added[0], lambda values: (*values, added)),
        (added[0], lambda values: (values[0], added, *values[1:])),
    ]
    if len(row.values) > 2:
        changes.append((row.values[1][0], lambda values: (values[0], *values[2:])))
    for value, change in changes:
        yield Mutation(f"{row.name} value {value}", _with_values(row.name, change))


def _setting(**facts: Any) -> Callable[[WrittenPage], WrittenPage]:
    return lambda page: replace(page, **facts)


def _with_extra(example: Any) -> Any:
    """Add a field to an example, in the last row where it is a list."""
    return [*example[:-1], _with_extra(example[-1])] if isinstance(example, list) else {**example, "extra": 1}


def _titled(title: str) -> Callable[[WrittenPage], WrittenPage]:
    return lambda page: replace(page, titles=tuple((title, label) for _, label in page.titles))


def _with_new(row: Row) -> Callable[[WrittenPage], WrittenPage]:
    return lambda page: replace(page, rows=(row, *page.rows))


def _of(name: str, **facts: Any) -> Callable[[WrittenPage], WrittenPage]:
    return _with_row(name, lambda row: replace(row, **facts))


def _with_values(name: str, changed: Callable[[Values], Values]) -> Callable[[WrittenPage], WrittenPage]:
    return _with_row(name, lambda row: replace(row, values=changed(row.values)))


def _with_row(name: str, changed: Callable[[Row], Row | None]) -> Callable[[WrittenPage], WrittenPage]:
    """Change a row, or remove it."""

    def change(page: WrittenPage) -> WrittenPage:
        rows = (changed(row) if row.name == name else row for row in page.rows)
        return replace(page, rows=tuple(filter(None, rows)))

    return change


def _with_condition(name: str, other: str, values: tuple[str, ...]) -> Callable[[WrittenPage], WrittenPage]:
    """Change the values of a condition; without any, remove those of its parameter."""

    def change(page: WrittenPage) -> WrittenPage:
        changed = ((n, o, values if (n, o) == (name, other) else v) for n, o, v in page.conditions)
        return replace(page, conditions=tuple(condition for condition in changed if values or condition[0] != name))

    return change
