"""Which class a change has where it is easily taken for another: would a program that worked before still work?"""

from __future__ import annotations

import re

import pytest

from generator.diff.revisions import Spec
from generator.diff.walk import compare
from tests.specs import call
from tests.specs import spec as spec_of

from .mutation import TEXT, TRANSFER_NAME, lines_of, messages, query, spec

ERROR_CODE = (
    "  - code: {}\n    name: {}\n    description: A.\n    x-binance-zh: 甲。\n    outcome: {}\n    documented: false\n"
)


def error_codes(*codes: str) -> str:
    text = spec_of(call("GET /a", "readIt"), root="x-binance-errors:\n" + "".join(codes) if codes else "")
    return text.replace("    x-binance-zh: 甲。\n", "")


@pytest.mark.parametrize("exception", ["", "    exception: InsufficientBalance\n"])
def test_an_error_code_that_is_gone_proves_nothing_any_more(exception: str) -> None:
    kept, gone = ERROR_CODE.format(-1, "KEPT", "unknown"), ERROR_CODE.format(-2, "GONE", "not_executed") + exception
    [line] = messages(error_codes(kept, gone), error_codes(kept))
    assert line.startswith("breaking: error -2: no longer known: GONE, not_executed")
    [line] = messages(error_codes(kept), error_codes(kept, gone))
    assert line.startswith("facts: error -2: new: GONE, not_executed")


def test_a_wallet_is_a_member_of_an_enum_that_programs_name() -> None:
    old = spec_of(call("GET /a", "readIt"), root="x-binance-wallets:\n  MAIN: {description: The wallet.}\n")
    new = old.replace("  MAIN:", "  MOON: {description: The moon.}\n  MAIN:")
    assert messages(new, old) == ["breaking: wallet gone: MOON"]
    assert messages(old, new) == ["feature: new wallet: MOON"]


NEW_TYPE = "        - const: MAIN_MOON\n          description: M.\n          x-binance-zh: 月。\n"


def test_a_condition_of_a_new_value_asks_nothing_of_a_program_that_does_not_know_the_value(base: Spec) -> None:
    added = TEXT.replace("        - const: MAIN_UMFUTURE\n", f"{NEW_TYPE}        - const: MAIN_UMFUTURE\n")
    added = added.replace("in: [MARGIN_ISOLATEDMARGIN,", "in: [MAIN_MOON, MARGIN_ISOLATEDMARGIN,")
    new = spec(added, "new.yaml")
    there = [change for change in compare(base, new).changes if change.fact != "text"]
    assert [(change.impact, change.subject, change.message) for change in there] == [
        ("feature", "TransferType.MAIN_MOON", "new value: MAIN_MOON"),
        ("facts", "toSymbol", "required when type is MAIN_MOON"),
    ]
    back = [(change.impact, change.message) for change in compare(new, base).changes if change.fact != "text"]
    assert back == [("breaking", "value gone: MAIN_MOON"), ("facts", "no longer required when type is MAIN_MOON")]


def test_a_condition_on_what_is_always_sent_asks_nothing(base: Spec) -> None:
    always = "        - name: toSymbol\n          in: query\n          required: {}\n"
    assert always.format("false") in TEXT
    old = spec(TEXT.replace(always.format("false"), always.format("true")), "old.yaml")
    more = TEXT.replace("in: [MARGIN_ISOLATEDMARGIN,", "in: [MAIN_ISOLATED_MARGIN, MARGIN_ISOLATEDMARGIN,")
    new = spec(more, "new.yaml")
    assert [(change.impact, change.message) for change in compare(old, new).changes] == [
        ("feature", "required true -> false"),
        ("facts", "required when type is MAIN_ISOLATED_MARGIN"),
    ]
    assert [(change.impact, change.message) for change in compare(base, new).changes] == [
        ("breaking", "required when type is MAIN_ISOLATED_MARGIN")
    ]


CONDITIONAL = """\
- {name: kind, in: query, schema: {$ref: '#/components/schemas/Kind'}}
- {name: value, in: query, schema: {type: string}}
- {name: other, in: query, schema: {type: string}}
"""
KINDS = "Kind: {type: string, description: K., enum: [A, B]}\n"
RULE = "- parameter: {}\n  when: {{parameter: kind, in: [A]}}\n"


