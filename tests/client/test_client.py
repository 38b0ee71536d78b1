"""The client around its calls: what it refuses to be made with, what it never shows, what it never does."""

from __future__ import annotations

import asyncio
import inspect
import logging
import pickle
from collections.abc import Iterator
from types import ModuleType
from typing import Any, cast

import httpx
import pytest

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    Attempt,
    Client,
    EarnTransferType,
    InvalidRequest,
    NotSent,
    OutcomeUnknown,
    Rejected,
    TransferType,
    Unlisted,
    __version__,
)
from binance_transfers._runtime.base_client import BaseClient
from binance_transfers.sandbox import Sandbox

from .scripted import KEY, OK, SECRET, Binance, Clock, carried, settled


@pytest.fixture
def binance() -> Binance:
    return Binance(OK)


@pytest.fixture
def http(binance: Binance, library: ModuleType) -> Iterator[Any]:
    with library.Client(transport=carried(binance, library)) as client:
        yield client


@pytest.mark.parametrize("key", ["", " ", " key", "key\n", "with\nnewline", "ключ"])
def test_an_api_key_that_cannot_be_a_header_is_refused(key: str) -> None:
    sentence = "^The API key must be printable ASCII text without blanks around it, and not empty.$"
    with pytest.raises(ValueError, match=sentence):
        Client(key, SECRET)


def test_an_http_client_and_a_transport_together_are_refused(http: Any, binance: Binance) -> None:
    with pytest.raises(ValueError, match="not both"):
        Client(KEY, SECRET, http_client=http, transport=binance.transport)


def test_requests_go_to_the_first_server_of_the_spec_unless_another_is_chosen(binance: Binance) -> None:
    settled(Client(KEY, SECRET, transport=binance.transport))
    settled(Client(KEY, SECRET, base_url="https://api4.binance.com/", transport=binance.transport))
    hosts = [f"{request.url.scheme}://{request.url.netloc.decode()}" for request in binance.requests]
    assert hosts == ["https://api.binance.com", "https://api4.binance.com"]


def test_without_a_key_or_a_secret_nothing_is_sent() -> None:
    with pytest.raises(InvalidRequest, match="^user_universal_transfer needs an API key: give api_key.$"):
        settled(Client())
    with pytest.raises(InvalidRequest, match="^user_universal_transfer is signed: give the secret or a signer.$"):
        settled(Client(KEY))


def test_a_redirect_is_not_followed_and_the_transfer_is_not_repeated(library: ModuleType) -> None:
    binance = Binance(httpx.Response(307, headers={"location": "https://elsewhere.example/"}))
    transport = carried(binance, library)
    with library.Client(transport=transport, follow_redirects=True) as http:
        for client in (Client(KEY, SECRET, transport=transport), Client(KEY, SECRET, http_client=http)):
            with pytest.raises(OutcomeUnknown):
                settled(client)
    assert binance.paths == ["transfer"] * 2


def test_an_http_client_of_the_caller_s_own_is_used_and_stays_open(http: Any) -> None:
    seen: list[str] = []
    http.event_hooks = {"request": [lambda request: seen.append(request.method)]}
    with Client(KEY, SECRET, http_client=http) as client:
        settled(client)
    assert seen == ["POST"]
    assert not http.is_closed


def test_an_http_client_s_headers_are_sent_and_its_params_never_join_the_signed_url(
    http: Any, binance: Binance
) -> None:
    http.params = {"extra": "1"}
    http.headers.update({"x-desk": "7", "user-agent": "theirs"})
    settled(Client(KEY, SECRET, http_client=http))
    [request] = binance.requests
    assert "extra" not in request.url.params
    assert request.headers["x-desk"] == "7"
    assert request.headers.get_list("user-agent") == [f"binance-transfers/{__version__}"]


def test_an_http_client_s_auth_does_not_send_a_transfer_twice(library: ModuleType) -> None:
    challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
    binance = Binance(httpx.Response(401, headers={"www-authenticate": challenge}))
    auth = library.DigestAuth("user", "password")
    with library.Client(transport=carried(binance, library), auth=auth) as http, pytest.raises(Rejected):
        settled(Client(KEY, SECRET, http_client=http))
    assert binance.paths == ["transfer"]


