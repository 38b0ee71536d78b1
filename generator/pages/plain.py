"""Reads a page that was copied as plain text: navigation around it, headings as bare lines, tables with tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .blocks import LONGEST, Block, Source, is_chinese, plain, tidy, without_emphasis
from .parameters import columns
from .sections import section_of, titled

_ADDRESS = re.compile(r"\**(?:来源|Source|URL)\**\s*[:：]\s*\**\s*<?(https?://[^\s>]+)>?", re.IGNORECASE)
_DATE = re.compile(r"\**(?:日期|Date|updated_at)\**\s*[:：]\s*(\d{4}-\d{2}-\d{2})", re.IGNORECASE)
_END = re.compile(r"上一页|下一页|Previous|Next|Copyright\b.*", re.IGNORECASE)
_HEAD = 50
"""The address stands within as many lines."""
_LONGEST_TITLE = 200
_CONTINUED = 3


def read(text: str) -> Source:
    """Take the file apart."""
    lines = [line[:LONGEST] for line in text.split("\n")]
    first = next((index for index, line in enumerate(lines) if section_of(_heading(line))), len(lines))
    body = tuple(_blocks(lines, first))
    headings = "".join(block.text for block in body if block.kind == "heading")
    return Source(body, _found(lines, _ADDRESS), _found(lines, _DATE), is_chinese(headings) if headings else None)


def _found(lines: Sequence[str], pattern: re.Pattern[str]) -> tuple[str, int] | None:
    for index, line in enumerate(lines[:_HEAD]):
        found = pattern.match(tidy(line))
        if found:
            return found[1], index + 1
    return None


def _heading(line: str) -> str:
    return plain(without_emphasis(line.lstrip("#"))) if len(line) < _LONGEST_TITLE else ""


def _blocks(lines: Sequence[str], first: int) -> Iterator[Block]:
    """Yield the title, what stands between it and the first heading, and the body after that heading."""
    title = _title(lines, first)
    if title is not None:
        yield Block("heading", _heading(lines[title]), title + 1, 1)
    body = (title + 1) if title is not None else first
    for index in range(body, first):
        if titled(_heading(lines[index]))[1]:
            yield Block("heading", _heading(lines[index]), index + 1, 1)
            body = index + 1
    end = next((index for index in range(first, len(lines)) if _END.fullmatch(tidy(lines[index]))), len(lines))
    yield from _Body(lines[:end], body).blocks()


def _title(lines: Sequence[str], first: int) -> int | None:
    """Return the index of the line that is the page's title: the last one before its body that says what the copy's head says."""
    before = [index for index in range(first) if _heading(lines[index])]
    named = next((titled(_heading(lines[index]))[0] for index in before if lines[index].startswith("# ")), None)
    same = [index for index in before if titled(_heading(lines[index]))[0] == named]
    if same:
        return same[-1]
    labelled = [index for index in before[-5:] if titled(_heading(lines[index]))[1]]
    return labelled[-1] if labelled else before[-1] if before else None


class _Body:
    def __init__(self, lines: Sequence[str], start: int) -> None:
        self._lines = lines
        self._at = start
        self._in_table = False

    def blocks(self) -> Iterator[Block]:
        """Yield the pieces."""
        while self._at < len(self._lines):
            line, number = self._lines[self._at], self._at + 1
            stripped = line.strip()
            if "\t" in stripped or (self._in_table and "\t" in line):
                yield self._row()
                continue
            self._in_table = False
            if section_of(_heading(line)):
                self._at += 1
                yield Block("heading", _heading(line), number, 2)
            elif stripped[:1] in ("{", "["):
                yield self._code()
            else:
                self._at += 1
                text = tidy(without_emphasis(line))
                yield from [Block("text", text, number)] if text else []

    def _row(self) -> Block:
        first = self._at
        cells = [tidy(cell) for cell in self._lines[first].split("\t")]
        head, self._in_table = not self._in_table, True
        self._at += 1
        rest = [] if head else self._continued(self._lines[first].count("\t"))
        if rest:
            cells[-1] = " ".join([cells[-1], *rest])
        return Block("row", " | ".join(cells), first + 1, cells=tuple(cells), head=head)

    def _continued(self, tabs: int) -> list[str]:
        """Return the lines with which the last cell goes on; there is one where the table itself goes on after them."""
        found: list[str] = []
        for at in range(self._at, min(self._at + 2 * _CONTINUED, len(self._lines))):
            line = self._lines[at]
            if columns([tidy(cell) for cell in line.split("\t")]):
                return []
            if "\t" in line:
                self._at = at if found and line.count("\t") == tabs else self._at
                return found if self._at == at else []
            if section_of(_heading(line)) or len(found) == _CONTINUED:
                return []
            found += [tidy(line)] if tidy(line) else []
        return []

    def _code(self) -> Block:
        first = self._at
        while self._at < len(self._lines) and not section_of(_heading(self._lines[self._at])):
            self._at += 1
        return Block("code", "\n".join(self._lines[first : self._at]).rstrip(), first + 1)
