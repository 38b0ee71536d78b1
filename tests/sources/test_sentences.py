"""The sentences of a page have the same fingerprints in whatever form it is copied, and others as soon as a word changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.sources import is_notice, read
from generator.sources.sentences import fingerprint
from tests.conftest import Spec

from .reading import REQUEST, read_one
from .shapes import SHAPES, write_as
from .writer import LANGUAGES, Row, WrittenPage, page_of


def fingerprints(shape: str, half: WrittenPage) -> dict[str, str]:
    [version] = read("page", write_as(shape, half)).versions
    return {sentence.fingerprint: sentence.text for sentence in version.sentences}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_form_of_a_page_has_the_same_fingerprints(spec: Spec, shape: str) -> None:
    for operation in spec.api.operations:
        for language in LANGUAGES:
            page = page_of(spec.document, operation, language)
            page = replace(page, rows=(*page.rows, Row("mode", "INT", "NO", values=(("1", "In"), ("2", "Out")))))
            assert fingerprints(shape, page) == fingerprints("markdown", page)


@pytest.mark.parametrize(
    "same",
    [
        "Only  whole\u00a0numbers",
        "Only whole numbers.",
        "Only `whole` numbers",
        "“Only” whole numbers",
        "Only *whole* numbers",
    ],
)
def test_blanks_marks_and_the_last_point_change_no_fingerprint(same: str) -> None:
    assert fingerprint(same) == fingerprint("Only whole numbers")


def test_another_word_number_or_case_changes_the_fingerprint() -> None:
    texts = ["Only whole numbers", "Only half numbers", "Only 1 number", "Only 2 number", "only whole numbers"]
    assert len({fingerprint(text) for text in texts}) == len(texts)


def test_a_fingerprint_is_eight_letters_that_no_reader_of_yaml_takes_for_a_number() -> None:
    assert all(
        len(letters) == 8 and letters.isascii() and letters.islower() and letters.isalpha()
        for letters in map(fingerprint, map(str, range(1000)))
    )


def described(page: str) -> list[tuple[int, str, str]]:
    return [(sentence.line, sentence.text, sentence.about) for sentence in read_one(page).sentences]


def test_what_is_a_fact_to_the_last_letter_is_no_sentence_and_all_else_is() -> None:
    page = f"""{REQUEST}
## Weight (IP)

**5**

## Weight (UID) (VIP only)

5 at night

## Parameters

Name| Type| Mandatory| Description
---|---|---|---
kind| INT| YES| 1: in; 2: out; Default 1
size| LONG| MAYBE| See [there](/docs/other). It is small.

* A note. It has two sentences.

## Response Example

```
{{"id": 1 // in days
}}
```
"""
    assert described(page) == [
        (1, "Do It", ""),
        (11, "Weight (UID) (VIP only)", ""),
        (13, "5 at night", ""),
        (19, "kind 1 in", "kind 1"),
        (19, "kind 2 out", "kind 2"),
        (19, "kind INT 1: ; 2: ; Default 1", ""),
        (20, "size LONG MAYBE See there. It is small.", ""),
        (22, "A note.", ""),
        (22, "It has two sentences.", ""),
        (27, '{"id": 1 // in days }', ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "This endpoint is deprecated.",
        "Will go OFFLINE on May 1",
        "It will be removed",
        "was taken down",
        "No longer available",
        "to be discontinued",
        "本接口将于五月下线",
        "已停用",
        "该参数已弃用",
        "不再支持",
        "即将被移除",
    ],
)
def test_words_of_an_end_are_a_notice(text: str) -> None:
    assert is_notice(text)


@pytest.mark.parametrize("text", ["Moves funds", "The removal of funds", "支持的取值", "上架资产详情"])
def test_other_words_are_no_notice(text: str) -> None:
    assert not is_notice(text)
