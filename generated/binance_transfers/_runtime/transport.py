# Copied from generator/runtime/transport.py by python -m generator; edit it there.
"""Sends a request once over httpx, and returns its response or why there is none."""

from __future__ import annotations

import logging
import os
import ssl
import threading
import urllib.request
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Generic, TypeAlias, TypeVar

import httpx

from .flow import Flow
from .fork import call_after_fork
from .short_repr import describe_type

Headers: TypeAlias = Mapping[str, str]
SyncHttp: TypeAlias = httpx.Client
SyncHttpTransport: TypeAlias = httpx.BaseTransport
AsyncHttp: TypeAlias = httpx.AsyncClient
AsyncHttpTransport: TypeAlias = httpx.AsyncBaseTransport
Http = TypeVar("Http", SyncHttp, AsyncHttp)
HttpTransport = TypeVar("HttpTransport", SyncHttpTransport, AsyncHttpTransport)

_SHORTEST = 0.001
"""Seconds of a timeout when none are left: 0 would mean something else."""
_LARGEST_BODY = 1 << 20
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
_OWN_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, UnicodeError)
"""What sending raises by itself; errors of TLS are an `OSError`."""
_KINDS: Mapping[bool, Any] = {False: httpx.Client, True: httpx.AsyncClient}
"""The class of HTTP clients, by whether calls are asynchronous."""
_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no certificate."""
_NO_IDLE = httpx.Limits(max_keepalive_connections=0)
# By itself that is not enough: while one thread's response ends, another may take its connection before it is closed.
# So a request that needs a connection of its own says `Connection: close` too, after which it never lies idle.


@dataclass(slots=True)
class Outgoing:
    """A request that is ready to be sent."""

    method: str
    target: bytes = field(repr=False)
    headers: Headers = field(repr=False)
    moves_funds: bool
    """Send it over a connection opened for it, as one that lay idle may be closed under it, unanswered."""
    timeout: float
    """Seconds for the connection, and for each read and write."""
    remaining: Callable[[], float] = field(repr=False)
    """Seconds that are left for all of it."""


@dataclass(frozen=True, slots=True)
class Response:
    """The response of the server. Header names are in lower case."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason why there is no response, and whether the request may have reached the server all the same."""

    reason: str
    may_have_arrived: bool


@dataclass(slots=True, kw_only=True)
class Progress:
    """The progress of a request, so that a failure or an interruption can be judged."""

    traced: bool
    hooked: bool
    _reported: bool = False
    _began: bool = False

    @property
    def may_have_arrived(self) -> bool:
        """Whether a byte of the request may have left; a transport of the caller's own need not report what it sends."""
        return self._began or not self.traced

    def may_have_arrived_before(self, failure: Exception) -> bool:
        """Return the same of a request that ended in a failure.

        With a transport of the caller's own, only a failure to connect proves that nothing left. Where that client's
        hooks run, even this proves nothing unless the transport reported that it connected: a hook can fail to connect
        somewhere else, after the response.
        """
        failed_to_connect = isinstance(failure, _NOT_SENT) and (self._reported or not self.hooked)
        return self._began or not (self.traced or failed_to_connect)

    def note(self, event: str, details: Mapping[str, Any]) -> None:
        """Take note of an event of httpcore's tracing."""
        if event.endswith(".started"):
            self._reported = True
            # What asks a proxy for a tunnel holds nothing of the request.
            if event.endswith("send_request_headers.started") and details["request"].method != b"CONNECT":
                self._began = True

    async def note_async(self, event: str, details: Mapping[str, Any]) -> None:
        """Do the same for an asynchronous client, whose trace must be awaited."""
        self.note(event, details)


_sending: ContextVar[Outgoing | None] = ContextVar("binance_transfers_request", default=None)


def _until_deadline(timeout: float | None) -> float | None:
    """Return a timeout that does not outlast the request that is being sent: where none is given (SOCKS), its own."""
    outgoing = _sending.get()
    if outgoing is None:
        return timeout
    return min(outgoing.timeout if timeout is None else timeout, outgoing.remaining())


class _OmitOurRequests(logging.Filter):
    """httpx logs each request's URL, hpack (of HTTP/2) its headers too, and httpcore the response's, which may quote them.

    Ours hold the key and the signature.
    """

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002 - called by its name
        return _sending.get() is None


