"""A proxy that opens every tunnel and is itself the https server at its end, in front of the misbehaving server."""

from __future__ import annotations

import contextlib
import http.client
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h2.config
import h2.connection
import h2.events

_PATIENCE = 20.0
_BRIEF = 1.0
"""Seconds to wait for an answer that is passed on over HTTP/2; longer than any client here waits for it."""
_PER_HOP = ("connection", "transfer-encoding", "content-length")


class Gateway:
    """Passes on bytes over HTTP/1.1, and requests and answers over HTTP/2."""

    def __init__(self, certificate: Path, port: int) -> None:
        self.protocols: list[str] = []
        """The protocol of each tunnel."""
        self._port = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._context.set_alpn_protocols(["h2", "http/1.1"])

    def accept(self, listening: socket.socket) -> None:
        """Serve connections until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(listening.accept()[0],), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(_PATIENCE)
        with connection, contextlib.suppress(OSError):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += connection.recv(1)
            assert head.startswith(b"CONNECT "), head
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with self._context.wrap_socket(connection, server_side=True) as tunnel:
                protocol = tunnel.selected_alpn_protocol() or ""
                self.protocols.append(protocol)
                (self._serve_http2 if protocol == "h2" else self._relay)(tunnel)

    def _relay(self, tunnel: ssl.SSLSocket) -> None:
        with socket.create_connection(("127.0.0.1", self._port), timeout=_PATIENCE) as server:
            while True:
                ready = [tunnel] if tunnel.pending() else select.select([tunnel, server], [], [])[0]
                for source in ready:
                    data = source.recv(65_536)
                    if not data:
                        return
                    (server if source is tunnel else tunnel).sendall(data)

    def _serve_http2(self, tunnel: ssl.SSLSocket) -> None:
        protocol = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="ascii"))
        protocol.initiate_connection()
        tunnel.sendall(protocol.data_to_send())
        requests: dict[int, dict[str, str]] = {}
        while data := tunnel.recv(65_536):
            for event in protocol.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    requests[event.stream_id] = {str(name): str(value) for name, value in event.headers}
                if isinstance(event, h2.events.StreamEnded):
                    try:
                        answer, body = self._answer(requests[event.stream_id])
                    except http.client.HTTPException:
                        return
                    protocol.send_headers(event.stream_id, answer)
                    protocol.send_data(event.stream_id, body, end_stream=True)
            tunnel.sendall(protocol.data_to_send())

    def _answer(self, request: dict[str, str]) -> tuple[list[tuple[str, str]], bytes]:
        """Return the answer of the server to a request, sent on a connection of its own."""
        headers = {name: value for name, value in request.items() if not name.startswith(":")}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=_BRIEF)) as server:
            server.request(request[":method"], request[":path"], headers=headers)
            response = server.getresponse()
            body = response.read()
        answer = [(name.lower(), value) for name, value in response.getheaders() if name.lower() not in _PER_HOP]
        return [(":status", str(response.status)), *answer], body


@contextmanager
def gateway(certificate: Path, port: int) -> Iterator[tuple[Gateway, str]]:
    """Yield a gateway to a port of this machine, and the address of it as a proxy."""
    opened = Gateway(certificate, port)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=opened.accept, args=(listening,), daemon=True)
        thread.start()
        yield opened, f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()
