"""Connections of our own: which are used again, what a request that fails proves, and what an interruption leaves."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.runtime.connection import Failure, Server, Socket, Wait
from generator.runtime.http1 import Head, ProtocolFailure
from generator.runtime.wire import Abandoned, Fault, Outgoing, Progress, Response
from tests.client.certificates import self_signed

from .connecting import Caller, Scripted, contexts, listening, outgoing_for, read_head, respond, response_to

_RESET = struct.pack("ii", 1, 0)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed("127.0.0.1", tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def calling(request: pytest.FixtureRequest) -> Iterator[Callable[..., Caller]]:
    """Return what makes callers, each of which is closed in the end."""
    made: list[Caller] = []

    def make(port: int, **settings: Any) -> Caller:
        made.append(Caller(port, asynchronous=request.param, **settings))
        return made[-1]

    yield make
    for caller in made:
        caller.close()


def answered(target: bytes = b"/x") -> Response:
    return Response(200, {"content-length": str(len(target))}, target)


@pytest.mark.parametrize("version", [None, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_one_request_after_the_other_uses_one_connection(
    host: str, version: ssl.TLSVersion | None, calling: Callable[..., Caller], tmp_path: Path
) -> None:
    serving, trusting = contexts(self_signed(host, tmp_path), version) if version else (None, None)
    server = Scripted(respond, serving)
    with listening(server, host) as port:
        caller = calling(port, host=host, tls=trusting)
        targets = [b"/%d" % number for number in range(5)]
        assert [caller.ask(target) for target in targets] == [answered(target) for target in targets]
        assert len(server.connections) == 1


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()


def _half_close(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)


def _say_goodbye(connection: ssl.SSLSocket) -> None:
    """Send TLS's own end, and leave the connection open."""
    connection.settimeout(0.001)
    with contextlib.suppress(OSError):
        connection.unwrap()


ENDS: dict[str, Callable[[Any], object]] = {
    "closed": lambda connection: connection.close(),
    "reset": _reset,
    "half-closed": _half_close,
    "second response": lambda connection: connection.sendall(response_to(b"/another")),
    "one byte": lambda connection: connection.sendall(b"\r"),
    "408": lambda connection: connection.sendall(response_to(b"", b"HTTP/1.1 408 Late\r\nConnection: close\r\n")),
}


@pytest.mark.parametrize("end", [*ENDS, "TLS's own end"])
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "TLS"])
def test_a_connection_on_which_anything_came_since_the_response_is_not_used_again(
    end: str, calling: Callable[..., Caller], certificate: Path, *, encrypted: bool
) -> None:
    if end not in ENDS and not encrypted:
        pytest.skip("there is none without TLS")
    serving, trusting = contexts(certificate) if encrypted else (None, None)
    may_end, is_over = threading.Event(), threading.Event()

    def script(connection: Any) -> None:
        connection.sendall(response_to(read_head(connection)))
        if not is_over.is_set():
            may_end.wait(20)
            ENDS.get(end, _say_goodbye)(connection)
            is_over.set()
        if connection.fileno() >= 0:
            respond(connection)

    server = Scripted(script, serving)
    with listening(server) as port:
        caller = calling(port, tls=trusting)
        assert caller.ask(b"/1") == answered(b"/1")
        may_end.set()
        assert is_over.wait(20)
        assert caller.ask(b"/2") == answered(b"/2")
        assert len(server.connections) == 2


def test_what_tls_says_for_itself_does_not_end_a_connection(certificate: Path) -> None:
    serving, trusting = contexts(certificate)
    serving.verify_mode = ssl.CERT_OPTIONAL
    serving.load_verify_locations(certificate)
    trusting.post_handshake_auth = True
    may_ask, has_asked = threading.Event(), threading.Event()

    def script(connection: Any) -> None:
        connection.sendall(response_to(read_head(connection)))
        may_ask.wait(20)
        connection.verify_client_post_handshake()
        connection.do_handshake()
        has_asked.set()
        respond(connection)

    server = Scripted(script, serving)
    with listening(server) as port:
        caller = Caller(port, asynchronous=False, tls=trusting)
        assert caller.ask(b"/1") == answered(b"/1")
        may_ask.set()
        assert has_asked.wait(20)
        assert caller.ask(b"/2") == answered(b"/2")
        assert len(server.connections) == 1
        caller.close()


