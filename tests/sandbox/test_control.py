"""The sandbox's control paths: what can be control, which requests are wrong, and who is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from binance_transfers._runtime.sandbox.checks import read_request
from binance_transfers._runtime.sandbox.control import respond
from binance_transfers.sandbox import Sandbox

LOOPBACK = "127.0.0.1"
STRANGER = "203.0.113.5"
KEY = {"X-MBX-APIKEY": "wrong"}
JSON = {"host": "127.0.0.1:8080", "content-type": "application/json"}


class Control:
    """The control paths of a sandbox, without a network, for requests from any address."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()

    def __call__(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] = JSON, peer: str = LOOPBACK
    ) -> tuple[int, Any]:
        """Return status and body of the response; a body that is no bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        response = respond(self.sandbox, read_request(method, path.encode(), headers, content), peer)
        self.headers = response.headers
        return response.status, json.loads(response.body)


@pytest.fixture
def control() -> Control:
    return Control()


def test_the_paths_are_listed_and_each_has_a_text(control: Control) -> None:
    status, paths = control("GET", "/sandbox")
    assert status == 200
    assert [(path["method"], path["path"]) for path in paths[:2]] == [("GET", "/sandbox"), ("POST", "/sandbox/credit")]
    assert all(path["text"].endswith(".") for path in paths)


def test_funds_are_credited_and_told_without_exponents(control: Control) -> None:
    for fields in (
        {"wallet": "MAIN", "asset": "USDT", "amount": "0.00000001"},
        {"wallet": "MAIN", "asset": "USDT", "amount": "1000"},
        {"wallet": "ISOLATEDMARGIN", "asset": "BTC", "amount": "2.50", "symbol": "BTCUSDT"},
        {"wallet": "SUB_MAIN", "asset": "币", "amount": "1", "email": "a@example.com", "symbol": None},
    ):
        assert control("POST", "/sandbox/credit", fields) == (200, {})
    assert control("GET", "/sandbox/balances") == (
        200,
        [
            {"wallet": "MAIN", "owner": None, "asset": "USDT", "amount": "1000.00000001"},
            {"wallet": "ISOLATEDMARGIN", "owner": "BTCUSDT", "asset": "BTC", "amount": "2.50"},
            {"wallet": "SUB_MAIN", "owner": "a@example.com", "asset": "币", "amount": "1"},
        ],
    )
    status, entries = control("GET", "/sandbox/entries")
    assert (status, len(entries)) == (200, 4)
    assert entries[2] == {
        "id": control.sandbox.entries[2].id,
        "time": control.sandbox.entries[2].time,
        "operation": "credit",
        "asset": "BTC",
        "amount": "2.50",
        "source": None,
        "target": {"wallet": "ISOLATEDMARGIN", "owner": "BTCUSDT"},
        "parameters": [],
    }


def test_owners_are_opened(control: Control) -> None:
    assert control("POST", "/sandbox/open", {"symbol": "BTCUSDT"}) == (200, {})
    assert control("POST", "/sandbox/open", {"email": "a@example.com"}) == (200, {})
    assert control.sandbox._ledger.owners == {("symbol", "BTCUSDT"), ("email", "a@example.com")}


def test_failures_are_injected_with_every_field_and_cleared(control: Control) -> None:
    fields = {"kind": "server_error", "operation": "fund_auto_collection", "executed": False, "times": None}
    more = {"probability": 0.5, "seed": 7, "seconds": 2, "after": 3}
    assert control("POST", "/sandbox/failures", fields | more) == (200, {})
    [failure] = control.sandbox._failures
    assert {name: getattr(failure, name) for name in fields | more} == fields | more
    assert control("DELETE", "/sandbox/failures") == (200, {})
    assert control.sandbox._failures == []
    assert control("POST", "/sandbox/failures", {"kind": "lost"}) == (200, {})
    [usual] = control.sandbox._failures
    assert usual == Sandbox().inject("lost")
    assert control("POST", "/sandbox/failures", {"kind": "refuse", "code": -5002}) == (200, {})
    assert control.sandbox._failures[-1].code == -5002


def test_the_clock_is_set_and_everything_forgotten(control: Control) -> None:
    assert control("POST", "/sandbox/skew", {"milliseconds": -5}) == (200, {})
    assert control.sandbox.skew == -5
    control("POST", "/sandbox/credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1"})
    control.sandbox.handle("GET", b"/api/v3/time", {})
    assert control("POST", "/sandbox/reset") == (200, {})
    assert control("POST", "/sandbox/reset", {}) == (200, {})
    assert control("GET", "/sandbox/balances") == control("GET", "/sandbox/requests") == (200, [])


def test_the_lag_and_the_permissions_are_set(control: Control) -> None:
    assert control("POST", "/sandbox/lag", {"milliseconds": 500}) == (200, {})
    assert control("POST", "/sandbox/permissions", {"permissions": ["permitsUniversalTransfer"]}) == (200, {})
    assert (control.sandbox.lag, control.sandbox.permissions) == (500, frozenset({"permitsUniversalTransfer"}))
    assert control("POST", "/sandbox/keys", {"api_key": "k", "secret": "s", "permissions": []}) == (200, {})
    assert control.sandbox._keys["k"].permissions == set()


def test_requests_are_listed_without_keys_and_signatures(control: Control) -> None:
    control.sandbox.handle("GET", b"/nowhere/%41?a=%42&signature=abc&a=+", {})
    status, [request] = control("GET", "/sandbox/requests")
    assert status == 200
    assert json.loads(request.pop("response"))["code"] == -1020
    assert request == {
        "operation": None,
        "method": "GET",
        "path": "/nowhere/%41",
        "parameters": [["a", "B"], ["signature", "***"], ["a", "+"]],
        "status": 404,
        "failure": None,
    }


FIELDS = "wallet, asset, amount, symbol (optional), email (optional)"


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": 1}, f"Expected `str`, got `int` - at `$.amount`; the body must be a JSON object with {FIELDS}."),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1", "more": 1}, f"Object contains unknown field `more`; the body must be a JSON object with {FIELDS}."),
        ("credit", None, f"Object missing required field `wallet`; the body must be a JSON object with {FIELDS}."),
        ("credit", b'{"wallet": "\xff"}', "the body must be a JSON object"),
        ("credit", {"wallet": "MIAN", "asset": "USDT", "amount": "1"}, "There is no wallet 'MIAN'; there are: MAIN, UMFUTURE"),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1", "email": "a@b"}, "The wallet MAIN takes no email."),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "sNaN"}, "amount is 'sNaN'; it must be"),
        ("open", {}, "Give symbol or email, one of the two."),
        ("keys", {"api_key": "k", "public_key": "nonsense"}, "The public key is not PEM text"),
        ("failures", {"kind": "lost", "operation": "nothing"}, "There is no operation 'nothing'; there are: fund_collection_by_asset, "),
        ("failures", {"kind": "lost", "times": True}, "Expected `int | null`, got `bool` - at `$.times`"),
        ("failures", {"kind": "lost", "probability": 2}, "probability is 2.0; it must be"),
        ("skew", {"milliseconds": "5"}, "Expected `int`, got `str` - at `$.milliseconds`; the body must be a JSON object with milliseconds."),
        ("failures", {"kind": "no_connection"}, "kind is 'no_connection'; over HTTP, the connection exists before the call is known. Connect to a port on which nothing listens."),
        ("failures", {"kind": "explode"}, "kind is 'explode'; allowed: 'lost', 'cut', "),
        ("lag", {"milliseconds": -1}, "milliseconds is -1; it must be 0 or more."),
        ("permissions", {"permissions": ["withdraw"]}, "There is no permission 'withdraw' that an operation needs; there are: "),
        ("reset", {"all": True}, "Object contains unknown field `all`; the body must be a JSON object without fields."),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_with_a_message_and_changes_nothing(
    path: str, body: object, message: str, control: Control
) -> None:
    status, error = control("POST", f"/sandbox/{path}", body)
    assert (status, list(error)) == (400, ["error"])
    assert message in error["error"]
    assert error["error"].endswith(".")
    assert (control.sandbox.entries, control.sandbox._failures, control.sandbox.skew) == ((), [], 0)


def test_unknown_paths_and_methods_are_refused(control: Control) -> None:
    assert control("GET", "/sandbox/x") == (404, {"error": "There is no GET /sandbox/x; GET /sandbox lists all."})
    assert control("GET", "/sandbox/") == (404, {"error": "There is no GET /sandbox/; GET /sandbox lists all."})
    assert control("GET", "/sandbox/failures") == (
        405,
        {"error": "There is no GET /sandbox/failures; GET /sandbox lists all."},
    )
    assert set(control.headers["allow"].split(", ")) == {"POST", "DELETE"}


@pytest.mark.parametrize("peer", [STRANGER, "10.0.0.1", "0.0.0.0", "2001:db8::1", ""])  # noqa: S104 - an address like the others
@pytest.mark.parametrize(("method", "path"), [("GET", "/sandbox"), ("POST", "/sandbox/reset"), ("PUT", "/sandbox/x")])
def test_other_machines_do_not_reach_it(method: str, path: str, peer: str, control: Control) -> None:
    error = {"error": "The paths below /sandbox can be reached from this machine only."}
    assert control(method, path, peer=peer) == (403, error)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1"])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:8080"])
def test_this_machine_reaches_it_by_its_names(host: str, peer: str, control: Control) -> None:
    assert control("GET", "/sandbox/entries", headers={"host": host}, peer=peer) == (200, [])


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost:", "localhost:x", "127.0.0.2", "::1", ""],
)  # fmt: skip
def test_a_page_that_gave_its_own_name_to_this_machine_does_not_reach_it(host: str, control: Control) -> None:
    status, error = control("GET", "/sandbox/balances", headers={"host": host})
    assert status == 403
    assert error["error"].startswith(f"The header Host is {host!r}; ")
    assert control("GET", "/sandbox/balances", headers={})[0] == 403


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", None]
)
def test_a_page_cannot_send_what_is_posted(content_type: str | None, control: Control) -> None:
    control("POST", "/sandbox/credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1"})
    headers = {"host": "localhost"} if content_type is None else {"host": "localhost", "content-type": content_type}
    status, error = control("POST", "/sandbox/reset", {}, headers=headers)
    assert (status, error["error"].endswith("it must be application/json.")) == (403, True)
    assert len(control.sandbox.entries) == 1
    assert (
        control("POST", "/sandbox/reset", headers={**JSON, "content-type": "Application/JSON; charset=utf-8"})[0] == 200
    )


def test_budgets_and_bans_are_of_an_address_and_a_reset_ends_them(control: Control) -> None:
    def collect(address: str) -> int:
        return control.sandbox.handle("POST", b"/sapi/v1/portfolio/auto-collection", KEY, b"", address).response.status

    statuses = [collect(LOOPBACK) for _ in range(30)]
    assert {429, 418} < set(statuses)
    assert statuses[-1] == 418
    assert control.sandbox.handle("GET", b"/api/v3/time", {}, b"", LOOPBACK).response.status == 418
    assert collect(STRANGER) == 401
    assert control("POST", "/sandbox/reset") == (200, {})
    assert collect(LOOPBACK) == 401
