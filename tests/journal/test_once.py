"""What the same key does, by what is known of its transfer."""

from __future__ import annotations

from typing import Any

import pytest

from binance_transfers import (
    InvalidRequest,
    Journal,
    JournalError,
    NotExecuted,
    OutcomeUnknown,
    UniversalTransferReceipt,
)

from .binance import CALL, SETTLED, Binance, Caller


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest, binance: Binance) -> Caller:
    return Caller(binance, request.param)


def states(journal: Journal) -> dict[str, str]:
    return {entry.key: entry.state for entry in journal.entries()}


def test_the_same_key_returns_the_stored_receipt_and_sends_nothing(
    binance: Binance, caller: Caller, journal: Journal
) -> None:
    first = caller.once(journal, "a")
    assert isinstance(first, UniversalTransferReceipt)
    assert caller.once(journal, "a") == first
    assert caller.once(journal, "a", **{**CALL, "amount": "4.0", "recv_window": 4000}) == first
    assert (binance.sent, binance.moved, states(journal)) == (1, 1, {"a": "done"})


def test_what_was_certainly_not_executed_is_sent_again(binance: Binance, caller: Caller, journal: Journal) -> None:
    binance.sandbox.inject("rate_limit")
    with pytest.raises(NotExecuted):
        caller.once(journal, "a")
    assert states(journal) == {"a": "not_executed"}
    caller.once(journal, "a")
    assert (binance.moved, states(journal)) == (1, {"a": "done"})


@pytest.mark.parametrize("executed", [True, False])
def test_a_lost_transfer_is_reconciled_before_it_is_sent_again(
    binance: Binance, caller: Caller, journal: Journal, *, executed: bool
) -> None:
    binance.sandbox.inject("lost", executed=executed)
    with pytest.raises(OutcomeUnknown) as caught:
        caller.once(journal, "a")
    assert caught.value.verdict is None
    if not executed:
        with pytest.raises(OutcomeUnknown) as caught:
            caller.once(journal, "a")
        assert caught.value.verdict is not None
        assert (caught.value.verdict.outcome, states(journal)) == ("undecided", {"a": "unknown"})
        binance.clock.now += SETTLED
    receipt = caller.once(journal, "a")
    assert receipt.tran_id == binance.sandbox.entries[-1].id
    assert (binance.moved, binance.sent, states(journal)) == (1, 1 if executed else 2, {"a": "done"})


def test_the_same_key_with_other_content_is_refused(binance: Binance, caller: Caller, journal: Journal) -> None:
    caller.once(journal, "a")
    with pytest.raises(InvalidRequest) as caught:
        caller.once(journal, "a", **{**CALL, "amount": 5})
    assert str(caught.value) == (
        "The key 'a' stands for another transfer, user_universal_transfer "
        '{"type":"MAIN_FUNDING","asset":"USDT","amount":"4"}; nothing was sent.'
    )
    assert binance.sent == 1


def test_an_equal_transfer_under_another_key_is_refused_while_one_is_unresolved(
    binance: Binance, caller: Caller, journal: Journal
) -> None:
    binance.sandbox.inject("lost", executed=True)
    with pytest.raises(OutcomeUnknown):
        caller.once(journal, "a")
    with pytest.raises(JournalError) as caught:
        caller.once(journal, "b")
    assert str(caught.value) == (
        "user_universal_transfer was not sent: an equal transfer is unresolved under the key 'a' (unknown); "
        "settle that one first: use its key again, or recover or resolve it."
    )
    (entry,) = caller.recover(journal)
    assert (entry.key, entry.state, entry.verdict.outcome) == ("a", "done", "executed")
    assert caller.once(journal, "b") != caller.once(journal, "a")
    assert binance.moved == 2


def test_ids_that_other_entries_have_are_excluded(binance: Binance, caller: Caller, journal: Journal) -> None:
    first = caller.once(journal, "a")
    binance.sandbox.inject("lost", executed=False)
    with pytest.raises(OutcomeUnknown):
        caller.once(journal, "b")
    binance.clock.now += SETTLED
    second = caller.once(journal, "b")
    assert (first != second, binance.moved) == (True, 2)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("fund_collection_by_asset", {"asset": "USDT"}), ("fund_auto_collection", {"recv_window": 5000})],
)
def test_balances_confirm_what_leaves_no_id(
    binance: Binance, caller: Caller, journal: Journal, name: str, arguments: dict[str, Any]
) -> None:
    binance.sandbox.inject("lost", operation=name, executed=True)
    with pytest.raises(OutcomeUnknown):
        caller.once(journal, "a", name, **arguments)
    assert caller.once(journal, "a", name, **arguments).msg == "success"
    assert states(journal) == {"a": "done"}


def test_a_client_with_options_of_its_own_makes_a_transfer_once(binance: Binance, journal: Journal) -> None:
    client = binance.client()
    quick = client.with_options(deadline=5)
    receipt = journal.once("a", quick.user_universal_transfer, **CALL)
    assert journal.once("a", client.user_universal_transfer, **CALL) == receipt
    binance.sandbox.inject("lost", executed=True)
    with pytest.raises(OutcomeUnknown):
        journal.once("b", quick.user_universal_transfer, **CALL)
    binance.clock.now += SETTLED
    assert [entry.state for entry in journal.recover(client)] == ["done"]
    assert binance.moved == 2


def test_an_unknown_or_missing_argument_names_the_method(binance: Binance, journal: Journal) -> None:
    method = binance.client().user_universal_transfer
    for arguments, problem in (
        ({"asset": "USDT"}, "missing a required (keyword-only )?argument: 'type'"),
        ({**CALL, "misspelt": 1}, "got an unexpected keyword argument 'misspelt'"),
    ):
        # Python's words, which differ from release to release.
        with pytest.raises(TypeError, match=rf"^Client\.user_universal_transfer\(\): {problem}$"):
            journal.once("a", method, **arguments)
    assert states(journal) == {}
