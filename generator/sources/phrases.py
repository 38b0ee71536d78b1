"""Reads facts from sentences: caps on calls, conditions, permissions, and the limits and default of a parameter."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from generator.runtime.operation import CallLimit

from .blocks import plain_text
from .page_facts import PageCondition

_SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "秒", "秒钟"), 1),
    **dict.fromkeys(("m", "min", "minute", "分", "分钟"), 60),
    **dict.fromkeys(("h", "hour", "小时", "钟头"), 3600),
    **dict.fromkeys(("d", "day", "天", "日"), 86400),
    **dict.fromkeys(("week", "周", "星期"), 604800),
}
_UNIT = r"(?P<unit>second|minute|hour|day|week|sec|min|s|m|h|d)s?\b"
_UNIT_ZH = r"(?P<unit>秒钟?|分钟?|小时|钟头|天|日|周|星期)"
_COUNT = r"(?<![\d.])(?P<calls>\d{1,9})"
_MANY = r"(?:(?P<many>\d{1,6})\s*)?"
_PER_TIME = r"(?:per|every|each|in|within|an?)(?![A-Za-z])"
_TIMES_ZH = r"[^。；;\d更刷推快]{0,20}?(?P<calls>\d{1,9}|一)\s*次"
_WORDS = {"once": 1, "twice": 2, "一": 1}
_LIMITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_COUNT}\s*(?:times?|requests?|calls?|orders?|api calls?)\s*(?:{_PER_TIME}|/)\s*{_MANY}{_UNIT}",
        rf"{_COUNT}\s*次\s*[/每]\s*(?P<many>\d{{1,6}})?\s*个?{_UNIT_ZH}",
        rf"{_COUNT}\s*/\s*(?P<many>\d{{1,6}})?\s*(?P<unit>second|minute|hour|day|sec|min|s|m|h)s?\b",
        rf"\blimit(?:ed to|s? of|s?\s*[:：]?)\s*{_COUNT}\s*(?:per|every|each)\s*{_MANY}{_UNIT}",
        rf"\b(?P<calls>once|twice)\s*{_PER_TIME}\s*{_MANY}{_UNIT}",
        rf"每\s*(?P<many>\d{{1,6}}|一)?\s*个?{_UNIT_ZH}{_TIMES_ZH}",
        rf"(?<![\d每])(?<!每\s)(?P<many>\d{{1,6}}|一)\s*个?{_UNIT_ZH}\s*(?:之?内|以内|最多|至多){_TIMES_ZH}",
    )
)
_SHARED = re.compile(r"\bshar(?:es?|ed|ing)\b[^.;]{0,200}\blimit|\blimit[^.;]{0,200}\bshared\b|共[享用]", re.IGNORECASE)
"""A limit that other endpoints count against too is no cap on the calls of one."""
_NUMBER_OF_CALLS = (
    r"(?:(?:\d|\b(?:one|two|three|five|ten|hundred|thousand))\s*(?:calls?|requests?|times)|\b(?:once|twice))\b"
)
_TIME = r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
_PER = r"\b(?:per|every|each|within|in|an?|any)\s+(?:[A-Za-z0-9]+\s+){0,2}?"
_CAPS = re.compile(
    rf"{_NUMBER_OF_CALLS}[^.;]{{0,40}}?{_PER}{_TIME}|{_PER}{_TIME}[^.;]{{0,40}}?{_NUMBER_OF_CALLS}|\d\s*(?:per|each|every)\s+(?:\d+\s+)?{_TIME}"
    r"|(?:每|[\d半一两二三四五六七八九十])\s*个?(?:秒|分钟|小时|钟头|天|日|周|月|年)[^。；;更刷推快]{0,20}?[\d一两二三四五六七八九十百千]\s*次"
    rf"|{_NUMBER_OF_CALLS}\s*/\s*(?:month|year)s?\b|\d\s*次\s*[/每]\s*个?[月年]|限[流频][^。；;]{{0,20}}(?:秒|分钟|小时|天)",
    re.IGNORECASE,
)
"""Words that seem to cap calls."""

_START, _STOP = r"(?<![A-Za-z0-9_])", r"(?![A-Za-z0-9_])"
"""Words end where Chinese begins, which \\b does not see."""
_PARAMETER = rf"{_START}(?P<name>[A-Za-z][A-Za-z0-9_]*)"
_OTHER = r"(?P<other>[A-Za-z][A-Za-z0-9_]*)"
_OTHER_ZH = r"(?P<other>[A-Za-z][A-Za-z0-9_]*|类型)"
_VALUE = r"[\"'“”]?(?-i:[A-Z][A-Z0-9_]*|[0-9]+|true|false)(?![A-Za-z0-9_])[\"'“”]?"
_VALUES = rf"(?P<values>{_VALUE}(?:\s*(?:,|，|、|/|;|{_START}and{_STOP}|{_START}or{_STOP}|和|或|及|与)+\s*{_VALUE})*)"
_IS = r"\s*(?:is|are|=|==|equals?|selects?|(?:is )?set to|为|是|选择|等于)\s*"
_NEEDED = r"(?:must be|is|should be|needs? to be|are)\s*(?:also\s*)?(?:sent|filled in|provided|required|mandatory|passed|specified|set)"
_NEEDED_ZH = r"(?:必须要?|需要?|为|是)?\s*(?:发送|传递|传入|必传|必填|必需|必须|填入|填写|提供|传)"
_CONDITIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # NAME must be sent when OTHER is A and B.
        rf"{_PARAMETER}\s*{_NEEDED}\s*,?\s*(?:when|if|only when|for)\s+(?:the\s+)?{_OTHER}{_IS}{_VALUES}",
        rf"{_PARAMETER}\s*当\s*{_OTHER_ZH}{_IS}{_VALUES}\s*[时后]?\s*[，,]?\s*{_NEEDED_ZH}",
        rf"{_PARAMETER}\s*{_NEEDED_ZH}\s*[，,]?\s*(?:当|如果|若)\s*{_OTHER_ZH}{_IS}{_VALUES}",
        # When OTHER is A and B, NAME must be sent.
        rf"\b(?:when|if)\s+(?:the\s+)?{_OTHER}{_IS}{_VALUES}\s*[,，]?\s*(?:then\s+)?(?:the\s+)?{_PARAMETER}\s*{_NEEDED}",
        rf"(?:当|如果|若)?\s*{_START}{_OTHER_ZH}{_IS}{_VALUES}\s*[时后]?\s*[，,]\s*则?\s*{_PARAMETER}\s*{_NEEDED_ZH}",
    )
)
_ROW_CONDITIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # In a parameter's own row: mandatory when OTHER is A.
        rf"\b(?:mandatory|required|must be (?:sent|filled in))\s*(?:when|if|for)\s+(?:the\s+)?{_OTHER}{_IS}{_VALUES}",
        rf"当\s*{_OTHER_ZH}{_IS}{_VALUES}\s*时?\s*[，,]?\s*(?:必填|必传|必须)",
    )
)
_ONE_VALUE = re.compile(r"[A-Za-z0-9_]+")
_JOINTS = {"and", "or"}

_KEY = re.compile(r"api[ -]?keys?|api ?密钥", re.IGNORECASE)
_PERMISSION = re.compile(
    r"\b(?:enabled?|open|permissions?|permits?|option|allowed|turn on)\b|权限|开通|打开|开启|允许|勾选", re.IGNORECASE
)
_ARTICLES = re.compile(r"\b(?:an?|the|its?|your)\b")
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_INSTRUCTION = re.compile(
    r"\b(?:you|need|must|should|needs|require[sd]?|make sure)\b|您|你|需要|必须|请(?!求)", re.IGNORECASE
)

_THOUSANDS = re.compile(r"(?<![\w.,，\[])\d{1,3}(?:,\d{3})+(?![\d,\]])", re.ASCII)
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_LAST = (
    r"(?=\s*(?:$|[.,;:!?)\]\"'，。；、）”]|(?:and|or|but|where|per|by|default|min|max|ms|millisecond)|默认|最|毫秒))"
)
"""The words that may follow a limit: before any other, a number counts things, such as the pairs of a list."""
_END = r"(?![\w.]*[\w])(?!\s*(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|records?|characters?|chars?|digits?|decimals?|天|日|小时|分钟|秒|个|位|条|次|年))"
_DEFAULTS = (
    re.compile(
        rf"\b[Dd]efaults?(?:\s+[Vv]alue)?\s*(?:is|to|as|be|[:：=])?\s*[\"'“]?(-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse|[A-Z][A-Z0-9_]+)[\"'”]?{_END}"
    ),
    re.compile(rf"默认(?:值|为|是|[:：]|\s)*[\"'“]?(-?\d+(?:\.\d+)?|[Tt]rue|[Ff]alse|[A-Z][A-Z0-9_]+)[\"'”]?{_END}"),
)
_RANGE = re.compile(
    rf"\[\s*{_NUMBER}\s*[,，]\s*{_NUMBER}\s*\]"
    rf"|\b(?:int|integer|number|value|range)\s*(?:is|from|[:：])\s*{_NUMBER}\s+to\s+{_NUMBER}{_END}{_LAST}",
    re.IGNORECASE,
)
EXAMPLES = re.compile(
    r"(?:e\.\s?g\.?|\beg\.?|i\.e\.|such as|\blike|examples?|例如|比如|譬如|如)\s*[:：,，]?\s*$", re.IGNORECASE
)
"""A list behind these words holds examples, not all allowed values."""
_OF_VALUES = re.compile(r"\b(?:values?|valid|options?|either|one of|enums?)\b|可选|取值|枚举", re.IGNORECASE)
"""Two numbers in brackets behind these words are values."""
_TRUTH = {"True": "true", "False": "false"}


def _bound_patterns(short: str, *beyond: str, chinese: str, beyond_chinese: str) -> tuple[re.Pattern[str], ...]:
    patterns = (
        rf"\b{short}(?:imum|\.)?(?:\s+(?:acceptable|allowed))?(?:\s+value)?\s*(?:is|of|[:：=])?\s*",
        *(rf"\b(?:{words})\s*" for words in beyond),
        rf"(?:{chinese}(?:值|为|是|[:：]|\s)*|不[能得可]?(?:{beyond_chinese})\s*)",
    )
    return tuple(re.compile(f"{pattern}{_NUMBER}{_END}{_LAST}", re.IGNORECASE) for pattern in patterns)


_MAXIMUM = _bound_patterns(
    "max",
    "(?:cannot|can not|must not|should not) be (?:greater|larger|more) than",
    "less than or equal to|no (?:more|greater) than",
    chinese="最大",
    beyond_chinese="大于|超过",
)
_MINIMUM = _bound_patterns(
    "min", "(?:cannot|can not|must not|should not) be (?:less|smaller) than", chinese="最小", beyond_chinese="小于|少于"
)


@lru_cache(maxsize=4096)
def limits(text: str) -> tuple[CallLimit, ...]:
    """Return the caps on calls that a message states, such as 500 times per hour."""
    text = without_separators(plain_text(text))
    patterns = () if _SHARED.search(text) else _LIMITS
    return tuple(_limit(match) for pattern in patterns for match in pattern.finditer(text))


def _limit(match: re.Match[str]) -> CallLimit:
    calls, many = (_WORDS.get(word.lower()) or int(word) for word in (match["calls"], match["many"] or "1"))
    return CallLimit(calls, many * _SECONDS[match["unit"].lower()])


@lru_cache(maxsize=4096)
def is_unread_limit(text: str) -> bool:
    """Return whether a message caps calls otherwise: in a month or a year, with other endpoints, or in unknown words."""
    text = without_separators(plain_text(text))
    rest = without_limits(text)
    return bool(_CAPS.search(rest) or (rest != text and _SHARED.search(text)))


def caps_calls(text: str) -> bool:
    """Return whether a message caps calls, in words that are understood or not."""
    return bool(limits(text)) or is_unread_limit(text)


def without_separators(text: str) -> str:
    """Return a text with 1,500 as 1500."""
    return _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)


def without_limits(text: str) -> str:
    """Return a text without the numbers that caps on calls have."""
    for pattern in _LIMITS:
        text = pattern.sub(" ", text)
    return text


def conditions(text: str, parameters: Collection[str], row: str | None = None) -> Iterator[PageCondition]:
    """Yield the conditions that a message states; `row` is the parameter in whose row it stands."""
    known = {parameter.casefold(): parameter for parameter in parameters}
    for match in _condition_matches(plain_text(text), is_row=bool(row)):
        name = row if match.re in _ROW_CONDITIONS else known.get(match["name"].casefold())
        other = known.get(match["other"].casefold())
        values = tuple(value for value in _ONE_VALUE.findall(match["values"]) if value.lower() not in _JOINTS)
        if name and name != other and values and (other or match["other"] == "类型"):
            yield PageCondition(name, values, other)


@lru_cache(maxsize=4096)
def _condition_matches(text: str, *, is_row: bool) -> tuple[re.Match[str], ...]:
    patterns = (*_CONDITIONS, *(_ROW_CONDITIONS if is_row else ()))
    return tuple(match for pattern in patterns for match in pattern.finditer(text))


def is_permission(text: str) -> bool:
    """Return whether a message states what the API key must be allowed."""
    return bool(_KEY.search(text) and _PERMISSION.search(text) and _INSTRUCTION.search(text))


def named_permissions(sentence: str, names: Iterable[str]) -> list[str]:
    """Return which permissions an English sentence names: `Enable Spot & Margin Trading` is enableSpotAndMarginTrading."""
    words = _letters(sentence)
    found = [name for name in names if _letters(name) in words]
    return [name for name in found if not any(_letters(name) in _letters(other) for other in found if other != name)]


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", _ARTICLES.sub("", text.lower().replace("&", " and ")))


def default(text: str) -> str | None:
    """Return the default that a description states; nothing where it depends on something else."""
    text = without_separators(text)
    defaults = {_TRUTH.get(match[1], match[1]) for pattern in _DEFAULTS for match in pattern.finditer(text)}
    return defaults.pop() if len(defaults) == 1 else None


def minimum(text: str) -> Decimal | None:
    """Return the least value that a description allows."""
    return _bound(_MINIMUM, text, 0)


def maximum(text: str) -> Decimal | None:
    """Return the greatest value that a description allows."""
    return _bound(_MAXIMUM, text, 1)


def _bound(patterns: Sequence[re.Pattern[str]], text: str, end: Literal[0, 1]) -> Decimal | None:
    """Return the number that one of the patterns finds, or else this end of a range."""
    text = without_separators(text)
    for pattern in patterns:
        if match := pattern.search(text):
            return Decimal(match[1])
    within = _RANGE.search(text)
    if within is None or EXAMPLES.search(text[: within.start()]) or _OF_VALUES.search(text[: within.start()]):
        return None
    ends = [Decimal(number) for number in within.groups() if number]
    return ends[end] if ends[0] < ends[1] else None
