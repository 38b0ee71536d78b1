"""The loop around a call: what it repeats, waits for, shows and gives up, sync and async alike."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import httpx
import pytest

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    Attempt,
    AuthenticationError,
    Client,
    IpBanned,
    MemoryLimiter,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    RetryPolicy,
    TimestampOutOfWindow,
    UniversalTransferReceipt,
)

from .scripted import BALANCE, KEY, OK, QUICK, SECRET, SUCCESS, Binance, Clock, carried, rejected, settled

TRANSFER = OPERATIONS["user_universal_transfer"]
USED = f"X-SAPI-USED-{TRANSFER.weight.scope.upper()}-WEIGHT-1M"


@pytest.mark.parametrize(
    "step",
    [
        httpx.ReadTimeout("t"),
        httpx.ReadError("t"),
        httpx.WriteError("t"),
        httpx.RemoteProtocolError("t"),
        httpx.Response(500),
        httpx.Response(503, json={"code": -1021, "msg": "m"}),
        rejected(400, -1007),
        rejected(200, -1007),
        httpx.Response(200, text="<html>"),
        httpx.Response(307, headers={"location": "/"}),
        OSError("reset"),
        # These contradict themselves.
        httpx.Response(418, json={"code": -1007, "msg": "m"}),
        httpx.Response(418, json={"tranId": 7}),
        httpx.Response(429, json={"tranId": 7}, headers={"retry-after": "0"}),
        httpx.Response(400, json={"tranId": 7}),
        httpx.Response(302, json={"code": -1021, "msg": "m"}),
    ],
    ids=repr,
)
def test_a_transfer_that_may_have_happened_is_not_sent_again(
    transfer: Callable[..., Any], step: httpx.Response | Exception
) -> None:
    binance = Binance(step, OK)
    error = transfer(binance)
    assert type(error) is OutcomeUnknown
    assert error.attempts == 1
    assert binance.paths == ["transfer"]
    assert error.check.startswith("Look for it in the transfer history, GET /sapi/v1/asset/transfer")
    assert error.check_zh == (
        "用 GET /sapi/v1/asset/transfer 查询同一 type 的划转历史，按资产、数量和时间核对；状态为 PENDING 的划转仍可能完成。"
        "也可以调用 client.reconcile(error) 代为核对，它会返回结论。"
    )


def test_a_transfer_that_could_not_leave_is_sent_again_signed_anew(transfer: Callable[..., Any]) -> None:
    binance = Binance(httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), OK)
    assert transfer(binance, retry=RetryPolicy(first_delay=0.01, longest_delay=0.01)).tran_id == 7
    stamps = [request.url.params["timestamp"] for request in binance.requests]
    assert len(stamps) == 3
    assert stamps == sorted(stamps)
    for request in binance.requests:
        assert request.url.params["signature"]


def test_the_attempts_end(transfer: Callable[..., Any]) -> None:
    binance = Binance(httpx.ConnectError("refused"))
    error = transfer(binance)
    assert type(error) is NotSent
    assert error.attempts == len(binance.requests) == 3


def test_a_refusal_for_good_is_not_repeated(transfer: Callable[..., Any]) -> None:
    binance = Binance(rejected(401, -2015))
    assert type(transfer(binance)) is AuthenticationError
    assert len(binance.requests) == 1


@pytest.fixture
def _interrupted_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)


@pytest.mark.usefixtures("_interrupted_sleep")
def test_an_interruption_while_a_call_waits_for_its_budget_says_that_it_was_not_sent() -> None:
    class Full(MemoryLimiter):
        def reserve(self, *_: object) -> float:
            return 1.0

    binance = Binance()
    client = Client(KEY, SECRET, transport=binance.transport, limiter=Full(), when_full="wait")
    with pytest.raises(KeyboardInterrupt) as interrupted:
        settled(client)
    assert type(interrupted.value.__cause__) is NotSent
    assert str(interrupted.value.__cause__) == "user_universal_transfer was not sent: interrupted by KeyboardInterrupt."
    assert binance.requests == []


@pytest.mark.usefixtures("_interrupted_sleep")
def test_an_interruption_between_two_attempts_says_how_the_first_ended() -> None:
    binance = Binance(rejected(429, -1003, retry_after="1"))
    client = Client(KEY, SECRET, transport=binance.transport, retry=QUICK)
    with pytest.raises(KeyboardInterrupt) as interrupted:
        settled(client)
    assert type(interrupted.value.__cause__) is RateLimited


@pytest.mark.parametrize("step", [None, rejected(429, -1003, retry_after="0")], ids=["first attempt", "second attempt"])
def test_an_interruption_while_the_signer_is_asked_says_how_the_call_stands(
    transfer: Callable[..., Any], step: httpx.Response | None
) -> None:
    class Signer:
        def sign(self, _payload: bytes) -> str:
            if len(binance.requests) == (step is not None):
                raise KeyboardInterrupt
            return "signature"

    binance = Binance(step or OK)
    with pytest.raises(KeyboardInterrupt) as interrupted:
        transfer(binance, secret=Signer())
    cause = interrupted.value.__cause__
    if step is None:
        assert type(cause) is NotSent
        assert str(cause) == "user_universal_transfer was not sent: interrupted by KeyboardInterrupt."
    else:
        assert type(cause) is RateLimited
    assert len(binance.requests) == (step is not None)


def test_after_a_429_nothing_is_sent_to_the_endpoint_until_the_pause_is_over(
    transfer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Passing(Clock):
        def milliseconds(self) -> int:
            return super().milliseconds() + round(sum(slept) * 1000)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    binance = Binance(rejected(429, -1003, retry_after="7"), OK)
    assert transfer(binance, when_full="wait", clock=Passing()).tran_id == 7
    first, second = (int(request.url.params["timestamp"]) for request in binance.requests)
    assert 7_000 <= second - first < 9_000


def test_a_pause_longer_than_the_deadline_is_not_waited_for(transfer: Callable[..., Any]) -> None:
    binance = Binance(rejected(429, -1003, retry_after="30"), OK)
    error = transfer(binance, deadline=5)
    assert type(error) is RateLimited
    assert error.retry_after == 30
    assert len(binance.requests) == 1


def test_an_interruption_after_the_answer_keeps_the_receipt() -> None:
    def interrupt(_: Attempt) -> None:
        raise KeyboardInterrupt

    client = Client(KEY, SECRET, transport=httpx.MockTransport(Binance(OK)), on_attempt=interrupt)
    with pytest.raises(KeyboardInterrupt) as interrupted:
        settled(client)
    cause = interrupted.value.__cause__
    assert type(cause) is OutcomeUnknown
    assert str(cause) == (
        "user_universal_transfer was answered with UniversalTransferReceipt(tran_id=7), and then interrupted. "
        "It was executed; the receipt is kept in `receipt`."
    )
    assert cause.check_zh == "已经执行，回执保存在 `receipt` 中。"
    assert cause.receipt == UniversalTransferReceipt(tran_id=7)


def test_a_weight_header_of_any_length_does_not_lose_the_receipt(transfer: Callable[..., Any]) -> None:
    heavy = httpx.Response(200, json={"tranId": 7}, headers={USED: "9" * 5000})
    assert transfer(Binance(heavy)).tran_id == 7


@pytest.mark.parametrize(
    ("ban", "seconds"),
    [(rejected(418, -1003, retry_after="300"), 300), (rejected(418, -1007), 120)],
    ids=["of 300 s", "of unknown outcome and length"],
)
def test_after_a_ban_nothing_is_sent_at_all(ban: httpx.Response, seconds: int) -> None:
    binance = Binance(ban, OK, BALANCE)
    client = Client(KEY, SECRET, transport=binance.transport, retry=QUICK, when_full="wait", deadline=5)
    with pytest.raises((IpBanned, OutcomeUnknown)):
        client.fund_auto_collection()
    for method in (client.fund_auto_collection, partial(client.fund_collection_by_asset, asset="USDT")):
        with pytest.raises(NotSent, match=r"or Binance asked for a pause, for \d+") as refused:
            method()
        assert refused.value.retry_after is not None
        assert seconds - 10 < refused.value.retry_after <= seconds
    assert len(binance.requests) == 1


@pytest.mark.parametrize(
    "step", [httpx.ReadTimeout("t"), httpx.Response(502), httpx.Response(200, text="<html>")], ids=repr
)
def test_a_read_is_repeated(read: Callable[..., Any], step: httpx.Response | Exception) -> None:
    binance = Binance(step, BALANCE)
    assert str(read(binance).amount) == "0.55"
    assert len(binance.requests) == 2


def test_the_receive_window_of_the_client_is_sent_unless_the_call_has_its_own() -> None:
    binance = Binance(SUCCESS)
    client = Client(KEY, SECRET, transport=binance.transport, recv_window=2_000)
    client.fund_auto_collection()
    client.fund_auto_collection(recv_window=1)
    assert [request.url.params["recvWindow"] for request in binance.requests] == ["2000", "1"]


def test_a_budget_is_waited_for_where_the_caller_chose_so_and_refused_otherwise() -> None:
    class Slow(MemoryLimiter):
        """Lets every second question through."""

        asked = 0

        def reserve(self, *_: object) -> float:
            self.asked += 1
            return 0.001 if self.asked % 2 else 0.0

    binance = Binance(OK)
    settled(Client(KEY, SECRET, transport=binance.transport, limiter=Slow(), when_full="wait"))
    assert binance.paths == ["transfer"]
    with pytest.raises(NotSent) as refused:
        Client(KEY, SECRET, transport=binance.transport, limiter=Slow()).fund_auto_collection()
    assert refused.value.retry_after == 0.001
    assert refused.value.attempts == 0


def test_the_duration_of_an_attempt_does_not_follow_a_clock_that_is_set(
    transfer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Attempt] = []
    times = iter(range(1_000_000, 0, -3_600))
    monkeypatch.setattr(time, "time", lambda: float(next(times)))
    transfer(Binance(OK), on_attempt=seen.append)
    assert 0 <= seen[0].duration < 60


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(
    "failure",
    ["ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol", "OSError"],
)
def test_a_hook_that_fails_after_the_answer_does_not_pass_for_a_failure_to_connect(
    library: ModuleType, failure: str, *, asynchronous: bool
) -> None:
    def hook(_: object) -> None:
        raise OSError if failure == "OSError" else getattr(library, failure)("By the hook.")

    async def async_hook(response: object) -> None:
        hook(response)

    binance = Binance(OK)
    hooks: dict[str, list[Any]] = {"response": [async_hook if asynchronous else hook]}
    kind: Any = library.AsyncClient if asynchronous else library.Client
    http: Any = kind(transport=carried(binance, library), event_hooks=hooks)
    with pytest.raises(OutcomeUnknown):
        settled((AsyncClient if asynchronous else Client)(KEY, SECRET, http_client=http))
    assert binance.paths == ["transfer"]


def test_a_hook_that_raises_for_the_status_shows_no_signature(library: ModuleType) -> None:
    def raise_for_status(response: Any) -> None:
        response.raise_for_status()

    def show_the_url(response: Any) -> None:
        raise library.ReadError(f"audit of {response.url} failed")

    for hook in (raise_for_status, show_the_url):
        transport = carried(lambda _: rejected(400, -5002), library)
        http = library.Client(transport=transport, event_hooks={"response": [hook]})
        with pytest.raises(OutcomeUnknown) as unknown:
            settled(Client(KEY, SECRET, http_client=http))
        assert "signature" not in f"{unknown.value} {unknown.value!r} {vars(unknown.value)}"


def test_a_budget_that_is_full_before_the_next_attempt_does_not_hide_how_the_last_one_ended() -> None:
    used = {USED: str(TRANSFER.weight.budget)}
    late = httpx.Response(400, json={"code": -1021, "msg": "m"}, headers=used)
    binance = Binance(late)
    with pytest.raises(TimestampOutOfWindow) as refused:
        settled(Client(KEY, SECRET, transport=binance.transport, retry=QUICK))
    assert refused.value.attempts == 1
    assert refused.value.sent_at
    assert type(refused.value.__cause__) is NotSent
    assert binance.paths == ["transfer", "time"]


def test_used_weights_and_headers_can_be_read() -> None:
    scope = OPERATIONS["fund_auto_collection"].weight.scope
    headers = {f"X-SAPI-USED-{scope.upper()}-WEIGHT-1M": "1500", "X-Mbx-Uuid": "u"}
    binance = Binance(httpx.Response(200, json={"msg": "success"}, headers=headers))
    client = Client(KEY, SECRET, transport=binance.transport)
    assert (client.last_headers, client.used_weights) == ({}, {})
    client.fund_auto_collection()
    assert client.used_weights == {"fund_auto_collection": 1500}
    assert client.last_headers["x-mbx-uuid"] == "u"


def test_an_async_client_says_that_it_belongs_to_another_loop() -> None:
    binance = Binance(SUCCESS)
    client = AsyncClient(KEY, SECRET, transport=binance.transport)
    asyncio.run(client.fund_auto_collection())
    with pytest.raises(RuntimeError, match="^This client belongs to another event loop; make one client per loop."):
        asyncio.run(client.fund_auto_collection())
    assert len(binance.requests) == 1


BAN = "Way too much request weight used; IP banned until 1499827619559."
PAGE = "<title>ERROR: The request could not be satisfied</title>Generated by cloudfront"


@pytest.mark.parametrize(
    ("step", "pauses"),
    [
        (httpx.Response(418, headers={"retry-after": "0"}), [(120, True)]),
        (httpx.Response(418, json={"code": -1003, "msg": BAN}), [(300, True)]),
        (httpx.Response(429, json={"code": -1003, "msg": BAN}), [(300, True)]),
        (httpx.Response(400, json={"code": -1003, "msg": BAN}), [(300, True)]),
        (httpx.Response(403, json={"code": -1003, "msg": BAN}), [(300, True)]),
        (httpx.Response(503, text=BAN), [(300, True)]),
        (httpx.Response(429, json={"code": -1003, "msg": "m"}, headers={"retry-after": "35.5"}), [(35.5, False)]),
        (httpx.Response(403, text=PAGE), [(60, True)]),
        (httpx.Response(403), [(60, True)]),
        (httpx.Response(403, text="<title>403</title><center>nginx</center>"), []),
        (httpx.Response(403, json={"code": -9999, "msg": "m"}), []),
        (httpx.Response(403, json={"msg": "You are not authorized to execute this request."}), []),
    ],
    ids=repr,
)
def test_how_long_and_of_what_a_response_asks_a_pause(
    transfer: Callable[..., Any], step: httpx.Response, pauses: list[tuple[float, bool]]
) -> None:
    class Watched(MemoryLimiter):
        def block(self, operation: Any, seconds: float, now: int, *, everything: bool) -> None:
            blocked.append((seconds, everything))
            super().block(operation, seconds, now, everything=everything)

    blocked: list[tuple[float, bool]] = []
    binance = Binance(step)
    transfer(binance, limiter=Watched(), clock=Clock(), deadline=30.0)
    assert blocked == pauses
    assert len(binance.requests) == 1
