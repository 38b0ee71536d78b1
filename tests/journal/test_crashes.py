"""A process that is killed at any step, with any fault of Binance's, and run again by one process and by two.

A sample by default; where the environment variable BINANCE_TRANSFERS_LONG_RUN is 1, each step with each fault, and a table.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest

from binance_transfers import Journal
from binance_transfers.sandbox import FailureKind
from tests.sandbox.running import COMMAND, Running, running

from .binance import SETTLED
from .crashing import KEY, RECONCILING, STEPS, Job, Runs, preload

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX")

IS_LONG = os.environ.get("BINANCE_TRANSFERS_LONG_RUN") == "1"
DOUBTFUL = ("lost", "cut", "html", "server_error", "unexpected_response", "timeout")
FAULTS: dict[str, dict[str, Any]] = {
    "none": {},
    **{kind: {"kind": kind, "executed": False} for kind in DOUBTFUL},
    **{f"{kind} and executed": {"kind": kind, "executed": True} for kind in DOUBTFUL},
    **{kind: {"kind": kind} for kind in ("clock", "rate_limit", "ban", "no_connection")},
    "slow": {"kind": "slow", "seconds": 0.1},
    "late": {"kind": "late", "seconds": 0.3},
    "later than its window": {"kind": "late", "seconds": 60},
    "pending": {"kind": "pending", "seconds": 0.3, "executed": True},
    "pending for long": {"kind": "pending", "seconds": 60, "executed": True},
    "pending and failed": {"kind": "pending", "seconds": 0.3, "executed": False},
    "refused": {"kind": "refuse", "code": -3041},
    "refused in doubt": {"kind": "refuse", "code": -1000},
    "refused in doubt and executed": {"kind": "refuse", "code": -1000, "executed": True},
    "probably refused and executed": {"kind": "refuse", "code": -3044, "executed": True},
}
STOPS = [(step, "while it is reconciled") for step in STEPS]
STOPS += [("after the request left", step) for step in RECONCILING]
"""Where the first process is killed, and the second."""
CASES = (
    [*product(STOPS, FAULTS, (1, 2))]
    if IS_LONG
    else [(STOPS[number % len(STOPS)], fault, 1 + number % 2) for number, fault in enumerate(FAULTS)]
)
"""Killed at these steps, with this fault, and run again by so many processes."""
OTHERS: dict[str, dict[str, Any]] = {
    "async": {"is_async": True},
    "sub-account": {
        "operation": "margin_transfer_for_sub_account",
        "arguments": {"email": "a@example.com", "asset": "USDT", "amount": "4", "type": 1},
    },
    "collection": {"operation": "fund_collection_by_asset", "arguments": {"asset": "USDT"}},
}
OTHER_CASES = [
    *product(OTHERS, STOPS if IS_LONG else STOPS[4::6], FAULTS if IS_LONG else ["lost and executed"]),
]
OPEN = {"open", "undecided", "pending"}
NOT_MADE = {*OPEN, "refused"}
ENDS = ("executed once", "reported open at the end", "executed twice", "lost", "wrongly done")
NO_RESPONSE = {"lost", "cut", "late"}
NOWHERE = "http://127.0.0.1:1"
ROUNDS = 8


class Case:
    """A transfer that processes make which die."""

    def __init__(self, server: Running, job: Job, fault: str) -> None:
        self._server, self._job, self._fault = server, job, FAULTS[fault]
        server.control("POST", "reset")
        server.control("POST", "open", email="a@example.com")
        for wallet in ("MAIN", "UMFUTURE"):
            server.control("POST", "credit", wallet=wallet, asset="USDT", amount="100")
        server.control("POST", "credit", wallet="SUB_MAIN", email="a@example.com", asset="USDT", amount="100")
        self._credits = len(server.control("GET", "entries"))
        self.results: list[list[object]] = []

    def run(self, stops: tuple[str, str], count: int) -> None:
        """Kill two processes, and go on until all that run report the transfer."""
        first, second = stops
        job = self._job
        if self._fault.get("kind") == "no_connection":
            job = replace(job, url=NOWHERE)
        elif self._fault:
            self._server.control("POST", "failures", operation=job.operation, **self._fault)
        self.run_processes(1, job, first)
        if second in RECONCILING and second != "while it is reconciled":
            self._wait(1)
        self.run_processes(1, self._job, second)
        for number in range(2, ROUNDS):
            self.run_processes(count, self._job)
            if NOT_MADE.isdisjoint(self.results[-1]):
                return
            self._wait(number)

    def run_processes(self, count: int, job: Job, step: str | None = None) -> None:
        self.results.append(Runs(count, job, step).results())

    def _wait(self, number: int) -> None:
        self._server.control("POST", "skew", milliseconds=number * SETTLED)

    def has_missed(self, stops: tuple[str, str]) -> bool:
        """Return whether a process came past the step at which it was to be killed."""
        first, second = stops
        kind = self._fault.get("kind")
        if self.results[0] != [None]:
            if kind == "no_connection":
                return "intent" in first
            return first != "after the response came" or kind not in NO_RESPONSE
        with Journal(self._job.location) as journal:
            (entry,) = journal.entries()
        is_again = "second" not in second or entry.attempts > 1
        return first == "after the request left" and is_again and self.results[1] != [None]

    def end(self) -> str:
        """Return what became of the transfer, by the sandbox's ledger, the journal and what the processes reported."""
        executed = [entry["id"] for entry in self._server.control("GET", "entries")[self._credits :]]
        with Journal(self._job.location) as journal:
            (entry,) = journal.entries()
        assert entry.key == KEY
        reported = {result for results in self.results for result in results} - {None, *NOT_MADE}
        right = {*executed, "done"} if executed else set()
        if len(executed) > 1:
            return "executed twice"
        if not reported <= right or (entry.state == "done" and entry.transfer_id not in (None, *map(str, executed))):
            return f"wrongly done: {reported}, {entry}, {executed}"
        if entry.state == "done" and {*self.results[-1]} <= right:
            return "executed once"
        if entry.is_open and {*self.results[-1]} <= OPEN:
            return "reported open at the end"
        return f"lost: {entry}, {self.results}"


