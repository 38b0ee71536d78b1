"""Calls through a proxy of the environment: a tunnel to the server, within the deadline, and never guessed."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from binance_transfers import AsyncClient, Client, NotSent, OutcomeUnknown, RetryPolicy, TransferType

from .certificates import self_signed
from .scripted import KEY, SECRET, ours, settled

pytestmark = pytest.mark.usefixtures("library")

HOST = "api.binance.test"
PROXY_VARIABLES = [
    spelt for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY") for spelt in (name, name.lower())
]
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"tranId":7}'


@dataclass
class Proxy:
    """Grants or refuses each tunnel, and is itself what the tunnel leads to."""

    certificate: Path
    refuses: bool = False
    drips: bool = False
    hangs: bool = False
    floods: bool = False
    """It answers with 100 Continue, as fast as it can, until the client is gone."""
    demands: str = ""
    """User and password."""
    released: threading.Event = field(default_factory=threading.Event)
    lines: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        connection, _ = listening.accept()
        connection.settimeout(20)
        head = self._read_head(connection)
        if self.hangs:
            self.released.wait(20)
            connection.close()
            return
        if self.floods:
            with connection, contextlib.suppress(OSError):
                while not self.released.is_set():
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
            return
        granted = base64.b64encode(self.demands.encode()) in head
        if self.refuses or not granted:
            status = b"403 Forbidden" if granted else b"407 Proxy Authentication Required"
            connection.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
            connection.close()
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        context.set_alpn_protocols(["h2", "http/1.1"])
        with context.wrap_socket(connection, server_side=True) as tunnel, contextlib.suppress(OSError):
            if tunnel.selected_alpn_protocol() == "h2":
                self._serve_http2(tunnel)
                return
            self._read_head(tunnel)
            size = 4 if self.drips else len(ANSWER)
            for start in range(0, len(ANSWER), size):
                tunnel.sendall(ANSWER[start : start + size])
                time.sleep(0.2 if self.drips else 0)

    def _read_head(self, connection: socket.socket) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        self.lines.append(head.partition(b"\r\n")[0])
        return head

    def _serve_http2(self, tunnel: ssl.SSLSocket) -> None:
        protocol = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        protocol.initiate_connection()
        tunnel.sendall(protocol.data_to_send())
        while data := tunnel.recv(65_536):
            for event in protocol.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    self.lines.append(dict(event.headers)[b":path"])
                if isinstance(event, h2.events.StreamEnded):
                    protocol.send_headers(event.stream_id, [(":status", "200")])
                    protocol.send_data(event.stream_id, b'{"tranId":7}', end_stream=True)
            tunnel.sendall(protocol.data_to_send())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(HOST, tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=[Client, AsyncClient])
def transfer(request: pytest.FixtureRequest) -> Callable[..., object]:
    def made(deadline: float = 20, **settings: Any) -> object:
        once = RetryPolicy(attempts=1)
        return settled(
            request.param(KEY, SECRET, base_url=f"https://{HOST}", deadline=deadline, retry=once, **settings)
        )

    return made


@pytest.fixture
def start(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Proxy]]:
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor() as pool:
        listening.settimeout(20)
        for name in PROXY_VARIABLES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        proxies: list[Proxy] = []

        def started(user: str = "", **behaviour: Any) -> Proxy:
            address = f"http://{user}{'@' if user else ''}127.0.0.1:{listening.getsockname()[1]}"
            monkeypatch.setenv("HTTPS_PROXY", address)
            proxy = Proxy(certificate, **behaviour)
            proxies.append(proxy)
            pool.submit(proxy.serve, listening)
            return proxy

        yield started
        for proxy in proxies:
            proxy.released.set()


def test_a_transfer_goes_through_the_tunnel_of_a_proxy(
    transfer: Callable[..., object], start: Callable[..., Proxy]
) -> None:
    proxy = start()
    assert repr(transfer()) == "UniversalTransferReceipt(tran_id=7)"
    assert proxy.lines[0] == f"CONNECT {HOST}:443 HTTP/1.1".encode()
    assert proxy.lines[1].startswith(b"POST /sapi/v1/asset/transfer?type=MAIN_FUNDING&asset=USDT&amount=1&timestamp=")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_proxy_is_used_over_httpx2_where_that_is_installed(
    kind: Any, library: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert isinstance(kind(KEY, SECRET)._transport._carrier._http, getattr(library, kind.__name__))


def test_an_answer_that_drips_through_a_tunnel_does_not_outlast_the_deadline(
    transfer: Callable[..., object], start: Callable[..., Proxy]
) -> None:
    start(drips=True)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        transfer(deadline=1)
    assert time.monotonic() - began < 3


def test_a_tunnel_that_is_refused_sends_nothing(transfer: Callable[..., object], start: Callable[..., Proxy]) -> None:
    proxy = start(refuses=True)
    with pytest.raises(NotSent, match="ProxyError: 403 Forbidden"):
        transfer()
    assert len(proxy.lines) == 1


def test_a_proxy_is_told_the_user_and_password_of_its_address(
    transfer: Callable[..., object], start: Callable[..., Proxy]
) -> None:
    start(user="user:pass%20word", demands="user:pass word")
    assert repr(transfer()) == "UniversalTransferReceipt(tran_id=7)"


def test_a_proxy_that_wants_another_password_has_passed_nothing_on(
    transfer: Callable[..., object], start: Callable[..., Proxy]
) -> None:
    proxy = start(user="user:old", demands="user:new")
    with pytest.raises(NotSent, match="ProxyError: 407 Proxy Authentication Required") as refused:
        transfer()
    assert "old" not in str(refused.value)
    assert len(proxy.lines) == 1


def test_a_proxy_that_never_opens_its_tunnel_has_passed_nothing_on(
    transfer: Callable[..., object], start: Callable[..., Proxy]
) -> None:
    start(hangs=True)
    with pytest.raises(NotSent):
        transfer(deadline=0.3)


def test_a_proxy_that_answers_without_end_has_passed_nothing_on(
    transfer: Callable[..., object], start: Callable[..., Proxy]
) -> None:
    proxy = start(floods=True)
    with pytest.raises(NotSent):
        transfer(deadline=0.3)
    assert not proxy.released.is_set()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # httpcore leaves the socket to the garbage collector
def test_a_silent_socks_proxy_has_passed_nothing_on(
    transfer: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(NotSent):
            transfer(deadline=0.3)
        gc.collect()


@pytest.mark.parametrize("http2", [False, True], ids=["http1", "http2"])
def test_an_own_http_client_sends_through_its_proxy(
    library: ModuleType, start: Callable[..., Proxy], *, http2: bool
) -> None:
    proxy = start()
    address = os.environ["HTTPS_PROXY"]
    with library.Client(proxy=address, http2=http2) as http:
        receipt = settled(Client(KEY, SECRET, base_url=f"https://{HOST}", http_client=http))
    assert repr(receipt) == "UniversalTransferReceipt(tran_id=7)"
    assert proxy.lines[0].startswith(b"CONNECT ")
    assert b"/sapi/v1/asset/transfer?type=MAIN_FUNDING&" in proxy.lines[1]
    assert proxy.lines[1].startswith(b"/") == http2


@pytest.mark.parametrize("http2", [False, True], ids=["http1", "http2"])
def test_an_own_asynchronous_http_client_sends_through_its_proxy(
    library: ModuleType, start: Callable[..., Proxy], *, http2: bool
) -> None:
    start()
    address = os.environ["HTTPS_PROXY"]

    async def run() -> object:
        async with library.AsyncClient(proxy=address, http2=http2) as http:
            client = AsyncClient(KEY, SECRET, base_url=f"https://{HOST}", http_client=http)
            return await client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1)

    assert repr(asyncio.run(run())) == "UniversalTransferReceipt(tran_id=7)"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "ALL_PROXY",
            "socks5://user:password@127.0.0.1:1",
            "names a SOCKS proxy, which needs: pip install '{library}[socks]'",
        ),
        ("HTTPS_PROXY", "http://user:password@proxy:notaport", "must be the address of a proxy, such as http://proxy."),
        (
            "https_proxy",
            "ftp://user:password@proxy",
            "must be the address of a proxy, such as http://proxy.example:8080",
        ),
        (
            "SSL_CERT_FILE",
            "/nonexistent.pem",
            "names certificates that cannot be read (FileNotFoundError: No such file ",
        ),
        ("SSL_CERT_FILE", __file__, "names certificates that cannot be read (SSLError: "),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    kind: type[Client | AsyncClient],
    name: str,
    value: str,
    sentence: str,
    *,
    library: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in PROXY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    if name.lower() == "no_proxy":
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its text is compared
        kind(KEY, SECRET)
    assert str(refused.value).startswith(f"{name} {sentence.format(library=library.__name__)}")
    assert "password" not in str(refused.value) + ours(refused.value)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("name", "value"), [("NO_PROXY", "fe80::/10"), ("no_proxy", "localhost,[::1]")])
def test_exceptions_that_cannot_be_read_matter_only_where_there_is_a_proxy_and_to_httpx(
    kind: type[Client | AsyncClient], name: str, value: str, library: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in PROXY_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, value)
    kind(KEY, SECRET)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:password@127.0.0.1:1")
    if library.__name__ == "httpx2":
        # It reads networks and brackets.
        kind(KEY, SECRET)
        return
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its text is compared
        kind(KEY, SECRET)
    assert str(refused.value) == (
        f"{name} must list names and addresses without brackets, such as localhost,10.0.0.1,::1; "
        "or give http_client, made with a proxy and trust_env=False."
    )


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_plain_http_to_this_machine_goes_through_no_proxy(
    kind: type[Client | AsyncClient], variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as proxy, socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        proxy.settimeout(0)
        with ThreadPoolExecutor() as pool:
            client = kind(KEY, SECRET, base_url=f"http://127.0.0.1:{server.getsockname()[1]}")
            receipt = pool.submit(settled, client)
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(ANSWER)
                assert repr(receipt.result()) == "UniversalTransferReceipt(tran_id=7)"
        with pytest.raises(BlockingIOError):
            proxy.accept()
