"""Which class a change has where it is easily taken for another: would a program that worked before still work?"""

from __future__ import annotations

import pytest

from generator.diff.revisions import Spec
from generator.diff.walk import compare
from tests.specs import Call, call
from tests.specs import spec as spec_of

from .conftest import Lines
from .mutation import TEXT, TRANSFER_NAME, spec

ERROR_CODE = (
    "  - code: {}\n    name: {}\n    description: A.\n    x-binance-zh: 甲。\n    outcome: {}\n    documented: false\n"
)


def error_codes(*codes: str) -> str:
    text = spec_of(call("GET /a", "readIt"), root="x-binance-errors:\n" + "".join(codes) if codes else "")
    return text.replace("    x-binance-zh: 甲。\n", "")


def query(schema: str, *, more: str = "", required: str = "") -> Call:
    """An operation whose one parameter is `value`; `required` is what stands before its schema."""
    return call("GET /a", "readIt", parameters=f"- {{name: value, in: query, {required}schema: {schema}{more}}}\n")


def messages(lines: list[str]) -> list[str]:
    return [line.partition(" | ")[2] for line in lines]


@pytest.mark.parametrize("exception", ["", "    exception: InsufficientBalance\n"])
def test_an_error_code_that_is_gone_proves_nothing_any_more(exception: str, lines_of: Lines) -> None:
    kept, gone = ERROR_CODE.format(-1, "KEPT", "unknown"), ERROR_CODE.format(-2, "GONE", "not_executed") + exception
    [line] = messages(lines_of(error_codes(kept, gone), error_codes(kept)))
    assert line.startswith("breaking: error -2: no longer known: GONE, not_executed")
    [line] = messages(lines_of(error_codes(kept), error_codes(kept, gone)))
    assert line.startswith("facts: error -2: new: GONE, not_executed")


def test_another_outcome_is_breaking_whichever_it_is(lines_of: Lines) -> None:
    outcomes = ("not_executed", "probably_not_executed", "unknown")
    for before in outcomes:
        for after in outcomes:
            if before != after:
                old, new = (error_codes(ERROR_CODE.format(-1, "ONE", outcome)) for outcome in (before, after))
                assert messages(lines_of(old, new)) == [f"breaking: error -1: outcome {before} -> {after}"]


def test_a_wallet_is_a_member_of_an_enum_that_programs_name(lines_of: Lines) -> None:
    one = spec_of(call("GET /a", "readIt"), root="x-binance-wallets:\n  MAIN: {description: The wallet.}\n")
    two = one.replace("  MAIN:", "  MOON: {description: The moon.}\n  MAIN:")
    assert messages(lines_of(two, one)) == ["breaking: wallet gone: MOON"]
    assert messages(lines_of(one, two)) == ["feature: new wallet: MOON"]


def test_an_argument_that_no_longer_takes_unlisted_values_is_breaking(lines_of: Lines) -> None:
    refusing, open_ = query("{type: string, not: {const: BNB}}"), query("{type: string}")
    assert messages(lines_of(spec_of(refusing), spec_of(open_))) == [
        "breaking: read_it: value: type STRING (str | Unlisted) -> STRING (str)",
        "feature: read_it: value: BNB is no longer refused",
    ]
    assert messages(lines_of(spec_of(open_), spec_of(refusing))) == [
        "breaking: read_it: value: BNB is refused now",
        "feature: read_it: value: type STRING (str) -> STRING (str | Unlisted)",
    ]


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


def test_a_condition_on_a_new_parameter(lines_of: Lines) -> None:
    rule = f"x-binance-requires:\n{RULE.format('value')}"
    old = spec_of(call("GET /a", "readIt", parameters=CONDITIONAL.partition("- {name: value")[0]), schemas=KINDS)
    two = CONDITIONAL.partition("- {name: other")[0]
    new = spec_of(call("GET /a", "readIt", keys=rule, parameters=two), schemas=KINDS)
    assert messages(lines_of(old, new)) == [
        "breaking: read_it: value: required when kind is A",
        "feature: read_it: value: new optional parameter",
    ]
    assert messages(lines_of(new, old)) == [
        "breaking: read_it: value: parameter gone",
        "facts: read_it: value: no longer required when kind is A",
    ]


