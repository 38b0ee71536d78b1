"""A page that says what the spec says differs in nothing; one whose every fact but one agrees differs in that one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.drift.compare import Difference, DriftReport, compare
from generator.ir import types as ir
from generator.sources import Language, read
from tests.conftest import Spec
from tests.sources.shapes import SHAPES, write_as
from tests.sources.writer import LANGUAGES, WrittenPage, page_of, write

from .mutations import mutations

OPERATIONS = range(5)


def pages(shape: str, halves: Sequence[WrittenPage], *, together: bool = True) -> list[tuple[str, bytes]]:
    """Write halves as one file, or as a file each."""
    if together:
        return [("page.md", write_as(shape, *halves))]
    return [(f"page.{half.language}", write_as(shape, half)) for half in halves]


def compared(spec: Spec, written: Sequence[tuple[str, bytes]]) -> DriftReport:
    return compare(spec.document, spec.api, [read(name, source) for name, source in written])


def halves_of(spec: Spec, operation: ir.Operation, languages: Sequence[Language]) -> list[WrittenPage]:
    return [page_of(spec.document, operation, language) for language in languages]


def open_facts(report: DriftReport) -> list[str]:
    [operation] = report.operations
    return [each.fact for each in operation.differences if each.is_open]


@pytest.mark.parametrize("index", OPERATIONS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("languages", [("en",), ("zh-CN",), LANGUAGES, LANGUAGES[::-1]])
@pytest.mark.parametrize("together", [True, False])
def test_a_page_of_the_spec_is_the_same(
    spec: Spec,
    index: int,
    shape: str,
    languages: tuple[Language, ...],
    together: bool,  # noqa: FBT001 - one file or two
) -> None:
    halves = halves_of(spec, spec.api.operations[index], languages)
    report = compared(spec, pages(shape, halves, together=together))
    assert open_facts(report) == []
    assert {page.verdict for page in report.pages} == {"same"}
    assert set(report.operations[0].languages) == set(languages)


# The pages that the facts were read from, by their shape: one file with both languages, or the Chinese page as text.
@pytest.mark.parametrize(
    ("name", "form", "languages", "explained"),
    [
        ("fund_collection_by_asset", "markdown", LANGUAGES, []),
        ("fund_auto_collection", "markdown", LANGUAGES, []),
        ("user_universal_transfer", "text", ("zh-CN",), []),
        ("margin_transfer_for_sub_account", "markdown", LANGUAGES, []),
        (
            "get_transferable_earn_asset_balance_for_portfolio_margin",
            "markdown",
            LANGUAGES,
            [("security", "USER_DATA", "zh-CN", "TRADE")],
        ),
        # The English page of the transfer too, which lacks two types.
        (
            "user_universal_transfer",
            "markdown",
            LANGUAGES,
            [
                ("type value MAIN_ISOLATED_MARGIN", "listed", "en", "not listed"),
                ("type value ISOLATED_MARGIN_MAIN", "listed", "en", "not listed"),
            ],
        ),
    ],
)
def test_what_the_notes_of_the_spec_explain_is_the_same(
    spec: Spec,
    name: str,
    form: str,
    languages: tuple[Language, ...],
    explained: list[tuple[str, str, str, str]],
) -> None:
    [operation] = [each for each in spec.api.operations if each.name == name]
    report = compared(spec, pages(form, halves_of(spec, operation, languages)))
    assert [(page.verdict, page.message) for page in report.pages] == [("same", "")] * len(report.pages)
    [found] = report.operations
    assert [
        (each.fact, each.spec, seen.language, seen.text) for each in found.differences for seen in each.observations
    ] == explained
    assert {each.finding for each in found.differences} <= {"explained"}


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_changed_fact_is_found_and_no_other(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations), label="operation")
    shape = data.draw(st.sampled_from(sorted(SHAPES)), label="shape")
    together = data.draw(st.booleans(), label="together")
    languages = data.draw(st.sampled_from([LANGUAGES[:1], LANGUAGES[1:], LANGUAGES]), label="languages")
    halves = halves_of(spec, operation, languages)
    choices = [each for each in mutations(operation, halves[0]) if not each.english_only or languages[0] == "en"]
    mutation = data.draw(st.sampled_from(choices), label="mutation")
    report = compared(spec, pages(shape, [mutation.change(half) for half in halves], together=together))
    assert set(open_facts(report)) - {"note"} == {mutation.fact}
    assert report.operations[0].verdict == "drift"


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_fact_that_one_language_changes_is_a_disagreement(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations), label="operation")
    shape = data.draw(st.sampled_from(sorted(SHAPES)), label="shape")
    together = data.draw(st.booleans(), label="together")
    halves = halves_of(spec, operation, LANGUAGES)
    changed = data.draw(st.sampled_from([0, 1]), label="changed half")
    choices = [each for each in mutations(operation, halves[changed]) if not each.english_only]
    mutation = data.draw(st.sampled_from(choices), label="mutation")
    halves[changed] = mutation.change(halves[changed])
    report = compared(spec, pages(shape, halves, together=together))
    assert set(open_facts(report)) - {"note"} == {mutation.fact}
    [operation_found] = report.operations
    found = [each for each in operation_found.differences if each.fact == mutation.fact]
    # A page that is silent does not disagree.
    other = LANGUAGES[1 - changed]
    assert [each.finding for each in found] == ["drift" if other in found[0].silent else "pages disagree"]
    assert not found[0].updates
    assert {seen.language for seen in found[0].observations if not seen.note} == {LANGUAGES[changed]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mutation_is_found(spec: Spec, language: Language) -> None:
    shapes = cycle(SHAPES)
    for operation in spec.api.operations:
        [half] = halves_of(spec, operation, [language])
        for mutation in mutations(operation, half):
            if mutation.english_only and language != "en":
                continue
            report = compared(spec, pages(next(shapes), [mutation.change(half)]))
            assert set(open_facts(report)) - {"note"} == {mutation.fact}, operation.name


def test_a_note_that_explains_what_no_page_says_any_more_is_told(spec: Spec) -> None:
    operation = spec.api.operations[-1]
    chinese = page_of(spec.document, operation, "zh-CN")
    report = compared(spec, pages("markdown", [replace(chinese, titles=(("标题", "USER_DATA"),))]))
    [difference] = report.operations[0].differences
    assert (difference.fact, difference.spec, difference.finding) == ("note", "explains security TRADE", "drift")
    assert [seen.text for seen in difference.observations] == ["not said"]


def test_a_page_gives_the_line_of_what_it_says(spec: Spec) -> None:
    operation = spec.api.operations[0]
    english = page_of(spec.document, operation, "en")
    [weight] = english.weights
    raised = weight.weight + 1
    page = replace(english, weights=(replace(weight, weight=raised),))
    source = write("markdown", page)
    report = compared(spec, [("page.md", source)])
    [difference] = report.operations[0].differences
    [seen] = difference.observations
    assert source.decode().split("\n")[seen.line - 1] == f"**{raised}**"
    scope = f"per {str(weight.scope).upper()}"
    told = (seen.file, seen.text, difference.spec)
    assert told == ("page.md", f"{raised} {scope}", f"{weight.weight} {scope}")


def written(spec: Spec, page: WrittenPage) -> Difference:
    """Return the only difference of a page."""
    [operation] = compared(spec, pages("markdown", [page])).operations
    [difference] = operation.differences
    return difference


def test_a_cap_that_is_not_understood_is_shown_as_printed_and_never_taken_over(spec: Spec) -> None:
    page = page_of(spec.document, spec.api.operations[0], "en")
    difference = written(spec, replace(page, description="Call it 10 times per month at most."))
    assert (difference.fact, difference.observations[0].text, difference.updates) == (
        "call limit",
        "Call it 10 times per month at most.",
        (),
    )


def test_the_least_and_greatest_number_of_a_text_are_not_compared(spec: Spec) -> None:
    page = page_of(spec.document, spec.api.operations[0], "en")
    rows = tuple(replace(row, text="max 5") if row.name == "asset" else row for row in page.rows)
    report = compared(spec, pages("markdown", [replace(page, rows=rows)]))
    assert open_facts(report) == []
