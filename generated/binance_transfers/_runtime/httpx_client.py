# Copied from generator/runtime/httpx_client.py by python -m generator; edit it there.
"""Sends over httpx or httpx2: with an HTTP client or a transport of the caller, or through a proxy of the environment."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import sys
import threading
import urllib.request
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import ModuleType
from typing import Any

from .network import DeadlineBackend
from .short_repr import describe_type
from .wire import (
    DEADLINE_WHILE_READING,
    LARGEST_BODY,
    Abandoned,
    Fault,
    Headers,
    Outgoing,
    Progress,
    Response,
    is_plain,
)

_SHORTEST = 0.001
"""Seconds of a timeout when none are left: 0 would mean something else."""
_LIBRARIES = ("httpx", "httpx2")
"""Neither is imported for the other's sake. The second one continues the first, and has the same names."""


class HttpxProgress(Progress):
    """The progress of a request, as far as httpcore's tracing tells, which a caller's own transport need not do."""

    def __init__(self, not_sent: tuple[type[Exception], ...], *, traced: bool, hooked: bool) -> None:
        self._not_sent, self._traced, self._hooked = not_sent, traced, hooked
        self._reported = self._began = False

    @property
    def may_have_arrived(self) -> bool:  # type: ignore[override]
        """Whether a byte of the request may have left."""
        return self._began or not self._traced

    def may_have_arrived_before(self, failure: Exception) -> bool:
        """Return the same of a request that ended in a failure.

        With a transport of the caller's own, only a failure to connect proves that nothing left. Where that client's
        hooks run, even this proves nothing unless the transport reported that it connected: a hook can fail to connect
        somewhere else, after the response.
        """
        failed_to_connect = isinstance(failure, self._not_sent) and (self._reported or not self._hooked)
        return self._began or not (self._traced or failed_to_connect)

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


_CORE_LOGGERS = [f"{core}.{part}" for core in ("httpcore", "httpcore2") for part in ("http11", "http2", "proxy")]
for _logger in (*_LIBRARIES, "hpack.hpack", "hpack.table", *_CORE_LOGGERS):
    logging.getLogger(_logger).addFilter(_OmitOurRequests())


@dataclass(slots=True)
class Exchange:
    """The command to send a request over an HTTP client, and to read its response."""

    http: Any = field(repr=False)
    request: Any = field(repr=False)
    outgoing: Outgoing

    def perform(self) -> Response:
        """Send from the calling thread, whose waits the network backend bounds by the deadline."""
        token = _sending.set(self.outgoing)
        try:
            # No auth of the HTTP client's: a scheme that answers a 401 would send the request twice.
            response = self.http.send(self.request, stream=True, auth=None, follow_redirects=False)
            try:
                body = _Body(response, self.outgoing.remaining)
                if body.is_wanted:
                    for part in response.iter_raw():
                        body.add(part)
            finally:
                response.close()
        finally:
            _sending.reset(token)
        return _received(response, body)

    async def perform_async(self) -> Response:
        """Send from the running event loop, which ends it all at the deadline."""
        import asyncio  # noqa: PLC0415 - only asynchronous callers pay for its import

        token = _sending.set(self.outgoing)
        limit = asyncio.timeout(self.outgoing.remaining())
        try:
            async with limit:
                response = await self.http.send(self.request, stream=True, auth=None, follow_redirects=False)
                try:
                    body = _Body(response, self.outgoing.remaining)
                    if body.is_wanted:
                        async for part in response.aiter_raw():
                            body.add(part)
                finally:
                    await response.aclose()
                return _received(response, body)
        except TimeoutError:
            if limit.expired():
                raise Abandoned("the deadline passed while it was sent or the response was read") from None
            raise
        finally:
            _sending.reset(token)


