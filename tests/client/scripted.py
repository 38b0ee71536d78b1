"""A Binance that answers by a script, and what makes a call of it with either client."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx

from binance_transfers import (
    AsyncClient,
    Client,
    NotExecuted,
    OutcomeUnknown,
    RetryPolicy,
    TransferType,
)

KEY, SECRET = "key", "secret"
OK = httpx.Response(200, json={"tranId": 7})
SUCCESS = httpx.Response(200, json={"msg": "success"})
BALANCE = httpx.Response(200, json={"asset": "LDUSDT", "amount": "0.55"})
TIME = "/api/v3/time"
QUICK = RetryPolicy(attempts=3, first_delay=0.0, longest_delay=0.0)


class Clock:
    """A clock that stands still."""

    def milliseconds(self) -> int:
        return 1499827319559

    def correct(self, server_time: int, age: float) -> None:  # noqa: ARG002 - a Clock
        raise AssertionError("nothing asks for the time here")


class Binance:
    """Answers requests by a script, its last step again and again, and keeps them."""

    def __init__(self, *script: httpx.Response | BaseException, time_offset: int = 0, tells_time: bool = True) -> None:
        self.requests: list[httpx.Request] = []
        self._script = list(script)
        self._time_offset, self._tells_time = time_offset, tells_time

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == TIME and self._tells_time:
            return httpx.Response(200, json={"serverTime": time.time_ns() // 1_000_000 + self._time_offset})
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, BaseException):
            raise step
        return copy_of(step)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)

    @property
    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.requests]


def called(
    method: str,
    arguments: dict[str, Any],
    binance: Callable[[httpx.Request], httpx.Response],
    *,
    library: ModuleType,
    asynchronous: bool,
    secret: Any = SECRET,
    **settings: Any,
) -> Any:
    """Make a call with either client and return its result or its exception."""
    settings = {"retry": QUICK, "transport": carried(binance, library), **settings}

    async def call() -> Any:
        async with AsyncClient(KEY, secret, **settings) as client:
            return await getattr(client, method)(**arguments)

    try:
        if asynchronous:
            return asyncio.run(call())
        with Client(KEY, secret, **settings) as client:
            return getattr(client, method)(**arguments)
    except (NotExecuted, OutcomeUnknown) as error:
        return error


def carried(binance: Callable[[httpx.Request], httpx.Response], library: ModuleType) -> Any:
    """Return a transport of a library to what responds and fails with classes of httpx."""

    def respond(request: Any) -> Any:
        try:
            answer = binance(request)
        except httpx.RequestError as error:
            raise getattr(library, type(error).__name__)(*error.args) from None
        return library.Response(answer.status_code, headers=answer.headers, content=answer.read())

    return library.MockTransport(respond)


def copy_of(answer: httpx.Response) -> httpx.Response:
    """Return the answer as if it were new, as a response is read once."""
    return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def rejected(status: int, code: int, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"code": code, "msg": "m"}, headers=named)


def ours(error: BaseException) -> str:
    """Return what the traceback shows of our own frames."""
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    return "".join(f"{frame.name} {frame.locals}" for frame in frames if "binance_transfers" in frame.filename)


def settled(client: Client | AsyncClient) -> object:
    arguments: dict[str, Any] = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": 1}
    if isinstance(client, AsyncClient):
        return asyncio.run(client.user_universal_transfer(**arguments))
    return client.user_universal_transfer(**arguments)
