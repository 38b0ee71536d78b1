"""HTTP clients and transports of the caller's own: whatever they do, a transfer that was executed is never told away."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from binance_transfers import Client, OutcomeUnknown, TransferType

from .harness import TRANSFER, Faults, ask, settings
from .server import Step

UNANSWERED = "own-unanswered"
REFUSING = "http://127.0.0.1:1"


def failover(library: Any) -> Any:
    """Return a transport that asks one server, and where that fails, another one that refuses connections."""

    class Failover(library.HTTPTransport):  # type: ignore[misc]
        def handle_request(self, request: Any) -> Any:
            try:
                return super().handle_request(request)
            except library.HTTPError:
                request.url = library.URL(REFUSING).join(request.url.raw_path.decode())
                return super().handle_request(request)

    return Failover()


def test_a_transport_that_tries_another_server_does_not_pass_for_one_that_sent_nothing(
    library: ModuleType, faults: Faults
) -> None:
    call = f"failover-{library.__name__}"
    faults.plan(UNANSWERED, [Step(sends="nothing", end="close")])
    with Client(**settings(faults.url()), transport=failover(library)) as client:
        told = ask(client, TRANSFER, UNANSWERED, call)
    assert told.outcome == "OutcomeUnknown"
    record = faults.records()[call]
    assert (record.requests, len(record.executions)) == (1, 1)


def test_an_own_client_that_cannot_connect_has_sent_nothing(library: ModuleType, faults: Faults) -> None:
    with library.Client(event_hooks={"response": [lambda _: None]}) as http:
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
def test_a_proxy_that_opens_no_tunnel_has_passed_nothing_on(library: ModuleType, *, hooked: bool) -> None:
    hooks = {"response": [lambda _: None]} if hooked else None
    with refusing_proxy() as proxy, library.Client(proxy=proxy, event_hooks=hooks) as http:
        client = Client(**settings("https://api.binance.com"), http_client=http)
        assert ask(client, TRANSFER, UNANSWERED, "tunnel").outcome == "NotSent"


@pytest.mark.parametrize("failure", ["ReadError", "KeyboardInterrupt"])
def test_a_trace_of_one_server_says_nothing_of_another(library: Any, failure: str) -> None:
    class MixedFailover(library.BaseTransport):  # type: ignore[misc]
        """Tries a server that refuses, and then hands the request to something that sends it and reports nothing."""

        sent = 0

        def handle_request(self, request: Any) -> Any:
            first = library.Request(request.method, f"{REFUSING}/x", extensions=request.extensions)
            with contextlib.suppress(library.ConnectError):
                library.HTTPTransport().handle_request(first)
            self.sent += 1
            raise KeyboardInterrupt if failure == "KeyboardInterrupt" else library.ReadError("cut")

    transport = MixedFailover()
    client = Client(**settings("https://api.binance.com"), transport=transport)
    with pytest.raises((OutcomeUnknown, KeyboardInterrupt)) as told:
        client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1)
    known = told.value if isinstance(told.value, OutcomeUnknown) else told.value.__cause__
    assert type(known) is OutcomeUnknown
    assert transport.sent == 1
