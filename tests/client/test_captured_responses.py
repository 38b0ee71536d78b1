"""The responses behind receipts, rows, verdicts and exceptions: whole, in order, and of the block's own calls alone."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import httpx
import pytest

from binance_transfers import AsyncClient, BinanceError, Client, HmacSigner, NotSent, OutcomeUnknown, Response

from .scripted import KEY, OK, QUICK, SECRET, Binance, rejected, settled

ARGUMENTS: dict[str, Any] = {"type": "MAIN_FUNDING", "asset": "USDT", "amount": 1}
BOTH = pytest.mark.parametrize("made", [Client, AsyncClient])


@BOTH
def test_a_response_has_status_headers_and_the_whole_body(made: type[Client | AsyncClient]) -> None:
    body = b'{"tranId": 7, "more": "%s"}' % (b"x" * 5000)
    client = made(KEY, SECRET, transport=Binance(httpx.Response(200, content=body, headers={"X-Id": "1"})).transport)
    with client.capture_responses() as responses:
        settled(client)
    response = responses.pop()
    assert isinstance(response, Response)
    assert (response.status, response.headers["x-id"], response.body, responses) == (200, "1", body, [])


@BOTH
def test_every_attempt_leaves_its_response_also_where_the_call_fails(made: type[Client | AsyncClient]) -> None:
    script = rejected(429, -1003, retry_after="0"), httpx.Response(502, text="bad gateway")
    client = made(KEY, SECRET, transport=Binance(*script).transport, retry=QUICK)
    with client.capture_responses() as responses, pytest.raises(OutcomeUnknown):
        settled(client)
    assert [(response.status, response.body[:6]) for response in responses] == [(429, b'{"code'), (502, b"bad ga")]


def test_no_response_leaves_none() -> None:
    client = Client(KEY, SECRET, transport=Binance(httpx.ConnectError("refused")).transport, retry=QUICK)
    with client.capture_responses() as responses, pytest.raises(NotSent):
        settled(client)
    assert responses == []


def test_calls_of_copies_are_captured_and_those_of_other_clients_and_after_the_block_are_not() -> None:
    client, other = (Client(KEY, SECRET, transport=Binance(OK).transport) for _ in range(2))
    with client.capture_responses() as outer:
        settled(other)
        with client.with_options(deadline=5).capture_responses() as inner:
            settled(client)
        settled(client.with_options(deadline=5))
    settled(client)
    assert (len(outer), len(inner)) == (2, 1)


def test_threads_capture_their_own_responses_alone() -> None:
    client = Client(KEY, SECRET, transport=Binance(OK).transport)
    inside = threading.Barrier(2)
    counts: list[int] = []

    def capture() -> None:
        with client.capture_responses() as responses:
            inside.wait()
            settled(client)
            inside.wait()
            counts.append(len(responses))

    threads = [threading.Thread(target=capture) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1, 1]


def test_tasks_capture_their_own_responses_and_a_block_those_of_the_tasks_begun_in_it() -> None:
    async def capture(client: AsyncClient) -> int:
        with client.capture_responses() as responses:
            await client.user_universal_transfer(**ARGUMENTS)
        return len(responses)

    async def both() -> tuple[list[int], int]:
        async with AsyncClient(KEY, SECRET, transport=Binance(OK).transport) as client:
            with client.capture_responses() as responses:
                counts = await asyncio.gather(capture(client), capture(client))
            return [*counts], len(responses)

    assert asyncio.run(both()) == ([1, 1], 2)


def test_a_captured_response_shows_neither_key_nor_signature() -> None:
    def quote(request: httpx.Request) -> httpx.Response:
        quoted = f"{request.url} {request.headers['x-mbx-apikey']}"
        return httpx.Response(400, text=quoted, headers={"x-quoted": quoted})

    key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
    client = Client(key, HmacSigner("SECRETsecretSECRETsecret"), transport=httpx.MockTransport(quote))
    with client.capture_responses() as responses, pytest.raises(BinanceError):
        settled(client)
    (response,) = responses
    shown = f"{response.body!r} {response.headers} {response!r}"
    assert key not in shown
    assert "signature=***" in shown
