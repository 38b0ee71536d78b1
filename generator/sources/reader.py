"""Reads a copy of a page: detects the format, parses it into blocks, and extracts the facts of each language."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from generator.vocabulary import Language, is_chinese

from .blocks import LONGEST, MOST_LINES, Block, ParsedFile, Section, clean
from .catalogue import is_catalogue, read_catalogue
from .extract import extract
from .html_page import read_html
from .markdown_page import read_markdown
from .page_facts import Format, Page, PageVersion
from .schema import LARGEST as LARGEST_SCHEMA
from .schema import is_schema, read_schema
from .sections import section_of
from .text_page import read_lines, read_text

LARGEST = 1_000_000
"""No page of Binance's has as many bytes; one that has is refused, so that reading never takes long."""
LARGEST_FILE = LARGEST_SCHEMA
"""What is read of a file, which may be a schema."""

_READERS: Mapping[Format, Callable[[str], ParsedFile]] = {
    "html": read_html,
    "markdown": read_markdown,
    "text": read_text,
}
_DOCUMENT = re.compile(r"<(?:!doctype html|html|head|body|article|main)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-z][a-z0-9]*[\s/>]", re.IGNORECASE)
_PROLOG = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
"""Blanks, comments and an XML declaration."""
_HEADING = re.compile(r"^#{2,6} \S", re.MULTILINE)
_TABLE = re.compile(r"^\|?[ \t]*:?-{3,}:?[ \t]*\|", re.MULTILINE)
_UNDERLINE = re.compile(r"[=-]+\s*")
_LONGEST_HEADING = 80
_MOST_NAMES = 5
_MOST_CHARACTERS = 60
"""As many characters of a page stand in a message."""


def read(file: str, source: bytes) -> Page:
    """Read a copy of a page. Its `problems` say what cannot be read; nothing is raised.

    Args:
        file: Its name in messages, a path or an address.
        source: Its bytes.
    """
    text = _text(file, source)
    return text if isinstance(text, Page) else _page(file, text)


def read_all(file: str, source: bytes) -> tuple[Page, ...]:
    """Read a file that may describe several endpoints: a schema, or a page of the catalogue. Each becomes a page.

    Args:
        file: Its name in messages, a path or an address.
        source: Its bytes.
    """
    text = _text(file, source, LARGEST_FILE)
    if isinstance(text, Page):
        return (text,)
    if is_schema(file, text):
        return read_schema(file, text)
    if len(source) > LARGEST or not is_catalogue(text):
        return (read(file, source),)
    parsed = _parsed(file, text, is_listed=True)
    if isinstance(parsed, Page):
        return (parsed,)
    form, blocks = parsed
    return read_catalogue(file, blocks, [] if form == "html" else text.split("\n")) or (read(file, source),)


def _text(file: str, source: bytes, largest: int = LARGEST) -> str | Page:
    """Return the text of a file, or a page that says why it has none."""
    if len(source) > largest:
        message = f"it has more than {largest} bytes, which no page has."
        return Page(file, "text", problems=(message,))
    try:
        text = getincrementaldecoder("utf-8")().decode(source)  # without a last character that was cut in two
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        message = f"line {line}: the byte 0x{source[error.start]:02x} is not UTF-8."
        return Page(file, "text", problems=(message,))
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def format_of(text: str) -> Format:
    """Return the format of a page's text."""
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if _DOCUMENT.match(text, start):
        return "html"
    if text.startswith("---\n") or _HEADING.search(text) or (_TABLE.search(text) and not _has_bare_headings(text)):
        return "markdown"
    return "html" if _TAG.match(text, start) else "text"


def _has_bare_headings(text: str) -> bool:
    """Return whether a section begins with a line that nothing marks as a heading."""
    pairs = pairwise([*text.split("\n"), ""])
    return any(
        section_of(clean(line)) and not _UNDERLINE.fullmatch(below)
        for line, below in pairs
        if len(line) <= _LONGEST_HEADING
    )


def _page(file: str, text: str) -> Page:
    parsed = _parsed(file, text)
    if isinstance(parsed, Page):
        return parsed
    form, source = parsed
    versions = tuple(_versions(source))
    address = file if file.startswith(("https://", "http://")) else source.address.value if source.address else ""
    return Page(file, form, versions, source.address, source.taken, tuple(_problems(versions, address)))


