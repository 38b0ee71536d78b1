"""What is shown of a call while it runs: a log record and an `Attempt` each time it is sent, and nothing secret in them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from binance_transfers import OPERATIONS, Attempt

from .scripted import KEY, OK, Binance

TRANSFER = OPERATIONS["user_universal_transfer"]
USED = f"X-SAPI-USED-{TRANSFER.weight.scope.upper()}-WEIGHT-1M"


def test_each_attempt_is_seen_logged_and_free_of_secrets(
    transfer: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Attempt] = []
    binance = Binance(
        httpx.ConnectError("refused"),
        httpx.Response(200, json={"tranId": 7}, headers={USED: "900"}),
    )
    with caplog.at_level(logging.DEBUG):
        transfer(binance, on_attempt=seen.append)
    assert [(it.operation, it.number, it.outcome, it.status, it.used_weight, it.error) for it in seen] == [
        ("user_universal_transfer", 1, "not_executed", None, None, "NotSent"),
        ("user_universal_transfer", 2, "executed", 200, 900, None),
    ]
    lines = [record.getMessage() for record in caplog.records if record.name == "binance_transfers"]
    assert [re.sub(r"\d\.\d{3} s", "T s", line) for line in lines] == [
        "user_universal_transfer attempt 1: NotSent (T s)",
        "user_universal_transfer attempt 2: executed (HTTP 200, weight used 900, T s)",
    ]
    assert [attempt.line() for attempt in seen] == lines
    shown = caplog.text + repr(seen)
    for request in binance.requests:
        assert request.url.params["signature"] not in shown


def test_a_hook_that_fails_does_not_lose_the_receipt(
    transfer: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[Attempt] = []

    def fail(attempt: Attempt) -> None:
        attempts.append(attempt)
        raise KeyError("broken dashboard")

    assert transfer(Binance(OK), on_attempt=fail).tran_id == 7
    [record] = caplog.records
    assert record.getMessage() == "on_attempt failed after user_universal_transfer"
    assert vars(record).items() >= {"operation": "user_universal_transfer", "call_id": attempts[0].call_id}.items()


class AsJson(logging.Formatter):
    """Writes a record as JSON: its message's constant part, and the fields that were given beside it."""

    _USUAL = frozenset({*vars(logging.makeLogRecord({})), "message"})

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: value for name, value in vars(record).items() if name not in self._USUAL}
        return json.dumps({"message": record.msg, **fields})


def test_a_log_record_has_a_constant_message_and_its_facts_in_fields(
    transfer: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    attempts: list[Attempt] = []
    binance = Binance(httpx.ConnectError("refused"), httpx.Response(400, json={"code": -1007, "msg": "m"}))
    with caplog.at_level(logging.INFO, "binance_transfers"):
        transfer(binance, on_attempt=attempts.append)
    records = [json.loads(AsJson().format(record)) for record in caplog.records]
    assert {record.pop("message") for record in records} == {"%s attempt %d: %s (%s)"}
    first, second = attempts
    common = {"operation": "user_universal_transfer", "call_id": first.call_id, "used_weight": None}
    assert records == [
        {
            **common,
            "attempt": 1,
            "outcome": "not_executed",
            "error": "NotSent",
            "status": None,
            "code": None,
            "duration": first.duration,
        },
        {
            **common,
            "attempt": 2,
            "outcome": "unknown",
            "error": "OutcomeUnknown",
            "status": 400,
            "code": -1007,
            "duration": second.duration,
        },
    ]


def test_attempts_of_one_call_share_an_id_that_no_other_call_has(transfer: Callable[..., Any]) -> None:
    attempts: list[Attempt] = []
    for _ in range(2):
        transfer(Binance(httpx.ConnectError("refused"), OK), on_attempt=attempts.append)
    first, again, second, last = (attempt.call_id for attempt in attempts)
    assert first == again != second == last
    assert len(first) == len(second) == 16


def test_an_attempt_has_the_parameters_and_none_that_signs(transfer: Callable[..., Any]) -> None:
    attempts: list[Attempt] = []
    transfer(Binance(OK), on_attempt=attempts.append)
    assert attempts[0].parameters == {"type": "MAIN_FUNDING", "asset": "USDT", "amount": "1"}
    # What is written without a thought, to a console or a log, leaves them out.
    assert "USDT" not in repr(attempts[0])


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_nothing_that_is_logged_holds_a_secret_or_a_parameter(
    transfer: Callable[..., Any], caplog: pytest.LogCaptureFixture, level: int
) -> None:
    binance = Binance(httpx.ConnectError("refused"), OK)
    with caplog.at_level(level):
        transfer(binance)
    logged = [repr(vars(record)) for record in caplog.records if record.name == "binance_transfers"]
    assert len(logged) == 2
    for request in binance.requests:
        for hidden in (request.url.params["signature"], f"'{KEY}'", "USDT"):
            assert not any(hidden in record for record in logged)
