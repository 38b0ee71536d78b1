"""Failures whose end comes later, refusals by a code, and connections that are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from binance_transfers import (
    ERROR_CODES,
    AsyncClient,
    BinanceError,
    Client,
    NotSent,
    OutcomeUnknown,
    Rejected,
    RetryPolicy,
    TransferType,
)
from binance_transfers.sandbox import FailureKind, Sandbox, Wallet

from .table import FakeClock

ONCE = RetryPolicy(attempts=1)
TRANSFER: dict[str, Any] = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": 4}
MOVES = ("user_universal_transfer", "fund_auto_collection")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Sandbox:
    made = Sandbox(clock=clock)
    made.credit(Wallet.MAIN, "USDT", 10)
    made.credit(Wallet.UMFUTURE, "USDT", 10)
    return made


@pytest.fixture
def client(sandbox: Sandbox, clock: FakeClock) -> Iterator[Client]:
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=clock, retry=ONCE) as made:
        yield made


def statuses(client: Client) -> list[tuple[str, int]]:
    rows = client.query_user_universal_transfer_history(type=TransferType.MAIN_FUNDING).rows or []
    return [(str(row.status), row.tran_id) for row in rows]


def outcome_of(call: Callable[[], object]) -> BinanceError:
    with pytest.raises(BinanceError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("operation", MOVES)
@pytest.mark.parametrize(("seconds", "arrives"), [(1, True), (3, True), (5, True), (5.001, False), (60, False)])
def test_a_late_call_takes_effect_while_its_time_window_lasts_and_never_after(
    sandbox: Sandbox, client: Client, clock: FakeClock, operation: str, seconds: float, *, arrives: bool
) -> None:
    sandbox.inject("late", operation, seconds=seconds)
    arguments = TRANSFER if operation == "user_universal_transfer" else {}
    assert type(outcome_of(lambda: getattr(client, operation)(**arguments))) is OutcomeUnknown
    clock.now += round(seconds * 1000) - 1
    assert (len(sandbox.entries), statuses(client)) == (2, [])
    clock.now += 1
    assert len(sandbox.entries) == 2 + arrives
    assert [entry.time for entry in sandbox.entries[2:]] == [clock.now] * arrives


def test_the_time_window_of_a_late_call_is_the_one_that_it_asked_for(
    sandbox: Sandbox, client: Client, clock: FakeClock
) -> None:
    sandbox.inject("late", seconds=30, times=2)
    for window in (60_000, 29_999):
        outcome_of(lambda: client.user_universal_transfer(**TRANSFER, recv_window=window))  # noqa: B023
    clock.now += 60_000
    assert [entry.operation for entry in sandbox.entries[2:]] == ["user_universal_transfer"]
    assert statuses(client) == [("CONFIRMED", sandbox.entries[-1].id)]


def test_late_calls_take_effect_in_the_order_of_their_times_and_only_with_the_funds_then_left(
    sandbox: Sandbox, client: Client, clock: FakeClock
) -> None:
    for seconds, amount in ((3, 8), (1, 7), (2, 2)):
        sandbox.inject("late", seconds=seconds)
        outcome_of(lambda: client.user_universal_transfer(**{**TRANSFER, "amount": amount}))  # noqa: B023
    clock.now += 10_000
    assert [entry.amount for entry in sandbox.entries[2:]] == [7, 2]


def test_a_late_call_that_is_not_executed_never_arrives(sandbox: Sandbox, client: Client, clock: FakeClock) -> None:
    sandbox.inject("late", executed=False)
    outcome_of(lambda: client.user_universal_transfer(**TRANSFER))
    clock.now += 10_000
    assert len(sandbox.entries) == 2


@pytest.mark.parametrize(("executed", "status"), [(True, "CONFIRMED"), (False, "FAILED"), (None, "CONFIRMED")])
def test_a_pending_transfer_is_listed_as_such_until_it_is_executed_or_fails(
    sandbox: Sandbox, client: Client, clock: FakeClock, status: str, *, executed: bool | None
) -> None:
    sandbox.inject("pending", seconds=20, executed=executed)
    error = outcome_of(lambda: client.user_universal_transfer(**TRANSFER))
    assert isinstance(error, OutcomeUnknown)
    assert error.code == -5012
    [(before, number)] = statuses(client)
    assert (before, len(sandbox.entries)) == ("PENDING", 2)
    clock.now += 19_999
    assert statuses(client) == [("PENDING", number)]
    clock.now += 1
    assert statuses(client) == [(status, number)]
    assert [entry.id for entry in sandbox.entries[2:]] == [number] * (status == "CONFIRMED")


def test_a_pending_transfer_fails_without_the_funds_and_a_pending_collection_takes_what_is_there(
    sandbox: Sandbox, client: Client, clock: FakeClock
) -> None:
    sandbox.inject("pending", times=2)
    for call in (lambda: client.user_universal_transfer(**TRANSFER), client.fund_auto_collection):
        outcome_of(call)
    client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount=10)
    clock.now += 1_000
    assert [status for status, _ in statuses(client)] == ["FAILED"]
    assert sandbox.balance(Wallet.MARGIN, "USDT") == 20


def test_reads_pass_by_the_failures_of_calls_that_move_funds(sandbox: Sandbox, client: Client) -> None:
    sandbox.inject("late")
    sandbox.inject("pending")
    assert statuses(client) == []
    assert client.system_status().status == 0
    assert [request.failure for request in sandbox.requests] == [None, None]


def test_a_reset_forgets_what_would_have_come_later(sandbox: Sandbox, client: Client, clock: FakeClock) -> None:
    kinds: tuple[FailureKind, ...] = ("late", "pending")
    for kind in kinds:
        sandbox.inject(kind)
        outcome_of(lambda: client.user_universal_transfer(**TRANSFER))
    sandbox.reset()
    sandbox.credit(Wallet.MAIN, "USDT", 10)
    clock.now += 2_000
    assert (len(sandbox.entries), statuses(client)) == (1, [])


@pytest.mark.parametrize("code", ERROR_CODES)
def test_each_code_is_refused_with_binance_s_status(sandbox: Sandbox, client: Client, code: int) -> None:
    sandbox.inject("refuse", code=code)
    error = outcome_of(lambda: client.user_universal_transfer(**TRANSFER))
    expected = {-1002: 401, -1099: 401, -2014: 401, -2015: 401, -1003: 429}.get(code, 400)
    assert sandbox.requests[-1].status == expected
    assert isinstance(error, (Rejected, OutcomeUnknown))
    assert error.code == code
    assert len(sandbox.entries) == 2


def test_a_code_that_leaves_the_outcome_open_may_come_with_an_execution(sandbox: Sandbox, client: Client) -> None:
    sandbox.inject("refuse", code=-3029, executed=True)
    assert isinstance(outcome_of(lambda: client.user_universal_transfer(**TRANSFER)), OutcomeUnknown)
    assert sandbox.balance(Wallet.FUNDING, "USDT") == 4


@pytest.mark.parametrize("is_async", [False, True])
def test_a_refused_connection_leaves_no_trace(sandbox: Sandbox, clock: FakeClock, *, is_async: bool) -> None:
    sandbox.inject("no_connection", "user_universal_transfer")
    kind: Any = AsyncClient if is_async else Client

    def call() -> object:
        client = kind(sandbox.api_key, "wrong-secret", transport=sandbox.transport, clock=clock, retry=ONCE)
        result = client.user_universal_transfer(**TRANSFER)
        return asyncio.run(result) if is_async else result

    assert type(outcome_of(call)) is NotSent
    assert sandbox.requests == []
    assert type(outcome_of(call)) is not NotSent


@pytest.mark.parametrize("kind", ["lost", "no_connection", "late", "pending"])
def test_the_calls_before_the_failing_one_succeed(sandbox: Sandbox, client: Client, kind: FailureKind) -> None:
    sandbox.inject(kind, "user_universal_transfer", after=2)
    client.fund_auto_collection()
    receipts = [client.user_universal_transfer(**{**TRANSFER, "amount": 1}).tran_id for _ in range(2)]
    assert [entry.id for entry in sandbox.entries[-2:]] == receipts
    outcome_of(lambda: client.user_universal_transfer(**{**TRANSFER, "amount": 1}))
    client.user_universal_transfer(**{**TRANSFER, "amount": 1})
