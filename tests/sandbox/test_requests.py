"""What the sandbox takes and refuses: each rule of Binance's that it keeps, by status, code and headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path

import pytest

from binance_transfers import ERROR_CODES
from generator.runtime.operation import Api, Exclusive, Parameter, Weight, Window
from generator.runtime.sandbox.core import API_KEY, SECRET, Received, Sandbox
from generator.runtime.wire import Response
from tests.runtime.table import operation

from .table import (
    API,
    GOOD,
    KEY,
    KEYED,
    NOW,
    TRANSFER,
    FakeClock,
    ask,
    assert_refused,
    send,
    send_raw,
    signature,
    signed,
)


def test_a_good_request_gets_the_example_and_the_weight_used(sandbox: Sandbox) -> None:
    answer = send(sandbox, GOOD)
    assert (answer.status, answer.body) == (200, b'{"tranId":1}')
    assert answer.headers == {
        "content-type": "application/json;charset=UTF-8",
        "x-sapi-used-uid-weight-1m": "900",
    }


@pytest.mark.parametrize(
    "more",
    [
        "amount=1&type=OUT&asset=BTC&fromSymbol=AB",
        "type=IN&asset=%E5%B8%81&amount=0.01",
        f"type=IN&asset=BTC&amount=1000.{'0' * 20}",
        f"{GOOD}&email=a%2Bb%40x.com",
        f"{GOOD}&email=%E7%94%A8%20%F0%9F%98%80",
        f"{GOOD}&side=2&page=9&all=true&recvWindow=60000",
        f"{GOOD}&id=1&id=2&names=A%2CB&all=false",
        f"{GOOD}&texts=%5B%22a%22%2C%22b%22%5D&flags=%5Btrue,false%5D",
    ],
)
def test_what_the_table_allows_is_taken(sandbox: Sandbox, more: str) -> None:
    answer = send(sandbox, more)
    assert (answer.status, answer.body) == (200, b'{"tranId":1}')


def test_no_amount_is_zero_whether_the_call_has_an_effect_or_not() -> None:
    amounts = {"free": None, "bounded": Decimal(0)}
    parameters = tuple(Parameter(name, name, "decimal", minimum=low) for name, low in amounts.items())
    sandbox = Sandbox(
        Api("1", (), {"transfer": operation(parameters=parameters, conditions=())}, {}), clock=FakeClock()
    )
    assert send(sandbox, "bounded=0.0").status == 200
    assert_refused(send(sandbox, "free=0.0"), -5007, "The free must be greater than zero.")


def test_an_unknown_path_is_404_and_costs_nothing(sandbox: Sandbox) -> None:
    for target in (b"/sapi/v1/none", b"/", b"", b"/sapi/v1/transfer/", b"/sapi/v1/open/1", b"/sapi/v1/open/1/c/d"):
        answer = ask(sandbox, "GET", target, {})
        assert_refused(answer, -1020, "path", status=404)
        assert list(answer.headers) == ["content-type"]


def test_a_wrong_method_is_405_and_costs_nothing(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "GET", TRANSFER.path.encode(), KEY)
    assert_refused(answer, -1020, "POST", status=405)
    assert answer.headers == {"content-type": "application/json;charset=UTF-8", "allow": "POST"}
    assert sandbox.requests[-1].operation is None


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, -2014),
        ({"x-mbx-apikey": ""}, -2014),
        ({"x-mbx-apikey": "other"}, -2015),
        ({"x-mbx-apikey": API_KEY.upper()}, -2015),
        ({"x-mbx-apikey": "clé\udcff"}, -2015),
    ],
)
def test_a_keyed_operation_wants_the_key(sandbox: Sandbox, headers: Mapping[str, str], code: int) -> None:
    for path in (TRANSFER.path, KEYED.path):
        answer = ask(sandbox, "POST", path.encode(), headers)
        assert_refused(answer, code, status=401)
        assert any(name.startswith("x-sapi-used-") for name in answer.headers) == (code == -2015)
        assert API_KEY.encode() not in answer.body


def test_a_keyed_operation_that_is_not_signed_wants_the_key_only(sandbox: Sandbox) -> None:
    path = KEYED.path.encode()
    assert ask(sandbox, "POST", path, {"x-MBX-apiKey": API_KEY}).status == 200
    assert_refused(ask(sandbox, "POST", path + b"?timestamp=1", KEY), -1104, "timestamp")


def test_the_key_and_secret_can_be_chosen(clock: FakeClock) -> None:
    sandbox = Sandbox(API, api_key="mine", secret="hidden", clock=clock)
    assert (sandbox.api_key, sandbox.secret) == ("mine", "hidden")
    assert_refused(send(sandbox, GOOD), -2015, status=401)
    assert_refused(ask(sandbox, "POST", signed(GOOD), {"x-mbx-apikey": "mine"}), -1022)
    assert "hidden" not in repr(sandbox)


def test_the_signature_is_over_the_bytes_received(sandbox: Sandbox) -> None:
    encoded, plain = (f"{GOOD}&email=a{at}b.c&timestamp={NOW}" for at in ("%40", "@"))
    assert_refused(send_raw(sandbox, f"{plain}&signature={signature(encoded)}"), -1022)
    assert_refused(send_raw(sandbox, f"{encoded}&signature={signature(plain)}"), -1022)
    assert send_raw(sandbox, f"{encoded}&signature={signature(encoded)}").status == 200
    assert send_raw(sandbox, f"{plain}&signature={signature(plain)}").status == 200


def test_the_case_of_an_escape_is_signed_and_that_of_the_signature_is_not(sandbox: Sandbox) -> None:
    upper, lower = (f"{GOOD}&email=a{plus}b&timestamp={NOW}" for plus in ("%2B", "%2b"))
    assert_refused(send_raw(sandbox, f"{lower}&signature={signature(upper)}"), -1022)
    assert send_raw(sandbox, f"{lower}&signature={signature(lower).upper()}").status == 200


def test_binance_s_own_example_of_a_signature_verifies(clock: FakeClock) -> None:
    secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    query = (
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"
    )
    signature = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
    clock.now = 1_499_827_319_559
    sandbox = Sandbox(API, secret=secret, clock=clock)
    assert_refused(send_raw(sandbox, f"{query}&signature={signature}"), -1104, "symbol")


def test_every_tampered_byte_is_noticed(clock: FakeClock) -> None:
    target = signed(f"{GOOD}&timestamp={NOW}")
    api = Api("1", (), {"transfer": operation(parameters=TRANSFER.parameters, weight=Weight("ip", 1, 9_999, 60))}, {})
    sandbox = Sandbox(api, clock=clock)
    query, name = target.index(b"?") + 1, target.index(b"&signature=")
    for position in [*range(query, name), *range(name + len("&signature="), len(target))]:
        changed = target[:position] + bytes([target[position] ^ 1]) + target[position + 1 :]
        assert_refused(ask(sandbox, "POST", changed, KEY), -1022)


@pytest.mark.parametrize(
    "query",
    [
        f"signature={signature(f'{GOOD}&timestamp={NOW}')}&{GOOD}&timestamp={NOW}",
        f"{GOOD}&timestamp={NOW}&signature={signature(f'{GOOD}&timestamp={NOW}')}&",
        f"{GOOD}&timestamp={NOW}&%73ignature={signature(f'{GOOD}&timestamp={NOW}')}",
        f"{GOOD}&timestamp={NOW}&signature=",
        f"{GOOD}&timestamp={NOW}&signature",
        f"{GOOD}&timestamp={NOW}&signature=%FF",
        f"{GOOD}&email=用&timestamp={NOW}&signature={signature(f'{GOOD}&email=用&timestamp={NOW}')}",
    ],
    ids=["first", "not last", "name encoded", "empty", "no value", "not hexadecimal", "raw non-ASCII"],
)
def test_a_signature_that_is_not_last_or_not_of_an_encoded_query_is_refused(sandbox: Sandbox, query: str) -> None:
    assert_refused(send_raw(sandbox, query), -1022)


def test_the_signature_is_checked_before_the_time_and_the_time_before_the_parameters(sandbox: Sandbox) -> None:
    assert_refused(send_raw(sandbox, "wrong=1&timestamp=1&signature=00"), -1022)
    assert_refused(send(sandbox, "wrong=1", timestamp=1), -1021)
    assert_refused(send(sandbox, "wrong=1"), -1104)


@pytest.mark.parametrize(
    ("timestamp", "recv_window", "code", "name"),
    [
        (NOW + 999, "", None, ""),
        (NOW + 1_000, "", -1021, "timestamp"),
        (NOW - 5_000, "", None, ""),
        (NOW - 5_001, "", -1021, "timestamp"),
        (NOW - 5_001, "5001", None, ""),
        (NOW - 60_000, "60000", None, ""),
        (NOW - 60_001, "60000", -1021, "timestamp"),
        (NOW * 1_000, "", -1021, "timestamp"),
        (-NOW, "", -1021, "timestamp"),
        (NOW, "60001", -1131, "recvWindow"),
        (NOW - 99_999, "60001", -1131, "recvWindow"),
        (NOW, "0", -1100, "recvWindow"),
        (NOW - 1, "0", -1100, "recvWindow"),
        (NOW, "-1", -1100, "recvWindow"),
        (NOW, "1e3", -1100, "recvWindow"),
        (NOW, "5000.5", -1100, "recvWindow"),
        ("", "", -1102, "timestamp"),
        ("now", "", -1100, "timestamp"),
        (f"{NOW}.0", "", -1100, "timestamp"),
        ("%D9%A1", "", -1100, "timestamp"),
        ("9" * 20, "", -1100, "timestamp"),
    ],
)
def test_the_time_must_lie_in_the_window(
    sandbox: Sandbox, timestamp: object, recv_window: str, code: int | None, name: str
) -> None:
    answer = send(sandbox, f"{GOOD}&recvWindow={recv_window}" if recv_window else GOOD, timestamp)
    if code is None:
        assert answer.status == 200
    else:
        assert_refused(answer, code, name)


def test_a_signature_and_a_timestamp_are_mandatory(sandbox: Sandbox) -> None:
    for query in ("", f"{GOOD}&timestamp={NOW}"):
        assert_refused(send_raw(sandbox, query), -1102, "signature")
    assert_refused(ask(sandbox, "POST", signed(GOOD), KEY), -1102, "timestamp")
    assert_refused(send_raw(sandbox, f"signature={signature('')}"), -1102, "timestamp")


@pytest.mark.parametrize(
    ("query", "code", "name"),
    [
        ("type=IN&asset=BTC&asset=BTC&amount=1", -1101, "asset"),
        (f"{GOOD}&wrong=1&page=1&page=1", -1101, "page"),
        (f"{GOOD}&timestamp=1", -1101, "timestamp"),
        (f"{GOOD}&signature=00", -1101, "signature"),
        (f"{GOOD}&wrong=1", -1104, "wrong"),
        (f"{GOOD}&Type=IN", -1104, "Type"),
        (f"{GOOD}&", -1104, ""),
        ("type=IN&asset=BTC", -1102, "amount"),
        ("type=IN&asset=&amount=1", -1102, "asset"),
        ("type=IN&asset&amount=1", -1102, "asset"),
        (f"{GOOD}&email=", -1105, "email"),
        (f"{GOOD}&recvWindow=", -1105, "recvWindow"),
        ("type=OUT&asset=BTC&amount=1", -1102, "fromSymbol"),
        ("type=SIDEWAYS&asset=BTC&amount=1", -1130, "type"),
        ("type=IN%20&asset=BTC&amount=1", -1130, "type"),
        ("type=IN&asset=BNB&amount=1", -1130, "asset"),
        ("type=IN&asset=btc&amount=1", -1100, "asset"),
        (f"{GOOD}&fromSymbol=A", -1100, "fromSymbol"),
        (f"{GOOD}&fromSymbol=ABCD", -1100, "fromSymbol"),
        (f"{GOOD}&side=3", -1130, "side"),
        (f"{GOOD}&side=one", -1100, "side"),
        (f"{GOOD}&page=0", -1100, "page"),
        (f"{GOOD}&page=10", -1100, "page"),
        (f"{GOOD}&page=1.0", -1100, "page"),
        (f"{GOOD}&all=True", -1100, "all"),
        (f"{GOOD}&all=1", -1100, "all"),
        (f"{GOOD}&id=1&id=2&id=3", -1100, "id"),
        (f"{GOOD}&id=1&id=x", -1100, "id"),
        (f"{GOOD}&id=1&id=", -1105, "id"),
        (f"{GOOD}&names=A", -1100, "names"),
        (f"{GOOD}&names=A%2CX", -1130, "names"),
        (f"{GOOD}&texts=a", -1100, "texts"),
        (f"{GOOD}&texts=%5B1%5D", -1100, "texts"),
        (f"{GOOD}&texts=%5B%22ab%22%5D", -1100, "texts"),
        (f"{GOOD}&flags=%5B1%5D", -1100, "flags"),
        (f"{GOOD}&email=%FF", -1100, "email"),
        (f"{GOOD}&email=%ED%A0%80", -1100, "email"),
        (f"{GOOD}&email=100%", -1100, "email"),
        (f"{GOOD}&email=%zz", -1100, "email"),
        (f"{GOOD}&email=a%0Ab", -1100, "email"),
        (f"{GOOD}&email=a%00", -1100, "email"),
    ],
)
def test_a_parameter_that_breaks_a_rule_is_refused_by_name(sandbox: Sandbox, query: str, code: int, name: str) -> None:
    answer = send(sandbox, query)
    assert_refused(answer, code, f"parameter {name} ")
    assert answer.headers["x-sapi-used-uid-weight-1m"] == "900"


@pytest.mark.parametrize(
    "amount",
    f"1e-05 1E3 +1 %2B1 -1 .5 5. 1,5 1_0 %201 1%0A NaN Infinity %D9%A1 1.2.3 {'1' * 21} 0.{'1' * 21} 0.00999 1000.01".split(),
)
def test_an_amount_is_plain_digits_in_its_range(sandbox: Sandbox, amount: str) -> None:
    assert_refused(send(sandbox, f"type=IN&asset=BTC&amount={amount}"), -1100, "amount")


def test_a_plus_is_a_plus_encoded_or_not(sandbox: Sandbox) -> None:
    for plus in ("%2B", "+"):
        assert send(sandbox, f"{GOOD}&email=a{plus}b%40x.com").status == 200
        assert ("email", "a+b@x.com") in sandbox.requests[-1].parameters


def test_a_public_operation_wants_no_key_and_no_signature(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "GET", b"/sapi/v1/open/7/a%20b?limit=5", {})
    assert (answer.status, answer.body) == (200, b'{"open":true}')
    assert answer.headers["x-sapi-used-ip-weight-1m"] == "1"
    assert_refused(ask(sandbox, "GET", b"/sapi/v1/open/7/c?signature=00", {}), -1104, "signature")
    assert_refused(ask(sandbox, "GET", b"/sapi/v1/open/7/c?limit=\xff", {}), -1100, "limit")


@pytest.mark.parametrize(("name", "bits"), [("limit", 64), ("size", 32)])
def test_a_whole_number_fits_into_its_bits(sandbox: Sandbox, name: str, bits: int) -> None:
    beyond = 2 ** (bits - 1)
    for number in (-beyond, beyond - 1):
        assert ask(sandbox, "GET", f"/sapi/v1/open/7/c?{name}={number}".encode(), {}).status == 200
    for number in (-beyond - 1, beyond):
        assert_refused(ask(sandbox, "GET", f"/sapi/v1/open/7/c?{name}={number}".encode(), {}), -1100, name)


@pytest.mark.parametrize(
    ("target", "code", "name"),
    [
        (b"/sapi/v1/open/x/c", -1100, "id"),
        (b"/sapi/v1/open/%FF/c", -1100, "id"),
        ("/sapi/v1/open/1/ä".encode(), -1100, "kind"),
        (b"/sapi/v1/open/1/d", -1130, "kind"),
        (b"/sapi/v1/open/1/a%2Fb", -1130, "kind"),
        (b"/sapi/v1/open/1/c?id=1", -1101, "id"),
    ],
)
def test_a_path_parameter_keeps_the_same_rules(sandbox: Sandbox, target: bytes, code: int, name: str) -> None:
    assert_refused(ask(sandbox, "GET", target, {}), code, f"parameter {name} ")


def test_a_path_without_placeholders_goes_first(sandbox: Sandbox) -> None:
    assert ask(sandbox, "POST", KEYED.path.encode(), KEY).status == 200
    assert ask(sandbox, "GET", KEYED.path.encode(), {}).status == 200
    assert [request.operation for request in sandbox.requests] == ["keyed", "open"]
    assert ask(sandbox, "PUT", KEYED.path.encode(), {}).headers["allow"] == "POST, GET"


def test_what_was_received_is_kept_without_key_secret_and_signature(sandbox: Sandbox) -> None:
    send(sandbox, "type=IN&asset=BTC&amount=1&id=1&id=2&email=%E7%94%A8%2B")
    ask(sandbox, "GET", "/närgends?Signature=abc&x=%FF".encode(), KEY)
    parameters = (("type", "IN"), ("asset", "BTC"), ("amount", "1"), ("id", "1"), ("id", "2"), ("email", "用+"))
    stamps = (("timestamp", str(NOW)), ("signature", "***"))
    strange = (("Signature", "***"), ("x", "\N{REPLACEMENT CHARACTER}"))
    error = b'{"code":-1020,"msg":"There is no operation at this path."}'
    assert sandbox.requests == [
        Received("transfer", "POST", "/sapi/v1/transfer", parameters + stamps, 200, b'{"tranId":1}'),
        Received(None, "GET", r"/n\xc3\xa4rgends", strange, 404, error),
    ]
    assert API_KEY not in repr(sandbox.requests)
    assert SECRET not in repr(sandbox.requests)
    with pytest.raises(FrozenInstanceError):
        sandbox.requests[0].status = 500  # type: ignore[misc]


def test_without_a_clock_the_sandbox_keeps_this_machine_s_time() -> None:
    assert_refused(send(Sandbox(API), GOOD), -1021)


def _posted(
    sandbox: Sandbox, query: str, body: str, content_type: str = "application/x-www-form-urlencoded"
) -> Response:
    headers = {**KEY, "Content-Type": content_type}
    return sandbox.handle("POST", f"{TRANSFER.path}?{query}".encode(), headers, body.encode()).response


def test_a_form_is_signed_behind_the_query(sandbox: Sandbox) -> None:
    query, body = "type=IN&asset=BTC", f"amount=1&timestamp={NOW}"
    in_body = f"{body}&signature={signature(query + body)}"
    assert _posted(sandbox, query, in_body).status == 200
    in_query = f"{query}&signature={signature(query + body)}"
    assert _posted(sandbox, in_query, body).status == 200
    hidden = f"{body}&xsignature=1"
    assert_refused(_posted(sandbox, f"{query}&signature={signature(query + hidden)}", hidden), -1104, "xsignature")


def test_a_body_that_is_no_form_or_too_long_is_refused_after_the_key(sandbox: Sandbox) -> None:
    good = f"{GOOD}&timestamp={NOW}"
    answer = _posted(sandbox, f"{good}&signature={signature(good + '{}')}", "{}", "application/json")
    assert_refused(answer, -1100, "application/x-www-form-urlencoded")
    assert_refused(_posted(sandbox, "", "{}", "application/json"), -1102, "signature")
    long = "&" * 70_000
    answer = _posted(sandbox, f"{good}&signature={signature(good + long)}", long)
    assert_refused(answer, -1100, "65536 bytes", status=413)
    assert len(sandbox.requests[-1].parameters) < 10


DAY = 86_400_000


@pytest.mark.parametrize(
    ("query", "code", "about"),
    [
        ("", -1102, "Id or From"),
        ("To=5", -1102, "Id or From"),
        ("Id=7&From=5", -1128, "Id, From"),
        ("Id=7&Page=1", -1128, "Id, Page"),
        (f"From=5&To={6 + 30 * DAY}", -1127, "From From to To there may be 30 days at most"),
        ("Id=7", None, ""),
        ("From=5&Page=1", None, ""),
        (f"From=5&To={5 + 30 * DAY}", None, ""),
        ("From=5&To=4", None, ""),
    ],
)
def test_parameters_that_exclude_each_other_and_times_too_far_apart_are_refused(
    clock: FakeClock, query: str, code: int | None, about: str
) -> None:
    search = operation(
        conditions=(),
        parameters=tuple(Parameter(name, name.lower(), "integer") for name in ("Id", "From", "To", "Page")),
        exclusive=(Exclusive(("Id", "From"), required=True), Exclusive(("Id", "Page"))),
        window=Window("From", "To", 30),
    )
    sandbox = Sandbox(Api("1", (), {"transfer": search}, {}), clock=clock)
    timed = "&".join(filter(None, (query, f"timestamp={NOW}")))
    answer = ask(sandbox, "POST", signed(timed), KEY)
    if code is None:
        assert answer.status == 200
    else:
        assert_refused(answer, code, about)


def test_every_code_that_the_sandbox_answers_is_one_of_the_spec() -> None:
    modules = (Path(__file__).parents[2] / "generator/runtime/sandbox").glob("*.py")
    codes = {
        int(code) for module in modules for code in re.findall(r"ErrorResponse\(\s*(-\d+)", module.read_text("utf-8"))
    }
    assert {-1102, -1127, -1128} <= codes
    assert codes - {*ERROR_CODES} == set(), "spec/binance.yaml needs these codes among x-binance-errors."
