"""Reads the site's own HTML: the article of a page, without the navigation around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from .blocks import Block, Source, tidy
from .tags import Tag, Words, pieces

_SILENT = {"script", "style", "svg", "nav", "button", "footer", "noscript", "template", "aside"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BREAKING = {"p", "div", "blockquote", "ul", "ol", "table", "section", "br", "details", "summary", "tr"}
_CELLS = {"td", "th"}
_HEIGHT = re.compile(r"[1-9][0-9]{0,2}")


def read(text: str) -> Source:
    """Take the file apart."""
    reader = _Reader(articles="<article" in text)
    for piece in pieces(text):
        reader.take(piece)
    reader.flush()
    chinese = None if reader.language is None else reader.language.lower().startswith("zh")
    return Source(tuple(reader.blocks), reader.address, None, chinese)


class _Reader:
    def __init__(self, *, articles: bool) -> None:
        self.blocks: list[Block] = []
        self.address: tuple[str, int] | None = None
        self.language: str | None = None
        self._articles = articles
        self._inside = 0
        self._silent: list[str] = []
        self._words: list[str] = []
        self._line = 1
        self._heading: int | None = None
        self._anchor: str | None = None
        self._items: list[bool] = []
        """One entry for each open item: whether its own words are still to come."""
        self._cells: list[str] | None = None
        self._spans: dict[int, tuple[str, int]] = {}
        """The cells that go on in the rows below: column -> text, and in how many rows."""
        self._height = 1
        self._head = False
        self._row = 1
        self._code = False

    def take(self, piece: Tag | Words) -> None:
        """Read a tag or a text."""
        if isinstance(piece, Words):
            self._text(piece)
        elif piece.closes:
            self._end(piece.name)
        else:
            self._start(piece)

    def _start(self, tag: Tag) -> None:
        self._note(tag)
        if tag.name in _SILENT:
            self._silent.append(tag.name)
        elif tag.name == "article":
            self._inside += 1
        elif self._is_read():
            self._open(tag.name, tag.attributes, tag.line)

    def _end(self, name: str) -> None:
        if self._silent:
            if name == self._silent[-1]:
                self._silent.pop()
        elif name == "article":
            self.flush()
            self._inside = max(self._inside - 1, 0)
        elif self._is_read():
            self._close(name)

    def _text(self, words: Words) -> None:
        if not self._is_read() or not (self._words or self._code or words.text.strip()):
            return
        if not self._words:
            blank = words.text[: len(words.text) - len(words.text.lstrip())]
            self._line = words.line + (0 if self._code else blank.count("\n"))
        self._words.append(words.text)

    def _is_read(self) -> bool:
        return not self._silent and (not self._articles or self._inside > 0)

    def _note(self, tag: Tag) -> None:
        if tag.name == "html" and tag.attributes.get("lang"):
            self.language = tag.attributes["lang"]
        address = tag.attributes.get("href")
        if tag.name == "link" and tag.attributes.get("rel") == "canonical" and address and self.address is None:
            self.address = address, tag.line

    def _open(self, tag: str, given: Mapping[str, str], line: int) -> None:
        if tag in _HEADINGS:
            self.flush()
            self._heading, self._anchor = _HEADINGS[tag], None
        elif tag == "a" and self._heading is not None and "hash-link" in given.get("class", ""):
            self._anchor = unquote(given.get("href", "")) or None
        elif tag == "pre":
            self.flush()
            self._code = True
        elif self._code:
            self._words += ["\n"] if tag == "br" else []
        elif tag == "code":
            self._line = self._line if self._words else line
            self._words.append("`")
        elif tag == "li":
            self.flush()
            self._items.append(True)
        elif tag in ("table", "tr", *_CELLS):
            self._open_table(tag, given, line)
        elif tag in _BREAKING:
            self._break()

    def _open_table(self, tag: str, given: Mapping[str, str], line: int) -> None:
        if tag == "table":
            self._spans.clear()
            self._break()
        elif tag == "tr":
            self.flush()
            self._cells, self._head, self._row = [], False, line
        else:
            self._words.clear()
            self._head = self._head or tag == "th"
            self._height = int(given["rowspan"]) if _HEIGHT.fullmatch(given.get("rowspan", "")) else 1

    def _close(self, tag: str) -> None:
        if tag == "pre":
            self._flush_code()
            self._code = False
        elif self._code:
            self._end_code_line(tag)
        elif tag == "code":
            self._words.append("`")
        elif tag in _HEADINGS:
            self.flush()
            self._heading = None
        elif tag == "li":
            self.flush()
            del self._items[-1:]
        elif tag in _CELLS and self._cells is not None:
            self._end_cell(self._cells, tidy("".join(self._words)))
            self._words.clear()
        elif tag == "tr" and self._cells is not None:
            self._flush_row()
        elif tag in _BREAKING:
            self._break()

    def _break(self) -> None:
        """End a paragraph; in a cell it is a blank."""
        if self._cells is None:
            self.flush()
        else:
            self._words.append(" ")

    def flush(self) -> None:
        """Make a piece of the words collected."""
        text = tidy("".join(self._words))
        self._words.clear()
        if not text or self._cells is not None:
            return
        if self._heading is not None:
            block = Block("heading", text, self._line, self._heading, anchor=self._anchor)
        elif self._items:
            block = Block("item" if self._items[-1] else "text", text, self._line, 4 * len(self._items))
            self._items[-1] = False
        else:
            block = Block("text", text, self._line)
        self.blocks.append(block)

    def _end_cell(self, cells: list[str], text: str) -> None:
        self._go_on(cells)
        if self._height > 1:
            self._spans[len(cells)] = text, self._height - 1
        cells.append(text)

    def _go_on(self, cells: list[str]) -> None:
        """Add the cells that go on from the rows above."""
        while found := self._spans.pop(len(cells), None):
            text, rows = found
            if rows > 1:
                self._spans[len(cells)] = text, rows - 1
            cells.append(text)

    def _flush_row(self) -> None:
        if self._cells:
            self._go_on(self._cells)
        cells = tuple(self._cells or ())
        self._cells = None
        if cells:
            self.blocks.append(Block("row", " | ".join(cells), self._row, cells=cells, head=self._head))

    def _end_code_line(self, tag: str) -> None:
        """Give a line of highlighted code its end, where no <br> did."""
        if tag == "div" and self._words and not self._words[-1].endswith("\n"):
            self._words.append("\n")

    def _flush_code(self) -> None:
        text = "".join(self._words).strip("\n")
        self._words.clear()
        if text.strip():
            self.blocks.append(Block("code", text, self._line))
