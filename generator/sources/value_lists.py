"""Finds the values that a parameter allows: in its row, or in a list or table elsewhere on the page.

A list that is not surely complete counts as none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import NamedTuple, TypeAlias

from generator.vocabulary import TYPE_SPELLINGS

from .blocks import Block, plain_text
from .page_facts import Located, PageParameter
from .phrases import EXAMPLES, default

Values = tuple[tuple[str, str], ...]

_INTEGERS = (*TYPE_SPELLINGS["INT"], *TYPE_SPELLINGS["LONG"], "SHORT", "BYTE")
NUMBERS = (*_INTEGERS, *TYPE_SPELLINGS["DECIMAL"])
_NEVER_NUMBERED = (*TYPE_SPELLINGS["DECIMAL"], *TYPE_SPELLINGS["BOOLEAN"])
_NEVER_WORDS = (*_NEVER_NUMBERED, *_INTEGERS)
_LISTS = re.compile(r"(?:LIST|ARRAY)\b.*|.*\[\]")

_CAPITALS = r"[A-Z][A-Z0-9_]+"
_ANY = r"[A-Za-z0-9][A-Za-z0-9_]*"
_NO_VALUES = frozenset(
    ["API", "ENUM", "FAQ", "HTTP", "ID", "IP", "JSON", "NOTE", "OCO", "OTO", "STP", "TWAP", "UID", "UTC", "VP"]
)
"""Words in capitals that descriptions use for other things."""

_REMARK = r"(?:\s*[(（][^()（）]{1,80}[)）])?+"
_COMMA = r"(?>\s*(?:[:：]\s*)?[,，、/|]+\s*)"
_OR = r"(?>\s*(?:[,，、]\s*)?(?:\band/or\b|\band\b|\bor\b|和|或)\s*)"
_SEMICOLON = r"(?>\s*[;；]\s*)"


def _list_pattern(word: str) -> str:
    """Return the pattern of a list of words: it ends behind `or`, and one with semicolons has nothing else."""
    item = rf"{word}{_REMARK}"
    commas = rf"{item}(?:{_COMMA}(?!(?:and|or)\b){item})++(?:{_OR}{item})?+"
    return rf"(?:{commas}|{item}(?:{_OR}{item})++|{item}(?:{_SEMICOLON}{item})++)"


def _quoted_pattern(word: str) -> str:
    return rf"(?:\"{word}\"|'{word}'|“{word}”|`\"?{word}\"?`)"


_BARE = rf"[\"'“”`]?{_CAPITALS}[\"'“”`]?(?![A-Za-z0-9_])"
_END = r"(?=\s*(?:$|[.。;；,，]))"
_LEADS = r"^\s*|[:：.。]\s*|\b(?:are|is|of|be)\s+|[有为]\s*"
_IN_QUOTES = re.compile(rf"({_list_pattern(_quoted_pattern(_CAPITALS))})")
_IN_CAPITALS = re.compile(rf"(?:{_LEADS})({_list_pattern(_BARE)}){_END}")
_IN_BRACKETS = re.compile(rf"[(（]\s*({_list_pattern(_BARE)})\s*[)）]")
_IN_BRACKETS_OF_A_NOUN = re.compile(
    r"(?:(?i:types?|directions?|sides?|modes?|status|values?|options?)|类型|方向|状态|模式)"
    rf"\s*[(（]\s*({_list_pattern(_BARE)})\s*[)）]"
)
_AFTER_CHINESE = re.compile(rf"[\u4e00-\u9fff]\s*({_list_pattern(_BARE)}){_END}")
_OF_ANY_CASE = re.compile(rf"({_list_pattern(_quoted_pattern(_ANY))})")
_LEADING = re.compile(rf"(?:{_LEADS})({_list_pattern(_quoted_pattern(_ANY))})")
_DESCRIBED = re.compile(
    rf"(?:^|(?<=[:：,，;；/.。]))\s*({_quoted_pattern(_ANY)}|{_CAPITALS})(?:\s*[:：=]|\s+for\b)\s*(?=[^\s,，;；/.。])"
)
_ONLY_WORDS = re.compile(rf"{_ANY}(?:\s*[,，、/]\s*{_ANY})+|{_CAPITALS}(?:[\s,，、/]+{_CAPITALS})+")
_ONLY_ONE = re.compile(
    rf"[\"'“`]?({_CAPITALS})[\"'”`]? only\.?|(?:(?i:only (?:supports? )?)|仅(?:限|支持)?\s*)[\"'“`]?({_CAPITALS})[\"'”`]?[.。]?"
)

_WORD = re.compile(rf"(?<![A-Za-z0-9_])[\"'“`]*{_CAPITALS}(?![A-Za-z0-9_])")
_ANY_WORD = re.compile(_ANY)
_REMARKS = re.compile(r"[(（][^()（）]*[)）]")
_DEFAULT = re.compile(r"(?i:\bdefaults?\b|默认)[^,，;；]*$")
_CONDITIONAL = re.compile(
    r"(?:\b(?:used|when|if|only|under|with|for|by|except|between)\b|与|当|仅|若|如果)[^,，.。;；:：]*$", re.IGNORECASE
)
_CLAUSE = re.compile(r"[,，.。;；:：]")
_LONGEST_CLAUSE = 200
_ROLE = re.compile(rf"{_BARE}(?:(?:{_COMMA}|{_OR}){_BARE})*+\s*(?:\b(?i:orders?|\w*types?|modes?)\b|订单|类型|模式)")
_OPEN = re.compile(r"(?:\b(?:etc|others?|more)\b|\.\.\.|…|等)[.。]?\s*$", re.IGNORECASE)
"""The end of a list that does not name all of its values."""
_CONTINUES = re.compile(
    r"\s*[,，、/|;；]?\s*(?:\bor\b|或|(?:\band\b|和)?\s*(?:\betc\b|\.\.\.|…|等|\b(?:and so on|others?|more)\b))"
    rf"|(?:{_COMMA}|{_OR})[\"'“`]?(?!(?i:default)){_ANY}[\"'”`]?\s*(?:$|[,，、/|.。;；])",
    re.IGNORECASE,
)

_NUMBERED = re.compile(
    r"(?:^|(?<=[\s,，;；(（.。、]))(\d{1,4})\s*(?:[:：=]|为|表示|-(?=[\sA-Za-z\u4e00-\u9fff]))\s*(?=[^\s\d])"
)
_NUMBER_AMONG_WORDS = re.compile(r"(?<=[\s,，;；(（])\d{1,4}(?=[)）]?\s+[^\s\d.,，;；。])")
_NUMBERS = re.compile(r"\[\s*(\d{1,9}(?:\s*[,，]\s*\d{1,9}){2,})\s*\]")
_NUMBER = re.compile(r"\d+")


_AROUND = " ,，;；/.。"
_MEANING = re.compile(
    r"((?:[^()（）]|[(（][^()（）]*[)）])*?)(?:\s*[.,，;；。(（]\s*(?i:defaults?\b|默认)|[.!?]\s+(?=[A-Z])|[。！？]|[)）]|$)"
)
"""What a value means ends with its sentence, with the bracket around the list, or where the default is named."""


class _List(NamedTuple):
    """Values, and where in the description they stand."""

    values: Mapping[str, str]
    start: int
    end: int
    goes_on: bool
    """Whether it ends with more than it names, such as etc."""


def values_in(text: str, kind: str) -> Values:
    """Return the values that a row's description allows, with their texts."""
    kind = kind.partition("<")[0].split(" ")[0]
    if kind not in _NEVER_NUMBERED and not _LISTS.fullmatch(kind):
        numbered = _numbered(text) or _numbers(text)
        if numbered or kind in _NEVER_WORDS:
            return numbered
    if kind in _NEVER_WORDS:
        return ()
    if only := _ONLY_ONE.fullmatch(text.strip()):
        return ((only[1] or only[2], ""),)
    if kind == "ENUM":
        words = _DEFAULT.sub("", _REMARKS.sub("", text)).replace("`", "").strip(" ,，;；").removesuffix(".")
        if _ONLY_WORDS.fullmatch(words):
            return () if _OPEN.search(words) else tuple((word, "") for word in dict.fromkeys(_ANY_WORD.findall(words)))
    listed = next(_lists(text, kind), None)
    if listed is None or listed.goes_on or len(listed.values) == 1:
        return ()
    rest = f"{text[: listed.start]} ; {text[listed.end :]}"
    return () if _contradicts(rest, listed.values) else tuple(listed.values.items())


