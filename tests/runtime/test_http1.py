"""HTTP/1.1 without a network: a response is the same however its bytes are split, and no bytes break the reader."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.runtime.http1 import Head, Http1, ProtocolFailure
from generator.runtime.wire import LARGEST_BODY, Abandoned, Response

BODY = b'{"tranId":13526853623}'
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\nX-Mbx-Uuid: 1\r\n\r\n" + BODY
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n" + BODY[:5] + b"\r\n11\r\n" + BODY[5:] + b"\r\n0"
)
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
RESPONSES = {
    "length": PLAIN,
    "chunked": CHUNKED + b"\r\n\r\n",
    "chunked with a trailer": CHUNKED + b"\r\nX-Trailer: 1\r\n\r\n",
    "behind interim responses": INTERIM + PLAIN,
    "until the connection ends": b"HTTP/1.1 200 OK\r\nX-Mbx-Uuid: 1\r\n\r\n" + BODY,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
}


def asked() -> Http1:
    http = Http1()
    http.request(Head("POST", [(b"Host", b"127.0.0.1"), (b"Content-Length", b"0")]), b"/x?a=1")
    return http


def received(http: Http1, *parts: bytes) -> Response | None:
    """Return the response that the parts make, behind which the connection ends."""
    for part in (*filter(None, parts), b""):
        response = http.receive(part)
        if response is not None:
            return response
    return None


@given(st.sampled_from(sorted(RESPONSES)), st.lists(st.integers(0, 150)))
def test_a_response_is_the_same_however_its_bytes_are_split(name: str, cuts: list[int]) -> None:
    data = RESPONSES[name]
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parts = [data[start:end] for start, end in pairwise(edges)]
    split = received(asked(), *parts)
    assert split == received(asked(), data)
    assert split is not None
    assert (split.status, split.body) == (200, BODY)


@given(st.sampled_from(sorted(RESPONSES)), st.data())
def test_no_bytes_give_anything_but_a_response_or_the_reason_why_there_is_none(name: str, data: st.DataObject) -> None:
    response = RESPONSES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(response)))
        end = data.draw(st.integers(start, min(len(response), start + 8)))
        added = data.draw(st.binary(max_size=8) | st.sampled_from([b"\r\n", b"\0", b"\xff", b"9" * 5000, response]))
        response = response[:start] + added + response[end:]
    with contextlib.suppress(ProtocolFailure, Abandoned):
        assert received(asked(), response) is not None


@given(st.sampled_from(sorted(RESPONSES)), st.integers(0, 150))
def test_a_response_that_was_cut_is_none_unless_only_the_end_of_the_connection_ends_it(name: str, length: int) -> None:
    data = RESPONSES[name]
    cut = data[: min(length, len(data) - 1)]
    try:
        response = received(asked(), cut)
    except ProtocolFailure:
        return
    assert name in ("until the connection ends", "HTTP/1.0")
    assert response is not None
    assert BODY.startswith(response.body)


@pytest.mark.parametrize("name", RESPONSES)
def test_a_connection_carries_another_request_only_where_the_response_ends_before_it(name: str) -> None:
    http = asked()
    assert received(http, RESPONSES[name]) is not None
    assert http.begin_next() == (name not in ("until the connection ends", "HTTP/1.0"))


@pytest.mark.parametrize("beyond", [b"\0", b"\r\n", b"H", PLAIN, INTERIM, CHUNKED])
@pytest.mark.parametrize("name", ["length", "chunked", "chunked with a trailer", "behind interim responses"])
def test_what_comes_beyond_a_response_is_not_taken_for_the_next_one(name: str, beyond: bytes) -> None:
    http = asked()
    assert received(http, RESPONSES[name] + beyond) == received(asked(), RESPONSES[name])
    assert not http.begin_next()


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 22\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 22\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 22\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 22\r\n\r\n",
    ],
)
def test_a_response_can_say_that_the_connection_carries_no_other_request(head: bytes) -> None:
    http = asked()
    assert received(http, head + BODY) is not None
    assert not http.begin_next()


def test_nothing_is_left_of_a_response_when_the_next_one_is_read() -> None:
    http = asked()
    received(http, PLAIN)
    assert http.begin_next()
    http.request(Head("POST", [(b"Host", b"127.0.0.1"), (b"Content-Length", b"0")]), b"/x?a=2")
    assert received(http, b"HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}") == Response(
        400, {"content-length": "2"}, b"{}"
    )


def test_headers_that_come_twice_are_joined() -> None:
    twice = b"HTTP/1.1 400 No\r\nContent-Encoding: gzip\r\ncontent-encoding: identity\r\nContent-Length: 22\r\n\r\n"
    expected = Response(400, {"content-encoding": "gzip, identity", "content-length": "22"}, b"")
    assert received(asked(), twice + BODY) == expected


ENDLESS = {
    "a head": (b"HTTP/1.1 200 OK\r\n", b"X-More: more\r\n", ProtocolFailure, "Receive buffer too long"),
    "a line": (b"HTTP/1.1 200 OK\r\nX-More: ", b"more", ProtocolFailure, "Receive buffer too long"),
    "trailers": (CHUNKED + b"\r\n", b"X-More: more\r\n", ProtocolFailure, "Receive buffer too long"),
    "a chunk's header": (CHUNKED[:-1] + b"5;", b"more", ProtocolFailure, "Receive buffer too long"),
    "a body": (PLAIN.replace(b"22", b"2200000"), BODY, Abandoned, f"the response is longer than {LARGEST_BODY} bytes"),
    "chunks": (
        CHUNKED[:-1],
        b"100\r\n" + bytes(256) + b"\r\n",
        Abandoned,
        f"the response is longer than {LARGEST_BODY} bytes",
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_not_read_for_ever(name: str) -> None:
    begin, more, failure, text = ENDLESS[name]
    http = asked()
    http.receive(begin)
    with pytest.raises(failure) as raised:
        all(http.receive(more * 1000) is None for _ in range(2000))
    assert str(raised.value) == text


REFUSED = {
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n": "Received server _SWITCH_UPGRADE event without a pending proposal",
    b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\nContent-Length: 2\r\n\r\n": "conflicting Content-Length headers",
    b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n": "bad Content-Length",
    b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n": "bad Content-Length",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n": "Only Transfer-Encoding: chunked is supported",
    b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n": "illegal header line: bytearray(b'X: \\x00')",
    b"HTTP/1.1 099 OK\r\n\r\n": "InformationalResponse status_code should be in range [100, 200), not 99",
    b"": "the server closed the connection without a response",
    PLAIN[:20]: "the server closed the connection without a response",
    INTERIM: "the server closed the connection without a response",
    PLAIN[:-1]: "peer closed connection without sending complete message body (received 21 bytes, expected 22)",
    CHUNKED: "peer unexpectedly closed connection",
    CHUNKED[:-1]: "peer closed connection without sending complete message body (incomplete chunked read)",
}


@pytest.mark.parametrize("data", REFUSED)
def test_what_is_no_response_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolFailure) as raised:
        received(asked(), data)
    assert str(raised.value) == REFUSED[data]
