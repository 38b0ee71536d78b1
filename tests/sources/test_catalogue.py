"""A saved page of the catalogue: each operation is a page, and each fact has its line, whatever program saved it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.runtime.operation import CallLimit
from generator.sources import LARGEST, Located, Page, PageCondition, PageVersion, PageWeight, read_all
from generator.sources.blocks import MOST_LINES
from generator.vocabulary import Endpoint

from .reading import values_of

SOW = r"""# Garden

## Sow Seeds (USER\_DATA)

Sows seeds in a bed.

POST

/sapi/v1/garden\_beds/sow

https://api.binance.com

### Sow Seeds (USER\_DATA) › Request Weight

This endpoint takes the following from the budget that the address or the account has

UID Weight300

### Sow Seeds (USER\_DATA) › Request Body

`seed`

string · required

Which seed

Example: OAK

`side`

string · enum

Default: TO\_LEFT

Enum values:

TO\_LEFT

TO\_RIGHT

`signature`

string · required

You can call it 500 times per hour.

* seed must be sent when side is TO\_LEFT and TO\_RIGHT

### Sow Seeds (USER\_DATA) › Responses

200

`tran_id`

integer · int64

Example Request Body

`{"seed": "OAK"}`

Example Responses

`{
  "tran_id": 1,
  "note": "}"
}`

## Water Beds (TRADE)

GET /sapi/v1/garden/water

### Water Beds (TRADE) › Request Weight

IP Weight60

### Water Beds (TRADE) › Responses

`done`

boolean

