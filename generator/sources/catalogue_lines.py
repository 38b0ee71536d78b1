"""Reads a line of the catalogue's lists: a name, a type with its marks, or both, with words behind them or without."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from difflib import get_close_matches

from generator.vocabulary import TYPE_SPELLINGS

from .blocks import Block, plain_text
from .parameter_table import columns

_REQUIRED = ("required", "mandatory", "必填", "必需", "必须", "必传")
_OPTIONAL = ("not required", "optional", "非必填", "非必需", "非必须", "可选", "选填")
_OTHER_MARKS = (
    *("enum", "枚举", "nullable", "deprecated", "int32", "int64", "float", "double", "decimal"),
    *("date", "date-time", "byte", "binary", "uuid", "uri"),
)
_BETWEEN = r"[\s·•・:：,，、;；/|()（）–—-]"
_DOT = r"[·•・]"
_KIND = re.compile(
    rf"(?P<kind>(?:string|integer|number|boolean|array|object|null|any)(?:\[\])?(?:<\w+>)?)(?={_BETWEEN}|$)",
    re.IGNORECASE,
)
_SCALARS = ("string", "integer", "number", "boolean")


def _one_of(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})(?={_BETWEEN}|$)"


_MARK = re.compile(rf"{_BETWEEN}+({_one_of((*_REQUIRED, *_OPTIONAL, *_OTHER_MARKS))})", re.IGNORECASE)
_DOTTED_MARK = re.compile(rf"\s*{_DOT}\s*([\w<>\[\]. -]+?)\s*(?={_DOT}|$)")
"""Between dots, a mark may be any word."""
_PRESENCE = re.compile("|".join(_REQUIRED), re.IGNORECASE)
_AT_TIMES = re.compile(r"(?:if|when|unless|only|for|where)\b|如果|若|当|仅|除非", re.IGNORECASE)
_NAMED = r"(?P<quote>`?)(?P<name>[A-Za-z_][A-Za-z0-9_.\[\]-]*)(?P=quote)\s*\*?"
_ONLY_NAME = re.compile(_NAMED)
_NAME_AND_TYPE = re.compile(rf"{_NAMED}(?:{_BETWEEN}+|(?<=`))(?P<type>\S.*)")
_IDENTIFIER = re.compile(r"[a-z]+(?:[A-Z][a-z0-9]+)+|[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+")
"""A name that is no word."""
_WORDS = re.compile(
    "a|all|an|and|any|are|as|be|by|default|each|enum|every|example|for|if|in|is|its|no|not|note|of|on|one|only|or|some|that|"
    "the|this|to|when|with|your",
    re.IGNORECASE,
)
"""What stands before a type in prose, and is no name."""
_OTHER_TYPE = re.compile(
    rf"(?:(?P<name>\w+){_BETWEEN}+)?(?:{'|'.join(word for words in TYPE_SPELLINGS.values() for word in words)})"
    rf"(?:\[\]|\([\d, ]+\))?{_BETWEEN}+{_one_of((*_REQUIRED, *_OPTIONAL))}",
    re.IGNORECASE,
)
_ENDS_IN_MARK = re.compile(
    rf"[^·•・]{{1,80}}(?:{_DOT}[^·•・]{{1,40}})*?{_DOT}\s*{_one_of((*_REQUIRED, *_OPTIONAL))}", re.IGNORECASE
)
_LEAST_LIKE = 0.87
"""How much a word must be like a mark to be a misspelt one: requird is, and option is a word of its own."""
_VERBS = ("require", "requires")
"""Words that begin what is said of a field, and are like a mark."""
EXPECTED = "expected: a name, with a type and its marks below or behind it, such as 'string · required' or 'asset string required'"


@dataclass(frozen=True, slots=True)
class StatedType:
    """A type with its marks, and the words behind them."""

    kind: str
    marks: tuple[str, ...]
    rest: str

    @property
    def required(self) -> bool | None:
        """Return whether it is marked as required; `None` where that is not clear."""
        marks = {mark.casefold() for mark in self.marks}
        if marks & {*_OPTIONAL}:
            return None if marks & {*_REQUIRED} else False
        if marks & {*_REQUIRED}:
            return None if _AT_TIMES.match(self.rest) else True
        return None if any(_PRESENCE.search(text) for text in (*marks, self.rest)) else False

    @property
    def says_presence(self) -> bool:
        """Return whether a mark says that it is required, or that it is not, or is to say so."""
        return self.is_misspelt or any(mark.casefold() in (*_REQUIRED, *_OPTIONAL) for mark in self.marks)

    @property
    def is_misspelt(self) -> bool:
        """Return whether a mark, or what stands behind the type, can only be another word for that."""
        words = self.rest.split()
        behind = (" ".join(words[:count]).strip(".,;:()（）") for count in (1, 2))
        return any(is_like_mark(text) for text in (*self.marks, *behind) if text.casefold() not in _VERBS)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The name and the type with which a field begins, and how many blocks they are."""

    name: str
    type: StatedType
    blocks: int


