"""The clock: read from Binance when it is off, once, within the limits, and never believed beyond reason."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from binance_transfers import (
    AsyncClient,
    Client,
    IpBanned,
    NotExecuted,
    NotSent,
    RetryPolicy,
    TimestampOutOfWindow,
    TransferType,
)

from .scripted import KEY, OK, QUICK, SECRET, TIME, Binance, copy_of, rejected, settled

CLOCK = r"The request for Binance's clock \(GET /api/v3/time\)"


def test_a_clock_that_is_off_is_set_by_binance_s_and_the_transfer_sent_again(transfer: Callable[..., Any]) -> None:
    binance = Binance(rejected(400, -1021), OK, time_offset=3_600_000)
    assert transfer(binance).tran_id == 7
    assert binance.paths == ["transfer", "time", "transfer"]
    first, second = (int(binance.requests[index].url.params["timestamp"]) for index in (0, 2))
    assert 3_590_000 < second - first < 3_700_000
    asked = binance.requests[1]
    assert (asked.method, asked.url.query) == ("GET", b"")
    assert "x-mbx-apikey" not in asked.headers


def test_a_clock_that_cannot_be_mended_is_told(transfer: Callable[..., Any]) -> None:
    binance = Binance(rejected(400, -1021))
    error = transfer(binance)
    assert type(error) is TimestampOutOfWindow
    assert binance.paths == ["transfer", "time"] * 2 + ["transfer"]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_calls_that_mend_the_clock_at_once_do_not_mend_it_twice(*, asynchronous: bool) -> None:
    ahead, together = 3_600_000, threading.Barrier(8)
    at_once = asyncio.Event()

    def judge(request: httpx.Request) -> httpx.Response:
        now = time.time_ns() // 1_000_000 + ahead
        if request.url.path == TIME:
            if not asynchronous:
                together.wait(10)
            return httpx.Response(200, json={"serverTime": now})
        stamp = int(request.url.params["timestamp"])
        return OK if abs(now - stamp) < 60_000 else rejected(400, -1021)

    async def judge_async(request: httpx.Request) -> httpx.Response:
        if request.url.path == TIME:
            asking.append(request)
            if len(asking) == 8:
                at_once.set()
            await at_once.wait()
        return copy_of(judge(request))

    async def all_async() -> None:
        async with AsyncClient(KEY, SECRET, transport=httpx.MockTransport(judge_async), retry=twice) as client:
            arguments: dict[str, Any] = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": 1}
            await asyncio.gather(*(client.user_universal_transfer(**arguments) for _ in range(8)))

    asking: list[httpx.Request] = []
    twice = RetryPolicy(attempts=2, first_delay=0.0, longest_delay=0.0)
    if asynchronous:
        asyncio.run(all_async())
    else:
        client = Client(KEY, SECRET, transport=httpx.MockTransport(lambda r: copy_of(judge(r))), retry=twice)
        with ThreadPoolExecutor(8) as threads:
            assert len(list(threads.map(settled, [client] * 8))) == 8


def test_the_question_for_the_time_takes_no_longer_than_is_left_of_the_deadline(transfer: Callable[..., Any]) -> None:
    allowed: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == TIME:
            allowed.append(request.extensions["timeout"]["read"])
            return httpx.Response(200, json={"serverTime": 1_700_000_000_000})
        return rejected(400, -1021)

    error = transfer(answer, timeout=100.0, deadline=5.0)
    assert type(error) is TimestampOutOfWindow
    assert all(seconds <= 5 for seconds in allowed)
    assert len(allowed) == 2


def test_a_banned_address_does_not_ask_for_the_time() -> None:
    binance = Binance(rejected(418, -1003, retry_after="300"))
    client = Client(KEY, SECRET, transport=binance.transport, retry=QUICK)
    with pytest.raises(IpBanned):
        client.fund_auto_collection()
    with pytest.raises(NotSent, match=rf"^{CLOCK} was not sent: .* asked for a pause"):
        client.synchronize_clock()
    assert binance.paths == ["auto-collection"]


def test_a_ban_that_the_question_for_the_time_meets_stops_everything() -> None:
    binance = Binance(httpx.Response(418, headers={"Retry-After": "300"}), tells_time=False)
    client = Client(KEY, SECRET, transport=binance.transport)
    with pytest.raises(IpBanned, match=rf"^{CLOCK} was refused, this IP address is banned"):
        client.synchronize_clock()
    with pytest.raises(NotSent):
        client.fund_auto_collection()
    assert binance.paths == ["time"]


@pytest.mark.parametrize(
    "body", ["{}", '{"serverTime":"1700000000000"}', '{"serverTime":-5}', '{"serverTime":1e30}', "<"]
)
@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_time_that_is_not_told_is_said_to_be_so(status: int, body: str) -> None:
    binance = Binance(httpx.Response(status, text=body), tells_time=False)
    with pytest.raises(NotExecuted, match=f"^{CLOCK} was "):
        Client(KEY, SECRET, transport=binance.transport).synchronize_clock()


def test_an_async_client_of_another_loop_does_not_ask_for_the_time() -> None:
    client = AsyncClient(KEY, SECRET, transport=Binance().transport)
    asyncio.run(client.synchronize_clock())
    with pytest.raises(RuntimeError, match="another event loop"):
        asyncio.run(client.synchronize_clock())
