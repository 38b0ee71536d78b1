"""Finds out what became of a transfer: which reads are made, and when; the rules on what they return are in `verdict`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

import msgspec

from .call import Call
from .clock import Clock
from .errors import InvalidRequest, OutcomeUnknown
from .flow import Flow, Sleep
from .operation import Api, Balances, Confirmation, HistoryMatch, Operation, Parameter, Transfer
from .own_calls import LONGEST_WINDOW, OwnCall, OwnCalls, wallet_name, wallets_of
from .pages import Pages
from .server_time import SERVER_TIME
from .short_repr import describe_type, short_repr
from .values import Unlisted
from .verdict import (
    Amounts,
    HistoryFacts,
    Row,
    Sent,
    Snapshot,
    Verdict,
    changes,
    judge_balances,
    judge_history,
)

Command = TypeVar("Command")

_AHEAD = 1000
"""Milliseconds that a request's timestamp may be ahead of Binance's clock."""
_BEFORE = 2000
"""Milliseconds before the timestamp from which rows are read: what it may be ahead, and as much again for the history's clock."""
_BETWEEN = 1.0
"""Seconds between the two readings that absence takes."""
_SHORTEST = 0.001
_LONGEST_WAIT = 1_000_000
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Question:
    """What `reconcile` is asked, checked."""

    sent: Sent
    operation: Operation[Any]
    confirmation: Confirmation
    exclude: frozenset[str]
    before: Snapshot | None
    wait: float

    @classmethod
    def of(cls, api: Api, unknown: object, exclude: object, before: object, wait: object) -> Question:
        """Check the arguments, and raise `InvalidRequest` for one that cannot be used."""
        if not isinstance(unknown, (OutcomeUnknown, Sent)):
            raise InvalidRequest((f"unknown is {describe_type(unknown)}; give an OutcomeUnknown or a Sent.",))
        try:
            sent = Sent.of(unknown) if isinstance(unknown, OutcomeUnknown) else unknown
        except ValueError as error:
            raise InvalidRequest((str(error),)) from None
        operation, confirmation = _confirmed(api, sent.operation, "reconciled", bool)
        if before is not None:
            _check_snapshot(before, sent)
        return cls(sent, operation, confirmation, _ids(exclude), cast("Snapshot | None", before), _seconds(wait))


def _confirmed(
    api: Api, name: str, what: str, suits: Callable[[Confirmation], bool]
) -> tuple[Operation[Any], Confirmation]:
    operation = api.operations.get(name)
    confirmation = operation.confirmation if operation else None
    if operation is None or confirmation is None or not suits(confirmation):
        known = [one.name for one in api.operations.values() if one.confirmation and suits(one.confirmation)]
        problem = f"{short_repr(name)} cannot be {what}; allowed: {', '.join(known) or 'none'}."
        raise InvalidRequest((problem,), operation=name if operation else None)
    return operation, confirmation


def _ids(exclude: object) -> frozenset[str]:
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


def _check_snapshot(before: object, sent: Sent) -> None:
    if not isinstance(before, Snapshot):
        raise InvalidRequest((f"before is {describe_type(before)}; give a Snapshot, as snapshot() returns it.",))
    if before.operation != sent.operation:
        problem = f"before is a snapshot for {before.operation}; the call is {sent.operation}."
        raise InvalidRequest((problem,), operation=sent.operation)


@dataclass(frozen=True, slots=True)
class _Moment:
    """Binance's time as it was when it was asked for, beside the clock that stamps requests."""

    now: int
    """Binance's time, in milliseconds."""
    offset: int
    """Milliseconds that Binance's clock is ahead."""
    uncertainty: int
    """Milliseconds that `now` and `offset` may be off."""


