# Copied from generator/runtime/network.py by python -m generator; edit it there.
"""A network backend for httpcore and httpcore2, on which httpx and httpx2 stand, that bounds each wait by a call's deadline.

Their timeouts hold for each read and write on its own, so a response that drips in, or comes at full speed and has no
end, could outlast any deadline.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, TypeAlias

Bound: TypeAlias = Callable[[float | None], float | None]
"""Returns how long to wait where httpcore would wait for so long, or without end; 0 or less: no more."""


def _bounded(bound: Bound, timeout: float | None, passed: type[Exception]) -> float | None:
    seconds = bound(timeout)
    if seconds is not None and seconds <= 0:
        raise passed("the deadline passed")
    return seconds


class DeadlineBackend:
    """Opens connections by another backend, and bounds what they wait for."""

    def __init__(self, core: ModuleType, backend: Any, bound: Bound) -> None:
        self._core, self._backend, self._bound = core, backend, bound

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> _DeadlineStream:
        """Open a TCP connection."""
        seconds = _bounded(self._bound, timeout, self._core.ConnectTimeout)
        stream = self._backend.connect_tcp(host, port, seconds, local_address, socket_options)
        return _DeadlineStream(self._core, stream, self._bound)


class _DeadlineStream:
    def __init__(self, core: ModuleType, stream: Any, bound: Bound) -> None:
        self._core, self._stream, self._bound = core, stream, bound

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = _bounded(self._bound, timeout, self._core.ReadTimeout)
        part: bytes = self._stream.read(max_bytes, seconds)
        return part

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        seconds = _bounded(self._bound, timeout, self._core.WriteTimeout)
        self._stream.write(buffer, seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> _DeadlineStream:
        seconds = _bounded(self._bound, timeout, self._core.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _DeadlineStream(self._core, stream, self._bound)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
