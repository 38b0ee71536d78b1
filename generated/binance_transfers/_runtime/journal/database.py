# Copied from generator/runtime/journal/database.py by python -m generator; edit it there.
"""Opens the database of a journal: an SQLite file, or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ..errors import JournalError
from ..short_repr import describe_type

_PATIENCE = 5
"""Seconds to wait for a database that another process has locked."""
_PAUSE = 0.01
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
_ALLOWED = "give the path of an SQLite file, or a URL that begins with postgresql:// or sqlite://"


def open_database(location: object) -> tuple[Engine, str]:
    """Return the engine, and the journal's name in messages, which holds no password."""
    url = _url(location)
    name = str(url.database) if _is_file(url) else url.set(query={}).render_as_string(hide_password=True)
    try:
        engine = create_engine(url, hide_parameters=True, **_arguments(url))
    except ImportError as error:
        raise JournalError(f"The journal {name} cannot be used: {_needed(error)}.") from None
    event.listen(engine, "connect", _set_up_sqlite if url.get_backend_name() == "sqlite" else _set_up_postgresql)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "begin", _begin)
    return engine, name


def sentence(name: str, error: SQLAlchemyError) -> str:
    """Return why a journal cannot be used."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return f"The journal {name} cannot be used: {lines[0].rstrip('.')}."


def _url(location: object) -> URL:
    if isinstance(location, os.PathLike):
        return URL.create("sqlite", database=os.fsdecode(cast("os.PathLike[str]", location)))
    if not isinstance(location, str) or not location:
        raise ValueError(f"The location of the journal is {describe_type(location)}; {_ALLOWED}.")
    if "://" not in location:
        return URL.create("sqlite", database=location)
    try:
        url = make_url(location)
    except ArgumentError:
        # Without its text, which may hold a password.
        raise ValueError(f"The URL of the journal cannot be read; {_ALLOWED}.") from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in _DRIVERS:
        raise ValueError(f"The URL of the journal begins with {url.drivername}; {_ALLOWED}.")
    return url


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _arguments(url: URL) -> dict[str, Any]:
    if _is_file(url):
        return {"connect_args": {"timeout": _PATIENCE}}
    # A statement must see what was committed while it waited for a lock, whatever the server's default.
    # A connection that the server has closed meanwhile is replaced before a transaction begins.
    arguments = {"isolation_level": "READ COMMITTED", "pool_pre_ping": True}
    return {"connect_args": {"connect_timeout": _PATIENCE, "client_encoding": "utf8"}, **arguments}


def _needed(error: ImportError) -> str:
    if error.name is not None:
        return f"it needs {error.name}: pip install 'binance-transfers[postgresql]'"
    return f"{str(error).partition('.')[0]}; install libpq, PostgreSQL's client library, or psycopg[binary]"


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Have each commit on the disk before it returns."""
    # The driver begins no transaction by itself.
    connection.isolation_level = None
    mode = _write_ahead(connection)
    if mode != "wal":
        connection.close()
        raise JournalError(f"The journal cannot be used: SQLite keeps no write-ahead log there, but {mode}.")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")


def _write_ahead(connection: Any) -> str:
    """Ask for a write-ahead log and return the mode; SQLite does not wait where two processes ask at once."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0])
        except sqlite3.OperationalError as error:
            # The code is extended: what follows its last byte says more of the same error.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE)


def _begin(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _set_up_postgresql(connection: Any, _record: object) -> None:
    """Have each commit on the server's disk before it returns, whatever the server's default."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (mode,) = cursor.fetchone()
        if mode == "off":
            cursor.execute("SET synchronous_commit = on")
        cursor.execute(f"SET lock_timeout = '{_PATIENCE}s'")
    connection.commit()
