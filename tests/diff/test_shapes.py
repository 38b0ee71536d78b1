"""Constructs that our own spec has no use for, and where the location of a change is not obvious."""

from __future__ import annotations

import textwrap

import pytest

from generator.diff.command import diff_of
from generator.diff.formats import FORMATS
from generator.diff.revisions import Spec
from generator.diff.walk import compare
from tests.specs import Call, call
from tests.specs import spec as spec_of

from .mutation import TEXT, WHOLE, lines_of, messages, query, spec


def response(schema: str, example: str = "{}") -> Call:
    return call("GET /a", "readIt", schema=schema, example=example)


def test_a_list_in_json_is_located_under_content() -> None:
    text = """\
    - name: value
      in: query
      content:
        application/json:
          schema:
            type: array
            maxItems: {}
            items: {{type: string}}
    """
    old, new = (spec_of(call("GET /a", "readIt", parameters=text.format(count))) for count in (3, 2))
    assert lines_of(old, new) == ["maxItems: 2 | breaking: read_it: value: maxItems 3 -> 2"]


def test_a_renamed_parameter_is_one_that_went_and_one_that_came() -> None:
    old, new = (spec_of(query("{type: string}", name=name)) for name in ("value", "worth"))
    assert lines_of(old, new) == [
        "- {name: value, in: query, schema: {type: string}} | breaking: read_it: value: parameter gone",
        "- {name: worth, in: query, schema: {type: string}} | feature: read_it: worth: new optional parameter",
    ]


NESTED = """\
type: object
required: [rows]
properties:
  rows:
    type: array
    items:
      type: object
      properties:
        first: {{type: {}}}
        {}: {{type: string}}
"""


def test_records_inside_records_have_their_own_location() -> None:
    old, new = (
        spec_of(response(NESTED.format("string", "a"), "{rows: []}")),
        spec_of(response(NESTED.format("integer", "b"), "{rows: []}")),
    )
    assert lines_of(old, new) == [
        "a: {type: string} | breaking: ReadItResponseRows.a: field gone",
        "first: {type: integer} | breaking: ReadItResponseRows.first: type str -> int",
        "b: {type: string} | feature: ReadItResponseRows.b: new optional field",
    ]


def test_a_response_that_is_a_list() -> None:
    schemas = "Names:\n  type: array\n  items: {{type: {}}}\n"
    reader = response("{$ref: '#/components/schemas/Names'}", "[]")
    old, new = (spec_of(reader, schemas=schemas.format(kind)) for kind in ("string", "integer"))
    assert lines_of(old, new) == ["Names: | breaking: Names: type list[str] -> list[int]"]


def test_a_response_that_becomes_a_record() -> None:
    reader = response("{$ref: '#/components/schemas/Found'}", "{}")
    lists = spec_of(reader, schemas="Found:\n  type: object\n  additionalProperties: {type: integer}\n")
    record = spec_of(reader, schemas="Found:\n  type: object\n  properties: {a: {type: integer}}\n")
    assert lines_of(lists, record) == ["Found: | breaking: Found: type dict[str, int] -> a record"]


def test_another_model() -> None:
    schemas = "One: {type: object, properties: {}}\nTwo: {type: object, properties: {}}\n"
    old, new = (
        spec_of(response(f"{{$ref: '#/components/schemas/{name}'}}"), schemas=schemas) for name in ("One", "Two")
    )
    assert lines_of(old, new) == [
        "schema: | breaking: read_it: response One -> Two",
        "One: {type: object, properties: {}} | breaking: One: model gone",
        "Two: {type: object, properties: {}} | feature: Two: new model",
    ]


def test_operations_in_another_order_are_only_an_order() -> None:
    first, second = call("GET /a", "readA"), call("GET /b", "readB")
    assert lines_of(spec_of(first, second), spec_of(second, first)) == [
        "paths: | text: the operations stand in another order"
    ]


def test_keys_and_comments_in_another_order_are_nothing() -> None:
    text = spec_of(query("{type: integer, minimum: 1, maximum: 9}"))
    other = text.replace("minimum: 1, maximum: 9", "maximum: 9, minimum: 1").replace(
        "paths:", "# Here they are.\npaths:"
    )
    assert lines_of(text, other) == []


def test_a_path_parameter() -> None:
    parameters = "- {name: id, in: path, required: true, schema: {type: string}, example: a}\n"
    old = call("GET /a/{id}", "readIt", parameters=parameters)
    new = call("GET /a", "readIt", parameters=parameters.replace("in: path", "in: query"))
    assert lines_of(spec_of(old), spec_of(new)) == [
        "'/a': | facts: read_it: path /a/{id} -> /a",
        "- {name: id, in: query, required: true, schema: {type: string}, example: a} | facts: read_it: id: location path -> query",
    ]


@pytest.mark.parametrize(
    ("methods", "who"), [(("GET", "POST"), "get_it and post_it"), (("GET", "POST", "PUT"), "3 operations")]
)
def test_a_path_concerns_all_that_is_called_there(methods: tuple[str, ...], who: str) -> None:
    old, new = (
        spec_of(*(call(f"{method} {path}", f"{method.lower()}It") for method in methods), call("GET /c", "readC"))
        for path in ("/a", "/b")
    )
    assert lines_of(old, new) == [f"'/b': | facts: {who}: path /a -> /b"]


