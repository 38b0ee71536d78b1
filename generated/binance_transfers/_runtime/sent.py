# Copied from generator/runtime/sent.py by python -m generator; edit it there.
"""The record of a transfer that was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, cast

from .errors import OutcomeUnknown
from .short_repr import describe_type


@dataclass(frozen=True, slots=True)
class Sent:
    """A transfer that was sent, as plain data that can be kept and read by another process."""

    operation: str
    """The method that was called."""
    parameters: Mapping[str, object] = field(hash=False)
    """The parameters as they were sent, by wire name."""
    sent_at: int
    """The timestamp that the request was signed with, in milliseconds since the Unix epoch."""
    recv_window: int | None = None
    """Milliseconds for which the request was valid; `None`: the longest that Binance takes."""
    code: int | None = None
    """Binance's error code, if there was one."""
    transfer_id: str | None = None
    """The id of a transfer, where the response named one."""
    receipt: Any | None = None
    """The receipt, where it was read."""
    call_id: str | None = None
    """The id of the call in the records of its attempts."""
    is_rehearsal: bool | None = None
    """Whether it went to a sandbox, or to this machine, and not to Binance; `None` where that is not known."""

    @classmethod
    def of(cls, error: OutcomeUnknown) -> Self:
        """Return what an exception knows of the transfer.

        Raises:
            ValueError: It is another exception, or not one of a call.
        """
        if not isinstance(cast("object", error), OutcomeUnknown):
            raise ValueError(f"error is {describe_type(error)}; give an OutcomeUnknown.")  # noqa: TRY004 - as it is documented
        if error.operation is None or error.sent_at is None:
            raise ValueError("The exception is not one of a call: it has no operation or no sent_at.")
        known = error.recv_window, error.code, error.transfer_id, error.receipt, error.call_id, error.is_rehearsal
        return cls(error.operation, error.parameters, error.sent_at, *known)
