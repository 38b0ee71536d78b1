"""Fetches pages politely: one at a time, under our own name, and again only where they changed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from generator.pages import LARGEST, Page, read

from .inputs import PROJECT

_SECONDS = 20.0
_OK, _NOT_MODIFIED = 200, 304
_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


class _Kept(NamedTuple):
    """A page as it was answered before."""

    headers: dict[str, str]
    """With which to ask whether it changed."""
    body: bytes


class _CannotFetch(Exception):
    """The page cannot be had; the sentence says why."""


def fetch(addresses: Sequence[str], cache: Path | None) -> Iterator[Page]:
    """Fetch pages, one after the other. One that cannot be had says why in its `problems`.

    Args:
        addresses: Where they are.
        cache: The folder that keeps them, or nothing.
    """
    with httpx.Client(headers={"user-agent": f"{PROJECT} drift"}, timeout=_SECONDS, follow_redirects=True) as client:
        for address in addresses:
            try:
                yield read(address, _body(client, address, cache))
            except _CannotFetch as problem:
                yield Page(address, "html", None, None, (), 0, (f"it cannot be fetched: {problem}.",))


def _body(client: httpx.Client, address: str, cache: Path | None) -> bytes:
    file = cache / f"{hashlib.sha256(address.encode()).hexdigest()}.page" if cache else None
    kept = _kept(file) if file else None
    try:
        with client.stream("GET", address, headers=kept.headers if kept else {}) as response:
            if kept and response.status_code == _NOT_MODIFIED:
                return kept.body
            if response.status_code != _OK:
                raise _CannotFetch(f"the server answered {response.status_code}")
            body = _limited(response)
            headers = {
                ours: response.headers[theirs] for theirs, ours in _VALIDATORS.items() if theirs in response.headers
            }
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _CannotFetch(str(error) or type(error).__name__) from None
    if file and headers and len(body) <= LARGEST:
        _keep(file, _Kept(headers, body))
    return body


def _limited(response: httpx.Response) -> bytes:
    """Return the body, or as much of it as shows that it is too large."""
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > LARGEST:
            break
    return bytes(body)


def _kept(file: Path) -> _Kept | None:
    """Return what is kept, or nothing where that is not whole."""
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        found = json.loads(head)
    except (OSError, ValueError):
        return None
    whole = isinstance(found, dict) and found.pop("sha256", None) == hashlib.sha256(body).hexdigest()
    return _Kept({str(key): str(value) for key, value in found.items()}, body) if whole else None


def _keep(file: Path, page: _Kept) -> None:
    head = json.dumps({**page.headers, "sha256": hashlib.sha256(page.body).hexdigest()}).encode()
    staged = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):  # without a cache, the page is fetched again
        file.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(head + b"\n" + page.body)
        staged.replace(file)
