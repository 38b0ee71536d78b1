"""The documentation pages: what they say, in both languages alike, and that no text of the spec becomes markup."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from enum import IntEnum, StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator import docs, ir, markdown
from generator.build import build
from generator.escaping import visible
from generator.load import load

ROOT = Path(__file__).parents[2]
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "**b** _i_ `c` ``cc`` [l](https://evil.example) ![i](x) <b onclick='x'> <https://a.example> | a | b | &copy; ~~s~~ "
    "# h {{ 7 * 7 }} {% raw %} {x} \"q\" 'q' \\ \\* \u2028 \u202e \x00 \U0001f600\n```\n- item\n\n# head\n\n1. one"
    "\n\n> quote\n\n***\n\n| x | y |\n|---|---|\n\n[a]: https://evil.example\n\n    code\n<!-- c -->\n\n=== `"
)
LEADING = ("# h", "- item", "+ item", "* item", "1. one", "2) two", "> quote", "---", "===", "| a |", "```", "~~~", "")


def small_api(word: Callable[[str], str] = str, *, languages: tuple[ir.Language, ...] = ("en", "zh-CN")) -> ir.Api:
    """Return an API that has one of everything; `word` makes each piece of data that is no Python name."""

    def text(en: str, zh: str) -> ir.Text:
        return ir.Text(word(en), word(zh))

    way = ir.Enum(
        "Way",
        "string",
        text("Which way.", "方向。"),
        (text("About ways.", "关于方向。"),),
        (
            ir.EnumValue(word("A_B"), "A_B", text("A to B", "从 A 到 B"), (), ir.Route(word("A"), word("B"))),
            ir.EnumValue(
                word("B_A") + "!",
                "B_A",
                text("B to A", "从 B 到 A"),
                (text("Odd.", "奇怪。"),),
                ir.Route("C", word("A")),
            ),
        ),
    )
    parameters = (
        parameter(
            "way",
            wire=word("way"),
            required=True,
            enum=way,
            wire_type="ENUM",
            annotation="Way | Unlisted",
            text=text("The way.", "方向。"),
            notes=(text("A note.", "一条备注。"),),
        ),
        parameter(
            "amount",
            wire="amount",
            required=True,
            kind="decimal",
            wire_type="DECIMAL",
            annotation="Decimal | int | str",
            rules=ir.Rules(pattern=word("^(0|1)$")),
            text=text("How much.", "数量。"),
        ),
        parameter(
            "from_pair",
            wire=word("fromPair"),
            default=word("X"),
            rules=ir.Rules(refused=(word("BNB"),), min_length=1),
            text=text("The pair.", "交易对。"),
        ),
    )
    receipt = ir.Model(
        "Receipt",
        text("A receipt.", "回执。"),
        (text("On receipts.", "关于回执。"),),
        (
            ir.Field(word("id"), "id", "int", True, text("The id.", "编号。"), (text("On ids.", "关于编号。"),)),  # noqa: FBT003
            ir.Field(word("parts"), "parts", "list[Part] | None", False, text("Parts.", "部分。"), ()),  # noqa: FBT003
        ),
        {},
    )
    parts = ir.Model("Part", text("A part.", "一部分。"), (), None, {"oneOf": [{"type": "string"}, {"type": "null"}]})
    send = ir.Operation(
        name="send_it",
        title=text("Send It", "发送"),
        text=text("Sends it.", "发送。"),
        notes=(text("Of the operation.", "关于接口。"),),
        method="POST",
        path=word("/sapi/v1/send"),
        security=word("USER_DATA"),
        keyed=True,
        signed=True,
        moves_funds=True,
        weight=ir.Weight("ip", 100, 12000, 60),
        call_limit=ir.CallLimit(5, 90),
        permissions=(
            ir.Permission(word("mayOne"), text("One.", "一。")),
            ir.Permission("mayTwo", text("Two.", "二。")),
        ),
        parameters=parameters,
        stamps=(
            ir.Stamp("timestamp", True, "LONG", text("When.", "时间。")),  # noqa: FBT003
            ir.Stamp("signature", True, "STRING", text("Over the query.", "对查询字符串签名。")),  # noqa: FBT003
        ),
        conditions=(ir.Condition(word("fromPair"), word("way"), (word("A_B"), word("B_A"), "C")),),
        result=receipt,
        result_text=text("Sent.", "已发送。"),
        response_example=json.dumps({"id": word("x")}, ensure_ascii=False, indent=2),
        example={"way": word("A_B"), "amount": "10.5", "from_pair": word("it")},
        pages={
            "en": ir.Page(f"https://example.com/{word('a')}", word("2026-01-15")),
            "zh-CN": ir.Page("https://example.com/a b(c)<d>", "2026-01-15"),
        },
    )
    return ir.Api(
        title=text("Small", "小"),
        text=text("A small API.", "一个小的 API。"),
        version=word("1.2.3"),
        languages=languages,
        servers=(ir.Server(word("https://api.example.com"), text("Default.", "默认。")),),
        budgets=(ir.Budget("ip", 12000, 60), ir.Budget("uid", 50, 7200)),
        wallets=(ir.Wallet(word("B"), text("Wallet B", "钱包 B")), ir.Wallet(word("A"), text("Wallet A", "钱包 A"))),
        errors=(
            ir.ErrorCode(-1, word("ONE"), text("First.", "第一。"), "not_executed", False, "ParameterRejected"),  # noqa: FBT003
            ir.ErrorCode(-2, "TWO", text("Second.", "第二。"), "probably_not_executed", False, "RateLimited"),  # noqa: FBT003
            ir.ErrorCode(-3, "THREE", text("Third.", "第三。"), "unknown", True, "Rejected"),  # noqa: FBT003
        ),
        enums=(way,),
        models=(receipt, parts),
        operations=(send,),
    )


def parameter(argument: str, **given: Any) -> ir.Parameter:
    plain: dict[str, Any] = {
        "wire": argument,
        "argument": argument,
        "location": "query",
        "required": False,
        "kind": "string",
        "wire_type": "STRING",
        "annotation": "str",
        "array": None,
        "enum": None,
        "default": None,
        "example": None,
        "rules": ir.Rules(),
        "text": ir.Text("", ""),
        "notes": (),
    }
    return ir.Parameter(**(plain | given))


def bare_api() -> ir.Api:
    """Return the least that a spec can say: one public read, in one language."""
    full = small_api(languages=("en",))
    nothing = ir.Text("")
    result = ir.Model("Answer", nothing, (), None, {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}})
    least = replace(
        full.operations[0],
        title=nothing,
        text=nothing,
        notes=(),
        method="GET",
        keyed=False,
        signed=False,
        moves_funds=False,
        call_limit=None,
        permissions=(),
        parameters=(),
        stamps=(),
        conditions=(),
        result=result,
        result_text=nothing,
        example={},
        pages={"en": ir.Page("https://example.com", "2026-01-15")},
    )
    return replace(
        full,
        title=nothing,
        text=nothing,
        budgets=(),
        wallets=(),
        errors=(),
        enums=(),
        models=(result,),
        operations=(least,),
    )


@pytest.fixture(scope="module")
def real_api() -> ir.Api:
    return build(load(ROOT / "spec" / "binance.yaml", "spec/binance.yaml"))


def rows(page: str, first_column: str) -> list[str]:
    """Return the lines of the table that begins with a column."""
    lines = page.splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(f"| {first_column} |"))
    end = next(
        index for index in range(start, len(lines) + 1) if index == len(lines) or not lines[index].startswith("|")
    )
    return lines[start:end]


def shape(tokens: list[Token] | None) -> list[Any]:
    """Return what a page is made of, without its words."""
    return [
        (token.type, token.tag, token.info if token.type == "fence" else "", shape(token.children))
        for token in tokens or ()
    ]


def cells(page: str) -> list[int]:
    """Return the number of cells of every line of every table."""
    return [len(re.findall(r"(?<!\\)\|", line)) - 1 for line in page.splitlines() if line.startswith("|")]


def words_of(tokens: list[Token]) -> str:
    return "".join(token.content for token in tokens)


# What the pages say


def test_every_language_has_every_page() -> None:
    names = ["README.md", "enums.md", "limits.md", "errors.md", "endpoints/send_it.md"]
    assert list(docs.pages(small_api())) == [f"{language}/{name}" for language in ("en", "zh-CN") for name in names]
    assert list(docs.pages(small_api(languages=("en",)))) == [f"en/{name}" for name in names]


def test_every_page_begins_with_its_origin_and_ends_with_one_line_end() -> None:
    for page in docs.pages(small_api()).values():
        assert page.startswith("<!-- Generated by python -m generator from spec/binance.yaml; do not edit. -->\n\n[")
        assert page.endswith("\n")
        assert not page.endswith("\n\n")
        assert "\n\n\n" not in page
        assert not re.search(r"[ \t]\n", page)


def test_the_overview_lists_the_endpoints() -> None:
    pages = docs.pages(small_api())
    assert rows(pages["en/README.md"], "Endpoint")[2:] == [
        (
            "| [Send It](endpoints/send_it.md) | `POST` | `/sapi/v1/send` | 100 | IP address | 120 | `USER_DATA` "
            "| `mayOne`, `mayTwo` | yes |"
        )
    ]
    assert rows(pages["zh-CN/README.md"], "接口")[2:] == [
        (
            "| [发送](endpoints/send_it.md) | `POST` | `/sapi/v1/send` | 100 | IP 地址 | 120 | `USER_DATA` "
            "| `mayOne`、`mayTwo` | 是 |"
        )
    ]


def test_an_endpoint_lists_its_facts() -> None:
    assert rows(docs.pages(small_api())["en/endpoints/send_it.md"], "Fact")[2:] == [
        "| HTTP method | `POST` |",
        "| Path | `/sapi/v1/send` |",
        "| Python method | `send_it` |",
        "| Returns | `Receipt` |",
        "| Weight per call | 100, counted per IP address |",
        "| Budget | 12000 per minute, for this endpoint alone |",
        "| Calls per minute | 120 |",
        "| Rolling limit | 5 calls in any 90 seconds |",
        "| Security | `USER_DATA`: API key and signature |",
        "| Key permission | `mayOne`: One.<br>`mayTwo`: Two. |",
        "| Moves funds | yes |",
    ]


def test_an_endpoint_lists_its_parameters() -> None:
    pages = docs.pages(small_api())
    assert rows(pages["en/endpoints/send_it.md"], "Parameter")[2:] == [
        r"| `way` | `way` | `ENUM`, `Way \| Unlisted` | yes | — | one of [`Way`](../enums.md#way): `A_B`, `B_A!` | The way. |",
        (
            r"| `amount` | `amount` | `DECIMAL`, `Decimal \| int \| str` | yes | — | more than 0; of the form `^(0\|1)$` "
            "| How much. |"
        ),
        "| `fromPair` | `from_pair` | `STRING`, `str` | on condition | `X` | not `BNB`; not empty | The pair. |",
        "| `timestamp` | set by the client | `LONG` | yes | — | — | When. |",
        "| `signature` | set by the client | `STRING` | yes | — | — | Over the query. |",
    ]
    assert (
        "| `fromPair` | `from_pair` | `STRING`、`str` | 视条件 | `X` | 不能是 `BNB`；不能为空 | 交易对。 |"
        in (pages["zh-CN/endpoints/send_it.md"])
    )


@pytest.mark.parametrize(
    ("given", "english"),
    [
        ({"rules": ir.Rules(minimum=Decimal("1E+3"), maximum=Decimal("1E+4"))}, "1000 to 10000"),
        ({"rules": ir.Rules(minimum=Decimal("0.00000001"))}, "at least 0.00000001"),
        ({"rules": ir.Rules(max_length=9)}, "at most 9 characters"),
        (
            {"array": "repeat", "rules": ir.Rules(min_items=2)},
            "a list; its name is repeated for each item; at least 2 items",
        ),
        ({"array": "comma"}, "a list, sent as one text with commas"),
        ({"array": "json"}, "a list, sent as a JSON array"),
        ({"location": "path"}, "part of the path"),
        ({}, "—"),
    ],
)
def test_rules_are_written_out(given: dict[str, Any], english: str) -> None:
    api = small_api()
    operation = replace(api.operations[0], parameters=(parameter("some", **given),), conditions=(), example={})
    page = docs.pages(replace(api, operations=(operation,)))["en/endpoints/send_it.md"]
    assert rows(page, "Parameter")[2] == f"| `some` | `some` | `STRING`, `str` | no | — | {english} | — |"


def test_conditions_are_sentences() -> None:
    pages = docs.pages(small_api())
    assert "- `fromPair` must be given when `way` is `A_B`, `B_A` or `C`.\n" in pages["en/endpoints/send_it.md"]
    assert "- `way` 为 `A_B`、`B_A` 或 `C` 时，必须传 `fromPair`。\n" in pages["zh-CN/endpoints/send_it.md"]


def test_a_truth_value_is_shown_as_it_is_sent() -> None:
    assert markdown.code(True) == "`true`"  # noqa: FBT003


def test_the_fields_of_every_model_of_the_answer_are_listed() -> None:
    page = docs.pages(small_api())["en/endpoints/send_it.md"]
    assert rows(page, "Field")[2:] == [
        "| `id` | `id` | `int` | yes | The id. |",
        r"| `parts` | `parts` | `list[Part] \| None` | no | Parts. |",
    ]
    assert "### Part\n\nA part.\n\n`Part` is another name for `str | None`.\n" in page


def test_notes_name_what_they_stand_beside() -> None:
    page = docs.pages(small_api())["zh-CN/endpoints/send_it.md"]
    start = page.index("- 关于接口。")
    assert page[start : page.index("\n\n", start)].splitlines() == [
        "- 关于接口。",
        "- `way`：一条备注。",
        "- `Way`：关于方向。",
        "- `B_A!`：奇怪。",
        "- `Receipt`：关于回执。",
        "- `id`：关于编号。",
    ]


def test_addresses_with_brackets_are_encoded() -> None:
    page = docs.pages(small_api())["en/endpoints/send_it.md"]
    assert "- [Chinese page](https://example.com/a%20b%28c%29%3Cd%3E) of 2026-01-15\n" in page


def test_enums_list_values_notes_and_ways() -> None:
    page = docs.pages(small_api())["en/enums.md"]
    assert rows(page, "Value")[2:] == [
        "| `A_B` | `A_B` | A to B | Wallet A | Wallet B | — |",
        "| `B_A!` | `B_A` | B to A | C | Wallet A | 1 |",
    ]
    assert "\n1. `B_A!`: Odd.\n" in page
    assert rows(page, "From")[2:] == ["| Wallet A | Wallet B: `A_B` |", "| C | Wallet A: `B_A!` |"]


def test_the_graph_has_an_arrow_per_route_and_labels_what_the_names_do_not_tell() -> None:
    def value(name: str, source: str, target: str) -> ir.EnumValue:
        return ir.EnumValue(name, name, ir.Text("", ""), (), ir.Route(source, target))

    enum = ir.Enum(
        "Way",
        "string",
        ir.Text("", ""),
        (),
        (
            value("A_B", "A", "B"),
            value("B_A", "B", "A"),
            value("A_A", "A", "A"),
            value("ISO_C", "B", "C"),
            value("C_B", "C", "B"),
            value("C_A", "C", "A"),
            value("C_to_A", "C", "A"),
        ),
    )
    wallets = tuple(ir.Wallet(name, ir.Text(f"[{name}]", "")) for name in "ABC")
    page = docs.pages(replace(small_api(), enums=(enum,), wallets=wallets))["en/enums.md"]
    assert page[page.index("```mermaid") :].split("```")[1].splitlines()[1:] == [
        "graph LR",
        '    wallet1["#91;A#93;"]',
        '    wallet2["#91;B#93;"]',
        '    wallet3["#91;C#93;"]',
        "    wallet1 <--> wallet2",
        "    wallet1 --> wallet1",
        '    wallet2 -->|"ISO_C"| wallet3',
        "    wallet3 --> wallet2",
        '    wallet3 -->|"C_A, C_to_A"| wallet1',
    ]


def test_limits_list_budgets_headers_and_costs() -> None:
    page = docs.pages(small_api())["en/limits.md"]
    assert rows(page, "Counted per")[2:] == [
        "| IP address | 12000 | per minute | `X-SAPI-USED-IP-WEIGHT-1M` |",
        "| account (UID) | 50 | per 7200 seconds | `X-SAPI-USED-UID-WEIGHT-2H` |",
    ]
    assert rows(page, "Endpoint")[2:] == [
        "| [Send It](endpoints/send_it.md) | 100 | IP address | 120 | 5 calls in any 90 seconds |"
    ]


def test_errors_say_what_a_code_proves_and_who_says_so() -> None:
    pages = docs.pages(small_api())
    assert rows(pages["en/errors.md"], "Code")[2:] == [
        "| `-1` | `ONE` | First. | not executed | inferred | `ParameterRejected` | `ParameterRejected` |",
        "| `-2` | `TWO` | Second. | probably not executed | inferred | `OutcomeUnknown` | `RateLimited` |",
        "| `-3` | `THREE` | Third. | unknown | documented | `OutcomeUnknown` | `Rejected` |",
    ]
    assert "only for HTTP 5xx and for the codes `-3`.**" in pages["en/errors.md"]
    assert "只有 HTTP 5xx，以及错误码 `-3`**。" in pages["zh-CN/errors.md"]


def test_the_tree_is_that_of_the_runtime() -> None:
    page = docs.pages(small_api())["en/errors.md"]
    assert page[page.index("```text") :].split("```")[1].splitlines()[1:] == [
        "BinanceError",
        "├── InvalidRequest",
        "├── NotExecuted",
        "│   ├── NotSent",
        "│   └── Rejected",
        "│       ├── AuthenticationError",
        "│       ├── TimestampOutOfWindow",
        "│       ├── RateLimited",
        "│       │   └── IpBanned",
        "│       ├── InsufficientBalance",
        "│       └── ParameterRejected",
        "└── OutcomeUnknown",
    ]


def test_a_spec_that_says_little_has_short_pages() -> None:
    pages = docs.pages(bare_api())
    page = pages["en/endpoints/send_it.md"]
    assert "# `send_it`\n" in page
    assert "It takes no parameters." in page
    assert "`Answer` is another name for `list[Answer]`." in page
    assert "OutcomeUnknown" not in page
    assert "with Client() as client:\n    answer = client.send_it()\n    print(answer)\n" in page
    assert "No parameter has a fixed set of values." in pages["en/enums.md"]
    assert "lists no error codes" in pages["en/errors.md"]
    assert "names no budget" in pages["en/limits.md"]
    assert all("\n\n\n" not in text for text in pages.values())


# Both languages alike


def test_the_words_have_the_same_keys_and_places_in_each_language() -> None:
    def leaves(node: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
        if isinstance(node, dict):
            for key, value in node.items():
                yield from leaves(value, f"{path}/{key}")
        elif isinstance(node, list):
            for index, value in enumerate(node):
                yield from leaves(value, f"{path}/{index}")
        else:
            assert isinstance(node, str), f"{path} is {node!r}; quote it"
            yield path, sorted(re.findall(r"\{\w+\}", node))

    words = yaml.safe_load((Path(docs.__file__).parent / "templates/docs/words.yaml").read_bytes())
    assert dict(leaves(words["en"])) == dict(leaves(words["zh-CN"]))


def test_both_languages_have_the_same_tables(real_api: ir.Api) -> None:
    for api in (small_api(), real_api):
        pages = docs.pages(api)
        for path, page in pages.items():
            if path.startswith("en/"):
                assert cells(page) == cells(pages[path.replace("en/", "zh-CN/", 1)])


def test_every_line_of_a_table_is_as_wide_as_its_head(real_api: ir.Api) -> None:
    for page in docs.pages(real_api).values():
        for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
            assert len(set(cells(table))) == 1, table


# Text of the spec never becomes markup


def test_hostile_text_changes_no_page_but_its_words() -> None:
    harmless = docs.pages(small_api(lambda word: f"{word} x"))
    hostile = docs.pages(small_api(lambda word: f"{HOSTILE} {word}"))
    assert list(harmless) == list(hostile)
    for path, page in hostile.items():
        expected = PARSER.parse(harmless[path])
        found = PARSER.parse(page)
        assert shape(single_paragraphs(found)) == shape(single_paragraphs(expected)), path
        for line in re.findall(r"^    wallet.*$", page, re.MULTILINE):
            assert re.fullmatch(r' +wallet\d(?:\["[^"\[\]<>]*"\]| -->\|"[^"|<>]*"\| wallet\d)', line)
        assert "\u202e" not in page
        assert "\x00" not in page
        assert "\u2028" not in page


def single_paragraphs(tokens: list[Token]) -> list[Token]:
    """Return the tokens with paragraphs that follow each other joined: a text may have several."""
    found: list[Token] = []
    for token in tokens:
        if [each.type for each in found[-3:]] == ["paragraph_open", "inline", "paragraph_close"] and (
            token.type == "paragraph_open" and token.level == 0
        ):
            del found[-3:]
        found.append(token)
    return found


@pytest.mark.parametrize("hostile", [HOSTILE, *LEADING])
def test_hostile_text_is_shown_as_it_is(hostile: str) -> None:
    tokens = PARSER.parse(markdown.prose(hostile))
    assert all(token.type in {"paragraph_open", "inline", "paragraph_close"} for token in tokens)
    assert [[each.type for each in token.children or ()] for token in tokens if token.type == "inline"] == [
        ["text"] for _ in filter(None, visible(hostile).split("\n\n"))
    ]
    shown = "\n\n".join(words_of(token.children or []) for token in tokens if token.type == "inline")
    assert shown == visible(hostile)


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
        plain = [
            each for token in inlines for each in token.children or () if each.type not in {"link_open", "link_close"}
        ]
        assert all(each.type == "text" for each in plain)
        assert words_of(plain).removeprefix("a" if page.startswith("| a") else "") == line


@given(st.text(st.sampled_from("ab `|\\*_<&\n")))
def test_any_code_survives_a_paragraph_and_a_cell(text: str) -> None:
    line = visible(text).replace("\n\n", " ") or '""'
    (_, span, _) = PARSER.parse(f"x {markdown.code(text)}")
    assert [(each.type, each.content) for each in span.children or ()] == [("text", "x "), ("code_inline", line)]
    inlines = [
        token for token in PARSER.parse(f"| a |\n| --- |\n| {markdown.code_cell(text)} |") if token.type == "inline"
    ]
    children = inlines[1].children or []
    assert len(inlines) == 2
    assert words_of([each for each in children if each.type != "html_inline"]) == line
    assert [each.type for each in children] in (["code_inline"], ["html_inline", "text", "html_inline"])


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


def test_a_label_cannot_end_itself() -> None:
    assert markdown.label('a"] --> b["<b>;#%%{') == "a#quot;#93; --#62; b#91;#quot;#60;b#62;#59;#35;#37;#37;#123;"


# The examples


def examples(pages: dict[str, str]) -> dict[str, str]:
    found = {}
    for path, page in pages.items():
        for token in PARSER.parse(page):
            if token.type == "fence" and token.info == "python":
                found[path] = token.content
    return found


def test_an_example_is_complete() -> None:
    assert examples(docs.pages(small_api()))["en/endpoints/send_it.md"] == (
        "import os\n"
        "from decimal import Decimal\n"
        "\n"
        "from binance_transfers import Client, NotExecuted, OutcomeUnknown, Way\n"
        "\n"
        'with Client(os.environ["BINANCE_API_KEY"], os.environ["BINANCE_API_SECRET"]) as client:\n'
        "    try:\n"
        "        answer = client.send_it(\n"
        "            way=Way.A_B,\n"
        '            amount=Decimal("10.5"),\n'
        '            from_pair="it",\n'
        "        )\n"
        "    except OutcomeUnknown as unknown:\n"
        "        # It may have happened. Find out before calling again.\n"
        "        print(unknown)\n"
        "    except NotExecuted as refusal:\n"
        "        # Certainly not executed. Calling again cannot do it twice.\n"
        "        print(refusal)\n"
        "    else:\n"
        "        print(answer)\n"
    )


def test_examples_parse_whatever_their_values_are(real_api: ir.Api) -> None:
    hostile = examples(docs.pages(small_api(lambda word: f"{HOSTILE} {word}")))
    real = examples(docs.pages(real_api))
    assert len(hostile) == 2
    assert len(real) == 2 * len(real_api.operations)
    for text in (*hostile.values(), *real.values()):
        ast.parse(text)


def test_examples_run(real_api: ir.Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    calls: list[tuple[str, dict[str, Any]]] = []

    class Client:
        def __init__(self, api_key: str, secret: str) -> None:
            assert (api_key, secret) == ("key", "secret")

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def __getattr__(self, name: str) -> Callable[..., str]:
            return lambda **arguments: calls.append((name, arguments)) or "answer"  # type: ignore[func-returns-value]

    package: Any = ModuleType("binance_transfers")
    package.Client = Client
    package.NotExecuted = package.OutcomeUnknown = Exception
    for enum in real_api.enums:
        make: Any = StrEnum if enum.kind == "string" else IntEnum
        setattr(package, enum.name, make(enum.name, [(value.name, value.value) for value in enum.values]))
    monkeypatch.setitem(sys.modules, "binance_transfers", package)
    monkeypatch.setenv("BINANCE_API_KEY", "key")
    monkeypatch.setenv("BINANCE_API_SECRET", "secret")
    for text in examples(docs.pages(real_api)).values():
        exec(compile(text, "example", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out == "answer\n" * len(calls)
    sent = [(name, {key: str(value) for key, value in arguments.items()}) for name, arguments in calls]
    wanted = [(each.name, {key: str(value) for key, value in each.example.items()}) for each in real_api.operations]
    assert sent == wanted * 2


# The real pages


def test_no_emphasis_of_the_templates_fails(real_api: ir.Api) -> None:
    for path, page in docs.pages(real_api).items():
        for token in PARSER.parse(page):
            assert not any("**" in each.content for each in token.children or () if each.type == "text"), path


def test_links_lead_to_pages_that_exist(real_api: ir.Api) -> None:
    pages = docs.pages(real_api)
    for path, page in pages.items():
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", page):
            name, _, anchor = target.partition("#")
            found = (Path("/") / path).parent.joinpath(name)
            reached = pages[str(Path(*_normal(found.parts[1:])))]
            assert not anchor or anchor in [
                heading.lower() for heading in re.findall(r"^## (\w+)$", reached, re.MULTILINE)
            ]


def _normal(parts: tuple[str, ...]) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if part == "..":
            kept.pop()
        else:
            kept.append(part)
    return kept


def test_chinese_pages_have_no_english_sentence(real_api: ir.Api) -> None:
    exceptions = re.compile(r"\b(?:POST|GET) /\S+")
    for path, page in docs.pages(real_api).items():
        if not path.startswith("zh-CN/"):
            continue
        text = re.sub(r"^```.*?^```$|<!--.*?-->", "", page, flags=re.DOTALL | re.MULTILINE)
        text = exceptions.sub("", re.sub(r"`[^`\n]+`|\]\([^)]*\)", "", text))
        assert not re.findall(r"[A-Za-z][\w'-]*(?:[ ,.]+[A-Za-z][\w'-]*){3,}", text), path
        for comment in re.findall(r"^\s*# (.*)$", examples({path: page}).get(path, ""), re.MULTILINE):
            assert re.search(r"[\u4e00-\u9fff]", comment)


def test_pages_are_the_same_every_time(real_api: ir.Api) -> None:
    assert docs.pages(real_api) == docs.pages(real_api)
