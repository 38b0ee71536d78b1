"""How long ten transfers in a row take where the network is slow: with connections kept or not, beside other clients.

    python -m tests.benchmarks.latency [--json FILE]

A proxy holds back every byte for half a round trip, and the first ones of a connection for another whole one, which
opening it takes elsewhere. A library that is not installed is left out.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from timeit import timeit
from typing import Any

import httpx

from binance_transfers import Client
from tests.client.certificates import self_signed

from .calls import LIBRARIES, MODULES
from .figures import arguments, report

ROUND_TRIPS, TRANSFERS = (0.02, 0.1), 10
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n{"tranId":13526853623}'


async def _respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            writer.write(ANSWER)
            if b"connection: close" in head.lower():
                break
    writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, half: float, begins: float) -> None:
    loop = asyncio.get_running_loop()
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            loop.call_at(max(loop.time(), begins) + half, writer.write, data)
    loop.call_at(loop.time() + half, writer.close)


async def _run(certificate: Path, ready: Any) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = await asyncio.start_server(_respond, "127.0.0.1", 0, ssl=tls)
    behind = server.sockets[0].getsockname()[1]

    async def connect(round_trip: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begins = asyncio.get_running_loop().time() + round_trip
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", behind)
        streams = (reader, far_writer), (far_reader, writer)
        await asyncio.gather(*(_pass_on(*pair, round_trip / 2, begins) for pair in streams))

    proxies = [await asyncio.start_server(partial(connect, seconds), "127.0.0.1", 0) for seconds in ROUND_TRIPS]
    ready.put([proxy.sockets[0].getsockname()[1] for proxy in proxies])
    await asyncio.Event().wait()


def _serve(certificate: Path, ready: Any) -> None:
    asyncio.run(_run(certificate, ready))


def _ours(url: str, *, warm: bool = False, **settings: Any) -> Callable[[], object]:
    client = Client("key", "secret", base_url=url, **settings)
    if warm:
        client.warm_up()
    return lambda: client.user_universal_transfer(type="MAIN_FUNDING", asset="USDT", amount="1")


def _bare_httpx(url: str) -> Callable[[], object]:
    client = httpx.Client(verify=ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"]))
    return lambda: client.post(f"{url}/sapi/v1/asset/transfer?timestamp=1").raise_for_status()


ROWS: dict[str, Callable[[str], Callable[[], object]]] = {
    "binance-transfers, keepalive_expiry=0": lambda url: _ours(url, keepalive_expiry=0),
    "binance-transfers": _ours,
    "binance-transfers, after warm_up()": lambda url: _ours(url, warm=True),
    "bare httpx": _bare_httpx,
    **{library: make for library, make in LIBRARIES.items() if find_spec(MODULES[library])},
}


def main() -> None:
    """Print the table, and keep it in the file that was asked for."""
    options = arguments("Compare how long transfers take in a slow network.").parse_args()
    with tempfile.TemporaryDirectory() as folder:
        certificate = self_signed("127.0.0.1", Path(folder))
        os.environ["SSL_CERT_FILE"] = os.environ["REQUESTS_CA_BUNDLE"] = str(certificate)
        ready: multiprocessing.Queue[list[int]] = multiprocessing.Queue()
        multiprocessing.Process(target=_serve, args=(certificate, ready), daemon=True).start()
        ports = dict(zip(ROUND_TRIPS, ready.get(), strict=True))
        rows = {
            name: {
                f"{seconds * 1000:.0f} ms": timeit(make(f"https://127.0.0.1:{port}"), number=TRANSFERS) * 1000
                for seconds, port in ports.items()
            }
            for name, make in ROWS.items()
        }
    report("latency", "ms", {f"{TRANSFERS} transfers by round trip": rows}, options.json)


if __name__ == "__main__":
    main()
