"""PostgreSQL as the database of a journal: what a server may do, and how it may be configured."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg
import pytest

from binance_transfers import Journal, JournalError, OutcomeUnknown
from binance_transfers._runtime.journal.schema import check_version
from binance_transfers._runtime.journal.store import Store

from .binance import CALL, Binance
from .postgresql_server import PASSWORD, Server

ALLOWED = "give the path of an SQLite file, or a URL that begins with postgresql:// or sqlite://."
FULL_DISK = """
    CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE disk_full USING MESSAGE = 'could not extend file: No space left on device'; END $$;
    CREATE TRIGGER fill BEFORE {} ON binance_transfers_entries EXECUTE FUNCTION fill();
"""


@pytest.fixture
def url(postgresql: Server) -> str:
    return postgresql.new_database()


@pytest.fixture
def made(url: str) -> str:
    """Return the URL of a database with a journal's tables."""
    Journal(url).close()
    return url


@pytest.fixture
def mortal(postgresql: Server) -> Iterator[Server]:
    """A server that the test may stop."""
    yield postgresql
    postgresql.stop()
    postgresql.start()


@pytest.fixture
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("binance_transfers._runtime.journal.database._PATIENCE", 1)


def refusal(binance: Binance, url: str) -> str:
    """Return why a transfer was not made."""
    with pytest.raises(JournalError) as caught, binance.client() as client, Journal(url) as journal:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert binance.sent == 0
    name = url.replace("postgresql", "postgresql+psycopg").replace(PASSWORD, "***")
    beginning, _, reason = str(caught.value).partition(f"The journal {name} cannot be used: ")
    assert beginning == ""
    return reason


