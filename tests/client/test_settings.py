"""What a client is made with: each mistake is a sentence at once, and not a puzzle at the first transfer."""

from __future__ import annotations

import asyncio
import functools
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from binance_transfers import (
    AsyncClient,
    AsyncLimiter,
    Client,
    HmacSigner,
    Limiter,
    MemoryLimiter,
    NotSent,
    OpenTelemetryHook,
    Operation,
    RetryPolicy,
    SystemClock,
)
from binance_transfers.sandbox import Sandbox

from .scripted import OK, Binance, ours, settled

KEY, SECRET = "key-that-must-not-show", "secret-that-must-not-show"
POLICY = "give a RetryPolicy, such as RetryPolicy(attempts=3)"
CLOCK = "give a Clock, such as SystemClock()"
COROUTINE = "coroutine function; it must be a plain one, as nothing awaits it"
SECONDS = "it must be a number of seconds above 0 and at most 1000000"
MILLISECONDS = "it must be a whole number of milliseconds from 1 to 60000"
VARIABLES = ("BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_PRIVATE_KEY_FILE")


class Own:
    """A limiter of the caller's own, typed by public names alone."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __len__(self) -> int:
        return 0

    def reserve(self, operation: Operation[Any], now: int) -> float:
        assert now > 0
        self.asked.append(operation.name)
        return 0.0

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> None: ...

    def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> None: ...


class OwnAwaited:
    """The same for an `AsyncClient`."""

    async def reserve(self, operation: Operation[Any], now: int) -> float:
        assert operation.weight.weight
        return 0.0 * now

    async def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> None: ...

    async def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> None: ...


class HalfClock:
    def milliseconds(self) -> int:
        return 0


class AwaitedClock(HalfClock):
    async def correct(self, server_time: int, age: float) -> None: ...


class AwaitedHook:
    async def __call__(self, attempt: object) -> None: ...


class AwaitedSigner:
    async def sign(self, payload: bytes) -> str:
        return payload.hex()


def refusal(kind: type[Client | AsyncClient], **settings: Any) -> str:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its text is compared
        kind(**{"api_key": KEY, "secret": SECRET, **settings})
    frames = ours(refused.value)
    assert frames
    shown = str(refused.value) + "".join(traceback.format_exception(refused.value, limit=0)) + frames
    assert KEY not in shown
    assert SECRET not in shown
    return str(refused.value)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"retry": 3}, f"retry is of type int; {POLICY}."),
        ({"retry": False}, f"retry is of type bool; {POLICY}."),
        ({"retry": RetryPolicy}, f"retry is the class RetryPolicy; {POLICY}."),
        ({"clock": 5}, f"clock is of type int, which has no method milliseconds; {CLOCK}."),
        ({"clock": SystemClock}, f"clock is the class SystemClock; {CLOCK}."),
        ({"clock": HalfClock()}, f"clock is of type HalfClock, which has no method correct; {CLOCK}."),
        ({"clock": AwaitedClock()}, f"clock is of type AwaitedClock, which has to be awaited; {CLOCK}."),
        ({"on_attempt": "print"}, "on_attempt is of type str; give a function that takes an Attempt."),
        (
            {"on_attempt": OpenTelemetryHook},
            "on_attempt is the class OpenTelemetryHook; give a function that takes an ",
        ),
        ({"on_attempt": AwaitedHook()}, f"on_attempt is a {COROUTINE}."),
        ({"on_attempt": functools.partial(AwaitedHook.__call__, AwaitedHook())}, f"on_attempt is a {COROUTINE}."),
        ({"api_key": f"{KEY}\n"}, "The API key must be printable ASCII text without blanks around it, and not empty."),
        ({"secret": b"  "}, "The API secret must be text or bytes, and not blank."),
        ({"secret": bytearray(SECRET.encode())}, "The API secret must be text or bytes, and not blank."),
        ({"secret": f"{SECRET}\udcff"}, "The API secret has characters that cannot be written as UTF-8."),
        ({"secret": HmacSigner}, "secret is the class HmacSigner; give the secret itself, or a signer made of it."),
        (
            {"secret": AwaitedSigner()},
            "secret is of type AwaitedSigner, whose sign has to be awaited; give a plain one.",
        ),
        ({"secret": f" {SECRET}"}, "The API secret has blanks or a line break around it; give it without."),
        (
            {"secret": f"-----BEGIN {SECRET}"},
            "The API secret is a private key in PEM form; give a PemSigner made of it ",
        ),
        ({"base_url": ""}, "base_url must be a scheme, a host and at most a port, such as https://api.binance.com."),
        (
            {"base_url": "http://api.binance.com"},
            "base_url is 'http://api.binance.com'; it must begin with https (http ",
        ),
        ({"base_url": b"https://api.binance.com"}, "base_url is of type bytes; it must be text, such as https://api"),
        (
            {"base_url": "https://\u0430pi.binance.com"},
            "base_url must be a scheme, a host and at most a port, such as ",
        ),
        (
            {"base_url": "https://fapi.binance.com"},
            "base_url is 'https://fapi.binance.com', which does not serve these endpoints; use https://api.binance.com.",
        ),
        (
            {"base_url": "https://dapi.binance.com.:443/"},
            "base_url is 'https://dapi.binance.com.', which does not serve ",
        ),
        ({"base_url": "https://api.binance.us"}, "base_url is 'https://api.binance.us', which does not serve "),
        ({"base_url": "https://testnet.binance.vision"}, "base_url is 'https://testnet.binance.vision', which does "),
        ({"base_url": "https://TESTNET.binancefuture.com"}, "base_url is 'https://testnet.binancefuture.com', which "),
        ({"base_url": "https://www.binance.com"}, "base_url is 'https://www.binance.com', which does not serve "),
        ({"base_url": httpx.URL("https://a.com")}, "base_url is of type URL; it must be text, such as https://api"),
        ({"timeout": 0}, f"timeout is 0; {SECONDS}."),
        ({"deadline": 10**400}, f"deadline is <int of 1329 bits>; {SECONDS}."),
        ({"deadline": 1e300}, f"deadline is 1e+300; {SECONDS}."),
        ({"deadline": float("inf")}, f"deadline is inf; {SECONDS}."),
        ({"recv_window": -(10**300)}, f"recv_window is <int of 997 bits>; {MILLISECONDS}."),
        ({"recv_window": 60_001}, f"recv_window is 60001; {MILLISECONDS}."),
        ({"recv_window": True}, f"recv_window is True; {MILLISECONDS}."),
        ({"when_full": "maybe"}, "when_full is 'maybe'; allowed: 'wait', 'raise'."),
        ({"when_full": "w" * 5000}, "when_full is 'wwww"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "settings",
)
def test_a_setting_that_cannot_be_used_is_a_sentence(
    kind: type[Client | AsyncClient], settings: dict[str, Any], sentence: str
) -> None:
    told = refusal(kind, **settings)
    assert told.startswith(sentence)
    assert told == sentence or not sentence.endswith(".")
    assert len(told) < 300


@pytest.mark.parametrize("setting", ["timeout", "deadline", "recv_window"])
def test_a_number_that_python_does_not_write_is_a_sentence_too(setting: str) -> None:
    huge: dict[str, Any] = {setting: 10**5000}
    with pytest.raises(ValueError, match=f"^{setting} is <int of 16610 bits>; it must be a "):
        Client(KEY, SECRET, **huge)


@pytest.mark.parametrize("setting", ["limiter", "clock", "on_attempt", "retry", "http_client", "transport"])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_what_is_given_is_told_by_its_type_alone(kind: type[Client | AsyncClient], setting: str) -> None:
    told = refusal(kind, **{setting: ["password"]})
    assert told.startswith(f"{setting} is of type list")
    assert "password" not in told


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_limiter_is_an_object_with_its_three_methods(kind: type[Client | AsyncClient]) -> None:
    class Half:
        def reserve(self) -> None: ...

    assert refusal(kind, limiter=MemoryLimiter).startswith("limiter is the class MemoryLimiter; give a Limiter")
    assert refusal(kind, limiter=Half()).startswith("limiter is of type Half, which has no method observe; give a ")


def test_a_limiter_of_one_s_own_is_asked_even_if_it_is_empty() -> None:
    own: Limiter = Own()
    awaited: AsyncLimiter = OwnAwaited()
    sandbox = Sandbox()
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, limiter=own) as client:
        client.fund_auto_collection()
    assert isinstance(own, Own)
    assert own.asked == ["fund_auto_collection"]
    assert "has to be awaited" in refusal(Client, limiter=awaited)

    async def run() -> None:
        for limiter in (own, awaited):
            async with AsyncClient(
                sandbox.api_key, sandbox.secret, transport=sandbox.transport, limiter=limiter
            ) as client:
                await client.fund_auto_collection()

    asyncio.run(run())
    assert len(sandbox.requests) == 3


def test_the_classes_of_httpx_and_httpx2_are_those_of_the_client(library: Any) -> None:
    http, awaited = library.Client(), library.AsyncClient()
    transport, awaited_transport = library.HTTPTransport(), library.AsyncHTTPTransport()
    for kind, setting, given, problem, wanted in (
        (Client, "http_client", awaited, "of type AsyncClient", "Client"),
        (AsyncClient, "http_client", http, "of type Client", "AsyncClient"),
        (Client, "http_client", library.Client, "the class Client", "Client"),
        (Client, "http_client", transport, "of type HTTPTransport", "Client"),
        (Client, "transport", awaited_transport, "of type AsyncHTTPTransport", "BaseTransport"),
        (Client, "transport", http, "of type Client", "BaseTransport"),
        (AsyncClient, "transport", transport, "of type HTTPTransport", "AsyncBaseTransport"),
        (Client, "transport", Sandbox(), "of type Sandbox", "BaseTransport"),
    ):
        sentence = f"{setting} is {problem}; give an httpx.{wanted} or an httpx2.{wanted}."
        assert refusal(kind, **{setting: given}) == sentence
    http.close()
    transport.close()
    asyncio.run(awaited.aclose())
    asyncio.run(awaited_transport.aclose())
    assert refusal(Client, http_client=http) == "http_client is closed; give one that is open."
    assert refusal(AsyncClient, http_client=awaited) == "http_client is closed; give one that is open."


def test_the_types_take_the_classes_of_httpx2_as_the_client_does() -> None:
    http, awaited = httpx2.Client(), httpx2.AsyncClient()
    Client(http_client=http).close()
    Client(transport=httpx2.HTTPTransport()).close()
    asyncio.run(AsyncClient(http_client=awaited).close())
    asyncio.run(AsyncClient(transport=httpx2.AsyncHTTPTransport()).close())
    assert not http.is_closed
    http.close()
    asyncio.run(awaited.aclose())


@pytest.mark.parametrize(
    "url",
    ["https://u:password@h:bad", "https://u:password@h:443", "http://u:password@h", "https://h:8/?password", "\ud800"],
)
def test_a_base_url_s_password_is_not_told(url: str) -> None:
    assert "password" not in refusal(Client, base_url=url)


@pytest.mark.parametrize("host", ["api-gcp.binance.com", "api5.binance.com", "gateway.example", "notbinance.com"])
def test_a_host_that_may_serve_these_endpoints_is_taken(host: str) -> None:
    assert f"https://{host}" in repr(Client(base_url=f"https://{host}"))


@pytest.mark.parametrize("answer", [b"leak", "", "a leak", "leak\n", "leak-ключ", None, 5])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_what_a_signer_returns_is_checked_before_anything_is_sent(
    kind: type[Client | AsyncClient], answer: object
) -> None:
    class Broken:
        def sign(self, payload: bytes) -> Any:  # noqa: ARG002 - a Signer
            return answer

    error = not_sent(kind, Broken())
    assert str(error).startswith("user_universal_transfer was not sent: the signer returned ")
    assert str(error).endswith("; it must return the signature as printable ASCII text (str) without blanks.")
    assert "leak" not in ours(error) + str(error)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_what_a_signer_raises_is_named_and_not_told(kind: type[Client | AsyncClient]) -> None:
    class Broken:
        def sign(self, payload: bytes) -> str:  # noqa: ARG002 - a Signer
            raise ZeroDivisionError(SECRET)

    error = not_sent(kind, Broken())
    assert str(error) == "user_universal_transfer was not sent: it could not be signed (ZeroDivisionError)."
    assert isinstance(error.__cause__, ZeroDivisionError)


def not_sent(kind: type[Client | AsyncClient], signer: Any) -> NotSent:
    sandbox = Sandbox()
    with pytest.raises(NotSent) as refused:
        settled(kind(sandbox.api_key, signer, transport=sandbox.transport))
    assert sandbox.requests == []
    return refused.value


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def refused(**variables: str) -> str:
        for name in ("BINANCE_API_KEY", "BINANCE_BASE_URL", "BINANCE_PRIVATE_KEY_PASSPHRASE", *VARIABLES):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(f"BINANCE_{name}", value)
        with pytest.raises(ValueError) as error:  # noqa: PT011 - its text is returned
            Client.from_env(timeout=0)
        assert KEY not in ours(error.value) + str(error.value)
        assert SECRET not in ours(error.value) + str(error.value)
        return str(error.value)

    return refused


def test_the_environment_s_mistakes_name_the_variables(environment: Callable[..., str], tmp_path: Path) -> None:
    allowed = "BINANCE_API_SECRET, BINANCE_PRIVATE_KEY, BINANCE_PRIVATE_KEY_FILE"
    neither = f"The environment needs BINANCE_API_KEY and one of {allowed}; an empty variable counts as not set."
    assert environment() == environment(API_KEY=KEY) == environment(API_SECRET=SECRET) == neither
    assert environment(API_KEY="", API_SECRET=SECRET) == environment(API_KEY=KEY, API_SECRET="") == neither
    both = environment(API_KEY=KEY, API_SECRET=SECRET, PRIVATE_KEY_FILE="key.pem")
    assert both == (
        f"The environment needs only one of {allowed}; BINANCE_API_SECRET and BINANCE_PRIVATE_KEY_FILE are set."
    )
    missing = environment(API_KEY=KEY, PRIVATE_KEY_FILE=str(tmp_path / "key.pem"))
    assert missing == (
        "BINANCE_PRIVATE_KEY_FILE names a file that cannot be read (FileNotFoundError: No such file or directory)."
    )
    folder = environment(API_KEY=KEY, PRIVATE_KEY_FILE=str(tmp_path))
    assert folder.startswith("BINANCE_PRIVATE_KEY_FILE names a file that cannot be read (")
    swapped = environment(API_KEY=KEY, PRIVATE_KEY_FILE=f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n")
    assert swapped.startswith("The path of the private key is the key itself")
    (tmp_path / "key.pem").write_text("no key", encoding="utf-8")
    empty = environment(API_KEY=KEY, PRIVATE_KEY_FILE=str(tmp_path / "key.pem"), PRIVATE_KEY_PASSPHRASE="")
    assert empty.startswith("The private key cannot be read: no passphrase was given, or ")
    assert environment(API_KEY=KEY, API_SECRET=SECRET, BASE_URL="").startswith("timeout is 0; ")


def test_settings_given_beside_the_environment_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", KEY)
    monkeypatch.setenv("BINANCE_API_SECRET", SECRET)
    for kind in (Client, AsyncClient):
        with pytest.raises(ValueError, match="^timeout is 0; ") as refused:
            kind.from_env(api_key=f"{KEY}-2", secret=f"{SECRET}-2", timeout=0)
        assert KEY not in ours(refused.value)
        assert SECRET not in ours(refused.value)


def test_a_client_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BINANCE_API_KEY", KEY)
    monkeypatch.setenv("BINANCE_API_SECRET", SECRET)
    monkeypatch.setenv("BINANCE_BASE_URL", "https://api2.binance.com")
    assert repr(Client.from_env()) == "Client(base_url='https://api2.binance.com', api_key=***)"
    monkeypatch.delenv("BINANCE_API_SECRET")
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    monkeypatch.setenv("BINANCE_PRIVATE_KEY", key.decode())
    binance = Binance(OK)
    settled(Client.from_env(transport=binance.transport, base_url="https://api3.binance.com"))
    assert binance.requests[0].url.host == "api3.binance.com"
    assert len(binance.requests[0].url.params["signature"]) == 88
