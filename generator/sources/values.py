"""Finds the values that a row's description allows. A list that is not surely whole counts as none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from .blocks import plain
from .phrases import default

Values = tuple[tuple[str, str], ...]

NUMERIC = ("INT", "INTEGER", "LONG", "SHORT", "BYTE", "DECIMAL", "BIGDECIMAL", "DOUBLE", "FLOAT", "NUMBER")
_NEVER_NUMBERED = ("DECIMAL", "BIGDECIMAL", "DOUBLE", "FLOAT", "NUMBER", "BOOLEAN", "BOOL")
_NEVER_WORDS = (*_NEVER_NUMBERED, "INT", "INTEGER", "LONG", "SHORT", "BYTE")
_LISTS = re.compile(r"(?:LIST|ARRAY)\b.*|.*\[\]")

_CAPITALS = r"[A-Z][A-Z0-9_]+"
_ANY = r"[A-Za-z0-9][A-Za-z0-9_]*"
NO_VALUES = frozenset(
    ["API", "ENUM", "FAQ", "HTTP", "ID", "IP", "JSON", "NOTE", "OCO", "OTO", "STP", "TWAP", "UID", "UTC", "VP"]
)
"""Words in capitals that descriptions use for other things."""

_REMARK = r"(?:\s*[(（][^()（）]{1,80}[)）])?+"
_COMMA = r"(?>\s*(?:[:：]\s*)?[,，、/|]+\s*)"
_OR = r"(?>\s*(?:[,，、]\s*)?(?:\band/or\b|\band\b|\bor\b|和|或)\s*)"
_SEMICOLON = r"(?>\s*[;；]\s*)"


def _listed(word: str) -> str:
    """Return the pattern of a list of words: it ends behind `or`, and one with semicolons has nothing else."""
    each = rf"{word}{_REMARK}"
    commas = rf"{each}(?:{_COMMA}(?!(?:and|or)\b){each})++(?:{_OR}{each})?+"
    return rf"(?:{commas}|{each}(?:{_OR}{each})++|{each}(?:{_SEMICOLON}{each})++)"


def _quoted(word: str) -> str:
    return rf"(?:\"{word}\"|'{word}'|“{word}”|`\"?{word}\"?`)"


_BARE = rf"[\"'“”`]?{_CAPITALS}[\"'“”`]?(?![A-Za-z0-9_])"
_END = r"(?=\s*(?:$|[.。;；,，]))"
_LEADS = r"^\s*|[:：.。]\s*|\b(?:are|is|of|be)\s+|[有为]\s*"
_IN_QUOTES = re.compile(_listed(_quoted(_CAPITALS)))
_IN_CAPITALS = re.compile(rf"(?:{_LEADS})({_listed(_BARE)}){_END}")
_IN_BRACKETS = re.compile(rf"[(（]\s*({_listed(_BARE)})\s*[)）]")
_IN_BRACKETS_OF_A_NOUN = re.compile(
    r"(?:(?i:types?|directions?|sides?|modes?|status|values?|options?)|类型|方向|状态|模式)"
    rf"\s*[(（]\s*({_listed(_BARE)})\s*[)）]"
)
_AFTER_CHINESE = re.compile(rf"[\u4e00-\u9fff]\s*({_listed(_BARE)}){_END}")
_OF_ANY_CASE = re.compile(_listed(_quoted(_ANY)))
_LEADING = re.compile(rf"(?:{_LEADS})({_listed(_quoted(_ANY))})")
_DESCRIBED = re.compile(
    rf"(?:^|(?<=[:：,，;；/.。]))\s*({_quoted(_ANY)}|{_CAPITALS})(?:\s*[:：=]|\s+for\b)\s*(?=[^\s,，;；/.。])"
)
_ONLY_WORDS = re.compile(rf"{_ANY}(?:\s*[,，、/]\s*{_ANY})+|{_CAPITALS}(?:[\s,，、/]+{_CAPITALS})+")
_ONLY_ONE = re.compile(
    rf"[\"'“`]?({_CAPITALS})[\"'”`]? only\.?|(?:(?i:only (?:supports? )?)|仅(?:限|支持)?\s*)[\"'“`]?({_CAPITALS})[\"'”`]?[.。]?"
)

_WORD = re.compile(rf"(?<![A-Za-z0-9_])[\"'“`]*{_CAPITALS}(?![A-Za-z0-9_])")
_ANY_WORD = re.compile(_ANY)
_REMARKS = re.compile(r"[(（][^()（）]*[)）]")
_DEFAULT = re.compile(r"(?i:\bdefaults?\b|默认)[^,，;；]*$")
_EXAMPLES = re.compile(
    r"(?:e\.\s?g\.?|\beg\.?|i\.e\.|such as|\blike|examples?|例如|比如|譬如|如)\s*[:：,，]?\s*$", re.IGNORECASE
)
_CONDITIONAL = re.compile(
    r"(?:\b(?:used|when|if|only|under|with|for|by|except|between)\b|与|当|仅|若|如果)[^,，.。;；:：]*$", re.IGNORECASE
)
_CLAUSE = re.compile(r"[,，.。;；:：]")
_LONGEST_CLAUSE = 200
_ROLE = re.compile(rf"{_BARE}(?:(?:{_COMMA}|{_OR}){_BARE})*+\s*(?:\b(?i:orders?|\w*types?|modes?)\b|订单|类型|模式)")
OPEN = re.compile(r"(?:\b(?:etc|others?|more)\b|\.\.\.|…|等)[.。]?\s*$", re.IGNORECASE)
"""What a list ends with that does not name all of its values."""
_GOES_ON = re.compile(
    r"\s*[,，、/|;；]?\s*(?:\bor\b|或|(?:\band\b|和)?\s*(?:\betc\b|\.\.\.|…|等|\b(?:and so on|others?|more)\b))"
    rf"|(?:{_COMMA}|{_OR})[\"'“`]?(?!(?i:default)){_ANY}[\"'”`]?\s*(?:$|[,，、/|.。;；])",
    re.IGNORECASE,
)

_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,，;；(（.。、]))(\d{1,4})\s*(?:[:：=]|为|表示|-(?=[\sA-Za-z\u4e00-\u9fff]))\s*(?=[^\s\d])"
)
_NUMBER_AMONG_WORDS = re.compile(r"(?<=[\s,，;；(（])\d{1,4}(?=[)）]?\s+[^\s\d.,，;；。])")
_NUMBERS = re.compile(r"\[\s*(\d{1,9}(?:\s*[,，]\s*\d{1,9}){2,})\s*\]")
_RANGE = re.compile(r"\[\s*(\d{1,9}(?:\.\d{1,9})?)\s*[,，]\s*(\d{1,9}(?:\.\d{1,9})?)\s*\]")
_OF_VALUES = re.compile(r"\b(?:values?|valid|options?|either|one of|enums?)\b|可选|取值|枚举", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


class _List(NamedTuple):
    """Values, and where in the description they stand."""

    values: Mapping[str, str]
    start: int
    end: int
    goes_on: bool
    """Whether it ends with more than it names, such as etc."""


def values(text: str, kind: str) -> Values:
    """Return the values that a row's description allows, each with its text."""
    kind = kind.partition("<")[0].split(" ")[0]
    if kind not in _NEVER_NUMBERED and not _LISTS.fullmatch(kind):
        numbered = _numbered(text) or _numbers(text)
        if numbered or kind in _NEVER_WORDS:
            return numbered
    if kind in _NEVER_WORDS:
        return ()
    only = _ONLY_ONE.fullmatch(text.strip())
    if only:
        return ((only[1] or only[2], ""),)
    if kind == "ENUM":
        words = _DEFAULT.sub("", _REMARKS.sub("", text)).replace("`", "").strip(" ,，;；").removesuffix(".")
        if _ONLY_WORDS.fullmatch(words):
            return () if OPEN.search(words) else tuple((each, "") for each in dict.fromkeys(_ANY_WORD.findall(words)))
    found = next(_lists(text, kind), None)
    return _whole(found, text) if found else ()


