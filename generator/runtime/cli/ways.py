"""The command that shows which wallets can be reached from which."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import click

from ..operation import Collection, Operation, Transfer
from .options import JSON, flag_of, kebab
from .output import Command, Exit, emit, message, table
from .package import Package
from .usage import Listed


@dataclass(frozen=True, slots=True)
class Way:
    """One call that moves funds from a wallet to another."""

    source: str
    target: str
    command: str
    """What to type, with a word in capitals for each value that is needed."""


def ways_command(package: Package) -> click.Command:
    """Return the command."""
    wallet = Listed(list(package.api.wallets))
    return Command(
        "ways",
        params=[
            click.Argument(["source"], type=wallet, required=False, metavar="[SOURCE]"),
            click.Argument(["target"], type=wallet, required=False, metavar="[TARGET]"),
            JSON,
        ],
        callback=partial(_ways, package),
        help="Show which wallets can be reached from which: all ways, those out of SOURCE, or the shortest to TARGET, in "
        "several transfers where there is no direct one.",
        short_help="Show which wallets can be reached from which.",
    )


def _ways(package: Package, *, source: str | None, target: str | None, as_json: bool) -> Exit:
    ways = list(_all_ways(package))
    if source is not None:
        ways = [way for way in ways if way.source == source] if target is None else _shortest(ways, source, target)
    lines = table(("from", "to", "command"), ((way.source, way.target, way.command) for way in ways))
    emit({"ways": ways}, lines if ways else (), as_json=as_json)
    if not ways:
        message(f"No transfer leads from {source} to {target or 'another wallet'}.")
    return Exit.DONE if ways else Exit.NOT_EXECUTED


def _all_ways(package: Package) -> Iterator[Way]:
    for operation in package.api.operations.values():
        match operation.effect:
            case Transfer(by=by, routes=routes):
                for value, (source, target) in routes.items():
                    yield Way(source, target, _typed(operation, by, value))
            case Collection(sources=sources, target=target):
                for source in sources:
                    yield Way(source, target, _typed(operation))
            case _:
                pass


def _typed(operation: Operation[Any], by: str | None = None, value: str | None = None) -> str:
    """Return the command of a call with all that it needs."""
    needed = {
        condition.parameter for condition in operation.conditions if condition.other == by and value in condition.values
    }
    words = [kebab(operation.name)]
    for parameter in operation.parameters:
        if parameter.name == by:
            words += [flag_of(parameter), str(value)]
        elif parameter.required or parameter.name in needed:
            words += [flag_of(parameter), parameter.argument.upper()]
    return " ".join(words)


def _shortest(ways: list[Way], source: str, target: str) -> list[Way]:
    """Return the fewest transfers from one wallet to another; of as many, those that the table lists first."""
    reached: dict[str, list[Way]] = {}
    waiting: deque[tuple[str, list[Way]]] = deque([(source, [])])
    while waiting:
        wallet, before = waiting.popleft()
        for way in ways:
            if way.source == wallet and way.target not in reached:
                reached[way.target] = [*before, way]
                waiting.append((way.target, reached[way.target]))
    return reached.get(target, [])
