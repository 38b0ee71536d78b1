"""The wheel: what is in it, and that it works where nothing else is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import binance_transfers
from tests.compatibility.test_compatibility import CONSUMERS, binding

ROOT = Path(__file__).parents[2]

CONSUMER = """\
from decimal import Decimal

from binance_transfers import AsyncClient, Client, CollectionReceipt, NotExecuted, TransferType, Unlisted
from binance_transfers.sandbox import Sandbox, Wallet

sandbox = Sandbox()
sandbox.credit(Wallet.MAIN, "USDT", Decimal("0.00001"))
with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client:
    swept: CollectionReceipt = client.fund_auto_collection(recv_window=5000)
    try:
        number: int = client.user_universal_transfer(
            type=TransferType.MAIN_UMFUTURE, asset="USDT", amount=Decimal("0.00001")
        ).tran_id
    except NotExecuted as error:
        wait: float | None = error.retry_after
        raise


async def later(client: AsyncClient) -> int:
    return (await client.user_universal_transfer(type=Unlisted("MAIN_MOON"), asset="USDT", amount=1)).tran_id


print(number == sandbox.entries[-1].id, swept.msg)
"""

WRONG = """\
import httpx
from binance_transfers import Client, TransferType


def wrong(client: Client) -> None:
    client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount=0.1)
    client.user_universal_transfer(type="MAIN_UMFUTURE ", asset="USDT", amount=1)
    client.user_universal_transfer(asset="USDT", amount=1)
    client.fund_collection_by_asset("USDT")
    client.fund_auto_collection().txn_id
    Client(http_client=httpx.AsyncClient())
    Client(transport=httpx.AsyncHTTPTransport())
"""

PLUGGED = """\
import os
from pathlib import Path


def test_it(request, binance_sandbox, binance_client) -> None:
    plugin = request.config.pluginmanager.get_plugin("binance_transfers_pytest")
    assert Path(plugin.__file__).parent == Path(os.environ["WHEEL"])
    assert binance_client.fund_auto_collection().msg == "success"
    assert len(binance_sandbox.requests) == 1
"""


def run(*command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, **options)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it says it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    [metadata] = packages.glob("binance_transfers-*.dist-info")
    for package in needed(Distribution.at(metadata)):
        for file in package.files or ():
            if ".." not in file.parts:
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                (packages / file).write_bytes(Path(str(file.locate())).read_bytes())
    return folder


def needed(root: Distribution) -> Iterator[Distribution]:
    """Yield what a distribution needs without extras, and what that needs, from where the tests run."""
    visited: set[str] = set()
    waiting = [root]
    while waiting:
        for text in waiting.pop().requires or ():
            requirement = Requirement(text)
            if requirement.name not in visited and (
                not requirement.marker or requirement.marker.evaluate({"extra": ""})
            ):
                visited.add(requirement.name)
                waiting.append(distribution(requirement.name))
                yield waiting[-1]


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
        package = ROOT / "generated" / "binance_transfers"
        held = [
            f"binance_transfers/{file.relative_to(package).as_posix()}"
            for file in package.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        ]
        assert sorted(names) == sorted([*held, "binance_transfers_pytest.py"])
        [metadata] = [name for name in archive.namelist() if name.endswith("METADATA")]
        text = archive.read(metadata).decode()
    required = [line for line in text.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    needed = ["certifi>=2024.7.4", "h11<0.17,>=0.16", "httpx<0.29,>=0.28", "msgspec<1,>=0.19"]
    assert required == [f"Requires-Dist: {name}" for name in needed]
    assert f"\nVersion: {binance_transfers.__version__}\n" in text
    assert "\nRequires-Python: >=3.11\n" in text


def test_the_wheel_works_where_nothing_else_is_installed(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "consumer.py").write_text(CONSUMER)
    done = run(environment / "bin" / "python", "-I", tmp_path / "consumer.py")
    assert (done.stdout, done.stderr) == ("True success\n", "")


def test_the_server_needs_the_extra_and_says_so(environment: Path) -> None:
    done = run(environment / "bin" / "python", "-I", "-m", "binance_transfers.sandbox", "--port", "0")
    message = "The server needs the extra `sandbox`: pip install 'binance-transfers[sandbox]'.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)


def test_the_command_line_needs_the_extra_and_says_so(environment: Path) -> None:
    done = run(environment / "bin" / "python", "-I", "-m", "binance_transfers", "operations")
    message = "The command line needs the extra `cli`: pip install 'binance-transfers[cli]'.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def test_pytest_finds_the_fixtures_of_the_wheel(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text(PLUGGED)
    [packages] = environment.glob("lib/python*/site-packages")
    environ = {**os.environ, "PYTHONPATH": str(packages), "WHEEL": str(packages)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_theirs.py"]
    done = run(*command, cwd=tmp_path, env=environ)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_importing_the_package_does_not_import_the_sandbox(environment: Path) -> None:
    code = "import sys, binance_transfers; print([name for name in sys.modules if 'sandbox' in name])"
    assert run(environment / "bin" / "python", "-I", "-c", code).stdout == "[]\n"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["mypy", "--strict", "--cache-dir=cache", "--python-executable"], id="mypy"),
        pytest.param(["pyright", "--pythonpath"], id="pyright"),
    ],
)
def test_typed_programs_pass_and_a_wrong_one_does_not(command: list[str], environment: Path, tmp_path: Path) -> None:
    names = ["consumer.py", "wrong.py"]
    (tmp_path / "consumer.py").write_text(CONSUMER)
    (tmp_path / "wrong.py").write_text(WRONG)
    for program in binding(CONSUMERS, binance_transfers.__version__):
        names += [CONSUMERS[program].name]
        shutil.copy(CONSUMERS[program], tmp_path)
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    done = run(sys.executable, "-m", *command, environment / "bin" / "python", *names, cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    errors = re.findall(r"^(?:.*/| *)?(\w+\.py):(\d+):.*error", done.stdout, re.MULTILINE)
    assert {(name, int(line)) for name, line in errors} == {("wrong.py", line) for line in range(6, 13)}, done.stdout
