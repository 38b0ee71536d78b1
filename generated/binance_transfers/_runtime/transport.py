# Copied from generator/runtime/transport.py by python -m generator; edit it there.
"""The one module that knows httpx: sends a request once and reports what came of it as a value."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import httpx

from .shown import kind_of, shown

Headers: TypeAlias = Mapping[str, str]
SyncHttp: TypeAlias = httpx.Client
SyncHttpTransport: TypeAlias = httpx.BaseTransport
AsyncHttp: TypeAlias = httpx.AsyncClient
AsyncHttpTransport: TypeAlias = httpx.AsyncBaseTransport

_BOTH_GIVEN = "Give http_client or transport, not both: an HTTP client brings its own transport."
_BASE_URL = "a scheme, a host and at most a port, such as https://api.binance.com"
_LARGEST_PORT = 65_535
_CHANGED = "httpx would change the signed URL"
_TOO_LATE = "the deadline passed before it was sent"
_TOO_SLOW = "the deadline passed while it was sent or the answer was read"
_SHORTEST = 0.001
"""Seconds of a timeout when none are left: 0 would mean something else."""
_LARGEST_BODY = 1 << 20
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
_NO_IDLE = httpx.Limits(max_keepalive_connections=0)
# By itself that is not enough: while one thread's answer ends, another may take its connection before it is closed.
# So a request that needs a connection of its own says `Connection: close` too, after which it never lies idle.


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request that is ready to be sent."""

    method: str
    target: bytes = field(repr=False)
    headers: Headers = field(repr=False)
    moves_funds: bool
    """Send it over a connection opened for it, as one that lay idle may be closed under it, unanswered."""
    timeout: float
    """Seconds for the connection, and for each read and write."""
    deadline: Callable[[], float] = field(repr=False)
    """Seconds that are left for all of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said. Header names are in lower case."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no answer, and whether the request may have reached the server all the same."""

    reason: str
    may_have_arrived: bool


