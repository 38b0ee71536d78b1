"""What a change leaves for a person to check: texts that name the old number, and dates of pages that stayed."""

from __future__ import annotations

import json

import pytest

from generator.diff.command import diff_of
from generator.diff.formats import FORMATS
from tests.specs import call
from tests.specs import spec as spec_of

from .mutation import spec

SHADE = "Shade:\n  type: string\n  description: One of 2 shades.\n  enum: [DARK, LIGHT]\n"
NOTES = """\
description: It costs 1 and answers.
x-binance-note:
- description: We keep the 1 of the page.
- description: Known since 2026-01-01 or 2026-01, in version 1.5 and v1, with 12 others.
"""
PARAMETERS = """\
- name: limit
  in: query
  required: false
  description: At most 500 rows.
  schema: {type: integer, maximum: 500}
- {name: shade, in: query, required: false, schema: {$ref: '#/components/schemas/Shade'}}
"""
CALL = call("GET /a", "readIt", keys=NOTES, parameters=PARAMETERS)
OLD = spec_of(CALL, call("GET /b", "readMore", keys="description: It costs 1 too.\n"), schemas=SHADE)
DATE = "read_it: read is still 2026-01-02, but facts changed ({}); write the day of the source."
NAMES = "this text names {}, but {}; see whether it still holds."


def checks(new: str, old: str = OLD) -> list[tuple[str, str]]:
    """Return the line that each reminder is about, and its text in the terminal."""
    diff = diff_of(spec(old, "old"), spec(new, "new"))
    lines = [line for line in FORMATS["terminal"](diff).splitlines() if ": to check: " in line]
    numbers = [int(line.split(":")[1]) for line in lines]
    texts = [line.partition(": to check: ")[2] for line in lines]
    return [(new.splitlines()[number - 1].strip(), text) for number, text in zip(numbers, texts, strict=True)]


def changed(old: str, new: str) -> str:
    """Return the spec with the first of these texts replaced."""
    assert old in OLD
    return OLD.replace(old, new, 1)


def test_texts_that_name_the_old_weight_are_to_be_checked_where_they_stand_beside_it() -> None:
    reason = NAMES.format(1, "weight is 7 now")
    assert checks(changed("weight: 1}", "weight: 7}")) == [
        ("x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}", DATE.format("weight")),
        ("description: It costs 1 and answers.", f"read_it: {reason}"),
        ("- description: We keep the 1 of the page.", f"read_it: {reason}"),
    ]


def test_a_text_that_was_written_anew_is_not_to_be_checked() -> None:
    new = changed("weight: 1}", "weight: 7}").replace("We keep the 1 of", "We kept the 1 of, once,")
    assert [line for line, text in checks(new) if "this text" in text] == ["description: It costs 1 and answers."]


def test_nothing_is_to_be_checked_where_the_date_moved_and_no_text_names_the_number() -> None:
    old = OLD.replace("It costs 1 and answers.", "It answers.").replace("We keep the 1 of", "We follow")
    new = old.replace("weight: 1}", "weight: 7}", 1).replace("read: '2026-01-02'", "read: '2026-03-04'", 1)
    assert checks(new, old) == []


@pytest.mark.parametrize(
    ("old", "new", "number", "reason", "date"),
    [
        ("maximum: 500", "maximum: 100", "500", "limit maximum is 100 now", "limit maximum"),
        ("[DARK, LIGHT]", "[DARK, LIGHT, GREY]", "2", "Shade has 3 values now", "Shade.GREY enum value"),
    ],
)
def test_texts_of_the_parameter_and_of_its_values(old: str, new: str, number: str, reason: str, date: str) -> None:
    texts = [text.removeprefix("read_it: ") for _, text in checks(changed(old, new))]
    assert texts == [DATE.removeprefix("read_it: ").format(date), NAMES.format(number, reason)]


def test_a_budget_concerns_every_text_and_the_date_of_no_page() -> None:
    old = OLD.replace("It costs 1 too.", "It costs 1 of 1200.")
    line = "description: It costs 1 of 1200."
    message = NAMES.format(1200, "budget is 600 in 60 seconds now")
    assert checks(old.replace("{weight: 1200,", "{weight: 600,"), old) == [(line, message)]


@pytest.mark.parametrize(
    ("old", "new"), [("answers.", "responds."), ("operationId: readIt", "operationId: readThat"), ("//api.", "//b.")]
)
def test_what_no_page_states_asks_for_no_date(old: str, new: str) -> None:
    assert checks(changed(old, new)) == []


def test_a_new_operation_and_one_that_is_gone_have_nothing_to_check() -> None:
    assert checks(OLD, spec_of(CALL, schemas=SHADE)) == checks(spec_of(CALL, schemas=SHADE)) == []


def test_reminders_are_in_every_format_that_is_read_now() -> None:
    new = changed("weight: 1}", "weight: 7}")
    diff = diff_of(spec(OLD, "old"), spec(new, "new"))
    line = new[: new.index("We keep")].count("\n") + 1
    message = f"read_it: {NAMES.format(1, 'weight is 7 now')}"
    assert "\n\n#### To check\n\n- read_it: read is still" in FORMATS["markdown"](diff)
    assert f"- {message} (`new:{line}`)" in FORMATS["markdown"](diff)
    assert f"::warning file=new,line={line},title=spec%3A to check::{message}\n" in FORMATS["github"](diff)
    assert "this text names" not in FORMATS["changelog"](diff)
    assert json.loads(FORMATS["json"](diff))["reminders"][2] == {
        "operations": ["read_it"],
        "message": NAMES.format(1, "weight is 7 now"),
        "line": line,
        "column": 22,
    }


def test_the_date_of_a_release_that_was_read_is_to_be_checked_where_there_is_no_page() -> None:
    page = "{en: {url: https://example.com/page, read: '2026-01-02'}}"
    sdk = "{sdk: {package: binance-sdk-garden, version: 1.2.3, read: '2026-01-02'}}"
    old = OLD.replace(page, sdk)
    new = old.replace("weight: 1}", "weight: 7}", 1)
    assert (f"x-binance-source: {sdk}", DATE.format("weight")) in checks(new, old)
