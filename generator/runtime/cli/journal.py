"""The commands of the journal: what became of a transfer, what is open, and what was done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import click
import msgspec

from .options import ACCOUNT, JOURNAL, JSON, WAIT, later_advice, resolve_advice
from .output import (
    KEY_OF_CALL,
    Command,
    Exit,
    ask,
    emit,
    is_final,
    keep_outcome,
    message,
    moment,
    readable,
    table,
    without_advice,
    write,
)
from .package import Package
from .usage import Group

if TYPE_CHECKING:
    from ..journal import Journal, JournalEntry

_KEY = click.Argument(["key"])
_EXECUTED = click.Option(
    ["--executed/--not-executed"],
    default=None,
    help="Whether it was executed: then its key sends nothing any more, else it sends it again.",
)
_YES = click.Option(["--yes"], is_flag=True, help="Do not ask before it is written.")
_RESOLVE_HELP = (
    "Write what you found out yourself about a transfer that `recover` leaves open. Nothing is sent now; after "
    "--not-executed, its key sends it again."
)
_CODES = {"done": Exit.DONE, "intent": Exit.NOT_EXECUTED, "not_executed": Exit.NOT_EXECUTED}


def reconcile_command(package: Package) -> click.Command:
    """Return the command that finds out what became of one transfer."""
    return Command(
        "reconcile",
        params=[_KEY, WAIT, JOURNAL, ACCOUNT, JSON],
        callback=partial(_reconcile, package),
        short_help="Find out what became of a transfer.",
        help="Find out what became of the transfer with a key, by what Binance's reads show. Nothing is sent again. The "
        "exit code says what is known: 0 executed, 1 not executed, 3 unknown or pending.",
    )


def journal_commands(package: Package) -> click.Group:
    """Return the commands of the journal."""
    group = Group(
        "journal",
        help="What the journal holds, and what became of it.",
        short_help="List, show, export, recover, resolve.",
    )
    for name, callback, params, text in (
        ("list", _list, [JSON], "List the transfers, oldest first."),
        ("show", _show, [_KEY, JSON], "Show a transfer, and all that happened to it."),
        ("export", _export, [], "Print each transfer as a line of JSON, with all that happened to it."),
        ("resolve", _resolve, [_KEY, _EXECUTED, _YES, JSON], _RESOLVE_HELP),
        ("recover", _recover, [WAIT, JSON], "Find out what became of every open transfer. Nothing is sent again."),
    ):
        command = partial(callback, package)
        group.add_command(Command(name, params=[*params, JOURNAL, ACCOUNT], callback=command, help=text))
    return group


def _reconcile(package: Package, *, key: str, wait: float, journal: str | None, account: str, as_json: bool) -> Exit:
    click.get_current_context().meta[KEY_OF_CALL] = key
    with package.open_journal(account, journal) as kept:
        entry = _find(kept, key)
        if entry.is_open:
            with package.open_client(None, doing=f"Finding out what became of {key}") as client:
                keep_outcome(Exit.UNKNOWN)
                entry = next(iter(kept.recover(client, key=key, wait=wait)), None) or _find(kept, key)
    code = _CODES.get(entry.state, Exit.UNKNOWN)
    keep_outcome(code, f"{entry.key}: {entry.state}")
    emit(_plain(entry), _lines(entry), as_json=as_json)
    if entry.is_open and entry.verdict:
        if is_final(entry.verdict):
            message(f"No read will tell more. {resolve_advice(key)}")
        elif entry.verdict.ask_again_at is not None:
            message(later_advice(entry.verdict.ask_again_at, "reconcile", key))
    return code


def _find(journal: Journal, key: str) -> JournalEntry:
    for entry in journal.entries(key=key):
        return entry
    raise click.UsageError(f"The journal has no transfer with the key {key!r}; `journal list` shows those that it has.")


def _recover(package: Package, *, wait: float, journal: str | None, account: str, as_json: bool) -> Exit:
    with (
        package.open_journal(account, journal) as kept,
        package.open_client(None, doing="Finding out what became of the open transfers") as client,
    ):
        keep_outcome(Exit.UNKNOWN)
        entries = kept.recover(client, wait=wait)
    still_open = [entry for entry in entries if entry.is_open]
    code = Exit.UNKNOWN if still_open else Exit.DONE
    keep_outcome(code, *(f"{entry.key}: {entry.state}" for entry in entries))
    emit({"entries": list(map(_plain, entries)), "open": len(still_open)}, _table(entries), as_json=as_json)
    message(f"Open before: {len(entries)}; still open: {len(still_open)}.")
    again = [entry.verdict.ask_again_at for entry in still_open if entry.verdict and entry.verdict.ask_again_at]
    if again:
        message(later_advice(max(again), "journal recover"))
    return code


def _resolve(
    package: Package, *, key: str, executed: bool | None, yes: bool, journal: str | None, account: str, as_json: bool
) -> None:
    if executed is None:
        raise click.UsageError("Give what you found: --executed or --not-executed.")
    with package.open_journal(account, journal) as kept:
        entry = _find(kept, key)
        if entry.is_open and not yes:
            question = f"Write that it was {'' if executed else 'not '}executed?"
            ask("the journal is changed", _lines(entry), question, "Nothing was written.")
        entry = kept.resolve(key, executed=executed)
        keep_outcome(Exit.DONE, f"{key}: {entry.state}")
    emit(_plain(entry), _lines(entry), as_json=as_json)


def _list(package: Package, *, journal: str | None, account: str, as_json: bool) -> None:
    with package.open_journal(account, journal) as kept:
        entries = tuple(kept.entries())
    emit({"entries": list(map(_plain, entries))}, _table(entries), as_json=as_json)


def _show(package: Package, *, key: str, journal: str | None, account: str, as_json: bool) -> None:
    with package.open_journal(account, journal) as kept:
        entry = _find(kept, key)
        [line] = kept.export(key=key)
    record = msgspec.json.decode(line)
    events = (
        f"{moment(event.pop('at'))}  {event.pop('kind')}  {without_advice(readable(event))}"
        for event in record["events"]
    )
    if as_json:
        write([line])
    else:
        emit(record, [*_lines(entry), *map(str.rstrip, events)], as_json=False)


def _export(package: Package, *, journal: str | None, account: str) -> None:
    with package.open_journal(account, journal) as kept:
        write(kept.export())


def _plain(entry: JournalEntry) -> Any:
    return msgspec.to_builtins(entry)


def _table(entries: tuple[JournalEntry, ...]) -> Iterator[str]:
    headers = ("created", "key", "state", "operation", "parameters", "transfer")
    rows = (
        (moment(entry.created_at), entry.key, entry.state, entry.operation, entry.parameters, entry.transfer_id)
        for entry in entries
    )
    return table(headers, rows)


def _lines(entry: JournalEntry) -> Iterator[str]:
    yield f"{entry.key}: {entry.state}"
    yield f"  {entry.operation}  {readable(entry.parameters)}".rstrip()
    yield f"  created {moment(entry.created_at)}, updated {moment(entry.updated_at)}, attempts {entry.attempts}"
    if entry.receipt is not None:
        yield f"  receipt  {readable(entry.receipt)}"
    if entry.verdict is not None:
        yield f"  verdict {entry.verdict.outcome}: {entry.verdict.reason}"
        for row in entry.verdict.evidence:
            yield f"  evidence  {readable(row)}"
