"""What the commands share: the path of the spec, and text for any terminal, file or pipe."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

SPEC_NAME = "spec/binance.yaml"
SPEC = Path(__file__).parents[1] / SPEC_NAME


class Parser(argparse.ArgumentParser):
    """Refuses wrong usage in one line, without the lines of usage, which say nothing of what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit."""
        self.exit(2, f"{self.prog}: {message}\n")

    def refuse(self, unknown: str) -> NoReturn:
        """Refuse an argument that the command does not take."""
        if not unknown.startswith("-"):
            self.error(f"there is no place for the argument {unknown!r}; see --help.")
        name, known = unknown.partition("=")[0], list(self._option_string_actions)
        self.error(f"there is no option {name}; allowed: {choices(name, known, at_most=len(known))}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question about the nearest known name, or nothing."""
    near = get_close_matches(name, map(str, known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def join_names(names: Iterable[object], *, at_most: int = 12) -> str:
    """Return the names as a list in a message."""
    texts = [str(name) for name in names]
    if len(texts) > at_most:
        return f"{', '.join(texts[:at_most])} and {len(texts) - at_most} more"
    return ", ".join(texts) or "none"


def choices(name: str, known: Iterable[str], *, at_most: int = 12) -> str:
    """Return the known names as the end of a message, and the nearest to one that is not known."""
    known = list(known)
    return f"{join_names(known, at_most=at_most)}.{did_you_mean(name, known)}"


def write_out(text: str) -> None:
    """Write text to standard output as UTF-8; half of a surrogate pair, which UTF-8 cannot hold, as an escape."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def announce(text: str) -> None:
    """Write a line to standard error where a person watches it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{printable(text)}\n")
        sys.stderr.flush()


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
