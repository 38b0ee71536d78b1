"""Processes that make a transfer once, and kill themselves at a step of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from multiprocessing.connection import Connection
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from binance_transfers import Client, Journal, NotExecuted, OutcomeUnknown
from binance_transfers._runtime import reconcile
from binance_transfers._runtime.journal.store import Store
from binance_transfers._runtime.pool import Send

from .binance import CALL, ONCE

KEY = "night/step-1"
PATIENCE = 30.0
_PROCESSES: Any = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")


def kill(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


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


def is_transfer(exchange: Any) -> bool:
    method: str = exchange.outgoing.method
    return method == "POST"


STEPS: dict[str, Callable[[], Any]] = {
    "before the intent is written": lambda: before(Store, "claim"),
    "while the intent is written": lambda: while_committing("claim"),
    "after the intent was written": lambda: after(Store, "claim"),
    "while the attempt is written": lambda: while_committing("begin_attempt"),
    "before the request leaves": lambda: after(Store, "begin_attempt"),
    "after the response came": lambda: after(Send, "perform", is_transfer),
    "before the outcome is written": lambda: before(Store, "finish"),
    "while the outcome is written": lambda: while_committing("finish"),
    "after the outcome was written": lambda: after(Store, "finish"),
    "while it is reconciled": lambda: before(Store, "claimed_ids"),
}


def run(results: Connection, location: str, url: str, step: str | None) -> None:
    """Make the transfer, and report its id or why it has none."""
    server: dict[str, Any] = {"base_url": url, "deadline": 20, "retry": ONCE}
    with Client("sandbox-key", "sandbox-secret", **server) as client, Journal(location) as journal:
        client.synchronize_clock()
        with STEPS[step]() if step else nullcontext(), patch.object(reconcile, "_BETWEEN", 0.01):
            try:
                receipt = journal.once(KEY, client.user_universal_transfer, **CALL)
                results.send(receipt and receipt.tran_id)
            except OutcomeUnknown as error:
                results.send("open" if error.verdict is None else error.verdict.outcome)
            except NotExecuted:
                results.send("refused")
            except Exception as error:  # noqa: BLE001 - the test sees which
                results.send(repr(error))


class Runs:
    """So many processes at once."""

    def __init__(self, count: int, location: str, url: str, step: str | None = None) -> None:
        self._running = []
        for _ in range(count):
            here, there = _PROCESSES.Pipe(duplex=False)
            process = _PROCESSES.Process(target=run, args=(there, location, url, step))
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
    _PROCESSES.set_forkserver_preload([__name__])