def test_a_connection_is_not_used_again_once_its_time_is_over_by_either_clock(
    calling: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Scripted(respond)
    with listening(server) as port:
        caller = calling(port, keepalive_expiry=1000.0)
        for clock in (time.monotonic, time.time):
            assert caller.ask() == answered()
            before = len(server.connections)
            for seconds, more in ((900, 0), (2000, 1)):
                monkeypatch.setattr(time, clock.__name__, lambda clock=clock, seconds=seconds: clock() + seconds)
                assert caller.ask() == answered()
                assert len(server.connections) == before + more
            monkeypatch.undo()


def test_a_bound_of_zero_opens_a_connection_for_each_request(calling: Callable[..., Caller]) -> None:
    server = Scripted(respond)
    with listening(server) as port:
        caller = calling(port, keepalive_expiry=0)
        assert [caller.ask() for _ in range(3)] == [answered()] * 3
        assert server.all_ended()
    assert len(server.connections) == 3


def test_a_fresh_connection_resumes_the_session_of_the_last_one_unless_that_failed(certificate: Path) -> None:
    serving, trusting = contexts(certificate)
    resumed: list[bool] = []

    def script(connection: Any) -> None:
        resumed.append(connection.session_reused)
        if len(resumed) != 3:
            connection.sendall(response_to(read_head(connection)))

    server = Scripted(script, serving)
    with listening(server) as port:
        caller = Caller(port, asynchronous=False, tls=trusting, keepalive_expiry=0)
        outcomes = [isinstance(caller.ask(), Response) for _ in range(5)]
        caller.close()
    assert outcomes == [True, True, False, True, True]
    assert resumed == [False, True, True, False, True]


FAILURES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "ProtocolError: the server closed the connection without a response"),
    "half of a head": (b"HTTP/1.1 20", "ProtocolError: the server closed the connection without a response"),
    "half of a body": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
        "ProtocolError: peer closed connection without sending complete message body (received 2 bytes, expected 5)",
    ),
    "garbage": (b"\0\1\r\n\r\n", "ProtocolError: illegal status line: bytearray(b'\\x00\\x01')"),
    "another protocol": (
        b"HTTP/1.1 101 No\r\n\r\n",
        "ProtocolError: Received server _SWITCH_UPGRADE event without a pending proposal",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_is_no_response_leaves_open_whether_the_request_arrived(name: str, calling: Callable[..., Caller]) -> None:
    data, reason = FAILURES[name]

    def script(connection: Any) -> None:
        connection.sendall(data if read_head(connection) == b"/1" else response_to(b"/2"))

    server = Scripted(script)
    with listening(server) as port:
        caller = calling(port)
        assert caller.ask(b"/1") == Fault(reason, may_have_arrived=True)
        assert caller.ask(b"/2") == answered(b"/2")
        assert len(server.connections) == 2


def test_a_reset_leaves_open_whether_the_request_arrived(calling: Callable[..., Caller]) -> None:
    def script(connection: socket.socket) -> None:
        read_head(connection)
        _reset(connection)

    with listening(Scripted(script)) as port:
        expected = Fault(f"ReadError: [Errno {errno.ECONNRESET}] Connection reset by peer", may_have_arrived=True)
        assert calling(port).ask() == expected


@pytest.mark.parametrize("properly", [False, True])
def test_only_the_server_itself_can_end_a_response_over_tls(
    calling: Callable[..., Caller], certificate: Path, *, properly: bool
) -> None:
    def script(connection: Any) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 400 No\r\n\r\n")
        if properly:
            connection.unwrap()

    serving, trusting = contexts(certificate)
    with listening(Scripted(script, serving)) as port:
        received = calling(port, tls=trusting).ask()
    if properly:
        assert received == Response(400, {}, b"")
    else:
        assert isinstance(received, Fault)
        assert received.may_have_arrived


def test_a_response_over_tls_that_says_its_length_needs_no_end(
    calling: Callable[..., Caller], certificate: Path
) -> None:
    serving, trusting = contexts(certificate)
    server = Scripted(lambda connection: connection.sendall(response_to(read_head(connection))), serving)
    with listening(server) as port:
        assert calling(port, tls=trusting).ask() == answered()


def test_a_flood_of_interim_responses_ends_with_the_deadline(calling: Callable[..., Caller]) -> None:
    def script(connection: Any) -> None:
        while True:
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000)

    server = Scripted(script)
    with listening(server) as port:
        received = calling(port).ask(deadline=0.5)
        assert received == Fault("the deadline passed while the response was read", may_have_arrived=True)
        assert server.all_ended()


