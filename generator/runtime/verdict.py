"""The records of what became of a transfer: what wallets held before, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Row: TypeAlias = Mapping[str, Any]
"""A row of a response, by the names on the wire."""
Amounts: TypeAlias = Mapping[str, Mapping[str, Decimal]]
"""What wallets hold, by wallet and asset."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a transfer, as far as reads can prove it."""

    outcome: Literal["executed", "not_executed", "pending", "undecided"]
    """Only `not_executed` says that the transfer may be made again. `pending`: Binance has accepted it."""
    reason: str
    """The reason, as a sentence."""
    receipt: Any | None = None
    """The receipt of an executed transfer, where it can be told from the reads."""
    evidence: tuple[Mapping[str, object], ...] = field(default=(), hash=False)
    """Rows of the history, or what wallets held before and after."""
    ask_again_at: int | None = None
    """When another answer may be possible, in milliseconds of Binance's clock; `None`: nothing changes by waiting."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the wallets that a transfer touches hold before it."""

    operation: str
    """The method that is going to be called."""
    parameters: Mapping[str, object] = field(hash=False)
    """Its parameters, by wire name."""
    taken_at: int
    """When the first balance was asked for, in milliseconds since the Unix epoch."""
    ended_at: int
    """When the last balance had been read, in milliseconds since the Unix epoch."""
    balances: Amounts = field(hash=False)
    """What each wallet holds, by asset."""
