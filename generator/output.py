"""Writes to the terminal, a file or a pipe, whatever the text holds and whatever the locale is."""

from __future__ import annotations

import sys


def write_out(text: str) -> None:
    """Write text to standard output as UTF-8; half of a surrogate pair, which UTF-8 cannot hold, as an escape."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def printable(text: str) -> str:
    """Return text of a page as one line of which a terminal acts upon nothing."""
    return "".join(each if each.isprintable() else f"<U+{ord(each):04X}>" for each in text)
