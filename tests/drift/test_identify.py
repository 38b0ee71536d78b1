"""A page is compared only when it is what it claims to be; everything else is named for what it is."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.drift.compare import compare
from generator.drift.report import as_json, as_text
from generator.drift.results import PageResult
from generator.sources import LARGEST, Language, read
from tests.conftest import Spec
from tests.sources.shapes import SHAPES, write_as
from tests.sources.writer import FORMATS, LANGUAGES, Format, WrittenPage, page_of, write

OF_ANOTHER = "but its address is that of Fund Collection by Asset, POST /sapi/v1/portfolio/asset-collection."
NO_ENDPOINT = "it names no method and path, such as GET /sapi/v1/account; it is no page of an endpoint."
VERDICTS = {"same", "drift", "pages disagree", "unreadable", "wrong page", "unknown endpoint"}


def judged(spec: Spec, source: bytes, name: str = "page") -> PageResult:
    report = compare(spec.document, spec.api, [read(name, source)])
    assert as_text(report)
    assert as_json(report)
    [page] = report.pages
    assert (page.verdict == "same") == (
        not page.message and all(result.verdict == "same" for result in report.operations)
    )
    return page


@pytest.fixture
def english(spec: Spec) -> WrittenPage:
    return page_of(spec.document, spec.api.operations[0], "en")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("facts", "verdict", "message"),
    [
        ({"path": "/sapi/v1/asset/transfer"}, "wrong page", f"POST /sapi/v1/asset/transfer, {OF_ANOTHER}"),
        ({"path": "/sapi/v2/unknown"}, "wrong page", f"POST /sapi/v2/unknown, {OF_ANOTHER}"),
        ({"method": "PUT"}, "wrong page", f"PUT /sapi/v1/portfolio/asset-collection, {OF_ANOTHER}"),
        (
            {"path": "/sapi/v1/unknown", "address": "https://developers.binance.com/docs/unknown"},
            "unknown endpoint",
            "POST /sapi/v1/unknown, which the spec does not have.",
        ),
    ],
)
def test_another_endpoint_than_that_of_the_address(
    spec: Spec, english: WrittenPage, form: Format, *, facts: dict[str, str], verdict: str, message: str
) -> None:
    page = judged(spec, write(form, replace(english, **facts)))  # type: ignore[arg-type] # the fields of WrittenPage
    assert (page.verdict, page.message.partition(": ")[2]) == (verdict, f"it describes {message}")


def test_headings_that_link_elsewhere_than_the_address_are_a_wrong_page(spec: Spec, english: WrittenPage) -> None:
    other = page_of(spec.document, spec.api.operations[2], "en")
    filed = write("markdown", other).decode().replace(f"source_url: {other.address}", f"source_url: {english.address}")
    page = judged(spec, filed.encode())
    other_address = "/docs/wallet/asset/user-universal-transfer#api-description"
    assert page.verdict == "wrong page"
    assert page.message == (
        f"line 14: it describes POST /sapi/v1/asset/transfer; it is filed under {english.address}, "
        f"but line 8 says {other_address}."
    )


def test_a_page_fetched_from_another_address_is_a_wrong_page(spec: Spec, english: WrittenPage) -> None:
    source = write("html", english)
    assert judged(spec, source, english.address).verdict == "same"
    assert judged(spec, source, f"{english.address}-2").verdict == "wrong page"


def test_an_archived_copy_is_of_the_page_that_it_keeps(spec: Spec, english: WrittenPage) -> None:
    origin = "https://developers.binance.com"
    source = write("html", english).decode().replace(origin, f"https://web.archive.org/web/20260115000000/{origin}")
    assert judged(spec, source.encode()).verdict == "same"
    assert judged(spec, source.replace(english.address, f"{english.address}-2").encode()).verdict == "wrong page"


def test_halves_of_two_endpoints_are_a_wrong_page(spec: Spec, english: WrittenPage) -> None:
    chinese = replace(page_of(spec.document, spec.api.operations[0], "zh-CN"), path="/sapi/v1/other")
    page = judged(spec, write("markdown", english, chinese))
    assert page.verdict == "wrong page"
    assert page.message == (
        "line 49: the Chinese version describes POST /sapi/v1/other, "
        "the other version POST /sapi/v1/portfolio/asset-collection."
    )


def test_an_address_that_nothing_else_has_is_a_difference(spec: Spec, english: WrittenPage) -> None:
    moved = replace(english, address="https://developers.binance.com/docs/new/place")
    report = compare(spec.document, spec.api, [read("page", write("markdown", moved))])
    [difference] = report.operations[0].differences
    assert (difference.fact, difference.observations[0].text) == ("English address", "/docs/new/place")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", NO_ENDPOINT),
        (b"<!doctype html><html><body><h1>Log in</h1><form><input name=email></form></body></html>", NO_ENDPOINT),
        (b"# A title\n\nabc\xff\n", "line 3: the byte 0xff is not UTF-8."),
        (b"\n" * 20_001, "it has more than 20000 lines, which no page has."),
        (b"x" * (LARGEST + 1), "it has more than 1000000 bytes, which no page has."),
        (
            b"## Account\n\nGET `/a`\n\n## Orders\n\nGET `/b`\n\nGET `/c`\n",
            "line 7: it describes more than one endpoint: GET /a, GET /b, GET /c; save each one as a page of its own.",
        ),
        (
            b"# Title\n\n## HTTP Request\n\nGET `/a`\n\n## Request Parameters\n\nName\n\nType\n\n## Response\n\n    {}\n",
            "line 9: no table of parameters was read where it says 'Name'; copy the page with its tables.",
        ),
        (b"# Title\n\n## HTTP Request\n\nGET `/a`\n", "it has no response example; it may be cut off."),
        (
            b"# Title\n\n## HTTP Request\n\nGET `/a`\n\n## Response Example\n\n    {\n      [1, 2\n",
            "it has a response example, in line 9, that is not complete; it may be cut off.",
        ),
    ],
)
def test_what_cannot_be_read_says_why(spec: Spec, source: bytes, message: str) -> None:
    page = judged(spec, source)
    assert (page.verdict, page.message) == ("unreadable", message)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_table_without_rows_is_a_cut_where_a_call_must_have_parameters(spec: Spec, shape: str) -> None:
    halves = [page_of(spec.document, spec.api.operations[0], language) for language in LANGUAGES]
    assert judged(spec, write_as(shape, *halves)).verdict == "same"
    page = judged(spec, write_as(shape, *(replace(half, rows=()) for half in halves)))
    message = (
        r"the English version has no content below the heading 'Request Parameters' in line \d+; it may be cut off\."
    )
    assert page.verdict == "unreadable"
    assert re.fullmatch(message, page.message)


@pytest.mark.parametrize("heading", ["Request Weight(UID)", "请求权重(UID)", "Request Parameters", "请求参数"])
@pytest.mark.parametrize("marks", ["## ", ""])
def test_a_heading_with_nothing_below_is_a_cut(spec: Spec, heading: str, marks: str) -> None:
    request = f"User Universal Transfer (USER_DATA)\n\n{marks}HTTP Request\n\nPOST /sapi/v1/asset/transfer"
    text = f"{marks[:-2]}{request}\n\n{marks}{heading}\n\n{marks}Response Example\n\n{{}}\n"
    line = text[: text.index(heading)].count("\n") + 1
    message = f"it has no content below the heading {heading!r} in line {line}; it may be cut off."
    page = judged(spec, text.encode())
    assert (page.verdict, page.message) == ("unreadable", message)


def test_a_response_of_words_without_an_example_is_no_cut(spec: Spec, english: WrittenPage) -> None:
    whole = write("markdown", english).decode()
    heading = whole.index("\n", whole.index("## Response Example"))
    assert judged(spec, f"{whole[:heading]}\n\nNothing is returned.\n".encode()).verdict == "same"


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("languages", [LANGUAGES[:1], LANGUAGES[1:], LANGUAGES, LANGUAGES[::-1]])
@pytest.mark.parametrize("words", [("Response Example", "响应示例"), ("Name", "名称")], ids=["response", "table"])
def test_a_page_that_ends_above_its_example_was_cut_off_however_little_is_missing(
    spec: Spec, shape: str, languages: Sequence[Language], words: tuple[str, str]
) -> None:
    pages = (page_of(spec.document, spec.api.operations[1], language) for language in languages)
    text = write_as(shape, *pages).decode()
    last = dict(zip(LANGUAGES, words, strict=True))[languages[-1]]
    example = text.rindex("{")
    begin = text.rindex(last, 0, example) + len(last)
    for length in range(begin, min(begin + 60, example)):
        page = judged(spec, text[:length].encode())
        assert page.verdict == "unreadable", text[:length][-80:]
        assert page.message.endswith(("; it may be cut off.", "; copy the page with its tables.")), page.message


@pytest.mark.parametrize("heading", ["Response Example", "Response", "响应示例", "返回结果"])
@pytest.mark.parametrize("marks", ["## ", ""])
@pytest.mark.parametrize("below", ["", "\n\n", "\n```\n"])
def test_a_heading_of_the_response_with_nothing_below_is_named_with_its_line(
    spec: Spec, heading: str, marks: str, below: str
) -> None:
    text = (
        f"{marks[:-2]}Title (USER_DATA)\n\n{marks}HTTP Request\n\nGET /sapi/v1/system/status\n\n{marks}{heading}{below}"
    )
    page = judged(spec, text.encode())
    line = text[: text.index(heading)].count("\n") + 1
    message = f"it has no content below the heading {heading!r} in line {line}; it may be cut off."
    assert (page.verdict, page.message) == ("unreadable", message)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_page_that_was_cut_off_is_no_drift(spec: Spec, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(spec.api.operations))
    shape = data.draw(st.sampled_from(sorted(SHAPES)))
    languages = data.draw(st.sampled_from([LANGUAGES, LANGUAGES[::-1], LANGUAGES[:1], LANGUAGES[1:]]))
    source = write_as(shape, *(page_of(spec.document, operation, language) for language in languages))
    length = data.draw(st.integers(0, len(source)))
    assert judged(spec, source[:length]).verdict in ("same", "unreadable")


@st.composite
def damaged(draw: st.DrawFn, spec: Spec) -> bytes:
    chance = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - damage is no secret
    operation = draw(st.sampled_from(spec.api.operations))
    page = page_of(spec.document, operation, "en")
    lines = write_as(draw(st.sampled_from(sorted(SHAPES))), page).splitlines(keepends=True)
    for _ in range(chance.randint(1, 20)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        piece = lines[other][chance.randrange(len(lines[other]) + 1) :]
        lines[at] = chance.choice([b"", piece, lines[at] * 2, lines[at][::-1], bytes([chance.randrange(128)])])
    return b"".join(lines)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_bytes_end_in_a_verdict(spec: Spec, data: st.DataObject) -> None:
    source = data.draw(damaged(spec) | st.binary(max_size=2000) | st.text(max_size=2000).map(str.encode))
    assert judged(spec, source).verdict in VERDICTS