for _logger in ("httpx", "hpack.hpack", "hpack.table", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
    logging.getLogger(_logger).addFilter(_OmitOurRequests())


class _Abandoned(Exception):
    """The response is not read to its end; the message says why."""


@dataclass(slots=True)
class Exchange(Generic[Http]):
    """The command to send a request and to read its response."""

    http: Http = field(repr=False)
    request: httpx.Request = field(repr=False)
    remaining: Callable[[], float] = field(repr=False)

    def perform(self: Exchange[SyncHttp]) -> Response:
        """Send from the calling thread, whose waits the network backend bounds by the deadline."""
        # No auth of the HTTP client's: a scheme that answers a 401 would send the request twice.
        response = self.http.send(self.request, stream=True, auth=None, follow_redirects=False)
        try:
            body = _Body(response, self.remaining)
            if body.is_wanted:
                for part in response.iter_raw():
                    body.add(part)
        finally:
            response.close()
        return _received(response, body)

    async def perform_async(self: Exchange[AsyncHttp]) -> Response:
        """Send from the running event loop, which ends it all at the deadline."""
        import asyncio  # noqa: PLC0415 - only asynchronous callers pay for its import

        limit = asyncio.timeout(self.remaining())
        try:
            async with limit:
                response = await self.http.send(self.request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = _Body(response, self.remaining)
                    if body.is_wanted:
                        async for part in response.aiter_raw():
                            body.add(part)
                finally:
                    await response.aclose()
                return _received(response, body)
        except TimeoutError:
            if limit.expired():
                raise _Abandoned("the deadline passed while it was sent or the response was read") from None
            raise


class Transport(Generic[Http, HttpTransport]):
    """Sends over HTTP clients of its own, or over the caller's, whether they are httpx's sync or async ones."""

    def __init__(
        self,
        base_url: str,
        http_client: Http | None,
        transport: HttpTransport | None,
        headers: Headers,
        *,
        asynchronous: bool,
    ) -> None:
        kind = _KINDS[asynchronous]
        _check_given("http_client", http_client, kind)
        _check_given("transport", transport, httpx.AsyncBaseTransport if asynchronous else httpx.BaseTransport)
        if http_client is not None and transport is not None:
            raise ValueError("Give http_client or transport, not both: an HTTP client brings its own transport.")
        if http_client is not None and http_client.is_closed:
            raise ValueError("http_client is closed; give one that is open.")
        self._http: Http
        self._fresh: Http
        self._base_url = base_url
        self._traced = http_client is None and transport is None
        closing = {**headers, "Connection": "close"}
        self._inherited: list[Http] = []
        self._is_forked = False
        self._open: Callable[[], tuple[Http, Http]] | None = None
        if self._traced:
            # One set of certificates for all: reading them is most of what making a client costs.
            plain = base_url.startswith("http:")
            verify = _NOBODY if plain else _trusted()
            self._open = partial(_own_clients, kind, headers, closing, verify=verify, trust_env=not plain)
            self._http, self._fresh = self._open()
            call_after_fork(self)
        elif http_client is not None:
            self._http = self._fresh = http_client
        else:
            self._http = self._fresh = kind(transport=transport, headers=closing, cookies=_no_cookies())
        self._added = {} if http_client is None else closing
        self._asynchronous = asynchronous
        self._is_owner = http_client is None

    @property
    def owned(self) -> tuple[Http, ...]:
        """The HTTP clients to close in the end."""
        self._leave_inherited()
        return (self._http, self._fresh) if self._is_owner else ()

    def after_fork(self) -> None:
        """Note that the connections are those of the parent process."""
        self._is_forked = True

    def _leave_inherited(self) -> None:
        """In a child process, go on with connections of its own.

        The inherited ones are not even closed, as that may wait for a thread that exists in the parent only.
        """
        if self._is_forked and self._open is not None and not self.is_closed:
            self._inherited += self._http, self._fresh
            self._http, self._fresh = self._open()
        self._is_forked = False

    @property
    def is_closed(self) -> bool:
        """Whether the HTTP clients were closed, by this client or by their owner, after which none of them sends."""
        return bool(self._http.is_closed or self._fresh.is_closed)

    def may_raise(self, error: BaseException) -> bool:
        """Return whether an exception may be of what sends, rather than of a signal handler of the caller.

        The caller's own transport and hooks may raise any `Exception`.
        """
        return isinstance(error, _OWN_ERRORS if self._traced else Exception)

    def progress(self) -> Progress:
        """Return what will know how far the next request came."""
        return Progress(traced=self._traced, hooked=bool(self._http.event_hooks["response"]))

    def send(self, outgoing: Outgoing, progress: Progress) -> Flow[Exchange[Http], Response | Fault]:
        """Send once; redirects are responses, not followed."""
        if outgoing.remaining() <= 0:
            return Fault("the deadline passed before it was sent", may_have_arrived=False)
        self._leave_inherited()
        http = self._fresh if outgoing.moves_funds else self._http
        try:
            trace = progress.note_async if self._asynchronous else progress.note
            request = self._request(http, outgoing, trace)
            token = _sending.set(outgoing)
            try:
                response: Response = yield Exchange(http, request, outgoing.remaining)
            finally:
                _sending.reset(token)
        except (httpx.HTTPError, httpx.InvalidURL, _Abandoned, UnicodeError) as error:
            return _fault(error, progress, outgoing)
        return response

    def _request(self, http: Http, outgoing: Outgoing, trace: Callable[..., object]) -> httpx.Request:
        """Build the request with the client's headers but not its params: the URL is the signed one byte for byte."""
        seconds = max(_SHORTEST, min(outgoing.timeout, outgoing.remaining()))
        extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds), "trace": trace}
        url = self._base_url + outgoing.target.decode("ascii")
        request = httpx.Request(outgoing.method, url, headers=http.headers, extensions=extensions)
        for name, value in (*self._added.items(), *outgoing.headers.items()):
            request.headers[name] = value
        if request.url.raw_path != outgoing.target:
            raise httpx.UnsupportedProtocol("httpx would change the signed URL")
        return request


