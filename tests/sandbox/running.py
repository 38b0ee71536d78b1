"""Runs a server of the sandbox, and talks to it over sockets of its own, byte for byte."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
COMMAND = ("-m", "binance_transfers.sandbox", "--port", "0")
JSON = {"Content-Type": "application/json"}


class Running:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.line = process.stdout.readline()
        found = re.match(r"The sandbox listens on (http://127\.0\.0\.1:(\d+));", self.line)
        assert found, self.line
        self.url, self.port = found[1], int(found[2])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def exchange(self, request: bytes) -> bytes:
        """Send these bytes, and return what comes until the server closes."""
        with self.connect() as sock:
            sock.sendall(request)
            return until_end(sock)

    def ask(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = JSON
    ) -> tuple[int, Any]:
        """Send one request, and return status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def control(self, method: str, path: str, **fields: object) -> Any:
        """Ask something of the sandbox itself, and return the response's JSON."""
        status, result = self.ask(method, f"/sandbox/{path}", json.dumps(fields) if method == "POST" else None)
        assert status == 200, result
        return result

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it with a signal, and return its exit code and its standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


@contextmanager
def running(*command: str) -> Iterator[Running]:
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


def until_end(sock: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    parts = []
    while part := sock.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def run_python(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    text: dict[str, Any] = {"capture_output": True, "text": True, "encoding": "utf-8"}
    return subprocess.run([sys.executable, *arguments], **text, **settings, check=False, timeout=PATIENCE)


def run_pytest(folder: Path, source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Save a file of tests where a user would, and run it with this project's plugin and no other."""
    (folder / "test_theirs.py").write_text(source, encoding="utf-8")
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    plugins = ("-p", "no:cacheprovider", "-p", "binance_transfers_pytest")
    return run_python("-m", "pytest", *plugins, *arguments, cwd=folder, env=env)
