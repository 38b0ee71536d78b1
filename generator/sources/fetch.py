"""Fetches pages politely: one at a time, under our own name, and again only where they changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from generator.console import announce

from . import LARGEST_FILE, Page, page_path, read_all

_NAME = "binance-transfers drift"
_SECONDS = 20.0
"""How long to wait for the next piece of a response."""
_SECONDS_IN_ALL = 60.0
"""How long a whole page may take."""
_MOST_REDIRECTS = 5
_LAST_PORT = 65_535
_BUSY = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


class _CannotFetch(Exception):
    """A page cannot be fetched; the message says why."""


def fetch(addresses: Sequence[str], cache: Path | None) -> Iterator[tuple[Page, ...]]:
    """Fetch files, one after the other, and yield the pages of each. The `problems` of one say why it was not fetched.

    Args:
        addresses: Where they are.
        cache: The folder that keeps them, or nothing.
    """
    silent: dict[str, str] = {}
    for address in addresses:
        try:
            pages = read_all(address, _body(address, cache, silent))
            # Without an endpoint, it may be a page that asks whether we are a person.
            is_another = not any(version.endpoints for page in pages for version in page.versions)
            yield tuple(replace(page, unreachable=True) for page in pages) if is_another else pages
        except _CannotFetch as error:
            problem = f"it cannot be fetched: {str(error).rstrip('.')}."
            yield (Page(address, "html", problems=(problem,), unreachable=True),)


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].lower()


def _body(address: str, cache: Path | None, silent: dict[str, str]) -> bytes:
    """Return the body of a page; hosts in `silent` are not asked again, for the reason there."""
    host = _host(address)
    if host in silent:
        raise _CannotFetch(f"{host} was not asked again after it {silent[host]}")
    file = cache / f"{hashlib.sha256(address.encode()).hexdigest()}.page" if cache else None
    validators, kept = _load(file) if file else ({}, b"")
    announce(f"Fetching {address}.")
    try:
        response, body = asyncio.run(_response(address, validators))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        if isinstance(error, (httpx.ConnectError, httpx.TimeoutException)):
            silent[host] = "did not respond"
        raise _CannotFetch(str(error) or type(error).__name__) from None
    except TimeoutError:
        silent[host] = "did not respond"
        raise _CannotFetch(f"it was not here after {_SECONDS_IN_ALL:g} seconds") from None
    if validators and response.status_code == httpx.codes.NOT_MODIFIED:
        return kept
    if response.status_code in _BUSY:
        silent[host] = "wanted to be left alone"
    _check_status(response)
    validators = _validators(response.headers)
    if file and validators and len(body) <= LARGEST_FILE:
        _save(file, validators, body)
    return body


async def _response(address: str, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
    """Return the response, which may stand at another spelling of the address, and its body.

    It is asynchronous so that a timeout covers all of it, even a server that sends interim responses without end.
    """
    url, port = address, httpx.URL(address).port or 0
    if port > _LAST_PORT:
        raise _CannotFetch(f"it names port {port}, and ports end at {_LAST_PORT}")
    async with asyncio.timeout(_SECONDS_IN_ALL), _client() as client:
        for _ in range(1 + _MOST_REDIRECTS):
            async with client.stream("GET", url, headers=headers) as response:
                if response.next_request is None:
                    return response, await _limited(response) if response.status_code == httpx.codes.OK else b""
                url = str(response.next_request.url)
                _check_address(address, url)
    raise _CannotFetch("it leads from address to address without an end")


def _client() -> httpx.AsyncClient:
    """Return a client that asks for no encoding, as a page of a thousand bytes can unpack to gigabytes, and keeps no cookies."""
    headers = {"user-agent": _NAME, "accept-encoding": "identity"}
    try:
        return httpx.AsyncClient(
            headers=headers, cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())), timeout=_SECONDS
        )
    except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        # The text may hold the password of a proxy.
        reason = f"the settings for proxies or certificates cannot be used ({type(error).__name__})"
    raise _CannotFetch(reason)


def _check_address(asked: str, target: str) -> None:
    """Refuse a redirect to another page, host or language."""
    before, after = [(_host(url), "/zh-CN/" in url, page_path(url)) for url in (asked, target)]
    if before != after or (asked.startswith("https:") and not target.startswith("https:")):
        raise _CannotFetch(f"it leads to {target}; name that address if it is the page that is meant")


def _check_status(response: httpx.Response) -> None:
    status = f"the server answered {response.status_code}"
    if response.status_code in _BUSY:
        pause = response.headers.get("retry-after", "").strip()
        until = f" for {pause} seconds" if pause.isdigit() else f" until {pause}" if pause else ""
        raise _CannotFetch(f"{status}; it wants to be left alone{until}")
    if response.status_code != httpx.codes.OK:
        raise _CannotFetch(status)


async def _limited(response: httpx.Response) -> bytes:
    """Return the body, up to the part that makes it too large."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        raise _CannotFetch(f"the server sent it encoded as {encoding}, which it was not asked for")
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > LARGEST_FILE:
            break
    return bytes(body)


def _validators(headers: httpx.Headers) -> dict[str, str]:
    """Return with which headers to ask whether the page changed; none where it must not be kept."""
    if "no-store" in headers.get("cache-control", "").lower():
        return {}
    validators = {request: headers[response] for response, request in _VALIDATORS.items() if response in headers}
    return {name: value for name, value in validators.items() if value.isascii()}


def _load(file: Path) -> tuple[dict[str, str], bytes]:
    """Return the validators and the body that are kept, or nothing where the file is damaged."""
    with suppress(OSError, ValueError):
        digest, head, body = file.read_bytes().split(b"\n", 2)
        if digest == _digest(head + body):
            return json.loads(head), body
    return {}, b""


def _save(file: Path, validators: Mapping[str, str], body: bytes) -> None:
    head = json.dumps(validators).encode()
    staged = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):  # without a cache, the page is fetched again
        file.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(b"\n".join((_digest(head + body), head, body)))
        staged.replace(file)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
