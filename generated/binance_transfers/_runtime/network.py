# Copied from generator/runtime/network.py by python -m generator; edit it there.
"""A network backend for httpcore, which httpx stands on, that bounds each wait by what is left of a call's deadline.

httpx's timeouts hold for each read and write on its own, so a response that drips in, or comes at full speed and has no
end, could outlast any deadline.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import httpcore

Bound: TypeAlias = Callable[[float | None], float | None]
"""Returns how long to wait where httpcore would wait for so long, or without end; 0 or less: no more."""


def _bounded(bound: Bound, timeout: float | None, passed: type[Exception]) -> float | None:
    seconds = bound(timeout)
    if seconds is not None and seconds <= 0:
        raise passed("the deadline passed")
    return seconds


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
        seconds = _bounded(self._bound, timeout, httpcore.ConnectTimeout)
        stream = self._backend.connect_tcp(host, port, seconds, local_address, socket_options)
        return _DeadlineStream(stream, self._bound)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, bound: Bound) -> None:
        self._stream, self._bound = stream, bound

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = _bounded(self._bound, timeout, httpcore.ReadTimeout)
        return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        seconds = _bounded(self._bound, timeout, httpcore.WriteTimeout)
        self._stream.write(buffer, seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _bounded(self._bound, timeout, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _DeadlineStream(stream, self._bound)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
