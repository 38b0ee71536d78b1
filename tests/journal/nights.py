"""Processes that run the nightly job of the documentation, and kill themselves at its nth moment."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import runpy
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, NamedTuple
from unittest.mock import patch

from sqlalchemy.engine.default import DefaultDialect

from binance_transfers._runtime import flow
from binance_transfers._runtime.httpx_client import Exchange
from tests.contract.pages import DOCS

from .crashing import PATIENCE, PROCESSES, kill

NIGHTLY = DOCS / "examples" / "nightly.py"
NIGHT = "2026-11-28"


class Run(NamedTuple):
    """How a run of the job ended; one that was killed has no exit code."""

    code: int | None
    errors: str
    moments: int
    """How often it might have been killed: before and after each request and each commit."""


def run(location: str, url: str, moment: int | None = None) -> Run:
    """Run the job in a process of its own, which dies at this moment."""
    here, there = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_run, args=(there, location, url, moment))
    process.start()
    there.close()
    try:
        return Run(*here.recv()) if here.poll(PATIENCE) else Run(None, "It did not end.", 0)
    except EOFError:
        return Run(None, "", 0)
    finally:
        process.join(PATIENCE)


def _run(results: Connection, location: str, url: str, moment: int | None) -> None:
    os.environ |= {"BINANCE_API_KEY": "sandbox-key", "BINANCE_API_SECRET": "sandbox-secret"}
    os.environ |= {"BINANCE_BASE_URL": url, "BINANCE_TRANSFERS_JOURNAL": location}
    passed = itertools.count(1)

    def around(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            _die(next(passed) == moment)
            result = function(*arguments)
            _die(next(passed) == moment)
            return result

        return counted

    errors = io.StringIO()
    code: Any = None
    with (
        patch.object(Exchange, "perform", around(Exchange.perform)),
        patch.object(DefaultDialect, "do_commit", around(DefaultDialect.do_commit)),
        patch.object(flow.Sleep, "perform", lambda _: None),
        patch.object(sys, "argv", [str(NIGHTLY), NIGHT]),
        contextlib.redirect_stderr(errors),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        try:
            runpy.run_path(str(NIGHTLY), run_name="__main__")
        except SystemExit as ended:
            code = ended.code
    results.send((code, errors.getvalue(), next(passed) - 1))


def _die(now: bool) -> None:  # noqa: FBT001 - one place
    if now:
        kill()
