"""A schema or a page of the catalogue that states what the spec states differs in nothing; one changed fact is the fact reported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.__main__ import main
from generator.drift.compare import compare
from generator.drift.results import DriftReport
from generator.ir import types as ir
from generator.sources import Language, read_all
from tests.conftest import SPEC, Spec
from tests.sources.catalogue_writer import write_catalogue
from tests.sources.schema_writer import SCHEMAS, write_schema
from tests.sources.writer import FORMATS, LANGUAGES, Format, WrittenPage, page_of

from .mutations import mutations


def compared(spec: Spec, name: str, source: bytes) -> DriftReport:
    return compare(spec.document, spec.api, read_all(name, source))


def pages_of(spec: Spec, operation: ir.Operation, languages: Sequence[Language]) -> list[WrittenPage]:
    return [page_of(spec.document, operation, language, "schema") for language in languages]


def open_facts(report: DriftReport) -> set[str]:
    return {
        difference.fact for operation in report.operations for difference in operation.differences if difference.is_open
    }


@pytest.mark.parametrize("form", SCHEMAS)
@pytest.mark.parametrize("languages", [LANGUAGES[:1], LANGUAGES])
def test_a_schema_of_the_spec_is_the_same(spec: Spec, form: str, languages: tuple[Language, ...]) -> None:
    source = write_schema(form, *(pages_of(spec, operation, languages) for operation in spec.api.operations))
    report = compared(spec, "schema", source)
    assert {(page.verdict, page.message) for page in report.pages} == {("same", "")}
    assert len(report.operations) == len(spec.api.operations)
    assert {result.sources for result in report.operations} == {frozenset({"schema"})}
    assert open_facts(report) == set()


@pytest.mark.parametrize("above", ["x-ip-weight", "parameters", "requestBody", "responses"])
def test_a_schema_that_ends_above_its_responses_was_cut_off(spec: Spec, above: str) -> None:
    """It is a whole file of YAML all the same."""
    text = write_schema("yaml", pages_of(spec, spec.api.operations[0], LANGUAGES[:1])).decode()
    [page] = compared(spec, "schema", text[: text.index(f" {above}:")].rstrip(" ").encode()).pages
    assert (page.verdict, page.message) == ("unreadable", "it has no response example; it may be cut off.")


@pytest.mark.parametrize("languages", [LANGUAGES[:1], LANGUAGES])
def test_a_changed_fact_of_a_schema_is_the_fact_reported(spec: Spec, languages: tuple[Language, ...]) -> None:
    forms = cycle(SCHEMAS)
    for operation in spec.api.operations:
        written = pages_of(spec, operation, languages)
        for mutation in mutations(operation, written[0]):
            report = compared(spec, "schema", write_schema(next(forms), list(map(mutation.change, written))))
            assert open_facts(report) == {mutation.fact}, operation.name
            assert report.operations[0].verdict == "drift"
            assert report.operations[0].updates == (), "only pages change a value"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_the_catalogue_is_the_same(spec: Spec, form: Format, language: Language) -> None:
    written = [page_of(spec.document, operation, language, "catalogue") for operation in spec.api.operations]
    report = compared(spec, "catalogue", write_catalogue(form, *written))
    assert {(page.verdict, page.message) for page in report.pages} == {("same", "")}
    assert {page.page.format for page in report.pages} == {"catalogue"}
    assert len(report.operations) == len(spec.api.operations)
    assert {result.sources for result in report.operations} == {frozenset({"catalogue"})}
    assert open_facts(report) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_fact_of_the_catalogue_is_the_fact_reported(spec: Spec, language: Language) -> None:
    forms = cycle(FORMATS)
    for operation in spec.api.operations:
        written = page_of(spec.document, operation, language, "catalogue")
        for mutation in mutations(operation, written):
            if mutation.english_only and language != "en":
                continue
            report = compared(spec, "catalogue", write_catalogue(next(forms), mutation.change(written)))
            assert open_facts(report) == {mutation.fact}, operation.name
            assert report.operations[0].verdict == "drift"
            assert report.operations[0].updates == (), "only pages change a value"


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_page_of_the_catalogue_that_was_cut_off_is_no_drift(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations))
    language = data.draw(st.sampled_from(LANGUAGES))
    source = write_catalogue(
        data.draw(st.sampled_from(FORMATS)), page_of(spec.document, operation, language, "catalogue")
    )
    length = data.draw(st.integers(0, len(source)))
    assert {page.verdict for page in compared(spec, "catalogue", source[:length]).pages} <= {"same", "unreadable"}


IN_WORDS = ("condition", "call limit", "permission")
"""What a schema states in its notes, and so in each language for itself."""


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_a_fact_that_the_notes_of_one_language_change_is_a_disagreement(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations), label="operation")
    written = pages_of(spec, operation, LANGUAGES)
    changed = data.draw(st.sampled_from([0, 1]), label="changed language")
    choices = [mutation for mutation in mutations(operation, written[changed]) if mutation.fact.endswith(IN_WORDS)]
    mutation = data.draw(st.sampled_from(choices), label="mutation")
    written[changed] = mutation.change(written[changed])
    form = data.draw(st.sampled_from(SCHEMAS), label="form")
    report = compared(spec, "schema", write_schema(form, written))
    if not any(other.limits or other.permissions or other.conditions for other in written[1:]):
        return  # no Chinese notes are left, and the English ones hold
    assert open_facts(report) <= {mutation.fact}
    observed = {
        observation.language
        for difference in report.operations[0].differences
        for observation in difference.observations
        if difference.is_open
    }
    assert observed <= {LANGUAGES[changed]}
    assert observed or changed


@pytest.mark.usefixtures("_here")
def test_the_operations_of_a_schema_that_the_spec_lacks_are_left_out(
    spec: Spec, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = [pages_of(spec, operation, LANGUAGES) for operation in spec.api.operations]
    unknown = [replace(page, path=f"{page.path}/other") for page in first]
    Path("schema.yaml").write_bytes(write_schema("yaml", unknown, *others))
    assert main(["drift", "schema.yaml"]) == 0
    output = capsys.readouterr().out
    assert f"\n{len(others)} pages: {len(others)} same.\n" in output
    assert f"No page was read of: {spec.api.operations[0].title.en}.\n" in output
    Path("schema.yaml").write_bytes(write_schema("yaml", unknown, [replace(page, path="/a") for page in unknown]))
    assert main(["drift", "schema.yaml"]) == 2
    message = "it describes 2 endpoints, and the spec has none of them."
    assert f"- `schema.yaml`: **unknown endpoint**: {message}" in capsys.readouterr().out


@pytest.mark.usefixtures("_here")
def test_a_schema_is_dated_by_the_day_on_which_it_was_saved(spec: Spec, capsys: pytest.CaptureFixture[str]) -> None:
    written = pages_of(spec, spec.api.operations[0], LANGUAGES[:1])
    weights = tuple(replace(weight, weight=weight.weight + 1) for weight in written[0].weights)
    Path("schema.yaml").write_bytes(write_schema("yaml", [replace(written[0], weights=weights)]))
    os.utime("schema.yaml", (1_000_000_000, 1_000_000_000))
    assert main(["drift", "schema.yaml"]) == 1
    assert "it is of 2001-09-09, older than the English page" in capsys.readouterr().out


@pytest.mark.usefixtures("_here")
def test_a_schema_changes_neither_the_dates_nor_the_sentences_that_pages_are_known_by(
    spec: Spec, capsys: pytest.CaptureFixture[str]
) -> None:
    source = SPEC.read_bytes()
    Path("spec.yaml").write_bytes(source)
    Path("schema.yaml").write_bytes(write_schema("yaml", pages_of(spec, spec.api.operations[0], LANGUAGES)))
    assert main(["drift", "schema.yaml", "--spec", "spec.yaml", "--apply", "--accept-text"]) == 0
    assert Path("spec.yaml").read_bytes() == source
    assert "1 page: 1 same." in capsys.readouterr().out
