"""The time that requests are stamped with."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Binance's time, as well as it is known here."""

    def milliseconds(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        ...

    def correct(self, server_time: int, asked: int, answered: int) -> None:
        """Learn from an answer of Binance's clock.

        Args:
            server_time: What Binance's clock said, in milliseconds since the Unix epoch.
            asked: What `milliseconds` was when the question was sent.
            answered: What `milliseconds` was when the answer came.
        """
        ...


def _steady() -> int:
    """Milliseconds that only go forward, at one a millisecond, and where the system can tell, through its sleep too."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return (time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)) // 1_000_000


class SystemClock:
    """This machine's clock as it stood when this was made, kept by a counter that nobody can set.

    Setting the machine's clock later changes nothing here; `correct` moves it to Binance's time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = time.time_ns() // 1_000_000 - _steady()

    def milliseconds(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        return _steady() + self._offset

    def correct(self, server_time: int, asked: int, answered: int) -> None:
        """Set this clock by Binance's, whose time is taken for that of the middle between question and answer."""
        with self._lock:
            self._offset += server_time - (asked + answered) // 2
