"""Which class a change has where it is easily taken for another: would a program that worked before still work?"""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.changes.compare import Spec, compare
from tests.generator.specs import Call, call
from tests.generator.specs import spec as spec_of

from .conftest import Told
from .mutations import TEXT, TRANSFER_NAME, spec

ERROR_CODE = "  - code: {}\n    name: {}\n    description: A.\n    x-binance-zh: 甲。\n    outcome: {}\n    documented: false\n"


def error_codes(*codes: str) -> str:
    text = spec_of(call("GET /a", "readIt"), root="x-binance-errors:\n" + "".join(codes) if codes else "")
    return text.replace("    x-binance-zh: 甲。\n", "")


def query(schema: str, *, more: str = "", required: str = "") -> Call:
    """An operation whose one parameter is `value`; `required` is what stands before its schema."""
    return call("GET /a", "readIt", parameters=f"- {{name: value, in: query, {required}schema: {schema}{more}}}\n")


def said(lines: list[str]) -> list[str]:
    return [line.partition(" | ")[2] for line in lines]


@pytest.mark.parametrize("exception", ["", "    exception: InsufficientBalance\n"])
def test_an_error_code_that_is_gone_proves_nothing_any_more(exception: str, told: Told) -> None:
    kept, gone = ERROR_CODE.format(-1, "KEPT", "unknown"), ERROR_CODE.format(-2, "GONE", "not_executed") + exception
    [line] = said(told(error_codes(kept, gone), error_codes(kept)))
    assert line.startswith("breaking: error -2: no longer known: GONE, not_executed")
    [line] = said(told(error_codes(kept), error_codes(kept, gone)))
    assert line.startswith("facts: error -2: new: GONE, not_executed")


def test_another_outcome_is_breaking_whichever_it_is(told: Told) -> None:
    outcomes = ("not_executed", "probably_not_executed", "unknown")
    for before in outcomes:
        for after in outcomes:
            if before != after:
                old, new = (error_codes(ERROR_CODE.format(-1, "ONE", each)) for each in (before, after))
                assert said(told(old, new)) == [f"breaking: error -1: outcome {before} -> {after}"]


def test_a_wallet_is_a_member_of_an_enum_that_programs_name(told: Told) -> None:
    one = spec_of(call("GET /a", "readIt"), root="x-binance-wallets:\n  MAIN: {description: The wallet.}\n")
    two = one.replace("  MAIN:", "  MOON: {description: The moon.}\n  MAIN:")
    assert said(told(two, one)) == ["breaking: wallet gone: MOON"]
    assert said(told(one, two)) == ["feature: new wallet: MOON"]
