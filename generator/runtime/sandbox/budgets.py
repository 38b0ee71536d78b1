"""What each caller used of its budgets, and which addresses are banned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ..operation import Operation

_WINDOWS = 8
_TOLERATED = 5
"""How many responses of 429 an address may provoke within one pause; the next request bans it."""
_FIRST_BAN, _LONGEST_BAN = 120_000, 3 * 86_400_000
"""Milliseconds. Binance bans for two minutes first, and for three days at most; each ban here doubles."""


@dataclass(slots=True)
class Used:
    """What a caller used of an operation's budgets; a call that is refused for them uses nothing."""

    weights: dict[int, int] = field(default_factory=dict[int, int])
    """The weight used, by window; of several windows, as a test may set the clock back."""
    calls: deque[int] = field(default_factory=deque[int])

    def charge(self, operation: Operation[Any], now: int) -> tuple[int, int]:
        """Take one call, or nothing; return the weight used in the window, and 0 or the milliseconds to wait."""
        cost, limit = operation.weight, operation.call_limit
        length = cost.seconds * 1000
        window = now // length
        weight = self.weights.setdefault(window, 0)
        if len(self.weights) > _WINDOWS:
            del self.weights[min(other for other in self.weights if other != window)]
        wait = length - now % length if weight + cost.weight > cost.budget else 0
        if limit:
            while self.calls and self.calls[0] + limit.seconds * 1000 <= now:
                self.calls.popleft()
            if len(self.calls) >= limit.calls:
                wait = max(wait, self.calls[0] + limit.seconds * 1000 - now)
        if wait:
            return weight, wait
        self.weights[window] = weight + cost.weight
        if limit:
            self.calls.append(now)
        return weight + cost.weight, 0


@dataclass(slots=True)
class Address:
    """How an IP address behaves: whoever goes on after a 429 is banned, longer each time."""

    banned_until: int = 0
    _bans: int = 0
    _pause_ends: int = 0
    _refused: int = 0

    def refuse(self, wait: int, now: int) -> None:
        """Note that a request was over a budget, and ban the address if that was once too often."""
        if now >= self._pause_ends:
            self._refused = 0
        self._pause_ends = max(self._pause_ends, now + wait)
        self._refused += 1
        if self._refused > _TOLERATED:
            self.banned_until = now + min(_FIRST_BAN << self._bans, _LONGEST_BAN)
            self._bans = min(self._bans + 1, 12)
            self._refused = 0