class Httpx:
    """Sends over a client of httpx or httpx2."""

    def __init__(
        self,
        library: ModuleType,
        http: Any,
        base_url: str,
        headers: Headers,
        *,
        asynchronous: bool,
        is_owner: bool,
        is_traced: bool,
    ) -> None:
        self._library, self._http, self._base_url, self._headers = library, http, base_url, headers
        self._asynchronous, self._is_traced = asynchronous, is_traced
        own = (library.HTTPError, library.InvalidURL, UnicodeError)
        self.failures: tuple[type[Exception], ...] = (*own, Abandoned)
        """What says why there is no response."""
        self.owned: tuple[Any, ...] = (http,) if is_owner else ()
        self.raises: tuple[type[Exception], ...] = (*own, library.StreamError, OSError) if is_traced else (Exception,)
        """What sending may raise, beside signal handlers of the caller: a given transport and hooks raise anything."""

    @property
    def is_closed(self) -> bool:
        """Whether the HTTP client was closed, by this client or by its owner, after which it sends nothing."""
        return bool(self._http.is_closed)

    def progress(self) -> HttpxProgress:
        """Return what will know how far the next request came."""
        names = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "ProxyError")
        not_sent = tuple(getattr(self._library, name) for name in names)
        return HttpxProgress(not_sent, traced=self._is_traced, hooked=bool(self._http.event_hooks["response"]))

    def command(self, outgoing: Outgoing, progress: HttpxProgress) -> Exchange:
        """Return the command to send, with the client's headers but not its params: the URL is the signed one byte for byte."""
        seconds = max(_SHORTEST, min(outgoing.timeout, outgoing.remaining()))
        trace = progress.note_async if self._asynchronous else progress.note
        extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds), "trace": trace}
        url = self._base_url + outgoing.target.decode("ascii")
        request = self._library.Request(outgoing.method, url, headers=self._http.headers, extensions=extensions)
        for name, value in (*self._headers.items(), *outgoing.headers.items()):
            request.headers[name] = value
        if request.url.raw_path != outgoing.target:
            raise self._library.UnsupportedProtocol(f"{self._library.__name__} would change the signed URL")
        return Exchange(self._http, request, outgoing)

    def opening(self, _: Outgoing) -> None:
        """Return no command to open a connection: httpx opens one only for a request."""

    def fault(self, error: Exception, progress: HttpxProgress, outgoing: Outgoing) -> Fault:
        """Return why there is no response."""
        kind, text = type(error).__name__, str(error)
        if isinstance(error, Abandoned):
            reason = text
        # A hook's `raise_for_status`, for one, quotes the URL, and ours holds the signature.
        elif not text or isinstance(error, self._library.HTTPStatusError) or outgoing.target.decode("ascii") in text:
            reason = kind
        else:
            reason = f"{kind}: {text}"
        return Fault(reason, may_have_arrived=progress.may_have_arrived_before(error))


def through_proxy(base_url: str, headers: Headers, tls: Any, keepalive_expiry: float, *, asynchronous: bool) -> Httpx:
    """Return what sends through the proxy of the environment, or raise `ValueError` for one that cannot be used."""
    library = importlib.import_module("httpx2" if importlib.util.find_spec("httpx2") else "httpx")
    kept = 0 if keepalive_expiry == 0 else None
    limits = library.Limits(max_keepalive_connections=kept, keepalive_expiry=keepalive_expiry)
    http = None
    with contextlib.suppress(library.InvalidURL, ValueError, ImportError):
        kind = getattr(library, _client(asynchronous=asynchronous))
        http = kind(headers=headers, limits=limits, verify=tls, cookies=_no_cookies())
    if http is None:
        # Without the text, the frames and the cause of that, all of which may hold a proxy's password.
        raise ValueError(f"{_proxy_problem(library, tls)}; or give http_client, made with a proxy and trust_env=False.")
    if not asynchronous:
        _keep_deadlines(http)
    return Httpx(library, http, base_url, {}, asynchronous=asynchronous, is_owner=True, is_traced=True)


