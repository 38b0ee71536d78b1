"""What the command line prints and exits with: results on standard output, messages on standard error."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, cast

import click
import msgspec

from ..errors import (
    RECONCILE_ADVICE,
    RESOLVE_ADVICE,
    BinanceError,
    InvalidRequest,
    JournalError,
    NotExecuted,
    OutcomeUnknown,
)
from ..verdict import Verdict

KEY_OF_CALL = "binance_transfers.key"
"""Where a command's context keeps the key of its transfer."""
_OUTCOME = "binance_transfers.outcome"
"""Where it keeps the exit code, once nothing can change it, and lines about what was done."""
_ESCAPED = "binance_transfers.escaped"
"""The name of how characters are written that the encoding of a stream lacks."""
_WIDEST = 10_000
_TIME = re.compile(r"(^|_)at$|(^t|T)ime(stamp)?$")
"""The names of fields that hold a time: Binance's, and our own."""
_TIMES = range(1_483_228_800_000, 4_102_444_800_000)
"""The milliseconds that can be a time: from 2017, when Binance opened, to 2100."""


class Exit(IntEnum):
    """The exit codes."""

    DONE = 0
    NOT_EXECUTED = 1
    USAGE = 2
    UNKNOWN = 3
    PROBLEM = 4
    JOURNAL = 5
    INTERRUPTED = 130


EXIT_CODES = """\b
Exit codes:
  0  Done.
  1  Not executed: nothing moved, or a read failed.
  2  Wrong usage: nothing was sent.
  3  Unknown or pending: funds may have moved. Find out with `reconcile KEY`,
     and do not send it again under another key.
  4  `check` found a problem.
  5  The journal cannot be used or does not allow it: nothing was sent.
130  Interrupted, while no transfer was being sent.
"""
_CODES: Sequence[tuple[type[Exception], Exit, str]] = (
    (OutcomeUnknown, Exit.UNKNOWN, "unknown"),
    (NotExecuted, Exit.NOT_EXECUTED, "not_executed"),
    (JournalError, Exit.JOURNAL, "journal"),
    (InvalidRequest, Exit.USAGE, "invalid"),
)


class Command(click.Command):
    """A command whose errors are a sentence on standard error, with --json an object on standard output, and a code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, which returns its exit code; once the outcome of a transfer is known, it is the code."""
        try:
            code = super().invoke(ctx)
        except BinanceError as error:
            code = keep_error(error)
            try:
                _report(error, ctx.meta.get(KEY_OF_CALL), as_json=ctx.params.get("as_json", False))
            except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 - what was done does not change
                _failed(failure, (code, ()))
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - it is an exit code
            code = _failed(error, ctx.meta.get(_OUTCOME))
        ctx.exit(code or Exit.DONE)


def keep_outcome(code: Exit, *lines: str) -> None:
    """Keep what became of the command's transfer, as far as it is known: the exit code from here on, whatever happens.

    The lines say it on standard error where the result cannot be printed.
    """
    click.get_current_context().meta[_OUTCOME] = code, lines


def keep_error(error: BinanceError) -> Exit:
    """Keep and return the exit code of a command that ends with an exception."""
    code, _ = _outcome_of(error)
    keep_outcome(code, *_lines_of(error))
    return code


def _outcome_of(error: BinanceError) -> tuple[Exit, str]:
    return next((code, name) for kind, code, name in _CODES if isinstance(error, kind))


def _lines_of(error: BinanceError) -> list[str]:
    return [without_advice(str(error)), *getattr(error, "__notes__", ())]


def _failed(error: BaseException, outcome: tuple[Exit, Sequence[str]] | None) -> Exit:
    """Say what else went wrong, and return the exit code: that of the outcome, if there is one."""
    if outcome is not None:
        _drop_output()
        code, lines = outcome
        message(f"It did not end as usual, with {type(error).__name__}: {error}. The exit code is {code:d}.", *lines)
        return code
    if isinstance(error, KeyboardInterrupt):
        message("Interrupted.")
        return Exit.INTERRUPTED
    if isinstance(error, (ValueError, ImportError)):
        # Settings of the client or the journal that cannot be used, or a missing extra.
        raise click.UsageError(str(error)) from error
    # A transfer that may have been sent ends otherwise.
    message(f"It failed unexpectedly, with {type(error).__name__}: {error}.")
    return Exit.NOT_EXECUTED


def _report(error: BinanceError, key: str | None, *, as_json: bool) -> None:
    _, outcome = _outcome_of(error)
    lines = _lines_of(error)
    message(*lines)
    if as_json:
        known = ("operation", "parameters", "code", "status", "retry_after", "sent_at", "transfer_id", "verdict")
        facts = {name: value for name in known if (value := getattr(error, name, None)) is not None}
        emit({"outcome": outcome, "message": " ".join(lines), "key": key, **facts}, as_json=True)


