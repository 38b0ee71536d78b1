"""What people wrote for 0.1: blocking and asyncio, every call, every exception; it is type-checked, never run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from binance_transfers import (
    ERROR_CODES,
    OPERATIONS,
    AsyncClient,
    AsyncLimiter,
    Attempt,
    AuthenticationError,
    BinanceError,
    Client,
    Clock,
    CollectionReceipt,
    EarnAsset,
    EarnTransferType,
    HmacSigner,
    InsufficientBalance,
    InvalidRequest,
    IpBanned,
    Limiter,
    MarginTransferDirection,
    MemoryLimiter,
    NotExecuted,
    NotSent,
    OutcomeUnknown,
    ParameterRejected,
    PemSigner,
    RateLimited,
    Rejected,
    RetryPolicy,
    Signer,
    SubAccountTransferReceipt,
    SystemClock,
    TimestampOutOfWindow,
    TransferableEarnBalance,
    TransferType,
    UniversalTransferReceipt,
    Unlisted,
    __version__,
)
from binance_transfers.sandbox import Sandbox


def sweep(client: Client) -> tuple[CollectionReceipt, CollectionReceipt]:
    return client.fund_collection_by_asset(asset="USDT"), client.fund_auto_collection(recv_window=5000)


def move(client: Client, amount: Decimal) -> int | None:
    try:
        receipt: UniversalTransferReceipt = client.user_universal_transfer(
            type=TransferType.ISOLATEDMARGIN_MARGIN,
            asset="USDT",
            amount=amount,
            from_symbol="BTCUSDT",
            to_symbol=None,
            recv_window=10_000,
        )
    except InvalidRequest as error:
        problems: tuple[str, ...] = error.problems
        raise ValueError(problems) from error
    except RateLimited as error:
        wait: float | None = error.retry_after
        print(wait, isinstance(error, IpBanned))  # noqa: T201 - a program prints
        return None
    except (AuthenticationError, TimestampOutOfWindow, InsufficientBalance, ParameterRejected) as error:
        rejected: Rejected = error
        reason: str | None = rejected.reason
        raise RuntimeError(reason) from error
    except NotSent:
        return None
    except NotExecuted as error:
        status, code = error.status, error.code
        headers: Mapping[str, str] = error.headers
        raise LookupError(status, code, headers, error.attempts, error.sent_at) from error
    except OutcomeUnknown as error:
        look: str = error.check
        kept: object = error.receipt
        raise RuntimeError(look, kept) from error
    except BinanceError as error:
        operation: str | None = error.operation
        parameters: Mapping[str, object] = error.parameters
        raise RuntimeError(operation, parameters) from error
    return receipt.tran_id


def desks(client: Client, emails: list[str]) -> dict[str, str]:
    receipts: list[SubAccountTransferReceipt] = [
        client.margin_transfer_for_sub_account(
            email=email, asset="USDT", amount="1.5", type=MarginTransferDirection.SPOT_TO_MARGIN
        )
        for email in emails
    ]
    return {email: receipt.txn_id for email, receipt in zip(emails, receipts, strict=True)}


def earned(client: Client) -> Decimal:
    balance: TransferableEarnBalance = client.get_transferable_earn_asset_balance_for_portfolio_margin(
        asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.EARN_TO_FUTURE
    )
    asset: str = balance.asset
    return balance.amount if asset else Decimal(0)


async def later(client: AsyncClient) -> list[object]:
    await client.synchronize_clock()
    return [
        await client.fund_collection_by_asset(asset=Unlisted("BNB")),
        await client.fund_auto_collection(),
        await client.user_universal_transfer(type=Unlisted("MAIN_MOON"), asset="USDT", amount=1),
        await client.margin_transfer_for_sub_account(email="a+b@example.com", asset="USDT", amount=1, type=Unlisted(3)),
        await client.get_transferable_earn_asset_balance_for_portfolio_margin(
            asset=Unlisted("RWUSD"), transfer_type=EarnTransferType.FUTURE_TO_EARN
        ),
    ]


class FrozenClock:
    def milliseconds(self) -> int:
        return int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1000

    def correct(self, server_time: int, age: float) -> None:
        """It stands still."""


class OwnSigner:
    def sign(self, payload: bytes) -> str:
        return payload.hex()


def watch(attempt: Attempt) -> None:
    print(attempt.line(), attempt.operation, attempt.outcome, attempt.duration)  # noqa: T201 - a program prints


def clients(pem: Path) -> tuple[Client, AsyncClient]:
    clock: Clock = FrozenClock()
    own: Signer = OwnSigner()
    budgets: Limiter = MemoryLimiter()
    blocking = Client(
        "key",
        own,
        base_url="https://api.binance.com",
        timeout=5,
        deadline=30,
        recv_window=5000,
        retry=RetryPolicy(attempts=2, first_delay=0.1, longest_delay=1.0),
        when_full="wait",
        clock=clock,
        limiter=budgets,
        on_attempt=watch,
    )
    shared: AsyncLimiter | Limiter = budgets
    concurrent = AsyncClient("key", PemSigner.from_file(pem, "pass"), limiter=shared, clock=SystemClock())
    return blocking, concurrent


def table() -> tuple[str, int, list[str]]:
    operation = OPERATIONS["user_universal_transfer"]
    conditions = [
        f"{condition.parameter} when {condition.other} is {condition.values}" for condition in operation.conditions
    ]
    return ERROR_CODES[-1021].outcome, operation.weight.calls_per_minute, conditions


async def main() -> None:
    sandbox = Sandbox()
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client:
        sweep(client)
        move(client, Decimal("0.00001"))
        desks(client, ["treasury+desk1@example.com"])
        earned(client)
        weights: Mapping[str, int] = client.used_weights
        print(weights, client.last_headers, __version__)  # noqa: T201 - a program prints
    async with AsyncClient.from_env(when_full="raise") as concurrent:
        await later(concurrent)
    Client("key", HmacSigner("secret")).close()
