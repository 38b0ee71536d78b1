"""What could make a journal send twice, report what is not so, stand still, or lose an entry."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from binance_transfers import (
    Attempt,
    BinanceError,
    Client,
    InvalidRequest,
    Journal,
    JournalEntry,
    JournalError,
    MemoryLimiter,
    NotExecuted,
    OutcomeUnknown,
    RetryPolicy,
    Unlisted,
)
from binance_transfers._runtime.journal.store import Store
from binance_transfers._runtime.reconcile import Reconciler

from .binance import CALL, SETTLED, Binance, Caller

TRANSFER = "user_universal_transfer"


def entry_of(journal: Journal, key: str = "a") -> JournalEntry:
    return next(entry for entry in journal.entries() if entry.key == key)


def change(journal: Journal, statement: str, **values: object) -> None:
    """Change the database behind the journal's back."""
    with journal._store._engine.begin() as connection:
        connection.execute(text(statement), values)


@contextmanager
def dead_owners() -> Iterator[None]:
    """Have every owner taken for dead, as those are that stand still longer than their lease."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("binance_transfers._runtime.journal.store.may_run", lambda _: False)
        yield


@contextmanager
def once_before(owner: type, name: str, action: Callable[[], object]) -> Iterator[None]:
    """Let something happen before a function, the first time."""
    original, actions = getattr(owner, name), [action]

    def function(*arguments: Any) -> Any:
        if actions:
            actions.pop()()
        return original(*arguments)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, name, function)
        yield


def lose(binance: Binance, journal: Journal, key: str, name: str = TRANSFER, *, executed: bool, **call: Any) -> None:
    """Make a transfer whose response is lost, in a process of its own."""
    binance.sandbox.inject("lost", operation=name, executed=executed)
    with binance.client() as client, pytest.raises(OutcomeUnknown):
        journal.once(key, getattr(client, name), **(call or CALL))


def test_a_verdict_on_old_evidence_does_not_replace_what_binance_answered_since(
    binance: Binance, journal: Journal
) -> None:
    binance.sandbox.inject("pending", operation=TRANSFER, seconds=300)
    binance.sandbox.lag = 10**9
    answered, may_return = threading.Event(), threading.Event()

    def stand_still(_: Attempt) -> None:
        answered.set()
        may_return.wait()

    def send() -> None:
        with binance.client(on_attempt=stand_still) as client, pytest.raises(OutcomeUnknown):
            journal.once("a", client.user_universal_transfer, **CALL)

    def go_on() -> None:
        may_return.set()
        sender.join()

    sender = threading.Thread(target=send)
    sender.start()
    answered.wait()
    takes_over = once_before(Store, "claimed_ids", go_on)
    with binance.client() as client, dead_owners(), takes_over, pytest.raises(OutcomeUnknown):
        journal.once("a", client.user_universal_transfer, **CALL)
    binance.clock.now += 2 * SETTLED
    with binance.client() as client, pytest.raises(OutcomeUnknown) as caught:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert caught.value.verdict is not None
    assert (caught.value.verdict.outcome, caught.value.code, binance.sent) == ("pending", -5012, 1)


@pytest.mark.parametrize("accepted", [False, True])
def test_a_response_that_comes_after_a_wrong_verdict_is_kept_and_nothing_is_sent_again(
    binance: Binance, journal: Journal, *, accepted: bool
) -> None:
    """The history can show a transfer later than the spec's time for it."""
    results: list[Any] = []
    if accepted:
        binance.sandbox.inject("pending", operation=TRANSFER, seconds=300)

    def finish() -> None:
        may_finish.set()
        sender.join()

    def stand_still(_: Attempt) -> None:
        sent.set()
        may_finish.wait()

    def once(**settings: Any) -> None:
        try:
            with binance.client(**settings) as client:
                results.append(journal.once("a", client.user_universal_transfer, **CALL))
        except OutcomeUnknown as error:
            results.append(error.code)

    sent, may_finish = threading.Event(), threading.Event()
    sender = threading.Thread(target=once, kwargs={"on_attempt": stand_still})
    sender.start()
    sent.wait()
    binance.clock.now += SETTLED
    binance.sandbox.lag = 10**9
    with dead_owners(), once_before(Store, "begin_attempt", finish):
        once()
    assert (results[0] == results[1], binance.sent) == (True, 1)
    assert (entry_of(journal).state, results[0] == -5012) == ("pending" if accepted else "done", accepted)