class Reconciler(Generic[Command]):
    """Makes the reads that a verdict needs, each as a call of the client."""

    def __init__(
        self,
        api: Api,
        clock: Clock,
        own_calls: OwnCalls,
        start: Callable[[Operation[Any], Mapping[str, object]], Call[Any]],
        carry_out: Callable[[Call[Any]], Flow[Command, Any]],
    ) -> None:
        self._api, self._clock, self._own_calls = api, clock, own_calls
        self._start, self._carry_out = start, carry_out

    def reconcile(self, question: Question) -> Flow[Command | Sleep, Verdict]:
        """Return the verdict, and remember what it says for the verdicts on other calls."""
        sent = question.sent
        own = self._own_calls.find(sent)
        receipt = own.receipt if sent.receipt is None and own is not None else sent.receipt
        if receipt is not None:
            return Verdict("executed", "The receipt was read.", receipt)
        if question.confirmation.history is not None:
            verdict, id_ = yield from self._by_history(question, question.confirmation.history, own)
        else:
            verdict, id_ = (yield from self._by_balances(question, own)), None
        if verdict.outcome == "executed":
            verdict = replace(verdict, receipt=_receipt(question.operation, id_))
        if own is not None:
            own.learn_verdict(verdict, id_)
        return verdict

    def snapshot(self, name: str, arguments: Mapping[str, object]) -> Flow[Command, Snapshot]:
        """Return what the wallets hold that a call is going to touch."""
        operation, confirmation = _confirmed(
            self._api, name, "confirmed by balances", lambda known: bool(known.balances)
        )
        parameters = self._start(operation, arguments).prepared.parameters
        taken_at = self._clock.milliseconds()
        balances = yield from self._balances(operation, confirmation, parameters)
        return Snapshot(name, parameters, taken_at, self._clock.milliseconds(), balances)

    def _moment(self) -> Flow[Command, _Moment]:
        call = self._start(SERVER_TIME, {})
        response = yield from self._carry_out(call)
        half = round(call.taken() * 500)
        now = response.time + half
        return _Moment(now, now - self._clock.milliseconds(), half + 1)

    # By the history

    def _by_history(
        self, question: Question, history: HistoryMatch, own: OwnCall | None
    ) -> Flow[Command | Sleep, tuple[Verdict, str | None]]:
        left, read_before = question.wait, False
        while True:
            moment = yield from self._moment()
            window = _Window.of(question, moment)
            rows, is_complete = yield from self._rows(question, history, window)
            facts = self._facts(question, history, own, moment, window, rows)
            judged = judge_history(replace(facts, is_complete=is_complete, read_before=read_before))
            if judged is None:
                read_before, pause = True, _BETWEEN
            else:
                again = judged[0].ask_again_at
                if again is None or left <= 0:
                    return judged
                pause = min(left, max(_SHORTEST, (again - moment.now) / 1000))
                left -= pause
            yield Sleep(pause)

    def _rows(
        self, question: Question, history: HistoryMatch, window: _Window
    ) -> Flow[Command, tuple[list[Row], bool]]:
        """Return all rows of the time in question, and whether none can be missing."""
        read = self._api.operations[history.operation]
        values = {name: question.sent.parameters.get(parameter) for name, parameter in history.send.items()}
        values |= {history.since: window.since, history.until: window.until}
        arguments = _arguments(read, values)
        if read.paging is None:
            response = yield from self._carry_out(self._start(read, arguments))
            return _listed(response, history.rows), True
        pages, rows = Pages(read, arguments), dict[str, Row]()
        while not pages.finished:
            response = yield from self._carry_out(self._start(read, pages.arguments))
            page: list[Row] = msgspec.to_builtins(pages.rows(response))
            rows |= {str(row[history.id]): row for row in page}
        return list(rows.values()), pages.total is None or len(rows) >= pages.total

    def _facts(
        self,
        question: Question,
        history: HistoryMatch,
        own: OwnCall | None,
        moment: _Moment,
        window: _Window,
        rows: list[Row],
    ) -> HistoryFacts:
        sent, others = question.sent, [call for call in self._own_calls if call is not own]
        key = _key(question.operation, history, sent.parameters)
        equal = [
            call
            for call in others
            if call.operation.name == sent.operation and _key(call.operation, history, call.parameters) == key
        ]
        rivals = [
            call for call in equal if call.is_unresolved and call.sent_at <= window.until and call.ends >= window.since
        ]
        claimed = question.exclude | {call.claimed for call in equal if call.claimed}
        matching = [
            row
            for row in sorted(rows, key=lambda row: row[history.time])
            if window.since <= row[history.time] <= window.until
            and str(row[history.id]) not in claimed
            and (
                _matches(question.operation, history, sent.parameters, row) or str(row[history.id]) == sent.transfer_id
            )
        ]
        counted = [
            row for row in matching if row[history.time] >= window.likely or str(row[history.id]) == sent.transfer_id
        ]
        statuses = [_status(history, row) for row in matching]
        early = [
            row
            for row, status in zip(matching, statuses, strict=True)
            if row not in counted and status != "not_executed"
        ]
        known = self._api.errors.get(sent.code) if sent.code is not None else None
        return HistoryFacts(
            candidates=tuple(counted),
            statuses=tuple(_status(history, row) for row in counted),
            early=tuple(early),
            ids=tuple(str(row[history.id]) for row in counted),
            named=sent.transfer_id,
            rivals=len(rivals),
            rank=sum(call.sent_at < sent.sent_at for call in rivals),
            is_complete=True,
            is_ambiguous=own is None
            and any(row[history.time] < window.certain for row in counted if _status(history, row) != "not_executed"),
            is_accepted=known is not None and known.pending,
            now=moment.now,
            deadline=window.until,
            days=history.days,
            is_recent=moment.now - window.since < history.days * _DAY,
            read_before=False,
        )

    # By balances

    def _by_balances(self, question: Question, own: OwnCall | None) -> Flow[Command, Verdict]:
        sent, before = question.sent, question.before
        wallets = wallets_of(question.operation, sent.parameters)
        after = yield from self._balances(question.operation, question.confirmation, sent.parameters)
        if wallets is None:
            return Verdict("undecided", "The spec does not say which wallets the call touches.")
        evidence = changes(wallets, before.balances if before else None, after)
        if before is None:
            return Verdict("undecided", "What the wallets held before the call is not known.", None, evidence)
        if before.ended_at > sent.sent_at:
            return Verdict("undecided", "The balances before were read after the call was made.", None, evidence)
        if {*before.balances} != {*wallets}:
            return Verdict("undecided", "The balances before are not of the wallets of the call.", None, evidence)
        if self._others_touch({*wallets}, before, own):
            return Verdict("undecided", "Another call of this client touches the same wallets.", None, evidence)
        return judge_balances(question.operation, sent, wallets, before.balances, after)

    def _others_touch(self, wallets: set[str], before: Snapshot, own: OwnCall | None) -> bool:
        """Return whether another call of this client may have changed these balances since."""
        if not self._own_calls.reaches(before.taken_at):
            return True
        for call in self._own_calls:
            since = call.ends if call.is_unresolved else call.sent_at
            if call is own or call.outcome == "not_executed" or since < before.taken_at:
                continue
            touched = wallets_of(call.operation, call.parameters)
            if touched is None or not wallets.isdisjoint(touched):
                return True
        return False

    def _balances(
        self, operation: Operation[Any], confirmation: Confirmation, parameters: Mapping[str, object]
    ) -> Flow[Command, Amounts]:
        """Return what the wallets of a call hold, from as many reads as that takes."""
        balances: dict[str, dict[str, Decimal]] = {}
        owners = _owners(operation, parameters)
        for name in confirmation.balances:
            read = self._api.operations[name]
            effect = read.effect
            if not isinstance(effect, Balances):
                continue
            covered = [(wallet, owner) for wallet, owner in owners if wallet in effect.wallets.values()]
            for owner in dict.fromkeys(owner for _, owner in covered):
                arguments = _arguments(read, {effect.owner: owner} if effect.owner else {})
                response = yield from self._carry_out(self._start(read, arguments))
                for row in _listed(response, effect.rows):
                    for field, wallet in effect.wallets.items():
                        if (wallet, owner) in covered:
                            held = balances.setdefault(wallet_name(wallet, owner), {})
                            held[row[effect.asset]] = held.get(row[effect.asset], Decimal(0)) + Decimal(row[field])
        return {wallet_name(*wallet): balances.get(wallet_name(*wallet), {}) for wallet in owners}


