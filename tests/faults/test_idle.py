"""Servers that end connections that lay idle: a transfer is lost only where the end and the request crossed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, get_args

import httpx
import pytest

from binance_transfers import AsyncClient, Client
from tests.client.test_proxy import HOST, PROXY_VARIABLES

from .gateway import gateway
from .harness import DONE, READ, TRANSFER, Faults, Told, Unlimited, ask, ask_async, bare_request, contradictions
from .harness import settings as known_settings
from .server import Record, Step

CALLS = 100
AMBUSH = "ambush"
WAYS = ("sync", "async")
Idle = Literal["idle close", "idle reset", "idle half-close"]
ENDS: tuple[Idle, ...] = get_args(Idle)
LONGEST_IDLE = 0.05


@pytest.fixture(scope="module", autouse=True)
def _plans(faults: Faults) -> None:
    # The server answers, keeps the connection, and closes it when the next request is on its way: what a client meets
    # whose request and the server's closing cross. The answers do not say `Connection: close`.
    faults.plan(AMBUSH, [Step(end="ambush")])
    faults.plan("keep", [Step()])
    for number, end in enumerate(ENDS):
        faults.plan(f"soon{number}", [Step(end=end)])
        faults.plan(f"random{number}", [Step(end=end, idle=LONGEST_IDLE)])


@pytest.fixture(params=[False, True], ids=WAYS)
def asynchronous(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def settings(url: str, **changes: Any) -> dict[str, Any]:
    return known_settings(url, limiter=Unlimited(), **changes)


def ask_in_turn(
    known: dict[str, Any], plan: str, calls: list[str], pause: Callable[[str], float], *, asynchronous: bool
) -> dict[str, Told]:
    """Return what the callers of one client learn, one after the other; after each it pauses."""

    async def run() -> dict[str, Told]:
        told = {}
        async with AsyncClient(**known) as client:
            for call in calls:
                told[call] = await ask_async(client, TRANSFER, plan, call)
                await asyncio.sleep(pause(call))
        return told

    if asynchronous:
        return asyncio.run(run())
    told = {}
    with Client(**known) as client:
        for call in calls:
            told[call] = ask(client, TRANSFER, plan, call)
            time.sleep(pause(call))
    return told


def check(told: dict[str, Told], faults: Faults) -> Counter[str]:
    """Return how often each outcome came, all of which must be true and an executed transfer or an unknown one."""
    records = faults.records()
    found = {call: contradictions(TRANSFER, told[call], records.get(call, Record())) for call in told}
    assert not any(found.values()), found
    outcomes = Counter(learned.outcome for learned in told.values())
    assert set(outcomes) <= {DONE, "OutcomeUnknown"}
    assert outcomes[DONE] == sum(len(records[call].executions) for call in records.keys() & told.keys())
    return outcomes


@pytest.mark.parametrize("end", ENDS)
def test_a_connection_that_the_server_has_ended_loses_no_transfer(
    end: Idle, faults: Faults, *, asynchronous: bool
) -> None:
    plan = f"soon{ENDS.index(end)}"
    calls = [f"{plan}-{WAYS[asynchronous]}-{number}" for number in range(CALLS // 4)]

    def until_it_ended(call: str) -> float:
        faults.await_end(call)
        return 0

    told = ask_in_turn(settings(faults.url()), plan, calls, until_it_ended, asynchronous=asynchronous)
    assert check(told, faults) == {DONE: len(calls)}


@pytest.mark.parametrize("way", ["direct", "proxy"])
@pytest.mark.parametrize("end", ENDS)
def test_at_random_moments_a_transfer_is_executed_or_called_unknown(
    end: Idle, way: str, certificate: Path, faults: Faults, monkeypatch: pytest.MonkeyPatch, *, asynchronous: bool
) -> None:
    plan = f"random{ENDS.index(end)}"
    calls = [f"{plan}-{way}-{WAYS[asynchronous]}-{number}" for number in range(CALLS // 4)]

    def at_random(_: str) -> float:
        return random.uniform(0, LONGEST_IDLE)  # noqa: S311

    if way == "direct":
        known = settings(faults.url())
        check(ask_in_turn(known, plan, calls, at_random, asynchronous=asynchronous), faults)
        return
    with gateway(certificate, faults.ports["main"]) as (_, proxy):
        for name in PROXY_VARIABLES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        known = settings(f"https://{HOST}")
        check(ask_in_turn(known, plan, calls, at_random, asynchronous=asynchronous), faults)


def test_a_server_that_keeps_its_connections_loses_none_of_them(faults: Faults, *, asynchronous: bool) -> None:
    calls = [f"kept-{WAYS[asynchronous]}-{number}" for number in range(CALLS)]
    told = ask_in_turn(settings(faults.url()), "keep", calls, lambda _: 0, asynchronous=asynchronous)
    assert check(told, faults) == {DONE: CALLS}
    assert sum(faults.records()[call].reused for call in calls) == CALLS - 1


def test_what_is_lost_in_an_ambush_is_called_unknown(faults: Faults, *, asynchronous: bool) -> None:
    calls = [f"ambushed-{WAYS[asynchronous]}-{number}" for number in range(CALLS)]
    told = ask_in_turn(settings(faults.url()), AMBUSH, calls, lambda _: 0, asynchronous=asynchronous)
    assert check(told, faults) == {DONE: CALLS // 2, "OutcomeUnknown": CALLS // 2}
    lost = [call for call in calls if told[call].outcome != DONE]
    assert [faults.records()[call].dropped for call in lost] == [1] * len(lost)


def test_reads_of_an_ambush_are_sent_again(faults: Faults) -> None:
    with Client(**settings(faults.url())) as client:
        outcomes = Counter(ask(client, READ, AMBUSH, f"read{number}").outcome for number in range(CALLS // 4))
    assert outcomes == {DONE: CALLS // 4}
    assert sum(faults.records()[f"read{number}"].dropped for number in range(CALLS // 4)) > 0


@pytest.mark.parametrize("threads", [1, 8])
def test_transfers_over_connections_of_their_own_lose_none_in_an_ambush(threads: int, faults: Faults) -> None:
    name = f"threads{threads}-"
    known = settings(faults.url(), keepalive_expiry=0)
    with Client(**known) as client, ThreadPoolExecutor(threads) as pool:
        asked = [pool.submit(ask, client, TRANSFER, AMBUSH, f"{name}{number}") for number in range(CALLS)]
        outcomes = Counter(future.result().outcome for future in asked)
    assert outcomes == {DONE: CALLS}
    _all_executed_over_connections_of_their_own(faults, name)


def test_asynchronous_transfers_over_connections_of_their_own_lose_none_in_an_ambush(faults: Faults) -> None:
    async def run() -> Counter[str]:
        limit = asyncio.Semaphore(8)
        async with AsyncClient(**settings(faults.url(), keepalive_expiry=0)) as client:

            async def one(number: int) -> str:
                async with limit:
                    return (await ask_async(client, TRANSFER, AMBUSH, f"async{number}")).outcome

            return Counter(await asyncio.gather(*map(one, range(CALLS))))

    assert asyncio.run(run()) == {DONE: CALLS}
    _all_executed_over_connections_of_their_own(faults, "async")


@pytest.fixture
def http(faults: Faults) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=faults.url()) as client:
        yield client


def _ask_bare(http: httpx.Client, method: str, call: str) -> str:
    verb, target, headers = bare_request(method, f"{AMBUSH}.{call}")
    try:
        return str(http.request(verb, target, headers=headers).status_code)
    except httpx.TransportError:
        return "failed"


def test_an_http_client_of_the_callers_loses_none_while_it_serves_transfers_only(
    http: httpx.Client, faults: Faults
) -> None:
    with Client(**settings(faults.url(), http_client=http)) as client:
        outcomes = Counter(ask(client, TRANSFER, AMBUSH, f"given{number}").outcome for number in range(CALLS))
    assert outcomes == {DONE: CALLS}
    http.close()
    _all_executed_over_connections_of_their_own(faults, "given")


def test_an_http_client_that_others_use_too_does_lose_transfers_and_the_caller_learns_it(
    http: httpx.Client, faults: Faults
) -> None:
    with Client(**settings(faults.url(), http_client=http)) as client:
        outcomes: Counter[str] = Counter()
        for number in range(CALLS // 4):
            assert _ask_bare(http, READ, f"other{number}") == "200"
            outcomes[ask(client, TRANSFER, AMBUSH, f"shared{number}").outcome] += 1
    assert outcomes == {"OutcomeUnknown": CALLS // 4}


def _all_executed_over_connections_of_their_own(faults: Faults, name: str) -> None:
    records = faults.records()
    seen = [records[f"{name}{number}"] for number in range(CALLS)]
    assert [len(record.executions) for record in seen] == [1] * CALLS
    assert sum(record.reused + record.dropped for record in seen) == 0