class Cases:
    """Cases with one server of the sandbox, and how often each end was."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.ends: Counter[str] = Counter()

    def end(self, location: str, stops: tuple[str, str], fault: str, count: int = 1, **other: Any) -> str:
        """Run a case, and return what became of its transfer."""
        case = Case(self.server, Job(location, self.server.url, **other), fault)
        case.run(stops, count)
        end = case.end()
        self.ends[end.partition(":")[0]] += 1
        return f"not killed, and {end}" if case.has_missed(stops) else end


@pytest.fixture(scope="module")
def cases() -> Iterator[Cases]:
    preload()
    with running(*COMMAND) as server:
        made = Cases(server)
        yield made
    if IS_LONG:
        # For `pytest -s`.
        print(f"\ncases: {made.ends.total()}", *(f"{end}: {made.ends[end]}" for end in ENDS), sep="\n")  # noqa: T201


@pytest.mark.parametrize(("stops", "fault", "count"), CASES)
def test_a_transfer_is_made_once_wherever_its_process_is_killed(
    cases: Cases, location: str, stops: tuple[str, str], fault: str, count: int
) -> None:
    assert cases.end(location, stops, fault, count) == "executed once"


@pytest.mark.parametrize(("other", "stops", "fault"), OTHER_CASES)
def test_another_transfer_is_made_once_or_open_wherever_its_process_is_killed(
    cases: Cases, location: str, other: str, stops: tuple[str, str], fault: str
) -> None:
    end = cases.end(location, stops, fault, **OTHERS[other])
    assert end in ("executed once", "reported open at the end")


def test_processes_that_begin_at_the_same_time_make_the_tables_and_one_transfer(cases: Cases, location: str) -> None:
    job = Job(location, cases.server.url)
    case = Case(cases.server, job, "none")
    case.run_processes(4, job)
    assert (case.end(), len({*case.results[0]})) == ("executed once", 1)


def test_each_fault_of_the_sandbox_is_among_them() -> None:
    assert {fault["kind"] for fault in FAULTS.values() if fault} == {*get_args(FailureKind)}
