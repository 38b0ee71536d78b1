"""A server in a thread that follows a script, and callers that send over one pool of connections to it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

from generator.runtime.connection import Server
from generator.runtime.pool import Pool
from generator.runtime.wire import Fault, Outgoing, Response

PATIENCE = 20.0


def read_head(connection: socket.socket) -> bytes:
    """Return the target of the next request, or `b""` where the client closed."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        part = connection.recv(1)
        if not part:
            return b""
        head += part
    return head.split(b" ")[1]


def response_to(target: bytes, head: bytes = b"HTTP/1.1 200 OK\r\n") -> bytes:
    """Return a response whose body is the target of its request."""
    return head + b"Content-Length: %d\r\n\r\n" % len(target) + target


def respond(connection: socket.socket) -> None:
    """Respond to each request until the client closes."""
    while target := read_head(connection):
        connection.sendall(response_to(target))


@dataclass
class Scripted:
    """A server that serves each connection by a script."""

    script: Callable[[Any], None]
    tls: ssl.SSLContext | None = None
    connections: list[Any] = field(default_factory=list)
    ended: list[threading.Event] = field(default_factory=list)

    def accept(self, listening: socket.socket) -> None:
        """Serve until the listening socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                self.ended.append(threading.Event())
                threading.Thread(target=self._serve, args=(connection, self.ended[-1]), daemon=True).start()

    def _serve(self, connection: socket.socket, ended: threading.Event) -> None:
        connection.settimeout(PATIENCE)
        with contextlib.suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False)
            self.connections.append(connection)
            with connection:
                self.script(connection)
        connection.close()
        ended.set()

    def all_ended(self) -> bool:
        """Wait for the end of each connection that was accepted, and return whether all came."""
        return all(ended.wait(PATIENCE) for ended in self.ended)


@contextmanager
def listening(server: Scripted, host: str = "127.0.0.1") -> Iterator[int]:
    """Yield the port at which the server listens."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family, backlog=128) as listener:
        threading.Thread(target=server.accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def contexts(certificate: Path, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> tuple[Any, Any]:
    """Return the TLS of the server, and of a client that trusts it."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    serving.maximum_version = version
    return serving, ssl.create_default_context(cafile=certificate)


class Caller:
    """Sends over one pool, from this thread or from an event loop."""

    def __init__(self, port: int, *, asynchronous: bool, **settings: Any) -> None:
        known = {"host": "127.0.0.1", "tls": None, "keepalive_expiry": 1000.0} | settings
        headers = [(b"Host", b"test")] + ([] if known["keepalive_expiry"] else [(b"Connection", b"close")])
        self.pool = Pool(Server(known["host"], port, known["tls"], headers), known["keepalive_expiry"])
        self._runner = asyncio.Runner() if asynchronous else None

    def ask(self, target: bytes = b"/x", *, timeout: float = PATIENCE, deadline: float = PATIENCE) -> Response | Fault:
        """Send a request, and return the response or why there is none."""
        if self._runner is None:
            outgoing = outgoing_for(target, timeout, deadline)
            progress = self.pool.progress()
            try:
                return self.pool.command(outgoing, progress).perform()
            except self.pool.failures as error:
                return self.pool.fault(error, progress, outgoing)
        return self._runner.run(self.ask_async(target, timeout=timeout, deadline=deadline))

    async def ask_async(
        self,
        target: bytes = b"/x",
        *,
        timeout: float = PATIENCE,  # noqa: ASYNC109 - it bounds each wait, not all of them
        deadline: float = PATIENCE,
    ) -> Response | Fault:
        """Do the same from the running event loop."""
        outgoing, progress = outgoing_for(target, timeout, deadline), self.pool.progress()
        try:
            return await self.pool.command(outgoing, progress).perform_async()
        except self.pool.failures as error:
            return self.pool.fault(error, progress, outgoing)

    def run(self, program: Any) -> Any:
        """Run a coroutine in the loop of this caller."""
        assert self._runner is not None
        return self._runner.run(program)

    def close(self) -> None:
        """Close the pool, and the loop."""
        if self._runner is None:
            self.pool.close()
            return
        self._runner.run(self.pool.aclose())
        self._runner.run(asyncio.sleep(0))
        self._runner.close()


def outgoing_for(target: bytes, timeout: float, deadline: float) -> Outgoing:
    """Return a request whose deadline begins now."""
    ends = monotonic() + deadline
    return Outgoing("POST", target, {}, timeout=timeout, remaining=lambda: ends - monotonic())
