"""What `reconcile` is asked, checked before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from .errors import InvalidRequest, OutcomeUnknown
from .operation import Api, Confirmation, Operation, Parameter
from .request import prepare
from .sent import Sent
from .short_repr import describe_type, short_repr
from .values import Unlisted
from .verdict import Snapshot

_LONGEST_WAIT = 1_000_000
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Question:
    """What `reconcile` is asked, checked."""

    sent: Sent
    operation: Operation[Any]
    exclude: frozenset[str] | None
    """Ids of other transfers; `None`: not said."""
    before: Snapshot | None
    wait: float
    is_own: bool = False
    """A journal knows every transfer that was made before, so that no row can be an earlier equal one."""

    @classmethod
    def of(
        cls, api: Api, unknown: object, exclude: object, before: object, wait: object, *, is_own: bool = False
    ) -> Question:
        """Check the arguments, and raise `InvalidRequest` for one that cannot be used."""
        if not isinstance(unknown, (OutcomeUnknown, Sent)):
            raise InvalidRequest((f"unknown is {describe_type(unknown)}; give an OutcomeUnknown or a Sent.",))
        try:
            sent = Sent.of(unknown) if isinstance(unknown, OutcomeUnknown) else unknown
        except ValueError as error:
            raise InvalidRequest((str(error),)) from None
        operation = _named(api, sent.operation, "reconciled", lambda known: known.moves_funds)
        _check_sent(operation, sent)
        if before is not None:
            _check_snapshot(before, sent)
        return cls(sent, operation, _ids(exclude), cast("Snapshot | None", before), _seconds(wait), is_own)


def confirmed_by_balances(api: Api, name: str) -> tuple[Operation[Any], Confirmation]:
    """Return an operation with the confirmation that names its balances, or raise which operations have one."""
    operation = _named(
        api,
        name,
        "confirmed by balances",
        lambda known: known.confirmation is not None and bool(known.confirmation.balances),
    )
    return operation, cast("Confirmation", operation.confirmation)


def _named(api: Api, name: str, what: str, suits: Callable[[Operation[Any]], bool]) -> Operation[Any]:
    operation = api.operations.get(name)
    if operation is None or not suits(operation):
        known = [one.name for one in api.operations.values() if suits(one)]
        problem = f"{short_repr(name)} cannot be {what}; allowed: {', '.join(known) or 'none'}."
        raise InvalidRequest((problem,), operation=name if operation else None)
    return operation


def _ids(exclude: object) -> frozenset[str] | None:
    if exclude is None:
        return None
    if isinstance(exclude, (str, bytes)) or not isinstance(exclude, Iterable):
        problem = f"exclude is {short_repr(exclude)}; give a list of ids, such as [13526853623]."
        raise InvalidRequest((problem,))
    ids = list(cast("Iterable[object]", exclude))
    for id_ in ids:
        if isinstance(id_, bool) or not isinstance(id_, (int, str)):
            raise InvalidRequest((f"exclude holds {short_repr(id_)}; an id is a whole number or text.",))
    return frozenset(map(str, ids))


def _seconds(wait: object) -> float:
    if isinstance(wait, bool) or not isinstance(wait, (int, float)) or not 0 <= wait <= _LONGEST_WAIT:
        problem = f"wait is {short_repr(wait)}; it must be a number of seconds from 0 to {_LONGEST_WAIT}."
        raise InvalidRequest((problem,))
    return float(wait)


def arguments_of(operation: Operation[Any], values: Mapping[str, object]) -> dict[str, object]:
    """Return values by wire name as arguments; every argument is there, so that the client adds its recv_window."""
    return {parameter.argument: _argument(parameter, values.get(parameter.name)) for parameter in operation.parameters}


def _argument(parameter: Parameter, value: object) -> object:
    """Return a value as an argument, also where it is the text that another call sent, on purpose if it is not listed."""
    if not isinstance(value, str) or parameter.kind == "decimal":
        return value
    if parameter.kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    is_number = parameter.kind == "integer" and value.removeprefix("-").isdecimal()
    return Unlisted(int(value) if is_number else value)


def _check_sent(operation: Operation[Any], sent: Sent) -> None:
    numbers = {"sent_at": sent.sent_at, "recv_window": 0 if sent.recv_window is None else sent.recv_window}
    for name, number in numbers.items():
        if type(number) is not int:
            problem = f"{name} is {short_repr(number)}; it must be a whole number of milliseconds."
            raise InvalidRequest((problem,), operation=operation.name)
    for parameter in operation.parameters:
        if parameter.required and parameter.name not in sent.parameters:
            problem = f"parameters have no {parameter.name}, which {operation.name} needs."
            raise InvalidRequest((problem,), operation=operation.name)
    # What no call can have sent is in no history, and its absence would be no proof.
    prepare(operation, arguments_of(operation, sent.parameters))


def check_origin(sent: Sent, *, is_rehearsal: bool) -> None:
    """Raise `InvalidRequest` for a transfer that went to Binance where a sandbox is asked, and the other way round."""
    if sent.is_rehearsal not in (None, is_rehearsal):
        went, asks = "a sandbox, or to this machine", "Binance"
        if is_rehearsal:
            went, asks = asks, went.replace(" to this", " this")
        problem = (
            f"The transfer went to {went}, and this client asks {asks}; ask with a client like the one that sent it."
        )
        raise InvalidRequest((problem,), operation=sent.operation)


def _check_snapshot(before: object, sent: Sent) -> None:
    if not isinstance(before, Snapshot):
        raise InvalidRequest((f"before is {describe_type(before)}; give a Snapshot, as snapshot() returns it.",))
    if before.operation != sent.operation:
        problem = f"before is a snapshot for {before.operation}; the call is {sent.operation}."
        raise InvalidRequest((problem,), operation=sent.operation)
