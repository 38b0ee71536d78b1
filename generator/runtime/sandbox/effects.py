"""What a call would do to the ledger, by the effect in the operation table; nothing is moved here."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from ..operation import Collection, Operation, Report, Transfer
from .checks import ErrorResponse, missing
from .ledger import Entry, Ledger, WalletRef

Values = Mapping[str, list[str]]


def effect_of(operation: Operation[Any], values: Values, ledger: Ledger, now: int) -> tuple[list[Entry], bytes]:
    """Return what a call moves, and the body of its response, or raise why it cannot be done."""
    match operation.effect:
        case Transfer() as transfer:
            entry = _transfer(operation.name, transfer, values, ledger, now)
            return [entry], _response(operation, {transfer.receipt: entry.id})
        case Collection() as collection:
            return _collected(operation.name, collection, values, ledger, now), operation.response_example
        case Report() as report:
            source, _ = report.routes[values[report.by][0]]
            asset = values[report.asset][0]
            amount = ledger.balance(WalletRef(source), asset)
            return [], _response(operation, {report.asset: asset, report.amount: f"{amount:f}"})
        case _:
            return [], operation.response_example


def _response(operation: Operation[Any], fields: Mapping[str, object]) -> bytes:
    """Return the example response with these fields; an id stays text where the example's is text."""
    example = msgspec.json.decode(operation.response_example)
    typed = {name: str(value) if isinstance(example.get(name), str) else value for name, value in fields.items()}
    return msgspec.json.encode({**example, **typed})


def _transfer(name: str, transfer: Transfer, values: Values, ledger: Ledger, now: int) -> Entry:
    source_wallet, target_wallet = transfer.routes[values[transfer.by][0]]
    source = _wallet(source_wallet, transfer.source_owner, values, ledger)
    target = _wallet(target_wallet, transfer.target_owner, values, ledger)
    asset, amount = values[transfer.asset][0], Decimal(values[transfer.amount][0])
    if amount == 0:
        raise ErrorResponse(-5007, "The amount must be greater than zero.")
    balance = ledger.balance(source, asset)
    if balance < amount:
        raise ErrorResponse(-5002, f"The wallet {source} holds {balance:f} {asset}, which is less than {amount:f}.")
    return Entry(next(ledger.ids), now, name, asset, amount, source, target)


def _wallet(wallet: str, owner_parameter: str | None, values: Values, ledger: Ledger) -> WalletRef:
    per = ledger.kinds[wallet]
    if per is None:
        return WalletRef(wallet)
    if owner_parameter is None or not values[owner_parameter]:
        raise missing(owner_parameter or per)
    owner = values[owner_parameter][0]
    if (per, owner) not in ledger.owners:
        if per == "email":
            raise ErrorResponse(-5021, f"There is no sub-account {owner} of this master account.")
        raise ErrorResponse(-3003, f"There is no isolated margin wallet of the trading pair {owner}.")
    return WalletRef(wallet, owner)


def _collected(name: str, collection: Collection, values: Values, ledger: Ledger, now: int) -> list[Entry]:
    wanted = values[collection.asset] if collection.asset else None
    target = WalletRef(collection.target)
    number = next(ledger.ids)
    return [
        Entry(number, now, name, asset, ledger.balance(source, asset), source, target)
        for source in map(WalletRef, collection.sources)
        for asset in ledger.assets(source)
        if asset not in collection.excluded and (wanted is None or asset in wanted)
    ]
