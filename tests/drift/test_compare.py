"""A page that says what the spec says differs in nothing; one whose every fact but one agrees differs in that one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.drift.compare import compare
from generator.drift.results import DriftReport
from generator.ir import types as ir
from generator.sources import Language, read
from tests.conftest import Spec
from tests.sources.shapes import SHAPES, write_as
from tests.sources.writer import LANGUAGES, WrittenPage, page_of

from .mutations import mutations


def pages(shape: str, halves: Sequence[WrittenPage], *, together: bool = True) -> list[tuple[str, bytes]]:
    """Write halves as one file, or as two."""
    if together:
        return [("page.md", write_as(shape, *halves))]
    return [(f"page.{half.language}", write_as(shape, half)) for half in halves]


def compared(spec: Spec, written: Sequence[tuple[str, bytes]]) -> DriftReport:
    return compare(spec.document, spec.api, [read(name, source) for name, source in written])


def halves_of(spec: Spec, operation: ir.Operation, languages: Sequence[Language]) -> list[WrittenPage]:
    return [page_of(spec.document, operation, language) for language in languages]


def open_facts(report: DriftReport) -> list[str]:
    [operation] = report.operations
    return [difference.fact for difference in operation.differences if difference.is_open]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("languages", "together"),
    [(LANGUAGES[:1], True), (LANGUAGES[1:], True), (LANGUAGES, True), (LANGUAGES[::-1], True), (LANGUAGES, False)],
)
def test_a_page_of_the_spec_is_the_same(
    spec: Spec,
    shape: str,
    languages: tuple[Language, ...],
    together: bool,  # noqa: FBT001 - one file or two
) -> None:
    for operation in spec.api.operations:
        report = compared(spec, pages(shape, halves_of(spec, operation, languages), together=together))
        assert open_facts(report) == [], operation.name
        assert {page.verdict for page in report.pages} == {"same"}
        assert report.operations[0].sources == set(languages)


@pytest.mark.parametrize("order", [1, -1])
def test_two_operations_of_one_path_are_each_compared_with_their_own_page(spec: Spec, order: int) -> None:
    pair = [operation for operation in spec.api.operations if operation.path == "/sapi/v1/asset/transfer"]
    written = [file for operation in pair for file in pages("markdown", halves_of(spec, operation, LANGUAGES))]
    report = compared(spec, written[::order])
    assert {page.verdict for page in report.pages} == {"same"}
    assert {(result.operation.method, result.verdict) for result in report.operations} == {
        ("POST", "same"),
        ("GET", "same"),
    }


@pytest.mark.parametrize(
    ("name", "explained"),
    [
        (
            "get_transferable_earn_asset_balance_for_portfolio_margin",
            [("security", "USER_DATA", "zh-CN", "TRADE")],
        ),
        (
            "user_universal_transfer",
            [
                ("type value MAIN_ISOLATED_MARGIN", "listed", "en", "not listed"),
                ("type value ISOLATED_MARGIN_MAIN", "listed", "en", "not listed"),
            ],
        ),
    ],
)
def test_what_the_notes_of_the_spec_explain_is_the_same(
    spec: Spec, name: str, explained: list[tuple[str, str, str, str]]
) -> None:
    [operation] = [operation for operation in spec.api.operations if operation.name == name]
    report = compared(spec, pages("markdown", halves_of(spec, operation, LANGUAGES)))
    assert [(page.verdict, page.message) for page in report.pages] == [("same", "")]
    differences = report.operations[0].differences
    assert [
        (difference.fact, difference.spec, observation.source, observation.text)
        for difference in differences
        for observation in difference.observations
    ] == explained
    assert {difference.finding for difference in differences} == {"explained"}


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_fact_that_one_language_changes_is_a_disagreement(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations), label="operation")
    shape = data.draw(st.sampled_from(sorted(SHAPES)), label="shape")
    together = data.draw(st.booleans(), label="together")
    halves = halves_of(spec, operation, LANGUAGES)
    changed = data.draw(st.sampled_from([0, 1]), label="changed half")
    choices = [mutation for mutation in mutations(operation, halves[changed]) if not mutation.english_only]
    mutation = choices[data.draw(st.integers(0, len(choices) - 1), label="mutation")]
    halves[changed] = mutation.change(halves[changed])
    report = compared(spec, pages(shape, halves, together=together))
    assert set(open_facts(report)) - {"note"} == {mutation.fact}
    changes = [difference for difference in report.operations[0].differences if difference.fact == mutation.fact]
    # A page that is silent does not disagree, nor does one that a note explains, unless another title of it does.
    other, titles = LANGUAGES[1 - changed], halves[1 - changed].titles
    explained = {observation.source for observation in changes[0].observations if observation.note}
    if mutation.fact == "security" and operation.security in {security for _, security in titles}:
        explained.discard(other)
    assert [difference.finding for difference in changes] == [
        "drift" if other in {*changes[0].silent, *explained} else "pages disagree"
    ]
    assert not changes[0].updates
    assert {observation.source for observation in changes[0].observations if not observation.note} == {
        LANGUAGES[changed]
    }


@pytest.mark.parametrize("languages", [LANGUAGES[:1], LANGUAGES[1:], LANGUAGES])
def test_every_mutation_is_a_difference_and_nothing_else_is(spec: Spec, languages: tuple[Language, ...]) -> None:
    shapes = cycle((shape, together) for shape in SHAPES for together in (True, False))
    for operation in spec.api.operations:
        halves = halves_of(spec, operation, languages)
        for mutation in mutations(operation, halves[0]):
            if mutation.english_only and "en" not in languages:
                continue
            shape, together = next(shapes)
            report = compared(spec, pages(shape, [mutation.change(half) for half in halves], together=together))
            assert set(open_facts(report)) - {"note"} == {mutation.fact}, operation.name
            assert report.operations[0].verdict == "drift"


def test_a_cap_that_is_not_understood_is_reported_as_printed_and_never_applied(spec: Spec) -> None:
    page = page_of(spec.document, spec.api.operations[0], "en")
    printed = "Call it 10 times per month at most."
    report = compared(spec, pages("markdown", [replace(page, description=printed)]))
    [difference] = report.operations[0].differences
    assert (difference.fact, difference.observations[0].text, difference.updates) == ("call limit", printed, ())


def test_the_least_and_greatest_number_of_a_text_are_not_compared(spec: Spec) -> None:
    page = page_of(spec.document, spec.api.operations[0], "en")
    rows = tuple(replace(row, text="max 5") if row.name == "asset" else row for row in page.rows)
    report = compared(spec, pages("markdown", [replace(page, rows=rows)]))
    assert open_facts(report) == []
