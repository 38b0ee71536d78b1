"""What a journal keeps of a transfer: the record that users see, and the intent that it begins with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any, Literal, TypeAlias

import msgspec

from ..errors import InvalidRequest
from ..operation import Operation
from ..request import Prepared
from ..sent import Sent
from ..short_repr import short_repr
from ..verdict import Snapshot, Verdict

State: TypeAlias = Literal["intent", "sending", "unknown", "pending", "not_executed", "done"]
OPEN: tuple[State, ...] = ("sending", "unknown", "pending")
"""The states in which the transfer may have been executed or not."""
_LONGEST_NAME = 200
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
"""Unicode's categories of control and format characters, of what no database keeps, and of blanks, but for the space."""
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks that print nothing: fillers, variation selectors, an empty pattern of Braille."""
_NO_CONTENT = "recvWindow"
_EXACT = Context(prec=1000)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A transfer in a journal."""

    key: str
    account: str
    operation: str
    """The method."""
    parameters: Mapping[str, object] = field(hash=False)
    """The parameters as they are sent, by wire name."""
    state: State
    """Nothing was sent yet (`intent`); sent, and the outcome was never written (`sending`); the outcome is `unknown`;
    Binance has accepted it (`pending`); certainly `not_executed`; or executed (`done`)."""
    created_at: int
    """When the key was first used, in milliseconds since the Unix epoch."""
    updated_at: int
    attempts: int = 0
    """How often it was sent, or was about to be."""
    sent: Sent | None = None
    """The last attempt."""
    before: Snapshot | None = None
    """What the wallets held before it, where balances confirm the operation."""
    transfer_id: str | None = None
    """The id of the executed transfer, where it is known."""
    receipt: Mapping[str, object] | None = field(default=None, hash=False)
    """The receipt of the executed transfer, by wire name; `None` too where it was lost with the response."""
    verdict: Verdict | None = None
    """The last verdict; its receipt is in `receipt`."""

    @property
    def is_open(self) -> bool:
        """Whether it may have been executed or not."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Intent:
    """A transfer that is to be made once."""

    key: str
    operation: Operation[Any]
    parameters: Mapping[str, object] = field(hash=False)
    content: str
    """What makes two transfers equal, as text."""

    @classmethod
    def of(cls, key: object, prepared: Prepared[Any]) -> Intent:
        """Return the intent, or raise `InvalidRequest` for a key that cannot be used."""
        try:
            name = checked_name("key", key)
        except ValueError as error:
            context: dict[str, Any] = {"operation": prepared.operation.name, "parameters": prepared.parameters}
            raise InvalidRequest((str(error),), **context) from None
        return cls(name, prepared.operation, prepared.parameters, _content(prepared))


def checked_name(what: str, name: object) -> str:
    """Return a name that every database keeps as it is and that has one spelling, or raise `ValueError`."""
    needed = f"it must be text of 1 to {_LONGEST_NAME} characters, without spaces at its ends and without invisible characters"
    if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and name == name.strip():
        composed = unicodedata.normalize("NFC", name)
        if composed != name:
            needed = f"Unicode has another form of the same text; write {short_repr(composed)}"
        elif not _INVISIBLE.search(name) and _REFUSED.isdisjoint(map(unicodedata.category, name.replace(" ", ""))):
            return name
    raise ValueError(f"{what} is {short_repr(name)}; {needed}.")


def _content(prepared: Prepared[Any]) -> str:
    """Return what the transfer does, in one spelling: 1.5 is 1.50, and its time window is no part of it."""
    kinds = {parameter.name: parameter.kind for parameter in prepared.operation.parameters}
    content = {
        name: f"{_EXACT.normalize(Decimal(str(value))):f}" if kinds[name] == "decimal" else value
        for name, value in sorted(prepared.parameters.items())
        if name != _NO_CONTENT
    }
    return to_json([prepared.operation.name, content])


def to_json(value: object) -> str:
    """Return a record as JSON."""
    return msgspec.json.encode(value).decode()