def test_the_budget_stops_the_call_before_it_is_sent() -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    weight = OPERATIONS["fund_auto_collection"].weight
    fitting = weight.budget // weight.weight
    full = "its budget is used up, or Binance asked for a pause, for 0.441 s"
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=clock) as client:
        for _ in range(fitting):
            client.fund_auto_collection()
        with pytest.raises(NotSent, match=full) as refused:
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


def test_the_library_s_own_lines_for_other_requests_are_left_alone(
    http: Any, library: ModuleType, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger=library.__name__):
        settled(Client(KEY, SECRET, http_client=http))
        assert caplog.records == []
        http.get("https://example.com/")
    assert len(caplog.records) == 1


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_is_not_pickled(kind: type[Client | AsyncClient]) -> None:
    with pytest.raises(TypeError, match="A client holds a secret and is not pickled"):
        pickle.dumps(kind(KEY, SECRET))


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("setting", ["none", "transport", "http_client"])
@pytest.mark.parametrize("reads", [False, True], ids=["transfer", "read"])
def test_a_closed_client_says_so_once_and_sends_nothing(
    kind: type[Client | AsyncClient], setting: str, library: ModuleType, *, reads: bool
) -> None:
    binance = Binance(OK)
    transport = carried(binance, library)
    attempts: list[Attempt] = []

    async def run() -> None:
        http = (library.AsyncClient if kind is AsyncClient else library.Client)(transport=transport)
        given: dict[str, Any] = {"none": {}, "transport": {"transport": transport}}.get(setting, {"http_client": http})
        client: Any = kind(KEY, SECRET, on_attempt=attempts.append, **given)
        closed: Any = http.aclose if kind is AsyncClient else http.close
        for close in (client.close, closed):
            done = close()
            if inspect.isawaitable(done):
                await done
        call = (
            client.get_transferable_earn_asset_balance_for_portfolio_margin(
                asset="LDUSDT", transfer_type=EarnTransferType.EARN_TO_FUTURE
            )
            if reads
            else client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1)
        )
        if inspect.isawaitable(call):
            await call

    with pytest.raises(NotSent, match=r"was not sent: the client is closed\.$"):
        asyncio.run(run())
    assert binance.requests == []
    assert attempts == []


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_cookies_of_answers_are_not_kept(kind: type[Client | AsyncClient], library: ModuleType) -> None:
    binance = Binance(httpx.Response(200, json={"tranId": 7}, headers={"Set-Cookie": "a=b; Max-Age=1000"}))
    client = kind(KEY, SECRET, transport=carried(binance, library))
    settled(client)
    assert list(client._transport._carrier._http.cookies.jar) == []


@pytest.mark.parametrize("made", [Client, AsyncClient])
def test_a_call_with_an_unknown_argument_names_the_method_as_it_was_called(
    made: type[Client | AsyncClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BINANCE_API_KEY", KEY)
    monkeypatch.setenv("BINANCE_API_SECRET", SECRET)
    client = made(KEY, SECRET)
    methods = {name: method for name, method in inspect.getmembers(client, inspect.ismethod) if name[0] != "_"}
    assert {"iter_query_user_universal_transfer_history", "reconcile", "with_options"} < methods.keys()
    for name, method in {**methods, "__init__": cast("Any", made)}.items():
        called = "__init__" if name == "from_env" else name
        with pytest.raises(TypeError, match=rf"^{made.__name__}\.{called}\(\) ") as caught:
            method(misspelt=1)
        assert "misspelt" in str(caught.value) or name == "snapshot"


@pytest.mark.parametrize("made", [Client, AsyncClient])
def test_a_method_that_is_named_after_the_client_is_otherwise_the_one_of_its_base(
    made: type[Client | AsyncClient],
) -> None:
    for name in ("__init__", "capture_responses", "with_options"):
        own, base = getattr(made, name), getattr(BaseClient, name)
        assert inspect.signature(own) == inspect.signature(base)
        assert (own.__doc__, own.__code__, own.__module__) == (base.__doc__, base.__code__, base.__module__)
