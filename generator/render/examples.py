"""The examples of the documentation: an operation to show, its call, and the imports that the call needs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from generator.ir import types as ir

from . import python_text

_INSUFFICIENT_BALANCE = -5002
"""The code with which the sandbox refuses more than a wallet holds."""


class TransferExample(NamedTuple):
    """A transfer between two wallets that are the only ones of their kind; its values are Python literals."""

    operation: ir.Operation
    amount_argument: str
    refusal: str
    """The exception for a wallet that holds too little."""
    credit: str
    """The shell word with the JSON that puts the funds there."""
    source: str
    target: str
    asset: str
    amount: str


def sample_operation(api: ir.Api, *, moves_funds: bool) -> ir.Operation | None:
    """Return an operation for an example that any could be: one that moves funds or does not, or else the first."""
    fitting = [operation for operation in api.operations if operation.moves_funds is moves_funds]
    return next(iter((*fitting, *api.operations)), None)


def transfer(api: ir.Api) -> TransferExample | None:
    """Return the first transfer that a test can show without saying which of several wallets is meant."""
    owned = {wallet.name for wallet in api.wallets if wallet.per}
    refusals = [error.exception for error in api.errors if error.code == _INSUFFICIENT_BALANCE]
    for operation in api.operations:
        if not isinstance(effect := operation.effect, ir.Transfer):
            continue
        arguments = {parameter.wire: parameter.argument for parameter in operation.parameters}
        given = {wire: operation.example.get(argument) for wire, argument in arguments.items()}
        route = effect.routes.get(str(given[effect.by]))
        if route and owned.isdisjoint(route):
            asset, amount = str(given[effect.asset]), str(given[effect.amount])
            return TransferExample(
                operation,
                arguments[effect.amount],
                next(iter(refusals), "Rejected"),
                shlex.quote(json.dumps({"wallet": route[0], "asset": asset, "amount": amount})),
                *map(python_text.literal, (*route, asset, amount)),
            )
    return None


def call(operation: ir.Operation, given: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the example of a call with a line for each argument; `given` replaces the text of some of them."""
    arguments = {**python_text.example_arguments(operation), **given}
    lines = "".join(f"\n    {name}={text}," for name, text in arguments.items())
    return f"client.{operation.name}({lines}\n)" if lines else f"client.{operation.name}()"


def imports(operation: ir.Operation, *names: str, modules: Iterable[str] = ()) -> str:
    """Return the imports of an example: modules, what its arguments use, and names of the package."""
    lines = [f"import {module}" for module in modules]
    lines += ["from decimal import Decimal"] if "Decimal" in python_text.example_names(operation) else []
    return "\n".join([*lines, *([""] if lines else []), package_import(operation, *names)])


def package_import(operation: ir.Operation, *names: str) -> str:
    """Return the import of what an example uses of the package: these names, and those of its arguments."""
    used = python_text.example_names(operation) - {"Decimal"}
    return f"from binance_transfers import {', '.join(sorted(used.union(names)))}"
