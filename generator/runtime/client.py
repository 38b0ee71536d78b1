"""The loops around the pure parts: check, reserve, sign, send, judge, and once more where it is safe."""

from __future__ import annotations

import inspect
import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from logging import INFO, WARNING
from types import TracebackType
from typing import Any, ClassVar, Literal, NoReturn, Self, TypeVar

import msgspec

from .clock import Clock, SystemClock
from .errors import (
    BinanceError,
    InvalidRequest,
    IpBanned,
    NotExecuted,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    TimestampOutOfWindow,
)
from .limiter import AsyncLimiter, Limiter, LimiterDown, MemoryLimiter, used_weight
from .observe import Attempt, Hook, logger
from .operation import Api, Operation
from .outcome import interrupted, result_of
from .request import Prepared, prepare, target
from .retry import RetryPolicy, delay_before_retry
from .signer import HmacSigner, PemSigner, Signer
from .transport import (
    Answer,
    AsyncHttp,
    AsyncHttpTransport,
    AsyncTransport,
    Fault,
    Outgoing,
    SyncHttp,
    SyncHttpTransport,
    SyncTransport,
    base_url_of,
)

Result = TypeVar("Result")
WhenFull = Literal["wait", "raise"]

_TIME_PATH = b"/api/v3/time"
_RETRY_AFTER = {RateLimited: 60.0, IpBanned: 120.0}
"""Seconds to stop for where Binance does not say: a window, and the shortest ban."""
_ENVIRONMENT = ("BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_PRIVATE_KEY_FILE")


class _ServerTime(msgspec.Struct):
    time: int = msgspec.field(name="serverTime")


@dataclass(frozen=True, slots=True)
class _Credentials:
    headers: Mapping[str, str]
    signer: Signer | None

    def __repr__(self) -> str:
        return "_Credentials(***)"


def _credentials(api_key: str | None, secret: str | bytes | Signer | None) -> _Credentials | ValueError:
    """Return what signs and identifies, or what is wrong with it; raises nothing, as its locals hold secrets."""
    if api_key is not None and not (
        isinstance(api_key, str) and api_key.isascii() and api_key.isprintable() and api_key.strip() == api_key != ""
    ):
        return ValueError("The API key must be printable ASCII text without blanks around it, and not empty.")
    headers = {} if api_key is None else {"X-MBX-APIKEY": api_key}
    if not isinstance(secret, (str, bytes)):
        return _Credentials(headers, secret)
    if not secret.strip():
        return ValueError("The API secret must be text or bytes, and not blank.")
    return _Credentials(headers, HmacSigner(secret))


@dataclass(slots=True)
class _Call:
    """A call on its way: what is sent, how often it was, and how long it may take."""

    prepared: Prepared
    ends: float
    attempt: int = 0

    @property
    def operation(self) -> Operation[Any]:
        """What is called."""
        return self.prepared.operation

    def left(self) -> float:
        """Return the seconds until the deadline."""
        return self.ends - time.monotonic()


def _record(call: _Call, result: object, answer: Answer | Fault | None, used: int | None, started: float) -> Attempt:
    failed = isinstance(result, BinanceError)
    unknown = isinstance(result, OutcomeUnknown)
    return Attempt(
        operation=call.operation.name,
        method=call.operation.method,
        path=call.prepared.path,
        number=call.attempt,
        started=started,
        duration=time.time() - started,
        outcome="unknown" if unknown else "not_executed" if failed else "done",
        status=answer.status if isinstance(answer, Answer) else None,
        code=getattr(result, "code", None) if failed else None,
        used_weight=used,
        headers=answer.headers if isinstance(answer, Answer) else {},
        error=type(result).__name__ if failed else None,
    )


