"""Key, secret and signature show nowhere, whatever a call ends in: logs, reprs, tracebacks, spans, pickles."""

from __future__ import annotations

import asyncio
import base64
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from binance_transfers import AsyncClient, Client, HmacSigner, PemSigner, RetryPolicy, Signer, TransferType
from binance_transfers._runtime.telemetry import OpenTelemetryHook

KEY, SECRET = "KEYkeyKEYkeyKEYkey", "SECRETsecretSECRETsecret"
PRIVATE = ed25519.Ed25519PrivateKey.generate().private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
ENDINGS: dict[str, Callable[[httpx.Request], httpx.Response]] = {}


def ending(name: str) -> Callable[[Callable[[httpx.Request], httpx.Response]], None]:
    def added(answer: Callable[[httpx.Request], httpx.Response]) -> None:
        ENDINGS[name] = answer

    return added


def raising(kind: Callable[..., BaseException]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise kind(f"while sending {request.method}")

    return answer


for _kind in (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadTimeout,
    httpx.ReadError,
    httpx.WriteError,
    httpx.RemoteProtocolError,
    httpx.DecodingError,
    KeyboardInterrupt,
    asyncio.CancelledError,
    ZeroDivisionError,
):
    ending(_kind.__name__)(raising(_kind))
for _status in (200, 204, 307, 400, 401, 403, 418, 429, 451, 500, 503):
    for _body in (b"", b"<html>", b'{"code":-1007,"msg":"m"}', b'{"code":-2015,"msg":"m"}'):
        ending(f"{_status} {_body.decode()}")(
            lambda _, status=_status, body=_body: httpx.Response(status, content=body, headers={"retry-after": "1"})  # type: ignore[misc]
        )


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def hook(exporter: InMemorySpanExporter) -> Iterator[OpenTelemetryHook]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield OpenTelemetryHook(provider.get_tracer("test"))
    provider.shutdown()


def run(client: Client | AsyncClient) -> BaseException | None:
    arguments: dict[str, Any] = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": "1"}
    try:
        if isinstance(client, AsyncClient):
            asyncio.run(client.user_universal_transfer(**arguments))
        else:
            client.user_universal_transfer(**arguments)
    except BaseException as error:  # noqa: BLE001 - every ending counts
        return error
    return None


@pytest.mark.parametrize("name", list(ENDINGS))
@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("signer", [HmacSigner(SECRET), PemSigner(PRIVATE)], ids=["hmac", "ed25519"])
def test_nothing_secret_shows(  # noqa: PLR0917 - pytest passes them by name
    name: str,
    kind: type[Client | AsyncClient],
    signer: Signer,
    hook: OpenTelemetryHook,
    exporter: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.params.get("signature", ""))
        return ENDINGS[name](request)

    retry = RetryPolicy(attempts=2, first_delay=0, longest_delay=0)
    client = kind(KEY, signer, transport=httpx.MockTransport(answer), on_attempt=hook, retry=retry, deadline=0.9)
    with caplog.at_level(logging.DEBUG):
        error = run(client)
    assert error is not None
    shown = [caplog.text, repr(client), repr(signer), repr(vars(error))]
    shown += [span.to_json() for span in exporter.get_finished_spans()]
    for each in filter(None, (error, error.__cause__)):
        if not isinstance(each, (KeyboardInterrupt, asyncio.CancelledError)):
            shown.append(pickle.dumps(each).decode("latin-1"))
        whole = traceback.TracebackException.from_exception(each, capture_locals=True)
        shown += [f"{each!r} {each}"]
        shown += [f"{frame.name} {frame.locals}" for frame in whole.stack if "binance_transfers" in frame.filename]
    assert len(shown) > 6
    text = "\n".join(shown)
    private = base64.b64encode(PRIVATE.splitlines()[1]).decode()
    for secret in (KEY, SECRET, PRIVATE.decode().splitlines()[1], private, *filter(None, sent)):
        assert secret not in text
