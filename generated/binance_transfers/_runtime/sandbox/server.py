# Copied from generator/runtime/sandbox/server.py by python -m generator; edit it there.
"""The sandbox behind a port: requests reach it byte for byte; responses are lost, cut or late on a real connection."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .checks import read_request
from .control import ROOT, respond
from .core import Sandbox
from .transport import Reply

Scope: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

_CLOSE = "binance_transfers.close"
"""Where a request's state holds the function that closes its connection, for which ASGI has no message."""
_LONGEST_HEAD = 1 << 20


def serve(sandbox: Sandbox, host: str, port: int) -> int:
    """Respond to requests until a signal comes, and return the exit code; port 0 stands for any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        print(f"The sandbox cannot listen on port {port} of {host}: {error}.", file=sys.stderr)
        return 1
    name = f"[{host}]" if family == socket.AF_INET6 else host
    url = f"http://{name}:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        App(sandbox),
        http=_Protocol,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    server = uvicorn.Server(config)

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn has handlers of its own while it runs, and hands the signal on to these when it has stopped.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    print(f"The sandbox listens on {url}; key {sandbox.api_key}, secret {sandbox.secret}.", flush=True)
    server.run(sockets=[listener])
    return 0


class App:
    """The ASGI application: the control paths, and everything else as Binance."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        body = await _body(receive)
        if body is None:
            return
        path, query = scope["raw_path"].partition(b"?")[0], scope["query_string"]
        target = path + b"?" + query if query else path
        address = scope["client"][0] if scope["client"] else ""
        if f"{path.decode('latin-1')}/".startswith(f"{ROOT}/"):
            request = read_request(scope["method"], path, _headers(scope), body)
            reply = Reply(respond(self._sandbox, request, address))
        else:
            reply = self._sandbox.handle(scope["method"], target, _headers(scope), body, address)
        if reply.delay and await _ends_within(reply.delay, receive):
            return
        if reply.delivery != "lost":
            await _send(reply, send)
        if reply.delivery != "whole":
            scope["state"][_CLOSE]()
            await _end(receive)


class _Protocol(H11Protocol):
    """HTTP/1.1 that lets the application close its connection, and does not wait for responses when the server stops."""

    def __init__(self, *, app_state: dict[str, Any], **more: Any) -> None:
        self._with_close = dict(app_state)
        super().__init__(app_state=self._with_close, **more)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # What was written before is still sent.
        self._with_close[_CLOSE] = transport.close
        super().connection_made(transport)

    def shutdown(self) -> None:
        self.transport.close()


async def _body(receive: Receive) -> bytes | None:
    """Return the request's body; `None` where the client left before its end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _send(reply: Reply, send: Send) -> None:
    response = reply.response
    headers = {**response.headers, "content-length": str(len(response.body))}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    is_cut = reply.delivery == "cut"
    part = response.body[: len(response.body) // 2] if is_cut else response.body
    await send({"type": "http.response.body", "body": part, "more_body": is_cut})


async def _end(receive: Receive) -> None:
    """Wait for the end of the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _ends_within(seconds: float, receive: Receive) -> bool:
    """Wait, and return whether the connection ended meanwhile."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _end(receive)
            return True
    return False


def _headers(scope: Scope) -> dict[str, str]:
    """Return the request's headers; what was sent more than once is one list."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers
