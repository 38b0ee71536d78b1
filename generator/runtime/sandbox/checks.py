"""Whether Binance would take a request: functions of values, which read the table on their own.

Nothing that the client checks or encodes is reused here, so that an error there is not repeated here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

import msgspec

from ..headers import API_KEY_HEADER
from ..operation import Operation, Parameter
from .keys import Key, Verify

Pairs: TypeAlias = tuple[tuple[str, str], ...]

_RECEIVE_WINDOW, _MAXIMUM_WINDOW, _AHEAD = 5_000, 60_000, 1_000
SIGNED_PARAMETERS = ("timestamp", "recvWindow", "signature")
"""The parameters that every signed call may have."""
_FORM = "application/x-www-form-urlencoded"
LONGEST_BODY = 65_536
"""Bytes."""
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_PATTERNS = {
    "string": re.compile(rf"[^\x00-\x1f\x7f-\x9f{_UNREADABLE}]*"),
    "decimal": re.compile(r"([0-9]{1,20})(\.[0-9]{1,20})?"),
    "integer": re.compile(r"-?[0-9]{1,19}"),
    "boolean": re.compile(r"true|false"),
}
_UNESCAPED = re.compile(rb"%(?![0-9A-Fa-f]{2})|[\x80-\xff]")
_JSON_ARRAYS: Mapping[str, Any] = {"integer": list[int], "boolean": list[bool]}
"""The types of JSON arrays; those of other kinds hold strings."""


class ErrorResponse(Exception):
    """The response to the request is this error."""

    def __init__(self, code: int, message: str, *, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was received; names of headers are in lower case."""

    method: str
    path: bytes
    query: bytes
    headers: Mapping[str, str]
    body: bytes
    is_form: bool
    query_pairs: Pairs
    form_pairs: Pairs

    @property
    def pairs(self) -> Pairs:
        """Names and values of the query and of a form, decoded, in the order received."""
        return self.query_pairs + self.form_pairs


def read_request(method: str, target: bytes, headers: Mapping[str, str], body: bytes) -> Request:
    """Return the request with its parameters decoded."""
    path, _, query = target.partition(b"?")
    lower = {name.lower(): value for name, value in headers.items()}
    is_form = not body or lower.get("content-type", _FORM).lower().startswith(_FORM)
    form = body if is_form and len(body) <= LONGEST_BODY else b""
    return Request(method, path, query, lower, body, is_form, _pairs(query), _pairs(form))


def _pairs(query: bytes) -> Pairs:
    fields = (field.partition(b"=") for field in query.split(b"&")) if query else ()
    return tuple((decoded(name), decoded(value)) for name, _, value in fields)


def decoded(raw: bytes) -> str:
    """Undo the percent-encoding; what cannot be read becomes a character that no value may hold.

    A `+` stays a plus, as in any URL. Only HTML forms read it as a space, and whoever means a plus sends `%2B`.
    """
    if raw.isalnum():
        return raw.decode()
    readable = _UNESCAPED.sub(b"%FF", raw)
    return unquote_to_bytes(readable).decode(errors="replace")


def path_pattern(operation: Operation[Any]) -> tuple[re.Pattern[bytes], list[str]]:
    """Return the pattern of the operation's path, and the names of its placeholders."""
    pieces = re.split(r"\{([^{}]+)\}", operation.path)
    return re.compile("([^/]+)".join(map(re.escape, pieces[::2])).encode()), pieces[1::2]


def missing(name: str) -> ErrorResponse:
    """Return the error of a parameter that must be there."""
    return ErrorResponse(-1102, f"The mandatory parameter {name} was not sent or is empty.")


def too_long() -> ErrorResponse:
    """Return the error of a body that is too long."""
    return ErrorResponse(-1100, f"A body must not be longer than {LONGEST_BODY} bytes.", status=413)


def check_request(
    operation: Operation[Any], request: Request, in_path: Pairs, keys: Mapping[str, Key], now: int
) -> Mapping[str, list[str]]:
    """Return the values of each parameter, none where it was not sent, or raise why Binance would not take the request.

    Without the header of a key, the signature must be of the first of the `keys`.
    """
    key = request.headers.get(API_KEY_HEADER.lower(), "") if operation.requires_key else next(iter(keys))
    if not key:
        raise ErrorResponse(-2014, f"The header {API_KEY_HEADER} was not sent or is empty.", status=401)
    if key not in keys:
        raise ErrorResponse(-2015, "The API key is not the sandbox's.", status=401)
    if operation.requires_signature:
        _check_signature(request, keys[key].verify)
    if lacking := [name for name in operation.permissions if name not in keys[key].permissions]:
        raise ErrorResponse(-2015, f"The API key lacks the permission {', '.join(lacking)}.", status=401)
    _check_body(request)
    if operation.requires_signature:
        _check_timing(dict(request.pairs), now)
    return _check_parameters(operation, in_path + request.pairs)


def _check_signature(request: Request, verify: Verify) -> None:
    """Refuse a signature that is not of the bytes before it.

    It is the last parameter of the query, or of the form where it stands there, and signs the rest as it was sent.
    """
    if "signature" not in dict(request.pairs):
        raise missing("signature")
    parts = [request.query, request.body]
    which = 1 if "signature" in dict(request.form_pairs) else 0
    parts[which], _, last = parts[which].rpartition(b"&")
    name, _, signature = last.partition(b"=")
    if name != b"signature":
        raise ErrorResponse(-1022, "The parameter signature must be the last one.")
    payload = b"".join(parts)
    if not payload.isascii():
        raise ErrorResponse(-1022, "The query must be percent-encoded before it is signed.")
    if not verify(payload, decoded(signature).encode()):
        raise ErrorResponse(-1022, "The signature is not that of the query before it, byte for byte as received.")


