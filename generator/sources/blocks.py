"""The blocks into which a page of any format is parsed: headings, texts, list items, table rows and code, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from generator.vocabulary import METHODS

from .page_facts import Located

Kind: TypeAlias = Literal["heading", "text", "item", "row", "code"]

Section: TypeAlias = Literal["description", "request", "weight", "limit", "parameters", "response"]

HTTP_METHODS = "|".join((*METHODS, "PATCH"))
"""As alternatives of a pattern; the last is one that no spec may have yet."""
MOST_LINES = 20_000
"""No page has as many lines or blocks."""
LONGEST = 20_000
"""No message or row of a page has as many characters."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile(r"\s+")
_ONE_VALUE = re.compile(r"`[^`\s]+`|[\"'“]?[A-Z][A-Z0-9_]+[\"'”]?")
_NO_COLUMN = re.compile(r"`?(?:[A-Z][A-Z0-9]*_[A-Z0-9_]*|\d+)`?")
_SEPARATORS = " ,，、/|;；"
_BOLD_NUMBER = re.compile(
    r"(?P<glued>(?<=[A-Za-z0-9_*]))?\*\*(?P<number>\d[\d,]{0,9}(?:\s*[(（](?:IP|UID)[)）])?)\*\*(?P<then>(?=[A-Za-z0-9_*]))?"
)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A part of a page, in the page's order; equal to itself only, as a whole page may stand in one line."""

    kind: Kind
    text: str
    """Without marks of emphasis, with `code` in backticks; a row's cells are in `cells`."""
    line: int
    level: int = 0
    """1 to 6 for a heading, the indentation of an item."""
    cells: tuple[str, ...] = ()
    head: bool = False
    """True for the row that names a table's columns."""
    anchor: str | None = None
    """Where a heading links to."""
    section: Section | None = None
    """The section that it stands in, once that is known."""
    heading: str = ""
    """The heading of that section."""


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return a text without zero-width characters, and with single blanks for all others."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text[:LONGEST])).strip()


def plain_text(text: str) -> str:
    """Return a clean text without backticks."""
    return clean(text.replace("`", ""))


def without_emphasis(text: str) -> str:
    """Return a text without the marks of bold words; a number in bold stays marked, by backticks, and apart from words."""
    return _BOLD_NUMBER.sub(_number_in_backticks, text).replace("**", "")


def _number_in_backticks(bold: re.Match[str]) -> str:
    before, after = ("" if bold[name] is None else " " for name in ("glued", "then"))
    return f"{before}`{bold['number']}`{after}"


def join_lines(lines: Iterable[str]) -> str:
    """Return a cell of several lines as one text; lines of a single value each become a list."""
    filled = [line for line in lines if line.strip(_SEPARATORS)]
    words = [line.strip(_SEPARATORS) for line in filled]
    return ", ".join(words) if all(map(_ONE_VALUE.fullmatch, words)) else " ".join(filled)


def looks_like_value(cell: str) -> bool:
    """Return whether a cell holds a value, such as ONE_TWO or 12, so that its row does not name columns."""
    return bool(_NO_COLUMN.fullmatch(cell))


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The blocks of a file, and where and when it was copied."""

    blocks: tuple[Block, ...]
    address: Located[str] | None = None
    taken: Located[str] | None = None
    chinese: bool | None = None
    """Whether the file as a whole is in Chinese; `None` where it does not say so."""
