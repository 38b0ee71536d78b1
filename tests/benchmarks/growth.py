"""What one more call costs as the work grows: python -m tests.benchmarks.growth [--json FILE].

A row has the microseconds of CPU per call, for more and more threads, tasks and journal entries; it stays flat where
nothing is walked again. How generation grows with operations is in `regeneration`.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from binance_transfers import AsyncClient, Client, Journal

from .calls import TRANSFER, Unlimited
from .figures import arguments, report
from .responder import serving

CALLS, ENTRIES = 1_000, 200
SIZES = {"threads": (1, 4, 16, 64), "tasks": (1, 10, 100), "journal entries": (0, 250, 1_000)}


def threads(url: str, size: int) -> None:
    """Make the calls from so many threads that share a client."""
    with Client("key", "secret", base_url=url, limiter=Unlimited()) as client, ThreadPoolExecutor(size) as pool:
        list(pool.map(lambda _: client.user_universal_transfer(**TRANSFER), range(CALLS)))


def tasks(url: str, size: int) -> None:
    """Make the calls from so many tasks that share a client."""

    async def made() -> None:
        async with AsyncClient("key", "secret", base_url=url, limiter=Unlimited()) as client:
            for _ in range(0, CALLS, size):
                await asyncio.gather(*(client.user_universal_transfer(**TRANSFER) for _ in range(size)))

    asyncio.run(made())


def entries(url: str) -> Iterator[float]:
    """Yield what a call of a journal costs behind each number of entries."""
    with tempfile.TemporaryDirectory() as folder, Client("k", "s", base_url=url, limiter=Unlimited()) as client:
        journal, known = Journal(f"{folder}/journal.sqlite"), 0
        for size in SIZES["journal entries"]:
            start = time.process_time()
            for number in range(known, size + ENTRIES):
                if number == size:
                    start = time.process_time()
                journal.once(str(number), client.user_universal_transfer, **TRANSFER)
            known = size + ENTRIES
            yield (time.process_time() - start) / ENTRIES * 1e6
        journal.close()


def measure(url: str) -> dict[str, dict[str, dict[str, float]]]:
    """Return the cost of a call, by what grows and its size."""
    found = {"journal entries": dict(zip(SIZES["journal entries"], entries(url), strict=True))}
    for name, work in (("threads", threads), ("tasks", tasks)):
        work(url, 1)
        found[name] = {}
        for size in SIZES[name]:
            start = time.process_time()
            work(url, size)
            found[name][size] = (time.process_time() - start) / CALLS * 1e6
    return {name: {str(size): {"CPU per call": cost} for size, cost in costs.items()} for name, costs in found.items()}


def main() -> None:
    """Print the tables, and keep them in the file that was asked for."""
    options = arguments("Grow the work, and measure one more call.").parse_args()
    with serving() as (url, certificate):
        os.environ["SSL_CERT_FILE"] = str(certificate)
        report("growth", "µs", measure(url), options.json)


if __name__ == "__main__":
    main()
