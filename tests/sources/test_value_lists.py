"""Which values a row, or a list elsewhere on its page, is taken to allow: all of them, or none."""

from __future__ import annotations

import pytest

from generator.sources import PageParameter
from generator.sources.parameter_table import columns, parameter
from generator.sources.value_lists import values_in

from .reading import REQUEST, read_one, values_of


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("`AB_C`/`D_E`", "STRING", ["AB_C", "D_E"]),
        ("`AB` or `CD`", "STRING", ["AB", "CD"]),
        ('"SPOT", "LOAN" (Cross), "EARN"', "STRING", ["SPOT", "LOAN", "EARN"]),
        ('whether it is so, "TRUE", "FALSE"，default "FALSE"', "STRING", ["TRUE", "FALSE"]),
        ("AB,CD,EF", "ENUM", ["AB", "CD", "EF"]),
        ("BUY SELL", "ENUM", ["BUY", "SELL"]),
        ("AB, CD; default AB. See the FAQ", "ENUM", ["AB", "CD"]),
        ("操作类型：AB、CD", "STRING", ["AB", "CD"]),
        ("The values are AB, CD, EF.", "ENUM", ["AB", "CD", "EF"]),
        ("支持的值有 AB，CD", "ENUM", ["AB", "CD"]),
        ("`ABC` only", "STRING", ["ABC"]),
        ("1: in 2: out", "INT", ["1", "2"]),
        ("0(0:new, 2:waiting 3:refused)", "INT", ["0", "2", "3"]),
        ("0为现货，1为资金", "INTEGER", ["0", "1"]),
        ("1 - in, 2 - out", "LONG", ["1", "2"]),
        ("Default 5; valid: [5, 10, 20]", "INT", ["5", "10", "20"]),
        ("Used with `AB`, `CD` and `EF` orders.", "STRING", []),
        ("Only with the ABC type", "STRING", []),
        ("e.g. BTC, USDT", "STRING", []),
        ("Start from 1. Default:1", "LONG", []),
        ("from 10:00 to 12:00", "STRING", []),
        ("GET /sapi/v1/x gives the id", "STRING", []),
        ("Kind of account (AB/CD_E)", "STRING", []),
        ("Account type (AB/CD_E/EF)", "STRING", ["AB", "CD_E", "EF"]),
        ("Pair (AB/CD)", "STRING", []),
        ("1_D, 3_D, 7_D (D means day)", "ENUM", ["1_D", "3_D", "7_D"]),
        ("Give/Take", "ENUM", ["Give", "Take"]),
        ('"5m","1h"', "ENUM", ["5m", "1h"]),
        ('"true" or "false"; whether to pay so', "STRING", ["true", "false"]),
        ('"yes" or "no", default "no". Used with `AB` or `CD`, between "EF" and "GH"', "STRING", ["yes", "no"]),
        ("TRUE for this one, FALSE for that one, Default FALSE", "STRING", ["TRUE", "FALSE"]),
        ('"AB" for some orders, "CD" for other orders.', "ENUM", ["AB", "CD"]),
        ("AB:take the first/ CD:take the last; Default CD", "ENUM", ["AB", "CD"]),
        ("It can be AB (AB for all) or CD (CD for EF, GH). The default is AB.", "ENUM", ["AB", "CD"]),
        ("Only support ABC", "STRING", ["ABC"]),
        ("模式 AB(甲), CD(乙)", "ENUM", ["AB", "CD"]),
        ("允许的 ENUM 有别。支持的值有 AB，CD", "ENUM", ["AB", "CD"]),
        ("0-one wallet ，1-another wallet", "INTEGER", ["0", "1"]),
        ("can be set to `AB`/ `AB_5`: /`CD`/ `CD_5`; not with price", "ENUM", ["AB", "AB_5", "CD", "CD_5"]),
        ("`AB`, `CD`, or `EF`; `GH` and `IJ` orders default to `EF`.", "ENUM", ["AB", "CD", "EF"]),
        ("AB ; CD", "ENUM", ["AB", "CD"]),
    ],
)
def test_the_values_of_a_row(text: str, kind: str, expected: list[str]) -> None:
    assert [value for value, _ in values_in(text, kind)] == expected


