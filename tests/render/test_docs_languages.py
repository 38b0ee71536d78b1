"""The documentation is the same in both languages: labels by key, prose pages line by line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.render.docs import FOLDER
from generator.render.templates import environment, own

ENGLISH = sorted((FOLDER / "en").iterdir())
_STRING = re.compile('"([^"]*)"')
_TAG = re.compile(r"{[{%].*?[%}]}")
_COMMENT = re.compile("# .*")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")


def test_the_labels_have_the_same_keys_and_fields_in_each_language() -> None:
    def leaves(node: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
        if isinstance(node, dict):
            for key, value in node.items():
                yield from leaves(value, f"{path}/{key}")
        elif isinstance(node, list):
            for index, value in enumerate(node):
                yield from leaves(value, f"{path}/{index}")
        else:
            assert isinstance(node, str), f"{path} is {node!r}; quote it"
            yield path, sorted(re.findall(r"\{\w+\}", node))

    strings = yaml.safe_load((FOLDER / "strings.yaml").read_bytes())
    assert dict(leaves(strings["en"])) == dict(leaves(strings["zh-CN"]))


def test_every_page_is_written_in_each_language() -> None:
    assert [file.name for file in ENGLISH] == sorted(file.name for file in (FOLDER / "zh-CN").iterdir())


@pytest.mark.parametrize("file", ENGLISH, ids=lambda file: file.name)
def test_both_languages_say_the_same_line_by_line(file: Path) -> None:
    english, chinese = (
        (FOLDER / language / file.name).read_text(encoding="utf-8").splitlines() for language in ("en", "zh-CN")
    )
    is_code = False
    for number, lines in enumerate(zip(english, chinese, strict=True), 1):
        is_code ^= lines[0].startswith("```")
        first, second = (_COMMENT.sub("#", line) if is_code else outline(line) for line in lines)
        assert first == second, f"{file.name}, line {number}"


def outline(line: str) -> dict[str, Any]:
    """Return what a line of prose has in every language: its kind, cells, code, links, numbers and template tags."""
    text = _TAG.sub("", line)
    return {
        "kind": re.findall("^(#+ |- |[|]|```.*|$)", line),
        "cells": line.startswith("|") and len(re.findall(r"(?<!\\)\|", text)),
        "code": Counter(re.findall("`[^`]+`", text)),
        "links": [target.partition("#")[0] for target in re.findall(r"\]\(([^)]*)\)", text)],
        "numbers": Counter(_NUMBER.findall(text)),
        # Without texts such as " and ", but with names.
        "tags": Counter(_STRING.sub(lambda text: text[0] * text[1].isidentifier(), tag) for tag in _TAG.findall(line)),
    }


def test_a_template_that_two_environments_share_runs_the_filters_of_each(tmp_path: Path) -> None:
    (tmp_path / "page.j2").write_text('{{ "text" | named }}')
    for name in ("one", "two"):
        templates = environment(tmp_path, {"named": own(f"{{}} of {name}".format)})
        assert templates.get_template("page.j2").render() == f"text of {name}"
