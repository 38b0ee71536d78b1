"""The clients: each performs the commands of a call's flow, in the calling thread or in an event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from types import TracebackType
from typing import Any, Self

from .base_client import BaseClient, Command, Result
from .errors import OutcomeUnknown
from .flow import Flow, run, run_async
from .limiter import AsyncLimiter, Limiter
from .operation import Operation
from .sent import Sent
from .transport import AsyncHttp, AsyncHttpTransport, SyncHttp, SyncHttpTransport
from .verdict import Snapshot, Verdict


def _perform(command: Command) -> object:
    return command.perform()


def _perform_async(command: Command) -> Awaitable[object]:
    return command.perform_async()


class SyncAPIClient(BaseClient[SyncHttp, SyncHttpTransport, Limiter]):
    """Sends from the calling thread; safe to share between threads."""

    _asynchronous = False
    _called = "Client"

    def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        return run(self._call_flow(operation, arguments), _perform)

    def _run(self, flow: Flow[Command, Result]) -> Result:
        return run(flow, _perform)

    def _rows(self, operation: Operation[Any], /, **arguments: object) -> Iterator[Any]:
        from .pages import Pages  # noqa: PLC0415 - for those who ask for all rows

        pages = Pages(operation, arguments)
        while not pages.finished:
            yield from pages.rows(self._call(operation, **pages.arguments))

    def reconcile(
        self,
        unknown: OutcomeUnknown | Sent,
        *,
        exclude: Iterable[int | str] | None = None,
        before: Snapshot | None = None,
        wait: float = 0,
    ) -> Verdict:
        """Find out what became of a transfer whose outcome is unknown, by what Binance's reads show.

        Args:
            unknown: The exception, or what was kept of it with `Sent.of`.
            exclude: Ids of transfers that are known to be others. Those of this client are known already; for a call of
                another client or process it must be given, `[]` where there are none.
            before: What the wallets held before the call, where only balances confirm it; see `snapshot`.
            wait: Seconds to wait at most where asking again later may tell more.

        Returns:
            Verdict: What became of it, and the evidence. Absence counts only where it was read twice, a second apart. Where
                a read fails, the transfer is `undecided`, and the reason says why.

        Raises:
            InvalidRequest: An argument cannot be used, or the operation is not one that moves funds.
        """
        return run(self._reconcile_flow(unknown, exclude, before, wait), _perform)

    def snapshot(self, method: str, /, **arguments: object) -> Snapshot:
        """Read what the wallets hold that a transfer is going to touch, so that `reconcile` can compare.

        Args:
            method: The name of the transfer's method, one that only balances confirm.
            arguments: The arguments that the transfer is going to be called with.

        Raises:
            InvalidRequest: Balances do not confirm this operation, or an argument breaks a rule.
            NotExecuted: A balance could not be read.
        """
        return run(self._snapshot_flow(method, arguments), _perform)

    def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's, with an unsigned request of weight 1 in a budget of its own.

        Raises:
            NotExecuted: Binance did not return the time, or was not asked, as this IP address is banned.
        """
        run(self._clock_flow(min(self._timeout, self._deadline)), _perform)

    def warm_up(self) -> None:
        """Open a connection beforehand, which saves the next call the time for that; no byte of a request is sent.

        It serves a call that begins within `keepalive_expiry` seconds. Nothing is done with an `http_client` or
        `transport` given to this client, or through a proxy.

        Raises:
            NotSent: No connection could be opened.
        """
        run(self._warm_up_flow(), _perform)

    def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client, or this is a copy."""
        for http in () if self._is_copy else self._transport.owned:
            http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncAPIClient(BaseClient[AsyncHttp, AsyncHttpTransport, Limiter | AsyncLimiter]):
    """Sends from one event loop, the one of its first call."""

    _asynchronous = True
    _called = "AsyncClient"

    async def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        self._stay_in_one_loop()
        return await run_async(self._call_flow(operation, arguments), _perform_async)

    async def _run(self, flow: Flow[Command, Result]) -> Result:
        self._stay_in_one_loop()
        return await run_async(flow, _perform_async)

    async def _rows(self, operation: Operation[Any], /, **arguments: object) -> AsyncIterator[Any]:
        from .pages import Pages  # noqa: PLC0415 - for those who ask for all rows

        pages = Pages(operation, arguments)
        while not pages.finished:
            for row in pages.rows(await self._call(operation, **pages.arguments)):
                yield row

    def _stay_in_one_loop(self) -> None:
        import asyncio  # noqa: PLC0415 - it costs more than our own import, and only asynchronous callers need it

        loop = asyncio.get_running_loop()
        if self._shared.loop is None:
            self._shared.loop = loop
        elif self._shared.loop is not loop:
            raise RuntimeError("This client belongs to another event loop; make one client per loop. Nothing was sent.")

    async def reconcile(
        self,
        unknown: OutcomeUnknown | Sent,
        *,
        exclude: Iterable[int | str] | None = None,
        before: Snapshot | None = None,
        wait: float = 0,
    ) -> Verdict:
        """Find out what became of a transfer whose outcome is unknown, by what Binance's reads show.

        Args:
            unknown: The exception, or what was kept of it with `Sent.of`.
            exclude: Ids of transfers that are known to be others. Those of this client are known already; for a call of
                another client or process it must be given, `[]` where there are none.
            before: What the wallets held before the call, where only balances confirm it; see `snapshot`.
            wait: Seconds to wait at most where asking again later may tell more.

        Returns:
            Verdict: What became of it, and the evidence. Absence counts only where it was read twice, a second apart. Where
                a read fails, the transfer is `undecided`, and the reason says why.

        Raises:
            InvalidRequest: An argument cannot be used, or the operation is not one that moves funds.
        """
        self._stay_in_one_loop()
        return await run_async(self._reconcile_flow(unknown, exclude, before, wait), _perform_async)

    async def snapshot(self, method: str, /, **arguments: object) -> Snapshot:
        """Read what the wallets hold that a transfer is going to touch, so that `reconcile` can compare.

        Args:
            method: The name of the transfer's method, one that only balances confirm.
            arguments: The arguments that the transfer is going to be called with.

        Raises:
            InvalidRequest: Balances do not confirm this operation, or an argument breaks a rule.
            NotExecuted: A balance could not be read.
        """
        self._stay_in_one_loop()
        return await run_async(self._snapshot_flow(method, arguments), _perform_async)

    async def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's, with an unsigned request of weight 1 in a budget of its own.

        Raises:
            NotExecuted: Binance did not return the time, or was not asked, as this IP address is banned.
        """
        self._stay_in_one_loop()
        await run_async(self._clock_flow(min(self._timeout, self._deadline)), _perform_async)

    async def warm_up(self) -> None:
        """Open a connection beforehand, which saves the next call the time for that; no byte of a request is sent.

        It serves a call that begins within `keepalive_expiry` seconds. Nothing is done with an `http_client` or
        `transport` given to this client, or through a proxy.

        Raises:
            NotSent: No connection could be opened.
        """
        self._stay_in_one_loop()
        await run_async(self._warm_up_flow(), _perform_async)

    async def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client, or this is a copy."""
        for http in () if self._is_copy else self._transport.owned:
            await http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
