"""Calls that are interrupted: the interruption goes on as it came, and its cause says what is known of the call."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from binance_transfers import (
    AsyncClient,
    Client,
    HmacSigner,
    NotExecuted,
    NotSent,
    OutcomeUnknown,
    Rejected,
)

from . import wait_for_signal
from .harness import DONE, READ, TRANSFER, Faults, Unlimited, ask, ask_async, settings
from .server import SECRET, Step

HANGING, REFUSING, FINE = "hanging", "refusing", "fine"
_ROOT = Path(__file__).parents[2]
LONG = {"timeout": 20.0, "deadline": 20.0}


@pytest.fixture(scope="module", autouse=True)
def _plans(faults: Faults) -> None:
    faults.plan(HANGING, [Step(sends="nothing", end="wait")])
    faults.plan(REFUSING, [Step("no", status=429, body="{}", headers={"Retry-After": "15"})])
    faults.plan(FINE, [Step()])


async def _until(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110 - what it waits for happens in another process
        await asyncio.sleep(0.005)


def _arrival(faults: Faults, call: str) -> Awaitable[None]:
    return _until(lambda: faults.peek(call).requests == 1)


def _says_what_is_known(error: BaseException | None, call: str) -> None:
    assert type(error) is OutcomeUnknown
    assert error.operation == TRANSFER
    assert error.parameters == {"type": "MAIN_FUNDING", "asset": f"{HANGING}.{call}".upper(), "amount": "1.50"}
    assert error.sent_at is not None
    assert abs(error.sent_at - time.time() * 1000) < 60_000
    assert error.attempts == 1
    assert error.check
    assert "interrupted by" in str(error)


async def _cancelled(calling: Coroutine[Any, Any, object], when: Awaitable[object]) -> BaseException | None:
    """Cancel a call at its time, and return what is known of it."""
    task, waiting = asyncio.create_task(calling), asyncio.ensure_future(when)
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    assert not task.done(), f"the call ended before its time: {task}"
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert type(caught.value) is asyncio.CancelledError
    assert task.cancelled()
    return caught.value.__cause__


def test_cancelling_a_transfer_that_was_sent_is_told_as_unknown(faults: Faults) -> None:
    async def run() -> None:
        async with AsyncClient(**settings(faults.url(), **LONG)) as client:
            cause = await _cancelled(ask_async(client, TRANSFER, HANGING, "cancelled"), _arrival(faults, "cancelled"))
            _says_what_is_known(cause, "cancelled")
            # The client goes on, and nothing is sent again on its own.
            assert (await ask_async(client, TRANSFER, FINE, "after")).outcome == DONE

    asyncio.run(run())
    record = faults.records()["cancelled"]
    assert (record.requests, len(record.executions)) == (1, 1)


def test_a_timeout_around_a_transfer_that_was_sent_is_told_as_unknown(faults: Faults) -> None:
    async def run() -> None:
        async with AsyncClient(**settings(faults.url(), **LONG)) as client:

            async def time_runs_out(scope: asyncio.Timeout) -> None:
                await _arrival(faults, "timeout")
                scope.reschedule(0)

            async def transfer() -> None:
                async with asyncio.timeout(None) as scope, asyncio.TaskGroup() as group:
                    group.create_task(time_runs_out(scope))
                    await ask_async(client, TRANSFER, HANGING, "timeout")

            with pytest.raises(TimeoutError) as caught:
                await transfer()
            cancelled = caught.value.__cause__
            assert isinstance(cancelled, asyncio.CancelledError)
            _says_what_is_known(cancelled.__cause__, "timeout")

    asyncio.run(run())
    assert faults.records()["timeout"].requests == 1


def test_a_transfer_that_is_cancelled_before_it_is_connected_was_not_sent(faults: Faults) -> None:
    async def run() -> None:
        signed = asyncio.Event()

        class Signer(HmacSigner):
            def sign(self, payload: bytes) -> str:
                signed.set()
                return super().sign(payload)

        # Nobody accepts there, so what was signed waits for its connection.
        known = settings(faults.url("full"), **LONG) | {"secret": Signer(SECRET)}
        async with AsyncClient(**known) as client:
            cause = await _cancelled(ask_async(client, TRANSFER, HANGING, "unconnected"), signed.wait())
            assert type(cause) is NotSent
            assert cause.operation == TRANSFER

    asyncio.run(run())


def test_a_read_that_is_cancelled_is_never_unknown(faults: Faults) -> None:
    async def run() -> None:
        async with AsyncClient(**settings(faults.url(), **LONG)) as client:
            cause = await _cancelled(ask_async(client, READ, HANGING, "read"), _arrival(faults, "read"))
            assert isinstance(cause, NotExecuted)

    asyncio.run(run())


def test_a_transfer_that_is_cancelled_between_two_attempts_is_not_sent_again(faults: Faults) -> None:
    async def run() -> None:
        refused = asyncio.Event()
        known = settings(faults.url(), **LONG, on_attempt=lambda _: refused.set())
        async with AsyncClient(**known) as client:
            cause = await _cancelled(ask_async(client, TRANSFER, REFUSING, "between"), refused.wait())
            assert isinstance(cause, Rejected)
            assert (cause.attempts, cause.status) == (1, 429)

    asyncio.run(run())
    assert (faults.records()["between"].requests, faults.records()["between"].executions) == (1, [])


def _failing(failure: BaseException) -> httpx.MockTransport:
    def fail(_: httpx.Request) -> NoReturn:
        raise failure

    return httpx.MockTransport(fail)


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit(3)])
def test_an_interruption_while_sending_goes_on_and_says_what_is_known(failure: BaseException) -> None:
    with (
        Client(**settings("https://api.binance.com"), transport=_failing(failure)) as client,
        pytest.raises(type(failure)) as caught,
    ):
        ask(client, TRANSFER, HANGING, "raised")
    assert caught.value is failure
    _says_what_is_known(caught.value.__cause__, "raised")


def test_control_c_during_a_transfer_that_was_sent_is_told_as_unknown(faults: Faults) -> None:
    command = [sys.executable, "-m", wait_for_signal.__name__, faults.url(), f"{HANGING}.signal".upper()]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        while faults.peek("signal").requests == 0 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    sent = f"{HANGING}.signal".upper()
    assert output == f"KeyboardInterrupt from OutcomeUnknown of {TRANSFER} with {sent}\n"
    records = faults.records()
    assert (records["signal"].requests, len(records["signal"].executions)) == (1, 1)


class _Failure(Unlimited):
    """A limiter that is told of an answer and fails."""

    def __init__(self, failure: type[BaseException]) -> None:
        self._failure = failure

    def observe(self, _operation: object, _headers: Mapping[str, str], _sent_at: int) -> None:
        raise self._failure


def test_a_limiter_that_fails_cannot_take_a_receipt_away(faults: Faults) -> None:
    known = settings(faults.url(), limiter=_Failure(ZeroDivisionError))
    with Client(**known) as client:
        assert ask(client, TRANSFER, FINE, "limiter").outcome == DONE

    async def run() -> None:
        async with AsyncClient(**known) as client:
            assert (await ask_async(client, TRANSFER, FINE, "limiter-async")).outcome == DONE

    asyncio.run(run())


def test_an_interruption_after_the_answer_does_not_pass_for_not_executed(faults: Faults) -> None:
    with (
        Client(**settings(faults.url(), limiter=_Failure(KeyboardInterrupt))) as client,
        pytest.raises(KeyboardInterrupt) as caught,
    ):
        ask(client, TRANSFER, FINE, "after-the-answer")
    assert type(caught.value.__cause__) is OutcomeUnknown


def test_what_an_interruption_came_from_holds_no_signed_request_either() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        try:
            return httpx.Response(int(request.url.path))
        except ValueError as first:
            raise KeyboardInterrupt from first

    client = Client(**settings("https://api.binance.com"), transport=httpx.MockTransport(fail))
    with pytest.raises(KeyboardInterrupt) as caught:
        ask(client, TRANSFER, HANGING, "two-steps")
    chain: list[BaseException | None] = [caught.value]
    kinds = set()
    while chain:
        if error := chain.pop():
            kinds.add(type(error))
            chain += error.__cause__, error.__context__
            for frame, _ in traceback.walk_tb(error.__traceback__):
                assert not any(isinstance(value, httpx.Request) for value in frame.f_locals.values())
    assert kinds == {KeyboardInterrupt, ValueError, OutcomeUnknown}


class _TimeLimitExceeded(Exception):
    """What a handler of a signal raises, as Celery's does for its soft time limit."""


