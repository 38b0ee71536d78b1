"""What became of a transfer that a history lists: verdicts, with either client."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from binance_transfers import NotExecuted, Sent, UniversalTransferReceipt, Verdict
from binance_transfers._runtime import own_calls

from .reconciling import CALL, NOW, SENT, UNTIL, Binance, User, lost, outcome

EXECUTED = "executed", "The history lists the transfer as executed."
EARLY = "undecided", "The history lists no execution of the transfer, and it is too early for that to count."
PASSED = "and the time in which it could be executed and become visible has passed."
ABSENT = "not_executed", f"The history lists no execution of the transfer, {PASSED}"
PENDING = "pending", "The history lists the transfer as under way."


class Interruption(BaseException):
    """Comes while a transfer is on its way."""


def test_an_executed_transfer_is_found_with_its_receipt(user: User, binance: Binance) -> None:
    verdict = user.reconcile(lost(user, binance, 7))
    assert outcome(verdict) == EXECUTED
    assert verdict.receipt == UniversalTransferReceipt(tran_id=7)
    assert [row["tranId"] for row in verdict.evidence] == [7]
    assert verdict.ask_again_at is None


def test_absence_counts_after_the_window_and_is_read_twice(user: User, binance: Binance) -> None:
    error = lost(user, binance)
    early = user.reconcile(error)
    assert outcome(early) == EARLY
    assert early.ask_again_at == NOW + UNTIL
    binance.time.now = early.ask_again_at - 100
    assert outcome(user.reconcile(error)) == EARLY
    binance.requests.clear()
    binance.time.now = early.ask_again_at
    assert outcome(user.reconcile(error)) == ABSENT
    assert binance.time.slept == [1.0]
    assert binance.paths == ["time", "transfer"] * 2


def test_a_transfer_that_shows_between_the_two_readings_is_executed(user: User, binance: Binance) -> None:
    error = lost(user, binance)
    late = binance.row(7, after=4_900)
    binance.rows.clear()
    binance.time.now += UNTIL

    def show(_: int) -> None:
        if binance.time.slept:
            binance.rows[:] = [late]

    binance.on_history = show
    assert outcome(user.reconcile(error)) == EXECUTED


def test_of_two_equal_steps_the_second_was_lost_and_not_executed(user: User, binance: Binance) -> None:
    binance.transfers.append(binance.done(7))
    assert user.user_universal_transfer(**CALL).tran_id == 7
    binance.time.now += 100
    error = lost(user, binance)
    binance.time.now += UNTIL
    assert outcome(user.reconcile(error)) == ABSENT


UNKNOWN_OTHERS = (
    "An equal transfer is listed, and this client did not make the call: give exclude, the ids of other transfers, "
    "[] if there are none."
)


@pytest.mark.parametrize("excluded", [[7], ["7"], (7, 8)])
def test_another_process_needs_the_ids_that_the_first_one_knows(
    another: Callable[[], User], binance: Binance, excluded: Any
) -> None:
    first, second = another(), another()
    binance.transfers.append(binance.done(7))
    first.user_universal_transfer(**CALL)
    error = pickle.loads(pickle.dumps(lost(first, binance)))  # noqa: S301 - our own bytes
    sent = pickle.loads(pickle.dumps(Sent.of(error)))  # noqa: S301 - our own bytes
    binance.time.now += UNTIL
    for unknown in (error, sent):
        assert outcome(second.reconcile(unknown)) == ("undecided", UNKNOWN_OTHERS)
        assert outcome(second.reconcile(unknown, exclude=[])) == EXECUTED
        assert outcome(second.reconcile(unknown, exclude=excluded)) == ABSENT
        assert outcome(first.reconcile(unknown)) == ABSENT


def test_another_process_does_not_take_an_earlier_equal_transfer_for_this_one(
    another: Callable[[], User], binance: Binance
) -> None:
    first, second = another(), another()
    error = lost(first, binance)
    binance.row(7, after=0)
    assert outcome(second.reconcile(error)) == ("undecided", UNKNOWN_OTHERS)
    assert outcome(first.reconcile(error)) == EXECUTED


def test_another_process_takes_one_row_for_one_call_only(another: Callable[[], User], binance: Binance) -> None:
    first, second = another(), another()
    errors = [lost(first, binance, 7), lost(first, binance)]
    binance.time.now += UNTIL
    assert [second.reconcile(error, exclude=[]).outcome for error in errors * 2] == ["executed", "not_executed"] * 2


def test_a_call_that_is_on_its_way_is_a_rival_before_its_response(binance: Binance, runner: asyncio.Runner) -> None:
    user = User(binance, asynchronous=False, runner=runner)
    error = lost(user, binance, 7)
    verdicts: list[Verdict] = []

    def answer() -> httpx.Response:
        verdicts.append(user.reconcile(error))
        return httpx.Response(400, json={"code": -5002, "msg": "m"})

    binance.transfers.append(answer)
    with pytest.raises(NotExecuted):
        user.user_universal_transfer(**CALL)
    reason = "The history lists 1 row for 2 equal calls with an unknown outcome."
    assert outcome(verdicts[0]) == ("undecided", reason)
    assert outcome(user.reconcile(error)) == EXECUTED


def test_a_transfer_that_was_interrupted_is_a_rival_and_one_that_was_not_executed_is_none(
    user: User, binance: Binance
) -> None:
    def interrupt() -> httpx.Response:
        raise Interruption

    error = lost(user, binance, 7)
    binance.transfers.append(lambda: httpx.Response(400, json={"code": -5002, "msg": "m"}))
    with pytest.raises(NotExecuted):
        user.user_universal_transfer(**CALL)
    assert outcome(user.reconcile(error)) == EXECUTED
    binance.transfers.append(interrupt)
    with pytest.raises(Interruption):
        user.user_universal_transfer(**CALL)
    second = lost(user, binance, 9)
    reason = "The history lists 1 row for 2 equal calls with an unknown outcome."
    assert outcome(user.reconcile(second)) == ("undecided", reason)


def test_the_memory_of_a_client_is_bounded(user: User, binance: Binance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_calls, "_REMEMBERED", 2)
    user.client._own_calls = own_calls.OwnCalls()
    errors = [lost(user, binance) for _ in range(3)]
    assert len(list(user.client._own_calls)) == 2
    binance.row(7, after=0)
    assert outcome(user.reconcile(errors[0])) == ("undecided", UNKNOWN_OTHERS)


def test_a_row_from_before_the_call_is_neither_the_transfer_nor_its_absence(user: User, binance: Binance) -> None:
    binance.row(7, after=-900)
    error = lost(user, binance)
    assert outcome(user.reconcile(error)) == EARLY
    binance.time.now += UNTIL
    reason = "An equal transfer is listed, which may have been made just before this one was sent."
    assert outcome(user.reconcile(error)) == ("undecided", reason)
    assert outcome(user.reconcile(error, exclude=[7])) == ABSENT


@pytest.mark.parametrize(
    "change",
    [
        {"asset": "BTC"},
        {"amount": "1.49"},
        {"type": "MAIN_MARGIN"},
        {"timestamp": NOW - 5_000},
        {"timestamp": NOW + UNTIL + 600_001},
    ],
)
def test_other_transfers_are_no_candidates(user: User, binance: Binance, change: dict[str, Any]) -> None:
    error = lost(user, binance)
    binance.row(7, **change)
    binance.time.now += UNTIL
    assert outcome(user.reconcile(error)) == ABSENT


def test_a_pending_transfer_is_confirmed_later(user: User, binance: Binance) -> None:
    error = lost(user, binance, 7, "PENDING")
    verdict = user.reconcile(error)
    assert outcome(verdict) == PENDING
    assert verdict.ask_again_at == binance.time.now + 10_000
    binance.rows[0]["status"] = "CONFIRMED"
    assert outcome(user.reconcile(error)) == EXECUTED


def test_a_failed_transfer_was_not_executed(user: User, binance: Binance) -> None:
    error = lost(user, binance, 7, "FAILED")
    assert outcome(user.reconcile(error)) == EARLY
    binance.time.now += UNTIL
    verdict = user.reconcile(error)
    assert outcome(verdict) == ("not_executed", f"The history lists the transfer as failed, {PASSED}")
    assert [row["tranId"] for row in verdict.evidence] == [7]


@pytest.mark.parametrize("status", ["REVERSED", "", "confirmed"])
def test_a_status_that_is_not_known_proves_nothing(user: User, binance: Binance, status: str) -> None:
    error = lost(user, binance, 7, status)
    binance.time.now += UNTIL
    reason = f"A row that may be the transfer has the status {status!r}, whose meaning is not known."
    assert outcome(user.reconcile(error)) == ("undecided", reason)


def test_two_candidates_for_one_call_prove_nothing(user: User, binance: Binance) -> None:
    error = lost(user, binance, 7)
    binance.row(8, after=200)
    reason = "The history lists 2 rows for 1 equal call with an unknown outcome."
    assert outcome(user.reconcile(error)) == ("undecided", reason)
    assert user.reconcile(error, exclude=[8]).receipt.tran_id == 7


@pytest.mark.parametrize("ahead", [0, 900])
@pytest.mark.parametrize("after", [-900, 0, 1])
def test_a_later_equal_call_is_a_rival_where_its_row_may_lie_in_the_window(
    user: User, binance: Binance, ahead: int, after: int
) -> None:
    """A timestamp may be ahead of the time at which Binance executes the call."""
    binance.time.off = ahead
    error = lost(user, binance)
    binance.time.now += UNTIL + after

    def answer() -> httpx.Response:
        binance.row(7, after=0)
        return binance.lost()

    binance.transfers.append(answer)
    user.unknown()
    binance.time.now += UNTIL
    assert user.reconcile(error).outcome != "executed"


def test_equal_calls_share_the_rows_only_where_all_were_executed(user: User, binance: Binance) -> None:
    first = lost(user, binance, 7)
    binance.time.now += 100
    second = lost(user, binance)
    reason = "The history lists 1 row for 2 equal calls with an unknown outcome."
    assert outcome(user.reconcile(first)) == ("undecided", reason)
    binance.row(8)
    assert outcome(user.reconcile(second)) == ("undecided", reason)
    assert user.reconcile(first).receipt.tran_id == 7
    assert user.reconcile(second).receipt.tran_id == 8
    assert user.reconcile(first).receipt.tran_id == 7


def test_a_verdict_claims_its_id_for_the_verdicts_on_other_calls(user: User, binance: Binance) -> None:
    first = lost(user, binance, 7)
    assert outcome(user.reconcile(first)) == EXECUTED
    second = lost(user, binance)
    binance.time.now += UNTIL
    assert outcome(user.reconcile(second)) == ABSENT


@pytest.mark.parametrize("status", [400, 200])
def test_a_transfer_that_binance_accepted_is_pending_until_it_is_listed(
    user: User, binance: Binance, status: int
) -> None:
    binance.transfers.append(lambda: httpx.Response(status, json={"code": -5012, "msg": "m"}))
    error = user.unknown()
    accepted = "pending", "Binance accepted the transfer, and the history does not list it yet."
    assert outcome(user.reconcile(error)) == accepted
    binance.time.now += 2 * UNTIL
    assert outcome(user.reconcile(error)) == accepted


def test_a_transfer_that_binance_accepted_and_that_failed_was_not_executed(user: User, binance: Binance) -> None:
    binance.transfers.append(lambda: httpx.Response(400, json={"code": -5012, "msg": "m"}))
    error = user.unknown()
    binance.row(7, "FAILED")
    binance.time.now += UNTIL
    assert outcome(user.reconcile(error)) == ("not_executed", f"The history lists the transfer as failed, {PASSED}")


def test_an_id_that_the_response_named_decides(user: User, binance: Binance) -> None:
    binance.transfers.append(lambda: httpx.Response(500, json={"tranId": 8}))
    error = user.unknown()
    binance.row(7)
    reason = "Equal transfers are listed, and not 8, which the response named."
    assert outcome(user.reconcile(error)) == ("undecided", reason)
    binance.row(8, "PENDING")
    reason = "The history lists 8 as under way."
    assert outcome(user.reconcile(error)) == ("pending", reason)
    binance.rows[-1]["status"] = "CONFIRMED"
    verdict = user.reconcile(error)
    assert outcome(verdict) == ("executed", "The history lists 8, as the response does.")
    assert verdict.receipt.tran_id == 8


def test_a_receipt_that_was_read_decides_without_a_read(user: User, binance: Binance) -> None:
    receipt = UniversalTransferReceipt(tran_id=9)
    verdict = user.reconcile(replace(SENT, receipt=receipt))
    assert verdict == Verdict("executed", "The receipt was read.", receipt)
    assert binance.requests == []


def test_all_pages_are_read(user: User, binance: Binance) -> None:
    error = lost(user, binance, 7)
    for number in range(250):
        binance.row(1000 + number, after=1000 + number, asset="BTC")
    binance.requests.clear()
    assert outcome(user.reconcile(error)) == EXECUTED
    assert [request.url.params["current"] for request in binance.requests[1:]] == ["1", "2", "3"]
    assert {request.url.params["size"] for request in binance.requests[1:]} == {"100"}


def test_a_history_that_grows_while_it_is_read_proves_nothing(user: User, binance: Binance) -> None:
    error = lost(user, binance)
    for number in range(150):
        binance.row(1000 + number, after=1000 + number, asset="BTC")
    binance.time.now += UNTIL

    def grow(page: int) -> None:
        if page == 2:
            binance.row(7, after=-100)

    binance.on_history = grow
    verdict = user.reconcile(error)
    assert outcome(verdict) == ("undecided", "The history grew while it was read: a row may be missing.")
    binance.on_history = bool
    assert outcome(user.reconcile(error)) == EXECUTED


@pytest.mark.parametrize("off", [-3000, -900, 0, 900, 3000])
@pytest.mark.parametrize("executed", [False, True])
@pytest.mark.parametrize("corrected", [False, True])
def test_a_clock_that_is_off_changes_no_verdict(
    another: Callable[[], User], binance: Binance, off: int, *, executed: bool, corrected: bool
) -> None:
    user = another()
    binance.time.off = off
    if off > 1000:
        user.synchronize_clock()
    error = lost(user, binance, 7 if executed else None)
    if corrected:
        user.synchronize_clock()
    for verdict in (user.reconcile(error), another().reconcile(error)):
        assert verdict.outcome in (("executed", "undecided") if executed else ("undecided",))
    binance.time.now += UNTIL + 5_000
    for verdict in (user.reconcile(error), another().reconcile(error)):
        assert verdict.outcome in (("executed", "undecided") if executed else ("not_executed",))
    if not corrected or off <= 0:
        assert user.reconcile(error).outcome == ("executed" if executed else "not_executed")


def test_a_slow_network_makes_nothing_count_too_early(another: Callable[[], User], binance: Binance) -> None:
    binance.time.round_trip = 2.0
    error = lost(another(), binance)
    again = another().reconcile(error).ask_again_at
    assert again is not None
    assert again >= NOW + UNTIL
    binance.time.now = NOW + UNTIL - 1
    assert outcome(another().reconcile(error)) == EARLY
    binance.row(7, after=-UNTIL - 500)
    assert another().reconcile(error).outcome == "undecided"
    binance.time.now = again
    assert another().reconcile(error).outcome == "undecided"


def test_the_window_of_the_call_counts_and_not_the_default(user: User, binance: Binance) -> None:
    binance.transfers.append(binance.lost)
    error = user.unknown(**CALL, recv_window=60_000)
    assert error.recv_window == 60_000
    assert user.reconcile(error).ask_again_at == NOW + 120_000


def test_a_history_that_does_not_reach_back_proves_no_absence(user: User, binance: Binance) -> None:
    error = lost(user, binance)
    binance.time.now += 181 * 86_400_000
    reason = "The history reaches back 180 days, and the transfer is older."
    assert outcome(user.reconcile(error)) == ("undecided", reason)


@pytest.mark.parametrize("failing", ["time", "transfer"])
def test_where_a_read_fails_a_transfer_is_undecided_and_never_called_not_executed(
    user: User, binance: Binance, failing: str
) -> None:
    error = lost(user, binance)
    binance.failing = failing if failing == "transfer" else "v3/time"
    if failing == "time":
        binance.time.now = 0
    verdict = user.reconcile(error)
    assert verdict.outcome == "undecided"
    assert verdict.reason.startswith("A read that would tell failed: ")
    assert verdict.ask_again_at is not None


@pytest.mark.parametrize(("wait", "slept"), [(0, []), (20, [20.0]), (64.5, [64.5]), (1000, [65.0, 1.0])])
def test_waiting_lasts_no_longer_than_asked(user: User, binance: Binance, wait: float, slept: list[float]) -> None:
    verdict = user.reconcile(lost(user, binance), wait=wait)
    assert [round(seconds, 1) for seconds in binance.time.slept] == slept
    assert outcome(verdict) == (ABSENT if wait == 1000 else EARLY)


def test_waiting_ends_as_soon_as_a_pending_transfer_is_confirmed(user: User, binance: Binance) -> None:
    error = lost(user, binance, 7, "PENDING")

    def confirm(_: int) -> None:
        if len(binance.time.slept) == 2:
            binance.rows[0]["status"] = "CONFIRMED"

    binance.on_history = confirm
    assert outcome(user.reconcile(error, wait=100)) == EXECUTED
    assert [round(seconds) for seconds in binance.time.slept] == [10, 10]
