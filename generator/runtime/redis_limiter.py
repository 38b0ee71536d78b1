"""Budgets that processes and machines share through Redis.

    connection = redis.Redis(host="redis", socket_timeout=1, socket_connect_timeout=1)
    limiter = RedisLimiter(connection, account="treasury", address="203.0.113.7")
    client = Client(api_key, secret, limiter=limiter)

Limiters of the same prefix, account and address spend from the same budgets. What Binance counts by IP address is held
by `address`, the one that Binance sees; what it counts by account is held by `account`, any name that stands for it,
but not its key. A rolling limit is held by both, as Binance does not state which it counts by. Every key begins with
the hash tag `{prefix}`, so that a cluster keeps all of them in one slot, and expires when what it holds is over.

Redis's own clock decides which window a call belongs to, so that machines whose clocks differ share one. It has to be
right, as windows are aligned to Binance's minute.

What a limiter itself took and observed, it also keeps in memory: a ban holds even if Redis is down when it comes, or is
restarted empty. What others took before such a restart is known again as soon as Binance's headers report it; calls that
count for a rolling limit are not, so let Redis persist them (`appendonly yes`).

A client lets its limiter wait for Redis for half of what is left of the call's deadline, or less where the Redis client
gives up sooner. The sync limiter asks in a thread of its own then, as nothing else ends a sync client's wait; without a
`socket_timeout`, a Redis that hangs keeps that thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from types import ModuleType
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import redis
import redis.asyncio

from .flow import Flow, run, run_async
from .headers import used_weight
from .limiter import LimiterDown, MemoryLimiter
from .observe import logger
from .operation import Operation
from .short_repr import describe_type

WhenDown: TypeAlias = Literal["refuse", "local"]
AnyRedis = TypeVar(
    "AnyRedis", bound=redis.Redis | redis.RedisCluster | redis.asyncio.Redis | redis.asyncio.RedisCluster
)

_PREFIX = "binance-transfers"
_TOO_SLOW = "it did not respond in time."
_SPARE = 60_000
"""Milliseconds that a key outlives what it holds, as Redis's clock may be set back."""

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""
"""Begins the scripts that need the time."""

_RESERVE = """
local address_calls, account_calls, counter, pause, ban = unpack(KEYS)
local limit, period, spare, look = unpack(ARGV)
limit, period, spare = tonumber(limit), tonumber(period), tonumber(spare)

local policy = ''
if look == '1' then
    local memory = redis.pcall('INFO', 'memory')
    policy = type(memory) == 'string' and string.match(memory, 'maxmemory_policy:(%S+)') or ''
end

local free = now
for _, key in ipairs({pause, ban}) do
    free = math.max(free, tonumber(redis.call('GET', key) or 0))
end
-- Behind the others comes a key for each budget, with three arguments.
local budgets = {}
for index = 6, #KEYS do
    local cost, budget, length = unpack(ARGV, 3 * index - 13, 3 * index - 11)
    local window = math.floor(now / length)
    table.insert(budgets, {key = KEYS[index], cost = cost, length = length, window = window})
    if tonumber(redis.call('HGET', KEYS[index], window) or 0) + cost > tonumber(budget) then
        free = math.max(free, (window + 1) * length)
    end
end
for _, calls in ipairs(limit > 0 and {address_calls, account_calls} or {}) do
    local since = string.format('(%.0f', now - period)
    local count = redis.call('ZCOUNT', calls, since, '+inf')
    if count >= limit then
        local last = redis.call('ZRANGEBYSCORE', calls, since, '+inf', 'WITHSCORES', 'LIMIT', count - limit, 1)
        free = math.max(free, last[2] + period)
    end
end
if free > now then
    return {free - now, now, policy}
end

for _, budget in ipairs(budgets) do
    for _, old in ipairs(redis.call('HKEYS', budget.key)) do
        if tonumber(old) < budget.window - 1 then
            redis.call('HDEL', budget.key, old)
        end
    end
    redis.call('HINCRBY', budget.key, budget.window, budget.cost)
    redis.call('PEXPIRE', budget.key, budget.length + spare)
end
for _, calls in ipairs(limit > 0 and {address_calls, account_calls} or {}) do
    -- Two calls in one millisecond are two members.
    local member = string.format('%.0f-%.0f', now, redis.call('INCR', counter))
    redis.call('ZADD', calls, now, member)
    redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - period)
    redis.call('PEXPIRE', calls, period + spare)
    redis.call('PEXPIRE', counter, period + spare)
end
return {0, now, policy}
"""
"""Returns the milliseconds until the call may fit, or takes it and returns 0; with the time, and where it should look
for it the policy by which Redis evicts keys."""

