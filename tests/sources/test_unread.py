"""Statements of a page that are not understood are kept as sentences with their lines, never guessed or dropped."""

from __future__ import annotations

import pytest

from generator.sources import Located, read
from generator.sources.blocks import LONGEST, plain_text
from generator.sources.identify import identify

from .reading import REQUEST, read_one, values_of


def weights_below(heading: str, text: str) -> tuple[list[int], list[Located[str]]]:
    version = read_one(f"{REQUEST}\n## {heading}\n\n{text}\n")
    return [weight.weight for weight in values_of(version.weights)], list(version.unread_weights)


@pytest.mark.parametrize(
    ("text", "weights", "unread"),
    [
        # Numbers in bold are weights, wherever they stand, and however near to a word or another number.
        ("**2** with a coin, without a coin**7**", [2, 7], []),
        ("**2** with a coin**7**without", [2, 7], []),
        ("**2****7**", [2, 7], []),
        ("Depth 5, 10 or 20: **1**", [1], ["Depth 5, 10 or 20: 1"]),
        ("limit 1-100 **5**", [5], []),
        # One that is not, beside one that is.
        ("2 with a coin and otherwise 7", [2], ["2 with a coin and otherwise 7"]),
        ("**2** with a coin and otherwise 7", [2], ["2 with a coin and otherwise 7"]),
        ("2(IP) with a coin and otherwise 7", [2], ["2(IP) with a coin and otherwise 7"]),
        # Volumes and limits.
        ("5 for a limit of 100", [5], []),
        ("limit 1-100 costs 5", [5], []),
        ("limit 1 to 100 costs 5", [5], []),
        ("limit=100: 5", [5], []),
        ("2 per 100 symbols", [2], []),
        ("40 for more than 20 symbols", [40], []),
        ("limit 为 1 至 100 时 5", [5], []),
        ("最多 20 个交易对 2", [2], []),
        ("up to 100 records", [], ["up to 100 records"]),
        ("5, 10, 20: 1; 50: 2", [], ["5, 10, 20: 1", "50: 2"]),
        ("5/10/20/50/100", [], ["5/10/20/50/100"]),
        ("10, 20", [], ["10, 20"]),
        ("one costs 5 two cost 10", [], ["one costs 5 two cost 10"]),
        # A label behind which nothing is understood.
        ("**20** Request limit: 500 of them", [20], ["20 Request limit: 500 of them"]),
        # Words alone, where no number is.
        ("lots", [], ["lots"]),
        ("As the table of the account says.\n\nSee there.", [], ["As the table of the account says.", "See there."]),
        ("It depends on the symbol.\n\n5", [5], []),
        ("None", [], []),
        ("5 times per second", [], []),
        # Other forms than messages.
        ("    20", [20], []),
        ("| Limit | Cost |\n| --- | --- |\n| 100 | 5 |", [], ["100 | 5"]),
        ("| 100 | 5 |\n| --- | --- |\n| 500 | 10 |", [], ["100 | 5", "500 | 10"]),
        ("| Limit | Weight |\n| --- | --- |\n| 100 | 5, 10 |", [], ["100 | 5, 10"]),
    ],
)
def test_every_number_of_a_weight_section_is_a_weight_or_a_volume_or_kept_with_its_sentence(
    text: str, weights: list[int], unread: list[str]
) -> None:
    read_weights, sentences = weights_below("Request Weight(IP)", text)
    assert (read_weights, values_of(sentences)) == (weights, unread)


@pytest.mark.parametrize("line", ["Weight(IP): lots", "Request Weight: lots", "权重(UID)：很多"])
@pytest.mark.parametrize("form", ["markdown", "text"])
def test_a_weight_that_is_no_number_is_kept_with_its_line(line: str, form: str) -> None:
    marks = "## " if form == "markdown" else ""
    version = read_one(f"{marks}HTTP Request\n\nGET /a\n\n{line}\n\n{marks}Response Example\n\n{{}}\n", form)
    assert (version.weights, version.unread_weights) == ((), (Located(line, 5),))


def test_a_sentence_on_weights_that_is_not_understood_has_its_line() -> None:
    assert weights_below("Weight", "1\n\nsize 5/10")[1] == [Located("size 5/10", 11)]


HEAD = "Name| Type| Mandatory| Description\n---|---|---|---\n"
BARS = "| Name | Type | Mandatory | Description |\n| --- | --- | --- | --- |\n"


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n  \n", "\n\u200b\n", "\n<!-- a comment -->\n", "\n\n\n\n\n"])
@pytest.mark.parametrize(
    "table",
    [
        f"{HEAD}side| STRING| YES| A side{{gap}}kind| STRING| NO| A kind\nmany| LONG| NO|\n",
        f"{BARS}| side | STRING | YES | A side |{{gap}}| kind | STRING | NO | A kind |\n| many | LONG | NO | |\n",
        "Name\tType\tMandatory\tDescription\nside\tSTRING\tYES\tA side{gap}kind\tSTRING\tNO\tA kind\nmany\tLONG\tNO\t\n",
    ],
    ids=["without bars", "with bars", "with tabs"],
)
def test_a_gap_within_a_table_does_not_end_it(table: str, gap: str) -> None:
    if "\t" in table:
        text = f"Do It(TRADE)\n\nHTTP Request\n\nGET /a\n\nRequest Parameters\n{table.format(gap=gap)}\nAfter it.\n"
        version = read_one(text.replace("\n<!-- a comment -->\n", "\n\n"), "text")
    else:
        version = read_one(f"{REQUEST}\n## Request Parameters\n\n{table.format(gap=gap)}\nAfter it.\n")
    rows = values_of(version.parameters)
    assert [(row.name, row.text) for row in rows] == [("side", "A side"), ("kind", "A kind"), ("many", "")]
    assert (values_of(version.notes), version.unread_rows) == (["After it."], ())