@pytest.mark.parametrize("may_last", [{"timeout": 0.5}, {"deadline": 0.5}])
def test_silence_ends_with_the_timeout_or_the_deadline(
    may_last: dict[str, Any], calling: Callable[..., Caller]
) -> None:
    server = Scripted(lambda connection: connection.recv(1 << 16) and connection.recv(1))
    expected = (
        "ReadTimeout: no progress for 0.5 s"
        if "timeout" in may_last
        else "the deadline passed while the response was read"
    )
    with listening(server) as port:
        assert calling(port).ask(**may_last) == Fault(expected, may_have_arrived=True)
        assert server.all_ended()


@contextlib.contextmanager
def full(host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Yield the port of an address that takes nobody in."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((host, port))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


needs_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux ignores callers when a port's queue is full"
)


@needs_linux
@pytest.mark.parametrize("may_last", [{"timeout": 0.5}, {"deadline": 0.5}])
def test_a_server_that_takes_nobody_in_is_not_waited_for(
    may_last: dict[str, Any], calling: Callable[..., Caller]
) -> None:
    expected = (
        "ConnectTimeout: no progress for 0.5 s" if "timeout" in may_last else "the deadline passed before it was sent"
    )
    with full() as port:
        assert calling(port).ask(**may_last) == Fault(expected, may_have_arrived=False)


@pytest.mark.parametrize("may_last", [{"timeout": 0.5}, {"deadline": 0.5}])
def test_a_handshake_that_hangs_is_not_waited_for(
    may_last: dict[str, Any], calling: Callable[..., Caller], certificate: Path
) -> None:
    expected = (
        "ConnectTimeout: no progress for 0.5 s" if "timeout" in may_last else "the deadline passed before it was sent"
    )
    server = Scripted(lambda connection: connection.recv(1 << 16) and connection.recv(1))
    with listening(server) as port:
        caller = calling(port, tls=contexts(certificate)[1])
        assert caller.ask(**may_last) == Fault(expected, may_have_arrived=False)
        assert server.all_ended()


@needs_linux
def test_where_one_address_fails_the_next_one_is_used(
    calling: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Scripted(respond)
    # All of 127.0.0.0/8 is this machine: nobody listens at .2 and .3, and the last takes nobody in.
    with listening(server) as port, full("127.0.0.4", port):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port)) for last in (2, 3, 4, 1)]
        unknown_family = (9999, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [unknown_family, *found])
        assert calling(port).ask(timeout=1) == answered()
        reason = "the deadline passed before it was sent"
        assert calling(port).ask(deadline=0.5) == Fault(reason, may_have_arrived=False)


def test_a_name_without_an_address_was_not_sent_to(
    calling: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    assert calling(1, host="none").ask() == Fault("ConnectError: none has no address", may_have_arrived=False)


def test_a_deadline_that_passes_before_the_first_byte_proves_that_nothing_was_sent() -> None:
    left = iter([5.0, 5.0, 0.0])
    outgoing = Outgoing("POST", b"/x", {}, timeout=9.0, remaining=lambda: next(left))
    server = Scripted(respond)
    with listening(server) as port:
        wait, progress = Wait(outgoing), Progress()
        wait.seconds()
        connection = Socket.open(Server("127.0.0.1", port, None, []), wait.seconds)
        with pytest.raises(Abandoned, match=r"^the deadline passed before it was sent$"):
            connection.exchange(outgoing, Head("POST", [(b"Host", b"x")]), progress, wait)
        connection.close()
    assert not progress.may_have_arrived


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ConnectionResetError(104, "reset"), "ReadError: [Errno 104] reset"),
        (TimeoutError(110, "timed out"), "ReadError: [Errno 110] timed out"),
        (ProtocolFailure("no"), "ProtocolError: no"),
        (OSError(), "ReadError"),
        (TimeoutError(), "ReadTimeout: no progress for 9 s"),
    ],
)
def test_a_failure_names_the_step_and_the_cause(error: Exception, text: str) -> None:
    wait = Wait(outgoing_for(b"/x", 9, 100))
    wait.step = "Read"
    wait.seconds()
    failure = wait.failure(error)
    assert (type(failure), str(failure)) == (Failure, text)


