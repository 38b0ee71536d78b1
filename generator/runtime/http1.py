"""HTTP/1.1 on one connection, without its bytes' way: h11 with what we accept of a response."""

from __future__ import annotations

import math
import re

import h11

from .wire import LARGEST_BODY, Abandoned, Headers, Response, is_plain

RawHeaders = list[tuple[bytes, bytes]]
_LARGEST_HEAD = 100 * 1024
_TARGET = re.compile(rb"[!-~]+")
_END = h11.EndOfMessage()
_STATED_SECONDS = re.compile(r"\btimeout\s*=\s*(\d{1,9})", re.ASCII | re.IGNORECASE)


class ProtocolFailure(Exception):
    """The server does not speak HTTP/1.1, or ended the connection before its response was complete."""


class Head:
    """What all requests with the same method and headers share, made and checked once."""

    def __init__(self, method: str, headers: RawHeaders) -> None:
        self.event = h11.Request(method=method, target="/", headers=headers)
        self._before = self.event.method + b" "
        _, _, lines = h11.Connection(h11.CLIENT).send(self.event).partition(b"\r\n")
        self._after = b" HTTP/1.1\r\n" + lines

    def bytes_for(self, target: bytes) -> bytes:
        """Return the bytes of a request without a body."""
        if not _TARGET.fullmatch(target):
            raise ValueError("The target of a request is printable ASCII without blanks.")
        return self._before + target + self._after


class Http1:
    """One request after the other, and the response to each."""

    def __init__(self) -> None:
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
        self._head: tuple[int, Headers] | None = None
        self._body = bytearray()
        self.is_cut = False
        """Whether a request could not be sent to its end."""
        self.idle_seconds = math.inf
        """How long the server says that it keeps an idle connection."""

    def request(self, head: Head, target: bytes) -> bytes:
        """Return the bytes of a request, which is sent next."""
        data = head.bytes_for(target)
        self._state.send(head.event)
        self._state.send(_END)
        return data

    def receive(self, data: bytes) -> Response | None:
        """Take what the server sent, or `b""` where it closed; return the response once it is complete."""
        if not data and self._head is None:
            raise ProtocolFailure("the server closed the connection without a response")
        try:
            self._state.receive_data(data)
            while (event := self._state.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Response):
                    self._head = event.status_code, _readable(event)
                    if not is_plain(self._head[1].get("content-encoding", "")):
                        return Response(*self._head, b"")
                elif isinstance(event, h11.Data):
                    self._add(event.data)
                elif isinstance(event, h11.EndOfMessage) and self._head is not None:
                    return Response(*self._head, bytes(self._body))
        except h11.RemoteProtocolError as error:
            raise ProtocolFailure(str(error)) from None
        return None

    def begin_next(self) -> bool:
        """Return whether the connection can carry another request, and make it ready for that.

        What was sent beyond the response would be taken for the next one, as would be a part of a response whose end is
        stated in two ways.
        """
        is_done = self._state.our_state is h11.DONE and self._state.their_state is h11.DONE
        beyond, is_ended = self._state.trailing_data
        if not is_done or self._head is None or beyond or is_ended or self.is_cut:
            return False
        if self._head[1].keys() >= {"content-length", "transfer-encoding"}:
            return False
        if stated := _STATED_SECONDS.search(self._head[1].get("keep-alive", "")):
            self.idle_seconds = float(stated[1])
        self._state.start_next_cycle()
        self._head, self._body = None, bytearray()
        return True

    def _add(self, part: bytes | bytearray | memoryview) -> None:
        self._body += part
        if len(self._body) > LARGEST_BODY:
            raise Abandoned(f"the response is longer than {LARGEST_BODY} bytes")


def _readable(head: h11.Response) -> Headers:
    """Return the headers; those that come twice are joined, so that none hides another."""
    headers: dict[str, str] = {}
    for name, value in head.headers:
        key, text = name.decode("ascii"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
