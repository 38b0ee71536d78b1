"""Calls through a proxy of the environment: a tunnel to the server, within the deadline, and never guessed."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Iterator
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


class Proxy:
    """Grants or refuses each tunnel, and is itself what the tunnel leads to."""

    def __init__(self, certificate: Path, *, refuses: bool = False, drips: bool = False) -> None:
        self.lines: list[bytes] = []
        self._refuses, self._drips = refuses, drips
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(20)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        connection.settimeout(20)
        self._read_head(connection)
        if self._refuses:
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            connection.close()
            return
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with self._context.wrap_socket(connection, server_side=True) as tunnel:
            self._read_head(tunnel)
            try:
                for start in range(0, len(ANSWER), 4) if self._drips else [0]:
                    tunnel.sendall(ANSWER[start : start + 4] if self._drips else ANSWER)
                    time.sleep(0.2 if self._drips else 0)
            except OSError:
                return

    def _read_head(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(4096)
        self.lines.append(head.partition(b"\r\n")[0])

    def close(self) -> None:
        self._socket.close()
        self._thread.join()


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
def calls(
    request: pytest.FixtureRequest, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[type[Client | AsyncClient], Any]]:
    proxies: list[Proxy] = []

    def proxy(**behaviour: bool) -> Proxy:
        proxies.append(Proxy(certificate, **behaviour))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        for name in ("ALL_PROXY", "NO_PROXY", "all_proxy", "no_proxy", "https_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", proxies[-1].url)
        return proxies[-1]

    yield request.param, proxy
    for each in proxies:
        each.close()


def made(kind: type[Client | AsyncClient], deadline: float = 20) -> Client | AsyncClient:
    return kind(KEY, SECRET, base_url=f"https://{HOST}", deadline=deadline, retry=RetryPolicy(attempts=1))


def test_a_transfer_goes_through_the_tunnel_of_a_proxy(calls: tuple[type[Client | AsyncClient], Any]) -> None:
    kind, proxy = calls
    tunnel = proxy()
    assert repr(settled(made(kind))) == "UniversalTransferReceipt(tran_id=7)"
    assert tunnel.lines[0] == f"CONNECT {HOST}:443 HTTP/1.1".encode()
    assert tunnel.lines[1].startswith(b"POST /sapi/v1/asset/transfer?type=MAIN_FUNDING&asset=USDT&amount=1&timestamp=")


def test_an_answer_that_drips_through_a_tunnel_does_not_outlast_the_deadline(
    calls: tuple[type[Client | AsyncClient], Any],
) -> None:
    kind, proxy = calls
    proxy(drips=True)
    start = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        settled(made(kind, deadline=1))
    assert time.monotonic() - start < 3


def test_a_tunnel_that_is_refused_sends_nothing(calls: tuple[type[Client | AsyncClient], Any]) -> None:
    kind, proxy = calls
    refusing = proxy(refuses=True)
    with pytest.raises(NotSent, match="ProxyError: 403 Forbidden"):
        settled(made(kind))
    assert len(refusing.lines) == 1
