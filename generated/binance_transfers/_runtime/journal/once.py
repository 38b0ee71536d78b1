# Copied from generator/runtime/journal/once.py by python -m generator; edit it there.
"""Makes a transfer once: the flow of steps between the journal and the client, which decides everything and does nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeAlias

import msgspec

from ..balances import names_of
from ..call import Call
from ..errors import (
    RESOLVE_ADVICE,
    RESOLVE_ADVICE_ZH,
    BinanceError,
    InvalidRequest,
    JournalError,
    NotExecuted,
    OutcomeUnknown,
    RateLimited,
    Rejected,
)
from ..flow import Ask, Flow, Sleep
from ..observe import logger
from ..operation import Operation
from ..own_calls import receipt_id
from ..port import Port
from ..sent import Sent
from ..short_repr import short_repr
from ..verdict import Verdict
from .entry import Intent, JournalEntry, State, to_json
from .owner import end, new_owner
from .store import Claimed, LostOwnership, Outcome, Store

WhenEqual: TypeAlias = Literal["refuse", "wait"]
_SPARE = 30
"""Seconds that an entry stays with its owner beyond the deadline of a call."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5
_NOT_ALONE = "Another transfer of the journal touches the same wallets."
_STATES: dict[str, State] = {"executed": "done", "pending": "pending", "undecided": "unknown"}


