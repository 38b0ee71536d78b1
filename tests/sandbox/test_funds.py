"""The sandbox's wallets: what each call moves, what it refuses to move, and that nothing is ever made or lost."""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binance_transfers import (
    OPERATIONS,
    Client,
    EarnAsset,
    EarnTransferType,
    InsufficientBalance,
    MarginTransferDirection,
    ParameterRejected,
    Rejected,
    TransferType,
    Unlisted,
)
from binance_transfers.sandbox import Sandbox, Wallet, WalletRef
from tests.specs import call, forget, generate, imported, spec

from .table import KEY, signed

DESK = "treasury+desk1@example.com"
WALLETS = {
    "MAIN": Wallet.MAIN,
    "UMFUTURE": Wallet.UMFUTURE,
    "CMFUTURE": Wallet.CMFUTURE,
    "MARGIN": Wallet.MARGIN,
    "ISOLATEDMARGIN": Wallet.ISOLATEDMARGIN,
    "ISOLATED_MARGIN": Wallet.ISOLATEDMARGIN,
    "FUNDING": Wallet.FUNDING,
    "OPTION": Wallet.OPTION,
    "PORTFOLIO_MARGIN": Wallet.PORTFOLIO_MARGIN,
}
"""How the transfer types spell each wallet."""
SYMBOLS = {"from": "BTCUSDT", "to": "ETHUSDT"}


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as made:
        yield made


def wallets_of(name: str) -> tuple[Wallet, Wallet]:
    """Return the wallets that a transfer type names, read from its name alone."""
    (split,) = [
        (source, name.removeprefix(f"{source}_")) for source in WALLETS if name.removeprefix(f"{source}_") in WALLETS
    ]
    return WALLETS[split[0]], WALLETS[split[1]]


@pytest.mark.parametrize("kind", TransferType, ids=str)
def test_each_type_moves_funds_from_the_one_wallet_to_the_other(
    kind: TransferType, sandbox: Sandbox, client: Client
) -> None:
    source, target = wallets_of(kind)
    symbols: dict[str, dict[str, Any]] = {"from": {}, "to": {}}
    if source is Wallet.ISOLATEDMARGIN:
        symbols["from"] = {"symbol": SYMBOLS["from"]}
    if target is Wallet.ISOLATEDMARGIN:
        symbols["to"] = {"symbol": SYMBOLS["to"]}
        sandbox.open(**symbols["to"])
    sandbox.credit(source, "USDT", 10, **symbols["from"])

    left, entered = symbols["from"].get("symbol"), symbols["to"].get("symbol")
    receipt = client.user_universal_transfer(type=kind, asset="USDT", amount="2.5", from_symbol=left, to_symbol=entered)
    assert sandbox.balance(source, "USDT", **symbols["from"]) == Decimal("7.5")
    assert sandbox.balance(target, "USDT", **symbols["to"]) == Decimal("2.5")
    entry = sandbox.entries[-1]
    assert (entry.id, entry.operation) == (receipt.tran_id, "user_universal_transfer")
    assert (entry.asset, entry.amount) == ("USDT", Decimal("2.5"))
    assert (entry.source, entry.target) == (WalletRef(source, left or ""), WalletRef(target, entered or ""))


def test_a_symbol_that_the_type_has_no_use_for_does_not_decide_where_funds_go(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 10)
    client.user_universal_transfer(type=TransferType.MAIN_MARGIN, asset="USDT", amount=1, to_symbol="BTCUSDT")
    assert sandbox.balance(Wallet.MARGIN, "USDT") == 1


