# Copied from generator/runtime/async_connection.py by python -m generator; edit it there.
"""Connections of our own in an event loop; imported when the first one is opened, as asyncio takes time to import."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING, Any

from .connection import Server, Wait, is_readable
from .http1 import Http1, ProtocolFailure, RawHeaders
from .wire import Abandoned, Outgoing, Progress, Response

if TYPE_CHECKING:
    from .connection import Send


class AsyncSocket(asyncio.Protocol):
    """A connection of an asynchronous client: takes what comes, and wakes the one who waits for it."""

    def __init__(self) -> None:
        self._http = Http1()
        self._transport: Any = None
        self._received = bytearray()
        self._failure: Exception | None = None
        self._is_ended = self._is_idle = False
        self._waiting: asyncio.Future[None] | None = None
        self.idle_since = (0.0, 0.0)

    @classmethod
    async def open(cls, server: Server, wait: Wait) -> AsyncSocket:
        """Connect to one of the server's addresses, and agree on encryption; each may last as long as a wait may."""
        name = server.host if server.tls is not None else None
        loop, failure = asyncio.get_running_loop(), OSError(f"{server.host} has no address")
        async with asyncio.timeout(wait.seconds()):
            addresses = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
        for family, *_, address in addresses:
            to: dict[str, Any] = {"host": address[0], "port": server.port, "family": family}
            try:
                async with asyncio.timeout(wait.seconds()):
                    _, made = await loop.create_connection(cls, **to, ssl=server.tls, server_hostname=name)
                    return made
            except OSError as error:
                failure = error
        raise failure

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
        """Know that the server sends no more; over TLS, only the server itself may say so."""
        self._is_ended = True
        encrypted = self._transport.get_extra_info("ssl_object")
        if encrypted is not None:
            try:
                encrypted.read(1)
            except ssl.SSLZeroReturnError:
                pass
            except ssl.SSLError:
                self._failure = ConnectionError("the connection ended without TLS's own end")
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Know that the connection is gone."""
        self._failure = self._failure or exc
        if not self._is_ended:
            self.eof_received()

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
        wait.seconds()
        wait.step = "Write"
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


async def send(command: Send) -> Response:
    """Send a request within its deadline and its timeouts."""
    wait, pool = Wait(command.outgoing), command.pool
    connection: AsyncSocket | None = None
    limit = asyncio.timeout(command.outgoing.remaining())
    try:
        async with limit:
            connection = pool.take() or await AsyncSocket.open(pool.server, wait)
            response = await connection.exchange(command.outgoing, command.headers(), command.progress, wait, limit)
    except (OSError, ProtocolFailure, Abandoned, UnicodeError) as error:
        _close(connection)
        raise wait.failure(error) from None
    except BaseException:
        _close(connection)
        raise
    pool.give_back(connection)
    return response


def _extend(limit: asyncio.Timeout, wait: Wait) -> None:
    """Let the next wait last as long as it may."""
    limit.reschedule(asyncio.get_running_loop().time() + wait.seconds())


def _close(connection: AsyncSocket | None) -> None:
    if connection is not None:
        connection.close()
