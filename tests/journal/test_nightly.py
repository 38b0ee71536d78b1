"""The nightly job of the documentation: killed at any moment and run again, it makes each transfer once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from binance_transfers import Journal
from tests.sandbox.running import COMMAND, Running, running

from .binance import SETTLED
from .crashing import preload
from .nights import NIGHT, NIGHTLY, Run, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a signal of POSIX")

DESKS = [f"desk{number}@example.com" for number in (1, 2, 3)]
SWEEP = ("fund_auto_collection", "300", None)
MOVE = ("user_universal_transfer", "4000", None)
TOP_UPS = [
    ("margin_transfer_for_sub_account", amount, desk)
    for desk, amount in zip(DESKS, ("150", "150", "80.5"), strict=True)
]
KEYS = {
    f"{NIGHT}/sweep": SWEEP,
    f"{NIGHT}/move-1": MOVE,
    f"{NIGHT}/move-2": MOVE,
    **{f"{NIGHT}/top-up/{desk}": top_up for desk, top_up in zip(DESKS, TOP_UPS, strict=True)},
}
LAST = 80
"""A run has no more moments."""
STEP = 1 if os.environ.get("BINANCE_TRANSFERS_LONG_RUN") == "1" else 6


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    preload()
    with running(*COMMAND) as made:
        yield made


@pytest.fixture(autouse=True)
def _funds(server: Running) -> None:
    server.control("POST", "reset")
    server.control("POST", "credit", wallet="MAIN", asset="USDT", amount="9000")
    server.control("POST", "credit", wallet="UMFUTURE", asset="USDT", amount="300")
    server.control("POST", "credit", wallet="EARN", asset="LDUSDT", amount="1200")
    for desk in DESKS:
        server.control("POST", "open", email=desk)
        server.control("POST", "credit", wallet="SUB_MAIN", email=desk, asset="USDT", amount="200")


def moved(server: Running) -> Counter[tuple[str, str, str | None]]:
    """Return how often each transfer stands in the sandbox's ledger."""
    entries = [entry for entry in server.control("GET", "entries") if entry["source"]]
    return Counter((entry["operation"], entry["amount"], entry["source"]["owner"]) for entry in entries)


def states(location: str) -> dict[str, str]:
    with Journal(location) as journal:
        return {entry.key: entry.state for entry in journal.entries()}


def run_until_it_ends(server: Running, location: str) -> Run:
    """Run the job again later, until all is done or nothing more is found out by waiting."""
    for number in range(2, 5):
        server.control("POST", "skew", milliseconds=number * SETTLED)
        ended = run(location, server.url)
        if ended.code == 0:
            break
    return ended


def test_a_run_makes_each_transfer_once_and_another_run_none(server: Running, tmp_path: Path) -> None:
    location = str(tmp_path / "journal.sqlite")
    first, second = run(location, server.url), run(location, server.url)
    assert (first.code, first.errors, second.code, second.errors) == (0, "", 0, "")
    assert moved(server) == Counter(KEYS.values())
    assert first.moments <= LAST
    assert states(location) == dict.fromkeys(KEYS, "done")


@pytest.mark.parametrize("moment", range(1, LAST + 1, STEP))
def test_wherever_it_is_killed_each_transfer_is_made_once_or_reported_as_open(
    server: Running, tmp_path: Path, moment: int
) -> None:
    location = str(tmp_path / "journal.sqlite")
    run(location, server.url, moment)
    server.control("POST", "skew", milliseconds=SETTLED)
    run(location, server.url, moment // 2)
    ended = run_until_it_ends(server, location)
    open_keys = {key for key, state in states(location).items() if state != "done"}
    executed = moved(server)
    assert executed <= Counter(KEYS.values())
    assert {KEYS[key] for key in open_keys}.isdisjoint([MOVE])
    assert Counter(KEYS[key] for key in KEYS.keys() - open_keys) <= executed
    assert {line.partition(" ")[0] for line in ended.errors.splitlines()} == open_keys
    assert ended.code == (1 if open_keys else 0)


def test_every_file_of_the_examples_is_one_that_a_test_runs() -> None:
    assert sorted(NIGHTLY.parent.iterdir()) == [NIGHTLY]