class Refusing:
    """A socket that cannot be written to any more, on which the response already waits."""

    def settimeout(self, _: float) -> None: ...

    def send(self, _: bytes) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    def recv(self, _: int) -> bytes:
        return response_to(b"/early", b"HTTP/1.1 413 Too Large\r\n")


def test_a_connection_that_did_not_take_all_of_a_request_carries_no_other() -> None:
    outgoing = outgoing_for(b"/x", 9, 100)
    connection = Socket(Refusing())  # type: ignore[arg-type]
    response = connection.exchange(outgoing, Head("POST", [(b"Host", b"x")]), Progress(), Wait(outgoing))
    assert response.status == 413
    assert not connection.http.begin_next()


def test_closing_lets_a_request_end_and_then_its_connection(calling: Callable[..., Caller]) -> None:
    arrived, may_respond = threading.Event(), threading.Event()

    def script(connection: Any) -> None:
        target = read_head(connection)
        arrived.set()
        may_respond.wait(20)
        connection.sendall(response_to(target))
        assert read_head(connection) == b""

    server = Scripted(script)
    with listening(server) as port:
        caller = calling(port)

        def close() -> None:
            arrived.wait(20)
            caller.pool.close()
            may_respond.set()

        closing = threading.Thread(target=close)
        closing.start()
        assert caller.ask() == answered()
        closing.join()
        assert server.all_ended()


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "TLS"])
def test_a_task_that_is_cancelled_anywhere_leaves_no_response_for_another(
    certificate: Path, *, encrypted: bool
) -> None:
    serving, trusting = contexts(certificate) if encrypted else (None, None)
    server = Scripted(respond, serving)

    async def run(caller: Caller) -> None:
        for steps in range(60):
            cancelled = asyncio.create_task(caller.ask_async(b"/cancelled%d" % steps))
            for _ in range(steps):
                await asyncio.sleep(0)
            cancelled.cancel()
            others = await asyncio.gather(*(caller.ask_async(b"/%d-%d" % (steps, number)) for number in range(3)))
            assert others == [answered(b"/%d-%d" % (steps, number)) for number in range(3)]
            with contextlib.suppress(asyncio.CancelledError):
                assert await cancelled == answered(b"/cancelled%d" % steps)

    with listening(server) as port:
        caller = Caller(port, asynchronous=True, tls=trusting)
        caller.run(run(caller))
        caller.close()
        assert server.all_ended()


def test_threads_never_get_the_response_of_another() -> None:
    server = Scripted(respond)
    with listening(server) as port:
        caller = Caller(port, asynchronous=False)
        wrong: list[object] = []

        def ask(thread: int) -> None:
            for number in range(50):
                target = b"/%d-%d" % (thread, number)
                if (received := caller.ask(target)) != answered(target):
                    wrong.append(received)

        threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(server.connections) <= 8
        caller.close()


def test_the_connections_of_many_callers_are_used_again() -> None:
    server = Scripted(respond)

    async def ask_at_once(caller: Caller) -> None:
        for number in range(3):
            assert (
                await asyncio.gather(*(caller.ask_async(b"/%d" % number) for _ in range(60)))
                == [answered(b"/%d" % number)] * 60
            )

    with listening(server) as port:
        caller = Caller(port, asynchronous=True)
        caller.run(ask_at_once(caller))
        assert len(server.connections) == 60
        caller.close()
