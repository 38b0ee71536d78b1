"""The reader knows the shapes that the project's spec does not use yet, so that an endpoint with them needs no edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from .reader import Operation, Spec

_SPEC = """
x-binance-rate-limits: {ip: {weight: 12000, seconds: 60}}
paths:
  /api/v3/prices/{symbol}:
    put:
      operationId: setPrices
      summary: Set Prices
      security: [{apiKey: []}]
      x-binance-weight: {scope: ip, weight: 2}
      parameters:
        - {name: symbol, in: path, required: true, schema: {type: string}, example: BTCUSDT}
        - {name: types, in: query, explode: false, schema: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Kind'}}}
        - {name: amounts, in: query, schema: {type: array, items: {type: number}}}
        - {name: names, in: query, content: {application/json: {schema: {type: array, items: {type: string}}}}}
        - {name: rate, in: query, schema: {type: number, default: 0.25}}
        - {name: size, in: query, schema: {type: integer, format: int32}}
        - {name: timestamp, in: query, schema: {type: integer}}
      responses:
        '200':
          description: The prices.
          content:
            application/json:
              schema:
                type: object
                required: [best]
                properties:
                  best: {type: object, properties: {bidPrice: {type: number}}}
                  later: {type: [string, 'null'], format: decimal}
                  all: {type: object, additionalProperties: {type: array, items: {oneOf: [{type: integer}, {type: string}]}}}
                  kind: {$ref: '#/components/schemas/Kind'}
                  level: {$ref: '#/components/schemas/Level', description: Our own words.}
                  next: {$ref: '#/components/schemas/Node'}
                  word: {const: done, type: string}
              example: {best: {bidPrice: 4.0, more: 1}, later: null, kind: A}
    get:
      operationId: class
      summary: Prices
      x-binance-weight: {scope: ip, weight: 1}
      responses:
        '200':
          description: The prices.
          content:
            application/json:
              schema: {type: array, items: {type: object, properties: {at: {type: integer}}}}
              example: [{at: 1}]
components:
  securitySchemes: {apiKey: {type: apiKey, in: header, name: X-MBX-APIKEY}}
  schemas:
    Kind: {type: string, description: Which kind., enum: [A, 1b]}
    Level: {type: integer, enum: [-1, 2]}
    Node: {type: object, properties: {children: {type: array, items: {$ref: '#/components/schemas/Node'}}}}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    file = tmp_path / "spec.yaml"
    file.write_text(_SPEC, encoding="utf-8")
    return Spec(file)


@pytest.fixture
def operation(spec: Spec) -> Operation:
    return spec.operation("setPrices")


def test_operations_come_as_they_are_written_also_below_one_path(spec: Spec) -> None:
    found = [(operation.name, operation.requires_key, operation.requires_signature) for operation in spec.operations]
    assert found == [("set_prices", True, False), ("class_", False, False)]


def test_parameters_are_one_value_or_several(operation: Operation) -> None:
    assert [
        (parameter.argument, parameter.location, parameter.array, parameter.wire_type, parameter.annotation)
        for parameter in operation.parameters
    ] == [
        ("symbol", "path", None, "STRING", "str"),
        ("types", "query", "comma", "ARRAY", "Sequence[Kind | KindLiteral | Unlisted]"),
        ("amounts", "query", "repeat", "ARRAY", "Sequence[Decimal | int | str]"),
        ("names", "query", "json", "ARRAY", "list[str] | tuple[str, ...]"),
        ("rate", "query", None, "DECIMAL", "Decimal | int | str"),
        ("size", "query", None, "INT", "int"),
        ("timestamp", "query", None, "LONG", "int"),
    ]
    assert (operation.parameters[1].lengths, operation.parameters[4].default) == ({"minItems": 1}, "0.25")


def test_answers_become_models_named_after_their_place(spec: Spec, operation: Operation) -> None:
    found = {model.name: {field.name: field.annotation for field in model.fields} for model in spec.models}
    assert found == {
        "SetPricesResponse": {
            "best": "SetPricesResponseBest",
            "later": "Decimal | None",
            "all": "dict[str, list[int | str]]",
            "kind": "str",
            "level": "int",
            "next": "Node",
            "word": "Literal['done']",
        },
        "SetPricesResponseBest": {"bid_price": "Decimal"},
        "Node": {"children": "list[Node]"},
        "ClassResponse": {},
        "ClassResponseItem": {"at": "int"},
    }
    assert [model.name for model in operation.models] == ["SetPricesResponse", "SetPricesResponseBest", "Node"]
    assert spec.operation("class").model.alias == "list[ClassResponseItem]"


def test_a_field_without_words_has_those_of_its_enum(operation: Operation) -> None:
    words = {field.name: field.text.en for field in operation.model.fields}
    assert (words["kind"], words["level"], words["next"]) == ("Which kind.", "Our own words.", "")


def test_members_are_named_after_their_values(spec: Spec) -> None:
    assert [[value.name for value in enum.values] for enum in spec.enums] == [["A", "VALUE_1b"], ["MINUS_1", "VALUE_2"]]


def test_an_answer_is_read_without_what_is_not_listed_and_with_exact_amounts(spec: Spec, operation: Operation) -> None:
    read = spec.as_read(operation.schema, operation.response_example)
    assert read == {"best": {"bidPrice": "4.0"}, "later": None, "kind": "A"}
