"""Key, secret and signature show nowhere, whatever a call ends in: logs, reprs, tracebacks, spans, pickles."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import pickle
from collections.abc import Iterator
from types import ModuleType

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from binance_transfers import AsyncClient, BinanceError, Client, HmacSigner, OutcomeUnknown, PemSigner, Signer
from binance_transfers._runtime.redact import Redaction
from binance_transfers._runtime.telemetry import OpenTelemetryHook

from .scripted import OK, QUICK, Binance, carried, ours, rejected, settled

KEY, SECRET = "KEYkeyKEYkeyKEYkey", "SECRETsecretSECRETsecret"
PRIVATE = ed25519.Ed25519PrivateKey.generate().private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
FAILURES = (
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
)
STATUSES = (200, 204, 307, 400, 401, 403, 418, 429, 451, 500, 503)
BODIES = (b"", b"<html>", b'{"code":-1007,"msg":"m"}', b'{"code":-2015,"msg":"m"}')
ENDINGS: list[type[BaseException] | httpx.Response] = [
    *FAILURES,
    *(httpx.Response(status, content=body, headers={"retry-after": "100"}) for status in STATUSES for body in BODIES),
]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def hook(exporter: InMemorySpanExporter) -> Iterator[OpenTelemetryHook]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield OpenTelemetryHook(provider.get_tracer("test"))
    provider.shutdown()


@pytest.mark.parametrize("response", [OK, rejected(400, -1100), httpx.Response(503)], ids=str)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_span_holds_no_part_of_the_query(
    response: httpx.Response, kind: type[Client | AsyncClient], hook: OpenTelemetryHook, exporter: InMemorySpanExporter
) -> None:
    binance = Binance(response)
    with contextlib.suppress(BinanceError):
        settled(kind(KEY, SECRET, transport=binance.transport, on_attempt=hook, retry=QUICK))
    [span] = exporter.get_finished_spans()
    assert set(span.attributes or ()) <= {
        *("http.request.method", "url.path", "http.response.status_code", "error.type"),
        *("binance.attempt", "binance.outcome", "binance.code", "binance.used_weight"),
    }
    text = span.to_json()
    assert "?" not in text
    for name, value in binance.requests[0].url.params.items():
        assert f"{name}=" not in text
        assert len(value) < 2 or value not in text


@pytest.mark.parametrize("ending", ENDINGS, ids=str)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("signer", [HmacSigner(SECRET), PemSigner(PRIVATE)], ids=["hmac", "ed25519"])
def test_nothing_secret_shows(  # noqa: PLR0917 - pytest passes them by name
    ending: type[BaseException] | httpx.Response,
    kind: type[Client | AsyncClient],
    signer: Signer,
    hook: OpenTelemetryHook,
    exporter: InMemorySpanExporter,
    caplog: pytest.LogCaptureFixture,
    library: ModuleType,
) -> None:
    binance = Binance(ending if isinstance(ending, httpx.Response) else ending("while sending"))
    client = kind(KEY, signer, transport=carried(binance, library), on_attempt=hook, retry=QUICK, deadline=90)
    with caplog.at_level(logging.DEBUG), pytest.raises(BaseException) as raised:  # noqa: PT011 - every ending counts
        settled(client)
    error = raised.value
    shown = [caplog.text, repr(client), repr(signer)]
    shown += [span.to_json() for span in exporter.get_finished_spans()]
    for chained in filter(None, (error, error.__cause__)):
        if not isinstance(chained, (KeyboardInterrupt, asyncio.CancelledError)):
            shown.append(pickle.dumps(chained).decode("latin-1"))
        assert ours(chained) or chained is error.__cause__
        shown += [f"{chained!r} {chained} {vars(chained)}", ours(chained)]
    assert len(shown) > 6
    assert type(error) is not OutcomeUnknown or error.__cause__ is error.__context__ is None
    text = "\n".join(shown)
    private = base64.b64encode(PRIVATE.splitlines()[1]).decode()
    signatures = [request.url.params["signature"] for request in binance.requests]
    assert signatures
    for secret in (KEY, SECRET, PRIVATE.decode().splitlines()[1], private, *signatures):
        assert secret not in text


@pytest.mark.parametrize(("letter", "same"), [("s", "S"), ("s", "\u017f"), ("k", "\u212a"), ("i", "\u0131")])
def test_a_key_is_hidden_in_letters_that_ignoring_case_takes_for_its_own(letter: str, same: str) -> None:
    key = "kiss" * 16
    assert Redaction((key,)).text(f"key {key.replace(letter, same)}.") == "key ***."
