"""A connection of our own to the server: how a blocking client opens it, sends over it, and sees whether it is alive."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import ssl
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from .http1 import Head, Http1, ProtocolFailure, RawHeaders
from .wire import DEADLINE_BEFORE_SENDING, DEADLINE_WHILE_READING, Abandoned, Outgoing, Progress, Response

_READ_SIZE = 1 << 16
_LONGEST_REASON = 300
"""Characters of a failure's message."""


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

    __slots__ = ("_ends_all", "_outgoing", "step")

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing
        self._ends_all = False
        self.step = "Connect"

    def seconds(self) -> float:
        """Return for how long the next wait may last, or raise that there is no time left."""
        remaining = self._outgoing.remaining()
        if remaining <= 0:
            raise self._passed()
        self._ends_all = remaining <= self._outgoing.timeout
        return remaining if self._ends_all else self._outgoing.timeout

    def failure(self, error: Exception) -> Exception:
        """Return what is raised in place of an error of the network."""
        # The one that the system raises has a number.
        if isinstance(error, TimeoutError) and error.errno is None:
            if self._ends_all:
                return self._passed()
            return Failure(f"{self.step}Timeout: no progress for {self._outgoing.timeout:g} s")
        kind = "ProtocolError" if isinstance(error, ProtocolFailure) else f"{self.step}Error"
        # A server may have sent what is quoted there.
        return Failure(f"{kind}: {error}"[:_LONGEST_REASON] if str(error) else kind)

    def _passed(self) -> Abandoned:
        return Abandoned(DEADLINE_BEFORE_SENDING if self.step == "Connect" else DEADLINE_WHILE_READING)


class Socket:
    """A connection of a blocking client."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self.http = Http1()
        self.is_used = False
        self.idle_until = (0.0, 0.0)

    @classmethod
    def open(cls, server: Server, seconds: Callable[[], float], session: ssl.SSLSession | None = None) -> Self:
        """Connect, and agree on encryption; each wait lasts so many seconds at most."""
        connected = _connect(server, seconds)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if server.tls is not None:
                connected.settimeout(seconds())
                # Only the server itself may end a response, not whoever cuts the connection.
                connected = server.tls.wrap_socket(
                    connected, server_hostname=server.host, session=session, suppress_ragged_eofs=False
                )
        except BaseException:
            connected.close()
            raise
        return cls(connected)

    def exchange(self, request: Outgoing, head: Head, progress: Progress, wait: Wait) -> Response:
        """Send a request and return the response."""
        left = self.http.request(head, request.target)
        seconds, wait.step = wait.seconds(), "Write"
        progress.may_have_arrived = True
        # A server may refuse early, and close: what it sent before that is read all the same.
        with contextlib.suppress(ConnectionError):
            while left:
                self._socket.settimeout(seconds)
                left = left[self._socket.send(left) :]
                seconds = wait.seconds()
        self.http.is_cut = bool(left)
        wait.step = "Read"
        response = None
        while response is None:
            self._socket.settimeout(wait.seconds())
            response = self.http.receive(self._socket.recv(_READ_SIZE))
        return response

    def is_alive(self) -> bool:
        """Return whether nothing came since the last response: neither the end of the connection nor anything else."""
        if not is_readable(self._socket):
            return True
        # A ticket to resume the TLS session is for TLS alone: there is nothing to be read.
        if not isinstance(self._socket, ssl.SSLSocket):
            return False
        try:
            self._socket.settimeout(0)
            self._socket.recv(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            pass
        return False

    def session(self) -> ssl.SSLSession | None:
        """Return the TLS session, with which the next connection needs less work."""
        return self._socket.session if isinstance(self._socket, ssl.SSLSocket) else None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def is_of_a_signal_handler(error: BaseException) -> bool:
    """Return whether a signal handler raised an error, such as a `TimeoutError`, that looks like one of the network."""
    handlers = [signal.getsignal(number) for number in signal.valid_signals()]
    codes = {getattr(getattr(handler, "func", handler), "__code__", None) for handler in handlers}
    codes |= {getattr(type(handler).__call__, "__code__", None) for handler in handlers if callable(handler)}
    return any(frame.f_code in codes for frame, _ in traceback.walk_tb(error.__traceback__))


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
        except BaseException as error:
            if connected is not None:
                connected.close()
            if not isinstance(error, OSError) or is_of_a_signal_handler(error):
                raise
            failure = error
        else:
            return connected
    raise failure or OSError(f"{server.host} has no address")
