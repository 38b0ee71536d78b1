# Copied from generator/runtime/sandbox.py by python -m generator; edit it there.
"""A fake Binance inside this process, made from the operation table: it judges every request and moves nothing.

It has one account, one API key and one IP address, and reads the table on its own: nothing that the client checks or
encodes is reused here, so that a mistake there is not repeated here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

import msgspec

from .clock import Clock, SystemClock
from .limiter import weight_header
from .operation import Api, Operation, Parameter
from .transport import Answer

API_KEY = "sandbox-key"
"""The key that the sandbox takes, unless it is made with another."""
SECRET = "sandbox-secret"  # noqa: S105 - it opens nothing but this sandbox
"""The secret of that key."""

Pairs: TypeAlias = tuple[tuple[str, str], ...]

_RECEIVE_WINDOW, _MAXIMUM_WINDOW, _AHEAD = 5_000, 60_000, 1_000
_STAMPS = ("timestamp", "recvWindow", "signature")
_CONTENT_TYPE = {"content-type": "application/json;charset=UTF-8"}
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_FORMS = {
    "string": re.compile(rf"[^\x00-\x1f\x7f-\x9f{_UNREADABLE}]*"),
    "decimal": re.compile(r"([0-9]{1,20})(\.[0-9]{1,20})?"),
    "integer": re.compile(r"-?[0-9]{1,19}"),
    "boolean": re.compile(r"true|false"),
}
_JSON_ARRAYS: Mapping[str, Any] = {"integer": list[int], "boolean": list[bool]}
"""What a JSON array holds; those of other kinds hold strings."""


@dataclass(frozen=True, slots=True)
class Received:
    """What one request was, and what it was answered; the key is left out and a signature reads `***`."""

    operation: str | None
    """The operation's name, or `None` where method and path are of no operation."""
    method: str
    path: str
    """The path as it was received, percent-encoding and all."""
    parameters: Pairs
    """The query's names and values, decoded, in the order received."""
    status: int


class _Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, code: int, message: str, *, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.headers = headers or {}


