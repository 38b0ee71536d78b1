"""A PostgreSQL server of the tests' own, which gives each test a database of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.runtime.redis_server import LOCALHOST, free_port

PASSWORD = "not-in-any-message"
_FOLDERS = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))
_NOT_ON_DISK = ("-c", "fsync=off", "-c", "unix_socket_directories=")
"""Killing processes, all that tests do, loses nothing that the operating system has."""


class Server:
    """A PostgreSQL server whose files are in a folder that is made for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()
        self._returned: list[str] = []
        self._account = _unprivileged(folder)
        self.port = 0
        password = folder / "password"
        password.write_text(PASSWORD)
        program = _find("initdb")
        assert program, "PostgreSQL is not installed"
        command = [program, "--no-sync", "--auth=password", "--username=user", f"--pwfile={password}"]
        data = ("--encoding=UTF8", "--locale=C", f"--pgdata={folder / 'data'}")
        subprocess.run([*command, *data], check=True, capture_output=True, cwd=folder, **self._account)

    def start(self) -> None:
        """Start it, at the same port as before."""
        for _ in range(5):
            self.port = self.port or free_port()
            command = [
                _find("postgres") or "postgres",
                "-D",
                str(self._folder / "data"),
                "-h",
                LOCALHOST,
                "-p",
                str(self.port),
            ]
            with (self._folder / "log").open("wb") as log:
                settings: dict[str, Any] = {"stdout": log, "stderr": log, "cwd": self._folder, **self._account}
                self._process = subprocess.Popen([*command, *_NOT_ON_DISK], **settings)
            if self._answers():
                return
            self.stop()
            self.port = 0
        raise AssertionError((self._folder / "log").read_text())

    def stop(self) -> None:
        """End it as a crash would: what was not committed is lost."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def url(self, database: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql://user:{password}@{LOCALHOST}:{self.port}/{database}"

    def new_database(self) -> str:
        """Return the URL of a new database."""
        name = f"test{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    @contextmanager
    def empty_databases(self) -> Iterator[Callable[[], str]]:
        """Give out the URLs of empty databases: making one takes several times as long as emptying one that was used."""
        given = []

        def empty_database() -> str:
            url = self.new_database() if not self._returned else self._emptied(self._returned.pop())
            given.append(url)
            return url

        yield empty_database
        self._returned += given

    def _emptied(self, url: str) -> str:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        self.execute("SELECT pg_terminate_backend(pid, 10000) " + others, url)
        self.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", url)
        return url

    def execute(self, statement: str, url: str | None = None) -> list[Any]:
        """Carry a statement out in a connection of its own, and return its rows."""
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _answers(self) -> bool:
        assert self._process is not None
        for _ in range(1500):
            if self._process.poll() is not None:
                return False
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False


@contextmanager
def running() -> Iterator[Server]:
    if _find("initdb") is None and "CI" not in os.environ:
        pytest.skip("PostgreSQL is not installed")
    # Not in pytest's own folder, which is closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        yield server
        server.stop()


def _find(program: str) -> str | None:
    """Return where a program of PostgreSQL's is; Debian does not put them on the path."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), *_FOLDERS[::-1]]))


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Give the folder to a user whom PostgreSQL lets run it: any but root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd  # noqa: PLC0415 - of POSIX only

    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
