"""What may be sent again: nothing that may have moved funds, ever."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.runtime import errors
from generator.runtime.retry import RetryPolicy, delay_before_retry

from .table import BALANCE, TRANSFER

POLICY = RetryPolicy(attempts=4, first_delay=1.0, longest_delay=3.0)


def delay(error: errors.BinanceError, operation: Any = TRANSFER, attempt: int = 1, chance: float = 1.0) -> float | None:
    return delay_before_retry(POLICY, operation, error, attempt, chance)


@pytest.mark.parametrize(
    ("kind", "transfer", "read"),
    [
        (errors.NotSent, True, True),
        (errors.TimestampOutOfWindow, True, True),
        (errors.RateLimited, True, True),
        (errors.IpBanned, False, False),
        (errors.NotExecuted, False, True),
        (errors.Rejected, False, False),
        (errors.AuthenticationError, False, False),
        (errors.InsufficientBalance, False, False),
        (errors.ParameterRejected, False, False),
        (errors.OutcomeUnknown, False, False),
    ],
)
def test_what_is_sent_again(kind: type[errors.BinanceError], *, transfer: bool, read: bool) -> None:
    assert (delay(kind("m"), TRANSFER) is not None) is transfer
    assert (delay(kind("m"), BALANCE) is not None) is read


def test_a_request_that_broke_a_rule_is_not_sent_again() -> None:
    assert delay(errors.InvalidRequest(("m",))) is None


def test_the_delay_doubles_up_to_the_longest_and_the_attempts_end() -> None:
    assert [delay(errors.NotSent("m"), attempt=attempt) for attempt in (1, 2, 3, 4, 5)] == [1.0, 2.0, 3.0, None, None]


@given(st.floats(0, 1))
def test_callers_do_not_come_back_together_and_never_before_binance_asked(chance: float) -> None:
    asked = delay(errors.RateLimited("m", retry_after=7.0), chance=chance)
    assert asked is not None
    assert 7.0 <= asked <= 8.0


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"first_delay": -1.0}, {"first_delay": 9.0}])
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="^A RetryPolicy needs"):
        RetryPolicy(**wrong)