def value_range(text: str, kind: str) -> tuple[Decimal, Decimal] | None:
    """Return the least and the greatest value where a description gives both in brackets, as in [300, 86400]."""
    found = _RANGE.search(text) if kind in NUMERIC else None
    if found is None or _EXAMPLES.search(text[: found.start()]) or _OF_VALUES.search(text[: found.start()]):
        return None
    least, most = Decimal(found[1]), Decimal(found[2])
    return (least, most) if least < most else None


def contradicts(text: str, found: Collection[str]) -> bool:
    """Return whether a description speaks of a value that is not among those found: a default, or a word in capitals."""
    stated = default(plain(text))
    known = {each.casefold() for each in found}
    if stated is not None and stated.casefold() not in known:
        return True
    return any(word not in found for word in _spoken_of(text))


# Words


def _lists(text: str, kind: str) -> Iterator[_List]:
    """Yield the lists of words that say what may be sent."""
    every = [(found.start(), found.end(), found[0]) for found in _IN_QUOTES.finditer(text)]
    patterns = [_LEADING, _IN_CAPITALS]
    patterns += [_IN_BRACKETS, _AFTER_CHINESE] if kind == "ENUM" else [_IN_BRACKETS_OF_A_NOUN]
    every += [(found.start(1), found.end(1), found[1]) for pattern in patterns for found in pattern.finditer(text)]
    if kind == "ENUM":
        every += [(found.start(), found.end(), found[0]) for found in _OF_ANY_CASE.finditer(text)]
    for start, end, words in every:
        if _says_what_to_send(text, start):
            listed = (each for each in _ANY_WORD.findall(_REMARKS.sub("", words)) if each not in ("and", "or"))
            yield _List(dict.fromkeys(listed, ""), start, end, goes_on=bool(_GOES_ON.match(text, end)))
    yield from _described(text, kind)


