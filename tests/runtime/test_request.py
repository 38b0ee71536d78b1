"""The bytes that are signed are the bytes that are sent, and nothing is sent that breaks a rule."""

from __future__ import annotations

from decimal import Decimal

import pytest

from generator.runtime.errors import InvalidRequest
from generator.runtime.operation import Documentation, Exclusive, Parameter, Window
from generator.runtime.request import prepare, target
from generator.runtime.signer import HmacSigner

from .table import BALANCE, TRANSFER, operation

SIGNER = HmacSigner("secret")


def test_a_signed_request_has_its_parameters_in_the_spec_s_order_then_timestamp_then_signature() -> None:
    prepared = prepare(TRANSFER, {"amount": Decimal("1E-5"), "recv_window": 5000, "type": "IN", "email": "a+b@c.io"})
    query = b"type=IN&amount=0.00001&email=a%2Bb%40c.io&recvWindow=5000&timestamp=1499827319559"
    signature = SIGNER.sign(query).encode()
    assert target(prepared, SIGNER, 1499827319559) == b"/sapi/v1/transfer?" + query + b"&signature=" + signature


def test_a_signed_request_without_parameters_has_a_timestamp_and_a_signature() -> None:
    signature = SIGNER.sign(b"timestamp=5").encode()
    assert target(prepare(BALANCE, {}), SIGNER, 5) == b"/sapi/v1/transfer?timestamp=5&signature=" + signature


def test_an_unsigned_request_without_parameters_has_no_question_mark() -> None:
    assert target(prepare(BALANCE, {}), None, 5) == b"/sapi/v1/transfer"


def test_a_signature_in_base64_is_percent_encoded() -> None:
    class Base64Signer:
        def sign(self, payload: bytes) -> str:
            assert payload == b"timestamp=5"
            return "a+b/c=="

    assert target(prepare(BALANCE, {}), Base64Signer(), 5).endswith(b"&signature=a%2Bb%2Fc%3D%3D")


@pytest.mark.parametrize(
    ("value", "encoded"), [("BTC", b"BTC"), ("a/b?c#d", b"a%2Fb%3Fc%23d"), (".", b"%2E"), ("..", b"%2E%2E")]
)
def test_a_path_parameter_stays_one_part_of_the_path(value: str, encoded: bytes) -> None:
    book = operation(
        path="/v1/{symbol}/book",
        conditions=(),
        parameters=(Parameter("symbol", "symbol", "string", required=True, location="path"),),
    )
    assert target(prepare(book, {"symbol": value}), None, 5) == b"/v1/%s/book" % encoded
    with pytest.raises(InvalidRequest, match="^symbol is empty, and the path needs it.$"):
        prepare(book, {"symbol": ""})


def test_all_broken_rules_are_told_together() -> None:
    with pytest.raises(InvalidRequest) as refused:
        prepare(TRANSFER, {"type": "OUT", "amount": 0.1, "recv_window": 0})
    assert refused.value.problems == (
        'amount is the float 0.1, and a float cannot hold most amounts exactly; write Decimal("0.1") or "0.1".',
        "recv_window is 0, less than the minimum 1.",
        "from_symbol must be given when type is OUT.",
    )
    assert str(refused.value) == " ".join(refused.value.problems)
    assert isinstance(refused.value, ValueError)
    assert refused.value.operation == "transfer"


def test_a_value_that_is_not_listed_comes_with_the_way_to_send_it_and_is_not_among_what_would_be_sent() -> None:
    with pytest.raises(InvalidRequest) as refused:
        prepare(TRANSFER, {"type": "ELSEWHERE", "amount": 1})
    assert refused.value.problems == (
        "type is 'ELSEWHERE'; allowed: IN, OUT. To send 'ELSEWHERE' all the same, give Unlisted('ELSEWHERE').",
    )
    assert refused.value.parameters == {"amount": "1"}


@pytest.mark.parametrize(
    ("given", "ends"),
    [("desk", "An example is 'desk@example.com'."), (" desk@example.com", "Did you mean 'desk@example.com'?")],
)
def test_a_text_without_the_required_form_is_refused_with_an_example_where_none_is_near(given: str, ends: str) -> None:
    pattern = r"^[^@ ]+@[^@ ]+$"
    example = Documentation(example={"email": "desk@example.com"})
    invited = operation(
        parameters=(Parameter("email", "email", "string", pattern=pattern),), documentation=lambda _: example
    )
    with pytest.raises(InvalidRequest) as raised:
        prepare(invited, {"email": given})
    assert raised.value.problems == (f"email is {given!r}, which does not have the form {pattern}. {ends}",)


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(InvalidRequest, match="^type must be given. amount must be given.$"):
        prepare(TRANSFER, {})


def test_a_condition_is_kept_when_its_parameter_is_given() -> None:
    prepared = prepare(TRANSFER, {"type": "OUT", "amount": 1, "from_symbol": "BTCUSDT"})
    assert prepared.query == "type=OUT&amount=1&fromSymbol=BTCUSDT"
    assert prepared.parameters == {"type": "OUT", "amount": "1", "fromSymbol": "BTCUSDT"}


DAY = 86_400_000
SEARCH = operation(
    conditions=(),
    parameters=tuple(Parameter(name, name.lower(), "integer") for name in ("Id", "From", "To", "Page")),
    exclusive=(Exclusive(("Id", "From"), required=True), Exclusive(("Id", "Page"))),
    window=Window("From", "To", 30),
)


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        ({}, ["one of id, from must be given."]),
        ({"to": 5}, ["one of id, from must be given."]),
        ({"id": 7, "from": 5}, ["id and from may not be given together; give one of id, from."]),
        ({"id": 7, "page": 1}, ["id and page may not be given together; give one of id, page."]),
        (
            {"id": "7", "from": 5},
            [
                "id must be a whole number (int), not str '7'.",
                "id and from may not be given together; give one of id, from.",
            ],
        ),
        ({"from": 5, "to": 6 + 30 * DAY}, ["to is more than 30 days after from."]),
    ],
)
def test_values_that_break_a_rule_beside_each_other_are_refused(
    arguments: dict[str, object], problems: list[str]
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        prepare(SEARCH, arguments)
    assert list(refused.value.problems) == problems


@pytest.mark.parametrize(
    "arguments",
    [
        {"id": 7},
        {"from": 5, "page": 1},
        {"from": 5, "to": 5 + 30 * DAY},
        {"from": 5, "to": 4},
        {"id": 7, "to": 40 * DAY},
    ],
)
def test_values_that_go_together_are_sent(arguments: dict[str, object]) -> None:
    assert prepare(SEARCH, arguments).parameters == {name.title(): str(value) for name, value in arguments.items()}