def given_by_caller(base_url: str, http_client: Any, transport: Any, headers: Headers, *, asynchronous: bool) -> Httpx:
    """Return what sends over the caller's HTTP client or transport, or raise `ValueError` for one that cannot be used."""
    kind, transports = _client(asynchronous=asynchronous), "AsyncBaseTransport" if asynchronous else "BaseTransport"
    settings = (("http_client", http_client, kind), ("transport", transport, transports))
    libraries = [_library_of(name, given, wanted) for name, given, wanted in settings if given is not None]
    if len(libraries) > 1:
        raise ValueError("Give http_client or transport, not both: an HTTP client brings its own transport.")
    if http_client is not None and http_client.is_closed:
        raise ValueError("http_client is closed; give one that is open.")
    # Its connections are closed after each request: we do not know how long they lay idle.
    closing = {**headers, "Connection": "close"}
    library, is_owner = libraries[0], http_client is None
    http = http_client
    if is_owner:
        http = getattr(library, kind)(transport=transport, headers=closing, cookies=_no_cookies())
    added = {} if is_owner else closing
    return Httpx(library, http, base_url, added, asynchronous=asynchronous, is_owner=is_owner, is_traced=False)


def _client(*, asynchronous: bool) -> str:
    """Return the name of the class of HTTP clients, in either library."""
    return "AsyncClient" if asynchronous else "Client"


def _library_of(name: str, given: object, wanted: str) -> ModuleType:
    """Return which library's instance of the wanted class is given; it is imported already, as the caller has made one."""
    for library in map(sys.modules.get, _LIBRARIES):
        if library is not None and isinstance(given, getattr(library, wanted, ())):
            return library
    choices = " or ".join(f"an {library}.{wanted}" for library in _LIBRARIES)
    raise ValueError(f"{name} is {describe_type(given)}; give {choices}.")


def _no_cookies() -> CookieJar:
    """Return a jar that keeps nothing, as nothing of it would be sent."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _proxy_problem(library: ModuleType, tls: Any) -> str:
    """Return which proxy variable the library cannot use, and why, without its value."""
    proxies = urllib.request.getproxies()
    for scheme in ("http", "https", "all"):
        address = proxies.get(scheme)
        if address:
            try:
                library.HTTPTransport(proxy=address if "://" in address else f"http://{address}", verify=tls)
            except ImportError:
                needed = f"pip install '{library.__name__}[socks]'"
                return f"{_variable(scheme)} names a SOCKS proxy, which needs: {needed}"
            except (library.InvalidURL, ValueError):
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
    for transport in {http._transport, *http._mounts.values()} - {None}:  # noqa: SLF001
        pool = transport._pool  # noqa: SLF001
        # One that Python cannot leave locked when a signal handler raises, or wait for in a handler of its own thread.
        pool._optional_thread_lock = threading.RLock()  # noqa: SLF001
        core = sys.modules[type(pool).__module__.partition(".")[0]]
        pool._network_backend = DeadlineBackend(core, pool._network_backend, _until_deadline)  # noqa: SLF001


class _Body(bytearray):
    """A response's body as it was sent, collected within the deadline and within reason."""

    def __init__(self, response: Any, remaining: Callable[[], float]) -> None:
        super().__init__()
        self._remaining = remaining
        is_readable = is_plain(response.headers.get("content-encoding", ""))
        self.is_wanted = is_readable and not response.is_stream_consumed
        """Whether it is to be read, or else was read by a hook or is encoded."""
        if is_readable and not self.is_wanted:
            self.add(response.content)

    def add(self, part: bytes) -> None:
        """Add a part, unless it is too late or too much."""
        self += part
        if len(self) > LARGEST_BODY:
            raise Abandoned(f"the response is longer than {LARGEST_BODY} bytes")
        if self._remaining() <= 0:
            raise Abandoned(DEADLINE_WHILE_READING)


def _received(response: Any, body: _Body) -> Response:
    headers = {name.decode("ascii").lower(): value.decode("latin-1") for name, value in response.headers.raw}
    return Response(response.status_code, headers, bytes(body))
