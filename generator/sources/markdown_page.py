"""Reads Markdown as documentation copiers write it: front matter, tables without outer pipes, indented code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import unescape

from generator.vocabulary import is_chinese

from .blocks import HTTP_METHODS, LONGEST, Block, ParsedFile, clean, join_lines, without_emphasis
from .html_page import read_html
from .page_facts import Located
from .sections import section_of
from .sentences import is_notice

ADDRESS = re.compile(
    r"(?:>\s*|<!--\s*)?\**(?:source(?:_url)?|来源|url)\**\s*[:：]\s*\**\s*(?:\[[^\[\]]*\]\(|[<\"'])?(https?://[^\s<>()\"']+)",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\**(?:日期|date|updated_at|scraped_at|fetched_at)\**\s*[:：]\s*\**\s*[\"']?(\d{4}-\d{2}-\d{2})", re.IGNORECASE
)
_HEAD = 50
"""The address and the date stand within as many lines."""
_LONGEST_FRONT = 100
_COMMENT = re.compile(r"<!--.*-->")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STRUCK = re.compile(r"~~.{1,200}?~~|<(del|s|strike)>.{0,200}?</\1>", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![\w*\\])\*(?![\s*])([^*]*[^\s*\\])\*(?![\w*])")
_BEGINS = re.compile(rf"#|>|[*+-]\s|\d{{1,3}}[.)]\s|```|~~~|---|===|\*\*|<|[{{\[]|(?:{HTTP_METHODS})\b")
"""Where another block begins, whatever stands in the line above it."""
_ALONE = re.compile(rf"#|\*\*[^*]+\*\*$|(?:{HTTP_METHODS})\b")
"""Lines that are no part of a paragraph."""
_VALUE = re.compile(r"[`\"']*(?:[A-Z][A-Z0-9_]+|\d+)(?![A-Za-z0-9_])")
_STOPS = ".。:：;；!！?？"
_WRAPPED = 40
"""No line is wrapped that is narrower."""
_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)(?:\s+#+)?\s*")
_LINK = re.compile(r"\[([^\[\]]*)\]\(((?:[^\s()]|\([^\s()]*\))*)(?:\s+\"(?:\\.|[^\"\\])*\")?\)")
_ITEM = re.compile(r"(?:[*+-]|\d{1,3}[.)])\s+(\S.*)")
_DELIMITER = re.compile(r"[\s|:-]+")
_PIPE = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_QUOTE = re.compile(r"(?:\s*>)+ ?")
_FENCES = ("```", "~~~")
_RULES = ("---", "***", "___")
_CODE_INDENT = 4
_INDENTS = (" " * _CODE_INDENT, "\t")
_CONTINUED = 3
"""A cell may go on for this many lines after a blank one."""


def read_markdown(text: str) -> ParsedFile:
    """Parse a file into blocks."""
    lines = [line[:LONGEST] for line in text.split("\n")]
    rules = [number for number, line in enumerate(lines[:_LONGEST_FRONT], 1) if line.strip() == "---"]
    start = rules[1] if rules[:1] == [1] and len(rules) > 1 else 0
    # A title or a label above the page may be all that says that an endpoint ends.
    notices = [Block("text", clean(line), number) for number, line in enumerate(lines[:start], 1) if is_notice(line)]
    return ParsedFile((*notices, *_Reader(lines, start).blocks()), stated(ADDRESS, lines), stated(DATE, lines))


def stated(pattern: re.Pattern[str], lines: Sequence[str]) -> Located[str] | None:
    """Return the first match among the lines at the top, where a copy states its origin."""
    matches = ((pattern.match(clean(line)), number) for number, line in enumerate(lines[:_HEAD], 1))
    return next((Located(match[1], number) for match, number in matches if match), None)


class _Reader:
    def __init__(self, lines: Sequence[str], start: int) -> None:
        self._lines = lines
        self._at = start
        self._tables = MarkdownTables(lines)
        self._last = "text"
        """The kind of the last block: a deeply indented line continues an item, and is code elsewhere."""

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks."""
        while self._at < len(self._lines):
            for block in self._next():
                self._last = block.kind
                yield block

    def _next(self) -> Iterator[Block]:
        line, number = _unquoted(self._lines[self._at]), self._at + 1
        stripped = line.strip()
        if not clean(stripped) or _COMMENT.fullmatch(stripped) or ADDRESS.match(stripped):
            self._at += 1
        elif stripped.startswith(_FENCES):
            yield self._fenced(stripped[:3])
        elif line.startswith(_INDENTS) and (self._last != "item" or stripped[0] in "{["):
            yield self._indented()
        elif self._tables.is_table(self._at):
            self._at, rows = self._tables.table(self._at)
            yield from rows
        elif stripped.startswith("<table"):
            yield from self._html_table()
        elif level := self._underlined(stripped):
            self._at += 2
            yield _block(f"{'#' * level} {stripped}", number, 0)
        else:
            self._at += 1
            words = " ".join([stripped, *self._wrapped(line)])
            yield _block(words, number, len(line) - len(line.lstrip()))

    def _until(self, start: int, ends: Callable[[str], bool]) -> list[str]:
        """Return the lines up to the first that ends them, and go on there."""
        self._at = next(
            (at for at in range(start, len(self._lines)) if ends(_unquoted(self._lines[at]))), len(self._lines)
        )
        return [_unquoted(line) for line in self._lines[start : self._at]]

    def _fenced(self, fence: str) -> Block:
        first = self._at + 1
        lines = self._until(first, lambda line: line.strip().startswith(fence))
        self._at += 1
        return Block("code", "\n".join(lines), first + 1)

    def _indented(self) -> Block:
        first = self._at
        lines = self._until(first, lambda line: bool(line.strip()) and not line.startswith(_INDENTS))
        return Block("code", "\n".join(line[_CODE_INDENT:].rstrip() for line in lines).rstrip("\n"), first + 1)

    def _html_table(self) -> Iterator[Block]:
        first = self._at
        lines = self._until(first, lambda line: "</table" in line.lower())
        lines += self._lines[self._at : self._at + 1]
        self._at += 1
        for block in read_html("\n".join(lines)).blocks:
            yield replace(block, line=first + block.line)

    def _underlined(self, text: str) -> int | None:
        """Return the level of a heading that the line below underlines; a rule may stand below any other text."""
        below = self._lines[self._at + 1].rstrip() if self._at + 1 < len(self._lines) else ""
        if _HEADING.match(text) or _ITEM.match(text):
            return None
        if below and not below.strip("="):
            return 1
        return 2 if len(below) >= len(_RULES[0]) and not below.strip("-") and section_of(_text(text)) else None

    def _wrapped(self, first: str) -> Iterator[str]:
        """Yield the lines that continue a paragraph or an item."""
        if _ALONE.match(first.strip()) or first.strip() in _RULES or section_of(_text(first)):
            return
        item = _ITEM.match(first.strip())
        edge = len(first) - len(first.lstrip()) + 2 if item else None
        lists = bool(_VALUE.match(item[1])) if item else False
        before = first
        while self._at < len(self._lines):
            line = _unquoted(self._lines[self._at])
            text = line.strip()
            inside = edge is not None and len(line) - len(line.lstrip()) >= edge
            joined = (inside and not before.rstrip().endswith((":", "："))) or _is_open(before)
            a_value = bool(_VALUE.match(text)) and (lists or not inside)
            if not text or _BEGINS.match(text) or "|" in text or section_of(_text(text)) or a_value or not joined:
                return
            self._at += 1
            yield text
            before = line


