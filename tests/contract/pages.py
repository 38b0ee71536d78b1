"""Documentation pages as the checks read them: text, tables, links and code, with Markdown's escapes undone."""

from __future__ import annotations

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
_BREAKS = ("softbreak", "hardbreak", "html_inline")


@dataclass(frozen=True)
class Table:
    """The cells of a table as text."""

    width: int
    rows: list[list[str]]
    """Without the head."""
    head: list[str] = field(default_factory=list)

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
    lines: list[str]
    """The text, divided where a line is broken on purpose."""


@dataclass
class Page:
    """One Markdown file."""

    file: Path = Path()
    blocks: list[Block] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    fences: list[tuple[str, str]] = field(default_factory=list)
    """Language and content of each block of code."""

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    @property
    def links(self) -> list[str]:
        return [link for block in self.blocks for link in block.links]

    def code(self, language: str) -> list[str]:
        return [content for info, content in self.fences if info == language]


def pages(folder: Path, language: str) -> dict[str, Page]:
    """Return the pages of a language by their path inside it."""
    root = folder / language
    return {file.relative_to(root).as_posix(): read(file) for file in sorted(root.rglob("*.md"))}


def read(file: Path) -> Page:
    """Parse a file."""
    return replace(_parsed(file.read_text(encoding="utf-8")), file=file)


@cache
def _parsed(text: str) -> Page:
    page, opened, lists = Page(headings=[""]), "", 0
    for token in _PARSER.parse(text):
        if token.type == "fence":
            page.fences.append((token.info.strip(), token.content))
        elif token.type == "table_open":
            page.tables.append(Table(0, []))
        elif token.type == "table_close":
            page.tables[-1] = Table(len(page.tables[-1].rows[0]), page.tables[-1].rows[1:], page.tables[-1].rows[0])
        elif token.type == "tr_open":
            page.tables[-1].rows.append([])
        elif token.type == "inline":
            block = _block(token, page.headings[-1], is_item=lists > 0)
            page.blocks.append(block)
            if opened == "heading_open":
                page.headings.append(block.text)
            elif opened in ("th_open", "td_open"):
                page.tables[-1].rows[-1].append(block.text)
        lists += token.nesting if token.type.startswith("list_item") else 0
        opened = token.type
    del page.headings[0]
    return page


def _block(token: Token, heading: str, *, is_item: bool) -> Block:
    children = token.children or []
    parts = [("\n" if child.type in _BREAKS else child.content, child.type) for child in children]
    return Block(
        heading,
        plain("".join(text for text, _ in parts)),
        plain("".join(text for text, kind in parts if kind != "code_inline")),
        [child.content for child in children if child.type == "code_inline"],
        is_item,
        [str(child.attrs["href"]) for child in children if child.type == "link_open"],
        [plain(line) for line in "".join(text for text, _ in parts).split("\n")],
    )
