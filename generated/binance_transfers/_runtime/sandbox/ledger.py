# Copied from generator/runtime/sandbox/ledger.py by python -m generator; edit it there.
"""The sandbox's money: what each wallet holds, and every movement that made it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, Overflow

_EXACT = Context(prec=400, traps=[InvalidOperation, Overflow])
"""Amounts are added to the last digit, however far apart their sizes are."""
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Place:
    """A wallet; where there are several of its kind, the one of a trading pair or of a sub-account."""

    wallet: str
    owner: str = ""
    """The trading pair or the sub-account's e-mail address, where there are several wallets of this kind."""

    def __str__(self) -> str:
        return f"{self.wallet} of {self.owner}" if self.owner else self.wallet


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of an amount of one asset. Together, the entries add up to what the wallets hold."""

    id: int
    """The id of the transfer, as its receipt tells it; the parts of one collection share theirs."""
    time: int
    """Milliseconds since the Unix epoch, by the sandbox's clock."""
    operation: str
    """The operation that moved it; `credit` for what a test put there."""
    asset: str
    amount: Decimal
    source: Place | None
    """The wallet that it left; `None` for what a test put there."""
    target: Place

    def __str__(self) -> str:
        return f"{self.operation}: {self.amount:f} {self.asset} from {self.source or 'outside'} to {self.target}"


class Ledger:
    """What each wallet holds. It is not safe to share between threads; the sandbox takes turns."""

    def __init__(self) -> None:
        self._holdings: dict[Place, dict[str, Decimal]] = {}
        self.entries: list[Entry] = []

    def holds(self, place: Place, asset: str) -> Decimal:
        """Return how much of an asset a wallet holds."""
        return self._holdings.get(place, {}).get(asset, _NOTHING)

    def assets(self, place: Place) -> list[str]:
        """Return the assets of which a wallet holds something, in the order in which they first came."""
        return [asset for asset, amount in self._holdings.get(place, {}).items() if amount]

    def balances(self) -> Mapping[Place, Mapping[str, Decimal]]:
        """Return what every wallet holds; neither empty wallets nor assets of which nothing is left."""
        held = {place: {asset: self.holds(place, asset) for asset in self.assets(place)} for place in self._holdings}
        return {place: amounts for place, amounts in held.items() if amounts}

    def total(self, asset: str) -> Decimal:
        """Return how much of an asset all wallets hold together."""
        total = _NOTHING
        for amounts in self._holdings.values():
            total = _EXACT.add(total, amounts.get(asset, _NOTHING))
        return total

    def record(self, entry: Entry) -> None:
        """Move an amount; the wallet that it leaves must hold it."""
        if entry.source is not None:
            left = _EXACT.subtract(self.holds(entry.source, entry.asset), entry.amount)
            if left < 0:
                raise ValueError(f"{entry.source} holds less than {entry.amount:f} {entry.asset}.")
            self._holdings[entry.source][entry.asset] = left
        held = self._holdings.setdefault(entry.target, {})
        held[entry.asset] = _EXACT.add(held.get(entry.asset, _NOTHING), entry.amount)
        self.entries.append(entry)