def test_more_than_the_wallet_holds_is_refused_and_nothing_moves(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", "10.5")
    before = sandbox.entries
    with pytest.raises(InsufficientBalance) as refused:
        client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="10.50000001")
    assert refused.value.code == -5002
    assert refused.value.reason == "The wallet MAIN holds 10.5 USDT, which is less than 10.50000001."
    with pytest.raises(InsufficientBalance):
        client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDC", amount=1)
    assert sandbox.entries == before
    client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="10.50")
    assert sandbox.balances() == {WalletRef("FUNDING"): {"USDT": Decimal("10.5")}}


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        ({"type": "MAIN_ISOLATED_MARGIN"}, -1102, "The mandatory parameter toSymbol was not sent or is empty."),
        ({"type": "ISOLATED_MARGIN_MAIN"}, -1102, "The mandatory parameter fromSymbol was not sent or is empty."),
        ({"type": "MARGIN_ISOLATEDMARGIN", "to_symbol": "DOGEUSDT"}, -3003, "There is no isolated margin wallet of the trading pair DOGEUSDT."),
        ({"type": "ISOLATEDMARGIN_MARGIN", "from_symbol": "BTCUSDC"}, -3003, "There is no isolated margin wallet of the trading pair BTCUSDC."),
        ({"type": Unlisted("UMFUTURE_CMFUTURE")}, -1130, "The parameter type has a value that this operation does not take."),
    ],
)  # fmt: skip
def test_a_wallet_that_is_not_there_is_refused(
    sandbox: Sandbox, client: Client, arguments: dict[str, Any], code: int, reason: str
) -> None:
    for wallet in ("MAIN", "MARGIN", "UMFUTURE"):
        sandbox.credit(wallet, "USDT", 10)
    sandbox.credit("ISOLATEDMARGIN", "USDT", 10, symbol="BTCUSDT")
    before = sandbox.entries
    with pytest.raises(Rejected) as refused:
        client.user_universal_transfer(asset="USDT", amount=1, **arguments)
    assert (refused.value.code, refused.value.reason) == (code, reason)
    assert sandbox.entries == before


def test_an_amount_of_zero_is_refused(sandbox: Sandbox) -> None:
    sandbox.credit("MAIN", "USDT", 1)
    query = f"type=MAIN_FUNDING&asset=USDT&amount=0.00&timestamp={time.time_ns() // 1_000_000}"
    answer = sandbox.handle("POST", signed(query, "/sapi/v1/asset/transfer"), KEY).response
    assert (answer.status, answer.body) == (400, b'{"code":-5007,"msg":"The amount must be greater than zero."}')


def test_a_sub_account_s_funds_go_both_ways_and_its_address_counts_byte_for_byte(
    sandbox: Sandbox, client: Client
) -> None:
    sandbox.credit(Wallet.SUB_MAIN, "USDT", 10, email=DESK)
    sandbox.open(email="empty@example.com")
    into, out = MarginTransferDirection
    receipt = client.margin_transfer_for_sub_account(email=DESK, asset="USDT", amount=4, type=into)
    client.margin_transfer_for_sub_account(email=DESK, asset="USDT", amount=1, type=out)
    assert sandbox.balance(Wallet.SUB_MAIN, "USDT", email=DESK) == 7
    assert sandbox.balance(Wallet.SUB_MARGIN, "USDT", email=DESK) == 3
    assert receipt.txn_id == str(sandbox.entries[1].id)
    with pytest.raises(InsufficientBalance):
        client.margin_transfer_for_sub_account(email="empty@example.com", asset="USDT", amount=1, type=into)
    for other in (DESK.replace("+", "%20"), DESK.upper(), "treasury@example.com"):
        with pytest.raises(Rejected) as refused:
            client.margin_transfer_for_sub_account(email=other, asset="USDT", amount=1, type=into)
        assert (refused.value.code, refused.value.reason) == (
            -5021,
            f"There is no sub-account {other} of this master account.",
        )


def test_auto_collection_sweeps_both_futures_wallets_but_for_bnb(sandbox: Sandbox, client: Client) -> None:
    for wallet in (Wallet.UMFUTURE, Wallet.CMFUTURE):
        for asset in ("USDT", "BTC", "BNB"):
            sandbox.credit(wallet, asset, "1.5")
    sandbox.credit(Wallet.OPTION, "USDT", 9)
    client.fund_auto_collection()
    three = Decimal(3)
    assert sandbox.balances() == {
        WalletRef("UMFUTURE"): {"BNB": Decimal("1.5")},
        WalletRef("CMFUTURE"): {"BNB": Decimal("1.5")},
        WalletRef("OPTION"): {"USDT": 9},
        WalletRef("MARGIN"): {"USDT": three, "BTC": three},
    }
    moved = [entry for entry in sandbox.entries if entry.operation == "fund_auto_collection"]
    assert len(moved) == 4
    assert len({entry.id for entry in moved}) == 1
    client.fund_auto_collection()
    assert len(sandbox.entries) == len(moved) + 7


