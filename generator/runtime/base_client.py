"""The base of both clients: their settings, and a call as one flow that yields what has to be done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial, update_wrapper
from logging import INFO, WARNING
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, NoReturn, Self, TypeAlias, TypeVar
from urllib.parse import unquote

import msgspec

from .base_url import parse_base_url, require_server
from .call import Call, Waiting
from .clock import Clock, SystemClock
from .credentials import credentials_of, from_environment
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
from .flow import Ask, Flow, Sleep
from .headers import NGINX, banned_until, firewall, used_weight
from .limiter import AsyncLimiter, Limiter, LimiterDown, MemoryLimiter
from .observe import Hook, capture, captures, log, logger
from .operation import Api, Operation
from .outcome import BANNED, TOO_MANY_REQUESTS, answered_then_interrupted, result_of, unanswered
from .own_calls import LONGEST_WINDOW, OwnCall, OwnCalls
from .pool import Open
from .port import Port
from .redact import Redaction
from .request import UnusableSignature, prepare, target
from .retry import RetryPolicy, delay_before_retry
from .sent import Sent
from .settings import check_numbers, check_objects
from .signer import Signer
from .transport import Http, HttpTransport, Sending, Transport
from .verdict import Snapshot, Verdict
from .wire import Fault, Outgoing, Response

if TYPE_CHECKING:
    from .reconcile import Reconciler

WhenFull = Literal["wait", "raise"]
Result = TypeVar("Result")
AnyLimiter = TypeVar("AnyLimiter", bound=Limiter | AsyncLimiter)

_PAUSE, _BAN = 60.0, 120.0
"""Seconds to stop for where Binance does not say: a window, and the shortest ban."""


Command: TypeAlias = "Sending | Open | Sleep | Ask"


class _Shared(msgspec.Struct):
    """What the calls of a client and of its copies leave for the next ones."""

    last_headers: Mapping[str, str] = {}
    used_weights: dict[str, int] = {}
    loop: object = None
    """The event loop that an async client belongs to."""


class BaseClient(Generic[Http, HttpTransport, AnyLimiter]):
    """The base of both clients, which differ only in how they perform a flow's commands."""

    _api: ClassVar[Api]
    _asynchronous: ClassVar[bool]
    _called: ClassVar[str]
    _base_url = "not chosen"
    _is_copy = False

    def __init_subclass__(cls, **more: Any) -> None:
        """Give the methods the name of the class that people call, by which a `TypeError` of Python's names them."""
        super().__init_subclass__(**more)
        if "_called" in vars(cls):
            for name, function in {**vars(BaseClient), **vars(cls)}.items():
                if isinstance(function, FunctionType) and (name == "__init__" or not name.startswith("_")):
                    setattr(cls, name, _renamed(function, f"{cls._called}.{name}"))

    def __init__(
        self,
        api_key: str | None = None,
        secret: str | bytes | Signer | None = None,
        *,
        base_url: str | None = None,
        timeout: float = 10.0,
        deadline: float = 60.0,
        keepalive_expiry: float = 2.0,
        recv_window: int | None = None,
        retry: RetryPolicy | None = None,
        when_full: WhenFull = "raise",
        http_client: Http | None = None,
        transport: HttpTransport | None = None,
        clock: Clock | None = None,
        limiter: AnyLimiter | None = None,
        on_attempt: Hook | None = None,
    ) -> None:
        """Make a client; `Client` takes the sync classes of httpx or httpx2, `AsyncClient` the async ones.

        Args:
            api_key: The API key; not needed for public operations.
            secret: The HMAC secret of the key, or a `Signer`.
            base_url: Where to send; by default the first server of the spec.
            timeout: Seconds to wait for the connection, and for each read and write.
            deadline: Seconds that a call may take in all, with its waits and further attempts.
            keepalive_expiry: Seconds for which an idle connection is kept for the next call; 0 opens one for each call.
                A server that closes a connection just when a transfer is sent over it leaves the outcome unknown, so
                this must be less than the time for which the server keeps idle connections.
            recv_window: Milliseconds for which requests stay valid, where a call does not say; from 1 to 60000.
            retry: How often a call is sent where that is safe; by default up to three times.
            when_full: Whether a call that does not fit its budget waits, until its deadline, or raises `NotSent`.
            http_client: An HTTP client of your own (proxies, TLS, hooks); it stays open when this client closes.
                Its connections are closed after each request of ours; share it with nothing else that leaves
                connections idle, as one that the server has closed makes a transfer's outcome unknown. Let it speak
                HTTP/1.1, as HTTP/2 keeps its connection open. A hook of it that raises leaves the outcome unknown.
            transport: A transport of httpx or httpx2 under an HTTP client made here, such as the sandbox's.
            clock: The time that requests are stamped with; by default this machine's, corrected by Binance's.
            limiter: The budgets to keep within; by default this client's own. `AsyncClient` takes an `AsyncLimiter`
                too, and refuses `RedisLimiter`, which would hold up the event loop.
            on_attempt: A plain function, called after each attempt, in the thread of the call.

        Raises:
            ValueError: A key, secret, base URL or other setting that cannot be used.
        """
        credentials = credentials_of(api_key, secret)
        # Before anything is raised, so that no traceback local of ours holds them.
        del api_key, secret
        if isinstance(credentials, ValueError):
            raise credentials
        check_numbers(timeout, deadline, keepalive_expiry, recv_window, when_full)
        check_objects(retry, clock, limiter, on_attempt, asynchronous=self._asynchronous)
        self._credentials = credentials
        self._base_url = parse_base_url(self._api.servers[0] if base_url is None else base_url)
        require_server(self._base_url, self._api.servers)
        self._timeout, self._deadline, self._recv_window = timeout, deadline, recv_window
        self._retry = retry or RetryPolicy()
        self._when_full = when_full
        self._clock = SystemClock() if clock is None else clock
        self._limiter: AnyLimiter | MemoryLimiter = MemoryLimiter() if limiter is None else limiter
        self._on_attempt = on_attempt
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"binance-transfers/{self._api.version}",
        }
        self._transport: Transport[Http, HttpTransport] = Transport(
            self._base_url, http_client, transport, headers, keepalive_expiry, asynchronous=self._asynchronous
        )
        self._own_calls = OwnCalls()
        self._shared = _Shared()

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

    def with_options(
        self,
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        recv_window: int | None = None,
        retry: RetryPolicy | None = None,
        when_full: WhenFull | None = None,
    ) -> Self:
        """Return a copy of this client for calls with other settings; what is not given stays as it is.

        The copy shares the rest: connections, which only this client closes, key, limiter, clock, hook, and what is
        known of earlier transfers. Making one costs next to nothing.

        Args:
            timeout: Seconds to wait for the connection, and for each read and write.
            deadline: Seconds that a call may take in all, with its waits and further attempts.
            recv_window: Milliseconds for which requests stay valid, where a call does not say; from 1 to 60000.
            retry: How often a call is sent where that is safe.
            when_full: Whether a call that does not fit its budget waits, until its deadline, or raises `NotSent`.

        Raises:
            ValueError: A setting that cannot be used.
        """
        options: dict[str, Any] = {"_timeout": timeout, "_deadline": deadline, "_recv_window": recv_window}
        options |= {"_retry": retry, "_when_full": when_full}
        known = vars(self) | {name: option for name, option in options.items() if option is not None}
        check_numbers(known["_timeout"], known["_deadline"], 0, known["_recv_window"], known["_when_full"])
        check_objects(retry, None, None, None, asynchronous=self._asynchronous)
        copied = self.__new__(type(self))
        vars(copied).update(known, _is_copy=True)
        return copied

    def capture_responses(self) -> AbstractContextManager[list[Response]]:
        """Collect the responses behind the calls that are made in a `with` block, in the order in which they come.

        It is a plain `with` for `AsyncClient` too. The list has a response for each attempt that got one, also where
        the call raises. It is about the block's own thread or task and the tasks that are begun in it, and about this
        client and the copies that `with_options` returns.
        """
        return capture(self._transport)

    @property
    def last_headers(self) -> Mapping[str, str]:
        """The headers of the last response to any call of this client, names in lower case."""
        return dict(self._shared.last_headers)

    @property
    def used_weights(self) -> Mapping[str, int]:
        """The weight that Binance last reported as used of each operation's budget, by the operation's name."""
        return dict(self._shared.used_weights)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r}, api_key=***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds a secret and is not pickled; make a new one where it is needed.")

    def _call_flow(self, operation: Operation[Result], arguments: Mapping[str, object]) -> Flow[Command, Result]:
        """Check a call and carry it out."""
        return (yield from self._carry_out(self._start(operation, arguments)))

    def _carry_out(self, call: Call[Result]) -> Flow[Command, Result]:
        """Reserve, sign, send and judge; and once more where that is safe."""
        while True:
            yield from self._reserve_budget(call)
            result = yield from self._attempt(call)
            if not isinstance(result, BinanceError):
                return result
            delay, call.last = self._delay(call, result), result
            with Waiting(call):
                if isinstance(result, TimestampOutOfWindow):
                    try:
                        yield from self._clock_flow(min(self._timeout, call.remaining()))
                    except NotExecuted as no_time:
                        raise result from no_time
                yield Sleep(delay)

    def _clock_flow(self, seconds: float) -> Flow[Command, None]:
        """Set the clock by Binance's."""
        from .server_time import SERVER_TIME  # noqa: PLC0415 - most clients never ask

        call = Call(prepare(SERVER_TIME, {}), time.monotonic() + seconds)
        yield from self._reserve_budget(call)
        response = yield from self._attempt(call)
        if isinstance(response, BinanceError):
            raise response
        self._own_calls.correct(self._clock, response.time, call.taken() / 2)

    def _warm_up_flow(self) -> Flow[Command, None]:
        if self._transport.is_closed:
            raise NotSent("No connection was opened: the client is closed.")
        end = time.monotonic() + min(self._timeout, self._deadline)
        coming = Outgoing("", b"", {}, timeout=self._timeout, remaining=lambda: end - time.monotonic())
        fault = yield from self._transport.warm_up(coming)
        if fault is not None:
            raise NotSent(f"No connection was opened: {fault.reason}.")

    def _verdict_flow(
        self,
        unknown: OutcomeUnknown | Sent,
        exclude: Iterable[int | str] | None,
        before: Snapshot | None,
        wait: float,
        *,
        is_own: bool = False,
    ) -> Flow[Command, Verdict]:
        from .question import Question, check_origin  # noqa: PLC0415 - as for the reconciler

        question = Question.of(self._api, unknown, exclude, before, wait, is_own=is_own)
        check_origin(question.sent, is_rehearsal=self._transport.is_rehearsal)
        return (yield from self._reconciler().reconcile(question))

    def _reconcile_flow(
        self, unknown: OutcomeUnknown | Sent, exclude: Iterable[int | str] | None, before: Snapshot | None, wait: float
    ) -> Flow[Command, Verdict]:
        """Return the verdict for a caller, who would take the `NotExecuted` of a read for that of the transfer."""
        try:
            return (yield from self._verdict_flow(unknown, exclude, before, wait))
        except NotExecuted as error:
            reason = f"A read that would tell failed: {error}"
            return Verdict("undecided", reason, ask_again_at=self._clock.milliseconds())

    def _snapshot_flow(self, operation: str, arguments: Mapping[str, object]) -> Flow[Command, Snapshot]:
        return (yield from self._reconciler().snapshot(operation, arguments))

    def _port(self) -> Port:
        """Return what a journal needs of this client."""
        return Port(
            self._api,
            self._deadline,
            self._asynchronous,
            self._transport.is_rehearsal,
            self._start,
            self._carry_out,
            partial(self._verdict_flow, is_own=True),
            self._snapshot_flow,
            self._run,
        )

    def _run(self, flow: Flow[Any, Any]) -> Any:
        raise NotImplementedError

    def _reconciler(self) -> Reconciler[Command]:
        from .reconcile import Reconciler  # noqa: PLC0415 - importing it takes time, and hardly any call is unknown

        return Reconciler(self._api, self._clock, self._own_calls, self._start, self._carry_out)

    def _start(self, operation: Operation[Result], arguments: Mapping[str, object]) -> Call[Result]:
        if self._recv_window is not None and arguments.get("recv_window", 0) is None:
            arguments = {**arguments, "recv_window": self._recv_window}
        prepared = prepare(operation, arguments)
        if operation.requires_key and not self._credentials.headers:
            raise InvalidRequest((f"{operation.name} needs an API key: give api_key.",), operation=operation.name)
        if operation.requires_signature and self._credentials.signer is None:
            problem = f"{operation.name} is signed: give the secret or a signer."
            raise InvalidRequest((problem,), operation=operation.name)
        return Call(prepared, time.monotonic() + self._deadline, is_rehearsal=self._transport.is_rehearsal)

    def _reserve_budget(self, call: Call[Any]) -> Flow[Command, None]:
        """Wait for the budget, or raise why the call is not sent: how its last attempt ended, if there was one."""
        with Waiting(call):
            cause = None
            try:
                while wait := (
                    yield from self._ask(self._limiter.reserve, call, call.operation, self._clock.milliseconds())
                ):
                    if self._when_full == "raise" or wait >= call.remaining():
                        why = f"its budget is used up, or Binance asked for a pause, for {wait:g} s."
                        refusal = call.not_sent(why, retry_after=wait)
                        break
                    yield Sleep(wait)
                else:
                    return
            except LimiterDown as error:
                refusal, cause = call.not_sent(str(error)), error
            if call.last is not None:
                raise call.last from refusal
            raise refusal from cause

    def _attempt(self, call: Call[Result]) -> Flow[Command, Result | BinanceError]:
        """Send once, and return the receipt or the exception that says what else is known."""
        if self._transport.is_closed:
            raise call.not_sent("the client is closed.")
        with Waiting(call):
            call.begin(*self._own_calls.stamp(self._clock))
            outgoing, progress = self._outgoing(call), self._transport.progress()
            if call.before_send is not None:
                yield Ask(partial(call.before_send, call.sent()))
        try:
            self._remember(call)
            response = call.cleaned((yield from self._transport.send(outgoing, progress)))
            result = result_of(call, response, self._api.errors)
            call.learn(result)
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came, or as what it proves
            why = f"interrupted by {type(interruption).__name__}"
            known = unanswered(call, Fault(why, may_have_arrived=progress.may_have_arrived))
            call.learn(known)
            self._show(call, known, None)
            if self._transport.may_raise(interruption):
                return known
            raise strip_tracebacks(interruption) from known
        try:
            self._show(call, result, response)
            yield from self._inform_limiter(call, response, result)
        except Exception:  # noqa: BLE001 - what watches and counts calls must not change their outcome
            logger.exception("what watches or counts calls failed after %s", call.operation.name, extra=call.names())
        except BaseException as interruption:  # noqa: BLE001 - it goes on as it came
            known = answered_then_interrupted(call, result)
            raise strip_tracebacks(interruption) from known
        return result

    def _remember(self, call: Call[Any]) -> None:
        """Know of a transfer before its first byte leaves."""
        if call.own is not None:
            call.own.sent_at, call.own.corrected, call.own.outcome = call.sent_at, call.corrected, "open"
        elif call.operation.moves_funds:
            recv_window = call.prepared.recv_window or LONGEST_WINDOW
            call.own = OwnCall(call.id, call.operation, call.prepared.parameters, call.sent_at, recv_window)
            call.own.corrected = call.corrected
            self._own_calls.add(call.own)

    def _outgoing(self, call: Call[Any]) -> Outgoing:
        operation = call.operation
        signer = self._credentials.signer if operation.requires_signature else None
        try:
            signed = target(call.prepared, signer, call.sent_at)
        except Exception as error:
            # The text of what a signer of the caller's own raises may hold a secret, so only its class is named.
            unusable = isinstance(error, UnusableSignature)
            why = str(error) if unusable else f"it could not be signed ({type(error).__name__})."
            raise call.not_sent(why) from error
        signature = signed.rpartition(b"&signature=")[2].decode() if signer else ""
        call.redaction = Redaction((signature, unquote(signature), *self._credentials.headers.values()))
        return Outgoing(
            operation.method,
            signed,
            self._credentials.headers if operation.requires_key else {},
            timeout=self._timeout,
            remaining=call.remaining,
        )

    def _inform_limiter(self, call: Call[Any], response: Response | Fault, result: object) -> Flow[Command, None]:
        if isinstance(response, Response):
            yield from self._ask(self._limiter.observe, call, call.operation, response.headers, call.sent_at)
        if (pause := _pause(result)) is not None:
            (seconds, everything), now = pause, self._clock.milliseconds()
            yield from self._ask(self._limiter.block, call, call.operation, seconds, now, everything=everything)

    def _ask(self, question: Callable[..., Any], call: Call[Any], *about: Any, **more: Any) -> Flow[Command, Any]:
        """Ask the limiter; one that asks a network waits for half of what is left, so that the call keeps the rest."""
        if type(self._limiter) is MemoryLimiter:
            return question(*about, **more)
        if getattr(self._limiter, "_asks_network", False) is True:
            more["within"] = max(0.0, call.remaining() / 2)
        return (yield Ask(partial(question, *about, **more)))

    def _show(self, call: Call[Any], result: object, response: Response | Fault | None) -> None:
        """Log the attempt, and show it to the hook."""
        headers: Mapping[str, str] = response.headers if isinstance(response, Response) else {}
        used = used_weight(call.operation.weight, headers)
        if headers:
            self._shared.last_headers = headers
        if used is not None:
            self._shared.used_weights[call.operation.name] = used
        if isinstance(response, Response):
            for responses in captures(self._transport):
                responses.append(replace(response, body=call.redaction.body(response.body)))
        level = WARNING if isinstance(result, OutcomeUnknown) else INFO
        if self._on_attempt is None and not logger.isEnabledFor(level):
            return
        attempt = call.record(result, response, used)
        log(attempt, level)
        if self._on_attempt is not None:
            try:
                self._on_attempt(attempt)
            except Exception:  # noqa: BLE001 - what watches a call must not change its outcome
                logger.exception("on_attempt failed after %s", call.operation.name, extra=call.names())

    def _delay(self, call: Call[Any], error: BinanceError) -> float:
        """Return the seconds until the next attempt, or raise the error where there is none."""
        import random  # noqa: PLC0415 - few calls need another attempt

        delay = delay_before_retry(self._retry, call.operation, error, call.attempt, random.random())  # noqa: S311
        if delay is None:
            raise error
        # Not before the pause ends that the limiter keeps where Binance does not say how long.
        delay = max(delay, (_pause(error) or (0.0, False))[0])
        if delay >= call.remaining():
            raise error
        return delay


