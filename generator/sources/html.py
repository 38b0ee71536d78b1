"""Reads the site's own HTML: the article of a page, without the navigation around it.

End tags that HTML leaves out are understood: a row, a cell or an item ends where the next one begins, and a heading
ends whatever is still open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from .blocks import Block, Source, is_value, tidy, together
from .tags import Tag, Words, pieces

_SILENT = {"script", "style", "svg", "nav", "button", "footer", "noscript", "template", "del", "s", "strike", "sup"}
"""Elements that are not read: they are no text, navigation, notes, or struck out."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = {"ul", "ol"}
_CELLS = {"td", "th"}
_ROWS = {"tr", "thead", "tbody", "tfoot"}
_BREAKING = {
    "p",
    "div",
    "blockquote",
    "section",
    "aside",
    "header",
    "details",
    "summary",
    "caption",
    "figcaption",
    "dt",
    "dd",
    "hr",
}
_CONTAINERS = {"body", "article", "main", "table", "li", "pre", *_HEADINGS, *_LISTS, *_CELLS, *_ROWS, *_BREAKING}
"""Elements whose end also ends what was opened in them and never closed."""
_HEIGHT = re.compile(r"[1-9][0-9]{0,2}")
_SENTENCE_ENDS = ".:;!?。：；！？`"
_GOES_ON = re.compile(r"[(（]|[a-z]+\b(?!\s*[:：=])")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_END = re.compile(r"[\u4e00-\u9fff0-9，、]$")


def read(text: str) -> Source:
    """Take the file apart."""
    reader = _Reader(articles="<article" in text.lower())
    for piece in pieces(text):
        reader.take(piece)
    reader.finish()
    chinese = None if reader.language is None else reader.language.lower().startswith("zh")
    return Source(tuple(reader.blocks), reader.address, None, chinese)


