"""The tables of a journal, and which version of them a database has."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
    text,
)

from ..errors import JournalError

VERSION = 1
_CREATING = 4_820_173_955
"""The lock that lets one process at a time create the tables in PostgreSQL."""
_METADATA = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")

META = Table("binance_transfers_journal", _METADATA, Column("version", Integer, nullable=False))
ENTRIES = Table(
    "binance_transfers_entries",
    _METADATA,
    Column("id", _ID, primary_key=True),
    Column("account", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text),
    Column("owned_until", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", BigInteger),
    Column("sent", Text),
    Column("before", Text),
    Column("transfer_id", Text),
    Column("receipt", Text),
    Column("verdict", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("account", "key"),
)
ACCOUNTS = Table(
    "binance_transfers_accounts",
    _METADATA,
    Column("account", Text, primary_key=True),
    Column("is_rehearsal", Boolean, nullable=False),
)
EVENTS = Table(
    "binance_transfers_events",
    _METADATA,
    Column("id", _ID, primary_key=True),
    Column("entry", _ID, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
Index("binance_transfers_in_order", ENTRIES.c.account, ENTRIES.c.id)
Index("binance_transfers_by_state", ENTRIES.c.account, ENTRIES.c.state)
Index("binance_transfers_by_time", ENTRIES.c.account, ENTRIES.c.operation, ENTRIES.c.sent_at)
Index("binance_transfers_by_owner", ENTRIES.c.owner)
Index("binance_transfers_by_entry", EVENTS.c.entry)
_LOCKED_VERSION = select(META.c.version).with_for_update()


def create(connection: Connection, name: str) -> None:
    """Create the tables where there are none, and refuse a database that is not this journal's."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _CREATING})
    tables = set(inspect(connection).get_table_names())
    if META.name not in tables:
        if (is_sqlite and tables) or tables & _METADATA.tables.keys():
            problem = "it is the database of another program"
            raise JournalError(f"The journal {name} cannot be used: {problem}; give one of its own.")
        _METADATA.create_all(connection)
        connection.execute(META.insert().values(version=VERSION))
    elif ACCOUNTS.name not in tables:
        ACCOUNTS.create(connection)
    check_version(connection, name)


def check_version(connection: Connection, name: str) -> None:
    """Refuse tables of another version; with PostgreSQL, let one transaction at a time go on from here.

    SQLite's transactions that write come one after the other anyway.
    """
    found = connection.execute(_LOCKED_VERSION).scalar()
    if found != VERSION:
        newer = isinstance(found, int) and found > VERSION
        advice = "install a newer binance-transfers" if newer else "it is damaged"
        problem = f"its tables have version {found}, and this release knows version {VERSION}"
        raise JournalError(f"The journal {name} cannot be used: {problem}; {advice}.")
