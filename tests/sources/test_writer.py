"""The pages that these tests write are read as they were written, in every format."""

from __future__ import annotations

import pytest

from tests.conftest import Spec

from .reading import read_one, values_of
from .writer import FORMATS, LANGUAGES, Format, page_of, write


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_the_same(spec: Spec, form: Format) -> None:
    for operation in spec.api.operations:
        for language in LANGUAGES:
            page = page_of(spec.document, operation, language)
            version = read_one(write(form, page), form)
            assert version.language == language
            parameters = values_of(version.parameters)
            assert [(row.name, row.type, row.required) for row in parameters] == [
                (row.name, row.type, row.required == "YES") for row in page.rows
            ]
            written = {row.name: [value for value, _ in row.values] for row in page.rows}
            assert {row.name: [value for value, _ in row.values] for row in parameters} == written
            assert tuple(values_of(version.weights)) == page.weights
            assert tuple(values_of(version.limits)) == page.limits
