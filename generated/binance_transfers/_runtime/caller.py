# Copied from generator/runtime/caller.py by python -m generator; edit it there.
"""What both clients share: everything of a call but sending and waiting."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from logging import INFO, WARNING
from typing import Annotated, Any, ClassVar, Literal, NoReturn

import msgspec

from .clock import Clock, SystemClock
from .credentials import Credentials
from .errors import (
    BinanceError,
    InvalidRequest,
    NotExecuted,
    NotSent,
    OutcomeUnknown,
    RateLimited,
)
from .limiter import LimiterDown, used_weight
from .observe import Attempt, Hook, logger
from .operation import SERVER_TIME_PATH, Api, Operation, Weight
from .outcome import BANNED, TOO_MANY_REQUESTS
from .request import Prepared, UnusableSignature, prepare, target
from .retry import RetryPolicy, delay_before_retry
from .settings import check_numbers, check_objects
from .transport import (
    Answer,
    Fault,
    Outgoing,
)

WhenFull = Literal["wait", "raise"]

_PAUSE, _BAN = 60.0, 120.0
"""Seconds to stop for where Binance does not say: a window, and the shortest ban."""


class _ServerTime(msgspec.Struct):
    # From 2017, when Binance opened, to 2100: nothing else is signed into a request.
    time: Annotated[int, msgspec.Meta(ge=1_483_228_800_000, lt=4_102_444_800_000)] = msgspec.field(name="serverTime")


_SERVER_TIME = Operation(
    name="synchronize_clock",
    title="Check Server Time",
    method="GET",
    path=SERVER_TIME_PATH,
    security="NONE",
    keyed=False,
    signed=False,
    moves_funds=False,
    when_unknown="",
    weight=Weight(scope="ip", weight=1, budget=6000, seconds=60),
    call_limit=None,
    permissions=(),
    parameters=(),
    conditions=(),
    decoder=msgspec.json.Decoder(_ServerTime),
    example={},
    response_example=b'{"serverTime": 1499827319559}',
    sources={},
)
"""Every client asks it, whatever its spec, so it is no operation of the spec."""


@dataclass(slots=True)
class Call:
    """A call on its way: what is sent, how often it was, and how long it may take."""

    prepared: Prepared
    ends: float
    attempt: int = 0
    sent_at: int = 0
    """When the attempt was signed, in milliseconds of Binance's clock."""
    started: float = 0.0
    """When the attempt began, in seconds of this machine's clock."""
    _began: float = 0.0
    last: BinanceError | None = None
    """How the attempt before ended."""

    @property
    def operation(self) -> Operation[Any]:
        """What is called."""
        return self.prepared.operation

    def left(self) -> float:
        """Return the seconds until the deadline."""
        return self.ends - time.monotonic()

    def begin(self, now: int) -> None:
        """Count another attempt."""
        self.attempt += 1
        self.sent_at, self.started, self._began = now, time.time(), time.monotonic()

    def taken(self) -> float:
        """Return the seconds since the attempt began."""
        return time.monotonic() - self._began

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Attach to an interruption what is known of the call while it waits for its budget or another attempt."""
        try:
            yield
        except Exception:
            raise
        except BaseException as interruption:
            raise interruption from self.last or NotSent(
                f"{self.operation.name} was not sent: interrupted by {type(interruption).__name__}.",
                operation=self.operation.name,
                parameters=self.prepared.parameters,
            )


def _record(call: Call, result: object, answer: Answer | Fault | None, used: int | None) -> Attempt:
    failed = isinstance(result, BinanceError)
    unknown = isinstance(result, OutcomeUnknown)
    return Attempt(
        operation=call.operation.name,
        method=call.operation.method,
        path=call.prepared.path,
        number=call.attempt,
        started=call.started,
        duration=call.taken(),
        outcome="unknown" if unknown else "not_executed" if failed else "done",
        status=answer.status if isinstance(answer, Answer) else None,
        code=getattr(result, "code", None) if failed else None,
        used_weight=used,
        headers=answer.headers if isinstance(answer, Answer) else {},
        error=type(result).__name__ if failed else None,
    )


class Caller:
    """What both clients share: everything but sending and waiting."""

    _api: ClassVar[Api]
    _base_url = "not chosen"

    def __init__(
        self,
        credentials: Credentials,
        *,
        timeout: float,
        deadline: float,
        recv_window: int | None,
        retry: RetryPolicy | None,
        when_full: WhenFull,
        clock: Clock | None,
        on_attempt: Hook | None,
    ) -> None:
        check_numbers(timeout, deadline, recv_window, when_full)
        check_objects(retry, clock, on_attempt)
        self._credentials = credentials
        self._timeout = timeout
        self._deadline = deadline
        self._recv_window = recv_window
        self._retry = retry or RetryPolicy()
        self._when_full = when_full
        self._clock = SystemClock() if clock is None else clock
        self._on_attempt = on_attempt
        self._headers = {"Accept": "application/json", "User-Agent": f"binance-transfers/{self._api.version}"}
        self._last_headers: Mapping[str, str] = {}
        self._used_weights: dict[str, int] = {}

    @property
    def last_headers(self) -> Mapping[str, str]:
        """The headers of the last answer to any call of this client, names in lower case."""
        return dict(self._last_headers)

    @property
    def used_weights(self) -> Mapping[str, int]:
        """What Binance last said was used of each operation's budget, by the operation's name."""
        return dict(self._used_weights)

    def _start(self, operation: Operation[Any], arguments: Mapping[str, object]) -> Call:
        if self._recv_window is not None and arguments.get("recv_window", 0) is None:
            arguments = {**arguments, "recv_window": self._recv_window}
        prepared = prepare(operation, arguments)
        if operation.keyed and not self._credentials.headers:
            raise InvalidRequest((f"{operation.name} needs an API key: give api_key.",), operation=operation.name)
        if operation.signed and self._credentials.signer is None:
            problem = f"{operation.name} is signed: give the secret or a signer."
            raise InvalidRequest((problem,), operation=operation.name)
        return Call(prepared, time.monotonic() + self._deadline)

    def _time_call(self, seconds: float) -> Call:
        return Call(prepare(_SERVER_TIME, {}), time.monotonic() + seconds)

    def _set_clock(self, call: Call, answer: Any) -> None:
        if isinstance(answer, BinanceError):
            raise answer
        self._clock.correct(answer.time, call.taken() / 2)

    def _outgoing(self, call: Call) -> Outgoing:
        operation = call.operation
        signer = self._credentials.signer if operation.signed else None
        try:
            signed = target(call.prepared, signer, call.sent_at)
        except Exception as error:
            # What a signer of the caller's own raises can tell a secret, so only its class is told.
            unusable = isinstance(error, UnusableSignature)
            why = str(error) if unusable else f"it could not be signed ({type(error).__name__})."
            raise NotSent(
                f"{operation.name} was not sent: {why}",
                operation=operation.name,
                parameters=call.prepared.parameters,
                attempts=call.attempt,
            ) from error
        return Outgoing(
            operation.method,
            signed,
            self._credentials.headers if operation.keyed else {},
            moves_funds=operation.moves_funds,
            timeout=self._timeout,
            deadline=call.left,
        )

    def _full(self, call: Call, wait: float) -> NotSent | None:
        """Return why a call that does not fit is not sent, or `None` where it waits."""
        if self._when_full == "wait" and wait < call.left():
            return None
        return NotSent(
            f"{call.operation.name} was not sent: its budget is used up, or Binance asked for a pause, for {wait:g} s.",
            operation=call.operation.name,
            parameters=call.prepared.parameters,
            retry_after=wait,
            attempts=call.attempt,
        )

    @staticmethod
    def _refused(call: Call, refusal: NotSent, cause: Exception | None = None) -> NoReturn:
        """Raise why a call is not sent, or how its last attempt ended, which the refusal is then the cause of."""
        if call.last is not None:
            raise call.last from refusal
        raise refusal from cause

    @staticmethod
    def _limiter_down(call: Call, error: LimiterDown) -> NotSent:
        """Return why a call is not sent of which nobody can say whether it fits."""
        return NotSent(
            f"{call.operation.name} was not sent: {error}",
            operation=call.operation.name,
            parameters=call.prepared.parameters,
            attempts=call.attempt,
        )

    def _show(self, call: Call, result: object, answer: Answer | Fault | None) -> None:
        headers = answer.headers if isinstance(answer, Answer) else {}
        used = used_weight(call.operation, headers)
        if headers:
            self._last_headers = headers
        if used is not None:
            self._used_weights[call.operation.name] = used
        level = WARNING if isinstance(result, OutcomeUnknown) else INFO
        if self._on_attempt is None and not logger.isEnabledFor(level):
            return
        attempt = _record(call, result, answer, used)
        logger.log(level, "%s", attempt.line())
        if self._on_attempt is not None:
            try:
                self._on_attempt(attempt)
            except Exception:  # noqa: BLE001 - what watches a call must not change what came of it
                logger.exception("on_attempt failed after %s", attempt.operation)

    def _delay(self, call: Call, error: BinanceError) -> float:
        """Return the seconds until the next attempt, or raise the error where there is none."""
        delay = delay_before_retry(self._retry, call.operation, error, call.attempt, random.random())  # noqa: S311
        if delay is None:
            raise error
        # Not before the pause ends that the limiter keeps where Binance does not say how long.
        delay = max(delay, self._pause(error) or 0.0)
        if delay >= call.left():
            raise error
        return delay

    @staticmethod
    def _pause(error: object) -> float | None:
        """Return how long Binance wants nothing more, if it said so."""
        if not isinstance(error, (NotExecuted, OutcomeUnknown)):
            return None
        limited = isinstance(error, RateLimited) or error.status in (BANNED, TOO_MANY_REQUESTS)
        if not limited or error.retry_after is not None:
            return error.retry_after if limited else None
        return _BAN if error.status == BANNED else _PAUSE

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds a secret and is not pickled; make a new one where it is needed.")