class _Caller:
    """What both clients share: everything but sending and waiting."""

    _api: ClassVar[Api]
    _base_url = "not chosen"

    def __init__(
        self,
        credentials: _Credentials,
        *,
        timeout: float,
        deadline: float,
        recv_window: int | None,
        retry: RetryPolicy | None,
        when_full: WhenFull,
        clock: Clock | None,
        on_attempt: Hook | None,
    ) -> None:
        _check_settings(timeout, deadline, recv_window, when_full)
        self._credentials = credentials
        self._timeout = timeout
        self._deadline = deadline
        self._recv_window = recv_window
        self._retry = retry or RetryPolicy()
        self._when_full = when_full
        self._clock = clock or SystemClock()
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

    def _start(self, operation: Operation[Any], arguments: Mapping[str, object]) -> _Call:
        if self._recv_window is not None and arguments.get("recv_window", 0) is None:
            arguments = {**arguments, "recv_window": self._recv_window}
        prepared = prepare(operation, arguments)
        if operation.keyed and not self._credentials.headers:
            raise InvalidRequest((f"{operation.name} needs an API key: give api_key.",), operation=operation.name)
        if operation.signed and self._credentials.signer is None:
            problem = f"{operation.name} is signed: give the secret or a signer."
            raise InvalidRequest((problem,), operation=operation.name)
        return _Call(prepared, time.monotonic() + self._deadline)

    def _outgoing(self, call: _Call, now: int) -> Outgoing:
        operation = call.operation
        signer = self._credentials.signer if operation.signed else None
        headers = {**self._headers, **self._credentials.headers} if operation.keyed else self._headers
        return Outgoing(
            operation.method,
            target(call.prepared, signer, now),
            headers,
            fresh=operation.moves_funds,
            timeout=self._timeout,
            deadline=call.left,
        )

    def _full(self, call: _Call, wait: float) -> NotSent | None:
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
    def _unlimited(call: _Call, error: LimiterDown) -> NotSent:
        """Return why a call is not sent of which nobody can say whether it fits."""
        return NotSent(
            f"{call.operation.name} was not sent: {error}",
            operation=call.operation.name,
            parameters=call.prepared.parameters,
            attempts=call.attempt,
        )

    def _judged(self, call: _Call, answer: Answer | Fault, sent_at: int, started: float) -> Any:
        """Return what the attempt ended in, a receipt or an exception, after showing it to whoever watches."""
        result = result_of(call.prepared, answer, self._api.errors, sent_at, call.attempt)
        self._show(call, result, answer, started)
        return result

    def _show(self, call: _Call, result: object, answer: Answer | Fault | None, started: float) -> None:
        headers = answer.headers if isinstance(answer, Answer) else {}
        used = used_weight(call.operation, headers)
        if headers:
            self._last_headers = headers
        if used is not None:
            self._used_weights[call.operation.name] = used
        level = WARNING if isinstance(result, OutcomeUnknown) else INFO
        if self._on_attempt is None and not logger.isEnabledFor(level):
            return
        attempt = _record(call, result, answer, used, started)
        logger.log(level, "%s", attempt.line())
        if self._on_attempt is not None:
            try:
                self._on_attempt(attempt)
            except Exception:  # noqa: BLE001 - what watches a call must not change what came of it
                logger.exception("on_attempt failed after %s", attempt.operation)

    def _delay(self, call: _Call, error: BinanceError) -> float:
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
        if not isinstance(error, RateLimited):
            return None
        return _RETRY_AFTER[type(error)] if error.retry_after is None else error.retry_after

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds a secret and is not pickled; make a new one where it is needed.")


def _check_settings(timeout: float, deadline: float, recv_window: int | None, when_full: str) -> None:
    for name, seconds in (("timeout", timeout), ("deadline", deadline)):
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < float("inf"):
            raise ValueError(f"{name} is {seconds!r}; it must be a number of seconds above 0.")
    if recv_window is not None and (type(recv_window) is not int or not 1 <= recv_window <= 60_000):  # noqa: PLR2004
        raise ValueError(f"recv_window is {recv_window!r}; it must be a whole number of milliseconds from 1 to 60000.")
    if when_full not in ("wait", "raise"):
        raise ValueError(f"when_full is {when_full!r}; allowed: 'wait', 'raise'.")


