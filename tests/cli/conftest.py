"""A sandbox behind a port for all tests of a file, and a user's command line for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.running import COMMAND, Running, running

from .running import Line


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(*COMMAND) as started:
        yield started


@pytest.fixture
def line(server: Running, tmp_path: Path) -> Line:
    server.control("POST", "reset")
    server.control("POST", "credit", wallet="MAIN", asset="USDT", amount="100")
    return Line(server, tmp_path)
