"""Random programs of transfers, faults and reconciles: a verdict never says what the sandbox's ledger contradicts.

1,000 programs by default, 40,000 where the environment variable BINANCE_TRANSFERS_LONG_RUN is 1.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import pickle
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from binance_transfers import (
    AsyncClient,
    Client,
    InvalidRequest,
    NotExecuted,
    OutcomeUnknown,
    Snapshot,
    Verdict,
)
from binance_transfers._runtime.flow import Sleep
from binance_transfers.sandbox import FailureKind, Sandbox

PROGRAMS = 40_000 if os.environ.get("BINANCE_TRANSFERS_LONG_RUN") == "1" else 600
SEED = 20_260_115
DESK = "desk@example.com"
TRANSFER, TO_SUB_ACCOUNT = "user_universal_transfer", "margin_transfer_for_sub_account"
COLLECT, COLLECT_ALL = "fund_collection_by_asset", "fund_auto_collection"
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    *[(TRANSFER, {"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "5"})] * 4,
    (TRANSFER, {"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "7"}),
    (TRANSFER, {"type": "UMFUTURE_MAIN", "asset": "USDT", "amount": "5"}),
    (TRANSFER, {"type": "UMFUTURE_MARGIN", "asset": "USDT", "amount": "100", "recv_window": 60_000}),
    (TO_SUB_ACCOUNT, {"email": DESK, "asset": "USDT", "amount": "5", "type": 1}),
    (TO_SUB_ACCOUNT, {"email": DESK, "asset": "USDT", "amount": "5", "type": 2}),
    (COLLECT, {"asset": "USDT"}),
    (COLLECT_ALL, {}),
)
OPEN: tuple[FailureKind, ...] = ("lost", "cut", "html", "server_error", "unexpected_response", "timeout")
"""Failures that leave the outcome unknown, whether the call is executed or not."""
REASONS = (
    "The history lists no execution of the transfer, and it is too early for that to count.",
    "An equal transfer is listed, which may have been made just before this one was sent.",
    "if it is another, reconcile that first, or give its id in exclude.",
    "give exclude, the ids of other transfers, [] if there are none.",
    "with an unknown outcome.",
    "What the wallets held before the call is not known.",
    "Another call of this client touches the same wallets.",
    "The balances before were read after the call was made.",
    "is not what the call alone would have made it.",
    "No balance has changed, which suggests that it was not executed, and does not prove it.",
    "Before the call there was nothing to move.",
)
"""Beginnings or ends of the reasons for which a verdict may stay undecided."""


class ManualClock:
    """The time of the sandbox, which only the program moves."""

    now = 1_768_435_200_000

    def milliseconds(self) -> int:
        return self.now

    def correct(self, server_time: int, age: float) -> None:
        """Stay as it is: nobody corrects Binance's clock."""


class ClientClock(ManualClock):
    """The clock of a machine, which is off and may be set at any time."""

    def __init__(self, binance: ManualClock) -> None:
        self.binance, self.off = binance, 0

    def milliseconds(self) -> int:
        return self.binance.now + self.off

    def correct(self, server_time: int, age: float) -> None:  # noqa: ARG002 - a Clock
        self.off = server_time - self.binance.now


@dataclass
class Made:
    """A transfer that was made, and what its caller knows."""

    name: str
    arguments: dict[str, Any]
    executed_at: int
    """The time that its entry in the ledger has, if it is executed."""
    error: OutcomeUnknown
    before: Snapshot | None

    @property
    def key(self) -> tuple[str, str]:
        return self.name, str(sorted(self.arguments.items()))


