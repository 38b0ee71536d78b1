"""The clients: each performs the commands of a call's flow, in the calling thread or in an event loop."""

from __future__ import annotations

from collections.abc import Awaitable
from types import TracebackType
from typing import Self

from .base_client import BaseClient, Command, Result
from .flow import run, run_async
from .limiter import AsyncLimiter, Limiter
from .operation import Operation
from .transport import AsyncHttp, AsyncHttpTransport, SyncHttp, SyncHttpTransport


def _perform(command: Command[SyncHttp]) -> object:
    return command.perform()


def _perform_async(command: Command[AsyncHttp]) -> Awaitable[object]:
    return command.perform_async()


class SyncAPIClient(BaseClient[SyncHttp, SyncHttpTransport, Limiter]):
    """Sends from the calling thread; safe to share between threads."""

    _asynchronous = False

    def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        return run(self._call_flow(operation, arguments), _perform)

    def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's, with an unsigned request of weight 1 in a budget of its own.

        Raises:
            NotExecuted: Binance did not return the time, or was not asked, as this IP address is banned.
        """
        run(self._clock_flow(min(self._timeout, self._deadline)), _perform)

    def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client."""
        for http in self._transport.owned:
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
    _loop: object = None

    async def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        self._stay_in_one_loop()
        return await run_async(self._call_flow(operation, arguments), _perform_async)

    def _stay_in_one_loop(self) -> None:
        import asyncio  # noqa: PLC0415 - it costs more than our own import, and only asynchronous callers need it

        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise RuntimeError("This client belongs to another event loop; make one client per loop. Nothing was sent.")

    async def synchronize_clock(self) -> None:
        """Set this client's clock by Binance's, with an unsigned request of weight 1 in a budget of its own.

        Raises:
            NotExecuted: Binance did not return the time, or was not asked, as this IP address is banned.
        """
        self._stay_in_one_loop()
        await run_async(self._clock_flow(min(self._timeout, self._deadline)), _perform_async)

    async def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client."""
        for http in self._transport.owned:
            await http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
