# Copied from generator/runtime/pool.py by python -m generator; edit it there.
"""The idle connections to the server, each reused only while it is certainly alive, and the command to send over one."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from .connection import Failure, Server, Socket, Wait
from .http1 import ProtocolFailure, RawHeaders
from .wire import Abandoned, Fault, Outgoing, Progress, Response

_MOST_IDLE = 20


class Connection(Protocol):
    """What a pool needs to know of a connection, of either client."""

    idle_since: float

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response."""
        ...

    def begin_next(self) -> bool:
        """Return whether another request can be sent, and be ready for that."""
        ...

    def close(self) -> None:
        """Close it."""


class Pool:
    """The idle connections to a server. No lock is needed, as each change is one step that nothing can come between."""

    failures = raises = (Failure, Abandoned)
    """What sending raises by itself, all of which says why there is no response."""

    def __init__(self, server: Server, keepalive_expiry: float) -> None:
        self.server = server
        self._expiry = keepalive_expiry
        self._idle: deque[Connection] = deque()
        self.session: ssl.SSLSession | None = None
        self.is_closed = False

    def progress(self) -> Progress:
        """Return what will know how far the next request came."""
        return Progress()

    def command(self, outgoing: Outgoing, progress: Progress) -> Send:
        """Return the command to send a request."""
        return Send(self, outgoing, progress)

    def opening(self, outgoing: Outgoing) -> Open:
        """Return the command to open a connection for a request that is to come."""
        return Open(self, outgoing)

    def fault(self, error: Exception, progress: Progress, _: Outgoing) -> Fault:
        """Return why there is no response."""
        return Fault(str(error), progress.may_have_arrived)

    @property
    def owned(self) -> tuple[Self]:
        """What is to be closed with the client."""
        return (self,)

    def take(self) -> Any:
        """Return an idle connection that is certainly alive, the last one used, or `None`; close those that are not."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:
                break
            if time.monotonic() - connection.idle_since < self._expiry and connection.is_alive():
                return connection
            connection.close()
        return None

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request, if it can carry one."""
        if connection.begin_next():
            self.keep(connection)
        else:
            connection.close()

    def keep(self, connection: Connection) -> None:
        """Keep a connection that is ready for the next request."""
        if len(self._idle) >= _MOST_IDLE:
            connection.close()
            return
        connection.idle_since = time.monotonic()
        self._idle.append(connection)
        if self.is_closed:
            self.close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed after their response."""
        self.is_closed = True
        while self._idle:
            with contextlib.suppress(IndexError):
                self._idle.pop().close()

    async def aclose(self) -> None:
        """Do the same for an asynchronous client."""
        self.close()


@dataclass(slots=True)
class Send:
    """The command to send a request over a connection of our own, and to read its response."""

    pool: Pool = field(repr=False)
    outgoing: Outgoing
    progress: Progress = field(repr=False)

    def perform(self) -> Response:
        """Send from the calling thread."""
        wait, pool = Wait(self.outgoing), self.pool
        connection: Connection | None = None
        try:
            used = connection = pool.take() or Socket.open(pool.server, wait.seconds, pool.session)
            response = used.exchange(self.outgoing, self.headers(), self.progress, wait)
        except (OSError, ProtocolFailure, UnicodeError) as error:
            _close(connection)
            raise wait.failure(error) from None
        except BaseException:
            _close(connection)
            raise
        if not used.is_used:
            # Only now, as the server sends what resumes a session after the handshake.
            used.is_used, pool.session = True, used.session()
        pool.give_back(used)
        return response

    async def perform_async(self) -> Response:
        """Send from the running event loop."""
        from .async_connection import AsyncSocket, time_limit  # noqa: PLC0415 - only asynchronous callers pay for asyncio

        wait, pool = Wait(self.outgoing), self.pool
        connection: Connection | None = None
        try:
            async with time_limit(wait.seconds()) as limit:
                used = connection = pool.take() or await AsyncSocket.open(pool.server)
                response = await used.exchange(self.outgoing, self.headers(), self.progress, wait, limit)
        except (OSError, ProtocolFailure, Abandoned, UnicodeError) as error:
            _close(connection)
            raise wait.failure(error) from None
        except BaseException:
            _close(connection)
            raise
        pool.give_back(used)
        return response

    def headers(self) -> RawHeaders:
        """Return all headers of the request."""
        own = [(name.encode("ascii"), value.encode("ascii")) for name, value in self.outgoing.headers.items()]
        if self.outgoing.method == "POST":
            own.append((b"Content-Length", b"0"))
        return [*self.pool.server.headers, *own]


@dataclass(slots=True)
class Open:
    """The command to open a connection, over which nothing is sent yet."""

    pool: Pool = field(repr=False)
    outgoing: Outgoing

    def perform(self) -> None:
        """Open it in the calling thread."""
        wait = Wait(self.outgoing)
        try:
            self.pool.keep(Socket.open(self.pool.server, wait.seconds, self.pool.session))
        except (OSError, UnicodeError) as error:
            raise wait.failure(error) from None

    async def perform_async(self) -> None:
        """Open it in the running event loop."""
        from .async_connection import AsyncSocket, time_limit  # noqa: PLC0415 - only asynchronous callers pay for asyncio

        wait = Wait(self.outgoing)
        try:
            async with time_limit(wait.seconds()):
                self.pool.keep(await AsyncSocket.open(self.pool.server))
        except (OSError, UnicodeError) as error:
            raise wait.failure(error) from None


def _close(connection: Connection | None) -> None:
    if connection is not None:
        connection.close()