class Once:
    """One call of `Journal.once` or `Journal.recover`."""

    def __init__(self, store: Store, port: Port, equal: WhenEqual) -> None:
        self._store, self._port, self._equal = store, port, equal
        self._owner = ""

    def once(self, key: str, operation: Operation[Any], arguments: Mapping[str, object]) -> Flow[Any, Any]:
        """Return the receipt, from the journal or from Binance."""
        first = self._port.start(operation, arguments)
        intent = Intent.of(key, first.prepared)
        yield from self._bind()
        self._owner = new_owner()
        try:
            while True:
                claimed = yield from self._claim(intent, first)
                if claimed.entry.state == "done":
                    return _kept_receipt(claimed.entry, operation)
                try:
                    if claimed.entry.is_open and (yield from self._is_executed(claimed, operation)):
                        continue
                    return (yield from self._send(claimed, operation, arguments))
                except LostOwnership:
                    continue
        except GeneratorExit:
            raise
        except BaseException:
            yield from self._quietly(self._store.release, self._owner)
            raise
        finally:
            end(self._owner)

    def recover(self, wait: float, only: str | None) -> Flow[Any, tuple[JournalEntry, ...]]:
        """Settle what is open, or the one key of it, and return the entries as they are then."""
        yield from self._bind()
        is_open: list[str] = yield self._ask(self._store.open_keys)
        keys = [key for key in is_open if only in (None, key)]
        failed: dict[str, BinanceError] = {}
        self._owner = new_owner()
        try:
            for key in keys:
                claimed = yield self._ask(self._store.claim_open, key, self._owner, self._until())
                if claimed is not None:
                    try:
                        yield from self._settle(claimed, wait)
                    except LostOwnership:
                        pass
                    except InvalidRequest as error:
                        failed[key] = error
                    except NotExecuted as error:
                        unread = self._unread(claimed.entry, error)
                        if isinstance(error, RateLimited) or not isinstance(error, Rejected):
                            raise unread from error
                        # It concerns this entry alone.
                        unread.__cause__, failed[key] = error, unread
                    yield self._ask(self._store.release, self._owner)
        except GeneratorExit:
            raise
        except BaseException:
            yield from self._quietly(self._store.release, self._owner)
            raise
        finally:
            end(self._owner)
        for failure in failed.values():
            others = "; the others were settled" if len(failed) < len(keys) else ""
            failure.add_note(f"Nothing was found out about {', '.join(map(short_repr, failed))}{others}.")
            raise failure
        entries: tuple[JournalEntry, ...] = yield self._ask(self._store.find, keys)
        return entries

    def _claim(self, intent: Intent, call: Call[Any]) -> Flow[Any, Claimed]:
        """Take the entry, or wait until another call has carried it out."""
        pause = _FIRST_PAUSE
        while True:
            claimed: Claimed = yield self._ask(self._store.claim, intent, self._owner, self._until())
            if claimed.obstacle is None:
                return claimed
            if claimed.obstacle == "content":
                raise _other_content(intent, claimed.entry)
            is_over = call.remaining() <= pause
            if claimed.obstacle == "equal" and (is_over or self._equal == "refuse"):
                raise _equal(intent, claimed.entry)
            if is_over:
                why = "another call carries it out, and has not ended before the deadline."
                raise _unresolved(claimed.entry, intent.operation, why, None)
            yield Sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _is_executed(self, claimed: Claimed, operation: Operation[Any]) -> Flow[Any, bool]:
        """Return whether an open entry was executed; raise where that is not known."""
        try:
            verdict = yield from self._settle(claimed, 0)
        except JournalError:
            raise
        except BinanceError as error:
            raise self._unread(claimed.entry, error) from error
        if verdict.outcome in ("pending", "undecided"):
            raise _unresolved(claimed.entry, operation, verdict.reason, verdict)
        return verdict.outcome == "executed"

    def _unread(self, entry: JournalEntry, error: BinanceError) -> OutcomeUnknown:
        """Return the exception for a read that failed, which proves nothing about the transfer."""
        operation = self._port.api.operations[entry.operation]
        return _unresolved(entry, operation, f"a read that would tell failed: {error}", None)

    def _settle(self, claimed: Claimed, wait: float) -> Flow[Any, Verdict]:
        """Find out what became of an open entry, and write it."""
        entry = claimed.entry
        assert entry.sent is not None
        exclude = yield self._ask(self._store.claimed_ids, claimed)
        verdict = yield from self._port.reconcile(entry.sent, exclude, entry.before, wait)
        # After the reads, so that nothing can come between.
        if verdict.evidence and not (yield from self._is_alone(claimed)):
            verdict = Verdict("undecided", _NOT_ALONE, None, verdict.evidence)
        operation = self._port.api.operations[entry.operation]
        outcome = Outcome(
            state=_STATES.get(verdict.outcome, "not_executed"),
            detail={"reason": verdict.reason, "evidence": verdict.evidence},
            sent=entry.sent,
            transfer_id=receipt_id(operation, verdict.receipt),
            receipt=None if verdict.receipt is None else to_json(verdict.receipt),
            verdict=verdict,
        )
        yield self._ask(self._store.keep_verdict, claimed, self._owner, outcome)
        return verdict

    def _is_alone(self, claimed: Claimed) -> Flow[Any, bool]:
        """Return whether no other entry may have changed the balances that a snapshot of this one holds."""
        before = claimed.entry.before
        if before is None:
            return True
        others: list[JournalEntry] = yield self._ask(self._store.others_since_snapshot, claimed)
        operations = self._port.api.operations
        for other in others:
            operation = operations.get(other.operation)
            wallets = None if operation is None else names_of(operation, other.parameters)
            if wallets is None or not before.balances.keys().isdisjoint(wallets):
                return False
        return True

    def _send(self, claimed: Claimed, operation: Operation[Any], arguments: Mapping[str, object]) -> Flow[Any, Any]:
        """Send the transfer, each attempt written before it leaves, and its outcome after."""
        before = None
        if operation.confirmation and operation.confirmation.balances:
            yield self._ask(self._store.begin_snapshot, claimed, self._owner)
            before = yield from self._port.snapshot(operation.name, arguments)
        call = self._port.start(operation, arguments)
        attempts = _Attempts(claimed, claimed.entry.attempts)

        def keep(sent: Sent) -> None:
            self._store.begin_attempt(claimed, self._owner, sent, before, self._until())
            attempts.number, attempts.sent = attempts.number + 1, sent

        call.before_send = (lambda sent: _in_thread(partial(keep, sent))) if self._port.asynchronous else keep
        try:
            receipt = yield from self._port.carry_out(call)
        except GeneratorExit:
            raise
        except BaseException as error:
            yield from self._write(attempts, _known(error, call))
            raise
        yield from self._write(attempts, receipt)
        return receipt

    def _write(self, attempts: _Attempts, result: object) -> Flow[Any, None]:
        """Write how the last attempt ended; what is not written is found out when the key is used again."""
        if (sent := attempts.sent) is None or result is None:
            return
        operation = self._port.api.operations[sent.operation]
        pending = {code for code, known in self._port.api.errors.items() if known.pending}

        def write() -> None:
            self._store.finish(attempts.claimed, attempts.number, _outcome(operation, sent, result, pending))

        yield from self._quietly(write)

    def _quietly(self, function: Callable[..., object], *arguments: object) -> Flow[Any, None]:
        """Write what would be good to know, and do not let a failure hide the outcome of the transfer."""
        try:
            yield self._ask(function, *arguments)
        except Exception as error:  # noqa: BLE001 - the caller has to learn the outcome
            logger.error("The outcome could not be written: %s: %s", type(error).__name__, error)

    def _bind(self) -> Flow[Any, None]:
        """Refuse a client that sends elsewhere than those before, whose reads would not find the journal's transfers."""
        if self._store.is_rehearsal is not self._port.is_rehearsal:
            yield self._ask(partial(self._store.bind, is_rehearsal=self._port.is_rehearsal))

    def _ask(self, function: Callable[..., object], *arguments: object) -> Ask:
        """Return the command to use the database, which an event loop is not held up by."""
        question = partial(function, *arguments)
        return Ask(partial(_in_thread, question) if self._port.asynchronous else question)

    def _until(self) -> int:
        return round((time.time() + self._port.deadline + _SPARE) * 1000)


