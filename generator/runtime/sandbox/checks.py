"""What a request says and whether Binance would take it: functions of values, read from the table on their own.

Nothing that the client checks or encodes is reused here, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

import msgspec

from ..operation import Operation, Parameter

Pairs: TypeAlias = tuple[tuple[str, str], ...]

_RECEIVE_WINDOW, _MAXIMUM_WINDOW, _AHEAD = 5_000, 60_000, 1_000
_STAMPS = ("timestamp", "recvWindow", "signature")
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_FORMS = {
    "string": re.compile(rf"[^\x00-\x1f\x7f-\x9f{_UNREADABLE}]*"),
    "decimal": re.compile(r"([0-9]{1,20})(\.[0-9]{1,20})?"),
    "integer": re.compile(r"-?[0-9]{1,19}"),
    "boolean": re.compile(r"true|false"),
}
_UNESCAPED = re.compile(rb"%(?![0-9A-Fa-f]{2})|[\x80-\xff]")
_JSON_ARRAYS: Mapping[str, Any] = {"integer": list[int], "boolean": list[bool]}
"""What a JSON array holds; those of other kinds hold strings."""


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, code: int, message: str, *, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.headers = headers or {}


def path_form(operation: Operation[Any]) -> tuple[re.Pattern[bytes], list[str]]:
    """Return what the operation's path looks like, and the names of its placeholders."""
    pieces = re.split(r"\{([^{}]+)\}", operation.path)
    return re.compile("([^/]+)".join(map(re.escape, pieces[::2])).encode()), pieces[1::2]


def pairs_of(query: bytes) -> Pairs:
    """Return names and values, decoded, in the order received."""
    fields = (each.partition(b"=") for each in query.split(b"&")) if query else ()
    return tuple((decoded(name), decoded(value)) for name, _, value in fields)


def decoded(raw: bytes) -> str:
    """Undo the percent-encoding; what cannot be read becomes a character that no value may hold.

    A `+` stays a plus, as in any URL. Only HTML forms read it as a space, and whoever means a plus sends `%2B`.
    """
    if raw.isalnum():
        return raw.decode()
    readable = _UNESCAPED.sub(b"%FF", raw)
    return unquote_to_bytes(readable).decode(errors="replace")


def missing(name: str) -> Refused:
    """Return the error of a parameter that must be there."""
    return Refused(-1102, f"The mandatory parameter {name} was not sent or is empty.")


def check_timing(given: Mapping[str, str], now: int) -> None:
    """Refuse a timestamp outside the window that the request asks for."""
    if not given.get("timestamp"):
        raise missing("timestamp")
    for name in ("timestamp", "recvWindow"):
        if not _FORMS["integer"].fullmatch(given.get(name) or "0"):
            raise Refused(-1100, f"The parameter {name} must be a whole number.")
    window = int(given.get("recvWindow") or _RECEIVE_WINDOW)
    if window < 1:
        raise Refused(-1100, "The parameter recvWindow must be 1 or more.")
    if window > _MAXIMUM_WINDOW:
        raise Refused(-1131, f"The parameter recvWindow must not be more than {_MAXIMUM_WINDOW}.")
    timestamp = int(given["timestamp"])
    if timestamp >= now + _AHEAD:
        raise Refused(-1021, f"The parameter timestamp is {_AHEAD} ms or more ahead of the server's time.")
    if now - timestamp > window:
        raise Refused(-1021, f"The parameter timestamp is more than {window} ms behind the server's time.")


def check_parameters(operation: Operation[Any], pairs: Pairs) -> Mapping[str, list[str]]:
    """Return the values of each parameter, none where it was not sent."""
    declared = {parameter.name: parameter for parameter in operation.parameters}
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    for name, sent in texts.items():
        if len(sent) > 1 and not (name in declared and declared[name].array == "repeat"):
            raise Refused(-1101, f"The parameter {name} was sent more than once.")
    for name in texts:
        if name not in declared and not (operation.requires_signature and name in _STAMPS):
            raise Refused(-1104, f"The parameter {name} is not one of this operation.")
    items = {name: _checked(parameter, texts.get(name, [])) for name, parameter in declared.items()}
    for condition in operation.conditions:
        asked = set(map(str, condition.values)).intersection(items[condition.other])
        if asked and not items[condition.parameter]:
            raise missing(condition.parameter)
    return items


def _checked(parameter: Parameter, texts: list[str]) -> list[str]:
    """Return the parameter's values, none where it was not sent."""
    if parameter.required and not all(texts or [""]):
        raise missing(parameter.name)
    if not all(texts):
        raise Refused(-1105, f"The parameter {parameter.name} is empty.")
    items = [item for text in texts for item in _items(parameter, text)]
    if texts and parameter.array and not _is_within(len(items), parameter.min_items, parameter.max_items):
        raise _malformed(parameter, "has too few or too many items")
    for item in items:
        _check_item(parameter, item)
    return items


def _items(parameter: Parameter, text: str) -> list[str]:
    if parameter.array == "comma":
        return text.split(",")
    if parameter.array != "json":
        return [text]
    try:
        items = msgspec.json.decode(text, type=_JSON_ARRAYS.get(parameter.kind, list[str]))
    except msgspec.MsgspecError:
        raise _malformed(parameter, f"is not a JSON array of {parameter.kind} items") from None
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in items]


def _check_item(parameter: Parameter, text: str) -> None:
    if not _FORMS[parameter.kind].fullmatch(text):
        raise _malformed(parameter, f"is not a valid {parameter.kind}")
    if text in map(str, parameter.refused) or (parameter.choices and text not in map(str, parameter.choices)):
        raise Refused(-1130, f"The parameter {parameter.name} has a value that this operation does not take.")
    if parameter.kind == "string" and not _is_within(len(text), parameter.min_length, parameter.max_length):
        raise _malformed(parameter, "is too short or too long")
    beyond = 1 << (parameter.bits - 1)
    if parameter.kind == "integer" and not -beyond <= int(text) < beyond:
        raise _malformed(parameter, "is too small or too large")
    is_number = parameter.kind in ("decimal", "integer")
    if is_number and not _is_within(Decimal(text), parameter.minimum, parameter.maximum):
        raise _malformed(parameter, "is too small or too large")
    if parameter.pattern is not None and not re.search(parameter.pattern, text):
        raise _malformed(parameter, f"does not have the form {parameter.pattern}")


def _is_within(number: Decimal | int, minimum: Decimal | int | None, maximum: Decimal | int | None) -> bool:
    return (minimum is None or number >= minimum) and (maximum is None or number <= maximum)


def _malformed(parameter: Parameter, problem: str) -> Refused:
    return Refused(-1100, f"The parameter {parameter.name} {problem}.")
