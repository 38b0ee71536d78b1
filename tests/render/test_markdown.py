"""Text of the spec is displayed as it is and never becomes markup, in single texts and in whole pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from generator.render import docs, markdown
from generator.render.escaping import visible

from .page_samples import HOSTILE, LEADING, PARSER, shape, small_api, words_of


def test_hostile_text_changes_no_page_but_its_words() -> None:
    harmless = docs.pages(small_api(lambda word: f"{word} x"))
    hostile = docs.pages(small_api(lambda word: f"{HOSTILE} {word}"))
    assert list(harmless) == list(hostile)
    for path, page in hostile.items():
        expected = PARSER.parse(harmless[path])
        tokens = PARSER.parse(page)
        assert shape(single_paragraphs(tokens)) == shape(single_paragraphs(expected)), path
        for line in re.findall(r"^    wallet.*$", page, re.MULTILINE):
            assert re.fullmatch(r' +wallet\d(?:\["[^"\[\]<>]*"\]| -->\|"[^"|<>]*"\| wallet\d)', line)
        assert "\u202e" not in page
        assert "\x00" not in page
        assert "\u2028" not in page


def single_paragraphs(tokens: list[Token]) -> list[Token]:
    """Return the tokens with paragraphs that follow each other joined: a text may have several."""
    kept: list[Token] = []
    for token in tokens:
        if [last.type for last in kept[-3:]] == ["paragraph_open", "inline", "paragraph_close"] and (
            token.type == "paragraph_open" and token.level == 0
        ):
            del kept[-3:]
        kept.append(token)
    return kept


@pytest.mark.parametrize("hostile", [HOSTILE, *LEADING])
def test_hostile_text_is_displayed_as_it_is(hostile: str) -> None:
    tokens = PARSER.parse(markdown.prose(hostile))
    assert all(token.type in {"paragraph_open", "inline", "paragraph_close"} for token in tokens)
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    assert all([child.type for child in children] == ["text"] for children in inlines)
    assert "\n\n".join(map(words_of, inlines)) == visible(hostile)


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_survives_a_paragraph_a_heading_and_a_cell(text: str) -> None:
    line = visible(text).replace("\n\n", " ")
    for page in (
        markdown.inline(text),
        f"# {markdown.inline(text)}",
        f"- {markdown.inline(text)}",
        f"[{markdown.inline(text)}](x.md)",
        f"| a |\n| --- |\n| {markdown.inline(text)} |",
    ):
        inlines = [token for token in PARSER.parse(page) if token.type == "inline"]
        children = [child for token in inlines for child in token.children or ()]
        plain = [child for child in children if child.type not in {"link_open", "link_close"}]
        assert all(child.type == "text" for child in plain)
        assert words_of(plain).removeprefix("a" if page.startswith("| a") else "") == line


@given(st.text(st.sampled_from("ab `|\\*_<&\n")))
def test_any_code_survives_a_paragraph_and_a_cell(text: str) -> None:
    line = visible(text).replace("\n\n", " ") or '""'
    (_, span, _) = PARSER.parse(f"x {markdown.code(text)}")
    assert [(child.type, child.content) for child in span.children or ()] == [("text", "x "), ("code_inline", line)]
    inlines = [
        token for token in PARSER.parse(f"| a |\n| --- |\n| {markdown.code_cell(text)} |") if token.type == "inline"
    ]
    children = inlines[1].children or []
    assert len(inlines) == 2
    assert words_of([child for child in children if child.type != "html_inline"]) == line
    assert [child.type for child in children] in (["code_inline"], ["html_inline", "text", "html_inline"])


def test_a_backslash_before_a_pipe_in_a_cell_is_written_as_entities() -> None:
    assert markdown.code_cell(r"a\|b`") == "<code>a&#92;&#124;b&#96;</code>"


@pytest.mark.parametrize(
    "plain",
    [
        "USD-M, COIN-M & more",
        "1.5 or 500/hour (UTC+8), 50 %",
        "ISOLATEDMARGIN_MARGIN is spelt MAIN_ISOLATED_MARGIN",
        "Wait! Is it C#? Yes: 'so', \"so\".",
        "treasury+desk1@example.com",
        "a > b",
        "中文，标点。",
    ],
)
def test_ordinary_prose_is_left_alone(plain: str) -> None:
    assert markdown.inline(plain) == plain


def test_an_address_in_prose_is_no_link() -> None:
    assert markdown.inline("https://a.example www.a.example") == r"https\://a.example www\.a.example"


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    assert markdown.link("page", "javascript:alert(1)") == "page (`javascript:alert(1)`)"


def test_a_fence_is_longer_than_the_ticks_inside() -> None:
    assert markdown.fence("a\n````\nb\n", "json") == "`````json\na\n````\nb\n`````"


def test_invisible_characters_of_json_are_escaped() -> None:
    assert markdown.json_text('{\n  "a": "\u202e\U000e0041é"\n}') == '{\n  "a": "\\u202e\\udb40\\udc41é"\n}'


def test_a_truth_value_is_written_as_it_is_sent() -> None:
    assert markdown.code(True) == "`true`"  # noqa: FBT003