_REPORT = """
local window, used, expiry = unpack(ARGV)
if tonumber(used) > tonumber(redis.call('HGET', KEYS[1], window) or 0) then
    redis.call('HSET', KEYS[1], window, used)
    redis.call('PEXPIRE', KEYS[1], expiry)
end
"""
"""Raises the weight used of a window."""

_BLOCK = """
local length, spare = unpack(ARGV)
if now + length > tonumber(redis.call('GET', KEYS[1]) or 0) then
    redis.call('SET', KEYS[1], string.format('%.0f', now + length), 'PX', length + spare)
end
"""
"""Sets when a pause or ban ends, unless one is there that ends later."""


Script: TypeAlias = partial[Any]
"""The command to run a script in Redis; what the async classes return has to be awaited."""


class _SharedBudgets(Generic[AnyRedis]):
    """The base of both limiters, which differ only in how they wait for Redis."""

    _module: ClassVar[ModuleType]
    _asks_network = True

    def __init__(
        self,
        client: AnyRedis,
        *,
        account: str,
        address: str,
        prefix: str = _PREFIX,
        when_down: WhenDown = "refuse",
        newer_weights: bool = False,
    ) -> None:
        """Make a limiter; nothing is asked of Redis yet.

        Args:
            client: Where the budgets are, Redis 5 or newer; it stays yours to close.
                `AsyncRedisLimiter` takes redis's async classes.
            account: A name for the account, the same wherever the account is used; not its key.
            address: The IP address that Binance sees.
            prefix: What the keys begin with; another one for another Binance, such as a test network.
            when_down: Whether calls are refused with `NotSent` while Redis cannot be asked, or keep within budgets of
                this process's own.
            newer_weights: Whether calls cost what the newest source states, instead of Binance's pages; the same in
                every process.

        Raises:
            ValueError: An argument that cannot be used.
        """
        _check_client(client, self._module)
        names: dict[str, Any] = {"account": account, "address": address, "prefix": prefix}
        for name, text in names.items():
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"{name} is {text!r}; it must be text, and not blank.")
        if "{" in prefix or "}" in prefix:
            raise ValueError(f"prefix is {prefix!r}; it must be without braces, as it is the keys' hash tag.")
        if when_down not in ("refuse", "local"):
            raise ValueError(f"when_down is {when_down!r}; allowed: 'refuse', 'local'.")
        self._owners = {"ip": address, "uid": account}
        self._prefix = prefix
        self._when_down = when_down
        self._own = MemoryLimiter(newer_weights=newer_weights)
        self._ahead = 0
        self._policy_known = False
        self._reserve_script = client.register_script(_NOW + _RESERVE)
        self._report_script = client.register_script(_REPORT)
        self._block_script = client.register_script(_NOW + _BLOCK)

    def _reserve(self, operation: Operation[Any], now: int) -> Flow[Script, float]:
        if wait := self._own.wait(operation, now):
            return wait
        try:
            milliseconds, redis_now, policy = yield self._reservation(operation)
            self._ahead, wait = redis_now - now, milliseconds / 1000
        except Exception as error:
            # Of any kind, as the Redis client's failures have no common base, and nothing has been sent yet.
            if self._when_down == "refuse":
                raise LimiterDown(f"Redis, which holds its budgets, cannot be asked: {_described(error)}") from error
            logger.warning("%s keeps within this process's own budgets: %s", operation.name, _described(error))
        else:
            self._check_policy(policy)
        return wait or self._own.reserve(operation, now)

    def _check_policy(self, policy: str | bytes) -> None:
        if self._policy_known:
            return
        self._policy_known = True
        name = policy.decode() if isinstance(policy, bytes) else policy
        if name not in ("", "noeviction"):
            logger.warning("Redis may evict budgets and bans: its maxmemory-policy is %s; set it to noeviction.", name)

    def _observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> Flow[Script, None]:
        self._own.observe(operation, headers, sent_at)
        for weight in self._own.costs(operation):
            reported = used_weight(weight, headers)
            if reported is not None:
                length = weight.seconds * 1000
                arguments = [(sent_at + self._ahead) // length, reported, length + _SPARE]
                keys = [self._key("weight", operation, weight.scope)]
                yield from self._store(operation, partial(self._report_script, keys=keys, args=arguments))

    def _block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> Flow[Script, None]:
        self._own.block(operation, seconds, now, everything=everything)
        key = self._ban() if everything else self._key("pause", operation)
        yield from self._store(operation, partial(self._block_script, keys=[key], args=[round(seconds * 1000), _SPARE]))

    def _store(self, operation: Operation[Any], script: Script) -> Flow[Script, None]:
        try:
            yield script
        except Exception as error:  # noqa: BLE001 - the outcome of the call stands, whatever happens here
            logger.warning("%s: what Binance answered was not stored in Redis: %s", operation.name, _described(error))

    def _reservation(self, operation: Operation[Any]) -> Script:
        limit = operation.call_limit
        calls = [self._key("calls", operation, scope) for scope in self._owners]
        counter = f"{{{self._prefix}}}:counter:{operation.name}"
        keys = [*calls, counter, self._key("pause", operation), self._ban()]
        rolling = [limit.calls, limit.seconds * 1000] if limit else [0, 0]
        arguments = [*rolling, _SPARE, int(not self._policy_known)]
        for weight in self._own.costs(operation):
            keys.append(self._key("weight", operation, weight.scope))
            arguments += [weight.weight, weight.budget, weight.seconds * 1000]
        return partial(self._reserve_script, keys=keys, args=arguments)

    def _key(self, what: str, operation: Operation[Any], scope: str | None = None) -> str:
        # What the user named comes last, so that it can hold anything.
        scope = scope or operation.weight.scope
        return f"{{{self._prefix}}}:{what}:{operation.name}:{scope}:{self._owners[scope]}"

    def _ban(self) -> str:
        return f"{{{self._prefix}}}:ban:{self._owners['ip']}"


class RedisLimiter(_SharedBudgets[redis.Redis | redis.RedisCluster]):
    """Budgets that processes and machines share through Redis."""

    _module: ClassVar[ModuleType] = redis

    def reserve(self, operation: Operation[Any], now: int, *, within: float | None = None) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit.

        `within` is how many seconds it may wait for Redis; without, as long as the Redis client does.
        """
        return run(self._reserve(operation, now), partial(_perform, within))

    def observe(
        self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int, *, within: float | None = None
    ) -> None:
        """Correct the budgets upward by what the headers of the response to a request report as used."""
        run(self._observe(operation, headers, sent_at), partial(_perform, within))

    def block(
        self, operation: Operation[Any], seconds: float, now: int, *, everything: bool, within: float | None = None
    ) -> None:
        """Let nothing through for some seconds: of the operation's budget, or (an IP ban) of anything."""
        run(self._block(operation, seconds, now, everything=everything), partial(_perform, within))


class AsyncRedisLimiter(_SharedBudgets[redis.asyncio.Redis | redis.asyncio.RedisCluster]):
    """A `RedisLimiter` for `AsyncClient`; the two share budgets, too."""

    _module: ClassVar[ModuleType] = redis.asyncio
    _loop: object = None

    async def reserve(self, operation: Operation[Any], now: int, *, within: float | None = None) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit.

        `within` is how many seconds it may wait for Redis; without, as long as the Redis client does.
        """
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            belongs = "This limiter belongs to another event loop, as its Redis client does"
            raise RuntimeError(f"{belongs}; make one of each per loop. Nothing was sent.")
        self._loop = loop
        return await run_async(self._reserve(operation, now), partial(_perform_async, within))

    async def observe(
        self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int, *, within: float | None = None
    ) -> None:
        """Correct the budgets upward by what the headers of the response to a request report as used."""
        await run_async(self._observe(operation, headers, sent_at), partial(_perform_async, within))

    async def block(
        self, operation: Operation[Any], seconds: float, now: int, *, everything: bool, within: float | None = None
    ) -> None:
        """Let nothing through for some seconds: of the operation's budget, or (an IP ban) of anything."""
        await run_async(self._block(operation, seconds, now, everything=everything), partial(_perform_async, within))


def _perform(within: float | None, script: Script) -> Any:
    """Run a script; one that lasts too long goes on in its thread, as what it takes or stores is not too much."""
    if within is None:
        return script()
    done: Future[Any] = Future()

    def work() -> None:
        try:
            done.set_result(script())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            done.set_exception(error)

    thread = threading.Thread(target=work, name="binance-transfers-redis", daemon=True)
    thread.start()
    thread.join(within)
    if thread.is_alive():
        raise TimeoutError(_TOO_SLOW)
    return done.result()


async def _perform_async(within: float | None, script: Script) -> Any:
    limit = asyncio.timeout(within)
    try:
        async with limit:
            return await script()
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise TimeoutError(_TOO_SLOW) from error


def _check_client(client: object, module: ModuleType) -> None:
    if isinstance(client, (module.Redis, module.RedisCluster)):
        return
    kind, name = type(client), module.__name__
    # With the module, as sync and async classes share their names.
    given = describe_type(client) if isinstance(client, type) else f"of type {kind.__module__}.{kind.__name__}"
    raise ValueError(f"client is {given}; give a {name}.Redis or a {name}.RedisCluster.")


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
