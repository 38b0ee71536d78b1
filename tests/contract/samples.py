"""What the tests of the checks change: operations, parameters and words of the spec, chosen by what they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from .reader import Enum, Field, Operation, Parameter, Text, Value, text, the_spec

T = TypeVar("T")
SPEC = the_spec()
_WALLETS = "x-binance-wallets"
ABOUT = text(SPEC.data["info"])


def first(what: str, found: Iterable[T]) -> T:
    """Return the first of them; without one, a change that shows that a check reports has to be thought of anew."""
    for each in found:
        return each
    raise LookupError(f"the spec has no {what} any more; change what needs it in tests/contract")


def _operation(what: str, chosen: Callable[[Operation], Any]) -> Operation:
    return first(f"operation {what}", (each for each in SPEC.operations if chosen(each)))


def _parameters() -> Iterator[tuple[Operation, Parameter]]:
    yield from ((operation, each) for operation in SPEC.operations for each in operation.parameters)


def _parameter(what: str, chosen: Callable[[Operation, Parameter], Any]) -> tuple[Operation, Parameter]:
    return first(f"parameter {what}", (each for each in _parameters() if chosen(*each)))


CAPPED = _operation("with a cap", lambda each: each.limit)
LIMIT: dict[str, int] = CAPPED.limit or {}
CONDITIONAL = _operation("with a condition", lambda each: each.conditions)
CONDITION = CONDITIONAL.conditions[0]
PERMITTED = _operation("with a permission", lambda each: each.permissions)
PERMISSION: str = PERMITTED.permissions[0]["name"]
MOVING = _operation("that moves funds", lambda each: each.moves_funds)
TRANSFER, COLLECTION, REPORT = (
    first(
        f"operation with the effect {kind}",
        (each.effect[1] for each in SPEC.operations if each.effect and each.effect[0] == kind),
    )
    for kind in ("Transfer", "Collection", "Report")
)
STAYS: str = first(
    "asset that stays",
    (asset for each in SPEC.operations if each.effect for asset in each.effect[1].get("excluded", [])),
)
REPORTING = _operation("that reports", lambda each: each.effect and each.effect[0] == "Report")
OTHER = _operation("that answers otherwise", lambda each: each.model != MOVING.model)

REFUSING, REFUSER = _parameter("that refuses a value", lambda _, each: each.refused)
NEEDING, NEEDED = _parameter(
    "that is required text", lambda _, each: each.required and each.annotation == "str" and each.schema.get("minLength")
)
CHOOSING, CHOICE = _parameter(
    "that is required and has a choice", lambda _, each: each.required and each.enum and len(each.enum.values) > 1
)
RANGED_AT, RANGED = _parameter(
    "with a range and a default", lambda _, each: {"minimum", "maximum", "default"} <= each.schema.keys()
)
AMOUNT_AT, AMOUNT = _parameter("that is an amount with a pattern", lambda _, each: "pattern" in each.schema)
NOTED_AT, NOTED = _parameter("with a note", lambda _, each: each.notes)
_, LONG = _parameter("of several characters", lambda _, each: each.schema.get("minLength", 1) > 1)
SPELT_AT, SPELT = _parameter("spelt otherwise in Python", lambda _, each: each.wire != each.argument)


def _neighbours() -> Iterator[tuple[Parameter, Parameter]]:
    for operation in SPEC.operations:
        for one, other in zip(operation.parameters, operation.parameters[1:], strict=False):
            if one.required and other.required:
                yield one, other


NEIGHBOURS = first("two required parameters in a row", _neighbours())


def _enum(what: str, chosen: Callable[[Enum], Any]) -> Enum:
    return first(f"enum {what}", (each for each in SPEC.enums if chosen(each)))


NUMBERS = _enum("of numbers with wallets", lambda each: each.kind == "integer" and each.values[0].moves)
WORDS = _enum("of text with wallets", lambda each: each.kind == "string" and each.values[0].moves)
VALUE: Value = first("value without a note", (each for each in WORDS.values if not each.notes))
ONCE: Value = first(
    "value whose words stand nowhere else",
    (each for each in WORDS.values if sum(each.text.zh in pair.text.zh for pair in SPEC.texts()) == 1),
)
_BACK = {each.moves[::-1] for each in WORDS.values if each.moves and each.value == "_".join(each.moves)}
TWO_WAYS: Value = first(
    "value with a way back",
    (each for each in WORDS.values if each.moves in _BACK and each.value == "_".join(each.moves)),
)


def arrow(enum: Enum, value: Value, form: str) -> str:
    """Return how a diagram has the arrow of a value; the wallets are numbered in the order of the spec."""
    used = {name for each in enum.values for name in each.moves or ()}
    numbers = {name: number for number, name in enumerate((each for each in SPEC.data[_WALLETS] if each in used), 1)}
    source, target = value.moves or ("", "")
    return f"wallet{numbers[source]} {form} wallet{numbers[target]}"


def wallet(name: str, language: str) -> str:
    return text(SPEC.data[_WALLETS][name]).of(language)


SEVERAL: str = first("wallet of several", (name for name, each in SPEC.data[_WALLETS].items() if "per" in each))
PER: str = SPEC.data[_WALLETS][SEVERAL]["per"]


def _field(annotation: str, chosen: Callable[[Field], Any] = bool) -> tuple[Operation, Field]:
    fields = ((each, field) for each in SPEC.operations for field in each.model.fields)
    found = (each for each in fields if each[1].annotation.startswith(annotation) and chosen(each[1]))
    return first(f"field of the type {annotation}", found)


ID_AT, ID = _field("int", lambda each: each.wire != each.name)
_, PRICE = _field("Decimal", lambda each: each.required and each.wire == each.name)
CONSTANT_AT, CONSTANT = _field("Literal")

ERRORS: list[dict[str, Any]] = SPEC.data["x-binance-errors"]


def error(**facts: Any) -> dict[str, Any]:
    """Return the first error code with these facts."""
    return first(f"error with {facts}", (each for each in ERRORS if facts.items() <= each.items()))


def english(words: Text) -> str:
    """Return the first message, to be changed."""
    message, stop, _ = words.en.partition(". ")
    return f"{message}{stop.strip()}"


def chinese(words: Text) -> str:
    """Return the first few Chinese characters, to be changed."""
    found = re.search(r"[\u4e00-\u9fff]{4,8}", words.zh)
    assert found, f"there is no Chinese in {words}"
    return found[0]


def changed(source: str, before: str, after: str) -> str:
    """Return the source with the first `before` changed; where its lines are broken does not count."""
    if before in source:
        return source.replace(before, after, 1)
    found = re.search(r"\s+".join(map(re.escape, before.split())), source)
    assert found, f"there is no {before!r} to change"
    return source[: found.start()] + after + source[found.end() :]