@dataclass(frozen=True, slots=True)
class _Window:
    """The time in which rows of a transfer can lie, in milliseconds of Binance's clock.

    Binance takes a request only while its own clock is within the request's window, so that the timestamp alone bounds
    the time of an execution. Where exactly it was sent is known less surely, as the clock may have been set since.
    """

    since: int
    likely: int
    """The earliest moment at which it can have been sent, if the clock was not set since."""
    certain: int
    """The latest such moment."""
    until: int

    @classmethod
    def of(cls, question: Question, moment: _Moment) -> _Window:
        sent = question.sent
        recv_window = LONGEST_WINDOW if sent.recv_window is None else sent.recv_window
        # With any other offset Binance would have refused the request: the clock was set since.
        fits = -_AHEAD - moment.uncertainty <= moment.offset <= recv_window + moment.uncertainty
        estimate = sent.sent_at + (moment.offset if fits else 0)
        return cls(
            since=sent.sent_at - _BEFORE,
            likely=estimate - moment.uncertainty,
            certain=max(sent.sent_at, estimate) + moment.uncertainty,
            until=max(sent.sent_at, estimate) + recv_window + question.confirmation.settle * 1000,
        )


def _arguments(operation: Operation[Any], values: Mapping[str, object]) -> dict[str, object]:
    """Return values by wire name as arguments; every argument is there, so that the client adds its recv_window."""
    return {parameter.argument: _argument(parameter, values.get(parameter.name)) for parameter in operation.parameters}


