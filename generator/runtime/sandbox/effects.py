"""What a call does to the ledger, at once or later, by the effect in the operation table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from ..operation import Collection, Operation, Transfer
from .checks import SIGNED_PARAMETERS, ErrorResponse, missing
from .ledger import Entry, Ledger, WalletRef

Values: TypeAlias = Mapping[str, list[str]]


def moves(operation: Operation[Any]) -> bool:
    """Return whether a call moves funds between wallets."""
    return isinstance(operation.effect, (Transfer, Collection))


def effect_of(operation: Operation[Any], values: Values, ledger: Ledger, now: int) -> tuple[list[Entry], bytes]:
    """Return what a call moves, and the body of its response, or raise why it cannot be done."""
    match operation.effect:
        case Transfer() as transfer:
            entry = _transfer(operation.name, transfer, values, ledger, now)
            return [entry], with_fields(operation, {transfer.receipt: entry.id})
        case Collection() as collection:
            return _collected(operation.name, collection, values, ledger, now), operation.response_example
        case _:
            return [], operation.response_example


@dataclasses.dataclass(frozen=True, slots=True)
class Later:
    """A call that takes effect when the sandbox's clock has come to a time."""

    at: int
    """Milliseconds since the Unix epoch."""
    operation: Operation[Any]
    values: Values
    accepted: tuple[Entry, ...] = ()
    """What it would have moved at once, where it was accepted and is pending."""
    is_executed: bool = True

    def execute(self, ledger: Ledger) -> None:
        """Move the funds, if they are there by now; a pending transfer ends with that."""
        entries: list[Entry] = []
        if self.is_executed:
            with suppress(ErrorResponse):
                entries, _ = effect_of(self.operation, self.values, ledger, self.at)
        for entry in entries:
            first = self.accepted[0] if self.accepted else entry
            ledger.record(dataclasses.replace(entry, id=first.id, time=first.time))
        for entry in self.accepted:
            ledger.pending.remove(entry)
        if not entries:
            ledger.failed.extend(self.accepted)


def with_fields(operation: Operation[Any], fields: Mapping[str, object]) -> bytes:
    """Return the example response with these fields; an id stays text where the example's is text."""
    example = msgspec.json.decode(operation.response_example)
    typed = {name: str(value) if isinstance(example.get(name), str) else value for name, value in fields.items()}
    return msgspec.json.encode({**example, **typed})


def wallet_of(wallet: str, owner_parameter: str | None, values: Values, ledger: Ledger) -> WalletRef:
    """Return the wallet that a call means, or raise that there is none."""
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


def _transfer(name: str, transfer: Transfer, values: Values, ledger: Ledger, now: int) -> Entry:
    source_wallet, target_wallet = transfer.routes[values[transfer.by][0]]
    source = wallet_of(source_wallet, transfer.source_owner, values, ledger)
    target = wallet_of(target_wallet, transfer.target_owner, values, ledger)
    asset, amount = values[transfer.asset][0], Decimal(values[transfer.amount][0])
    if amount == 0:
        raise ErrorResponse(-5007, "The amount must be greater than zero.")
    balance = ledger.balance(source, asset)
    if balance < amount:
        raise ErrorResponse(-5002, f"The wallet {source} holds {balance:f} {asset}, which is less than {amount:f}.")
    return Entry(next(ledger.ids), now, name, asset, amount, source, target, _sent(values))


def _collected(name: str, collection: Collection, values: Values, ledger: Ledger, now: int) -> list[Entry]:
    wanted = values[collection.asset] if collection.asset else None
    target = WalletRef(collection.target)
    number = next(ledger.ids)
    return [
        Entry(number, now, name, asset, ledger.balance(source, asset), source, target, _sent(values))
        for source in map(WalletRef, collection.sources)
        for asset in ledger.assets(source)
        if asset not in collection.excluded and (wanted is None or asset in wanted)
    ]


def _sent(values: Values) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, texts in values.items() for text in texts if name not in SIGNED_PARAMETERS)