def _check_body(request: Request) -> None:
    """Refuse a body that is no form, or too long."""
    if not request.is_form:
        raise ErrorResponse(-1100, f"A body must be of the type {_FORM}; the parameters can go into the query as well.")
    if len(request.body) > LONGEST_BODY:
        raise too_long()


def _check_timing(values: Mapping[str, str], now: int) -> None:
    """Refuse a timestamp outside the window that the request asks for."""
    if not values.get("timestamp"):
        raise missing("timestamp")
    for name in ("timestamp", "recvWindow"):
        if not _PATTERNS["integer"].fullmatch(values.get(name) or "0"):
            raise ErrorResponse(-1100, f"The parameter {name} must be a whole number.")
    window = _window(values)
    if window < 1:
        raise ErrorResponse(-1100, "The parameter recvWindow must be 1 or more.")
    if window > _MAXIMUM_WINDOW:
        raise ErrorResponse(-1131, f"The parameter recvWindow must not be more than {_MAXIMUM_WINDOW}.")
    timestamp = int(values["timestamp"])
    if timestamp >= now + _AHEAD:
        raise ErrorResponse(-1021, f"The parameter timestamp is {_AHEAD} ms or more ahead of the server's time.")
    if now - timestamp > window:
        raise ErrorResponse(-1021, f"The parameter timestamp is more than {window} ms behind the server's time.")


def _window(values: Mapping[str, str]) -> int:
    return int(values.get("recvWindow") or _RECEIVE_WINDOW)


def latest_execution(request: Request) -> float:
    """Return until when Binance would carry out a request that it took, in milliseconds since the Unix epoch."""
    values = dict(request.pairs)
    return int(values["timestamp"]) + _window(values) if "signature" in values else math.inf


def _check_parameters(operation: Operation[Any], pairs: Pairs) -> Mapping[str, list[str]]:
    declared = {parameter.name: parameter for parameter in operation.parameters}
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    for name, sent in texts.items():
        if len(sent) > 1 and not (name in declared and declared[name].array == "repeat"):
            raise ErrorResponse(-1101, f"The parameter {name} was sent more than once.")
    for name in texts:
        if name not in declared and not (operation.requires_signature and name in SIGNED_PARAMETERS):
            raise ErrorResponse(-1104, f"The parameter {name} is not one of this operation.")
    values = {name: _checked(parameter, texts.get(name, [])) for name, parameter in declared.items()}
    for condition in operation.conditions:
        is_due = set(map(str, condition.values)).intersection(values[condition.other])
        if is_due and not values[condition.parameter]:
            raise missing(condition.parameter)
    _check_together(operation, values)
    return values


def _check_together(operation: Operation[Any], values: Mapping[str, list[str]]) -> None:
    """Refuse parameters that exclude each other, and two times that are too far apart."""
    for rule in operation.exclusive:
        sent = [name for name in rule.parameters if values[name]]
        if len(sent) > 1:
            raise ErrorResponse(-1128, f"Only one of the parameters {', '.join(rule.parameters)} may be sent.")
        if rule.required and not sent:
            raise missing(" or ".join(rule.parameters))
    if window := operation.window:
        times = [int(value) for name in (window.end, window.start) for value in values[name]]
        if len(times) > 1 and times[0] - times[1] > window.milliseconds:
            raise ErrorResponse(-1127, f"From {window.start} to {window.end} there may be {window.days} days at most.")


def _checked(parameter: Parameter, texts: list[str]) -> list[str]:
    """Return the parameter's values, none where it was not sent."""
    if parameter.required and not all(texts or [""]):
        raise missing(parameter.name)
    if not all(texts):
        raise ErrorResponse(-1105, f"The parameter {parameter.name} is empty.")
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
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def _check_item(parameter: Parameter, text: str) -> None:
    if not _PATTERNS[parameter.kind].fullmatch(text):
        raise _malformed(parameter, f"is not a valid {parameter.kind}")
    if text in map(str, parameter.refused) or (parameter.choices and text not in map(str, parameter.choices)):
        raise ErrorResponse(-1130, f"The parameter {parameter.name} has a value that this operation does not take.")
    if parameter.kind == "string" and not _is_within(len(text), parameter.min_length, parameter.max_length):
        raise _malformed(parameter, "is too short or too long")
    beyond = 1 << (parameter.bits - 1)
    is_too_wide = parameter.kind == "integer" and not -beyond <= int(text) < beyond
    is_number = parameter.kind in ("decimal", "integer")
    if is_too_wide or (is_number and not _is_within(Decimal(text), parameter.minimum, parameter.maximum)):
        raise _malformed(parameter, "is too small or too large")
    if parameter.kind == "decimal" and parameter.minimum is None and not Decimal(text):
        raise ErrorResponse(-5007, f"The {parameter.name} must be greater than zero.")
    if parameter.pattern is not None and not re.search(parameter.pattern, text):
        raise _malformed(parameter, f"does not have the form {parameter.pattern}")


def _is_within(number: Decimal | int, minimum: Decimal | int | None, maximum: Decimal | int | None) -> bool:
    return (minimum is None or number >= minimum) and (maximum is None or number <= maximum)


def _malformed(parameter: Parameter, rule: str) -> ErrorResponse:
    return ErrorResponse(-1100, f"The parameter {parameter.name} {rule}.")