def is_like_mark(text: str) -> bool:
    """Return whether a text is almost a mark for whether a field is required, and none of the marks."""
    word, marks = text.casefold(), (*_REQUIRED, *_OPTIONAL)
    return word not in (*marks, *_OTHER_MARKS) and bool(get_close_matches(word, marks, 1, _LEAST_LIKE))


def read_type(text: str) -> StatedType | None:
    """Return the type that a text begins with."""
    kind = _KIND.match(text)
    if kind is None:
        return None
    marks, at = [], kind.end()
    while mark := _MARK.match(text, at) or _DOTTED_MARK.match(text, at):
        marks.append(" ".join(mark[1].split()))
        at = mark.end()
    return StatedType(kind["kind"], tuple(marks), re.sub(rf"^{_BETWEEN}+", "", text[at:]))


def only_marks(text: str) -> tuple[str, ...]:
    """Return the marks of a line that says first whether a field is required, and holds nothing but marks."""
    stated = read_type(f"any {text}")
    presence = stated.marks[:1] if stated and not stated.rest else ()
    return stated.marks if stated and presence and presence[0].casefold() in (*_REQUIRED, *_OPTIONAL) else ()


def beginning(block: Block, below: Block | None, listed: Container[str], *, in_notes: bool) -> Beginning | None:
    """Return the field that begins with a block, if it certainly does; among notes, words behind a type are prose."""
    if _ONLY_NAME.fullmatch(block.text):
        stated = read_type(plain_text(below.text)) if below and block.kind != "code" else None
        fits = stated is not None and (not stated.rest or (stated.says_presence and not in_notes))
        return Beginning(plain_text(block.text).rstrip(" *"), stated, 2) if stated and fits else None
    both = _NAME_AND_TYPE.fullmatch(block.text)
    stated = read_type(plain_text(both["type"])) if both else None
    if both is None or stated is None or (stated.rest and (in_notes or both["name"] in listed)):
        return None
    if not both["quote"]:
        is_name = block.kind != "code" and _may_be_name(both["name"])
        if not is_name or (stated.rest and not (stated.says_presence or _IDENTIFIER.fullmatch(both["name"]))):
            return None
    return Beginning(both["name"], stated, 1)


def is_unclear(block: Block, listed: Container[str], *, is_first: bool, in_lines: bool) -> bool:
    """Return whether a block that begins no field looks as if it were to begin one.

    Args:
        block: The block.
        listed: The names of the fields above it.
        is_first: Whether no field stands above it.
        in_lines: Whether fields with all that is said of them in one line stand above it.
    """
    if block.kind == "row":
        return block.head and (is_first or columns(block.cells) is not None)
    if _looks_like_type(plain_text(block.text), listed):
        return True
    if block.kind == "item":
        return False
    if name := _ONLY_NAME.fullmatch(block.text):
        return _is_lone_type(name["name"], is_first=is_first) or (_is_lone_name(name) and name["name"] not in listed)
    return _may_have_type(block, listed, is_sure=is_first or in_lines)


def _is_lone_type(word: str, *, is_first: bool) -> bool:
    """Return whether a word is a type without a name; above the fields, one of them is that of the whole."""
    return bool(read_type(word)) and (not is_first or word.casefold() in _SCALARS)


def _is_lone_name(word: re.Match[str]) -> bool:
    return bool(_IDENTIFIER.fullmatch(word["name"]) or (word["quote"] and _may_be_name(word["name"])))


def _may_have_type(block: Block, listed: Container[str], *, is_sure: bool) -> bool:
    """Return whether a line may be a name with a type; where words are behind them, only if it is sure to be no prose."""
    both = _NAME_AND_TYPE.fullmatch(block.text)
    stated = read_type(plain_text(both["type"])) if both else None
    if both is None or stated is None or both["name"] in listed:
        return False
    return is_sure and _may_be_name(both["name"]) if stated.rest else stated.says_presence


def _looks_like_type(text: str, listed: Container[str]) -> bool:
    """Return whether a text is a type with marks and without a name, or one that is not known."""
    stated, other = read_type(text), _OTHER_TYPE.match(text)
    if stated and (stated.says_presence or (stated.marks and not stated.rest)):
        return True
    name = other["name"] if other else None
    unknown = other is not None and (name is None or (name not in listed and _may_be_name(name)))
    return unknown or bool(_ENDS_IN_MARK.fullmatch(text))


def _may_be_name(word: str) -> bool:
    return word[0].islower() and not _WORDS.fullmatch(word)
