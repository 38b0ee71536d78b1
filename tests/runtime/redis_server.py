"""A Redis server of the tests' own, and limiters that each ask it anew."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from generator.runtime import redis_limiter
from generator.runtime.operation import CallLimit, Operation, Weight
from generator.runtime.redis_limiter import AsyncRedisLimiter, RedisLimiter

from .table import operation

WHOSE: dict[str, Any] = {"account": "main", "address": "2001:db8::1"}
LOCALHOST = "127.0.0.1"
WIDE = operation(name="wide", weight=Weight("ip", 3, 1000, 60))
NARROW = operation(name="narrow", weight=Weight("uid", 1, 100_000, 60), call_limit=CallLimit(100, 3600))


class Server:
    """A redis-server that keeps nothing on disk."""

    def __init__(self, binary: str, folder: Path, *options: str) -> None:
        keeps_nothing = ("--save", "", "--appendonly", "no", "--dir", str(folder))
        self._command = [binary, "--bind", LOCALHOST, *keeps_nothing, *options]
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        for _ in range(5):
            self.port = self.port or free_port()
            self._process = subprocess.Popen([*self._command, "--port", str(self.port)], stdout=subprocess.DEVNULL)
            if self._answers():
                return
            self.stop()
            self.port = 0
        raise AssertionError("redis-server does not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        for _ in range(500):
            if self._process.poll() is not None:
                return False
            try:
                with socket.create_connection((LOCALHOST, self.port)) as connection:
                    connection.sendall(b"PING\r\n")
                    return connection.recv(5) == b"+PONG"
            except OSError:
                time.sleep(0.02)
        return False


class _AtGivenTime:
    """A limiter whose Redis takes the time that the test gives: Redis's clock and the machine's are one."""

    def __init__(self, client: Any, **whose: Any) -> None:
        with patch.object(redis_limiter, "_NOW", "local now = tonumber(table.remove(ARGV))"):
            super().__init__(client, **whose)  # type: ignore[call-arg]
        self._now = 0
        self._reserve_script: Any = partial(self._timed, self._reserve_script)
        self._block_script: Any = partial(self._timed, self._block_script)

    def _reserve(self, operation: Operation[Any], now: int) -> Any:
        self._now = now
        return super()._reserve(operation, now)  # type: ignore[misc]

    def _block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> Any:
        self._now = now
        return super()._block(operation, seconds, now, everything=everything)  # type: ignore[misc]

    def _timed(self, script: Callable[..., Any], keys: list[str], args: list[object]) -> Any:
        return script(keys=keys, args=[*args, self._now])


class TimedLimiter(_AtGivenTime, RedisLimiter):
    """A `RedisLimiter` at the times that the test gives."""


class AsyncTimedLimiter(_AtGivenTime, AsyncRedisLimiter):
    """An `AsyncRedisLimiter` at the times that the test gives."""


class Forgetful:
    """A limiter made anew for each call, so that what is known can only come from Redis; sync, async, or in turns."""

    def __init__(self, port: int, kind: str, **whose: Any) -> None:
        self._port = port
        self._kinds = ["sync", "async"] if kind == "both" else [kind]
        self._whose = WHOSE | whose

    def reserve(self, operation: Operation[Any], now: int) -> float:
        wait = self._do("reserve", operation, now)
        assert isinstance(wait, float)
        return wait

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> None:
        self._do("observe", operation, headers, sent_at)

    def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> None:
        self._do("block", operation, seconds, now, everything=everything)

    def _do(self, method: str, *arguments: object, **more: object) -> object:
        self._kinds.append(kind := self._kinds.pop(0))
        if kind == "sync":
            with connected(self._port) as client:
                return getattr(TimedLimiter(client, **self._whose), method)(*arguments, **more)

        async def run() -> object:
            async with connected_async(self._port) as client:
                return await getattr(AsyncTimedLimiter(client, **self._whose), method)(*arguments, **more)

        return asyncio.run(run())


def take(port: int, calls: int, results: Any) -> None:
    """Put how many of so many calls the budgets of `WIDE` and `NARROW` let through."""
    with connected(port) as client:
        limiter = TimedLimiter(client, **WHOSE)
        for limited in (WIDE, NARROW):
            results.put((limited.name, sum(limiter.reserve(limited, 1_499_827_319_559) == 0 for _ in range(calls))))


def connected(port: int) -> redis.Redis:
    return redis.Redis(LOCALHOST, port, socket_timeout=10, retry=Retry(NoBackoff(), 0))


def connected_async(port: int) -> redis.asyncio.Redis:
    return redis.asyncio.Redis(host=LOCALHOST, port=port, socket_timeout=10, retry=AsyncRetry(NoBackoff(), 0))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        port: int = probe.getsockname()[1]
        return port
