"""Nothing that the generator knows can change unseen: every field of the representation is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from generator.diff.walk import Spec, compare
from generator.ir import types as ir

# What follows from something else that is compared, or is judged by itself.
FOLLOWS = {
    ("Api", "version"),  # the verdict
    ("Operation", "requires_key"),  # security
    ("Operation", "requires_signature"),  # security
    ("Operation", "result"),  # Api.models
    ("Operation", "example"),  # the parameters' examples
    ("Parameter", "kind"),  # the annotation
    ("Parameter", "array"),  # the type; how a list is sent is in test_shapes.py
    ("Parameter", "enum"),  # Api.enums
    ("Weight", "budget"),  # Api.budgets
    ("Weight", "seconds"),  # Api.budgets
    ("Model", "schema"),  # fields
    ("Model", "type"),  # the schema, where there are no fields
    ("Transfer", "routes"),  # Api.enums
    ("Report", "routes"),  # Api.enums
}
ABSENT: Mapping[str, Any] = {
    "zh": "甲",
    "minimum": Decimal(1),
    "maximum": Decimal(9),
    "min_length": 2,
    "max_length": 9,
    "min_items": 2,
    "max_items": 9,
    "pattern": "a",
    "default": "a",
    "example": "a",
    "call_limit": ir.CallLimit(1, 1),
    "route": ir.Route("MAIN", "UMFUTURE"),
    "fields": (),
    "effect": ir.Collection(("UMFUTURE",), "MARGIN", None, ()),
    "per": "symbol",
    "asset": "asset",
    "source_owner": "fromSymbol",
    "target_owner": "toSymbol",
}


def others(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield values that differ from this one in one thing, each with the path of what differs."""
    if isinstance(value, tuple):
        yield from (("[]", value[1:]), ("[]", value[::-1])) if len(value) > 1 else ()
        for index, item in list(enumerate(value))[:3]:
            for path, other in others(item, name):
                yield f"[]{path}", (*value[:index], other, *value[index + 1 :])
    elif isinstance(value, Mapping):
        for key, item in value.items():
            for path, other in others(item, name):
                yield f"[]{path}", {**value, key: other}
    elif is_dataclass(value):
        yield from records(value)
    else:
        yield "", another(value, name)


def another(value: Any, name: str) -> Any:
    """Return another value of the same type, or one where there is none."""
    if value is None:
        return ABSENT[name]
    if isinstance(value, bool):
        return not value
    return f"x{value}" if isinstance(value, str) else value + 1


def records(record: Any) -> Iterator[tuple[str, Any]]:
    assert is_dataclass(record)
    for field in fields(record):
        if field.compare and (type(record).__name__, field.name) not in FOLLOWS:
            for path, other in others(getattr(record, field.name), field.name):
                yield f".{field.name}{path}", replace(record, **{field.name: other})  # type: ignore[type-var]


def test_every_field_of_every_record_is_compared(whole: Spec) -> None:
    seen = set()
    for path, api in records(whole.api):
        seen.add(path)
        found = compare(whole, Spec(whole.document, api)).changes
        assert found, f"{path} is not compared"
    assert len(seen) > 90, "the representation is walked in full"


def test_what_follows_is_a_field() -> None:
    for record, field in FOLLOWS:
        assert field in {each.name for each in fields(getattr(ir, record))}


@pytest.mark.parametrize("name", list(ABSENT))
def test_what_may_be_absent_is_a_field(name: str) -> None:
    known = {each.name for record in vars(ir).values() if is_dataclass(record) for each in fields(record)}
    assert name in known
