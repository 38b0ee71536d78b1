"""What became of a transfer that only balances show: verdicts and snapshots, with either client."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from binance_transfers import (
    OPERATIONS,
    CollectionReceipt,
    InvalidRequest,
    MarginTransferDirection,
    NotExecuted,
    OutcomeUnknown,
    Sent,
    Snapshot,
    TransferType,
)

from .reconciling import CALL, NOW, SENT, Binance, User, outcome

PORTFOLIO, SPOT, MARGIN = "v1/portfolio/balance", "v4/sub-account/assets", "v1/sub-account/margin/account"
DESK: dict[str, Any] = {
    "email": "desk@example.com",
    "asset": "USDT",
    "amount": "10",
    "type": MarginTransferDirection.SPOT_TO_MARGIN,
}
EXECUTED = "executed", "Every balance changed exactly as the call changes it."


def portfolio(**assets: tuple[str, str, str]) -> list[dict[str, str]]:
    """Return rows with what is in the margin wallet and in the two futures wallets, by asset."""
    names = "crossMarginFree", "umWalletBalance", "cmWalletBalance"
    return [{"asset": asset, **dict(zip(names, amounts, strict=True))} for asset, amounts in assets.items()]


def desk(binance: Binance, spot: dict[str, str], margin: dict[str, str]) -> None:
    rows = ([{"asset": asset, "free": free} for asset, free in wallet.items()] for wallet in (spot, margin))
    binance.balances = {SPOT: {"balances": next(rows)}}
    binance.balances[MARGIN] = {"email": DESK["email"], "marginUserAssetVoList": next(rows)}


def lost(user: User, binance: Binance, method: str, **arguments: Any) -> OutcomeUnknown:
    binance.time.now += 10
    binance.transfers.append(binance.lost)
    with pytest.raises(OutcomeUnknown) as raised:
        getattr(user, method)(**arguments)
    return raised.value


@pytest.mark.parametrize("method", ["fund_auto_collection", "fund_collection_by_asset"])
def test_a_collection_is_executed_where_the_balances_agree(user: User, binance: Binance, method: str) -> None:
    arguments = {"asset": "USDT"} if method == "fund_collection_by_asset" else {}
    binance.balances[PORTFOLIO] = portfolio(USDT=("1", "2.5", "0.25"), BNB=("0", "3", "0"))
    before = user.snapshot(method, **arguments)
    error = lost(user, binance, method, **arguments)
    binance.balances[PORTFOLIO] = portfolio(USDT=("3.75", "0", "0.00"), BNB=("0", "3", "0"))
    verdict = user.reconcile(error, before=before)
    assert outcome(verdict) == EXECUTED
    assert verdict.receipt == CollectionReceipt(msg="success")
    row = {"wallet": "UMFUTURE", "asset": "USDT", "before": Decimal("2.5"), "after": Decimal(0)}
    assert row in verdict.evidence
    assert user.reconcile(error) is verdict


def test_a_transfer_is_executed_where_the_amount_left_and_arrived(user: User, binance: Binance) -> None:
    desk(binance, {"USDT": "10", "BTC": "1"}, {})
    before = user.snapshot("margin_transfer_for_sub_account", **DESK)
    error = lost(user, binance, "margin_transfer_for_sub_account", **DESK)
    desk(binance, {"BTC": "1"}, {"USDT": "10.0"})
    verdict = user.reconcile(error, before=pickle.loads(pickle.dumps(before)))  # noqa: S301 - our own bytes
    assert outcome(verdict) == EXECUTED
    assert verdict.receipt is None
    assert user.reconcile(error) is verdict
    assert {row["wallet"] for row in verdict.evidence} == {"SUB_MAIN desk@example.com", "SUB_MARGIN desk@example.com"}
    asked = [request.url.params["email"] for request in binance.requests if request.method == "GET"]
    assert asked == ["desk@example.com"] * 4


def test_balances_that_nothing_changed_prove_nothing_either(user: User, binance: Binance) -> None:
    desk(binance, {"USDT": "10", "BTC": "1"}, {})
    before = user.snapshot("margin_transfer_for_sub_account", **DESK)
    error = lost(user, binance, "margin_transfer_for_sub_account", **DESK)
    binance.time.now += 10_000_000
    verdict = user.reconcile(error, before=before, wait=1000)
    reason = "No balance has changed, which suggests that it was not executed, and does not prove it."
    assert outcome(verdict) == ("undecided", reason)
    assert verdict.evidence


@pytest.mark.parametrize(
    ("spot", "margin", "differing"),
    [
        ({"USDT": "1", "BTC": "1"}, {"USDT": "9"}, "USDT in SUB_MAIN desk@example.com"),
        ({"BTC": "1"}, {"USDT": "11"}, "USDT in SUB_MARGIN desk@example.com"),
        ({"BTC": "1"}, {}, "USDT in SUB_MARGIN desk@example.com"),
        ({"BTC": "2"}, {"USDT": "10"}, "BTC in SUB_MAIN desk@example.com"),
        ({"BTC": "1"}, {"USDT": "10", "ETH": "1"}, "ETH in SUB_MARGIN desk@example.com"),
    ],
)
def test_balances_that_something_else_changed_prove_nothing(
    user: User, binance: Binance, spot: dict[str, str], margin: dict[str, str], differing: str
) -> None:
    desk(binance, {"USDT": "10", "BTC": "1"}, {})
    before = user.snapshot("margin_transfer_for_sub_account", **DESK)
    error = lost(user, binance, "margin_transfer_for_sub_account", **DESK)
    desk(binance, spot, margin)
    binance.time.now += 10_000_000
    verdict = user.reconcile(error, before=before, wait=1000)
    assert outcome(verdict) == ("undecided", f"{differing} is not what the call alone would have made it.")
    assert verdict.evidence
    assert binance.time.slept == []


def test_an_asset_that_no_wallet_lists_was_not_moved(user: User, binance: Binance) -> None:
    desk(binance, {}, {})
    before = user.snapshot("margin_transfer_for_sub_account", **DESK)
    verdict = user.reconcile(lost(user, binance, "margin_transfer_for_sub_account", **DESK), before=before)
    assert verdict.outcome == "undecided"


@pytest.mark.parametrize("held", ["0", "-5"])
def test_a_collection_of_nothing_is_never_executed(user: User, binance: Binance, held: str) -> None:
    binance.balances[PORTFOLIO] = portfolio(USDT=("1", held, "0"), BNB=("0", "3", "0"))
    before = user.snapshot("fund_auto_collection")
    verdict = user.reconcile(lost(user, binance, "fund_auto_collection"), before=before)
    assert outcome(verdict) == ("undecided", "Before the call there was nothing to move.")


def test_without_a_snapshot_the_verdict_has_what_the_wallets_hold(user: User, binance: Binance) -> None:
    binance.balances[PORTFOLIO] = portfolio(USDT=("1", "2", "3"))
    verdict = user.reconcile(lost(user, binance, "fund_auto_collection"))
    assert outcome(verdict) == ("undecided", "What the wallets held before the call is not known.")
    assert {row["wallet"]: row["after"] for row in verdict.evidence} == {"MARGIN": 1, "UMFUTURE": 2, "CMFUTURE": 3}
    assert not any("before" in row for row in verdict.evidence)


def collected(user: User, binance: Binance, between: Callable[[], object]) -> tuple[str, str]:
    binance.balances[PORTFOLIO] = portfolio(USDT=("0", "2", "0"))
    before = user.snapshot("fund_auto_collection")
    between()
    error = lost(user, binance, "fund_auto_collection")
    binance.balances[PORTFOLIO] = portfolio(USDT=("2", "0", "0"))
    return outcome(user.reconcile(error, before=before))


@pytest.mark.parametrize(
    ("type_", "answer", "touches"),
    [
        (TransferType.MAIN_UMFUTURE, {"tranId": 1}, True),
        (TransferType.MARGIN_MAIN, None, True),
        (TransferType.MAIN_FUNDING, {"tranId": 1}, False),
        (TransferType.MAIN_UMFUTURE, {"code": -5002, "msg": "m"}, False),
    ],
)
def test_another_call_of_the_client_leaves_the_verdict_open_where_it_touches_the_wallets(
    user: User, binance: Binance, type_: TransferType, answer: Any, *, touches: bool
) -> None:
    def transfer() -> None:
        status = 400 if answer and "code" in answer else 200
        binance.transfers.append(lambda: httpx.Response(status, json=answer) if answer else binance.lost())
        with suppress(NotExecuted, OutcomeUnknown):
            user.user_universal_transfer(type=type_, asset="USDT", amount=1)

    reason = "undecided", "Another call of this client touches the same wallets."
    assert collected(user, binance, transfer) == (reason if touches else EXECUTED)


def test_a_call_from_before_the_snapshot_counts_while_it_may_still_become_visible(user: User, binance: Binance) -> None:
    binance.transfers.append(lambda: httpx.Response(200, json={"msg": "success"}))
    user.fund_auto_collection()
    binance.time.now += 59_000
    assert collected(user, binance, bool)[0] == "undecided"
    binance.time.now += 125_001
    assert collected(user, binance, bool) == EXECUTED
    lost(user, binance, "fund_auto_collection")
    assert collected(user, binance, bool)[0] == "undecided"
    binance.time.now += 125_001
    assert collected(user, binance, bool) == EXECUTED


def test_a_call_that_was_executed_late_counts_from_the_end_of_its_window(user: User, binance: Binance) -> None:
    """Its row has been found, and the balances may have shown it only after the snapshot."""
    arguments: dict[str, Any] = {"type": TransferType.UMFUTURE_MARGIN, "asset": "USDT", "amount": 2}
    error = lost(user, binance, "user_universal_transfer", **arguments, recv_window=60_000)

    def find() -> None:
        binance.row(7, after=-10_000, type="UMFUTURE_MARGIN", amount="2")
        assert user.reconcile(error).outcome == "executed"

    binance.time.now += 119_000
    assert collected(user, binance, find)[0] == "undecided"
    binance.time.now += 65_001
    assert collected(user, binance, bool) == EXECUTED


def test_a_call_that_binance_accepted_counts_at_any_time(user: User, binance: Binance) -> None:
    binance.transfers.append(lambda: httpx.Response(400, json={"code": -5012, "msg": "m"}))
    with pytest.raises(OutcomeUnknown):
        user.fund_auto_collection()
    binance.time.now += 10_000_000
    assert collected(user, binance, bool)[0] == "undecided"


def test_a_snapshot_from_after_the_call_proves_nothing(user: User, binance: Binance) -> None:
    binance.balances[PORTFOLIO] = portfolio(USDT=("0", "2", "0"))
    error = lost(user, binance, "fund_auto_collection")
    binance.time.now += 10
    before = user.snapshot("fund_auto_collection")
    verdict = user.reconcile(error, before=before)
    assert outcome(verdict) == ("undecided", "The balances before were read after the call was made.")


def test_where_a_read_fails_a_call_is_undecided_and_a_snapshot_is_not_made(user: User, binance: Binance) -> None:
    error = lost(user, binance, "fund_auto_collection")
    binance.failing = PORTFOLIO
    refused = "get_portfolio_margin_pro_account_balance was rejected"
    verdict = user.reconcile(error)
    assert verdict.outcome == "undecided"
    assert verdict.reason.startswith(f"A read that would tell failed: {refused}")
    with pytest.raises(NotExecuted, match=f"^{refused}"):
        user.snapshot("fund_auto_collection")


MOVING = ", ".join(operation.name for operation in OPERATIONS.values() if operation.moves_funds)
NO_TIME: tuple[Any] = (1.5,)
NO_WINDOW: tuple[Any] = ("5",)
SUB_ACCOUNT = {"email": "desk@example.com", "asset": "USDT", "amount": "5"}
BALANCES = "fund_collection_by_asset, fund_auto_collection, margin_transfer_for_sub_account"


@pytest.mark.parametrize(
    ("unknown", "settings", "problem"),
    [
        (7, {}, "unknown is of type int; give an OutcomeUnknown or a Sent."),
        (OutcomeUnknown("m"), {}, "The exception is not one of a call: it has no operation or no sent_at."),
        (Sent("system_status", {}, NOW), {}, f"'system_status' cannot be reconciled; allowed: {MOVING}."),
        (Sent("nothing", {}, NOW), {}, f"'nothing' cannot be reconciled; allowed: {MOVING}."),
        (replace(SENT, parameters={}), {}, "parameters have no type, which user_universal_transfer needs."),
        (
            Sent("user_universal_transfer", {}, *NO_TIME),
            {},
            "sent_at is 1.5; it must be a whole number of milliseconds.",
        ),
        (
            Sent("user_universal_transfer", {}, NOW, *NO_WINDOW),
            {},
            "recv_window is '5'; it must be a whole number of milliseconds.",
        ),
        (
            replace(SENT, parameters={**SENT.parameters, "asset": "usdt"}),
            {},
            "asset is 'usdt', which does not have the form ^[-._A-Z0-9\\u4e00-\\u9fff]+$. Did you mean 'USDT'?",
        ),
        (
            replace(SENT, parameters={**SENT.parameters, "amount": "ten"}),
            {},
            "amount is 'ten'; write digits with at most one point, such as \"0.00001\".",
        ),
        (
            replace(SENT, parameters={**SENT.parameters, "amount": 1.5}),
            {},
            'amount is the float 1.5, and a float cannot hold most amounts exactly; write Decimal("1.5") or "1.5".',
        ),
        (
            Sent("margin_transfer_for_sub_account", {**SUB_ACCOUNT, "type": "in"}, NOW),
            {},
            "type must be a whole number (int), not str 'in'.",
        ),
        (SENT, {"exclude": "123"}, "exclude is '123'; give a list of ids, such as [13526853623]."),
        (SENT, {"exclude": 123}, "exclude is 123; give a list of ids, such as [13526853623]."),
        (SENT, {"exclude": [True]}, "exclude holds True; an id is a whole number or text."),
        (SENT, {"exclude": [1.5]}, "exclude holds 1.5; an id is a whole number or text."),
        (SENT, {"wait": -1}, "wait is -1; it must be a number of seconds from 0 to 1000000."),
        (SENT, {"wait": float("nan")}, "wait is nan; it must be a number of seconds from 0 to 1000000."),
        (SENT, {"wait": float("inf")}, "wait is inf; it must be a number of seconds from 0 to 1000000."),
        (SENT, {"wait": True}, "wait is True; it must be a number of seconds from 0 to 1000000."),
        (SENT, {"before": 7}, "before is of type int; give a Snapshot, as snapshot() returns it."),
        (
            SENT,
            {"before": Snapshot("fund_auto_collection", {}, NOW, NOW, {})},
            "before is a snapshot for fund_auto_collection; the call is user_universal_transfer.",
        ),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(
    user: User, binance: Binance, unknown: Any, settings: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidRequest) as raised:
        user.reconcile(unknown, **settings)
    assert str(raised.value) == problem
    assert binance.requests == []


@pytest.mark.parametrize(
    ("method", "arguments", "problem"),
    [
        (
            "user_universal_transfer",
            CALL,
            f"'user_universal_transfer' cannot be confirmed by balances; allowed: {BALANCES}.",
        ),
        ("nothing", {}, f"'nothing' cannot be confirmed by balances; allowed: {BALANCES}."),
        ("fund_collection_by_asset", {}, "asset must be given."),
        (
            "fund_auto_collection",
            {"asset": "USDT"},
            "fund_auto_collection has no argument 'asset'; allowed: recv_window.",
        ),
    ],
)
def test_a_snapshot_that_cannot_be_taken_is_refused(
    user: User, binance: Binance, method: str, arguments: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidRequest) as raised:
        user.snapshot(method, **arguments)
    assert str(raised.value) == problem
    assert binance.requests == []


def test_the_exception_names_what_reconciles_it(user: User, binance: Binance) -> None:
    error = lost(user, binance, "fund_auto_collection")
    assert error.check.endswith(" client.reconcile(error) does so and returns a verdict.")
    assert str(error).endswith(error.check)
    assert error.recv_window == 5000


@pytest.mark.parametrize("error", [None, 5, NotExecuted("m")])
def test_only_an_unknown_outcome_is_kept_as_sent(error: Any) -> None:
    with pytest.raises(ValueError, match=r"^error is of type \w+; give an OutcomeUnknown.$"):
        Sent.of(error)


def test_a_transfer_that_no_read_confirms_is_undecided_and_not_refused_as_if_nothing_had_been_sent(
    user: User, binance: Binance
) -> None:
    api = user.client._api
    operation = replace(api.operations["user_universal_transfer"], confirmation=None)
    user.client._api = replace(api, operations={**api.operations, operation.name: operation})
    binance.transfers.append(binance.lost)
    error = user.unknown()
    for unknown in (error, Sent.of(error)):
        verdict = user.reconcile(unknown, exclude=[])
        assert outcome(verdict) == (
            "undecided",
            f"No read that this client knows confirms user_universal_transfer. {operation.when_unknown}",
        )
        assert verdict.ask_again_at is None
    assert binance.paths == []
    executed = replace(Sent.of(error), receipt={"tranId": 7})
    assert user.reconcile(executed).outcome == "executed"