def test_a_condition_on_a_new_parameter() -> None:
    rule = f"x-binance-requires:\n{RULE.format('value')}"
    old = spec_of(call("GET /a", "readIt", parameters=CONDITIONAL.partition("- {name: value")[0]), schemas=KINDS)
    two = CONDITIONAL.partition("- {name: other")[0]
    new = spec_of(call("GET /a", "readIt", keys=rule, parameters=two), schemas=KINDS)
    assert messages(old, new) == [
        "breaking: read_it: value: required when kind is A",
        "feature: read_it: value: new optional parameter",
    ]
    assert messages(new, old) == [
        "breaking: read_it: value: parameter gone",
        "facts: read_it: value: no longer required when kind is A",
    ]


def test_a_condition_is_located_at_its_own_entry() -> None:
    without, having = (
        spec_of(
            call("GET /a", "readIt", keys=f"x-binance-requires:\n{RULE.format('value')}{more}", parameters=CONDITIONAL),
            schemas=KINDS,
        )
        for more in ("", RULE.format("other"))
    )
    assert lines_of(without, having) == ["- parameter: other | breaking: read_it: other: required when kind is A"]
    assert lines_of(having, without) == [
        "- parameter: other | feature: read_it: other: no longer required when kind is A"
    ]


LISTED = "{$ref: '#/components/schemas/Kind'}"
TEXTS, NUMBERS = "array, items: {type: string}", "array, items: {type: integer}"
LONG, INT = "integer, format: int64", "integer, format: int32"
FEWER = "type LONG (int) -> INT (int)"


@pytest.mark.parametrize(
    ("old", "new", "impact", "message", "back"),
    [
        (
            "integer",
            "string, format: decimal",
            "breaking",
            "type LONG (int) -> DECIMAL (Decimal | int | str)",
            "breaking",
        ),
        (
            "string",
            "string, format: decimal",
            "breaking",
            "type STRING (str) -> DECIMAL (Decimal | int | str)",
            "breaking",
        ),
        (NUMBERS, "integer", "breaking", "type ARRAY (Sequence[int]) -> LONG (int)", "breaking"),
        ("integer", "integer, minimum: 5", "breaking", "minimum none -> 5", "feature"),
        ("integer", "integer, minimum: 0", "breaking", "minimum none -> 0", "feature"),
        ("integer, minimum: 5", "integer, minimum: 4", "feature", "minimum 5 -> 4", "breaking"),
        ("integer, maximum: 5", "integer, maximum: 4", "breaking", "maximum 5 -> 4", "feature"),
        ("integer, maximum: 5", "integer", "feature", "maximum 5 -> none", "breaking"),
        ("integer, maximum: 60000", "integer, maximum: 60000.0", "text", "maximum 60000 -> 60000.0", "text"),
        ("string, pattern: a", "string", "feature", "pattern a -> none", "breaking"),
        ("string, pattern: a", "string, pattern: 'a|b'", "breaking", "pattern a -> a|b", "breaking"),
        (NUMBERS, f"{NUMBERS}, maxItems: 3", "breaking", "maxItems none -> 3", "feature"),
        (NUMBERS, "array, items: {type: integer, minimum: 3}", "breaking", "minimum none -> 3", "feature"),
        # A limit that refuses nothing is no limit.
        ("string", "string, minLength: 0", "facts", "minLength none -> 0", "facts"),
        (TEXTS, f"{TEXTS}, minItems: 0", "facts", "minItems none -> 0", "facts"),
        ("string, format: decimal", "string, format: decimal, minimum: 0", "facts", "minimum none -> 0", "facts"),
        # A whole number of fewer bits takes less, unless a maximum refuses what is beyond them.
        (LONG, INT, "breaking", FEWER, "feature"),
        (f"array, items: {{type: {LONG}}}", f"array, items: {{type: {INT}}}", "breaking", "bits 64 -> 32", "feature"),
        (f"{LONG}, maximum: 2147483647", f"{INT}, maximum: 2147483647", "facts", FEWER, "facts"),
        (f"{LONG}, maximum: 2147483648", f"{INT}, maximum: 2147483648", "breaking", FEWER, "feature"),
    ],
)
def test_what_a_parameter_takes(old: str, new: str, impact: str, message: str, back: str) -> None:
    before, after = (spec_of(query(f"{{type: {schema}}}")) for schema in (old, new))
    fact, was, became = re.fullmatch(r"(\w+) (.*) -> (.*)", message).groups()  # type: ignore[union-attr] # it matches
    assert messages(before, after) == [f"{impact}: read_it: value: {message}"]
    assert messages(after, before) == [f"{back}: read_it: value: {fact} {became} -> {was}"]


