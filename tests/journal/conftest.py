"""A sandbox and a clock that tests move, and clients and journals as separate processes would have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from binance_transfers import Journal

from .binance import Binance
from .postgresql_server import Server, running


@pytest.fixture
def binance(monkeypatch: pytest.MonkeyPatch) -> Binance:
    return Binance(monkeypatch)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def new_location(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Return where there is no journal yet."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        with server.empty_databases() as empty_database:
            yield empty_database
    else:
        numbers = count()
        yield lambda: str(tmp_path / f"{next(numbers)}.sqlite")


@pytest.fixture
def location(new_location: Callable[[], str]) -> str:
    return new_location()


@pytest.fixture
def journal(location: str) -> Iterator[Journal]:
    with Journal(location) as made:
        yield made
