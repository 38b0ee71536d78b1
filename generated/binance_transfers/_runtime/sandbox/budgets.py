# Copied from generator/runtime/sandbox/budgets.py by python -m generator; edit it there.
"""What each caller used of its budgets, and which addresses are banned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ..operation import CallLimit, Weight

_WINDOWS = 8
_TOLERATED = 5
"""How many responses of 429 an address may provoke within one pause; the next request bans it."""
_FIRST_BAN, _LONGEST_BAN = 120_000, 3 * 86_400_000
"""Milliseconds. Binance bans for two minutes first, and for three days at most; each ban here doubles."""


@dataclass(slots=True)
class Used:
    """What a caller used of one budget of an operation; a call that does not fit every budget uses nothing."""

    weights: dict[int, int] = field(default_factory=dict[int, int])
    """The weight used, by window; of several windows, as a test may set the clock back."""
    calls: deque[int] = field(default_factory=deque[int])

    def weight(self, cost: Weight, now: int) -> int:
        """Return the weight used in the window."""
        window = now // (cost.seconds * 1000)
        weight = self.weights.setdefault(window, 0)
        if len(self.weights) > _WINDOWS:
            del self.weights[min(other for other in self.weights if other != window)]
        return weight

    def wait(self, cost: Weight, limit: CallLimit | None, now: int) -> int:
        """Return the milliseconds until a call fits."""
        length = cost.seconds * 1000
        wait = length - now % length if self.weight(cost, now) + cost.weight > cost.budget else 0
        if limit:
            while self.calls and self.calls[0] + limit.seconds * 1000 <= now:
                self.calls.popleft()
            if len(self.calls) >= limit.calls:
                wait = max(wait, self.calls[0] + limit.seconds * 1000 - now)
        return wait

    def take(self, cost: Weight, limit: CallLimit | None, now: int) -> None:
        """Take a call that fits."""
        self.weights[now // (cost.seconds * 1000)] = self.weight(cost, now) + cost.weight
        if limit:
            self.calls.append(now)


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