def test_a_call_that_asks_for_a_key_now() -> None:
    old, new = (spec_of(call("GET /a", "readIt", security=kind)) for kind in ("NONE", "USER_DATA"))
    lines = lines_of(old, new)
    assert lines[0] == "x-binance-security: USER_DATA | breaking: read_it: security NONE -> USER_DATA"
    assert [line.partition("| ")[2] for line in lines[1:]] == [
        "facts: read_it: timestamp: sent by the client",
        "facts: read_it: signature: sent by the client",
    ]
    assert messages(new, old) == [
        "facts: read_it: timestamp: no longer sent by the client",
        "facts: read_it: signature: no longer sent by the client",
        "facts: read_it: security USER_DATA -> NONE",
    ]


def test_the_first_chinese_is_one_change() -> None:
    old = spec_of(call("GET /a", "readIt", keys="description: It reads.\n"))
    new = old.replace("{title: Test,", "{title: Test, x-binance-zh: 测试,")
    for text in ("summary: readIt", "description: It reads.", "description: The answer."):
        assert text in new
    new = new.replace(
        "description: It reads.", "description: It reads.\n      x-binance-zh: {summary: 读, description: 读取。}"
    )
    new = new.replace("description: The answer.", "description: The answer.\n          x-binance-zh: 答。")
    assert lines_of(old, new) == [
        "info: {title: Test, x-binance-zh: 测试, version: 1.2.3} | text: languages of the documentation: en -> en, zh-CN"
    ]


def test_the_default_server() -> None:
    old = spec_of(call("GET /a", "readIt")).replace(
        "[{url: https://api.example.com}]", "[{url: https://a.example.com}, {url: https://b.example.com}]"
    )
    new = old.replace("//a.", "//c.").replace("//b.", "//a.").replace("//c.", "//b.")
    [line] = lines_of(old, new)
    written, _, rest = line.partition(" | ")
    assert written == "servers: [{url: https://b.example.com}, {url: https://a.example.com}]"
    assert rest == "facts: requests go to https://b.example.com by default, not to https://a.example.com"


def test_a_hostile_word_stays_in_its_line() -> None:
    old = spec_of(call("GET /a", "readIt", keys='description: "It reads."\n'))
    new = old.replace("It reads.", r"It\n::error::\u202e reads, `100%` <b>[x](y)")
    diff = diff_of(spec(old, "old"), spec(new, "new"))
    assert FORMATS["terminal"](diff).count("\n") == 3
    assert FORMATS["github"](diff).count("\n") == 1
    assert FORMATS["github"](diff).startswith("::notice file=new,line=14,title=spec%3A text::read_it: description")
    assert "`100%25`" in FORMATS["github"](diff)
    assert r"\`100%\` \<b>\[x\](y)" in FORMATS["markdown"](diff)
    assert all("\u202e" not in write(diff) for name, write in FORMATS.items() if name != "json")


def test_what_a_call_does_to_wallets_is_compared(whole: Spec) -> None:
    text = WHOLE.replace("to: MARGIN, except: [BNB]}", "to: MARGIN, except: [BNB, USDT]}")
    text = text.replace("from: fromSymbol, to: toSymbol}", "from: toSymbol, to: fromSymbol}")
    assert [change.message for change in compare(whole, spec(text, "new.yaml")).changes] == [
        (
            "effect collect (from UMFUTURE CMFUTURE, to MARGIN, except BNB) -> "
            "collect (from UMFUTURE CMFUTURE, to MARGIN, except BNB USDT)"
        ),
        (
            "effect transfer (by type, asset asset, amount amount, receipt tranId, from fromSymbol, to toSymbol) -> "
            "transfer (by type, asset asset, amount amount, receipt tranId, from toSymbol, to fromSymbol)"
        ),
    ]


def test_what_distinguishes_wallets_is_compared(whole: Spec) -> None:
    text = WHOLE.replace("    per: symbol\n", "    per: email\n")
    (change,) = compare(whole, spec(text, "new.yaml")).changes
    assert (change.subject, change.message) == ("wallet ISOLATEDMARGIN", "distinguished by symbol -> email")


def test_a_response_may_be_a_reference_to_one_whose_schema_has_no_name(base: Spec) -> None:
    start = TEXT.index("        '200':\n          description: The amount that can be moved.")
    end = TEXT.index("        '4XX'", start)
    inline = TEXT[start:end].replace(
        "{$ref: '#/components/schemas/TransferableEarnBalance'}",
        "{type: object, required: [asset], properties: {asset: {type: string}}}",
    )
    moved = TEXT[:start] + "        '200': {$ref: '#/components/responses/Balance'}\n" + TEXT[end:]
    named = textwrap.indent(textwrap.dedent(inline).replace("'200':", "Balance:"), "    ")
    text = moved.replace("  responses:\n    Rejected:", f"  responses:\n{named}    Rejected:")
    changes = compare(base, spec(text, "new.yaml")).changes
    assert "response" in {change.fact for change in changes}
    again = text.replace("properties: {asset: {type: string}}", "properties: {asset: {type: integer}}")
    again = again.replace("example: {asset: LDUSDT, ", "example: {asset: 7, ")
    old = spec(text, "old.yaml")
    (change,) = (change for change in compare(old, spec(again, "two.yaml")).changes if "type" in change.fact)
    assert change.location.line == again[: again.index("{asset: {type: integer}}")].count("\n") + 1
