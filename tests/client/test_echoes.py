"""What a server quotes of a request shows neither signature nor key, in whatever form and wherever it is quoted."""

from __future__ import annotations

import html
import http.server
import json
import logging
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from binance_transfers import AsyncClient, Attempt, BinanceError, Client, HmacSigner, OutcomeUnknown, PemSigner

from .scripted import QUICK, ours, settled

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
PRIVATE = ed25519.Ed25519PrivateKey.generate().private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
SIGNERS = (HmacSigner("SECRETsecretSECRETsecret"), PemSigner(PRIVATE))
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper case": str.upper,
    "a url": lambda text: quote(text, safe=""),
    "a url in a url": lambda text: quote(quote(text, safe=""), safe=""),
    "html": html.escape,
    "html by numbers": lambda text: "".join(f"&#x{ord(character):x};" for character in text),
    "json by numbers": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "json with slashes": lambda text: json.dumps(text).replace("/", r"\/"),
    "cut": lambda text: text[:-10],
}


def echo(place: str, form: Callable[[str], str], request: httpx.Request) -> httpx.Response:
    """Answer with the request line and the key, quoted."""
    quoted = form(f"{request.url.raw_path.decode()} X-MBX-APIKEY: {request.headers['X-MBX-APIKEY']}")
    unquoted = form(request.url.params["signature"])
    text = f"{quoted} {unquoted}"
    if place == "fault":
        raise httpx.RemoteProtocolError(f"illegal header line: bytearray(b'X: {text}')")
    if place == "header":
        name = unquoted if unquoted.isalnum() else "more"
        return httpx.Response(307, headers={"location": text, f"x-{name}": "1"})
    if place == "page":
        return httpx.Response(403, text=f"<html><title>403 {text}</title></html>")
    return httpx.Response(400, json={"code": -1100, "msg": text})


def shown_by(client: Client | AsyncClient, attempts: list[Attempt], caplog: pytest.LogCaptureFixture) -> str:
    with pytest.raises(BinanceError) as raised:
        settled(client)
    error = raised.value
    shown = [str(error), repr(error), str(vars(error)), ours(error), pickle.dumps(error).decode("latin-1")]
    return "\n".join([*shown, caplog.text, str(client.last_headers), *(str(attempt.headers) for attempt in attempts)])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", ["fault", "header", "page", "message"])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("signer", SIGNERS, ids=["hmac", "ed25519"])
def test_an_echo_is_cleaned(
    place: str, form: str, kind: Any, signer: HmacSigner | PemSigner, caplog: pytest.LogCaptureFixture
) -> None:
    requests: list[httpx.Request] = []

    def binance(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return echo(place, FORMS[form], request)

    attempts: list[Attempt] = []
    transport = httpx.MockTransport(binance)
    client = kind(KEY, signer, transport=transport, on_attempt=attempts.append, retry=QUICK)
    with caplog.at_level(logging.DEBUG):
        shown = shown_by(client, attempts, caplog).lower()
    assert attempts
    signature = requests[0].url.params["signature"]
    for secret in (signature, quote(signature, safe=""), KEY):
        for quoted in FORMS.values():
            assert quoted(secret)[:40].lower() not in shown


@pytest.mark.parametrize("place", ["message", "page", "header"])
@pytest.mark.parametrize(
    "part",
    [
        pytest.param(lambda text: text[-44:], id="its end"),
        pytest.param(lambda text: text[11:40], id="its middle"),
        pytest.param(lambda text: f"{text[:32]} {text[32:]}", id="in two pieces"),
        pytest.param(lambda text: json.dumps(f"{text[:37]}\n{text[37:]}"), id="on two lines"),
    ],
)
def test_a_part_of_a_secret_is_cleaned_wherever_it_was_cut(
    place: str, part: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    requests: list[httpx.Request] = []

    def binance(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        text = f"got {part(request.url.params['signature'])}, of {part(request.headers['X-MBX-APIKEY'])}."
        if place == "header":
            return httpx.Response(307, headers={"location": text})
        return httpx.Response(403, text=text) if place == "page" else httpx.Response(400, json={"msg": text})

    client = Client(KEY, SIGNERS[0], transport=httpx.MockTransport(binance), retry=QUICK)
    shown = shown_by(client, [], caplog)
    for secret in (requests[0].url.params["signature"], KEY):
        assert not [start for start in range(len(secret) - 16) if secret[start : start + 16] in shown]


class _Quoting(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(307)
        self.send_header("Location", self.path)
        self.send_header("X-Key", self.headers["X-MBX-APIKEY"])
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.signature = self.path.rpartition("=")[2]  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None: ...


@contextmanager
def quoting_server() -> Iterator[Any]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Quoting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("given", [False, True], ids=["own connections", "an http_client"])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_no_log_of_the_libraries_below_has_the_headers_that_quote_a_request(
    kind: Any, library: ModuleType, caplog: pytest.LogCaptureFixture, *, given: bool
) -> None:
    with quoting_server() as server, caplog.at_level(logging.DEBUG):
        url, http_client = f"http://127.0.0.1:{server.server_port}", None
        if given:
            http_client = library.Client() if kind is Client else library.AsyncClient()
        client = kind(KEY, SIGNERS[0], base_url=url, retry=QUICK, http_client=http_client)
        shown = shown_by(client, [], caplog)
    assert (library.__name__.replace("httpx", "httpcore") in shown) == given
    assert len(server.signature) == 64
    assert server.signature not in shown
    assert KEY not in shown


@pytest.mark.parametrize("part", [b"\\\\", b"&", b"x-mbx-apikey= ", b"signature= "], ids=repr)
def test_a_long_response_is_cleaned_in_time_that_grows_with_its_length(part: bytes) -> None:
    """Would take hours if the time grew with the square of the length."""
    body = b'{"code":-5002,"msg":"' + part + b" " * 400_000 + part * (400_000 // len(part)) + b'"}'
    client = Client("k" * 64, "s" * 64, transport=httpx.MockTransport(lambda _: httpx.Response(400, content=body)))
    with pytest.raises(BinanceError):
        client.fund_auto_collection()


def test_a_receipt_nested_too_deeply_to_be_read_is_in_doubt_with_its_status() -> None:
    body = b'{"tranId":5,"x":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}"
    client = Client("k" * 64, "s" * 64, transport=httpx.MockTransport(lambda _: httpx.Response(200, content=body)))
    with pytest.raises(OutcomeUnknown, match="its 'x' is nested too deeply to be read") as unknown:
        client.user_universal_transfer(type="MAIN_UMFUTURE", asset="USDT", amount=1)
    assert (unknown.value.status, unknown.value.transfer_id) == (200, "5")
