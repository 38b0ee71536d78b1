"""What a history proves about a transfer. `_TABLE` is the decision: its first row that holds is the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from .operation import Confirmation, HistoryMatch, Operation
from .own_calls import LONGEST_WINDOW, OwnCall
from .sent import Sent
from .verdict import Row, Verdict

_AHEAD = 1000
"""Milliseconds that a request's timestamp may be ahead of Binance's clock."""
_BEFORE = 2 * _AHEAD
"""Milliseconds before its timestamp from which a row may be of a call, as the clock behind the history may differ a little too."""
_DAY = 86_400_000
LATE = 600_000
"""Milliseconds after the last moment of an execution in which an equal row still counts against absence: no page says
whether a row has the time of the request or of the end, and a person may have made the transfer by hand."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Binance's time as it was when it was asked for, beside the clock that stamps requests."""

    now: int
    """Binance's time in milliseconds, or a little less, so that nothing counts too early."""
    offset: int
    """Milliseconds that Binance's clock is ahead."""
    uncertainty: int
    """Milliseconds that the offset may be wrong by."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which rows of a transfer can lie, in milliseconds of Binance's clock.

    Binance takes a request only while its own clock is within the request's window, so that the timestamp alone bounds
    the time of an execution. Where in it the request was sent is known less surely: the clock may have been set since.
    """

    since: int
    earliest: int
    """When it was sent at the earliest, if the clock was not set since."""
    until: int

    @classmethod
    def of(cls, sent: Sent, settle: int, moment: Moment, corrected: int | None) -> Span:
        """Return the time for a transfer, by what is known of the clocks.

        Args:
            sent: The transfer.
            settle: Seconds until it is visible.
            moment: Binance's time and this client's.
            corrected: Milliseconds by which the clock was corrected since it stamped the request; `None`: it is
                another client's, perhaps on another machine, so that this client's says little about it.
        """
        recv_window = LONGEST_WINDOW if sent.recv_window is None else sent.recv_window
        offset = moment.offset + (corrected or 0)
        # With any other offset Binance would have refused the request: the clock was set since.
        fits = -_AHEAD - moment.uncertainty <= offset <= recv_window + moment.uncertainty
        estimate = sent.sent_at + (offset if fits else 0)
        # Two clocks that are a little apart make no transfer unknown: the one that stamped it may be the exact one.
        is_close = corrected is None and estimate - sent.sent_at <= _AHEAD
        return cls(
            since=sent.sent_at - _BEFORE,
            earliest=(min(sent.sent_at, estimate) if is_close else estimate) - moment.uncertainty,
            until=max(sent.sent_at, estimate) + recv_window + settle * 1000,
        )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that could be the transfer, and is not known to be another one."""

    row: Row
    id: str
    time: int
    status: Literal["executed", "pending", "not_executed"] | None
    """`None`: its meaning is not known."""
    listed: str
    """The status as the row has it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the verdict depends on."""

    sent: Sent
    span: Span
    now: int
    days: int
    """How far back the history reaches."""
    candidates: tuple[_Candidate, ...]
    """In order of time."""
    calls: int
    """Equal calls of this client with an unknown outcome at the same time, this one among them."""
    rank: int
    """How many of them were sent before this one."""
    are_others_known: bool
    """The client made the call, or was given the ids of other transfers: a row that is left can be this call's."""
    is_complete: bool
    """No row can be missing."""
    is_accepted: bool
    """Binance's error code says that the transfer is under way."""
    is_confirmed: bool
    """The history was read before, with the same verdict that it was not executed."""

    @property
    def named(self) -> _Candidate | None:
        """The row with the id that the response named."""
        return next((candidate for candidate in self.candidates if candidate.id == self.sent.transfer_id), None)

    @property
    def alive(self) -> list[_Candidate]:
        """The rows since it was sent, without those that failed."""
        return [c for c in self._not_failed if self.span.earliest <= c.time <= self.span.until]

    @property
    def failed(self) -> int:
        """The number of rows that failed."""
        failed = [candidate for candidate in self.candidates if candidate.status == "not_executed"]
        return sum(candidate.time <= self.span.until or candidate is self.named for candidate in failed)

    @property
    def named_status(self) -> str | None:
        """The status of the row with the id that the response named."""
        return self.named.status if self.named else None

    @property
    def unlisted(self) -> str | None:
        """The first status whose meaning is not known."""
        return next((candidate.listed for candidate in self.candidates if candidate.status is None), None)

    @property
    def rows(self) -> str:
        """The number of rows, in words for a reason."""
        return "1 row" if len(self.alive) == 1 else f"{len(self.alive)} rows"

    @property
    def equal_calls(self) -> str:
        """The number of calls, in words for a reason."""
        return "1 equal call" if self.calls == 1 else f"{self.calls} equal calls"

    @property
    def is_early(self) -> bool:
        """Whether the transfer may still be executed, or be executed and not visible."""
        return self.now < self.span.until

    @property
    def has_earlier(self) -> bool:
        """Whether a row lies just before the transfer was sent."""
        return any(candidate.time < self.span.earliest for candidate in self._not_failed)

    @property
    def has_later(self) -> bool:
        """Whether a row lies after the time in which the transfer could be executed."""
        return any(candidate.time > self.span.until for candidate in self._not_failed)

    @property
    def _not_failed(self) -> list[_Candidate]:
        return [candidate for candidate in self.candidates if candidate.status != "not_executed"]

    @property
    def is_under_way(self) -> bool:
        """Whether one of the rows is not final."""
        return any(candidate.status == "pending" for candidate in self.alive)

    @property
    def is_too_old(self) -> bool:
        """Whether the history no longer reaches back to the transfer."""
        return self.now - self.span.since >= self.days * _DAY


