"""A process that is killed at any step, with any fault of Binance's, and run again by one process and by two."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from binance_transfers import Journal
from tests.sandbox.running import COMMAND, Running, running

from .binance import SETTLED
from .crashing import KEY, STEPS, Runs, preload

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX")

FAULTS: dict[str, dict[str, Any] | None] = {
    "none": None,
    "lost and executed": {"kind": "lost", "executed": True},
    "lost": {"kind": "lost", "executed": False},
    "late": {"kind": "late", "seconds": 0.3},
    "clock": {"kind": "clock"},
    "timeout and executed": {"kind": "timeout", "executed": True},
    "pending": {"kind": "pending", "seconds": 0.3, "executed": True},
    "pending and failed": {"kind": "pending", "seconds": 0.3, "executed": False},
}
CASES = [
    (step, fault, 1 + (row + column) % 2)
    for row, step in enumerate(STEPS)
    for column, fault in enumerate(FAULTS)
    if (row + 2 * column) % 4 == 0
]
"""Each step with two faults, and each fault with two or three steps, run again by one process or by two."""
NO_ID = {"open", "undecided", "pending", "refused"}
ROUNDS = 8


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    preload()
    with running(*COMMAND) as made:
        yield made


def moved(server: Running) -> list[int]:
    return [entry["id"] for entry in server.control("GET", "entries") if entry["source"]]


def inject(server: Running, fault: str) -> None:
    server.control("POST", "reset")
    server.control("POST", "credit", wallet="MAIN", asset="USDT", amount="100")
    if settings := FAULTS[fault]:
        server.control("POST", "failures", operation="user_universal_transfer", **settings)


def run_until_settled(server: Running, location: str, count: int) -> Iterator[object]:
    """Yield what each process reports, until all of them report the id."""
    for number in range(1, ROUNDS):
        results = Runs(count, location, server.url).results()
        yield from results
        if NO_ID.isdisjoint(results):
            return
        server.control("POST", "skew", milliseconds=number * SETTLED)


@pytest.mark.parametrize(("step", "fault", "count"), CASES)
def test_a_transfer_is_made_once_wherever_its_process_is_killed(
    server: Running, tmp_path: Path, step: str, fault: str, count: int
) -> None:
    inject(server, fault)
    location = str(tmp_path / "journal.sqlite")
    (first,) = Runs(1, location, server.url, step).results()
    (second,) = Runs(1, location, server.url, "while it is reconciled").results()
    results = [*run_until_settled(server, location, count)]
    (executed,) = moved(server)
    assert {first, second} <= {None, executed, *NO_ID}
    assert {*results} <= {executed, *NO_ID}
    assert results[-1] == executed
    with Journal(location) as journal:
        (entry,) = journal.entries()
    assert (entry.key, entry.state, entry.transfer_id) == (KEY, "done", str(executed))
