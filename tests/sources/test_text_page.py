"""Pages that were copied as plain text: which lines are titles, where examples and lists end."""

from __future__ import annotations

import pytest

from generator.sources import Endpoint, Located, PageCondition, PageVersion, PageWeight, read

from .reading import read_one, values_of

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


def version_of(text: str) -> PageVersion:
    return read_one(text, "text")


def titles(version: PageVersion) -> list[tuple[str, int]]:
    return [(title.value, title.line) for title in version.titles]


def kinds(text: str) -> list[tuple[str, str]]:
    return [value for row in version_of(text).parameters if row.value.name == "kind" for value in row.value.values]


def test_every_fact_has_its_line() -> None:
    lines = (
        "# 做事|||**来源**: https://example.com/docs/zh-CN/thing/Do-It||---||导航|做事(TRADE)|别的(USER_DATA)|大类做事(TRADE)|"
        "做事(TRADE)|说明一下。|HTTP请求||POST /sapi/v1/thing/do||请求权重(UID)||20||请求参数|名称\t类型\t是否必需\t描述|"
        "side\tENUM\tYES\tBUY||SELL|kind\tENUM\tYES\t|many\tLONG\tNO\t默认 10；最大 100|many 必须发送，当kind为 ODD||"
        'kind 支持的取值：|ODD 奇数|EVEN 偶数|响应示例|{|    "id": 1|}||上一页|别的(USER_DATA)|HTTP请求|Copyright © 2026'
    )
    text = lines.replace("|", "\n")
    version = version_of(text)
    assert read("page", text.encode()).address == Located("https://example.com/docs/zh-CN/thing/Do-It", 4)
    assert (version.language, version.titles) == ("zh-CN", (Located("做事", 12),))
    assert version.security == (Located("TRADE", 12),)
    assert version.description == Located("说明一下。", 13)
    assert version.endpoints == (Located(Endpoint("POST", "/sapi/v1/thing/do"), 16),)
    assert version.weights == (Located(PageWeight(20, "uid"), 20),)
    assert [(row.value.name, row.line) for row in version.parameters] == [("side", 24), ("kind", 27), ("many", 28)]
    side, kind, _ = values_of(version.parameters)
    assert (side.values, kind.value_lines) == ((("BUY", ""), ("SELL", "")), (32, 33))
    assert values_of(version.conditions) == [PageCondition("many", ("ODD",), "kind")]
    assert version.example == Located('{\n    "id": 1\n}', 35)


def test_a_page() -> None:
    version = version_of(PAGE)
    assert (version.titles, version.security) == ((Located("Do It", 10),), (Located("TRADE", 10),))
    assert version.weights == (Located(PageWeight(20, "ip"), 21),)
    assert version.limits
    assert kinds(PAGE) == [("ODD_ONE", "one"), ("EVEN_ONE", "two")]
    assert version.example == Located('{\n    "a": [1]\n}', 35)


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
    assert titles(version_of(f"{head}\n{PAGE[PAGE.index('API Description') :]}")) == expected


@pytest.mark.parametrize(
    "head", ["# Do It\n\nNavigation\nDo It", "Navigation\nDo It(TRADE)", "# Do It\n\nDoes the thing.\n\na\nb\nc\nd\ne"]
)
def test_without_a_section_for_it_the_description_is_no_title(head: str) -> None:
    version = version_of(f"{head}\n\nDoes the thing.\n\n{PAGE[PAGE.index('HTTP Request') :]}")
    assert values_of(version.titles) == ["Do It"]
    assert version.description
    assert version.description.value == "Does the thing."


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
    version = version_of(PAGE.partition("{")[0] + example)
    assert version.example
    assert version.example.value == expected


def test_a_table_with_bars_below_bare_headings_is_text() -> None:
    rows = "| Name | Type | Mandatory | Description |\n| :-- | --- | --- | --- |\n| side | STRING | YES | BUY, \\| SELL |\n"
    version = version_of(
        PAGE.replace(PAGE[PAGE.index("Name\t") : PAGE.index("kind\t")], rows).replace("kind\tENUM\tYES\t\n", "")
    )
    assert [(row.value.name, row.line) for row in version.parameters] == [("side", 26)]
    assert [weight.weight for weight in values_of(version.weights)] == [20]


def test_the_lines_of_a_cell_that_are_values_are_a_list() -> None:
    version = version_of(PAGE.replace("BUY, SELL", "BUY\n\nSELL"))
    assert version.parameters[0].value.values == (("BUY", ""), ("SELL", ""))


def test_the_headings_of_the_other_language_at_the_end_are_no_page() -> None:
    footer = "\nPrevious\nOther(USER_DATA)\n接口描述\nHTTP请求\n请求参数\n响应示例\nCopyright\n"
    assert version_of(PAGE + footer) == version_of(PAGE)
