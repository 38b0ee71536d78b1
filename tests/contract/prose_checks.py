"""Where a sentence of the general pages differs from what the package does: its numbers, codes, outcomes and names."""

from __future__ import annotations

import asyncio
import builtins
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, cast
from unittest import TestCase

import httpx

import binance_transfers
from binance_transfers import RetryPolicy
from binance_transfers._runtime.history import LATE
from binance_transfers._runtime.journal.entry import checked_name
from binance_transfers._runtime.sandbox.checks import LONGEST_BODY, too_long
from binance_transfers._runtime.sandbox.server import PATIENCE, App
from binance_transfers.sandbox import FailureKind, Sandbox

from .package import FOLDER
from .pages import LANGUAGES, pages
from .reader import ROOT, Spec, the_spec

PAGES = (
    "README.md",
    "client.md",
    "coming-from.md",
    "errors.md",
    "limits.md",
    "testing.md",
    "what-became-of-it.md",
    "journal.md",
    "running-nightly.md",
    "command-line.md",
)
_OF_OTHERS = (
    "disabled_integrations HttpxIntegration Httpx2Integration sentry_sdk init integrations opentelemetry instrumentation instrument "
    "OTEL_PYTHON_HTTPX_EXCLUDED_URLS OTEL_PYTHON_DISABLED_INSTRUMENTATIONS acks_late "
    "to_dict sigkill uuid4 sqlite3 backup copy cp wal shm nightly treasury user move delay "
    "_binance_transfers_complete fish_source zsh_source "
    "make_universal_transfer query_universal_transfer_history make_subaccount_margin_transfer margin_v1_get_portfolio_balance "
    "get_subaccount_margin_details get_sub_account_assets margin_v1_get_asset_wallet_balance get_account_api_permissions "
    "get_system_status rest_api papi_ maxRetriesOnFailure sapi_post_asset_transfer sapi_post_sub_account_margin_transfer "
    "sapi_post_portfolio_asset_collection sapi_post_portfolio_auto_collection sapi_get_portfolio_earn_asset_balance "
    "sapi_get_asset_transfer sapi_get_portfolio_balance sapi_get_sub_account_margin_account sapiv4_get_sub_account_assets "
    "sapi_get_asset_wallet_balance sapi_get_account_apirestrictions sapi_get_system_status BadRequestError ServerError "
    "JSONDecodeError BinanceAPIException BinanceRequestException ExchangeError RequestTimeout ExchangeNotAvailable "
    "NetworkError rate_limits desk example"
)
"""Names of other packages that the pages mention."""
_NO_FACT = re.compile(r"HTTP/[\d.]+|SHA-?256|PKCS#1 v1\.5|Ed25519|\d+(?:\.\d+){3}|Version [\w.]+")
"""Numbers that are names."""
_BASE = "https://api.binance.com"
MOVER, READER = (
    next(operation for operation in the_spec().operations if operation.moves_funds is moves) for moves in (True, False)
)
_TRANSFER = "user_universal_transfer"
Ending = httpx.Response | BaseException


class _Clock:
    """A clock that a test moves; the client and the sandbox take it."""

    now = 1_768_435_200_000

    def milliseconds(self) -> int:
        return self.now

    def correct(self, server_time: int, age: float) -> None:
        """Stay as it is."""


def answer(status: int, code: object = None) -> httpx.Response:
    return httpx.Response(status, json={} if code is None else {"code": code, "msg": "By the test."})


def client_of(ending: Ending) -> binance_transfers.Client:
    def respond(_: httpx.Request) -> httpx.Response:
        if isinstance(ending, BaseException):
            raise ending
        return httpx.Response(ending.status_code, content=ending.content)

    once, transport = RetryPolicy(attempts=1), httpx.MockTransport(respond)
    return binance_transfers.Client("key", "secret", transport=transport, retry=once, clock=_Clock())


