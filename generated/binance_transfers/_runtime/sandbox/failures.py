# Copied from generator/runtime/sandbox/failures.py by python -m generator; edit it there.
"""Failures on demand: how which calls fail, how often, and whether they are executed all the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from ..short_repr import short_repr

FailureKind: TypeAlias = Literal[
    "lost",
    "cut",
    "html",
    "server_error",
    "unexpected_response",
    "timeout",
    "clock",
    "rate_limit",
    "ban",
    "slow",
    "late",
    "pending",
    "refuse",
    "no_connection",
]

OF_MOVING: tuple[FailureKind, ...] = ("late", "pending")
"""The kinds that only calls that move funds can fail with."""
_NEVER_EXECUTED = ("clock", "rate_limit", "ban", "no_connection")
"""The kinds that prove that nothing was done."""
_LONGEST = 1_000_000
"""Seconds; about eleven days."""


@dataclass(slots=True)
class InjectedFailure:
    """A failure of calls that would have succeeded; `Sandbox.inject` describes its fields.

    - `lost`: the connection ends without a response.
    - `cut`: the connection ends in the middle of the response.
    - `html`: a web page comes with HTTP 200 in place of the response.
    - `server_error`: HTTP 503.
    - `unexpected_response`: code -1006, whose execution status is unknown by Binance's documentation.
    - `timeout`: code -1007, likewise.
    - `clock`: code -1021, as if the clock were off.
    - `rate_limit`: HTTP 429 with `Retry-After`.
    - `ban`: HTTP 418 with `Retry-After`.
    - `slow`: the call is executed, and its response comes after some seconds.
    - `late`: the connection ends without a response, and the call is executed after some seconds, unless its time window
      has ended by then.
    - `pending`: code -5012, whose transfer is executed or fails after some seconds.
    - `refuse`: the given code.
    - `no_connection`: the connection is refused, so that the request never arrives; not over HTTP.
    """

    kind: FailureKind
    operation: str | None = None
    executed: bool | None = None
    """Whether the call is executed all the same; `None` where that cannot be."""
    times: int | None = 1
    """How many calls are still to fail; `None`: all."""
    probability: float = 1.0
    seed: int = 0
    seconds: float = 1
    after: int = 0
    """How many calls are still to succeed before one fails."""
    code: int | None = None
    _chance: random.Random = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in get_args(FailureKind):
            raise ValueError(f"kind is {self.kind!r}; allowed: {', '.join(map(repr, get_args(FailureKind)))}.")
        if self.executed is not None and type(self.executed) is not bool:
            raise ValueError(f"executed is {self.executed!r}; it must be True, False or None.")
        if self.executed and self.kind in _NEVER_EXECUTED:
            raise ValueError(f"executed is True; a call that fails with {self.kind!r} is never executed.")
        if (self.kind == "refuse") != (self.code is not None):
            raise ValueError(f"code is {self.code!r}; 'refuse' needs one, and the other kinds take none.")
        if self.kind == "slow" and self.executed is False:
            raise ValueError("executed is False; a 'slow' call gets its response, and so is always executed.")
        if self.executed is None and self.kind not in _NEVER_EXECUTED:
            self.executed = self.kind != "refuse"
        self._check_numbers()
        self._chance = random.Random(self.seed)  # noqa: S311 - failures that can be repeated

    def _check_numbers(self) -> None:
        if self.times is not None and (type(self.times) is not int or self.times < 1):
            raise ValueError(f"times is {self.times!r}; it must be a whole number of 1 or more, or None for all calls.")
        if type(self.after) is not int or self.after < 0:
            raise ValueError(f"after is {self.after!r}; it must be a whole number of 0 or more.")
        numbers: dict[str, tuple[Any, int]] = {
            "probability": (self.probability, 1),
            "seconds": (self.seconds, _LONGEST),
        }
        for name, (number, highest) in numbers.items():
            if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= highest:
                raise ValueError(f"{name} is {short_repr(number)}; it must be a number from 0 to {highest}.")
        if type(self.seed) is not int:
            raise ValueError(f"seed is {self.seed!r}; it must be a whole number.")

    def applies_to(self, operation: str) -> bool:
        """Return whether this call of the operation fails, and count it."""
        if self.times == 0 or self.operation not in (None, operation):
            return False
        if self.after:
            self.after -= 1
            return False
        if self._chance.random() >= self.probability:
            return False
        if self.times is not None:
            self.times -= 1
        return True
