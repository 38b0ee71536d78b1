"""What one more call costs as the work grows: python -m tests.benchmarks.growth [--json FILE].

A row has the microseconds of CPU per call, for more and more threads, tasks and journal entries; it stays flat where
nothing is walked again. How generation grows with operations is in `regeneration`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from binance_transfers import AsyncClient, Client, Journal

from .calls import TRANSFER, Unlimited
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


def measure(url: str) -> dict[str, dict[int, float]]:
    """Return the cost of a call, by what grows and its size."""
    found: dict[str, dict[int, float]] = {
        "journal entries": dict(zip(SIZES["journal entries"], entries(url), strict=True))
    }
    for name, work in (("threads", threads), ("tasks", tasks)):
        work(url, 1)
        found[name] = {}
        for size in SIZES[name]:
            start = time.process_time()
            work(url, size)
            found[name][size] = (time.process_time() - start) / CALLS * 1e6
    return found


def main() -> None:
    """Print a row for each size, and write them to the file that was asked for."""
    parser = argparse.ArgumentParser(description="Grow the work, and measure one more call.")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    options = parser.parse_args()
    with serving() as (url, certificate):
        os.environ["SSL_CERT_FILE"] = str(certificate)
        found = measure(url)
    sys.stdout.write("| what grows | size | CPU µs per call |\n|---|---:|---:|\n")
    for name, costs in found.items():
        sys.stdout.writelines(f"| {name} | {size} | {cost:.0f} |\n" for size, cost in costs.items())
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
