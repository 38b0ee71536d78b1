"""Pages that were copied as plain text: which lines are titles, where examples and lists end."""

from __future__ import annotations

import pytest

from generator.sources import PageVersion, read

PAGE = """\
# Do It

**Source**: https://example.com/docs/thing/Do-It

---

Skip to main content
Other(USER_DATA)
ThingDo It(TRADE)
Do It(TRADE)
API Description

Does the thing.

HTTP Request

POST /sapi/v1/thing/do

Request Weight(IP)

20

Request Parameters
Name\tType\tMandatory\tDescription
side\tSTRING\tYES\tBUY, SELL
kind\tENUM\tYES\t

• You can call it 500 times per hour.
• Types of kind:

ODD_ONE one
EVEN_ONE two

Response Example
{
    "a": [1]
}
"""
LIST = "ODD_ONE one\nEVEN_ONE two\n"


def one(text: str) -> PageVersion:
    page = read("page.txt", text.encode())
    assert (page.format, page.problems) == ("text", ())
    [half] = page.halves
    return half


def titles(half: PageVersion) -> list[tuple[str, int]]:
    return [(each.value, each.line) for each in half.titles]


def kinds(text: str) -> list[tuple[str, str]]:
    return [value for row in one(text).parameters if row.value.name == "kind" for value in row.value.values]


def test_a_page() -> None:
    half = one(PAGE)
    assert titles(half) == [("Do It", 10)]
    assert [each.value for each in half.security] == ["TRADE"]
    assert [(each.value.weight, each.line) for each in half.weights] == [(20, 21)]
    assert [each.value for each in half.limits]
    assert kinds(PAGE) == [("ODD_ONE", "one"), ("EVEN_ONE", "two")]
    assert half.example
    assert half.example.value == '{\n    "a": [1]\n}'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        # The head of the copy has another name than the page, and the navigation has security types.
        ("# It\n\nOther(USER_DATA)\nMore(TRADE)\nThing\nThingDo It\nDo It", [("Do It", 7)]),
        ("# Do It\n\nDo It(TRADE)\nOther(USER_DATA)\nMore\nDo It(TRADE)", [("Do It", 6)]),
        ("Skip to main content\nOther(USER_DATA)\nDo It(TRADE)", [("Do It", 3)]),
        ("Skip to main content\nOther(USER_DATA)\nDo It", [("Do It", 3)]),
        # A second title in the other language.
        ("# Do It\n\nOther(USER_DATA)\nDo It(TRADE)\nDas tun(USER_DATA)", [("Do It", 4), ("Das tun", 5)]),
        ("Other(USER_DATA)\nThingDo It(TRADE)\nDo It(TRADE)\nDas tun(USER_DATA)", [("Do It", 3), ("Das tun", 4)]),
        ("Do It(TRADE)\n\nDas tun(USER_DATA)", [("Do It", 1), ("Das tun", 3)]),
        ("# Do It\n\n**Source**: https://example.com/x\n\n---\n", [("Do It", 1)]),
        ("", []),
    ],
)
def test_the_titles_stand_above_the_first_section(head: str, expected: list[tuple[str, int]]) -> None:
    assert titles(one(f"{head}\n{PAGE[PAGE.index('API Description') :]}")) == expected


@pytest.mark.parametrize(
    "head", ["# Do It\n\nNavigation\nDo It", "Navigation\nDo It(TRADE)", "# Do It\n\nDoes the thing.\n\na\nb\nc\nd\ne"]
)
def test_without_a_section_for_it_the_description_is_no_title(head: str) -> None:
    half = one(f"{head}\n\nDoes the thing.\n\n{PAGE[PAGE.index('HTTP Request') :]}")
    assert [each.value for each in half.titles] == ["Do It"]
    assert half.description
    assert half.description.value == "Does the thing."


@pytest.mark.parametrize(
    "entries",
    [
        "• ODD_ONE one\n• EVEN_ONE two\n",
        "  - ODD_ONE one\n  - EVEN_ONE two\n",
        "1. ODD_ONE one\n2. EVEN_ONE two\n",
        "ODD_ONE\tone\nEVEN_ONE\ttwo\n",
        "Value\tDescription\nODD_ONE\tone\nEVEN_ONE\ttwo\n",
        "| Value | Description |\n| --- | --- |\n| ODD_ONE | one |\n| EVEN_ONE | two |\n",
    ],
)
def test_the_entries_of_a_list(entries: str) -> None:
    assert kinds(PAGE.replace(LIST, entries)) == [("ODD_ONE", "one"), ("EVEN_ONE", "two")]


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ('{"a": 1}\nSearch\nOther(USER_DATA)\n', '{"a": 1}'),
        ('[\n{"a": "]}"}\n]\nSearch\n', '[\n{"a": "]}"}\n]'),
        ('{\n"a": 1 // not }\n}\nSearch\n', '{\n"a": 1 // not }\n}'),
        ('{\n"a": "\\"}"\n}\nSearch\n', '{\n"a": "\\"}"\n}'),
    ],
)
def test_an_example_ends_where_its_brackets_are_closed(example: str, expected: str) -> None:
    half = one(PAGE.partition("{")[0] + example)
    assert half.example
    assert half.example.value == expected


def test_a_table_with_bars_below_bare_headings_is_text() -> None:
    rows = "| Name | Type | Mandatory | Description |\n| :-- | --- | --- | --- |\n| side | STRING | YES | BUY, \\| SELL |\n"
    half = one(PAGE.replace(PAGE[PAGE.index("Name\t") : PAGE.index("kind\t")], rows).replace("kind\tENUM\tYES\t\n", ""))
    assert [(row.value.name, row.line) for row in half.parameters] == [("side", 26)]
    assert [each.value.weight for each in half.weights] == [20]


def test_the_lines_of_a_cell_that_are_values_are_a_list() -> None:
    half = one(PAGE.replace("BUY, SELL", "BUY\n\nSELL"))
    assert half.parameters[0].value.values == (("BUY", ""), ("SELL", ""))


def test_the_headings_of_the_other_language_at_the_end_are_no_page() -> None:
    footer = "\nPrevious\nOther(USER_DATA)\n接口描述\nHTTP请求\n请求参数\n响应示例\nCopyright\n"
    assert one(PAGE + footer) == one(PAGE)
