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
    notes = "{page: en, fact: weight, says: 7 per IP, here: 1 per IP}, {page: en, fact: parameter, about: extra, says: 'STRING, required'}"
    value = "{page: en, fact: value, about: NEW, says: listed}"
    assert findings(operation=notes, schema=value) == ["explained"] * 3


@pytest.mark.parametrize(
    "note",
    [
        "{page: en, fact: weight, says: 8 per IP, here: 1 per IP}",
        "{page: en, fact: title, says: 7 per IP, here: moveIt}",
        "{page: en, fact: parameter, says: 'STRING, required'}",
        "{page: en, fact: value, about: NEW, says: listed}",
    ],
)
def test_a_note_that_explains_what_no_page_says_is_a_difference(note: str) -> None:
    assert findings(operation=note) == ["drift"] * 4


def test_a_note_about_a_page_that_was_not_read_is_no_difference() -> None:
    assert findings(operation="{page: zh-CN, fact: weight, says: 7 per IP, here: 1 per IP}") == ["drift"] * 3


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


# What the spec states beside what the note says


SPECIMEN = call(
    "POST /sapi/v1/move",
    "moveIt",
    security="TRADE",
    keys="x-binance-call-limit: {calls: 5, seconds: 60}\n",
    parameters="""\
    - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}
    - {name: many, in: query, schema: {type: integer, maximum: 10, minimum: 2, default: 5}}
    - {name: word, in: query, schema: {type: string}, example: a}
    """,
    schema="{type: object, properties: {id: {type: integer}}}",
    example="{id: 1}",
)
OTHER = page(
    "kind| ENUM| NO| `ODD`/`EVEN`/`NEW`",
    "many| INT| YES| Default 6; min 3; max 12",
    "word| LONG| NO| `A`/`B`",
    title="moveThat",
    security="USER_DATA",
    weight=7,
    below="You can only use this function 9 times per hour.",
    example='{"id": 2}',
)


def noted(notes: dict[str, str]) -> str:
    """Return the spec with these notes: each at the operation, or at the parameter that it names."""
    text = spec(SPECIMEN, schemas="Kind: {type: string, oneOf: [{const: ODD}, {const: EVEN}]}")
    for owner, explains in notes.items():
        note = f"x-binance-note: [{{description: Because., explains: [{explains}]}}]"
        if owner:
            text = text.replace(f"{{name: {owner}, ", f"{{{note}, name: {owner}, ")
        else:
            text = text.replace("operationId: moveIt", f"{note}\n      operationId: moveIt")
    return text


def found(text: str) -> dict[str, tuple[str, str, str, str]]:
    """Return what differs by its name: its kind, what each side states, and the finding."""
    [result] = compared(text, OTHER).operations
    return {
        difference.fact: (
            difference.kind,
            difference.observations[0].text,
            difference.observations[0].here,
            difference.finding,
        )
        for difference in result.differences
    }


FOUND = {fact: row for fact, row in found(noted({})).items() if row[0] not in ("value", "values")}


def test_the_page_differs_in_most_kinds_of_facts() -> None:
    kinds = ["title", "security", "weight", "call limit", "required", "type", "minimum", "maximum", "default"]
    assert {row[0] for row in FOUND.values()} == {*kinds, "response example"}


@pytest.mark.parametrize("fact", FOUND)
@pytest.mark.parametrize("changed", [False, True])
def test_a_note_explains_a_difference_from_the_value_that_it_names_and_from_no_other(
    fact: str, *, changed: bool
) -> None:
    kind, says, here, _ = FOUND[fact]
    owner = fact.partition(" ")[0] if fact.endswith(f" {kind}") else ""
    stated = "another" if changed else here
    note = f"{{page: en, fact: {kind}, says: {json.dumps(says)}, here: {json.dumps(stated)}}}"
    rows = found(noted({owner: note}))
    assert rows[fact] == (kind, says, here, "drift" if changed else "explained")
    assert rows.get("note", ("", "", "", "same"))[3] == ("drift" if changed else "same")


def test_a_note_that_names_another_value_of_the_spec_is_listed_with_what_to_do() -> None:
    [result] = compared(noted({"": "{page: en, fact: weight, says: 7 per IP, here: 9 per IP}"}), OTHER).operations
    [note] = [difference for difference in result.differences if difference.kind == "note"]
    assert note.spec == "explains weight 7 per IP against 9 per IP"
    assert note.advice == "the spec states 1 per IP by now; correct the value, or what this line and its note say"


def test_a_note_that_names_no_value_of_the_spec_explains_nothing_and_is_listed_with_what_to_add() -> None:
    [result] = compared(noted({"": "{page: en, fact: weight, says: 7 per IP}"}), OTHER).operations
    [note] = [difference for difference in result.differences if difference.kind == "note"]
    assert (note.spec, result.verdict) == ("explains weight 7 per IP", "drift")
    assert note.advice == "it does not name what the spec states; if it explains that, add here: 1 per IP"
