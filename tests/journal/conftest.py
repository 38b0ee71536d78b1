"""A sandbox and a clock that tests move, and clients and journals as separate processes would have them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from binance_transfers import Journal

from .binance import Binance


@pytest.fixture
def binance(monkeypatch: pytest.MonkeyPatch) -> Binance:
    return Binance(monkeypatch)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite") as made:
        yield made
