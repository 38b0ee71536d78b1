"""Examples of responses as the pages print them: JSON with comments, without commas, cut off."""

from __future__ import annotations

import pytest

from generator.sources.json_example import depth_of, parse_json_example


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


def test_a_quote_that_is_never_closed_is_passed_once() -> None:
    """A text of 200,000 quotes would take minutes if what follows were read at each of them."""
    for quote in ('\\"', "“\\”", '\\"“'):
        assert parse_json_example('{"a": "' + quote * 100_000).whole is False
        assert depth_of('{"a": "' + quote * 100_000) == 1


@pytest.mark.parametrize(
    ("line", "depth"), [('{"a": "}"', 1), ("[[{", 3), ("]} // {", -2), ('{"a: // }', 1), ('{"a: b}', 0), ('{"a\\', 1)]
)
def test_brackets_outside_of_strings_and_comments_are_counted(line: str, depth: int) -> None:
    assert depth_of(line) == depth


@pytest.mark.parametrize(("text", "whole"), [('{"a": 1', False), ("", False), ("{} {}", True), ("{]}", True)])
def test_an_example_that_is_no_json(text: str, whole: bool) -> None:  # noqa: FBT001 - the expected answer
    assert parse_json_example(text)[1:] == (whole, False)
