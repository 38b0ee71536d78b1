"""The quality gates, as tests: whoever runs the tests has run them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKED = ["generator", "generated/binance_transfers", "generated/binance_transfers_pytest.py", "tests"]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["generator", "--check"], id="generated is what the spec says"),
        pytest.param(["ruff", "check", "--no-cache", "."], id="ruff lint"),
        pytest.param(["ruff", "format", "--check", "--no-cache", "."], id="ruff format"),
        pytest.param(["mypy", "--strict", *CHECKED], id="mypy"),
        pytest.param(["pyright", "--pythonpath", sys.executable], id="pyright, strict, of the package"),
    ],
)
def test_gate(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


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
