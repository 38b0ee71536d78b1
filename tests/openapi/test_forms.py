"""Shows that a message about the form of a value says in words, and with an example, what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from generator.openapi.document import children
from generator.openapi.load import EXTENSIONS
from generator.openapi.schema_errors import FORMS, iter_errors
from generator.openapi.supported import KINDS


def patterns(node: Any) -> Iterator[str]:
    for key, value in children(node):
        if key == "pattern" and isinstance(value, str):
            yield value
        yield from patterns(value)


OWN = sorted(
    {*patterns(json.loads(EXTENSIONS.read_bytes())), *(text for kind in KINDS.values() for text in patterns(kind.keys))}
)


def test_every_form_that_the_generator_asks_for_is_described_and_no_other() -> None:
    assert sorted(FORMS) == OWN


@pytest.mark.parametrize("pattern", OWN)
def test_the_example_of_a_form_has_it(pattern: str) -> None:
    _, separator, example = FORMS[pattern].partition(", such as ")
    assert re.search(pattern, example) if separator else pattern == r"\S"


@pytest.mark.parametrize("pattern", OWN)
def test_a_message_has_words_and_no_regular_expression(pattern: str) -> None:
    [(_, message)] = iter_errors({"type": "string", "pattern": pattern}, " ", "key")
    assert message == f"key is ' '; it must {FORMS[pattern]}."


def test_a_form_of_the_spec_itself_is_named_with_its_pattern() -> None:
    [(_, message)] = iter_errors({"type": "string", "pattern": "^[A-Z]+$"}, "a", "default")
    assert message == "default is 'a'; it must match its pattern ^[A-Z]+$."
