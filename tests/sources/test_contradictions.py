"""A value of a schema that its type contradicts is a remark with its line, whichever key has it."""

from __future__ import annotations

import pytest

from generator.sources import Located

from .test_schema import MOVE, line_of, read_all, read_one

BEFORE = {
    "seed": "{type: string, description: Which seed, example: OAK}",
    "dryRun": "name: dryRun\n          in: query\n          schema: {type: boolean, default: false}",
    "tranId": "{type: integer, example: 5, description: The number}",
}


@pytest.mark.parametrize(
    ("kind", "value", "short"),
    [
        ("integer", "abc", "'abc'"),
        ("integer", "0.5", "0.5"),
        ("integer", "true", "true"),
        ("number", "OAK", "'OAK'"),
        ("number", "[1]", "[1]"),
        ("boolean", "'1'", "'1'"),
        ("string", "{a: 1}", "{'a': 1}"),
    ],
)
@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("seed: {{type: {kind}, example: {value}}}", "its example is"),
        ("seed: {{type: {kind}, default: {value}}}", "its default is"),
        ("seed: {{type: {kind}, enum: [{value}]}}", "a value of its enum is"),
        ("seed: {{type: array, items: {{type: {kind}, enum: [{value}]}}}}", "a value of its enum is"),
        ("dryRun: {{in: query, name: dryRun, example: {value}, schema: {{type: {kind}}}}}", "its example is"),
        ("tranId: {{type: {kind}, example: {value}}}", "its example is"),
        ("tranId: {{type: {kind}, default: {value}}}", "its default is"),
    ],
)
def test_a_value_that_contradicts_its_type_is_a_remark_with_its_line(
    kind: str, value: str, short: str, written: str, key: str
) -> None:
    name, _, content = written.format(kind=kind, value=value).partition(": ")
    text = MOVE.replace(BEFORE[name], content)
    message = f"{name} has the type {kind}, but {key} {short}; one of them is wrong."
    [page] = read_all("schema.yaml", text.encode())
    refused = "enum" in content and value[0] in "[{"
    assert page.remarks == (() if refused else (Located(message, line_of(content, text)),))
    assert bool(page.problems) == refused


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", "'5'"), ("integer", "-5"), ("number", "'0.50'"), ("number", "1e-8"), ("boolean", "'false'"), ("string", "5"), ("string", "2026-01-02"), ("[integer, string]", "abc"), ("array", "a")],
)  # fmt: skip
def test_a_value_that_is_only_quoted_otherwise_contradicts_nothing(kind: str, value: str) -> None:
    text = MOVE.replace("{type: string, description: Which seed, example: OAK}", f"{{type: {kind}, example: {value}}}")
    assert read_one(text).remarks == ()
    assert read_one(MOVE).remarks == ()
