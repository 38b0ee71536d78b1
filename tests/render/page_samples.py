"""Small representations of a spec, made by hand, and readers of the pages made of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi.load import load
from tests.specs import call, spec

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "**b** _i_ `c` ``cc`` [l](https://evil.example) ![i](x) <b onclick='x'> <https://a.example> | a | b | &copy; ~~s~~ "
    "# h {{ 7 * 7 }} {% raw %} {x} \"q\" 'q' \\ \\* \u2028 \u202e \x00 \U0001f600\n```\n- item\n\n# head\n\n1. one"
    "\n\n> quote\n\n***\n\n| x | y |\n|---|---|\n\n[a]: https://evil.example\n\n    code\n<!-- c -->\n\n=== `"
)
LEADING = ("# h", "- item", "+ item", "* item", "1. one", "2) two", "> quote", "---", "===", "| a |", "```", "~~~", "")


def small_api(word: Callable[[str], str] = str) -> ir.Api:
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
            text=text("The way.", "方向。"),
            notes=(text("A note.", "一条备注。"),),
        ),
        parameter(
            "amount",
            wire="amount",
            required=True,
            kind="decimal",
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
    number = ir.PythonType("int")
    parts_type = ir.union(ir.PythonType("list", (ir.PythonType("Part"),)), "None")
    receipt = ir.Model(
        "Receipt",
        text("A receipt.", "回执。"),
        (text("On receipts.", "关于回执。"),),
        (
            ir.Field(word("id"), "id", number, True, text("The id.", "编号。"), (text("On ids.", "关于编号。"),)),  # noqa: FBT003
            ir.Field(word("parts"), "parts", parts_type, False, text("Parts.", "部分。"), ()),  # noqa: FBT003
        ),
        {},
    )
    parts = ir.Model("Part", text("A part.", "一部分。"), (), None, {}, ir.union("str", "None"))
    send = ir.Operation(
        name="send_it",
        title=text("Send It", "发送"),
        text=text("Sends it.", "发送。"),
        notes=(text("Of the operation.", "关于接口。"),),
        method="POST",
        path=word("/sapi/v1/send"),
        security=word("USER_DATA"),
        requires_key=True,
        requires_signature=True,
        moves_funds=True,
        effect=None,
        when_unknown=text("Look it up.", "请查询。"),
        weight=ir.Weight("ip", 100, 12000, 60),
        call_limit=ir.CallLimit(5, 90),
        permissions=(
            ir.Permission(word("mayOne"), text("One.", "一。")),
            ir.Permission("mayTwo", text("Two.", "二。")),
        ),
        parameters=parameters,
        client_parameters=(
            ir.ClientParameter("timestamp", True, "LONG", text("When.", "时间。")),  # noqa: FBT003
            ir.ClientParameter("signature", True, "STRING", text("Over the query.", "对查询字符串签名。")),  # noqa: FBT003
        ),
        conditions=(ir.Condition(word("fromPair"), word("way"), (word("A_B"), word("B_A"), "C")),),
        result=receipt,
        result_text=text("Sent.", "已发送。"),
        success={word("code"): (word("000000"), 0, True), "status": ()},
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
        languages=("en", "zh-CN"),
        servers=(ir.Server(word("https://api.example.com"), text("Default.", "默认。")),),
        budgets=(ir.Budget("ip", 12000, 60), ir.Budget("uid", 50, 7200)),
        wallets=(
            ir.Wallet(word("B"), text("Wallet B", "钱包 B"), None),
            ir.Wallet(word("A"), text("Wallet A", "钱包 A"), "symbol"),
        ),
        errors=(
            ir.ErrorCode(-1, word("ONE"), "not_executed", False, "ParameterRejected", text("First.", "第一。")),  # noqa: FBT003
            ir.ErrorCode(-2, "TWO", "probably_not_executed", False, "RateLimited", text("Second.", "第二。")),  # noqa: FBT003
            ir.ErrorCode(-3, "THREE", "unknown", True, "Rejected", text("Third.", "第三。")),  # noqa: FBT003
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
        "annotation": ir.PythonType("str"),
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
    """Return the least that a spec can state: one public read, in one language, whose response is a list of itself."""
    schemas = "Answer: {type: array, items: {$ref: '#/components/schemas/Answer'}}\n"
    operation = call("GET /v1/send", "sendIt", schema="{$ref: '#/components/schemas/Answer'}", example="[]")
    built = build(load("spec.yaml", spec(operation, schemas=schemas).encode()))
    nameless = replace(built.operations[0], title=ir.Text(""))
    return replace(built, operations=(nameless,), budgets=(), errors=(), languages=("en",))


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


def words_of(tokens: list[Token]) -> str:
    return "".join(token.content for token in tokens)


def python_in(page: str) -> list[str]:
    return [token.content for token in PARSER.parse(page) if token.type == "fence" and token.info == "python"]
