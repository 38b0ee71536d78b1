"""The loops around the pure parts: check, reserve, sign, send, judge, and once more where it is safe."""

from __future__ import annotations

import inspect
import time
from types import TracebackType
from typing import Any, Self, TypeVar

from .caller import Call, Caller, WhenFull
from .clock import Clock
from .credentials import credentials_of, from_environment
from .errors import (
    BinanceError,
    NotExecuted,
    TimestampOutOfWindow,
)
from .limiter import AsyncLimiter, Limiter, LimiterDown, MemoryLimiter
from .observe import Hook, logger
from .operation import Operation
from .outcome import BANNED, answered_then_interrupted, interrupted, result_of
from .retry import RetryPolicy
from .settings import check_limiter
from .signer import Signer
from .transport import (
    Answer,
    AsyncHttp,
    AsyncHttpTransport,
    AsyncTransport,
    Fault,
    SyncHttp,
    SyncHttpTransport,
    SyncTransport,
    base_url_of,
)

Result = TypeVar("Result")


class SyncCaller(Caller):
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
                Its connections are closed after each request of ours; share it with nothing else that leaves
                connections idle, as one that the server has closed makes a transfer's outcome unknown. Let it speak
                HTTP/1.1, as HTTP/2 keeps its connection open. A hook of it that raises leaves the outcome unknown.
            transport: An `httpx.BaseTransport` under a client made here, such as the sandbox's.
            clock: The time that requests are stamped with; by default this machine's, corrected by Binance's.
            limiter: The budgets to keep within; by default this client's own.
            on_attempt: Called after each attempt, in the thread of the call.

        Raises:
            ValueError: A key, secret, base URL or number that cannot be used.
        """
        credentials = credentials_of(api_key, secret)
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
        check_limiter(limiter, awaited=False)
        self._base_url = base_url_of(self._api.servers[0] if base_url is None else base_url)
        self._limiter = MemoryLimiter() if limiter is None else limiter
        self._transport = SyncTransport(self._base_url, http_client, transport, self._headers)

    def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        call = self._start(operation, arguments)
        while True:
            self._admit(call)
            result = self._attempt(call)
            if not isinstance(result, BinanceError):
                finished: Result = result
                return finished
            delay, call.last = self._delay(call, result), result
            with call.waiting():
                if isinstance(result, TimestampOutOfWindow):
                    try:
                        self._ask_time(min(self._timeout, call.left()))
                    except NotExecuted as no_time:
                        raise result from no_time
                time.sleep(delay)

    def _admit(self, call: Call) -> None:
        with call.waiting():
            try:
                while wait := self._limiter.reserve(call.operation, self._clock.milliseconds()):
                    if refusal := self._full(call, wait):
                        self._refused(call, refusal)
                    time.sleep(wait)
            except LimiterDown as error:
                self._refused(call, self._limiter_down(call, error), error)

    def _attempt(self, call: Call) -> Any:
        call.begin(self._clock.milliseconds())
        outgoing, progress = self._outgoing(call), self._transport.progress()
        try:
            answer = self._transport.send(outgoing, progress)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came, or as what it proves
            known = interrupted(call.prepared, interruption, progress, call.sent_at, call.attempt)
            self._show(call, known, None)
            if isinstance(interruption, Exception):
                return known
            raise without_frames(interruption) from known
        result = result_of(call.prepared, answer, self._api.errors, call.sent_at, call.attempt)
        try:
            self._show(call, result, answer)
            self._tell_limiter(call, answer, result)
        except Exception:  # noqa: BLE001 - what watches and counts calls must not change what came of one
            logger.exception("what watches or counts calls failed after %s", call.operation.name)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came
            known = answered_then_interrupted(call.prepared, result, call.sent_at, call.attempt)
            raise without_frames(interruption) from known
        return result

    def _tell_limiter(self, call: Call, answer: Answer | Fault, result: object) -> None:
        if isinstance(answer, Answer):
            self._limiter.observe(call.operation, answer.headers, call.sent_at)
        pause = self._pause(result)
        if pause is not None:
            banned = isinstance(answer, Answer) and answer.status == BANNED
            self._limiter.block(call.operation, pause, self._clock.milliseconds(), everything=banned)

    def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's (GET /api/v3/time, unsigned, of weight 1 in another budget).

        Raises:
            NotExecuted: Binance did not tell the time, or was not asked, as this IP address is banned.
        """
        self._ask_time(min(self._timeout, self._deadline))

    def _ask_time(self, seconds: float) -> None:
        call = self._time_call(seconds)
        self._admit(call)
        self._set_clock(call, self._attempt(call))

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """Make a client from the environment.

        `BINANCE_API_KEY`, and one of `BINANCE_API_SECRET` (HMAC), `BINANCE_PRIVATE_KEY` (PEM text) and
        `BINANCE_PRIVATE_KEY_FILE` (path of a PEM file); the last two with `BINANCE_PRIVATE_KEY_PASSPHRASE` where the
        key is encrypted. `BINANCE_BASE_URL` where requests go elsewhere. An empty variable counts as not set.

        Raises:
            ValueError: A variable is missing or cannot be used.
        """
        return cls(**from_environment(settings))

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


