"""How names of the wire are spelt in Python: the rules once more, without the generator's code."""

from __future__ import annotations

import enum
import keyword
import re
import unicodedata

ARGUMENTS = frozenset([*keyword.kwlist, "self"])
FIELDS = frozenset([*keyword.kwlist, "field"])
METHODS = frozenset(
    [
        *keyword.kwlist,
        *("base_url", "clock", "close", "from_env", "last_headers", "limiter", "reconcile", "snapshot"),
        *("synchronize_clock", "used_weights", "warm_up"),
        *("api", "error_codes", "operations"),
        *("bool", "bytes", "dict", "float", "int", "list", "object", "set", "str", "tuple", "type"),
    ]
)
"""What a client has besides its operations, what the table has, and what annotations need."""
_MEMBERS = frozenset(
    [
        *keyword.kwlist,
        *(name for kind in (str, int, enum.Enum) for name in dir(kind) if not name.startswith("_")),
        *("mro", "name", "value", "is_integer"),
    ]
)


def plain(words: str) -> str:
    """Return the words with every run of white space as one blank."""
    return " ".join(words.split())


def snake(name: str, taken: frozenset[str], if_digit_first: str) -> str:
    """Return `fromSymbol` as `from_symbol`."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", name))
    return _usable("_".join(re.findall(r"[^\W_]+", apart)).lower(), taken, if_digit_first)


def member(value: str | int) -> str:
    """Return the name of an enum's member, which keeps the spelling of its value."""
    words = str(value) if isinstance(value, str) or value >= 0 else f"MINUS_{-value}"
    return _usable("_".join(re.findall(r"[^\W_]+", words)), _MEMBERS, "VALUE_")


def pascal(name: str) -> str:
    """Return `transfer_history` and `transferHistory` as `TransferHistory`."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", apart))


def _usable(name: str, taken: frozenset[str], if_digit_first: str) -> str:
    name = unicodedata.normalize("NFKC", name)
    name = if_digit_first + name if name[:1].isdigit() else name
    return f"{name}_" if name in taken else name