def _contradicts(text: str, values: Collection[str]) -> bool:
    """Return whether a description names another value than these: a default, or a word in capitals."""
    return not _holds_default(text, values) or any(word not in values for word in _words_in_capitals(text))


def _holds_default(text: str, values: Collection[str]) -> bool:
    value = default(plain_text(text))
    return value is None or value.casefold() in {known.casefold() for known in values}


# Words


def _lists(text: str, kind: str) -> Iterator[_List]:
    """Yield the lists of allowed words."""
    others = (_IN_BRACKETS, _AFTER_CHINESE, _OF_ANY_CASE) if kind == "ENUM" else (_IN_BRACKETS_OF_A_NOUN,)
    for pattern in (_IN_QUOTES, _LEADING, _IN_CAPITALS, *others):
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if _is_allowed(text, start):
                words = (word for word in _ANY_WORD.findall(_REMARKS.sub("", match[1])) if word not in ("and", "or"))
                yield _List(dict.fromkeys(words, ""), start, end, goes_on=bool(_CONTINUES.match(text, end)))
    yield from _described(text, kind)


def _is_allowed(text: str, start: int) -> bool:
    before = text[max(start - _LONGEST_CLAUSE, 0) : start]
    return not _CONDITIONAL.search(before) and not EXAMPLES.search(before)