def open_streams() -> None:
    """Make the standard streams fit for any text, and open those that are closed, whose place a journal's file would take."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the process ends
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPED)


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Return what an encoding lacks as JSON escapes it, so that JSON stays JSON."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(_ESCAPED, _escape)


def without_advice(text: str) -> str:
    """Return a message without the advice for callers of methods, in place of which the command line names a command."""
    return text.replace(f" {RECONCILE_ADVICE}", "").replace(f" {RESOLVE_ADVICE}", "")


def message(*lines: str) -> None:
    """Print lines for people; that nobody can read them changes nothing."""
    with suppress(OSError, ValueError):
        for line in lines:
            click.echo(visible(line), err=True)


def ask(before: str, lines: Iterable[str], question: str, refused: str) -> None:
    """Ask a person before something happens; without one, refuse."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
        raise click.UsageError(f"There is no terminal to ask on before {before}: give --yes.")
    message(*lines)
    if not click.confirm(question, err=True):
        message(refused)
        raise click.exceptions.Exit(Exit.NOT_EXECUTED)


def is_final(verdict: Verdict) -> bool:
    """Return whether no read will tell more, although the transfer is open."""
    return verdict.outcome == "undecided" and verdict.ask_again_at is None


def emit(record: Mapping[str, Any], lines: Iterable[str] = (), *, as_json: bool) -> None:
    """Print a result as one JSON object, or as lines for people."""
    write([msgspec.json.encode(record).decode()] if as_json else map(visible, lines))


def write(lines: Iterable[str]) -> None:
    """Print lines on standard output; that they cannot be written does not change what was done, nor the exit code."""
    try:
        for line in lines:
            click.echo(line)
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            _, lines = click.get_current_context().meta.get(_OUTCOME, (None, ()))
            message(f"The result could not be written: {error.strerror}.", *lines)
        _drop_output()


def _drop_output() -> None:
    """Drop what is left in the buffer of standard output, which would fail or wait once more when Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def visible(text: str) -> str:
    """Return text of which a terminal acts upon nothing."""
    return "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in text)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a table; each row is one line, so that a key can be copied and searched for."""
    from rich.console import Console  # noqa: PLC0415 - only tables need it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Table(*headers, box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for row in rows:
        cells = (readable(cell, header) for header, cell in zip(headers, row, strict=True))
        drawn.add_row(*(Text(visible(cell), overflow="fold") for cell in cells))
    console = Console(file=io.StringIO(), width=_WIDEST)
    console.print(drawn)
    for line in cast("io.StringIO", console.file).getvalue().splitlines():
        yield line.rstrip()


def readable(value: object, name: str = "") -> str:
    """Return the value of a field for people; where the name is that of a time, milliseconds are one."""
    plain: Any = msgspec.to_builtins(value)
    if isinstance(plain, dict):
        fields = cast("dict[str, Any]", plain)
        return ", ".join(f"{key}: {_nested(held, key)}" for key, held in fields.items() if held is not None)
    match plain:
        case None:
            return ""
        case str(text):
            return text
        case [*items]:
            return "; ".join(readable(item, name) for item in items) or "none"
        case int(number) if number in _TIMES and _TIME.search(name):
            return moment(number)
        case _:
            return msgspec.json.encode(plain).decode()


def _nested(value: object, name: str) -> str:
    text = readable(value, name)
    return f"({text})" if isinstance(value, (dict, list)) and value else text


def described(value: Any) -> Iterator[str]:
    """Yield lines for any response: fields with their values, and lists of records as tables."""
    for name, content in fields_of(value).items():
        if rows := _records(content):
            if name:
                yield f"{name}:"
            headers = list(dict.fromkeys(key for row in rows for key in row))
            yield from table(headers, ([row.get(header) for header in headers] for row in rows))
        else:
            yield f"{name}: {readable(content, name)}" if name else readable(content)


def _records(content: object) -> list[dict[str, Any]]:
    """Return the records of a list that holds nothing else; of anything else none."""
    with suppress(msgspec.ValidationError):
        return msgspec.convert(content, list[dict[str, Any]])
    return []


def fields_of(response: object) -> dict[str, Any]:
    """Return the fields of a response; one that is no record is a field without a name."""
    plain = msgspec.to_builtins(response)
    return cast("dict[str, Any]", plain) if isinstance(plain, dict) else {"": plain}


def moment(milliseconds: int) -> str:
    """Return a time in UTC, by ISO 8601."""
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def waiting(text: str) -> Generator[None]:
    """Show on a terminal what is waited for, and how long already."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - only terminals need it
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(visible(text), total=None)
        yield
