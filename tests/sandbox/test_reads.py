"""The sandbox's reads: they respond from the ledger, by the names that the transfers use."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    Client,
    InsufficientBalance,
    MarginTransferDirection,
    Rejected,
    TransferType,
)
from binance_transfers.sandbox import Sandbox, Wallet, WalletRef

from .table import FakeClock

DAY = 86_400_000
DESK = "treasury+desk1@example.com"
OVERVIEW = {
    "Spot": "MAIN",
    "Funding": "FUNDING",
    "Cross Margin": "MARGIN",
    "Isolated Margin": "ISOLATEDMARGIN",
    "USDⓈ-M Futures": "UMFUTURE",
    "COIN-M Futures": "CMFUTURE",
    "Earn": "EARN",
    "Options": "OPTION",
}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
def client(sandbox: Sandbox, clock: FakeClock) -> Iterator[Client]:
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=clock) as made:
        yield made


def move(client: Client, amount: object = 1, kind: TransferType = TransferType.MAIN_UMFUTURE, **more: Any) -> int:
    return client.user_universal_transfer(type=kind, asset="USDT", amount=amount, **more).tran_id  # type: ignore[arg-type]


def history(client: Client, kind: TransferType = TransferType.MAIN_UMFUTURE, **more: Any) -> list[Any]:
    return client.query_user_universal_transfer_history(type=kind, **more).rows or []


def ids(rows: list[Any]) -> list[int]:
    return [row.tran_id for row in rows]


def test_without_funds_the_reads_show_nothing(sandbox: Sandbox, client: Client) -> None:
    sandbox.open(email=DESK)
    listed = client.query_user_universal_transfer_history(type=TransferType.MAIN_UMFUTURE)
    assert (listed.total, listed.rows) == (0, [])
    assert client.get_portfolio_margin_pro_account_balance() == []
    assert client.get_detail_on_sub_accounts_margin_account(email=DESK).margin_user_asset_vo_list == []
    assert client.query_sub_account_assets(email=DESK).balances == []
    assert {row.balance for row in client.query_user_wallet_balance()} == {0}


def test_the_history_lists_each_transfer_as_it_was_sent_newest_first(
    sandbox: Sandbox, client: Client, clock: FakeClock
) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 100)
    older = move(client, "2.50")
    clock.now += 5
    newer = move(client, 3)
    rows = history(client)
    assert [(row.tran_id, row.asset, row.amount, row.type, row.status, row.timestamp) for row in rows] == [
        (newer, "USDT", 3, "MAIN_UMFUTURE", "CONFIRMED", clock.now),
        (older, "USDT", Decimal("2.50"), "MAIN_UMFUTURE", "CONFIRMED", clock.now - 5),
    ]
    assert history(client, TransferType.UMFUTURE_MAIN) == []


def test_the_history_is_filtered_by_trading_pair(sandbox: Sandbox, client: Client) -> None:
    kind = TransferType.ISOLATEDMARGIN_MARGIN
    expected = {}
    for symbol in ("BTCUSDT", "ETHUSDT"):
        sandbox.credit(Wallet.ISOLATEDMARGIN, "USDT", 10, symbol=symbol)
        expected[symbol] = [move(client, kind=kind, from_symbol=symbol)]
    assert {symbol: ids(history(client, kind, from_symbol=symbol)) for symbol in expected} == expected
    assert history(client, kind, from_symbol="DOGEUSDT") == []


def test_the_history_comes_in_pages_of_ten_unless_another_size_is_given(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 100)
    moved = [move(client) for _ in range(23)][::-1]
    assert ids(history(client)) == moved[:10]
    assert ids(history(client, current=3)) == moved[20:]
    assert ids(history(client, current=2, size=15)) == moved[15:]
    assert ids(history(client, size=100)) == moved
    assert history(client, current=4) == []
    assert client.query_user_universal_transfer_history(type=TransferType.MAIN_UMFUTURE, current=4).total == 23


def test_the_history_reaches_back_seven_days_or_as_far_as_asked(
    sandbox: Sandbox, client: Client, clock: FakeClock
) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 100)
    start = clock.now
    moved = {}
    for day in (0, 174, 181):
        clock.now = start + day * DAY
        moved[day] = move(client)
    assert ids(history(client)) == [moved[181], moved[174]]
    clock.now += 1
    assert ids(history(client)) == [moved[181]]
    assert ids(history(client, start_time=start)) == [moved[181], moved[174]]
    assert ids(history(client, start_time=start + 175 * DAY, end_time=start + 181 * DAY)) == [moved[181]]
    assert ids(history(client, end_time=start + 181 * DAY - 1)) == [moved[174]]


def test_balances_are_read_by_the_owner_and_the_asset_that_are_asked_for(sandbox: Sandbox, client: Client) -> None:
    for asset in ("USDT", "BTC"):
        sandbox.credit(Wallet.SUB_MAIN, asset, 10, email=DESK)
        sandbox.credit(Wallet.UMFUTURE, asset, "1.5")
    sandbox.open(email="other@example.com")
    client.margin_transfer_for_sub_account(email=DESK, asset="USDT", amount=4, type=MarginTransferDirection(1))
    client.fund_collection_by_asset(asset="USDT")
    margin = client.get_detail_on_sub_accounts_margin_account(email=DESK)
    assert margin.email == DESK
    assert [(row.asset, row.free) for row in margin.margin_user_asset_vo_list or []] == [("USDT", Decimal(4))]
    spot = client.query_sub_account_assets(email=DESK).balances
    assert [(row.asset, row.free) for row in spot] == [("USDT", Decimal(6)), ("BTC", Decimal(10))]
    assert client.query_sub_account_assets(email="other@example.com").balances == []
    rows = client.get_portfolio_margin_pro_account_balance()
    assert [(row.asset, row.cross_margin_free, row.um_wallet_balance, row.cm_wallet_balance) for row in rows] == [
        ("USDT", Decimal("1.5"), Decimal(0), Decimal(0)),
        ("BTC", Decimal(0), Decimal("1.5"), Decimal(0)),
    ]
    assert client.get_portfolio_margin_pro_account_balance(asset="BTC") == rows[1:]
    assert client.get_portfolio_margin_pro_account_balance(asset="ETH") == []


def test_a_sub_account_that_is_not_open_is_refused_as_by_a_transfer(client: Client) -> None:
    for call in (client.query_sub_account_assets, client.get_detail_on_sub_accounts_margin_account):
        with pytest.raises(Rejected) as refused:
            call(email=DESK)
        assert (refused.value.code, refused.value.reason) == (
            -5021,
            f"There is no sub-account {DESK} of this master account.",
        )


def test_the_overview_values_each_wallet_in_one_asset_and_lists_what_it_holds(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 5)
    sandbox.credit(Wallet.MAIN, "BTC", "0.25")
    for symbol in ("BTCUSDT", "ETHUSDT"):
        sandbox.credit(Wallet.ISOLATEDMARGIN, "USDT", 2, symbol=symbol)
    values = {row.wallet_name: row.balance for row in client.query_user_wallet_balance() if row.balance}
    assert values == {"Spot": Decimal("0.25")}
    rows = client.query_user_wallet_balance(quote_asset="USDT", need_balance_detail=True)
    assert {row.wallet_name: row.balance for row in rows if row.balance} == {"Spot": 5, "Isolated Margin": 4}
    held: dict[str, Any] = {row.wallet_name: row.asset_balances for row in rows}
    assert [(row.asset, row.free) for row in held["Spot"]] == [("USDT", 5), ("BTC", Decimal("0.25"))]
    assert [(row.asset, row.free) for row in held["Isolated Margin"]] == [("USDT", 4)]


def test_the_reads_show_a_transfer_when_the_lag_is_over(sandbox: Sandbox, client: Client, clock: FakeClock) -> None:
    sandbox.lag = 2_000
    sandbox.credit(Wallet.UMFUTURE, "USDT", 10)
    sandbox.credit(Wallet.MAIN, "USDT", 10)
    moved = move(client)
    [row] = client.get_portfolio_margin_pro_account_balance()
    assert (history(client), row.um_wallet_balance) == ([], Decimal(10))
    clock.now += 1_999
    assert history(client) == []
    clock.now += 1
    [row] = client.get_portfolio_margin_pro_account_balance()
    assert (ids(history(client)), row.um_wallet_balance) == ([moved], Decimal(11))


def test_a_key_reads_its_permissions_and_is_refused_what_it_lacks(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 10)
    allowed = client.get_api_key_permission()
    assert (allowed.permits_universal_transfer, allowed.enable_spot_and_margin_trading) == (True, True)
    sandbox.permissions = {"enableSpotAndMarginTrading"}
    sandbox.add_key("another", secret="s", permissions=["permitsUniversalTransfer"])
    allowed = client.get_api_key_permission()
    assert (allowed.permits_universal_transfer, allowed.enable_spot_and_margin_trading) == (False, True)
    with pytest.raises(Rejected) as refused:
        move(client)
    assert (refused.value.code, refused.value.status, refused.value.reason) == (
        -2015,
        401,
        "The API key lacks the permission permitsUniversalTransfer.",
    )
    with Client("another", "s", transport=sandbox.transport, clock=FakeClock()) as other:
        assert other.get_api_key_permission().enable_spot_and_margin_trading is False
        assert move(other) == sandbox.entries[-1].id


@pytest.mark.parametrize("names", [["withdraw"], "withdraw"])
def test_a_permission_that_no_operation_needs_is_refused_with_the_choices(sandbox: Sandbox, names: Any) -> None:
    needed = {permission for operation in OPERATIONS.values() for permission in operation.permissions}
    choices = f"there are: {', '.join(sorted(needed))}"
    with pytest.raises(ValueError, match=f"^There is no permission 'withdraw' that an operation needs; {choices}\\.$"):
        sandbox.permissions = names
    with pytest.raises(ValueError, match=f"^There is no permission 'withdraw' that an operation needs; {choices}\\.$"):
        sandbox.add_key("another", secret="s", permissions=names)
    assert sandbox.permissions == needed


def test_concurrent_coroutines_take_turns(sandbox: Sandbox, clock: FakeClock) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 10)
    steps: list[str] = []

    async def step(name: str, client: AsyncClient) -> None:
        steps.append(f"{name} begins")
        await client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount=1)
        steps.append(f"{name} ends")

    async def main() -> None:
        async with AsyncClient(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=clock) as client:
            await asyncio.gather(step("one", client), step("two", client))

    asyncio.run(main())
    assert {*steps[:2]} == {"one begins", "two begins"}


OWNED: dict[Wallet, dict[str, str]] = {
    Wallet.ISOLATEDMARGIN: {"symbol": "BTCUSDT"},
    Wallet.SUB_MAIN: {"email": DESK},
    Wallet.SUB_MARGIN: {"email": DESK},
}
CREDITS = st.tuples(st.sampled_from(Wallet), st.sampled_from(["USDT", "BTC", "币"]), st.decimals("0.01", 99, places=8))
TRANSFERS = st.tuples(st.sampled_from(TransferType), st.sampled_from(["USDT", "BTC"]), st.decimals(1, 9, places=2))
DIRECTIONS = st.sampled_from(MarginTransferDirection)
_COLLECTIONS = 5
"""So many collections fit into a minute's budget together with the reads."""
STEPS = st.lists(CREDITS | TRANSFERS | DIRECTIONS | st.none(), max_size=25).filter(
    lambda steps: steps.count(None) <= _COLLECTIONS
)


