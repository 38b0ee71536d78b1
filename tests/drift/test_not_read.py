"""What was not read, or stands elsewhere on the page, is neither drift nor taken out of the spec."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.drift.apply import apply_report
from generator.drift.results import DriftReport
from generator.openapi.load import load_file
from tests.specs import call, spec

from . import comparing
from .comparing import compared

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


LISTED = "`ODD`/`EVEN`/`BOTH`"


def page(kind: str, below: str = "30 calls per minute", title: str = "moveIt") -> str:
    rows = (f"kind| ENUM| YES| {kind}", 'fast| STRING| YES| "true" or "false"')
    return comparing.page(*rows, below=below, title=title)


def findings(report: DriftReport) -> list[tuple[str, str, str, bool]]:
    [operation] = report.operations
    return [
        (difference.fact, difference.observations[0].text, difference.finding, bool(difference.updates))
        for difference in operation.differences
        if difference.fact != "fast type"
    ]


NOT_READ = ("kind values", "not read", "not read", False)
CAP = ("call limit", "none", "drift", False)


@pytest.mark.parametrize(
    ("kind", "below", "expected"),
    [
        (LISTED, "30 calls per minute", []),
        ("See the other page.", "30 calls per minute", [NOT_READ]),
        ("`ODD`, `EVEN`, etc.", "30 calls per minute", [NOT_READ]),
        ("`ODD` or `EVEN`, `BOTH`", "30 calls per minute", [NOT_READ]),
        # The row speaks of the value.
        ("`ODD`, `EVEN`. Not used with `BOTH`.", "30 calls per minute", [("kind value BOTH", *NOT_READ[1:])]),
        ("`ODD`, `EVEN`", "30 calls per minute", [("kind value BOTH", "not listed", "drift", True)]),
        # No cap is removed while the page has one where none is looked for, or mentions its number.
        (LISTED, "Key|Cap\n---|---\nany|10 times per minute\n", [CAP]),
        (LISTED, "At most 30, per minute", [CAP]),
        (LISTED, "", [(*CAP[:3], True)]),
    ],
)
def test_what_was_not_read_is_no_drift(kind: str, below: str, expected: list[tuple[str, str, str, bool]]) -> None:
    report = compared(SPEC, page(kind, below))
    assert findings(report) == expected
    [operation] = report.operations
    assert not [
        difference for difference in operation.differences if difference.finding == "not read" and difference.is_open
    ]


@pytest.mark.parametrize("words", ["; fewer for BOTH", "\n\n    BOTH is one too", "\n\n**BOTH**"])
def test_a_value_that_stands_elsewhere_on_the_page_is_left_to_a_person(tmp_path: Path, words: str) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC, encoding="utf-8")
    report = compared(SPEC, page("`ODD`, `EVEN`", f"30 calls per minute{words}"))
    assert findings(report) == [("kind value BOTH", "not listed", "drift", False)]
    result = apply_report(report, load_file(file, "spec.yaml"), file)
    left = [line for line in result.left if " fast type " not in line and "--accept-text" not in line]
    assert [line.partition(": ")[2].split(" (")[0] for line in left] == [
        "POST /sapi/v1/move: kind value BOTH is listed here, and on the page en: not listed"
    ]
    assert file.read_text(encoding="utf-8") == SPEC


def test_one_language_alone_takes_no_value_out() -> None:
    english, chinese = page("See the other page."), page("`ODD`, `EVEN`", "每分钟最多30次", title="移动")
    assert [row for row in findings(compared(SPEC, english, chinese)) if row[0].startswith("kind")] == [
        NOT_READ,
        ("kind value BOTH", "not listed", "drift", False),
    ]


def test_one_language_that_was_not_read_does_not_disagree() -> None:
    english, chinese = page("See the other page."), page("`ODD`、`EVEN`、`BOTH`", "每分钟最多30次", title="移动")
    assert [row for row in findings(compared(SPEC, english, chinese)) if row[0].startswith("kind")] == [NOT_READ]
