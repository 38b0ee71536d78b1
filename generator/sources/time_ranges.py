"""Reads from sentences how much time may lie between two parameters, such as `startTime` and `endTime`."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from .blocks import plain_text

_BEGIN = re.compile(r"(?:start|begin|from)(_?time(?:_?stamp)?)", re.IGNORECASE)
_ENDS = ("end", "to", "until")
_SENTENCE = re.compile(r"[^.;。；!?！？]+")
_RANGE = re.compile(
    r"\b(?:interval|period|range|span|duration)s?\b|\btime between\b|间隔|范围|跨度|区间|时间段", re.IGNORECASE
)
_HOURS = {
    **dict.fromkeys(("hour", "小时"), 1),
    **dict.fromkeys(("day", "天", "日"), 24),
    **dict.fromkeys(("week", "周", "星期"), 168),
}
"""How many hours a unit has."""
_UNIT = "|".join(_HOURS)
_BOUND = (
    r"(?:less th[ae]n(?: or equal to)?|within|under|not (?:be )?(?:longer|greater|larger|more) than|not exceed"
    r"|no (?:longer|greater|more) than|at most|up to|limited to|<=?|≤"
    r"|\bmax(?:imum)?\b(?:[^.;\d]{0,60}?(?:\bis|\bof|[:：]))?"
    r"|不(?:能|得|可|可以)?(?:超过|大于|多于|长于)|小于|少于|最[大多长][^。；;\d]{0,20}?)"
)
_NUMBER = r"\s*(?:0\s*[-–~]\s*)?(\d{1,4})\s*-?\s*个?"
_CLEAR = (
    re.compile(rf"{_BOUND}{_NUMBER}({_UNIT})", re.IGNORECASE),
    re.compile(r"(?<![\d近去])(?<![近去]\s)(\d{1,4})\s*个?(小时|天|日|周|星期)(?:以内|之内)"),
)
_PERHAPS = re.compile(rf"{_BOUND}[^.;。；]{{0,15}}?(?:{_UNIT}|month|year|月|年)", re.IGNORECASE)
_CONDITION = r"(?:\b(?:if|when|for|with)\b|如果|当|若)[^,，]*?(?<![A-Za-z0-9_]){}(?![A-Za-z0-9_])"


class TimeRange(NamedTuple):
    """What a sentence says of the time between two parameters."""

    days: int | None
    """`None` where it is another unit, or holds under a condition."""
    text: str


def begin_and_end(parameters: Collection[str]) -> tuple[str, str] | None:
    """Return the only two parameters that are the begin and the end of a time; nothing where there are none, or more."""
    pairs = [
        (name, end)
        for name in parameters
        if (begin := _BEGIN.fullmatch(name))
        for end in parameters
        if end.casefold() in [f"{word}{begin[1]}".casefold() for word in _ENDS]
    ]
    return pairs[0] if len(pairs) == 1 else None


def time_ranges(text: str, ends: tuple[str, str], parameters: Collection[str]) -> list[TimeRange]:
    """Return what each sentence of a text says of the time between two parameters.

    Args:
        text: The text.
        ends: The parameters with the begin and the end.
        parameters: The names of all.
    """
    found = []
    for sentence in _SENTENCE.findall(plain_text(text)):
        named = all(name in sentence for name in ends)  # also where no blank stands behind it
        stated = [match for pattern in _CLEAR for match in pattern.finditer(sentence)]
        if not (named or _RANGE.search(sentence)) or not (stated or _PERHAPS.search(sentence)):
            continue
        hours = {int(match[1]) * _HOURS[match[2].lower()] for match in stated}
        is_clear = len(hours) == 1 and not any(hour % 24 or not hour for hour in hours)
        others = (name for name in parameters if name not in ends)
        is_conditional = any(re.search(_CONDITION.format(re.escape(name)), sentence, re.IGNORECASE) for name in others)
        days = hours.pop() // 24 if is_clear and not is_conditional else None
        found.append(TimeRange(days, sentence.strip()))
    return found