class Program:
    """One random program against one sandbox."""

    def __init__(self, seed: str, runner: asyncio.Runner | None) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - the same programs every time
        self.runner = runner
        self.clock = ManualClock()
        self.sandbox = Sandbox(clock=self.clock)
        for wallet in ("MAIN", "UMFUTURE", "CMFUTURE"):
            self.sandbox.credit(wallet, "USDT", 100)
        for wallet in ("SUB_MAIN", "SUB_MARGIN"):
            self.sandbox.credit(wallet, "USDT", 100, email=DESK)
        self.client_clock = ClientClock(self.clock)
        self.client = self.new_client()
        self.unknown: list[Made] = []
        self.absent: list[Made] = []
        """Those of which a verdict or an exception said that they were not executed."""
        self.claimed: dict[str, set[int]] = {}
        self.found_elsewhere: dict[str, set[int]] = {}
        """The ids that other clients have found, which the first one has to be told."""
        self.verdicts: Counter[str] = Counter()
        self.problems: list[str] = []

    def new_client(self) -> Any:
        kind = Client if self.runner is None else AsyncClient
        return kind(
            self.sandbox.api_key, self.sandbox.secret, transport=self.sandbox.transport, clock=self.client_clock
        )

    def do(self, result: Any) -> Any:
        return self.runner.run(result) if self.runner and inspect.iscoroutine(result) else result

    def run(self) -> None:
        """Carry the program out."""
        self.sandbox.lag = self.chance.choice((0, 0, 0, 300, 20_000, 50_000))
        is_exact = self.chance.random() < 0.5
        for _ in range(self.chance.randint(2, 7)):
            self.client_clock.off = 0 if is_exact else self.chance.choice((0, 400, 990, -700, -4_000))
            self.transfer()
            self.advance()
            if self.unknown and self.chance.random() < 0.5:
                self.reconcile(self.chance.choice(self.unknown))
        self.advance(70_000)
        for made in list(self.unknown):
            self.reconcile(made)
        self.advance(200_000)
        for made in self.absent:
            if self.is_executed(made):
                self.problems.append(f"{made.key} was executed, and called not executed")

    def advance(self, milliseconds: int | None = None) -> None:
        if milliseconds is None:
            milliseconds = self.chance.choice((1, 2, 40, 900, 4_000, 30_000, 66_000))
        self.clock.now += milliseconds

    def is_executed(self, made: Made) -> bool:
        return any(
            entry.operation == made.name and entry.time == made.executed_at and entry.amount
            for entry in self.sandbox.entries
        )

    def transfer(self) -> None:
        """Make a transfer, which may fail."""
        name, arguments = self.chance.choice(CALLS)
        before = None
        if name != TRANSFER and self.chance.random() < 0.7:
            before = self.do(self.client.snapshot(name, **arguments))
            self.advance(self.chance.choice((1, 5, 2_000)))
        late = self.inject(name)
        try:
            receipt = self.do(getattr(self.client, name)(**arguments))
        except OutcomeUnknown as error:
            self.unknown.append(Made(name, arguments, self.clock.now + late, error, before))
        except NotExecuted:
            self.sandbox.clear_failures()
        else:
            self.sandbox.clear_failures()
            if name == TRANSFER:
                self.claim(str(sorted(arguments.items())), receipt.tran_id)

    def inject(self, name: str) -> int:
        """Let the next call of an operation fail, or not, and return by how many milliseconds it is executed later."""
        kind = self.chance.choice(
            (*OPEN, *OPEN, "late", "late", "pending", "refuse", "no_connection", None, None, None)
        )
        executed = self.chance.random() < 0.5
        if kind == "late":
            # By such times no other call is made, so that the ledger tells them apart.
            seconds = self.chance.choice((0.523, 3.347, 4.793, 8.617, 50.119))
            self.sandbox.inject("late", name, seconds=seconds)
            return round(seconds * 1000)
        if kind == "pending":
            self.sandbox.inject("pending", name, executed=executed, seconds=self.chance.choice((1, 20, 90)))
        elif kind == "refuse":
            self.sandbox.inject("refuse", name, code=self.chance.choice((-5002, -1102, -3041)))
        elif kind == "no_connection":
            self.sandbox.inject("no_connection", name)
        elif kind is not None:
            self.sandbox.inject(kind, name, executed=executed)
        return 0

    def claim(self, key: str, id_: int) -> None:
        if id_ in self.claimed.setdefault(key, set()):
            self.problems.append(f"{id_} is claimed twice")
        self.claimed[key].add(id_)

    def asker(self, made: Made) -> tuple[Any, set[int] | None]:
        """Return the client that made a transfer, or one that knows no more than it is told, and what it is told."""
        # A new one does not know what the first one did to the wallets.
        if made.before is not None or self.chance.random() < 0.75:
            return self.client, self.found_elsewhere.get(made.key[1])
        made.error = pickle.loads(pickle.dumps(made.error))  # noqa: S301 - our own bytes
        is_alone = sum(other.key == made.key for other in self.unknown) == 1
        is_told = is_alone and self.chance.random() < 0.7
        return self.new_client(), self.claimed.get(made.key[1], set()) if is_told else None

    def reconcile(self, made: Made) -> None:
        """Ask what became of a transfer, and compare the verdict with the ledger."""
        client, exclude = self.asker(made)
        wait = self.chance.choice((0, 0, 100))
        verdict: Verdict = self.do(client.reconcile(made.error, exclude=exclude, before=made.before, wait=wait))
        self.verdicts[f"{made.name}: {verdict.outcome}"] += 1
        if verdict.outcome == "executed":
            if not self.is_executed(made):
                self.problems.append(f"{made.key} was not executed, and called executed: {verdict}")
            if made.name == TRANSFER and verdict.receipt:
                self.claim(made.key[1], verdict.receipt.tran_id)
                if client is not self.client:
                    self.found_elsewhere.setdefault(made.key[1], set()).add(verdict.receipt.tran_id)
            self.unknown.remove(made)
        elif verdict.outcome == "not_executed":
            self.absent.append(made)
            self.unknown.remove(made)
        elif verdict.outcome == "undecided" and not any(
            verdict.reason.startswith(reason) or verdict.reason.endswith(reason) for reason in REASONS
        ):
            self.problems.append(f"an unknown reason: {verdict.reason}")


@contextmanager
def no_sleep(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let waits move the program's clock."""

    def perform(self: Sleep) -> None:
        program.clock.now += round(self.seconds * 1000)

    async def perform_async(self: Sleep) -> None:
        perform(self)

    with monkeypatch.context() as patch:
        patch.setattr(Sleep, "perform", perform)
        patch.setattr(Sleep, "perform_async", perform_async)
        yield


@pytest.mark.parametrize("way", ["sync", "async"])
def test_a_verdict_never_says_what_the_ledger_contradicts(
    way: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "binance_transfers")
    verdicts: Counter[str] = Counter()
    with asyncio.Runner() as runner:
        for number in range(PROGRAMS // 2):
            program = Program(f"{SEED} {way} {number}", runner if way == "async" else None)
            with no_sleep(program, monkeypatch):
                program.run()
            assert program.problems == [], f"program {number}"
            verdicts += program.verdicts
    for name in (TRANSFER, TO_SUB_ACCOUNT, COLLECT, COLLECT_ALL):
        for outcome in ("executed", "undecided"):
            assert verdicts[f"{name}: {outcome}"] > 0, "the programs try each kind of verdict"
    assert verdicts[f"{TRANSFER}: not_executed"] > 0
    assert verdicts[f"{TRANSFER}: pending"] > 0


def test_an_operation_without_a_confirmation_has_no_snapshot() -> None:
    sandbox = Sandbox()
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client, pytest.raises(InvalidRequest):
        client.snapshot(TRANSFER, type="MAIN_UMFUTURE", asset="USDT", amount=1)
