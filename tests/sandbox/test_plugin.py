"""The fixtures for pytest, as another project's tests use them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

GENERATED = Path(__file__).parents[2] / "generated"
USED = """\
from decimal import Decimal

from binance_transfers import Client, TransferType
from binance_transfers.sandbox import Sandbox


def move(client: Client) -> int:
    return client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="10").tran_id


def test_one(binance_sandbox: Sandbox, binance_client: Client) -> None:
    binance_sandbox.credit("MAIN", "USDT", 10)
    binance_sandbox.inject("server_error", "fund_auto_collection", times=None)
    move(binance_client)
    assert binance_sandbox.balance("FUNDING", "USDT") == 10


def test_two(binance_client: Client, binance_sandbox: Sandbox) -> None:
    assert (binance_sandbox.requests, binance_sandbox.entries) == ([], ())
    binance_sandbox.credit("MAIN", "USDT", 10)
    assert binance_client.fund_auto_collection().msg == "success"
    move(binance_client)
    assert len(binance_sandbox.requests) == 2
"""

UNUSED = """\
import sys

import pytest


def test_nothing_is_imported_until_it_is_asked_for(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.has_plugin("binance_transfers_pytest")
    wanted = ("binance_transfers", "httpx", "msgspec", "starlette", "uvicorn")
    assert [name for name in wanted if name in sys.modules] == []
    request.getfixturevalue("binance_sandbox")
    assert [name for name in wanted if name in sys.modules] == ["binance_transfers", "httpx", "msgspec"]
"""

CLOSED = """\
import pytest

from binance_transfers import Client
from binance_transfers.sandbox import Sandbox

closed: list[Client] = []


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    close = Client.close
    monkeypatch.setattr(Client, "close", lambda self: (closed.append(self), close(self)))


used: list[Client] = []


def test_one(binance_client: Client) -> None:
    used.append(binance_client)
    assert closed == []


def test_two(binance_client: Client, binance_sandbox: Sandbox) -> None:
    assert closed == used
    assert binance_client is not used[0]
"""


def pytest_of(folder: Path, source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_theirs.py").write_text(source, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "binance_transfers_pytest", *arguments],
        cwd=folder,
        # Only this tree's plugin, whatever else is installed here.
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(GENERATED), os.environ.get("PYTHONPATH", "")]),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_each_test_has_a_sandbox_and_a_client_of_its_own(tmp_path: Path) -> None:
    done = pytest_of(tmp_path, USED, "-W", "error")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_a_client_is_closed_after_its_test(tmp_path: Path) -> None:
    done = pytest_of(tmp_path, CLOSED, "-W", "error")
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_it_costs_nothing_where_it_is_not_used(tmp_path: Path) -> None:
    done = pytest_of(tmp_path, UNUSED)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_fixtures_are_listed_with_what_they_are(tmp_path: Path) -> None:
    listed = pytest_of(tmp_path, "", "--fixtures").stdout
    for name, text in (("binance_sandbox", "A fake Binance whose"), ("binance_client", "A client on the test's")):
        assert any(line.startswith(f"{name} -- ") for line in listed.splitlines()), listed
        assert text in listed
