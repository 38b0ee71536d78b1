# Copied from generator/runtime/port.py by python -m generator; edit it there.
"""What a journal needs of a client: its table, and its flows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from .call import Call
from .flow import Flow
from .operation import Api, Operation
from .sent import Sent
from .verdict import Snapshot, Verdict


class Port(msgspec.Struct, frozen=True):
    """The parts of a client that a journal uses."""

    api: Api
    deadline: float
    """Seconds that a call may take in all."""
    asynchronous: bool
    is_rehearsal: bool
    """Whether requests go to a sandbox, or to this machine, and not to Binance."""
    start: Callable[[Operation[Any], Mapping[str, object]], Call[Any]]
    """Checks a call."""
    carry_out: Callable[[Call[Any]], Flow[Any, Any]]
    """Sends it."""
    reconcile: Callable[[Sent, Iterable[int | str], Snapshot | None, float], Flow[Any, Verdict]]
    snapshot: Callable[[str, Mapping[str, object]], Flow[Any, Snapshot]]
    run: Callable[[Flow[Any, Any]], Any]
    """Performs a flow: returns its result, or for an async client an awaitable of it."""