@settings(deadline=None)
@given(STEPS)
@example([None] * _COLLECTIONS + [(Wallet.MAIN, "USDT", Decimal(1))])
def test_the_reads_agree_with_the_ledger_after_any_sequence(steps: list[Any]) -> None:
    clock = FakeClock()
    sandbox = Sandbox(clock=clock)
    sandbox.open(symbol="BTCUSDT")
    sandbox.open(email=DESK)
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=clock) as client:
        for step in steps:
            clock.now += 1
            take(step, sandbox, client)
        assert balances_read(client) == {
            (str(wallet.wallet), asset): amount
            for wallet, amounts in sandbox.balances().items()
            if wallet.wallet != "PORTFOLIO_MARGIN"
            for asset, amount in amounts.items()
        }
        for kind in TransferType:
            symbols: dict[str, Any] = {"from_symbol": "BTCUSDT", "to_symbol": "BTCUSDT"}
            rows = history(client, kind, size=100, **symbols)
            assert [(row.tran_id, row.timestamp, row.asset, row.amount) for row in rows] == [
                (entry.id, entry.time, entry.asset, entry.amount)
                for entry in reversed(sandbox.entries)
                if dict(entry.parameters).get("type") == kind and entry.operation == "user_universal_transfer"
            ]


def take(step: Any, sandbox: Sandbox, client: Client) -> None:
    with suppress(InsufficientBalance):
        match step:
            case None:
                client.fund_auto_collection()
            case MarginTransferDirection():
                client.margin_transfer_for_sub_account(email=DESK, asset="USDT", amount=1, type=step)
            case (Wallet() as wallet, asset, amount):
                sandbox.credit(wallet, asset, amount, **OWNED.get(wallet, {}))
            case (kind, asset, amount):
                symbols: dict[str, Any] = {"from_symbol": "BTCUSDT", "to_symbol": "BTCUSDT"}
                client.user_universal_transfer(type=kind, asset=asset, amount=amount, **symbols)


