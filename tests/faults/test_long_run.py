"""Thousands of calls against random faults, then the ledger against what each caller was told.

1,000 calls by default, 20,000 where the environment variable BINANCE_TRANSFERS_LONG_RUN is 1.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from binance_transfers import AsyncClient, Client

from .harness import (
    COLLECTION,
    READ,
    SUB_ACCOUNT,
    TRANSFER,
    Faults,
    Told,
    Unlimited,
    ask,
    ask_async,
    contradictions,
    settings,
)
from .scenarios import IMPATIENT, SCENARIOS
from .server import Record

CALLS = 20_000 if os.environ.get("BINANCE_TRANSFERS_LONG_RUN") == "1" else 1_000
WORKERS = 8
SEED = 20_260_115
_METHODS = (TRANSFER, SUB_ACCOUNT, COLLECTION, READ)
_USABLE = {
    f"r{number}": scenario
    for number, scenario in enumerate(SCENARIOS)
    if scenario.listener == "main" and not scenario.clock_error
}
_QUICK = [
    name
    for name, scenario in _USABLE.items()
    if not scenario.settings and scenario.scheme == "http" and "later" not in scenario.name
]
_SLOW = [name for name, scenario in _USABLE.items() if scenario.settings is IMPATIENT and scenario.scheme == "http"]
_FINE = "r0"


@dataclass(frozen=True, slots=True)
class Errand:
    """One call to make."""

    call: str
    method: str
    plan: str

    @property
    def slow(self) -> bool:
        """Whether the server keeps the caller waiting."""
        return self.plan in _SLOW


def _errands(way: str, worker: int) -> Iterator[Errand]:
    chance = random.Random(f"{SEED} {way} {worker}")  # noqa: S311 - the same faults every time
    for number in range(worker, CALLS // 2, WORKERS):
        (plans,) = chance.choices(([_FINE], _QUICK, _SLOW), (40, 59, 1))
        yield Errand(f"{way}-{worker}-{number}", chance.choice(_METHODS), chance.choice(plans))


@pytest.fixture(scope="module", autouse=True)
def _plans(faults: Faults) -> None:
    for name, scenario in _USABLE.items():
        faults.plan(name, scenario.steps)


def _sync(url: str) -> dict[Errand, Told]:
    patient, impatient = settings(url, limiter=Unlimited()), settings(url, limiter=Unlimited(), **IMPATIENT)
    with Client(**patient) as client, Client(**impatient) as hasty, ThreadPoolExecutor(WORKERS) as pool:

        def work(worker: int) -> dict[Errand, Told]:
            return {
                errand: ask(hasty if errand.slow else client, errand.method, errand.plan, errand.call)
                for errand in _errands("sync", worker)
            }

        return {errand: told for part in pool.map(work, range(WORKERS)) for errand, told in part.items()}


def _async(url: str) -> dict[Errand, Told]:
    patient, impatient = settings(url, limiter=Unlimited()), settings(url, limiter=Unlimited(), **IMPATIENT)

    async def run() -> dict[Errand, Told]:
        async with AsyncClient(**patient) as client, AsyncClient(**impatient) as hasty:

            async def work(worker: int) -> dict[Errand, Told]:
                return {
                    errand: await ask_async(hasty if errand.slow else client, errand.method, errand.plan, errand.call)
                    for errand in _errands("async", worker)
                }

            parts = await asyncio.gather(*map(work, range(WORKERS)))
            return {errand: told for part in parts for errand, told in part.items()}

    return asyncio.run(run())


@pytest.mark.parametrize("way", ["sync", "async"])
def test_the_ledger_agrees_with_what_every_caller_was_told(
    way: str, faults: Faults, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "binance_transfers")
    told = _sync(faults.url()) if way == "sync" else _async(faults.url())
    records = faults.records()
    assert len(told) == CALLS // 2
    with capsys.disabled():
        _show(way, told, records)
    found = {
        errand: problems
        for errand, answer in told.items()
        if (problems := contradictions(errand.method, answer, records.get(errand.call, Record())))
    }
    assert found == {}
    assert sum(len(record.executions) for record in records.values()) == len(
        {number for record in records.values() for number in record.executions}
    )
    assert faults.strangers() == 0


def _show(way: str, told: Mapping[Errand, Told], records: Mapping[str, Record]) -> None:
    counts: Counter[tuple[str, str, int]] = Counter()
    for errand, answer in told.items():
        kind = "read" if errand.method == READ else "transfer"
        counts[kind, answer.outcome, len(records.get(errand.call, Record()).executions)] += 1
    requests = sum(records[errand.call].requests for errand in told if errand.call in records)
    lines = [f"\n{way}: {len(told)} calls, {requests} requests"]
    lines += [
        f"{kind:9} {outcome:22} executed {times}: {count:6}" for (kind, outcome, times), count in sorted(counts.items())
    ]
    os.write(1, ("\n".join(lines) + "\n").encode())
