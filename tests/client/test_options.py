"""Options for some calls: a copy of the client that shares everything with it but them."""

from __future__ import annotations

import asyncio
import copy
import inspect
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from binance_transfers import AsyncClient, Client, NotSent, OutcomeUnknown, RetryPolicy, UniversalTransferReceipt
from binance_transfers.sandbox import Sandbox

from .scripted import KEY, OK, QUICK, SECRET, Binance, rejected, settled

BOTH = pytest.mark.parametrize("made", [Client, AsyncClient])
Made = Callable[..., Client | AsyncClient]
SECONDS = "it must be a number of seconds above 0 and at most 1000000."


def transfer_with(*clients: Client | AsyncClient) -> None:
    """Make a transfer with each of the clients, all in one event loop."""
    arguments: dict[str, Any] = {"type": "MAIN_FUNDING", "asset": "USDT", "amount": 1}

    async def transfer() -> None:
        for client in clients:
            returned = client.user_universal_transfer(**arguments)
            assert (await returned if inspect.isawaitable(returned) else returned).tran_id == 7

    asyncio.run(transfer())


@BOTH
def test_an_option_holds_for_the_copy_and_not_for_the_client(made: Made) -> None:
    binance = Binance(OK)
    client = made(KEY, SECRET, transport=binance.transport, recv_window=4000)
    copied = client.with_options(recv_window=2000)
    transfer_with(copied, client, copied.with_options(timeout=1))
    sent = [request.url.params["recvWindow"] for request in binance.requests]
    assert (type(copied), sent) == (made, ["2000", "4000", "2000"])


@BOTH
def test_each_option_is_the_setting_of_the_same_name(made: Made) -> None:
    options: dict[str, Any] = {
        "timeout": 1,
        "deadline": 2,
        "recv_window": 3,
        "retry": RetryPolicy(attempts=4),
        "when_full": "wait",
    }
    copied = made(KEY, SECRET).with_options(**options)
    assert {name: getattr(copied, f"_{name}") for name in options} == options


@BOTH
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"timeout": 0}, f"timeout is 0; {SECONDS}"),
        ({"deadline": "5"}, f"deadline is '5'; {SECONDS}"),
        ({"recv_window": 0}, "recv_window is 0; it must be a whole number of milliseconds from 1 to 60000."),
        ({"when_full": "later"}, "when_full is 'later'; allowed: 'wait', 'raise'."),
        ({"retry": 3}, "retry is of type int; give a RetryPolicy, such as RetryPolicy(attempts=3)."),
    ],
)
def test_an_option_that_cannot_be_used_is_refused(made: Made, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        made(KEY, SECRET).with_options(**options)
    assert str(caught.value) == problem


@BOTH
def test_retries_are_those_of_the_copy(made: Made) -> None:
    binance = Binance(rejected(429, -1003, retry_after="0"), OK)
    client = made(KEY, SECRET, transport=binance.transport, retry=RetryPolicy(attempts=1))
    settled(client.with_options(retry=QUICK))
    assert len(binance.requests) == 2


@BOTH
def test_a_copy_and_its_client_share_limits_clock_memory_and_what_responses_reported(made: Made) -> None:
    reported = {"x-sapi-used-uid-weight-1m": "900"}
    client = made(KEY, SECRET, transport=Binance(httpx.Response(200, json={"tranId": 7}, headers=reported)).transport)
    copied = client.with_options(deadline=5)
    settled(copied)
    assert client.last_headers["x-sapi-used-uid-weight-1m"] == "900"
    assert client.used_weights == copied.used_weights == {"user_universal_transfer": 900}
    for shared in ("_transport", "_limiter", "_clock", "_credentials", "_own_calls"):
        assert getattr(copied, shared) is getattr(client, shared)


def test_a_client_knows_the_transfers_of_its_copies_when_it_reconciles() -> None:
    sandbox = Sandbox()
    sandbox.credit("MAIN", "USDT", 10)
    client = Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport)
    arguments: dict[str, Any] = {"type": "MAIN_FUNDING", "asset": "USDT", "amount": "1"}
    receipt = client.with_options(deadline=5).user_universal_transfer(**arguments)
    sandbox.inject("lost")
    with pytest.raises(OutcomeUnknown) as caught:
        client.user_universal_transfer(**arguments)
    verdict = client.reconcile(caught.value)
    assert verdict.outcome == "executed"
    assert isinstance(verdict.receipt, UniversalTransferReceipt)
    assert verdict.receipt.tran_id != receipt.tran_id


def test_closing_a_copy_closes_nothing_and_closing_the_client_closes_its_copies() -> None:
    binance = Binance(OK)
    client = Client(KEY, SECRET, transport=binance.transport)
    with client.with_options(deadline=5) as copied:
        settled(copied)
    settled(copied)
    client.close()
    with pytest.raises(NotSent, match=r"^user_universal_transfer was not sent: the client is closed.$"):
        settled(copied)


def test_closing_an_async_copy_closes_nothing_and_closing_the_client_closes_its_copies() -> None:
    async def close_both() -> None:
        client = AsyncClient(KEY, SECRET, transport=Binance(OK).transport)
        arguments: dict[str, Any] = {"type": "MAIN_FUNDING", "asset": "USDT", "amount": 1}
        async with client.with_options(deadline=5) as copied:
            await copied.user_universal_transfer(**arguments)
        await copied.user_universal_transfer(**arguments)
        await client.close()
        with pytest.raises(NotSent, match=r"^user_universal_transfer was not sent: the client is closed.$"):
            await copied.user_universal_transfer(**arguments)

    asyncio.run(close_both())


def test_an_async_client_and_its_copies_belong_to_one_event_loop() -> None:
    client = AsyncClient(KEY, SECRET, transport=Binance(OK).transport)
    copied = client.with_options(deadline=5)
    settled(copied)
    message = "^This client belongs to another event loop; make one client per loop. Nothing was sent.$"
    with pytest.raises(RuntimeError, match=message):
        settled(client)


@BOTH
def test_a_client_is_still_copied_in_no_other_way(made: Made) -> None:
    with pytest.raises(TypeError, match="^A client holds a secret and is not pickled"):
        copy.copy(made(KEY, SECRET).with_options(deadline=5))
