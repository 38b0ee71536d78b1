"""Prism between our client and the sandbox's server checks both sides against the spec.

    python -m tests.sandbox.prism PATH_TO_PRISM

Prism comes with `npm install @stoplight/prism-cli` and lies in `node_modules/.bin`. Here it lets every request through,
and lists in the header sl-violations what it found in the request and in the response, so that its findings can be compared with
the sandbox's.

Three things are beyond it. It writes a space, `~` and `*` in a query in its own way, which breaks the signature. It takes
parameters that the spec does not name, names in any case, and numbers such as 5e3. An answer that ends early leaves it
waiting.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx

from binance_transfers import (
    OPERATIONS,
    Attempt,
    Client,
    EarnAsset,
    EarnTransferType,
    MarginTransferDirection,
    NotExecuted,
    OutcomeUnknown,
    RetryPolicy,
    TransferType,
    Unlisted,
)
from binance_transfers._runtime.operation import Operation, Parameter
from binance_transfers.operations import API
from tests.sandbox.running import COMMAND, PATIENCE, Running, running

SPEC = Path(__file__).parents[2] / "spec/binance.yaml"
KEY, SECRET = "sandbox-key", "sandbox-secret"
HEADERS = {"X-MBX-APIKEY": KEY}
EMAIL = "treasury+desk1@example.com"
EMAILS = (EMAIL, "用户@例子.中国", "a,b;c=d&e@example.com", '"100%"[x]/?#{y}|z^`\\@example.com')
BAD = {
    "string": ("",),
    "decimal": ("", "-1", "%2B1", "1e5", "1%2C5", ".5", "5.", "1%0A", "1" * 21, "NaN"),
    "integer": ("", "-1", "abc", "0.5", "99999999999999999999"),
    "boolean": ("",),
}
Calling = Callable[[Client], object]


@dataclass
class Row:
    """The results of one kind of request."""

    title: str
    reported_in: Literal["request", "response"] | None
    """Where Prism must find something wrong; `None`: nowhere."""
    requests: int = 0
    reported: int = 0
    wrong: list[str] = field(default_factory=list)

    def take(self, what: str, found: str | None, got: str, *wanted: str) -> None:
        """Count one request: what Prism found, and whether it ended as it should."""
        sides = sorted({violation["location"][0] for violation in json.loads(found or "[]")})
        self.requests += 1
        self.reported += bool(sides)
        if sides != ([self.reported_in] if self.reported_in else []):
            self.wrong.append(f"{what}: Prism found {found}")
        if got not in wanted:
            self.wrong.append(f"{what}: ended as {got}, not as {' or '.join(wanted)}")


class Setup:
    """The sandbox's server, and Prism in front of it."""

    def __init__(self, server: Running, url: str) -> None:
        self.server, self.url = server, url

    def fill(self) -> None:
        """Begin anew, with funds in every wallet."""
        self.server.control("POST", "reset")
        for wallet, per in API.wallets.items():
            for owner in {"symbol": ("BTCUSDT", "ETHUSDT"), "email": EMAILS}.get(per or "", ("",)):
                for asset in ("USDT", "LDUSDT"):
                    owned = {per: owner} if per else {}
                    self.server.control("POST", "credit", wallet=wallet, asset=asset, amount="1000", **owned)

    def call(self, row: Row, wanted: str, calling: Calling, *, key: str = KEY, secret: str = SECRET) -> None:
        attempts: list[Attempt] = []
        once = RetryPolicy(attempts=1)
        with Client(key, secret, base_url=self.url, retry=once, timeout=2, on_attempt=attempts.append) as client:
            try:
                calling(client)
                got = "done"
            except (NotExecuted, OutcomeUnknown) as error:
                got = type(error).__name__
        [attempt] = attempts
        row.take(f"{attempt.operation} ({wanted})", attempt.headers.get("sl-violations"), got, wanted)

    def send(self, row: Row, operation: Operation[Any], query: str, headers: Mapping[str, str], *wanted: str) -> None:
        url = f"{self.url}{operation.path}?{query}"
        answer = httpx.request(operation.method, url, headers=headers, timeout=PATIENCE)
        found = answer.headers.get("sl-violations")
        row.take(f"{operation.name} {query}", found, str(answer.json().get("code", "done")), *wanted)