def balances_read(client: Client) -> dict[tuple[str, str], Decimal]:
    """Return what the reads show of the wallets, by wallet and asset, after comparing the reads with each other."""
    held: dict[tuple[str, str], Decimal] = {}
    for wallet in client.query_user_wallet_balance(need_balance_detail=True):
        for row in wallet.asset_balances or []:
            held[OVERVIEW[wallet.wallet_name], row.asset] = row.free
    for portfolio in client.get_portfolio_margin_pro_account_balance():
        columns = (portfolio.cross_margin_free, portfolio.um_wallet_balance, portfolio.cm_wallet_balance)
        for name, amount in zip(("MARGIN", "UMFUTURE", "CMFUTURE"), columns, strict=True):
            assert held.get((name, portfolio.asset), 0) == amount
    for spot in client.query_sub_account_assets(email=DESK).balances:
        held["SUB_MAIN", spot.asset] = spot.free
    for margin in client.get_detail_on_sub_accounts_margin_account(email=DESK).margin_user_asset_vo_list or []:
        held["SUB_MARGIN", margin.asset] = margin.free
    return held


def test_an_entry_keeps_what_the_call_named(sandbox: Sandbox, client: Client) -> None:
    sandbox.credit(Wallet.MAIN, "USDT", 10)
    move(client, "1.0", recv_window=5000)
    assert sandbox.entries[0].parameters == ()
    assert sandbox.entries[1].parameters == (("type", "MAIN_UMFUTURE"), ("asset", "USDT"), ("amount", "1.0"))
    assert sandbox.balances()[WalletRef("UMFUTURE")] == {"USDT": 1}
