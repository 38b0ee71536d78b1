"""The sandbox's control path: what can be asked, what is wrong with a question, and who is turned away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from binance_transfers._runtime.sandbox.server import Door
from binance_transfers.sandbox import Sandbox

LOOPBACK = "127.0.0.1"
STRANGER = "203.0.113.5"
JSON = {"host": "127.0.0.1:8080", "content-type": "application/json"}


class Asked:
    """The ASGI application, asked without a network, from any address."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self._door = Door(self.sandbox)

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] = JSON,
        peer: str | None = LOOPBACK,
    ) -> tuple[int, Any]:
        """Return status and body of the answer; a body that is no bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        path, _, query = path.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": (peer, 1) if peer else None,
            "server": ("127.0.0.1", 8080),
            "state": {},
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self._door(scope, receive, send))
        said = b"".join(message["body"] for message in sent[1:])
        self.headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], json.loads(said)


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_the_paths_are_listed_and_each_has_a_sentence(asked: Asked) -> None:
    status, paths = asked("GET", "/sandbox")
    assert status == 200
    assert {(each["method"], each["path"]) for each in paths} == {
        ("GET", "/sandbox"),
        ("POST", "/sandbox/credit"),
        ("POST", "/sandbox/open"),
        ("POST", "/sandbox/keys"),
        ("GET", "/sandbox/balances"),
        ("GET", "/sandbox/entries"),
        ("GET", "/sandbox/requests"),
        ("POST", "/sandbox/faults"),
        ("DELETE", "/sandbox/faults"),
        ("POST", "/sandbox/skew"),
        ("POST", "/sandbox/reset"),
    }
    assert all(each["text"].endswith(".") for each in paths)


def test_funds_are_credited_and_told_without_exponents(asked: Asked) -> None:
    for fields in (
        {"wallet": "MAIN", "asset": "USDT", "amount": "0.00000001"},
        {"wallet": "MAIN", "asset": "USDT", "amount": "1000"},
        {"wallet": "ISOLATEDMARGIN", "asset": "BTC", "amount": "2.50", "symbol": "BTCUSDT"},
        {"wallet": "SUB_MAIN", "asset": "币", "amount": "1", "email": "a@example.com", "symbol": None},
    ):
        assert asked("POST", "/sandbox/credit", fields) == (200, {})
    assert asked("GET", "/sandbox/balances") == (
        200,
        [
            {"wallet": "MAIN", "owner": None, "asset": "USDT", "amount": "1000.00000001"},
            {"wallet": "ISOLATEDMARGIN", "owner": "BTCUSDT", "asset": "BTC", "amount": "2.50"},
            {"wallet": "SUB_MAIN", "owner": "a@example.com", "asset": "币", "amount": "1"},
        ],
    )
    status, entries = asked("GET", "/sandbox/entries")
    assert (status, len(entries)) == (200, 4)
    assert entries[2] == {
        "id": asked.sandbox.entries[2].id,
        "time": asked.sandbox.entries[2].time,
        "operation": "credit",
        "asset": "BTC",
        "amount": "2.50",
        "source": None,
        "target": {"wallet": "ISOLATEDMARGIN", "owner": "BTCUSDT"},
    }


def test_owners_are_opened(asked: Asked) -> None:
    opened: list[Any] = []
    asked.sandbox.open = lambda **owner: opened.append(owner)  # type: ignore[method-assign]
    assert asked("POST", "/sandbox/open", {"symbol": "BTCUSDT"}) == (200, {})
    assert asked("POST", "/sandbox/open", {"email": "a@example.com"}) == (200, {})
    assert opened == [{"symbol": "BTCUSDT", "email": None}, {"symbol": None, "email": "a@example.com"}]


def test_faults_are_injected_with_every_field_and_cleared(asked: Asked) -> None:
    fields = {"kind": "server_error", "operation": "fund_auto_collection", "executed": False, "times": None}
    more = {"probability": 0.5, "seed": 7, "seconds": 2}
    assert asked("POST", "/sandbox/faults", fields | more) == (200, {})
    [fault] = asked.sandbox._faults
    assert {name: getattr(fault, name) for name in fields | more} == fields | more
    assert asked("DELETE", "/sandbox/faults") == (200, {})
    assert asked.sandbox._faults == []
    assert asked("POST", "/sandbox/faults", {"kind": "lost"}) == (200, {})
    [usual] = asked.sandbox._faults
    assert usual == Sandbox().inject("lost")


def test_the_clock_is_set_and_everything_forgotten(asked: Asked) -> None:
    assert asked("POST", "/sandbox/skew", {"milliseconds": -5}) == (200, {})
    assert asked.sandbox.skew == -5
    asked("POST", "/sandbox/credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1"})
    asked("GET", "/api/v3/time")
    assert asked("POST", "/sandbox/reset") == (200, {})
    assert asked("POST", "/sandbox/reset", {}) == (200, {})
    assert asked("GET", "/sandbox/balances") == asked("GET", "/sandbox/requests") == (200, [])


def test_requests_are_told_and_those_of_the_control_path_are_none(asked: Asked) -> None:
    asked("GET", "/sandbox")
    asked("GET", "/nowhere/%41?a=%42&signature=abc&a=+")
    asked("GET", "/sandbox/nowhere")
    status, [request] = asked("GET", "/sandbox/requests")
    assert status == 200
    assert json.loads(request.pop("answer"))["code"] == -1020
    assert request == {
        "operation": None,
        "method": "GET",
        "path": "/nowhere/%41",
        "parameters": [["a", "B"], ["signature", "***"], ["a", "+"]],
        "status": 404,
        "fault": None,
    }


FIELDS = "wallet, asset, amount, symbol (optional), email (optional)"


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": 1}, f"Expected `str`, got `int` - at `$.amount`; the body must be a JSON object with {FIELDS}."),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1", "more": 1}, f"Object contains unknown field `more`; the body must be a JSON object with {FIELDS}."),
        ("credit", None, f"Object missing required field `wallet`; the body must be a JSON object with {FIELDS}."),
        ("credit", [], f"Expected `object`, got `array`; the body must be a JSON object with {FIELDS}."),
        ("credit", b'{"wallet": "\xff"}', "the body must be a JSON object"),
        ("credit", {"wallet": "MIAN", "asset": "USDT", "amount": "1"}, "There is no wallet 'MIAN'; there are: MAIN, UMFUTURE"),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1", "email": "a@b"}, "The wallet MAIN takes no email."),
        ("credit", {"wallet": "SUB_MAIN", "asset": "USDT", "amount": "1"}, "There are several wallets SUB_MAIN; give the email"),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "much"}, "amount is 'much'; it must be"),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "-1"}, "amount is '-1'; it must be"),
        ("credit", {"wallet": "MAIN", "asset": "USDT", "amount": "sNaN"}, "amount is 'sNaN'; it must be"),
        ("open", {}, "Give symbol or email, one of the two."),
        ("open", {"symbol": "BTCUSDT", "email": "a@b"}, "Give symbol or email, one of the two."),
        ("keys", {"api_key": "k"}, "Give secret or public_key, one of the two."),
        ("keys", {"api_key": "k", "public_key": "nonsense"}, "The public key is not PEM text"),
        ("faults", {"kind": "explode"}, "kind is 'explode'; allowed: 'lost', 'cut', "),
        ("faults", {"kind": "lost", "operation": "nothing"}, "There is no operation 'nothing'; there are: fund_collection_by_asset, "),
        ("faults", {"kind": "ban", "executed": True}, "executed is True; a call that meets 'ban' is never executed."),
        ("faults", {"kind": "lost", "times": 0}, "times is 0; it must be"),
        ("faults", {"kind": "lost", "times": True}, "Expected `int | null`, got `bool` - at `$.times`"),
        ("faults", {"kind": "lost", "probability": 2}, "probability is 2.0; it must be"),
        ("faults", {"kind": "lost", "seconds": -1}, "seconds is -1.0; it must be"),
        ("skew", {"milliseconds": "5"}, "Expected `int`, got `str` - at `$.milliseconds`; the body must be a JSON object with milliseconds."),
        ("reset", {"all": True}, "Object contains unknown field `all`; the body must be a JSON object without fields."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_a_sentence_and_changes_nothing(
    path: str, body: object, sentence: str, asked: Asked
) -> None:
    status, told = asked("POST", f"/sandbox/{path}", body)
    assert (status, list(told)) == (400, ["error"])
    assert sentence in told["error"]
    assert told["error"].endswith(".")
    assert (asked.sandbox.entries, asked.sandbox._faults, asked.sandbox.skew) == ((), [], 0)


def test_unknown_paths_and_methods_are_sentences(asked: Asked) -> None:
    assert asked("GET", "/sandbox/x") == (404, {"error": "There is no GET /sandbox/x; GET /sandbox lists all."})
    assert asked("GET", "/sandbox/") == (404, {"error": "There is no GET /sandbox/; GET /sandbox lists all."})
    assert asked("GET", "/sandbox/faults") == (
        405,
        {"error": "There is no GET /sandbox/faults; GET /sandbox lists all."},
    )
    assert set(asked.headers["allow"].split(", ")) == {"POST", "DELETE"}


@pytest.mark.parametrize("peer", [STRANGER, "10.0.0.1", "0.0.0.0", "2001:db8::1", "", None])  # noqa: S104 - an address like the others
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sandbox"), ("DELETE", "/sandbox/faults"), ("POST", "/sandbox/reset"), ("PUT", "/sandbox/x")]
)  # fmt: skip
def test_other_machines_do_not_reach_it(method: str, path: str, peer: str | None, asked: Asked) -> None:
    sentence = {"error": "The paths below /sandbox can be reached from this machine only."}
    assert asked(method, path, peer=peer) == (403, sentence)


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1"])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:8080"])
def test_this_machine_reaches_it_by_its_names(host: str, peer: str, asked: Asked) -> None:
    assert asked("GET", "/sandbox/entries", headers={"host": host}, peer=peer) == (200, [])


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost:", "localhost:x", "127.0.0.2", "::1", ""],
)  # fmt: skip
def test_a_page_that_gave_its_own_name_to_this_machine_does_not_reach_it(host: str, asked: Asked) -> None:
    status, told = asked("GET", "/sandbox/balances", headers={"host": host})
    assert status == 403
    assert told["error"].startswith(f"The header Host is {host!r}; ")
    assert asked("GET", "/sandbox/balances", headers={})[0] == 403


@pytest.mark.parametrize("sent", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", None])
def test_a_page_cannot_send_what_is_posted(sent: str | None, asked: Asked) -> None:
    asked("POST", "/sandbox/credit", {"wallet": "MAIN", "asset": "USDT", "amount": "1"})
    headers = {"host": "localhost"} if sent is None else {"host": "localhost", "content-type": sent}
    status, told = asked("POST", "/sandbox/reset", {}, headers=headers)
    assert (status, told["error"].endswith("it must be application/json.")) == (403, True)
    assert len(asked.sandbox.entries) == 1
    assert (
        asked("POST", "/sandbox/reset", headers={**JSON, "content-type": "Application/JSON; charset=utf-8"})[0] == 200
    )


def test_budgets_are_of_an_address_and_the_control_path_uses_and_minds_none(asked: Asked) -> None:
    collect, here = "/sapi/v1/portfolio/auto-collection", {"host": "sandbox"}
    by_address = [asked("POST", collect, headers=here, peer=LOOPBACK)[0] for _ in range(30)]
    assert {429, 418} < set(by_address)
    assert by_address[-1] == 418
    assert asked("GET", "/api/v3/time", headers=here, peer=LOOPBACK)[0] == 418
    assert asked("POST", collect, headers=here, peer=STRANGER)[0] == 401
    for _ in range(100):
        assert asked("GET", "/sandbox/balances", peer=LOOPBACK) == (200, [])
    assert len(asked.sandbox.requests) == 32
    asked("POST", "/sandbox/reset", peer=LOOPBACK)
    assert asked("POST", collect, headers=here, peer=LOOPBACK)[0] == 401
