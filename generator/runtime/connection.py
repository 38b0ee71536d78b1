"""A connection of our own to the server, for one request at a time, and how long each of its steps may take."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from .http1 import Http1, ProtocolFailure, RawHeaders
from .wire import DEADLINE_BEFORE_SENDING, DEADLINE_WHILE_READING, Abandoned, Outgoing, Progress, Response

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

    __slots__ = ("_outgoing", "step")

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self.step = "Connect"

    def seconds(self) -> float:
        """Return for how long the next wait may last, or raise that there is no time left."""
        remaining = self._outgoing.remaining()
        if remaining <= 0:
            raise Abandoned(DEADLINE_BEFORE_SENDING if self.step == "Connect" else DEADLINE_WHILE_READING)
        return min(self._outgoing.timeout, remaining)

    def failure(self, error: Exception) -> Exception:
        """Return what is raised in place of an error of the network."""
        if isinstance(error, Abandoned):
            return error
        # The one that the system raises has a number.
        if isinstance(error, TimeoutError) and error.errno is None:
            try:
                self.seconds()
            except Abandoned as passed:
                return passed
            return Failure(f"{self.step}Timeout: no progress for {self._outgoing.timeout:g} s")
        kind = "ProtocolError" if isinstance(error, ProtocolFailure) else f"{self.step}Error"
        return Failure(f"{kind}: {error}" if str(error) else kind)


class Socket:
    """A connection of a blocking client."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._http = Http1()
        self.is_used = False
        self.idle_since = 0.0

    @classmethod
    def open(cls, server: Server, seconds: Callable[[], float], session: ssl.SSLSession | None = None) -> Self:
        """Connect, and agree on encryption; each wait lasts so many seconds at most."""
        connected = _connect(server, seconds)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if server.tls is not None:
                connected.settimeout(seconds())
                connected = server.tls.wrap_socket(connected, server_hostname=server.host, session=session)
        except BaseException:
            connected.close()
            raise
        return cls(connected)

    def exchange(self, request: Outgoing, headers: RawHeaders, progress: Progress, wait: Wait) -> Response:
        """Send a request and return the response."""
        left = self._http.request(request.method, request.target, headers)
        wait.step = "Write"
        seconds = wait.seconds()
        progress.may_have_arrived = True
        # A server may refuse early, and close: what it sent before that is read all the same.
        with contextlib.suppress(ConnectionError):
            while left:
                self._socket.settimeout(seconds)
                left = left[self._socket.send(left) :]
                seconds = wait.seconds()
        wait.step = "Read"
        response = None
        while response is None:
            self._socket.settimeout(wait.seconds())
            response = self._http.receive(self._socket.recv(_READ_SIZE))
        return response

    def begin_next(self) -> bool:
        """Return whether another request can be sent, and be ready for that."""
        return self._http.begin_next()

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response: neither the end of the connection nor anything else."""
        return not is_readable(self._socket)

    def session(self) -> ssl.SSLSession | None:
        """Return the TLS session, with which the next connection needs less work."""
        return self._socket.session if isinstance(self._socket, ssl.SSLSocket) else None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


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
        connected = socket.socket(family, kind, protocol)
        try:
            connected.settimeout(seconds())
            connected.connect(address)
        except OSError as error:
            connected.close()
            failure = error
        except BaseException:
            connected.close()
            raise
        else:
            return connected
    raise failure or OSError(f"{server.host} has no address")