def raised(client: binance_transfers.Client, name: str) -> BaseException:
    try:
        getattr(client, name)(**binance_transfers.OPERATIONS[name].example)
    except (binance_transfers.BinanceError, KeyboardInterrupt) as error:
        return error
    raise AssertionError(f"{name} raised nothing")


@cache
def ends(ending: Callable[[], Ending], name: str = MOVER.name) -> str:
    """Return the exception in which a call ends, by name."""
    with client_of(ending()) as client:
        return type(raised(client, name)).__name__


def _word(*endings: Callable[[], Ending]) -> str:
    """Return how the pages call an outcome that all of these have."""
    [name] = {ends(ending) for ending in endings}
    return {"OutcomeUnknown": "unknown"}.get(name, name)


def _pause(refusal: httpx.Response) -> str:
    """Return for how many seconds the client keeps calls back after a refusal without `Retry-After`."""
    with client_of(refusal) as client:
        raised(client, MOVER.name)
        kept_back = raised(client, MOVER.name)
    assert isinstance(kept_back, binance_transfers.NotSent)
    return f"{kept_back.retry_after:g}"


def _unproven() -> list[str]:
    """Return the statuses from 400 to 499 that prove nothing without a code."""
    return [str(status) for status in range(400, 500) if ends(lambda: answer(status)) == "OutcomeUnknown"]  # noqa: B023


def _known_after_interruption(name: str) -> str:
    with client_of(KeyboardInterrupt()) as client:
        return type(raised(client, name).__cause__).__name__


def _levels() -> list[str]:
    """Return the levels at which a refusal and an unknown outcome are logged."""
    with TestCase().assertLogs("binance_transfers", "INFO") as logged:
        for status in (400, 502):
            ends(lambda: answer(status))  # noqa: B023
    return [record.levelname for record in logged.records]


def _sandbox() -> tuple[Sandbox, _Clock]:
    clock = _Clock()
    sandbox = Sandbox(clock=clock)
    sandbox.credit("MAIN", "USDT", 1)
    return sandbox, clock


def _sent_to(sandbox: Sandbox, clock: _Clock, query: str, name: str = _TRANSFER, *, signed_first: bool = False) -> Any:
    """Send a signed query to a sandbox, past all that the client checks."""
    query += f"{'&' if query else ''}timestamp={clock.now}"
    signature = f"signature={hmac.new(sandbox.secret.encode(), query.encode(), hashlib.sha256).hexdigest()}"
    whole = f"{signature}&{query}" if signed_first else f"{query}&{signature}"
    operation = binance_transfers.OPERATIONS[name]
    with httpx.Client(transport=sandbox.transport, headers={"X-MBX-APIKEY": sandbox.api_key}) as client:
        return client.request(operation.method, f"{_BASE}{operation.path}?{whole}")


def _refusal(query: str, name: str = _TRANSFER, *, signed_first: bool = False) -> str:
    """Return the code with which the sandbox refuses a query."""
    return str(_sent_to(*_sandbox(), query, name, signed_first=signed_first).json()["code"])


def _fault(kind: str) -> list[str]:
    """Return the status and the code of a failure on demand."""
    sandbox, clock = _sandbox()
    sandbox.inject(cast(FailureKind, kind))
    response = _sent_to(sandbox, clock, "type=MAIN_UMFUTURE&asset=USDT&amount=1")
    return [str(response.status_code), str(response.json()["code"])]


def _days_back() -> list[str]:
    """Return how many days a history reaches back where no time is given."""
    sandbox, clock = _sandbox()
    _sent_to(sandbox, clock, "type=MAIN_UMFUTURE&asset=USDT&amount=1")
    days = 0
    while _sent_to(sandbox, clock, "type=MAIN_UMFUTURE", "query_user_universal_transfer_history").json()["rows"]:
        days, clock.now = days + 1, clock.now + 86_400_000
    return [str(days - 1)]


def _without_permission() -> list[str]:
    """Return the status and the code for a key that lacks a permission."""
    sandbox, clock = _sandbox()
    sandbox.permissions = frozenset()
    response = _sent_to(sandbox, clock, "type=MAIN_UMFUTURE&asset=USDT&amount=1")
    return [str(response.status_code), str(response.json()["code"])]


