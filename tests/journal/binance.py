"""A sandbox whose time only tests move, and clients of it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from binance_transfers import AsyncClient, Client, Journal, RetryPolicy, TransferType
from binance_transfers._runtime import flow
from binance_transfers.sandbox import Sandbox, Wallet
from tests.sandbox.table import NOW, FakeClock

ONCE = RetryPolicy(attempts=1)
CALL: dict[str, Any] = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": "4"}
SETTLED = 70_000
"""Milliseconds after which absence counts: the default recvWindow, the time that the spec gives the history, and some more."""


class Binance:
    """A sandbox, its time, and what a process has of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, now: int = NOW) -> None:
        self.clock = FakeClock(now)
        self.sandbox = Sandbox(clock=self.clock)
        self.sandbox.credit(Wallet.MAIN, "USDT", 100)
        self.sandbox.credit(Wallet.UMFUTURE, "USDT", 10)
        self.sandbox.open(email="a@example.com")
        self.slept: list[float] = []
        self.on_sleep: Callable[[], object] = bool
        monkeypatch.setattr(flow.Sleep, "perform", lambda command: self._sleep(command.seconds))

        async def sleep(command: flow.Sleep) -> None:
            self._sleep(command.seconds)

        monkeypatch.setattr(flow.Sleep, "perform_async", sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.on_sleep()
        self.clock.now += round(seconds * 1000)

    def client(self, **settings: Any) -> Client:
        settings = {"retry": ONCE, "transport": self.sandbox.transport, **settings}
        return Client(self.sandbox.api_key, self.sandbox.secret, clock=self.clock, **settings)

    def async_client(self, **settings: Any) -> AsyncClient:
        settings.setdefault("retry", ONCE)
        return AsyncClient(
            self.sandbox.api_key, self.sandbox.secret, transport=self.sandbox.transport, clock=self.clock, **settings
        )

    @property
    def moved(self) -> int:
        """How many transfers were executed."""
        return sum(entry.source is not None for entry in self.sandbox.entries)

    @property
    def sent(self) -> int:
        """How many requests for a transfer arrived."""
        return sum(request.method == "POST" for request in self.sandbox.requests)


class Caller:
    """Either client, as a new process would make it for each call."""

    def __init__(self, binance: Binance, kind: str, **settings: Any) -> None:
        self._binance, self._kind, self._settings = binance, kind, settings

    def once(self, journal: Journal, key: str, name: str = "user_universal_transfer", **arguments: Any) -> Any:
        return self._do(lambda client: journal.once(key, getattr(client, name), **(arguments or CALL)))

    def recover(self, journal: Journal, **settings: Any) -> Any:
        return self._do(lambda client: journal.recover(client, **settings))

    def _do(self, use: Callable[[Any], Any]) -> Any:
        if self._kind == "sync":
            with self._binance.client(**self._settings) as client:
                return use(client)

        async def run() -> Any:
            async with self._binance.async_client(**self._settings) as client:
                returned = use(client)
                return await returned if inspect.isawaitable(returned) else returned

        return asyncio.run(run())