Whether it is done
"""


def line_of(words: str) -> int:
    return SOW[: SOW.index(words)].count("\n") + 1


def versions_of(text: str, name: str = "page") -> list[PageVersion]:
    pages = [page.whole() for page in read_all(name, text.encode())]
    assert [(page.problems, page.format) for page in pages] == [((), "catalogue")] * len(pages)
    return [version for page in pages for version in page.versions]


def test_every_fact_of_an_operation_has_its_line() -> None:
    sow, _ = versions_of(SOW)
    assert sow.titles == (Located("Sow Seeds", line_of("## Sow Seeds")),)
    assert sow.security == (Located("USER_DATA", line_of("## Sow Seeds")),)
    assert sow.endpoints == (Located(Endpoint("POST", "/sapi/v1/garden_beds/sow"), line_of("/sapi/v1/garden\\_beds")),)
    assert sow.description == Located("Sows seeds in a bed.", line_of("Sows seeds"))
    assert sow.weights == (Located(PageWeight(300, "uid"), line_of("UID Weight")),)
    assert sow.limits == (Located(CallLimit(500, 3600), line_of("You can call")),)
    assert sow.conditions == (Located(PageCondition("seed", ("TO_LEFT", "TO_RIGHT"), "side"), line_of("* seed must")),)
    assert sow.examples == (Located('{\n  "tran_id": 1,\n  "note": "}"\n}', line_of('`{\n  "tran_id"')),)


def test_the_parameters_have_their_marks_labels_and_values_without_the_signature() -> None:
    sow, _ = versions_of(SOW)
    seed, side = sow.parameters
    assert (seed.line, side.line) == (line_of("`seed`"), line_of("`side`"))
    assert (seed.value.type, seed.value.required, seed.value.text) == ("STRING", True, "Which seed")
    assert (seed.value.example, side.value.default) == ("OAK", "TO_LEFT")
    assert (side.value.required, side.value.values) == (False, (("TO_LEFT", ""), ("TO_RIGHT", "")))
    assert side.value.value_lines == (line_of("TO\\_LEFT\n\nTO"), line_of("TO\\_RIGHT"))


def test_the_fields_of_a_response_without_an_example_are_sketched() -> None:
    _, water = versions_of(SOW)
    assert water.sketch == Located('{"done": /* Whether it is done */ false}', line_of("`done`"))
    assert water.weights == (Located(PageWeight(60, "ip"), line_of("IP Weight60")),)


@pytest.mark.parametrize(
    ("words", "weights", "unread"),
    [
        ("IP Weight60", [PageWeight(60, "ip")], []),
        ("UID Weight: 300", [PageWeight(300, "uid")], []),
        ("Account Weight5", [PageWeight(5, "uid")], []),
        ("IP Weight4UID Weight300", [PageWeight(4, "ip"), PageWeight(300, "uid")], []),
        ("IP Weight **2** for one; **40** for all", [PageWeight(2, "ip"), PageWeight(40, "ip")], []),
        ("Weight by size, 5/10", [], ["Weight by size, 5/10"]),
    ],
)
def test_the_word_before_weight_is_its_scope(words: str, weights: list[PageWeight], unread: list[str]) -> None:
    sow, _ = versions_of(SOW.replace("UID Weight300", words))
    assert values_of(sow.weights) == weights
    assert values_of(sow.unread_weights) == unread


@pytest.mark.parametrize(
    "request_line",
    ["POST /sapi/v1/a", "POST/sapi/v1/a", "POST https://api.binance.com/sapi/v1/a", "POST\n\n`/sapi/v1/a`", "POST/sapi/v1/ahttps://api.binance.com"],
)  # fmt: skip
def test_the_method_and_the_path_may_stand_together(request_line: str) -> None:
    text = SOW.replace("POST\n\n/sapi/v1/garden\\_beds/sow", request_line)
    assert values_of(versions_of(text)[0].endpoints) == [Endpoint("POST", "/sapi/v1/a")]


def test_text_without_marks_says_the_same_as_markdown() -> None:
    plain = SOW.replace("\\", "").replace("`", "").replace("#", "").replace("\n* ", "\n• ")
    for marked, bare in zip(versions_of(SOW), versions_of(plain), strict=True):
        assert values_of(bare.parameters) == values_of(marked.parameters)
        assert (bare.weights, bare.conditions, bare.limits) == (marked.weights, marked.conditions, marked.limits)
        assert bare.examples == marked.examples


def test_two_operations_of_one_title_are_two_pages() -> None:
    text = SOW.replace("Water Beds (TRADE)", r"Sow Seeds (USER\_DATA)")
    assert [values_of(version.weights) for version in versions_of(text)] == [
        [PageWeight(300, "uid")],
        [PageWeight(60, "ip")],
    ]


def test_an_operation_without_method_and_path_is_a_sentence_and_the_others_are_read() -> None:
    sow, water = read_all("page", SOW.replace("GET /sapi", "/sapi").encode())
    assert sow.problems == ()
    line = line_of("## Water Beds")
    assert water.problems == (f"line {line}: it names no method and path for Water Beds (TRADE).",)


@pytest.mark.parametrize(
    ("text", "language"),
    [(SOW, "en"), (f"---\nsource_url: https://e.com/zh-CN/docs/catalog/a\n---\n{SOW}", "zh-CN"), (SOW.replace("Sow Seeds", "播种").replace("Water Beds", "浇水"), "zh-CN")],
)  # fmt: skip
def test_the_language_is_that_of_the_address_or_the_title(text: str, language: str) -> None:
    assert {version.language for version in versions_of(text)} == {language}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a › Responses\n" * (MOST_LINES + 1), "it has more than 20000 lines, which no page has."),
        ("a › Responses" + "x" * LARGEST, "it has more than 1000000 bytes, which no page has."),
        ("a › Responses" + "x" * 20_000, "line 1: it has more than 20000 characters, which no line has."),
        ("a › Responses", "line 1: it names no method and path for a."),
    ],
)
def test_what_cannot_be_read_is_a_sentence(text: str, problem: str) -> None:
    assert [page.problems for page in read_all("page", text.encode())] == [(problem,)]


@pytest.mark.parametrize("weights", ["IP Weight5\n\n" * 900, "IP Weight5 " * 1000])
def test_an_operation_with_more_text_than_any_is_a_sentence_and_the_others_are_read(weights: str) -> None:
    sow, water = (page.whole() for page in read_all("page", SOW.replace("UID Weight300", weights).encode()))
    [problem] = sow.problems
    assert problem.endswith(": with this, an operation has more than 100000 characters.")
    assert (water.problems, len(water.versions[0].weights)) == ((), 1)


def test_the_operations_that_are_read_of_a_page_are_bounded_together() -> None:
    section = SOW.replace("UID Weight300", "words " * 3000)
    pages = [page.whole() for page in read_all("page", (section * 15).encode())]
    assert pages[0].problems == ()
    assert pages[-1].problems[0].endswith(": with this, the operations have more than 300000 characters together.")


PIECES = st.sampled_from(
    [
        *SOW.split("\n\n"),
        "<p>",
        "```",
        "{",
        "[",
        "`",
        "GET",
        "/a",
        "| a | b |\n|---|---|",
        "a › b",
        "› Responses",
        "---",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_any_order_of_pieces_gives_pages_or_sentences(pieces: list[str]) -> None:
    text = "\n\n".join([*pieces, "a › Responses"])
    pages: list[Page] = [page.whole() for page in read_all("page", text.encode())]
    assert pages
    assert all(page.versions or page.problems for page in pages)
