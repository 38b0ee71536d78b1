"""Shows the Python names that Binance's names become."""

from __future__ import annotations

import pytest

from generator.ir import names


@pytest.mark.parametrize(
    ("wire", "name"),
    [
        ("tranId", "tran_id"),
        ("IPRestrict", "ip_restrict"),
        ("ｉｄ", "id"),
        ("ｉｆ", "if_"),
        ("from", "from_"),
        ("1h", "field_1h"),
        ("-", None),
    ],
)
def test_fields_are_in_snake_case_and_normalised(wire: str, name: str | None) -> None:
    assert names.snake(wire, names.FIELDS_TAKEN, "field_") == name


@pytest.mark.parametrize(("value", "name"), [("ＯＵＴ", "OUT"), ("name", "name_"), (-1, "MINUS_1"), ("4H", "VALUE_4H")])
def test_members_keep_the_spelling_and_are_normalised(value: str | int, name: str) -> None:
    assert names.member(value) == name
