"""Writes Markdown around text of the spec, so that the text is displayed as it is and never becomes markup."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from urllib.parse import quote

from .escaping import one_line, visible

_ALWAYS = re.compile(r"[\\`*\[\]<|~]")
_UNDERSCORES_BETWEEN_WORDS = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_HASH_AFTER_BLANK = re.compile(r"(?<!\S)#")
_ADDRESS = re.compile(r"(?<=\w)(?=://)|(?<=www)(?=\.)", re.IGNORECASE)
_MENTION = re.compile(r"[@#](?=\w)|(?<=\bGH)-(?=\d)", re.IGNORECASE)
"""What GitHub takes for a person, a team, an issue or a pull request; a backslash or an entity does not keep it off."""
_BLOCK_MARKER = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=>]))")
_SAFE_IN_ADDRESS = "!#$%&'*+,-./:;=?@_~"


def prose(text: str) -> str:
    """Return text as paragraphs."""
    return "\n\n".join(_escaped(paragraph) for paragraph in visible(text).split("\n\n"))


def inline(text: str) -> str:
    """Return text as one line: for a table's cell, a heading, an item of a list or the words of a link."""
    return _escaped(one_line(text))


def unlinked(markdown: str) -> str:
    """Return Markdown that GitHub's comments show alike, and take for no mention of a person or an issue."""
    return _MENTION.sub(r"\g<0><!-- -->", markdown)


def _escaped(line: str) -> str:
    line = _ALWAYS.sub(r"\\\g<0>", line)
    line = _UNDERSCORES_BETWEEN_WORDS.sub(lambda match: r"\_" * len(match[0]), line)
    line = _ENTITY.sub("&amp;", line)
    line = _HASH_AFTER_BLANK.sub(r"\\#", line)
    line = _ADDRESS.sub(r"\\", line)
    return _BLOCK_MARKER.sub(r"\g<0>\\", line)


def code(text: object) -> str:
    """Return a code span; truth values are written as they are sent."""
    line = one_line(str(text).lower() if isinstance(text, bool) else str(text)) or '""'
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def code_cell(text: object) -> str:
    r"""Return a code span for a table's cell, where a pipe would end the cell.

    Renderers disagree on a backslash before an escaped pipe, so such code is written as HTML, character by character.
    """
    return html_code(str(text)) if r"\|" in str(text) else code(text).replace("|", r"\|")


def html_code(text: str) -> str:
    """Return code as HTML, of which no renderer reads a character as markup."""
    return f"<code>{re.sub(r'[!-/:-@[-`{-~]', lambda match: f'&#{ord(match[0])};', one_line(text))}</code>"


def table_head(columns: Sequence[str]) -> str:
    """Return the first two lines of a table."""
    return f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}"


def fence(text: str, language: str = "") -> str:
    """Return a fenced block of code, without a line end after it."""
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{language}\n{text.strip(chr(10))}\n{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text))) if "`" in text else 0


def json_text(text: str) -> str:
    """Return JSON with its invisible characters written as escapes."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def link(words: str, address: str) -> str:
    """Return a link to a web page or to another page here; `words` are Markdown already."""
    if ":" in address and not re.match("https?://", address):
        return f"{words} ({code(address)})"
    escaped = quote(address, safe=_SAFE_IN_ADDRESS, errors="replace")
    return f"[{words}]({_ENTITY.sub('&amp;', escaped)})"