class Progress:
    """How far a request came, so that a failure or an interruption can be judged."""

    __slots__ = ("_began", "_hooked", "_told", "_traced")

    def __init__(self, *, traced: bool, hooked: bool) -> None:
        self._traced = traced
        self._hooked = hooked
        self._told = False
        self._began = False

    @property
    def may_have_arrived(self) -> bool:
        """Whether a byte of the request may have left; a transport of the caller's own may send what it does not tell."""
        return self._began or not self._traced

    def may_have_arrived_before(self, failure: Exception) -> bool:
        """Tell the same of a request that ended in a failure.

        With a transport of the caller's own, only a failure to connect proves that nothing left. Where that client's
        hooks run, even this proves nothing unless the transport told that it connected: a hook can fail to connect
        somewhere else, after the answer.
        """
        failed_to_connect = isinstance(failure, _NOT_SENT) and (self._told or not self._hooked)
        return self._began or not (self._traced or failed_to_connect)

    def note(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of an event of httpcore's tracing, and keep each new connection within the deadline."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            stream = details["return_value"]
            for name in ("read", "write", "start_tls"):
                setattr(stream, name, _within_deadline(getattr(stream, name)))
        else:
            self._follow(event, details)

    async def note_async(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of an event of httpcore's tracing."""
        self._follow(event, details)

    def _follow(self, event: str, details: Mapping[str, Any]) -> None:
        if event.endswith(".started"):
            self._told = True
            # What asks a proxy for a tunnel holds nothing of the request.
            if event.endswith("send_request_headers.started") and details["request"].method != b"CONNECT":
                self._began = True


_sending: ContextVar[Outgoing | None] = ContextVar("binance_transfers_request", default=None)


def _within_deadline(method: Callable[..., Any]) -> Callable[..., Any]:
    """Bound each read, write and handshake by what is left of the deadline, so that what drips in cannot outlast it."""

    def bounded(*arguments: Any, timeout: float | None = None, **named: Any) -> Any:
        outgoing = _sending.get()
        if outgoing is not None and timeout is not None:
            timeout = max(_SHORTEST, min(timeout, outgoing.deadline()))
        return method(*arguments, timeout=timeout, **named)

    return bounded


class _OmitOurRequests(logging.Filter):
    """httpx logs each request's URL, and hpack (of HTTP/2) its headers too; ours hold the key and the signature."""

    def filter(self, _record: logging.LogRecord, /) -> bool:
        return _sending.get() is None


for _logger in ("httpx", "hpack.hpack", "hpack.table"):
    logging.getLogger(_logger).addFilter(_OmitOurRequests())


@contextmanager
def _sent(outgoing: Outgoing) -> Iterator[None]:
    token = _sending.set(outgoing)
    try:
        yield
    finally:
        _sending.reset(token)


class _Cut(Exception):
    """The answer is not read to its end; the message says why."""


class SyncTransport:
    """Sends over `httpx.Client`s of its own, or over the caller's."""

    def __init__(
        self, base_url: str, given: SyncHttp | None, transport: SyncHttpTransport | None, headers: Headers
    ) -> None:
        _check_given(given, transport, httpx.Client, httpx.BaseTransport)
        self._base_url = base_url
        self._traced = given is None and transport is None
        closing = {**headers, "Connection": "close"}
        # One set of certificates for both: reading them is most of what making a client costs.
        trusted = httpx.create_ssl_context() if self._traced else True
        self._http = given or httpx.Client(transport=transport, verify=trusted, headers=headers)
        self._fresh = httpx.Client(limits=_NO_IDLE, verify=trusted, headers=closing) if self._traced else self._http
        self._added = {} if self._traced else closing
        self._owned = given is None

    def progress(self) -> Progress:
        """Return what will know how far the next request came."""
        return Progress(traced=self._traced, hooked=bool(self._http.event_hooks["response"]))

    def send(self, outgoing: Outgoing, progress: Progress) -> Answer | Fault:
        """Send once; redirects are answers, not followed."""
        http = self._fresh if outgoing.moves_funds else self._http
        if outgoing.deadline() <= 0:
            return Fault(_TOO_LATE, may_have_arrived=False)
        try:
            request = _request(http, self._base_url, outgoing, self._added, progress.note)
            with _sent(outgoing):
                # No auth of the HTTP client's: a scheme that answers a 401 would send the request twice.
                response = http.send(request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = _Body(outgoing)
                    for part in response.iter_bytes():
                        body.add(part)
                finally:
                    response.close()
                return body.answer(response)
        except (httpx.HTTPError, httpx.InvalidURL, _Cut, UnicodeError) as error:
            return _fault(error, progress, outgoing)

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            self._http.close()
            self._fresh.close()


class AsyncTransport:
    """Sends over `httpx.AsyncClient`s of its own, or over the caller's."""

    def __init__(
        self, base_url: str, given: AsyncHttp | None, transport: AsyncHttpTransport | None, headers: Headers
    ) -> None:
        _check_given(given, transport, httpx.AsyncClient, httpx.AsyncBaseTransport)
        self._base_url = base_url
        self._traced = given is None and transport is None
        closing = {**headers, "Connection": "close"}
        # One set of certificates for both: reading them is most of what making a client costs.
        trusted = httpx.create_ssl_context() if self._traced else True
        self._http = given or httpx.AsyncClient(transport=transport, verify=trusted, headers=headers)
        self._fresh = (
            httpx.AsyncClient(limits=_NO_IDLE, verify=trusted, headers=closing) if self._traced else self._http
        )
        self._added = {} if self._traced else closing
        self._owned = given is None

    def progress(self) -> Progress:
        """Return what will know how far the next request came."""
        return Progress(traced=self._traced, hooked=bool(self._http.event_hooks["response"]))

    async def send(self, outgoing: Outgoing, progress: Progress) -> Answer | Fault:
        """Send once; redirects are answers, not followed."""
        import asyncio  # noqa: PLC0415 - only asynchronous callers pay for its import

        http = self._fresh if outgoing.moves_funds else self._http
        if outgoing.deadline() <= 0:
            return Fault(_TOO_LATE, may_have_arrived=False)
        try:
            request = _request(http, self._base_url, outgoing, self._added, progress.note_async)
            with _sent(outgoing):
                async with asyncio.timeout(outgoing.deadline()) as limit:
                    response = await http.send(request, stream=True, auth=None, follow_redirects=False)
                    try:
                        body = _Body(outgoing)
                        async for part in response.aiter_bytes():
                            body.add(part)
                    finally:
                        await response.aclose()
                    return body.answer(response)
        except TimeoutError:
            if limit.expired():
                return Fault(_TOO_SLOW, may_have_arrived=progress.may_have_arrived)
            raise
        except (httpx.HTTPError, httpx.InvalidURL, _Cut, UnicodeError) as error:
            return _fault(error, progress, outgoing)

    async def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            await self._http.aclose()
            await self._fresh.aclose()


def _check_given(
    client: object, transport: object, client_kind: type[SyncHttp | AsyncHttp], transport_kind: type
) -> None:
    for name, given, kind in (("http_client", client, client_kind), ("transport", transport, transport_kind)):
        if given is not None and not isinstance(given, kind):
            raise ValueError(f"{name} is {kind_of(given)}; give an httpx.{kind.__name__}.")
    if client is not None and transport is not None:
        raise ValueError(_BOTH_GIVEN)
    if isinstance(client, client_kind) and client.is_closed:
        raise ValueError("http_client is closed; give one that is open.")


def _parsed(text: str) -> httpx.URL | None:
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        return None


def base_url_of(text: object) -> str:
    """Return the base URL without a trailing slash.

    Raises:
        ValueError: It is not https (http is allowed to this machine), or has a path, a query or a user name. What may
            hold a password is not told.
    """
    if not isinstance(text, str):
        told = "it must be text, such as https://api.binance.com."
        raise ValueError(f"base_url is {kind_of(text)}; {told}")  # noqa: TRY004 - as every setting's mistake
    url = _parsed(text)
    if url is None:
        raise ValueError(f"base_url is not a URL; it must be {_BASE_URL}.")
    more = url.userinfo or url.path not in ("", "/") or url.query or url.fragment
    if more or not re.fullmatch(rb"[A-Za-z0-9.:-]+", url.raw_host):
        raise ValueError(f"base_url must be {_BASE_URL}.")
    if url.port is not None and not 1 <= url.port <= _LARGEST_PORT:
        raise ValueError(f"base_url has a port that cannot be connected to; allowed: 1 to {_LARGEST_PORT}.")
    if url.scheme == "http" and url.host in ("localhost", "127.0.0.1", "::1"):
        return str(url).rstrip("/")
    if url.scheme != "https":
        raise ValueError(f"base_url is {shown(text)}; it must begin with https (http is allowed to this machine only).")
    return str(url).rstrip("/")


class _Body:
    """Collects an answer's body within the deadline and within reason."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._deadline = outgoing.deadline
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, part: bytes) -> None:
        """Add a part.

        Raises:
            _Cut: It is too late or too much.
        """
        self._parts.append(part)
        self._length += len(part)
        if self._length > _LARGEST_BODY:
            raise _Cut(f"the answer is longer than {_LARGEST_BODY} bytes")
        if self._deadline() <= 0:
            raise _Cut("the deadline passed while the answer was read")

    def answer(self, response: httpx.Response) -> Answer:
        """Return the whole answer."""
        headers = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers.raw}
        return Answer(response.status_code, headers, b"".join(self._parts))


def _request(
    http: httpx.Client | httpx.AsyncClient, base_url: str, outgoing: Outgoing, added: Headers, trace: Any
) -> httpx.Request:
    """Build the request with the HTTP client's headers but not its params: the URL is the signed one byte for byte."""
    headers = http.headers.copy()
    for name, value in (*added.items(), *outgoing.headers.items()):
        headers[name] = value
    seconds = max(_SHORTEST, min(outgoing.timeout, outgoing.deadline()))
    extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds), "trace": trace}
    url = base_url + outgoing.target.decode("ascii")
    request = httpx.Request(outgoing.method, url, headers=headers, extensions=extensions)
    if request.url.raw_path != outgoing.target:
        raise httpx.UnsupportedProtocol(_CHANGED)
    return request


def _fault(error: Exception, progress: Progress, outgoing: Outgoing) -> Fault:
    kind, said = type(error).__name__.lstrip("_"), str(error)
    # A hook's `raise_for_status`, for one, tells the URL, and ours holds the signature.
    told = said and not isinstance(error, httpx.HTTPStatusError) and outgoing.target.decode("ascii") not in said
    return Fault(f"{kind}: {said}" if told else kind, may_have_arrived=progress.may_have_arrived_before(error))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what becomes of it on its way."""

    answer: Answer
    delivery: Literal["whole", "cut", "lost"] = "whole"
    """`cut`: the connection ends in the middle of the body; `lost`: it ends without an answer."""
    delay: float = 0.0
    """Seconds until it comes."""


class Handler(Protocol):
    """Something that answers requests without a network."""

    def handle(self, method: str, target: bytes, headers: Headers, body: bytes = b"") -> Reply:
        """Answer one request."""
        ...


class _CutBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Half of a body, and then the end of the connection."""

    def __init__(self, body: bytes) -> None:
        self._half = body[: len(body) // 2]

    def __iter__(self) -> Iterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError("the connection ended in the middle of the answer")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


class HandlerTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands each request of an HTTP client, sync or async, to a handler in this process."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an `httpx.Client`."""
        reply = self._reply(request, request.read())
        if reply.delay:
            time.sleep(_waited(reply, request))
        return _response(reply, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an `httpx.AsyncClient`."""
        import asyncio  # noqa: PLC0415 - only asynchronous callers pay for its import

        reply = self._reply(request, await request.aread())
        if reply.delay:
            await asyncio.sleep(_waited(reply, request))
        return _response(reply, request)

    def _reply(self, request: httpx.Request, body: bytes) -> Reply:
        return self._handler.handle(request.method, request.url.raw_path, dict(request.headers.items()), body)


def _patience(request: httpx.Request) -> float:
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return float("inf") if seconds is None else seconds


def _waited(reply: Reply, request: httpx.Request) -> float:
    """Return how long the client waits: for the answer, or until its patience ends."""
    return min(reply.delay, _patience(request))


def _response(reply: Reply, request: httpx.Request) -> httpx.Response:
    if reply.delay > _patience(request):
        raise httpx.ReadTimeout("the answer did not come in time")
    if reply.delivery == "lost":
        raise httpx.RemoteProtocolError("the connection ended without an answer")
    answer = reply.answer
    if reply.delivery == "cut":
        headers = {**answer.headers, "content-length": str(len(answer.body))}
        return httpx.Response(answer.status, headers=headers, stream=_CutBody(answer.body))
    return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)
