"""Decides whether a call may be sent again, and when: a function of values, without a clock or a network."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from . import errors
from .operation import Operation
from .short_repr import short_repr

_DOUBLINGS = 1000
"""After so many, a delay has grown to the longest one, and doubled again it would be no number."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is sent, and how long is waited in between.

    A read is sent again after network errors, 5xx and rate limits. A call that moves funds is sent again only when it
    is certain that nothing was executed and time can mend the cause: no connection, a timestamp outside the window,
    a rate limit. After a ban nothing is sent again.
    """

    attempts: int = 3
    """How often a call is sent at most; 1 sends it once."""
    first_delay: float = 0.25
    """Seconds before the second attempt, at most; each further delay may be twice as long."""
    longest_delay: float = 5.0
    """Seconds that a delay grows to, unless Binance asks for a longer one."""

    def __post_init__(self) -> None:
        if type(self.attempts) is not int or self.attempts < 1:
            needed = "a RetryPolicy needs a whole number, at least 1."
            raise ValueError(f"attempts is {short_repr(self.attempts)}; {needed}")
        delays: dict[str, Any] = {"first_delay": self.first_delay, "longest_delay": self.longest_delay}
        for name, delay in delays.items():
            is_number = isinstance(delay, (int, float)) and not isinstance(delay, bool)
            if not is_number or not 0 <= delay <= sys.float_info.max:
                needed = "a RetryPolicy needs a finite number of seconds, at least 0."
                raise ValueError(f"{name} is {short_repr(delay)}; {needed}")
        if self.first_delay > self.longest_delay:
            needed = "a RetryPolicy needs the first delay to be the shorter one."
            first, longest = short_repr(self.first_delay), short_repr(self.longest_delay)
            raise ValueError(f"first_delay is {first} and longest_delay is {longest}; {needed}")


def delay_before_retry(
    policy: RetryPolicy, operation: Operation[object], error: errors.BinanceError, attempt: int, chance: float
) -> float | None:
    """Return the seconds to wait after an attempt (the first is 1) that ended in an error, or `None` to give up.

    `chance` is a random number from 0 to 1, so that many callers do not come back at the same moment.
    """
    if attempt >= policy.attempts or not _may_be_repeated(operation, error):
        return None
    doubled: float = policy.first_delay * 2.0 ** min(attempt - 1, _DOUBLINGS)
    backoff = min(policy.longest_delay, doubled) * chance
    asked = error.retry_after if isinstance(error, errors.NotExecuted) else None
    return backoff if asked is None else asked + backoff


def _may_be_repeated(operation: Operation[object], error: errors.BinanceError) -> bool:
    if isinstance(error, errors.IpBanned) or not isinstance(error, errors.NotExecuted):
        return False
    if isinstance(error, (errors.NotSent, errors.TimestampOutOfWindow, errors.RateLimited)):
        return True
    if operation.moves_funds:
        return False
    # A read that was not answered, or not as it should be: nothing can have happened.
    return not isinstance(error, errors.Rejected)
