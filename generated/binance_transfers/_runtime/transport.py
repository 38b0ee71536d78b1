# Copied from generator/runtime/transport.py by python -m generator; edit it there.
"""Sends a request once, over connections of our own or over an HTTP client, and returns its response or why there is none."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar
from urllib.parse import urlsplit

from .base_url import is_local
from .connection import Server
from .flow import Flow
from .fork import call_after_fork
from .pool import Open, Pool, Send
from .wire import DEADLINE_BEFORE_SENDING, Fault, Headers, Outgoing, Progress, Response

if TYPE_CHECKING:
    from .httpx_client import Exchange


class SyncHttp(Protocol):
    """A `Client` of httpx or httpx2, by what tells it from others, as httpx2 need not be installed."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

    def send(self, request: Any, *, stream: bool, auth: None, follow_redirects: bool) -> Any:
        """Send a request."""
        ...


class AsyncHttp(Protocol):
    """An `AsyncClient` of httpx or httpx2."""

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...

    async def send(self, request: Any, *, stream: bool, auth: None, follow_redirects: bool) -> Any:
        """Send a request."""
        ...


class SyncHttpTransport(Protocol):
    """A `BaseTransport` of httpx or httpx2."""

    def handle_request(self, request: Any) -> Any:
        """Send a request."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class AsyncHttpTransport(Protocol):
    """An `AsyncBaseTransport` of httpx or httpx2."""

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...


Http = TypeVar("Http", SyncHttp, AsyncHttp)
HttpTransport = TypeVar("HttpTransport", SyncHttpTransport, AsyncHttpTransport)
Sending: TypeAlias = "Send | Exchange"
"""The command to send a request and to read its response."""


class Transport(Generic[Http, HttpTransport]):
    """Sends over connections of its own, over an HTTP client for a proxy, or over the caller's."""

    def __init__(
        self,
        base_url: str,
        http_client: Http | None,
        transport: HttpTransport | None,
        headers: Headers,
        keepalive_expiry: float,
        *,
        asynchronous: bool,
    ) -> None:
        self.is_rehearsal = is_local(base_url) or bool(getattr(transport, "is_sandbox", False))
        """Whether requests go to a sandbox, or to this machine, and not to Binance."""
        self._inherited: list[Any] = []
        self._is_forked = False
        self._open: Callable[[], Any] | None = None
        if http_client is not None or transport is not None:
            from .httpx_client import given_by_caller  # noqa: PLC0415 - importing it takes time

            self._carrier: Any = given_by_caller(base_url, http_client, transport, headers, asynchronous=asynchronous)
        else:
            self._open = _opener(base_url, headers, keepalive_expiry, asynchronous=asynchronous)
            self._carrier = self._open()
            call_after_fork(self)

    @property
    def owned(self) -> tuple[Any, ...]:
        """What to close in the end."""
        self._leave_inherited()
        owned: tuple[Any, ...] = self._carrier.owned
        return owned

    def after_fork(self) -> None:
        """Note that the connections are those of the parent process."""
        self._is_forked = True

    def _leave_inherited(self) -> None:
        """In a child process, go on with connections of its own.

        The inherited ones are not even closed, as that may wait for a thread that exists in the parent only.
        """
        if self._is_forked and self._open is not None and not self.is_closed:
            self._inherited.append(self._carrier)
            self._carrier = self._open()
        self._is_forked = False

    @property
    def is_closed(self) -> bool:
        """Whether it was closed, by this client or by the owner of an HTTP client, after which nothing is sent."""
        return bool(self._carrier.is_closed)

    def may_raise(self, error: BaseException) -> bool:
        """Return whether an exception may be of what sends, rather than of a signal handler of the caller.

        The caller's own transport and hooks may raise any `Exception`.
        """
        return isinstance(error, self._carrier.raises)

    def progress(self) -> Progress:
        """Return what will know how far the next request came."""
        self._leave_inherited()
        progress: Progress = self._carrier.progress()
        return progress

    def send(self, outgoing: Outgoing, progress: Progress) -> Flow[Sending, Response | Fault]:
        """Send once; redirects are responses, not followed."""
        if outgoing.remaining() <= 0:
            return Fault(DEADLINE_BEFORE_SENDING, may_have_arrived=False)
        carrier = self._carrier
        try:
            response: Response = yield carrier.command(outgoing, progress)
        except carrier.failures as error:
            fault: Fault = carrier.fault(error, progress, outgoing)
            return fault
        return response

    def warm_up(self, outgoing: Outgoing) -> Flow[Open, Fault | None]:
        """Open a connection for a request that is to come, and return why that failed, if it did."""
        self._leave_inherited()
        command = self._carrier.opening(outgoing)
        if command is not None:
            try:
                yield command
            except self._carrier.failures as error:
                return Fault(str(error), may_have_arrived=False)
        return None


def _opener(base_url: str, headers: Headers, keepalive_expiry: float, *, asynchronous: bool) -> Callable[[], Any]:
    """Return what opens connections of our own.

    Plain HTTP goes to this machine only: a proxy of the environment would read the key, and certificates serve nothing.
    """
    url = urlsplit(base_url)
    host, is_plain = url.hostname or "", url.scheme == "http"
    headers = headers if keepalive_expiry else {**headers, "Connection": "close"}
    tls = None if is_plain else _trusted()
    if not is_plain and _is_proxied(host):
        from .httpx_client import through_proxy  # noqa: PLC0415 - importing it takes time

        return partial(through_proxy, base_url, headers, tls, keepalive_expiry, asynchronous=asynchronous)
    raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in {"Host": url.netloc, **headers}.items()]
    server = Server(host, url.port or (80 if is_plain else 443), tls, raw)
    return partial(Pool, server, keepalive_expiry)


def _is_proxied(host: str) -> bool:
    """Return whether the environment, or the settings of Windows or macOS, name a proxy for a host."""
    has_settings = sys.platform in ("win32", "darwin")
    if not has_settings and not any(name.lower() in ("https_proxy", "all_proxy") for name in os.environ):
        return False
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - importing it takes time

    proxies = getproxies()
    return bool(proxies.get("https") or proxies.get("all")) and not proxy_bypass(host)


def _trusted() -> ssl.SSLContext:
    """Return the certificates to trust: those of certifi, or those that the environment names."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not folder:
        import certifi  # noqa: PLC0415 - importing it takes time

        file = certifi.where()
    try:
        context = ssl.create_default_context(cafile=file or None, capath=folder or None)
    except OSError as error:
        name = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
        if name is None:
            raise
        reason = f"{type(error).__name__}: {error.strerror}"
        raise ValueError(f"{name} names certificates that cannot be read ({reason}).") from error
    context.set_alpn_protocols(["http/1.1"])
    return context
