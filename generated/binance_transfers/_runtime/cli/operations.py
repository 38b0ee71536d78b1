# Copied from generator/runtime/cli/operations.py by python -m generator; edit it there.
"""A command for each operation of the table: shows what it would send, reads, or has funds moved."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ..operation import Operation
from ..request import Prepared
from .moves import Move
from .options import (
    ACCOUNT,
    DRY_RUN,
    JOURNAL,
    JSON,
    KEY,
    SANDBOX,
    YES,
    arguments_of,
    checked,
    parameter_options,
)
from .output import Command, Exit, described, emit
from .package import Package


def operation_command(package: Package, operation: Operation[Any]) -> click.Command:
    """Return the command of an operation."""
    flags = [SANDBOX, DRY_RUN, *((YES, KEY, JOURNAL, ACCOUNT) if operation.moves_funds else ()), JSON]
    return Command(
        None,
        params=[*parameter_options(package, operation), *flags],
        callback=partial(_run, package, operation),
        help=f"{package.texts[operation.name][0]}\n\n{operation.method} {operation.path}. {facts(operation)}",
        short_help=operation.title or operation.name,
    )


def facts(operation: Operation[Any]) -> str:
    """Return what is to be known before a call, as sentences."""
    weights = (
        f"Weight {cost.weight} of {cost.budget} per {cost.scope.upper()} in {cost.seconds} s."
        for cost in operation.weights
    )
    limit = operation.call_limit
    limits = [f"At most {limit.calls} calls in {limit.seconds} s."] if limit else []
    needed = ", ".join(operation.permissions)
    permissions = [f"The API key needs {needed}."] if needed else []
    return " ".join([*weights, *limits, *permissions])


def _run(
    package: Package, operation: Operation[Any], *, as_json: bool, dry_run: bool, sandbox: bool, **options: Any
) -> Exit:
    arguments = arguments_of(operation, options)
    prepared = checked(operation, arguments)
    if dry_run:
        _show(prepared, as_json=as_json)
    elif operation.moves_funds:
        Move(package, prepared, arguments, **options, is_sandbox=sandbox).make(as_json=as_json)
    else:
        with package.open_client(operation, arguments if sandbox else None) as client:
            response = getattr(client, operation.name)(**arguments)
        record = {
            "outcome": "done",
            "operation": operation.name,
            "parameters": prepared.parameters,
            "response": response,
        }
        emit(record, described(response), as_json=as_json)
    return Exit.DONE


def _show(prepared: Prepared[Any], *, as_json: bool) -> None:
    """Print what would be sent."""
    operation, query = prepared.operation, f"?{prepared.query}" if prepared.query else ""
    record = {
        "outcome": "dry_run",
        "operation": operation.name,
        "parameters": prepared.parameters,
        "method": operation.method,
        "path": prepared.path,
        "query": prepared.query,
        "weights": operation.weights,
    }
    added = (
        "timestamp and signature are added when it is sent" if operation.requires_signature else "it is sent unsigned"
    )
    lines = [f"{operation.method} {prepared.path}{query}", facts(operation), f"Nothing was sent; {added}."]
    emit(record, lines, as_json=as_json)
