"""Processes that make a transfer once, and kill themselves at a step of it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, NoReturn
from unittest.mock import patch

from sqlalchemy import event

from binance_transfers import AsyncClient, Client, Journal, NotExecuted, OutcomeUnknown
from binance_transfers._runtime import reconcile
from binance_transfers._runtime.connection import Wait
from binance_transfers._runtime.http1 import Head, Http1
from binance_transfers._runtime.journal.store import Store

from .binance import CALL, ONCE

KEY = "night/step-1"
PATIENCE = 30.0
_KEY = ("sandbox-key", "sandbox-secret")
PROCESSES: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")


def kill(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process goes on")


@contextmanager
def before(owner: Any, name: str) -> Iterator[None]:
    """Die in place of a function."""
    with patch.object(owner, name, kill):
        yield


@contextmanager
def after(owner: Any, name: str, suits: Callable[..., bool] = lambda *_: True) -> Iterator[None]:
    """Die when a function has done its work."""
    original = getattr(owner, name)

    def function(*arguments: Any, **more: Any) -> Any:
        result = original(*arguments, **more)
        return kill() if suits(*arguments) else result

    with patch.object(owner, name, function):
        yield


@contextmanager
def while_committing(name: str) -> Iterator[None]:
    """Die before a transaction of the journal is committed."""
    original = getattr(Store, name)

    def function(store: Any, *arguments: Any) -> Any:
        event.listen(store._engine, "commit", kill)
        return original(store, *arguments)

    with patch.object(Store, name, function):
        yield


@contextmanager
def noting_requests() -> Iterator[list[str]]:
    """Yield the methods of the requests so far."""
    request, methods = Http1.request, list[str]()

    def note(http: Http1, head: Head, target: bytes) -> bytes:
        methods.append(head.event.method.decode())
        return request(http, head, target)

    with patch.object(Http1, "request", note):
        yield methods


@contextmanager
def after_response_to(method: str) -> Iterator[None]:
    """Die when the response to such a request was read."""
    begin_next = Http1.begin_next

    def end(http: Http1) -> bool:
        return kill() if methods[-1] == method else begin_next(http)

    with noting_requests() as methods, patch.object(Http1, "begin_next", end):
        yield


@contextmanager
def after_request(method: str) -> Iterator[None]:
    """Die when such a request was sent."""
    from binance_transfers._runtime.async_connection import AsyncSocket  # noqa: PLC0415 - imports asyncio

    seconds, read = Wait.seconds, AsyncSocket._read

    def wait(this: Wait) -> float:
        return kill() if this.step == "Read" and methods[-1] == method else seconds(this)

    async def wait_async(this: AsyncSocket) -> bytes:
        return kill() if methods[-1] == method else await read(this)

    with (
        noting_requests() as methods,
        patch.object(Wait, "seconds", wait),
        patch.object(AsyncSocket, "_read", wait_async),
    ):
        yield


STEPS: dict[str, Callable[[], Any]] = {
    "before the intent is written": lambda: before(Store, "claim"),
    "while the intent is written": lambda: while_committing("claim"),
    "after the intent was written": lambda: after(Store, "claim"),
    "while the attempt is written": lambda: while_committing("begin_attempt"),
    "before the request leaves": lambda: after(Store, "begin_attempt"),
    "after the request left": lambda: after_request("POST"),
    "after the response came": lambda: after_response_to("POST"),
    "before the outcome is written": lambda: before(Store, "finish"),
    "while the outcome is written": lambda: while_committing("finish"),
    "after the outcome was written": lambda: after(Store, "finish"),
}
RECONCILING: dict[str, Callable[[], Any]] = {
    "before it is reconciled": lambda: after(Store, "claim"),
    "while it is reconciled": lambda: before(Store, "claimed_ids"),
    "after the first read": lambda: after_response_to("GET"),
    "before the verdict is written": lambda: before(Store, "keep_verdict"),
    "while the verdict is written": lambda: while_committing("keep_verdict"),
    "after the verdict was written": lambda: after(Store, "keep_verdict"),
    "while the second attempt is written": lambda: while_committing("begin_attempt"),
    "before the second request leaves": lambda: after(Store, "begin_attempt"),
    "after the second request left": lambda: after_request("POST"),
}
"""The steps of a process that finds the transfer open."""


@dataclass(frozen=True)
class Job:
    """What each process makes once."""

    location: str
    url: str
    operation: str = "user_universal_transfer"
    arguments: Mapping[str, Any] = field(default_factory=lambda: CALL)
    is_async: bool = False

    def perform(self, journal: Journal, step: str | None) -> Any:
        """Return the receipt."""
        if self.is_async:
            return asyncio.run(self._perform_async(journal, step))
        with Client(*_KEY, base_url=self.url, retry=ONCE, deadline=20) as client:
            with suppress(NotExecuted):
                client.synchronize_clock()
            with dying(step):
                return journal.once(KEY, getattr(client, self.operation), **self.arguments)

    async def _perform_async(self, journal: Journal, step: str | None) -> Any:
        async with AsyncClient(*_KEY, base_url=self.url, retry=ONCE, deadline=20) as client:
            with suppress(NotExecuted):
                await client.synchronize_clock()
            with dying(step):
                return await journal.once(KEY, getattr(client, self.operation), **self.arguments)


def dying(step: str | None) -> Any:
    return (STEPS | RECONCILING)[step]() if step else nullcontext()


def run(results: Connection, job: Job, step: str | None) -> None:
    """Make the transfer, and report its id, `done` where it has none, or why it was not made."""
    with Journal(job.location) as journal, patch.object(reconcile, "_BETWEEN", 0.01):
        try:
            results.send(getattr(job.perform(journal, step), "tran_id", "done"))
        except OutcomeUnknown as error:
            results.send("open" if error.verdict is None else error.verdict.outcome)
        except NotExecuted:
            results.send("refused")
        except Exception as error:  # noqa: BLE001 - the test sees which
            results.send(repr(error))


class Runs:
    """So many processes at once."""

    def __init__(self, count: int, job: Job, step: str | None = None) -> None:
        self._running = []
        for _ in range(count):
            here, there = PROCESSES.Pipe(duplex=False)
            process = PROCESSES.Process(target=run, args=(there, job, step))
            process.start()
            there.close()
            self._running.append((process, here))

    def results(self) -> list[object]:
        """Return what each process reported; `None` from one that died."""
        found = []
        for process, here in self._running:
            try:
                found.append(here.recv() if here.poll(PATIENCE) else "no result")
            except EOFError:
                found.append(None)
            process.join(PATIENCE)
        return found


def preload() -> None:
    """Have the modules imported once, so that each process starts at once."""
    PROCESSES.set_forkserver_preload([__name__, "sqlalchemy.dialects.postgresql.psycopg", "psycopg"])
