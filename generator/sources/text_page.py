"""Reads a page that was copied as plain text: navigation around it, headings as bare lines, tables with tabs or bars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.vocabulary import is_chinese

from .blocks import (
    HTTP_METHODS,
    LONGEST,
    Block,
    ParsedFile,
    clean,
    join_lines,
    looks_like_value,
    plain_text,
    without_emphasis,
)
from .json_example import depth_of
from .markdown_page import ADDRESS, DATE, MarkdownTables, is_gap, stated
from .parameter_table import columns
from .sections import section_of, split_title

_END = re.compile(r"上一页|下一页|Previous|Next|Copyright\b.*", re.IGNORECASE)
_REQUEST = re.compile(rf"`?(?:{HTTP_METHODS})\b.*/")
_RULE = re.compile(r"-{3,}|\*{3,}|_{3,}")
_BULLET = re.compile(r"(?:>\s*)*(?:[•·▪‣*-]|\d{1,3}[.)])\s+(?=\S)")
_LONGEST_TITLE = 200
_NEAR = 5
"""A title stands within as many lines above the first section, where that is no description."""
_CONTINUED = 3


def read_text(text: str) -> ParsedFile:
    """Parse a file into blocks."""
    lines = [line[:LONGEST] for line in text.split("\n")]
    body = tuple(block for start, first, end in _pages(lines) for block in _blocks(lines, start, first, end))
    headings = "".join(block.text for block in body if block.kind == "heading")
    return ParsedFile(body, stated(ADDRESS, lines), stated(DATE, lines), is_chinese(headings) if headings else None)


def read_lines(text: str) -> ParsedFile:
    """Parse a file that has no sections, tables apart, into a block for each line."""
    lines = [line[:LONGEST] for line in text.split("\n")]
    return ParsedFile(tuple(_Body(lines, 0, len(lines)).blocks()), stated(ADDRESS, lines), stated(DATE, lines))


def _heading(line: str) -> str:
    return plain_text(line.lstrip("#").replace("**", "")) if len(line) < _LONGEST_TITLE else ""


def _pages(lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield where each page begins, where its first section does, and where it ends: a file may hold both languages."""
    sections = [(index, section_of(_heading(line))) for index, line in enumerate(lines)]
    known = [(index, section) for index, section in sections if section]
    starts = [index for index, _ in known[:1]]
    has_request = False
    since = 0
    for number, (index, section) in enumerate(known, 1):
        if section == "response":
            since = number
        elif section == "request" and any(_REQUEST.match(clean(line)) for line in lines[index + 1 : index + 4]):
            if has_request:
                starts.append(known[since][0])
            has_request = True
    begin = 0
    for first, after in zip(starts or [len(lines)], [*starts[1:], None], strict=True):
        end = len(lines) if after is None else (_titles(lines, first, after) or [after])[0]
        yield begin, first, end
        begin = end


def _blocks(lines: Sequence[str], start: int, first: int, end: int) -> Iterator[Block]:
    """Yield the blocks of the titles, and then those of everything below them."""
    titles = _titles(lines, start, first)
    for index in titles:
        yield Block("heading", _heading(lines[index]), index + 1, 1)
    over = next((index for index in range(first, end) if _END.fullmatch(clean(lines[index]))), end)
    yield from _Body(lines, titles[-1] + 1 if titles else first, over).blocks()


