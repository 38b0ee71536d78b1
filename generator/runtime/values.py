"""Turns what a caller gives into the exact text that is sent, or says which rule it breaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from numbers import Rational
from typing import SupportsFloat, cast

import msgspec

from .operation import Parameter
from .short_repr import short_repr

_DIGITS = 100
"""Digits of a number before and after its point; Binance takes far fewer."""
_TOO_LARGE = 10**_DIGITS
_TOO_LONG = f"has more than {_DIGITS} digits before or after its point."
_GUESSED = 64
"""Characters of a value for which a similar one is looked for."""
_PLAIN_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_compiled = lru_cache(maxsize=256)(re.compile)


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A value that Binance takes and this package does not list yet, sent on purpose.

    It passes the checks against known and refused values, and no other: `asset=Unlisted("RWUSD")`.
    """

    value: str | int


class Refused(Exception):
    """The value cannot be sent; the message says why, as the end of a sentence that begins with the argument.

    Attributes:
        advice: What a caller who means it can write instead, as a sentence; not part of the message.
        needs_example: Whether the message says what is wrong by a pattern alone, which few people read with ease.
    """

    def __init__(self, message: str, advice: str = "", *, needs_example: bool = False) -> None:
        super().__init__(message)
        self.advice, self.needs_example = advice, needs_example


def wire_texts(parameter: Parameter, value: object) -> list[str]:
    """Return the texts to send for `value`: one, or several where the name is repeated; or raise which rule it breaks."""
    if parameter.array is None:
        return [_text(parameter, value)]
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise Refused(f"must be a list or a tuple, not {_described(value)}.")
    items = cast("Sequence[object]", value)
    _check_length(parameter.min_items, parameter.max_items, len(items), "items")
    texts = [_text(parameter, item) for item in items]
    if parameter.array == "repeat":
        return texts
    if parameter.array == "json":
        import json  # noqa: PLC0415 - importing it takes time

        bare = parameter.kind in ("integer", "boolean")
        return [f"[{','.join(texts)}]" if bare else json.dumps(texts, ensure_ascii=False, separators=(",", ":"))]
    if with_comma := [text for text in texts if "," in text]:
        raise Refused(f"holds {short_repr(with_comma[0])}, whose comma would be read as the end of an item.")
    return [",".join(texts)]


def _text(parameter: Parameter, value: object) -> str:
    listed = not isinstance(value, Unlisted)
    if isinstance(value, Unlisted):
        value = value.value
    if isinstance(value, Enum):
        value = value.value
    match parameter.kind:
        case "string":
            text = _string(value)
        case "decimal":
            text = _decimal(value, zero=parameter.minimum is not None and parameter.minimum <= 0)
        case "integer":
            text = _integer(value, parameter.bits)
        case "boolean":
            text = _boolean(value)
    if listed:
        _check_listed(parameter, text)
    _check_range(parameter, text)
    if parameter.pattern is not None and not _compiled(parameter.pattern).search(text):
        similar = (text.strip(), text.strip().upper()) if len(text) <= _GUESSED else ()
        near = next(filter(_compiled(parameter.pattern).search, similar), None)
        hint = f" Did you mean {short_repr(near)}?" if near else ""
        problem = f"is {short_repr(text)}, which does not have the form {parameter.pattern}.{hint}"
        raise Refused(problem, needs_example=near is None)
    return text


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise Refused(f"must be text (str), not {_described(value)}.")
    for position, character in enumerate("" if value.isascii() and value.isprintable() else value):
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise Refused(f"has the control character U+{ord(character):04X} at position {position}.")
    return str(value)


def _integer(value: object, bits: int) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"must be a whole number (int), not {_described(value)}.")
    number, beyond = int(value), 1 << (bits - 1)
    if not -beyond <= number < beyond:
        raise Refused(f"is {short_repr(number)}; a whole number of {bits} bits goes from {-beyond} to {beyond - 1}.")
    return str(number)


def _boolean(value: object) -> str:
    if not isinstance(value, bool):
        raise Refused(f"must be True or False, not {_described(value)}.")
    return "true" if value else "false"


