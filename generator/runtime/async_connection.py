"""Connections of our own in an event loop; imported when the first one is opened, as asyncio takes time to import."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from .connection import Server, Wait, is_readable
from .http1 import Http1, RawHeaders
from .wire import Outgoing, Progress, Response

if TYPE_CHECKING:
    pass


class AsyncSocket(asyncio.Protocol):
    """A connection of an asynchronous client: takes what comes, and wakes the one who waits for it."""

    def __init__(self) -> None:
        self._http = Http1()
        self._transport: Any = None
        self._received = bytearray()
        self._failure: Exception | None = None
        self._is_ended = False
        self._is_idle = True
        self._waiting: asyncio.Future[None] | None = None
        self.idle_since = 0.0

    @classmethod
    async def open(cls, server: Server) -> AsyncSocket:
        """Connect, and agree on encryption."""
        name = server.host if server.tls is not None else None
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(cls, server.host, server.port, ssl=server.tls, server_hostname=name)
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be told where to write."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep what came; an idle connection gets nothing that anyone waits for."""
        if self._is_idle:
            self.close()
        self._received += data
        self._wake()

    def eof_received(self) -> None:
        """Know that the server sends no more."""
        self._is_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Know that the connection is gone."""
        self._is_ended, self._failure = True, exc
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _read(self) -> bytes:
        if not self._received and not self._is_ended:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        if self._received:
            data = bytes(self._received)
            self._received.clear()
            return data
        if self._failure is not None:
            raise self._failure
        return b""

    async def exchange(
        self, request: Outgoing, headers: RawHeaders, progress: Progress, wait: Wait, limit: asyncio.Timeout
    ) -> Response:
        """Send a request and return the response."""
        self._is_idle = False
        data = self._http.request(request.method, request.target, headers)
        wait.step = "Write"
        wait.seconds()
        progress.may_have_arrived = True
        self._transport.write(data)
        wait.step = "Read"
        response = None
        while response is None:
            _extend(limit, wait)
            response = self._http.receive(await self._read())
        return response

    def begin_next(self) -> bool:
        """Return whether another request can be sent, and be ready for that."""
        self._is_idle = not self._received and not self._is_ended and self._http.begin_next()
        return self._is_idle

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response: neither the end of the connection nor anything else."""
        is_quiet = not self._received and not self._is_ended and not self._transport.is_closing()
        return is_quiet and not is_readable(self._transport.get_extra_info("socket"))

    def close(self) -> None:
        """Close the connection at once, as nothing is left to be sent."""
        self._transport.abort()


time_limit = asyncio.timeout


def _extend(limit: asyncio.Timeout, wait: Wait) -> None:
    """Let the next wait last as long as it may."""
    limit.reschedule(asyncio.get_running_loop().time() + wait.seconds())
