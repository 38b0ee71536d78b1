"""Connections of the client's own: when one is used again, and that one can be opened beforehand."""

from __future__ import annotations

import asyncio
import inspect
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from binance_transfers import AsyncClient, Client, NotSent, RetryPolicy
from tests.client.certificates import self_signed

from .scripted import KEY, SECRET

HOST = "127.0.0.1"


class Server:
    """Answers over every connection with its number, and notes what it was sent."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listening = socket.create_server((HOST, 0))
        self.port: int = self._listening.getsockname()[1]
        self.received: list[bytes] = []
        self.resumed: list[bool] = []
        self.connected = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=(self._listening.accept()[0],), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), self._encrypted(connection) as stream:
            number = len(self.received) + 1
            self.received.append(b"")
            self.connected.release()
            while data := stream.recv(65_536):
                self.received[number - 1] += data
                body = b'{"tranId":%d}' % number
                stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    def _encrypted(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        encrypted = self._tls.wrap_socket(connection, server_side=True)
        self.resumed.append(bool(encrypted.session_reused))
        return encrypted

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    file = self_signed(HOST, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    made = Server(context)
    yield made
    made.close()


def transfer(client: Any) -> Any:
    return client.user_universal_transfer(type="MAIN_FUNDING", asset="USDT", amount=1)


def close(client: Any) -> Any:
    return client.close()


def run(kind: type[Client | AsyncClient], steps: list[Callable[[Any], Any]], **settings: Any) -> list[Any]:
    """Return what each step returns, all of them with one client."""
    client = kind(KEY, SECRET, retry=RetryPolicy(attempts=1), **settings)

    async def all_steps() -> list[Any]:
        results: list[Any] = []
        for step in (*steps, close):
            returned = step(client)
            results.append(await returned if inspect.isawaitable(returned) else returned)
        return results[:-1]

    return asyncio.run(all_steps())


BOTH = pytest.mark.parametrize("kind", [Client, AsyncClient])


@BOTH
def test_a_connection_is_used_again(kind: Any, server: Server) -> None:
    receipts = run(kind, [transfer] * 3, base_url=f"http://{HOST}:{server.port}")
    assert [receipt.tran_id for receipt in receipts] == [1, 1, 1]


@BOTH
def test_each_call_opens_one_where_none_is_kept(kind: Any, server: Server) -> None:
    receipts = run(kind, [transfer] * 3, base_url=f"http://{HOST}:{server.port}", keepalive_expiry=0)
    assert [receipt.tran_id for receipt in receipts] == [1, 2, 3]


@BOTH
def test_one_that_lay_idle_for_longer_is_not_used_again(
    kind: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("binance_transfers._runtime.pool.time.monotonic", lambda: now[0])

    def wait(seconds: float) -> Callable[[Any], None]:
        return lambda _: now.append(now.pop() + seconds)

    steps = [transfer, wait(1.9), transfer, wait(2.1), transfer]
    receipts = run(kind, steps, base_url=f"http://{HOST}:{server.port}")
    assert [receipt.tran_id for receipt in receipts if receipt] == [1, 1, 2]


@BOTH
def test_a_connection_that_was_opened_beforehand_carries_the_next_call(kind: Any, server: Server) -> None:
    def look(_: Any) -> list[bytes]:
        server.connected.acquire(timeout=20)
        return list(server.received)

    steps = [lambda client: client.warm_up(), look, transfer]
    opened, received, receipt = run(kind, steps, base_url=f"http://{HOST}:{server.port}")
    assert (opened, received, receipt.tran_id, len(server.received)) == (None, [b""], 1, 1)


@BOTH
def test_a_connection_that_cannot_be_opened_beforehand(kind: Any) -> None:
    with socket.create_server((HOST, 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotSent, match=r"^No connection was opened: ConnectError: \[Errno \d+\] .*\.$"):
        run(kind, [lambda client: client.warm_up()], base_url=f"http://{HOST}:{port}")


@BOTH
def test_a_closed_client_opens_nothing(kind: Any, server: Server) -> None:
    steps = [lambda client: client.close(), lambda client: client.warm_up()]
    with pytest.raises(NotSent, match=r"^No connection was opened: the client is closed\.$"):
        run(kind, steps, base_url=f"http://{HOST}:{server.port}")
    assert server.received == []


def test_nothing_is_opened_beforehand_over_a_transport_of_the_caller(server: Server) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    run(Client, [lambda client: client.warm_up()], transport=httpx.MockTransport(refuse))
    assert server.received == []


@pytest.mark.parametrize(("kind", "resumes"), [(Client, True), (AsyncClient, False)])
def test_a_further_connection_of_a_blocking_client_resumes_the_session(
    kind: Any, encrypted: Server, *, resumes: bool
) -> None:
    """asyncio offers no way to."""
    receipts = run(kind, [transfer] * 2, base_url=f"https://{HOST}:{encrypted.port}", keepalive_expiry=0)
    assert [receipt.tran_id for receipt in receipts] == [1, 2]
    assert encrypted.resumed == [False, resumes]


@BOTH
def test_an_encrypted_connection_is_used_again(kind: Any, encrypted: Server) -> None:
    receipts = run(kind, [transfer] * 3, base_url=f"https://{HOST}:{encrypted.port}")
    assert [receipt.tran_id for receipt in receipts] == [1, 1, 1]


@BOTH
def test_a_server_that_another_certificate_names_gets_nothing(kind: Any, encrypted: Server) -> None:
    with pytest.raises(NotSent, match="ConnectError: .*certificate verify failed"):
        run(kind, [transfer], base_url=f"https://localhost:{encrypted.port}")
    assert b"".join(encrypted.received) == b""