def _renamed(function: FunctionType, name: str) -> FunctionType:
    """Return a function under another name, of which everything else is the same."""
    renamed = FunctionType(function.__code__, function.__globals__, None, function.__defaults__, function.__closure__)
    update_wrapper(renamed, function)
    vars(renamed).pop("__wrapped__")
    renamed.__kwdefaults__, renamed.__qualname__ = function.__kwdefaults__, name
    return renamed


def _pause(result: object) -> tuple[float, bool] | None:
    """Return for how many seconds nothing more is wanted, and whether of any endpoint, if a pause is wanted."""
    if not isinstance(result, (NotExecuted, OutcomeUnknown)) or result.status is None:
        return None
    body = result.body or ""
    if result.status == BANNED or isinstance(result, IpBanned) or banned_until(body) is not None:
        return result.retry_after or _BAN, True
    if firewall(result.status, result.code, result.headers, body) not in (None, NGINX):
        return result.retry_after or _PAUSE, True
    if result.status == TOO_MANY_REQUESTS or isinstance(result, RateLimited):
        return _PAUSE if result.retry_after is None else result.retry_after, False
    return None


def strip_tracebacks(error: BaseException) -> BaseException:
    """Return the exception without the frames below ours, whose locals hold the signed request."""
    chain: list[BaseException | None] = [error]
    stripped: list[BaseException] = []
    while chain:
        link = chain.pop()
        if link is not None and link not in stripped:
            stripped.append(link.with_traceback(None))
            chain += link.__cause__, link.__context__
    return error