@pytest.mark.parametrize(
    ("old", "new"), [(f"{LONG}, maximum: 60000", INT), (f"{LONG}, minimum: 1", f"{INT}, maximum: 60000")]
)
def test_fewer_bits_refuse_nothing_where_one_maximum_does(old: str, new: str) -> None:
    before, after = (spec_of(query(f"{{type: {schema}}}")) for schema in (old, new))
    assert f"facts: read_it: value: {FEWER}" in messages(before, after)


def test_an_argument_that_no_longer_takes_unlisted_values_is_breaking() -> None:
    refusing, open_ = (spec_of(query(schema)) for schema in ("{type: string, not: {const: BNB}}", "{type: string}"))
    assert messages(refusing, open_) == [
        "breaking: read_it: value: type STRING (str | Unlisted) -> STRING (str)",
        "feature: read_it: value: BNB is no longer refused",
    ]
    assert messages(open_, refusing) == [
        "breaking: read_it: value: BNB is refused now",
        "feature: read_it: value: type STRING (str) -> STRING (str | Unlisted)",
    ]


def test_the_order_of_refused_values_is_only_an_order() -> None:
    old, new = (spec_of(query(f"{{type: string, not: {{enum: {values}}}}}")) for values in ("[A, B]", "[B, A]"))
    assert messages(old, new) == ["text: read_it: the refused values stand in another order"]


@pytest.mark.parametrize(
    ("item", "impact"), [("{type: string}", "breaking"), ("{type: integer}", "facts"), (LISTED, "facts")]
)
def test_texts_with_commas_are_refused_where_commas_part_them(item: str, impact: str) -> None:
    schema = f"{{type: array, items: {item}}}"
    old, new = (spec_of(query(schema, more=f", explode: {explode}"), schemas=KINDS) for explode in ("true", "false"))
    assert messages(old, new) == [f"{impact}: read_it: value: array form repeat -> comma"]
    assert messages(new, old) == ["facts: read_it: value: array form comma -> repeat"]


def test_another_name_on_the_wire_alone_changes_no_program() -> None:
    old, new = (
        spec_of(call("GET /a", "readIt", parameters=f"- {{name: {name}, in: query, schema: {{type: string}}}}\n"))
        for name in ("fromSymbol", "from_symbol")
    )
    [line] = lines_of(old, new)
    written, _, message = line.partition(" | ")
    assert written == "- {name: from_symbol, in: query, schema: {type: string}}"
    assert message == "facts: read_it: from_symbol: wire name fromSymbol -> from_symbol"


def test_another_name_of_a_field_on_the_wire_alone_changes_no_program() -> None:
    old, new = (
        spec_of(
            call(
                "GET /a",
                "readIt",
                schema=f"{{type: object, required: [{name}], properties: {{{name}: {{type: string}}}}}}",
                example=f"{{{name}: a}}",
            )
        )
        for name in ("tranId", "tran_id")
    )
    lines = [line for line in messages(old, new) if "example" not in line]
    assert lines == ["facts: ReadItResponse.tran_id: wire name tranId -> tran_id"]


@pytest.mark.parametrize(
    ("schema", "named", "subject"),
    [
        ("{{type: object, properties: {{a: {{oneOf: [{{type: {}}}, {{type: {}}}]}}}}}}", "{{}}", "ReadItResponse.a"),
        ("{{$ref: '#/components/schemas/Either'}}", "{{oneOf: [{{type: {}}}, {{type: {}}}]}}", "Either"),
    ],
)
def test_the_order_of_a_union_is_only_an_order(schema: str, named: str, subject: str) -> None:
    old, new = (
        spec_of(
            call("GET /a", "readIt", schema=schema.format(*kinds), example="{}" if subject != "Either" else "a"),
            schemas=f"Either: {named.format(*kinds)}\n" if subject == "Either" else "",
        )
        for kinds in (("string", "integer"), ("integer", "string"))
    )
    assert messages(old, new) == [f"text: {subject}: the types stand in another order: str | int -> int | str"]


