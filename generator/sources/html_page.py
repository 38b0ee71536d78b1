"""Reads the site's own HTML: the article of a page, without the navigation around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias
from urllib.parse import unquote

from lxml import etree

from generator.vocabulary import is_chinese

from .blocks import MOST_LINES, Block, ParsedFile, clean, join_lines, looks_like_value, without_emphasis
from .page_facts import Located

_Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml has no public name for it

_SKIPPED = {
    *("title", "script", "style", "textarea", "svg", "nav", "button", "footer", "noscript", "template"),
    *("del", "s", "strike", "sup"),
}
"""Elements that are not read: they are no text, navigation, footnotes, or struck out."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = ("td", "th")
_BREAKING = {
    *("p", "div", "blockquote", "section", "aside", "header", "details", "summary", "caption", "figcaption", "hr"),
    *("dt", "dd", "ul", "ol", "li", "pre", "table", "thead", "tbody", "tfoot", "tr", *_CELLS, *_HEADINGS),
}
"""Elements that end the paragraph before them."""
_MARKS = {"code": "`", "strong": "**", "b": "**"}
_HEIGHT = re.compile(r"[1-9][0-9]{0,2}")
_MOST_COLUMNS = 50
"""No table has as many; cells beyond them are not repeated in the rows that they span, to bound the time of reading."""
_SENTENCE_ENDS = ".:;!?。：；！？`"
_GOES_ON = re.compile(r"[(（]|[a-z]+\b(?!\s*[:：=])")
_CHINESE_END = re.compile(r"[\u4e00-\u9fff0-9，、]$")


