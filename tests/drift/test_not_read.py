"""What was not read, or stands elsewhere on the page, is neither drift nor taken out of the spec."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.drift.apply import apply_report
from generator.drift.compare import DriftReport
from generator.openapi.load import load_file
from tests.specs import call, spec

from .comparing import compared

PAGE = """\
# {title}(TRADE)

## HTTP Request

POST `/sapi/v1/move`

## Request Weight(IP)

1

## Request Parameters

Name| Type| Mandatory| Description
---|---|---|---
kind| ENUM| YES| {kind}
fast| STRING| YES| "true" or "false"
timestamp| LONG| YES|

{below}

## Response Example

    {{}}
"""
SPEC = spec(
    call(
        "POST /sapi/v1/move",
        "moveIt",
        security="TRADE",
        keys="x-binance-call-limit: {calls: 30, seconds: 60}\n",
        parameters="- {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}\n"
        "- {name: fast, in: query, required: true, example: true, schema: {type: boolean}}\n",
    ),
    schemas="Kind: {type: string, oneOf: [{const: ODD}, {const: EVEN}, {const: BOTH}]}\n",
)


def page(kind: str, below: str = "30 calls per minute", title: str = "moveIt") -> bytes:
    return PAGE.format(kind=kind, below=below, title=title).encode()


def findings(report: DriftReport) -> list[tuple[str, str, str, bool]]:
    [operation] = report.operations
    return [
        (each.fact, each.observations[0].text, each.finding, bool(each.updates))
        for each in operation.differences
        if each.fact != "fast type"
    ]


def test_a_page_that_lists_the_values_is_the_same() -> None:
    assert findings(compared(SPEC, page("`ODD`/`EVEN`/`BOTH`"))) == []


@pytest.mark.parametrize("kind", ["See the other page.", "`ODD`, `EVEN`, etc.", "`ODD` or `EVEN`, `BOTH`"])
def test_values_that_were_not_read_are_no_drift(kind: str) -> None:
    report = compared(SPEC, page(kind))
    assert findings(report) == [("kind values", "not read", "not read", False)]
    assert not report.operations[0].differences[0].is_open


def test_a_value_that_the_row_speaks_of_is_not_read() -> None:
    report = compared(SPEC, page("`ODD`, `EVEN`. Not used with `BOTH`."))
    assert findings(report) == [("kind value BOTH", "not read", "not read", False)]


def test_a_value_that_stands_nowhere_is_taken_out() -> None:
    assert findings(compared(SPEC, page("`ODD`, `EVEN`"))) == [("kind value BOTH", "not listed", "drift", True)]


@pytest.mark.parametrize("words", ["; fewer for BOTH", "\n\n    BOTH is one too", "\n\n**BOTH**"])
def test_a_value_that_stands_elsewhere_on_the_page_is_left_to_a_person(tmp_path: Path, words: str) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC, encoding="utf-8")
    report = compared(SPEC, page("`ODD`, `EVEN`", f"30 calls per minute{words}"))
    assert findings(report) == [("kind value BOTH", "not listed", "drift", False)]
    left = [line for line in apply_report(report, load_file(file, "spec.yaml"), file).left if " fast type " not in line]
    assert [line.partition(": ")[2].split(" (")[0] for line in left] == [
        "POST /sapi/v1/move: kind value BOTH is listed here, and on the page en: not listed"
    ]
    assert file.read_text(encoding="utf-8") == SPEC


def test_one_language_alone_takes_no_value_out() -> None:
    english, chinese = page("See the other page."), page("`ODD`, `EVEN`", "每分钟最多30次", title="移动")
    assert [row for row in findings(compared(SPEC, english, chinese)) if row[0].startswith("kind")] == [
        ("kind values", "not read", "not read", False),
        ("kind value BOTH", "not listed", "drift", False),
    ]


def test_one_language_that_was_not_read_does_not_disagree() -> None:
    english, chinese = page("See the other page."), page("`ODD`、`EVEN`、`BOTH`", "每分钟最多30次", title="移动")
    report = compared(SPEC, english, chinese)
    assert [row for row in findings(report) if row[0].startswith("kind")] == [
        ("kind values", "not read", "not read", False)
    ]


def test_no_cap_is_taken_out_while_the_page_has_one_where_none_is_looked_for() -> None:
    report = compared(SPEC, page("`ODD`/`EVEN`/`BOTH`", "Key|Cap\n---|---\nany|10 times per minute\n"))
    assert findings(report) == [("call limit", "none", "drift", False)]


@pytest.mark.parametrize(("below", "applied"), [("At most 30, per minute", False), ("", True)])
def test_a_cap_is_taken_out_where_its_number_is_gone(*, below: str, applied: bool) -> None:
    report = compared(SPEC, page("`ODD`/`EVEN`/`BOTH`", below))
    assert findings(report) == [("call limit", "none", "drift", applied)]
