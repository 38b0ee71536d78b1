"""What is read of the account and of the table: the history, the balances, and the operations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import click
import msgspec

from ..operation import Balances, History, Operation, Overview
from .options import JSON, SANDBOX, arguments_of, checked, kebab, parameter_options
from .output import Command, described, emit, table
from .package import Package
from .usage import Group


def history_command(package: Package) -> click.Command | None:
    """Return the command that lists transfers; a group of them where several operations have a history."""
    found = [operation for operation in package.api.operations.values() if isinstance(operation.effect, History)]
    commands = [_history_of(package, operation) for operation in found]
    if len(commands) <= 1:
        return next(iter(commands), None)
    named = {kebab(operation.effect.of): command for operation, command in zip(found, commands, strict=True)}  # type: ignore[union-attr]
    return Group("history", commands=named, help="List the transfers of an operation, of all pages.")


def _history_of(package: Package, operation: Operation[Any]) -> click.Command:
    paging = operation.paging
    without = (paging.page, paging.size) if paging else ()
    return Command(
        "history",
        params=[*parameter_options(package, operation, without), SANDBOX, JSON],
        callback=partial(_history, package, operation),
        help=f"List transfers, of all pages.\n\n{package.texts[operation.name][0]}",
        short_help="List transfers, of all pages.",
    )


def _history(package: Package, operation: Operation[Any], *, as_json: bool, sandbox: bool, **options: Any) -> None:
    arguments = arguments_of(operation, options)
    checked(operation, arguments)
    paging = operation.paging
    with package.open_client(operation, arguments if sandbox else None) as client:
        if paging is None:
            response = getattr(client, operation.name)(**arguments)
        else:
            page = next(parameter.argument for parameter in operation.parameters if parameter.name == paging.page)
            given = {name: value for name, value in arguments.items() if name != page}
            response = list(getattr(client, f"iter_{operation.name}")(**given))
    emit({"operation": operation.name, "rows": response}, described(response), as_json=as_json)


def balances_command(package: Package) -> click.Command:
    """Return the command that shows what wallets hold."""
    owners = {
        parameter.argument: _owner_option(parameter.argument)
        for operation in package.api.operations.values()
        for parameter in operation.parameters
        if isinstance(operation.effect, Balances) and parameter.name == operation.effect.owner
    }
    return Command(
        "balances",
        params=[*owners.values(), SANDBOX, JSON],
        callback=partial(_balances, package),
        help="Show what the wallets of the account hold, or those of a sub-account. Portfolio Margin has a read of its own.",
        short_help="Show what wallets hold.",
    )


def _owner_option(argument: str) -> click.Option:
    name = argument.replace("_", "-")
    return click.Option([f"--{name}", argument], metavar="TEXT", help=f"The {argument} of the wallets' owner.")


def _balances(package: Package, *, as_json: bool, sandbox: bool, **owners: str | None) -> None:
    given = {name: owner for name, owner in owners.items() if owner is not None}
    found: list[dict[str, Any]] = []
    for operation in package.api.operations.values():
        arguments = _balance_arguments(operation, given)
        if arguments is None:
            continue
        checked(
            operation, {parameter.argument: arguments.get(parameter.argument) for parameter in operation.parameters}
        )
        with package.open_client(operation, arguments if sandbox else None) as client:
            response = msgspec.to_builtins(getattr(client, operation.name)(**arguments))
        found += _held(operation, response)
    lines = table(("wallet", "asset", "amount"), ((row["wallet"], row["asset"], row["amount"]) for row in found))
    emit({"balances": found}, lines, as_json=as_json)


def _balance_arguments(operation: Operation[Any], owners: dict[str, str]) -> dict[str, Any] | None:
    """Return the arguments of a read that shows what is asked for, or `None` for any other operation."""
    names = {parameter.name: parameter.argument for parameter in operation.parameters}
    match operation.effect:
        case Overview(detail_on=str(detail_on)) if not owners:
            return {names[detail_on]: True}
        case Balances(owner=str(owner)) if names[owner] in owners:
            return {names[owner]: owners[names[owner]]}
        case _:
            return None


def _held(operation: Operation[Any], response: Any) -> Iterator[dict[str, Any]]:
    match operation.effect:
        case Overview(name=name, wallets=wallets, detail=detail, asset=asset, amount=amount):
            for row in response:
                for held in row.get(detail) or ():
                    yield {"wallet": wallets.get(row[name], row[name]), "asset": held[asset], "amount": held[amount]}
        case Balances(asset=asset, wallets=wallets, rows=rows):
            for row in response if rows is None else response[rows] or ():
                for field, wallet in wallets.items():
                    yield {"wallet": wallet, "asset": row[asset], "amount": row[field]}
        case _:
            pass


def operations_command(package: Package) -> click.Command:
    """Return the command that lists the operations."""
    return Command(
        "operations",
        params=[JSON],
        callback=partial(_operations, package),
        help="List the operations with their weights, limits and the permissions that the API key needs.",
        short_help="List the operations and their limits.",
    )


def _operations(package: Package, *, as_json: bool) -> None:
    records = [
        {
            "command": kebab(operation.name),
            "operation": operation.name,
            "method": operation.method,
            "path": operation.path,
            "moves_funds": operation.moves_funds,
            "weights": operation.weights,
            "calls_per_minute": operation.weight.calls_per_minute,
            "call_limit": operation.call_limit,
            "permissions": operation.permissions,
        }
        for operation in package.api.operations.values()
    ]
    headers = ("command", "moves funds", "weight", "calls per minute", "limit", "permissions")
    rows = (
        (
            kebab(operation.name),
            "yes" if operation.moves_funds else "no",
            " and ".join(f"{cost.weight} {cost.scope}" for cost in operation.weights),
            operation.weight.calls_per_minute,
            f"{limit.calls} per {limit.seconds} s" if (limit := operation.call_limit) else "",
            " ".join(operation.permissions),
        )
        for operation in package.api.operations.values()
    )
    emit({"operations": records}, table(headers, rows), as_json=as_json)
