"""Budgets that processes and machines share through Redis.

    connection = redis.Redis(host="redis", socket_timeout=1, socket_connect_timeout=1)
    limiter = RedisLimiter(connection, account="treasury", address="203.0.113.7")
    client = Client(api_key, secret, limiter=limiter)

Limiters of the same prefix, account and address spend from the same budgets. What Binance counts by IP address is held
by `address`, the one that Binance sees; what it counts by account is held by `account`, any name that stands for it,
but not its key. Every key begins with the hash tag `{prefix}`, so that a cluster keeps all of them in one slot, and
expires when what it holds is over.

What a limiter itself took and observed, it also keeps in memory: a ban holds even if Redis is down when it comes, or is
restarted empty. What others took before such a restart is known again as soon as Binance's headers report it; calls that
count for a rolling limit are not, so let Redis persist them (`appendonly yes`).

A call waits for Redis as long as the Redis client does, whatever the call's `deadline` is. So give that client a short
`socket_timeout` and `socket_connect_timeout`, and a `retry` whose attempts fit into the deadline too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from operator import call
from types import ModuleType
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import redis
import redis.asyncio

from .flow import Flow, run, run_async
from .headers import used_weight
from .limiter import LimiterDown, MemoryLimiter
from .observe import logger
from .operation import Operation, Weight
from .short_repr import describe_type

WhenDown: TypeAlias = Literal["refuse", "local"]
AnyRedis = TypeVar(
    "AnyRedis", bound=redis.Redis | redis.RedisCluster | redis.asyncio.Redis | redis.asyncio.RedisCluster
)

_PREFIX = "binance-transfers"
_SPARE = 60_000
"""Milliseconds that a key outlives what it holds, as clocks differ."""
_FAILURES = (redis.RedisError, OSError)

_RESERVE = """
local calls, counter, pause, ban = unpack(KEYS)
local now, limit, period, calls_expiry = unpack(ARGV)
now, limit, period = tonumber(now), tonumber(limit), tonumber(period)

local free = now
for _, key in ipairs({pause, ban}) do
    free = math.max(free, tonumber(redis.call('GET', key) or 0))
end
-- Behind the others comes a key for each budget, with four arguments.
local budgets = {}
for index = 5, #KEYS do
    local cost, budget, next_window, expiry = unpack(ARGV, 4 * index - 15, 4 * index - 12)
    budgets[KEYS[index]] = {cost, expiry}
    if tonumber(redis.call('GET', KEYS[index]) or 0) + cost > tonumber(budget) then
        free = math.max(free, tonumber(next_window))
    end
end
if limit > 0 then
    local since = string.format('(%.0f', now - period)
    local count = redis.call('ZCOUNT', calls, since, '+inf')
    if count >= limit then
        local last = redis.call('ZRANGEBYSCORE', calls, since, '+inf', 'WITHSCORES', 'LIMIT', count - limit, 1)
        free = math.max(free, last[2] + period)
    end
end
if free > now then
    return free - now
end

for weight, taken in pairs(budgets) do
    redis.call('INCRBY', weight, taken[1])
    redis.call('PEXPIRE', weight, taken[2])
end
if limit > 0 then
    -- Two calls in one millisecond are two members. What a slower clock still counts is left for it.
    redis.call('ZADD', calls, ARGV[1], ARGV[1] .. '-' .. redis.call('INCR', counter))
    redis.call('ZREMRANGEBYSCORE', calls, '-inf', string.format('%.0f', now - 2 * period))
    redis.call('PEXPIRE', calls, calls_expiry)
    redis.call('PEXPIRE', counter, calls_expiry)
