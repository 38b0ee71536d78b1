"""Decides whether a call may be sent again, and when: a function of values, without a clock or a network."""

from __future__ import annotations

from dataclasses import dataclass

from . import errors
from .operation import Operation


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
        if self.attempts < 1 or self.first_delay < 0 or self.longest_delay < self.first_delay:
            raise ValueError("A RetryPolicy needs attempts of 1 or more, and 0 <= first_delay <= longest_delay.")


def delay_before_retry(
    policy: RetryPolicy, operation: Operation[object], error: errors.BinanceError, attempt: int, chance: float
) -> float | None:
    """Return the seconds to wait before the call is sent again, or `None` where it must not be.

    Args:
        policy: How often, and how long.
        operation: What was called.
        error: How the attempt ended.
        attempt: The number of the attempt that ended, from 1.
        chance: A random number from 0 to 1, so that many callers do not come back at the same moment.
    """
    if attempt >= policy.attempts or not _may_be_repeated(operation, error):
        return None
    backoff: float = min(policy.longest_delay, policy.first_delay * 2.0 ** (attempt - 1)) * chance
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
