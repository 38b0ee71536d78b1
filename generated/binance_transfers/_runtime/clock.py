# Copied from generator/runtime/clock.py by python -m generator; edit it there.
"""The time that requests are stamped with."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Binance's time, as well as it is known here."""

    def milliseconds(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        ...


class SystemClock:
    """This machine's clock."""

    def milliseconds(self) -> int:
        """Return the milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000