def test_the_texts_of_numbered_values() -> None:
    assert values_in("1: into the wallet; 2: out of it", "INT") == (("1", "into the wallet"), ("2", "out of it"))


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        (
            "0(0:Email Sent,1:Cancelled 2:Awaiting Approval 3:Done)",
            ["Email Sent", "Cancelled", "Awaiting Approval", "Done"],
        ),
        ("0: waiting. Comes first. 1: done. Use it with care.", ["waiting", "done"]),
        ("0: waiting, 8:Waiting User confirm. Default: all", ["waiting", "Waiting User confirm"]),
        ("The state (0: waiting, 1: done (or not)) of what is asked for", ["waiting", "done (or not)"]),
        (
            "0-spot wallet ，1-other wallet. Default walletType is the chosen one under wallet->Fiat",
            ["spot wallet", "other wallet"],
        ),
        ("0: waiting; 1: done, default 0", ["waiting", "done"]),
        ("0: waiting; 1: done (default 1)", ["waiting", "done"]),
        ("0: the default wallet; 1: another", ["the default wallet", "another"]),
        ("0：等待。1：完成。请谨慎使用", ["等待", "完成"]),
        ("0: e.g. rest, v2.0 of it; 1: USD. of it", ["e.g. rest, v2.0 of it", "USD. of it"]),
    ],
)
def test_what_a_value_means_ends_with_its_sentence(text: str, meanings: list[str]) -> None:
    assert [meaning for _, meaning in values_in(text, "INT")] == meanings


def test_what_a_word_means_ends_with_its_sentence() -> None:
    text = "AB: into it. Comes first; CD: out of it. It is slow"
    assert values_in(text, "ENUM") == (("AB", "into it"), ("CD", "out of it"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("`AB`, `CD`, `EF`, etc.", "STRING"),
        ("`AB`, `CD`, `EF`, etc. default `GH`", "STRING"),
        ("AB, CD, ...", "ENUM"),
        ("支持 `AB`、`CD` 等", "STRING"),
        ("AB, CD and others", "ENUM"),
        ("`AB` or `CD` or one of those below", "STRING"),
        ("AB, CD, ef", "STRING"),
        ("`AB` or `AB`", "STRING"),
        ("Default `AB` for some ; `CD` or `EF` for others", "ENUM"),
        ("The choice is `AB`, `CD` and `EF`. They combine, i.e. `AB_CD` or `AB_CD_EF`.", "ENUM"),
        ("`AB`, `CD`; `EF` too", "ENUM"),
        ("`AB` or `CD`, `EF` ", "ENUM"),
        ("0(0:new, 2:waiting 3:refused 6 done)", "INT"),
        ("0: new, 2: waiting then 3) refused", "INT"),
        ('"AB"(one), "CD", also "EF_G"', "STRING"),
        ("1000 表示 1 秒； 0 表示取消", "LONG"),
        ("Default 7; valid: [5, 10, 20]", "INT"),
        ("max length 10 e.g. [1234567,2345678,3456789]", "LIST<LONG>"),
        ("ids [1,2,3]", "ARRAY"),
        ("7-day or 30-day", "INT"),
    ],
)
def test_a_list_that_is_not_surely_whole_is_none(text: str, kind: str) -> None:
    assert values_in(text, kind) == ()


def row(name: str, kind: str, text: str) -> PageParameter | None:
    places = columns(["Name", "Type", "Mandatory", "Description"])
    assert places is not None
    return parameter([name, kind, "YES", text], places)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("in seconds. [300, 86400]", "LONG", ("300", "86400")),
        ("within the range [1.1, 2.0].", "DECIMAL", ("1.1", "2.0")),
        ("Valid values: [5, 10]", "INT", ("None", "None")),
        ("e.g. [5, 10]", "LONG", ("None", "None")),
        ("[10, 5]", "LONG", ("None", "None")),
        ("Min 1, max 30", "INT", ("1", "30")),
        ("Max 30", "STRING", ("None", "None")),
        ("Max 5 orders", "LIST<JSON>", ("None", "None")),
    ],
)
def test_the_range_of_a_row(text: str, kind: str, expected: tuple[str, str]) -> None:
    parameter_row = row("amount", kind, text)
    assert parameter_row is not None
    assert (str(parameter_row.minimum), str(parameter_row.maximum)) == expected
    assert parameter_row.values == ()


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("amount", "amount"),
        ("`amount`", "amount"),
        ("amount*", "amount"),
        ("amount (optional)", "amount"),
        ("orders[0].id", "orders[0].id"),
        ("e.g. [1,2]", None),
        ("Some of them are mandatory:", None),
        ("ONE/TWO", None),
    ],
)
def test_the_name_of_a_row(cell: str, name: str | None) -> None:
    parameter_row = row(cell, "LONG", "")
    assert (parameter_row.name if parameter_row else None) == name


