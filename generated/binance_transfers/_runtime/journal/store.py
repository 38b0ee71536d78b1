# Copied from generator/runtime/journal/store.py by python -m generator; edit it there.
"""Keeps the entries of a journal: each function is one transaction, which is on the disk when it returns."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select, union, update
from sqlalchemy.exc import SQLAlchemyError

from ..errors import JournalError
from ..fork import call_after_fork
from ..own_calls import LONGEST_WINDOW
from ..sent import Sent
from ..short_repr import short_repr
from ..verdict import Snapshot, Verdict
from .database import open_database, sentence
from .entry import OPEN, Intent, JournalEntry, State, to_json
from .owner import end, may_run, new_owner
from .schema import ACCOUNTS, ENTRIES, EVENTS, check_version, create

_DAY = 86_400_000
_LONGEST_LEASE = 12 * _DAY
"""More than any client's deadline: whoever wrote a longer one had a clock that was wrong."""
_RESOLVING = 30_000
_AT_ONCE = 1000
"""Entries that are read together."""
# Each statement is made once: making one takes longer than carrying it out.
_REHEARSED = "to a sandbox, or to this machine"
_MINE = ENTRIES.c.account == bindparam("mine")
_BY_KEY = select(ENTRIES).where(_MINE, ENTRIES.c.key == bindparam("wanted"))
_INSERT = ENTRIES.insert().returning(*ENTRIES.c)
_UPDATE = update(ENTRIES).where(ENTRIES.c.id == bindparam("entry_id"))
_BEGIN = _UPDATE.values(attempts=ENTRIES.c.attempts + 1)
_RELEASE = update(ENTRIES).where(ENTRIES.c.owner == bindparam("former")).values(owner=None)
_OWNED = select(ENTRIES).where(
    ENTRIES.c.id == bindparam("entry_id"), ENTRIES.c.owner == bindparam("claimer"), ENTRIES.c.state != "done"
)
_ADD_EVENT = EVENTS.insert()
# Each half has an index of its own, so that this takes as long in a journal of 100,000 transfers as in a new one.
_IN_HAND = union(
    select(ENTRIES.c.id).where(_MINE, ENTRIES.c.state.in_(OPEN)),
    select(ENTRIES.c.id).where(ENTRIES.c.owner.is_not(None)),
)
_UNRESOLVED_EQUAL = select(ENTRIES).where(
    ENTRIES.c.id.in_(_IN_HAND),
    _MINE,
    ENTRIES.c.content == bindparam("wanted_content"),
    ENTRIES.c.key != bindparam("other_than"),
)
_FINISH = update(ENTRIES).where(
    ENTRIES.c.id == bindparam("entry_id"),
    ENTRIES.c.attempts == bindparam("attempt"),
    ENTRIES.c.state.in_(bindparam("states", expanding=True)),
)
_decode_sent = msgspec.json.Decoder(Sent).decode
_decode_snapshot = msgspec.json.Decoder(Snapshot).decode
_decode_verdict = msgspec.json.Decoder(Verdict).decode
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a claim found: the entry, and whether it is the claimer's to carry out."""

    id: int
    entry: JournalEntry
    obstacle: Literal["content", "same", "equal"] | None = None
    """`content`: the key stands for another transfer; `same`: another call carries the entry out; `equal`: the entry is
    of another key, and unresolved."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, or what a verdict says of it."""

    state: State
    detail: dict[str, object]
    sent: Sent
    transfer_id: str | None = None
    receipt: str | None = None
    verdict: Verdict | None = None


class LostOwnership(Exception):
    """The entry must be claimed anew, as other calls have changed what is known; never raised to users."""