def is_gap(line: str) -> bool:
    """Return whether a line holds nothing visible."""
    return not clean(line) or bool(_COMMENT.fullmatch(line.strip()))


class MarkdownTables:
    """Reads the tables among the lines of a file."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._at = 0

    def is_table(self, at: int) -> bool:
        """Return whether the head of a table stands in a line."""
        if "|" not in self._lines[at] or at + 1 >= len(self._lines):
            return False
        below = self._lines[at + 1]
        return "|" in below and "-" in below and bool(_DELIMITER.fullmatch(below))

    def table(self, at: int) -> tuple[int, list[Block]]:
        """Return where the table ends whose head stands in a line, and its rows."""
        head = _cells(self._lines[at])
        bars = self._lines[at].lstrip().startswith("|")
        rows = [(head, at + 1)]
        self._at = at + 2
        while self._continues(len(head), bars=bars):
            first = self._at
            self._at += 1
            rest = self._continued(bars=bars)
            cells = _cells(" ".join([self._lines[first].rstrip(), *rest]))
            if bars and len(cells) == 1 < len(head) - 1 and len(rows) > 1:
                rows[-1][0][-1] += f" {cells[0]}"
            else:
                rows.append(([*cells[: len(head) - 1], "|".join(cells[len(head) - 1 :])], first + 1))
        texts = [(tuple(clean(_text(cell)) for cell in cells), line) for cells, line in rows]
        return self._at, [Block("row", " | ".join(row), line, cells=row, head=line == at + 1) for row, line in texts]

    def _continues(self, width: int, *, bars: bool) -> bool:
        """Return whether the table continues, possibly after a gap, and move to its next row."""
        at = next((at for at in range(self._at, len(self._lines)) if not is_gap(self._lines[at])), len(self._lines))
        if at == len(self._lines) or "|" not in self._lines[at] or self.is_table(at):
            return False
        line = self._lines[at].strip()
        if at > self._at and (line.startswith("|") != bars or len(_cells(line)) < max(width - 1, 2)):
            return False
        self._at = at
        return True

    def _continued(self, *, bars: bool) -> list[str]:
        """Return the lines that continue the last cell; only lines above a further row do.

        Args:
            bars: Whether the rows begin with a bar; then a line without one continues the row before it.
        """
        rest: list[str] = []
        for at in range(self._at, min(self._at + 2 * _CONTINUED, len(self._lines))):
            line = self._lines[at].strip()
            closes = bars and line.endswith("|") and not line.startswith("|")
            if "|" in line and not closes:
                if self.is_table(at):
                    return []
                self._at = at if rest else self._at
                return rest
            if line.startswith(("#", ">", "*", "-", *_FENCES)) or len(rest) == _CONTINUED:
                return []
            rest += [] if is_gap(line) else [line]
            if closes:
                self._at = at + 1
                return rest
        return []


def _is_open(line: str) -> bool:
    """Return whether a line looks as if its message continues in the next one."""
    width = sum(2 if is_chinese(character) else 1 for character in line)
    return width >= _WRAPPED and not line.endswith("  ") and line.rstrip()[-1] not in _STOPS


def _cells(line: str) -> list[str]:
    line = line.strip()
    return _PIPE.split(line.removeprefix("|").removesuffix("|") if line.startswith("|") else line)


def _unquoted(line: str) -> str:
    """Return a line without the marks of a block quote."""
    mark = _QUOTE.match(line)
    return line[mark.end() :] if mark else line


def _block(text: str, line: int, indent: int) -> Block:
    if heading := _HEADING.fullmatch(text):
        target = next((link[2] for link in _LINK.finditer(heading[2]) if not clean(link[1])), None)
        return Block("heading", clean(_text(heading[2])), line, len(heading[1]), anchor=target)
    if text in _RULES:
        return Block("text", "---", line)
    item = _ITEM.fullmatch(text)
    return Block("item" if item else "text", clean(_text(item[1] if item else text)), line, indent)


def _text(text: str) -> str:
    words = join_lines(map(unescape, _BREAK.split(_STRUCK.sub("", text))))
    return _ESCAPE.sub(r"\1", _ITALIC.sub(r"\1", without_emphasis(_LINK.sub(r"\1", words))))
