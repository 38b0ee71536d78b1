"""What a call costs beside bare HTTP clients and other libraries, over TLS on loopback, in the same run.

    python -m tests.benchmarks.calls [--calls CALLS] [--json FILE]

A server in a process of its own responds. Sides take turns in several rounds, and each figure is the median of them, in
microseconds of this process's CPU. A side whose library is not installed is left out. The last table says what an import
and a first call cost in a fresh process, in milliseconds of CPU beyond the start of Python.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

from .figures import Table, arguments, report
from .responder import serving

ROUNDS = 7
OURS = "binance-transfers"
MODULES = {
    "bare httpx2": "httpx2",
    "binance-sdk-wallet": "binance_sdk_wallet",
    "python-binance": "binance",
    "ccxt": "ccxt",
}
"""What has to be installed for a side; the others are always there."""
Side: TypeAlias = Callable[[], Any]
TRANSFER: dict[str, Any] = {"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "10.5"}
READ: dict[str, Any] = {"asset": "LDUSDT", "transfer_type": "EARN_TO_FUTURE"}
WIRE_READ = {"asset": "LDUSDT", "transferType": "EARN_TO_FUTURE"}
SIGNED = f"timestamp=1499827319559&signature={'0' * 64}"
PATH = f"/sapi/v1/asset/transfer?type=MAIN_UMFUTURE&asset=USDT&amount=10.5&{SIGNED}"
READ_PATH = f"/sapi/v1/portfolio/earn-asset-balance?asset=LDUSDT&transferType=EARN_TO_FUTURE&{SIGNED}"
HEADERS = {"X-MBX-APIKEY": "key"}


class Unlimited:
    """A limiter that lets everything through."""

    def reserve(self, *_: object) -> float:
        return 0.0

    def observe(self, *_: object) -> None: ...

    def block(self, *_: object, everything: bool) -> None: ...


def cpu_per_call(call: Side, calls: int) -> float:
    """Return the microseconds of CPU that a call costs on a connection that is open."""
    call()
    start = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - start) / calls * 1e6


def in_turns(ours: Side, theirs: Side, calls: int) -> tuple[float, float, float]:
    """Return the medians of both, and of the ratio round by round."""
    for side in (ours, theirs):
        cpu_per_call(side, 50)
    rounds = [(cpu_per_call(ours, calls), cpu_per_call(theirs, calls)) for _ in range(ROUNDS)]
    mine, others = zip(*rounds, strict=True)
    ratios = (one / other for one, other in rounds)
    return statistics.median(mine), statistics.median(others), statistics.median(ratios)


def decoded(bare: Any, method: str, address: str) -> object:
    """Send a request by a bare client, and return what its response holds."""
    return bare.request(method, address, headers=HEADERS).json()


def official(url: str) -> Side:
    """Return what makes a transfer with Binance's own SDK."""
    settings = import_module("binance_common.configuration").ConfigurationRestAPI("key", "secret", base_path=url)
    wallet = import_module("binance_sdk_wallet.wallet").Wallet(settings)
    return lambda: wallet.rest_api.user_universal_transfer(**{**TRANSFER, "amount": 10.5}).data()


def python_binance(url: str) -> Side:
    """Return what makes a transfer with python-binance."""
    client = import_module("binance.client").Client("key", "secret", ping=False)
    client.MARGIN_API_URL = f"{url}/sapi"
    return lambda: client.make_universal_transfer(**TRANSFER)


def ccxt(url: str) -> Side:
    """Return what makes a transfer with ccxt."""
    exchange = _exchange("ccxt", url, requests_trust_env=True)
    return lambda: exchange.sapi_post_asset_transfer(TRANSFER)


def _exchange(module: str, url: str, **settings: object) -> Any:
    known = {"apiKey": "key", "secret": "secret", "enableRateLimit": False, **settings}
    exchange = import_module(module).binance(known)
    exchange.urls["api"]["sapi"] = f"{url}/sapi/v1"
    return exchange


LIBRARIES: dict[str, Callable[[str], Side]] = {
    "binance-sdk-wallet": official,
    "python-binance": python_binance,
    "ccxt": ccxt,
}


def sync_sides(url: str) -> Iterator[tuple[str, str, Side]]:
    """Yield what makes a call from this thread, of each library that is installed: the call, the library, and how."""
    from binance_transfers import Client  # noqa: PLC0415 - a first call is measured in another process

    client = Client("key", "secret", base_url=url, limiter=Unlimited())
    yield "transfer", OURS, lambda: client.user_universal_transfer(**TRANSFER)
    yield "read", OURS, lambda: client.get_transferable_earn_asset_balance_for_portfolio_margin(**READ)
    for name in filter(find_spec, ("httpx", "httpx2")):
        bare = import_module(name).Client()
        yield "transfer", f"bare {name}", partial(decoded, bare, "POST", url + PATH)
        yield "read", f"bare {name}", partial(decoded, bare, "GET", url + READ_PATH)
    for library, make in LIBRARIES.items():
        if find_spec(MODULES[library]):
            yield "transfer", library, make(url)
    if find_spec("ccxt"):
        exchange = _exchange("ccxt", url, requests_trust_env=True)
        yield "read", "ccxt", lambda: exchange.sapi_get_portfolio_earn_asset_balance(WIRE_READ)