def test_an_attempt_is_exported_with_the_id_of_its_receipt(binance: Binance, journal: Journal) -> None:
    with binance.client() as client:
        receipt = journal.once("a", client.user_universal_transfer, **CALL)
    (line,) = map(json.loads, journal.export())
    assert line["events"][-1]["receipt"] == {"tranId": receipt and receipt.tran_id}


def test_two_entries_never_have_one_transfer(binance: Binance, journal: Journal) -> None:
    """Whatever left two equal ones open, and settles them at the same time."""
    lose(binance, journal, "a", executed=True)
    state = "UPDATE binance_transfers_entries SET state = :state WHERE key = 'a'"
    change(journal, state, state="not_executed")
    lose(binance, journal, "b", executed=False)
    change(journal, state, state="unknown")

    def settle_other() -> None:
        with binance.client() as client:
            journal.once("b", client.user_universal_transfer, **CALL)

    with binance.client() as client, once_before(Store, "keep_verdict", settle_other), pytest.raises(OutcomeUnknown):
        journal.once("a", client.user_universal_transfer, **CALL)
    binance.clock.now += SETTLED
    with binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    ids = [entry.transfer_id for entry in journal.entries()]
    assert (len({*ids}), binance.moved, [entry.state for entry in journal.entries()]) == (2, 2, ["done"] * 2)


@pytest.mark.parametrize("when", ["under way before", "stamped by a slow clock", "while it is read"])
def test_balances_prove_nothing_where_another_entry_may_have_changed_them(
    binance: Binance, journal: Journal, when: str
) -> None:
    """A transfer of all that the collection would move looks as the collection would."""
    move: dict[str, Any] = {"type": "UMFUTURE_MARGIN", "asset": "USDT", "amount": 10}

    def move_the_same() -> None:
        with binance.client() as client:
            journal.once("b", client.user_universal_transfer, **move)

    if when == "under way before":
        binance.sandbox.inject("pending", operation=TRANSFER, seconds=5)
        with pytest.raises(OutcomeUnknown):
            move_the_same()
        binance.clock.now += 2_000
    lose(binance, journal, "a", "fund_collection_by_asset", executed=False, asset="USDT")
    binance.clock.now += 10_000
    if when != "while it is read":
        move_the_same()
    if when == "stamped by a slow clock":
        change(journal, "UPDATE binance_transfers_entries SET sent_at = sent_at - 30000 WHERE key = 'b'")
    action = move_the_same if when == "while it is read" else bool
    meanwhile = once_before(Reconciler, "_balances", action)
    with binance.client() as client, meanwhile, pytest.raises(OutcomeUnknown) as caught:
        journal.once("a", client.fund_collection_by_asset, asset="USDT")
    assert caught.value.verdict is not None
    assert caught.value.verdict.reason == "Another transfer of the journal touches the same wallets."


@pytest.mark.parametrize("failure", ["refuse", "no_connection", "rate_limit", "server_error"])
def test_recovering_where_a_read_fails_never_says_that_nothing_was_executed(
    binance: Binance, journal: Journal, failure: Any
) -> None:
    lose(binance, journal, "a", executed=True)
    code = -1121 if failure == "refuse" else None
    binance.sandbox.inject(failure, operation="query_user_universal_transfer_history", times=9, code=code)
    with binance.client() as client, pytest.raises(OutcomeUnknown) as caught:
        journal.recover(client)
    assert str(caught.value).startswith(
        "The transfer of the key 'a' is open, and was not sent again: a read that would tell failed: "
    )
    assert isinstance(caught.value.__cause__, NotExecuted)
    assert entry_of(journal, "a").is_open


@pytest.mark.parametrize("problem", ["operation", "read"])
def test_an_entry_that_cannot_be_settled_does_not_keep_others_open(
    binance: Binance, journal: Journal, problem: str
) -> None:
    lose(binance, journal, "a", executed=True)
    lose(binance, journal, "b", executed=True, **{**CALL, "amount": 5})
    if problem == "operation":
        change(journal, "UPDATE binance_transfers_entries SET operation = 'gone' WHERE key = 'a'")
        change(
            journal,
            "UPDATE binance_transfers_entries SET sent = replace(sent, :name, 'gone') WHERE key = 'a'",
            name=TRANSFER,
        )
    else:
        binance.sandbox.inject("refuse", operation="query_user_universal_transfer_history", code=-1121)
    with binance.client() as client, pytest.raises(BinanceError) as caught:
        journal.recover(client)
    assert isinstance(caught.value, InvalidRequest if problem == "operation" else OutcomeUnknown)
    assert caught.value.__notes__ == ["Nothing was found out about 'a'; the others were settled."]
    assert (entry_of(journal, "a").state, entry_of(journal, "b").state) == ("unknown", "done")


