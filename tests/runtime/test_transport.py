"""Sending once: what is not sent any more, and what is not read to its end."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from generator.runtime.flow import run, run_async
from generator.runtime.transport import Exchange, Fault, Outgoing, Response, Transport


def sent(left: float, mock: httpx.MockTransport, *, asynchronous: bool) -> Response | Fault:
    outgoing = Outgoing("POST", b"/x?a=1", {}, moves_funds=True, timeout=1.0, deadline=lambda: left)
    transport = Transport("https://api.binance.com", None, mock, {}, asynchronous=asynchronous)
    flow = transport.send(outgoing, transport.progress())
    return asyncio.run(run_async(flow, Exchange.perform_async)) if asynchronous else run(flow, Exchange.perform)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_nothing_is_sent_once_the_deadline_has_passed(*, asynchronous: bool) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be sent")

    result = sent(0.0, httpx.MockTransport(answer), asynchronous=asynchronous)
    assert result == Fault("the deadline passed before it was sent", may_have_arrived=False)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_an_answer_without_end_is_not_read_to_its_end(*, asynchronous: bool) -> None:
    mock = httpx.MockTransport(lambda _: httpx.Response(200, content=b"x" * (2 << 20)))
    result = sent(1.0, mock, asynchronous=asynchronous)
    assert result == Fault("the response is longer than 1048576 bytes", may_have_arrived=True)
