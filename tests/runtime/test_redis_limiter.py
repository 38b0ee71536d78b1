"""Budgets in Redis: the same as in memory, for any number of processes, and safe when the server is not there."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
import redis.asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import binance_transfers
from binance_transfers import NotSent, TransferType
from binance_transfers.sandbox import Sandbox
from generator.runtime.limiter import LimiterDown, MemoryLimiter
from generator.runtime.operation import NewerFact, Operation, Weight
from generator.runtime.redis_limiter import AsyncRedisLimiter, RedisLimiter

from .redis_server import (
    LOCALHOST,
    NARROW,
    WHOSE,
    WIDE,
    AsyncTimedLimiter,
    Forgetful,
    Server,
    TimedLimiter,
    connected,
    connected_async,
    take,
)
from .table import BOTH, CAPPED, TRANSFER, operation

MINUTE = 60_000
SYNC = "give a redis.Redis or a redis.RedisCluster."
WEIGHT = "x-sapi-used-ip-weight-1m"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "reserve", "reserve", "observe", "block", "ban"]),
        st.sampled_from([TRANSFER, CAPPED, WIDE, BOTH]),
        st.sampled_from([0, 0, 1, 999, 1_000, 30_000, MINUTE, 1_799_999, 3_600_000]),
        st.integers(0, 150),
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_it_does_what_the_limiter_in_memory_does(port: int, steps: list[tuple[str, Operation[Any], int, int]]) -> None:
    memory, now = MemoryLimiter(), 1_499_827_319_559
    with connected(port) as client:
        client.flushall()
    shared = Forgetful(port, "sync")
    for what, called, later, number in steps:
        now += later
        if what == "reserve":
            assert shared.reserve(called, now) == memory.reserve(called, now)
        elif what == "observe":
            headers = {f"x-sapi-used-{called.weight.scope}-weight-1m": str(number), "x-sapi-used-uid-weight-1s": "1"}
            shared.observe(called, headers, now)
            memory.observe(called, headers, now)
        else:
            shared.block(called, number / 10, now, everything=what == "ban")
            memory.block(called, number / 10, now, everything=what == "ban")


def test_what_binance_counts_by_address_is_shared_by_address_and_the_rest_by_account(port: int) -> None:
    here, elsewhere = Forgetful(port, "sync"), Forgetful(port, "sync", address="192.0.2.2")
    other = Forgetful(port, "sync", account="other")
    another = Forgetful(port, "sync", prefix="testnet")
    by_address, by_account = operation(weight=Weight("ip", 1, 1, 60)), operation(weight=Weight("uid", 1, 1, 60))
    for called in (by_address, by_account):
        assert here.reserve(called, 0) == 0
    assert (other.reserve(by_address, 0), elsewhere.reserve(by_address, 0)) == (60.0, 0)
    assert (other.reserve(by_account, 0), elsewhere.reserve(by_account, 0)) == (0, 60.0)
    assert (another.reserve(by_address, 0), another.reserve(by_account, 0)) == (0, 0)
    here.block(by_account, 90, 0, everything=True)
    assert (other.reserve(by_account, MINUTE), elsewhere.reserve(by_account, MINUTE)) == (30.0, 0)


def test_what_newer_sources_state_is_counted_where_it_is_asked_for(port: int) -> None:
    newer = operation(newer=(NewerFact("sdk 1.0", "2026-08-01", "Four calls.", (Weight("ip", 30, 120, 60),)),))
    shared = [Forgetful(port, "sync", newer_weights=True) for _ in range(2)]
    assert [shared[number % 2].reserve(newer, 0) for number in range(5)] == [0] * 4 + [60.0]


def test_calls_that_nobody_counts_any_more_are_not_kept(port: int) -> None:
    shared = Forgetful(port, "sync")
    assert [shared.reserve(CAPPED, hours * 3_600_000) for hours in range(9)] == [0] * 9
    with connected(port) as client:
        assert client.zcard("{binance-transfers}:calls:capped:uid:main") == 1
        assert client.hlen("{binance-transfers}:weight:capped:uid:main") == 1


def test_processes_together_take_exactly_the_budget(port: int) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [context.Process(target=take, args=(port, 150, results)) for _ in range(4)]
    for process in processes:
        process.start()
    granted: Counter[str] = Counter()
    for name, calls in (results.get(timeout=60) for _ in range(8)):
        granted[name] += calls
    for process in processes:
        process.join()
    assert granted == {"wide": 333, "narrow": 100}
    with connected(port) as client:
        weights = {key.split(b":")[2]: client.hvals(key) for key in client.scan_iter("{binance-transfers}:weight:*")}
        assert weights == {b"wide": [b"999"], b"narrow": [b"100"]}
        calls = {key: client.zcard(key) for key in client.scan_iter("{binance-transfers}:calls:*")}
        assert calls == {
            b"{binance-transfers}:calls:narrow:ip:2001:db8::1": 100,
            b"{binance-transfers}:calls:narrow:uid:main": 100,
        }


def test_the_scripts_may_be_flushed_at_any_time(port: int) -> None:
    with connected(port) as client:
        limiter = TimedLimiter(client, **WHOSE)
        for wanted in (0, 0, 60.0):
            assert limiter.reserve(TRANSFER, 0) == wanted
            client.script_flush()
        limiter.block(TRANSFER, 90, 0, everything=True)
        assert TimedLimiter(client, **WHOSE).reserve(TRANSFER, MINUTE) == 30.0


def test_every_key_expires_after_what_it_holds_and_has_the_one_hash_tag(port: int) -> None:
    shared = Forgetful(port, "sync")
    shared.reserve(NARROW, 0)
    shared.observe(operation(name="seen"), {WEIGHT: "5"}, 0)
    shared.block(TRANSFER, 90, 0, everything=False)
    shared.block(TRANSFER, 600, 0, everything=True)
    with connected(port) as client:
        left = {key.decode(): client.pttl(key) for key in client.scan_iter()}
    assert sorted(left) == [
        "{binance-transfers}:ban:2001:db8::1",
        "{binance-transfers}:calls:narrow:ip:2001:db8::1",
        "{binance-transfers}:calls:narrow:uid:main",
        "{binance-transfers}:counter:narrow",
        "{binance-transfers}:pause:transfer:ip:2001:db8::1",
        "{binance-transfers}:weight:narrow:uid:main",
        "{binance-transfers}:weight:seen:ip:2001:db8::1",
    ]
    for name, seconds in {"ban": 600, "calls": 3600, "counter": 3600, "pause": 90, "weight": 60}.items():
        found = [expiry for key, expiry in left.items() if f":{name}:" in key]
        assert found
        assert all(seconds * 1000 < expiry <= (seconds + 60) * 1000 for expiry in found), name


def test_a_cluster_runs_it(binary: str, tmp_path: Path) -> None:
    server = Server(binary, tmp_path, "--cluster-enabled", "yes")
    server.start()
    try:
        with connected(server.port) as client:
            client.execute_command("CLUSTER", "ADDSLOTS", *range(16384))
            for _ in range(500):
                if b"cluster_state:ok" in client.execute_command("CLUSTER", "INFO", NEVER_DECODE=True):
                    break
                time.sleep(0.02)
        with redis.RedisCluster(LOCALHOST, server.port) as cluster:
            limiter = TimedLimiter(cluster, **WHOSE)
            assert [limiter.reserve(CAPPED, 0) for _ in range(3)] == [0, 0, 3600.0]
            limiter.block(TRANSFER, 90, 0, everything=True)
            assert TimedLimiter(cluster, **WHOSE).reserve(TRANSFER, 0) == 90.0

        async def run() -> list[float]:
            async with redis.asyncio.RedisCluster(LOCALHOST, server.port) as cluster:
                limiter = AsyncTimedLimiter(cluster, **(WHOSE | {"address": "192.0.2.2"}))
                return [await limiter.reserve(TRANSFER, 0) for _ in range(3)]

        assert asyncio.run(run()) == [0, 0, 60.0]
    finally:
        server.stop()


def test_without_redis_calls_are_refused_until_it_is_back(mortal: Server) -> None:
    with connected(mortal.port) as client:
        limiter = TimedLimiter(client, **WHOSE)
        assert limiter.reserve(TRANSFER, 0) == 0
        mortal.stop()
        for _ in range(2):
            with pytest.raises(LimiterDown, match="^Redis, which holds its budgets, cannot be asked: ConnectionError"):
                limiter.reserve(TRANSFER, 0)
        mortal.start()
        assert [limiter.reserve(TRANSFER, 0) for _ in range(2)] == [0, 60.0]


def test_without_redis_calls_keep_within_the_process_s_own_budgets_where_that_is_chosen(
    mortal: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(mortal.port) as client:
        limiter = TimedLimiter(client, **WHOSE, when_down="local")
        assert limiter.reserve(TRANSFER, 0) == 0
        mortal.stop()
        assert [limiter.reserve(TRANSFER, 0) for _ in range(2)] == [0, 60.0]
        [warning] = caplog.record_tuples
        assert warning[:2] == ("binance_transfers", logging.WARNING)
        assert warning[2].startswith("transfer keeps within this process's own budgets: ConnectionError: ")
        mortal.start()
        # Redis is empty now, but this process knows better for what it did itself.
        assert limiter.reserve(TRANSFER, 1) > 0
        assert [limiter.reserve(TRANSFER, MINUTE) for _ in range(3)] == [0, 0, 60.0]
        assert Forgetful(mortal.port, "async").reserve(TRANSFER, MINUTE) == 60.0


def test_the_async_limiter_does_the_same_without_redis(mortal: Server) -> None:
    async def run() -> None:
        async with connected_async(mortal.port) as client:
            limiter = AsyncTimedLimiter(client, **WHOSE)
            local = AsyncTimedLimiter(client, **WHOSE, when_down="local")
            assert await limiter.reserve(TRANSFER, 0) == 0
            mortal.stop()
            with pytest.raises(LimiterDown, match="cannot be asked"):
                await limiter.reserve(TRANSFER, 0)
            assert [await local.reserve(TRANSFER, 0) for _ in range(3)] == [0, 0, 60.0]
            await limiter.observe(TRANSFER, {WEIGHT: "60"}, 0)
            await limiter.block(TRANSFER, 90, 0, everything=True)
            mortal.start()
            assert await limiter.reserve(CAPPED, 0) == 90.0
            assert await local.reserve(TRANSFER, MINUTE) == 0

    asyncio.run(run())


def test_what_binance_answers_while_redis_is_down_is_logged_raises_nothing_and_is_not_forgotten(
    mortal: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(mortal.port) as client:
        limiter = TimedLimiter(client, **WHOSE)
        mortal.stop()
        limiter.observe(TRANSFER, {WEIGHT: "61"}, 0)
        limiter.observe(TRANSFER, {}, 0)
        limiter.block(TRANSFER, 90, 0, everything=True)
        assert [record.getMessage().partition(": Conn")[0] for record in caplog.records] == [
            "transfer: what Binance answered was not stored in Redis"
        ] * 2
        mortal.start()
        assert limiter.reserve(CAPPED, 0) == 90.0
        assert limiter.reserve(TRANSFER, 90_000) == 0


def test_a_server_that_refuses_to_write_is_one_that_cannot_be_asked(port: int) -> None:
    with connected(port) as client:
        limiter = TimedLimiter(client, **WHOSE)
        client.set(f"{{binance-transfers}}:ban:{WHOSE['address']}", "not a number")
        client.rpush("{binance-transfers}:pause:capped:uid:main", "not a text")
        with pytest.raises(LimiterDown, match="ResponseError: "):
            limiter.reserve(CAPPED, 0)


def test_a_client_sends_nothing_while_redis_is_down(mortal: Server) -> None:
    sandbox = Sandbox()
    sandbox.credit("MAIN", "USDT", 10)
    with (
        connected(mortal.port) as connection,
        binance_transfers.Client(
            sandbox.api_key,
            sandbox.secret,
            transport=sandbox.transport,
            limiter=binance_transfers.RedisLimiter(connection, **WHOSE),
        ) as client,
    ):
        client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="1")
        mortal.stop()
        with pytest.raises(NotSent, match="^user_universal_transfer was not sent: Redis, which holds") as refused:
            client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="2")
    assert (refused.value.attempts, refused.value.parameters["amount"]) == (0, "2")
    assert len(sandbox.requests) == 1


def test_an_answer_that_redis_does_not_hear_of_is_still_the_answer(mortal: Server) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        mortal.stop()
        return httpx.Response(200, headers={"X-SAPI-USED-UID-WEIGHT-1M": "900"}, json={"tranId": 7})

    async def run() -> None:
        async with connected_async(mortal.port) as connection:
            limiter = binance_transfers.AsyncRedisLimiter(connection, **WHOSE)
            transport = httpx.MockTransport(answer)
            async with binance_transfers.AsyncClient("key", "secret", transport=transport, limiter=limiter) as client:
                done = await client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="1")
                assert done.tran_id == 7
                with pytest.raises(NotSent, match="Redis"):
                    await client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="1")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"account": " "}, "account is ' '; it must be text, and not blank."),
        ({"address": None}, "address is None; it must be text, and not blank."),
        ({"prefix": ""}, "prefix is ''; it must be text, and not blank."),
        ({"prefix": "a}b"}, "prefix is 'a}b'; it must be without braces, as it is the keys' hash tag."),
        ({"when_down": "wait"}, "when_down is 'wait'; allowed: 'refuse', 'local'."),
        ({"client": redis.asyncio.Redis()}, f"client is of type redis.asyncio.client.Redis; {SYNC}"),
        ({"client": redis.Redis}, f"client is the class Redis; {SYNC}"),
        ({"client": None}, f"client is of type builtins.NoneType; {SYNC}"),
    ],
)
def test_arguments_that_cannot_be_used_are_sentences(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its text is compared
        RedisLimiter(**({"client": redis.Redis()} | WHOSE | wrong))
    assert str(refused.value) == sentence


def test_an_asynchronous_limiter_takes_an_asynchronous_client() -> None:
    sentence = "^client is of type redis.client.Redis; give a redis.asyncio.Redis or a redis.asyncio.RedisCluster.$"
    with pytest.raises(ValueError, match=sentence):
        AsyncRedisLimiter(redis.Redis(), **WHOSE)  # type: ignore[arg-type]


def test_the_package_needs_redis_only_where_it_is_asked_for() -> None:
    code = """
import sys
import binance_transfers
from binance_transfers import *
assert "redis" not in sys.modules
sys.modules["redis"] = None
try:
    from binance_transfers import AsyncRedisLimiter
except ImportError as error:
    print(error)
try:
    binance_transfers.Nothing
except AttributeError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "AsyncRedisLimiter needs the extra redis: pip install 'binance-transfers[redis]'",
        "module 'binance_transfers' has no attribute 'Nothing'",
    ]


def test_two_weights_are_shared_by_address_and_by_account(port: int) -> None:
    here, elsewhere = Forgetful(port, "sync"), Forgetful(port, "sync", address="192.0.2.2")
    other = Forgetful(port, "sync", account="other")
    assert [limiter.reserve(BOTH, 0) for limiter in (here, elsewhere, elsewhere)] == [0, 0, 0]
    # The account has used its hour, and a call that is refused for it takes nothing of the address.
    assert [limiter.reserve(BOTH, 0) for limiter in (here, other, other)] == [3600.0, 0, 60.0]