def test_a_call_that_slept_while_an_equal_one_was_sent_does_not_join_it(binance: Binance, journal: Journal) -> None:
    def overtake() -> None:
        with dead_owners():
            lose(binance, journal, "b", executed=True)

    meanwhile = once_before(Store, "begin_attempt", overtake)
    with binance.client() as client, meanwhile, pytest.raises(JournalError) as caught:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert str(caught.value).endswith(
        "an equal transfer is unresolved under the key 'b' (unknown); settle that one first: use its key again, or recover or resolve it."
    )
    assert (entry_of(journal, "a").state, binance.sent) == ("intent", 1)


def test_an_entry_is_not_kept_by_whoever_had_a_wrong_clock(binance: Binance, journal: Journal) -> None:
    lose(binance, journal, "a", executed=True)
    statement = "UPDATE binance_transfers_entries SET owner = 'elsewhere/1/token/call', owned_until = :until"
    change(journal, statement, until=4_102_444_800_000)
    with binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert (entry_of(journal).state, binance.moved) == ("done", 1)


def test_a_receipt_that_this_release_cannot_read_is_reported_and_nothing_is_sent(
    binance: Binance, journal: Journal
) -> None:
    with binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
        change(journal, "UPDATE binance_transfers_entries SET receipt = :receipt", receipt='{"id":5}')
        with pytest.raises(JournalError) as caught:
            journal.once("a", client.user_universal_transfer, **CALL)
    assert str(caught.value) == (
        "The transfer of the key 'a' was executed, and is not sent again; its receipt, '{\"id\":5}', cannot be read by "
        "this release: Object missing required field `tranId`."
    )
    assert binance.sent == 1


@pytest.mark.parametrize("column", ["parameters", "sent", "verdict", "receipt"])
def test_an_entry_that_cannot_be_read_is_an_error_of_the_journal(
    binance: Binance, journal: Journal, column: str
) -> None:
    with binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
        change(journal, f"UPDATE binance_transfers_entries SET {column} = '{{'")  # noqa: S608 - a column of above
        for use in (lambda: journal.once("a", client.user_universal_transfer, **CALL), lambda: [*journal.entries()]):
            with pytest.raises(
                JournalError, match=r"cannot be used: an entry cannot be read: Input data was truncated.$"
            ):
                use()
    assert binance.sent == 1


@pytest.mark.parametrize("ends", ["cancelled twice", "with its event loop"])
def test_a_call_that_is_cancelled_while_the_database_works_keeps_nothing_in_hand(
    binance: Binance, journal: Journal, ends: str
) -> None:
    original, is_claiming, may_claim = Store.claim, threading.Event(), threading.Event()

    def claim(*arguments: Any) -> Any:
        is_claiming.set()
        may_claim.wait()
        return original(*arguments)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        client = binance.async_client()
        task = asyncio.ensure_future(journal.once("a", client.user_universal_transfer, **CALL))
        await loop.run_in_executor(None, is_claiming.wait)
        if ends == "with its event loop":
            loop.call_soon(loop.call_soon, may_claim.set)
            return
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
        may_claim.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Store, "claim", claim)
        asyncio.run(run())
    with binance.client(deadline=0.1) as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert binance.moved == 1


def test_a_method_that_a_program_replaced_is_refused_as_its_own_checks_would_be_skipped(
    binance: Binance, journal: Journal
) -> None:
    class Careful(Client):
        def user_universal_transfer(self, **arguments: Any) -> Any:
            raise AssertionError(arguments)

    sandbox = binance.sandbox
    client = Careful(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=binance.clock)
    with client, pytest.raises(InvalidRequest) as caught:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert str(caught.value) == (
        "Careful.user_universal_transfer is not the package's own, and a journal would not run it; do its work before once."
    )
    assert binance.sent == 0


