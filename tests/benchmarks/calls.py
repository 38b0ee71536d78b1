"""What a call costs beside bare httpx (and Binance's own connector where it is installed), in the same run.

    python tests/benchmarks/calls.py [CALLS]

A server in a process of its own responds on loopback. Each figure is the median of several rounds in which the two
sides take turns; CPU seconds are those of this process alone. The last rows say how memory grows over many calls, and
what an import and a first call cost in a fresh process.
"""

from __future__ import annotations

import gc
import multiprocessing
import resource
import socketserver
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
ROUNDS = 7
CONNECTOR = "binance_sdk_wallet"


class _Answers(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while line := self.rfile.readline():
            close = False
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                close = close or header.lower().startswith(b"connection: close")
            body = b'{"amount":"0.55","asset":"LDUSDT"}' if line.startswith(b"GET") else b'{"tranId":13526853623}'
            end = b"Connection: close\r\n" if close else b""
            self.wfile.write(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (end, len(body), body))
            if close:
                return


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


def _serve(ready: multiprocessing.Queue[int]) -> None:
    with _Server(("127.0.0.1", 0), _Answers) as server:
        ready.put(server.server_address[1])
        server.serve_forever()


@contextmanager
def serving() -> Iterator[str]:
    """Yield the address of a server in a process of its own."""
    ready: multiprocessing.Queue[int] = multiprocessing.Queue()
    process = multiprocessing.Process(target=_serve, args=(ready,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ready.get()}"
    finally:
        process.terminate()


def cpu_per_call(call: Callable[[], object], calls: int) -> float:
    """Return the microseconds of CPU that a call costs."""
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls * 1e6


def in_turns(ours: Callable[[], object], theirs: Callable[[], object], calls: int) -> tuple[float, float, float]:
    """Return the medians of both, and of the ratio round by round."""
    for side in (ours, theirs):
        cpu_per_call(side, 50)
    rounds = [(cpu_per_call(ours, calls), cpu_per_call(theirs, calls)) for _ in range(ROUNDS)]
    return (
        statistics.median(mine for mine, _ in rounds),
        statistics.median(other for _, other in rounds),
        statistics.median(mine / other for mine, other in rounds),
    )


def compare(url: str, calls: int) -> Iterator[tuple[str, float, float, float]]:
    """Yield a row for reads and one for transfers."""
    from binance_transfers import Client, EarnAsset, EarnTransferType, TransferType  # noqa: PLC0415 - measured below

    class Unlimited:
        def reserve(self, *_: object) -> float:
            return 0.0

        def observe(self, *_: object) -> None: ...

        def block(self, *_: object, everything: bool) -> None: ...

    client = Client("key", "secret", base_url=url, limiter=Unlimited())
    pooled = httpx.Client()
    fresh = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0))
    query = f"timestamp=1499827319559&signature={'0' * 64}"
    balance = f"{url}/sapi/v1/portfolio/earn-asset-balance?asset=LDUSDT&transferType=EARN_TO_FUTURE&{query}"
    transfer = f"{url}/sapi/v1/asset/transfer?type=MAIN_UMFUTURE&asset=USDT&amount=10.5&{query}"
    headers = {"X-MBX-APIKEY": "key"}
    reads = in_turns(
        lambda: client.get_transferable_earn_asset_balance_for_portfolio_margin(
            asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.EARN_TO_FUTURE
        ),
        lambda: pooled.send(pooled.build_request("GET", balance, headers=headers)).json(),
        calls,
    )
    yield ("read, connection reused", *reads)
    moves = in_turns(
        lambda: client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="10.5"),
        lambda: fresh.send(fresh.build_request("POST", transfer, headers=headers)).json(),
        calls,
    )
    yield ("transfer, connection of its own", *moves)


def memory_growth(url: str, calls: int) -> tuple[int, int]:
    """Return the KiB of memory at its peak after a tenth of the calls and after all of them."""
    from binance_transfers import Client, EarnAsset, EarnTransferType  # noqa: PLC0415

    client = Client("key", "secret", base_url=url)
    client._limiter.reserve = lambda *_: 0.0  # type: ignore[method-assign]
    peaks = []
    for part in (calls // 10, calls - calls // 10):
        for _ in range(part):
            client.get_transferable_earn_asset_balance_for_portfolio_margin(
                asset=EarnAsset.LDUSDT, transfer_type=EarnTransferType.EARN_TO_FUTURE
            )
        gc.collect()
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peaks[0], peaks[1]


def first_call(program: str) -> float:
    """Return the median milliseconds of CPU of a fresh process that runs the program."""
    costs = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(costs) * 1e3


OURS = """
from binance_transfers import Client, TransferType
client = Client("key", "secret", base_url={url!r})
client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="10.5")
"""
THEIRS = """
from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_wallet.wallet import Wallet
wallet = Wallet(config_rest_api=ConfigurationRestAPI(api_key="key", api_secret="secret", base_path={url!r}))
wallet.rest_api.user_universal_transfer(type="MAIN_UMFUTURE", asset="USDT", amount=10.5)
"""
BARE = """
import httpx
httpx.Client().post({url!r} + "/sapi/v1/asset/transfer?timestamp=1")
"""


def main() -> None:
    """Print the tables."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    write = sys.stdout.write
    with serving() as url:
        write("| call | ours, CPU µs | bare httpx, CPU µs | ratio |\n|---|---:|---:|---:|\n")
        for name, ours, bare, ratio in compare(url, calls):
            write(f"| {name} | {ours:.0f} | {bare:.0f} | {ratio:.2f} |\n")
        write("\n| a fresh process: import and first transfer | CPU ms |\n|---|---:|\n")
        write(
            f"| ours | {first_call(OURS.format(url=url)):.0f} |\n| bare httpx | {first_call(BARE.format(url=url)):.0f} |\n"
        )
        if find_spec(CONNECTOR):
            write(f"| Binance's connector | {first_call(THEIRS.format(url=url)):.0f} |\n")
        before, after = memory_growth(url, calls * 100)
        write(f"\nPeak memory after {calls * 10} calls {before} KiB, after {calls * 100} calls {after} KiB.\n")


if __name__ == "__main__":
    main()
