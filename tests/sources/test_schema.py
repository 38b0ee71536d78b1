"""A schema of a product: each operation is a page, each fact has its line, and nothing that is written keeps it from an end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.runtime.operation import CallLimit
from generator.sources import LARGEST_FILE, Located, Page, PageCondition, PageVersion, PageWeight
from generator.sources import read_all as read_parts
from generator.sources.json_example import parse_json_example
from generator.vocabulary import Endpoint

from .reading import values_of

MOVE = """\
openapi: 3.1.0
info: {title: Garden, version: 1.0.0}
paths:
  /sapi/v1/garden/move:
    post:
      operationId: moveSeeds
      summary: Move Seeds (USER_DATA)
      description: |
        Moves seeds.

        They arrive at once.
      x-description-cn: 移动种子。
      x-uid-weight: 300
      x-ip-weight: '**4** with a bag'
      x-security-type: USER_DATA
      x-signed: true
      x-parameters-notes: |
        * You can call it 500 times per hour.
        * bag must be sent when side is IN and OUT
      x-parameters-notes-cn: |
        * 每小时最多可调用500次。
        * 您需要为 API Key 开通 万向划转 权限。
      parameters:
        - $ref: '#/components/parameters/Key'
        - name: dryRun
          in: query
          schema: {type: boolean, default: false}
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              required: [seed, side]
              properties:
                seed: {type: string, description: Which seed, example: OAK}
                amount: {type: number, format: float, minimum: 0.5}
                bag: {type: string, x-description-cn: 哪个袋子}
                side:
                  type: string
                  enum:
                    - IN
                    - OUT
                sizes: {type: array, items: {type: integer, format: int64}}
                signature: {type: string}
      responses:
        200:
          description: What was moved
          content:
            application/json:
              schema:
                required: [tranId]
                properties:
                  tranId: {type: integer, example: 5, description: The number}
                  seeds:
                    type: array
                    items: {$ref: '#/components/schemas/Seed'}
components:
  parameters:
    Key: {name: X-MBX-APIKEY, in: header, schema: {type: string}}
  schemas:
    Seed: {properties: {name: {type: string, example: oak, x-description-cn: 名称}}}
