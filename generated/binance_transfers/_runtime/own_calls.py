# Copied from generator/runtime/own_calls.py by python -m generator; edit it there.
"""A client's memory of the transfers that it sent, or was asked about: what else could explain a row of a history, or a change of a balance."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any, Literal

import msgspec

from .clock import Clock
from .errors import NotExecuted, OutcomeUnknown
from .fork import call_after_fork
from .operation import Operation, Transfer
from .sent import Sent
from .verdict import Verdict

LONGEST_WINDOW = 60_000
"""The most milliseconds for which Binance takes a request as valid."""
_REMEMBERED = 10_000


class OwnCall(msgspec.Struct, eq=False):
    """A transfer that a client knows of."""

    call_id: str
    operation: Operation[Any]
    parameters: Mapping[str, object]
    sent_at: int
    """When its last attempt was signed."""
    recv_window: int
    outcome: Literal["open", "unknown", "executed", "not_executed"] = "open"
    corrected: int | None = 0
    """By how much the client's clock had been corrected when it stamped it; `None`: it was the clock of another client."""
    is_own: bool = True
    """The client sent it; else it was only asked what became of it."""
    code: int | None = None
    """Binance's error code, where the outcome is unknown."""
    receipt: object = None
    verdict: Verdict | None = None
    """The verdict that it was executed."""
    id: str | None = None
    """The id that the verdict is about."""

    def learn(self, result: object) -> None:
        """Keep how an attempt ended."""
        if isinstance(result, OutcomeUnknown):
            self.outcome, self.code = "unknown", result.code
        elif isinstance(result, NotExecuted):
            self.outcome = "not_executed"
        else:
            self.receipt, self.outcome = result, "executed"

    def learn_verdict(self, verdict: Verdict, id_: str | None) -> None:
        """Keep what a verdict proves."""
        if verdict.outcome == "executed":
            self.id, self.verdict, self.outcome = id_, verdict, "executed"
        else:
            self.id = self.verdict = None
            self.outcome = "not_executed" if verdict.outcome == "not_executed" else "unknown"

    @property
    def claimed(self) -> str | None:
        """The id of the transfer, where it is known to be this call's."""
        return self.id or receipt_id(self.operation, self.receipt) if self.outcome == "executed" else None

    @property
    def is_unresolved(self) -> bool:
        """Whether it may have been executed or not, as far as is known."""
        return self.outcome in ("open", "unknown")

    @property
    def latest(self) -> float:
        """The moment by which it was executed, if it was."""
        return inf if self.outcome == "open" else self.sent_at + self.recv_window

    @property
    def ends(self) -> float:
        """The moment by which it is visible if it was executed."""
        confirmation = self.operation.confirmation
        return self.latest + (confirmation.settle if confirmation else 0) * 1000


class OwnCalls:
    """The last transfers of a client, and the clock that stamps them.

    The calls need no lock, as each change is one step that nothing can come between.
    """

    def __init__(self) -> None:
        self._calls: deque[OwnCall] = deque(maxlen=_REMEMBERED)
        self._corrected = 0
        self.after_fork()
        call_after_fork(self)

    def after_fork(self) -> None:
        """Take a new lock, as a thread that does not exist in a child process may hold the old one."""
        # A signal handler may call while the same thread is in here.
        self._lock = threading.RLock()

    def __iter__(self) -> Iterator[OwnCall]:
        return iter(list(self._calls))

    def add(self, call: OwnCall) -> None:
        """Remember a call, and forget the oldest one where there are too many."""
        self._calls.append(call)

    def correct(self, clock: Clock, server_time: int, age: float) -> None:
        """Correct the clock that stamps calls, and keep by how much."""
        with self._lock:
            before = clock.milliseconds()
            clock.correct(server_time, age)
            self._corrected += clock.milliseconds() - before

    def stamp(self, clock: Clock) -> tuple[int, int]:
        """Return the time for a request, and by how much its clock has been corrected so far."""
        with self._lock:
            return clock.milliseconds(), self._corrected

    def corrected_since(self, call: OwnCall) -> int | None:
        """Return by how many milliseconds the clock was corrected since it stamped a call, where it did."""
        return None if call.corrected is None else self._corrected - call.corrected

    def reaches(self, moment: int) -> bool:
        """Return whether no call since then was forgotten."""
        return len(self._calls) < _REMEMBERED or self._calls[0].sent_at < moment

    def find(self, sent: Sent) -> OwnCall | None:
        """Return the call that this is; where its id is not known, the first unresolved one that was sent alike."""
        if sent.call_id is not None:
            return next((call for call in self if call.call_id == sent.call_id), None)
        known = sent.sent_at, sent.operation, sent.parameters
        equal = [call for call in self if (call.sent_at, call.operation.name, call.parameters) == known]
        return next((call for call in equal if call.is_unresolved), equal[0] if equal else None)


def receipt_id(operation: Operation[Any], receipt: object) -> str | None:
    """Return the id of the transfer that a receipt names, or `None` where receipts name none."""
    if receipt is None or not isinstance(operation.effect, Transfer):
        return None
    fields: Any = msgspec.to_builtins(receipt)
    named = fields.get(operation.effect.receipt) if isinstance(receipt, msgspec.Struct) else None
    return None if named is None else str(named)
