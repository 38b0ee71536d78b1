"""The fields of a page of the catalogue are read however their lines are written; what cannot be read is never left out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from generator.sources import PageVersion, read_all

from .test_catalogue import as_html, plain

PAGE = """\
## Sow Seeds (USER\\_DATA)

POST /sapi/v1/sow

### Sow Seeds (USER\\_DATA) › Request Body

{fields}

`timestamp`

integer · int64 · required

{notes}

### Sow Seeds (USER\\_DATA) › Responses

200

{response}
"""
EXPECTED = "expected: a name, with a type and its marks below or behind it, such as 'string · required' or 'asset string required'"
in_each_form = pytest.mark.parametrize("saved_as", [str, plain, as_html])


def page(fields: str, notes: str = "", response: str = '`{"id": 1}`') -> str:
    return PAGE.format(fields=fields, notes=notes, response=response)


def read(text: str) -> tuple[PageVersion, tuple[str, ...]]:
    [read_page] = read_all("page", text.encode())
    whole = read_page.whole()
    return whole.versions[0], whole.problems


def fields_of(text: str) -> list[tuple[str, str, bool | None, str]]:
    version, problems = read(text)
    assert problems == ()
    listed = [row.value for row in version.parameters]
    return [(row.name, row.type, row.required, row.text) for row in listed if row.name != "timestamp"]


SEPARATED = [
    *("string · required", "string required", "string, required", "string,required", "string，必填", "string、必填"),
    *("string / required", "string (required)", "string（必填）", "string - required", "string; mandatory"),
    *("string • enum required", "string · enum, required", "String REQUIRED", "string\n\nrequired", "string\n\n必填"),
]


@in_each_form
@pytest.mark.parametrize("line", SEPARATED)
def test_the_marks_of_a_type_may_be_separated_in_any_way(line: str, saved_as: Callable[[str], str]) -> None:
    text = saved_as(page(f"`seed`\n\n{line}\n\nWhich seed"))
    assert fields_of(text) == [("seed", "STRING", True, "Which seed")]


@in_each_form
@pytest.mark.parametrize(
    "line", ["string", "string optional", "string, not required", "string · enum", "string 可选", "string（非必填）"]
)
def test_a_type_without_the_mark_is_of_an_optional_field(line: str, saved_as: Callable[[str], str]) -> None:
    assert fields_of(saved_as(page(f"`seed`\n\n{line}\n\nWhich seed"))) == [("seed", "STRING", False, "Which seed")]


@pytest.mark.parametrize("line", ["string · required if side is LEFT", "string required optional"])
def test_a_mark_that_says_neither_yes_nor_no_is_neither(line: str) -> None:
    assert fields_of(page(f"`seed`\n\n{line}"))[0][:3] == ("seed", "STRING", None)


@in_each_form
@pytest.mark.parametrize(
    "line",
    [
        *("seed string required Which seed", "`seed` string required Which seed"),
        *(
            "seed string, required, Which seed",
            "seed - string (required) - Which seed",
            "seed: string required Which seed",
        ),
        *("`seed`\n\nstring required Which seed", "`seed` string required\n\nWhich seed"),
    ],
)
def test_a_field_may_stand_in_one_line_with_its_words(line: str, saved_as: Callable[[str], str]) -> None:
    assert fields_of(saved_as(page(line))) == [("seed", "STRING", True, "Which seed")]


@in_each_form
def test_the_optional_fields_of_a_list_in_lines_are_read_where_their_names_are_certain(
    saved_as: Callable[[str], str],
) -> None:
    lines = "seed string required Which seed\n\nseedCount integer How many\n\nbed_side string optional Which side\n\nwide boolean"
    assert fields_of(saved_as(page(lines))) == [
        ("seed", "STRING", True, "Which seed"),
        ("seedCount", "INT", False, "How many"),
        ("bed_side", "STRING", False, "Which side"),
        ("wide", "BOOLEAN", False, ""),
    ]


@pytest.mark.parametrize(
    "line", ["count integer, int64, required", "count integer int64 required", "count integer(int64) required"]
)
def test_the_format_of_a_type_may_be_separated_in_any_way(line: str) -> None:
    assert fields_of(page(line)) == [("count", "LONG", True, "")]


@in_each_form
@pytest.mark.parametrize(
    ("lines", "unread"),
    [
        ("`seedName`\n\nbignum · required", "seedName"),
        ("`seed_name`\n\nDECIMAL required", "seed_name"),
        ("seedName\n\nWhich seed", "seedName"),
        ("seed\n\nbignum · required", "bignum · required"),
        ("seed\n\ndecimal, required", "decimal, required"),
        ("seed LONG required Which seed", "seed LONG required Which seed"),
        ("the seed\n\nstring · required", "string · required"),
        ("the seed\n\nstring", "string"),
        ("seed string Which seed", "seed string Which seed"),
        ("seed string required Which seed\n\nside string Which side", "side string Which side"),
        ("Seed string required", "Seed string required"),
        ("`first`\n\nstring\n\n`seedName`\n\nof text", "seedName"),
        ("`first`\n\nstring\n\n* seed\n\ndecimal · required", "decimal · required"),
    ],
)
def test_what_looks_like_a_field_and_is_none_makes_the_page_unreadable(
    lines: str, unread: str, saved_as: Callable[[str], str]
) -> None:
    for text in (saved_as(page(lines)), saved_as(page("", response=lines))):
        [problem] = read(text)[1]
        number = int(problem.removeprefix("line ").partition(":")[0])
        assert problem == f"line {number}: {unread!r} belongs to no field; {EXPECTED}."
        assert unread in text.split("\n")[number - 1].replace("`", "")


@in_each_form
@pytest.mark.parametrize("mark", ["requird", "requred", "Reqired", "mandatry", "optinal", "not requird", "requierd"])
@pytest.mark.parametrize(
    "line",
    [
        "`seed`\n\nstring · {}\n\nWhich seed",
        "`seed`\n\nstring · {} · enum",
        "`seed`\n\nstring, {}",
        "`seed`\n\nstring ({})",
        "`seed`\n\nstring\n\n{}",
        "`seed` string {} Which seed",
        "seed string required\n\nside string {}",
    ],
)
def test_a_misspelt_mark_makes_the_page_unreadable_at_its_line(
    line: str, mark: str, saved_as: Callable[[str], str]
) -> None:
    text = saved_as(page(line.format(mark)))
    [problem] = read(text)[1]
    number = int(problem.removeprefix("line ").partition(":")[0])
    assert problem.endswith(f" belongs to no field; {EXPECTED}.")
    assert mark in text.split("\n")[number - 1]


@pytest.mark.parametrize(
    "words", ["Option of it", "Options are many", "Requires a bed", "Requirements of it", "Optics"]
)
def test_another_word_behind_a_type_is_no_misspelt_mark(words: str) -> None:
    assert fields_of(page(f"`seed`\n\nstring\n\n{words}")) == [("seed", "STRING", False, words)]


def test_a_table_of_parameters_makes_a_page_of_the_catalogue_unreadable() -> None:
    table = "Name | Type | Mandatory | Description\n---|---|---|---\nseed | STRING | YES | Which seed"
    [problem] = read(page(table))[1]
    assert problem == f"line 7: 'Name | Type | Mandatory | Description' belongs to no field; {EXPECTED}."


PROSE = [
    "The string required for the signature is built from all parameters.",
    "A number is required. An object is not.",
    "If the seed is an array required parameters are checked first.",
    "See the object Response below",
    "Any string · any number",
    "Only one array is sent, not required for beds",
    "This is optional",
    "object of the bed",
    "LDUSDT",
    "Either seed or side is required",
    "The bed; integer values count from 1",
]


@in_each_form
@pytest.mark.parametrize("prose", PROSE)
def test_prose_below_a_field_is_its_text(prose: str, saved_as: Callable[[str], str]) -> None:
    text = saved_as(page(f"`seed`\n\nstring · required\n\n{prose}"))
    assert fields_of(text) == [("seed", "STRING", True, prose)]


@pytest.mark.parametrize("saved_as", [str, plain])
@pytest.mark.parametrize(
    "prose", [*PROSE, "seed string required again, since it is read as a note", "seed number counts from 1"]
)
def test_prose_among_the_notes_is_a_note(prose: str, saved_as: Callable[[str], str]) -> None:
    text = saved_as(page("`seed`\n\nstring · required", notes=f"* First of all.\n\n{prose}"))
    version, problems = read(text)
    assert problems == ()
    assert {"First of all.", prose} <= {note.value for note in version.notes}
    assert [row.value.name for row in version.parameters] == ["seed", "timestamp"]


@in_each_form
def test_the_sample_of_a_request_and_the_type_of_a_whole_response_are_no_fields(saved_as: Callable[[str], str]) -> None:
    response = 'application/json\n\nobject\n\n`tranId`\n\ninteger · int64\n\nExample Request\n\ncURL\n\n`fromSymbol`\n\nstring · required\n\nExample Responses\n\n`{"tranId": 1}`'
    version, problems = read(saved_as(page("`seed`\n\nstring", response=response)))
    assert problems == ()
    assert version.examples[0].value == '{"tranId": 1}'
