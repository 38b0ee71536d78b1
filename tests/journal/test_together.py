"""Calls at the same time: with one key, or for equal transfers under several keys."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from binance_transfers import (
    OPERATIONS,
    Attempt,
    Client,
    InvalidRequest,
    Journal,
    JournalError,
    NotExecuted,
    NotSent,
    OutcomeUnknown,
)
from binance_transfers._runtime.httpx_client import Exchange
from binance_transfers._runtime.journal import owner
from binance_transfers._runtime.journal.entry import Intent
from binance_transfers._runtime.journal.store import Store
from tests.client.test_fork import in_child

from .binance import CALL, SETTLED, Binance


def states(journal: Journal) -> list[tuple[str, str, int]]:
    return [(entry.key, entry.state, entry.attempts) for entry in journal.entries()]


def test_threads_with_one_key_get_the_receipt_of_one_transfer(
    binance: Binance, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those that wait do so in real time, so that they do not move the clock of the one that sends.
    monkeypatch.undo()
    start = threading.Barrier(4)

    def make(_: int) -> Any:
        with binance.client() as client:
            start.wait()
            return journal.once("a", client.user_universal_transfer, **CALL)

    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(make, range(4)))
    assert (receipts.count(receipts[0]), binance.sent) == (4, 1)


def test_coroutines_with_one_key_get_the_receipt_of_one_transfer(
    binance: Binance, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those that wait do so in real time, so that they do not move the clock of the one that sends.
    monkeypatch.undo()

    async def make() -> list[Any]:
        async with binance.async_client() as client:
            return await asyncio.gather(*(journal.once("a", client.user_universal_transfer, **CALL) for _ in range(4)))

    receipts = asyncio.run(make())
    assert (receipts.count(receipts[0]), binance.sent) == (4, 1)


def claim(journal: Journal, client: Client, owner_name: str, until: int) -> None:
    """Leave a key as a call has it in hand."""
    call = client._port().start(OPERATIONS["user_universal_transfer"], CALL)
    journal._store.claim(Intent.of("a", call.prepared), owner_name, until)


def later() -> int:
    return (time.time_ns() + 10**12) // 10**6


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(owner.new_owner(), id="this process"),
        pytest.param("elsewhere/1/token/call", id="another machine"),
        pytest.param(f"{socket.gethostname()}/1/token/call", id="another process"),
    ],
)
def test_what_another_call_has_in_hand_is_unknown_at_the_deadline(
    binance: Binance, journal: Journal, name: str
) -> None:
    with binance.client(deadline=0.05) as client:
        claim(journal, client, name, later())
        with pytest.raises(OutcomeUnknown) as caught:
            journal.once("a", client.user_universal_transfer, **CALL)
    assert str(caught.value).startswith(
        "The transfer of the key 'a' is open, and was not sent again: "
        "another call carries it out, and has not ended before the deadline. Look for it "
    )
    assert binance.sent == 0


@pytest.mark.parametrize(
    ("name", "lasts"),
    [
        pytest.param(f"{socket.gethostname()}/{os.getpid()}/earlier/call", True, id="a process with the same number"),
        pytest.param(f"{socket.gethostname()}/{2**22 + 1}/token/call", True, id="a process that is gone"),
        pytest.param("elsewhere/1/token/call", False, id="another machine"),
    ],
)
def test_what_a_dead_process_had_in_hand_is_taken_over(
    binance: Binance, journal: Journal, name: str, *, lasts: bool
) -> None:
    with binance.client() as client:
        claim(journal, client, name, later() if lasts else 0)
        journal.once("a", client.user_universal_transfer, **CALL)
    assert (binance.sent, states(journal)) == (1, [("a", "done", 1)])


def test_a_call_whose_end_could_not_be_written_is_found_out_at_once(
    binance: Binance, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is locked, say, from the request until long after the response."""

    def refuse(*_: object) -> None:
        raise JournalError("The journal cannot be used: database is locked.")

    with binance.client() as client:
        with monkeypatch.context() as patched:
            patched.setattr(Store, "finish", refuse)
            patched.setattr(Store, "release", refuse)
            receipt = journal.once("a", client.user_universal_transfer, **CALL)
        assert states(journal) == [("a", "sending", 1)]
        assert journal.once("a", client.user_universal_transfer, **CALL) == receipt
    assert (binance.sent, states(journal)) == (1, [("a", "done", 1)])


