"""The page about the sandbox, for specs whose calls do and do not move funds."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace

from generator.ir import types as ir
from generator.render import docs

from .page_samples import HOSTILE, PARSER, bare_api, parameter, python_in, rows, shape, small_api


def effective_api(word: Callable[[str], str] = str) -> ir.Api:
    """Return an API whose operations do to wallets what operations can do."""
    api = small_api(word)
    nothing = ir.Text("", "")
    values = (ir.EnumValue(word(name), name, nothing, (), None) for name in ("A_B", "B_PAIR", "PAIR_B"))
    way = replace(parameter("way", required=True), enum=ir.Enum("Way", "string", nothing, (), tuple(values)))
    names = [word(name) for name in ("A", "B", "PAIR")]
    moving = replace(
        api.operations[0],
        effect=ir.Transfer(
            by="way",
            routes={
                word("A_B"): (names[0], names[1]),
                word("B_PAIR"): (names[1], names[2]),
                word("PAIR_B"): (names[2], names[1]),
            },
            asset="asset",
            amount="howMuch",
            receipt="id",
            source_owner="fromPair",
            target_owner="toPair",
        ),
        parameters=(
            way,
            parameter("asset", required=True),
            parameter("how_much", wire="howMuch", required=True, kind="decimal"),
            parameter("from_pair", wire="fromPair"),
            parameter("to_pair", wire="toPair"),
        ),
        conditions=(ir.Condition("fromPair", "way", (word("PAIR_B"),)),),
        example={"way": word("A_B"), "asset": word("USDT"), "how_much": "10.5"},
    )
    idle = replace(moving, parameters=(), conditions=(), example={})
    return replace(
        api,
        wallets=tuple(ir.Wallet(name, nothing, "symbol" if name == names[2] else None) for name in names),
        operations=(
            replace(idle, name="sweep", effect=ir.Collection((names[0], names[1]), "C", None, (word("X"), "Y"))),
            replace(idle, name="sweep_one", effect=ir.Collection((names[0],), "C", "asset", ())),
            replace(idle, name="ask", effect=ir.Report("way", {}, "asset", "amount"), moves_funds=False),
            moving,
            replace(idle, name="idle", effect=None),
        ),
    )


def items(page: str) -> list[str]:
    return re.findall("^- (.*)$", page, re.MULTILINE)


def test_the_testing_page_shows_a_transfer_and_what_the_sandbox_makes_of_the_spec() -> None:
    pages = docs.pages(effective_api())
    page = pages["en/testing.md"]
    test = python_in(page)[0]
    assert "from binance_transfers import Client, OutcomeUnknown, RateLimited, Rejected, Way\n" in test
    assert (
        '        client.send_it(\n            way=Way.A_B,\n            asset="USDT",\n            how_much=missing,\n'
        in test
    )
    assert '    binance_sandbox.credit("A", "USDT", TARGET)\n' in test
    assert '    assert binance_sandbox.balance("B", "USDT") == TARGET\n' in test
    assert "    with pytest.raises(Rejected):\n" in test
    assert '  -d \'{"wallet": "A", "asset": "USDT", "amount": "10.5"}\'\n' in page
    assert rows(page, "Wallet")[2:] == ["| `A` | — | — |", "| `B` | — | — |", "| `PAIR` | — | `symbol=` |"]
    assert items(page)[:6] == [
        "`sweep` moves every asset from `A` and `B`, in this order, to `C`. Not moved: `X` and `Y`.",
        "`sweep_one` moves the whole balance of its asset from `A` to `C`.",
        "A collection that finds nothing succeeds.",
        "`ask`: the response gives the whole balance of the wallet that funds would leave.",
        "`idle`: nothing moves, and the response is the example in the endpoint's documentation.",
        "`B_PAIR` needs `toPair`, even if the endpoint's page does not require it: there are several wallets of that kind.",
    ]
    assert (
        items(pages["zh-CN/testing.md"])[0]
        == "`sweep` 把所有资产转入 `C`，来源为 `A` 和 `B`（按此顺序）。不归集 `X` 和 `Y`。"
    )


def test_a_refusal_is_the_one_that_the_spec_has_for_a_wallet_that_holds_too_little() -> None:
    code = ir.ErrorCode(-5002, "LOW", "not_executed", False, "InsufficientBalance", text=ir.Text("", ""))  # noqa: FBT003
    page = docs.pages(replace(effective_api(), errors=(code,)))["en/testing.md"]
    assert "    with pytest.raises(InsufficientBalance):\n" in python_in(page)[0]


def test_a_spec_without_a_plain_transfer_has_no_test_on_the_testing_page() -> None:
    api = effective_api()
    several = replace(api, wallets=tuple(replace(wallet, per="email") for wallet in api.wallets))
    for unable in (small_api(), bare_api(), several):
        page = docs.pages(unable)["en/testing.md"]
        assert "def test_" not in page
        assert "curl" not in page
        assert len(python_in(page)) == 3
        assert not any("credit(" in code for code in python_in(page))
        for code in python_in(page):
            ast.parse(code)
    nothing = docs.pages(replace(small_api(), operations=()))["en/testing.md"]
    assert python_in(nothing) == []
    assert nothing.count("\n## ") == docs.pages(api)["en/testing.md"].count("\n## ")


def test_hostile_names_of_wallets_and_assets_stay_text() -> None:
    harmless, hostile = (
        docs.pages(effective_api(word)) for word in (lambda name: f"{name} x", lambda name: f"{HOSTILE} {name}")
    )
    for path in ("en/testing.md", "zh-CN/testing.md"):
        assert shape(PARSER.parse(hostile[path])) == shape(PARSER.parse(harmless[path]))
        for code in python_in(hostile[path]):
            ast.parse(code)
        assert len(python_in(hostile[path])) == 4