def _described(text: str, kind: str) -> Iterator[_List]:
    """Yield the values that are followed by their texts, as in: NEW: not seen yet; OLD: seen."""
    matches = list(_DESCRIBED.finditer(text))
    if len(matches) > 1 and (kind == "ENUM" or text[: matches[0].start()].rstrip()[-1:] in ("", ":", "：")):
        described = ((value, _trimmed(_DEFAULT.sub("", words))) for value, words in _texts_behind(matches, text))
        texts = {value.strip("\"'“”`"): _meaning(words) for value, words in described}
        if len(texts) == len(matches) and all(texts.values()) and not _NO_VALUES & set(texts):
            yield _List(texts, matches[0].start(), matches[-1].end(), goes_on=bool(_OPEN.search(text)))


def _words_in_capitals(text: str) -> Iterator[str]:
    """Yield the words in capitals that may be values: not those of a condition, or of another parameter's values."""
    text = _ROLE.sub(" ", text)
    for match in _WORD.finditer(text):
        word = match[0].strip("\"'“`")
        clause = _CLAUSE.split(text[max(match.start() - _LONGEST_CLAUSE, 0) : match.start()])[-1]
        if not _CONDITIONAL.search(clause) and (match[0] != word or word not in _NO_VALUES):
            yield word


# Numbers


def _numbered(text: str) -> Values:
    """Return the numbers that are followed by their texts, as in: 1: in, 2: out."""
    matches = list(_NUMBERED.finditer(text))
    if len(matches) <= 1 or not _is_allowed(text, matches[0].start()):
        return ()
    texts = dict(_texts_behind(matches, text))
    listed = {number: _trimmed(words) for number, words in texts.items()}
    cut = _OPEN.search(text) or any(not words or _NUMBER_AMONG_WORDS.search(words) for words in listed.values())
    hyphens = any(number[0].endswith("-") for number in matches)
    counted = all(int(after) == int(before) + 1 for before, after in pairwise(listed))
    several = len(matches) == len(listed) == len(set(listed.values()))
    whole = several and not cut and (counted or not hyphens) and _holds_default(text, listed)
    return tuple((number, _meaning(words)) for number, words in texts.items()) if whole else ()


