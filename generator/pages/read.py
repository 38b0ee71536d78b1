"""Reads a copy of a page: detects the format, takes the file apart, and finds in it what each language says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from . import html, markdown, plain
from .blocks import Block, Source, is_chinese
from .facts import half
from .page import Found, Half, Language, Page

LARGEST = 1_000_000
"""No page of Binance's has as many bytes; one that has is refused, so that reading never takes long."""

Format = Literal["markdown", "text", "html"]

_HTML = re.compile(
    r"\s*(?:<!--.{0,1000}?-->\s*)?<(?:!doctype html|html|head|body|article|div|main)\b", re.IGNORECASE | re.DOTALL
)
_MARKDOWN = re.compile(r"^(?:#{2,6} \S|\|?[ \t]*:?-{3,}:?[ \t]*\|)", re.MULTILINE)
_MOST_LINES = 20_000
_START = 4_000
_SHOWN = 60
"""As many characters of a page stand in a sentence."""
_CUT = 3
"""The bytes of one character that a cut may have left behind."""


def read(file: str, source: bytes) -> Page:
    """Read a copy of a page. What cannot be read is said in its `problems`; nothing is raised.

    Args:
        file: Its name in messages, a path or an address.
        source: Its bytes.
    """
    if len(source) > LARGEST:
        sentence = f"it has more than {LARGEST} bytes, which no page has."
        return Page(file, "text", None, None, (), 0, (sentence,))
    try:
        text = _text(source)
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        sentence = f"line {line}: the byte 0x{source[error.start]:02x} is not UTF-8."
        return Page(file, "text", None, None, (), source.count(b"\n") + 1, (sentence,))
    return _page(file, text)


def _text(source: bytes) -> str:
    """Return the text, without a last character that was cut in two."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(source) - _CUT or error.reason != "unexpected end of data":
            raise
        text = source[: error.start].decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def format_of(text: str) -> Format:
    """Return the format of a page's text."""
    if _HTML.match(text[:_START]):
        return "html"
    if text.startswith("---\n") or _MARKDOWN.search(text):
        return "markdown"
    return "text"


def _page(file: str, text: str) -> Page:
    form, lines = format_of(text), text.count("\n") + 1
    reader = {"html": html.read, "markdown": markdown.read, "text": plain.read}[form]
    source = reader(text) if lines <= _MOST_LINES else Source(())
    if lines > _MOST_LINES or len(source.blocks) > _MOST_LINES:
        return Page(file, form, None, None, (), lines, (f"it has more than {_MOST_LINES} lines, which no page has.",))
    halves = tuple(_halves(source, form))
    return Page(
        file=file,
        format=form,
        address=Found(*source.address) if source.address else None,
        taken=Found(*source.taken) if source.taken else None,
        halves=halves,
        lines=lines,
        problems=tuple(_problems(halves)),
    )


def _halves(source: Source, form: Format) -> Iterator[Half]:
    parts: dict[Language, list[Block]] = {}
    for index, blocks in enumerate(_parts(source.blocks) if form == "markdown" else [source.blocks]):
        language = _language(source, blocks, index)
        parts.setdefault(language, []).extend(blocks)
    for language, blocks in parts.items():
        if any(block.kind != "text" or block.text != "---" for block in blocks):
            yield half(language, blocks)


def _parts(blocks: Sequence[Block]) -> list[Sequence[Block]]:
    """Split a file where a rule stands before a title."""
    starts = [
        index + 1
        for index, block in enumerate(blocks[:-1])
        if block.kind == "text" and block.text == "---" and _is_title(blocks[index + 1])
    ]
    ends = [*starts, len(blocks)]
    return [blocks[start:end] for start, end in zip([0, *starts], ends, strict=True) if blocks[start:end]]


def _is_title(block: Block) -> bool:
    return block.kind == "heading" and block.level == 1


def _language(source: Source, blocks: Sequence[Block], index: int) -> Language:
    """Return the language of a part: of the pages that its headings link to, of the file, or of its headings."""
    headings = [block for block in blocks if block.kind == "heading"]
    anchors = [block.anchor for block in headings if block.anchor and block.anchor.startswith(("/", "http"))]
    if anchors:
        return "zh-CN" if any("/zh-CN/" in anchor for anchor in anchors) else "en"
    if source.chinese is not None:
        return "zh-CN" if source.chinese else "en"
    if index == 0 and source.address and "/zh-CN/" in source.address[0]:
        return "zh-CN"
    return "zh-CN" if any(is_chinese(block.text) for block in headings) else "en"


def _problems(halves: Sequence[Half]) -> Iterator[str]:
    if not any(each.endpoints for each in halves):
        yield "it names no method and path, such as GET /sapi/v1/account; it is no page of an endpoint."
    for each in halves:
        if each.unread_parameters:
            line, text = each.unread_parameters.line, each.unread_parameters.value[:_SHOWN]
            yield f"line {line}: no table of parameters was read where it says {text!r}; copy the page with its tables."
        several = [f"{found.value.method} {found.value.path}" for found in each.endpoints]
        if len(set(several)) > 1:
            where = each.endpoints[1].line
            yield f"line {where}: it describes more than one endpoint: {_shown(several)}; save each one as a page of its own."


def _shown(names: Sequence[str]) -> str:
    most = 5
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