@dataclass(frozen=True, slots=True)
class _Rule:
    """If it `holds`, this is the outcome and its reason, and `again` are the seconds until another one may be possible."""

    holds: Callable[[Facts], bool]
    outcome: Literal["executed", "not_executed", "pending", "undecided"]
    reason: str
    again: int | None = None


_EARLIER = "which may have been made just before this one was sent."
_PASSED = "and the time in which it could be executed and become visible has passed."
_TABLE: tuple[_Rule, ...] = (
    # The response named the transfer, so no other row is it.
    _Rule(
        lambda f: f.named_status == "executed",
        "executed",
        "The history lists {0.sent.transfer_id}, as the response does.",
    ),
    _Rule(lambda f: f.named_status == "pending", "pending", "The history lists {0.sent.transfer_id} as under way.", 10),
    # What was read cannot be relied on.
    _Rule(lambda f: not f.is_complete, "undecided", "The history grew while it was read: a row may be missing.", 1),
    _Rule(
        lambda f: f.unlisted is not None,
        "undecided",
        "A row that may be the transfer has the status {0.unlisted!r}, whose meaning is not known.",
    ),
    # There are rows, and perhaps not of this call.
    _Rule(
        lambda f: f.alive != [] and f.sent.transfer_id is not None,
        "undecided",
        "Equal transfers are listed, and not {0.sent.transfer_id}, which the response named.",
    ),
    _Rule(
        lambda f: f.alive != [] and not f.are_others_known,
        "undecided",
        "An equal transfer is listed, and this client did not make the call: give exclude, the ids of other transfers, "
        "[] if there are none.",
    ),
    _Rule(
        lambda f: len(f.alive) not in (0, f.calls),
        "undecided",
        "The history lists {0.rows} for {0.equal_calls} with an unknown outcome.",
    ),
    # There are as many rows as calls.
    _Rule(lambda f: f.is_under_way, "pending", "The history lists the transfer as under way.", 10),
    _Rule(lambda f: f.alive != [], "executed", "The history lists the transfer as executed."),
    # There is no row, which counts once nothing can explain it but that the transfer was not executed.
    _Rule(
        lambda f: f.is_accepted and f.failed < f.calls,
        "pending",
        "Binance accepted the transfer, and the history does not list it yet.",
        10,
    ),
    _Rule(
        lambda f: f.is_early,
        "undecided",
        "The history lists no execution of the transfer, and it is too early for that to count.",
    ),
    _Rule(lambda f: f.has_earlier, "undecided", f"An equal transfer is listed, {_EARLIER}"),
    _Rule(
        lambda f: f.has_later,
        "undecided",
        "An equal transfer is listed, made after the time of this one: if it is another, reconcile that first, or give its id in exclude.",
    ),
    _Rule(lambda f: f.is_too_old, "undecided", "The history reaches back {0.days} days, and the transfer is older."),
    _Rule(
        lambda f: f.failed > 0,
        "not_executed",
        f"The history lists the transfer as failed, {_PASSED}",
    ),
    _Rule(lambda _: True, "not_executed", f"The history lists no execution of the transfer, {_PASSED}"),
)


