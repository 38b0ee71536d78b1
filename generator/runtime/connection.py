"""Connections of our own: to the server directly, one request at a time, and reused only while they are certainly alive."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, Self, TypeVar

from .http1 import Http1, ProtocolFailure, RawHeaders
from .wire import DEADLINE_BEFORE_SENDING, DEADLINE_WHILE_READING, Abandoned, Fault, Outgoing, Progress, Response

_READ_SIZE = 1 << 16
_MOST_IDLE = 20


class Failure(Exception):
    """There is no response; the message names the step that failed, and why."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where connections lead to."""

    host: str
    port: int
    tls: ssl.SSLContext | None = field(repr=False)
    """`None`: plain HTTP."""
    headers: RawHeaders = field(repr=False)
    """What each request says."""


class Wait:
    """Bounds each wait of a request by its timeout and by what is left of its deadline."""

    __slots__ = ("_is_until_deadline", "_outgoing", "step")

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._is_until_deadline = False
        self.step = "Connect"

    def seconds(self) -> float:
        """Return for how long the next wait may last, or raise that there is no time left."""
        remaining = self._outgoing.remaining()
        if remaining <= 0:
            raise self._abandoned()
        self._is_until_deadline = remaining <= self._outgoing.timeout
        return min(self._outgoing.timeout, remaining)

    def failure(self, error: Exception) -> Exception:
        """Return what is raised in place of an error of the network."""
        if isinstance(error, Abandoned):
            return error
        # The one that the system raises has a number.
        if isinstance(error, TimeoutError) and error.errno is None:
            if self._is_until_deadline:
                return self._abandoned()
            return Failure(f"{self.step}Timeout: no progress for {self._outgoing.timeout:g} s")
        kind = "ProtocolError" if isinstance(error, ProtocolFailure) else f"{self.step}Error"
        return Failure(f"{kind}: {error}" if str(error) else kind)

    def _abandoned(self) -> Abandoned:
        return Abandoned(DEADLINE_BEFORE_SENDING if self.step == "Connect" else DEADLINE_WHILE_READING)


class Socket:
    """A connection of a blocking client."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._http = Http1()
        self._is_writable = True
        self.is_used = False
        self.idle_since = (0.0, 0.0)

    @classmethod
    def open(cls, server: Server, seconds: Callable[[], float], session: ssl.SSLSession | None = None) -> Self:
        """Connect, and agree on encryption; each wait lasts so many seconds at most."""
        connected = _connect(server, seconds)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if server.tls is not None:
                connected.settimeout(seconds())
                connected = server.tls.wrap_socket(
                    connected, server_hostname=server.host, session=session, suppress_ragged_eofs=False
                )
        except BaseException:
            connected.close()
            raise
        return cls(connected)

    def exchange(self, request: Outgoing, headers: RawHeaders, progress: Progress, wait: Wait) -> Response:
        """Send a request and return the response."""
        left = self._http.request(request.method, request.target, headers)
        seconds, wait.step = wait.seconds(), "Write"
        progress.may_have_arrived = True
        try:
            while left:
                self._socket.settimeout(seconds)
                left = left[self._socket.send(left) :]
                seconds = wait.seconds()
        except ConnectionError:
            # A server may refuse early, and close: what it sent before that is read all the same.
            self._is_writable = False
        wait.step = "Read"
        response = None
        while response is None:
            self._socket.settimeout(wait.seconds())
            response = self._http.receive(self._socket.recv(_READ_SIZE))
        return response

    def begin_next(self) -> bool:
        """Return whether another request can be sent, and be ready for that."""
        return self._is_writable and self._http.begin_next()

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response: neither the end of the connection nor anything else."""
        if not is_readable(self._socket):
            return True
        with contextlib.suppress(OSError):
            self._socket.settimeout(0)
            try:
                self._socket.recv(1)
            except ssl.SSLWantReadError:
                # What came was TLS's own: what resumes a session, or a new key.
                return not is_readable(self._socket)
        return False

    def session(self) -> ssl.SSLSession | None:
        """Return the TLS session, with which the next connection needs less work."""
        return self._socket.session if isinstance(self._socket, ssl.SSLSocket) else None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


