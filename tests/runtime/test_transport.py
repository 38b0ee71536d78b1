"""Sending once: what is not sent any more, and what is not read to its end."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from generator.runtime.transport import AsyncTransport, Fault, Outgoing, SyncTransport


def outgoing(*, left: float) -> Outgoing:
    return Outgoing("POST", b"/x?a=1", {}, moves_funds=True, timeout=1.0, deadline=lambda: left)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_nothing_is_sent_once_the_deadline_has_passed(*, asynchronous: bool) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    mock = httpx.MockTransport(answer)

    async def send() -> object:
        transport = AsyncTransport("https://api.binance.com", None, mock, {})
        return await transport.send(outgoing(left=0.0), transport.progress())

    if asynchronous:
        result = asyncio.run(send())
    else:
        transport = SyncTransport("https://api.binance.com", None, mock, {})
        result = transport.send(outgoing(left=0.0), transport.progress())
    assert result == Fault("the deadline passed before it was sent", may_have_arrived=False)


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    mock = httpx.MockTransport(lambda _: httpx.Response(200, content=b"x" * (2 << 20)))
    transport = SyncTransport("https://api.binance.com", None, mock, {})
    result = transport.send(outgoing(left=1.0), transport.progress())
    assert result == Fault("Cut: the answer is longer than 1048576 bytes", may_have_arrived=True)
