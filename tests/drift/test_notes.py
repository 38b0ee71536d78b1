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
        kind for kind in FACT_KINDS if kind not in ("note", "sentences")
    ]
