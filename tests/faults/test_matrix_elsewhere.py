"""Scenarios of the matrix where a call takes another way: a proxy's tunnel, HTTP/2, a forked process."""

from __future__ import annotations

import ast
import asyncio
import os
import pickle
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from binance_transfers import AsyncClient, Client
from tests.client.test_fork import in_child
from tests.client.test_proxy import HOST, PROXY_VARIABLES

from .gateway import Gateway, gateway
from .harness import READ, TRANSFER, Faults, Told, Unlimited, ask, ask_async, contradictions, settings
from .scenarios import SCENARIOS, Expected, Scenario
from .server import Record, Step

NAMES = (
    "plain answer",
    "chunked",
    "200 with `{}`",
    "400 with JSON",
    "a wrong secret",
    "500 with HTML, executed",
    "500 with HTML, not executed",
    "-1007 at 400, executed",
    "-1007 at 400, not executed",
    "-1021 once",
    "-1003 at 429, at once again",
    "418",
    "307 to another host, executed",
    "close after nothing of the answer, executed",
    "close after nothing of the answer, not executed",
    "close after half of the body of the answer, executed",
    "cut where only closing tells the length, executed",
    "closed once, then fine",
    "silent after nothing of the answer, executed",
)
CHOSEN = [scenario for scenario in SCENARIOS if scenario.name in NAMES]
WAYS = ("proxy", "async proxy", "http2", "async http2")


@pytest.fixture(params=CHOSEN, ids=lambda scenario: scenario.name)
def scenario(request: pytest.FixtureRequest, faults: Faults) -> Scenario:
    chosen: Scenario = request.param
    faults.plan(_plan(chosen), chosen.steps)
    return chosen


@pytest.fixture(scope="module")
def tunnels(certificate: Path, faults: Faults) -> Iterator[Gateway]:
    with gateway(certificate, faults.ports["main"]) as (opened, proxy), pytest.MonkeyPatch.context() as patch:
        for name in PROXY_VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv("HTTPS_PROXY", proxy)
        patch.setenv("SSL_CERT_FILE", str(certificate))
        yield opened


@pytest.fixture(scope="module")
def trust(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def _plan(scenario: Scenario) -> str:
    return f"e{CHOSEN.index(scenario)}"


def _call(scenario: Scenario, way: str, method: str) -> str:
    return f"{_plan(scenario)}-{way.replace(' ', '-')}-{method}"


def _told(scenario: Scenario, library: ModuleType, way: str, method: str, trust: ssl.SSLContext) -> Told:
    known, plan, call = settings(f"https://{HOST}", **scenario.settings), _plan(scenario), _call(scenario, way, method)
    proxy = os.environ["HTTPS_PROXY"]

    async def run() -> Told:
        if way.endswith("proxy"):
            async with AsyncClient(**known) as client:
                return await ask_async(client, method, plan, call)
        async with library.AsyncClient(proxy=proxy, http2=True, verify=trust) as http:
            return await ask_async(AsyncClient(**known, http_client=http), method, plan, call)

    if "async" in way:
        return asyncio.run(run())
    if way.endswith("proxy"):
        with Client(**known) as client:
            return ask(client, method, plan, call)
    with library.Client(proxy=proxy, http2=True, verify=trust) as http:
        return ask(Client(**known, http_client=http), method, plan, call)


def _check(scenario: Scenario, told: dict[tuple[str, str], Told], faults: Faults) -> None:
    """Compare what each caller was told with what the server did, and with what the matrix expects."""
    records = faults.records(f"{_plan(scenario)}-")
    seen = {key: records.get(_call(scenario, *key), Record()) for key in told}
    found = {key: contradictions(key[1], told[key], seen[key]) for key in told}
    assert not any(found.values()), found
    assert {
        key: Expected(told[key].outcome, record.requests, len(record.executions) if key[1] == TRANSFER else 0)
        for key, record in seen.items()
    } == {key: scenario.transfer if key[1] == TRANSFER else scenario.read for key in told}


def test_the_matrix_holds_through_a_proxy_and_over_http2(
    scenario: Scenario, library: ModuleType, tunnels: Gateway, trust: ssl.SSLContext, faults: Faults
) -> None:
    tunnels.protocols.clear()
    keys = [(f"{library.__name__} {way}", method) for way in WAYS for method in (TRANSFER, READ)]
    with ThreadPoolExecutor(len(keys)) as pool:
        asked = {key: pool.submit(_told, scenario, library, *key, trust) for key in keys}
        told = {key: future.result() for key, future in asked.items()}
    _check(scenario, told, faults)
    assert set(tunnels.protocols) == {"http/1.1", "h2"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_the_matrix_holds_on_both_sides_of_a_fork(scenario: Scenario, faults: Faults) -> None:
    faults.plan("before", [Step()])
    with Client(**settings(faults.url(), limiter=Unlimited(), **scenario.settings)) as client:

        def told(way: str, method: str) -> Told:
            return ask(client, method, _plan(scenario), _call(scenario, way, method))

        ask(client, READ, "before", "fork")
        keys = [(way, method) for way in ("child", "parent") for method in (TRANSFER, READ)]
        child = in_child(lambda: pickle.dumps([told(*key) for key in keys[:2]]))
        answers = [*pickle.loads(ast.literal_eval(child)), *(told(*key) for key in keys[2:])]  # noqa: S301 - our own
    _check(scenario, dict(zip(keys, answers, strict=True)), faults)


def test_every_chosen_scenario_is_one_of_the_matrix() -> None:
    assert {scenario.name for scenario in CHOSEN} == set(NAMES)
