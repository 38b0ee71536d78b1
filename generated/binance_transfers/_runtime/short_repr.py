# Copied from generator/runtime/short_repr.py by python -m generator; edit it there.
"""Values in messages: short, whatever they are, and by their type alone where they may hold a secret."""

from __future__ import annotations

import reprlib

_LONGEST = 160
"""Characters of a value in a message."""
_BITS = 512


class _Short(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 2
        self.maxstring = self.maxother = _LONGEST

    def repr_int(self, x: int, level: int) -> str:  # noqa: ARG002 - called by its name
        # Python refuses to write what is much longer.
        return repr(x) if x.bit_length() <= _BITS else f"<int of {x.bit_length()} bits>"


_short = _Short()


def short_repr(value: object) -> str:
    """Return the value as Python writes it, shortened where it is too long for a message."""
    text = _short.repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def describe_type(value: object) -> str:
    """Return which class the value is, or of which type, without its content."""
    return f"the class {value.__name__}" if isinstance(value, type) else f"of type {type(value).__name__}"
