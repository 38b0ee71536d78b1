# Copied from generator/runtime/pool.py by python -m generator; edit it there.
"""The idle connections to a server, and the command that sends a request over one that is certainly alive, or a new one."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol, Self, TypeGuard

from .connection import Failure, Server, Socket, Wait, is_of_a_signal_handler
from .http1 import Head, Http1, ProtocolFailure
from .wire import Abandoned, Fault, Outgoing, Progress, Response

_MOST_IDLE = 100
_OF_THE_NETWORK = (OSError, ProtocolFailure, UnicodeError)
"""What opening and using a connection raises; a name that is too long is a `UnicodeError`."""


class Connection(Protocol):
    """What a pool needs to know of a connection, of either client."""

    http: Http1
    idle_until: tuple[float, float]

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Pool:
    """The idle connections to a server. No lock is needed, as each change is one step that nothing can come between."""

    failures = raises = (Failure, Abandoned)
    """What sending raises by itself, all of which says why there is no response."""

    def __init__(self, server: Server, keepalive_expiry: float) -> None:
        self.server = server
        self._expiry = keepalive_expiry
        self._idle: deque[Any] = deque()
        self._heads: dict[tuple[object, ...], Head] = {}
        self.session: ssl.SSLSession | None = None
        self.is_closed = False

    def progress(self) -> Progress:
        """Return what will know how far the next request came."""
        return Progress()

    def head(self, outgoing: Outgoing) -> Head:
        """Return what a request shares with those before it, which differ in their targets only."""
        key = outgoing.method, *outgoing.headers.items()
        if (known := self._heads.get(key)) is not None:
            return known
        own = [(name.encode("ascii"), value.encode("ascii")) for name, value in outgoing.headers.items()]
        if outgoing.method == "POST":
            own.append((b"Content-Length", b"0"))
        return self._heads.setdefault(key, Head(outgoing.method, [*self.server.headers, *own]))

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
        """Return the idle connection that was used last, if it is certainly alive; close those that are not."""
        with contextlib.suppress(IndexError):
            while True:
                connection: Connection = self._idle.pop()
                if not _is_over(connection) and connection.is_alive():
                    return connection
                connection.close()
        return None

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next request, if it can carry one."""
        if connection.http.begin_next():
            self.keep(connection)
        else:
            connection.close()

    def keep(self, connection: Connection) -> None:
        """Keep a connection that waits for a request, for no longer than its server says that it waits."""
        # Half of that, as the request that ends the wait needs time to arrive.
        bound = min(self._expiry, connection.http.idle_seconds / 2)
        connection.idle_until = time.monotonic() + bound, time.time() + bound
        self._idle.append(connection)
        with contextlib.suppress(IndexError):
            while self.is_closed or len(self._idle) > _MOST_IDLE or _is_over(self._idle[0]):
                self._idle.popleft().close()

    def close(self) -> None:
        """Close the idle connections; those in use are closed after their response."""
        self.is_closed = True
        with contextlib.suppress(IndexError):
            while True:
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
        connection: Socket | None = None
        try:
            connection = pool.take()
            if connection is None:
                connection = Socket.open(pool.server, wait.seconds, pool.session)
            response = connection.exchange(self.outgoing, pool.head(self.outgoing), self.progress, wait)
        except BaseException as error:
            # A session that the server cannot resume must not stand in the way of the next connection.
            pool.session = None
            if connection is not None:
                connection.close()
            if not _is_of_the_network(error):
                raise
            raise wait.failure(error) from None
        if not connection.is_used:
            # Only now, as the server sends what resumes a session after the handshake.
            connection.is_used, pool.session = True, connection.session()
        pool.give_back(connection)
        return response

    async def perform_async(self) -> Response:
        """Send from the running event loop."""
        from .async_connection import AsyncSocket  # noqa: PLC0415 - only asynchronous callers pay for its import

        wait, pool = Wait(self.outgoing), self.pool
        connection: AsyncSocket | None = None
        try:
            connection = pool.take()
            if connection is None:
                connection = await AsyncSocket.open(pool.server, wait)
            response = await connection.exchange(self.outgoing, pool.head(self.outgoing), self.progress, wait)
        except BaseException as error:
            if connection is not None:
                connection.close()
            if not _is_of_the_network(error):
                raise
            raise wait.failure(error) from None
        pool.give_back(connection)
        return response


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
        except BaseException as error:
            self.pool.session = None
            if not _is_of_the_network(error):
                raise
            raise wait.failure(error) from None

    async def perform_async(self) -> None:
        """Open it in the running event loop."""
        from .async_connection import AsyncSocket  # noqa: PLC0415 - only asynchronous callers pay for its import

        wait = Wait(self.outgoing)
        try:
            self.pool.keep(await AsyncSocket.open(self.pool.server, wait))
        except BaseException as error:
            if not _is_of_the_network(error):
                raise
            raise wait.failure(error) from None


def _is_over(connection: Connection) -> bool:
    """Return whether a connection was idle for too long, also where one clock stood still as the machine slept."""
    until, wall = connection.idle_until
    return time.monotonic() >= until or time.time() >= wall


def _is_of_the_network(error: BaseException) -> TypeGuard[Exception]:
    return isinstance(error, _OF_THE_NETWORK) and not is_of_a_signal_handler(error)
