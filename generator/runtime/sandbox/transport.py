"""Carries the requests of an HTTP client to a function in this process, and its replies back, whole or not."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

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


class _CutBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Half of a body, and then the end of the connection."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError("the connection ended in the middle of the response")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


class HandlerTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands each request of an HTTP client, sync or async, to a function in this process."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of an `httpx.Client`."""
        reply = self._reply(request, request.read())
        if reply.delay:
            time.sleep(_wait(reply, request))
        return _response(reply, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Respond to a request of an `httpx.AsyncClient`."""
        import asyncio  # noqa: PLC0415 - only asynchronous callers pay for its import

        body = await request.aread()
        # Other coroutines take their turns before and after, as they do while a network is waited for.
        await asyncio.sleep(0)
        reply = self._reply(request, body)
        await asyncio.sleep(_wait(reply, request) if reply.delay else 0)
        return _response(reply, request)

    def _reply(self, request: httpx.Request, body: bytes) -> Reply:
        return self._handle(request.method, request.url.raw_path, dict(request.headers.items()), body)


def _wait(reply: Reply, request: httpx.Request) -> float:
    """Return how long the client waits: for the response, or until its read timeout."""
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return reply.delay if timeout is None else min(reply.delay, timeout)


def _response(reply: Reply, request: httpx.Request) -> httpx.Response:
    if reply.delay > _wait(reply, request):
        raise httpx.ReadTimeout("the response did not come in time")
    if reply.delivery == "refused":
        raise httpx.ConnectError("the connection was refused")
    if reply.delivery == "lost":
        raise httpx.RemoteProtocolError("the connection ended without a response")
    response = reply.response
    if reply.delivery == "cut":
        headers = {**response.headers, "content-length": str(len(response.body))}
        return httpx.Response(response.status, headers=headers, stream=_CutBody(response.body))
    return httpx.Response(response.status, headers=dict(response.headers), content=response.body)
