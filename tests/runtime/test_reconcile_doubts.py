"""What makes a verdict doubtful: clocks that are off, late rows, amounts as a history lists them, a client of elsewhere."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from binance_transfers import Client, InvalidRequest, OutcomeUnknown, Sent, Unlisted
from binance_transfers._runtime.call import Call
from binance_transfers.sandbox import Sandbox

from .reconciling import CALL, UNTIL, Binance, User, lost, outcome
from .test_reconcile import ABSENT, EXECUTED

BEFORE = "undecided", "An equal transfer is listed, which may have been made just before this one was sent."


@pytest.mark.parametrize("off", [-3000, -900, -50])
def test_a_clock_that_is_corrected_later_claims_no_earlier_row(user: User, binance: Binance, off: int) -> None:
    binance.time.off = off
    binance.row(7, after=-40)
    error = lost(user, binance)
    user.synchronize_clock()
    binance.time.now += UNTIL + 5_000
    assert outcome(user.reconcile(error)) == BEFORE
    binance.row(8, after=0)
    user.synchronize_clock()
    assert outcome(user.reconcile(error)) == BEFORE


def test_a_correction_between_the_stamp_and_the_request_counts_too(
    user: User, binance: Binance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow signer or journal leaves time for it."""
    outgoing = user.client._outgoing

    def sign(call: Call[Any]) -> object:
        if call.operation.moves_funds:
            user.client._own_calls.correct(binance.time, binance.time.now, 0)
        return outgoing(call)

    monkeypatch.setattr(user.client, "_outgoing", sign)
    binance.time.off = -3000
    binance.row(7, after=-1500)
    error = lost(user, binance)
    assert (error.sent_at, binance.time.off) == (binance.time.now - 3000, 0)
    binance.time.now += UNTIL + 5_000
    assert outcome(user.reconcile(error)) == BEFORE


@pytest.mark.parametrize("behind", [-900, 0, 30, 200, 1000])
def test_the_clock_of_another_machine_may_be_a_little_off(
    another: Callable[[], User], binance: Binance, behind: int
) -> None:
    error = lost(another(), binance)
    binance.row(7, after=20)
    binance.time.now += UNTIL
    binance.time.off = -behind
    assert outcome(another().reconcile(error, exclude=[])) == EXECUTED


def test_a_transfer_of_another_client_that_took_long_to_connect(
    another: Callable[[], User], binance: Binance, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = lost(another(), binance)
    binance.row(7, after=130)
    monkeypatch.setattr("binance_transfers._runtime.call.Call.taken", lambda _: 0.56)
    assert outcome(another().reconcile(error, exclude=[])) == EXECUTED


def test_an_equal_row_that_comes_late_keeps_absence_from_being_proof(user: User, binance: Binance) -> None:
    """It may have the time at which it ended, or a person made the transfer by hand."""
    error = lost(user, binance)
    binance.row(7, after=UNTIL + 1_000)
    binance.row(8, "FAILED", after=UNTIL + 2_000)
    binance.time.now += 2 * UNTIL
    verdict = user.reconcile(error)
    advice = "if it is another, reconcile that first, or give its id in exclude."
    assert outcome(verdict) == (
        "undecided",
        f"An equal transfer is listed, made after the time of this one: {advice}",
    )
    assert [row["tranId"] for row in verdict.evidence] == [7, 8]
    assert outcome(user.reconcile(error, exclude=[7])) == ABSENT


def test_a_late_row_that_failed_says_nothing_of_what_binance_accepted(user: User, binance: Binance) -> None:
    binance.transfers.append(lambda: httpx.Response(400, json={"code": -5012, "msg": "m"}))
    error = user.unknown()
    binance.row(8, "FAILED", after=UNTIL + 2_000)
    binance.time.now += 2 * UNTIL
    assert user.reconcile(error).outcome == "pending"


def test_a_symbol_that_the_type_has_no_use_for_finds_the_transfer_all_the_same(user: User, binance: Binance) -> None:
    binance.transfers.append(binance.lost)
    error = user.unknown(**CALL, to_symbol="BTCUSDT")
    assert error.parameters["toSymbol"] == "BTCUSDT"
    binance.row(7)
    binance.requests.clear()
    assert outcome(user.reconcile(error)) == EXECUTED
    assert "toSymbol" not in binance.requests[-1].url.params


@pytest.mark.parametrize("kind", ["MARGIN_ISOLATED_MARGIN", "ISOLATED_MARGIN_TO_COME"])
def test_a_symbol_that_the_type_needs_or_may_need_is_sent_with_the_read(
    user: User, binance: Binance, kind: str
) -> None:
    binance.transfers.append(binance.lost)
    error = user.unknown(**CALL | {"type": Unlisted(kind)}, to_symbol="BTCUSDT")
    binance.row(7, type=kind)
    assert outcome(user.reconcile(error)) == EXECUTED
    assert binance.requests[-1].url.params["toSymbol"] == "BTCUSDT"


def test_a_transfer_is_looked_for_where_it_went(user: User, binance: Binance) -> None:
    error = pickle.loads(pickle.dumps(lost(user, binance, 7)))  # noqa: S301 - our own bytes
    assert error.is_rehearsal is Sent.of(error).is_rehearsal is False
    sandbox = Sandbox()
    sandbox.credit("MAIN", "USDT", 100)
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client:
        problem = "The transfer went to Binance, and this client asks a sandbox, or this machine; "
        with pytest.raises(InvalidRequest, match=f"^{problem}ask with a client like the one that sent it.$"):
            client.reconcile(error)
        sandbox.inject("lost")
        with pytest.raises(OutcomeUnknown) as caught:
            client.user_universal_transfer(**CALL)
        assert caught.value.is_rehearsal
        client.reconcile(caught.value)
        client.reconcile(replace(Sent.of(error), is_rehearsal=None))
    problem = "The transfer went to a sandbox, or to this machine, and this client asks Binance; "
    with pytest.raises(InvalidRequest, match=f"^{problem}ask with a client like the one that sent it.$"):
        user.reconcile(caught.value)
