"""Redis servers and limiters that keep their budgets in memory or there, and a Binance to reconcile with."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from binance_transfers._runtime.call import Call
from binance_transfers._runtime.flow import Sleep
from generator.runtime.limiter import Limiter, MemoryLimiter

from .reconciling import Binance, Time, User
from .redis_server import Forgetful, Server, connected


@pytest.fixture(scope="session")
def binary() -> str:
    found = shutil.which("redis-server")
    if found is None and "CI" not in os.environ:
        pytest.skip("redis-server is not installed")
    assert found, "redis-server is not installed"
    return found


@pytest.fixture(scope="session")
def running(binary: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(binary, tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def port(running: Server) -> int:
    with connected(running.port) as client:
        client.flushall()
    return running.port


@pytest.fixture
def mortal(binary: str, tmp_path: Path) -> Iterator[Server]:
    """A server that the test may stop."""
    server = Server(binary, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["memory", "sync", "async", "both"])
def limiter(request: pytest.FixtureRequest) -> Limiter:
    if request.param == "memory":
        return MemoryLimiter()
    return Forgetful(request.getfixturevalue("port"), request.param)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()

    async def sleep(command: Sleep) -> None:
        time.sleep(command.seconds)

    monkeypatch.setattr(Call, "taken", lambda _: time.round_trip)
    monkeypatch.setattr(Sleep, "perform", lambda command: time.sleep(command.seconds))
    monkeypatch.setattr(Sleep, "perform_async", sleep)
    return time


@pytest.fixture
def binance(time: Time) -> Binance:
    return Binance(time)


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def another(binance: Binance, request: pytest.FixtureRequest, runner: asyncio.Runner) -> Callable[[], User]:
    return lambda: User(binance, asynchronous=request.param, runner=runner)


@pytest.fixture
def user(another: Callable[[], User]) -> User:
    return another()
