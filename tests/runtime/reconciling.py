"""A Binance whose history and balances a test sets, its time, and either client as a user of it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from binance_transfers import AsyncClient, Client, OutcomeUnknown, RetryPolicy, Sent, TransferType, Verdict

NOW = 1_700_000_000_000
UNTIL = 65_000
"""Milliseconds after which absence counts: the default recvWindow and the time that the spec gives the history."""
ONCE = RetryPolicy(attempts=1)
CALL: dict[str, Any] = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": "1.50"}

SENT = Sent("user_universal_transfer", {"type": "MAIN_FUNDING", "asset": "USDT", "amount": "1.50"}, NOW)


class Time:
    """The time of Binance, which only tests move, and of a machine whose clock is off."""

    def __init__(self, off: int = 0) -> None:
        self.now, self.off, self.slept = NOW, off, list[float]()
        self.round_trip = 0.0

    def milliseconds(self) -> int:
        return self.now + self.off

    def correct(self, server_time: int, age: float) -> None:  # noqa: ARG002 - a Clock
        self.off = server_time - self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += round(seconds * 1000)


class Binance:
    """Answers reads by what a test sets, and transfers by a script."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.rows: list[dict[str, Any]] = []
        self.transfers: list[Callable[[], httpx.Response]] = []
        self.balances: dict[str, Any] = {}
        self.requests: list[httpx.Request] = []
        self.on_history: Callable[[int], object] = bool
        self.failing = ""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path, values = request.url.path, request.url.params
        if path == "/api/v3/time":
            return httpx.Response(200, json={"serverTime": self.time.now})
        if self.failing and self.failing in path and request.method == "GET":
            return httpx.Response(400, json={"code": -2015, "msg": "m"})
        if int(values["timestamp"]) > self.time.now + 1000:
            return httpx.Response(400, json={"code": -1021, "msg": "m"})
        if request.method == "POST":
            return self.transfers.pop(0)()
        if path == "/sapi/v1/asset/transfer":
            return self.history(values)
        return httpx.Response(200, json=self.balances[path.removeprefix("/sapi/")])

    def history(self, values: httpx.QueryParams) -> httpx.Response:
        page, size = int(values["current"]), int(values["size"])
        self.on_history(page)
        since, until = int(values["startTime"]), int(values["endTime"])
        listed = [row for row in self.rows if row["type"] == values["type"] and since <= row["timestamp"] <= until]
        newest = sorted(listed, key=lambda row: row["timestamp"], reverse=True)
        return httpx.Response(200, json={"total": len(newest), "rows": newest[(page - 1) * size : page * size]})

    @property
    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.requests if request.method == "GET"]

    def row(self, id_: int, status: str = "CONFIRMED", after: int = 50, **changes: Any) -> dict[str, Any]:
        """Add a transfer to the history, made some milliseconds from now."""
        row = {"asset": "USDT", "amount": "1.5", "type": "MAIN_FUNDING", "status": status, "tranId": id_}
        self.rows.append(row | {"timestamp": self.time.now + after} | changes)
        return self.rows[-1]

    def lost(self) -> httpx.Response:
        raise httpx.ReadTimeout("lost")

    def done(self, id_: int, after: int = 50) -> Callable[[], httpx.Response]:
        def execute() -> httpx.Response:
            self.row(id_, after=after)
            return httpx.Response(200, json={"tranId": id_})

        return execute


class User:
    """Either client, called as if it were the blocking one."""

    def __init__(self, binance: Binance, *, asynchronous: bool, runner: asyncio.Runner) -> None:
        make = AsyncClient if asynchronous else Client
        transport: Any = httpx.MockTransport(binance)
        self.client: Any = make("key", "secret", transport=transport, clock=binance.time, retry=ONCE)
        self._runner = runner

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            returned = getattr(self.client, name)(*arguments, **named)
            return self._runner.run(returned) if inspect.iscoroutine(returned) else returned

        return call

    def unknown(self, method: str = "user_universal_transfer", **arguments: Any) -> OutcomeUnknown:
        with pytest.raises(OutcomeUnknown) as raised:
            getattr(self, method)(**(arguments or CALL))
        return raised.value


def lost(user: User, binance: Binance, id_: int | None = None, status: str = "CONFIRMED") -> OutcomeUnknown:
    """Return the exception of a transfer whose response is lost, executed with this id if there is one."""

    def answer() -> httpx.Response:
        if id_ is not None:
            binance.row(id_, status)
        return binance.lost()

    binance.transfers.append(answer)
    return user.unknown()


def outcome(verdict: Verdict) -> tuple[str, str]:
    return verdict.outcome, verdict.reason