def _argument(parameter: Parameter, value: object) -> object:
    """Return a value as an argument, also where it is the text that another call sent."""
    if not isinstance(value, str) or parameter.kind in ("string", "decimal"):
        return Unlisted(value) if isinstance(value, str) and parameter.choices else value
    return int(value) if parameter.kind == "integer" else value == "true"


def _listed(response: object, rows: str | None) -> list[Row]:
    plain: Any = msgspec.to_builtins(response)
    listed: list[Row] = plain if rows is None else plain[rows]
    return listed


def _matches(operation: Operation[Any], history: HistoryMatch, parameters: Mapping[str, object], row: Row) -> bool:
    decimals = {parameter.name for parameter in operation.parameters if parameter.kind == "decimal"}
    for field, parameter in history.match.items():
        given, listed = parameters.get(parameter), row.get(field)
        if given is None or listed is None:
            continue
        if parameter in decimals:
            if Decimal(str(given)) != Decimal(str(listed)):
                return False
        elif str(given) != str(listed):
            return False
    return True


def _key(operation: Operation[Any], history: HistoryMatch, parameters: Mapping[str, object]) -> tuple[object, ...]:
    """Return what makes two calls equal as far as the history shows."""
    decimals = {parameter.name for parameter in operation.parameters if parameter.kind == "decimal"}
    names = [*history.match.values(), *history.send.values()]
    return tuple(
        Decimal(str(parameters[name])) if name in decimals and name in parameters else parameters.get(name)
        for name in names
    )


def _status(history: HistoryMatch, row: Row) -> str:
    status = str(row.get(history.status.field))
    if status in history.status.executed:
        return "executed"
    if status in history.status.pending:
        return "pending"
    return "not_executed" if status in history.status.not_executed else f"{status!r}"


def _owners(operation: Operation[Any], parameters: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return the wallets of a call with their owners."""
    effect = operation.effect
    owners = (effect.source_owner, effect.target_owner) if isinstance(effect, Transfer) else ()
    wallets = [name.partition(" ")[0] for name in wallets_of(operation, parameters) or ()]
    values = [parameters.get(owner) if owner else None for owner in owners] or [None] * len(wallets)
    return list(zip(wallets, values, strict=True))


def _receipt(operation: Operation[Any], id_: str | None) -> Any | None:
    """Return the receipt that an executed call has, where its fields are known: the id, and constants of the spec."""
    effect = operation.effect
    constants = {name: values[0] for name, values in operation.success.items() if len(values) == 1}
    ids: list[object] = [None] if id_ is None else [id_, int(id_)] if id_.isdecimal() else [id_]
    for value in ids:
        fields = constants | ({effect.receipt: value} if isinstance(effect, Transfer) else {})
        try:
            return operation.decoder.decode(msgspec.json.encode(fields))
        except msgspec.MsgspecError:
            continue
    return None
