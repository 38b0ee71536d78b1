"""Makes text of the spec harmless where it is printed: it is data, and never becomes code or markup."""

from __future__ import annotations

import re
import textwrap
import unicodedata

_WIDTH = 116
_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def visible(text: str) -> str:
    """Return the text in one paragraph per blank line, with invisible characters by number, such as <U+202E>."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    paragraphs = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))
    lines = (" ".join(re.split(r"[ \t\n]+", paragraph)).strip() for paragraph in paragraphs)
    return "\n\n".join(_numbered(line) for line in lines if line)


def one_line(text: str) -> str:
    """Return visible text without its blank lines, so that it stays within one line of what it is printed in."""
    return visible(text).replace("\n\n", " ")


def _numbered(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(f"<U+{ord(char):04X}>" if unicodedata.category(char) in _INVISIBLE else char for char in line)


def wrapped(text: str, indent: int, *, hang: int = 0) -> str:
    """Return visible text wrapped to fit behind `indent` spaces; lines after the first are indented by `hang`."""
    lines = [
        textwrap.fill(
            paragraph, _WIDTH - indent, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
        )
        for paragraph in visible(text).split("\n\n")
    ]
    return f"\n\n{' ' * hang}".join(lines)


def docstring(text: str, indent: int) -> str:
    """Return a docstring literal of the text, every line indented by `indent`."""
    text = text.strip()
    before = text.rstrip('"')
    escaped = before.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '\\"' * (len(text) - len(before))
    lines = [line.rstrip() for line in escaped.split("\n")]
    margin = " " * indent
    body = "\n".join(f"{margin}{line}" if line else "" for line in lines).removeprefix(margin)
    return f'{margin}"""{body}"""' if len(lines) == 1 else f'{margin}"""{body}\n{margin}"""'