def _titles(lines: Sequence[str], start: int, first: int) -> list[int]:
    """Return the indexes of the lines that are titles, of which the last stands right above the first section.

    Lines with a security type above it are titles too, as far as it is sure where the navigation ends: at the name that
    the head of the copy gives, at a line that leads to the title, or at the beginning of the file.
    """
    before = [index for index in range(start, first) if _is_title(lines[index])]
    if not before:
        return []
    words = {index: _heading(lines[index]) for index in before}
    name = next((split_title(words[index])[0] for index in before if lines[index].startswith("# ")), None)
    near = before[-_NEAR:]
    if first == len(lines) or section_of(_heading(lines[first])) != "description":
        named = [index for index in near if split_title(words[index])[0] == name or split_title(words[index])[1]]
        return named[-1:] or [index for index in before if split_title(words[index])[0] == name][-1:] or before[-1:]
    at = len(before) - 1
    while at > 0 and split_title(words[before[at]])[0] != name:
        above, below = words[before[at - 1]], words[before[at]]
        if not split_title(above)[1]:
            return before[-1:]
        if above != below and above.endswith(below):
            break
        at -= 1
    return before[at:]


def _is_title(line: str) -> bool:
    text = _heading(line)
    return bool(text) and not _RULE.fullmatch(text) and not ADDRESS.match(clean(line)) and not DATE.match(clean(line))


class _Body:
    def __init__(self, lines: Sequence[str], start: int, end: int) -> None:
        self._lines = lines
        self._at = start
        self._end = end
        self._tables = MarkdownTables(lines[:end])

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks."""
        while self._at < self._end:
            line, number = self._lines[self._at], self._at + 1
            stripped = line.strip()
            if self._tables.is_table(self._at):
                self._at, rows = self._tables.table(self._at)
                yield from rows
            elif "\t" in stripped and not looks_like_value(clean(line.partition("\t")[0])):
                yield from self._table()
            elif section_of(_heading(line)):
                self._at += 1
                yield Block("heading", _heading(line), number, 2)
            elif stripped[:1] in ("{", "["):
                yield self._code()
            else:
                self._at += 1
                text = clean(without_emphasis(line))
                if bullet := _BULLET.match(text):
                    yield Block("item", text[bullet.end() :], number, len(line) - len(line.lstrip()))
                elif text:
                    yield Block("text", text, number)

    def _table(self) -> Iterator[Block]:
        head, tabs = True, self._lines[self._at].count("\t")
        while self._continues(tabs):
            line, number = self._lines[self._at], self._at + 1
            cells = [clean(cell) for cell in line.split("\t")]
            self._at += 1
            rest = [] if head else self._continued(line.count("\t"))
            cells[-1] = join_lines([cells[-1], *rest]) if rest else cells[-1]
            yield Block("row", " | ".join(cells), number, cells=tuple(cells), head=head)
            head = False

    def _continues(self, tabs: int) -> bool:
        """Return whether the table continues, possibly after a gap, and move to its next row."""
        at = next((at for at in range(self._at, self._end) if not is_gap(self._lines[at])), self._end)
        line = self._lines[at] if at < self._end else ""
        if "\t" not in line or (at > self._at and (line.count("\t") != tabs or columns(line.split("\t")))):
            return False
        self._at = at
        return True

    def _continued(self, tabs: int) -> list[str]:
        """Return the lines that continue the last cell; only lines above a further row do."""
        rest: list[str] = []
        for at in range(self._at, min(self._at + 2 * _CONTINUED, self._end)):
            line = self._lines[at]
            if "\t" in line and rest and line.count("\t") == tabs and not columns(line.split("\t")):
                self._at = at
                return rest
            if "\t" in line or section_of(_heading(line)) or len(rest) == _CONTINUED:
                break
            rest += [clean(line)] if clean(line) else []
        return []

    def _code(self) -> Block:
        """Return the lines until the brackets are closed; where they never are, until the next section."""
        first, depth = self._at, 0
        while self._at < self._end and not self._begins_section(self._lines[self._at]):
            depth += depth_of(self._lines[self._at])
            self._at += 1
            if depth <= 0:
                break
        return Block("code", "\n".join(self._lines[first : self._at]).rstrip(), first + 1)

    def _begins_section(self, line: str) -> bool:
        """Return whether a line is the heading of a section, as the old pages or the catalogue have it."""
        return bool(section_of(_heading(line))) or " › " in line
