"""What newer sources state is compared: a weight is a fact that limiters count by, the words are text."""

from __future__ import annotations

import pytest

from generator.diff.walk import compare
from tests.specs import call
from tests.specs import spec as written

from .mutation import spec

FACT = "- {source: a-sdk 1.0, date: '2026-08-07', weight: {scope: ip, weight: 3}, description: Three.}\n"
BASE = f"x-binance-newer:\n{FACT}"


def changes(old: str, new: str) -> list[tuple[str, str]]:
    before, after = (spec(written(call("GET /sapi/v1/read", "readIt", keys=keys))) for keys in (old, new))
    return [(change.impact, change.message) for change in compare(before, after).changes]


@pytest.mark.parametrize(
    ("before", "after", "impact"),
    [
        ("weight: 3", "weight: 5", "facts"),
        (" weight: {scope: ip, weight: 3},", "", "facts"),
        ("Three.", "Four.", "text"),
        ("08-07", "08-08", "text"),
        (BASE, "", "facts"),
        (FACT, FACT + FACT.replace("a-sdk", "b-sdk"), "facts"),
    ],
)
def test_every_change_of_a_newer_fact_is_listed(before: str, after: str, impact: str) -> None:
    [(found, message)] = changes(BASE, BASE.replace(before, after))
    assert found == impact
    assert message
