"""The client around its calls: what it refuses to be made with, what it never shows, what it never does."""

from __future__ import annotations

import asyncio
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    Client,
    InvalidRequest,
    NotExecuted,
    NotSent,
    OutcomeUnknown,
    Rejected,
    TransferType,
    Unlisted,
    __version__,
)
from binance_transfers.sandbox import Sandbox

KEY, SECRET = "key-that-must-not-show", "secret-that-must-not-show"


class Clock:
    """A clock that stands still."""

    def milliseconds(self) -> int:
        return 1499827319559

    def correct(self, server_time: int, age: float) -> None:  # noqa: ARG002 - a Clock
        raise AssertionError("nothing asks for the time here")


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client(KEY, SECRET, transport=httpx.MockTransport(answer))


def transfer(client: Client) -> object:
    return client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="1")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://api.binance.com", "must begin with https"),
        ("http://127.0.0.1.evil.example", "must begin with https"),
        ("ftp://api.binance.com", "must begin with https"),
        ("https://user:pw@api.binance.com", "base_url must be a scheme, a host and at most a port"),
        ("https://api.binance.com/sapi", "base_url must be a scheme, a host and at most a port"),
        ("https://api.binance.com?x=1", "base_url must be a scheme, a host and at most a port"),
        ("api.binance.com", "base_url must be a scheme, a host and at most a port"),
        ("https://", "base_url must be a scheme, a host and at most a port"),
        ("https://[", "base_url must be a scheme, a host and at most a port"),
        ("https://x:y", "base_url must be a scheme, a host and at most a port"),
    ],
)
def test_a_base_url_that_would_leak_or_miss_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Client(KEY, SECRET, base_url=url)


@pytest.mark.parametrize("key", ["", " ", " key", "key\n", "with\nnewline", "ключ"])
def test_an_api_key_that_cannot_be_a_header_is_refused(key: str) -> None:
    with pytest.raises(
        ValueError, match="^The API key must be printable ASCII text without blanks around it, and not empty.$"
    ):
        Client(key, SECRET)


def test_an_http_client_and_a_transport_together_are_refused() -> None:
    with (
        httpx.Client() as http,
        pytest.raises(ValueError, match="not both"),
    ):
        Client(KEY, SECRET, http_client=http, transport=httpx.MockTransport(lambda _: httpx.Response(200)))


def test_requests_go_to_the_first_server_of_the_spec_unless_another_is_chosen() -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(str(request.url.copy_with(raw_path=b"/")))
        return httpx.Response(200, json={"tranId": 1})

    transfer(client_of(answer))
    transfer(Client(KEY, SECRET, base_url="https://api4.binance.com/", transport=httpx.MockTransport(answer)))
    assert hosts == ["https://api.binance.com/", "https://api4.binance.com/"]


def test_without_a_key_or_a_secret_nothing_is_sent() -> None:
    with pytest.raises(InvalidRequest, match="^user_universal_transfer needs an API key: give api_key.$"):
        transfer(Client())
    with pytest.raises(InvalidRequest, match="^user_universal_transfer is signed: give the secret or a signer.$"):
        transfer(Client(KEY))


def test_a_redirect_is_not_followed_and_the_transfer_is_not_repeated() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(307, headers={"location": "https://elsewhere.example/"})

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as http:
        for client in (client_of(answer), Client(KEY, SECRET, http_client=http)):
            with pytest.raises(OutcomeUnknown):
                transfer(client)
    assert len(requests) == 2


def test_an_http_client_of_the_caller_s_own_is_used_and_stays_open() -> None:
    seen: list[str] = []

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"tranId": 1})

    hooks = {"request": [lambda request: seen.append(request.method)]}
    with httpx.Client(transport=httpx.MockTransport(answer), event_hooks=hooks) as http:
        with Client(KEY, SECRET, http_client=http) as client:
            transfer(client)
        assert seen == ["POST"]
        assert not http.is_closed


def test_an_http_client_s_headers_are_sent_and_its_params_never_join_the_signed_url() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"tranId": 1})

    headers = {"x-desk": "7", "user-agent": "theirs"}
    with httpx.Client(transport=httpx.MockTransport(answer), params={"extra": "1"}, headers=headers) as http:
        transfer(Client(KEY, SECRET, http_client=http))
    assert "extra" not in seen[0].url.params
    assert seen[0].headers["x-desk"] == "7"
    assert seen[0].headers.get_list("user-agent") == [f"binance-transfers/{__version__}"]