@dataclass(slots=True)
class _Attempts:
    """The attempts of a call that were kept before they left."""

    claimed: Claimed
    number: int
    sent: Sent | None = None


def _known(error: BaseException, call: Call[Any]) -> object:
    """Return what an exception proves of the last attempt that was kept, or `None`."""
    if isinstance(error, (JournalError, LostOwnership)):
        # It was raised in place of a further attempt.
        return call.last
    known = error if isinstance(error, Exception) else error.__cause__
    return known if isinstance(known, (NotExecuted, OutcomeUnknown)) else None


def _outcome(operation: Operation[Any], sent: Sent, result: object, pending: set[int]) -> Outcome:
    """Return what is to be written of how an attempt ended."""
    if isinstance(result, (NotExecuted, OutcomeUnknown)):
        detail: dict[str, object] = {
            "error": type(result).__name__,
            "reason": str(result),
            "status": result.status,
            "code": result.code,
        }
        if isinstance(result, NotExecuted):
            return Outcome("not_executed", detail, sent)
        if result.receipt is None:
            state: State = "pending" if result.code in pending else "unknown"
            kept = replace(sent, code=result.code, transfer_id=result.transfer_id)
            return Outcome(state, detail, kept)
        result = result.receipt
    return Outcome("done", {"receipt": result}, sent, receipt_id(operation, result), to_json(result))


def _kept_receipt(entry: JournalEntry, operation: Operation[Any]) -> Any:
    """Return the receipt of a transfer that was executed."""
    try:
        return None if entry.receipt is None else operation.decoder.decode(to_json(entry.receipt))
    except msgspec.MsgspecError as error:
        kept = f"its receipt, {short_repr(to_json(entry.receipt))}, cannot be read by this release: {error}"
        message = f"The transfer of the key {short_repr(entry.key)} was executed, and is not sent again; {kept}."
        raise JournalError(message, **_context(operation, entry.parameters)) from error


async def _in_thread(question: Callable[[], object]) -> object:
    """Return what a thread returns; however often this is cancelled, only once the thread has ended."""
    # No task, which the end of the event loop would cancel.
    work = asyncio.get_running_loop().run_in_executor(None, question)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([work])
        raise


def _context(operation: Operation[Any], parameters: Mapping[str, object]) -> dict[str, Any]:
    return {"operation": operation.name, "parameters": parameters}


def _other_content(intent: Intent, entry: JournalEntry) -> InvalidRequest:
    was = f"{entry.operation} {to_json(entry.parameters)}"
    problem = f"The key {short_repr(intent.key)} stands for another transfer, {was}; nothing was sent."
    return InvalidRequest((problem,), **_context(intent.operation, intent.parameters))


def _equal(intent: Intent, entry: JournalEntry) -> JournalError:
    why = f"an equal transfer is unresolved under the key {short_repr(entry.key)} ({entry.state})"
    message = f"{intent.operation.name} was not sent: {why}; settle that one first: use its key again, or recover or resolve it."
    return JournalError(message, **_context(intent.operation, intent.parameters))


def _unresolved(entry: JournalEntry, operation: Operation[Any], why: str, verdict: Verdict | None) -> OutcomeUnknown:
    """Return the exception for a transfer that may have been executed, and was not sent again."""
    known: dict[str, Any] = {}
    check, check_zh = operation.when_unknown, operation.when_unknown_zh
    if verdict is not None and verdict.outcome == "undecided" and verdict.ask_again_at is None:
        check += f" No read will tell more. {RESOLVE_ADVICE}"
        check_zh += f"继续查询也不会有更多线索。{RESOLVE_ADVICE_ZH}"
    if entry.sent is not None:
        sent = entry.sent
        known = {"sent_at": sent.sent_at, "recv_window": sent.recv_window, "code": sent.code}
        known |= {"transfer_id": sent.transfer_id, "call_id": sent.call_id}
    return OutcomeUnknown(
        f"The transfer of the key {short_repr(entry.key)} is open, and was not sent again: {why}",
        check=check,
        check_zh=check_zh,
        verdict=verdict,
        attempts=entry.attempts,
        **known,
        **_context(operation, entry.parameters),
    )