def judge(facts: Facts) -> tuple[Verdict, str | None] | None:
    """Return the verdict, and the id of the transfer where it was executed; or `None` if it must be read once more."""
    rule = next(rule for rule in _TABLE if rule.holds(facts))
    if rule.outcome == "not_executed" and not facts.is_confirmed:
        return None
    reason = rule.reason.format(facts)
    if rule.outcome == "executed":
        candidate = facts.named or facts.alive[facts.rank]
        return Verdict(rule.outcome, reason, None, (candidate.row,)), candidate.id
    again = facts.now + rule.again * 1000 if rule.again else facts.span.until if facts.is_early else None
    return Verdict(rule.outcome, reason, None, tuple(candidate.row for candidate in facts.candidates), again), None


@dataclass(frozen=True, slots=True)
class Search:
    """A transfer that is looked for in the history that confirms it."""

    sent: Sent
    operation: Operation[Any]
    confirmation: Confirmation
    history: HistoryMatch
    exclude: frozenset[str] | None

    @property
    def sent_to_find(self) -> Mapping[str, object]:
        """The parameters of the transfer that the read is asked with."""
        return _used_parameters(self.operation, self.sent.parameters)

    def candidates(self, rows: Iterable[Row], span: Span, own_calls: Iterable[OwnCall]) -> tuple[_Candidate, ...]:
        """Return the rows that could be it, and are of no other call that is known."""
        name = self.operation.name
        others = (self.exclude or frozenset()) | {call.claimed for call in own_calls if call.operation.name == name}
        history, candidates = self.history, list[_Candidate]()
        for row in rows:
            id_, time, listed = str(row[history.id]), int(row[history.time]), str(row[history.status.field])
            is_named = id_ == self.sent.transfer_id
            if is_named or (span.since <= time <= span.until + LATE and id_ not in others and self._matches(row)):
                candidates.append(_Candidate(row, id_, time, _meaning(history, listed), listed))
        return tuple(sorted(candidates, key=lambda candidate: candidate.time))

    def rivals(self, span: Span, own_calls: Iterable[OwnCall]) -> list[OwnCall]:
        """Return the other calls with an unknown outcome that a row could be of as well."""
        key = self._key(self.sent_to_find)
        return [
            call
            for call in own_calls
            if call.is_unresolved
            and call.operation.name == self.operation.name
            and self._key(_used_parameters(self.operation, call.parameters)) == key
            and call.sent_at - _BEFORE <= span.until
            and call.ends >= span.since
        ]

    def _matches(self, row: Row) -> bool:
        listed = {parameter: row.get(field) for field, parameter in self.history.match.items()}
        names = [name for name, value in listed.items() if value is not None and name in self.sent.parameters]
        return all(self._value(name, listed) == self._value(name, self.sent.parameters) for name in names)

    def _key(self, parameters: Mapping[str, object]) -> list[object]:
        names = [*self.history.match.values(), *self.history.send.values()]
        return [self._value(name, parameters) for name in names]

    def _value(self, name: str, values: Mapping[str, object]) -> object:
        value = values.get(name)
        is_decimal = any(known.name == name and known.kind == "decimal" for known in self.operation.parameters)
        return Decimal(str(value)) if is_decimal and value is not None else value and str(value)


def _used_parameters(operation: Operation[Any], parameters: Mapping[str, object]) -> Mapping[str, object]:
    """Return the parameters without those that no rule asks for, such as symbols beside a type that has no use for them.

    No page says that the history knows them, and more rows are read without. A value that is not listed may need them.
    """
    choices = {parameter.name: [*map(str, parameter.choices)] for parameter in operation.parameters}
    rules = [rule for rule in operation.conditions if str(parameters.get(rule.other)) in choices[rule.other]]
    needed = {rule.parameter for rule in rules if str(parameters[rule.other]) in map(str, rule.values)}
    unused = {rule.parameter for rule in rules} - needed
    return {name: value for name, value in parameters.items() if name not in unused}


def _meaning(history: HistoryMatch, status: str) -> Literal["executed", "pending", "not_executed"] | None:
    if status in history.status.executed:
        return "executed"
    if status in history.status.pending:
        return "pending"
    return "not_executed" if status in history.status.not_executed else None
