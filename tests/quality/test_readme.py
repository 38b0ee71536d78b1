"""The README: its commands are the ones that run, and its examples do what they say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import binance_transfers
from binance_transfers._runtime.client import AsyncAPIClient, SyncAPIClient
from binance_transfers._runtime.sandbox.demo import stock
from binance_transfers.operations import API, OPERATIONS
from binance_transfers.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.zh-CN.md"]


def fences(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", READMES)
def test_the_first_screen_has_two_commands_and_the_second_is_what_is_run_on_every_change(name: str) -> None:
    regenerate, test = fences(name, "sh")
    set_up = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && "
    assert regenerate == f"{set_up}.venv/bin/python -m generator && .venv/bin/python -m binance_transfers.sandbox\n"
    assert test == f"{set_up}.venv/bin/python -m pytest\n"
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").endswith(f"\n{test}")


@pytest.mark.parametrize("name", READMES)
def test_the_examples_run(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    sandbox = Sandbox()
    stock(API, sandbox)
    monkeypatch.setenv("BINANCE_API_KEY", sandbox.api_key)
    monkeypatch.setenv("BINANCE_API_SECRET", sandbox.secret)
    # The one for pytest is run in tests/sandbox/test_docs_example.py.
    examples = [example for example in fences(name, "python") if not example.startswith("def test_")]
    assert len(examples) == 4
    for example in examples:
        with monkeypatch.context() as patched:
            for caller in (SyncAPIClient, AsyncAPIClient):
                defaults = {**(caller.__init__.__kwdefaults__ or {}), "transport": sandbox.transport}
                patched.setattr(caller.__init__, "__kwdefaults__", defaults)
            exec(compile(example, name, "exec"), {})  # noqa: S102 - our own README
    printed = capsys.readouterr().out.splitlines()
    assert [request.operation for request in sandbox.requests] == [
        "user_universal_transfer",
        "get_transferable_earn_asset_balance_for_portfolio_margin",
    ]
    assert printed[0].endswith(f" {sandbox.entries[-1].id}")
    assert printed[1] == "CollectionReceipt(msg='success')"
    transfer = OPERATIONS["user_universal_transfer"]
    weight = transfer.weight
    assert printed[2:4] == [f"{weight.weight} {weight.scope} {weight.calls_per_minute}", str(transfer.permissions)]
    assert printed[4].startswith("fromSymbol ")
    assert printed[-1].startswith("TransferableEarnBalance(")


@pytest.mark.parametrize("name", READMES)
def test_every_name_in_the_readme_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(
        re.findall(r"\b(?:\w+(?:Limiter|Signer|Hook|Policy|Client)|NotSent|NotExecuted|OutcomeUnknown)\b", text)
    )
    assert {"AsyncRedisLimiter", "OpenTelemetryHook", "PemSigner", "RedisLimiter", "RetryPolicy"} <= named
    assert [name for name in sorted(named) if not hasattr(binance_transfers, name)] == []
    variables = set(re.findall(r"`(BINANCE_[A-Z_]+)", text))
    source = (ROOT / "generator" / "runtime" / "credentials.py").read_text(encoding="utf-8")
    assert variables <= set(re.findall(r'"(BINANCE_[A-Z_]+)"', source))


def test_the_first_command_shows_every_call_and_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "binance_transfers.sandbox"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    printed = re.sub(r"timestamp=\d{13}&", "timestamp=T&", done.stdout)
    printed = re.sub(r"\b135268536\d\d\b", "ID", printed)
    keys, signatures = printed.count("X-MBX-APIKEY: ***"), printed.count("signature=***\n")
    assert keys == sum(operation.requires_key for operation in OPERATIONS.values())
    assert signatures == sum(operation.requires_signature for operation in OPERATIONS.values())
    sandbox = Sandbox()
    assert sandbox.api_key not in printed
    assert sandbox.secret not in printed
    assert (
        "User Universal Transfer: client.user_universal_transfer(...)\n"
        "  sent      POST /sapi/v1/asset/transfer?type=MAIN_UMFUTURE&asset=USDT&amount=10.5&timestamp=T&signature=***\n"
        "            X-MBX-APIKEY: ***\n"
        '  response  HTTP 200 {"tranId":ID}\n'
        "  returned  UniversalTransferReceipt(tran_id=ID)\n"
    ) in printed
    assert printed.endswith(
        "All operations, 5 of transfers and 7 of confirmation, were called against the sandbox; "
        "nothing left this process.\n"
    )
