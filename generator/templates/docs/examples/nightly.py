"""Sweep, move in two equal steps, top up three sub-accounts and check LDUSDT: `python nightly.py 2026-11-28`."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from binance_transfers import BinanceError, Client, Journal, MarginTransferDirection

TOP_UPS = {"desk1@example.com": "150", "desk2@example.com": "150", "desk3@example.com": "80.5"}
LDUSDT_NEEDED = Decimal(1000)
not_done: list[str] = []


@contextmanager
def step(key: str) -> Generator[str]:
    """Report what keeps a step from being done, and go on with the next."""
    try:
        yield key
    except BinanceError as error:
        print(f"{key} is not done: {error}", file=sys.stderr)
        not_done.append(key)


def run(night: date, client: Client, journal: Journal) -> None:
    """Make what is not made yet, after finding out what an earlier run left open."""
    with step(f"{night}/recover"):
        for entry in journal.recover(client, wait=120):
            print(f"{entry.key} was open, and is {entry.state} now.")
    with step(f"{night}/sweep") as key:
        journal.once(key, client.fund_auto_collection)
    for number in (1, 2):
        with step(f"{night}/move-{number}") as key:
            journal.once(key, client.user_universal_transfer, type="MAIN_FUNDING", asset="USDT", amount=4000)
    into = MarginTransferDirection.SPOT_TO_MARGIN
    for email, amount in TOP_UPS.items():
        with step(f"{night}/top-up/{email}") as key:
            top_up = client.margin_transfer_for_sub_account
            journal.once(key, top_up, email=email, asset="USDT", amount=amount, type=into)
    with step(f"{night}/check"):
        earn = client.get_transferable_earn_asset_balance_for_portfolio_margin(
            asset="LDUSDT", transfer_type="EARN_TO_FUTURE"
        )
        if earn.amount < LDUSDT_NEEDED:
            print(f"Only {earn.amount} LDUSDT can be transferred; {LDUSDT_NEEDED} are needed.", file=sys.stderr)
            not_done.append(f"{night}/check")


if __name__ == "__main__":
    with Client.from_env() as client, Journal(os.environ["TRANSFERS_JOURNAL"]) as journal:
        run(date.fromisoformat(sys.argv[1]), client, journal)
    sys.exit(1 if not_done else 0)
