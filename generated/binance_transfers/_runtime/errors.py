# Copied from generator/runtime/errors.py by python -m generator; edit it there.
"""The exceptions of a call, which returns its receipt or raises one of them.

    BinanceError
    ├── InvalidRequest (also a ValueError)   refused here, nothing was sent
    ├── JournalError                         the journal cannot be used, or does not allow it: nothing was sent
    ├── NotExecuted                          Binance certainly did not do it
    │   ├── NotSent                          no request left this machine
    │   └── Rejected                         Binance answered with an error
    │       ├── AuthenticationError          key, signature, IP address or permission
    │       ├── TimestampOutOfWindow         the clock is off, or the request was too slow
    │       ├── RateLimited                  too much weight or too many calls
    │       │   └── IpBanned                 this IP address is banned: nothing may be sent until the ban ends
    │       ├── InsufficientBalance          the wallet does not hold the amount
    │       └── ParameterRejected            a parameter is missing, unknown or malformed
    └── OutcomeUnknown                       it may have happened: check before doing it again

`except NotExecuted` is the branch in which repeating a transfer is safe; `except OutcomeUnknown` is the one in which
it is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .verdict import Verdict


class BinanceError(Exception):
    """The base of every exception of this package.

    Attributes:
        operation: The method that was called, such as `user_universal_transfer`; `None` before a call was made.
        parameters: The parameters as they were to be sent, by wire name; no key, timestamp or signature.
    """

    def __init__(
        self, message: str, *, operation: str | None = None, parameters: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.parameters: Mapping[str, object] = dict(parameters or {})

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions travel between processes; what they carry is plain data without secrets.
        return type(self).__new__, (type(self), *self.args), vars(self)


class InvalidRequest(BinanceError, ValueError):
    """The arguments break a rule of the spec, so nothing was sent.

    Attributes:
        problems: One sentence per broken rule.
    """

    def __init__(self, problems: tuple[str, ...], **context: Any) -> None:
        super().__init__(" ".join(problems), **context)
        self.problems = problems


class JournalError(BinanceError):
    """The journal cannot be read or written, or does not allow the transfer, so nothing was sent."""


class _Answered(BinanceError):
    """An error of an attempt, with what is known of it: the response, if there was one, and when it was asked for.

    Attributes:
        status: HTTP status, or `None` when no response came.
        code: Binance's error code, or `None`.
        reason: Binance's message, or `None`.
        headers: The response's headers, names in lower case.
        body: The beginning of the response's body (2,048 characters), or `None`.
        transfer_id: The id of a transfer that the response names without being a receipt, or `None`.
        retry_after: Seconds to wait before the next request, or `None`.
        sent_at: Milliseconds since the Unix epoch at which the last attempt was signed, or `None`.
        recv_window: Milliseconds from `sent_at` for which the request was valid, or `None` where it has no such limit.
        attempts: How often the request was sent, or was tried to be.
        call_id: The id of the call, as in the records of its attempts, or `None`.
        is_rehearsal: Whether it went to a sandbox, or to this machine, and not to Binance; `None` where that is not known.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        transfer_id: str | None = None,
        retry_after: float | None = None,
        sent_at: int | None = None,
        recv_window: int | None = None,
        attempts: int = 0,
        call_id: str | None = None,
        is_rehearsal: bool | None = None,
        **context: Any,
    ) -> None:
        super().__init__(message, **context)
        self.status = status
        self.code = code
        self.reason = reason
        self.headers: Mapping[str, str] = dict(headers or {})
        self.body = body
        self.transfer_id = transfer_id
        self.retry_after = retry_after
        self.sent_at = sent_at
        self.recv_window = recv_window
        self.attempts = attempts
        self.call_id = call_id
        self.is_rehearsal = is_rehearsal


class NotExecuted(_Answered):
    """Binance certainly did not do it."""


class NotSent(NotExecuted):
    """No request left this machine: no connection, or the local budget is used up (see `retry_after`)."""


class Rejected(NotExecuted):
    """Binance answered with an error that proves that nothing was done."""


class AuthenticationError(Rejected):
    """The key, the signature, the IP address or a permission of the key was refused."""


class TimestampOutOfWindow(Rejected):
    """The request's timestamp lay outside `recvWindow`: this machine's clock is off, or the network was slow."""


class RateLimited(Rejected):
    """Too much weight was used, or too many calls were made; `retry_after` says how long to wait."""


class IpBanned(RateLimited):
    """This IP address is banned (HTTP 418, or a message that says until when); `retry_after` says for how long."""


class InsufficientBalance(Rejected):
    """The wallet does not hold the amount."""


class ParameterRejected(Rejected):
    """Binance found a parameter missing, unknown or malformed."""


RECONCILE_ADVICE = "client.reconcile(error) does so and returns a verdict."
RESOLVE_ADVICE = "Look for yourself, and write what you found with the journal's resolve."
"""Advice for callers of methods, in place of which the command line names a command."""
RECONCILE_ADVICE_ZH = "也可以调用 client.reconcile(error) 代为核对，它会返回结论。"  # noqa: RUF001 - a comma of Chinese
RESOLVE_ADVICE_ZH = "请自行核对，并用划转日志的 resolve 记下结果。"  # noqa: RUF001 - a comma of Chinese
"""The same in Chinese."""


class OutcomeUnknown(_Answered):
    """It may have happened.

    Attributes:
        check: What to look at, and where, before doing it again.
        check_zh: The same in Chinese.
        receipt: The receipt of a call that was answered, and interrupted before it could return it; else `None`.
        verdict: What a journal found out before it raised this; else `None`.
    """

    def __init__(
        self,
        message: str,
        *,
        check: str = "",
        check_zh: str = "",
        receipt: object = None,
        verdict: Verdict | None = None,
        **context: Any,
    ) -> None:
        super().__init__(f"{message} {check}" if check else message, **context)
        self.check = check
        self.check_zh = check_zh
        self.receipt = receipt
        self.verdict = verdict
