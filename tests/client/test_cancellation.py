"""A call that asyncio cancels: what is known of it is in the task's own code and at the hook, wherever else it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import ModuleType
from typing import Any

import httpx
import pytest

from binance_transfers import AsyncClient, Attempt, NotSent, OutcomeUnknown, TransferType

from .scripted import KEY, SECRET

Cancel = Callable[[Coroutine[Any, Any, object], asyncio.Event], Awaitable[BaseException]]
"""Runs a coroutine as a task, cancels it once the event is set, and returns what comes out."""


def causes(error: BaseException | None) -> list[type[BaseException]]:
    """Return the classes of an exception and its causes."""
    return [] if error is None else [type(error), *causes(error.__cause__)]


async def outcome_of(awaitable: Awaitable[object]) -> BaseException:
    try:
        await awaitable
    except (asyncio.CancelledError, TimeoutError, ExceptionGroup) as error:
        return error
    raise AssertionError("it was not cancelled")


async def fail_after(event: asyncio.Event) -> None:
    await event.wait()
    raise ValueError("a sibling failed")


async def by_its_task(calling: Coroutine[Any, Any, object], begun: asyncio.Event) -> BaseException:
    task = asyncio.create_task(calling)
    await begun.wait()
    task.cancel()
    return await outcome_of(task)


async def by_its_task_awaited_twice(calling: Coroutine[Any, Any, object], begun: asyncio.Event) -> BaseException:
    task = asyncio.create_task(calling)
    await begun.wait()
    task.cancel()
    await outcome_of(task)
    return await outcome_of(task)


async def by_gather(calling: Coroutine[Any, Any, object], begun: asyncio.Event) -> BaseException:
    async def gathered() -> None:
        await asyncio.gather(calling)

    return await by_its_task(gathered(), begun)


async def by_gather_of_exceptions(calling: Coroutine[Any, Any, object], begun: asyncio.Event) -> BaseException:
    task = asyncio.create_task(calling)
    gathered = asyncio.gather(task, return_exceptions=True)
    await begun.wait()
    task.cancel()
    [error] = await gathered
    assert isinstance(error, BaseException)
    return error


async def by_a_group(calling: Coroutine[Any, Any, object], begun: asyncio.Event) -> BaseException:
    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(calling)

    return await by_its_task(group(), begun)


async def by_a_group_whose_other_task_fails(
    calling: Coroutine[Any, Any, object], begun: asyncio.Event
) -> BaseException:
    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(calling)
            tasks.create_task(fail_after(begun))

    return await outcome_of(group())


async def by_a_timeout(calling: Coroutine[Any, Any, object], begun: asyncio.Event) -> BaseException:
    async def expire(scope: asyncio.Timeout) -> None:
        await begun.wait()
        scope.reschedule(0)

    async def timed() -> None:
        async with asyncio.timeout(None) as scope:
            expiring = asyncio.create_task(expire(scope))
            await calling
        await expiring

    return await outcome_of(timed())


async def behind_a_shield(calling: Coroutine[Any, Any, object], begun: asyncio.Event) -> BaseException:
    task = asyncio.create_task(calling)

    async def shielded() -> None:
        await asyncio.shield(task)

    error = await by_its_task(shielded(), begun)
    assert not task.done(), "the call goes on"
    task.cancel()
    await outcome_of(task)
    return error


UNKNOWN: list[type[BaseException]] = [asyncio.CancelledError, OutcomeUnknown]
LOST: list[type[BaseException]] = [asyncio.CancelledError]
WAYS: list[tuple[Cancel, list[type[BaseException]]]] = [
    (by_its_task, UNKNOWN),
    (by_its_task_awaited_twice, LOST),
    (by_gather, UNKNOWN),
    (by_gather_of_exceptions, LOST),
    (by_a_group, LOST),
    (by_a_group_whose_other_task_fails, [ExceptionGroup]),
    (by_a_timeout, [TimeoutError, *UNKNOWN]),
    (behind_a_shield, LOST),
]


async def transfer(client: AsyncClient) -> object:
    return await client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1)


@pytest.mark.parametrize(("cancel", "outside"), WAYS, ids=[cancel.__name__ for cancel, _ in WAYS])
def test_however_a_transfer_is_cancelled_its_own_task_and_the_hook_learn_the_outcome(
    cancel: Cancel, outside: list[type[BaseException]], library: ModuleType
) -> None:
    inside: list[BaseException] = []
    attempts: list[Attempt] = []

    async def run() -> BaseException:
        sent = asyncio.Event()

        async def hang(_: object) -> Any:
            sent.set()
            await asyncio.Event().wait()
            raise AssertionError("it is cancelled before")

        mock = library.MockTransport(hang)
        async with AsyncClient(KEY, SECRET, transport=mock, on_attempt=attempts.append) as client:

            async def calling() -> None:
                try:
                    await transfer(client)
                except asyncio.CancelledError as cancelled:
                    inside.append(cancelled)
                    raise

            return await cancel(calling(), sent)

    assert causes(asyncio.run(run())) == outside
    assert [causes(error) for error in inside] == [UNKNOWN]
    assert [(attempt.outcome, attempt.error) for attempt in attempts] == [("unknown", "OutcomeUnknown")]


def test_gather_passes_on_what_is_known_of_one_call_only() -> None:
    async def run() -> None:
        sent = asyncio.Semaphore(0)

        async def hang(_: httpx.Request) -> httpx.Response:
            sent.release()
            await asyncio.Event().wait()
            raise AssertionError("it is cancelled before")

        async with AsyncClient(KEY, SECRET, transport=httpx.MockTransport(hang)) as client:
            tasks = [asyncio.create_task(transfer(client)) for _ in range(2)]
            gathered = asyncio.gather(*tasks)
            for _ in tasks:
                await sent.acquire()
            gathered.cancel()
            assert causes(await outcome_of(gathered)) == UNKNOWN
            # Only one task still has it: gather took the other's.
            assert sorted([len(causes(await outcome_of(task))) for task in tasks]) == [1, 2]

    asyncio.run(run())


def test_a_call_that_is_cancelled_while_it_waits_for_its_budget_was_not_sent_and_has_no_attempt() -> None:
    attempts: list[Attempt] = []

    class Hanging:
        """An `AsyncLimiter` that does not come back."""

        def __init__(self) -> None:
            self.asked = asyncio.Event()

        async def reserve(self, *_: object) -> float:
            self.asked.set()
            await asyncio.Event().wait()
            return 0.0

        async def observe(self, *_: object) -> None: ...

        async def block(self, *_: object, everything: bool) -> None: ...

    async def run() -> BaseException:
        limiter = Hanging()
        mock = httpx.MockTransport(lambda _: httpx.Response(500))
        async with AsyncClient(KEY, SECRET, transport=mock, limiter=limiter, on_attempt=attempts.append) as client:
            return await by_its_task(transfer(client), limiter.asked)

    error = asyncio.run(run())
    assert causes(error) == [asyncio.CancelledError, NotSent]
    assert str(error.__cause__) == "user_universal_transfer was not sent: interrupted by CancelledError."
    assert attempts == []
