"""Keeps calls within the weight budget of their endpoint, before Binance has to refuse them."""

from __future__ import annotations

import threading
from bisect import bisect_right, insort
from collections.abc import Awaitable, Mapping
from typing import Any, Protocol

import msgspec

from .fork import call_after_fork
from .headers import used_weight
from .operation import Operation, Weight

_WINDOWS = 8
"""Windows of a budget that are remembered."""


class LimiterDown(Exception):
    """A limiter cannot say whether a call fits, so that it must not be sent; the client raises `NotSent` for it."""


class Limiter(Protocol):
    """Decides whether a call fits its endpoint's budgets. Times are milliseconds of Binance's clock."""

    def reserve(self, operation: Operation[Any], now: int) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit."""
        ...

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> None:
        """Correct the budgets upward by what the headers of the response to a request report as used."""
        ...

    def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> None:
        """Let nothing through for some seconds: of the operation's budget, or (an IP ban) of anything."""
        ...


class AsyncLimiter(Protocol):
    """A `Limiter` that has to wait for its response."""

    def reserve(self, operation: Operation[Any], now: int) -> Awaitable[float]:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit."""
        ...

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> Awaitable[None]:
        """Correct the budgets upward by what the headers of the response to a request report as used."""
        ...

    def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> Awaitable[None]:
        """Let nothing through for some seconds: of the operation's budget, or (an IP ban) of anything."""
        ...


class _Usage(msgspec.Struct, eq=False):
    weights: dict[str, dict[int, int]] = {}
    """The weight used, by scope and window; of several windows, as a clock that was set back must find what it counted
    before."""
    calls: list[int] = []
    """When the calls of a rolling limit were made, in order."""
    blocked_until: int = 0


class MemoryLimiter:
    """Budgets of one process, whose windows are aligned to Binance's minute."""

    def __init__(self, *, newer_weights: bool = False) -> None:
        """Make a limiter that has counted nothing yet.

        Args:
            newer_weights: Whether calls cost what the newest source states, instead of Binance's pages.
        """
        self._newer_weights = newer_weights
        self._used: dict[str, _Usage] = {}
        self._banned_until = 0
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Take a new lock, as a thread that does not exist in a child process may hold the old one."""
        # A signal handler may call while the same thread is in here.
        self._lock = threading.RLock()

    def reserve(self, operation: Operation[Any], now: int) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit."""
        with self._lock:
            usage = self._usage(operation, now)
            wait = self._wait(operation, usage, now)
            if not wait:
                for weight in self.costs(operation):
                    used = usage.weights[weight.scope]
                    used[_window(weight, used, now)] += weight.weight
                if operation.call_limit:
                    insort(usage.calls, now)
            return wait

    def costs(self, operation: Operation[Any]) -> tuple[Weight, ...]:
        """Return what a call costs."""
        return operation.newer_weights if self._newer_weights else operation.weights

    def wait(self, operation: Operation[Any], now: int) -> float:
        """Return what `reserve` would return, and take nothing."""
        with self._lock:
            return self._wait(operation, self._usage(operation, now), now)

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], sent_at: int) -> None:
        """Correct the budgets of the window in which the request was sent upward by what the headers report as used."""
        with self._lock:
            usage = self._usage(operation, sent_at)
            for weight in self.costs(operation):
                used, window = usage.weights[weight.scope], sent_at // (weight.seconds * 1000)
                used[window] = max(used[window], used_weight(weight, headers) or 0)

    def block(self, operation: Operation[Any], seconds: float, now: int, *, everything: bool) -> None:
        """Let nothing through for some seconds: of the operation's budget, or (an IP ban) of anything."""
        until = now + round(seconds * 1000)
        with self._lock:
            if everything:
                self._banned_until = max(self._banned_until, until)
            else:
                usage = self._usage(operation, now)
                usage.blocked_until = max(usage.blocked_until, until)

    def _wait(self, operation: Operation[Any], usage: _Usage, now: int) -> float:
        limit, free = operation.call_limit, max(self._banned_until, usage.blocked_until, now)
        for cost in self.costs(operation):
            used, length = usage.weights[cost.scope], cost.seconds * 1000
            if used[_window(cost, used, now)] + cost.weight > cost.budget:
                free = max(free, now - now % length + length)
        if limit and len(usage.calls) >= limit.calls:
            free = max(free, usage.calls[0] + limit.seconds * 1000)
        return (free - now) / 1000

    def _usage(self, operation: Operation[Any], now: int) -> _Usage:
        usage = self._used.setdefault(operation.name, _Usage())
        for weight in self.costs(operation):
            used, window = usage.weights.setdefault(weight.scope, {}), now // (weight.seconds * 1000)
            if window not in used:
                used[window] = 0
                for old in sorted(used)[:-_WINDOWS]:
                    if old != window:
                        del used[old]
        if operation.call_limit:
            del usage.calls[: bisect_right(usage.calls, now - operation.call_limit.seconds * 1000)]
        return usage


def _window(weight: Weight, used: Mapping[int, int], now: int) -> int:
    """Return the window that a call counts for: the next one where another thread has already seen it begin."""
    window = now // (weight.seconds * 1000)
    return window + 1 if window + 1 in used else window
