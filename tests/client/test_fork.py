"""A process that is forked: parent and child share no connection and no lock."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from binance_transfers import OPERATIONS, Client, EarnAsset, EarnTransferType, MemoryLimiter, Operation

from .scripted import KEY, SECRET

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]
OPERATION = OPERATIONS["fund_auto_collection"]


def in_child(run: Callable[[], object]) -> str:
    """Return what a function returns in a child process, or nothing if it hangs or fails there."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        with suppress(BaseException):
            os.write(writing, repr(run()).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:  # noqa: PTH123 - a file descriptor
        text = answer.read().decode()
    os.waitpid(child, 0)
    return text


@pytest.fixture
def url() -> Iterator[str]:
    """Yield the address of a server whose answers are the number of the connection that they come over."""

    def answer(connection: socket.socket, number: int) -> None:
        body = b'{"asset":"LDUSDT","amount":"%d"}' % number
        with connection:
            while connection.recv(65_536):
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    def serve() -> None:
        with suppress(OSError):
            for number in count(1):
                pool.submit(answer, listening.accept()[0], number)

    with ThreadPoolExecutor() as pool, socket.create_server(("127.0.0.1", 0)) as listening:
        pool.submit(serve)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def connection_of(client: Client) -> int:
    balance = client.get_transferable_earn_asset_balance_for_portfolio_margin(
        asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.EARN_TO_FUTURE
    )
    return int(balance.amount)


def test_a_child_process_uses_no_connection_of_its_parent(url: str) -> None:
    with Client(KEY, SECRET, base_url=url) as client:
        assert connection_of(client) == connection_of(client) == 1
        assert in_child(lambda: (connection_of(client), connection_of(client))) == "(2, 2)"
        assert connection_of(client) == 1


def test_a_child_process_can_close_its_client_and_leaves_its_parents_connection_open(url: str) -> None:
    with Client(KEY, SECRET, base_url=url) as client:
        assert connection_of(client) == 1
        assert in_child(client.close) == "None"
        assert in_child(lambda: connection_of(client)) == "2"
        assert connection_of(client) == 1


def test_a_child_process_can_close_its_client_of_a_proxy_while_a_thread_of_its_parent_is_at_work(
    library: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with Client(KEY, SECRET) as client:
        transport: Any = client._transport._carrier._http._transport_for_url(library.URL("https://api.binance.com"))
        with held(transport._pool._optional_thread_lock):
            assert in_child(client.close) == "None"


def test_a_child_process_does_not_wait_for_a_thread_that_only_its_parent_has() -> None:
    limiter = MemoryLimiter()
    with held(limiter._lock):
        assert in_child(lambda: limiter.reserve(OPERATION, 0)) == "0.0"


class held:  # noqa: N801 - used as a function
    """Let another thread hold a lock."""

    def __init__(self, lock: Any) -> None:
        self._lock, self._is_held, self._released = lock, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def _hold(self) -> None:
        with self._lock:
            self._is_held.set()
            self._released.wait(60)

    def __enter__(self) -> None:
        self._thread.start()
        self._is_held.wait()

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._thread.join()


class Interrupted(MemoryLimiter):
    """Is interrupted within its lock by a signal handler that makes a call too."""

    _is_interrupted = False

    def _wait(self, operation: Operation[Any], usage: Any, now: int) -> float:
        if not self._is_interrupted:
            self._is_interrupted = True
            assert self.wait(operation, now) == 0
        return super()._wait(operation, usage, now)


def test_a_call_from_a_signal_handler_does_not_wait_for_itself() -> None:
    waited: list[float] = []
    thread = threading.Thread(target=lambda: waited.append(Interrupted().reserve(OPERATION, 0)), daemon=True)
    thread.start()
    thread.join(20)
    assert waited == [0.0]


class Ticks:
    """A clock of which each request has a time of its own."""

    def __init__(self) -> None:
        self.now = 0

    def milliseconds(self) -> int:
        self.now += 1
        return self.now

    def correct(self, server_time: int, age: float) -> None:  # noqa: ARG002 - a Clock
        raise AssertionError("nothing asks for the time here")


@pytest.fixture
def echoing() -> Iterator[str]:
    """Yield the address of a server whose responses are the times of their requests."""

    def respond(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while head := connection.recv(65_536):
                body = b'{"asset":"LDUSDT","amount":"%s"}' % head.partition(b"timestamp=")[2].partition(b"&")[0]
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=respond, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # what is interrupted while it is closed
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_anywhere_leaves_no_connection_that_returns_the_response_of_another_call(echoing: str) -> None:
    events = 0

    def interrupt(frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal events
        if Path(frame.f_code.co_filename).name in ("pool.py", "connection.py", "http1.py"):
            events -= 1
            if events == 0:
                raise KeyboardInterrupt

    clock, limiter = Ticks(), Unlimited()
    with Client(KEY, SECRET, base_url=echoing, clock=clock, limiter=limiter) as client:
        for last_event in count(1):
            events = last_event
            sys.setprofile(interrupt)
            with suppress(KeyboardInterrupt):
                connection_of(client)
            sys.setprofile(None)
            assert connection_of(client) == clock.now
            if events > 0:
                break
    assert last_event > 50


class Unlimited(MemoryLimiter):
    def reserve(self, operation: Operation[Any], now: int) -> float:  # noqa: ARG002 - a Limiter
        return 0.0
