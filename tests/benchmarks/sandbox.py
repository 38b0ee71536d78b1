"""What a call in the sandbox costs beside the same call to a canned response, and what a fresh sandbox costs a test.

    python -m tests.benchmarks.sandbox [CALLS]

The other side of the comparison is the same client on `httpx.MockTransport`, which checks nothing and moves nothing; the
two take turns in the same run. Times are CPU of this process.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable

import httpx

from binance_transfers import Client, TransferType
from binance_transfers.sandbox import Sandbox, Wallet

from .calls import ROUNDS, cpu_per_call, in_turns


class Fast:
    """A clock on which each call is a minute after the one before, so that no budget runs out."""

    def __init__(self) -> None:
        self._now = 1_700_000_000_000

    def milliseconds(self) -> int:
        return self._now

    def correct(self, server_time: int, age: float) -> None: ...

    def tick(self) -> None:
        self._now += 60_000


def transfers(client: Client, clock: Fast) -> Callable[[], object]:
    """Return what makes one transfer, a minute after the one before."""

    def transfer() -> object:
        clock.tick()
        return client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="0.01")

    return transfer


def fresh() -> None:
    """Do what the fixtures do for a test that makes one transfer."""
    sandbox = Sandbox()
    sandbox.credit(Wallet.MAIN, "USDT", 1)
    with Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport) as client:
        client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="0.01")


def main() -> None:
    """Print the comparison as Markdown."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    clock = Fast()
    sandbox = Sandbox(clock=clock)
    sandbox.credit(Wallet.MAIN, "USDT", 10**9)
    canned = httpx.MockTransport(lambda _: httpx.Response(200, content=b'{"tranId":1}'))
    ours = transfers(Client(sandbox.api_key, sandbox.secret, transport=sandbox.transport, clock=clock), clock)
    theirs = transfers(Client(sandbox.api_key, sandbox.secret, transport=canned, clock=clock), clock)
    mine, other, _ = in_turns(ours, theirs, calls)
    start = statistics.median(cpu_per_call(fresh, 20) for _ in range(ROUNDS))
    sys.stdout.write(
        "| a transfer in process | CPU µs | calls per second on one core |\n|---|---:|---:|\n"
        f"| on the sandbox | {mine:.0f} | {1e6 / mine:.0f} |\n"
        f"| on a canned response | {other:.0f} | {1e6 / other:.0f} |\n\n"
        f"A fresh sandbox, its client and one transfer: {start / 1e3:.2f} ms.\n"
    )


if __name__ == "__main__":
    main()
