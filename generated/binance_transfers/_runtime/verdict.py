# Copied from generator/runtime/verdict.py by python -m generator; edit it there.
"""The records of what became of a transfer: what was sent, what wallets held before, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Self, TypeAlias

from .errors import OutcomeUnknown

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
class Sent:
    """A transfer that was sent, as plain data that can be kept and read by another process."""

    operation: str
    """The method that was called."""
    parameters: Mapping[str, object] = field(hash=False)
    """The parameters as they were sent, by wire name."""
    sent_at: int
    """The timestamp that the request was signed with, in milliseconds since the Unix epoch."""
    recv_window: int | None = None
    """Milliseconds for which the request was valid; `None`: the longest that Binance takes."""
    code: int | None = None
    """Binance's error code, if there was one."""
    transfer_id: str | None = None
    """The id of a transfer, where the response named one."""
    receipt: Any | None = None
    """The receipt, where it was read."""
    call_id: str | None = None
    """The id of the call in the records of its attempts."""

    @classmethod
    def of(cls, error: OutcomeUnknown) -> Self:
        """Return what an exception knows of the transfer."""
        if error.operation is None or error.sent_at is None:
            raise ValueError("The exception is not one of a call: it has no operation or no sent_at.")
        known = error.recv_window, error.code, error.transfer_id, error.receipt, error.call_id
        return cls(error.operation, error.parameters, error.sent_at, *known)


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
