"""What sentences of a page state: caps on calls, conditions, permissions, and the limits and default of a parameter."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import Literal

from .blocks import plain
from .page import CallLimit, Condition

_SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "秒", "秒钟"), 1),
    **dict.fromkeys(("m", "min", "minute", "分", "分钟"), 60),
    **dict.fromkeys(("h", "hour", "小时", "钟头"), 3600),
    **dict.fromkeys(("d", "day", "天", "日"), 86400),
    **dict.fromkeys(("week", "周", "星期"), 604800),
}
_UNIT = r"(second|minute|hour|day|week|sec|min|s|m|h|d)s?\b"
_UNIT_ZH = r"(秒钟?|分钟?|小时|钟头|天|日|周|星期)"
_COUNT = r"(?<![\d.])(\d{1,9})"
_WORDS = {"once": 1, "twice": 2}
_LIMITS = (
    re.compile(
        rf"{_COUNT}\s*(?:times?|requests?|calls?|orders?|api calls?)\s*(?:(?:per|every|each|in|within|an?)(?![A-Za-z])|/)\s*(?:(\d{{1,6}})\s*)?{_UNIT}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_COUNT}\s*次\s*[/每]\s*(\d{{1,6}})?\s*个?{_UNIT_ZH}"),
    re.compile(rf"{_COUNT}\s*/\s*(\d{{1,6}})?\s*(second|minute|hour|day|sec|min|s|m|h)s?\b", re.IGNORECASE),
)
_ONCE = re.compile(
    rf"\b(once|twice)\s*(?:per|every|each|in|within|an?)(?![A-Za-z])\s*(?:(\d{{1,6}})\s*)?{_UNIT}", re.IGNORECASE
)
_LIMITS_ZH = (
    re.compile(rf"每\s*(\d{{1,6}}|一)?\s*个?{_UNIT_ZH}[^。；;\d更刷推快]{{0,20}}?(\d{{1,9}}|一)\s*次"),
    re.compile(
        rf"(?<![\d每])(?<!每\s)(\d{{1,6}}|一)\s*个?{_UNIT_ZH}\s*(?:之?内|以内|最多|至多)[^。；;\d更刷推快]{{0,20}}?(\d{{1,9}}|一)\s*次"
    ),
)
_LIMITED_TO = re.compile(
    rf"\blimit(?:ed to|s? of|s?\s*[:：]?)\s*{_COUNT}\s*(?:per|every|each)\s*(?:(\d{{1,6}})\s*)?{_UNIT}", re.IGNORECASE
)
_SHARED = re.compile(r"\bshar(?:es?|ed|ing)\b[^.;]{0,200}\blimit|\blimit[^.;]{0,200}\bshared\b|共[享用]", re.IGNORECASE)
"""A limit that other endpoints count against too is no cap on the calls of one."""
_OF_NO_FIXED_TIME = re.compile(
    r"(?:\d\s*(?:times?|requests?|calls?)|\b(?:once|twice))\s*(?:(?:per|every|each|in|within|an?)(?![A-Za-z])|/)\s*(?:\d{1,6}\s*)?(?:month|year)s?\b"
    r"|每\s*个?[月年][^。；;\d]{0,20}\d{1,9}\s*次|\d\s*次\s*[/每]\s*个?[月年]",
    re.IGNORECASE,
)
_NUMBER_OF_CALLS = (
    r"(?:(?:\d|\b(?:one|two|three|five|ten|hundred|thousand))\s*(?:calls?|requests?|times)|\b(?:once|twice))\b"
)
_TIME = r"\b(?:seconds?|minutes?|hours?|days?|weeks?)\b"
_PER = r"\b(?:per|every|each|within|in|an?|any)\s+(?:[A-Za-z0-9]+\s+){0,2}?"
_CAPS = re.compile(
    rf"{_NUMBER_OF_CALLS}[^.;]{{0,40}}?{_PER}{_TIME}|{_PER}{_TIME}[^.;]{{0,40}}?{_NUMBER_OF_CALLS}|\d\s*(?:per|each|every)\s+(?:\d+\s+)?{_TIME}"
    r"|(?:每|[\d半一两二三四五六七八九十])\s*个?(?:秒|分钟|小时|钟头|天|日|周)[^。；;更刷推快]{0,20}?[\d一两二三四五六七八九十百千]\s*次"
    r"|限[流频][^。；;]{0,20}(?:秒|分钟|小时|天)",
    re.IGNORECASE,
)
"""What seems to cap calls, in whatever words."""

_START, _STOP = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
"""Words end where Chinese begins, which \\b does not see."""
_NAME = r"([A-Za-z][A-Za-z0-9_]*)"
_VALUE = r"[\"'“”]?(?-i:[A-Z][A-Z0-9_]*|[0-9]+|true|false)(?![A-Za-z0-9_])[\"'“”]?"
_VALUES = rf"({_VALUE}(?:\s*(?:,|，|、|/|;|{_START}and{_STOP}|{_START}or{_STOP}|和|或|及|与)+\s*{_VALUE})*)"
_IS = r"(?:is|are|=|==|equals?|selects?|(?:is )?set to|为|是|选择|等于)"
_NEEDED = r"(?:must be|is|should be|needs? to be|are)\s*(?:also\s*)?(?:sent|filled in|provided|required|mandatory|passed|specified|set)"
_NEEDED_ZH = r"(?:必须要?|需要?|为|是)?\s*(?:发送|传递|传入|必传|必填|必需|必须|填入|填写|提供|传)"
_CONDITIONS = (
    # NAME must be sent when OTHER is A and B.
    re.compile(
        rf"{_START}{_NAME}\s*{_NEEDED}\s*,?\s*(?:when|if|only when|for)\s+(?:the\s+)?{_NAME}\s*{_IS}\s*{_VALUES}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_START}{_NAME}\s*当\s*([A-Za-z][A-Za-z0-9_]*|类型)\s*{_IS}\s*{_VALUES}\s*[时后]?\s*[，,]?\s*{_NEEDED_ZH}"
    ),
    re.compile(
        rf"{_START}{_NAME}\s*{_NEEDED_ZH}\s*[，,]?\s*(?:当|如果|若)\s*([A-Za-z][A-Za-z0-9_]*|类型)\s*{_IS}\s*{_VALUES}"
    ),
)
_REVERSED = (
    # When OTHER is A and B, NAME must be sent.
    re.compile(
        rf"\b(?:when|if)\s+(?:the\s+)?{_NAME}\s*{_IS}\s*{_VALUES}\s*[,，]?\s*(?:then\s+)?(?:the\s+)?{_NAME}\s*{_NEEDED}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:当|如果|若)?\s*{_START}([A-Za-z][A-Za-z0-9_]*|类型)\s*{_IS}\s*{_VALUES}\s*[时后]?\s*[，,]\s*则?\s*{_NAME}\s*{_NEEDED_ZH}"
    ),
)
_OF_THE_ROW = (
    # In a parameter's own row: mandatory when OTHER is A.
    re.compile(
        rf"\b(?:mandatory|required|must be (?:sent|filled in))\s*(?:when|if|for)\s+(?:the\s+)?{_NAME}\s*{_IS}\s*{_VALUES}",
        re.IGNORECASE,
    ),
    re.compile(rf"当\s*([A-Za-z][A-Za-z0-9_]*|类型)\s*{_IS}\s*{_VALUES}\s*时?\s*[，,]?\s*(?:必填|必传|必须)"),
)
_ONE_VALUE = re.compile(r"[A-Za-z0-9_]+")
_JOINTS = {"and", "or"}

_KEY = re.compile(r"api[ -]?keys?|api ?密钥", re.IGNORECASE)
_PERMISSION = re.compile(
    r"\b(?:enabled?|open|permissions?|permits?|option|allowed|turn on)\b|权限|开通|打开|开启|允许|勾选", re.IGNORECASE
)
_TOLD = re.compile(r"\b(?:you|need|must|should|needs|require[sd]?|make sure)\b|您|你|需要|必须|请", re.IGNORECASE)

_THOUSANDS = re.compile(r"(?<![\w.,，\[])\d{1,3}(?:,\d{3})+(?![\d,\]])", re.ASCII)
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_LAST = (
    r"(?=\s*(?:$|[.,;:!?)\]\"'，。；、）”]|(?:and|or|but|where|per|by|default|min|max|ms|millisecond)|默认|最|毫秒))"
)
"""What follows a limit: after any other word, the number counts things, such as the pairs that a list may have."""
_END = r"(?![\w.]*[\w])(?!\s*(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|records?|characters?|chars?|digits?|decimals?|天|日|小时|分钟|秒|个|位|条|次|年))"
_DEFAULTS = (
    re.compile(
        rf"\bdefaults?(?:\s+value)?\s*(?:is|to|as|be|[:：=])?\s*[\"'“]?(-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse|[A-Z][A-Z0-9_]+)[\"'”]?{_END}",
    ),
    re.compile(
        rf"\bDefaults?(?:\s+[Vv]alue)?\s*(?:is|to|as|be|[:：=])?\s*[\"'“]?(-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse|[A-Z][A-Z0-9_]+)[\"'”]?{_END}",
    ),
    re.compile(rf"默认(?:值|为|是|[:：]|\s)*[\"'“]?(-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse|[A-Z][A-Z0-9_]+)[\"'”]?{_END}"),
)
_RANGE = re.compile(
    rf"\brange\s*(?:is|of|from|[:：=])?\s*\[\s*{_NUMBER}\s*[,，]\s*{_NUMBER}\s*\]"
    rf"|\b(?:int|integer|number|value|range)\s*(?:is|from|[:：])\s*{_NUMBER}\s+to\s+{_NUMBER}{_END}{_LAST}",
    re.IGNORECASE,
)
_TRUTH = {"True": "true", "False": "false"}
_MAXIMUM = (
    re.compile(
        rf"\bmax(?:imum|\.)?(?:\s+(?:acceptable|allowed))?(?:\s+value)?\s*(?:is|of|[:：=])?\s*{_NUMBER}{_END}{_LAST}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:cannot|can not|must not|should not) be (?:greater|larger|more) than\s*{_NUMBER}{_END}{_LAST}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:less than or equal to|no (?:more|greater) than)\s*{_NUMBER}{_END}{_LAST}", re.IGNORECASE),
    re.compile(rf"(?:最大(?:值|为|是|[:：]|\s)*|不[能得可]?(?:大于|超过)\s*){_NUMBER}{_END}{_LAST}"),
)
_MINIMUM = (
    re.compile(
        rf"\bmin(?:imum|\.)?(?:\s+(?:acceptable|allowed))?(?:\s+value)?\s*(?:is|of|[:：=])?\s*{_NUMBER}{_END}{_LAST}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:cannot|can not|must not|should not) be (?:less|smaller) than\s*{_NUMBER}{_END}{_LAST}", re.IGNORECASE
    ),
    re.compile(rf"(?:最小(?:值|为|是|[:：]|\s)*|不[能得可]?(?:小于|少于)\s*){_NUMBER}{_END}{_LAST}"),
)


def limits(text: str) -> Iterator[CallLimit]:
    """Yield the caps on calls that a message states, such as 500 times per hour."""
    text = without_separators(plain(text))
    if not _SHARED.search(text):
        yield from _limits(text)


def is_unread_limit(text: str) -> bool:
    """Return whether a message caps calls otherwise: in a month or a year, with other endpoints, or in unknown words."""
    text = without_separators(plain(text))
    capped = any(_limits(text))
    return bool(_OF_NO_FIXED_TIME.search(text) or (_SHARED.search(text) if capped else _CAPS.search(text)))


def caps_calls(text: str) -> bool:
    """Return whether a message caps calls, in words that are understood or not."""
    return any(limits(text)) or is_unread_limit(text)


def without_separators(text: str) -> str:
    """Return a text with 1,500 as 1500."""
    return _THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)


def without_limits(text: str) -> str:
    """Return a text without the numbers that caps on calls have."""
    for pattern in (*_LIMITS, _LIMITED_TO, _ONCE, *_LIMITS_ZH):
        text = pattern.sub(" ", text)
    return text


def _limits(text: str) -> Iterator[CallLimit]:
    for pattern in (*_LIMITS, _LIMITED_TO):
        for found in pattern.finditer(text):
            yield CallLimit(int(found[1]), int(found[2] or 1) * _SECONDS[found[3].lower()])
    for found in _ONCE.finditer(text):
        yield CallLimit(_WORDS[found[1].lower()], int(found[2] or 1) * _SECONDS[found[3].lower()])
    for pattern in _LIMITS_ZH:
        for found in pattern.finditer(text):
            many, calls = (int(each) if (each or "").isdigit() else 1 for each in (found[1], found[3]))
            yield CallLimit(calls, many * _SECONDS[found[2]])


def conditions(text: str, parameters: Collection[str], row: str | None = None) -> Iterator[Condition]:
    """Yield the conditions that a message states; `row` is the parameter in whose row it stands."""
    text = plain(text)
    for pattern in _CONDITIONS:
        for found in pattern.finditer(text):
            yield from _condition(found[1], found[2], found[3], parameters)
    for pattern in _REVERSED:
        for found in pattern.finditer(text):
            yield from _condition(found[3], found[1], found[2], parameters)
    for pattern in _OF_THE_ROW if row else ():
        for found in pattern.finditer(text):
            yield from _condition(row or "", found[1], found[2], parameters)


def _condition(name: str, other: str, values: str, parameters: Collection[str]) -> Iterator[Condition]:
    listed = tuple(each for each in _ONE_VALUE.findall(values) if each not in _JOINTS)
    known = {each.casefold(): each for each in parameters}
    name, other = known.get(name.casefold(), name), known.get(other.casefold(), other)
    if name in parameters and (other in parameters or other == "类型") and name != other and listed:
        yield Condition(name, listed, other if other in parameters else None)


def is_permission(text: str) -> bool:
    """Return whether a message says what the API key must be allowed."""
    return bool(_KEY.search(text) and _PERMISSION.search(text) and _TOLD.search(text))


def default(text: str) -> str | None:
    """Return the default that a description states; nothing where it depends on something else."""
    text = without_separators(text)
    found = {_TRUTH.get(each[1], each[1]) for pattern in _DEFAULTS for each in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else None


def minimum(text: str) -> Decimal | None:
    """Return the least value that a description allows."""
    return _stated(_MINIMUM, text, 0)


def maximum(text: str) -> Decimal | None:
    """Return the greatest value that a description allows."""
    return _stated(_MAXIMUM, text, 1)


def _stated(patterns: Sequence[re.Pattern[str]], text: str, end: Literal[0, 1]) -> Decimal | None:
    """Return the number that one of the patterns finds, or else this end of a range."""
    text = without_separators(text)
    for pattern in patterns:
        if found := pattern.search(text):
            return Decimal(found[1])
    within = _RANGE.search(text)
    return Decimal([each for each in within.groups() if each][end]) if within else None