def test_collection_by_asset_sweeps_one_asset_and_never_bnb(sandbox: Sandbox, client: Client) -> None:
    for asset in ("USDT", "BTC", "BNB"):
        sandbox.credit(Wallet.UMFUTURE, asset, 2)
    client.fund_collection_by_asset(asset="USDT")
    assert sandbox.balances() == {WalletRef("UMFUTURE"): {"BTC": 2, "BNB": 2}, WalletRef("MARGIN"): {"USDT": 2}}
    with pytest.raises(ParameterRejected):
        client.fund_collection_by_asset(asset=Unlisted("BNB"))


def test_the_earn_balance_is_that_of_the_wallet_that_would_be_left(sandbox: Sandbox, client: Client) -> None:
    balance = client.get_transferable_earn_asset_balance_for_portfolio_margin
    assert balance(asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.EARN_TO_FUTURE).amount == 0
    sandbox.credit(Wallet.EARN, "LDUSDT", "0.55")
    sandbox.credit(Wallet.UMFUTURE, "LDUSDT", 7)
    assert balance(asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.EARN_TO_FUTURE).amount == Decimal("0.55")
    assert balance(asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.FUTURE_TO_EARN).amount == 7


@given(st.decimals("1E-20", "99999999999999999999", places=20, allow_nan=False))
def test_no_digit_is_lost(amount: Decimal) -> None:
    sandbox = Sandbox()
    client = Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport)
    sandbox.credit(Wallet.MAIN, "USDT", amount)
    sandbox.credit(Wallet.MAIN, "USDT", "99999999999999999999.99999999999999999999")
    client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=amount)
    assert sandbox.balance(Wallet.FUNDING, "USDT") == amount
    assert sandbox.balance(Wallet.MAIN, "USDT") == Decimal("99999999999999999999.99999999999999999999")


def test_funds_are_conserved_under_concurrent_calls(sandbox: Sandbox, client: Client) -> None:
    for wallet in (Wallet.MAIN, Wallet.UMFUTURE):
        sandbox.credit(wallet, "USDT", 100)

    def move(number: int) -> bool:
        kind = TransferType.MAIN_UMFUTURE if number % 2 else TransferType.UMFUTURE_MAIN
        try:
            client.user_universal_transfer(type=kind, asset="USDT", amount=40)
        except InsufficientBalance:
            return False
        return True

    cost = OPERATIONS["user_universal_transfer"].weight
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(move, range(min(160, cost.budget // cost.weight))))
    assert sandbox.total("USDT") == 200
    assert len(sandbox.entries) == 2 + sum(done)
    assert all(amount > 0 for held in sandbox.balances().values() for amount in held.values())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("SPOT", "USDT", 1), "There is no wallet 'SPOT'; there are: MAIN, UMFUTURE, CMFUTURE, MARGIN, ISOLATEDMARGIN"),
        (("MAIN", "USDT", 0), "amount is 0; it must be a Decimal, a whole number or decimal text, above 0."),
        *[
            (("MAIN", "USDT", text), f"amount is {text!r}; it must be")
            for text in ("-1", "NaN", "ten", " 1 ", "1_0", "１", "1e3")
        ],
        (("MAIN", "USDT", "9" * 101), "amount has more than 100 digits before or after its point."),
        (("MAIN", "USDT", Decimal("1E+999999999")), "amount has more than 100 digits before or after its point."),
        (("MAIN", "USDT", Decimal("1E-999999999")), "amount has more than 100 digits before or after its point."),
        (("MAIN", "USDT", Decimal("Infinity")), "amount is Decimal('Infinity'); it must be"),
        (("MAIN", "USDT", 0.1), "amount is 0.1; it must be"),
        (("MAIN", "USDT", True), "amount is True; it must be"),
        (("MAIN", "", 1), "asset is ''; it must be text such as 'USDT'."),
        (("ISOLATEDMARGIN", "USDT", 1), "There are several wallets ISOLATEDMARGIN; give the symbol of the one"),
        (("SUB_MAIN", "USDT", 1), "There are several wallets SUB_MAIN; give the email of the one that is meant."),
    ],
)
def test_funds_that_cannot_be_credited_are_refused_with_a_message(
    sandbox: Sandbox, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        sandbox.credit(*arguments)
    assert sandbox.entries == ()


def test_an_owner_that_the_wallet_has_not_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match=r"^The wallet MAIN takes no symbol\.$"):
        sandbox.credit("MAIN", "USDT", 1, symbol="BTCUSDT")
    with pytest.raises(ValueError, match=r"^The wallet SUB_MAIN takes no symbol\.$"):
        sandbox.balance("SUB_MAIN", "USDT", symbol="BTCUSDT", email=DESK)
    owners: list[dict[str, str]] = [{}, {"symbol": "BTCUSDT", "email": DESK}]
    for owner in owners:
        with pytest.raises(ValueError, match=r"^Give symbol or email, one of the two\.$"):
            sandbox.open(**owner)


