"""A server that closes connections that lay idle: whoever reuses them loses requests, and a transfer must not be one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from binance_transfers import AsyncClient, Client

from .harness import DONE, READ, TRANSFER, Faults, Unlimited, ask, ask_async, bare_request, settings
from .server import Step

CALLS = 100
PLAN = "idle"


@pytest.fixture(scope="module", autouse=True)
def _plan(faults: Faults) -> None:
    # The server answers, keeps the connection, and closes it when the next request is on its way: what a client meets
    # whose request and the server's closing cross. The answers do not say `Connection: close`.
    faults.plan(PLAN, [Step(end="ambush")])


@pytest.fixture
def http(faults: Faults) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=faults.url()) as client:
        yield client


def _ask_bare(http: httpx.Client, method: str, call: str) -> str:
    verb, target, headers = bare_request(method, f"{PLAN}.{call}")
    try:
        return str(http.request(verb, target, headers=headers).status_code)
    except httpx.TransportError:
        return "failed"


def test_a_client_that_reuses_idle_connections_does_lose_transfers_here(http: httpx.Client, faults: Faults) -> None:
    outcomes = Counter(_ask_bare(http, TRANSFER, f"bare{number}") for number in range(CALLS))
    assert outcomes == {"200": CALLS // 2, "failed": CALLS // 2}
    assert sum(faults.peek(f"bare{number}").dropped for number in range(CALLS)) == CALLS // 2


@pytest.mark.parametrize("threads", [1, 8])
def test_our_transfers_lose_none(threads: int, faults: Faults) -> None:
    name = f"threads{threads}-"
    with Client(**settings(faults.url(), limiter=Unlimited())) as client, ThreadPoolExecutor(threads) as pool:
        asked = [pool.submit(ask, client, TRANSFER, PLAN, f"{name}{number}") for number in range(CALLS)]
        outcomes = Counter(future.result().outcome for future in asked)
    assert outcomes == {DONE: CALLS}
    _all_executed_over_connections_of_their_own(faults, name)


def test_our_asynchronous_transfers_lose_none(faults: Faults) -> None:
    async def run() -> Counter[str]:
        limit = asyncio.Semaphore(8)
        async with AsyncClient(**settings(faults.url(), limiter=Unlimited())) as client:

            async def one(number: int) -> str:
                async with limit:
                    return (await ask_async(client, TRANSFER, PLAN, f"async{number}")).outcome

            return Counter(await asyncio.gather(*map(one, range(CALLS))))

    assert asyncio.run(run()) == {DONE: CALLS}
    _all_executed_over_connections_of_their_own(faults, "async")


def test_reads_and_transfers_of_one_client_do_not_share_connections(faults: Faults) -> None:
    with Client(**settings(faults.url(), limiter=Unlimited())) as client:
        for number in range(CALLS // 4):
            # A read may lose its connection, and is sent again.
            assert ask(client, READ, PLAN, f"read{number}").outcome == DONE
            assert ask(client, TRANSFER, PLAN, f"mixed{number}").outcome == DONE
    records = faults.records()
    assert sum(records[f"read{number}"].dropped for number in range(CALLS // 4)) > 0
    assert sum(records[f"mixed{number}"].dropped for number in range(CALLS // 4)) == 0


def test_an_http_client_of_the_callers_loses_none_while_it_serves_transfers_only(
    http: httpx.Client, faults: Faults
) -> None:
    with Client(**settings(faults.url(), limiter=Unlimited(), http_client=http)) as client:
        outcomes = Counter(ask(client, TRANSFER, PLAN, f"given{number}").outcome for number in range(CALLS))
    assert outcomes == {DONE: CALLS}
    http.close()
    _all_executed_over_connections_of_their_own(faults, "given")


def test_an_http_client_that_others_use_too_does_lose_transfers_and_the_caller_learns_it(
    http: httpx.Client, faults: Faults
) -> None:
    with Client(**settings(faults.url(), limiter=Unlimited(), http_client=http)) as client:
        outcomes: Counter[str] = Counter()
        for number in range(CALLS // 4):
            assert _ask_bare(http, READ, f"other{number}") == "200"
            outcomes[ask(client, TRANSFER, PLAN, f"shared{number}").outcome] += 1
    assert outcomes == {"OutcomeUnknown": CALLS // 4}


def _all_executed_over_connections_of_their_own(faults: Faults, name: str) -> None:
    records = faults.records()
    seen = [records[f"{name}{number}"] for number in range(CALLS)]
    assert [len(record.executions) for record in seen] == [1] * CALLS
    assert sum(record.reused + record.dropped for record in seen) == 0
