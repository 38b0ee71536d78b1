"""Fetches pages politely: one at a time, under our own name, and again only where they changed."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from generator.drift.identify import location

from . import LARGEST, Page, read

_NAME = "binance-transfers drift"
_SECONDS = 20.0
"""How long to wait for the next piece of an answer."""
_SECONDS_IN_ALL = 60.0
"""How long a whole page may take."""
_OK, _NOT_MODIFIED = 200, 304
_BUSY = (429, 503)
_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


class _Kept(NamedTuple):
    """A page as it was answered before."""

    headers: dict[str, str]
    """With which to ask whether it changed."""
    body: bytes


class _CannotFetch(Exception):
    """The page cannot be had; the message says why."""


class _Busy(_CannotFetch):
    """The server wants to be left alone."""


def fetch(addresses: Sequence[str], cache: Path | None) -> Iterator[Page]:
    """Fetch pages, one after the other. One that cannot be had says why in its `problems`.

    Args:
        addresses: Where they are.
        cache: The folder that keeps them, or nothing.
    """
    busy: set[str] = set()
    with httpx.Client(headers={"user-agent": _NAME}, timeout=_SECONDS, follow_redirects=True) as client:
        for address in addresses:
            yield _page(client, address, cache, busy)


def _page(client: httpx.Client, address: str, cache: Path | None, busy: set[str]) -> Page:
    host = _host(address)
    if host in busy:
        return _missing(address, f"{host} was not asked again after it wanted to be left alone")
    try:
        return read(address, _body(client, address, cache))
    except _CannotFetch as problem:
        busy |= {host} if isinstance(problem, _Busy) else set()
        return _missing(address, str(problem).rstrip("."))


def _missing(address: str, message: str) -> Page:
    return Page(address, "html", None, None, (), 0, (f"it cannot be fetched: {message}.",))


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].lower()


def _body(client: httpx.Client, address: str, cache: Path | None) -> bytes:
    file = cache / f"{hashlib.sha256(address.encode()).hexdigest()}.page" if cache else None
    kept = _kept(file) if file else None
    try:
        with client.stream("GET", address, headers=kept.headers if kept else {}) as response:
            _check_place(address, str(response.url))
            if kept and response.status_code == _NOT_MODIFIED:
                return kept.body
            _check_status(response)
            body = _limited(response)
            headers = _validators(response.headers)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise _CannotFetch(str(error) or type(error).__name__) from None
    if file and headers and len(body) <= LARGEST:
        _keep(file, _Kept(headers, body))
    return body


def _check_place(address: str, place: str) -> None:
    """Refuse a page that was moved: what stands elsewhere, or in the other language, was not asked for."""
    asked, found = [(_host(each), "/zh-CN/" in each, location(each)) for each in (address, place)]
    if asked != found:
        raise _CannotFetch(f"it leads to {place}; name that address if it is the page that is meant")


def _check_status(response: httpx.Response) -> None:
    if response.status_code in _BUSY:
        pause = response.headers.get("retry-after", "").strip()
        until = f" for {pause} seconds" if pause.isdigit() else f" until {pause}" if pause else ""
        raise _Busy(f"the server answered {response.status_code}; it wants to be left alone{until}")
    if response.status_code != _OK:
        raise _CannotFetch(f"the server answered {response.status_code}")


def _validators(headers: httpx.Headers) -> dict[str, str]:
    """Return with which headers to ask whether the page changed; none where it must not be kept."""
    if "no-store" in headers.get("cache-control", "").lower():
        return {}
    found = {ours: headers[theirs] for theirs, ours in _VALIDATORS.items() if theirs in headers}
    return {name: value for name, value in found.items() if value.isascii()}


def _limited(response: httpx.Response) -> bytes:
    """Return the body, or as much of it as shows that it is too large."""
    body = bytearray()
    end = time.monotonic() + _SECONDS_IN_ALL
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST:
            break
        if time.monotonic() > end:
            raise _CannotFetch(f"it was not here after {_SECONDS_IN_ALL:g} seconds")
    return bytes(body)


def _kept(file: Path) -> _Kept | None:
    """Return what is kept, or nothing where that is not whole."""
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        found = json.loads(head)
    except (OSError, ValueError):
        return None
    whole = isinstance(found, dict) and found.pop("sha256", None) == hashlib.sha256(body).hexdigest()
    headers = {str(key): str(value) for key, value in found.items()} if whole else {}
    return _Kept(headers, body) if whole and "".join((*headers, *headers.values())).isascii() else None


def _keep(file: Path, page: _Kept) -> None:
    head = json.dumps({**page.headers, "sha256": hashlib.sha256(page.body).hexdigest()}).encode()
    staged = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):  # without a cache, the page is fetched again
        file.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(head + b"\n" + page.body)
        staged.replace(file)
