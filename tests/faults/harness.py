"""Starts the misbehaving server, and calls it with clients that tell what they were told."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from socket import create_connection
from typing import Any, Final

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    BinanceError,
    Client,
    EarnTransferType,
    MarginTransferDirection,
    MemoryLimiter,
    NotExecuted,
    OutcomeUnknown,
    RetryPolicy,
    TransferType,
    Unlisted,
)

from . import server
from .server import KEY, SECRET, Record, Step

DONE: Final = "done"
RETRY: Final = RetryPolicy(first_delay=0.01, longest_delay=0.02)
TRANSFER: Final = "user_universal_transfer"
SUB_ACCOUNT: Final = "margin_transfer_for_sub_account"
COLLECTION: Final = "fund_collection_by_asset"
READ: Final = "get_transferable_earn_asset_balance_for_portfolio_margin"


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller learned."""

    outcome: str
    """`done`, or the class of the exception."""
    receipt: str = ""
    """The id in the receipt."""
    error: BinanceError | None = None

    @property
    def claim(self) -> str:
        """Return which of the three things the caller was told."""
        if self.error is None:
            return DONE
        return "not executed" if isinstance(self.error, NotExecuted) else "unknown"


class Faults:
    """The running server, seen from the tests."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.ports: dict[str, int] = json.loads(process.stdout.readline())
        self._socket = create_connection(("127.0.0.1", self.ports["control"]))
        self._lines = self._socket.makefile("rwb")

    def url(self, listener: str = "main", scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.ports[listener]}"

    def plan(self, name: str, steps: Sequence[Step]) -> None:
        """Make the server follow these steps for calls that name this plan."""
        self._order(do="plan", name=name, steps=[asdict(step) for step in steps])

    def records(self, beginning: str = "") -> Mapping[str, Record]:
        """Return what happened to each call whose name begins so, once everything that was sent has been dealt with."""
        assert self._order(do="settle"), "the server still serves a connection"
        records = self._order(do="ledger", beginning=beginning)["records"]
        return {call: Record(**record) for call, record in records.items()}

    def peek(self, call: str) -> Record:
        """Return what happened to a call so far."""
        record = self._order(do="ledger", beginning=call)["records"].get(call)
        return Record(**record) if record else Record()

    def await_end(self, call: str) -> None:
        """Wait until the server has ended the connection of a call, which lay idle."""
        ends = time.monotonic() + 20
        while self.peek(call).ended == 0:
            assert time.monotonic() < ends, "the server did not end the connection"

    def strangers(self) -> int:
        count: int = self._order(do="ledger")["strangers"]
        return count

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def _order(self, **order: object) -> Any:
        self._lines.write(json.dumps(order).encode() + b"\n")
        self._lines.flush()
        return json.loads(self._lines.readline())


@contextmanager
def faulty_server() -> Iterator[Faults]:
    command = [sys.executable, "-I", str(Path(server.__file__))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        try:
            faults = Faults(process)
            yield faults
            faults.close()
        finally:
            process.stdin.close()
            process.wait()


class Unlimited(MemoryLimiter):
    """A limiter that lets everything through, so that many calls can be made."""

    def reserve(self, _operation: object, _now: int) -> float:
        return 0.0

    def block(self, _operation: object, _seconds: float, _now: int, *, everything: bool) -> None:
        pass


def bare_request(method: str, asset: str) -> tuple[str, str, dict[str, str]]:
    """Return HTTP method, target and headers of a call, as somebody without this package would write them."""
    operation = OPERATIONS[method]
    query = f"asset={asset.upper()}&timestamp={time.time_ns() // 1_000_000}"
    signature = hmac.new(SECRET.encode(), query.encode(), hashlib.sha256).hexdigest()
    return operation.method, f"{operation.path}?{query}&signature={signature}", {"X-MBX-APIKEY": KEY}


def settings(url: str, **changes: Any) -> dict[str, Any]:
    known = {"api_key": KEY, "secret": SECRET, "base_url": url, "retry": RETRY, "timeout": 5.0, "deadline": 10.0}
    return known | changes


def _arguments(method: str, asset: str) -> dict[str, Any]:
    asset = asset.upper()
    if method == READ:
        return {"asset": Unlisted(asset), "transfer_type": EarnTransferType.EARN_TO_FUTURE}
    if method == COLLECTION:
        return {"asset": asset}
    if method == SUB_ACCOUNT:
        direction = MarginTransferDirection.SPOT_TO_MARGIN
        return {"email": "desk+1@example.com", "asset": asset, "amount": "1.50", "type": direction}
    return {"type": TransferType.MAIN_FUNDING, "asset": asset, "amount": "1.50"}


def ask(client: Client, method: str, plan: str, call: str) -> Told:
    try:
        return _told(getattr(client, method)(**_arguments(method, f"{plan}.{call}")))
    except BinanceError as error:
        return _told(error)


async def ask_async(client: AsyncClient, method: str, plan: str, call: str) -> Told:
    try:
        return _told(await getattr(client, method)(**_arguments(method, f"{plan}.{call}")))
    except BinanceError as error:
        return _told(error)


def _told(result: object) -> Told:
    if isinstance(result, BinanceError):
        assert isinstance(result, (NotExecuted, OutcomeUnknown)), f"neither of the two: {result!r}"
        return Told(type(result).__name__, error=result)
    return Told(DONE, str(getattr(result, "tran_id", None) or getattr(result, "txn_id", None) or ""))


def contradictions(method: str, told: Told, record: Record) -> list[str]:
    """Return every way in which what a caller was told differs from what the server did."""
    executions = len(record.executions)
    found = []
    if executions > 1:
        found.append("it was executed twice")
    if method == READ:
        if executions or told.claim == "unknown":
            found.append("a read was executed, or called unknown")
        return found
    if told.claim == "not executed" and executions:
        found.append("the caller was told that it was not executed, and it was")
    if told.claim == DONE and not executions:
        found.append("the caller holds a receipt, and it was not executed")
    if told.receipt and told.receipt not in map(str, record.executions):
        found.append("the receipt is of another call")
    return found