def test_another_budget_tells_what_it_means_also_where_nothing_else_changed(base: Spec) -> None:
    moved = spec(TEXT.replace("{scope: uid, weight: 900}", "{scope: ip, weight: 900}"), "new.yaml")
    assert [change.message for change in compare(base, moved).changes if change.operations == (TRANSFER_NAME,)] == [
        "scope uid -> ip: 200 -> 13 calls per minute"
    ]


def test_a_budget_tells_what_it_means_for_a_method_under_its_new_name(base: Spec) -> None:
    text = TEXT.replace("operationId: userUniversalTransfer", "operationId: moveAnything")
    new = spec(text.replace("uid: {weight: 180000,", "uid: {weight: 90000,"), "new.yaml")
    [budget] = [change.message for change in compare(base, new).changes if change.fact == "budget"]
    assert budget.endswith("; calls per minute: move_anything 200 -> 100")


def test_another_type_is_located_where_the_parameter_names_it() -> None:
    parameter = "- name: value\n  in: query\n  schema: {}\n"
    old, new = (
        spec_of(
            call("GET /a", "readIt", parameters=parameter.format(schema)),
            call("GET /b", "readB", parameters=parameter.format(LISTED)),
            schemas=KINDS,
        )
        for schema in ("{type: string}", LISTED)
    )
    [line] = lines_of(old, new)
    assert line.startswith(f"schema: {LISTED} | breaking: read_it: value: type STRING (str) -> ")
    [line] = lines_of(new, old)
    assert line.startswith("schema: {type: string} | breaking: read_it: value: type ")


def test_a_field_that_need_not_come_is_located_at_required() -> None:
    record = "type: object\nrequired: [{}]\nproperties:\n  a: {{type: string}}\n  b: {{type: string}}\n"
    old, new = (
        spec_of(call("GET /a", "readIt", schema=record.format(names), example="{a: a, b: b}"))
        for names in ("a, b", "a")
    )
    assert lines_of(old, new) == ["required: [a] | breaking: ReadItResponse.b: required true -> false"]


def test_what_looks_the_same_is_reported_with_its_kind() -> None:
    old, new = (
        spec_of(
            query(LISTED),
            schemas=f"Kind: {{type: {kind}, description: K., oneOf: [{{const: {value}, title: A, description: A.}}]}}\n",
        )
        for kind, value in (("integer", "1"), ("string", "'1'"))
    )
    lines = messages(old, new)
    assert "breaking: Kind.A: value gone: 1" in lines
    assert "feature: Kind.A: new value: '1'" in lines


@pytest.mark.parametrize(
    ("old", "new", "impact", "back"),
    [
        ("code: [0]", "code: [0, '000000']", "facts", "breaking"),
        ("code: [0]", "code: any", "facts", "breaking"),
        ("code: [0]", "code: [1]", "breaking", "breaking"),
        ("code: [0]", "code: [0], msg: [ok]", "breaking", "facts"),
        ("code: [0], msg: any", "code: [0]", "facts", "facts"),
    ],
)
def test_a_success_with_fewer_values_is_breaking(old: str, new: str, impact: str, back: str) -> None:
    schema = "{type: object, properties: {code: {oneOf: [{type: integer}, {type: string}]}, msg: {type: string}}}"
    one, two = (
        spec_of(call("GET /a", "readIt", keys=f"x-binance-success: {{{success}}}\n", schema=schema))
        for success in (old, new)
    )
    assert [line.partition(":")[0] for line in messages(one, two)] == [impact]
    assert [line.partition(":")[0] for line in messages(two, one)] == [back]


def test_another_success_is_located_at_its_key_and_has_both_values() -> None:
    schema = "{type: object, properties: {code: {type: integer}}}"
    one, two = (
        spec_of(call("GET /a", "readIt", keys=f"x-binance-success: {{code: {values}}}\n", schema=schema))
        for values in ("[0, 200]", "any")
    )
    assert lines_of(one, two) == ["x-binance-success: {code: any} | facts: read_it: success code 0 or 200 -> code any"]