def test_a_condition_is_located_at_its_own_entry(lines_of: Lines) -> None:
    one, two = (
        spec_of(
            call("GET /a", "readIt", keys=f"x-binance-requires:\n{RULE.format('value')}{more}", parameters=CONDITIONAL),
            schemas=KINDS,
        )
        for more in ("", RULE.format("other"))
    )
    assert lines_of(one, two) == ["- parameter: other | breaking: read_it: other: required when kind is A"]
    assert lines_of(two, one) == ["- parameter: other | feature: read_it: other: no longer required when kind is A"]


@pytest.mark.parametrize(
    ("schema", "rule", "fact"),
    [
        ("{type: string}", "minLength: 0", "minLength none -> 0"),
        ("{type: array, items: {type: string}}", "minItems: 0", "minItems none -> 0"),
        ("{type: string, format: decimal}", "minimum: 0", "minimum none -> 0"),
    ],
)
def test_a_limit_that_refuses_nothing_is_no_limit(schema: str, rule: str, fact: str, lines_of: Lines) -> None:
    limited = f"{schema[:-1]}, {rule}}}"
    assert messages(lines_of(spec_of(query(schema)), spec_of(query(limited)))) == [f"facts: read_it: value: {fact}"]
    [back] = messages(lines_of(spec_of(query(limited)), spec_of(query(schema))))
    assert back.startswith("facts: ")


def test_a_least_number_is_a_limit_where_numbers_may_be_negative(lines_of: Lines) -> None:
    old, new = (spec_of(query(f"{{type: integer{rule}}}")) for rule in ("", ", minimum: 0"))
    assert messages(lines_of(old, new)) == ["breaking: read_it: value: minimum none -> 0"]


@pytest.mark.parametrize(
    ("item", "impact"),
    [("{type: string}", "breaking"), ("{type: integer}", "facts"), ("{type: string, enum: [A]}", "facts")],
)
def test_texts_with_commas_are_refused_where_commas_part_them(item: str, impact: str, lines_of: Lines) -> None:
    schema = f"{{type: array, items: {item}}}"
    if "enum" in item:
        schema = "{type: array, items: {$ref: '#/components/schemas/Kind'}}"
    old, new = (spec_of(query(schema, more=f", explode: {explode}"), schemas=KINDS) for explode in ("true", "false"))
    assert messages(lines_of(old, new)) == [f"{impact}: read_it: value: array form repeat -> comma"]
    assert messages(lines_of(new, old)) == ["facts: read_it: value: array form comma -> repeat"]


def test_another_name_on_the_wire_alone_changes_no_program(lines_of: Lines) -> None:
    old, new = (
        spec_of(call("GET /a", "readIt", parameters=f"- {{name: {name}, in: query, schema: {{type: string}}}}\n"))
        for name in ("fromSymbol", "from_symbol")
    )
    [line] = lines_of(old, new)
    written, _, message = line.partition(" | ")
    assert written == "- {name: from_symbol, in: query, schema: {type: string}}"
    assert message == "facts: read_it: from_symbol: wire name fromSymbol -> from_symbol"


def test_another_name_of_a_field_on_the_wire_alone_changes_no_program(lines_of: Lines) -> None:
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
    lines = [line for line in messages(lines_of(old, new)) if "example" not in line]
    assert lines == ["facts: ReadItResponse.tran_id: wire name tranId -> tran_id"]


def test_the_order_of_a_union_is_only_an_order(lines_of: Lines) -> None:
    union = "{{type: object, properties: {{a: {{oneOf: [{{type: {}}}, {{type: {}}}]}}}}}}"
    old, new = (
        spec_of(call("GET /a", "readIt", schema=union.format(*kinds)))
        for kinds in (("string", "integer"), ("integer", "string"))
    )
    [line] = messages(lines_of(old, new))
    assert line.startswith("text: ReadItResponse.a: the types stand in another order: ")


def test_the_order_of_a_named_union_is_only_an_order(lines_of: Lines) -> None:
    union = "{{oneOf: [{{type: {}}}, {{type: {}}}]}}"
    old, new = (
        spec_of(
            call("GET /a", "readIt", schema="{$ref: '#/components/schemas/Either'}", example="a"),
            schemas=f"Either: {union.format(*kinds)}\n",
        )
        for kinds in (("string", "integer"), ("integer", "string"))
    )
    assert messages(lines_of(old, new)) == ["text: Either: the types stand in another order: str | int -> int | str"]


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


