"""A connection of our own in an event loop; imported when the first one is opened, as asyncio takes time to import."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any

from .connection import Server, Wait, is_readable
from .http1 import Head, Http1
from .wire import LARGEST_BODY, Outgoing, Progress, Response


class AsyncSocket(asyncio.Protocol):
    """A connection of an asynchronous client: takes what comes, and wakes the one who waits for it.

    Its TLS sessions are not resumed, as asyncio has no way to give one.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._received = bytearray()
        self._failure: Exception | None = None
        self._is_ended = False
        self._is_idle = True
        self._waiting: asyncio.Future[None] | None = None
        self.http = Http1()
        self.idle_until = (0.0, 0.0)

    @classmethod
    async def open(cls, server: Server, wait: Wait) -> AsyncSocket:
        """Connect, and agree on encryption; each wait lasts as long as `wait` says at most."""
        loop, connected = asyncio.get_running_loop(), await _connect(server, wait)
        name = server.host if server.tls is not None else None
        try:
            async with asyncio.timeout(wait.seconds()):
                _, made = await loop.create_connection(
                    lambda: cls(connected), sock=connected, ssl=server.tls, server_hostname=name
                )
        except BaseException:
            connected.close()
            raise
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to write."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Keep what came, but not without end: nobody reads what comes before a request or after a response."""
        if self._is_idle or len(self._received) > LARGEST_BODY:
            self.close()
        self._received += data
        self._wake()

    def eof_received(self) -> None:
        """Note that the server sends no more; over TLS, only the server itself may say so."""
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
        """Note that the connection is gone."""
        self._failure = self._failure or exc
        if not self._is_ended:
            self.eof_received()

    async def exchange(self, request: Outgoing, head: Head, progress: Progress, wait: Wait) -> Response:
        """Send a request and return the response."""
        self._is_idle = False
        data = self.http.request(head, request.target)
        if self._transport.is_closing():
            raise ConnectionError("the server closed the connection before the request")
        async with asyncio.timeout(wait.seconds()) as limit:
            progress.may_have_arrived = True
            self._transport.write(data)
            wait.step = "Read"
            response = self.http.receive(await self._read())
            while response is None:
                limit.reschedule(self._loop.time() + wait.seconds())
                response = self.http.receive(await self._read())
        self._is_idle = True
        return response

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response: neither the end of the connection nor anything else."""
        is_quiet = not self._received and not self._is_ended and not self._transport.is_closing()
        return is_quiet and not is_readable(self._socket)

    def close(self) -> None:
        """Close the connection at once, as nothing is left to be sent."""
        if self._loop.is_closed():
            self._socket.close()
        else:
            self._transport.abort()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def _read(self) -> bytes:
        if not self._received and not self._is_ended:
            self._waiting = self._loop.create_future()
            await self._waiting
        if self._received:
            data = bytes(self._received)
            self._received.clear()
            return data
        if self._failure is not None:
            raise self._failure
        return b""


async def _connect(server: Server, wait: Wait) -> socket.socket:
    """Return a socket that is connected to one of the server's addresses."""
    loop = asyncio.get_running_loop()
    failure: OSError | None = None
    async with asyncio.timeout(wait.seconds()):
        addresses = await loop.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    for family, kind, protocol, _, address in addresses:
        connected: socket.socket | None = None
        try:
            connected = socket.socket(family, kind, protocol)
            connected.settimeout(0)
            async with asyncio.timeout(wait.seconds()):
                await loop.sock_connect(connected, address)
        except OSError as error:
            if connected is not None:
                connected.close()
            failure = error
        except BaseException:
            if connected is not None:
                connected.close()
            raise
        else:
            return connected
    raise failure or OSError(f"{server.host} has no address")
