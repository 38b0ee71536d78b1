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


@pytest.mark.parametrize("attempt", [2, 1023, 1025, 10**6])
@pytest.mark.parametrize("first", [0, 5e-324, 1, 1e300])
def test_the_delay_has_no_attempt_that_is_too_many(first: float, attempt: int) -> None:
    policy = RetryPolicy(attempts=10**9, first_delay=first, longest_delay=1e300)
    waited = delay_before_retry(policy, TRANSFER, errors.NotSent("m"), attempt, 1.0)
    assert waited is not None
    assert min(2 * first, 1e300) <= waited <= 1e300


NUMBER, SECONDS = "a whole number, at least 1", "a finite number of seconds, at least 0"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"attempts": 0}, f"attempts is 0; a RetryPolicy needs {NUMBER}."),
        ({"attempts": True}, f"attempts is True; a RetryPolicy needs {NUMBER}."),
        ({"attempts": 2.0}, f"attempts is 2.0; a RetryPolicy needs {NUMBER}."),
        ({"attempts": "3"}, f"attempts is '3'; a RetryPolicy needs {NUMBER}."),
        ({"first_delay": -1.0}, f"first_delay is -1.0; a RetryPolicy needs {SECONDS}."),
        ({"first_delay": "1"}, f"first_delay is '1'; a RetryPolicy needs {SECONDS}."),
        ({"longest_delay": True}, f"longest_delay is True; a RetryPolicy needs {SECONDS}."),
        ({"longest_delay": float("nan")}, f"longest_delay is nan; a RetryPolicy needs {SECONDS}."),
        ({"longest_delay": float("inf")}, f"longest_delay is inf; a RetryPolicy needs {SECONDS}."),
        ({"longest_delay": 10**5000}, f"longest_delay is <int of 16610 bits>; a RetryPolicy needs {SECONDS}."),
        (
            {"first_delay": 9.0},
            "first_delay is 9.0 and longest_delay is 5.0; a RetryPolicy needs the first delay to be the shorter one.",
        ),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its text is compared
        RetryPolicy(**wrong)
    assert str(refused.value) == sentence
