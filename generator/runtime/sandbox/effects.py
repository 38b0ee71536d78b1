"""What a call would do to the ledger, as the operation table tells it; nothing is moved here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from ..operation import Api, Collection, Operation, Report, Transfer
from .checks import Refused, missing
from .ledger import Entry, Ledger, Place

Values = Mapping[str, list[str]]


def place_of(api: Api, wallet: str, *, symbol: str | None = None, email: str | None = None) -> Place:
    """Return the wallet that is named.

    Raises:
        ValueError: There is no such wallet, or it is not told which one, where there are several of its kind.
    """
    if wallet not in api.wallets:
        raise ValueError(f"There is no wallet {wallet!r}; there are: {', '.join(api.wallets)}.")
    per = api.wallets[wallet]
    given = {"symbol": symbol, "email": email}
    for name, value in given.items():
        if name != per and value is not None:
            raise ValueError(f"The wallet {wallet} takes no {name}.")
    if per is None:
        return Place(str(wallet))
    owner = given[per]
    if owner is not None and not isinstance(owner, str):
        raise ValueError(f"{per} is {owner!r}; it must be text.")
    if not owner:
        raise ValueError(f"There are several wallets {wallet}; give the {per} of the one that is meant.")
    return Place(str(wallet), owner)


@dataclass(frozen=True, slots=True)
class Books:
    """What effects are worked out from."""

    api: Api
    ledger: Ledger
    owners: set[tuple[str, str]]
    """The trading pairs and the sub-accounts that are open, as `symbol` or `email` and what it is."""
    new_id: Callable[[], int]


def effect_of(operation: Operation[Any], values: Values, books: Books, now: int) -> tuple[list[Entry], bytes]:
    """Return what a call moves, and the body of its answer.

    Raises:
        Refused: It cannot be done.
    """
    match operation.effect:
        case Transfer() as transfer:
            entry = _transfer(operation.name, transfer, values, books, now)
            return [entry], _answer(operation, {transfer.receipt: entry.id})
        case Collection() as collection:
            return _collected(operation.name, collection, values, books, now), operation.response_example
        case Report() as report:
            return [], _answer(operation, _report(report, values, books))
        case None:
            return [], operation.response_example


def _answer(operation: Operation[Any], told: Mapping[str, object]) -> bytes:
    """Return the example answer with what is known better; an id stays text where the example's is text."""
    example = msgspec.json.decode(operation.response_example)
    fields = {name: str(value) if isinstance(example.get(name), str) else value for name, value in told.items()}
    return msgspec.json.encode({**example, **fields})


def _transfer(name: str, transfer: Transfer, values: Values, books: Books, now: int) -> Entry:
    source_wallet, target_wallet = transfer.routes[values[transfer.by][0]]
    source = _place(source_wallet, transfer.source_owner, values, books)
    target = _place(target_wallet, transfer.target_owner, values, books)
    asset, amount = values[transfer.asset][0], Decimal(values[transfer.amount][0])
    if amount == 0:
        raise Refused(-5007, "The amount must be greater than zero.")
    held = books.ledger.holds(source, asset)
    if held < amount:
        raise Refused(-5002, f"The wallet {source} holds {held:f} {asset}, which is less than {amount:f}.")
    return Entry(books.new_id(), now, name, asset, amount, source, target)


def _place(wallet: str, owner_parameter: str | None, values: Values, books: Books) -> Place:
    per = books.api.wallets[wallet]
    if per is None:
        return Place(wallet)
    owner = values[owner_parameter][0] if owner_parameter and values[owner_parameter] else None
    if owner is None:
        raise missing(owner_parameter or per)
    if (per, owner) not in books.owners:
        if per == "email":
            raise Refused(-5021, f"There is no sub-account {owner} of this master account.")
        raise Refused(-3003, f"There is no isolated margin wallet of the trading pair {owner}.")
    return Place(wallet, owner)


def _collected(name: str, collection: Collection, values: Values, books: Books, now: int) -> list[Entry]:
    wanted = values[collection.asset] if collection.asset else None
    target = Place(collection.target)
    number = books.new_id()
    return [
        Entry(number, now, name, asset, books.ledger.holds(source, asset), source, target)
        for source in map(Place, collection.sources)
        for asset in books.ledger.assets(source)
        if asset not in collection.excluded and (wanted is None or asset in wanted)
    ]


def _report(report: Report, values: Values, books: Books) -> Mapping[str, object]:
    source, _ = report.routes[values[report.by][0]]
    asset = values[report.asset][0]
    return {report.asset: asset, report.amount: f"{books.ledger.holds(Place(source), asset):f}"}
