"""How many transfers are lost to servers that close idle connections, by the client's bound and the server's.

    python -m tests.benchmarks.idle [--transfers TRANSFERS] [--json FILE]

A transfer is lost, and its outcome unknown, where its request and the end of the connection cross. Clients pause at
random, the server closes what lay idle. All times but those of the loopback are a hundredth of those printed.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from binance_transfers import AsyncClient, BinanceError, MemoryLimiter, RetryPolicy

from .figures import arguments, report

SCALE = 100
BOUNDS = (0, 0.5, 2, 5, 30)
IDLE_TIMES = (None, 0.05, 1, 5, 60)
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 70.0
CLIENTS = 100
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"tranId":13526853623}'


class _Serving(asyncio.Protocol):
    """Answers each request, and closes once none comes in time."""

    def __init__(self, idle_time: float | None) -> None:
        self._idle_time = idle_time
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, _: bytes) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._transport.write(ANSWER)
        if self._idle_time is not None:
            self._timer = asyncio.get_running_loop().call_later(self._idle_time / SCALE, self._transport.close)


def _serve(ready: multiprocessing.Queue[list[int]]) -> None:
    async def run() -> None:
        loop, ports = asyncio.get_running_loop(), []
        for idle_time in IDLE_TIMES:
            server = await loop.create_server(partial(_Serving, idle_time), "127.0.0.1", 0)
            ports.append(server.sockets[0].getsockname()[1])
        ready.put(ports)
        await asyncio.Event().wait()

    asyncio.run(run())


@contextmanager
def serving() -> Iterator[list[int]]:
    """Yield a port for each idle time, of a server in a process of its own."""
    ready: multiprocessing.Queue[list[int]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_serve, args=(ready,), daemon=True)
    process.start()
    try:
        yield ready.get()
    finally:
        process.terminate()


class _Unlimited(MemoryLimiter):
    def reserve(self, _operation: object, _now: int) -> float:
        return 0.0


async def _transfer(port: int, bound: float, transfers: int, outcomes: Counter[str]) -> None:
    settings: dict[str, Any] = {"base_url": f"http://127.0.0.1:{port}", "keepalive_expiry": bound / SCALE}
    async with AsyncClient("key", "secret", limiter=_Unlimited(), retry=RetryPolicy(attempts=1), **settings) as client:
        for _ in range(transfers):
            pause = math.exp(random.uniform(math.log(SHORTEST_PAUSE), math.log(LONGEST_PAUSE)))  # noqa: S311
            await asyncio.sleep(pause / SCALE)
            try:
                await client.user_universal_transfer(type="MAIN_FUNDING", asset="USDT", amount="1")
                outcomes["executed"] += 1
            except BinanceError as error:
                outcomes[type(error).__name__] += 1


def unknown(port: int, bound: float, transfers: int) -> float:
    """Return how many of 10,000 transfers have an unknown outcome; nothing else goes wrong."""

    async def run() -> Counter[str]:
        outcomes: Counter[str] = Counter()
        await asyncio.gather(*(_transfer(port, bound, transfers // CLIENTS, outcomes) for _ in range(CLIENTS)))
        return outcomes

    outcomes = asyncio.run(run())
    if others := outcomes.keys() - {"executed", "OutcomeUnknown"}:
        raise RuntimeError(f"transfers ended otherwise: {others}")
    return outcomes["OutcomeUnknown"] * 10_000 / outcomes.total()


def main() -> None:
    """Print the table, and keep it in the file that was asked for."""
    parser = arguments("Count the transfers that are lost to servers that close idle connections.")
    parser.add_argument("--transfers", type=int, default=10_000, help="transfers for each pair of bound and server")
    options = parser.parse_args()
    with serving() as ports:
        rows = {
            f"keepalive_expiry={bound}": {
                "no end" if time is None else f"{time} s": unknown(port, bound, options.transfers)
                for time, port in zip(IDLE_TIMES, ports, strict=True)
            }
            for bound in BOUNDS
        }
    report("idle", "unknown of 10,000", {"by the server's idle time": rows}, options.json)


if __name__ == "__main__":
    main()
