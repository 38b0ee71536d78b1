# Copied from generator/runtime/settings.py by python -m generator; edit it there.
"""What a client can be made with: whatever cannot be used is told at once, in a sentence and without a secret."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from .retry import RetryPolicy
from .shown import kind_of, shown

_LONGEST = 1_000_000
"""Seconds: what every system's sockets can wait for."""


def check_numbers(timeout: object, deadline: object, recv_window: object, when_full: object) -> None:
    """Check the settings that are numbers and words.

    Raises:
        ValueError: One of them cannot be used.
    """
    for name, seconds in (("timeout", timeout), ("deadline", deadline)):
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds <= _LONGEST:
            told = f"it must be a number of seconds above 0 and at most {_LONGEST}."
            raise ValueError(f"{name} is {shown(seconds)}; {told}")
    if recv_window is not None and (type(recv_window) is not int or not 1 <= recv_window <= 60_000):  # noqa: PLR2004
        told = "it must be a whole number of milliseconds from 1 to 60000."
        raise ValueError(f"recv_window is {shown(recv_window)}; {told}")
    if when_full not in ("wait", "raise"):
        raise ValueError(f"when_full is {shown(when_full)}; allowed: 'wait', 'raise'.")


def check_objects(retry: object, clock: object, on_attempt: object) -> None:
    """Check the settings that are objects; `None` stands for the client's own.

    Raises:
        ValueError: One of them cannot be used.
    """
    if retry is not None and not isinstance(retry, RetryPolicy):
        raise ValueError(f"retry is {kind_of(retry)}; give a RetryPolicy, such as RetryPolicy(attempts=3).")
    if clock is not None:
        _check_methods("clock", clock, ("milliseconds", "correct"), "a Clock, such as SystemClock()", awaited=False)
    if on_attempt is None:
        return
    if isinstance(on_attempt, type) or not callable(on_attempt):
        told = "give a function that takes an Attempt."
        raise ValueError(f"on_attempt is {kind_of(on_attempt)}; {told}")  # noqa: TRY004 - as every setting's mistake
    if is_awaited(on_attempt) or is_awaited(type(on_attempt).__call__):
        raise ValueError("on_attempt is a coroutine function; it must be a plain one, as nothing awaits it.")


def check_limiter(limiter: object, *, awaited: bool) -> None:
    """Check a limiter, which may be one that has to be awaited or not; `None` stands for the client's own.

    Raises:
        ValueError: It cannot be used.
    """
    allowed = (
        "a Limiter or an AsyncLimiter, such as AsyncRedisLimiter" if awaited else "a Limiter, such as RedisLimiter"
    )
    if limiter is not None:
        _check_methods("limiter", limiter, ("reserve", "observe", "block"), allowed, awaited=awaited)


def _check_methods(name: str, given: object, methods: tuple[str, ...], allowed: str, *, awaited: bool) -> None:
    problem = _problem(given, {method: getattr(given, method, None) for method in methods}, awaited=awaited)
    if problem is not None:
        raise ValueError(f"{name} is {kind_of(given)}{problem}; give {allowed}.")


def _problem(given: object, methods: Mapping[str, object], *, awaited: bool) -> str | None:
    if isinstance(given, type):
        return ""
    if not awaited and any(map(is_awaited, methods.values())):
        return ", which has to be awaited"
    return next((f", which has no method {name}" for name, method in methods.items() if not callable(method)), None)


def is_awaited(function: object) -> bool:
    """Tell whether what the function returns has to be awaited, as its definition says."""
    return inspect.iscoroutinefunction(function)
