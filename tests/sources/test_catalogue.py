"""A saved page of the catalogue: each operation is a page, and each fact has its line, whatever program saved it."""

from __future__ import annotations

from collections.abc import Callable

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
    assert water.sketch == Located(
        '{"done": /* Whether it is done; perhaps returned at times */ false}', line_of("`done`")
    )
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
        ("IP Weight lots", [], ["lots"]),
        ("IP Weight5UID Weight: lots", [PageWeight(5, "ip")], ["lots"]),
    ],
)
def test_the_word_before_weight_is_its_scope(words: str, weights: list[PageWeight], unread: list[str]) -> None:
    sow, _ = versions_of(SOW.replace("UID Weight300", words))
    assert values_of(sow.weights) == weights
    assert values_of(sow.unread_weights) == unread


@pytest.mark.parametrize("words", ["Weight(IP): lots", "Weight (UID) lots", "lots", "权重：很多"])
def test_a_weight_that_is_no_number_is_kept_with_its_line(words: str) -> None:
    sow, _ = versions_of(SOW.replace("UID Weight300", words))
    assert sow.weights == ()
    assert sow.unread_weights[-1] == Located(words, line_of("UID Weight300"))


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


HEADINGS = ["Request Weight", "Request Body", "Responses"]


def plain(text: str) -> str:
    return text.replace("\\", "").replace("`", "").replace("#", "").replace("\n* ", "\n• ")


def as_html(text: str) -> str:
    pieces = (piece.replace("\\", "").strip() for piece in text.split("\n\n"))
    marked = (f"<h3>{piece.lstrip('# ')}</h3>" if piece.startswith("#") else f"<p>{piece}</p>" for piece in pieces)
    return f"<!doctype html>\n<html><body>\n{chr(10).join(marked)}\n</body></html>"


@pytest.mark.parametrize("saved_as", [str, plain, as_html])
@pytest.mark.parametrize("rest", ["", "the rest"])
@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_without_content_is_of_a_page_that_was_cut_off(
    heading: str,
    rest: str,
    saved_as: Callable[[str], str],
) -> None:
    start = SOW.index(f"› {heading}") + len(f"› {heading}")
    after = SOW[SOW.index("\n#", start) :] if rest else ""
    text = saved_as(SOW[:start] + "\n" + after)
    page = read_all("page", text.encode())[0].whole()
    line = text[: text.index(f"› {heading}")].count("\n") + 1
    assert page.problems == (f"line {line}: nothing was found below the heading {heading!r}; the page may be cut off.",)


@pytest.mark.parametrize("saved_as", [str, plain, as_html])
@pytest.mark.parametrize(
    "words", ["`seed`", "string · enum", "TO\\_RIGHT", "* seed must", "### Sow Seeds (USER\\_DATA) › Resp"]
)
def test_an_operation_without_a_response_was_cut_off(words: str, saved_as: Callable[[str], str]) -> None:
    text = saved_as(SOW[: SOW.index(words) + len(words)])
    page = read_all("page", text.encode())[0].whole()
    line = text[: text.index("Sow Seeds")].count("\n") + 1
    assert page.problems == (f"line {line}: Sow Seeds (USER_DATA) has no section Responses; the page may be cut off.",)


@pytest.mark.parametrize(
    ("heading", "content", "problem"),
    [
        ("Request Body", "You can call it.", "no parameter was found below the heading 'Request Body'"),
        ("Responses", "200", "neither a field nor an example was found below the heading 'Responses'"),
        ("Responses", '200\n\nExample Request Body\n\n`{"a": 1}`', "neither a field nor an example was found below the heading 'Responses'"),
    ],
)  # fmt: skip
def test_a_section_without_what_it_is_for_was_cut_off(heading: str, content: str, problem: str) -> None:
    start = SOW.index(f"› {heading}") + len(f"› {heading}")
    text = f"{SOW[:start]}\n\n{content}\n{SOW[SOW.index(chr(10) + '#', start) :]}"
    expected = f"line {line_of(f'› {heading}')}: {problem}; the page may be cut off."
    assert read_all("page", text.encode())[0].whole().problems == (expected,)
    public = text.replace("USER\\_DATA", "NONE")
    assert bool(read_all("page", public.encode())[0].whole().problems) == (heading == "Responses")


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
