"""The pages that these tests write are read as they were written, in every format."""

from __future__ import annotations

import pytest

from generator.sources import read
from tests.conftest import Spec

from .writer import FORMATS, LANGUAGES, Format, page_of, write


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same(spec: Spec, form: Format) -> None:
    for operation in spec.api.operations:
        for language in LANGUAGES:
            page = page_of(spec.document, operation, language)
            [half] = read("page", write(form, page)).halves
            assert half.language == language
            assert [(each.value.name, each.value.type, each.value.required) for each in half.parameters] == [
                (row.name, row.type, row.required == "YES") for row in page.rows
            ]
            written = {row.name: tuple(value for value, _ in row.values) for row in page.rows}
            found = {row.value.name: tuple(value for value, _ in row.value.values) for row in half.parameters}
            assert found == written
            assert [each.value for each in half.weights] == list(page.weights)
            assert [each.value for each in half.limits] == list(page.limits)
