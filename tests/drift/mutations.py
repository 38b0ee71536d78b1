"""Every single fact that a page can change, as a change of what the page says and the name of the fact in the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from generator.ir import types as ir
from generator.sources import CallLimit, Weight
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
        yield from _of_the_row(row, page)
    for name, other, values in page.conditions:
        yield from _of_the_condition(name, other, values)
    if not page.conditions and len(page.rows) > 2:
        optional, first = page.rows[-2].name, page.rows[0].name
        yield Mutation(f"{optional} condition", _setting(conditions=((optional, first, ("SOME", "OTHERS")),)))


def _setting(**facts: object) -> Callable[[WrittenPage], WrittenPage]:
    return lambda page: replace(page, **facts)  # type: ignore[arg-type] # the fields of WrittenPage


def _of_the_call(operation: ir.Operation) -> Iterator[Mutation]:
    weight = operation.weight
    other: Weight = Weight(weight.weight, "uid" if weight.scope == "ip" else "ip")
    yield Mutation("weight", _setting(weights=(Weight(weight.weight + 1, weight.scope),)))
    yield Mutation("weight", _setting(weights=(other,)))
    yield Mutation("weight", _setting(weights=(Weight(77, other.scope),)))
    yield Mutation("weight", _setting(weights=(Weight(weight.weight, weight.scope), Weight(360, other.scope))))
    yield Mutation("weight", _setting(weights=()))
    yield Mutation("call limit", _setting(limits=(CallLimit(7, 60),)))
    yield Mutation("call limit", _setting(limits=(CallLimit(499, 3600),)))
    if operation.call_limit:
        yield Mutation("call limit", _setting(limits=()))
    yield Mutation("security", lambda page: replace(page, titles=((page.titles[-1][0], "MARGIN"),)))
    yield Mutation("security", lambda page: replace(page, titles=((page.titles[-1][0], ""),)))
    new_title = _titled("A New Name")
    yield Mutation("title", new_title, english_only=True)
    yield Mutation("permission", _setting(permissions=(*(p.name for p in operation.permissions), "enableWonders")))
    if operation.permissions:
        yield Mutation("permission", _setting(permissions=()))
    yield Mutation("response example", lambda page: replace(page, example={**page.example, "extra": 1}))
    yield Mutation("response example", _setting(example=[{"n": 1.5, "ok": None}]))
    yield Mutation("parameter extra", _with_row(Row("extra", "STRING", "NO", "Something.")))
    yield Mutation("parameter must", _with_row(Row("must", "LONG", "YES")))


def _titled(title: str) -> Callable[[WrittenPage], WrittenPage]:
    return lambda page: replace(page, titles=tuple((title, security) for _, security in page.titles))


def _with_row(row: Row) -> Callable[[WrittenPage], WrittenPage]:
    return lambda page: replace(page, rows=(row, *page.rows))


def _of_the_row(row: Row, page: WrittenPage) -> Iterator[Mutation]:
    conditions = tuple(each for each in page.conditions if row.name not in each[:2])
    if conditions == page.conditions:
        rows = tuple(each for each in page.rows if each != row)
        yield Mutation(f"parameter {row.name}", _without_row(row.name))
        assert rows
    yield Mutation(f"{row.name} required", _of(row.name, required="NO" if row.required == "YES" else "YES"))
    yield Mutation(f"{row.name} type", _of(row.name, type="BOOLEAN", values=()) if not row.values else _kind(row))
    if row.values:
        added = ("33", "Something new") if row.values[0][0].isdigit() else ("NEW_VALUE", "Something new")
        yield Mutation(f"{row.name} value {added[0]}", _values(row.name, lambda values: (*values, added)))
        yield Mutation(
            f"{row.name} value {added[0]}", _values(row.name, lambda values: (values[0], added, *values[1:]))
        )
        if len(row.values) > 2:
            gone = row.values[1][0]
            yield Mutation(f"{row.name} value {gone}", _values(row.name, lambda values: (values[0], *values[2:])))
    if row.type == "LONG" and row.name != "timestamp":
        for kind, text in (("maximum", "Max: 123"), ("minimum", "min 17"), ("default", "Default: 77")):
            yield Mutation(f"{row.name} {kind}", _of(row.name, text=text))
    if row.type == "STRING" and not row.values:
        values = (("ONE_VALUE", ""), ("OTHER_VALUE", ""))
        yield Mutation(f"{row.name} values", _of(row.name, values=values))


def _kind(row: Row) -> Callable[[WrittenPage], WrittenPage]:
    return _of(row.name, type="STRING" if row.type == "INT" else "INT") if row.apart else _of(row.name, type="CHAR")


def _of(name: str, **facts: object) -> Callable[[WrittenPage], WrittenPage]:
    def change(page: WrittenPage) -> WrittenPage:
        rows = tuple(replace(row, **facts) if row.name == name else row for row in page.rows)  # type: ignore[arg-type] # the fields of Row
        return replace(page, rows=rows)

    return change


def _values(name: str, changed: Callable[[Values], Values]) -> Callable[[WrittenPage], WrittenPage]:
    def change(page: WrittenPage) -> WrittenPage:
        rows = tuple(replace(row, values=changed(row.values)) if row.name == name else row for row in page.rows)
        return replace(page, rows=rows)

    return change


def _without_row(name: str) -> Callable[[WrittenPage], WrittenPage]:
    return lambda page: replace(page, rows=tuple(row for row in page.rows if row.name != name))


def _of_the_condition(name: str, other: str, values: tuple[str, ...]) -> Iterator[Mutation]:
    def without(page: WrittenPage) -> WrittenPage:
        return replace(page, conditions=tuple(each for each in page.conditions if each[0] != name))

    def with_values(*changed: str) -> Callable[[WrittenPage], WrittenPage]:
        return lambda page: replace(
            page,
            conditions=tuple((n, o, changed if (n, o) == (name, other) else v) for n, o, v in page.conditions),
        )

    yield Mutation(f"{name} condition", without)
    yield Mutation(f"{name} condition", with_values(*values, "ONE_MORE"))
    yield Mutation(f"{name} condition", with_values(*values[:1]))
