# Copied from generator/runtime/client.py by python -m generator; edit it there.
"""The loops around the pure parts: prepare, reserve, sign, send, judge. One for threads, one for asyncio."""

from __future__ import annotations

from types import TracebackType
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from .clock import Clock, SystemClock
from .errors import InvalidRequest, NotSent
from .limiter import Limiter, MemoryLimiter
from .operation import Api, Operation
from .outcome import result_of
from .request import Prepared, prepare, target
from .signer import HmacSigner, Signer
from .transport import (
    Answer,
    AsyncHttp,
    AsyncHttpTransport,
    AsyncTransport,
    Fault,
    SyncHttp,
    SyncHttpTransport,
    SyncTransport,
    base_url_of,
)

Result = TypeVar("Result")
_TIMEOUT = 10.0


class _Caller:
    """What both clients share: everything but sending."""

    _api: ClassVar[Api]

    def __init__(
        self, api_key: str | None, secret: str | bytes | Signer | None, clock: Clock | None, limiter: Limiter | None
    ) -> None:
        if api_key is not None and (not api_key.isascii() or not api_key.isprintable() or not api_key.strip()):
            raise ValueError("The API key must be printable ASCII text, and not blank.")
        self._headers = {"Accept": "application/json", "User-Agent": f"binance-transfers/{self._api.version}"}
        self._key_header = {} if api_key is None else {"X-MBX-APIKEY": api_key}
        self._signer = HmacSigner(secret) if isinstance(secret, (str, bytes)) else secret
        self._clock = clock or SystemClock()
        self._limiter = limiter or MemoryLimiter()

    def _prepare(self, operation: Operation[Any], arguments: dict[str, object]) -> Prepared:
        prepared = prepare(operation, arguments)
        if operation.keyed and not self._key_header:
            raise InvalidRequest((f"{operation.name} needs an API key: give api_key.",), operation=operation.name)
        if operation.signed and self._signer is None:
            raise InvalidRequest(
                (f"{operation.name} is signed: give the secret or a signer.",), operation=operation.name
            )
        return prepared

    def _reserve(self, prepared: Prepared) -> None:
        wait = self._limiter.reserve(prepared.operation, self._clock.milliseconds())
        if wait:
            raise NotSent(
                f"{prepared.operation.name} was not sent: its budget is used up for the next {wait:g} seconds.",
                operation=prepared.operation.name,
                parameters=prepared.parameters,
                retry_after=wait,
            )

    def _target(self, prepared: Prepared, now: int) -> bytes:
        return target(prepared, self._signer if prepared.operation.signed else None, now)

    def _headers_for(self, operation: Operation[Any]) -> dict[str, str]:
        return self._headers | self._key_header if operation.keyed else self._headers

    def _judge(self, prepared: Prepared, answer: Answer | Fault, sent_at: int) -> Any:
        if isinstance(answer, Answer):
            self._limiter.observe(prepared.operation, answer.headers, self._clock.milliseconds())
        return result_of(prepared, answer, self._api.errors, sent_at)

    def __reduce__(self) -> NoReturn:
        raise TypeError("A client holds a secret and is not pickled; make a new one where it is needed.")


class SyncCaller(_Caller):
    """Sends from the calling thread; safe to share between threads."""

    def __init__(
        self,
        api_key: str | None = None,
        secret: str | bytes | Signer | None = None,
        *,
        base_url: str | None = None,
        timeout: float = _TIMEOUT,
        http_client: SyncHttp | None = None,
        transport: SyncHttpTransport | None = None,
        clock: Clock | None = None,
        limiter: Limiter | None = None,
    ) -> None:
        """Make a client.

        Args:
            api_key: The API key; not needed for public operations.
            secret: The HMAC secret of the key, or a `Signer`.
            base_url: Where to send; by default the first server of the spec.
            timeout: Seconds to wait for the connection, and for each read and write.
            http_client: An `httpx.Client` of your own (proxies, TLS, hooks); it stays open when this client closes.
            transport: An `httpx.BaseTransport` under a client made here, such as the sandbox's.
            clock: The time that requests are stamped with; by default this machine's.
            limiter: The budgets to keep within; by default this client's own.

        Raises:
            ValueError: A key, secret or base URL that cannot be used.
        """
        super().__init__(api_key, secret, clock, limiter)
        self._base_url = base_url_of(base_url or self._api.servers[0])
        self._transport = SyncTransport(self._base_url, timeout, http_client, transport)

    def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        prepared = self._prepare(operation, arguments)
        self._reserve(prepared)
        now = self._clock.milliseconds()
        result: Result = self._judge(prepared, self._send(prepared, now), now)
        return result

    def _send(self, prepared: Prepared, now: int) -> Answer | Fault:
        operation = prepared.operation
        return self._transport.send(operation.method, self._target(prepared, now), self._headers_for(operation))

    def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r}, api_key=***)"


class AsyncCaller(_Caller):
    """Sends from an event loop."""

    def __init__(
        self,
        api_key: str | None = None,
        secret: str | bytes | Signer | None = None,
        *,
        base_url: str | None = None,
        timeout: float = _TIMEOUT,
        http_client: AsyncHttp | None = None,
        transport: AsyncHttpTransport | None = None,
        clock: Clock | None = None,
        limiter: Limiter | None = None,
    ) -> None:
        """Make a client; the arguments are those of the sync client, with httpx's async classes.

        Raises:
            ValueError: A key, secret or base URL that cannot be used.
        """
        super().__init__(api_key, secret, clock, limiter)
        self._base_url = base_url_of(base_url or self._api.servers[0])
        self._transport = AsyncTransport(self._base_url, timeout, http_client, transport)

    async def _call(self, operation: Operation[Result], /, **arguments: object) -> Result:
        prepared = self._prepare(operation, arguments)
        self._reserve(prepared)
        now = self._clock.milliseconds()
        result: Result = self._judge(prepared, await self._send(prepared, now), now)
        return result

    async def _send(self, prepared: Prepared, now: int) -> Answer | Fault:
        operation = prepared.operation
        return await self._transport.send(operation.method, self._target(prepared, now), self._headers_for(operation))

    async def close(self) -> None:
        """Close the connections, unless they are of an `http_client` given to this client."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r}, api_key=***)"
