"""Reads the headings of a page: the section that one begins, and the name and security types of a title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from .blocks import Section, plain_text
from .page_facts import Scope

_NAMES: Mapping[Section, str] = {
    "response": (
        r"(?:(?:example )?response(?: example| examples| body| parameters| sample| fields)?"
        r"|(?:响应|返回|应答)(?:示例|结果|参数|字段|样例|内容)|响应)"
        r"(?:\s*[-–—:：]?\s*(?:ack|result|full)(?:\s*[/,]\s*(?:ack|result|full))*|\s+[-–—]\s+\w[\w ]*)?"
    ),
    "description": r"(?:api |endpoint |interface )?description|(?:接口|API ?)?(?:描述|说明|功能)",
    "request": r"http ?request|request(?: url| path)?|http ?请求(?:方式)?|请求(?:方式|路径|地址)?",
    "limit": r"(?:request |rate |call )limits?|(?:请求|频率|调用)限制",
    "weight": r"(?:api |request |ip |uid |order )?(?:rate limit )?weight|(?:ip ?|uid ?)?(?:请求|接口)?权重",
    "parameters": r"(?:request |query |input )?param(?:eter)?s?|(?:请求)?参数",
}
_SECTIONS: Mapping[Section, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE) for name, pattern in _NAMES.items()
}
_SCOPE = re.compile(r"(?:[(（/]|\b)\s*(IP|UID)\s*(?:[)）/]|\b)", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_AT_THE_END = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_COUNTED = re.compile(r"^\d{1,2}(?:\.\d{1,2}){0,3}[.、)]?\s+")
_SECURITY = re.compile(r"\s*[(（]\s*(NONE|System|TRADE|MARGIN|SIGNED|[A-Z]+_[A-Z_]*[A-Z])\s*[)）]\s*$")
_PUBLIC = "System"
"""How a page labels an endpoint whose security type is NONE."""
_AUDIENCE = re.compile(r"\s*[(（]\s*(?:for |only for |only |适用|仅适用|仅限|仅)[^()（）]*[)）]\s*$", re.IGNORECASE)
_PARAMETERS = r"(?:request |query )?param(?:eter)?s?"
_THIS = r"(?:the|this) (?:api|endpoint|interface|request|call|method)"
_NOTHING = re.compile(
    rf"(?:-|none|null|n/?a|nil|not (?:required|needed)|no {_PARAMETERS}(?: (?:is |are )?(?:required|needed))?(?: (?:for|in|of) {_THIS})?"
    rf"|(?:{_THIS} (?:has|takes|needs|requires)|there are) no {_PARAMETERS}"
    rf"|{_THIS} does not (?:have|take|need|require) (?:any )?{_PARAMETERS}"
    r"|无|没有|(?:[该此本]接口)?(?:无|无需|没有|不需要)(?:任何)?(?:请求)?参数)[.。]?"
    r"|(?:other |additional |more )?(?:info(?:rmation)?|notes?)[:：]?|(?:其他|补充)?(?:信息|说明|备注|注意)[:：]?|---|",
    re.IGNORECASE,
)
_LONGEST, _LONGEST_TITLE = 60, 300


@lru_cache(maxsize=4096)
def section_of(heading: str) -> Section | None:
    """Return the section that a heading opens, or nothing."""
    if len(heading) > _LONGEST:
        return None
    words = _BRACKETS.sub(" ", _COUNTED.sub("", plain_text(heading))).strip(" :：")
    return next((name for name, pattern in _SECTIONS.items() if pattern.fullmatch(words)), None)


def is_empty_text(text: str) -> bool:
    """Return whether a text only says that there is nothing, or only introduces the text below it."""
    return bool(_NOTHING.fullmatch(plain_text(text)))


def scope_of(text: str) -> Scope | None:
    """Return the only scope that a text names."""
    scopes = {scope.lower() for scope in _SCOPE.findall(text)}
    return None if len(scopes) != 1 else "ip" if "ip" in scopes else "uid"


def split_title(heading: str) -> tuple[str, tuple[str, ...]]:
    """Return a title without the brackets at its end, and the security types in them."""
    title = plain_text(heading[:_LONGEST_TITLE])
    security: list[str] = []
    while match := _SECURITY.search(title) or _AUDIENCE.search(title):
        security[:0] = ("NONE" if label == _PUBLIC else label for label in match.groups())
        title = title[: match.start()]
    return title, tuple(security)


def without_brackets(title: str) -> str:
    """Return a title without any brackets at its end, such as (supporting network)."""
    while (shorter := _AT_THE_END.sub("", title)) not in ("", title):
        title = shorter
    return title