def _numbers(text: str) -> Values:
    """Return the numbers of a list in brackets; two of them are a range."""
    match = _NUMBERS.search(text)
    if match is None or not _is_allowed(text, match.start()) or _CONTINUES.match(text, match.end()):
        return ()
    listed = _NUMBER.findall(match[1])
    return tuple((number, "") for number in listed) if _holds_default(text, listed) else ()


def _texts_behind(matches: Sequence[re.Match[str]], text: str) -> Iterator[tuple[str, str]]:
    """Yield the matched values, with the texts between them."""
    ends = [value.start() for value in matches[1:]] + [len(text)]
    yield from ((value[1], text[value.end() : end]) for value, end in zip(matches, ends, strict=True))


def _meaning(text: str) -> str:
    """Return what a text says of a value, without the rest of the description behind it."""
    words = plain_text(text).strip(_AROUND)
    match = _MEANING.match(words)
    return (match[1].strip(_AROUND) if match else "") or _trimmed(text)


def _trimmed(text: str) -> str:
    return plain_text(text).strip(f"{_AROUND}()（）")


# Lists elsewhere on the page

_MOST_VALUES = 1000
"""No parameter has as many values."""
_VALUE = re.compile(r"[A-Z][A-Z0-9_]+")
_ENTRY = re.compile(
    r"(?:[•·▪‣-]\s*)?[\"'“`]?([A-Z][A-Z0-9_]+|\d{1,4})[\"'”`]?"
    r"(?:\s*(?:[:：=]+|[–—-]+(?![A-Z0-9_]))\s*(.*)|\s*[(（](.*)[)）]|\s*([(（].*)|\s(.*)|([\u4e00-\u9fff].*)|\s*$)"
)
_INTRODUCES = re.compile(
    r"\b(?:enums?|types?|values?|supported|support|allowed|options?)\b|枚举|类型|支持|取值|可选|如下|参数值",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:mandatory|required|parameters?|response)\b|必[需须填传]|参数(?!值)|返回|响应", re.IGNORECASE
)
"""Lists of the parameters that a value needs, or of a response's fields, are no lists of values."""
_MARK = re.compile(r"\s*[*+-]\s+")
_NAMES = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class _Entry(NamedTuple):
    """A value of a list."""

    value: str
    text: str
    block: Block


_Entries: TypeAlias = Mapping[str, _Entry]


def add_listed_values(
    parameters: Sequence[Located[PageParameter]], blocks: Sequence[Block]
) -> tuple[tuple[Located[PageParameter], ...], set[Block]]:
    """Give parameters the values that a list or a table elsewhere on the page holds for them, and return its blocks too."""
    names = [row.value.name for row in parameters]
    leads: dict[str, list[int]] = {}
    for index, block in enumerate(blocks):
        if _may_introduce(block) and (named := _parameter_named(plain_text(block.text), names)):
            leads.setdefault(named, []).append(index)
    completed: list[Located[PageParameter]] = []
    used: set[Block] = set()
    for row in parameters:
        name, values = row.value.name, row.value.values
        if any(value in names and not value.isupper() for value, _ in values):
            values = ()  # a list of parameters
        lines = [row.line] * len(values)
        if not values:
            others = set(names) - {name}
            lists = [(blocks[lead], _entries(blocks, lead + 1, others)) for lead in leads.get(name, ())]
            lead, entries = _complete_list([(lead, entries) for lead, entries in lists if entries != {}])
            if lead and not _contradicts(row.value.text, entries):
                values = tuple((entry.value, entry.text) for entry in entries.values())
                lines = [entry.block.line for entry in entries.values()]
                used |= {lead, *(entry.block for entry in entries.values())}
        values, lines = values[:_MOST_VALUES], lines[:_MOST_VALUES]
        completed.append(replace(row, value=replace(row.value, values=values, value_lines=tuple(lines))))
    return tuple(completed), used


