"""Sending once: what is not sent any more, and what is not read to its end."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

from generator.runtime.flow import run, run_async
from generator.runtime.transport import AsyncHttp, AsyncHttpTransport, SyncHttp, SyncHttpTransport, Transport
from generator.runtime.wire import Fault, Outgoing, Response

URL = "https://api.binance.com"


def sent(left: float, mock: Any, *, asynchronous: bool) -> Response | Fault:
    outgoing = Outgoing("POST", b"/x?a=1", {}, timeout=1.0, remaining=lambda: left)
    if asynchronous:
        tasks = Transport[AsyncHttp, AsyncHttpTransport](URL, None, mock, {}, 2.0, asynchronous=True)
        return asyncio.run(run_async(tasks.send(outgoing, tasks.progress()), lambda command: command.perform_async()))
    threads = Transport[SyncHttp, SyncHttpTransport](URL, None, mock, {}, 2.0, asynchronous=False)
    return run(threads.send(outgoing, threads.progress()), lambda command: command.perform())


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_nothing_is_sent_once_the_deadline_has_passed(library: ModuleType, *, asynchronous: bool) -> None:
    def answer(_: object) -> Any:
        raise AssertionError("nothing may be sent")

    result = sent(0.0, library.MockTransport(answer), asynchronous=asynchronous)
    assert result == Fault("the deadline passed before it was sent", may_have_arrived=False)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_an_answer_without_end_is_not_read_to_its_end(library: ModuleType, *, asynchronous: bool) -> None:
    mock = library.MockTransport(lambda _: library.Response(200, content=b"x" * (2 << 20)))
    result = sent(1.0, mock, asynchronous=asynchronous)
    assert result == Fault("the response is longer than 1048576 bytes", may_have_arrived=True)


class Parts(httpx.SyncByteStream, httpx.AsyncByteStream, httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that has yet to be read, and counts how often it was begun."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts
        self.begun = 0

    def __iter__(self) -> Iterator[bytes]:
        self.begun += 1
        yield from self._parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


@pytest.mark.parametrize("encoding", ["gzip, gzip", "GZIP", "br", "zstd", "unheard-of", "identity, gzip"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_an_encoding_that_nobody_asked_for_is_not_unpacked(
    library: ModuleType, encoding: str, *, asynchronous: bool
) -> None:
    body = Parts(gzip.compress(gzip.compress(bytes(1 << 24))))
    mock = library.MockTransport(lambda _: library.Response(429, headers={"Content-Encoding": encoding}, stream=body))
    assert sent(1.0, mock, asynchronous=asynchronous) == Response(429, {"content-encoding": encoding}, b"")
    assert body.begun == 0


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "identity"}, {"Content-Encoding": " "}])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_a_plain_body_is_read_as_it_was_sent(
    library: ModuleType, headers: dict[str, str], *, asynchronous: bool
) -> None:
    mock = library.MockTransport(lambda _: library.Response(200, headers=headers, stream=Parts(b"{", b"}")))
    result = sent(1.0, mock, asynchronous=asynchronous)
    assert isinstance(result, Response)
    assert result.body == b"{}"