def test_another_type_is_located_where_the_parameter_names_it(lines_of: Lines) -> None:
    parameter = "- name: value\n  in: query\n  schema: {}\n"
    listed = "{$ref: '#/components/schemas/Kind'}"
    old, new = (
        spec_of(
            call("GET /a", "readIt", parameters=parameter.format(schema)),
            call("GET /b", "readB", parameters=parameter.format(listed)),
            schemas=KINDS,
        )
        for schema in ("{type: string}", listed)
    )
    [line] = lines_of(old, new)
    assert line.startswith(f"schema: {listed} | breaking: read_it: value: type STRING (str) -> ")
    [line] = lines_of(new, old)
    assert line.startswith("schema: {type: string} | breaking: read_it: value: type ")


def test_a_field_that_need_not_come_is_located_at_required(lines_of: Lines) -> None:
    record = "type: object\nrequired: [{}]\nproperties:\n  a: {{type: string}}\n  b: {{type: string}}\n"
    old, new = (
        spec_of(call("GET /a", "readIt", schema=record.format(names), example="{a: a, b: b}"))
        for names in ("a, b", "a")
    )
    assert lines_of(old, new) == ["required: [a] | breaking: ReadItResponse.b: required true -> false"]


def test_what_looks_the_same_is_reported_with_its_kind(lines_of: Lines) -> None:
    old, new = (
        spec_of(
            query("{$ref: '#/components/schemas/Kind'}"),
            schemas=f"Kind: {{type: {kind}, description: K., oneOf: [{{const: {value}, title: A, description: A.}}]}}\n",
        )
        for kind, value in (("integer", "1"), ("string", "'1'"))
    )
    lines = messages(lines_of(old, new))
    assert "breaking: Kind.A: value gone: 1" in lines
    assert "feature: Kind.A: new value: '1'" in lines


def test_a_number_in_other_digits_is_no_other_limit(lines_of: Lines) -> None:
    old, new = (spec_of(query(f"{{type: integer, maximum: {maximum}}}")) for maximum in ("60000", "60000.0"))
    assert messages(lines_of(old, new)) == ["text: read_it: value: maximum 60000 -> 60000.0"]


@pytest.mark.parametrize("form", ["{{type: integer{}}}", "{{type: array, items: {{type: integer{}}}}}"])
def test_a_whole_number_of_fewer_bits_takes_less(form: str, lines_of: Lines) -> None:
    long, int_ = (spec_of(query(form.format(f", format: {bits}"))) for bits in ("int64", "int32"))
    [there], [back] = messages(lines_of(long, int_)), messages(lines_of(int_, long))
    single = "array" not in form
    assert there == "breaking: read_it: value: " + ("type LONG (int) -> INT (int)" if single else "bits 64 -> 32")
    assert back == "feature: read_it: value: " + ("type INT (int) -> LONG (int)" if single else "bits 32 -> 64")


@pytest.mark.parametrize(
    ("old", "new", "impact"),
    [
        ("maximum: 2147483647", "maximum: 2147483647", "facts"),
        ("maximum: 2147483648", "maximum: 2147483648", "breaking"),
        ("maximum: 60000", "minimum: 1", "facts"),
        ("minimum: 1", "maximum: 60000", "facts"),
    ],
)
def test_fewer_bits_refuse_nothing_where_a_maximum_does(old: str, new: str, impact: str, lines_of: Lines) -> None:
    schema = "{{type: integer, format: {}, {}}}"
    lines = messages(lines_of(spec_of(query(schema.format("int64", old))), spec_of(query(schema.format("int32", new)))))
    assert f"{impact}: read_it: value: type LONG (int) -> INT (int)" in lines


def test_more_bits_take_no_more_where_a_maximum_stays(lines_of: Lines) -> None:
    old, new = (
        spec_of(query(f"{{type: integer, format: {bits}, minimum: 1, maximum: 60000}}")) for bits in ("int32", "int64")
    )
    assert messages(lines_of(old, new)) == ["facts: read_it: value: type INT (int) -> LONG (int)"]
