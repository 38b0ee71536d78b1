"""Executed, not executed or unknown: an answer is never taken for what it does not prove."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.runtime import errors
from generator.runtime.call import Call
from generator.runtime.operation import Transfer
from generator.runtime.outcome import result_of
from generator.runtime.request import Prepared
from generator.runtime.wire import Fault, Response

from .table import BALANCE, CODES, TRANSFER, Balance, Receipt, operation

SENT_AT = 1499827319559


def outcome(answer: Response | Fault, called: Any = TRANSFER) -> Any:
    call = Call(Prepared(called, "/x", "", {"type": "IN"}), ends=0.0, attempt=2, sent_at=SENT_AT)
    return result_of(call, answer, CODES)


def answer(status: int, body: bytes, **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_a_receipt_is_returned() -> None:
    assert outcome(answer(200, b'{"tranId":13526853623,"new":[1]}')) == Receipt(13526853623)
    assert outcome(answer(200, b'{"amount":"0.550"}'), BALANCE) == Balance(Decimal("0.550"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="no receipt"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"success"', id="a string"),
        pytest.param(b'{"tranId":', id="cut"),
        pytest.param(b'{"tranId":1}{', id="more after it"),
        pytest.param(b'{"tranId":"1"}', id="text for a number"),
        pytest.param(b'{"tranId":1.5}', id="a fraction"),
        pytest.param(b'{"tranId":null}', id="a null receipt"),
        pytest.param(b"<html>502</html>", id="html"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b'{"code":-7,"msg":"?"}', id="a code never seen"),
        pytest.param(b'{"code":0,"msg":"?","tranId":1}', id="a code beside a receipt"),
        pytest.param(b'{"code":"x","tranId":1}', id="a code that is no number beside a receipt"),
        pytest.param(b'{"code":-1007,"msg":"Timeout"}', id="-1007"),
        pytest.param(b'{"code":-1006}', id="-1006"),
        pytest.param(b'{"msg":"You are not authorized to execute this request."}', id="a message without a code"),
        pytest.param(b"[" * 5000, id="deep"),
    ],
)
def test_a_200_that_is_not_the_receipt_is_unknown_for_a_transfer_and_a_failure_for_a_read(body: bytes) -> None:
    assert type(outcome(answer(200, body))) is errors.OutcomeUnknown
    assert type(outcome(answer(200, body), BALANCE)) is errors.NotExecuted


TEXT_ID = operation(
    effect=Transfer(by="type", routes={}, asset="asset", amount="amount", receipt="reference"),
    decoder=msgspec.json.Decoder(msgspec.defstruct("TextId", [("reference", str)])),
)


@pytest.mark.parametrize(
    "more",
    [
        *('"success":"false"', '"success":0', '"success":null', '"success":"no"', '"Success":false', '"ok":false'),
        *('"status":"FAILED"', '"status":500', '"status":false', '"state":"REJECTED"', '"result":"fail"'),
        *('"error":"no"', '"error":true', '"error":{"a":1}', '"errorCode":-9000', '"error_code":"-9000"'),
        *('"Code":-9000', '"errors":["a"]', '"errMsg":"no"', '"failureReason":"no"', '"failed":true'),
        *('"msg":"failed"', '"message":"Insufficient balance"', '"Msg":"unsuccessful"', '"a":{"b":1,"b":2}'),
        *('"data":{"success":false}', '"data":[{"a":1},{"more":{"errorCode":-1}}]'),
    ],
)
def test_a_receipt_that_also_says_that_it_failed_is_in_doubt(more: str) -> None:
    error = outcome(answer(200, f'{{"tranId":7,{more}}}'.encode()))
    assert type(error) is errors.OutcomeUnknown
    assert str(error).startswith("transfer may have been executed (HTTP 200, the response")


@pytest.mark.parametrize(
    "more",
    [
        *(
            '"success":true',
            '"success":"true"',
            '"success":1',
            '"ok":"yes"',
            '"status":"SUCCESS"',
            '"status":"PENDING"',
        ),
        *('"status":200', '"error":null', '"error":""', '"errors":[]', '"errorCode":0', '"errorCode":"000000"'),
        *('"msg":"success"', '"msg":""', '"msg":"ok"', '"time":"12:30"', '"more":{"a":1,"b":{"a":1}}', '"status":null'),
    ],
)
def test_a_receipt_with_more_that_does_not_contradict_it_is_returned(more: str) -> None:
    assert outcome(answer(200, f'{{{more},"tranId":7}}'.encode())) == Receipt(7)


@pytest.mark.parametrize("id_", ['""', '" "', '"null"', '"0"', '"-1"', '"None"', '"00"'])
def test_a_receipt_whose_id_is_no_id_is_in_doubt(id_: str) -> None:
    assert type(outcome(answer(200, f'{{"reference":{id_}}}'.encode()), TEXT_ID)) is errors.OutcomeUnknown
    assert outcome(answer(200, b'{"reference":"2966662589"}'), TEXT_ID).reference == "2966662589"


@pytest.mark.parametrize(
    "body", [b'{"tranId":0}', b'{"tranId":-5}', b'{"tranId":1,"tranId":7}', b'{"tranId":1,"\xff":7,"success":false}']
)
def test_an_id_that_is_not_positive_or_stands_beside_what_cannot_be_read_is_in_doubt(body: bytes) -> None:
    assert type(outcome(answer(200, body))) is errors.OutcomeUnknown


def envelope(*fields: tuple[str, Any, Any], moves_funds: bool = True, **success: tuple[Any, ...]) -> Any:
    """Return an operation whose response has these fields beside an id, and these values in a success."""
    model = msgspec.defstruct("Envelope", [("id", str, ""), *fields])
    return operation(moves_funds=moves_funds, decoder=msgspec.json.Decoder(model), success=success)


CODE, FLAG, STATUS = ("code", int | str, 0), ("success", bool | str, True), ("status", str, "")
ENVELOPE = envelope(CODE, FLAG, STATUS, code=("000000", 200), success=(True,), status=("DONE", "PENDING"))
READ_ENVELOPE = envelope(CODE, FLAG, STATUS, moves_funds=False, code=("000000", 200), success=(True,))


@pytest.mark.parametrize("called", [ENVELOPE, READ_ENVELOPE])
@pytest.mark.parametrize(
    "fields", ['"code":"000000","success":true', '"code":200', '"success":true', '"status":"PENDING","code":200']
)
def test_a_response_with_the_values_of_a_success_is_one(called: Any, fields: str) -> None:
    assert outcome(answer(200, f'{{"id":"a",{fields}}}'.encode()), called).id == "a"


@pytest.mark.parametrize(
    "fields",
    [
        *('"success":false,"code":-20124', '"success":false', '"success":"true"', '"code":"-20124"', '"code":-20124'),
        *('"code":"000001"', '"code":20', '"code":"200"', '"code":0', '"success":false,"code":"000000"'),
    ],
)
def test_a_response_with_another_value_than_in_a_success_is_in_doubt(fields: str) -> None:
    body = f'{{"id":"a",{fields}}}'.encode()
    assert type(outcome(answer(200, body), ENVELOPE)) is errors.OutcomeUnknown
    assert type(outcome(answer(200, body), READ_ENVELOPE)) is errors.NotExecuted


@pytest.mark.parametrize("status", ["FAILED", "done", "", "SUCCESS"])
def test_a_listed_status_is_that_of_a_success_only_as_the_spec_says(status: str) -> None:
    body = f'{{"id":"a","code":200,"status":"{status}"}}'.encode()
    assert type(outcome(answer(200, body), ENVELOPE)) is errors.OutcomeUnknown
    assert outcome(answer(200, body), READ_ENVELOPE).id == "a"


def test_a_true_is_no_1_and_the_message_says_what_a_success_has() -> None:
    error = outcome(answer(200, b'{"id":"a","code":true}'), envelope(("code", int | bool, 1), code=(1, None)))
    assert str(error) == (
        "transfer may have been executed (HTTP 200, the response's code is True, and 1 or None in a success). "
        "Look at the history."
    )


@pytest.mark.parametrize("value", ['"BTC"', "-1007", "0"])
def test_a_field_that_the_spec_says_to_mean_nothing_can_have_any_value(value: str) -> None:
    body = f'{{"id":"a","code":{value}}}'.encode()
    assert outcome(answer(200, body), envelope(CODE, moves_funds=False, code=())).id == "a"
    assert type(outcome(answer(200, body), envelope(moves_funds=False))) is errors.NotExecuted


@pytest.mark.parametrize("more", ['"errorCode":-9000', '"ok":false', '"a":{"success":false}', '"msg":"failed"'])
@pytest.mark.parametrize("listed", ['"code":"000000"', '"code":200,"success":true'])
def test_the_values_of_a_success_do_not_outweigh_what_else_says_that_it_failed(listed: str, more: str) -> None:
    body = f'{{"id":"a",{listed},{more}}}'.encode()
    assert type(outcome(answer(200, body), ENVELOPE)) is errors.OutcomeUnknown


@pytest.mark.parametrize("moves_funds", [True, False])
def test_a_code_that_is_not_listed_is_an_error_beside_a_success_that_is(*, moves_funds: bool) -> None:
    error = outcome(
        answer(200, b'{"code":-9,"success":true}'), envelope(FLAG, moves_funds=moves_funds, success=(True,))
    )
    assert type(error) is (errors.OutcomeUnknown if moves_funds else errors.NotExecuted)


@pytest.mark.parametrize("called", [ENVELOPE, READ_ENVELOPE])
@pytest.mark.parametrize("status", [200, 400])
def test_an_error_is_no_receipt_though_it_has_all_required_fields_of_one(called: Any, status: int) -> None:
    body = b'{"code":-5002,"msg":"no","success":false}'
    assert type(outcome(answer(status, body), called)) is errors.InsufficientBalance


@pytest.mark.parametrize("body", [b'{"code":-1100,"msg":"success"}', b'{"code":-5002,"msg":"success","success":false}'])
@pytest.mark.parametrize("status", [200, 400])
def test_an_error_beside_a_value_of_a_success_is_in_doubt(body: bytes, status: int) -> None:
    called = envelope(FLAG, ("msg", str, ""), success=(True,), msg=("success",))
    assert type(outcome(answer(status, body), called)) is errors.OutcomeUnknown


@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_error_that_names_more_than_an_error_does_is_in_doubt(status: int) -> None:
    body = b'{"code":-5002,"success":false,"id":"a"}'
    assert type(outcome(answer(status, body), ENVELOPE)) is errors.OutcomeUnknown


@pytest.mark.parametrize("status", [202, 400, 500])
def test_a_success_with_another_status_than_200_is_in_doubt(status: int) -> None:
    body = b'{"code":"000000","success":true,"id":"a"}'
    assert type(outcome(answer(status, body), ENVELOPE)) is errors.OutcomeUnknown
    assert isinstance(outcome(answer(status, body), READ_ENVELOPE), errors.NotExecuted)


@pytest.mark.parametrize("status", [200, 400, 429])
def test_a_refusal_that_names_a_transfer_is_in_doubt(status: int) -> None:
    body = b'{"code":-5002,"msg":"m","tranId":"63949445229"}'
    assert type(outcome(answer(status, body))) is errors.OutcomeUnknown


def test_a_known_refusal_inside_a_200_is_a_refusal() -> None:
    assert type(outcome(answer(200, b'{"code":-5002,"msg":"no"}'))) is errors.InsufficientBalance


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b'{"code":-1021,"msg":"m"}', errors.TimestampOutOfWindow),
        (401, b'{"code":-2015,"msg":"m"}', errors.AuthenticationError),
        (400, b'{"code":-5002,"msg":"m"}', errors.InsufficientBalance),
        (400, b'{"code":-5013,"msg":"m"}', errors.OutcomeUnknown),
        (400, b'{"code":-99999,"msg":"m"}', errors.Rejected),
        (400, b'{"code":100001002,"msg":"m"}', errors.Rejected),
        (400, b'{"code":-1007,"msg":"m"}', errors.OutcomeUnknown),
        (451, b'{"code":0,"msg":"m"}', errors.Rejected),
        (403, b"<html>WAF</html>", errors.Rejected),
        (404, b"", errors.Rejected),
        (429, b'{"code":-1003,"msg":"m"}', errors.RateLimited),
        (429, b"", errors.RateLimited),
        (418, b'{"code":-1003,"msg":"m"}', errors.IpBanned),
        (500, b'{"code":-5002,"msg":"m"}', errors.OutcomeUnknown),
        (502, b"<html>", errors.OutcomeUnknown),
        (503, b"", errors.OutcomeUnknown),
        (599, b'{"tranId":1}', errors.OutcomeUnknown),
        (201, b'{"tranId":1}', errors.OutcomeUnknown),
        (204, b"", errors.OutcomeUnknown),
        (302, b"", errors.OutcomeUnknown),
        (307, b'{"tranId":1}', errors.OutcomeUnknown),
    ],
)
def test_what_a_status_and_a_code_prove_about_a_transfer(status: int, body: bytes, expected: type) -> None:
    assert type(outcome(answer(status, body))) is expected


@pytest.mark.parametrize("status", [400, 403, 404, 429])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(b'{"msg":"Timeout wai', {}, id="cut before the code"),
        pytest.param(b' \n{"cod', {}, id="cut in the key"),
        pytest.param(b'\xef\xbb\xbf{"cod', {}, id="cut behind a byte order mark"),
        pytest.param(b'{"\\u0063ode":-10', {}, id="an escaped key and a cut"),
        pytest.param(b'[{"code":-5002}]', {}, id="a list"),
        pytest.param(b'"{\\"code\\":-5002}"', {}, id="text"),
        pytest.param(b'{"error":{"code":-1007}}', {}, id="nested"),
        pytest.param(b'{"error":{"code":-5013}}', {}, id="nested, and only probably not executed"),
        pytest.param(b'{"data":[{"code":-1007}]}', {}, id="in a list"),
        pytest.param(b'{"errorCode":-1006}', {}, id="another key"),
        pytest.param(b'{"code":-5002,"msg":"m","cause":-1007}', {}, id="beside a refusal"),
        pytest.param(b'{"code":-1007,"code":-5002}', {}, id="two codes"),
        pytest.param(b'{"code":-5002,"code":-5002}', {}, id="a code twice"),
        pytest.param(b"<error><code>-1007</code></error>", {}, id="xml"),
        pytest.param(b"<error><code>&#45;1007</code></error>", {}, id="xml with entities"),
        pytest.param(b'<?xml version="1.0"?><error><co', {}, id="xml, cut"),
        pytest.param(b'{"error":"{\\"code\\":-1007}"}', {}, id="json in json"),
        pytest.param(b'{"error":"{\\"code\\":\\u002d1007}"}', {}, id="escaped json in json"),
        pytest.param('{"code":-5002}'.encode("utf-16"), {"content_type": "text/plain; charset=UTF-16"}, id="utf-16"),
        pytest.param('{"code":-5002}'.encode("utf-16-le"), {}, id="utf-16 without its charset"),
        pytest.param(b"+AHs-", {"content_type": "text/plain; charset=utf-7"}, id="utf-7"),
        pytest.param(b"\x1f\x8b\x08\x00\x00", {}, id="gzip without its header"),
        pytest.param(b'{"code":-50', {"content_encoding": "gzip"}, id="gzip, cut"),
        pytest.param(b"", {"content_encoding": "br"}, id="an encoding, and nothing"),
        pytest.param(b'{"msg":"Send status unknown; execution status unknown."}', {}, id="words in json"),
        pytest.param(b"Execution Status Unknown", {}, id="words"),
    ],
)
def test_a_4xx_that_is_not_read_whole_or_hides_an_open_outcome_is_unknown(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    assert type(outcome(answer(status, body, **headers))) is errors.OutcomeUnknown
    assert isinstance(outcome(answer(status, body, **headers), BALANCE), errors.NotExecuted)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b"<html>Forbidden</html>", {"content_type": "text/html; charset=iso-8859-1"}, id="a page"),
        pytest.param(b"Forbidden", {}, id="a word"),
        pytest.param(b'{"code":-5002,"msg":"-10071"}', {"content_encoding": "gzip"}, id="a packed object"),
        pytest.param(
            b'{"msg":"no","data":[1,{"a":null}]}', {"content_type": "application/json;charset=UTF-8"}, id="no code"
        ),
    ],
)
def test_a_4xx_that_is_read_whole_is_a_refusal(body: bytes, headers: dict[str, str]) -> None:
    assert isinstance(outcome(answer(400, body, **headers)), errors.Rejected)


@pytest.mark.parametrize("status", [500, 503, 307, 204, 400])
def test_a_read_is_never_unknown(status: int) -> None:
    assert isinstance(outcome(answer(status, b""), BALANCE), errors.NotExecuted)


def test_a_request_that_never_left_is_not_sent_and_one_that_may_have_is_unknown() -> None:
    assert type(outcome(Fault("ConnectError: refused", may_have_arrived=False))) is errors.NotSent
    assert type(outcome(Fault("ReadTimeout", may_have_arrived=True))) is errors.OutcomeUnknown
    assert type(outcome(Fault("ReadTimeout", may_have_arrived=True), BALANCE)) is errors.NotExecuted


def test_an_exception_tells_everything_that_is_needed_to_act() -> None:
    error = outcome(answer(429, b'{"code":-1003,"msg":"Too many."}', retry_after="7", x_mbx_uuid="u"))
    assert isinstance(error, errors.RateLimited)
    assert (error.operation, error.parameters, error.sent_at) == ("transfer", {"type": "IN"}, SENT_AT)
    assert (error.status, error.code, error.reason, error.retry_after) == (429, -1003, "Too many.", 7.0)
    assert error.headers == {"retry-after": "7", "x-mbx-uuid": "u"}
    assert error.attempts == 2
    assert str(error) == "transfer was refused by the rate limit (HTTP 429, code -1003, Too many.)."


def test_an_unknown_outcome_tells_what_to_check() -> None:
    error = outcome(answer(502, b"<html>"))
    assert (error.check, error.check_zh) == ("Look at the history.", "请查看历史。")
    assert str(error) == ("transfer may have been executed (HTTP 502, no message). Look at the history.")


@pytest.mark.parametrize("body", [b"<html>", b'{"code":-5002,"msg":"m"}', b"{}"])
@pytest.mark.parametrize("status", [200, 400, 418, 429, 500])
def test_an_exception_travels_between_processes_whole(status: int, body: bytes) -> None:
    error = outcome(answer(status, body))
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("text", ["", "soon", "-1", "1.", "٣", "1e3", "9" * 400, "Fri, 99 Jan"])
def test_a_retry_after_that_is_not_seconds_is_absent(text: str) -> None:
    assert outcome(answer(429, b"", retry_after=text)).retry_after is None


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("body", ['{{"amount":"{}"}}', '{{"amount":"1","parts":{{"a":["1","{}"]}}}}'])
def test_an_amount_that_is_not_a_number_is_no_answer(body: str, amount: str) -> None:
    assert isinstance(outcome(answer(200, body.format(amount).encode()), BALANCE), errors.NotExecuted)


@settings(max_examples=30, deadline=None)
@given(
    st.binary() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(lambda value: repr(value).encode())
)
def test_any_body_ends_in_an_outcome(body: bytes) -> None:
    for status in (200, 400, 500):
        assert isinstance(outcome(answer(status, body)), (Receipt, errors.BinanceError))


@pytest.mark.parametrize(
    ("status", "body", "headers", "seconds"),
    [
        (418, b"", {"retry_after": "0"}, None),
        (418, b"", {"retry_after": "35.5"}, 35.5),
        (429, b"", {"retry_after": "0"}, 0.0),
        (429, b"", {"retry_after": "35.5"}, 35.5),
        (429, b"", {"retry_after": "Wed, 12 Jul 2017 02:42:29 GMT"}, 29.441),
        (429, b"", {"retry_after": "Wed, 12 Jul 2017 02:42:29 GMT", "date": "Wed, 12 Jul 2017 02:42:22 GMT"}, 7.0),
        (429, b"", {"retry_after": "Wed, 12 Jul 2017 02:41:00 GMT"}, 0.0),
        (418, b"", {"retry_after": "Wed, 12 Jul 2017 02:41:00 GMT"}, None),
        (418, b'{"code":-1003,"msg":"IP banned until 1499827619559."}', {}, 300.0),
        (418, b'{"code":-1003,"msg":"IP banned until 1499827619559."}', {"retry_after": "0"}, 300.0),
        (418, b'{"code":-1003,"msg":"IP banned until 1499827619559."}', {"retry_after": "400"}, 400.0),
        (429, b"IP banned until 1499827619559", {}, 300.0),
        (400, b'{"code":-1003,"msg":"Too much; IP(1.2.3.4) banned until 1499827619559."}', {}, 300.0),
        (403, b'{"code":-1003,"msg":"Too much; IP banned until 1499827619559."}', {}, 300.0),
        (418, b'{"code":-1003,"msg":"IP banned until 1499827319558."}', {}, None),
    ],
)
def test_how_long_a_pause_lasts_is_read_from_header_and_message(
    status: int, body: bytes, headers: dict[str, str], seconds: float | None
) -> None:
    error = outcome(answer(status, body, **headers))
    assert type(error) is (errors.IpBanned if status == 418 or b"banned" in body else errors.RateLimited)
    assert error.retry_after == (None if seconds is None else pytest.approx(seconds))


def test_a_ban_at_the_end_of_a_long_body_is_found() -> None:
    body = b'{"code":-1003,"msg":"%s banned until %d."}' % (b"a" * 5_000, SENT_AT + 3_600_000)
    error = outcome(answer(418, body))
    assert (type(error), error.retry_after) == (errors.IpBanned, 3_600)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"code":-1003,"msg":"banned until 9999999999999"}', {}),
        (b"{}", {"retry_after": "9999999"}),
        (b"{}", {"retry_after": "Tue, 01 Jan 2094 00:00:00 GMT"}),
    ],
)
def test_no_pause_is_longer_than_the_longest_ban(body: bytes, headers: dict[str, str]) -> None:
    assert outcome(answer(418, body, **headers)).retry_after == 3 * 86_400


def test_a_ban_in_a_5xx_leaves_the_outcome_open() -> None:
    error = outcome(answer(503, b"IP banned until 1499827619559"))
    assert type(error) is errors.OutcomeUnknown
    assert error.retry_after == 300.0


@pytest.mark.parametrize(
    ("body", "transfer_id"),
    [
        (b'{"tranId":"63949445229"}', "63949445229"),
        (b'{"txnId":2966662589}', "2966662589"),
        (b'{"code":200,"msg":"success","tranId":7}', "7"),
        (b'{"tranId":0}', None),
        (b"{}", None),
    ],
)
def test_an_unknown_outcome_keeps_the_body_and_the_id_that_it_names(body: bytes, transfer_id: str | None) -> None:
    error = outcome(answer(200, body))
    assert type(error) is errors.OutcomeUnknown
    assert (error.body, error.transfer_id) == (body.decode(), transfer_id)


def test_an_exception_keeps_only_the_beginning_of_a_body() -> None:
    assert outcome(answer(404, b"<p>" * 5000)).body == ("<p>" * 5000)[:2048]
    assert outcome(Fault("ReadTimeout", may_have_arrived=True)).body is None


@pytest.mark.parametrize(
    ("body", "headers", "described"),
    [
        (
            b"<title>ERROR: Not\n satisfied</title>Generated by cloudfront (CloudFront)",
            {},
            "CloudFront: ERROR: Not satisfied",
        ),
        (b"<title>403 Forbidden</title><center>nginx</center>", {}, "nginx: 403 Forbidden"),
        (b"<html>Forbidden</html>", {"server": "cloudflare"}, "Cloudflare"),
        (b"<html>Forbidden</html>", {"x_amzn_waf_action": "captcha"}, "AWS WAF"),
        (b"<html>Forbidden</html>", {}, "a firewall"),
    ],
)
def test_a_403_says_whose_page_it_is(body: bytes, headers: dict[str, str], described: str) -> None:
    error = outcome(answer(403, body, **headers))
    assert type(error) is errors.Rejected
    assert str(error) == f"transfer was rejected (HTTP 403, a page of {described})."
    assert error.body == body.decode()
