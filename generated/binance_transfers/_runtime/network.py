# Copied from generator/runtime/network.py by python -m generator; edit it there.
"""A network backend for httpcore, which httpx stands on, that bounds each wait by what is left of a call's deadline.

httpx's timeouts hold for each read and write on its own, so a response that drips in could outlast any deadline.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import httpcore

Bound: TypeAlias = Callable[[float | None], float | None]


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections by another backend, and bounds what they wait for."""

    def __init__(self, backend: httpcore.NetworkBackend, bound: Bound) -> None:
        self._backend, self._bound = backend, bound

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a TCP connection."""
        stream = self._backend.connect_tcp(host, port, self._bound(timeout), local_address, socket_options)
        return _DeadlineStream(stream, self._bound)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, bound: Bound) -> None:
        self._stream, self._bound = stream, bound

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._bound(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._bound(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._bound(timeout))
        return _DeadlineStream(stream, self._bound)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