class SyncCaller(_Caller):
    """Sends from the calling thread; safe to share between threads."""

    def __init__(
        self,
        api_key: str | None = None,
        secret: str | bytes | Signer | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 10.0,
        deadline: float = 60.0,
        recv_window: int | None = None,
        retry: RetryPolicy | None = None,
        when_full: WhenFull = "raise",
        http_client: SyncHttp | None = None,
        transport: SyncHttpTransport | None = None,
        clock: Clock | None = None,
        limiter: Limiter | None = None,
        on_attempt: Hook | None = None,
    ) -> None:
        """Make a client.

        Args:
            api_key: The API key; not needed for public operations.
            secret: The HMAC secret of the key, or a `Signer`.
            base_url: Where to send; by default the first server of the spec.
            timeout: Seconds to wait for the connection, and for each read and write.
            deadline: Seconds that a call may take in all, with its waits and further attempts.
            recv_window: Milliseconds for which requests stay valid, where a call does not say; from 1 to 60000.
            retry: How often a call is sent where that is safe; by default up to three times.
            when_full: Whether a call that does not fit its budget waits, until its deadline, or raises `NotSent`.
            http_client: An `httpx.Client` of your own (proxies, TLS, hooks); it stays open when this client closes.
                Its connections are closed after each request of ours, as an idle one could fail a transfer.
            transport: An `httpx.BaseTransport` under a client made here, such as the sandbox's.
            clock: The time that requests are stamped with; by default this machine's, corrected by Binance's.
            limiter: The budgets to keep within; by default this client's own.
            on_attempt: Called after each attempt, in the thread of the call.

        Raises:
            ValueError: A key, secret, base URL or number that cannot be used.
        """
        credentials = _credentials(api_key, secret)
        # Before anything is raised, so that no traceback local of ours holds them.
        del api_key, secret
        if isinstance(credentials, ValueError):
            raise credentials
        super().__init__(
            credentials,
            timeout=timeout,
            deadline=deadline,
            recv_window=recv_window,
            retry=retry,
            when_full=when_full,
            clock=clock,
            on_attempt=on_attempt,
        )
        self._base_url = base_url_of(base_url or self._api.servers[0])
        self._limiter = limiter or MemoryLimiter()
        self._transport = SyncTransport(self._base_url, http_client, transport)

    def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        call = self._start(operation, arguments)
        while True:
            try:
                self._admit(call)
            except LimiterDown as error:
                raise self._unlimited(call, error) from error
            call.attempt += 1
            result = self._attempt(call)
            if not isinstance(result, BinanceError):
                finished: Result = result
                return finished
            delay = self._delay(call, result)
            if isinstance(result, TimestampOutOfWindow):
                try:
                    self.synchronize_clock()
                except NotExecuted as no_time:
                    raise result from no_time
            time.sleep(delay)

    def _admit(self, call: _Call) -> None:
        while wait := self._limiter.reserve(call.operation, self._clock.milliseconds()):
            if refusal := self._full(call, wait):
                raise refusal
            time.sleep(wait)

    def _attempt(self, call: _Call) -> Any:
        sent_at, started, progress = (
            self._clock.milliseconds(),
            time.time(),
            self._transport.progress(watched=call.operation.moves_funds),
        )
        try:
            answer = self._transport.send(self._outgoing(call, sent_at), progress)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came
            unknown = interrupted(call.prepared, interruption, progress, sent_at, call.attempt)
            self._show(call, unknown, None, started)
            # Without the frames below, whose locals hold the signed request.
            raise interruption.with_traceback(None) from unknown
        result = self._judged(call, answer, sent_at, started)
        try:
            self._tell_limiter(call, answer, result, sent_at)
        except Exception:  # noqa: BLE001 - what counts calls must not change what came of one
            logger.exception("the limiter failed after %s", call.operation.name)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came
            failed = isinstance(result, BinanceError)
            unknown = result if failed else interrupted(call.prepared, interruption, progress, sent_at, call.attempt)
            raise interruption.with_traceback(None) from unknown
        return result

    def _tell_limiter(self, call: _Call, answer: Answer | Fault, result: object, sent_at: int) -> None:
        if isinstance(answer, Answer):
            self._limiter.observe(call.operation, answer.headers, sent_at)
        pause = self._pause(result)
        if pause is not None:
            banned = isinstance(result, IpBanned)
            self._limiter.block(call.operation, pause, self._clock.milliseconds(), everything=banned)

    def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's (GET /api/v3/time, unsigned, of weight 1 in another budget).

        Raises:
            NotExecuted: Binance did not tell the time.
        """
        asked = self._clock.milliseconds()
        ends = time.monotonic() + self._timeout
        outgoing = Outgoing(
            "GET",
            _TIME_PATH,
            self._headers,
            fresh=False,
            timeout=self._timeout,
            deadline=lambda: ends - time.monotonic(),
        )
        answer = self._transport.send(outgoing, self._transport.progress(watched=False))
        self._clock.correct(_server_time(answer), asked, self._clock.milliseconds())

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """Make a client from the environment.

        `BINANCE_API_KEY`, and one of `BINANCE_API_SECRET` (HMAC), `BINANCE_PRIVATE_KEY` (PEM text) and
        `BINANCE_PRIVATE_KEY_FILE` (path of a PEM file); the last two with `BINANCE_PRIVATE_KEY_PASSPHRASE` where the
        key is encrypted. `BINANCE_BASE_URL` where requests go elsewhere.

        Raises:
            ValueError: A variable is missing or cannot be used.
        """
        return cls(**_from_environment(), **settings)

    def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r}, api_key=***)"


class AsyncCaller(_Caller):
    """Sends from one event loop, the one of its first call."""

    def __init__(
        self,
        api_key: str | None = None,
        secret: str | bytes | Signer | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 10.0,
        deadline: float = 60.0,
        recv_window: int | None = None,
        retry: RetryPolicy | None = None,
        when_full: WhenFull = "raise",
        http_client: AsyncHttp | None = None,
        transport: AsyncHttpTransport | None = None,
        clock: Clock | None = None,
        limiter: Limiter | AsyncLimiter | None = None,
        on_attempt: Hook | None = None,
    ) -> None:
        """Make a client; the arguments are those of the sync client, with httpx's async classes.

        Raises:
            ValueError: A key, secret, base URL or number that cannot be used.
        """
        credentials = _credentials(api_key, secret)
        # Before anything is raised, so that no traceback local of ours holds them.
        del api_key, secret
        if isinstance(credentials, ValueError):
            raise credentials
        super().__init__(
            credentials,
            timeout=timeout,
            deadline=deadline,
            recv_window=recv_window,
            retry=retry,
            when_full=when_full,
            clock=clock,
            on_attempt=on_attempt,
        )
        self._base_url = base_url_of(base_url or self._api.servers[0])
        self._limiter = limiter or MemoryLimiter()
        self._transport = AsyncTransport(self._base_url, http_client, transport)
        self._loop: object = None

    async def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        call = self._start(operation, arguments)
        self._stay_in_one_loop()
        while True:
            try:
                await self._admit(call)
            except LimiterDown as error:
                raise self._unlimited(call, error) from error
            call.attempt += 1
            result = await self._attempt(call)
            if not isinstance(result, BinanceError):
                finished: Result = result
                return finished
            delay = self._delay(call, result)
            if isinstance(result, TimestampOutOfWindow):
                try:
                    await self.synchronize_clock()
                except NotExecuted as no_time:
                    raise result from no_time
            await _asyncio().sleep(delay)

    def _stay_in_one_loop(self) -> None:
        loop = _asyncio().get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise RuntimeError("This client belongs to another event loop; make one client per loop. Nothing was sent.")

    async def _admit(self, call: _Call) -> None:
        while wait := await _settled(self._limiter.reserve(call.operation, self._clock.milliseconds())):
            if refusal := self._full(call, wait):
                raise refusal
            await _asyncio().sleep(wait)

    async def _attempt(self, call: _Call) -> Any:
        sent_at, started, progress = (
            self._clock.milliseconds(),
            time.time(),
            self._transport.progress(watched=call.operation.moves_funds),
        )
        try:
            answer = await self._transport.send(self._outgoing(call, sent_at), progress)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came
            unknown = interrupted(call.prepared, interruption, progress, sent_at, call.attempt)
            self._show(call, unknown, None, started)
            # Without the frames below, whose locals hold the signed request.
            raise interruption.with_traceback(None) from unknown
        result = self._judged(call, answer, sent_at, started)
        try:
            await self._tell_limiter(call, answer, result, sent_at)
        except Exception:  # noqa: BLE001 - what counts calls must not change what came of one
            logger.exception("the limiter failed after %s", call.operation.name)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came
            failed = isinstance(result, BinanceError)
            unknown = result if failed else interrupted(call.prepared, interruption, progress, sent_at, call.attempt)
            raise interruption.with_traceback(None) from unknown
        return result

    async def _tell_limiter(self, call: _Call, answer: Answer | Fault, result: object, sent_at: int) -> None:
        if isinstance(answer, Answer):
            await _settled(self._limiter.observe(call.operation, answer.headers, sent_at))
        pause = self._pause(result)
        if pause is not None:
            banned = isinstance(result, IpBanned)
            now = self._clock.milliseconds()
            await _settled(self._limiter.block(call.operation, pause, now, everything=banned))

    async def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's (GET /api/v3/time, unsigned, of weight 1 in another budget).

        Raises:
            NotExecuted: Binance did not tell the time.
        """
        asked = self._clock.milliseconds()
        ends = time.monotonic() + self._timeout
        outgoing = Outgoing(
            "GET",
            _TIME_PATH,
            self._headers,
            fresh=False,
            timeout=self._timeout,
            deadline=lambda: ends - time.monotonic(),
        )
        answer = await self._transport.send(outgoing, self._transport.progress(watched=False))
        self._clock.correct(_server_time(answer), asked, self._clock.milliseconds())

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """Make a client from the environment, by the same variables as the sync client.

        Raises:
            ValueError: A variable is missing or cannot be used.
        """
        return cls(**_from_environment(), **settings)

    async def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r}, api_key=***)"


