"""The observation of calls: a record of each attempt, a log line, and a hook for whoever wants more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .wire import Response

logger = logging.getLogger("binance_transfers")

Outcome: TypeAlias = Literal["executed", "not_executed", "unknown"]

_LINE = "%s attempt %d: %s (%s)"
"""The same for every attempt, so that logs can be grouped by it."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a call, without any secret."""

    operation: str
    """The method that was called."""
    method: str
    path: str
    parameters: Mapping[str, object] = field(repr=False)
    """The parameters that were sent, by wire name; no key, timestamp or signature."""
    call_id: str
    """The same for all attempts of one call, and another one for each call."""
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
        return _LINE % _described(self)


def log(attempt: Attempt, level: int) -> None:
    """Log an attempt, with its facts in fields too, for formatters that write such."""
    fields = {
        "operation": attempt.operation,
        "call_id": attempt.call_id,
        "attempt": attempt.number,
        "outcome": attempt.outcome,
        "error": attempt.error,
        "status": attempt.status,
        "code": attempt.code,
        "used_weight": attempt.used_weight,
        "duration": attempt.duration,
    }
    logger.log(level, _LINE, *_described(attempt), extra=fields)


def _described(attempt: Attempt) -> tuple[object, ...]:
    facts = {"HTTP": attempt.status, "code": attempt.code, "weight used": attempt.used_weight}
    known = [f"{name} {value}" for name, value in facts.items() if value is not None]
    described = ", ".join([*known, f"{attempt.duration:.3f} s"])
    return attempt.operation, attempt.number, attempt.error or attempt.outcome, described


Hook: TypeAlias = Callable[[Attempt], None]

_captures: ContextVar[tuple[tuple[object, list[Response]], ...]] = ContextVar("captures", default=())
"""The blocks around the running code: whose responses each one captures, and those that it has."""


@contextmanager
def capture(owner: object) -> Generator[list[Response], None, None]:
    """Have the responses to calls that are made in a block go into its list."""
    responses: list[Response] = []
    token = _captures.set((*_captures.get(), (owner, responses)))
    try:
        yield responses
    finally:
        _captures.reset(token)


def captures(owner: object) -> list[list[Response]]:
    """Return the lists that wait for a response."""
    return [responses for known, responses in _captures.get() if known is owner]
