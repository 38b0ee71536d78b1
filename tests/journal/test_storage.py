"""A database that cannot be used: a sentence says why, and nothing is sent."""

from __future__ import annotations

import gc
import sqlite3
import time
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from binance_transfers import BinanceError, Journal, JournalError
from binance_transfers._runtime.journal.database import open_database

from .binance import CALL, Binance


def refusal(binance: Binance, location: object) -> str:
    """Return why a transfer was not made."""
    with pytest.raises(JournalError) as caught, binance.client() as client, Journal(str(location)) as journal:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert binance.sent == 0
    return str(caught.value).replace(str(location), "FILE")


def execute(location: str, statement: str) -> None:
    engine, _ = open_database(location)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_a_file_that_is_no_database(binance: Binance, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("no database, but a text that is long enough to be looked at")
    assert refusal(binance, file) == "The journal FILE cannot be used: file is not a database."


def test_a_folder(binance: Binance, tmp_path: Path) -> None:
    assert refusal(binance, tmp_path) == "The journal FILE cannot be used: unable to open database file."


def test_the_database_of_another_program(binance: Binance, tmp_path: Path) -> None:
    file = tmp_path / "a"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (name)")
        assert refusal(binance, file) == (
            "The journal FILE cannot be used: it is the database of another program; give one of its own."
        )
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


@pytest.mark.parametrize(
    ("version", "advice"), [(2, "install a newer binance-transfers"), (0, "it is damaged"), (None, "it is damaged")]
)
def test_tables_of_another_version(binance: Binance, location: str, version: int | None, advice: str) -> None:
    Journal(location).close()
    change = "DELETE FROM binance_transfers_journal"
    if version is not None:
        change = f"UPDATE binance_transfers_journal SET version = {version}"  # noqa: S608 - a number of the test's own
    execute(location, change)
    reason = refusal(binance, location).partition(" cannot be used: ")[2]
    assert reason == f"its tables have version {version}, and this release knows version 1; {advice}."


def test_a_version_that_changes_while_the_journal_is_open(binance: Binance, location: str) -> None:
    with Journal(location) as journal, binance.client() as client:
        execute(location, "UPDATE binance_transfers_journal SET version = 2")
        with pytest.raises(JournalError, match="its tables have version 2"):
            journal.once("a", client.user_universal_transfer, **CALL)
    assert binance.sent == 0


def test_a_journal_that_is_refused_leaves_no_connection_open(location: str) -> None:
    Journal(location).close()
    execute(location, "UPDATE binance_transfers_journal SET version = 2")
    with pytest.raises(JournalError, match="its tables have version 2"):
        Journal(location)
    # What is deleted while it is open warns, which fails the test.
    gc.collect()


def test_a_database_that_another_program_has_locked(
    binance: Binance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("binance_transfers._runtime.journal.database._PATIENCE", 0)
    file = tmp_path / "a"
    Journal(file).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refusal(binance, file) == "The journal FILE cannot be used: database is locked."


@pytest.mark.parametrize("seconds", [0, 5])
def test_a_new_database_that_another_process_is_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    module = "binance_transfers._runtime.journal.database"
    monkeypatch.setattr(f"{module}._PATIENCE", seconds)
    # SQLite does not wait where it sees that two processes change the mode of a file, as each waits for the other.
    monkeypatch.setattr(f"{module}._arguments", lambda _: {"connect_args": {"timeout": 0}})
    with closing(sqlite3.connect(tmp_path / "a", isolation_level=None)) as other:
        other.execute("PRAGMA user_version = 1")
        other.execute("BEGIN")
        other.execute("SELECT * FROM sqlite_master")
        monkeypatch.setattr(time, "sleep", lambda _: other.in_transaction and other.execute("ROLLBACK"))
        with nullcontext() if seconds else pytest.raises(JournalError, match="a cannot be used: database is locked.$"):
            Journal(tmp_path / "a").close()


def test_a_database_that_may_only_be_read(binance: Binance, tmp_path: Path) -> None:
    file = tmp_path / "a"
    Journal(file).close()
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    reason = refusal(binance, url)
    assert reason == f"The journal file:{file} cannot be used: attempt to write a readonly database."


def test_memory_is_no_place_for_a_journal(binance: Binance) -> None:
    assert refusal(binance, ":memory:") == (
        "The journal cannot be used: SQLite keeps no write-ahead log there, but memory."
    )


@pytest.mark.parametrize("written", ["claim", "begin_attempt"])
def test_a_full_disk(binance: Binance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    with Journal(tmp_path / "a") as journal, binance.client() as client:
        original = getattr(journal._store, written)

        def function(*arguments: Any) -> Any:
            event.listen(journal._store._engine, "begin", fill)
            try:
                return original(*arguments)
            finally:
                event.remove(journal._store._engine, "begin", fill)

        monkeypatch.setattr(journal._store, written, function)
        long = {**CALL, "asset": "A" * 20_000}
        with pytest.raises(JournalError) as caught:
            journal.once("a", client.user_universal_transfer, **long)
        assert str(caught.value) == f"The journal {tmp_path / 'a'} cannot be used: database or disk is full."
        assert binance.sent == 0


def fill(connection: Any) -> None:
    (pages,) = connection.exec_driver_sql("PRAGMA page_count").one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


@pytest.mark.parametrize("step", ["finish", "release"])
def test_an_outcome_that_cannot_be_written_hides_no_receipt(
    binance: Binance, journal: Journal, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise JournalError("The disk is full.")

    with binance.client() as client, monkeypatch.context() as patched:
        patched.setattr(journal._store, step, fail)
        receipt = journal.once("a", client.user_universal_transfer, **CALL)
        # What is not written is found out; the client's own memory is not needed for it.
    monkeypatch.setattr("binance_transfers._runtime.journal.store.may_run", lambda _: False)
    with binance.client() as client:
        assert journal.once("a", client.user_universal_transfer, **CALL) == receipt
    assert binance.moved == 1


@pytest.mark.parametrize(
    ("location", "why"),
    [
        (5, "The location of the journal is of type int"),
        ("", "The location of the journal is of type str"),
        ("mysql://user:hidden@host/a", "The URL of the journal begins with mysql"),
        ("://hidden", "The URL of the journal cannot be read"),
    ],
)
def test_a_location_that_cannot_be_used(location: Any, why: str) -> None:
    with pytest.raises(ValueError, match="^The ") as caught:
        Journal(location)
    assert str(caught.value) == (
        f"{why}; give the path of an SQLite file, or a URL that begins with postgresql:// or sqlite://."
    )


def test_a_password_is_in_no_text() -> None:
    with pytest.raises(JournalError) as caught:
        Journal("postgresql://user:hidden@127.0.0.1:1/a")
    assert str(caught.value).startswith(
        "The journal postgresql+psycopg://user:***@127.0.0.1:1/a cannot be used: connection failed: "
    )
    assert "hidden" not in repr((caught.value, caught.value.__cause__))


def test_the_settings_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="^equal is 'maybe'; allowed: 'refuse', 'wait'.$"):
        Journal(tmp_path / "a", equal="maybe")  # type: ignore[arg-type]
    with pytest.raises(
        ValueError,
        match="^account is ''; it must be text of 1 to 200 characters, without spaces at its ends and without invisible characters.$",
    ):
        Journal(tmp_path / "a", account="")


def test_nothing_secret_is_written(binance: Binance, tmp_path: Path) -> None:
    binance.sandbox.inject("lost", executed=True)
    with Journal(tmp_path / "a") as journal:
        for _ in range(2):
            with binance.client() as client, suppress(BinanceError):
                journal.once("a", client.user_universal_transfer, **CALL)
        text = "".join(journal.export())
    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (binance.sandbox.api_key, binance.sandbox.secret, "signature"):
        assert secret not in text
        assert secret.encode() not in files
