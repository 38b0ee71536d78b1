# Copied from generator/runtime/outcome.py by python -m generator; edit it there.
"""Decides what a response, or the lack of one, proves: executed with a receipt, not executed, or unknown.

`_TABLE` is the decision: its first row that holds is the outcome.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from . import errors
from .call import Call
from .doubt import contradiction, failure, fields_of, hides_doubt, is_error, plain, transfer_id
from .headers import banned_until, firewall, retry_after
from .observe import Outcome
from .operation import ErrorCode, Operation, Result
from .values import decimals_in
from .wire import Fault, Response

_OK = 200
BANNED = 418
TOO_MANY_REQUESTS = 429
_REFUSALS = range(400, 500)
_DOUBTFUL = frozenset({408, 409, 460, 499})
"""Statuses below 500 of gateways that gave up waiting (408, 460, 499), and of what was done in part (409)."""
_READ, _KEPT = 8192, 2048
"""Bytes of a body that are looked at for what an exception keeps, and characters that it keeps."""
_LONGEST_BAN = 259_200.0
"""Seconds: Binance's documentation says that a ban lasts from two minutes to three days."""
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_UNREADABLE = 1 << 70
"""Stands for an error code that is there and cannot be read; no code of Binance's is as large."""


class _Evidence(msgspec.Struct, frozen=True):
    """The facts of an attempt that decide its outcome."""

    moves_funds: bool
    status: int | None = None
    """HTTP status, or `None` when no response was read."""
    may_have_arrived: bool = True
    has_receipt: bool = False
    """The body is the documented receipt."""
    has_error: bool = False
    """The body has an error code, whether it can be read or not, or says otherwise that it is no success."""
    names_transfer: bool = False
    """The body has the id of a transfer, whatever it is beside."""
    is_readable: bool = True
    """All of the body was read, and nothing in it but its error code leaves the outcome open."""
    known: ErrorCode | None = None
    """The error code, if it is a known one."""
    is_banned: bool = False
    """The response says until when this IP address is banned."""

    def proves(self, outcome: str) -> bool:
        return self.known is not None and self.known.outcome == outcome

    @property
    def refuses(self) -> bool:
        """Whether code and status agree that nothing was executed, or the status says so alone."""
        if self.known is None:
            return self.status in _REFUSALS and self.status not in _DOUBTFUL
        return self.proves("not_executed") and (self.status == _OK or self.status in _REFUSALS)


class _Row(msgspec.Struct, frozen=True):
    """If it `holds` for the evidence, the call has this `outcome`, and the message `says` so."""

    holds: Callable[[_Evidence], bool]
    outcome: Outcome
    exception: str | None = None
    """The exception of what was not executed; `None`: the one of the error code."""
    says: str = ""


_LOST = "may have been executed: no response was read ({})"
_OPEN = "may have been executed ({})"
_TABLE: tuple[_Row, ...] = (
    # No response was read.
    _Row(lambda e: e.status is None and not e.may_have_arrived, "not_executed", "NotSent", "was not sent: {}"),
    _Row(lambda e: e.status is None, "unknown", says=_LOST),
    # The receipt is proof only where nothing contradicts it.
    _Row(lambda e: e.status == _OK and e.has_receipt and not e.has_error, "executed"),
    _Row(lambda e: e.has_receipt and (e.moves_funds or e.status == _OK), "unknown", says=_OPEN),
    _Row(lambda e: e.names_transfer and e.moves_funds, "unknown", says=_OPEN),
    # What cannot be read may be, or hide, an error code that leaves the outcome open, as some do.
    _Row(lambda e: not e.is_readable and e.moves_funds, "unknown", says=_OPEN),
    _Row(lambda e: e.proves("unknown"), "unknown", says=_OPEN),
    # The limits are checked before anything is done.
    _Row(
        lambda e: e.status == BANNED or (e.is_banned and e.refuses),
        "not_executed",
        "IpBanned",
        "was refused, this IP address is banned ({})",
    ),
    _Row(lambda e: e.status == TOO_MANY_REQUESTS, "not_executed", "RateLimited", "was refused by the rate limit ({})"),
    # A known error code is proof only beside a status that agrees with it; without one, most 4xx are.
    _Row(lambda e: e.refuses and e.known is not None, "not_executed", says="was rejected ({})"),
    _Row(lambda e: e.known is not None, "unknown", says=_OPEN),
    _Row(lambda e: e.refuses, "not_executed", "Rejected", "was rejected ({})"),
    # A 5xx, a redirect, a page of a gateway, a success without its receipt.
    _Row(lambda _: True, "unknown", says=_OPEN),
)
_OF_READS = {_LOST: "got no response ({}); it moves nothing", _OPEN: "was not answered as documented ({})"}
"""The same messages where nothing moves: such a call has no unknown outcome."""


class _Body(msgspec.Struct, frozen=True):
    """What a response's body says."""

    fields: Mapping[str, msgspec.Raw] | None
    """Those of one JSON object, undecoded."""
    receipt: Any
    problem: str | None
    """Why it is no receipt."""
    doubt: str | None
    """Why it proves nothing, although it has the fields of a receipt."""
    code: int | None
    reason: str | None

    @classmethod
    def of(cls, operation: Operation[Any], response: Response) -> _Body:
        """Read a body for what it says of the call."""
        receipt, problem = _read_receipt(operation, response.body)
        fields = fields_of(response.body)
        code, reason = _read_error(fields, response.body)
        doubt = _doubt(operation, fields, response.body) if problem is None else None
        if doubt and is_error(operation, fields):
            # An error is no receipt, also where it has all of its fields.
            problem = doubt
        is_success = response.status == _OK and problem is None and doubt is None
        if is_success and _is_of_success(operation, fields):
            code = None
        return cls(fields, receipt, problem, doubt, code, reason)

    @property
    def has_error(self) -> bool:
        """Whether it has an error code, or says otherwise that it is no success."""
        return self.doubt is not None or self.code is not None


def result_of(
    call: Call[Result], response: Response | Fault, codes: Mapping[int, ErrorCode]
) -> Result | errors.BinanceError:
    """Return the receipt that the response holds, or the exception that says what else it proves."""
    if isinstance(response, Fault):
        return unanswered(call, response)
    body = _Body.of(call.operation, response)
    receipt: Result = body.receipt
    if response.status == _OK and body.problem is None and not body.has_error:
        # Nearly every call ends so: the row that says it is not looked up.
        return receipt
    named, until = transfer_id(call.operation, body.fields), banned_until(response.body.decode(errors="replace"))
    evidence = _evidence(call.operation, response, body, codes, is_named=named is not None, is_banned=until is not None)
    row = _judge(evidence)
    if row.outcome == "executed":
        return receipt
    kept = call.redaction.text(response.body[:_READ].decode(errors="replace"))[:_KEPT]
    reason = _reason(call, response, body)
    code = None if body.code == _UNREADABLE else body.code
    number = "" if code is None else f"code {code}, "
    described = f"HTTP {response.status}, {number}{reason or _page(response, code, kept) or 'no message'}"
    context = {
        "status": response.status,
        "code": code,
        "reason": reason,
        "headers": response.headers,
        "retry_after": _wait(response, until, call.sent_at),
        "body": kept,
        "transfer_id": named and call.redaction.text(named),
    }
    return _error(row, call, described, evidence.known, **context)


def _evidence(
    operation: Operation[Any],
    response: Response,
    body: _Body,
    codes: Mapping[int, ErrorCode],
    *,
    is_named: bool,
    is_banned: bool,
) -> _Evidence:
    moves_funds = operation.moves_funds
    return _Evidence(
        moves_funds,
        response.status,
        has_receipt=body.problem is None,
        has_error=body.has_error,
        names_transfer=is_named,
        is_readable=body.code != _UNREADABLE
        and not (moves_funds and hides_doubt(response.body, response.headers, codes)),
        known=None if body.code is None else codes.get(body.code),
        is_banned=is_banned,
    )


def _reason(call: Call[Any], response: Response, body: _Body) -> str | None:
    """Return Binance's message, behind why a 200 is no receipt."""
    reason = body.reason
    if response.status == _OK and (body.doubt or not body.has_error):
        problem = body.problem or body.doubt
        reason = f"{problem} ({reason})" if reason else problem
    return reason and call.redaction.text(reason)


def unanswered(call: Call[Any], fault: Fault) -> errors.BinanceError:
    """Return the exception that says what the lack of a response proves."""
    row = _judge(_Evidence(call.operation.moves_funds, may_have_arrived=fault.may_have_arrived))
    return _error(row, call, fault.reason)


def _doubt(operation: Operation[Any], fields: Mapping[str, msgspec.Raw] | None, body: bytes) -> str | None:
    """Return why a body that has the fields of a receipt is none."""
    if operation.moves_funds:
        return failure(operation, fields) or contradiction(operation, fields, body)
    return failure(operation, fields)


def _is_of_success(operation: Operation[Any], fields: Mapping[str, msgspec.Raw] | None) -> bool:
    """Return whether the spec says what the field is in a success that is read as the error code."""
    return ("code" if "code" in (fields or ()) else "success") in operation.success


def _wait(response: Response, until: int | None, now: int) -> float | None:
    """Return the seconds to wait: the longer of what header and message say; no ban ends at once."""
    asked = retry_after(response.headers, now)
    banned = max(0.0, (until - now) / 1000) if until is not None else 0.0
    wait = min(max(asked or 0.0, banned), _LONGEST_BAN)
    return wait or (None if response.status == BANNED or until is not None else asked)


def _page(response: Response, code: int | None, body: str) -> str | None:
    """Return whose page it is that says no, and its title."""
    title = _TITLE.search(body)
    words = " ".join(title[1].split()) if title else ""
    author = firewall(response.status, code, response.headers, body)
    if author is None or not body:
        return words or None
    return f"a page of {author}: {words}" if words else f"a page of {author}"


def answered_then_interrupted(call: Call[Any], result: object) -> errors.BinanceError:
    """Return what is known of a call that was interrupted after its response was read."""
    if isinstance(result, errors.BinanceError):
        return result
    return errors.OutcomeUnknown(
        f"{call.operation.name} was answered with {call.redaction.text(repr(result))}, and then interrupted.",
        check="It was executed; the receipt is kept in `receipt`.",
        check_zh="已经执行，回执保存在 `receipt` 中。",  # noqa: RUF001 - a comma of Chinese
        receipt=result,
        **call.context(),
    )


def _judge(evidence: _Evidence) -> _Row:
    return next(row for row in _TABLE if row.holds(evidence))


def _error(
    row: _Row, call: Call[Any], described: str, known: ErrorCode | None = None, **more: Any
) -> errors.BinanceError:
    operation, context = call.operation, call.context() | more
    is_read = row.outcome == "unknown" and not operation.moves_funds
    says = _OF_READS[row.says] if is_read else row.says
    message = f"{call.subject} {says.format(described)}."
    if is_read:
        return errors.NotExecuted(message, **context)
    if row.outcome == "unknown":
        return errors.OutcomeUnknown(message, **_checks(operation), **context)
    exception = getattr(errors, row.exception or (known.exception if known else "Rejected"))
    refusal: errors.NotExecuted = exception(message, **context)
    return refusal


def _checks(operation: Operation[Any]) -> dict[str, Any]:
    """Return what to look at where the outcome is open, and what does so, in both languages."""
    check, check_zh = operation.when_unknown, operation.when_unknown_zh
    if operation.confirmation is not None:
        check, check_zh = f"{check} {errors.RECONCILE_ADVICE}".lstrip(), check_zh + errors.RECONCILE_ADVICE_ZH
    return {"check": check, "check_zh": check_zh}


def _read_receipt(operation: Operation[Any], body: bytes) -> tuple[Any, str | None]:
    """Return the receipt, and why the body is none."""
    try:
        receipt = operation.decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return None, f"the response is not the documented one: {error}"
    if not all(number.is_finite() for number in decimals_in(receipt)):
        return None, "the response holds an amount that is not a number"
    return receipt, None


def _read_error(fields: Mapping[str, msgspec.Raw] | None, body: bytes) -> tuple[int | None, str | None]:
    """Return the `code` and `msg` of an error body; the code is `_UNREADABLE` where there is one that cannot be read."""
    if fields is None:
        return _UNREADABLE if b'"code"' in body else None, None
    reason = plain(fields.get("msg"))
    reason = reason if isinstance(reason, str) else None
    if "code" in fields:
        code = plain(fields["code"])
        return code if type(code) is int else _UNREADABLE, reason
    return _UNREADABLE if plain(fields.get("success")) is False else None, reason