def _parsed(file: str, text: str, *, is_listed: bool = False) -> tuple[Format, ParsedFile] | Page:
    """Return the format and the blocks of a page, or a page that says why it is not read.

    Args:
        file: Its name in messages.
        text: The page.
        is_listed: Whether it is one of the catalogue, where text has no sections as the old pages have.
    """
    form, lines = format_of(text), text.count("\n") + 1
    reader = read_lines if is_listed and form == "text" else _READERS[form]
    source = reader(text) if lines <= MOST_LINES else ParsedFile(())
    if lines > MOST_LINES or len(source.blocks) > MOST_LINES:
        return Page(file, form, problems=(f"it has more than {MOST_LINES} lines, which no page has.",))
    if form != "html" and (
        long := next((number for number, line in enumerate(text.split("\n"), 1) if len(line) > LONGEST), 0)
    ):
        return Page(file, form, problems=(f"line {long}: it has more than {LONGEST} characters, which no line has.",))
    return form, source


def _versions(source: ParsedFile) -> Iterator[PageVersion]:
    parts = _parts(source.blocks)
    by_language: dict[Language, list[Block]] = {}
    for blocks, language in zip(parts, _languages(source, parts), strict=True):
        by_language.setdefault(language, []).extend(blocks)
    for language, blocks in by_language.items():
        if any(block.kind != "text" or block.text != "---" for block in blocks):
            yield extract(language, blocks)


def _parts(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """Split a file where a rule or a response stands before a title, and before the title of each further request."""
    starts = {
        index + 1
        for index, block in enumerate(blocks[:-1])
        if block.kind == "text" and block.text == "---" and _is_title(blocks[index + 1])
    }
    title, sections = 0, set[Section]()
    above = False  # whether the block before is a title too
    for index, block in enumerate(blocks):
        section = section_of(block.text) if block.kind == "heading" else None
        if section == "request" and section in sections:
            starts.add(title)
        if section:
            sections.add(section)
        elif block.kind == "heading":
            title = title if above else index
            starts |= {title} if _is_title(block) and "response" in sections else set()
            sections -= {"response"} if _is_title(block) else set()
        above = block.kind == "heading" and not section
    ends = [*sorted(starts), len(blocks)]
    return [blocks[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True) if blocks[start:end]]


def _is_title(block: Block) -> bool:
    return block.kind == "heading" and block.level == 1


def _languages(source: ParsedFile, parts: Sequence[Sequence[Block]]) -> Iterator[Language]:
    """Yield the language of each part: of the pages that its headings link to, of its headings, or of the file."""
    headings = [[block for block in part if block.kind == "heading"] for part in parts]
    chinese = [any(is_chinese(heading.text) for heading in part) for part in headings]
    if len(set(chinese)) == 1 and source.chinese is not None:
        chinese = [source.chinese] * len(parts)
    elif len(set(chinese)) == 1 and source.address and "/zh-CN/" in source.address.value:
        chinese[0] = True
    for part, in_chinese in zip(headings, chinese, strict=True):
        links = [block.anchor for block in part if block.anchor and block.anchor.startswith(("/", "http"))]
        yield "zh-CN" if (any("/zh-CN/" in link for link in links) if links else in_chinese) else "en"


def _problems(versions: Sequence[PageVersion], address: str) -> Iterator[str]:
    if not any(version.endpoints for version in versions):
        yield "it names no method and path, such as GET /sapi/v1/account; it is no page of an endpoint."
    for version in versions:
        if version.unread_parameters:
            line, text = version.unread_parameters.line, version.unread_parameters.value[:_MOST_CHARACTERS]
            yield f"line {line}: no table of parameters was read where it says {text!r}; copy the page with its tables."
        names = [f"{endpoint.value.method} {endpoint.value.path}" for endpoint in version.endpoints]
        if len(set(names)) > 1:
            line, more = version.endpoints[1].line, len(names) - _MOST_NAMES
            listed = ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
            advice = (
                f"{address} is no page of a single endpoint, so use the pages of those endpoints"
                if address
                else "save each one as a page of its own"
            )
            yield f"line {line}: it describes more than one endpoint: {listed}; {advice}."