def _decimal(value: object, *, zero: bool) -> str:
    if isinstance(value, float):
        text = _number_in(value) or "0.1"
        problem = f"is the float {short_repr(value)}, and a float cannot hold most amounts exactly"
        raise Refused(f'{problem}; write Decimal("{text}") or "{text}".')
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        text = _number_in(value)
        advice = f'; write Decimal("{text}") or "{text}"' if text else ""
        raise Refused(f"must be a Decimal, an int or decimal text, not {_described(value)}{advice}.")
    if isinstance(value, str):
        if not _PLAIN_DECIMAL.fullmatch(value):
            raise Refused(f'is {short_repr(value)}; write digits with at most one point, such as "0.00001".')
        if any(len(digits) > _DIGITS for digits in value.split(".")):
            raise Refused(_TOO_LONG)
        text = value
    else:
        text = _plain(value)
    if not zero and not text.strip("0."):
        raise Refused(f"is {text}; an amount is more than zero.")
    return text


def _plain(value: Decimal | int) -> str:
    """Return an amount without an exponent, unless that would be endless."""
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        raise Refused(_TOO_LONG)
    number = Decimal(value)
    if not number.is_finite():
        raise Refused(f"is {_cut(number)}, which is not an amount.")
    if number.is_signed():
        raise Refused(f"is {_cut(number)}; an amount has no sign.")
    if _is_long(number):
        raise Refused(_TOO_LONG)
    return format(number, "f")


def _is_long(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return not isinstance(exponent, int) or number.adjusted() >= _DIGITS or -exponent > _DIGITS


def _cut(number: Decimal) -> str:
    text = str(number)
    return text if len(text) <= _DIGITS else f"{text[:_DIGITS]}..."


def _number_in(value: object) -> str:
    """Return a number of another type, such as numpy's, as it could be sent; empty where it is none or is not exact."""
    if isinstance(value, bool) or not isinstance(value, SupportsFloat):
        return ""
    # The type is not ours, nor is what it raises.
    with suppress(Exception):
        text = float.__repr__(value) if isinstance(value, float) else str(value)
        if not isinstance(value, float) and not _PLAIN_DECIMAL.fullmatch(text):
            text = repr(float(value))
            if isinstance(value, Rational) and float(text) != value:
                return ""
        number = Decimal(text)
        if number.is_finite() and number > 0 and not _is_long(number):
            return format(number, "f")
    return ""


def _check_listed(parameter: Parameter, text: str) -> None:
    if text in _texts(parameter.refused):
        raise Refused(f"may not be {short_repr(text)}: the endpoint does not take it.")
    if parameter.choices and text not in _texts(parameter.choices):
        value = text if parameter.kind == "integer" else short_repr(text)
        from difflib import get_close_matches  # noqa: PLC0415 - importing it takes time

        near = get_close_matches(text[:_GUESSED].upper(), [str(choice) for choice in parameter.choices], n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        allowed = ", ".join(map(str, parameter.choices))
        advice = f"To send {value} all the same, give Unlisted({value})."
        raise Refused(f"is {value}; allowed: {allowed}.{hint}", advice)


@lru_cache(maxsize=1024)
def _texts(values: tuple[str | int, ...]) -> frozenset[str]:
    return frozenset(map(str, values))


def _check_range(parameter: Parameter, text: str) -> None:
    if parameter.kind in ("decimal", "integer"):
        if parameter.minimum is not None and Decimal(text) < parameter.minimum:
            raise Refused(f"is {text}, less than the minimum {parameter.minimum}.")
        if parameter.maximum is not None and Decimal(text) > parameter.maximum:
            raise Refused(f"is {text}, more than the maximum {parameter.maximum}.")
    if parameter.kind == "string":
        _check_length(parameter.min_length, parameter.max_length, len(text), "characters")


def _check_length(minimum: int | None, maximum: int | None, length: int, unit: str) -> None:
    if minimum is not None and length < minimum:
        raise Refused(f"has {length} {unit}; at least {minimum} needed.")
    if maximum is not None and length > maximum:
        raise Refused(f"has {length} {unit}; at most {maximum} allowed.")


def _described(value: object) -> str:
    return f"{type(value).__name__} {short_repr(value)}"


def decimals_in(value: object) -> Iterator[Decimal]:
    """Yield every Decimal inside a decoded response."""
    if isinstance(value, Decimal):
        yield value
        return
    items: Iterable[object] = ()
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).values()
    elif isinstance(value, (list, tuple)):
        items = cast("Sequence[object]", value)
    elif isinstance(value, msgspec.Struct):
        items = [getattr(value, name) for name in value.__struct_fields__]
    for item in items:
        yield from decimals_in(item)
