"""The quality gates, as tests: whoever runs the tests has run them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHECKED = ["generator", "generated/binance_transfers", "generated/binance_transfers_pytest.py", "tests"]


GATES = {
    "generated is what the spec says": ["generator", "--check"],
    "ruff lint": ["ruff", "check", "--no-cache", "."],
    "ruff format": ["ruff", "format", "--check", "--no-cache", "."],
    "mypy": ["mypy", "--strict", *CHECKED],
    "pyright, strict, of the package": ["pyright", "--pythonpath", sys.executable],
}
ZIZMOR = ["--offline", "--no-progress", "--strict-collection", "--persona", "pedantic", ".github"]


@pytest.mark.parametrize("command", GATES.values(), ids=GATES)
def test_gate(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run([zizmor, *ZIZMOR], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_hooks_before_a_commit_are_gates_too() -> None:
    commands = {name: [".venv/bin/python", "-m", *command] for name, command in GATES.items()}
    commands["workflows"] = [".venv/bin/zizmor", *ZIZMOR]
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = {hook["name"]: hook["entry"].split() for repository in config["repos"] for hook in repository["hooks"]}
    assert hooks.items() <= commands.items()


def test_the_project_speaks_of_itself_alone() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - whichever git is here
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    forbidden = [b"python" + b"hosted", b"//py" + b"pi.org", b"registry." + b"npmjs"]
    for name in filter(None, listed.stdout.decode().split("\0")):
        file = ROOT / name
        content = file.read_bytes() if file.is_file() else b""
        assert not any(word in content for word in forbidden), f"{name} names a package registry's address"
