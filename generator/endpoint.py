"""Names an endpoint as both a spec and a page do; nothing else is known to both."""

from __future__ import annotations

from typing import NamedTuple


class Endpoint(NamedTuple):
    """The method, in capitals, and the path of a request."""

    method: str
    path: str
