# Copied from generator/runtime/settings.py by python -m generator; edit it there.
"""Checks what a client is made with: what cannot be used is refused at once, in a message without a secret."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import Any

from .retry import RetryPolicy
from .short_repr import describe_type, short_repr

_LONGEST = 1_000_000
"""Seconds: what every system's sockets can wait for."""


def check_numbers(timeout: Any, deadline: Any, keepalive_expiry: Any, recv_window: object, when_full: object) -> None:
    """Raise `ValueError` for a number or a word that cannot be used."""
    for name, seconds in (("timeout", timeout), ("deadline", deadline), ("keepalive_expiry", keepalive_expiry)):
        may_be_zero = name == "keepalive_expiry"
        is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
        if not is_number or not (0 < seconds <= _LONGEST or (may_be_zero and seconds == 0)):
            least = "from 0 to" if may_be_zero else "above 0 and at most"
            raise ValueError(f"{name} is {short_repr(seconds)}; it must be a number of seconds {least} {_LONGEST}.")
    if recv_window is not None and (type(recv_window) is not int or not 1 <= recv_window <= 60_000):  # noqa: PLR2004
        needed = "it must be a whole number of milliseconds from 1 to 60000."
        raise ValueError(f"recv_window is {short_repr(recv_window)}; {needed}")
    if when_full not in ("wait", "raise"):
        raise ValueError(f"when_full is {short_repr(when_full)}; allowed: 'wait', 'raise'.")


def check_objects(retry: object, clock: object, limiter: object, on_attempt: object, *, asynchronous: bool) -> None:
    """Raise `ValueError` for an object that cannot be used; `None` stands for the client's own."""
    if retry is not None and not isinstance(retry, RetryPolicy):
        raise ValueError(f"retry is {describe_type(retry)}; give a RetryPolicy, such as RetryPolicy(attempts=3).")
    _check_methods("clock", clock, ("milliseconds", "correct"), "a Clock, such as SystemClock()", awaited=False)
    limiters = ("a Limiter, such as RedisLimiter", "a Limiter or an AsyncLimiter, such as AsyncRedisLimiter")
    _check_methods("limiter", limiter, ("reserve", "observe", "block"), limiters[asynchronous], awaited=asynchronous)
    awaited = iscoroutinefunction(getattr(limiter, "reserve", None))
    if asynchronous and not awaited and getattr(limiter, "_asks_network", False) is True:
        problem = f"{describe_type(limiter)}, which would hold up the event loop"
        raise ValueError(f"limiter is {problem}; give {limiters[asynchronous]}.")
    if on_attempt is None:
        return
    if isinstance(on_attempt, type) or not callable(on_attempt):
        needed = "give a function that takes an Attempt."
        raise ValueError(f"on_attempt is {describe_type(on_attempt)}; {needed}")  # noqa: TRY004 - as for every setting
    if iscoroutinefunction(on_attempt) or iscoroutinefunction(type(on_attempt).__call__):
        raise ValueError("on_attempt is a coroutine function; it must be a plain one, as nothing awaits it.")


def _check_methods(name: str, given: object, methods: tuple[str, ...], allowed: str, *, awaited: bool) -> None:
    functions = {method: getattr(given, method, None) for method in methods}
    missing = [method for method, function in functions.items() if not callable(function)]
    if isinstance(given, type):
        problem = ""
    elif not awaited and any(map(iscoroutinefunction, functions.values())):
        problem = ", which has to be awaited"
    elif missing and given is not None:
        problem = f", which has no method {missing[0]}"
    else:
        return
    raise ValueError(f"{name} is {describe_type(given)}{problem}; give {allowed}.")
