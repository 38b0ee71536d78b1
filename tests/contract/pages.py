"""Documentation pages as the checks read them: text, tables, links and code, with Markdown's escapes undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .reader import ROOT
from .spelling import plain

DOCS = ROOT / "generated" / "docs"
LANGUAGES = ("en", "zh-CN")
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Table:
    """A table, the headings above it, and its cells as text."""

    heading: str
    head: list[str]
    rows: list[list[str]]

    def column(self, index: int) -> list[str]:
        return [row[index] for row in self.rows]


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list item or a cell."""

    heading: str
    text: str
    prose: str
    """The text without what is set as code."""
    codes: list[str]
    """What is set as code."""
    item: bool
    links: list[str]


@dataclass
class Page:
    """One Markdown file."""

    file: Path = Path()
    blocks: list[Block] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fences: list[tuple[str, str]] = field(default_factory=list)
    """Language and content of each block of code."""

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    def code(self, language: str) -> list[str]:
        return [content for info, content in self.fences if info == language]

    def items(self, heading: str) -> list[Block]:
        return [block for block in self.blocks if block.item and block.heading == heading]


def read(file: Path) -> Page:
    """Parse a file."""
    return replace(_parsed(file.read_text(encoding="utf-8")), file=file)


@cache
def _parsed(text: str) -> Page:
    reader = _Reader()
    for token in _PARSER.parse(text):
        reader.take(token)
    return reader.page


class _Reader:
    def __init__(self) -> None:
        self.page = Page()
        self._path: list[str] = []
        self._rows: list[list[str]] = []
        self._inside = ""
        self._lists = 0

    def take(self, token: Token) -> None:
        match token.type:
            case "fence" | "code_block":
                self.page.fences.append((token.info.strip(), token.content))
            case "heading_open":
                self._inside = token.tag
                self._path = self._path[: int(token.tag[1:]) - 1]
            case "tr_open":
                self._rows.append([])
            case "th_open" | "td_open":
                self._inside = "cell"
            case "list_item_open" | "list_item_close":
                self._lists += token.nesting
            case "table_close":
                self.page.tables.append(Table(" / ".join(self._path), self._rows[0], self._rows[1:]))
                self._rows = []
            case "inline":
                self._words(token)
            case _:
                pass

    def _words(self, token: Token) -> None:
        words = plain(_text(token, code=True))
        if self._inside == "cell":
            self._rows[-1].append(words)
        elif self._inside:
            self._path.append(words)
            self.page.headings.append(words)
        heading = " / ".join(self._path)
        links = list(_links(token))
        codes = [child.content for child in token.children or () if child.type == "code_inline"]
        self.page.blocks.append(Block(heading, words, plain(_text(token, code=False)), codes, self._lists > 0, links))
        self.page.links.extend(links)
        self._inside = ""


def pages(folder: Path, language: str) -> dict[str, Page]:
    """Return the pages of a language by their path inside it."""
    root = folder / language
    return {file.relative_to(root).as_posix(): read(file) for file in sorted(root.rglob("*.md"))}


def _text(token: Token, *, code: bool) -> str:
    parts = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak") or (child.type == "html_inline" and re.match("<br", child.content)):
            parts.append("\n")
        elif code or child.type != "code_inline":
            parts.append(child.content)
    return "".join(parts)


def _links(token: Token) -> Iterator[str]:
    for child in token.children or ():
        if child.type in ("link_open", "image"):
            yield str(child.attrGet("href" if child.type == "link_open" else "src"))
