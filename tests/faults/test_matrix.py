"""Every scenario, for a transfer and a read, sync and async: what the caller is told is what the server did."""

from __future__ import annotations

import asyncio
import re
import ssl
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import httpx
import httpx2
import pytest

from binance_transfers import AsyncClient, Client, SystemClock

from .harness import READ, TRANSFER, Faults, Told, ask, ask_async, contradictions, settings
from .scenarios import SCENARIOS, Expected, Scenario
from .server import Record

LIBRARIES = {"httpx": httpx, "httpx2": httpx2}
WAYS = ("sync", "async")
OWN_CLIENTS = tuple(f"{library} {way}" for library in LIBRARIES for way in WAYS)
"""HTTP clients of the caller's."""
TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
NAMES = [scenario.name for scenario in SCENARIOS]


@pytest.fixture(params=range(len(SCENARIOS)), ids=NAMES)
def scenario(request: pytest.FixtureRequest, faults: Faults) -> Scenario:
    found: Scenario = SCENARIOS[request.param]
    if found.listener == "full" and sys.platform != "linux":
        pytest.skip("only Linux ignores callers when the queue of a port is full")
    faults.plan(_plan(found), found.steps)
    return found


def _plan(scenario: Scenario) -> str:
    return f"p{SCENARIOS.index(scenario)}"


def _settings(scenario: Scenario, faults: Faults) -> dict[str, Any]:
    clock = SystemClock()
    clock.correct(clock.milliseconds() + scenario.clock_error, 0.0)
    url = faults.url(scenario.listener, scenario.scheme)
    return settings(url, clock=clock, **scenario.settings)


def _told(scenario: Scenario, way: str, method: str, faults: Faults) -> Told:
    known, plan, call = _settings(scenario, faults), _plan(scenario), _call(scenario, way, method)
    library = LIBRARIES.get(way.partition(" ")[0])

    async def run() -> Told:
        async with (
            library.AsyncClient(verify=TRUST) if library else nullcontext() as http,
            AsyncClient(**known, http_client=http) as client,
        ):
            return await ask_async(client, method, plan, call)

    if way.endswith("async"):
        return asyncio.run(run())
    with (
        library.Client(verify=TRUST) if library else nullcontext() as http,
        Client(**known, http_client=http) as client,
    ):
        return ask(client, method, plan, call)


def _ends_by_itself(scenario: Scenario) -> bool:
    """Return whether timeouts of reads end a call: a caller's own sync HTTP client knows no deadline."""
    return not any(step.sends in {"late", "flood", "no end"} for step in scenario.steps)


def _call(scenario: Scenario, way: str, method: str) -> str:
    return f"{_plan(scenario)}-{way.replace(' ', '-')}-{method}"


def test_the_caller_is_told_what_the_server_did(scenario: Scenario, faults: Faults) -> None:
    ways = (*WAYS, *OWN_CLIENTS) if _ends_by_itself(scenario) else WAYS
    expected = {(way, TRANSFER): scenario.transfer for way in ways} | {(way, READ): scenario.read for way in WAYS}
    with ThreadPoolExecutor(len(expected)) as pool:
        asked = {key: pool.submit(_told, scenario, *key, faults) for key in expected}
        told = {key: future.result() for key, future in asked.items()}
    records = faults.records(f"{_plan(scenario)}-")
    seen = {key: records.get(_call(scenario, *key), Record()) for key in told}

    found = {key: contradictions(key[1], told[key], seen[key]) for key in told}
    assert not any(found.values()), found
    assert {key: _summary(key[1], told[key], seen[key]) for key in told} == expected
    assert [record.outlasted for record in seen.values()] == [0] * len(told)
    assert [_incomplete(told[key], key[1]) for key in told] == [""] * len(told)


def _summary(method: str, told: Told, record: Record) -> Expected:
    return Expected(told.outcome, record.requests, len(record.executions) if method == TRANSFER else 0)


def _incomplete(told: Told, method: str) -> str:
    """Return what an exception lacks of what its catcher needs."""
    error = told.error
    if error is None:
        return ""
    if error.operation != method:
        return f"operation is {error.operation!r}"
    if not str(error.parameters.get("asset", "")).lower().endswith(method):
        return f"parameters are {error.parameters!r}"
    text = f"{error!s} {error!r} {vars(error)!r}"
    return "it shows a signature" if re.search(r"signature=|[0-9a-f]{64}", text) else ""


def test_nobody_followed_a_redirect_to_another_host(faults: Faults) -> None:
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == "307 to another host, executed")
    faults.plan("away", scenario.steps)
    with Client(**settings(faults.url())) as client:
        assert ask(client, TRANSFER, "away", "away").outcome == "OutcomeUnknown"
    assert faults.strangers() == 0


def test_a_transfer_that_is_called_unknown_without_need_says_why() -> None:
    needless: Mapping[str, bool] = {
        scenario.name: scenario.transfer.outcome == "OutcomeUnknown" and scenario.transfer.executed == 0
        for scenario in SCENARIOS
    }
    assert [scenario.name for scenario in SCENARIOS if bool(scenario.why) != needless[scenario.name]] == []


def test_scenarios_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(SCENARIOS) >= 60
    assert len(set(NAMES)) == len(NAMES)