def async_sides(url: str, certificate: str) -> Iterator[tuple[str, str, Callable[[], Awaitable[object]]]]:
    """Yield what makes a call from a running event loop, likewise."""
    from binance_transfers import AsyncClient  # noqa: PLC0415

    client = AsyncClient("key", "secret", base_url=url, limiter=Unlimited())
    yield "transfer, async", OURS, lambda: client.user_universal_transfer(**TRANSFER)
    yield "read, async", OURS, lambda: client.get_transferable_earn_asset_balance_for_portfolio_margin(**READ)
    for name in filter(find_spec, ("httpx", "httpx2")):
        bare = import_module(name).AsyncClient()
        yield "transfer, async", f"bare {name}", partial(bare.request, "POST", url + PATH, headers=HEADERS)
        yield "read, async", f"bare {name}", partial(bare.request, "GET", url + READ_PATH, headers=HEADERS)
    if find_spec("binance"):
        theirs = import_module("binance.async_client").AsyncClient("key", "secret")
        theirs.MARGIN_API_URL = f"{url}/sapi"
        yield "transfer, async", "python-binance", lambda: theirs.make_universal_transfer(**TRANSFER)
    if find_spec("ccxt"):
        exchange = _exchange("ccxt.async_support", url, cafile=certificate)
        yield "transfer, async", "ccxt", lambda: exchange.sapi_post_asset_transfer(TRANSFER)
        yield "read, async", "ccxt", lambda: exchange.sapi_get_portfolio_earn_asset_balance(WIRE_READ)


def compare(url: str, certificate: str, calls: int) -> dict[str, dict[str, float]]:
    """Return the median cost of each call, by library."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()

        async def several(call: Callable[[], Awaitable[object]]) -> float:
            await call()
            start = time.process_time()
            for _ in range(calls):
                await call()
            return (time.process_time() - start) / calls * 1e6

        async def made() -> list[tuple[str, str, Callable[[], Awaitable[object]]]]:
            return list(async_sides(url, certificate))

        sides, tasks = list(sync_sides(url)), loop.run_until_complete(made())
        costs: dict[str, dict[str, list[float]]] = {}
        for _ in range(ROUNDS + 1):
            for kind, library, side in sides:
                costs.setdefault(kind, {}).setdefault(library, []).append(cpu_per_call(side, calls))
            for kind, library, task in tasks:
                costs.setdefault(kind, {}).setdefault(library, []).append(loop.run_until_complete(several(task)))
    return {
        kind: {library: statistics.median(rounds[1:]) for library, rounds in found.items()}
        for kind, found in costs.items()
    }


PROGRAMS = {
    OURS: """
from binance_transfers import Client
Client("key", "secret", base_url={url!r}).user_universal_transfer(type="MAIN_UMFUTURE", asset="USDT", amount="10.5")
""",
    "bare httpx": "import httpx; httpx.Client().post({url!r} + '/sapi/v1/asset/transfer?timestamp=1')",
    "bare httpx2": "import httpx2; httpx2.Client().post({url!r} + '/sapi/v1/asset/transfer?timestamp=1')",
    "binance-sdk-wallet": """
from binance_common.configuration import ConfigurationRestAPI
from binance_sdk_wallet.wallet import Wallet
wallet = Wallet(config_rest_api=ConfigurationRestAPI(api_key="key", api_secret="secret", base_path={url!r}))
wallet.rest_api.user_universal_transfer(type="MAIN_UMFUTURE", asset="USDT", amount=10.5)
""",
    "python-binance": """
from binance.client import Client
client = Client("key", "secret", ping=False)
client.MARGIN_API_URL = {url!r} + "/sapi"
client.make_universal_transfer(type="MAIN_UMFUTURE", asset="USDT", amount="10.5")
""",
    "ccxt": """
import ccxt
exchange = ccxt.binance({{"apiKey": "key", "secret": "secret", "enableRateLimit": False, "requests_trust_env": True}})
exchange.urls["api"]["sapi"] = {url!r} + "/sapi/v1"
exchange.sapi_post_asset_transfer({{"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "10.5"}})
""",
}


def first_calls(url: str) -> dict[str, float]:
    """Return the milliseconds of CPU that a fresh process needs to import a library and make a call, less Python's own."""
    programs = {name: text.format(url=url) for name, text in PROGRAMS.items() if find_spec(MODULES.get(name, "httpx"))}
    costs: dict[str, list[float]] = {name: [] for name in ["python", *programs]}
    # Compiled once, as an installed package is: else the compiler would be measured.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(ROUNDS):
        for name, program in {"python": "", **programs}.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", program], env=environment, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            costs[name].append(1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    medians = {name: statistics.median(found) for name, found in costs.items()}
    return {name: medians[name] - medians["python"] for name in programs}


def main() -> None:
    """Print the tables, and keep them in the file that was asked for."""
    parser = arguments("Compare what calls cost.")
    parser.add_argument("--calls", type=int, default=300, help="calls of a round")
    options = parser.parse_args()
    with serving() as (url, certificate):
        os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = str(certificate)
        found, first = compare(url, str(certificate), options.calls), first_calls(url)
    report("calls", "µs", {title: _table(costs) for title, costs in found.items()}, options.json)
    report("first call", "ms", {"first call": _table(first)}, options.json)


def _table(costs: dict[str, float]) -> Table:
    return {library: {"CPU": cost} for library, cost in costs.items()}


if __name__ == "__main__":
    main()
