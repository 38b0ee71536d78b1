# Copied from generator/runtime/observe.py by python -m generator; edit it there.
"""The observation of calls: a record of each attempt, a log line, and a hook for whoever wants more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

logger = logging.getLogger("binance_transfers")

Outcome: TypeAlias = Literal["executed", "not_executed", "unknown"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a call, without any secret."""

    operation: str
    """The method that was called."""
    method: str
    path: str
    number: int
    """1 for the first attempt."""
    started: float
    """Seconds since the Unix epoch, by this machine's clock."""
    duration: float
    """Seconds."""
    outcome: Outcome
    status: int | None
    """HTTP status, or `None` when no response came."""
    code: int | None
    """Binance's error code, or `None`."""
    used_weight: int | None
    """The weight that the response reports as used of the operation's budget, or `None`."""
    headers: Mapping[str, str] = field(repr=False)
    """The response's headers, names in lower case."""
    error: str | None
    """The exception's class, or `None`."""

    def line(self) -> str:
        """Return the attempt as a line for a log."""
        ended = self.error or self.outcome
        response = f"HTTP {self.status}, code {self.code}, weight used {self.used_weight}, {self.duration:.3f} s"
        return f"{self.operation} attempt {self.number}: {ended} ({response})"


Hook: TypeAlias = Callable[[Attempt], None]
