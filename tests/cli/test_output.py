"""Where the result cannot be printed, the exit code is that of the outcome all the same."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from binance_transfers import Journal
from binance_transfers._runtime.client import SyncAPIClient

from .running import KEYED, MOVE, PROGRAM, Line


class _Failing(io.RawIOBase):
    """Takes nothing the first time it is written to."""

    def __init__(self, failure: BaseException) -> None:
        self._failures = [failure]

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._failures:
            raise self._failures.pop()
        return len(data)


def _stream(raw: Any, encoding: str = "utf-8") -> Callable[[], io.TextIOWrapper]:
    return lambda: io.TextIOWrapper(raw(), encoding=encoding, write_through=True)


STREAMS: dict[str, Callable[[], io.TextIOWrapper | None]] = {
    "closed": lambda: None,
    "of another encoding": _stream(io.BytesIO, "cp1252"),
    "full": _stream(lambda: _Failing(OSError(errno.ENOSPC, "No space left on device"))),
    "nobody reads": _stream(lambda: _Failing(BrokenPipeError(errno.EPIPE, "Broken pipe"))),
    "interrupted": _stream(lambda: _Failing(KeyboardInterrupt())),
    "of a library": _stream(lambda: _Failing(RuntimeError("a bug of another library"))),
}


@pytest.fixture(params=STREAMS)
def code(
    request: pytest.FixtureRequest, line: Line, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., object]]:
    """Return what runs a command with such a standard output, and returns its exit code."""
    for name, value in line.env.items():
        monkeypatch.setenv(name, value)
    streams = ExitStack()

    def run(*arguments: str) -> object:
        monkeypatch.setattr(sys, "stdout", STREAMS[request.param]())
        with pytest.raises(SystemExit) as ended:
            PROGRAM.main(arguments)
        streams.enter_context(sys.stdout)
        return ended.value.code

    yield run
    monkeypatch.undo()
    streams.close()


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["lines", "json"])
def test_the_exit_code_is_that_of_the_outcome_however_it_is_printed(
    code: Callable[..., object], line: Line, form: tuple[str, ...]
) -> None:
    operation = "user_universal_transfer"
    assert code(*MOVE, "--yes", "--key", "付款/1", *form) == 0
    line.inject("lost", operation=operation)
    assert code(*MOVE, "--yes", "--key", "付款/2", *form) == 3
    assert code("reconcile", "付款/2", *form) == 0
    line.inject("refuse", operation=operation, code=-5002)
    assert code(*MOVE, "--yes", "--key", "付款/3", *form) == 1
    assert code("reconcile", "付款/3", *form) == 1
    line.inject("lost", operation=operation, executed=False)
    assert code(*MOVE, "--yes", "--key", "付款/4", *form) == 3
    assert code("journal", "recover", *form) == 3
    assert line.moved == 2


def test_what_the_encoding_lacks_is_printed_with_escapes(line: Line) -> None:
    done = line.process(*MOVE, "--yes", "--key", "付款😀", "--json", env={"PYTHONIOENCODING": "cp1252"})
    assert (done.code, json.loads(done.out)["key"]) == (0, "付款😀")
    assert r'"key":"\u4ed8\u6b3e\ud83d\ude00"' in done.out


def test_no_file_takes_the_place_of_a_standard_stream_that_is_closed(line: Line) -> None:
    done = line.process(*MOVE, "--yes", "--key", "a", preexec_fn=lambda: os.closerange(0, 3))
    assert done.code == 0
    assert [entry["state"] for entry in line.json("journal", "list")["entries"]] == ["done"]


@pytest.mark.parametrize(
    "error", [ValueError("odd"), ImportError("odd"), RuntimeError("odd"), KeyboardInterrupt()], ids=repr
)
@pytest.mark.parametrize("command", [("reconcile", "night/1"), ("journal", "recover")])
def test_where_finding_out_fails_in_an_unknown_way_the_transfer_stays_unknown(
    line: Line, monkeypatch: pytest.MonkeyPatch, error: BaseException, command: tuple[str, ...]
) -> None:
    line.inject("lost", operation="user_universal_transfer")
    assert line.run(*KEYED).exit_code == 3

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Journal, "recover", fail)
    result = line.run(*command)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"It did not end as usual, with {type(error).__name__}: {error}. The exit code is 3.\n"


INTERRUPTED = """
import atexit, os, signal
for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
    atexit.register(os.kill, os.getpid(), number)
from binance_transfers.__main__ import main
main()
"""


def test_an_interrupt_after_the_last_line_leaves_the_exit_code(line: Line) -> None:
    done = line.process(*KEYED, command=(sys.executable, "-c", INTERRUPTED))
    assert (done.code, done.err) == (0, "")


def test_a_key_of_bytes_that_are_no_text_is_wrong_usage(line: Line) -> None:
    done = line.process(*MOVE, "--yes", "--json", "--key", os.fsdecode(b"k\xff"))
    assert (done.code, "Traceback" in done.err) == (2, False)
    assert "key is 'k\\udcff'" in done.err
    assert line.received == []


SAID: dict[int, tuple[dict[str, Any], str]] = {
    0: ({}, "user_universal_transfer was executed: tranId: "),
    1: ({"kind": "refuse", "code": -5002}, "\nuser_universal_transfer was rejected"),
    3: ({"kind": "lost"}, "\nFind out what became of it with: binance-transfers reconcile night/1"),
}


@pytest.mark.parametrize("owner", [SyncAPIClient, Journal])
@pytest.mark.parametrize("code", SAID)
def test_an_interrupt_while_something_is_closed_leaves_the_exit_code(
    line: Line, monkeypatch: pytest.MonkeyPatch, owner: Any, code: int
) -> None:
    failure, said = SAID[code]
    close = owner.close

    def interrupted(self: Any) -> None:
        close(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(owner, "close", interrupted)
    if failure:
        line.inject(operation="user_universal_transfer", **failure)
    result = line.run(*KEYED)
    assert result.exit_code == code
    assert said in result.stderr
