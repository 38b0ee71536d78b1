"""Brings what a schema or the catalogue states of an operation into the blocks of a page, from which the same facts are extracted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from generator.vocabulary import TYPE_SPELLINGS, Endpoint, Language, is_chinese

from .blocks import Block, clean
from .extract import extract
from .markdown_page import read_markdown
from .page_facts import Located, PageParameter, PageVersion

_COLUMNS = ("Name", "Type", "Mandatory", "Description")
_NAMES = {spelling: name for name, spellings in TYPE_SPELLINGS.items() for spelling in spellings}
_MANDATORY = {True: "YES", False: "NO", None: ""}
_LONGEST = 20_000
"""No text of an operation has as many characters in one line."""
_MOST_CHARACTERS = 100_000
"""No operation has as many, with all that references lead to."""
_MOST_IN_ALL = 300_000
"""The operations of a file that are read have fewer together."""
LINE_COST = 100
"""How many characters a line counts for, as reading it takes as long."""


class Unreadable(Exception):
    """An operation cannot be read; the message says why."""


class Allowance:
    """How many characters of a file, and of one of its operations, may still be read."""

    def __init__(self) -> None:
        self._left_in_all = _MOST_IN_ALL
        self._left = _MOST_CHARACTERS

    def begin(self) -> None:
        """Begin with another operation."""
        self._left = _MOST_CHARACTERS

    def spend(self, characters: int, line: int) -> None:
        """Count what is read in a line.

        Raises:
            Unreadable: It is more than any operation has, or those of a file have together.
        """
        self._left -= characters + 1
        self._left_in_all -= characters + 1
        if self._left < 0:
            raise Unreadable(f"line {line}: with this, an operation has more than {_MOST_CHARACTERS} characters.")
        if self._left_in_all < 0:
            message = f"line {line}: with this, the operations have more than {_MOST_IN_ALL} characters together."
            raise Unreadable(message)


@dataclass(frozen=True, slots=True)
class StatedOperation:
    """What a source states of an operation in one language."""

    language: Language
    title: Located[str]
    """As printed, with its security type."""
    endpoint: Located[Endpoint]
    response: int | None
    """The line where the response is described, if it is."""
    description: Sequence[Block] = ()
    weights: Sequence[tuple[str, Located[str]]] = ()
    """Each with its scope, IP or UID, or nothing."""
    parameters: Sequence[Located[PageParameter]] = ()
    notes: Sequence[Block] = ()
    response_notes: Sequence[Block] = ()
    examples: Sequence[Located[str]] = ()
    sketch: Located[str] | None = None
    security: Sequence[Located[str]] = ()
    """What it states of the security type beside the title."""


def version_of(stated: StatedOperation) -> PageVersion:
    """Return the facts of an operation."""
    version = extract(stated.language, list(_blocks(stated)))
    listed = {(row.value.name, row.line): row.value for row in stated.parameters}
    security = {fact.value: fact for fact in (*stated.security, *version.security)}
    return replace(
        version,
        security=tuple(security.values()),
        endpoints=(stated.endpoint,),
        parameters=tuple(
            Located(_completed(listed[row.value.name, row.line], row.value), row.line) for row in version.parameters
        ),
        sketch=stated.sketch,
        empty_sections=(),  # whether it is whole, its reader knows
    )


def type_name(kind: str, form: str = "") -> str:
    """Return a type of JSON, with its format, as Binance's pages name it: LONG for an integer with the format int64."""
    return _NAMES.get(form.upper()) or _NAMES.get(kind.upper(), kind.upper())


def words(text: str, line: int) -> list[Block]:
    """Return the blocks of a text in Markdown that begins in a line; a heading in it is a message."""
    if len(text) > _LONGEST:  # a line that is longer is cut, as in a page
        text = "\n".join(part[:_LONGEST] for part in text.split("\n"))
    blocks = read_markdown(f"\n{text}").blocks
    return [
        replace(block, line=line + block.line - 2, kind="text" if block.kind == "heading" else block.kind)
        for block in blocks
    ]


def in_chinese(blocks: Sequence[Block]) -> bool:
    """Return whether a text is Chinese."""
    return any(is_chinese(block.text) for block in blocks)


def _blocks(stated: StatedOperation) -> Iterator[Block]:
    """Yield what is stated as a page of the documentation would print it."""
    endpoint, line = stated.endpoint.value, stated.endpoint.line
    if stated.title.value:
        yield Block("heading", stated.title.value, stated.title.line, 1)
    if stated.description:
        yield _heading("Description", stated.description[0].line)
        yield from stated.description
    yield _heading("HTTP Request", line)
    yield Block("text", str(endpoint), line)
    for scope, weight in stated.weights:
        yield _heading(f"Request Weight({scope})" if scope else "Request Weight", weight.line)
        yield from words(weight.value, weight.line)
    yield _heading("Request Parameters", line)
    if stated.parameters:
        yield Block("row", " | ".join(_COLUMNS), line, cells=_COLUMNS, head=True)
    for row in stated.parameters:
        cells = row.value.name, row.value.type, _MANDATORY[row.value.required], row.value.text
        yield Block("row", " | ".join(cells), row.line, cells=cells)
    yield from stated.notes
    if stated.response is not None:
        yield _heading("Response", stated.response)
    yield from (Block("code", example.value, example.line) for example in stated.examples)
    yield from stated.response_notes


def _heading(text: str, line: int) -> Block:
    return Block("heading", text, line, 2)


def _completed(stated: PageParameter, read: PageParameter) -> PageParameter:
    """Return a parameter as it is stated, with what was read from its words and from the notes."""
    meanings = dict(read.values)
    values = tuple((value, text or meanings.get(value, "")) for value, text in stated.values)
    rules = {key: getattr(read, key) for key in ("minimum", "maximum", "default") if getattr(stated, key) is None}
    return replace(
        stated,
        text=clean(read.text),
        values=values or read.values,
        value_lines=stated.value_lines if values else read.value_lines,
        **rules,
    )
