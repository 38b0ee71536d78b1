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

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .checks import LONGEST_BODY, ErrorResponse, read_request, too_long
from .control import ROOT, respond, web_page_refusal
from .core import Sandbox, error_response
from .transport import Reply

Scope: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[dict[str, Any]]]
Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

_CLOSE = "binance_transfers.close"
"""Where a request's state holds the function that closes its connection, for which ASGI has no message."""
_LONGEST_HEAD = 1 << 20
PATIENCE = 30.0
"""Seconds within which a whole request must arrive."""


def serve(sandbox: Sandbox, host: str, port: int) -> int:
    """Respond to requests until a signal comes, and return the exit code; port 0 stands for any that is free."""
    try:
        listener = listen(host, port)
    except (OSError, UnicodeError) as error:
        print(f"The sandbox cannot listen on port {port} of {host}: {error}.", file=sys.stderr)
        return 1
    name = f"[{host}]" if ":" in host else host
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


def listen(host: str, port: int) -> socket.socket:
    """Return a socket whose connections send each part of a response at once.

    Otherwise the body would wait until the client has confirmed the headers, which it may put off for 40 ms. asyncio sets
    the option only on sockets that name their protocol.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class App:
    """The ASGI application: the control paths, and everything else as Binance."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        try:
            reply = await self._reply(scope, receive)
        except ErrorResponse as error:
            reply = Reply(error_response(error))
        if reply is None or (reply.delay and await _ends_within(reply.delay, receive)):
            return
        if reply.delivery in ("whole", "cut"):
            await _send(reply, send)
        if reply.delivery != "whole":
            scope["state"][_CLOSE]()
            await _end(receive)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply | None:
        """Return the reply, or `None` where the client left before the end of its request."""
        headers = _headers(scope)
        path, query = scope["raw_path"].partition(b"?")[0], scope["query_string"]
        is_control = f"{path.decode('latin-1')}/".startswith(f"{ROOT}/")
        if not is_control and (refusal := web_page_refusal(headers)):
            # -1020, as for whatever else is nothing that the sandbox does.
            raise ErrorResponse(-1020, refusal, status=403)
        body = await _body(receive, int(headers.get("content-length", "0")))
        if body is None:
            return None
        address = scope["client"][0] if scope["client"] else ""
        if is_control:
            return Reply(respond(self._sandbox, read_request(scope["method"], path, headers, body), address))
        target = path + b"?" + query if query else path
        return self._sandbox.handle(scope["method"], target, headers, body, address)


class _Protocol(H11Protocol):
    """HTTP/1.1 that lets the application close its connection, and waits neither for requests nor, at its end, responses."""

    def __init__(self, *, app_state: dict[str, Any], **more: Any) -> None:
        self._with_close = dict(app_state)
        self._timer: asyncio.TimerHandle | None = None
        super().__init__(app_state=self._with_close, **more)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        # What was written before is still sent.
        self._with_close[_CLOSE] = transport.close
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._timer is not None:
            self._timer.cancel()

    def shutdown(self) -> None:
        self.transport.close()

    def _is_incomplete(self) -> bool:
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _watch(self) -> None:
        """Let the time run while a request is incomplete, however slowly it goes on arriving."""
        if self._timer is None and self._is_incomplete():
            self._timer = self.loop.call_later(PATIENCE, self._give_up)
        elif self._timer is not None and not self._is_incomplete():
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._is_incomplete():
            self.transport.close()


async def _body(receive: Receive, length: int) -> bytes | None:
    """Return the request's body, or `None` where the client left before its end.

    What follows a body that is too long is thrown away as it arrives, once the response is sent.
    """
    body, is_whole = bytearray(), False
    while not is_whole:
        if max(length, len(body)) > LONGEST_BODY:
            raise too_long()
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        is_whole = not message.get("more_body", False)
    return bytes(body)


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