class _Reader:
    def __init__(self, *, articles: bool) -> None:
        self.blocks: list[Block] = []
        self.address: tuple[str, int] | None = None
        self.language: str | None = None
        self._articles = articles
        self._inside = 0
        self._silent: str | None = None
        self._unread: Counter[str] = Counter()
        """How many elements of each name are open in the silent one, itself among them."""
        self._words: list[str] = []
        self._line = 1
        self._lines: list[tuple[str, int]] = []
        """The finished lines of the paragraph or cell, each with its line of the file."""
        self._heading: int | None = None
        self._anchor: str | None = None
        self._items: list[bool | None] = []
        """Nothing for each open list, and for each open item whether its own words are still to come."""
        self._cells: list[str] | None = None
        self._cell = False
        self._spans: dict[int, tuple[str, int]] = {}
        """The cells that go on in the rows below: column -> text, and in how many rows."""
        self._height = 1
        self._heads = 0
        self._nested = 0
        """How many tables are open in the cell; their cells are lines of it."""
        self._listing: bool | None = False
        """Whether the table has no head and lists values; nothing where no row of it was read yet."""
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

    # What is read, and what is not

    def _start(self, tag: Tag) -> None:
        self._note(tag)
        if self._silent and not (tag.name == "h1" and self._inside):
            self._unread[tag.name] += not tag.empty
            return
        self._silent = None
        link = tag.name == "a" and self._heading is not None and "hash-link" in tag.attributes.get("class", "")
        if link:
            self._anchor = unquote(tag.attributes.get("href", "")) or None
        if link or tag.name in _SILENT:
            self._silent, self._unread = (None if tag.empty else tag.name), Counter({tag.name: 1})
        elif tag.name == "article":
            self._inside += 1
        elif self._is_read():
            self._open(tag)

    def _end(self, name: str) -> None:
        if self._silent and self._unread[name]:
            self._unread[name] -= 1
            self._silent = self._silent if self._unread[self._silent] else None
            return
        if self._silent and name in _CONTAINERS:
            self._silent = None
        if name == "article":
            self.finish()
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

    # Tags

    def _open(self, tag: Tag) -> None:
        name = tag.name
        if name in _HEADINGS:
            self.finish()
            self._heading, self._anchor = _HEADINGS[name], None
        elif name == "pre":
            self.flush()
            self._code = True
        elif self._code:
            self._words += ["\n"] if name == "br" else []
        elif name == "code":
            self._line = self._line if self._words else tag.line
            self._words.append("`")
        elif name == "br":
            self._end_line()
        elif name == "table" or name in _ROWS or name in _CELLS:
            self.flush()
            self._open_table(tag)
        elif name in _LISTS or name == "li":
            self.flush()
            self._open_list(name)
        elif name in _BREAKING:
            self.flush()

    def _open_table(self, tag: Tag) -> None:
        name = tag.name
        if name == "table" and self._cell:
            self._nested += 1
        elif name == "table":
            self._listing = None
            self._spans.clear()
        elif self._nested:
            return
        elif name in _ROWS:
            self._flush_row()
            self._cells, self._row = ([] if name == "tr" else None), tag.line
        elif self._cells is not None:
            self._end_cell()
            self._cell = True
            self._heads += name == "th"
            height = tag.attributes.get("rowspan", "")
            self._height = int(height) if _HEIGHT.fullmatch(height) else 1

    def _open_list(self, name: str) -> None:
        if self._cells is not None:
            return
        if name in _LISTS:
            self._items.append(None)
        else:
            if self._items and self._items[-1] is not None:
                del self._items[-1]
            self._items.append(True)

    def _close(self, name: str) -> None:
        if name == "pre":
            self._flush_code()
        elif self._code:
            self._end_code_line(name)
        elif name == "code":
            self._words.append("`")
        elif name in _HEADINGS:
            self.flush()
            self._heading = None
        elif name == "table" or name in _ROWS or name in _CELLS:
            self.flush()
            self._close_table(name)
        elif name in _LISTS or name == "li":
            self.flush()
            self._close_list(name)
        elif name in _BREAKING:
            self.flush()

    def _close_table(self, name: str) -> None:
        if self._nested:
            self._nested -= name == "table"
        elif name in _CELLS:
            self._end_cell()
        else:
            self._flush_row()

    def _close_list(self, name: str) -> None:
        if self._cells is not None:
            return
        while self._items and (name in _LISTS) == (self._items[-1] is not None):
            del self._items[-1]
        del self._items[-1:]

    # Pieces

    def finish(self) -> None:
        """End everything that is still open."""
        if self._code:
            self._flush_code()
        self._flush_row()
        self.flush()
        self._items.clear()
        self._heading = None

    def flush(self) -> None:
        """End a paragraph; in a cell it is a line of it."""
        self._end_line()
        if self._cells is not None:
            return
        for text, line in self._paragraphs():
            if self._heading is not None:
                block = Block("heading", text, line, self._heading, anchor=self._anchor)
            elif self._items and self._items[-1] is not None:
                block = Block("item" if self._items[-1] else "text", text, line, 4 * ((len(self._items) + 1) // 2))
                self._items[-1] = False
            else:
                block = Block("text", text, line)
            self.blocks.append(block)
        self._lines.clear()

    def _end_line(self) -> None:
        text = tidy("".join(self._words))
        self._words.clear()
        if text:
            self._lines.append((text, self._line))

    def _paragraphs(self) -> Iterator[tuple[str, int]]:
        """Yield the lines, those together that a line break parts within a message."""
        parts: list[tuple[str, int]] = []
        for text, number in self._lines:
            if parts and self._heading is None and not _goes_on(parts[-1][0], text):
                yield _joined(parts)
                parts = []
            parts.append((text, number))
        if parts:
            yield _joined(parts)

    def _end_cell(self) -> None:
        """Make a cell of the lines collected, also where its own tag could not be read."""
        if self._cells is not None and (self._cell or self._lines):
            text = together(text for text, _ in self._lines)
            self._go_on(self._cells)
            if self._height > 1:
                self._spans[len(self._cells)] = text, self._height - 1
            self._cells.append(text)
        self._lines.clear()
        self._cell, self._height = False, 1

    def _go_on(self, cells: list[str]) -> None:
        """Add the cells that go on from the rows above."""
        while found := self._spans.pop(len(cells), None):
            text, rows = found
            if rows > 1:
                self._spans[len(cells)] = text, rows - 1
            cells.append(text)

    def _flush_row(self) -> None:
        if self._cells is None:
            return
        self._end_line()
        self._end_cell()
        if self._cells:
            self._go_on(self._cells)
        cells = tuple(self._cells)
        self._cells, self._nested = None, 0
        if cells:
            first = self._listing is None
            if first:
                self._listing = not self._heads and is_value(cells[0])
            head = not self._listing and (first or self._heads == len(cells))
            text = (" " if self._listing else " | ").join(cells)
            block = Block("row", text, self._row, cells=cells, head=head)
            self.blocks.append(Block("item", text, self._row, 4) if self._listing else block)
        self._heads = 0

    def _end_code_line(self, tag: str) -> None:
        """Give a line of highlighted code its end, where no <br> did."""
        if tag == "div" and self._words and not self._words[-1].endswith("\n"):
            self._words.append("\n")

    def _flush_code(self) -> None:
        text = "".join(self._words).strip("\n")
        self._words.clear()
        self._code = False
        if text.strip() and self._cells is not None and "\n" not in text:
            self._lines.append((f"`{tidy(text)}`", self._line))
        elif text.strip():
            self.blocks.append(Block("code", text, self._line))


def _joined(lines: Sequence[tuple[str, int]]) -> tuple[str, int]:
    return " ".join(text for text, _ in lines), lines[0][1]


def _goes_on(line: str, following: str) -> bool:
    """Return whether a message goes on after a line break: a new one, or an entry of a list, begins otherwise."""
    if line[-1] in _SENTENCE_ENDS:
        return False
    return bool(_GOES_ON.match(following)) or bool(_CHINESE_END.search(line) and _CHINESE.match(following))
