# Copied from generator/runtime/limiter.py by python -m generator; edit it there.
"""Keeps calls within the weight budget of their endpoint, before Binance has to refuse them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .operation import Operation


class Limiter(Protocol):
    """Decides whether a call fits its endpoint's budgets."""

    def reserve(self, operation: Operation[Any], now: int) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit."""
        ...

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], now: int) -> None:
        """Correct the budgets upward by what an answer's headers say was used."""
        ...


@dataclass(slots=True)
class _Usage:
    window: int = -1
    weight: int = 0
    calls: deque[int] = field(default_factory=deque)


class MemoryLimiter:
    """Budgets of one process. Times are milliseconds of Binance's clock, to whose minute the windows are aligned."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[str, _Usage] = {}

    def reserve(self, operation: Operation[Any], now: int) -> float:
        """Take one call from the budgets and return 0, or take nothing and return the seconds until it may fit."""
        with self._lock:
            usage = self._usage(operation, now)
            wait = max(_weight_wait(operation, usage, now), _call_wait(operation, usage, now))
            if wait:
                return wait / 1000
            usage.weight += operation.weight.weight
            if operation.call_limit:
                usage.calls.append(now)
            return 0.0

    def observe(self, operation: Operation[Any], headers: Mapping[str, str], now: int) -> None:
        """Correct the budgets upward by what an answer's headers say was used."""
        reported = headers.get(weight_header(operation), "")
        if reported.isascii() and reported.isdigit():
            with self._lock:
                usage = self._usage(operation, now)
                usage.weight = max(usage.weight, int(reported))

    def _usage(self, operation: Operation[Any], now: int) -> _Usage:
        usage = self._used.setdefault(operation.name, _Usage())
        window = now // (operation.weight.seconds * 1000)
        if window > usage.window:
            usage.window, usage.weight = window, 0
        if operation.call_limit:
            while usage.calls and usage.calls[0] <= now - operation.call_limit.seconds * 1000:
                usage.calls.popleft()
        return usage


def weight_header(operation: Operation[Any]) -> str:
    """Return the lower-case name of the header that reports the weight used in the operation's window."""
    seconds = operation.weight.seconds
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        if seconds % length == 0:
            return f"x-sapi-used-{operation.weight.scope}-weight-{seconds // length}{unit}"
    raise AssertionError("every whole number of seconds is a number of seconds")


def _weight_wait(operation: Operation[Any], usage: _Usage, now: int) -> int:
    cost = operation.weight
    if usage.weight + cost.weight <= cost.budget:
        return 0
    window = cost.seconds * 1000
    return window - now % window


def _call_wait(operation: Operation[Any], usage: _Usage, now: int) -> int:
    limit = operation.call_limit
    if limit is None or len(usage.calls) < limit.calls:
        return 0
    return usage.calls[0] + limit.seconds * 1000 - now
