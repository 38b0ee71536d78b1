"""Turns the documentation of a method into the blocks of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from generator.sources.blocks import HTTP_METHODS, Block, without_emphasis
from generator.sources.page_facts import Located
from generator.sources.sections import split_title

_ENDPOINT = re.compile(rf"(?:{HTTP_METHODS}) /\S+")
_ADDRESS = re.compile(r"https?://\S+")
_WEIGHT = re.compile(r"(?:(?:IP|UID|Request) )?Weight\s*(\((?:IP|UID)\))?\s*:\s*(.*)", re.IGNORECASE)
_SECURITY = re.compile(r"Security Type:\s*([A-Za-z_]{1,40})", re.IGNORECASE)
_NOTES = re.compile(r"(?:Notes?|Remarks?|Response Notes?):", re.IGNORECASE)
_ITEM = re.compile(r"[-*•]\s+(.*)")
_SIGNATURE = ("Args:", "Returns:", "Raises:")
_LONGEST = 15_000
"""No documentation has as many characters."""


class TooLong(Exception):
    """A documentation is longer than any."""


@dataclass(slots=True)
class MethodText:
    """The documentation of a method: the blocks of its page, and what it says of each argument."""

    blocks: list[Block] = field(default_factory=list)
    address: Located[str] | None = None
    arguments: dict[str, Located[str]] = field(default_factory=dict)


def read_docstring(text: str, line: int, arguments: Sequence[str]) -> MethodText:
    """Read a documentation.

    Args:
        text: The docstring.
        line: Where it begins.
        arguments: The names of the method's arguments.

    Raises:
        TooLong: It is longer than any.
    """
    if len(text) > _LONGEST:
        raise TooLong(f"its documentation has more than {_LONGEST} characters")
    read = MethodText()
    lines = [Located(part.strip(), number) for number, part in enumerate(text.split("\n"), line)]
    start = next((index for index, found in enumerate(lines) if found.value in _SIGNATURE), len(lines))
    if lines[start:] and lines[start].value == "Args:":
        read.arguments = _arguments(lines[start + 1 :], arguments)
    head = [found for found in lines[:start] if found.value]
    if head:
        read.address = next((found for found in head[:4] if _ADDRESS.fullmatch(found.value)), None)
        read.blocks = list(_blocks(head, lines[:start], read.address))
    return read


def _arguments(lines: Sequence[Located[str]], names: Sequence[str]) -> dict[str, Located[str]]:
    """Return what is said of each argument: a line that begins with its name and type, and those that continue it."""
    found: dict[str, Located[str]] = {}
    last = ""
    for line in lines:
        if line.value in _SIGNATURE:
            break
        name, _, rest = line.value.partition(" ")
        if name in names and name not in found and rest.startswith("("):
            last = name
            found[name] = Located(rest.partition("):")[2].strip(), line.line)
        elif last and line.value:
            found[last] = Located(f"{found[last].value} {line.value}", found[last].line)
    return found


def _blocks(
    head: Sequence[Located[str]], lines: Sequence[Located[str]], address: Located[str] | None
) -> Iterator[Block]:
    """Yield the title with its security type, the endpoint, and the sections as a page has them."""
    security = next((match[1] for line in head if (match := _SECURITY.fullmatch(line.value))), None)
    title = head[0].value
    if security and not split_title(title)[1]:
        title = f"{title} ({security})"
    yield Block("heading", title, head[0].line, level=1)
    section = ""
    for line in lines[lines.index(head[0]) + 1 :]:
        text = without_emphasis(line.value)
        weight = _WEIGHT.fullmatch(text)
        if _ENDPOINT.fullmatch(text):
            yield Block("heading", "HTTP Request", line.line, level=2)
            yield Block("text", text, line.line)
            yield Block("heading", section := "Description", line.line, level=2)
        elif weight:
            yield Block("heading", section := f"Weight{weight[1] or ''}", line.line, level=2)
            yield Block("text", weight[2].removeprefix("- "), line.line)
        elif _NOTES.fullmatch(text) or (section.startswith("Weight") and not text):
            if section != "Notes":
                yield Block("heading", section := "Notes", line.line, level=2)
        elif text and line != address and not _SECURITY.fullmatch(text):
            item = _ITEM.fullmatch(text)
            yield Block("item", item[1], line.line) if item else Block("text", text, line.line)
