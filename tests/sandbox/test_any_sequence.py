"""Any sequence of calls and failures keeps funds conserved, and what callers learn true to the ledger."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from binance_transfers import (
    Client,
    EarnAsset,
    EarnTransferType,
    MarginTransferDirection,
    NotExecuted,
    OutcomeUnknown,
    RetryPolicy,
    TransferType,
)
from binance_transfers.sandbox import Entry, FailureKind, Sandbox, Wallet

from .table import FakeClock

ASSETS = st.sampled_from(["USDT", "USDT", "BNB", "LDUSDT", "币安人生"])
AMOUNTS = st.decimals("1E-8", 1_000, places=8)
SYMBOLS = st.sampled_from(["BTCUSDT", "BTCUSDT", "ETHUSDT", "NONEUSDT"])
EMAILS = st.sampled_from(["desk+1@example.com", "desk+1@example.com", "desk-1@example.com"])
IMPATIENT = RetryPolicy(attempts=3, first_delay=0, longest_delay=0)


class Sequence(RuleBasedStateMachine):
    """Calls, failures and the passing of time, in any order."""

    @initialize()
    def begin(self) -> None:
        self.server_time, self.client_time = FakeClock(), FakeClock()
        self.sandbox = Sandbox(clock=self.server_time)
        for symbol in ("BTCUSDT", "ETHUSDT"):
            self.sandbox.open(symbol=symbol)
        self.client = Client(
            self.sandbox.api_key,
            self.sandbox.secret,
            transport=self.sandbox.transport,
            clock=self.client_time,
            retry=IMPATIENT,
            timeout=0.001,
            deadline=5,
        )
        self.credited: dict[str, Decimal] = {}
        self.receipts: list[int] = []
        for wallet in Wallet:
            for asset in ("USDT", "BNB"):
                self.credit(wallet, asset, Decimal(2_000))

    @rule(wallet=st.sampled_from(Wallet), asset=ASSETS, amount=AMOUNTS)
    def credit(self, wallet: Wallet, asset: str, amount: Decimal) -> None:
        owner: dict[str, Any] = {}
        if wallet is Wallet.ISOLATEDMARGIN:
            owner = {"symbol": "BTCUSDT"}
        if wallet in (Wallet.SUB_MAIN, Wallet.SUB_MARGIN):
            owner = {"email": "desk+1@example.com"}
        self.sandbox.credit(wallet, asset, amount, **owner)
        self.credited[asset] = self.credited.get(asset, Decimal(0)) + amount

    @rule(
        kind=st.sampled_from(get_args(FailureKind)),
        executed=st.booleans(),
        times=st.sampled_from([1, 2, 5]),
        probability=st.sampled_from([0.3, 1.0]),
        seed=st.integers(0, 3),
        seconds=st.sampled_from([0, 3, 60]),
        after=st.sampled_from([0, 2]),
    )
    def fail(self, kind: FailureKind, *, executed: bool, **more: Any) -> None:
        fixed = kind in ("clock", "rate_limit", "ban", "slow", "no_connection")
        if kind == "refuse":
            more["code"] = -3029 if executed else -5002
        self.sandbox.inject(kind, executed=None if fixed else executed, **more)

    @rule(seconds=st.sampled_from([1, 61, 3601]))
    def time_passes(self, seconds: int) -> None:
        self.server_time.now += seconds * 1000
        self.client_time.now += seconds * 1000

    @rule(milliseconds=st.sampled_from([-10_000, -2_000, 0, 5_000, 3_600_000]))
    def the_clocks_differ(self, milliseconds: int) -> None:
        self.sandbox.skew = milliseconds

    @rule(kind=st.sampled_from(TransferType), asset=ASSETS, amount=AMOUNTS, left=SYMBOLS, entered=SYMBOLS)
    def transfer(self, kind: TransferType, asset: str, amount: Decimal, left: str, entered: str) -> None:
        symbols = {"from_symbol": left, "to_symbol": entered}
        arguments: dict[str, Any] = {"type": kind, "asset": asset, "amount": amount, **symbols}
        moved = self._moved(lambda: self.client.user_universal_transfer(**arguments).tran_id)
        assert [(entry.asset, entry.amount) for entry in moved] in ([], [(asset, amount)])

    @rule(email=EMAILS, asset=ASSETS, amount=AMOUNTS, direction=st.sampled_from(MarginTransferDirection))
    def sub_account_transfer(self, email: str, asset: str, amount: Decimal, direction: MarginTransferDirection) -> None:
        arguments: dict[str, Any] = {"email": email, "asset": asset, "amount": amount, "type": direction}
        moved = self._moved(lambda: int(self.client.margin_transfer_for_sub_account(**arguments).txn_id))
        assert [(entry.asset, entry.amount) for entry in moved] in ([], [(asset, amount)])

    @rule()
    def collect_everything(self) -> None:
        moved = self._moved(self.client.fund_auto_collection)
        assert "BNB" not in {entry.asset for entry in moved}

    @rule(asset=ASSETS.filter(lambda asset: asset != "BNB"))
    def collect(self, asset: str) -> None:
        moved = self._moved(lambda: self.client.fund_collection_by_asset(asset=asset))
        assert {entry.asset for entry in moved} <= {asset}

    @rule()
    def read(self) -> None:
        before = self.sandbox.entries
        try:
            report = self.client.get_transferable_earn_asset_balance_for_portfolio_margin(
                asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.EARN_TO_FUTURE
            )
        except NotExecuted:
            pass
        else:
            assert report.amount == self.sandbox.balance(Wallet.EARN, "LDUSDT")
        assert self.sandbox.entries == before

    @invariant()
    def no_receipt_is_given_twice(self) -> None:
        receipts = getattr(self, "receipts", [])
        assert len(set(receipts)) == len(receipts)

    @invariant()
    def funds_are_conserved(self) -> None:
        for asset, amount in getattr(self, "credited", {}).items():
            assert self.sandbox.total(asset) == amount

    @invariant()
    def no_wallet_is_overdrawn(self) -> None:
        if hasattr(self, "sandbox"):
            assert all(amount > 0 for held in self.sandbox.balances().values() for amount in held.values())

    def _moved(self, call: Callable[[], object]) -> list[Entry]:
        """Make a call, compare its outcome (a transfer's id) with the ledger, and return what moved."""
        before = len(self.sandbox.entries)
        try:
            outcome = call()
        except (NotExecuted, OutcomeUnknown) as error:
            outcome = error
        moved = list(self.sandbox.entries[before:])
        assert len({entry.id for entry in moved}) <= 1
        if isinstance(outcome, NotExecuted):
            assert moved == []
        elif isinstance(outcome, int):
            assert [entry.id for entry in moved] == [outcome]
            self.receipts.append(outcome)
        return moved


TestSequence = Sequence.TestCase
TestSequence.settings = settings(max_examples=20, stateful_step_count=50, deadline=None)
