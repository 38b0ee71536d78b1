"""What a note of the spec explains counts as explained: on pages of its language, of its own object, in these words."""

from __future__ import annotations

import json

import pytest

from generator.drift.facts import FACT_KINDS
from tests.conftest import SPEC
from tests.specs import call, spec

from .comparing import compared, page

PAGE = page("kind| ENUM| YES| `ODD`/`EVEN`/`NEW`", "extra| STRING| YES| More.", weight=7)


def rows_of(operation: str = "", schema: str = "") -> list[tuple[str, str, str, str]]:
    """Compare a page with a spec whose operation and enum have notes that explain this."""

    def note(explains: str) -> str:
        return f"x-binance-note: [{{description: Because., explains: [{explains}]}}]" if explains else ""

    text = spec(
        call(
            "POST /sapi/v1/move",
            "moveIt",
            security="TRADE",
            keys=note(operation) + "\n",
            parameters="- {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}\n",
        ),
        schemas=f"Kind: {{type: string, oneOf: [{{const: ODD}}, {{const: EVEN}}]{', ' if schema else ''}{note(schema)}}}\n",
    )
    [result] = compared(text, PAGE).operations
    return [
        (difference.fact, difference.spec, difference.observations[0].text, difference.finding)
        for difference in result.differences
    ]


WEIGHT = ("weight", "1 per IP", "7 per IP")
EXTRA = ("parameter extra", "none", "STRING, required")
VALUE = ("kind value NEW", "not listed", "listed")


def findings(**notes: str) -> list[str]:
    rows = rows_of(**notes)
    assert [row[:3] for row in rows if row[0] != "note"] == [WEIGHT, VALUE, EXTRA]
    return [row[3] for row in rows]


def test_without_a_note_everything_is_drift() -> None:
    assert findings() == ["drift"] * 3


def test_a_note_explains_a_fact_of_its_object() -> None:
    notes = (
        "{page: en, fact: weight, says: 7 per IP}, {page: en, fact: parameter, about: extra, says: 'STRING, required'}"
    )
    value = "{page: en, fact: value, about: NEW, says: listed}"
    assert findings(operation=notes, schema=value) == ["explained"] * 3


@pytest.mark.parametrize(
    "note",
    [
        "{page: en, fact: weight, says: 8 per IP}",
        "{page: en, fact: title, says: 7 per IP}",
        "{page: en, fact: parameter, says: 'STRING, required'}",
        "{page: en, fact: value, about: NEW, says: listed}",
    ],
)
def test_a_note_that_explains_what_no_page_says_is_a_difference(note: str) -> None:
    assert findings(operation=note) == ["drift"] * 4


def test_a_note_about_a_page_that_was_not_read_is_no_difference() -> None:
    assert findings(operation="{page: zh-CN, fact: weight, says: 7 per IP}") == ["drift"] * 3


def test_the_schema_lists_every_fact() -> None:
    schema = json.loads((SPEC.parent / "extensions.schema.json").read_text(encoding="utf-8"))
    assert schema["$defs"]["explained"]["properties"]["fact"]["enum"] == [
        kind for kind in FACT_KINDS if kind not in ("note", "newer", "sentences")
    ]


@pytest.mark.parametrize(
    ("weight", "stated"),
    [
        ("**5(UID)** for the call, 1(IP)", None),
        ("1(IP) and 5(UID)", None),
        ("1(IP) and 6(UID)", "1 per IP and 6 per UID"),
        ("1(IP)", "1 per IP"),
    ],
)
def test_two_weights_of_one_operation_are_compared_with_both_of_the_page(weight: str, stated: str | None) -> None:
    moving = call("POST /sapi/v1/move", "moveIt", security="TRADE", keys="x-binance-moves-funds: false\n")
    text = spec(moving).replace("{scope: ip, weight: 1}", "[{scope: ip, weight: 1}, {scope: uid, weight: 5}]")
    budget = "{weight: 1200, seconds: 60}"
    text = text.replace(f"{{ip: {budget}}}", f"{{ip: {budget}, uid: {budget}}}")
    [operation] = compared(text, page(weight=weight)).operations
    found = [difference for difference in operation.differences if difference.fact == "weight"]
    assert [difference.observations[0].text for difference in found] == ([stated] if stated else [])
    assert [difference.updates for difference in found] == ([()] if stated else [])
