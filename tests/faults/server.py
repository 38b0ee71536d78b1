"""A server on this machine that keeps a ledger of what it executed, and misbehaves as it is told.

It runs in a process of its own, knows nothing of the package under test and checks every signature itself, over the raw
bytes that came. A request names its plan and its call in the text of `asset`, in capitals: `PLAN.CALL`. The n-th
request of a call meets the n-th step of the plan, the last step again and again. What was executed is asked for over a
control port.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import hmac
import json
import os
import random
import re
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs

KEY = "key-of-the-tests"
SECRET = "secret-of-the-tests"
RECEIPT = "@RECEIPT@"
FIELDS = "@FIELDS@"
"""The receipt without its braces."""
SELF = "@SELF@"
STRANGER = "@STRANGER@"
TIME_PATH = "/api/v3/time"
OVERSIZED = "@OVERSIZED@"

_RECEIPTS = {
    "/sapi/v1/asset/transfer": '{"tranId":%d}',
    "/sapi/v1/sub-account/margin/transfer": '{"txnId":"%d"}',
    "/sapi/v1/portfolio/asset-collection": '{"msg":"success"}',
    "/sapi/v1/portfolio/earn-asset-balance": '{"asset":"LDUSDT","amount":"0.%d"}',
}
_PATIENCE = 20.0
_AHEAD, _WINDOW = 1000, 5000
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """What the server does with one request."""

    execute: Literal["yes", "no", "late"] = "yes"
    """Before it answers, never, or when the connection is over."""
    read: Literal["all", "line", "nothing"] = "all"
    """How much of the request it takes before it stops; it looks at the first line in any case."""
    status: int = 200
    body: str = RECEIPT
    headers: dict[str, str] = field(default_factory=dict)
    framing: Literal["length", "too long", "too short", "until close", "chunked", "chunked cut"] = "length"
    encoding: Literal["", "gzip", "broken gzip"] = ""
    interim: tuple[int, ...] = ()
    """Informational answers that come first."""
    raw: str | None = None
    """These bytes instead of an answer."""
    sends: Literal[
        "all",
        "nothing",
        "half a line",
        "half of the headers",
        "half of the body",
        "no end",
        "flood",
        "late",
        "late body",
    ] = "all"
    """How much of the answer it sends: `no end` is one header after the other; `flood` is interim answers at full
    speed; `late` (and `late body`) are interim answers (and empty parts of gzip) one after the other, and at last, long
    after any deadline, the whole answer."""
    end: Literal["keep", "close", "reset", "wait", "ambush", "idle close", "idle reset", "idle half-close"] = "keep"
    """Then it takes the next request, closes, resets, waits for the client to close, closes under the next one, or ends
    the connection unless the next one comes within a random time of `idle` seconds at most."""
    idle: float = 0.0
    trickled: bool = False
    """It sends a few bytes at a time."""


@dataclass(slots=True)
class Record:
    """What happened to one call."""

    requests: int = 0
    executions: list[int] = field(default_factory=list)
    refused: int = 0
    """Requests whose key, signature or timestamp was wrong."""
    reused: int = 0
    """Requests that came over a connection that had carried another one."""
    dropped: int = 0
    """Requests under which a connection was closed that had lain idle."""
    ended: int = 0
    """Connections that the server ended when they lay idle after the answer."""
    outlasted: int = 0
    """Answers that came long after any deadline, and were waited for all the same."""


class Ledger:
    """Every call that the server saw, and the plans that it follows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, Record] = {}
        self._plans: dict[str, list[Step]] = {}
        self._last_id = 1_000_000_000
        self._open = 0
        self._strangers = 0

    def plan(self, name: str, steps: list[dict[str, Any]]) -> None:
        with self._lock:
            self._plans[name] = [Step(**step) for step in steps]

    def arrived(self, asset: str, *, reused: bool) -> tuple[str, Step]:
        """Count a request, and return its call and its step."""
        name, _, call = asset.lower().partition(".")
        with self._lock:
            record = self._records.setdefault(call, Record())
            record.requests += 1
            record.reused += reused
            steps = self._plans[name]
            return call, steps[min(record.requests, len(steps)) - 1]

    def note(self, call: str, what: Literal["refused", "dropped", "ended", "outlasted"]) -> None:
        """Count something that happened to a call."""
        with self._lock:
            record = self._records.setdefault(call, Record())
            setattr(record, what, getattr(record, what) + 1)

    def execute(self, call: str) -> int:
        """Move the funds, and return the id under which that is known."""
        with self._lock:
            self._last_id += 1
            self._records[call].executions.append(self._last_id)
            return self._last_id

    def stranger(self) -> None:
        with self._lock:
            self._strangers += 1

    def shown(self, beginning: str) -> dict[str, Any]:
        with self._lock:
            records = {call: asdict(record) for call, record in self._records.items() if call.startswith(beginning)}
            return {"records": records, "strangers": self._strangers}

    @contextlib.contextmanager
    def connection(self) -> Iterator[None]:
        """Count a connection for as long as it is served."""
        with self._lock:
            self._open += 1
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1

    def settled(self) -> bool:
        """Wait until no connection is served, and return whether that came to pass."""
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            with self._lock:
                if self._open == 0:
                    return True
            time.sleep(0.002)
        return False


