"""A field of a response has the type that its schema states, whatever its example is; an enum keeps its values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from generator.importer.command import put
from generator.importer.operation import drafted
from generator.ir.build import build
from generator.openapi.edit import Editor
from generator.openapi.load import load
from generator.render.package import render
from generator.sources import Endpoint, Page, read_all
from generator.sources.sketch import ENUM, enum_mark, is_mark, marked_values

from .filling import SMALL, filled
from .test_schema_import import PERHAPS, operation_of

DECIMAL = {"type": "string", "format": "decimal"}
ENDPOINT = Endpoint("POST", "/sapi/v1/sow")
ASK = "??? Say in English what the values tell apart, and in Chinese beside it, as x-binance-zh; each const can have a description too."
NAME = "??? Name the value in capitals, such as SPOT_TO_MARGIN."


def described(field: Mapping[str, Any], example: object = None) -> dict[str, Any]:
    """Return an operation whose response has one field, with an example of it or without one."""
    media = {
        "schema": {"required": ["it"], "properties": {"it": field}},
        **({"example": {"it": example}} if example is not None else {}),
    }
    return {"responses": {"200": {"content": {"application/json": media}}}}  # fmt: skip


def page_of(operation: Mapping[str, Any]) -> Page:
    schema = {"openapi": "3.0.0", "paths": {ENDPOINT.path: {"post": {"summary": "Sow Seeds (TRADE)", **operation}}}}
    [page] = read_all("schema.json", json.dumps(schema).encode())
    return page.whole()


def named(name: str, field: Mapping[str, Any], example: object) -> dict[str, Any]:
    media = {"schema": {"required": [name], "properties": {name: field}}, "example": {name: example}}
    return {"responses": {"200": {"content": {"application/json": media}}}}


def type_of(operation: Mapping[str, Any], name: str = "it") -> Any:
    return operation_of(operation).schemas["SowSeedsResponse"]["properties"][name]


@pytest.mark.parametrize("example", [15, 1.5, None])
@pytest.mark.parametrize(
    ("around", "type_"),
    [
        (lambda schema: schema, {"type": "number"}),
        (lambda schema: {**schema, "nullable": True}, {"type": ["number", "null"]}),
        (lambda schema: {"type": "array", "items": schema}, {"type": "array", "items": {"type": "number"}}),
    ],
)
def test_a_number_can_have_a_fraction_whatever_its_example_is(
    around: Callable[[Any], Any], type_: Mapping[str, Any], example: object
) -> None:
    schema = around({"type": "number"})
    value = [example] if "items" in schema and example is not None else example
    assert type_of(described(schema, value)) == type_


@pytest.mark.parametrize("example", ["1.5", "15", "0", "-3"])
@pytest.mark.parametrize("name", ["price", "amount", "marginRate", "total_fee"])
def test_a_text_is_a_decimal_by_its_name_whether_its_example_has_a_fraction(name: str, example: str) -> None:
    assert type_of(named(name, {"type": "string"}, example), name) == DECIMAL


@pytest.mark.parametrize(("name", "example"), [("orderId", "15"), ("price", "high"), ("fee", "1.5 BNB")])
def test_another_text_stays_a_text(name: str, example: str) -> None:
    assert type_of(named(name, {"type": "string"}, example), name) == {"type": "string"}


REFERENCE = {"$ref": "#/components/schemas/SowSeedsIt"}


@pytest.mark.parametrize("has_example", [False, True])
@pytest.mark.parametrize(
    ("around", "part"),
    [
        (lambda schema: schema, REFERENCE),
        (lambda schema: {**schema, "description": "It."}, {**REFERENCE, "description": "It.", "x-binance-zh": "It."}),
        (lambda schema: {**schema, "nullable": True}, {"oneOf": [REFERENCE, {"type": "null"}]}),
        (lambda schema: {"type": "array", "items": schema}, {"type": "array", "items": REFERENCE}),
    ],
)
@pytest.mark.parametrize(
    ("values", "branches"),
    [
        (["A B", 'C; D "*/'], [{"const": "A B"}, {"const": 'C; D "*/'}]),
        ([1, 2], [{"const": 1, "title": NAME}, {"const": 2, "title": NAME}]),
    ],
)
def test_the_enum_of_a_field_is_a_component_that_asks_for_its_words_once(
    values: list[Any], branches: list[Any], around: Callable[[Any], Any], part: Any, has_example: bool  # noqa: FBT001
) -> None:  # fmt: skip
    kind = "string" if isinstance(values[0], str) else "integer"
    schema = around({"type": kind, "enum": values})
    example = ([values[1]] if "items" in schema else values[1]) if has_example else None
    draft = operation_of(described(schema, example))
    assert draft.schemas["SowSeedsIt"] == {"type": kind, "description": ASK, "oneOf": branches}
    assert draft.schemas["SowSeedsResponse"]["properties"]["it"] == part
    editor = Editor("spec.yaml", SMALL.encode())
    put(editor, drafted(editor.data, [page_of(described(schema, example))], ENDPOINT))
    api = build(load("spec.yaml", filled(editor.source)))
    assert api.enums[-1].name == "SowSeedsIt"
    assert render(api)


def test_an_example_that_is_none_of_the_values_is_a_gap() -> None:
    stated = "The schema says: the values are A, B, but the example has C"
    part = type_of(described({"type": "string", "enum": ["A", "B"]}, "C"))
    assert part == {"type": f"??? Refer to an enum, or write string or integer. {stated}"}


def test_the_enum_of_a_number_that_is_sent_asks_for_the_name_of_each_value() -> None:
    field = {"name": "side", "in": "query", "required": True, "schema": {"type": "integer", "enum": [1, 2]}}
    draft = operation_of({"parameters": [field]})
    branches = [{"const": number, "title": NAME} for number in (1, 2)]
    assert draft.schemas["SowSeedsSide"] == {"type": "integer", "description": ASK, "oneOf": branches}


@pytest.mark.parametrize("values", [["A"], ["; ", "*/", '"', "\\", "币", "\U0001f4b8"], [1, -2], ["one of [1]"]])
def test_the_values_of_an_enum_survive_in_a_comment(values: list[Any]) -> None:
    mark = enum_mark(ENUM, values)
    assert is_mark(mark)
    assert marked_values(ENUM, mark.split("; ")) == values
    assert "*/" not in mark


@pytest.mark.parametrize(
    ("example", "asked"),
    [
        ({"status": "OK"}, ["status"]),
        ({"status": ["OK"]}, []),
        ({"status": {"code": 1}}, []),
        ([{"status": "OK", "code": 1}], []),
        ({"status": None}, ["status"]),
    ],
)
def test_only_a_field_with_a_value_is_asked_for_the_values_of_a_success(example: Any, asked: list[str]) -> None:
    draft = operation_of({"responses": {"200": {"content": {"application/json": {"example": example}}}}})
    assert list(draft.operation.get("x-binance-success", ())) == asked


def test_records_under_assets_are_a_map_of_any_asset() -> None:
    record = {"fee": 1, "open": True}
    for example, is_map in (
        ({"CTR": record, "SKY": {**record, "fee": 0.5}}, True),
        ({"CTR": record, "total": record}, False),
        ({"CTR": 5, "SKY": 6}, False),
        ({}, False),
    ):
        media = {"example": example}
        draft = operation_of({"responses": {"200": {"content": {"application/json": media}}}})
        schema = draft.schemas["SowSeedsResponse"]
        assert ("additionalProperties" in schema, "properties" in schema) == (is_map, not is_map)
        if is_map:
            assert schema["additionalProperties"]["properties"]["fee"] == {"type": "number"}


@pytest.mark.parametrize("name", ["withdrawMin", "toBTC", "amountFree", "wdQuota", "withdrawIntegerMultiple"])
def test_a_text_that_may_be_an_amount_by_its_name_is_a_gap(name: str) -> None:
    response = {"properties": {name: {"type": "string"}}}
    draft = operation_of({"responses": {"200": {"content": {"application/json": {"schema": response}}}}})
    assert draft.schemas["SowSeedsResponse"]["properties"] == {name: {"type": PERHAPS}}


def test_an_amount_that_an_example_leaves_empty_is_left_to_a_person() -> None:
    media = {"example": {"amount": "", "memo": ""}}
    draft = operation_of({"responses": {"200": {"content": {"application/json": media}}}})
    fields = draft.schemas["SowSeedsResponse"]["properties"]
    assert fields == {"amount": {"type": PERHAPS}, "memo": {"type": "string"}}
