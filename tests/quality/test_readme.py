"""The README: its commands are the ones that run, and its examples do what they say."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import binance_transfers
from binance_transfers._runtime.client import AsyncAPIClient, SyncAPIClient
from binance_transfers._runtime.sandbox.demo import stock
from binance_transfers.operations import API, OPERATIONS
from binance_transfers.sandbox import Sandbox
from tests.contract.docs_checks import is_for_pytest
from tests.contract.pages import DOCS, LANGUAGES, pages, read

ROOT = Path(__file__).parents[2]
READMES = ["README.md", "README.zh-CN.md"]


def fences(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", READMES)
def test_the_first_screen_has_two_commands_and_the_second_is_what_is_run_on_every_change(name: str) -> None:
    regenerate, test = fences(name, "sh")[:2]
    set_up = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && "
    assert regenerate == f"{set_up}.venv/bin/python -m generator && .venv/bin/python -m binance_transfers.sandbox\n"
    assert test == f"{set_up}.venv/bin/python -m pytest\n"
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").endswith(f"\n{test}")
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "\n## " not in text[: text.index(test)]


@pytest.mark.parametrize("name", READMES)
def test_the_examples_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    sandbox = Sandbox()
    stock(API, sandbox)
    monkeypatch.setenv("BINANCE_API_KEY", sandbox.api_key)
    monkeypatch.setenv("BINANCE_API_SECRET", sandbox.secret)
    # The one for pytest is run in tests/sandbox/test_docs_example.py.
    examples = [example for example in fences(name, "python") if not is_for_pytest(example)]
    assert len(examples) == 4
    for example in examples:
        with monkeypatch.context() as patched:
            for caller in (SyncAPIClient, AsyncAPIClient):
                defaults = {**(caller.__init__.__kwdefaults__ or {}), "transport": sandbox.transport}
                patched.setattr(caller.__init__, "__kwdefaults__", defaults)
            exec(compile(example, name, "exec"), {})  # noqa: S102 - our own README
    printed = capsys.readouterr().out.splitlines()
    assert [request.operation for request in sandbox.requests] == [
        "get_transferable_earn_asset_balance_for_portfolio_margin",
    ]
    assert re.fullmatch(r"(moved, transfer|已划转，划转编号) \d+", printed[0])
    assert re.fullmatch(r"UniversalTransferReceipt\(tran_id=\d+\)", printed[1])
    transfer = OPERATIONS["user_universal_transfer"]
    weight = transfer.weight
    assert printed[2:4] == [f"{weight.weight} {weight.scope} {weight.calls_per_minute}", str(transfer.permissions)]
    assert printed[4].startswith("fromSymbol ")
    assert printed[-1].startswith("TransferableEarnBalance(")


@pytest.mark.parametrize("name", READMES)
def test_what_is_installed_has_the_name_and_the_extras_of_the_package(name: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert fences(name, "sh")[2] == f"pip install {project['name']}\n"
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(rf"{project['name']}\[(\w+)\]", text)) <= project["optional-dependencies"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_installs_the_package_by_its_name(language: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = set()
    for name, page in pages(DOCS, language).items():
        for line in "".join(content for _, content in page.fences).splitlines():
            # With -e, it is a checkout of the project.
            if "pip install" in line and " -e " not in line:
                extras = re.fullmatch(rf"pip install '{project['name']}\[([a-z,]+)\]'", line)
                assert extras, (name, line)
                assert {*extras[1].split(",")} <= project["optional-dependencies"].keys()
                found.add(name)
    assert found == {"command-line.md", "running-nightly.md", "testing.md"}


@pytest.mark.parametrize(
    ("name", "headings"),
    [
        ("README.md", {"Install", "Weights and permissions", "Security", "Documentation"}),
        ("README.zh-CN.md", {"安装", "权重与权限", "安全", "文档"}),
    ],
)
def test_a_reader_who_skims_finds_what_is_looked_for(name: str, headings: set[str]) -> None:
    assert headings <= {*read(ROOT / name).headings}


@pytest.mark.parametrize("name", READMES)
def test_the_shell_block_says_where_the_program_is_and_how_a_transfer_is_agreed_to(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "`.venv/bin/binance-transfers`" in text
    assert "`--yes`" in text
    assert "`.venv/bin/python -m generator site --serve`" in text


@pytest.mark.parametrize("name", READMES)
def test_the_commands_exist_and_the_first_one_rehearses(name: str) -> None:
    commands = [shlex.split(line) for line in fences(name, "sh")[3].splitlines()]
    assert {program for program, *_ in commands} == {"binance-transfers"}
    for _, command, *_ in commands:
        assert run_cli(command, "--help").returncode == 0
    rehearsed = run_cli(*commands[0][1:])
    rehearsal = "This was a rehearsal in a sandbox: nothing was sent to Binance.\n"
    assert (rehearsed.returncode, rehearsed.stderr) == (0, rehearsal)


@pytest.mark.parametrize(("name", "language"), [*zip(READMES, LANGUAGES, strict=True)])
def test_the_matrix_of_wallets_is_that_of_the_page(name: str, language: str) -> None:
    [matrix] = [table for table in read(ROOT / name).tables if table.width > 4]
    assert matrix in pages(DOCS, language)["enums.md"].tables


@pytest.mark.parametrize(("name", "language"), [*zip(READMES, LANGUAGES, strict=True)])
def test_the_weights_and_permissions_are_those_of_the_page(name: str, language: str) -> None:
    [endpoints, *_] = pages(DOCS, language)["README.md"].tables
    expected = [[row[index] for index in (0, 3, 4, 6)] for row in (endpoints.head, *endpoints.rows)]
    assert expected in [[table.head, *table.rows] for table in read(ROOT / name).tables]


@pytest.mark.parametrize("name", READMES)
def test_every_link_leads_to_a_file_and_a_heading(name: str) -> None:
    for link in read(ROOT / name).links:
        path, _, anchor = unquote(link).partition("#")
        assert (ROOT / path).is_file(), link
        if anchor:
            headings = [heading.lower().replace(" ", "-") for heading in read(ROOT / path).headings]
            assert anchor in headings, link


def test_both_readmes_have_the_same_parts() -> None:
    english, chinese = (read(ROOT / name) for name in READMES)
    assert len(english.headings) == len(chinese.headings)
    assert [table.width for table in english.tables] == [table.width for table in chinese.tables]
    assert [info for info, _ in english.fences] == [info for info, _ in chinese.fences]


def test_links_lead_to_the_repository_where_a_package_is_built_in_a_workflow() -> None:
    workflow = {"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "one/two", "GITHUB_SHA": "abc"}
    metadata = built_metadata({**os.environ, **workflow})
    files = "https://github.example/one/two/blob/abc/"
    addresses = re.findall(r"\]\(([^)]*)\)", metadata["readme"]["text"])
    assert [address for address in addresses if not address.startswith(files)] == []
    assert addresses == [files + link for link in re.findall(r"\]\(([^)]*)\)", (ROOT / "README.md").read_text("utf-8"))]
    for name, address in metadata["urls"].items():
        assert address.startswith("https://github.example/one/two"), name
        path = unquote(address).partition(files)[2]
        assert (ROOT / path).exists(), name


def test_no_address_is_made_up_where_a_package_is_built_elsewhere() -> None:
    metadata = built_metadata({name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")})
    assert "urls" not in metadata
    assert metadata["readme"]["text"] == (ROOT / "README.md").read_text(encoding="utf-8")


def built_metadata(environment: dict[str, str]) -> Any:
    """Return the metadata of the package, as a build in an environment has it."""
    command = [sys.executable, "-m", "hatchling", "metadata"]
    return json.loads(subprocess.check_output(command, cwd=ROOT, env=environment))


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


def run_cli(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "binance_transfers", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_first_command_shows_every_call_and_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "binance_transfers.sandbox"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    printed = re.sub(r"timestamp=\d{13}&", "timestamp=T&", done.stdout)
    printed = re.sub(r"\b1\d{15}\b", "ID", printed)
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
    tags = Counter(operation.tag for operation in OPERATIONS.values())
    counted = " and ".join(f"{count} of {tag}" for tag, count in tags.items())
    assert printed.endswith(f"All operations, {counted}, were called against the sandbox; nothing left this process.\n")