class _Gone(Exception):
    """The client closed the connection."""


class Connection:
    """Serves one connection, request by request."""

    def __init__(self, sock: socket.socket, server: Server, *, tells_time: bool) -> None:
        self._sock = sock
        self._server = server
        self._ledger = server.ledger
        self._tells_time = tells_time
        self._served = 0
        self._ambush = False
        sock.settimeout(_PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def serve(self) -> None:
        with self._sock, self._ledger.connection(), contextlib.suppress(_Gone, OSError):
            while self._next():
                self._served += 1

    def _next(self) -> bool:
        line = self._first_line()
        if not re.match(rb"(GET|POST) /\S+ HTTP/1\.1\r\n", line):
            return False
        target = line.split(b" ")[1]
        path, _, query = target.partition(b"?")
        if path.decode("ascii") == TIME_PATH:
            self._read_head()
            self._tell_time()
            return True
        asset = parse_qs(query.decode("ascii"))["asset"][0]
        if self._ambush:
            self._ledger.note(asset.lower().partition(".")[2], "dropped")
            return False
        call, step = self._ledger.arrived(asset, reused=self._served > 0)
        return self._follow(step, call, path.decode("ascii"), query)

    def _follow(self, step: Step, call: str, path: str, query: bytes) -> bool:
        if step.read == "line":
            self._read_until(b"\r\n")
        if step.read != "all":
            self._finish(step.end)
            return False
        problem = self._problem(self._read_head(), query)
        if problem:
            self._ledger.note(call, "refused")
            self._sock.sendall(_plain(400, problem))
            return True
        moves = path != "/sapi/v1/portfolio/earn-asset-balance"
        number = self._ledger.execute(call) if moves and step.execute == "yes" else 1
        with contextlib.suppress(OSError, _Gone):
            self._answer(step, self._told(step.body, path, number))
            if step.sends.startswith("late"):
                self._ledger.note(call, "outlasted")
            self._finish(step.end)
        if moves and step.execute == "late":
            self._ledger.execute(call)
        self._ambush = step.end == "ambush"
        return self._keep(step, call) if step.end.startswith("idle ") else step.end in ("keep", "ambush")

    def _keep(self, step: Step, call: str) -> bool:
        """Return whether the next request came in time, or else end the connection."""
        if select.select([self._sock], [], [], random.uniform(0, step.idle))[0]:  # noqa: S311
            return True
        end = step.end.removeprefix("idle ")
        self._finish(end)
        self._ledger.note(call, "ended")
        self._finish("wait" if end == "half-close" else "")
        return False

    def _told(self, text: str, path: str, number: int) -> str:
        receipt = _RECEIPTS[path]
        if "%d" in receipt:
            receipt %= number
        text = text.replace(OVERSIZED, "x" * (1 << 20))
        return text.replace(RECEIPT, receipt).replace(FIELDS, receipt[1:-1])

    def _answer(self, step: Step, body: str) -> None:
        if step.raw is not None:
            self._send(step, step.raw.encode("latin-1"))
            return
        line, fields, content = self._rendered(step, body)
        interim = b"".join(b"HTTP/1.1 %d Interim\r\n\r\n" % status for status in step.interim)
        head = line + fields + b"\r\n"
        match step.sends:
            case "all":
                self._send(step, interim + head + content)
            case "half a line":
                self._send(step, line[: len(line) // 2])
            case "half of the headers":
                self._send(step, line + fields[: len(fields) // 2])
            case "half of the body":
                self._send(step, interim + head + content[: len(content) // 2])
            case "no end":
                self._send_without_end(interim + line)
            case "flood":
                self._flood(b"HTTP/1.1 103 Interim\r\n\r\n" * 1000)
            case "late":
                self._dribble(b"HTTP/1.1 103 Interim\r\n\r\n")
                self._send(step, head + content)
            case "late body":
                # A member without content: bytes come, and nothing comes of them.
                self._sock.sendall(line + b"Content-Encoding: gzip\r\n" + fields + b"\r\n")
                self._dribble(gzip.compress(b"", mtime=0))
                self._send(step, gzip.compress(content, mtime=0))

    def _rendered(self, step: Step, body: str) -> tuple[bytes, bytes, bytes]:
        content = body.encode()
        headers = {"Content-Type": "application/json"} | {
            name: value.replace(SELF, self._server.url("main")).replace(STRANGER, self._server.url("stranger"))
            for name, value in step.headers.items()
        }
        if step.encoding:
            headers["Content-Encoding"] = "gzip"
            content = gzip.compress(content, mtime=0)
            if step.encoding == "broken gzip":
                content = content[:12] + b"broken" + content[18:]
        if step.framing.startswith("chunked"):
            headers["Transfer-Encoding"] = "chunked"
            content = b"%x\r\n%s\r\n" % (len(content), content) + (b"0\r\n\r\n" if step.framing == "chunked" else b"")
        elif step.framing != "until close" and step.status not in (204, 304):
            more = {"length": 0, "too long": 10, "too short": -2}[step.framing]
            headers["Content-Length"] = str(len(content) + more)
        fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return b"HTTP/1.1 %d Answer\r\n" % step.status, fields.encode("latin-1"), content

    def _send(self, step: Step, data: bytes) -> None:
        if not step.trickled:
            self._sock.sendall(data)
            return
        for start in range(0, len(data), 16):
            self._sock.sendall(data[start : start + 16])
            time.sleep(0.001)

    def _send_without_end(self, data: bytes) -> None:
        ends = time.monotonic() + _PATIENCE / 10
        while time.monotonic() < ends:
            self._sock.sendall(data)
            data = b"X-More: more\r\n"
            if select.select([self._sock], [], [], 0.02)[0]:
                return

    def _flood(self, data: bytes) -> None:
        ends = time.monotonic() + _PATIENCE / 4
        while time.monotonic() < ends:
            self._sock.sendall(data)

    def _dribble(self, data: bytes) -> None:
        ends = time.monotonic() + _PATIENCE / 4
        while time.monotonic() < ends:
            self._sock.sendall(data)
            time.sleep(0.02)

    def _finish(self, end: str) -> None:
        if end == "reset":
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        if end == "half-close":
            self._sock.shutdown(socket.SHUT_WR)
        elif end in ("close", "reset"):
            self._sock.close()
        elif end == "wait":
            while self._sock.recv(4096):
                pass

    def _first_line(self) -> bytes:
        """Return the first line without taking it from the connection."""
        for _ in range(2000):
            seen = self._sock.recv(8192, socket.MSG_PEEK)
            if not seen:
                raise _Gone
            if b"\n" in seen:
                return seen[: seen.index(b"\n") + 1]
            time.sleep(0.001)
        raise _Gone

    def _read_until(self, end: bytes) -> bytes:
        data = bytearray()
        while not data.endswith(end):
            part = self._sock.recv(1)
            if not part:
                raise _Gone
            data += part
        return bytes(data)

    def _read_head(self) -> dict[str, str]:
        head = bytearray()
        while b"\r\n\r\n" not in head:
            seen = self._sock.recv(8192, socket.MSG_PEEK)
            if not seen:
                raise _Gone
            end = (bytes(head) + seen).find(b"\r\n\r\n")
            take = len(seen) if end < 0 else end + 4 - len(head)
            head += self._sock.recv(take)
        lines = head.decode("latin-1").split("\r\n")[1:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if int(headers.get("content-length", "0")):
            raise _Gone
        return headers

    @staticmethod
    def _problem(headers: dict[str, str], query: bytes) -> str:
        """Return the body of a refusal, or nothing where key, signature and timestamp are right."""
        if headers.get("x-mbx-apikey") != KEY:
            return '{"code":-2015,"msg":"Invalid API-key."}'
        signed, _, signature = query.rpartition(b"&signature=")
        expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), signature):
            return '{"code":-1022,"msg":"Signature for this request is not valid."}'
        timestamp, now = int(parse_qs(signed.decode("ascii"))["timestamp"][0]), time.time_ns() // 1_000_000
        if not now - _WINDOW <= timestamp < now + _AHEAD:
            return '{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}'
        return ""

    def _tell_time(self) -> None:
        if self._tells_time:
            self._sock.sendall(_plain(200, json.dumps({"serverTime": time.time_ns() // 1_000_000})))
        else:
            self._sock.sendall(_plain(503, "<html>busy</html>"))


class Server:
    """The listeners, each with its own manners."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._sockets = {name: _bound() for name in (*self._manners(), "refused", "full", "silent", "control")}
        self._crowd: list[socket.socket] = []

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports()[name]}"

    def ports(self) -> dict[str, int]:
        return {name: sock.getsockname()[1] for name, sock in self._sockets.items()}

    def start(self) -> None:
        """Listen: `refused` does not, `full` and `silent` never accept."""
        for name, manner in (*self._manners().items(), ("control", self._control)):
            self._sockets[name].listen(512)
            threading.Thread(target=self._accept, args=(self._sockets[name], manner), daemon=True).start()
        self._sockets["silent"].listen(512)
        self._sockets["full"].listen(0)
        for _ in range(8):
            sock = socket.socket()
            sock.settimeout(0)
            sock.connect_ex(("127.0.0.1", self.ports()["full"]))
            self._crowd.append(sock)

    def _manners(self) -> dict[str, Callable[[socket.socket], None]]:
        return {
            "main": lambda sock: Connection(sock, self, tells_time=True).serve(),
            "clockless": lambda sock: Connection(sock, self, tells_time=False).serve(),
            "closing": lambda sock: sock.close(),
            "half closed": _half_close,
            "stranger": self._meet,
        }

    @staticmethod
    def _accept(listener: socket.socket, manner: Callable[[socket.socket], None]) -> None:
        while True:
            sock, _ = listener.accept()
            threading.Thread(target=manner, args=(sock,), daemon=True).start()

    def _meet(self, sock: socket.socket) -> None:
        self.ledger.stranger()
        sock.close()

    def _control(self, sock: socket.socket) -> None:
        with sock, sock.makefile("rwb") as lines:
            for line in lines:
                order = json.loads(line)
                answer: Any = None
                if order["do"] == "plan":
                    self.ledger.plan(order["name"], order["steps"])
                elif order["do"] == "settle":
                    answer = self._settle()
                elif order["do"] == "ledger":
                    answer = self.ledger.shown(order.get("beginning", ""))
                lines.write(json.dumps(answer).encode() + b"\n")
                lines.flush()

    def _settle(self) -> bool:
        """Wait until everything that was sent so far has been dealt with."""
        for name in ("main", "clockless"):
            # Connections are accepted in order: when this one has been closed, those before it have been accepted.
            with socket.create_connection(("127.0.0.1", self.ports()[name]), timeout=_PATIENCE) as mark:
                mark.sendall(b"MARK\r\n")
                with contextlib.suppress(OSError):
                    mark.recv(1)
        return self.ledger.settled()


def _plain(status: int, body: str) -> bytes:
    return f"HTTP/1.1 {status} Plain\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


def _bound() -> socket.socket:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    return sock


def _half_close(sock: socket.socket) -> None:
    """Say the last word before anything was read, then listen until the client leaves."""
    with sock, contextlib.suppress(OSError):
        sock.settimeout(_PATIENCE)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            pass


def main() -> None:
    """Serve until the process that started this one goes away."""
    server = Server()
    server.start()
    sys.stdout.write(json.dumps(server.ports()) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