def test_a_server_that_stops_before_the_request_leaves(
    binance: Binance, url: str, mortal: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Store.begin_attempt

    def begin_attempt(*arguments: Any) -> None:
        mortal.stop()
        original(*arguments)

    with Journal(url) as journal, binance.client() as client:
        monkeypatch.setattr(Store, "begin_attempt", begin_attempt)
        with pytest.raises(JournalError, match=" cannot be used: "):
            journal.once("a", client.user_universal_transfer, **CALL)
        monkeypatch.setattr(Store, "begin_attempt", original)
        assert binance.sent == 0
        with pytest.raises(JournalError, match=" cannot be used: connection failed: "):
            journal.once("b", client.user_universal_transfer, **CALL)
        mortal.start()
        monkeypatch.setattr("binance_transfers._runtime.journal.store.may_run", lambda _: False)
        journal.once("a", client.user_universal_transfer, **CALL)
    assert (binance.sent, binance.moved) == (1, 1)


@pytest.mark.parametrize("restarted", [True, False])
def test_a_server_that_stops_after_the_request_left(
    binance: Binance, url: str, mortal: Server, monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    def stop(_: object) -> None:
        mortal.stop()
        if restarted:
            mortal.start()

    with Journal(url) as journal, binance.client(on_attempt=stop) as client:
        receipt = journal.once("a", client.user_universal_transfer, **CALL)
    if not restarted:
        mortal.start()
    with Journal(url) as journal, binance.client() as client:
        assert [entry.state for entry in journal.entries()] == ["done" if restarted else "sending"]
        monkeypatch.setattr("binance_transfers._runtime.journal.store.may_run", lambda _: False)
        assert journal.once("a", client.user_universal_transfer, **CALL) == receipt
    assert (binance.sent, binance.moved) == (1, 1)


def test_a_server_that_was_restarted_between_two_transfers(binance: Binance, url: str, mortal: Server) -> None:
    with Journal(url) as journal, binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
        mortal.stop()
        mortal.start()
        journal.once("b", client.user_universal_transfer, **CALL)
    assert binance.moved == 2


def test_a_wrong_password_is_in_no_text(postgresql: Server) -> None:
    with pytest.raises(JournalError) as caught:
        Journal(postgresql.url(password="hidden"))
    assert str(caught.value) == (
        f"The journal postgresql+psycopg://user:***@127.0.0.1:{postgresql.port}/postgres cannot be used: connection failed: "
        f'connection to server at "127.0.0.1", port {postgresql.port} failed: FATAL:  password authentication failed for '
        'user "user".'
    )
    assert "hidden" not in repr((caught.value, caught.value.__cause__))


def test_a_database_that_does_not_exist(binance: Binance, postgresql: Server) -> None:
    assert refusal(binance, postgresql.url("missing")).endswith('FATAL:  database "missing" does not exist.')


def test_a_database_that_may_only_be_read(binance: Binance, postgresql: Server, url: str) -> None:
    name = url.rpartition("/")[2]
    postgresql.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert refusal(binance, url) == "cannot execute CREATE TABLE in a read-only transaction."
    postgresql.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    Journal(url).close()
    postgresql.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert refusal(binance, url) == "cannot execute SELECT FOR UPDATE in a read-only transaction."


@pytest.mark.parametrize("written", ["INSERT", "UPDATE"])
def test_a_full_disk(binance: Binance, postgresql: Server, made: str, written: str) -> None:
    postgresql.execute(FULL_DISK.format(written), made)
    assert refusal(binance, made) == "could not extend file: No space left on device."


def test_tables_of_another_program(binance: Binance, postgresql: Server, url: str) -> None:
    postgresql.execute("CREATE TABLE theirs (name text)", url)
    with Journal(url) as journal, binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    postgresql.execute("DROP TABLE binance_transfers_journal", url)
    with pytest.raises(JournalError, match="it is the database of another program; give one of its own.$"):
        Journal(url)


@pytest.mark.usefixtures("_short_patience")
@pytest.mark.parametrize("held", ["pg_advisory_lock(4820173955)", "version FROM binance_transfers_journal FOR UPDATE"])
def test_a_lock_that_another_session_holds(binance: Binance, made: str, held: str) -> None:
    with psycopg.connect(made) as other:
        other.execute(f"SELECT {held}".encode())
        assert refusal(binance, made) == "canceling statement due to lock timeout."


@pytest.mark.parametrize(("default", "used"), [("off", "on"), ("remote_write", "remote_write"), ("on", "on")])
def test_a_commit_is_on_the_disk_whatever_the_default(postgresql: Server, url: str, default: str, used: str) -> None:
    postgresql.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET synchronous_commit = {default}")
    with Journal(url) as journal, journal._store._engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == used


@pytest.mark.parametrize("default", ["read committed", "repeatable read", "serializable"])
def test_equal_transfers_at_the_same_time_are_made_once_whatever_the_default_isolation(
    binance: Binance, postgresql: Server, url: str, monkeypatch: pytest.MonkeyPatch, default: str
) -> None:
    name = url.rpartition("/")[2]
    postgresql.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{default}'")
    waiting = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{name}' AND wait_event_type = 'Lock'"  # noqa: S608

    with Journal(url) as journal, binance.client() as client, ThreadPoolExecutor() as pool:
        second: list[Future[object]] = []
        equal = partial(journal.once, "b", client.user_universal_transfer)

        def check(connection: Any, journal_name: str) -> None:
            check_version(connection, journal_name)
            if not second:
                # It begins while this transaction holds the lock.
                second.append(pool.submit(equal, **CALL))
                while not postgresql.execute(waiting):
                    time.sleep(0.01)

        binance.sandbox.inject("lost")
        journal._store.bind(is_rehearsal=True)
        monkeypatch.setattr("binance_transfers._runtime.journal.store.check_version", check)
        with pytest.raises(OutcomeUnknown):
            journal.once("a", client.user_universal_transfer, **CALL)
        with pytest.raises(JournalError, match=" an equal transfer is unresolved under the key 'a' "):
            second[0].result()
    assert binance.sent == 1


def test_journals_that_create_the_tables_at_the_same_time(location: str) -> None:
    start = threading.Barrier(6)

    def create(_: int) -> None:
        start.wait()
        Journal(location).close()

    with ThreadPoolExecutor(6) as pool:
        assert [*pool.map(create, range(6))] == [None] * 6


def test_nothing_secret_is_written(binance: Binance, postgresql: Server, url: str) -> None:
    with Journal(url) as journal, binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    tables = ("entries", "events")
    rows = [postgresql.execute(f"SELECT t::text FROM binance_transfers_{table} t", url) for table in tables]  # noqa: S608
    assert "MAIN_FUNDING" in str(rows)
    for secret in (binance.sandbox.api_key, binance.sandbox.secret, "signature"):
        assert secret not in str(rows)


def test_a_database_without_an_encoding(binance: Binance, postgresql: Server) -> None:
    name = "without_encoding"
    postgresql.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0")
    with Journal(postgresql.url(name)) as journal, binance.client() as client:
        journal.once("币安", client.user_universal_transfer, **CALL)
        assert [entry.key for entry in journal.entries()] == ["币安"]


def test_a_database_whose_encoding_lacks_a_character(binance: Binance, postgresql: Server) -> None:
    name = "latin"
    postgresql.execute(f"CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0")
    with (
        Journal(postgresql.url(name)) as journal,
        binance.client() as client,
        pytest.raises(JournalError, match='has no equivalent in encoding "LATIN1".$'),
    ):
        journal.once("币安", client.user_universal_transfer, **CALL)
    assert binance.sent == 0


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg2", "pg8000"])
def test_another_driver(driver: str) -> None:
    with pytest.raises(ValueError, match="^The URL ") as caught:
        Journal(f"postgresql+{driver}://user:hidden@127.0.0.1/a")
    assert str(caught.value) == f"The URL of the journal begins with postgresql+{driver}; {ALLOWED}"


def test_the_driver_may_be_named(binance: Binance, url: str) -> None:
    with Journal(url.replace("postgresql", "postgresql+psycopg")) as journal, binance.client() as client:
        journal.once("a", client.user_universal_transfer, **CALL)
    assert binance.moved == 1


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(JournalError) as caught:
        Journal("postgresql://user:hidden@127.0.0.1/a")
    assert str(caught.value) == (
        "The journal postgresql+psycopg://user:***@127.0.0.1/a cannot be used: it needs psycopg: "
        "pip install 'binance-transfers[postgresql]'."
    )


def test_a_driver_without_the_library_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ImportError("no pq wrapper available.\nAttempts made:\n- ...")

    monkeypatch.setattr("sqlalchemy.dialects.postgresql.psycopg.PGDialect_psycopg.import_dbapi", fail)
    with pytest.raises(JournalError) as caught:
        Journal("postgresql://user:hidden@127.0.0.1/a")
    assert str(caught.value) == (
        "The journal postgresql+psycopg://user:***@127.0.0.1/a cannot be used: no pq wrapper available; "
        "install libpq, PostgreSQL's client library, or psycopg[binary]."
    )