def test_a_reset_forgets_everything_but_the_keys(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 1)
    client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1)
    sandbox.inject("lost", times=None)
    sandbox.skew = 5_000
    sandbox.reset()
    assert (sandbox.balances(), sandbox.entries, sandbox.requests, sandbox.skew) == ({}, (), [], 0)
    sandbox.credit(Wallet.MAIN, "USDT", 1)
    assert client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1).tran_id > 0


def test_an_entry_is_printed_in_full(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.ISOLATEDMARGIN, "USDT", Decimal("1E+2"), symbol="BTCUSDT")
    client.user_universal_transfer(
        type=TransferType.ISOLATEDMARGIN_MARGIN, asset="USDT", amount="0.00000001", from_symbol="BTCUSDT"
    )
    assert list(map(str, sandbox.entries)) == [
        "credit: 100 USDT from outside to ISOLATEDMARGIN of BTCUSDT",
        "user_universal_transfer: 0.00000001 USDT from ISOLATEDMARGIN of BTCUSDT to MARGIN",
    ]


def test_a_response_that_itself_says_whether_it_is_a_success_is_one(tmp_path: Path) -> None:
    root = """\
    x-binance-wallets: {SPOT: {description: Spot.}, EARN: {description: Earn.}}
    """
    keys = """\
    x-binance-moves-funds: true
    x-binance-when-unknown: {description: Look.}
    x-binance-effect: {transfer: {by: kind, asset: asset, amount: amount, receipt: tranId}}
    x-binance-success: {code: ['000000'], success: [true], msg: any}
    """
    parameters = """\
    - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}
    - {name: asset, in: query, required: true, schema: {type: string}, example: USDT}
    - {name: amount, in: query, required: true, schema: {type: string, format: decimal}, example: '1'}
    """
    fields = "code: {type: string}, success: {type: boolean}, msg: {type: string}, tranId: {type: integer}"
    move = call(
        "POST /sapi/v1/move",
        "moveIt",
        security="TRADE",
        keys=keys,
        parameters=parameters,
        schema=f"{{type: object, required: [code, success, tranId], properties: {{{fields}}}}}",
        example="{code: '000000', success: true, msg: Done., tranId: 1}",
    )
    kinds = "Kind: {type: string, oneOf: [{const: OUT, x-binance-moves: {from: SPOT, to: EARN}}]}\n"
    package = imported(generate(spec(move, schemas=kinds, root=root), tmp_path), "moving")
    try:
        sandbox = importlib.import_module("moving.sandbox").Sandbox()
        sandbox.credit("SPOT", "USDT", 5)
        with package.Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client:
            receipt = client.move_it(kind="OUT", asset="USDT", amount=2)
        assert (receipt.code, receipt.success, receipt.tran_id) == ("000000", True, sandbox.entries[-1].id)
    finally:
        forget("moving")


def test_a_read_without_funds_stays_the_success_that_its_example_is(tmp_path: Path) -> None:
    row = "{type: object, required: [asset, free], properties: {asset: {type: string}, free: {type: string, format: decimal}}}"
    fields = f"code: {{type: string}}, total: {{type: string, format: decimal}}, data: {{type: array, items: {row}}}"
    listing = call(
        "GET /sapi/v1/list",
        "listIt",
        keys="x-binance-effect: {balances: {rows: data, asset: asset, wallets: {free: SPOT}}}\nx-binance-success: {code: ['200']}\n",
        schema=f"{{type: object, required: [code, data], properties: {{{fields}}}}}",
        example="{code: '200', total: '5', data: [{asset: A, free: '5'}]}",
    )
    root = "x-binance-wallets: {SPOT: {description: Spot.}}\n"
    package = imported(generate(spec(listing, root=root), tmp_path), "listing")
    try:
        sandbox = importlib.import_module("listing.sandbox").Sandbox()
        with package.Client(transport=sandbox.transport) as client:
            response = client.list_it()
        assert (response.code, response.total, response.data) == ("200", 0, [])
    finally:
        forget("listing")