@contextmanager
def proxy(prism: str, server: Running) -> Iterator[Setup]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [prism, "proxy", str(SPEC), server.url, "--port", str(port)]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            until = time.monotonic() + PATIENCE
            while True:
                log.seek(0)
                printed = log.read()
                if "is listening" in printed:
                    break
                if process.poll() is not None or time.monotonic() > until:
                    sys.exit(f"Prism does not start:\n{printed}")
                time.sleep(0.1)
            yield Setup(server, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def transfer(kind: TransferType, amount: str = "1", **more: Any) -> Calling:
    """Return a universal transfer that names both trading pairs."""
    symbols = {"from_symbol": "BTCUSDT", "to_symbol": "ETHUSDT", **more}
    return lambda client: client.user_universal_transfer(type=kind, asset="USDT", amount=amount, **symbols)


def sub_account(email: str, direction: MarginTransferDirection) -> Calling:
    return lambda client: client.margin_transfer_for_sub_account(email=email, asset="USDT", amount="1", type=direction)


def report(kind: EarnTransferType = EarnTransferType.EARN_TO_FUTURE, asset: Any = EarnAsset.LDUSDT) -> Calling:
    return lambda client: client.get_transferable_earn_asset_balance_for_portfolio_margin(
        asset=asset, transfer_type=kind
    )


def history(kind: TransferType) -> Calling:
    return lambda client: client.query_user_universal_transfer_history(
        type=kind, size=100, from_symbol="BTCUSDT", to_symbol="ETHUSDT"
    )


def balances(email: str) -> tuple[Calling, Calling]:
    return (
        lambda client: client.query_sub_account_assets(email=email),
        lambda client: client.get_detail_on_sub_accounts_margin_account(email=email),
    )


def good_calls() -> list[Calling]:
    return [
        *map(transfer, TransferType),
        *(transfer(kind, "0.00000000000000000001", recv_window=60_000) for kind in TransferType),
        *(sub_account(email, direction) for email in EMAILS for direction in MarginTransferDirection),
        *map(report, EarnTransferType),
        lambda client: client.fund_collection_by_asset(asset="USDT"),
        lambda client: client.fund_collection_by_asset(asset="币安人生", recv_window=60_000),
        lambda client: client.fund_auto_collection(),
        lambda client: client.fund_auto_collection(recv_window=60_000),
        *map(history, TransferType),
        lambda client: client.get_portfolio_margin_pro_account_balance(),
        lambda client: client.get_portfolio_margin_pro_account_balance(asset="USDT"),
        *(read for email in EMAILS for read in balances(email)),
        lambda client: client.query_user_wallet_balance(),
        lambda client: client.query_user_wallet_balance(quote_asset="USDT", need_balance_detail=True),
        lambda client: client.get_api_key_permission(),
        lambda client: client.system_status(),
    ]


def carried_out(setup: Setup) -> Row:
    row = Row("calls that are carried out", None)
    setup.fill()
    for calling in good_calls():
        setup.call(row, "done", calling)
    return row


def failing(setup: Setup) -> Row:
    row = Row("calls that fail on the way", None)
    moving, reading = "OutcomeUnknown", "NotExecuted"
    unknown = dict.fromkeys(("server_error", "unexpected_response", "timeout", "lost", "cut"), (moving, reading))
    known = {"clock": "TimestampOutOfWindow", "rate_limit": "RateLimited", "ban": "IpBanned", "slow": "done"}
    for kind, (moving, reading) in (unknown | {kind: (wanted, wanted) for kind, wanted in known.items()}).items():
        for wanted, calling in ((moving, transfer(TransferType.MAIN_UMFUTURE)), (reading, report())):
            setup.fill()
            setup.server.control("POST", "failures", kind=kind, seconds=0.1)
            setup.call(row, wanted, calling)
    return row


def page(setup: Setup) -> Row:
    row = Row("a web page for an answer", "response")
    setup.fill()
    for wanted, calling in (("OutcomeUnknown", transfer(TransferType.MAIN_UMFUTURE)), ("NotExecuted", report())):
        setup.server.control("POST", "failures", kind="html")
        setup.call(row, wanted, calling)
    return row


def forbidden(setup: Setup) -> Row:
    row = Row("requests that the spec forbids", "request")
    setup.fill()
    setup.call(row, "ParameterRejected", report(asset=Unlisted("RWUSD")))
    for operation in (operation for operation in OPERATIONS.values() if operation.requires_signature):
        for query in broken(operation):
            setup.server.control("POST", "reset")
            codes = ("-1100", "-1101", "-1102", "-1105", "-1130", "-1131", "-1021")
            setup.send(row, operation, signed(query), HEADERS, *codes)
        query = "&".join(f"{name}={value}" for name, value in example(operation).items())
        setup.send(row, operation, signed(query), {}, "-2014")
        setup.send(row, operation, query, HEADERS, "-1102")
    return row


def signed(query: str) -> str:
    return f"{query}&signature={hmac.new(SECRET.encode(), query.encode(), hashlib.sha256).hexdigest()}"


def example(operation: Operation[Any]) -> dict[str, str]:
    """Return the parameters of a good request, encoded."""
    given = {parameter.name: operation.example.get(parameter.argument) for parameter in operation.parameters}
    return {
        **{name: str(httpx.QueryParams({"": value}))[1:] for name, value in given.items() if value is not None},
        "recvWindow": "60000",
        "timestamp": str(time.time_ns() // 1_000_000),
    }


def broken(operation: Operation[Any]) -> Iterator[str]:
    """Give queries that differ in one parameter from a good one."""
    timestamp = Parameter("timestamp", "timestamp", "integer", required=True)
    for parameter in (*operation.parameters, timestamp):
        others = {name: value for name, value in example(operation).items() if name != parameter.name}
        rest = "&".join(f"{name}={value}" for name, value in others.items())
        good = example(operation).get(parameter.name, "1")
        if parameter.required:
            yield rest
        yield f"{parameter.name}={good}&{parameter.name}={good}&{rest}"
        bad = {*BAD[parameter.kind], *parameter.refused, *(["NONE", "0"] if parameter.choices else [])}
        bad |= {str(parameter.maximum + 1)} if parameter.maximum is not None else set()
        bad |= {str(parameter.minimum - 1)} if parameter.minimum is not None else set()
        for value in sorted(map(str, bad)):
            # Without a value, a parameter that may be left out is none to Prism.
            if value or parameter.required:
                yield f"{parameter.name}={value}&{rest}"


def main(prism: str) -> int:
    logging.disable()
    with running(*COMMAND) as server, proxy(prism, server) as setup:
        rows = [group(setup) for group in (carried_out, failing, page, forbidden)]
    wrong = [message for row in rows for message in row.wrong]
    counts = [f"{row.title:42} {row.requests:8}  {row.reported:8}  {len(row.wrong):5}" for row in rows]
    sys.stdout.write("\n".join([f"{'':42} requests  reported  wrong", *counts, *wrong, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
