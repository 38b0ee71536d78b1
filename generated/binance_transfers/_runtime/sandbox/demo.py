# Copied from generator/runtime/sandbox/demo.py by python -m generator; edit it there.
"""Makes one call of every operation with a client on a sandbox, and prints the requests, responses and movements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from ..client import SyncAPIClient
from ..headers import API_KEY_HEADER
from ..operation import Api, Balances, Collection, Operation, Report, Transfer
from ..request import encode
from .core import Sandbox


def run(api: Api, client: SyncAPIClient, sandbox: Sandbox) -> None:
    """Call every operation with the example of the table; the API key and the signature are printed as `***`."""
    stock(api, sandbox)
    stocked = len(sandbox.entries)
    _print_ledger(sandbox, "Before")
    for operation in api.operations.values():
        result = getattr(client, operation.name)(**operation.example)
        request = sandbox.requests[-1]
        query = "&".join(f"{encode(name)}={encode(value)}" for name, value in request.parameters).replace("%2A", "*")
        print(f"{operation.title}: client.{operation.name}(...)")
        print(f"  sent      {request.method} {request.path}{'?' if query else ''}{query}")
        print(f"            {f'{API_KEY_HEADER}: ***' if operation.requires_key else 'without an API key'}")
        print(f"  response  HTTP {request.status} {(request.response or b'').decode()}")
        print(f"  returned  {result!r}")
        for entry in sandbox.entries[stocked:]:
            print(f"  moved     {entry.amount:f} {entry.asset} from {entry.source} to {entry.target}")
        stocked = len(sandbox.entries)
    _print_ledger(sandbox, "After")
    tags = Counter(operation.tag for operation in api.operations.values())
    counted = " and ".join(f"{count} of {tag}" if tag else f"{count}" for tag, count in tags.items())
    print(f"All operations, {counted}, were called against the sandbox; nothing left this process.")


def _print_ledger(sandbox: Sandbox, when: str) -> None:
    rows = [
        (str(wallet), f"{amount:f}", asset)
        for wallet, balances in sandbox.balances().items()
        for asset, amount in balances.items()
    ]
    if rows:
        print(f"{when}, the wallets hold:")
        names, amounts = (max(len(row[column]) for row in rows) for column in (0, 1))
        for wallet, amount, asset in rows:
            print(f"  {wallet:{names}}  {amount:>{amounts}} {asset}")


def stock(api: Api, sandbox: Sandbox) -> None:
    """Put into the wallets what the operations' examples need, and a little more."""
    for operation in api.operations.values():
        if isinstance(operation.effect, Balances) and operation.effect.owner:
            names = {parameter.name: parameter.argument for parameter in operation.parameters}
            owner = operation.example[names[operation.effect.owner]]
            for per in {api.wallets[wallet] for wallet in operation.effect.wallets.values()} - {None}:
                sandbox.open(**{str(per): owner})
        for wallet, owner, asset, amount in _needs(operation):
            per = api.wallets[wallet]
            sandbox.credit(wallet, asset, amount, **({per: owner} if per else {}))


def _needs(operation: Operation[Any]) -> Iterator[tuple[str, str | None, str, Decimal]]:
    values = {
        parameter.name: str(operation.example[parameter.argument])
        for parameter in operation.parameters
        if parameter.argument in operation.example
    }
    match operation.effect:
        case Transfer(by=by, routes=routes, asset=asset, amount=amount, source_owner=owner):
            yield routes[values[by]][0], values.get(owner or ""), values[asset], 2 * Decimal(values[amount])
        case Collection(sources=sources, asset=wanted, excluded=excluded):
            assets = ("BTC", *excluded) if wanted is None else (values[wanted],)
            for wallet in sources:
                for asset in assets:
                    yield wallet, None, asset, Decimal("0.25" if wanted is None else 100)
        case Report(by=by, routes=routes, asset=asset, amount=amount):
            example = msgspec.json.decode(operation.response_example)
            yield routes[values[by]][0], None, values[asset], Decimal(example[amount])
        case _:
            pass
