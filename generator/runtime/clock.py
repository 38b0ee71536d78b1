"""The time that requests are stamped with."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Binance's time, as well as it is known here."""

    def milliseconds(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        ...

    def correct(self, server_time: int, age: float) -> None:
        """Learn what Binance's clock showed, in milliseconds since the Unix epoch, about `age` seconds ago."""
        ...


def _steady() -> int:
    """Milliseconds that only go forward, at one a millisecond, and where the system can count it, through its sleep too."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)) // 1_000_000


class SystemClock:
    """This machine's clock as it stood when this was made, kept by a counter that nobody can set.

    Setting the machine's clock later changes nothing here; `correct` moves it to Binance's time.
    """

    def __init__(self) -> None:
        self._offset = time.time_ns() // 1_000_000 - _steady()

    def milliseconds(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        return _steady() + self._offset

    def correct(self, server_time: int, age: float) -> None:
        """Set this clock by Binance's, whatever it was before: threads that do so at once all set it right."""
        self._offset = server_time + round(age * 1000) - _steady()
