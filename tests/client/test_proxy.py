"""Calls through a proxy of the environment: a tunnel to the server, within the deadline, and never guessed."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from binance_transfers import AsyncClient, Client, NotSent, OutcomeUnknown, RetryPolicy

from .scripted import KEY, SECRET, settled

HOST = "api.binance.test"
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: close\r\n\r\n{"tranId":7}'


@dataclass
class Proxy:
    """Grants or refuses each tunnel, and is itself what the tunnel leads to."""

    certificate: Path
    refuses: bool = False
    drips: bool = False
    lines: list[bytes] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        connection, _ = listening.accept()
        connection.settimeout(20)
        self._read_head(connection)
        if self.refuses:
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            connection.close()
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        with context.wrap_socket(connection, server_side=True) as tunnel, contextlib.suppress(OSError):
            self._read_head(tunnel)
            size = 4 if self.drips else len(ANSWER)
            for start in range(0, len(ANSWER), size):
                tunnel.sendall(ANSWER[start : start + size])
                time.sleep(0.2 if self.drips else 0)

    def _read_head(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        self.lines.append(head.partition(b"\r\n")[0])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture(params=[Client, AsyncClient])
def transfer(request: pytest.FixtureRequest) -> Callable[..., object]:
    def made(deadline: float = 20) -> object:
        once = RetryPolicy(attempts=1)
        return settled(request.param(KEY, SECRET, base_url=f"https://{HOST}", deadline=deadline, retry=once))

    return made


@pytest.fixture
def start(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Proxy]]:
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor() as pool:
        listening.settimeout(20)
        for name in ("ALL_PROXY", "NO_PROXY", "all_proxy", "no_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        def started(**behaviour: Any) -> Proxy:
            proxy = Proxy(certificate, **behaviour)
            pool.submit(proxy.serve, listening)
            return proxy

        yield started


def test_a_transfer_goes_through_the_tunnel_of_a_proxy(
    transfer: Callable[..., object], start: Callable[..., Proxy]
) -> None:
    proxy = start()
    assert repr(transfer()) == "UniversalTransferReceipt(tran_id=7)"
    assert proxy.lines[0] == f"CONNECT {HOST}:443 HTTP/1.1".encode()
    assert proxy.lines[1].startswith(b"POST /sapi/v1/asset/transfer?type=MAIN_FUNDING&asset=USDT&amount=1&timestamp=")


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
