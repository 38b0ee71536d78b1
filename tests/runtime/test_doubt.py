"""What in a response keeps it from being proof: words of failure in names of fields, and texts that leave the outcome open."""

from __future__ import annotations

import pytest

from generator.runtime import errors
from generator.runtime.doubt import can_say_failed

from .table import Receipt
from .test_outcome import answer, outcome


@pytest.mark.parametrize(
    "field",
    [
        '"transferStatus":"FAILED"',
        '"order_status":"REJECTED"',
        '"statusCode":500',
        '"resultCode":-1',
        '"retCode":10001',
        '"codeMsg":"fail"',
        '"codeNo":5',
        '"msgCode":-9',
        '"successFlag":false',
        '"statusText":"FAILED"',
        '"transferStatusDesc":"FAILED"',
        '"successful":false',
        '"isSucceed":false',
        '"rejected":true',
        '"isCancelled":true',
        '"rejectReason":"x"',
        '"reason":"no balance"',
        '"failReason":"x"',
        '"data":[[{"success":false}]]',
        '"response":[[[{"error":"x"}]]]',
    ],
)
def test_a_receipt_with_a_word_of_failure_in_a_longer_name_is_in_doubt(field: str) -> None:
    assert type(outcome(answer(200, f'{{"tranId":1,{field}}}'.encode()))) is errors.OutcomeUnknown


@pytest.mark.parametrize(
    "field",
    [
        '"clientTranId":"abc"',
        '"asset":"USDT"',
        '"assetCode":"USDT"',
        '"transferStatus":"CONFIRMED"',
        '"statusCode":200',
        '"retCode":"0"',
        '"rejected":false',
        '"failReason":""',
        '"timestamp":1544433328000',
        '"data":[[{"success":true}]]',
    ],
)
def test_a_receipt_with_more_that_says_nothing_of_failure_is_one(field: str) -> None:
    assert outcome(answer(200, f'{{"tranId":1,{field}}}'.encode())) == Receipt(1)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"msg":"Timeout waiting for response from backend server."}', {}),
        (b'{"code":-2010,"msg":"Timeout waiting for response from backend server."}', {}),
        (b'{"code":-2010,"msg":"Execution status is unknown"}', {}),
        ('{"code":-2010,"msg":"执行状态未知"}'.encode(), {}),
        (b'{"code":-2010,"msg":"no","state":"UNKNOWN"}', {}),
        (b'{"code":-99123,"msg":"Internal error; the transfer may have been executed, check the history"}', {}),
        (b'{"code":345012,"msg":"Your request is being processed"}', {}),
        (b'{"code":345012,"msg":"The transfer is in process."}', {}),
        ('{"code":345012,"msg":"请求处理中"}'.encode(), {}),
        (b"stream closed: connection reset after request was sent", {}),
        (b"", {"content_type": "application/json;charset=UTF-8"}),
        (b"\n", {"content_type": "application/problem+json"}),
        (b"<err", {"content_type": "application/xml"}),
        (b")]}',\n{\"cod", {}),
        (b'callback({"cod', {}),
        (b"null", {}),
        (b"tru", {}),
        (b"123", {}),
    ],
)
def test_a_4xx_that_may_hide_an_open_outcome_is_unknown(body: bytes, headers: dict[str, str]) -> None:
    assert type(outcome(answer(400, body, **headers))) is errors.OutcomeUnknown


def test_a_gateway_that_saw_the_client_leave_proves_nothing() -> None:
    assert type(outcome(answer(460, b""))) is errors.OutcomeUnknown


@pytest.mark.parametrize("name", ["transferStatus", "retCode", "isCancelled", "failReason", "statusText"])
def test_the_generator_asks_for_every_field_that_the_runtime_judges(name: str) -> None:
    assert can_say_failed(name, moves_funds=True)
    assert not can_say_failed("assetCode", moves_funds=True)


@pytest.mark.parametrize(("name", "asked"), [("retCode", True), ("successFlag", True), ("transferStatus", False)])
def test_a_read_is_judged_by_codes_and_flags_alone(name: str, *, asked: bool) -> None:
    assert can_say_failed(name, moves_funds=False) is asked
