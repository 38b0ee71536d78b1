"""What was not read, or stands elsewhere on the page, is neither drift nor taken out of the spec."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.drift.apply import apply_report
from generator.drift.compare import compare
from generator.drift.report import as_text
from generator.drift.results import DriftReport
from generator.ir.build import build
from generator.openapi.load import load, load_file
from generator.sources import read_all
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


# What cannot be read, no note explains


UNREAD_WEIGHT = "cannot be read: two or three"


def schema_with(weight: str, path: str = "/sapi/v1/move") -> bytes:
    keys = f"operationId: moveIt, x-security-type: TRADE, x-ip-weight: {weight}"
    rows = "".join(
        f"{{name: {name}, in: query, required: true, schema: {{type: {kind}}}}}, "
        for name, kind in (("kind", "string"), ("fast", "boolean"), ("timestamp", "integer"))
    )
    content = "content: {application/json: {example: {}}}"
    return (
        f"openapi: 3.1.0\npaths:\n  {path}:\n    post: {{{keys}, parameters: [{rows}], responses: {{200: {{{content}}}}}}}\n"
    ).encode()


@pytest.mark.parametrize(
    ("weight", "stated", "is_offered"), [("two or three", UNREAD_WEIGHT, False), ("7", "7 per IP", True)]
)
def test_no_explains_is_offered_for_a_weight_that_cannot_be_read(weight: str, stated: str, *, is_offered: bool) -> None:
    document = load("spec.yaml", SPEC.encode())
    report = compare(document, build(document), read_all("schema.yaml", schema_with(weight)))
    text = as_text(report)
    assert f"| `{stated}` `schema.yaml:4` | drift" in text
    assert ("says: '7 per IP', here: '1 per IP'}]" in text) == is_offered
    assert ("fact: weight" in text) == is_offered
    assert "cannot be read" not in "".join(line for line in text.splitlines() if "explains:" in line)


def test_where_pages_disagree_only_what_was_read_is_offered() -> None:
    rows = (f"kind| ENUM| YES| {LISTED}", "fast| BOOLEAN| YES|")
    pages = [comparing.page(*rows, weight=weight) for weight in ("by size, 5 to 10", 7)]
    text = as_text(compared(SPEC, *pages))
    [offered] = [line for line in text.splitlines() if line.startswith("- weight, in an `x-binance-note`")]
    assert "explains: [{page: en, fact: weight, says: '7 per IP', here: '1 per IP'}]" in offered


def test_a_sentence_on_a_cap_that_is_not_understood_is_left_to_a_person_without_an_explains() -> None:
    text = as_text(compared(SPEC, page(LISTED, below="At most 30 calls in any month")))
    assert "fact: call limit" not in text


def test_what_a_schema_states_and_cannot_be_read_is_left_to_a_person(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC, encoding="utf-8")
    document = load_file(file, "spec.yaml")
    report = compare(document, build(document), read_all("schema.yaml", schema_with("two or three")))
    result = str(apply_report(report, document, file))
    [left] = [line for line in result.splitlines() if ": weight is " in line]
    assert left.endswith(
        f"weight is 1 per IP here, and stated is schema: {UNREAD_WEIGHT} (schema.yaml:4); it cannot be read, so a person has "
        "to compare it."
    )


def test_a_remark_of_a_schema_is_printed_with_its_line() -> None:
    document = load("spec.yaml", SPEC.encode())
    source = schema_with("1").replace(b"{type: integer}", b"{type: integer, example: abc}")
    text = as_text(compare(document, build(document), read_all("schema.yaml", source)))
    assert "- schema.yaml:4: timestamp has the type integer, but its example is 'abc'; one of them is wrong.\n" in text
