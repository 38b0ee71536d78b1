"""What the commands print: text on any terminal, file or pipe, and paths and words as a person would write them."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def write_out(text: str) -> None:
    """Write text to standard output as UTF-8; half of a surrogate pair, which UTF-8 cannot hold, as an escape."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def printable(text: str) -> str:
    """Return text of a page as one line of which a terminal acts upon nothing."""
    return "".join(each if each.isprintable() else f"<U+{ord(each):04X}>" for each in text)


def relative(path: Path) -> str:
    """Return the path as a person here would write it."""
    near = os.path.relpath(path)
    return str(path) if near.startswith("..") else near
