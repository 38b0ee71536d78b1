# Copied from generator/runtime/sandbox/transport.py by python -m generator; edit it there.
"""Carries the requests of an HTTP client to a function in this process, and its replies back, whole or not."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import httpx

from ..wire import Headers, Response


@dataclass(frozen=True, slots=True)
class Reply:
    """A response, and what becomes of it on its way."""

    response: Response
    delivery: Literal["whole", "cut", "lost", "refused"] = "whole"
    """`cut`: the connection ends in the middle of the body; `lost`: it ends without a response; `refused`: there is none."""
    delay: float = 0.0
    """Seconds until it comes."""


Handle: TypeAlias = Callable[[str, bytes, Headers, bytes], Reply]
"""Responds, without a network, to a method, a target, headers and a body."""


def _cut(library: Any, body: bytes) -> Iterator[bytes]:
    """Yield half of a body, and then end the connection."""
    yield body[: len(body) // 2]
    raise library.RemoteProtocolError("the connection ended in the middle of the response")


async def _cut_async(library: Any, body: bytes) -> AsyncIterator[bytes]:
    for part in _cut(library, body):
        yield part


class HandlerTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands each request of an HTTP client, sync or async, of httpx or httpx2, to a function in this process."""

    is_sandbox = True
    """Nothing that is sent here leaves this process; a journal keeps it apart from what goes to Binance."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of an `httpx.Client`."""
        reply = self._reply(request, request.read())
        if reply.delay:
            time.sleep(_wait(reply, request))
        return _response(reply, request, _cut)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of an `httpx.AsyncClient`."""
        import asyncio  # noqa: PLC0415 - only asynchronous callers pay for its import

        body = await request.aread()
        # Other coroutines take their turns before and after, as they do while a network is waited for.
        await asyncio.sleep(0)
        reply = self._reply(request, body)
        await asyncio.sleep(_wait(reply, request) if reply.delay else 0)
        return _response(reply, request, _cut_async)

    def _reply(self, request: httpx.Request, body: bytes) -> Reply:
        return self._handle(request.method, request.url.raw_path, dict(request.headers.items()), body)


def _wait(reply: Reply, request: httpx.Request) -> float:
    """Return how long the client waits: for the response, or until its read timeout."""
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return reply.delay if timeout is None else min(reply.delay, timeout)


def _response(reply: Reply, request: Any, cut: Callable[[Any, bytes], Any]) -> httpx.Response:
    library: Any = httpx if isinstance(request, httpx.Request) else sys.modules["httpx2"]
    if reply.delay > _wait(reply, request):
        raise library.ReadTimeout("the response did not come in time")
    if reply.delivery == "refused":
        raise library.ConnectError("the connection was refused")
    if reply.delivery == "lost":
        raise library.RemoteProtocolError("the connection ended without a response")
    headers, body = dict(reply.response.headers), reply.response.body
    if reply.delivery == "cut":
        headers["content-length"] = str(len(body))
    content = cut(library, body) if reply.delivery == "cut" else body
    response: httpx.Response = library.Response(reply.response.status, headers=headers, content=content)
    return response
