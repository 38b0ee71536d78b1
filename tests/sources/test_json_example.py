"""Examples of responses as the pages print them: JSON with comments, without commas, cut off."""

from __future__ import annotations

import pytest

from generator.sources.json_example import parse_json_example


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1, // why "so"\n "b": "http://x"}', {"a": 1, "b": "http://x"}),
        ('{"a": 1 // no comma\n "b": [2 3], /* or } */ "c": null,}', {"a": 1, "b": [2, 3], "c": None}),
        ('[{"a": 1}, {"a": 2}, ...]', [{"a": 1}, {"a": 2}]),
    ],
)
def test_an_example_as_it_is_printed(text: str, data: object) -> None:
    example = parse_json_example(text)
    assert (example.data, example.whole, example.readable) == (data, True, True)


@pytest.mark.parametrize(("text", "whole"), [('{"a": 1', False), ("", False), ("{} {}", True), ("{]}", True)])
def test_an_example_that_is_no_json(text: str, whole: bool) -> None:  # noqa: FBT001 - the expected answer
    assert parse_json_example(text)[1:] == (whole, False)