class Store:
    """The entries of one account in a database."""

    def __init__(self, location: object, account: str) -> None:
        self._engine, self.name = open_database(location)
        self.account = account
        self.is_rehearsal: bool | None = None
        """Whether the transfers are rehearsed, as far as this process knows."""
        call_after_fork(self)
        try:
            with self._transaction(is_new=True) as connection:
                create(connection, self.name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def after_fork(self) -> None:
        """Leave the connections to the parent."""
        self._engine.dispose(close=False)

    @contextmanager
    def _transaction(self, *, is_reading: bool = False, is_new: bool = False) -> Generator[Connection]:
        try:
            with self._engine.connect().execution_options(is_reading=is_reading) as connection, connection.begin():
                if not is_new and not is_reading:
                    check_version(connection, self.name)
                yield connection
        except SQLAlchemyError as error:
            raise JournalError(sentence(self.name, error)) from error
        except msgspec.MsgspecError as error:
            raise JournalError(f"The journal {self.name} cannot be used: an entry cannot be read: {error}.") from error

    def bind(self, *, is_rehearsal: bool) -> None:
        """Keep whether the account's transfers are rehearsed, or raise `JournalError` where they were not so before."""
        mine = ACCOUNTS.c.account == self.account
        with self._transaction() as connection:
            known = connection.execute(select(ACCOUNTS.c.is_rehearsal).where(mine)).scalar()
            if known is None:
                connection.execute(ACCOUNTS.insert().values(account=self.account, is_rehearsal=is_rehearsal))
        if known not in (None, is_rehearsal):
            went, goes = (_REHEARSED if is_so else "to Binance" for is_so in (known, is_rehearsal))
            why = f"the transfers of the account {short_repr(self.account)} in it went {went}, and this client sends {goes}"
            advice = "give rehearsals a journal, or an account, of their own"
            raise JournalError(f"The journal {self.name} cannot be used: {why}; {advice}.")
        self.is_rehearsal = is_rehearsal

    def claim(self, intent: Intent, owner: str, until: int) -> Claimed:
        """Take an entry to carry it out, and write it first where it is new."""
        with self._transaction() as connection:
            row = connection.execute(_BY_KEY, self._named(intent.key)).first()
            if row is not None and row.content != intent.content:
                return Claimed(row.id, _entry(row), "content")
            if row is not None and row.state == "done":
                return Claimed(row.id, _entry(row))
            if row is not None and row.owner != owner and _is_owned(row):
                return Claimed(row.id, _entry(row), "same")
            wanted = intent.key, intent.content
            if (row is None or row.state not in OPEN) and (other := self._unresolved_equal(connection, *wanted)):
                return Claimed(other.id, _entry(other), "equal")
            if row is None:
                return self._insert(connection, intent, owner, until)
            _own(connection, row.id, owner, until)
            return Claimed(row.id, _entry(row))

    def claim_open(self, key: str, owner: str, until: int) -> Claimed | None:
        """Take an open entry that nobody carries out, or return `None`."""
        with self._transaction() as connection:
            row = connection.execute(_BY_KEY, self._named(key)).first()
            if row is None or row.state not in OPEN or _is_owned(row):
                return None
            _own(connection, row.id, owner, until)
            return Claimed(row.id, _entry(row))

    def begin_snapshot(self, claimed: Claimed, owner: str) -> None:
        """Write that balances are about to be read, or raise `LostOwnership`."""
        with self._transaction() as connection:
            self._owned(connection, claimed, owner)
            _add_event(connection, claimed.id, "snapshot", {})

    def begin_attempt(self, claimed: Claimed, owner: str, sent: Sent, before: Snapshot | None, until: int) -> None:
        """Write that a request is about to leave, or raise `LostOwnership`, also where an equal one has overtaken it."""
        values = {
            "state": "sending",
            "sent_at": sent.sent_at,
            "sent": to_json(sent),
            "before": before and to_json(before),
            "owned_until": until,
            "updated_at": _now(),
        }
        with self._transaction() as connection:
            row = self._owned(connection, claimed, owner)
            if self._unresolved_equal(connection, row.key, row.content):
                raise LostOwnership
            connection.execute(_BEGIN, {"entry_id": row.id, **values})
            _add_event(connection, claimed.id, "attempt", {"sent_at": sent.sent_at, "call_id": sent.call_id})

    def finish(self, claimed: Claimed, attempts: int, outcome: Outcome) -> None:
        """Write how an attempt ended, unless another attempt followed, or a verdict proves as much."""
        # That Binance executed or accepted it proves more than reads that did not show the transfer.
        states = (*OPEN, "not_executed") if outcome.state in ("done", "pending") else OPEN
        current = {"entry_id": claimed.id, "attempt": attempts, "states": states}
        values = {**_values(outcome), "owner": None, "sent": to_json(replace(outcome.sent, receipt=None))}
        with self._transaction() as connection:
            connection.execute(_FINISH, current | values)
            _add_event(connection, claimed.id, "outcome", {"state": outcome.state, **outcome.detail})

    def keep_verdict(self, claimed: Claimed, owner: str, outcome: Outcome) -> None:
        """Write what a verdict says, or raise `LostOwnership`, also where the id was claimed by another entry since."""
        values = _values(outcome)
        if outcome.state != "not_executed":
            # Else it is sent again at once.
            values["owner"] = None
        with self._transaction() as connection:
            row = self._owned(connection, claimed, owner)
            if row.state not in OPEN or outcome.transfer_id in self._claimed_ids(connection, claimed):
                raise LostOwnership
            connection.execute(_UPDATE, {"entry_id": row.id, **values})
            _add_event(connection, claimed.id, "verdict", {"state": outcome.state, **outcome.detail})

    def resolve(self, key: str, verdict: Verdict) -> None:
        """Write a verdict that a person has found."""
        owner = new_owner()
        try:
            self._resolve(key, verdict, owner)
        finally:
            end(owner)

    def _resolve(self, key: str, verdict: Verdict, owner: str) -> None:
        claimed = self.claim_open(key, owner, _now() + _RESOLVING)
        if claimed is None or claimed.entry.sent is None:
            why = "it has no open transfer, or a call carries it out"
            raise JournalError(f"The key {short_repr(key)} cannot be resolved: {why}.")
        try:
            sent, is_executed = claimed.entry.sent, verdict.outcome == "executed"
            if not is_executed and _now() < sent.sent_at + LONGEST_WINDOW:
                why = "its transfer may still be executed; look once more a minute after it was sent"
                raise JournalError(f"The key {short_repr(key)} cannot be resolved: {why}.")
            outcome = Outcome(
                "done" if is_executed else "not_executed", {"reason": verdict.reason}, sent, verdict=verdict
            )
            self.keep_verdict(claimed, owner, outcome)
        finally:
            self.release(owner)

    def release(self, owner: str) -> None:
        """Let others carry out what this owner has claimed."""
        with self._transaction() as connection:
            connection.execute(_RELEASE, {"former": owner})

    def claimed_ids(self, claimed: Claimed) -> list[str]:
        """Return the ids that transfers of other entries around the same time have."""
        with self._transaction(is_reading=True) as connection:
            return self._claimed_ids(connection, claimed)

    def others_since_snapshot(self, claimed: Claimed) -> list[JournalEntry]:
        """Return the other entries that may have moved something since the balances of this one were read.

        What was done before has no event since; that does not depend on anyone's clock.
        """
        taken = select(func.max(EVENTS.c.id)).where(EVENTS.c.entry == claimed.id, EVENTS.c.kind == "snapshot")
        changed = select(EVENTS.c.entry).where(EVENTS.c.id > func.coalesce(taken.scalar_subquery(), 0))
        is_later = and_(ENTRIES.c.state == "done", ENTRIES.c.id.in_(changed))
        condition = and_(self._mine, ENTRIES.c.id != claimed.id, or_(is_later, ENTRIES.c.state.in_(OPEN)))
        with self._transaction(is_reading=True) as connection:
            return [_entry(row) for row in connection.execute(select(ENTRIES).where(condition))]

    def open_keys(self) -> list[str]:
        """Return the keys of the open entries, oldest first."""
        query = select(ENTRIES.c.key).where(self._mine, ENTRIES.c.state.in_(OPEN)).order_by(ENTRIES.c.id)
        with self._transaction(is_reading=True) as connection:
            return list(connection.execute(query).scalars())

    def find(self, keys: list[str]) -> tuple[JournalEntry, ...]:
        """Return the entries of these keys, in their order."""
        with self._transaction(is_reading=True) as connection:
            return tuple(_entry(connection.execute(_BY_KEY, self._named(key)).one()) for key in keys)

    def pages(self, key: str | None = None) -> Iterator[dict[int, JournalEntry]]:
        """Yield the entries by their id, oldest first, so many at once; or the one of a key."""
        wanted = self._mine if key is None else and_(self._mine, ENTRIES.c.key == key)
        last = 0
        while True:
            query = select(ENTRIES).where(wanted, ENTRIES.c.id > last).order_by(ENTRIES.c.id).limit(_AT_ONCE)
            with self._transaction(is_reading=True) as connection:
                page = {row.id: _entry(row) for row in connection.execute(query)}
            if not page:
                return
            yield page
            last = max(page)

    def events(self, ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
        """Return what happened to entries, by their id."""
        query = select(EVENTS).where(EVENTS.c.entry.in_(list(ids))).order_by(EVENTS.c.id)
        found: dict[int, list[dict[str, Any]]] = {}
        with self._transaction(is_reading=True) as connection:
            for row in connection.execute(query):
                event = {"at": row.at, "kind": row.kind, **_decode(row.detail)}
                found.setdefault(row.entry, []).append(event)
        return found

    def _named(self, key: str) -> dict[str, str]:
        return {"mine": self.account, "wanted": key}

    @property
    def _mine(self) -> ColumnElement[bool]:
        return ENTRIES.c.account == self.account

    def _owned(self, connection: Connection, claimed: Claimed, owner: str) -> Row[Any]:
        """Return the entry's row, or raise `LostOwnership` where another call has it or has carried it out."""
        row = connection.execute(_OWNED, {"entry_id": claimed.id, "claimer": owner}).first()
        if row is None:
            raise LostOwnership
        return row

    def _claimed_ids(self, connection: Connection, claimed: Claimed) -> list[str]:
        sent = claimed.entry.sent
        moment = sent.sent_at if sent else 0
        condition = and_(
            self._mine,
            ENTRIES.c.operation == claimed.entry.operation,
            ENTRIES.c.sent_at.between(moment - _DAY, moment + _DAY),
            ENTRIES.c.id != claimed.id,
            ENTRIES.c.transfer_id.is_not(None),
        )
        return list(connection.execute(select(ENTRIES.c.transfer_id).where(condition)).scalars())

    def _unresolved_equal(self, connection: Connection, key: str, content: str) -> Row[Any] | None:
        """Return the entry of an equal transfer under another key that may be executed or may still be."""
        equal = {"mine": self.account, "wanted_content": content, "other_than": key}
        rows = connection.execute(_UNRESOLVED_EQUAL, equal).all()
        return next((row for row in rows if row.state in OPEN or _is_owned(row)), None)

    def _insert(self, connection: Connection, intent: Intent, owner: str, until: int) -> Claimed:
        now = _now()
        values: dict[str, Any] = {
            "account": self.account,
            "key": intent.key,
            "operation": intent.operation.name,
            "content": intent.content,
            "parameters": to_json(intent.parameters),
            "state": "intent",
            "owner": owner,
            "owned_until": until,
            "attempts": 0,
            "created_at": now,
            "updated_at": now,
        }
        row = connection.execute(_INSERT, values).one()
        _add_event(connection, row.id, "intent", {})
        return Claimed(row.id, _entry(row))


def _values(outcome: Outcome) -> dict[str, Any]:
    return {
        "state": outcome.state,
        "transfer_id": outcome.transfer_id,
        "receipt": outcome.receipt,
        "verdict": outcome.verdict and to_json(replace(outcome.verdict, receipt=None)),
        "updated_at": _now(),
    }


def _own(connection: Connection, id_: int, owner: str, until: int) -> None:
    connection.execute(_UPDATE, {"entry_id": id_, "owner": owner, "owned_until": until})


def _add_event(connection: Connection, id_: int, kind: str, detail: dict[str, object]) -> None:
    connection.execute(_ADD_EVENT, {"entry": id_, "at": _now(), "kind": kind, "detail": to_json(detail)})


def _is_owned(row: Row[Any]) -> bool:
    now = _now()
    return row.owner is not None and now < row.owned_until < now + _LONGEST_LEASE and may_run(row.owner)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _entry(row: Row[Any]) -> JournalEntry:
    return JournalEntry(
        key=row.key,
        account=row.account,
        operation=row.operation,
        parameters=_decode(row.parameters),
        state=row.state,
        created_at=row.created_at,
        updated_at=row.updated_at,
        attempts=row.attempts,
        sent=row.sent and _decode_sent(row.sent),
        before=row.before and _decode_snapshot(row.before),
        transfer_id=row.transfer_id,
        receipt=row.receipt and _decode(row.receipt),
        verdict=row.verdict and _decode_verdict(row.verdict),
    )
