"""A page that says what the spec says differs in nothing; one whose every fact but one agrees differs in that one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import ir
from generator.drift.compare import Report, compare
from generator.pages import Language, read

from .conftest import Spec
from .mutations import mutations
from .writer import FORMATS, LANGUAGES, Format, Said, said, write

OPERATIONS = range(5)


def pages(form: Format, halves: Sequence[Said]) -> list[tuple[str, bytes]]:
    """Write halves as one file where the format holds several languages, else as a file each."""
    if form == "markdown":
        return [("page.md", write(form, *halves))]
    return [(f"page.{half.language}.{form}", write(form, half)) for half in halves]


def compared(spec: Spec, written: Sequence[tuple[str, bytes]]) -> Report:
    return compare(spec.document, spec.api, [read(name, source) for name, source in written])


def halves_of(spec: Spec, operation: ir.Operation, languages: Sequence[Language]) -> list[Said]:
    return [said(spec.document, operation, language) for language in languages]


def open_facts(report: Report) -> list[str]:
    [operation] = report.operations
    return [each.fact for each in operation.differences if each.finding != "explained"]


@pytest.mark.parametrize("index", OPERATIONS)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("languages", [("en",), ("zh-CN",), LANGUAGES])
def test_a_page_of_the_spec_is_the_same(spec: Spec, index: int, form: Format, languages: tuple[Language, ...]) -> None:
    halves = halves_of(spec, spec.api.operations[index], languages)
    report = compared(spec, pages(form, halves))
    assert open_facts(report) == []
    assert {page.verdict for page in report.pages} == {"same"}
    assert report.operations[0].languages == tuple(languages)


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
    form: Format,
    languages: tuple[Language, ...],
    explained: list[tuple[str, str, str, str]],
) -> None:
    [operation] = [each for each in spec.api.operations if each.name == name]
    report = compared(spec, pages(form, halves_of(spec, operation, languages)))
    assert [(page.verdict, page.sentence) for page in report.pages] == [("same", "")] * len(report.pages)
    [found] = report.operations
    assert [
        (each.fact, each.spec, seen.language, seen.text) for each in found.differences for seen in each.sightings
    ] == explained
    assert {each.finding for each in found.differences} <= {"explained"}


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_changed_fact_is_found_and_no_other(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations), label="operation")
    form = data.draw(st.sampled_from(FORMATS), label="format")
    languages = data.draw(st.sampled_from([LANGUAGES[:1], LANGUAGES[1:], LANGUAGES]), label="languages")
    halves = halves_of(spec, operation, languages)
    choices = [each for each in mutations(operation, halves[0]) if not each.english_only or languages[0] == "en"]
    mutation = data.draw(st.sampled_from(choices), label="mutation")
    report = compared(spec, pages(form, [mutation.change(half) for half in halves]))
    assert set(open_facts(report)) - {"note"} == {mutation.fact}
    assert report.operations[0].verdict == "drift"


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_fact_that_one_language_changes_is_a_disagreement(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations), label="operation")
    form = data.draw(st.sampled_from(FORMATS), label="format")
    halves = halves_of(spec, operation, LANGUAGES)
    changed = data.draw(st.sampled_from([0, 1]), label="changed half")
    choices = [each for each in mutations(operation, halves[changed]) if not each.english_only]
    mutation = data.draw(st.sampled_from(choices), label="mutation")
    halves[changed] = mutation.change(halves[changed])
    report = compared(spec, pages(form, halves))
    assert set(open_facts(report)) - {"note"} == {mutation.fact}
    [operation_found] = report.operations
    found = [each for each in operation_found.differences if each.fact == mutation.fact]
    # A page that is silent does not disagree.
    other = LANGUAGES[1 - changed]
    assert [each.finding for each in found] == ["drift" if other in found[0].silent else "pages disagree"]
    assert not found[0].changes
    assert {seen.language for seen in found[0].sightings if not seen.note} == {LANGUAGES[changed]}


@pytest.mark.parametrize("form", FORMATS)
def test_every_mutation_is_found_in_every_format(spec: Spec, form: Format) -> None:
    for operation in spec.api.operations:
        for language in LANGUAGES:
            [half] = halves_of(spec, operation, [language])
            for mutation in mutations(operation, half):
                if mutation.english_only and language != "en":
                    continue
                report = compared(spec, pages(form, [mutation.change(half)]))
                assert set(open_facts(report)) - {"note"} == {mutation.fact}, (operation.name, language)


def test_a_note_that_explains_what_no_page_says_any_more_is_told(spec: Spec) -> None:
    operation = spec.api.operations[-1]
    chinese = said(spec.document, operation, "zh-CN")
    report = compared(spec, pages("markdown", [replace(chinese, titles=(("标题", "USER_DATA"),))]))
    [difference] = report.operations[0].differences
    assert (difference.fact, difference.spec, difference.finding) == ("note", "explains security TRADE", "drift")
    assert [seen.text for seen in difference.sightings] == ["not said"]


def test_a_page_gives_the_line_of_what_it_says(spec: Spec) -> None:
    operation = spec.api.operations[0]
    english = said(spec.document, operation, "en")
    [weight] = english.weights
    raised = weight.weight + 1
    page = replace(english, weights=(replace(weight, weight=raised),))
    source = write("markdown", page)
    report = compared(spec, [("page.md", source)])
    [difference] = report.operations[0].differences
    [seen] = difference.sightings
    assert source.decode().split("\n")[seen.line - 1] == f"**{raised}**"
    scope = f"per {str(weight.scope).upper()}"
    told = (seen.file, seen.text, difference.spec)
    assert told == ("page.md", f"{raised} {scope}", f"{weight.weight} {scope}")