def _refused() -> list[str]:
    """Return the statuses of refusals with a usual code, one about the key and one of the rate limit, and that code."""
    sandbox, clock = _sandbox()
    statuses = []
    for code in (-5002, -2014, -1003):
        sandbox.inject("refuse", code=code)
        statuses.append(str(_sent_to(sandbox, clock, "type=MAIN_UMFUTURE&asset=USDT&amount=1").status_code))
    return [*statuses, "-1003"]


def _foreign() -> str:
    """Return the status that a web page of another site gets."""

    async def status() -> str:
        sent: list[dict[str, Any]] = []
        scope = {"headers": [(b"host", b"evil.example")], "raw_path": b"/", "query_string": b"", "method": "GET"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await App(Sandbox())(scope, _never, send)
        return str(sent[0]["status"])

    return asyncio.run(status())


async def _never() -> dict[str, Any]:
    raise AssertionError("the body is read")


def _bans() -> list[str]:
    """Return how many requests too many are answered with 429, the minutes of a ban, and the days of the longest."""
    sandbox, clock = _sandbox()
    bans: list[int] = []
    while len(bans) < 2 or bans[-1] > bans[-2]:
        statuses: list[int] = []
        while 418 not in statuses:
            response = _sent_to(sandbox, clock, "", "fund_auto_collection")
            statuses.append(response.status_code)
        bans.append(int(response.headers["Retry-After"]))
        clock.now += bans[-1] * 1000 + 60_000
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return [words[statuses.count(429)], f"{bans[0] / 60:g}", f"{bans[-1] / 86_400:g}"]


def _probably() -> list[str]:
    probable = [error["code"] for error in the_spec().data["x-binance-errors"] if error["outcome"].startswith("prob")]
    return [ends(lambda: answer(400, probable[0]))]


def _documented() -> list[str]:
    return [str(error["code"]) for error in the_spec().data["x-binance-errors"] if error["documented"]]


def _window() -> list[str]:
    rule = next(parameter.schema for parameter in MOVER.parameters if parameter.wire == "recvWindow")
    return [str(rule["minimum"]), str(rule["maximum"])]


def _compared() -> list[str]:
    """Return the versions of the libraries that others are compared by."""
    versions = json.loads((ROOT / "generator/templates/docs/measurements.json").read_bytes())["calls"]["versions"]
    return [versions[name] for name in ("binance-sdk-wallet", "python-binance", "ccxt")]


def _longest_key() -> int:
    for length in count(1):
        try:
            checked_name("key", "a" * length)
        except ValueError:
            break
    return length - 1


_CLAIMS: list[tuple[str, str, Callable[[], list[str]]]] = [
    ("client.md", r"a call says otherwise; from (\d+) to (\d+)", _window),
    (
        "client.md",
        r"(\w+) for a transfer that may have arrived, \w+ if no byte had left, (\w+) for a read",
        lambda: [_known_after_interruption(operation.name) for operation in (MOVER, READER)],
    ),
    ("client.md", r"at level (\w+), or (\w+) if the outcome is unknown", _levels),
    ("coming-from.md", r"binance-sdk-wallet (\S+), python-binance (\S+) and ccxt (\S+),", _compared),
    ("journal.md", r"A key has at most (\d+) characters", lambda: [str(_longest_key())]),
    ("what-became-of-it.md", r"listed up to (\d+) minutes after that time", lambda: [str(LATE // 60_000)]),
    ("errors.md", r"for retry_after seconds, or for (\d+) if it is None", lambda: [_pause(answer(429))]),
    ("errors.md", r"until retry_after seconds have passed, or (\d+) if it is None", lambda: [_pause(answer(418))]),
    ("errors.md", r"No connection: nothing was sent, (\w+)", lambda: [ends(lambda: httpx.ConnectError(""))]),
    ("errors.md", r"no \w+ could be read, it is (\w+)", lambda: [ends(lambda: httpx.ReadError(""))]),
    (
        "errors.md",
        r"HTTP (5)xx outranks the code in the body\. Whatever code comes with it, the outcome is (\w+)",
        lambda: ["5", _word(lambda: answer(500, -2015), lambda: answer(599, -1021), lambda: answer(503, -5002))],
    ),
    (
        "errors.md",
        r"HTTP 429 and 418 are refusals by the rate limit, (\w+) and (\w+)\.",
        lambda: [ends(lambda: answer(429)), ends(lambda: answer(418))],
    ),
    (
        "errors.md",
        r"The outcome is (\w+) only if the body contradicts the refusal",
        lambda: [_word(lambda: answer(429, -1007))],
    ),
    (
        "errors.md",
        r"A 403 without an error code .*?It is a refusal, (\w+);",
        lambda: [ends(lambda: httpx.Response(403, text="<html>"))],
    ),
    (
        "errors.md",
        r"A 200 that is not the receipt is no success\..*?the outcome is (\w+)",
        lambda: [_word(lambda: answer(200), lambda: httpx.Response(200, text="<html>"), lambda: httpx.Response(200))],
    ),
    (
        "errors.md",
        r"A 4xx with a code that is not listed is a refusal, (\w+)",
        lambda: [ends(lambda: answer(400, 1))],
    ),
    ("errors.md", r"So is a 4xx without a code, except (\d+), (\d+), (\d+) and (\d+)\.", _unproven),
    (
        "errors.md",
        r"A code that is not a whole number .*?so the outcome is (\w+)",
        lambda: [_word(lambda: answer(400, "x"))],
    ),
    ("errors.md", r"a call that moves funds still ends in (\w+)", _probably),
    ("errors.md", r"such as a redirect, leaves the outcome (\w+)", lambda: [_word(lambda: answer(302))]),
    (
        "errors.md",
        r"would end in OutcomeUnknown, they end in (\w+)",
        lambda: [ends(lambda: answer(502), READER.name)],
    ),
    ("errors.md", r"only for HTTP 5xx and for the codes (-\d+) and (-\d+)", _documented),
    ("errors.md", r"responses with status 4xx other than 429 and 418", list),
    ("limits.md", r"429: .*?or for (\d+) seconds if it is missing", lambda: [_pause(answer(429))]),
    (
        "limits.md",
        r"418: requests went on in spite of 429,.*?or for (\d+) seconds if neither",
        lambda: [_pause(answer(418))],
    ),
    (
        "limits.md",
        r"403 without an error code: .*?every endpoint for (\d+) seconds",
        lambda: [_pause(httpx.Response(403))],
    ),
    ("limits.md", r"HTTP 429 and 418", list),
    (
        "testing.md",
        (
            r"More than the wallet holds is refused with (-\d+), an amount of 0 with (-\d+), .*"
            r"sub-account that is not open with (-\d+), a trading pair that is not open with (-\d+)"
        ),
        lambda: [
            _refusal("type=MAIN_UMFUTURE&asset=USDT&amount=2"),
            _refusal("type=MAIN_UMFUTURE&asset=USDT&amount=0"),
            _refusal("email=a%40b.c&asset=USDT&amount=1&type=1", "margin_transfer_for_sub_account"),
            _refusal("type=MARGIN_ISOLATEDMARGIN&asset=USDT&amount=1&toSymbol=BTCUSDT"),
        ],
    ),
    (
        "testing.md",
        r"sent more than once is refused with (-\d+).*?the endpoint does not have, with (-\d+)",
        lambda: [_refusal("asset=USDT&asset=USDT"), _refusal("type=MAIN_UMFUTURE&asset=USDT&amount=1&more=1")],
    ),
    (
        "testing.md",
        r"anywhere else it is refused with (-\d+)",
        lambda: [_refusal("type=MAIN_UMFUTURE&asset=USDT&amount=1", signed_first=True)],
    ),
    (
        "testing.md",
        r"are refused in any parameter with (-\d+)",
        lambda: [_refusal("type=MAIN_UMFUTURE&asset=US%00DT&amount=1")],
    ),
    (
        "testing.md",
        r"may send (\w+) requests too many, which get HTTP 429\..*?for (\d+) minutes.*?(\d+) days",
        _bans,
    ),
    ("testing.md", r"gets HTTP 400 and a", list),
    ("testing.md", r"Without a time it reaches back (\d+) days", _days_back),
    (
        "testing.md",
        r"lacks a permission of the endpoint is refused with HTTP (\d+) and the code (-\d+)",
        _without_permission,
    ),
    ("testing.md", r"refuse sends HTTP (\d+); (\d+) for codes about the key, and (\d+) for (-\d+)\.", _refused),
    (
        "testing.md",
        r"is refused with HTTP (\d+) if its .*? of more than (\d+) bytes is refused with HTTP (\d+).*? within (\d+) seconds",
        lambda: [_foreign(), str(LONGEST_BODY), str(too_long().status), f"{PATIENCE:g}"],
    ),
    ("running-nightly.md", r"The exit code is 0 only if all is done", list),
    *(
        ("testing.md", rf"^{kind}\nHTTP (\d+) with the code (-\d+)", lambda kind=kind: _fault(kind))
        for kind in ("server_error", "unexpected_response", "timeout", "clock", "pending")
    ),
]
"""A page, what it says in English, and what is so; tests/render/test_docs_languages.py compares the other language."""


def measured(_spec: Spec, folder: Path) -> Iterator[str]:
    """What the pages say of outcomes, pauses and refusals is what a call meets."""
    english = pages(folder, "en")
    for page, pattern, measure in _CLAIMS:
        found = re.search(pattern, english[page].text, re.MULTILINE)
        if found is None:
            yield f"en/{page}: nothing says {pattern!r}; change tests/contract/prose_checks.py with the page"
        elif [*found.groups()] != (real := measure()):
            yield f"en/{page}: the page says {[*found.groups()]}, the package does {real}: {found[0]!r}"


def unmeasured(_spec: Spec, folder: Path) -> Iterator[str]:
    """No sentence has a number that nothing compares with the package."""
    english = pages(folder, "en")
    for name in PAGES:
        cells = {cell for table in english[name].tables for row in table.rows for cell in row}
        for block in english[name].blocks:
            text = "" if block.text in cells else block.text
            for pattern in (pattern for page, pattern, _ in _CLAIMS if page == name):
                text = re.sub(pattern, "", text, flags=re.MULTILINE)
            for code in sorted(block.codes, key=len, reverse=True):
                text = text if re.fullmatch(r"-?\d+", code) else text.replace(code, "")
            for number in re.findall(r"(?<![\w-])-?\d+\b", _NO_FACT.sub("", text)):
                yield f"en/{name}: nothing measures {number}: {block.text!r}"


def names(_spec: Spec, folder: Path) -> Iterator[str]:
    """Every name that a page sets as code is one of the package, of its settings or of Python."""
    known = _known_names()
    for language in LANGUAGES:
        for name, page in pages(folder, language).items():
            for code in {code for block in page.blocks for code in block.codes if name in PAGES}:
                for word in sorted({*re.findall(r"[a-z_]\w+", code.lower())} - known):
                    yield f"{language}/{name}: nothing is called {word}: {code!r}"


@cache
def _known_names() -> set[str]:
    files = [*FOLDER.rglob("*.py"), FOLDER.parent / f"{FOLDER.name}_pytest.py", ROOT / "pyproject.toml"]
    words = {word for file in files for word in re.findall(r"\w+", file.read_text(encoding="utf-8").lower())}
    return words | {
        *map(str.lower, [*dir(builtins), *dir(asyncio)]),
        *_OF_OTHERS.lower().split(),
        "asyncio",
        "pip",
        "test_treasury",
        "drift",
        "diff",
    }