def test_a_call_that_was_taken_over_begins_no_attempt(
    binance: Binance, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipts = []
    original = Store.begin_attempt

    def begin_attempt(store: Store, *arguments: Any) -> None:
        """Stand still, as a process does that is stopped, until another one has done the work."""
        with pytest.MonkeyPatch.context() as patched, binance.client() as other:
            patched.setattr(Store, "begin_attempt", original)
            patched.setattr("binance_transfers._runtime.journal.store.may_run", lambda _: False)
            receipts.append(journal.once("a", other.user_universal_transfer, **CALL))
        original(store, *arguments)

    monkeypatch.setattr(Store, "begin_attempt", begin_attempt)
    with binance.client() as client:
        receipts.append(journal.once("a", client.user_universal_transfer, **CALL))
    assert (receipts[0] == receipts[1], binance.sent, states(journal)) == (True, 1, [("a", "done", 1)])


@pytest.mark.parametrize("settled", [False, True])
def test_a_response_that_comes_after_its_call_was_taken_over(
    binance: Binance, journal: Journal, *, settled: bool
) -> None:
    results: list[Any] = []

    def take_over(_: Attempt) -> None:
        with pytest.MonkeyPatch.context() as patched, binance.client() as other:
            patched.setattr("binance_transfers._runtime.journal.store.may_run", lambda _: False)
            binance.sandbox.lag = 0 if settled else 10_000
            try:
                results.append(journal.once("a", other.user_universal_transfer, **CALL))
            except OutcomeUnknown as error:
                results.append(error.verdict and error.verdict.outcome)

    with binance.client(on_attempt=take_over) as client:
        receipt = journal.once("a", client.user_universal_transfer, **CALL)
    assert results == [receipt if settled else "undecided"]
    assert (binance.sent, states(journal)) == (1, [("a", "done", 1)])


def test_an_equal_transfer_waits_for_one_that_is_unresolved(binance: Binance, location: str) -> None:
    with Journal(location, equal="wait") as journal, binance.client() as client:
        binance.sandbox.inject("lost", executed=True)
        with pytest.raises(OutcomeUnknown):
            journal.once("a", client.user_universal_transfer, **CALL)
        binance.on_sleep = lambda: journal.recover(client)
        second = journal.once("b", client.user_universal_transfer, **CALL)
        assert second != journal.once("a", client.user_universal_transfer, **CALL)
    assert (binance.moved, len(binance.slept)) == (2, 1)


def test_an_equal_transfer_waits_no_longer_than_the_deadline(binance: Binance, location: str) -> None:
    with Journal(location, equal="wait") as journal, binance.client() as client:
        binance.sandbox.inject("lost", executed=True)
        with pytest.raises(OutcomeUnknown):
            journal.once("a", client.user_universal_transfer, **CALL)
        with pytest.raises(
            JournalError,
            match="under the key 'a' .unknown.; settle that one first: use its key again, or recover or resolve it.$",
        ):
            journal.once("b", client.with_options(deadline=0.05).user_universal_transfer, **CALL)


def test_accounts_have_keys_of_their_own(binance: Binance, location: str) -> None:
    with Journal(location) as one, Journal(location, account="b") as two, binance.client() as client:
        for journal in (one, two, one):
            journal.once("a", client.user_universal_transfer, **CALL)
        assert (binance.moved, states(one), states(two)) == (2, [("a", "done", 1)], [("a", "done", 1)])


@pytest.mark.parametrize("when", ["written", "sent"])
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interruption_leaves_what_it_proves(
    binance: Binance, journal: Journal, when: str, interruption: type[BaseException]
) -> None:
    def interrupt(*arguments: Any) -> None:
        if when == "written":
            begin(*arguments)
        raise interruption

    begin = Store.begin_attempt
    with binance.client() as client, pytest.MonkeyPatch.context() as patched:
        if when == "written":
            patched.setattr(Store, "begin_attempt", interrupt)
        else:
            patched.setattr(Exchange, "perform", interrupt)
        with pytest.raises(interruption):
            journal.once("a", client.user_universal_transfer, **CALL)
    (entry,) = journal.entries()
    # What was written and not sent is known here only to the flow; the next call finds it out.
    assert entry.state in ("sending", "unknown", "not_executed")
    binance.clock.now += SETTLED
    with binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert binance.moved == 1


def test_a_cancelled_call_gives_its_key_back(binance: Binance, journal: Journal) -> None:
    async def cancel() -> Any:
        async with binance.async_client() as client:
            task = asyncio.ensure_future(journal.once("a", client.user_universal_transfer, **CALL))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await journal.once("a", client.user_universal_transfer, **CALL)

    receipt = asyncio.run(cancel())
    assert (binance.moved, receipt.tran_id) == (1, binance.sandbox.entries[-1].id)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_process_uses_a_connection_of_its_own(binance: Binance, journal: Journal) -> None:
    with binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
        assert in_child(lambda: (journal.once("b", client.user_universal_transfer, **CALL), states(journal))[1]) == str(
            [("a", "done", 1), ("b", "done", 1)]
        )
        journal.once("c", client.user_universal_transfer, **CALL)
    assert states(journal) == [("a", "done", 1), ("b", "done", 1), ("c", "done", 1)]


@pytest.mark.parametrize("key", ["", " ", "\n\t", "a" * 201, "a\0", "a\ud800", None, 5])
def test_a_key_that_cannot_be_used(binance: Binance, journal: Journal, key: Any) -> None:
    with binance.client() as client, pytest.raises(InvalidRequest) as caught:
        journal.once(key, client.user_universal_transfer, **CALL)
    assert str(caught.value).startswith("key is ")
    assert str(caught.value).endswith(
        "; it must be text of 1 to 200 characters, without spaces at its ends and without invisible characters."
    )


def test_a_method_that_cannot_be_made_once(binance: Binance, journal: Journal) -> None:
    with binance.client() as client:
        with pytest.raises(InvalidRequest) as caught:
            journal.once("a", client.system_status)
        assert str(caught.value) == (
            "system_status cannot be made once: it moves no funds, or nothing confirms it; allowed: "
            "fund_collection_by_asset, fund_auto_collection, user_universal_transfer, margin_transfer_for_sub_account."
        )
        with pytest.raises(InvalidRequest) as caught:
            journal.once("a", len, "a")
        assert str(caught.value) == (
            "<built-in function len> is no method of a client; give one, such as client.user_universal_transfer."
        )
        with pytest.raises(TypeError, match="missing a required (keyword-only )?argument: 'type'"):
            journal.once("a", client.user_universal_transfer)  # type: ignore[call-overload]
    assert binance.sent == 0


@pytest.mark.parametrize("kind", ["lost", "refuse"])
def test_a_read_that_fails_proves_nothing_about_the_transfer(binance: Binance, journal: Journal, kind: Any) -> None:
    binance.sandbox.inject("lost", executed=True)
    read = "query_user_universal_transfer_history"
    with binance.client() as client, pytest.raises(OutcomeUnknown):
        journal.once("a", client.user_universal_transfer, **CALL)
    with binance.client() as client:
        binance.sandbox.inject(kind, operation=read, code=-1003 if kind == "refuse" else None)
        with pytest.raises(OutcomeUnknown, match="a read that would tell failed: ") as caught:
            journal.once("a", client.user_universal_transfer, **CALL)
        assert isinstance(caught.value.__cause__, NotExecuted)
    with binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert binance.moved == 1


def test_a_transfer_without_budget_stays_an_intent(binance: Binance, journal: Journal) -> None:
    with binance.client() as client:
        client.close()
        with pytest.raises(NotSent):
            journal.once("a", client.user_universal_transfer, **CALL)
    assert states(journal) == [("a", "intent", 0)]
