"""Shows that every record of the representation keeps where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass, replace
from typing import Any

import msgspec
import pytest

from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi.document import at
from generator.openapi.load import load
from tests.confirmed_specs import TEXT
from tests.conftest import Spec

NAMED_BY = {
    ir.Permission: ("name", "name"),
    ir.ErrorCode: ("code", "code"),
    ir.Server: ("url", "url"),
    ir.Parameter: ("name", "wire"),
    ir.ClientParameter: ("name", "wire"),
    ir.Condition: ("parameter", "parameter"),
    ir.Page: ("read", "read"),
    ir.Budget: ("weight", "weight"),
    ir.EnumValue: ("const", "value"),
    ir.Tag: ("name", "name"),
    ir.Confirmation: ("settle", "settle"),
    ir.Paging: ("page", "page"),
    ir.Exclusive: ("parameters", "parameters"),
    ir.Window: ("days", "days"),
    ir.Newer: ("source", "source"),
}
"""The key of the node, and the attribute of the record, that hold the same."""
LAST_KEY = {ir.Wallet: "name", ir.Enum: "name", ir.Field: "wire"}
"""The attribute that is the last key of the path."""


def records(value: object) -> Iterator[Any]:
    if is_dataclass(value) or isinstance(value, msgspec.Struct):
        yield value
        for name in ir.field_names(value):
            yield from records(getattr(value, name))
    elif isinstance(value, (tuple, Mapping)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from records(item)


def test_every_record_leads_to_the_node_it_was_read_from(spec: Spec) -> None:
    kinds = set()
    small = load("small.yaml", TEXT.encode())
    found = [(record, spec.document) for record in records(spec.api)]
    for record, document in found + [(record, small) for record in records(build(small))]:
        if not hasattr(record, "spec_path"):
            continue
        written = at(document.data, record.spec_path)
        kinds.add(type(record))
        if isinstance(record, ir.Operation):
            assert record.spec_path == ("paths", record.path, record.method.lower())
        elif type(record) in NAMED_BY:
            key, attribute = NAMED_BY[type(record)]
            value = written[key] if isinstance(written, dict) else written
            assert (tuple(value) if isinstance(value, list) else value) == getattr(record, attribute)
        elif type(record) in LAST_KEY:
            assert record.spec_path[-1] == getattr(record, LAST_KEY[type(record)])
        else:
            assert isinstance(record, ir.Model)
            assert list(written.get("properties", ())) == [field.wire for field in record.fields or ()]
    assert {ir.Model, ir.Operation, *NAMED_BY, *LAST_KEY} == kinds


def test_lists_of_values_and_schemas_are_found_too(spec: Spec) -> None:
    for record in records(spec.api):
        if isinstance(record, ir.Enum):
            assert len(at(spec.document.data, record.values_path)) == len(record.values)
        elif isinstance(record, ir.Parameter):
            assert {"type", "$ref"} & set(at(spec.document.data, record.schema_path))


@pytest.mark.parametrize("name", ["spec_path", "schema_path"])
def test_equality_ignores_where_a_record_is_written(spec: Spec, name: str) -> None:
    parameter = spec.api.operations[0].parameters[0]
    changes: Any = {name: ("elsewhere",)}
    assert replace(parameter, **changes) == parameter
    assert hash(replace(spec.api.wallets[0], spec_path=("elsewhere",))) == hash(spec.api.wallets[0])
