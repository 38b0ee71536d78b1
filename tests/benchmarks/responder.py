"""A server of its own process that answers what is asked as Binance would, over TLS on loopback."""

from __future__ import annotations

import asyncio
import multiprocessing
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.client.certificates import self_signed

HOST = "127.0.0.1"
HEAD = b"""HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8
Date: Sat, 28 Nov 2026 10:00:00 GMT
Server: nginx
Vary: Accept-Encoding
x-mbx-uuid: 6fb95a9c-0a53-4bb0-8a55-28b1f2d1c1a6
x-sapi-used-uid-weight-1m: 900
Strict-Transport-Security: max-age=31536000; includeSubdomains
X-Frame-Options: SAMEORIGIN
X-Content-Type-Options: nosniff
Cache-Control: no-cache, no-store, must-revalidate
Content-Length: %d
%s
""".replace(b"\n", b"\r\n")
TRANSFER, READ = b'{"tranId":13526853623}', b'{"amount":"0.55","asset":"LDUSDT"}'


class Responder(asyncio.Protocol):
    """Sends a response for each head of a request; what has a body is asked for without one."""

    def connection_made(self, transport: Any) -> None:
        self._transport, self._received = transport, b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            body = READ if head.startswith(b"GET") else TRANSFER
            is_last = b"connection: close" in head.lower()
            self._transport.write(HEAD % (len(body), b"Connection: close\r\n" if is_last else b"") + body)
            if is_last:
                self._transport.close()


def _serve(ready: multiprocessing.Queue[int], certificate: Path) -> None:
    async def serve() -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server = await asyncio.get_running_loop().create_server(Responder, HOST, 0, ssl=tls)
        ready.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def serving() -> Iterator[tuple[str, Path]]:
    """Yield the address of a server, and the file of the certificate to trust."""
    with tempfile.TemporaryDirectory() as folder:
        certificate = self_signed(HOST, Path(folder))
        ready: multiprocessing.Queue[int] = multiprocessing.Queue()
        process = multiprocessing.Process(target=_serve, args=(ready, certificate), daemon=True)
        process.start()
        try:
            yield f"https://{HOST}:{ready.get()}", certificate
        finally:
            process.terminate()
