"""A schema or a page of the catalogue that states what the spec states differs in nothing; one changed fact is the fact reported."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import pytest

from generator.drift.compare import DriftReport, compare
from generator.ir import types as ir
from generator.sources import Language, read_all
from tests.conftest import Spec
from tests.sources.catalogue_writer import write_catalogue
from tests.sources.schema_writer import SCHEMAS, write_schema
from tests.sources.writer import FORMATS, LANGUAGES, Format, WrittenPage, page_of

from .mutations import mutations


def compared(spec: Spec, name: str, source: bytes) -> DriftReport:
    return compare(spec.document, spec.api, read_all(name, source))


def pages_of(spec: Spec, operation: ir.Operation, languages: Sequence[Language]) -> list[WrittenPage]:
    return [page_of(spec.document, operation, language) for language in languages]


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
    assert {result.languages for result in report.operations} == {languages}
    assert open_facts(report) == set()


@pytest.mark.parametrize("languages", [LANGUAGES[:1], LANGUAGES])
def test_a_changed_fact_of_a_schema_is_the_fact_reported(spec: Spec, languages: tuple[Language, ...]) -> None:
    forms = cycle(SCHEMAS)
    for operation in spec.api.operations:
        written = pages_of(spec, operation, languages)
        for mutation in mutations(operation, written[0]):
            report = compared(spec, "schema", write_schema(next(forms), list(map(mutation.change, written))))
            assert open_facts(report) == {mutation.fact}, operation.name
            assert report.operations[0].verdict == "drift"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_the_catalogue_is_the_same(spec: Spec, form: Format, language: Language) -> None:
    written = [page_of(spec.document, operation, language) for operation in spec.api.operations]
    report = compared(spec, "catalogue", write_catalogue(form, *written))
    assert {(page.verdict, page.message) for page in report.pages} == {("same", "")}
    assert {page.page.format for page in report.pages} == {"catalogue"}
    assert len(report.operations) == len(spec.api.operations)
    assert {result.languages for result in report.operations} == {(language,)}
    assert open_facts(report) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_fact_of_the_catalogue_is_the_fact_reported(spec: Spec, language: Language) -> None:
    forms = cycle(FORMATS)
    for operation in spec.api.operations:
        written = page_of(spec.document, operation, language)
        for mutation in mutations(operation, written):
            if mutation.english_only and language != "en":
                continue
            report = compared(spec, "catalogue", write_catalogue(next(forms), mutation.change(written)))
            assert open_facts(report) == {mutation.fact}, operation.name
            assert report.operations[0].verdict == "drift"
