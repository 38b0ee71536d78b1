"""Nothing that the generator knows can change unseen: every field of the representation is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass, replace
from decimal import Decimal
from typing import Any

import msgspec

from generator.diff.revisions import Spec
from generator.diff.table import TABLE
from generator.diff.walk import compare
from generator.ir import types as ir
from tests.confirmed_specs import TEXT

from .mutation import spec

# What is not compared, and what it follows from.
FOLLOWS: Mapping[tuple[type, str], str] = {
    (ir.Api, "version"): "is what the comparison is about",
    (ir.Operation, "requires_key"): "Operation.security",
    (ir.Operation, "requires_signature"): "Operation.security",
    (ir.Operation, "result"): "Api.models",
    (ir.Operation, "example"): "Parameter.example",
    (ir.Parameter, "kind"): "Parameter.annotation",
    (ir.Parameter, "array"): "Parameter.wire_type; how a list is sent is in test_shapes.py",
    (ir.Parameter, "enum"): "Api.enums",
    (ir.ErrorCode, "meaning"): "ErrorCode.text",
    (ir.ErrorCode, "meaning_zh"): "ErrorCode.text",
    (ir.Weight, "budget"): "Api.budgets",
    (ir.Weight, "seconds"): "Api.budgets",
    (ir.Model, "schema"): "Model.fields",
    (ir.Transfer, "routes"): "EnumValue.route",
    (ir.Report, "routes"): "EnumValue.route",
    (ir.Paging, "largest"): "Rules.maximum",
    (ir.Paging, "row"): "Field.type",
}
ABSENT: Mapping[str, Any] = {
    "zh": "甲",
    **dict.fromkeys(("minimum", "maximum"), Decimal(1)),
    **dict.fromkeys(("min_length", "max_length", "min_items", "max_items"), 2),
    **dict.fromkeys(("pattern", "default", "example"), "a"),
    "call_limit": ir.CallLimit(1, 1),
    "confirmation": ir.Confirmation(settle=1, balances=("read",), text=ir.Text("Text.")),
    "paging": ir.Paging(page="a", size="b", largest=1, rows="c", row=ir.PythonType("Row")),
    "history": ir.HistoryMatch("read", {}, "a", "b", None, {}, "c", "d", ir.Statuses("e", ("f",)), 1),
    "total": "total",
    "window": ir.Window("a", "b", 1),
    **dict.fromkeys(("rows", "owner", "only", "detail", "detail_on", "amount", "sdk", "catalogue"), "a"),
    "route": ir.Route("MAIN", "UMFUTURE"),
    "fields": (),
    "type": ir.PythonType("str"),
    "effect": ir.Collection(("UMFUTURE",), "MARGIN", None, ()),
    "per": "symbol",
    "asset": "asset",
    "source_owner": "fromSymbol",
    "target_owner": "toSymbol",
}

LOCATION = ("_path", "sentences")
"""How the names of fields end that say where a record was written, and in which words."""


def others(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield values that differ from this one in one thing, each with the path of what differs."""
    if isinstance(value, tuple):
        yield from (("[1:]", value[1:]), ("[::-1]", value[::-1])) if len(value) > 1 else ()
        for index, item in list(enumerate(value))[:3]:
            for path, other in others(item, name):
                yield f"[]{path}", (*value[:index], other, *value[index + 1 :])
    elif isinstance(value, Mapping):
        for key, item in value.items():
            for path, other in others(item, name):
                yield f"[]{path}", {**value, key: other}
    elif is_record(value):
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


def is_record(value: object) -> bool:
    kind = value if isinstance(value, type) else type(value)
    return is_dataclass(kind) or issubclass(kind, msgspec.Struct)


def records(record: Any) -> Iterator[tuple[str, Any]]:
    assert is_record(record)
    change: Any = msgspec.structs.replace if isinstance(record, msgspec.Struct) else replace
    for name in ir.field_names(record):
        if not name.endswith(LOCATION) and (type(record), name) not in FOLLOWS:
            for path, other in others(getattr(record, name), name):
                yield f".{type(record).__name__}.{name}{path}", change(record, **{name: other})


def test_every_field_of_every_record_is_compared(whole: Spec) -> None:
    seen = set()
    for base in (whole, spec(TEXT)):
        for path, api in records(base.api):
            if path not in seen:
                seen.add(path)
                assert compare(base, Spec(base.document, api)).changes, f"{path} is not compared"
    assert len(seen) > 180, "the representation is walked in full"


def test_every_row_and_every_exception_is_of_a_field() -> None:
    records = [record for record in vars(ir).values() if isinstance(record, type) and is_record(record)]
    known = {(record, name) for record in records for name in ir.field_names(record)}
    assert FOLLOWS.keys() <= known
    assert set(TABLE) <= known
    assert ABSENT.keys() <= {name for _, name in known}
