"""Budgets in Redis where clocks differ, and where Redis hangs, evicts keys, or is a cluster that does not serve them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

import binance_transfers
from binance_transfers import AsyncClient, Client, NotSent
from generator.runtime.headers import weight_header
from generator.runtime.limiter import LimiterDown
from generator.runtime.operation import CallLimit, Operation, Weight
from generator.runtime.redis_limiter import AsyncRedisLimiter, RedisLimiter

from .redis_server import LOCALHOST, WHOSE, Server, connected, connected_async
from .table import CAPPED, TRANSFER, operation

AGES = 10**9
"""Seconds: a window that does not end while a test runs."""
HANGS = "Redis, which holds its budgets, cannot be asked: TimeoutError: it did not respond in time."
SLOW = [
    "fund_auto_collection keeps within this process's own budgets: TimeoutError: it did not respond in time.",
    "fund_auto_collection: what Binance answered was not stored in Redis: TimeoutError: it did not respond in time.",
]
EITHER = "a Limiter or an AsyncLimiter, such as AsyncRedisLimiter"
NO_RETRY: dict[str, Any] = {"retry": Retry(NoBackoff(), 0)}
NO_ASYNC_RETRY: dict[str, Any] = {"retry": AsyncRetry(NoBackoff(), 0)}


@pytest.mark.parametrize(
    "limited",
    [
        operation(weight=Weight("ip", 1, 2, AGES)),
        operation(weight=Weight("uid", 1, 1000, 60), call_limit=CallLimit(2, 3600)),
    ],
    ids=["weight", "rolling limit"],
)
def test_hosts_whose_clocks_differ_share_one_window(port: int, limited: Operation[Any]) -> None:
    with connected(port) as client:
        slow, fast = RedisLimiter(client, **WHOSE), RedisLimiter(client, **WHOSE)
        clocks = {slow: 0, fast: 2 * AGES * 1000}
        assert [limiter.reserve(limited, now) for limiter, now in clocks.items()] == [0, 0]
        assert all(limiter.reserve(limited, now) > 0 for limiter, now in clocks.items())


@pytest.mark.parametrize("everything", [True, False])
def test_a_pause_lasts_equally_long_for_hosts_whose_clocks_differ(port: int, *, everything: bool) -> None:
    with connected(port) as client:
        slow, fast = RedisLimiter(client, **WHOSE), RedisLimiter(client, **WHOSE)
        slow.block(TRANSFER, 3600, 0, everything=everything)
        assert 3000 < fast.reserve(TRANSFER, AGES * 1000) <= 3600


def test_what_binance_reports_counts_for_the_window_of_redis_s_clock(port: int) -> None:
    limited = operation(weight=Weight("ip", 1, 100, AGES))
    with connected(port) as client:
        fast, other = RedisLimiter(client, **WHOSE), RedisLimiter(client, **WHOSE)
        now = 5 * AGES * 1000
        assert fast.reserve(limited, now) == 0
        fast.observe(limited, {weight_header(limited): "100"}, now)
        assert other.reserve(limited, 0) > 0


def test_a_rolling_limit_counts_per_account_and_per_address(port: int) -> None:
    with connected(port) as client:

        def reserve(account: str, address: str) -> bool:
            return RedisLimiter(client, account=account, address=address).reserve(CAPPED, 0) == 0

        assert [reserve("a", "192.0.2.1"), reserve("a", "192.0.2.2")] == [True, True]
        assert not reserve("a", "192.0.2.3")
        assert [reserve("b", "192.0.2.1"), reserve("c", "192.0.2.1")] == [True, False]
        assert reserve("c", "192.0.2.3")


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-lru", "volatile-ttl", "allkeys-random"])
@pytest.mark.parametrize("decoded", [True, False])
def test_a_policy_that_evicts_keys_is_warned_of_once(
    mortal: Server, caplog: pytest.LogCaptureFixture, policy: str, *, decoded: bool
) -> None:
    with redis.Redis(LOCALHOST, mortal.port, decode_responses=decoded) as client:
        client.config_set("maxmemory-policy", policy)
        limiter = RedisLimiter(client, **WHOSE)
        for _ in range(3):
            limiter.reserve(CAPPED, 0)
    assert caplog.messages == [
        f"Redis may evict budgets and bans: its maxmemory-policy is {policy}; set it to noeviction."
    ]


def test_the_async_limiter_warns_of_a_policy_that_evicts_keys_too(
    mortal: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        async with connected_async(mortal.port) as client:
            await client.config_set("maxmemory-policy", "volatile-lru")
            limiter = AsyncRedisLimiter(client, **WHOSE)
            for _ in range(3):
                await limiter.reserve(CAPPED, 0)

    asyncio.run(run())
    assert caplog.messages == [
        "Redis may evict budgets and bans: its maxmemory-policy is volatile-lru; set it to noeviction."
    ]


def test_a_server_that_evicts_nothing_or_forbids_the_question_is_not_warned_of(
    mortal: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(mortal.port) as client:
        assert RedisLimiter(client, **WHOSE).reserve(TRANSFER, 0) == 0
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.acl_setuser("app", enabled=True, nopass=True, keys=["*"], commands=["+@all", "-info", "-config"])
    with redis.Redis(LOCALHOST, mortal.port, username="app", password="any") as client:
        assert RedisLimiter(client, **WHOSE).reserve(TRANSFER, 0) == 0
    assert caplog.messages == []


def serves_no_slots(node: Server) -> None:
    with connected(node.port) as client:
        client.execute_command("CLUSTER", "FLUSHSLOTS")


@pytest.fixture
def node(binary: str, tmp_path: Path) -> Iterator[Server]:
    """A cluster of one node."""
    server = Server(binary, tmp_path, "--cluster-enabled", "yes")
    server.start()
    with connected(server.port) as client:
        client.execute_command("CLUSTER", "ADDSLOTS", *range(16384))
    yield server
    server.stop()


@pytest.mark.parametrize("fail", [serves_no_slots, Server.stop])
def test_a_cluster_that_is_down_is_a_server_that_cannot_be_asked(node: Server, fail: Callable[[Server], None]) -> None:
    with redis.RedisCluster(LOCALHOST, node.port, **NO_RETRY) as cluster:
        refusing, local = RedisLimiter(cluster, **WHOSE), RedisLimiter(cluster, **WHOSE, when_down="local")
        fail(node)
        for _ in range(3):
            with pytest.raises(LimiterDown, match="^Redis, which holds its budgets, cannot be asked: "):
                refusing.reserve(TRANSFER, 0)
        assert [local.reserve(TRANSFER, 0) for _ in range(3)] == [0, 0, 60.0]
        local.block(TRANSFER, 90, 0, everything=True)
        assert local.reserve(CAPPED, 0) == 90.0


@pytest.mark.parametrize("fail", [serves_no_slots, Server.stop])
def test_the_async_limiter_does_the_same_with_a_cluster_that_is_down(
    node: Server, fail: Callable[[Server], None]
) -> None:
    async def run() -> None:
        async with redis.asyncio.RedisCluster(LOCALHOST, node.port, **NO_ASYNC_RETRY) as cluster:
            refusing = AsyncRedisLimiter(cluster, **WHOSE)
            local = AsyncRedisLimiter(cluster, **WHOSE, when_down="local")
            fail(node)
            for _ in range(3):
                with pytest.raises(LimiterDown, match="^Redis, which holds its budgets, cannot be asked: "):
                    await refusing.reserve(TRANSFER, 0)
            assert [await local.reserve(TRANSFER, 0) for _ in range(3)] == [0, 0, 60.0]
            await local.block(TRANSFER, 90, 0, everything=True)
            assert await local.reserve(CAPPED, 0) == 90.0

    asyncio.run(run())


@pytest.mark.parametrize("error", [redis.exceptions.RedisClusterException, KeyError, RuntimeError])
def test_whatever_the_redis_client_raises_is_a_server_that_cannot_be_asked(error: type[Exception]) -> None:
    class Broken(redis.Redis):
        def evalsha(self, *_: Any) -> Any:
            raise error("broken")

    with pytest.raises(LimiterDown, match=f"cannot be asked: {error.__name__}: '?broken'?$"):
        RedisLimiter(Broken(), **WHOSE).reserve(TRANSFER, 0)
    assert RedisLimiter(Broken(), **WHOSE, when_down="local").reserve(TRANSFER, 0) == 0


def test_an_async_limiter_stays_in_the_loop_of_its_first_call(port: int) -> None:
    client = connected_async(port)
    limiter = AsyncRedisLimiter(client, **WHOSE)

    async def reserve() -> None:
        async with client:
            assert await limiter.reserve(TRANSFER, 0) == 0

    asyncio.run(reserve())
    with pytest.raises(RuntimeError) as refused:
        asyncio.run(reserve())
    assert str(refused.value) == (
        "This limiter belongs to another event loop, as its Redis client does; make one of each per loop. "
        "Nothing was sent."
    )


@pytest.mark.parametrize(
    ("client", "limiter", "sentence"),
    [
        (
            AsyncClient,
            binance_transfers.RedisLimiter(redis.Redis(), **WHOSE),
            f"limiter is of type RedisLimiter, which would hold up the event loop; give {EITHER}.",
        ),
        (
            Client,
            binance_transfers.AsyncRedisLimiter(redis.asyncio.Redis(), **WHOSE),
            "limiter is of type AsyncRedisLimiter, which has to be awaited; give a Limiter, such as RedisLimiter.",
        ),
    ],
)
def test_a_limiter_of_the_other_kind_is_refused(client: Any, limiter: object, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its text is compared
        client("key", "secret", limiter=limiter)
    assert str(refused.value) == sentence


@pytest.fixture
def hanging() -> Iterator[socket.socket]:
    """A server that takes connections and never responds."""
    with socket.create_server((LOCALHOST, 0)) as server:
        yield server


def receipt(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, headers={"X-SAPI-USED-IP-WEIGHT-1M": "1500"}, json={"msg": "success"})


def test_a_redis_that_hangs_costs_no_more_than_the_deadline(
    hanging: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    transport = httpx.MockTransport(receipt)
    # Without a timeout, so that nothing but the deadline ends the wait.
    with redis.Redis(
        LOCALHOST, hanging.getsockname()[1], socket_timeout=None, retry=Retry(NoBackoff(), 0)
    ) as connection:
        limiter = binance_transfers.RedisLimiter(connection, **WHOSE)
        with Client("key", "secret", transport=transport, limiter=limiter, deadline=0.2) as client:
            with pytest.raises(NotSent) as refused:
                client.fund_auto_collection()
            assert str(refused.value).startswith(f"fund_auto_collection was not sent: {HANGS}")
        local = binance_transfers.RedisLimiter(connection, **WHOSE, when_down="local")
        with Client("key", "secret", transport=transport, limiter=local, deadline=2.0) as client:
            assert client.fund_auto_collection()
        hanging.close()
        for thread in threading.enumerate():
            if thread.name == "binance-transfers-redis":
                thread.join()
    assert caplog.messages == SLOW


def test_the_async_limiter_waits_no_longer_than_the_deadline_either(
    hanging: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> None:
        transport = httpx.MockTransport(receipt)
        connection = redis.asyncio.Redis(
            host=LOCALHOST, port=hanging.getsockname()[1], socket_timeout=None, retry=AsyncRetry(NoBackoff(), 0)
        )
        async with connection:
            limiter = binance_transfers.AsyncRedisLimiter(connection, **WHOSE)
            async with AsyncClient("key", "secret", transport=transport, limiter=limiter, deadline=0.2) as client:
                with pytest.raises(NotSent) as refused:
                    await client.fund_auto_collection()
                assert str(refused.value).startswith(f"fund_auto_collection was not sent: {HANGS}")
            local = binance_transfers.AsyncRedisLimiter(connection, **WHOSE, when_down="local")
            async with AsyncClient("key", "secret", transport=transport, limiter=local, deadline=2.0) as client:
                assert await client.fund_auto_collection()

    asyncio.run(run())
    assert caplog.messages == SLOW
