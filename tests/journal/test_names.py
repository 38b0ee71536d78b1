"""The names that a journal keeps and shows: keys, accounts and the database's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from binance_transfers import InvalidRequest, Journal
from binance_transfers._runtime.journal.database import open_database
from binance_transfers._runtime.short_repr import short_repr

from .binance import CALL, Binance


@pytest.mark.parametrize(
    "name",
    [
        "\ud800",
        "a\udfff",
        "a\0",
        "a ",
        " a",
        "a\n",
        "a\u200bb",
        "a\u202eb",
        "\ufeffa",
        "a\u2028b",
        "\u3000",
        "a\u00a0b",
        "a\u3164b",
        "a\u2800b",
        "a\ufe0fb",
        "a\u115fb",
        "a\U000e0101b",
    ],
)
def test_names_that_no_database_can_keep_or_that_look_like_others(
    binance: Binance, journal: Journal, tmp_path: Path, name: str
) -> None:
    with binance.client() as client, pytest.raises(InvalidRequest) as caught:
        journal.once(name, client.user_universal_transfer, **CALL)
    assert str(caught.value) == (
        f"key is {short_repr(name)}; it must be text of 1 to 200 characters, without spaces at its ends and without invisible characters."
    )
    with pytest.raises(ValueError, match="^account is .*; it must be text of 1 to 200 characters") as refused:
        Journal(tmp_path / "other.sqlite", account=name)
    assert not isinstance(refused.value, UnicodeError)
    assert binance.sent == 0


def test_a_name_is_written_in_one_way(binance: Binance, journal: Journal) -> None:
    with binance.client() as client:
        with pytest.raises(InvalidRequest) as caught:
            journal.once("e\u0301", client.user_universal_transfer, **CALL)
        assert str(caught.value) == "key is 'e\u0301'; Unicode has another form of the same text; write '\u00e9'."
        assert binance.sent == 0
        journal.once("\u00e9", client.user_universal_transfer, **CALL)


@pytest.mark.parametrize("url", ["postgresql://user:hidden@host/name", "postgresql://host/name?password=hidden"])
def test_no_password_of_a_database_is_in_its_name(url: str) -> None:
    engine, name = open_database(url)
    engine.dispose()
    assert name in ("postgresql+psycopg://user:***@host/name", "postgresql+psycopg://host/name")