class AsyncCaller(Caller):
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

        A limiter that asks a network must be an `AsyncLimiter`: `RedisLimiter` would hold up the event loop, so give
        `AsyncRedisLimiter`. A hook is a plain function here too.

        Raises:
            ValueError: A key, secret, base URL or number that cannot be used.
        """
        credentials = credentials_of(api_key, secret)
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
        check_limiter(limiter, awaited=True)
        self._base_url = base_url_of(self._api.servers[0] if base_url is None else base_url)
        self._limiter = MemoryLimiter() if limiter is None else limiter
        self._transport = AsyncTransport(self._base_url, http_client, transport, self._headers)
        self._loop: object = None

    async def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        call = self._start(operation, arguments)
        self._stay_in_one_loop()
        while True:
            await self._admit(call)
            result = await self._attempt(call)
            if not isinstance(result, BinanceError):
                finished: Result = result
                return finished
            delay, call.last = self._delay(call, result), result
            with call.waiting():
                if isinstance(result, TimestampOutOfWindow):
                    try:
                        await self._ask_time(min(self._timeout, call.left()))
                    except NotExecuted as no_time:
                        raise result from no_time
                await _asyncio().sleep(delay)

    def _stay_in_one_loop(self) -> None:
        loop = _asyncio().get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise RuntimeError("This client belongs to another event loop; make one client per loop. Nothing was sent.")

    async def _admit(self, call: Call) -> None:
        with call.waiting():
            try:
                while wait := await _settled(self._limiter.reserve(call.operation, self._clock.milliseconds())):
                    if refusal := self._full(call, wait):
                        self._refused(call, refusal)
                    await _asyncio().sleep(wait)
            except LimiterDown as error:
                self._refused(call, self._limiter_down(call, error), error)

    async def _attempt(self, call: Call) -> Any:
        call.begin(self._clock.milliseconds())
        outgoing, progress = self._outgoing(call), self._transport.progress()
        try:
            answer = await self._transport.send(outgoing, progress)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came, or as what it proves
            known = interrupted(call.prepared, interruption, progress, call.sent_at, call.attempt)
            self._show(call, known, None)
            if isinstance(interruption, Exception):
                return known
            raise without_frames(interruption) from known
        result = result_of(call.prepared, answer, self._api.errors, call.sent_at, call.attempt)
        try:
            self._show(call, result, answer)
            await self._tell_limiter(call, answer, result)
        except Exception:  # noqa: BLE001 - what watches and counts calls must not change what came of one
            logger.exception("what watches or counts calls failed after %s", call.operation.name)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came
            known = answered_then_interrupted(call.prepared, result, call.sent_at, call.attempt)
            raise without_frames(interruption) from known
        return result

    async def _tell_limiter(self, call: Call, answer: Answer | Fault, result: object) -> None:
        if isinstance(answer, Answer):
            await _settled(self._limiter.observe(call.operation, answer.headers, call.sent_at))
        pause = self._pause(result)
        if pause is not None:
            banned = isinstance(answer, Answer) and answer.status == BANNED
            now = self._clock.milliseconds()
            await _settled(self._limiter.block(call.operation, pause, now, everything=banned))

    async def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's (GET /api/v3/time, unsigned, of weight 1 in another budget).

        Raises:
            NotExecuted: Binance did not tell the time, or was not asked, as this IP address is banned.
        """
        self._stay_in_one_loop()
        await self._ask_time(min(self._timeout, self._deadline))

    async def _ask_time(self, seconds: float) -> None:
        call = self._time_call(seconds)
        await self._admit(call)
        self._set_clock(call, await self._attempt(call))

    @classmethod
    def from_env(cls, **settings: Any) -> Self:
        """Make a client from the environment, by the same variables as the sync client.

        Raises:
            ValueError: A variable is missing or cannot be used.
        """
        return cls(**from_environment(settings))

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


def without_frames(error: BaseException) -> BaseException:
    """Return the exception without the frames below ours, whose locals hold the signed request."""
    chain: list[BaseException | None] = [error]
    seen: list[BaseException] = []
    while chain:
        each = chain.pop()
        if each is not None and each not in seen:
            seen.append(each.with_traceback(None))
            chain += each.__cause__, each.__context__
    return error


def _asyncio() -> Any:
    """Return asyncio, whose import costs more than ours and which only asynchronous callers need."""
    import asyncio  # noqa: PLC0415

    return asyncio


async def _settled(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value
