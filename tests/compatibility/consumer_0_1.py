"""What people wrote for 0.1: blocking and asyncio, every call, every exception; it is type-checked, never run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx

import binance_transfers as binance
from binance_transfers.sandbox import Sandbox


def sweep(client: binance.Client) -> tuple[binance.CollectionReceipt, binance.CollectionReceipt]:
    return client.fund_collection_by_asset(asset="USDT"), client.fund_auto_collection(recv_window=5000)


def move(client: binance.Client, amount: Decimal) -> int | None:
    try:
        receipt: binance.UniversalTransferReceipt = client.user_universal_transfer(
            type=binance.TransferType.ISOLATEDMARGIN_MARGIN,
            asset="USDT",
            amount=amount,
            from_symbol="BTCUSDT",
            to_symbol=None,
            recv_window=10_000,
        )
    except binance.InvalidRequest as error:
        problems: tuple[str, ...] = error.problems
        raise ValueError(problems) from error
    except binance.RateLimited as error:
        wait: float | None = error.retry_after
        print(wait, isinstance(error, binance.IpBanned))  # noqa: T201 - a program prints
        return None
    except (
        binance.AuthenticationError,
        binance.TimestampOutOfWindow,
        binance.InsufficientBalance,
        binance.ParameterRejected,
    ) as error:
        rejected: binance.Rejected = error
        reason: str | None = rejected.reason
        raise RuntimeError(reason) from error
    except binance.NotSent:
        return None
    except binance.NotExecuted as error:
        status, code = error.status, error.code
        headers: Mapping[str, str] = error.headers
        raise LookupError(status, code, headers, error.attempts, error.sent_at) from error
    except binance.OutcomeUnknown as error:
        look: str = error.check
        kept: object = error.receipt
        raise RuntimeError(look, kept) from error
    except binance.BinanceError as error:
        operation: str | None = error.operation
        parameters: Mapping[str, object] = error.parameters
        raise RuntimeError(operation, parameters) from error
    return receipt.tran_id


def desks(client: binance.Client, emails: list[str]) -> dict[str, str]:
    receipts: list[binance.SubAccountTransferReceipt] = [
        client.margin_transfer_for_sub_account(
            email=email, asset="USDT", amount="1.5", type=binance.MarginTransferDirection.SPOT_TO_MARGIN
        )
        for email in emails
    ]
    return {email: receipt.txn_id for email, receipt in zip(emails, receipts, strict=True)}


def earned(client: binance.Client) -> Decimal:
    balance: binance.TransferableEarnBalance = client.get_transferable_earn_asset_balance_for_portfolio_margin(
        asset=binance.EarnAsset.LDUSDT, transfer_type=binance.EarnTransferType.EARN_TO_FUTURE
    )
    asset: str = balance.asset
    return balance.amount if asset else Decimal(0)


async def later(client: binance.AsyncClient) -> list[object]:
    await client.synchronize_clock()
    return [
        await client.fund_collection_by_asset(asset=binance.Unlisted("BNB")),
        await client.fund_auto_collection(),
        await client.user_universal_transfer(type=binance.Unlisted("MAIN_MOON"), asset="USDT", amount=1),
        await client.margin_transfer_for_sub_account(
            email="a+b@example.com", asset="USDT", amount=1, type=binance.Unlisted(3)
        ),
        await client.get_transferable_earn_asset_balance_for_portfolio_margin(
            asset=binance.Unlisted("RWUSD"), transfer_type=binance.EarnTransferType.FUTURE_TO_EARN
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


def watch(attempt: binance.Attempt) -> None:
    print(attempt.line(), attempt.operation, attempt.outcome, attempt.duration)  # noqa: T201 - a program prints


def clients(pem: Path) -> tuple[binance.Client, binance.AsyncClient]:
    clock: binance.Clock = FrozenClock()
    own: binance.Signer = OwnSigner()
    budgets: binance.Limiter = binance.MemoryLimiter()
    blocking = binance.Client(
        "key",
        own,
        base_url="https://api.binance.com",
        timeout=5,
        deadline=30,
        recv_window=5000,
        retry=binance.RetryPolicy(attempts=2, first_delay=0.1, longest_delay=1.0),
        when_full="wait",
        clock=clock,
        limiter=budgets,
        on_attempt=watch,
    )
    shared: binance.AsyncLimiter | binance.Limiter = budgets
    concurrent = binance.AsyncClient(
        "key", binance.PemSigner.from_file(pem, "pass"), limiter=shared, clock=binance.SystemClock()
    )
    return blocking, concurrent


def own_http_clients(http: httpx.Client, awaited: httpx.AsyncClient) -> list[binance.Client | binance.AsyncClient]:
    return [
        binance.Client("key", "secret", http_client=http),
        binance.Client("key", "secret", transport=httpx.HTTPTransport()),
        binance.AsyncClient("key", "secret", http_client=awaited),
        binance.AsyncClient("key", "secret", transport=httpx.AsyncHTTPTransport()),
    ]


def table() -> tuple[str, int, list[str]]:
    operation = binance.OPERATIONS["user_universal_transfer"]
    conditions = [
        f"{condition.parameter} when {condition.other} is {condition.values}" for condition in operation.conditions
    ]
    return binance.ERROR_CODES[-1021].outcome, operation.weight.calls_per_minute, conditions


async def main() -> None:
    sandbox = Sandbox()
    with binance.Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client:
        sweep(client)
        move(client, Decimal("0.00001"))
        desks(client, ["treasury+desk1@example.com"])
        earned(client)
        weights: Mapping[str, int] = client.used_weights
        print(weights, client.last_headers, binance.__version__)  # noqa: T201 - a program prints
    async with binance.AsyncClient.from_env(when_full="raise") as concurrent:
        await later(concurrent)
    binance.Client("key", binance.HmacSigner("secret")).close()
