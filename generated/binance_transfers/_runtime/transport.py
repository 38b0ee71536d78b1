# Copied from generator/runtime/transport.py by python -m generator; edit it there.
"""The one module that knows httpx: sends a request once and reports what came of it as a value."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import httpx

Headers: TypeAlias = Mapping[str, str]
SyncHttp: TypeAlias = httpx.Client
SyncHttpTransport: TypeAlias = httpx.BaseTransport
AsyncHttp: TypeAlias = httpx.AsyncClient
AsyncHttpTransport: TypeAlias = httpx.AsyncBaseTransport

_BOTH_GIVEN = "Give http_client or transport, not both: an HTTP client brings its own transport."
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


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


_ours: ContextVar[bool] = ContextVar("binance_transfers_request", default=False)


class _OmitOurRequests(logging.Filter):
    """httpx logs each request's URL, and ours holds the signature."""

    def filter(self, _record: logging.LogRecord, /) -> bool:
        return not _ours.get()


logging.getLogger("httpx").addFilter(_OmitOurRequests())


@contextmanager
def _unlogged() -> Iterator[None]:
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


class SyncTransport:
    """Sends over an `httpx.Client`, its own or the caller's."""

    def __init__(
        self, base_url: str, timeout: float, given: SyncHttp | None, transport: SyncHttpTransport | None
    ) -> None:
        if given is not None and transport is not None:
            raise ValueError(_BOTH_GIVEN)
        self._base_url = base_url
        self._http = given or httpx.Client(timeout=timeout, transport=transport)
        self._owned = given is None

    def send(self, method: str, target: bytes, headers: Headers) -> Answer | Fault:
        """Send once; redirects are answers, not followed."""
        try:
            request = _request(self._http, method, self._base_url, target, headers)
            with _unlogged():
                return _answer(self._http.send(request, follow_redirects=False))
        except httpx.HTTPError as error:
            return _fault(error)

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            self._http.close()


class AsyncTransport:
    """Sends over an `httpx.AsyncClient`, its own or the caller's."""

    def __init__(
        self, base_url: str, timeout: float, given: AsyncHttp | None, transport: AsyncHttpTransport | None
    ) -> None:
        if given is not None and transport is not None:
            raise ValueError(_BOTH_GIVEN)
        self._base_url = base_url
        self._http = given or httpx.AsyncClient(timeout=timeout, transport=transport)
        self._owned = given is None

    async def send(self, method: str, target: bytes, headers: Headers) -> Answer | Fault:
        """Send once; redirects are answers, not followed."""
        try:
            request = _request(self._http, method, self._base_url, target, headers)
            with _unlogged():
                return _answer(await self._http.send(request, follow_redirects=False))
        except httpx.HTTPError as error:
            return _fault(error)

    async def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        if self._owned:
            await self._http.aclose()


def base_url_of(text: str) -> str:
    """Return the base URL without a trailing slash.

    Raises:
        ValueError: It is not https (http is allowed to this machine), or has a path, a query or a user name.
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError(f"base_url is {text!r}, which is not a URL.") from None
    more = url.userinfo or url.path not in ("", "/") or url.query or url.fragment
    if more or not re.fullmatch(rb"[A-Za-z0-9.:-]+", url.raw_host):
        raise ValueError("base_url must be a scheme, a host and at most a port, such as https://api.binance.com.")
    if url.scheme == "http" and url.host in ("localhost", "127.0.0.1", "::1"):
        return str(url).rstrip("/")
    if url.scheme != "https":
        raise ValueError(f"base_url is {text!r}; it must begin with https (http is allowed to this machine only).")
    return str(url).rstrip("/")


def _request(
    http: httpx.Client | httpx.AsyncClient, method: str, base_url: str, target: bytes, headers: Headers
) -> httpx.Request:
    request = http.build_request(method, base_url + target.decode("ascii"), headers=headers)
    if request.url.raw_path != target:
        raise httpx.UnsupportedProtocol("the HTTP client changed the signed URL (does it have default params?)")
    return request


def _answer(response: httpx.Response) -> Answer:
    return Answer(response.status_code, dict(response.headers), response.content)


def _fault(error: httpx.HTTPError) -> Fault:
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Fault(reason, may_have_arrived=not isinstance(error, _NOT_SENT))


class Handler(Protocol):
    """Something that answers requests without a network."""

    def handle(self, method: str, target: bytes, headers: Headers) -> Answer:
        """Answer one request."""
        ...


class HandlerTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands each request of an HTTP client, sync or async, to a handler in this process."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an `httpx.Client`."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = self._handler.handle(request.method, request.url.raw_path, headers)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an `httpx.AsyncClient`."""
        return self.handle_request(request)