class Sandbox:
    """Answers requests as Binance would; safe to share between threads.

    Attributes:
        api_key: The key that requests must carry.
        secret: The HMAC secret that requests must be signed with.
        requests: What was received, in the order of the answers.
    """

    def __init__(self, api: Api, *, api_key: str = API_KEY, secret: str = SECRET, clock: Clock | None = None) -> None:
        """Make a sandbox with its budgets unused.

        Args:
            api: The operation table.
            api_key: The key that requests must carry.
            secret: The HMAC secret that requests must be signed with.
            clock: The server's time; by default this machine's.
        """
        self.api_key = api_key
        self.secret = secret
        self.requests: list[Received] = []
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._used = {operation.name: _Used() for operation in api.operations.values()}
        # A path without placeholders outranks one whose placeholder would match it too.
        by_placeholders = sorted(api.operations.values(), key=lambda operation: operation.path.count("{"))
        self._routes = [(operation, *_path_form(operation)) for operation in by_placeholders]

    def handle(self, method: str, target: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer one request.

        Args:
            method: The HTTP method, in upper case.
            target: Path and query, byte for byte as received.
            headers: The request's headers, names in any case.
        """
        path, _, query = target.partition(b"?")
        operation = None
        pairs = _pairs(query)
        answer_headers = dict(_CONTENT_TYPE)
        try:
            operation, in_path = self._route(method, path)
            now = self._charge(operation, answer_headers)
            self._authenticate(operation, query, headers)
            if operation.signed:
                _check_timing(dict(pairs), now)
            _check_parameters(operation, in_path + pairs)
            answer = Answer(200, answer_headers, operation.response_example)
        except _Refused as refusal:
            body = msgspec.json.encode({"code": refusal.code, "msg": str(refusal)})
            answer = Answer(refusal.status, {**answer_headers, **refusal.headers}, body)
        self._record(operation, method, path, pairs, answer.status)
        return answer

    def _route(self, method: str, path: bytes) -> tuple[Operation[Any], Pairs]:
        allowed = []
        for operation, form, names in self._routes:
            if match := form.fullmatch(path):
                if operation.method == method:
                    return operation, tuple(zip(names, map(_decoded, match.groups()), strict=True))
                allowed.append(operation.method)
        # -1020 and not -1000, because -1000 would leave open whether something was executed.
        if allowed:
            message = f"The method is not supported here; allowed: {', '.join(allowed)}."
            raise _Refused(-1020, message, status=405, headers={"allow": ", ".join(allowed)})
        raise _Refused(-1020, "There is no operation at this path.", status=404)

    def _charge(self, operation: Operation[Any], answer_headers: dict[str, str]) -> int:
        """Take the call from its budgets, note in the headers what is used, and return the time of arrival."""
        with self._lock:
            now = self._clock.milliseconds()
            used = self._used[operation.name]
            wait = used.charge(operation, now)
            answer_headers[weight_header(operation)] = str(used.weight)
        if wait:
            seconds = str(-(-wait // 1000))
            message = f"Too many requests to this operation; send the next one in {seconds} seconds."
            raise _Refused(-1003, message, status=429, headers={"retry-after": seconds})
        return now

    def _authenticate(self, operation: Operation[Any], query: bytes, headers: Mapping[str, str]) -> None:
        if operation.keyed:
            key = {name.lower(): value for name, value in headers.items()}.get("x-mbx-apikey", "")
            if not key:
                raise _Refused(-2014, "The header X-MBX-APIKEY was not sent or is empty.", status=401)
            if not hmac.compare_digest(key.encode(errors="surrogatepass"), self.api_key.encode()):
                raise _Refused(-2015, "The API key is not the sandbox's.", status=401)
        if operation.signed:
            self._check_signature(query)

    def _check_signature(self, query: bytes) -> None:
        if "signature" not in dict(_pairs(query)):
            raise _missing("signature")
        payload, _, last = query.rpartition(b"&")
        name, _, signature = last.partition(b"=")
        if name != b"signature":
            raise _Refused(-1022, "The parameter signature must be the last one.")
        if not payload.isascii():
            raise _Refused(-1022, "The query must be percent-encoded before it is signed.")
        expected = hmac.new(self.secret.encode(), payload, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature.lower(), expected.encode()):
            raise _Refused(-1022, "The signature is not that of the query before it, byte for byte as received.")

    def _record(self, operation: Operation[Any] | None, method: str, path: bytes, pairs: Pairs, status: int) -> None:
        masked = tuple((name, "***" if name.lower() == "signature" else value) for name, value in pairs)
        name = operation.name if operation else None
        received = Received(name, method, path.decode("ascii", "backslashreplace"), masked, status)
        with self._lock:
            self.requests.append(received)


@dataclass(slots=True)
class _Used:
    """What an operation's callers have used of its budgets; a call that is refused for them uses nothing."""

    window: int = -1
    weight: int = 0
    calls: deque[int] = field(default_factory=deque)

    def charge(self, operation: Operation[Any], now: int) -> int:
        """Take one call and return 0, or take nothing and return the milliseconds to wait."""
        cost, limit, wait = operation.weight, operation.call_limit, 0
        length = cost.seconds * 1000
        if now // length > self.window:
            self.window, self.weight = now // length, 0
        if self.weight + cost.weight > cost.budget:
            wait = length - now % length
        if limit:
            while self.calls and self.calls[0] + limit.seconds * 1000 <= now:
                self.calls.popleft()
            if len(self.calls) >= limit.calls:
                wait = max(wait, self.calls[0] + limit.seconds * 1000 - now)
        if not wait:
            self.weight += cost.weight
            if limit:
                self.calls.append(now)
        return wait


def _path_form(operation: Operation[Any]) -> tuple[re.Pattern[bytes], list[str]]:
    """Return what the operation's path looks like, and the names of its placeholders."""
    pieces = re.split(r"\{([^{}]+)\}", operation.path)
    return re.compile("([^/]+)".join(map(re.escape, pieces[::2])).encode()), pieces[1::2]


def _pairs(query: bytes) -> Pairs:
    fields = (each.partition(b"=") for each in query.split(b"&")) if query else ()
    return tuple((_decoded(name), _decoded(value)) for name, _, value in fields)


def _decoded(raw: bytes) -> str:
    """Undo the percent-encoding; what cannot be read becomes a character that no value may hold.

    A `+` stays a plus, as in any URL. Only HTML forms read it as a space, and whoever means a plus sends `%2B`.
    """
    readable = re.sub(rb"%(?![0-9A-Fa-f]{2})|[\x80-\xff]", b"%FF", raw)
    return unquote_to_bytes(readable).decode(errors="replace")


def _missing(name: str) -> _Refused:
    return _Refused(-1102, f"The mandatory parameter {name} was not sent or is empty.")


def _check_timing(given: Mapping[str, str], now: int) -> None:
    if not given.get("timestamp"):
        raise _missing("timestamp")
    for name in ("timestamp", "recvWindow"):
        if not _FORMS["integer"].fullmatch(given.get(name) or "0"):
            raise _Refused(-1100, f"The parameter {name} must be a whole number.")
    window = int(given.get("recvWindow") or _RECEIVE_WINDOW)
    if window > _MAXIMUM_WINDOW:
        raise _Refused(-1131, f"The parameter recvWindow must not be more than {_MAXIMUM_WINDOW}.")
    timestamp = int(given["timestamp"])
    if timestamp >= now + _AHEAD:
        raise _Refused(-1021, f"The parameter timestamp is {_AHEAD} ms or more ahead of the server's time.")
    if now - timestamp > window:
        raise _Refused(-1021, f"The parameter timestamp is more than {window} ms behind the server's time.")


def _check_parameters(operation: Operation[Any], pairs: Pairs) -> None:
    declared = {parameter.name: parameter for parameter in operation.parameters}
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    for name, sent in texts.items():
        if len(sent) > 1 and not (name in declared and declared[name].array == "repeat"):
            raise _Refused(-1101, f"The parameter {name} was sent more than once.")
    for name in texts:
        if name not in declared and not (operation.signed and name in _STAMPS):
            raise _Refused(-1104, f"The parameter {name} is not one of this operation.")
    items = {name: _checked(parameter, texts.get(name, [])) for name, parameter in declared.items()}
    for condition in operation.conditions:
        asked = set(map(str, condition.values)).intersection(items[condition.other])
        if asked and not items[condition.parameter]:
            raise _missing(condition.parameter)


def _checked(parameter: Parameter, texts: list[str]) -> list[str]:
    """Return the parameter's values, none where it was not sent."""
    if parameter.required and not all(texts or [""]):
        raise _missing(parameter.name)
    if not all(texts):
        raise _Refused(-1105, f"The parameter {parameter.name} is empty.")
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
        raise _Refused(-1130, f"The parameter {parameter.name} has a value that this operation does not take.")
    if parameter.kind == "string" and not _is_within(len(text), parameter.min_length, parameter.max_length):
        raise _malformed(parameter, "is too short or too long")
    is_number = parameter.kind in ("decimal", "integer")
    if is_number and not _is_within(Decimal(text), parameter.minimum, parameter.maximum):
        raise _malformed(parameter, "is too small or too large")
    if parameter.pattern is not None and not re.search(parameter.pattern, text):
        raise _malformed(parameter, f"does not have the form {parameter.pattern}")


def _is_within(number: Decimal | int, minimum: Decimal | int | None, maximum: Decimal | int | None) -> bool:
    return (minimum is None or number >= minimum) and (maximum is None or number <= maximum)


def _malformed(parameter: Parameter, problem: str) -> _Refused:
    return _Refused(-1100, f"The parameter {parameter.name} {problem}.")
