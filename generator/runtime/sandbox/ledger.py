"""The sandbox's money: the wallets, their balances and every movement of funds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, Overflow
from typing import Any

_EXACT = Context(prec=400, traps=[InvalidOperation, Overflow])
"""Amounts are added to the last digit, however far apart their sizes are."""
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class WalletRef:
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
    """The id of the transfer, as in its receipt; the parts of one collection share theirs."""
    time: int
    """Milliseconds since the Unix epoch, by the sandbox's clock."""
    operation: str
    """The operation that moved it; `credit` for funds that a test put there."""
    asset: str
    amount: Decimal
    source: WalletRef | None
    """The wallet that it left; `None` for funds that a test put there."""
    target: WalletRef
    parameters: tuple[tuple[str, str], ...] = ()
    """Names and values of the call's parameters, without those of every call; none for funds that a test put there."""

    def __str__(self) -> str:
        return f"{self.operation}: {self.amount:f} {self.asset} from {self.source or 'outside'} to {self.target}"


class Ledger:
    """The wallets and their balances. It is not safe to share between threads; the sandbox takes turns."""

    def __init__(self, kinds: Mapping[str, str | None], ids: Iterator[int]) -> None:
        self.kinds = kinds
        self.ids = ids
        self.owners: set[tuple[str, str]] = set()
        """The trading pairs and the sub-accounts that are open, as `symbol` or `email` and its value."""
        self.entries: list[Entry] = []
        self.pending: list[Entry] = []
        """Transfers that were accepted and have moved nothing yet."""
        self.failed: list[Entry] = []
        """Transfers that were accepted and moved nothing in the end."""
        self._holdings: dict[WalletRef, dict[str, Decimal]] = {}

    def find(self, wallet: str, *, symbol: str | None = None, email: str | None = None) -> WalletRef:
        """Return the wallet with this name, and of this owner where there are several of its kind."""
        if wallet not in self.kinds:
            raise ValueError(f"There is no wallet {wallet!r}; there are: {', '.join(self.kinds)}.")
        per = self.kinds[wallet]
        owners: dict[str, Any] = {"symbol": symbol, "email": email}
        for name, value in owners.items():
            if name != per and value is not None:
                raise ValueError(f"The wallet {wallet} takes no {name}.")
        if per is None:
            return WalletRef(str(wallet))
        owner = owners[per]
        if owner is not None and not isinstance(owner, str):
            raise ValueError(f"{per} is {owner!r}; it must be text.")
        if not owner:
            raise ValueError(f"There are several wallets {wallet}; give the {per} of the one that is meant.")
        return WalletRef(str(wallet), owner)

    def balance(self, wallet: WalletRef, asset: str) -> Decimal:
        """Return how much of an asset a wallet holds."""
        return self._holdings.get(wallet, {}).get(asset, _NOTHING)

    def assets(self, wallet: WalletRef) -> list[str]:
        """Return the assets that a wallet holds, in the order in which they first came."""
        return [asset for asset, amount in self._holdings.get(wallet, {}).items() if amount]

    @property
    def wallets(self) -> tuple[WalletRef, ...]:
        """The wallets that ever held something."""
        return tuple(self._holdings)

    def held(self, wallets: Sequence[WalletRef], without: Iterable[Entry]) -> dict[str, Decimal]:
        """Return what some wallets would hold together, by asset, had some of the entries not been recorded."""
        held: dict[str, Decimal] = {}
        changes = [change for wallet in wallets for change in self._holdings.get(wallet, {}).items()]
        for entry in without:
            changes += [(entry.asset, entry.amount)] * (entry.source in wallets)
            changes += [(entry.asset, -entry.amount)] * (entry.target in wallets)
        for asset, amount in changes:
            held[asset] = _EXACT.add(held.get(asset, _NOTHING), amount)
        return {asset: amount for asset, amount in held.items() if amount}

    def balances(self) -> Mapping[WalletRef, Mapping[str, Decimal]]:
        """Return what every wallet holds; neither empty wallets nor assets of which nothing is left."""
        held = {wallet: self.assets(wallet) for wallet in self._holdings}
        return {
            wallet: {asset: self.balance(wallet, asset) for asset in assets}
            for wallet, assets in held.items()
            if assets
        }

    def total(self, asset: str) -> Decimal:
        """Return how much of an asset all wallets hold together."""
        total = _NOTHING
        for amounts in self._holdings.values():
            total = _EXACT.add(total, amounts.get(asset, _NOTHING))
        return total

    def record(self, entry: Entry) -> None:
        """Move an amount; the wallet that it leaves must hold it."""
        if entry.source is not None:
            left = _EXACT.subtract(self.balance(entry.source, entry.asset), entry.amount)
            if left < 0:
                raise ValueError(f"{entry.source} holds less than {entry.amount:f} {entry.asset}.")
            self._holdings[entry.source][entry.asset] = left
        target = self._holdings.setdefault(entry.target, {})
        target[entry.asset] = _EXACT.add(target.get(entry.asset, _NOTHING), entry.amount)
        self.entries.append(entry)
