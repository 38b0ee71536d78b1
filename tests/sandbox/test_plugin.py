"""The fixtures for pytest, as another project's tests use them."""

from __future__ import annotations

from pathlib import Path

from .running import run_pytest

USED = """\
import pytest

from binance_transfers import Client, TransferType
from binance_transfers.sandbox import Sandbox

clients: list[Client] = []
closed: list[Client] = []


@pytest.fixture(autouse=True)
def note_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    close = Client.close
    monkeypatch.setattr(Client, "close", lambda self: (closed.append(self), close(self)))


def test_one(binance_sandbox: Sandbox, binance_client: Client) -> None:
    binance_sandbox.credit("MAIN", "USDT", 10)
    binance_sandbox.inject("server_error", "fund_auto_collection", times=None)
    binance_client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="10")
    assert binance_sandbox.balance("FUNDING", "USDT") == 10
    clients.append(binance_client)
    assert closed == []


def test_two(binance_client: Client, binance_sandbox: Sandbox) -> None:
    assert closed == clients != [binance_client]
    assert (binance_sandbox.requests, binance_sandbox.entries) == ([], ())
    assert binance_client.fund_auto_collection().msg == "success"
    assert len(binance_sandbox.requests) == 1
"""

UNUSED = """\
import sys

import pytest


def test_nothing_is_imported_until_it_is_asked_for(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.has_plugin("binance_transfers_pytest")
    wanted = ("binance_transfers", "httpx", "msgspec", "uvicorn")
    assert [name for name in wanted if name in sys.modules] == []
    request.getfixturevalue("binance_sandbox")
    assert [name for name in wanted if name in sys.modules] == ["binance_transfers", "httpx", "msgspec"]
"""


def test_each_test_has_a_sandbox_and_a_client_of_its_own_which_is_closed(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, USED, "-W", "error")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_it_costs_nothing_where_it_is_not_used(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, UNUSED)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