class Connection(Protocol):
    """What a pool needs to know of a connection, of either client."""

    idle_since: tuple[float, float]

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response."""

    def begin_next(self) -> bool:
        """Return whether another request can be sent, and be ready for that."""

    def close(self) -> None:
        """Close it."""


Kept = TypeVar("Kept", bound=Connection)


class Pool(Generic[Kept]):
    """The idle connections to a server. No lock is needed, as each change is one step that nothing can come between."""

    failures = raises = (Failure, Abandoned)
    """What sending raises by itself, all of which says why there is no response."""

    def __init__(self, server: Server, keepalive_expiry: float) -> None:
        self.server = server
        self._expiry = keepalive_expiry
        self._idle: deque[Kept] = deque()
        self.session: ssl.SSLSession | None = None
        self.is_closed = False

    def progress(self) -> Progress:
        """Return what will know how far the next request came."""
        return Progress()

    def command(self, outgoing: Outgoing, progress: Progress) -> Send:
        """Return the command to send a request."""
        return Send(self, outgoing, progress)

    def fault(self, error: Exception, progress: Progress, _: Outgoing) -> Fault:
        """Return why there is no response."""
        return Fault(str(error), progress.may_have_arrived)

    @property
    def owned(self) -> tuple[Self]:
        """What is to be closed with the client."""
        return (self,)

    def take(self) -> Kept | None:
        """Return an idle connection that is certainly alive, the last one used; close those that are not."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:
                break
            if self._is_recent(connection) and connection.is_alive():
                return connection
            connection.close()
        return None

    def give_back(self, connection: Kept) -> None:
        """Keep a connection for the next request, if it can carry one."""
        if not connection.begin_next() or len(self._idle) >= _MOST_IDLE:
            connection.close()
            return
        connection.idle_since = _by_both_clocks()
        self._idle.append(connection)
        if self.is_closed:
            self.close()

    def _is_recent(self, connection: Kept) -> bool:
        then = connection.idle_since
        return all(0 <= now - since < self._expiry for now, since in zip(_by_both_clocks(), then, strict=True))

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

    pool: Pool[Any] = field(repr=False)
    outgoing: Outgoing
    progress: Progress = field(repr=False)

    def perform(self) -> Response:
        """Send from the calling thread."""
        wait, pool = Wait(self.outgoing), self.pool
        connection: Socket | None = None
        try:
            connection = pool.take() or Socket.open(pool.server, wait.seconds, pool.session)
            response = connection.exchange(self.outgoing, self.headers(), self.progress, wait)
        except (OSError, ProtocolFailure, UnicodeError) as error:
            _close(connection)
            # A session that the server cannot resume must not stand in the way of the next connection.
            pool.session = None
            raise wait.failure(error) from None
        except BaseException:
            _close(connection)
            raise
        if not connection.is_used:
            # Only now, as the server sends what resumes a session after the handshake.
            connection.is_used, pool.session = True, connection.session()
        pool.give_back(connection)
        return response

    async def perform_async(self) -> Response:
        """Send from the running event loop."""
        from .async_connection import send  # noqa: PLC0415 - only asynchronous callers pay for its import

        return await send(self)

    def headers(self) -> RawHeaders:
        """Return all headers of the request."""
        own = [(name.encode("ascii"), value.encode("ascii")) for name, value in self.outgoing.headers.items()]
        if self.outgoing.method == "POST":
            own.append((b"Content-Length", b"0"))
        return [*self.pool.server.headers, *own]


def is_readable(given: Any) -> bool:
    """Return whether a socket holds something to read, or was ended by the other side."""
    if isinstance(given, ssl.SSLSocket) and given.pending():
        return True
    number = given.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def _connect(server: Server, seconds: Callable[[], float]) -> socket.socket:
    """Return a socket that is connected to one of the server's addresses."""
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM):
        connected: socket.socket | None = None
        try:
            connected = socket.socket(family, kind, protocol)
            connected.settimeout(seconds())
            connected.connect(address)
        except OSError as error:
            _close(connected)
            failure = error
        except BaseException:
            _close(connected)
            raise
        else:
            return connected
    raise failure or OSError(f"{server.host} has no address")


def _by_both_clocks() -> tuple[float, float]:
    """Return the time by a clock that may stand still while the machine sleeps, and by one that may be set."""
    return time.monotonic(), time.time()


def _close(connection: Socket | socket.socket | None) -> None:
    if connection is not None:
        connection.close()