def _own_clients(kind: Any, headers: Headers, closing: Headers, *, verify: Any, trust_env: bool) -> tuple[Any, Any]:
    """Return a client that keeps connections and one that does not.

    Plain HTTP goes to this machine only: a proxy of the environment would read the key, and certificates serve nothing.
    """
    settings = {"verify": verify, "trust_env": trust_env, "cookies": _no_cookies()}
    try:
        clients = kind(headers=headers, **settings), kind(headers=closing, limits=_NO_IDLE, **settings)
    except (httpx.InvalidURL, ValueError, ImportError):
        clients = None
    if clients is None:
        # Without the text, the frames and the cause of that, all of which may hold a proxy's password.
        raise ValueError(f"{_proxy_problem()}; or give http_client, made with a proxy and trust_env=False.")
    if kind is httpx.Client:
        for http in clients:
            _keep_deadlines(http)
    return clients


def _no_cookies() -> CookieJar:
    """Return a jar that keeps nothing, as nothing of it would be sent."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _trusted() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
        if not names:
            raise
        reason = f"{type(error).__name__}: {error.strerror}"
        raise ValueError(f"{names[0]} names certificates that cannot be read ({reason}).") from error


def _proxy_problem() -> str:
    """Return which proxy variable httpx cannot use, and why, without its value."""
    proxies = urllib.request.getproxies()
    for scheme in ("http", "https", "all"):
        address = proxies.get(scheme)
        if address:
            try:
                httpx.HTTPTransport(proxy=address if "://" in address else f"http://{address}", verify=_NOBODY)
            except ImportError:
                return f"{_variable(scheme)} names a SOCKS proxy, which needs: pip install 'httpx[socks]'"
            except (httpx.InvalidURL, ValueError):
                return f"{_variable(scheme)} must be the address of a proxy, such as http://proxy.example:8080"
    return f"{_variable('no')} must list names and addresses without brackets, such as localhost,10.0.0.1,::1"


def _variable(scheme: str) -> str:
    """Return the name of a proxy variable as it is spelt in the environment."""
    usual = f"{scheme}_proxy"
    return next((name for name in (usual, *os.environ) if name in os.environ and name.lower() == usual), usual.upper())


def _keep_deadlines(http: Any) -> None:
    """Put our network backend between httpcore and its own, for proxies too.

    httpx has no public way to do so: a transport of one's own would have to read the proxy variables, build the pools
    and translate httpcore's exceptions again. Should these names change, making a client fails, before any call.
    """
    from .network import DeadlineBackend  # noqa: PLC0415 - httpx too imports httpcore only when it is needed

    for transport in {http._transport, *http._mounts.values()} - {None}:  # noqa: SLF001
        pool = transport._pool  # noqa: SLF001
        # One that Python cannot leave locked when a signal handler raises, or wait for in a handler of its own thread.
        pool._optional_thread_lock = threading.RLock()  # noqa: SLF001
        pool._network_backend = DeadlineBackend(pool._network_backend, _until_deadline)  # noqa: SLF001


def _check_given(name: str, given: object, kind: type) -> None:
    if given is not None and not isinstance(given, kind):
        raise ValueError(f"{name} is {describe_type(given)}; give an httpx.{kind.__name__}.")


class _Body(bytearray):
    """A response's body as it was sent, collected within the deadline and within reason.

    An encoded body stays unread: none is asked for, and a thousand bytes of one can unpack to gigabytes.
    """

    def __init__(self, response: httpx.Response, remaining: Callable[[], float]) -> None:
        super().__init__()
        self._remaining = remaining
        is_plain = response.headers.get("content-encoding", "").strip().lower() in ("", "identity")
        self.is_wanted = is_plain and not response.is_stream_consumed
        """Whether it is to be read, or else was read by a hook or is encoded."""
        if is_plain and not self.is_wanted:
            self.add(response.content)

    def add(self, part: bytes) -> None:
        """Add a part, unless it is too late or too much."""
        self += part
        if len(self) > _LARGEST_BODY:
            raise _Abandoned(f"the response is longer than {_LARGEST_BODY} bytes")
        if self._remaining() <= 0:
            raise _Abandoned("the deadline passed while the response was read")


def _received(response: httpx.Response, body: _Body) -> Response:
    headers = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers.raw}
    return Response(response.status_code, headers, bytes(body))


def _fault(error: Exception, progress: Progress, outgoing: Outgoing) -> Fault:
    kind, text = type(error).__name__, str(error)
    if isinstance(error, _Abandoned):
        reason = text
    # A hook's `raise_for_status`, for one, quotes the URL, and ours holds the signature.
    elif not text or isinstance(error, httpx.HTTPStatusError) or outgoing.target.decode("ascii") in text:
        reason = kind
    else:
        reason = f"{kind}: {text}"
    return Fault(reason, may_have_arrived=progress.may_have_arrived_before(error))
