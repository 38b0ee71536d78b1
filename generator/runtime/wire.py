"""What goes over the wire, whoever carries it: a request, its response or why there is none, and how far it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Headers: TypeAlias = Mapping[str, str]
LARGEST_BODY = 1 << 20


@dataclass(slots=True)
class Outgoing:
    """A request that is ready to be sent."""

    method: str
    target: bytes = field(repr=False)
    headers: Headers = field(repr=False)
    timeout: float
    """Seconds for the connection, and for each read and write."""
    remaining: Callable[[], float] = field(repr=False)
    """Seconds that are left for all of it."""


@dataclass(frozen=True, slots=True)
class Response:
    """The response of the server. Header names are in lower case."""

    status: int
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason why there is no response, and whether the request may have reached the server all the same."""

    reason: str
    may_have_arrived: bool


class Progress:
    """The progress of a request, so that a failure or an interruption can be judged."""

    def __init__(self) -> None:
        self.may_have_arrived = False
        """Whether a byte of the request may have left."""


class Abandoned(Exception):
    """The response is not read to its end; the message says why."""


DEADLINE_BEFORE_SENDING = "the deadline passed before it was sent"
DEADLINE_WHILE_READING = "the deadline passed while the response was read"


def is_plain(content_encoding: str) -> bool:
    """Return whether a body is sent as it is.

    An encoded one stays unread: none is asked for, and a thousand bytes of one can unpack to gigabytes.
    """
    return content_encoding.strip().lower() in ("", "identity")
