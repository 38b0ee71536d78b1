"""One transfer and one read, with either client, over either library."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import pytest

from binance_transfers import EarnAsset, EarnTransferType, TransferType

from .scripted import called


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def transfer(request: pytest.FixtureRequest, library: ModuleType) -> Callable[..., Any]:
    arguments = {"type": TransferType.MAIN_FUNDING, "asset": "USDT", "amount": "1"}
    return partial(called, "user_universal_transfer", arguments, library=library, asynchronous=request.param)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def read(request: pytest.FixtureRequest, library: ModuleType) -> Callable[..., Any]:
    arguments = {"asset": EarnAsset.LDUSDT, "transfer_type": EarnTransferType.EARN_TO_FUTURE}
    method = "get_transferable_earn_asset_balance_for_portfolio_margin"
    return partial(called, method, arguments, library=library, asynchronous=request.param)
