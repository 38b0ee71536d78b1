"""The sandbox's patience: what each caller used of its budgets, and who is banned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ..operation import Operation

_WINDOWS = 8
_IGNORED = 5
"""How many answers of 429 an address may provoke within one pause; the next request bans it."""
_FIRST_BAN, _LONGEST_BAN = 120_000, 3 * 86_400_000
"""Milliseconds. Binance bans for two minutes first, and for three days at most; each ban here doubles."""


@dataclass(slots=True)
class Used:
    """What a caller used of an operation's budgets; a call that is refused for them uses nothing."""

    weights: dict[int, int] = field(default_factory=dict)
    """What was used, by window; of several, as a test may set the clock back."""
    calls: deque[int] = field(default_factory=deque)

    def charge(self, operation: Operation[Any], now: int) -> tuple[int, int]:
        """Take one call, or nothing; return what is used of the window, and 0 or the milliseconds to wait."""
        cost, limit, wait = operation.weight, operation.call_limit, 0
        length = cost.seconds * 1000
        window = now // length
        weight = self.weights.setdefault(window, 0)
        if len(self.weights) > _WINDOWS:
            del self.weights[min(each for each in self.weights if each != window)]
        if weight + cost.weight > cost.budget:
            wait = length - now % length
        if limit:
            while self.calls and self.calls[0] + limit.seconds * 1000 <= now:
                self.calls.popleft()
            if len(self.calls) >= limit.calls:
                wait = max(wait, self.calls[0] + limit.seconds * 1000 - now)
        if not wait:
            weight += cost.weight
            self.weights[window] = weight
            if limit:
                self.calls.append(now)
        return weight, wait


@dataclass(slots=True)
class Address:
    """How an IP address behaves: whoever goes on after a 429 is banned, longer each time."""

    banned_until: int = 0
    _bans: int = 0
    _pause_ends: int = 0
    _ignored: int = 0

    def limited(self, wait: int, now: int) -> bool:
        """Note that a request was over a budget, and return whether that was once too often."""
        if now >= self._pause_ends:
            self._ignored = 0
        self._pause_ends = max(self._pause_ends, now + wait)
        self._ignored += 1
        if self._ignored > _IGNORED:
            self.ban(min(_FIRST_BAN << self._bans, _LONGEST_BAN), now)
        return self.banned_until > now

    def ban(self, length: int, now: int) -> None:
        """Refuse everything from this address for some milliseconds."""
        self._bans = min(self._bans + 1, 12)
        self._ignored = 0
        self.banned_until = now + length
