"""Runs the command line in this process, or as users run it, against a sandbox behind a port."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.testing import CliRunner, Result

from binance_transfers.__main__ import _program
from tests.sandbox.running import PATIENCE, Running

PROGRAM: click.Group = _program()
GENERATED = Path(__file__).parents[2] / "generated"
COMMAND = (sys.executable, "-m", "binance_transfers")
MOVE = ("user-universal-transfer", "--type", "MAIN_FUNDING", "--asset", "USDT", "--amount", "4")
KEYED = (*MOVE, "--yes", "--key", "night/1")
_NO_KEYS: dict[str, str | None] = {name: None for name in os.environ if name.startswith("BINANCE_")}


class Ended(NamedTuple):
    """What a process left."""

    code: int
    out: str
    err: str


def run(*arguments: str, program: click.Group = PROGRAM, env: Mapping[str, str | None] = _NO_KEYS) -> Result:
    """Run the command line in this process, where there is no terminal and, unless given, no key."""
    return CliRunner().invoke(program, arguments, env=env)


def _take_interrupts() -> None:
    """Let a process be interrupted also where the tests run in the background of a shell, which ignores the signal."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Line:
    """The command line of a user, whose environment leads to a sandbox."""

    def __init__(self, server: Running, folder: Path) -> None:
        self.server = server
        self.journal = folder / "journal.sqlite"
        self.env = {
            "BINANCE_API_KEY": "sandbox-key",
            "BINANCE_API_SECRET": "sandbox-secret",
            "BINANCE_BASE_URL": server.url,
            "BINANCE_TRANSFERS_JOURNAL": str(self.journal),
        }

    def run(self, *arguments: str) -> Result:
        return run(*arguments, env={**_NO_KEYS, **self.env})

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Return the object on standard output, and nothing else may be there."""
        result = self.run(*arguments, "--json")
        assert (result.exit_code, result.stdout.count("\n")) == (code, 1), result.output
        return json.loads(result.stdout)

    def start(self, *arguments: str, command: Sequence[str] = COMMAND, **settings: Any) -> subprocess.Popen[str]:
        """Start a process of its own."""
        path = os.pathsep.join([str(GENERATED), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "PYTHONPATH": path, **self.env, **settings.pop("env", {})}
        settings.setdefault("preexec_fn", _take_interrupts)
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
        return subprocess.Popen([*command, *arguments], env=env, text=True, encoding="utf-8", **streams)

    def process(self, *arguments: str, **settings: Any) -> Ended:
        with self.start(*arguments, **settings) as process:
            out, err = process.communicate(timeout=PATIENCE)
        return Ended(process.returncode, out, err)

    def ask(self, *arguments: str, question: str, answer: str) -> tuple[str, int]:
        """Answer a question on a terminal, and return all that stood there and the exit code."""
        ours, theirs = pty.openpty()
        started: dict[str, Any] = {"stdin": theirs, "stderr": theirs, "env": {"TERM": "dumb"}}
        with self.start(*arguments, **started, preexec_fn=_own_terminal) as process:
            os.close(theirs)
            screen = _read_until(ours, question)
            os.write(ours, answer.encode())
            screen += _read_until(ours, None)
            process.wait(PATIENCE)
        os.close(ours)
        return screen, process.returncode

    def inject(self, kind: str, **settings: Any) -> None:
        self.server.control("POST", "failures", kind=kind, **settings)

    @property
    def received(self) -> list[str]:
        """The paths of the requests that the sandbox received."""
        return [f"{request['method']} {request['path']}" for request in self.server.control("GET", "requests")]

    @property
    def moved(self) -> int:
        """How many transfers were executed."""
        return sum(entry["source"] is not None for entry in self.server.control("GET", "entries"))


def _own_terminal() -> None:
    """Make the terminal the one whose control characters interrupt the process."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read_until(terminal: int, end: str | None) -> str:
    """Return what is written on a terminal until some text, or until all that write there have ended."""
    text = ""
    while end is None or end not in text:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        text += part.decode()
    return text
