# Copied from generator/runtime/outcome.py by python -m generator; edit it there.
"""Decides what an answer, or the lack of one, proves: done with a receipt, not executed, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from . import errors
from .operation import ErrorCode, Operation
from .request import Prepared
from .transport import Answer, Fault
from .values import decimals_in

_OK = 200
_TOO_MANY_REQUESTS = 429
_BANNED = 418
_EXCEPTIONS: Mapping[str, type[errors.Rejected]] = {
    each.__name__: each
    for each in (
        errors.Rejected,
        errors.AuthenticationError,
        errors.TimestampOutOfWindow,
        errors.RateLimited,
        errors.InsufficientBalance,
        errors.ParameterRejected,
    )
}
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def result_of(prepared: Prepared, answer: Answer | Fault, codes: Mapping[int, ErrorCode], sent_at: int) -> Any:
    """Return the receipt that the answer holds.

    Raises:
        NotExecuted: Nothing was done.
        OutcomeUnknown: It may have been done.
    """
    context = {"operation": prepared.operation.name, "parameters": prepared.parameters, "sent_at": sent_at}
    if isinstance(answer, Fault):
        raise _unanswered(prepared.operation, answer, context)
    code, reason = _error_in(answer.body)
    if answer.status == _OK and (code is None or _has_code_field(prepared.operation)):
        try:
            return _receipt(prepared.operation, answer.body)
        except _Unreadable as problem:
            reason = f"{problem}{f' ({reason})' if reason else ''}"
    context |= {
        "status": answer.status,
        "code": code,
        "reason": reason,
        "headers": answer.headers,
        "retry_after": _retry_after(answer.headers),
    }
    raise _failure(prepared.operation, answer.status, codes.get(code) if code is not None else None, context)


class _Unreadable(Exception):
    """The body is not the receipt; the message says why."""


def _receipt(operation: Operation[Any], body: bytes) -> Any:
    try:
        receipt = operation.decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _Unreadable(f"the answer is not the documented one: {error}") from None
    if not all(number.is_finite() for number in decimals_in(receipt)):
        raise _Unreadable("the answer holds an amount that is not a number")
    return receipt


def _error_in(body: bytes) -> tuple[int | None, str | None]:
    """Return the `code` and `msg` of an error body; a code that is no whole number is 0, so that it stays an error."""
    try:
        fields = _object.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None, None
    reason = _plain(fields.get("msg"))
    if "code" not in fields:
        return None, reason if isinstance(reason, str) else None
    code = _plain(fields["code"])
    return (code if type(code) is int else 0), reason if isinstance(reason, str) else None


def _plain(raw: msgspec.Raw | None) -> object:
    try:
        return None if raw is None else msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _has_code_field(operation: Operation[Any]) -> bool:
    fields = getattr(operation.decoder.type, "__struct_encode_fields__", ())
    return "code" in fields


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() else None


def _unanswered(operation: Operation[Any], fault: Fault, context: dict[str, Any]) -> errors.BinanceError:
    if not fault.may_have_arrived:
        return errors.NotSent(f"{operation.name} was not sent: {fault.reason}.", **context)
    if not operation.moves_funds:
        return errors.NotExecuted(f"{operation.name} got no answer ({fault.reason}); it moves nothing.", **context)
    return errors.OutcomeUnknown(
        f"{operation.name} may have been executed: no answer was read ({fault.reason}).", **context
    )


def _failure(
    operation: Operation[Any], status: int, known: ErrorCode | None, context: dict[str, Any]
) -> errors.BinanceError:
    answer = f"HTTP {status}, code {context['code']}, {context['reason'] or 'no message'}"
    if status == _BANNED:
        return errors.IpBanned(f"{operation.name} was refused, this IP address is banned ({answer}).", **context)
    if status == _TOO_MANY_REQUESTS:
        return errors.RateLimited(f"{operation.name} was refused by the rate limit ({answer}).", **context)
    if operation.moves_funds and not _proves_refusal(status, known):
        return errors.OutcomeUnknown(f"{operation.name} may have been executed ({answer}).", **context)
    if status == _OK and known is None:
        return errors.NotExecuted(f"{operation.name} was not answered as documented ({answer}).", **context)
    exception = _EXCEPTIONS[known.exception] if known else errors.Rejected
    return exception(f"{operation.name} was rejected ({answer}).", **context)


def _proves_refusal(status: int, known: ErrorCode | None) -> bool:
    """Tell whether nothing was done: a 5xx outranks every code, and only a 4xx is a refusal by itself."""
    if status >= 500:  # noqa: PLR2004
        return False
    if known is not None:
        return known.outcome == "not_executed"
    return 400 <= status < 500  # noqa: PLR2004
