"""The command that finds what would go wrong before a night's work: the clock, the permissions, the state of Binance."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import click
import msgspec

from ..client import SyncAPIClient
from ..clock import SystemClock
from ..errors import BinanceError
from ..operation import Operation, Permissions
from .options import JSON, SANDBOX, kebab
from .output import Command, Exit, emit, fields_of, table
from .package import Package
from .usage import Listed

_EARLY = 1000
"""Milliseconds by which Binance takes a timestamp ahead of its own clock."""
Finding = tuple[str, bool, str]
"""What was looked at, whether it is well, and what was found."""


class _ComparedClock(SystemClock):
    """This machine's clock, and by how much Binance's is ahead of it."""

    ahead = 0

    def correct(self, server_time: int, age: float) -> None:
        self.ahead = server_time + round(age * 1000) - time.time_ns() // 1_000_000
        super().correct(server_time, age)


def check_command(package: Package) -> click.Command:
    """Return the command."""
    names = [kebab(operation.name) for operation in package.api.operations.values() if not _reports(operation)]
    return Command(
        "check",
        params=[
            click.Argument(["operations"], type=Listed(names), nargs=-1, metavar="[COMMAND]..."),
            SANDBOX,
            JSON,
        ],
        callback=partial(_check, package),
        help="Check this machine's clock, what the API key may do, and whether Binance is working. Nothing moves. With one "
        "or more COMMANDs, only their permissions are needed. The exit code is 0 where "
        "all is well, and else 4.",
        short_help="Check clock, permissions and system status.",
    )


def _reports(operation: Operation[Any]) -> bool:
    return isinstance(operation.effect, Permissions)


def _check(package: Package, *, operations: tuple[str, ...], as_json: bool, sandbox: bool) -> Exit:
    needed = [
        operation
        for operation in package.api.operations.values()
        if kebab(operation.name) in operations or not operations
    ]
    clock = _ComparedClock()
    reading = next((operation for operation in package.api.operations.values() if _reports(operation)), None)
    example: dict[str, object] | None = {} if sandbox else None
    with package.open_client(reading, example, "Checking", clock=clock) as client:
        findings = [*_clock(client, clock), *_permissions(client, reading, needed), *_public(client, package)]
    is_well = all(ok for _, ok, _ in findings)
    records = [{"check": name, "ok": ok, "finding": finding} for name, ok, finding in findings]
    rows = ((name, "ok" if ok else "PROBLEM", finding) for name, ok, finding in findings)
    emit({"ok": is_well, "checks": records}, table(("check", "", "finding"), rows), as_json=as_json)
    return Exit.DONE if is_well else Exit.PROBLEM


def _clock(client: SyncAPIClient, clock: _ComparedClock) -> Iterator[Finding]:
    try:
        client.synchronize_clock()
    except BinanceError as error:
        yield "clock", False, str(error)
        return
    ahead = clock.ahead
    yield (
        "clock",
        abs(ahead) < _EARLY,
        f"Binance's is {abs(ahead)} ms {'ahead of' if ahead >= 0 else 'behind'} this machine's.",
    )


def _permissions(
    client: SyncAPIClient, reading: Operation[Any] | None, needed: list[Operation[Any]]
) -> Iterator[Finding]:
    """Compare what the key may do with what the operations need."""
    if reading is None:
        return
    try:
        allowed = msgspec.to_builtins(getattr(client, reading.name)())
    except BinanceError as error:
        yield "permissions", False, str(error)
        return
    needs: dict[str, list[str]] = {}
    for operation in needed:
        for name in operation.permissions:
            needs.setdefault(name, []).append(kebab(operation.name))
    for name, commands in needs.items():
        verb = "needs" if len(commands) == 1 else "need"
        finding = "is allowed." if allowed.get(name) is True else f"is not allowed, which {', '.join(commands)} {verb}."
        yield name, allowed.get(name) is True, f"{name} {finding}"


def _public(client: SyncAPIClient, package: Package) -> Iterator[Finding]:
    """Compare what needs no key, such as the state of the system, with the response that Binance's page shows."""
    for operation in package.api.operations.values():
        if (
            operation.requires_key
            or operation.moves_funds
            or any(parameter.required for parameter in operation.parameters)
        ):
            continue
        name, usual = kebab(operation.name), msgspec.json.decode(operation.response_example)
        try:
            response = msgspec.to_builtins(getattr(client, operation.name)())
        except BinanceError as error:
            yield name, False, str(error)
            continue
        yield name, response == usual, _listed(response) + ("" if response == usual else f"; usually {_listed(usual)}")


def _listed(response: Any) -> str:
    return ", ".join(f"{name} {value}".strip() for name, value in fields_of(response).items())
