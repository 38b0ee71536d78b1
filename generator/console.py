"""What the commands share: the path of the spec, and text for any terminal, file or pipe."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SPEC_NAME = "spec/binance.yaml"
SPEC = Path(__file__).parents[1] / SPEC_NAME


def write_out(text: str) -> None:
    """Write text to standard output as UTF-8; half of a surrogate pair, which UTF-8 cannot hold, as an escape."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def shorten(text: str, size: int | None) -> str:
    """Return the first lines of a text, as many as fit in a number of bytes with a note on how many are left out."""
    if size is None or len(text.encode("utf-8", "backslashreplace")) <= size:
        return text
    lines = text.splitlines(keepends=True)
    note = "\n({} more lines are left out.)\n"
    left = size - len(note) - len(str(len(lines)))
    kept = 0
    while (left := left - len(lines[kept].encode("utf-8", "backslashreplace"))) >= 0:
        kept += 1
    return "".join(lines[:kept]) + note.format(len(lines) - kept)


def printable(text: str) -> str:
    """Return text of a page as one line of which a terminal acts upon nothing."""
    return "".join(character if character.isprintable() else f"<U+{ord(character):04X}>" for character in text)


def relative(path: Path) -> str:
    """Return the path as a person here would write it."""
    near = os.path.relpath(path)
    return str(path) if near.startswith("..") else near
