# Copied from generator/runtime/outcome.py by python -m generator; edit it there.
"""Decides what an answer, or the lack of one, proves: done with a receipt, not executed, or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from . import errors
from .operation import RETRY_AFTER_HEADER, ErrorCode, Operation
from .request import Prepared
from .transport import Answer, Fault, Progress
from .values import decimals_in

_OK = 200
TOO_MANY_REQUESTS = 429
BANNED = 418
_DIGITS = 9
_UNREADABLE = 1 << 70
"""Stands for an error code that is there and cannot be read; no code of Binance's is as large."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DOUBTFUL = frozenset({408, 409, 499})
"""Statuses below 500 of gateways that gave up waiting (408, 499), and of what was done in part (409)."""
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


def result_of(
    prepared: Prepared, answer: Answer | Fault, codes: Mapping[int, ErrorCode], sent_at: int, attempts: int = 1
) -> Any:
    """Return the receipt that the answer holds, or the exception that says what else it proves."""
    context = _context(prepared, sent_at, attempts)
    if isinstance(answer, Fault):
        return _unanswered(prepared.operation, answer, context)
    code, reason = _error_in(answer.body)
    known = codes.get(code) if code is not None else None
    free_of_errors = code is None or (code != _UNREADABLE and _has_code_field(prepared.operation))
    contradictory = False
    try:
        receipt = _receipt(prepared.operation, answer.body)
    except _Unreadable as problem:
        if answer.status == _OK and free_of_errors:
            reason = f"{problem}{f' ({reason})' if reason else ''}"
    else:
        if answer.status == _OK and free_of_errors:
            return receipt
        # A receipt beside an error, or with another status: neither is proof of anything.
        contradictory = prepared.operation.moves_funds
        known = None if answer.status == _OK else known
    if code == _UNREADABLE:
        # There is an error code, and it may be one that leaves the outcome open.
        code, contradictory = None, prepared.operation.moves_funds
    context |= {
        "status": answer.status,
        "code": code,
        "reason": reason,
        "headers": answer.headers,
        "retry_after": _retry_after(answer.headers),
    }
    return _failure(prepared.operation, answer.status, known, context, contradictory=contradictory)


def interrupted(
    prepared: Prepared, interruption: BaseException, progress: Progress, sent_at: int, attempts: int
) -> errors.BinanceError:
    """Return what is known of a call that was interrupted (cancelled, by a signal) while it was being sent."""
    fault = Fault(f"interrupted by {type(interruption).__name__}", may_have_arrived=progress.may_have_arrived)
    return _unanswered(prepared.operation, fault, _context(prepared, sent_at, attempts))


def answered_then_interrupted(prepared: Prepared, result: object, sent_at: int, attempts: int) -> errors.BinanceError:
    """Return what is known of a call that was interrupted after its answer was read."""
    if isinstance(result, errors.BinanceError):
        return result
    return errors.OutcomeUnknown(
        f"{prepared.operation.name} was answered with {result!r}, and then interrupted.",
        check="It was done; the receipt is kept in `receipt`.",
        receipt=result,
        **_context(prepared, sent_at, attempts),
    )


def _context(prepared: Prepared, sent_at: int, attempts: int) -> dict[str, Any]:
    return {
        "operation": prepared.operation.name,
        "parameters": prepared.parameters,
        "sent_at": sent_at,
        "attempts": attempts,
    }


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
    """Return the `code` and `msg` of an error body; the code is `_UNREADABLE` where there is one that cannot be read."""
    try:
        fields = _object.decode(body.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _UNREADABLE if b'"code"' in body else None, None
    reason = _plain(fields.get("msg"))
    reason = reason if isinstance(reason, str) else None
    if "code" in fields:
        code = _plain(fields["code"])
        return code if type(code) is int else _UNREADABLE, reason
    return _UNREADABLE if _plain(fields.get("success")) is False else None, reason


def _plain(raw: msgspec.Raw | None) -> object:
    try:
        return None if raw is None else msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _has_code_field(operation: Operation[Any]) -> bool:
    fields = getattr(operation.decoder.type, "__struct_encode_fields__", ())
    return "code" in fields


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get(RETRY_AFTER_HEADER, "")
    # The longest ban is three days; more digits than this are no number of seconds that anyone means.
    return float(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _unanswered(operation: Operation[Any], fault: Fault, context: dict[str, Any]) -> errors.BinanceError:
    if not fault.may_have_arrived:
        return errors.NotSent(f"{operation.name} was not sent: {fault.reason}.", **context)
    if not operation.moves_funds:
        return errors.NotExecuted(f"{operation.name} got no answer ({fault.reason}); it moves nothing.", **context)
    return errors.OutcomeUnknown(
        f"{operation.name} may have been executed: no answer was read ({fault.reason}).",
        check=operation.when_unknown,
        **context,
    )


def _failure(
    operation: Operation[Any], status: int, known: ErrorCode | None, context: dict[str, Any], *, contradictory: bool
) -> errors.BinanceError:
    answer = f"HTTP {status}, code {context['code']}, {context['reason'] or 'no message'}"
    if not contradictory and (known is None or known.outcome != "unknown"):
        if status == BANNED:
            return errors.IpBanned(f"{operation.name} was refused, this IP address is banned ({answer}).", **context)
        if status == TOO_MANY_REQUESTS:
            return errors.RateLimited(f"{operation.name} was refused by the rate limit ({answer}).", **context)
    if contradictory or not _proves_refusal(status, known):
        if not operation.moves_funds:
            return errors.NotExecuted(f"{operation.name} was not answered as documented ({answer}).", **context)
        return errors.OutcomeUnknown(
            f"{operation.name} may have been executed ({answer}).", check=operation.when_unknown, **context
        )
    exception = _EXCEPTIONS[known.exception] if known else errors.Rejected
    return exception(f"{operation.name} was rejected ({answer}).", **context)


def _proves_refusal(status: int, known: ErrorCode | None) -> bool:
    """Tell whether nothing was done: only a 200 or a 4xx can prove it, and only most 4xx without a known code."""
    refused = 400 <= status < 500  # noqa: PLR2004
    if known is not None:
        return known.outcome == "not_executed" and (refused or status == _OK)
    return refused and status not in _DOUBTFUL