def of_page(kind: str, text: str, below: str, name: str = "kind") -> tuple[list[str], list[str]]:
    """Return the values of the first parameter, and the notes, of a page with this below the table."""
    version = read_one(
        f"{REQUEST}\n## Request Parameters\n\nName| Type| Mandatory| Description\n---|---|---|---\n"
        f"{name}| {kind}| YES| {text}\nmany| LONG| NO|\n\n{below}\n\n## Response Example\n\n    {{}}\n"
    )
    return [value for value, _ in version.parameters[0].value.values], values_of(version.notes)


def test_names_of_parameters_are_no_values() -> None:
    assert of_page("ENUM", '"many" or "few"', "") == ([], [])


@pytest.mark.parametrize(
    ("lead", "name"),
    [("Values of kind:", "kind"), ("Order kind types:", "kind"), ("Order type:", "orderType")],
)
def test_a_list_below_the_table(lead: str, name: str) -> None:
    values = of_page("ENUM", "", f"{lead}\n\n* ODD(an odd one)\n* EVEN: an even one\n", name)
    assert values == (["ODD", "EVEN"], [])


@pytest.mark.parametrize(
    "below",
    [
        "Values of kind:\n\n* ODD（new） an odd one\n* EVEN一对\n",
        "Values of kind:\n\nODD an odd one\n\nEVEN an even one\n\nNOTE: more of it later\n",
        "Values of kind:\n\nODD an odd one\n\nEVEN an even one\n\nTypes of many:\n\nFEW a few\n",
        "Values of kind:\n\n• ODD an odd one\n\n• EVEN an even one\n",
        "* Values of kind:\n\n  * ODD one that is\n    odd\n  * EVEN an even one\n* more\n",
    ],
)
def test_the_forms_of_a_list(below: str) -> None:
    assert of_page("ENUM", "", below)[0] == ["ODD", "EVEN"]


@pytest.mark.parametrize(
    "below",
    [
        "Values of kind:\n\n* ODD an odd one\n* EVEN an even one\n* Neither of them\n",
        "Values of kind:\n\n* ODD an odd one\n* EVEN an even one, etc.\n",
        "Values of kind:\n\nODD one that is\n\nodd\n\nEVEN an even one\n",
        "Values of kind:\n\nValue|Text\n---|---\nODD|odd\nboth|odd and even\nEVEN|even\n",
        "Values of kind:\n\n* ODD an odd one\n* More kinds, these types:\n* EVEN an even one\n",
        "Values of kind:\n\n* ODD an odd one\n* (new) EVEN an even one\n",
        "Values of kind:\n\n* ODD_ONE an odd one\n* ODD-TWO another\n",
        "Values of kind:\n\nODD_ONE one\n\nODD_TWO another\n\nMONEY is not moved\n",
        "* Values of kind for one:\n\n  * ODD one\n  * EVEN one\n* Values of kind for all:\n\n  * BOTH one\n",
        "Values of kind in the response:\n\n* ODD one\n* EVEN one\n",
        "* Values of kind:\n\n    * ODD one\n    * EVEN one\n\nProse.\n\n    * BOTH of them\n",
        "* Values of kind:\n\n    * ODD one\n    * EVEN one\nProse.\n\n    * BOTH of them\n",
        "Values of kind:\n\n* ODD one\n* EVEN one\n\nProse.\n\n* BOTH of them\n",
        "- Types of kind:\n\n- ODD one\n  EVEN two\n",
        "The supported types:\n\n* ODD an odd one\n* EVEN an even one\n",
        "Mandatory parameters for each kind:\n\n* ODD needs many\n* EVEN needs all\n",
        "Values of kind:\n\nODD| an odd one\n---|---\nEVEN|an even one\n",
        "Types of kind:\n\nKind|Additional mandatory parameters\n---|---\nODD|many\nEVEN|few\n",
    ],
)
def test_a_list_below_the_table_that_is_not_surely_one_of_all_values(below: str) -> None:
    assert of_page("ENUM", "", below)[0] == []


def test_a_list_below_the_table_that_lacks_the_default_is_none() -> None:
    below = "Values of kind:\n\n* ODD an odd one\n* EVEN an even one\n"
    assert of_page("ENUM", "default NONE", below)[0] == []
    assert of_page("ENUM", "default ODD", below)[0] == ["ODD", "EVEN"]