def _complete_list(lists: Sequence[tuple[Block, _Entries | None]]) -> tuple[Block | None, _Entries]:
    """Return the list that surely has all values of a parameter, if any, and the block that introduces it."""
    for lead, first in lists[:1]:
        whole = first is not None and not _OPEN.search(list(first.values())[-1].text)
        if first and whole and all(other is not None and other.keys() <= first.keys() for _, other in lists):
            return lead, first
    return None, {}


def _may_introduce(block: Block) -> bool:
    """Return whether a message may lead to a list of values."""
    if block.kind not in ("text", "item", "heading"):
        return False
    text = plain_text(block.text)
    leads = text.endswith((":", "：")) or block.kind == "heading"
    return leads and bool(_INTRODUCES.search(text)) and not _OF_OTHERS.search(text)


def _entries(  # noqa: PLR0911 - each return is a way in which a list ends
    blocks: Sequence[Block], start: int, others: AbstractSet[str]
) -> Mapping[str, _Entry] | None:
    """Return the values that follow; `None` where their list continues with text that is not understood.

    Args:
        blocks: The blocks of the page.
        start: The one behind the message that leads to the list.
        others: The names of other parameters; a message that leads to a list of theirs ends this one.
    """
    entries: dict[str, _Entry] = {}
    last: Block | None = None
    for index, block in enumerate(blocks[start:], start):
        if block.head and last is None and not _OF_OTHERS.search(block.text):
            if _VALUE.fullmatch(plain_text(block.cells[0])):
                return None  # a table without a head, whose first value stands there
            continue
        if block.kind not in ("text", "item", "row") or block.head:
            return None if last and _is_entry_of(last, block) else entries
        if _may_introduce(block):
            apart = last is None or (block.kind, block.level) != (last.kind, last.level)
            return entries if apart or not others.isdisjoint(_NAMES.findall(block.text)) else None
        entry = _entry(block)
        if entry and last and (block.kind, last.kind) == ("text", "item"):
            return None  # a value in a line of its own, or the beginning of a message
        if entry is None or (last and block.kind != last.kind):
            return None if last and _list_continues(last, blocks[index : index + 3]) else entries
        if entry.text and "_" not in entry.value and len(entries) > 1 and all("_" in value for value in entries):
            return None  # the beginning of a message below values of another form
        entries.setdefault(entry.value, entry)
        last = block
    return entries


def _entry(block: Block) -> _Entry | None:
    cells = [plain_text(cell) for cell in block.cells] if block.kind == "row" else []
    match = _ENTRY.fullmatch(cells[0] if cells else plain_text(block.text))
    if match is None or match[1] in _NO_VALUES:
        return None
    words = " ".join(cells[1:]) if cells else next(filter(None, match.groups()[1:]), "")
    return _Entry(match[1], words.strip(), block)


def _list_continues(last: Block, blocks: Sequence[Block]) -> bool:
    """Return whether a list continues after a block that is not one of its values."""
    block = blocks[0]
    if block.kind == last.kind and (block.kind == "row" or (block.kind == "item" and block.level == last.level)):
        return True
    below = takewhile(lambda block: block.kind != "heading", blocks[1:])
    return any(_is_entry_of(last, block) for block in below)


def _is_entry_of(last: Block, block: Block) -> bool:
    """Return whether a block is another entry of a list; below a paragraph, entries are indented as deep as code."""
    if block.kind == "code":
        return bool(_MARK.match(block.text) and _entry(replace(last, text=_MARK.sub("", block.text.split("\n")[0]))))
    return (block.kind, block.level) == (last.kind, last.level) and _entry(block) is not None


def _parameter_named(lead: str, names: Sequence[str]) -> str | None:
    """Return which parameter a message names."""
    words = _NAMES.findall(lead)
    last = "".join(words).lower().removesuffix("s")
    in_words = [name for name in names if name != name.lower() and last.endswith(name.lower())]
    named = in_words or [name for name in names if name in words or f"{name}s" in words]
    return named[0] if len(named) == 1 else None
