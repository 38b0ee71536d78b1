"""A call on its way: what is sent, how often it was, how long it may still take, and the record of each attempt."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Generic

import msgspec

from .errors import BinanceError, NotSent, OutcomeUnknown
from .observe import Attempt
from .operation import Operation, Result
from .own_calls import OwnCall
from .redact import Redaction
from .request import Prepared
from .sent import Sent
from .wire import Fault, Response


class Waiting:
    """Attaches to an interruption what is known of a call while it waits for a budget, a signature or a further attempt."""

    __slots__ = ("_call",)

    def __init__(self, call: Call[Any]) -> None:
        self._call = call

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None and error is not None and not issubclass(kind, Exception):
            error.__cause__ = self._call.last or self._call.not_sent(f"interrupted by {kind.__name__}.")


class Call(msgspec.Struct, Generic[Result], eq=False):
    """A call on its way."""

    prepared: Prepared[Result]
    ends: float
    id: str = msgspec.field(default_factory=lambda: os.urandom(8).hex())
    is_rehearsal: bool | None = None
    """Whether it goes to a sandbox, or to this machine, and not to Binance."""
    attempt: int = 0
    sent_at: int = 0
    """When the attempt was signed, in milliseconds of Binance's clock."""
    corrected: int = 0
    """By how much the clock had been corrected then, in milliseconds."""
    started: float = 0.0
    """When the attempt began, in seconds of this machine's clock."""
    _began: float = 0.0
    last: BinanceError | None = None
    """The error of the attempt before."""
    own: OwnCall | None = None
    """What the client remembers of the call, if it moves funds and was sent."""
    before_send: Callable[[Sent], object] | None = None
    """Keeps each attempt where it outlives the process; what it raises is raised, and nothing is sent."""
    redaction: Redaction = msgspec.field(default_factory=Redaction)
    """The secrets of the attempt."""

    @property
    def operation(self) -> Operation[Result]:
        """The operation that is called."""
        return self.prepared.operation

    @property
    def subject(self) -> str:
        """What messages are about: the method that was called, or what a client asks by itself."""
        from .server_time import SERVER_TIME  # noqa: PLC0415 - only errors need it

        operation = self.operation
        if operation is SERVER_TIME:
            return f"The request for Binance's clock ({operation.method} {operation.path})"
        return operation.name

    def remaining(self) -> float:
        """Return the seconds until the deadline."""
        return self.ends - time.monotonic()

    def begin(self, now: int, corrected: int) -> None:
        """Count another attempt, with the time and by how much its clock has been corrected so far."""
        self.attempt += 1
        self.corrected = corrected
        self.sent_at, self.started, self._began = now, time.time(), time.monotonic()

    def taken(self) -> float:
        """Return the seconds since the attempt began."""
        return time.monotonic() - self._began

    def cleaned(self, received: Response | Fault) -> Response | Fault:
        """Return what was received, without the secrets of the attempt in headers or reason; a body stays as it is."""
        if isinstance(received, Fault):
            return replace(received, reason=self.redaction.text(received.reason))
        headers = self.redaction.headers(received.headers)
        return received if headers is received.headers else replace(received, headers=headers)

    def sent(self) -> Sent:
        """Return the attempt as plain data."""
        prepared = self.prepared
        known = self.operation.name, prepared.parameters, self.sent_at, prepared.recv_window
        return Sent(*known, call_id=self.id, is_rehearsal=self.is_rehearsal)

    def context(self) -> dict[str, Any]:
        """Return what every error of the call carries."""
        return {
            "operation": self.operation.name,
            "parameters": self.prepared.parameters,
            "sent_at": self.sent_at,
            "recv_window": self.prepared.recv_window,
            "attempts": self.attempt,
            "call_id": self.id,
            "is_rehearsal": self.is_rehearsal,
        }

    def learn(self, result: object) -> None:
        """Have the client remember how an attempt ended."""
        if self.own is not None:
            self.own.learn(result)

    def names(self) -> dict[str, str]:
        """Return the fields by which log records of the call are found."""
        return {"operation": self.operation.name, "call_id": self.id}

    def not_sent(self, why: str, retry_after: float | None = None) -> NotSent:
        """Return the error that says why no (further) attempt is made."""
        context: dict[str, Any] = {**self.context(), "sent_at": None, "retry_after": retry_after}
        return NotSent(f"{self.subject} was not sent: {why}", **context)

    def record(self, result: object, received: Response | Fault | None, used_weight: int | None) -> Attempt:
        """Return the record of the attempt that just ended."""
        failed = isinstance(result, BinanceError)
        unknown = isinstance(result, OutcomeUnknown)
        response = received if isinstance(received, Response) else None
        return Attempt(
            operation=self.operation.name,
            method=self.operation.method,
            path=self.prepared.path,
            parameters=self.prepared.parameters,
            call_id=self.id,
            number=self.attempt,
            started=self.started,
            duration=self.taken(),
            outcome="unknown" if unknown else "not_executed" if failed else "executed",
            status=response.status if response else None,
            code=getattr(result, "code", None) if failed else None,
            used_weight=used_weight,
            headers=response.headers if response else {},
            error=type(result).__name__ if failed else None,
        )
