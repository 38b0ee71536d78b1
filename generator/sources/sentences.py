"""Yields the sentences of a page, each with a fingerprint by which it is recognised without its words."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from .blocks import HTTP_METHODS, Block, plain_text
from .page_facts import Located, PageParameter, Sentence
from .parameter_table import columns, is_plain_answer
from .sections import is_empty_text, section_of

_MARKS = re.compile(r"[\s`*\"'“”‘’]+")
_ENDS = ".,:;!?。、"
_LETTERS = 8
_WORD = re.compile(r"[A-Za-z0-9_.\[\]-]+")
"""The name or the value that a row or a block begins with."""
_BOUNDARY = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|(?<=[。!?！？])")
_BARE_ENDPOINT = re.compile(rf"(?:{HTTP_METHODS}) /[A-Za-z0-9_./{{}}:-]+")
_BARE_WEIGHT = re.compile(r"\d+(?:\s*[(（](?:IP|UID)[)）])?")
_BRACKETS = re.compile(r"[(（](?!(?:IP|UID)[)）])")
_NOTICE = re.compile(
    r"\b(?:deprecat|discontinu|decommission|offline|obsolete|retire[ds]?\b|retirement|sunset|delist|suspend|phased? out"
    r"|shut(?:ting)? ?down|taken down|(?:be|been|is|are|was|were) removed|(?:will|to) be replaced"
    r"|no longer (?:available|supported|maintained|work)|not (?:available|supported) any ?more)"
    r"|下线|下架|停用|弃用|废弃|作废|关停|停止(?:服务|支持|使用|维护|提供|更新)|不再(?:支持|提供|可用|维护|使用|更新)"
    r"|(?:将|已|会)被?(?:移除|删除|取代|替代)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def fingerprint(text: str) -> str:
    """Return eight letters that stand for a text, whatever its blanks, marks, quotes and last point."""
    words = _MARKS.sub("", unicodedata.normalize("NFKC", text)).rstrip(_ENDS)
    digest = hashlib.sha256(words.encode("utf-8", "replace")).digest()
    return "".join(chr(ord("a") + byte % 26) for byte in digest[:_LETTERS])


@lru_cache(maxsize=4096)
def is_notice(text: str) -> bool:
    """Return whether a text has a word that tells of an end, such as deprecated or 下线."""
    return bool(_NOTICE.search(text))


def sentences(
    blocks: Sequence[Block], parameters: Sequence[Located[PageParameter]], example: Located[str] | None
) -> tuple[Sentence, ...]:
    """Return each sentence of a page once, without what is compared to the last letter as a fact.

    Args:
        blocks: The page, each block with its section.
        parameters: Those that were read from it.
        example: The example of the response.
    """
    rows = {(row.line, row.value.name): row.value for row in parameters}
    values = {
        (line, value): f"{row.value.name} {value}"
        for row in parameters
        for (value, _), line in zip(row.value.values, row.value.value_lines, strict=False)
    }
    first: dict[str, Sentence] = {}
    for block, header in _with_words(blocks, example):
        words = _of_row(block, header, rows) if block.kind == "row" and header else _of_block(block, values)
        for text, about in words:
            mark = fingerprint(text)
            first.setdefault(mark, Sentence(plain_text(text), block.line, mark, about))
    return tuple(first.values())


_Words = tuple[str, str]
"""A text, and the value whose meaning it is."""


def _with_words(
    blocks: Sequence[Block], example: Located[str] | None
) -> Iterator[tuple[Block, Mapping[str, int] | None]]:
    """Yield the blocks that are no fact as a whole; a row with the columns of its table, where those are of parameters."""
    header: Mapping[str, int] | None = None
    for block in blocks:
        if block.kind == "row" and block.head:
            header = columns(block.cells)
        if not (_is_example(block, example) or _is_fact(block, header)):
            yield block, header


def _is_example(block: Block, example: Located[str] | None) -> bool:
    """Return whether a block is the example that is compared, and holds nothing else, such as a remark."""
    if example is None or (block.kind, block.line, block.text) != ("code", example.line, example.value):
        return False
    try:
        json.loads(block.text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_fact(block: Block, header: Mapping[str, int] | None) -> bool:
    text = plain_text(block.text)
    if block.kind == "heading":
        return bool(section_of(text)) and not _BRACKETS.search(text)
    if block.kind == "row":
        return block.head and header is not None and len(header) == len(block.cells)
    if block.section == "weight" and _BARE_WEIGHT.fullmatch(text):
        return True
    return is_empty_text(text) or all(map(_BARE_ENDPOINT.fullmatch, map(plain_text, block.text.split("\n"))))


def _of_block(block: Block, values: Mapping[tuple[int, str], str]) -> Iterator[_Words]:
    """Yield the sentences of a block; what a list says of a value is one."""
    word = _WORD.match(plain_text(block.text))
    about = values.get((block.line, word[0]), "") if word else ""
    if about or block.kind in ("row", "heading", "code"):
        yield block.text, about if block.kind in ("text", "item") else ""
    else:
        yield from ((part, "") for part in _BOUNDARY.split(block.text) if plain_text(part))


def _of_row(block: Block, header: Mapping[str, int], rows: Mapping[tuple[int, str], PageParameter]) -> Iterator[_Words]:
    """Yield the meaning of each value that a row describes, and the rest of the row without a plain yes or no."""
    cells = {index: plain_text(cell) for index, cell in enumerate(block.cells)}
    if is_plain_answer(cells.get(header["required"], "")):
        del cells[header["required"]]
    name, words = _WORD.match(cells.get(0, "")), cells.pop(header.get("text", -1), "")
    row = rows.get((block.line, name[0])) if name else None
    for value, text in row.values if row else ():
        meaning = plain_text(text)
        if row and meaning and meaning in words:
            words = words.replace(meaning, " ", 1)
            yield f"{row.name} {value} {meaning}", f"{row.name} {value}"
    yield " ".join([*cells.values(), words]), ""