"""


def read_all(name: str, source: bytes) -> list[Page]:
    return [page.whole() for page in read_parts(name, source)]


def read_one(text: str) -> Page:
    [page] = read_all("schema.yaml", text.encode())
    assert page.problems == ()
    return page


def line_of(words: str, text: str = MOVE) -> int:
    return text[: text.index(words)].count("\n") + 1


def versions_of(text: str) -> tuple[PageVersion, PageVersion]:
    english, chinese = read_one(text).versions
    return english, chinese


def test_every_fact_of_an_operation_has_its_line() -> None:
    english, chinese = versions_of(MOVE)
    assert english.endpoints == (Located(Endpoint("POST", "/sapi/v1/garden/move"), line_of("post:")),)
    assert english.titles == (Located("Move Seeds", line_of("Move Seeds")),)
    assert english.security == (Located("USER_DATA", line_of("Move Seeds")),)
    weights = PageWeight(4, "ip"), PageWeight(300, "uid")
    assert english.weights == tuple(map(Located, weights, (line_of("x-ip"), line_of("x-uid"))))
    assert english.limits == (Located(CallLimit(500, 3600), line_of("500 times")),)
    assert english.conditions == (Located(PageCondition("bag", ("IN", "OUT"), "side"), line_of("bag must")),)
    assert english.description == Located("Moves seeds.", line_of("Moves seeds."))
    assert english.notes[0] == Located("They arrive at once.", line_of("They arrive"))
    assert chinese.language == "zh-CN"
    assert chinese.description == Located("移动种子。", line_of("移动种子"))
    assert chinese.limits == (Located(CallLimit(500, 3600), line_of("每小时")),)
    assert [fact.line for fact in chinese.permissions] == [line_of("您需要")]
    assert (chinese.weights, chinese.endpoints) == (english.weights, english.endpoints)


def test_the_parameters_are_those_of_the_query_and_the_form_without_header_and_signature() -> None:
    english, chinese = versions_of(MOVE)
    assert [(row.value.name, row.value.type, row.value.required) for row in english.parameters] == [
        ("dryRun", "BOOLEAN", False),
        ("seed", "STRING", True),
        ("amount", "DECIMAL", False),
        ("bag", "STRING", False),
        ("side", "STRING", True),
        ("sizes", "ARRAY<LONG>", False),
    ]
    rows = {row.value.name: row for row in english.parameters}
    assert rows["dryRun"].line == line_of("- name: dryRun")
    assert rows["seed"].line == line_of("seed: {")
    assert rows["side"].value.values == (("IN", ""), ("OUT", ""))
    assert rows["side"].value.value_lines == (line_of("- IN"), line_of("- OUT"))
    assert (rows["dryRun"].value.default, rows["amount"].value.minimum) == ("false", Decimal("0.5"))
    assert (rows["seed"].value.text, rows["seed"].value.example) == ("Which seed", "OAK")
    assert {row.value.name: row.value.text for row in chinese.parameters}["bag"] == "哪个袋子"


def test_the_fields_of_a_response_without_an_example_are_sketched_with_what_is_said_of_them() -> None:
    english, chinese = versions_of(MOVE)
    assert english.response == Located("Response", line_of("200:"))
    # Each value is stated, but for a list of a response that has no example as a whole.
    assert english.sketch is not None
    assert chinese.sketch is not None
    assert english.sketch.line == line_of("schema:\n                required: [tranId]")
    assert parse_json_example(english.sketch.value).data == {"tranId": 5, "seeds": [{"name": "oak"}]}
    assert "/* The number */ 5" in english.sketch.value
    assert "/* only returned at times */ [" in english.sketch.value
    assert "/* 名称; perhaps returned at times */ " in chinese.sketch.value


@pytest.mark.parametrize(
    ("media", "examples"),
    [
        ("example: {tranId: 5}", ['{"tranId": 5}']),
        ("examples: {one: {value: {a: 1}}, two: {value: [2]}}", ['{"a": 1}', "[2]"]),
        ("schema: {example: [{a: '1.50'}]}", ['[{"a": "1.50"}]']),
        ("schema: {required: [a], properties: {a: {type: string, example: x}}}", ['{"a": "x"}']),
        ("schema: {properties: {a: {type: string}}}", []),
        ("example: '{\"a\": 1}'", ['{"a": 1}']),
    ],
)
def test_the_examples_of_a_response_are_those_that_the_schema_states(media: str, examples: list[str]) -> None:
    responses = f"responses: {{'200': {{content: {{application/json: {{{media}}}}}}}}}"
    text = f"openapi: 3.0.0\npaths:\n  /a:\n    get:\n      summary: A\n      {responses}\n"
    [version] = read_one(text).versions
    assert values_of(version.examples) == examples


@pytest.mark.parametrize(
    ("facts", "security"),
    [
        ({"summary": "A (TRADE)", "x-signed": True, "x-security-type": "TRADE"}, ["TRADE"]),
        (
            {"summary": "A (TRADE)", "x-security-type": "USER_DATA"},
            ["USER_DATA", "TRADE"],
        ),
        ({"summary": "A", "x-security-type": "TRADE", "x-signed": False}, ["TRADE", "not signed"]),
        ({"summary": "A", "x-security-type": "MARKET_DATA", "x-signed": True}, ["MARKET_DATA", "signed"]),
        ({"summary": "A", "x-security-type": "NONE", "x-signed": False}, ["NONE"]),
        ({"summary": "A", "x-signed": True}, ["signed"]),
        ({"summary": "A", "x-signed": False}, []),
    ],
)
def test_a_security_type_that_is_contradicted_is_stated_with_what_contradicts_it(
    facts: Mapping[str, Any], security: list[str]
) -> None:
    assert values_of(english_of(facts).security) == security


def english_of(facts: Mapping[str, Any]) -> PageVersion:
    return read_one(json.dumps({"openapi": "3.0.0", "paths": {"/a": {"get": facts}}})).versions[0]


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"operationId": "userUniversalTransfer"}, "User Universal Transfer"),
        ({"operationId": "QueryUMPosition"}, "Query UM Position"),
        ({"operationId": "Move Seeds (TRADE)"}, "Move Seeds"),
        ({"operationId": "x", "summary": "Move  Seeds"}, "Move Seeds"),
    ],
)
def test_the_title_is_the_summary_or_the_name(facts: Mapping[str, Any], title: str) -> None:
    assert values_of(english_of(facts).titles) == [title]


@pytest.mark.parametrize(
    ("facts", "weights", "unread"),
    [
        ({"x-ip-weight": 5}, [(5, "ip")], []),
        ({"x-uid-weight": "**300**"}, [(300, "uid")], []),
        ({"x-uid-weight": "300(UID)"}, [(300, "uid")], []),
        ({"x-ip-weight": "2 for one seed; 40 without it"}, [(2, "ip"), (40, "ip")], []),
        ({"x-ip-weight": 5, "x-uid-weight": 6}, [(5, "ip"), (6, "uid")], []),
        ({"x-ip-weight": "size 5/10"}, [], ["size 5/10"]),
        ({"x-ip-weight": None}, [], []),
        ({"x-ip-weight": "lots"}, [], ["lots"]),
        ({"x-ip-weight": 5, "x-uid-weight": "lots"}, [(5, "ip")], ["lots"]),
    ],
)
def test_weights_are_numbers_or_texts(facts: Mapping[str, Any], weights: list[Any], unread: list[str]) -> None:
    version = english_of(facts)
    assert [(weight.weight, weight.scope) for weight in values_of(version.weights)] == weights
    assert values_of(version.unread_weights) == unread


def test_a_deprecated_operation_says_so_in_a_sentence() -> None:
    assert [sentence.text for sentence in english_of({"summary": "A", "deprecated": True}).sentences] == [
        "A",
        "deprecated: true",
    ]


def test_meanings_of_listed_values_are_read_from_the_words() -> None:
    field = {
        "name": "kind",
        "in": "query",
        "description": "1: big; 2: small",
        "schema": {"type": "integer", "enum": [1, 2]},
    }
    [row] = english_of({"parameters": [field]}).parameters
    assert (row.value.type, row.value.values) == ("INT", (("1", "big"), ("2", "small")))


def test_fields_of_several_parts_and_of_the_path_are_parameters() -> None:
    seed = {"type": ["null", "string"]}
    body = {
        "allOf": [{"properties": {"seed": seed}, "required": ["seed"]}, {"properties": {"bag": {"type": "string"}}}]
    }
    path = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "put": {"requestBody": {"content": {"application/json": {"schema": body}}}},
    }
    [page] = read_all("schema.json", json.dumps({"openapi": "3.0.0", "paths": {"/a/{id}": path}}).encode())
    rows = [(row.name, row.type, row.required) for row in values_of(page.versions[0].parameters)]
    assert rows == [("id", "INT", True), ("seed", "STRING", True), ("bag", "STRING", False)]


def test_the_form_is_found_by_content_or_by_name() -> None:
    as_json = json.dumps({"openapi": "3.0.0", "paths": {"/a": {"get": {"summary": "A \U0001f331"}}}})
    for name, text in (("download", MOVE), ("download", as_json), ("a.yaml", "paths: {/a: {get: {}}}")):
        assert [page.format for page in read_all(name, text.encode())] == ["schema"]
    assert read_all("page.md", b"# openapi: 3\n\nGET `/a`\n")[0].format == "text"
    assert values_of(read_one(as_json).versions[0].titles) == ["A \U0001f331"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: the file is empty; an OpenAPI 3.1 document is needed."),
        ("paths:\n  [", "line 3: this is not YAML: while parsing a flow node, did not find expected node content."),
        ("- a", "it has no paths with operations, as an OpenAPI schema has."),
        ("paths: {/a: {patch: {}, get: {}}}", None),
        ("paths: {/a: {get: []}}", "line 1: get is [], which cannot be read; allowed: a mapping."),
        ("paths: {/a: {get: {}}, /b: [post]}", "line 1: /b is ['post'], which cannot be read; allowed: a mapping."),
        ("[" * 40_001, "it has more than 80000 parts, which no schema has."),
        ("a:\n" * 40_001, "it has more than 80000 parts, which no schema has."),
        ("paths: {/a: {get: {summary: !!python/name:os.system a}}}",
         "line 1: the tag tag:yaml.org,2002:python/name:os.system is not supported; write a plain value."),
        ("a: &a [1]\npaths:\n  /a:\n    get:\n      x: *a",
         "line 5: an alias (*name) is not supported; write the value again, or use a $ref."),
        ("paths: {/a: {$ref: '#/b'}}", "line 1: the operations of /a stand elsewhere, which is not read."),
        ("paths: {/a: {get: {parameters: [{$ref: '#/b'}]}}}", "line 1: #/b leads nowhere in this file."),
        ("paths: {/a: {get: {parameters: [{$ref: '#/paths/~1a/get/parameters/0'}]}}}",
         "line 1: #/paths/~1a/get/parameters/0 leads nowhere in this file."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(text: str, problem: str | None) -> None:
    pages = read_all("schema.yaml", text.encode())
    assert pages[-1].problems == ((problem,) if problem else ())
    assert {page.format for page in pages} == {"schema"}


WRONG: tuple[tuple[str, str, str], ...] = (
    ("x-uid-weight: 300", "x-uid-weight: true", "x-uid-weight is true, which cannot be read; allowed: a number, or a text."),
    ("x-ip-weight: '**4** with a bag'", "x-ip-weight: {each: 4}",
     "x-ip-weight is {'each': 4}, which cannot be read; allowed: a number, or a text."),
    ("x-signed: true", "x-signed: maybe", "x-signed is 'maybe', which cannot be read; allowed: true or false."),
    ("x-signed: true", "deprecated: 1", "deprecated is 1, which cannot be read; allowed: true or false."),
    ("x-security-type: USER_DATA", "x-security-type: [TRADE]",
     "x-security-type is ['TRADE'], which cannot be read; allowed: a text."),
    ("summary: Move Seeds (USER_DATA)", "summary: 5", "summary is 5, which cannot be read; allowed: a text."),
    ("x-description-cn: 移动种子。", "x-description-cn: {a: b}",
     "x-description-cn is {'a': 'b'}, which cannot be read; allowed: a text, or a list of texts."),
    ("schema: {type: boolean, default: false}", "schema: 5", "schema is 5, which cannot be read; allowed: a mapping."),
    ("{type: boolean, default: false}", "{type: boolean, enum: true}", "enum is true, which cannot be read; allowed: a list."),
    ("{type: boolean, default: false}", "{enum: [{a: 1}]}",
     "a value of enum is {'a': 1}, which cannot be read; allowed: a text, or a number."),
    ("{type: boolean, default: false}", "{type: 5}", "type is 5, which cannot be read; allowed: a text, or a list of texts."),
    ("in: query", "in: somewhere",
     "in is 'somewhere', which cannot be read; allowed: query, path, header, cookie, formData."),
    ("in: query", "required: maybe", "required is 'maybe', which cannot be read; allowed: true or false."),
    ("- name: dryRun", "- title: dryRun", "a parameter has no name."),
    ("minimum: 0.5", "minimum: little", "minimum is 'little', which cannot be read; allowed: a number."),
    ("required: [seed, side]", "required: maybe", "required is 'maybe', which cannot be read; allowed: a list."),
    ("required: [seed, side]", "required:", "required is null, which cannot be read; allowed: a list."),
    ("bag: {type: string, x-description-cn: 哪个袋子}", "bag: 5", "bag is 5, which cannot be read; allowed: a mapping."),
    ("items: {type: integer, format: int64}", "items: 5", "items is 5, which cannot be read; allowed: a mapping."),
    ("tranId: {type: integer, example: 5, description: The number}", "tranId: {nullable: maybe}",
     "nullable is 'maybe', which cannot be read; allowed: true or false."),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), WRONG, ids=[new for _, new, _ in WRONG])
def test_a_value_that_cannot_be_understood_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    text = MOVE.replace(old, new, 1)
    [page] = read_all("schema.yaml", text.encode())
    assert page.problems == (f"line {line_of(new, text)}: {message}",)


def test_a_schema_that_is_too_large_is_a_sentence() -> None:
    [page] = read_all("schema.yaml", b"x" * (LARGEST_FILE + 1))
    assert page.problems == ("it has more than 2000000 bytes, which no page has.",)


def test_what_is_wrong_with_one_operation_keeps_the_others() -> None:
    wrong = "  /sapi/v1/other:\n    get:\n      summary: !!set {a}\n"
    first, second = read_all("schema.yaml", MOVE.replace("components:\n", f"{wrong}components:\n", 1).encode())
    assert first.problems == ()
    assert second.problems == ("line 58: the tag tag:yaml.org,2002:set is not supported; write a plain value.",)
    assert second.versions[0].endpoints[0].value == Endpoint("GET", "/sapi/v1/other")
    assert first.is_part


def test_what_is_wrong_beside_the_operations_may_be_about_each() -> None:
    text = MOVE.replace("Key: {name: X-MBX-APIKEY", "Key: {name: !!set {a}")
    [page] = read_all("schema.yaml", text.encode())
    line = line_of("Key: {name", text)
    assert page.problems == (f"line {line}: the tag tag:yaml.org,2002:set is not supported; write a plain value.",)


def test_an_operation_whose_references_lead_to_too_much_is_not_read() -> None:
    schemas = {
        f"S{level}": {"properties": {f"f{n}": {"$ref": f"#/components/schemas/S{level + 1}"} for n in range(9)}}
        for level in range(12)
    }
    schemas["S12"] = {"type": "string", "description": "words " * 1000}  # type: ignore[dict-item]
    media = {"schema": {"$ref": "#/components/schemas/S0"}}
    operation = {"responses": {"200": {"content": {"application/json": media}}}}
    text = json.dumps({"openapi": "3.0.0", "paths": {"/a": {"get": operation}}, "components": {"schemas": schemas}})
    [page] = read_all("schema.json", text.encode())
    assert page.problems == ("line 1: with this, an operation has more than 100000 characters.",)


LONG = "x" * 1000


@pytest.mark.parametrize(
    "operation",
    [
        {"description": "- a\n" * 1000},
        {"x-ip-weight": "1\n" * 1000},
        {"responses": {"200": {"content": {"application/json": {"example": [LONG] * 100}}}}},
        {"responses": {"200": {"content": {"application/json": {"example": "{" + LONG * 100}}}}},
        {"responses": {"200": {"content": {"application/json": {"schema": {"properties": {
            f"f{number}": {"$ref": "#/components/schemas/Long"} for number in range(100)}}}}}}},
        {"parameters": [{"name": f"p{number}", "in": "query", "schema": {"$ref": "#/components/schemas/Values"}}
                        for number in range(100)]},
        {"requestBody": {"content": {"a": {"schema": {"allOf": [{"$ref": "#/components/schemas/Names"}] * 100}}}}},
    ],
)  # fmt: skip
def test_an_operation_that_takes_longer_to_read_than_any_is_a_sentence(operation: Mapping[str, Any]) -> None:
    schemas: dict[str, Any] = {
        "Long": {"example": LONG},
        "Values": {"enum": ["V"] * 1000},
        "Names": {"required": ["V"] * 1000},
    }
    components = {"schemas": schemas}
    text = json.dumps({"openapi": "3.0.0", "paths": {"/a": {"get": operation}}, "components": components})
    [page] = read_all("schema.json", text.encode())
    assert page.whole().problems == ("line 1: with this, an operation has more than 100000 characters.",)


def test_the_operations_that_are_read_of_a_schema_are_bounded_together() -> None:
    operations = {name: {"description": "words " * 10_000} for name in ("get", "post", "put", "delete")}
    paths = {"/a": operations, "/b": operations}
    pages = [page.whole() for page in read_all("schema.json", json.dumps({"openapi": "3", "paths": paths}).encode())]
    message = "line 1: with this, the operations have more than 300000 characters together."
    assert [page.problems for page in pages] == [()] * 4 + [(message,)] * 4


def test_a_schema_of_more_operations_than_any_is_a_sentence() -> None:
    paths: dict[str, Any] = {f"/{number}": {"get": {}} for number in range(1001)}
    [page] = read_all("schema.json", json.dumps({"openapi": "3", "paths": paths}).encode())
    assert page.problems == ("it has more than 1000 operations, which no schema has.",)


def test_a_schema_that_holds_itself_ends() -> None:
    schemas = {
        "Node": {
            "properties": {"below": {"$ref": "#/components/schemas/Node"}},
            "allOf": [{"$ref": "#/components/schemas/Node"}],
        }
    }
    media = {"schema": {"$ref": "#/components/schemas/Node"}}
    content = {"content": {"application/json": media}}
    operation = {"requestBody": content, "responses": {"200": content}}
    text = json.dumps({"openapi": "3.0.0", "paths": {"/a": {"post": operation}}, "components": {"schemas": schemas}})
    [version] = read_one(text).versions
    assert [row.name for row in values_of(version.parameters)] == ["below"]


KEYS = st.sampled_from(
    ["paths", "/a", "get", "post", "parameters", "name", "in", "schema", "type", "enum", "items", "properties", "required",
     "requestBody", "content", "application/json", "responses", "200", "example", "examples", "allOf", "$ref", "summary",
     "x-ip-weight", "x-parameters-notes", "x-description-cn", "description", "deprecated", "x-signed", "x-security-type"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(
    ["#/paths", "#/paths/~1a", "#/paths/~1a/get", "query", "object", "array", "1 per minute"]
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=4), max_leaves=30
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(KEYS, ANYTHING), st.dictionaries(KEYS, ANYTHING), st.dictionaries(KEYS, ANYTHING))
def test_any_schema_gives_pages_or_sentences(root: Any, path: Any, operation: Any) -> None:
    text = json.dumps({**root, "paths": {"/a": {**path, "get": operation}}})
    pages = read_all("schema.json", text.encode())
    assert pages
    assert all(page.versions or page.problems for page in pages)


@pytest.mark.parametrize("name", ["schema.json", "schema"])
def test_what_is_written_as_json_and_is_none_is_called_so(name: str) -> None:
    text = '{\n "openapi": "3.0.0",\n "paths": {"/a": {"get": {}}\n}'
    [page] = read_all(name, text.encode())
    assert page.problems == ("line 4: this is not JSON: expecting ',' delimiter.",)