def test_an_http_client_s_auth_does_not_send_a_transfer_twice() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
        return httpx.Response(401, headers={"www-authenticate": challenge})

    with (
        httpx.Client(transport=httpx.MockTransport(answer), auth=httpx.DigestAuth("user", "password")) as http,
        pytest.raises(Rejected),
    ):
        transfer(Client(KEY, SECRET, http_client=http))
    assert len(requests) == 1


def test_the_budget_stops_the_call_before_it_is_sent() -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    weight = OPERATIONS["fund_auto_collection"].weight
    fitting = weight.budget // weight.weight
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=clock) as client:
        for _ in range(fitting):
            client.fund_auto_collection()
        with pytest.raises(
            NotSent, match="its budget is used up, or Binance asked for a pause, for 0.441 s"
        ) as refused:
            client.fund_auto_collection()
    assert len(sandbox.requests) == fitting
    assert refused.value.retry_after == 0.441


def test_an_unlisted_value_is_sent_on_purpose_only() -> None:
    sandbox = Sandbox()
    client = Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport)
    with pytest.raises(InvalidRequest, match=r"^asset may not be 'BNB': the endpoint does not take it.$"):
        client.fund_collection_by_asset(asset="BNB")
    assert sandbox.requests == []
    with pytest.raises(Rejected) as rejected:
        client.fund_collection_by_asset(asset=Unlisted("BNB"))
    assert rejected.value.code == -1130


def test_an_async_client_ends_in_the_same_outcomes() -> None:
    async def run() -> None:
        sandbox = Sandbox()
        sandbox.credit("MAIN", "USDT", 1)
        async with AsyncClient(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client:
            receipt = await client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="1")
            assert receipt.tran_id == sandbox.entries[-1].id
        async with AsyncClient(sandbox.api_key, "wrong", transport=sandbox.transport) as client:
            with pytest.raises(NotExecuted) as rejected:
                await client.fund_auto_collection()
            assert rejected.value.code == -1022

    asyncio.run(run())


def test_no_key_secret_or_signature_shows_in_reprs_logs_errors_or_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    signatures: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        signatures.append(request.url.params["signature"])
        raise httpx.ReadTimeout("timed out", request=request)

    client = client_of(answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(OutcomeUnknown) as unknown:
        transfer(client)
    frames = traceback.TracebackException.from_exception(unknown.value, capture_locals=True).stack
    ours = [f"{frame.name} {frame.locals}" for frame in frames if "binance_transfers" in frame.filename]
    assert len(ours) >= 3
    shown = "".join(ours) + caplog.text + repr(client) + repr(unknown.value) + repr(vars(unknown.value))
    assert "tranId" not in shown
    assert unknown.value.__cause__ is unknown.value.__context__ is None
    for secret in (KEY, SECRET, *signatures):
        assert secret not in shown


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    "settings",
    [
        {"api_key": f"{KEY}\n"},
        {"secret": b"  "},
        {"secret": f"{SECRET}\udcff"},
        {"secret": bytearray(SECRET.encode())},
        {"base_url": "http://api.binance.com"},
        {"timeout": 0},
        {"deadline": float("inf")},
        {"recv_window": 60_001},
        {"recv_window": True},
        {"when_full": "maybe"},
    ],
    ids=str,
)
def test_a_client_that_cannot_be_made_shows_neither_key_nor_secret(
    kind: type[Client | AsyncClient], settings: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refused:
        kind(**{"api_key": KEY, "secret": SECRET, **settings})
    frames = traceback.TracebackException.from_exception(refused.value, capture_locals=True).stack
    ours = [f"{frame.name} {frame.locals}" for frame in frames if "binance_transfers" in frame.filename]
    assert ours
    for secret in (KEY, SECRET):
        assert secret not in "".join(ours) + str(refused.value)


def test_httpx_s_own_lines_for_other_requests_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"tranId": 1}))
    with caplog.at_level(logging.INFO, logger="httpx"), httpx.Client(transport=transport) as http:
        transfer(Client(KEY, SECRET, http_client=http))
        assert caplog.records == []
        http.get("https://example.com/")
    assert len(caplog.records) == 1


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_is_not_pickled(kind: type[Client | AsyncClient]) -> None:
    with pytest.raises(TypeError, match="A client holds a secret and is not pickled"):
        pickle.dumps(kind(KEY, SECRET))