def test_another_table_below_a_gap_is_not_of_the_first() -> None:
    below = "\nWhere rows has:\n\n" + HEAD + "own| STRING| NO| an id\n\nKind| More\n---|---\nODD| rows\n"
    version = read_one(f"{REQUEST}\n## Request Parameters\n\n{HEAD}side| STRING| YES|\n{below}")
    assert [row.name for row in values_of(version.parameters)] == ["side"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("side or sides| STRING| YES| A side", "side or sides | STRING | YES | A side"),
        ("**| LONG| NO| Without a name", " | LONG | NO | Without a name"),
        ("kind| LONG| NO| The name of another row", "kind | LONG | NO | The name of another row"),
    ],
)
def test_a_row_of_parameters_that_is_not_understood_is_kept_with_its_line(row: str, sentence: str) -> None:
    version = read_one(f"{REQUEST}\n## Request Parameters\n\n{HEAD}kind| STRING| YES|\n{row}\nmany| LONG| NO|\n")
    assert [parameter.name for parameter in values_of(version.parameters)] == ["kind", "many"]
    assert version.unread_rows == (Located(plain_text(sentence), 12),)


@pytest.mark.parametrize(
    "text",
    [
        "No parameters for the API.",
        "No parameters for this endpoint",
        "This endpoint has no parameters.",
        "This API does not require any parameters.",
        "There are no parameters.",
        "No request parameter is needed.",
        "Not required.",
        "该接口无需参数。",
        "此接口没有请求参数",
        "不需要任何参数。",
    ],
)
def test_a_sentence_may_say_that_there_are_no_parameters(text: str) -> None:
    page = read("page", f"{REQUEST}\n## Request Parameters\n\n{text}\n\n## Response\n\n    {{}}\n".encode())
    assert page.problems == ()
    assert (page.versions[0].parameters, page.versions[0].notes) == ((), ())


@pytest.mark.parametrize(
    "text",
    ["No parameters but the timestamp.", "There are no parameters besides recvWindow: LONG.", "Not required: side"],
)
def test_what_does_not_say_that_there_are_none_is_refused_with_its_line(text: str) -> None:
    page = read("page", f"{REQUEST}\n## Request Parameters\n\n{text}\n\n## Response\n\n    {{}}\n".encode())
    assert page.problems == (
        f"line 9: no table of parameters was read where it says {text!r}; copy the page with its tables.",
    )


@pytest.mark.parametrize(
    "heading",
    [
        "**Response - FULL:**",
        "**Response - ACK:**",
        "**Response FULL:**",
        "**Response: RESULT**",
        "**Response \u2013 FULL**",
        "**Response (FULL):**",
        "## Response - FULL",
        "**\u54cd\u5e94 - FULL\uff1a**",
        "**\u8fd4\u56de\u7ed3\u679c - FULL**",
    ],
)
def test_a_heading_of_one_kind_of_response(heading: str) -> None:
    version = read_one(f"{REQUEST}\n## Request Parameters\n\n{HEAD}kind| STRING| YES|\n\n{heading}\n\n    {{}}\n")
    assert version.response is not None
    assert (values_of(version.examples), version.notes) == (["{}"], ())


def test_a_response_without_a_heading_of_its_own_is_the_only_json_of_the_page() -> None:
    page = f'{REQUEST}\n## Request Parameters\n\n{HEAD}kind| STRING| YES|\n\n```json\n{{"id": 1}}\n```\n'
    assert read_one(page).examples == (Located('{"id": 1}', 14),)
    assert identify(read("page", page.encode()), []).verdict == "unknown endpoint"


def test_several_pieces_of_json_without_a_heading_for_the_response_are_named_and_none_is_taken() -> None:
    page = f'{REQUEST}\n## Request Parameters\n\n{HEAD}kind| STRING| YES|\n\n```\n[1]\n```\n\n```\n{{"id": 1}}\n```\n'
    assert read_one(page).examples == ()
    assert identify(read("page", page.encode()), [])[1:] == (
        "unreadable",
        "it has no heading for its response, and JSON in lines 14 and 18; write the heading Response above the response.",
    )


def test_the_advice_on_a_page_of_several_endpoints_depends_on_whether_its_address_is_known() -> None:
    text = "# All\n\nGET `/a`\n\nPOST `/b`\n"
    problem = "it describes more than one endpoint: GET /a, POST /b"
    assert read("page", text.encode()).problems == (f"line 5: {problem}; save each one as a page of its own.",)
    copied = f"<!-- Source: https://e.com/all -->\n{text}"
    assert read("page", copied.encode()).problems == (
        f"line 6: {problem}; https://e.com/all is no page of a single endpoint, so use the pages of those endpoints.",
    )
    assert read("https://e.com/all", text.encode()).problems == (
        f"line 5: {problem}; https://e.com/all is no page of a single endpoint, so use the pages of those endpoints.",
    )


def test_a_line_that_is_too_long_to_be_read_whole_is_named() -> None:
    line = "a" * LONGEST
    text = f"{REQUEST}\n{line}\n"
    assert read("page", text.encode()).problems == ()
    text = f"{REQUEST}\n{line}b\n"
    assert read("page", text.encode()).problems == (
        f"line 7: it has more than {LONGEST} characters, which no line has.",
    )