def test_no_secret_that_binance_repeats_reaches_the_journal(tmp_path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        body = {"code": -1102, "msg": f"{request.url.query.decode()} {request.headers['X-MBX-APIKEY']}"}
        return httpx.Response(400, json=body, headers={"X-Echo": request.headers["X-MBX-APIKEY"]})

    key, secret = "an-api-key-of-some-length", "a-secret-of-some-length"
    mock = httpx.MockTransport(respond)
    with Client(key, secret, transport=mock) as client, Journal(tmp_path / "a") as journal, pytest.raises(NotExecuted):
        journal.once("a", client.user_universal_transfer, **CALL)
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"ParameterRejected" in written
    assert key.encode() not in written
    assert secret.encode() not in written
    assert not re.search(rb"signature=[0-9a-f]{8}", written)


@pytest.mark.parametrize("executed", [True, False])
def test_a_person_settles_what_no_read_can(binance: Binance, journal: Journal, *, executed: bool) -> None:
    """Without it, one collection that stays undecided would keep every equal one from being sent for ever."""
    lose(binance, journal, "a", "fund_auto_collection", executed=False, recv_window=5000)
    binance.clock.now += SETTLED
    with binance.client() as client:
        with pytest.raises(OutcomeUnknown, match="write what you found with the journal's resolve.$") as caught:
            journal.once("a", client.fund_auto_collection)
        assert caught.value.check_zh == (
            "该调用不返回可供查询的 ID，请将合约账户与杠杆账户的余额与调用前对比。"
            "继续查询也不会有更多线索。请自行核对，并用划转日志的 resolve 记下结果。"
        )
        with pytest.raises(JournalError, match="settle that one first"):
            journal.once("b", client.fund_auto_collection)
        assert journal.resolve("a", executed=executed) == entry_of(journal)
        assert entry_of(journal).state == ("done" if executed else "not_executed")
        again = journal.once("a", client.fund_auto_collection)
        assert (again is None) == executed
        journal.once("b", client.fund_auto_collection)
    assert binance.sent == (2 if executed else 3)


def test_what_a_person_cannot_settle(binance: Binance, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(JournalError) as caught:
        journal.resolve("a", executed=True)
    assert str(caught.value) == ("The key 'a' cannot be resolved: it has no open transfer, or a call carries it out.")
    lose(binance, journal, "a", executed=True)
    monkeypatch.setattr("time.time_ns", lambda: binance.clock.now * 1_000_000)
    with pytest.raises(JournalError) as caught:
        journal.resolve("a", executed=False)
    assert str(caught.value) == (
        "The key 'a' cannot be resolved: its transfer may still be executed; look once more a minute after it was sent."
    )
    assert journal.resolve("a", executed=True).state == "done"


class NoBudget(MemoryLimiter):
    """A limiter that lets nothing through."""

    def reserve(self, operation: Any, now: int) -> float:  # noqa: ARG002 - as the protocol has it
        return 1e9


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("name", ["finish", "release"])
def test_whatever_keeps_an_outcome_from_being_written_does_not_hide_it(
    binance: Binance, journal: Journal, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Executor shutdown has been called")

    monkeypatch.setattr(Store, name, fail)
    caller = Caller(binance, kind)
    assert caller.once(journal, "a").tran_id == binance.sandbox.entries[-1].id
    binance.sandbox.inject("lost", executed=True)
    with pytest.raises(OutcomeUnknown, match="no response was read"):
        caller.once(journal, "b", **{**CALL, "amount": 5})


@pytest.mark.parametrize(
    "spelling",
    [
        {"amount": Decimal("4E+0")},
        {"amount": 4},
        {"amount": "4.000"},
        {"type": "MAIN_FUNDING"},
        {"type": Unlisted("MAIN_FUNDING")},
        {"from_symbol": None},
        {"recv_window": 60_000},
    ],
    ids=repr,
)
def test_another_spelling_is_the_same_transfer(binance: Binance, journal: Journal, spelling: dict[str, Any]) -> None:
    caller = Caller(binance, "sync")
    assert caller.once(journal, "a", **{**CALL, **spelling}) == caller.once(journal, "a")
    lose(binance, journal, "b", executed=True, **{**CALL, **spelling})
    with pytest.raises(JournalError, match="an equal transfer is unresolved"):
        caller.once(journal, "c")


@pytest.mark.parametrize("settings", [{"deadline": 1e-9}, {"limiter": NoBudget()}], ids=["no time", "no budget"])
def test_a_call_that_never_leaves_keeps_nothing_in_hand(
    binance: Binance, journal: Journal, settings: dict[str, Any]
) -> None:
    with pytest.raises(NotExecuted):
        Caller(binance, "sync", **settings).once(journal, "a")
    assert (entry_of(journal).is_open, binance.sent) == (False, 0)
    Caller(binance, "sync").once(journal, "a")
    assert binance.moved == 1


def test_each_attempt_has_ended_when_the_next_one_begins(binance: Binance, journal: Journal) -> None:
    binance.sandbox.inject("clock", operation=TRANSFER, times=2)
    Caller(binance, "sync", retry=RetryPolicy(attempts=3)).once(journal, "a")
    (line,) = map(json.loads, journal.export())
    assert [event["kind"] for event in line["events"]] == ["intent", "attempt", "attempt", "attempt", "outcome"]
    assert (line["entry"]["attempts"], binance.moved, binance.sent) == (3, 1, 3)