class _TimeIsUp(TimeoutError):
    """What one raises that would pass for an error of the network."""


@pytest.fixture(params=[_TimeLimitExceeded, _TimeIsUp, ConnectionResetError, UnicodeError])
def alarm(request: pytest.FixtureRequest) -> Iterator[type[Exception]]:
    raised: type[Exception] = request.param

    def exceed(_signal: int, _frame: object) -> NoReturn:
        raise raised

    before = signal.signal(signal.SIGALRM, exceed)
    yield raised
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(("operation", "known"), [(TRANSFER, OutcomeUnknown), (READ, NotExecuted)])
def test_an_exception_of_a_signal_handler_in_flight_goes_on_and_nothing_is_sent_again(
    faults: Faults, operation: str, known: type[Exception], alarm: type[Exception]
) -> None:
    call = f"alarm-{operation}-{alarm.__name__}".replace("_", "-").lower()

    def alarm_on_arrival() -> None:
        while faults.peek(call).requests == 0:
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGALRM)

    watcher = threading.Thread(target=alarm_on_arrival, daemon=True)
    with Client(**settings(faults.url(), **LONG)) as client:
        watcher.start()
        with pytest.raises(alarm) as caught:
            ask(client, operation, HANGING, call)
    watcher.join()
    assert type(caught.value) is alarm
    assert type(caught.value.__cause__) is known
    assert f"interrupted by {alarm.__name__}" in str(caught.value.__cause__)
    assert faults.records()[call].requests == 1


@pytest.mark.parametrize("operation", [TRANSFER, READ])
def test_an_exception_of_a_signal_handler_at_connect_goes_on_and_nothing_is_sent(
    faults: Faults, operation: str, alarm: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    connects: list[object] = []

    def connect(*arguments: object, **_: object) -> NoReturn:
        connects.append(arguments)
        signal.raise_signal(signal.SIGALRM)
        raise AssertionError("the signal was not handled")

    with Client(**settings(faults.url(), **LONG)) as client:
        monkeypatch.setattr(socket.socket, "connect", connect)
        with pytest.raises(alarm) as caught:
            ask(client, operation, FINE, "alarm-connect")
        monkeypatch.undo()
    cause = caught.value.__cause__
    assert type(caught.value) is alarm
    assert isinstance(cause, NotExecuted)
    assert f"interrupted by {alarm.__name__}" in str(cause)
    assert len(connects) == 1
