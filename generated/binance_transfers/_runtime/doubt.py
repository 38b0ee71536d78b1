# Copied from generator/runtime/doubt.py by python -m generator; edit it there.
"""Finds in a response to a transfer what keeps it from being proof."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, cast

import msgspec

from .operation import ErrorCode, Operation
from .short_repr import short_repr

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ID = re.compile(r"(tran|txn|transfer|transaction)_?id", re.IGNORECASE)
_AS_ID = re.compile(r"(?=[^1-9]*[1-9])[A-Za-z0-9][A-Za-z0-9_-]*")
"""An id as text: it has a digit that is not 0, since words such as FAILED or null name no transfer."""
_NO_ERROR = re.compile(r"0*|200")
_NOT_PLAIN = "the response is not one JSON object that names each field once"
_OF_ERRORS = frozenset({"code", "msg"})
"""The fields of every error."""
_FLAGS = frozenset({"success", "successful", "succeed", "succeeded", "issuccess", "ok"})
_BAD_FLAGS = frozenset({"rejected", "cancelled", "canceled", "declined", "denied", "reverted", "aborted"})
_ERRORS = ("err", "error", "exception", "fault", "fail", "failure", "failed", "reject")
"""How the names of fields that hold an error begin or end."""
_WORDS = frozenset({"status", "state", "result", "outcome", "msg", "message", "reason"})
_SUFFIXES = frozenset({"text", "desc", "description", "flag", "no", "info"})
"""What a name may end with and still be about the word before."""
_OF_CODES = frozenset({"msg", "status", "state", "result", "ret", "return", "response", "resp", "biz", "sub", "http"})
"""What stands before `code` in the name of an error code."""
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_GOOD = re.compile(
    r"\W*(|1|y|yes|s|ok|okay|true|done|success(ful(ly)?)?|succeed(ed)?|completed?|confirmed|accepted|pending|processing)\W*",
    re.IGNORECASE,
)
"""What a status or message says beside the receipt of what was executed or accepted."""
_DATA = re.compile(r"""\s*([{\["]|<\?xml|\)\]\}'|while\s*\(|[\w.$]+\(\s*[{\["]|(null|tru?e?|fa?l?s?e?|[-0-9.]+)\s*$)""")
"""How a body begins that is data, and no page or sentence."""
_DATA_TYPE = re.compile(r"[/+](json|xml)\b", re.IGNORECASE)
_PAGE = re.compile(r"\s*<(!doctype\s+)?html\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_READABLE = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
"""Charsets in which ASCII text is what it is in UTF-8."""
_ESCAPED = re.compile(r"(?<!\\)\\+u([0-9a-fA-F]{4})|&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_OPEN = re.compile(
    r"(status|state|outcome|result)\W*(is\W*)?unknown|unknown[\s_-]*(execution[\s_-]*)?status|"
    r"time[ds]?[\s_-]*out|状态未知|未知状态|超时|"
    r"(may|might|could)\s+(already\s+)?have\s+been|(is|are|still)\s+processing|being\s+processed|处理中|正在处理|可能已|"
    r"(request|transfer|transaction)\s+(is\s+)?(still\s+)?in\s+process|connection\s+(was\s+)?(reset|closed|lost)",
    re.IGNORECASE,
)
"""How a text says that the outcome is open."""


def fields_of(body: bytes) -> dict[str, msgspec.Raw] | None:
    """Return the fields of a body that is one JSON object, undecoded."""
    try:
        return _object.decode(body.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def plain(raw: msgspec.Raw | None) -> object:
    """Return the value of a field, or `None` if it cannot be read."""
    try:
        return None if raw is None else msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def can_say_failed(name: str, *, moves_funds: bool) -> bool:
    """Return whether a field of this name can say that the call failed.

    A status, a message or an error in the response to a read is about what is read.
    """
    kind = _kind(name)
    return kind in ("flag", "code") or (moves_funds and kind is not None)


def _kind(name: str) -> Literal["flag", "bad flag", "code", "error", "word"] | None:
    """Return what the name of a field, or the last word of it, says of the call."""
    words = [word.lower() for word in _PART.findall(name)]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    bare, last = "".join(words), words[-1] if words else ""
    if last in _FLAGS or bare in _FLAGS:
        return "flag"
    if bare == "code" or (last == "code" and words[-2] in _OF_CODES):
        return "code"
    if last in _BAD_FLAGS:
        return "bad flag"
    if bare.startswith(_ERRORS) or bare.endswith(_ERRORS):
        return "error"
    return "word" if last in _WORDS else None


def failure(operation: Operation[Any], fields: Mapping[str, msgspec.Raw] | None) -> str | None:
    """Return which field has a value that it does not have in a success."""
    for name, values in operation.success.items():
        if fields is None or name not in fields or not values:
            continue
        value = plain(fields[name])
        if not _is_one_of(value, values):
            expected = " or ".join(map(short_repr, values))
            return f"the response's {name} is {short_repr(value)}, and {expected} in a success"
    return None


def is_error(operation: Operation[Any], fields: Mapping[str, msgspec.Raw] | None) -> bool:
    """Return whether a body has nothing but what an error has, and no field with its value of a success."""
    if fields is None or not _OF_ERRORS.union(operation.success).issuperset(fields):
        return False
    return not any(_is_one_of(plain(fields[name]), operation.success.get(name, ())) for name in fields)


def _is_one_of(value: object, known: Iterable[object]) -> bool:
    # True is no 1 here.
    return any(type(value) is type(other) and value == other for other in known)


def contradiction(operation: Operation[Any], fields: Mapping[str, msgspec.Raw] | None, body: bytes) -> str | None:
    """Return why a receipt is no proof: it names no transfer, names something twice, or says that it failed."""
    model: Any = operation.decoder.type
    if fields is None:
        return _NOT_PLAIN if hasattr(model, "__struct_fields__") else None
    known, ids = _known(model, getattr(operation.effect, "receipt", None))
    more = fields.keys() - known
    # Each name is followed by a colon: a plain receipt, as nearly all are, is looked at no further.
    if (more or body.count(b":") != len(fields)) and not _is_object(body.decode(errors="replace"), set()):
        return _NOT_PLAIN
    for name in more:
        try:
            failed = _says_failed(name, plain(fields[name]))
        except RecursionError:
            return f"the response is a receipt, and its {short_repr(name)} is nested too deeply to be read"
        if failed:
            return f"the response is a receipt, and its {short_repr(name)} says that it failed"
    for name in ids:
        if name in fields and not _is_id(plain(fields[name])):
            return f"the response's {name} names no transfer"
    return None


def transfer_id(operation: Operation[Any], fields: Mapping[str, msgspec.Raw] | None) -> str | None:
    """Return the id of a transfer that a body has, whatever else it has."""
    for name in fields or ():
        if _is_id_name(name, getattr(operation.effect, "receipt", None)):
            value = plain((fields or {})[name])
            if _is_id(value):
                return str(value)
    return None


@cache
def _known(model: type, documented: str | None) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the wire names of a record's fields, and those that hold a transfer's id."""
    names: tuple[str, ...] = getattr(model, "__struct_encode_fields__", ())
    return frozenset(names), tuple(name for name in names if _is_id_name(name, documented))


def _is_id_name(name: str, documented: str | None) -> bool:
    return name == documented or bool(_ID.fullmatch(name))


def _is_id(value: object) -> bool:
    return value > 0 if type(value) is int else isinstance(value, str) and bool(_AS_ID.fullmatch(value))


def _says_failed(name: str, value: object) -> bool:
    """Return whether a field says that the call failed."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    match _kind(name):
        case "flag":
            return (
                value is not True and value != 1 and not (isinstance(value, str) and value and _GOOD.fullmatch(value))
            )
        case "code":
            return value is not None and not _NO_ERROR.fullmatch(str(value))
        case "bad flag" | "error":
            return bool(value) and not (isinstance(value, str) and not value.strip(" 0"))
        case "word" if isinstance(value, str):
            return not _GOOD.fullmatch(value)
        case "word":
            return value is False or (is_number and value not in (0, 1, 200))
        case None:
            return any(_says_failed(*field) for record in _records(value) for field in record.items())


def _records(value: object) -> Iterator[dict[str, object]]:
    """Yield the records of a value: itself, or those of a list, however deep lists lie in it."""
    if isinstance(value, dict):
        yield cast("dict[str, object]", value)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _records(item)


def hides_doubt(body: bytes, headers: Mapping[str, str], codes: Mapping[int, ErrorCode]) -> bool:
    """Return whether a body was not read whole, or says anywhere that the outcome is open."""
    charset = _CHARSET.search(headers.get("content-type", ""))
    if charset and charset[1].lower() not in _READABLE:
        return True
    try:
        text = body.removeprefix(_BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        return True
    numbers: set[int] = set()
    if not _is_object(text, numbers) and (
        "\0" in text
        or _DATA.match(text)
        or (_DATA_TYPE.search(headers.get("content-type", "")) and not _is_whole_text(text, headers))
        or headers.get("content-encoding", "").strip().lower() not in ("", "identity")
    ):
        return True
    if any(codes[number].outcome != "not_executed" for number in numbers & codes.keys()):
        return True
    plain = _ESCAPED.sub(_character, text)
    documented = [code for code, known in codes.items() if known.outcome == "unknown" and known.documented]
    return bool(_OPEN.search(plain)) or any(re.search(rf"{code}(?!\d)", plain) for code in documented)


def _is_whole_text(text: str, headers: Mapping[str, str]) -> bool:
    """Return whether a body is a page, or is empty because its length says so, whatever its type says that it is."""
    return bool(_PAGE.match(text)) if text.strip() else "content-length" in headers


def _is_object(text: str, numbers: set[int]) -> bool:
    """Return whether the text is one whole JSON object without a name given twice; and collect its whole numbers."""
    import json  # noqa: PLC0415 - importing it takes time, and a plain receipt does not need it

    def number(digits: str) -> int:
        numbers.add(int(digits))
        return 0

    try:
        return isinstance(json.loads(text, object_pairs_hook=_named_once, parse_int=number), dict)
    except (ValueError, RecursionError):
        return False


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name is given twice")
    return fields


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1] or escaped[2] or "0", 16) or int(escaped[3] or "0")
    return chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004 - the last character