def read_html(text: str) -> ParsedFile:
    """Parse a file into blocks."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    page: _Element | None = etree.fromstring(text.rstrip("<").encode(), parser)
    if page is None:
        return ParsedFile(())
    articles = page.xpath("//article[not(ancestor::article)]") or [page]
    link = page.find(".//link[@rel='canonical'][@href]")
    language = page.get("lang")
    return ParsedFile(
        blocks=tuple(block for root in articles for block in _Reader(root).blocks()),
        address=None if link is None else Located(link.get("href", ""), link.sourceline or 1),
        chinese=language.lower().startswith("zh") if language else None,
    )


class _Reader:
    """Walks through an article, or through a cell of a table, where every paragraph is a line of the cell."""

    def __init__(self, root: _Element, *, cell: bool = False) -> None:
        self._root = root
        self._cell = cell
        self._blocks: list[Block] = []
        self._line = 1
        self._words: list[tuple[str, int]] = []  # the texts of the line that is being read, each with its line
        self._lines: list[tuple[str, int]] = []  # the finished lines of the paragraph or cell, in the same way
        self._heading: int | None = None
        self._anchor: str | None = None
        self._items: list[bool] = []  # for each open list item whether its own words are still to come
        self._code = False
        self._spans: dict[int, tuple[str, int]] = {}  # cells that go on below: column -> text, and in how many rows
        self._values: bool | None = None  # whether the table has no head and lists values; None before its first row

    def blocks(self) -> list[Block]:
        """Return the blocks of an article."""
        self._walk()
        self._end_paragraph()
        return self._blocks

    def cell(self) -> tuple[str, list[Block]]:
        """Return the text of a cell, and its blocks of code."""
        self._walk()
        self._end_line()
        return join_lines(text for text, _ in self._lines), self._blocks

    def _walk(self) -> None:
        walker = etree.iterwalk(self._root, events=("start", "end"))
        heading: _Element | None = None  # where reading continues
        for event, element in walker:
            if heading is not None and (event != "start" or element is not heading):
                continue
            heading = None
            if event == "end":
                self._close(str(element.tag))
                self._text(element.tail if element is not self._root else None)
                continue
            if (self._cell and element.tag in _HEADINGS) or len(self._blocks) > MOST_LINES:
                return
            self._line = element.sourceline or self._line
            if self._open(element):
                self._text(element.text)
            elif (heading := self._heading_in(element)) is None:
                self._line += sum(text.count("\n") for text in element.itertext())
                walker.skip_subtree()

    def _heading_in(self, element: _Element) -> _Element | None:
        """Return the heading that ends an element whose end tag is missing."""
        if element.tag == "tr":
            return next(element.iter(*_HEADINGS), None)
        return element.find(".//h1") if self._root.tag == "article" else None

    def _text(self, text: str | None) -> None:
        if text:
            self._words.append((text, self._line))
            self._line += text.count("\n")

    def _open(self, element: _Element) -> bool:
        """Begin an element, and return whether to read its content."""
        tag = str(element.tag)
        if tag == "a" and self._heading is not None and "hash-link" in element.get("class", ""):
            self._anchor = unquote(element.get("href", "")) or None
            return False
        if tag in _SKIPPED:
            return False
        if tag in _HEADINGS and self._code:
            self._end_code()
        if self._code:
            self._words += [("\n", self._line)] if tag == "br" else []
        elif tag == "br":
            self._end_line()
        elif tag in _MARKS:
            self._words.append((_MARKS[tag], self._line))
        elif tag in _BREAKING:
            self._end_paragraph()
            return self._open_block(element)
        return True

    def _open_block(self, element: _Element) -> bool:
        tag = str(element.tag)
        if tag in _HEADINGS:
            self._heading, self._anchor = _HEADINGS[tag], None
            self._items.clear()
        elif tag == "li":
            self._items.append(True)
        elif tag == "table":
            self._values = None
            self._spans.clear()
        elif tag == "tr" and not self._cell:
            self._row(element)
            return False
        self._code = tag == "pre"
        return True

    def _close(self, tag: str) -> None:
        if self._code:
            if tag == "pre":
                self._end_code()
            elif tag == "div" and self._words and not self._words[-1][0].endswith("\n"):
                self._words.append(("\n", self._line))  # the end of a line of highlighted code, where no <br> was
        elif tag in _MARKS:
            self._words.append((_MARKS[tag], self._line))
        elif tag in _BREAKING:
            self._end_paragraph()
            if tag in _HEADINGS:
                self._heading = None
            elif tag == "li":
                del self._items[-1:]

    def _end_line(self) -> None:
        text = clean(without_emphasis("".join(text for text, _ in self._words)))
        if text:
            first, line = next((text, line) for text, line in self._words if text.strip())
            self._lines.append((text, line + first[: -len(first.lstrip())].count("\n")))
        self._words.clear()

    def _end_paragraph(self) -> None:
        self._end_line()
        if self._cell:
            return
        if self._heading and self._lines:
            text = " ".join(text for text, _ in self._lines)
            self._blocks.append(Block("heading", text, self._lines[0][1], self._heading, anchor=self._anchor))
            self._lines.clear()
        for text, line in _messages(self._lines):
            if self._items:
                self._blocks.append(Block("item" if self._items[-1] else "text", text, line, 4 * len(self._items)))
                self._items[-1] = False
            else:
                self._blocks.append(Block("text", text, line))
        self._lines.clear()

    def _end_code(self) -> None:
        text = "".join(text for text, _ in self._words).strip("\n")
        if text.strip() and self._cell and "\n" not in text:
            self._lines.append((f"`{clean(text)}`", self._words[0][1]))
        elif text.strip():
            self._blocks.append(Block("code", text, self._words[0][1]))
        self._words.clear()
        self._code = False

    def _row(self, row: _Element) -> None:
        cells: list[str] = []
        heads = 0
        for text, height, is_head in self._cells(row):
            self._continue(cells)
            if height > 1 and len(cells) < _MOST_COLUMNS:
                self._spans[len(cells)] = text, height - 1
            cells.append(text)
            heads += is_head
        if not cells:
            return
        self._continue(cells)
        first = self._values is None
        self._values = not heads and looks_like_value(cells[0]) if self._values is None else self._values
        line, head = row.sourceline or self._line, first or heads == len(cells)
        if self._values:
            self._blocks.append(Block("item", " ".join(cells), line, 4))
        else:
            self._blocks.append(Block("row", " | ".join(cells), line, cells=tuple(cells), head=head))

    def _cells(self, row: _Element) -> Iterator[tuple[str, int, bool]]:
        """Yield the text, height in rows and kind (head or not) of each cell, including those with broken tags."""
        for element in (row, *row):
            text, is_cell = "", element.tag in _CELLS
            if element is not row:
                text, code = _Reader(element, cell=True).cell()
                self._blocks += code
            if is_cell or text:
                height = element.get("rowspan", "")
                yield text, int(height) if _HEIGHT.fullmatch(height) else 1, element.tag == "th"
            outside = clean((element.text if element is row else element.tail) or "")
            if outside:
                yield outside, 1, False

    def _continue(self, cells: list[str]) -> None:
        """Add the cells that span this row from rows above."""
        while span := self._spans.pop(len(cells), None):
            text, rows = span
            if rows > 1:
                self._spans[len(cells)] = text, rows - 1
            cells.append(text)


def _messages(lines: Sequence[tuple[str, int]]) -> Sequence[tuple[str, int]]:
    """Return the messages of a paragraph, joining the lines of one that line breaks divide.

    How a line begins shows whether it continues the message before it.
    """
    messages: list[tuple[str, int]] = []
    for text, line in lines:
        before, start = messages[-1] if messages else (".", line)
        goes_on = _GOES_ON.match(text) or (_CHINESE_END.search(before) and is_chinese(text[0]))
        if goes_on and before[-1] not in _SENTENCE_ENDS:
            messages[-1] = f"{before} {text}", start
        else:
            messages.append((text, line))
    return messages
