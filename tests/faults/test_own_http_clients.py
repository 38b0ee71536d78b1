"""HTTP clients and transports of the caller's own: whatever they do, a transfer that was executed is never told away."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from binance_transfers import Client, OutcomeUnknown, TransferType

from .harness import TRANSFER, Faults, ask, settings
from .server import Step

UNANSWERED = "own-unanswered"
REFUSING = "http://127.0.0.1:1"


class Failover(httpx.BaseTransport):
    """Asks one server, and where that fails, another one that refuses connections."""

    def __init__(self) -> None:
        self._transport = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._transport.handle_request(request)
        except httpx.HTTPError:
            request.url = httpx.URL(REFUSING).join(request.url.raw_path.decode())
            return self._transport.handle_request(request)


def test_a_transport_that_tries_another_server_does_not_pass_for_one_that_sent_nothing(faults: Faults) -> None:
    faults.plan(UNANSWERED, [Step(sends="nothing", end="close")])
    with Client(**settings(faults.url()), transport=Failover()) as client:
        told = ask(client, TRANSFER, UNANSWERED, "failover")
    assert told.outcome == "OutcomeUnknown"
    record = faults.records()["failover"]
    assert (record.requests, len(record.executions)) == (1, 1)


def test_an_own_client_that_cannot_connect_has_sent_nothing(faults: Faults) -> None:
    with httpx.Client(event_hooks={"response": [lambda _: None]}) as http:
        told = ask(Client(**settings(REFUSING), http_client=http), TRANSFER, UNANSWERED, "own-refused")
    assert told.outcome == "NotSent"
    assert "own-refused" not in faults.records()


@contextmanager
def refusing_proxy() -> Iterator[str]:
    """Yield the address of a proxy that opens no tunnels."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.mark.parametrize("hooked", [False, True])
def test_a_proxy_that_opens_no_tunnel_has_passed_nothing_on(*, hooked: bool) -> None:
    hooks = {"response": [lambda _: None]} if hooked else None
    with refusing_proxy() as proxy, httpx.Client(proxy=proxy, event_hooks=hooks) as http:
        client = Client(**settings("https://api.binance.com"), http_client=http)
        assert ask(client, TRANSFER, UNANSWERED, "tunnel").outcome == "NotSent"


class MixedFailover(httpx.BaseTransport):
    """Tries a server that refuses, and then hands the request to something that sends it and tells nothing."""

    def __init__(self, failure: BaseException) -> None:
        self._failure = failure
        self.sent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        first = httpx.Request(request.method, f"{REFUSING}/x", extensions=request.extensions)
        with contextlib.suppress(httpx.ConnectError):
            httpx.HTTPTransport().handle_request(first)
        self.sent += 1
        raise self._failure


@pytest.mark.parametrize("failure", [httpx.ReadError("cut"), KeyboardInterrupt()], ids=repr)
def test_a_trace_of_one_server_says_nothing_of_another(failure: BaseException) -> None:
    transport = MixedFailover(failure)
    client = Client(**settings("https://api.binance.com"), transport=transport)
    with pytest.raises((OutcomeUnknown, KeyboardInterrupt)) as told:
        client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1)
    known = told.value if isinstance(told.value, OutcomeUnknown) else told.value.__cause__
    assert type(known) is OutcomeUnknown
    assert transport.sent == 1
