# Copied from generator/runtime/headers.py by python -m generator; edit it there.
"""The headers that Binance reads and sends, each name in one place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .operation import Operation

API_KEY_HEADER = "X-MBX-APIKEY"
RETRY_AFTER_HEADER = "retry-after"

_DIGITS = 9
"""No weight and no pause (the longest ban is three days) has more; a number of thousands of digits cannot be read."""


def weight_header(operation: Operation[Any]) -> str:
    """Return the lower-case name of the header that reports the weight used in the operation's window."""
    return f"x-sapi-used-{operation.weight.scope}-weight-{_period(operation.weight.seconds)}"


@cache
def _period(seconds: int) -> str:
    unit, length = next(unit for unit in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)) if seconds % unit[1] == 0)
    return f"{seconds // length}{unit}"


def used_weight(operation: Operation[Any], headers: Mapping[str, str]) -> int | None:
    """Return how much weight the headers report as used in the operation's window, or `None`."""
    return _number(headers.get(weight_header(operation), ""))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds the headers ask to wait, or `None`."""
    seconds = _number(headers.get(RETRY_AFTER_HEADER, ""))
    return None if seconds is None else float(seconds)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