end
return 0
"""
"""Returns the milliseconds until the call may fit, or takes it and returns 0."""

_RAISE = """
if tonumber(ARGV[1]) > tonumber(redis.call('GET', KEYS[1]) or 0) then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
"""
"""Sets a number and its expiry, unless the number there is as high."""


Script: TypeAlias = partial[Any]
"""The command to run a script in Redis; what the async classes return has to be awaited."""


class _SharedBudgets(Generic[AnyRedis]):
    """The base of both limiters, which differ only in how they wait for Redis."""

    _module: ClassVar[ModuleType]

    def __init__(
        self, client: AnyRedis, *, account: str, address: str, prefix: str = _PREFIX, when_down: WhenDown = "refuse"
    ) -> None:
        """Make a limiter; nothing is asked of Redis yet.

        Args:
            client: Where the budgets are, with timeouts of its own, as calls wait for it; it stays yours to close.
                `AsyncRedisLimiter` takes redis's async classes.
            account: A name for the account, the same wherever the account is used; not its key.
            address: The IP address that Binance sees.
            prefix: What the keys begin with; another one for another Binance, such as a test network.
            when_down: Whether calls are refused with `NotSent` while Redis cannot be asked, or keep within budgets of
                this process's own.

        Raises:
            ValueError: An argument that cannot be used.
        """
        _check_client(client, self._module)
        for name, text in (("account", account), ("address", address), ("prefix", prefix)):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"{name} is {text!r}; it must be text, and not blank.")
        if "{" in prefix or "}" in prefix:
            raise ValueError(f"prefix is {prefix!r}; it must be without braces, as it is the keys' hash tag.")
        if when_down not in ("refuse", "local"):
            raise ValueError(f"when_down is {when_down!r}; allowed: 'refuse', 'local'.")
        self._owners = {"ip": address, "uid": account}
        self._prefix = prefix
        self._when_down = when_down
        self._own = MemoryLimiter()
        self._reserve_script = client.register_script(_RESERVE)
        self._raise_script = client.register_script(_RAISE)

    def _reserve(self, operation: Operation[Any], now: int) -> Flow[Script, float]:
        if wait := self._own.wait(operation, now):
            return wait
        try:
            wait = int((yield self._reservation(operation, now))) / 1000
        except _FAILURES as error:
            if self._when_down == "refuse":
                raise LimiterDown(f"Redis, which holds its budgets, cannot be asked: {_described(error)}") from error
            logger.warning("%s keeps within this process's own budgets: %s", operation.name, _described(error))
        return wait or self._own.reserve(operation, now)

    def _observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> Flow[Script, None]:
        self._own.observe(operation, headers, sent_at)
        for weight in operation.weights:
            reported = used_weight(weight, headers)
            if reported is not None:
                key = self._weight(operation, weight, sent_at)
                yield from self._raise_to(operation, key, reported, weight.seconds * 1000)

    def _block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> Flow[Script, None]:
        self._own.block(operation, seconds, now, everything=everything)
        length = round(seconds * 1000)
        key = self._ban() if everything else self._key("pause", operation)
        yield from self._raise_to(operation, key, now + length, length)

    def _raise_to(self, operation: Operation[Any], key: str, number: int, length: int) -> Flow[Script, None]:
        try:
            yield partial(self._raise_script, keys=[key], args=[number, length + _SPARE])
        except Exception as error:  # noqa: BLE001 - the outcome of the call stands, whatever happens here
            logger.warning("%s: what Binance answered was not stored in Redis: %s", operation.name, _described(error))

    def _reservation(self, operation: Operation[Any], now: int) -> Script:
        limit = operation.call_limit
        period = limit.seconds * 1000 if limit else 0
        keys = [*(self._key(what, operation) for what in ("calls", "counter", "pause")), self._ban()]
        arguments = [now, limit.calls if limit else 0, period, period + _SPARE]
        for weight in operation.weights:
            length = weight.seconds * 1000
            keys.append(self._weight(operation, weight, now))
            arguments += [weight.weight, weight.budget, now - now % length + length, length + _SPARE]
        return partial(self._reserve_script, keys=keys, args=arguments)

    def _weight(self, operation: Operation[Any], weight: Weight, now: int) -> str:
        return self._key(f"weight:{now // (weight.seconds * 1000)}", operation, weight.scope)

    def _key(self, what: str, operation: Operation[Any], scope: str = "") -> str:
        # What the user named comes last, so that it can hold anything.
        scope = scope or operation.weight.scope
        return f"{{{self._prefix}}}:{what}:{operation.name}:{scope}:{self._owners[scope]}"

    def _ban(self) -> str:
        return f"{{{self._prefix}}}:ban:{self._owners['ip']}"


class RedisLimiter(_SharedBudgets[redis.Redis | redis.RedisCluster]):
    """Budgets that processes and machines share through Redis."""

    _module: ClassVar[ModuleType] = redis

    def reserve(self, operation: Operation[Any], now: int) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit."""
        return run(self._reserve(operation, now), call)

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> None:
        """Correct the budgets upward by what the headers of the response to a request report as used."""
        run(self._observe(operation, headers, sent_at), call)

    def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> None:
        """Let nothing through for some seconds: of the operation's budget, or (an IP ban) of anything."""
        run(self._block(operation, seconds, now, everything=everything), call)


class AsyncRedisLimiter(_SharedBudgets[redis.asyncio.Redis | redis.asyncio.RedisCluster]):
    """A `RedisLimiter` for `AsyncClient`; the two share budgets, too."""

    _module: ClassVar[ModuleType] = redis.asyncio

    async def reserve(self, operation: Operation[Any], now: int) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit."""
        return await run_async(self._reserve(operation, now), call)

    async def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> None:
        """Correct the budgets upward by what the headers of the response to a request report as used."""
        await run_async(self._observe(operation, headers, sent_at), call)

    async def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> None:
        """Let nothing through for some seconds: of the operation's budget, or (an IP ban) of anything."""
        await run_async(self._block(operation, seconds, now, everything=everything), call)


def _check_client(client: object, module: ModuleType) -> None:
    if isinstance(client, (module.Redis, module.RedisCluster)):
        return
    kind, name = type(client), module.__name__
    # With the module, as sync and async classes share their names.
    given = describe_type(client) if isinstance(client, type) else f"of type {kind.__module__}.{kind.__name__}"
    raise ValueError(f"client is {given}; give a {name}.Redis or a {name}.RedisCluster.")


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