def _says_what_to_send(text: str, start: int) -> bool:
    before = text[max(start - _LONGEST_CLAUSE, 0) : start]
    return not _CONDITIONAL.search(before) and not _EXAMPLES.search(before)


def _described(text: str, kind: str) -> Iterator[_List]:
    """Yield the values that are followed by their texts, as in: NEW: not seen yet; OLD: seen."""
    found = list(_DESCRIBED.finditer(text))
    if len(found) > 1 and (kind == "ENUM" or text[: found[0].start()].rstrip()[-1:] in ("", ":", "：")):
        ends = [each.start() for each in found[1:]] + [len(text)]
        pairs = zip(found, ends, strict=True)
        texts = {each[1].strip("\"'“”`"): _tidied(_DEFAULT.sub("", text[each.end() : end])) for each, end in pairs}
        if len(texts) == len(found) and all(texts.values()) and not NO_VALUES & set(texts):
            yield _List(texts, found[0].start(), found[-1].end(), goes_on=bool(OPEN.search(text)))


def _whole(found: _List, text: str) -> Values:
    """Return the values of a list, or none where the description knows more of them."""
    rest = f"{text[: found.start]} ; {text[found.end :]}"
    if len(found.values) <= 1 or found.goes_on or contradicts(rest, found.values):
        return ()
    return tuple(found.values.items())


def _spoken_of(text: str) -> Iterator[str]:
    """Yield the words in capitals that may be values: not those of a condition, or of another parameter's values."""
    text = _ROLE.sub(" ", text)
    for found in _WORD.finditer(text):
        word = found[0].strip("\"'“`")
        clause = _CLAUSE.split(text[max(found.start() - _LONGEST_CLAUSE, 0) : found.start()])[-1]
        if not _CONDITIONAL.search(clause) and (found[0] != word or word not in NO_VALUES):
            yield word


# Numbers


def _numbered(text: str) -> Values:
    """Return the numbers that are followed by their texts, as in: 1: in, 2: out."""
    found = list(_NUMBERED.finditer(text))
    if len(found) <= 1 or not _says_what_to_send(text, found[0].start()):
        return ()
    ends = [each.start() for each in found[1:]] + [len(text)]
    listed = [(each[1], _tidied(text[each.end() : end])) for each, end in zip(found, ends, strict=True)]
    several = len(dict(listed)) == len(listed) == len({words for _, words in listed})
    cut = OPEN.search(text) or any(not words or _NUMBER_AMONG_WORDS.search(words) for _, words in listed)
    hyphens = any(each[0].endswith("-") for each in found)
    counted = all(int(after) == int(before) + 1 for (before, _), (after, _) in pairwise(listed))
    stated = default(plain(text))
    known = stated is None or not stated.isdigit() or stated in dict(listed)
    return tuple(listed) if several and known and not cut and (counted or not hyphens) else ()


def _numbers(text: str) -> Values:
    """Return the numbers of a list in brackets; two of them are a range."""
    found = _NUMBERS.search(text)
    if found is None or not _says_what_to_send(text, found.start()) or _GOES_ON.match(text, found.end()):
        return ()
    listed = _NUMBER.findall(found[1])
    stated = default(plain(text))
    return tuple((each, "") for each in listed) if stated is None or stated in listed else ()


def _tidied(text: str) -> str:
    return plain(text).strip(" ,，;；/.。()（）")