def _asyncio() -> Any:
    """Return asyncio, whose import costs more than ours and which only asynchronous callers need."""
    import asyncio  # noqa: PLC0415

    return asyncio


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _server_time(answer: Answer | Fault) -> int:
    if isinstance(answer, Fault):
        raise NotExecuted(f"Binance's time is not known: {answer.reason}.")
    try:
        if answer.status == 200:  # noqa: PLR2004
            return msgspec.json.decode(answer.body, type=_ServerTime).time
    except msgspec.MsgspecError:
        pass
    raise NotExecuted(f"Binance's time is not known: HTTP {answer.status} without serverTime.", status=answer.status)


def _from_environment() -> dict[str, Any]:
    given = [name for name in _ENVIRONMENT if os.environ.get(name)]
    if "BINANCE_API_KEY" not in os.environ or len(given) != 1:
        raise ValueError(f"The environment needs BINANCE_API_KEY and one of {', '.join(_ENVIRONMENT)}.")
    return {
        "api_key": os.environ["BINANCE_API_KEY"],
        "secret": _signer_from_environment(given[0]),
        "base_url": os.environ.get("BINANCE_BASE_URL"),
    }


def _signer_from_environment(name: str) -> Signer:
    if name == "BINANCE_API_SECRET":
        return HmacSigner(os.environ[name])
    read = PemSigner if name == "BINANCE_PRIVATE_KEY" else PemSigner.from_file
    return read(os.environ[name], os.environ.get("BINANCE_PRIVATE_KEY_PASSPHRASE"))
