"""The checks of the documentation are worth something: each change of one thing is reported."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from . import docs_checks, words_checks
from .pages import DOCS
from .reader import Spec

Check = Callable[[Spec, Path], Iterator[str]]
CHECKS: list[Check] = [
    docs_checks.page_list,
    docs_checks.overview,
    docs_checks.facts,
    docs_checks.parameters,
    docs_checks.conditions,
    docs_checks.fields,
    docs_checks.enums,
    docs_checks.wallets,
    docs_checks.limits,
    docs_checks.errors,
    words_checks.texts,
    words_checks.endpoint_texts,
    words_checks.shapes,
    words_checks.languages,
    words_checks.typesetting,
    words_checks.links,
]


class Change(NamedTuple):
    what: str
    check: Check
    file: str
    before: str
    after: str


_PAGES, _OVERVIEW, _FACTS, _PARAMETERS, _CONDITIONS, _FIELDS, _ENUMS, _WALLETS, _LIMITS, _ERRORS = CHECKS[:10]
_TEXTS, _ENDPOINTS, _SHAPES, _LANGUAGES, _TYPESETTING, _LINKS = CHECKS[10:]
_TRANSFER, _COLLECT, _AUTO, _MARGIN = (
    f"{{}}/endpoints/{name}.md"
    for name in (
        "user_universal_transfer",
        "fund_collection_by_asset",
        "fund_auto_collection",
        "margin_transfer_for_sub_account",
    )
)
_EN, _ZH = "en", "zh-CN"

CHANGES = [
    Change("a weight in the overview", _OVERVIEW, "en/README.md", "| 900 |", "| 300 |"),
    Change("a scope in the Chinese overview", _OVERVIEW, "zh-CN/README.md", "| 900 | 账户（UID）", "| 900 | IP 地址"),
    Change("a Chinese cell of the overview", _OVERVIEW, "zh-CN/README.md", "| 否 |", "| 是 |"),
    Change("a Chinese title", _OVERVIEW, "zh-CN/README.md", "[用户万向划转]", "[万向划转]"),
    Change("a permission in the overview", _OVERVIEW, "en/README.md", "`permitsUniversalTransfer`", "—"),
    Change("a server", _OVERVIEW, "en/README.md", "https://api2.binance.com", "https://api7.binance.com"),
    Change("the version", _OVERVIEW, "en/README.md", "0.1.0", "0.0.9"),
    Change("a path", _FACTS, _TRANSFER.format(_EN), "| `/sapi/v1/asset/transfer` |", "| `/sapi/v1/transfer` |"),
    Change("the weight of a page", _FACTS, _TRANSFER.format(_ZH), "| 900，", "| 300，"),
    Change("the budget of a page", _FACTS, _TRANSFER.format(_ZH), "180000", "12000"),
    Change("calls per minute", _FACTS, _COLLECT.format(_EN), "| 200 |", "| 20 |"),
    Change("the cap", _FACTS, _AUTO.format(_EN), "500 calls in any hour", "50 calls in any hour"),
    Change("the period of the cap", _FACTS, _AUTO.format(_ZH), "1 小时内最多 500", "1 分钟内最多 500"),
    Change("what the key needs", _FACTS, _MARGIN.format(_ZH), "允许现货及杠杆交易", "允许提现"),
    Change("whether it moves funds", _FACTS, _COLLECT.format(_EN), "| Moves funds | yes |", "| Moves funds | no |"),
    Change(
        "a parameter left out",
        _PARAMETERS,
        _TRANSFER.format(_EN),
        "| `toSymbol` | `to_symbol` |",
        "| `other` | `other` |",
    ),
    Change("an argument", _PARAMETERS, _TRANSFER.format(_ZH), "| `from_symbol` |", "| `fromSymbol` |"),
    Change("a type", _PARAMETERS, _TRANSFER.format(_EN), r"`Decimal \| int \| str`", r"`Decimal \| float`"),
    Change("a requirement", _PARAMETERS, _MARGIN.format(_ZH), "`str` | 是 |", "`str` | 否 |"),
    Change("a default", _PARAMETERS, _MARGIN.format(_EN), "| `5000` |", "| `6000` |"),
    Change("a range", _PARAMETERS, _MARGIN.format(_ZH), "60000", "70000"),
    Change("a refused value", _PARAMETERS, _COLLECT.format(_EN), "`BNB`", "`BTC`"),
    Change("a pattern", _PARAMETERS, _TRANSFER.format(_ZH), "{1,20})(", "{1,30})("),
    Change("the text of a parameter", _PARAMETERS, _MARGIN.format(_ZH), "逐字节原样发送", "原样发送"),
    Change(
        "the timestamp", _PARAMETERS, _AUTO.format(_EN), "less than one second ahead", "less than two seconds ahead"
    ),
    Change("the signature", _PARAMETERS, _AUTO.format(_ZH), "| `signature` |", "| `sign` |"),
    Change(
        "a value of a condition",
        _CONDITIONS,
        _TRANSFER.format(_EN),
        "`MARGIN_ISOLATEDMARGIN` or",
        "`MARGIN_FUNDING` or",
    ),
    Change(
        "the parameter of a condition", _CONDITIONS, _TRANSFER.format(_ZH), "必须传 `fromSymbol`", "必须传 `toSymbol`"
    ),
    Change(
        "a field",
        _FIELDS,
        _TRANSFER.format(_EN),
        "| `tranId` | `tran_id` | `int` |",
        "| `tranId` | `tran_id` | `str` |",
    ),
    Change("the text of a field", _FIELDS, _COLLECT.format(_ZH), "其他内容都不代表成功", "其他内容也代表成功"),
    Change(
        "a value without its row",
        _ENUMS,
        "en/enums.md",
        "| `OPTION_MAIN` | `OPTION_MAIN` | Options wallet to spot wallet | Options wallet | Spot wallet | — |\n",
        "",
    ),
    Change("the meaning of a value", _ENUMS, "zh-CN/enums.md", "从期权钱包划转到现货钱包", "从现货钱包划转到期权钱包"),
    Change("a member", _ENUMS, "en/enums.md", "| `1` | `SPOT_TO_MARGIN` |", "| `2` | `SPOT_TO_MARGIN` |"),
    Change("a wallet of a value", _ENUMS, "zh-CN/enums.md", "| 期权钱包 | 现货钱包 |", "| 现货钱包 | 期权钱包 |"),
    Change("an arrow left out", _WALLETS, "en/enums.md", "    wallet1 <--> wallet8\n", ""),
    Change(
        "an arrow turned", _WALLETS, "zh-CN/enums.md", '    wallet1 -->|"1"| wallet2', '    wallet2 -->|"1"| wallet1'
    ),
    Change("an arrow one way only", _WALLETS, "en/enums.md", "wallet1 <--> wallet2", "wallet1 --> wallet2"),
    Change(
        "isolated margin twice",
        _WALLETS,
        "en/enums.md",
        "    wallet1 <--> wallet2",
        '    wallet9["Isolated margin wallet"]\n    wallet1 <--> wallet2',
    ),
    Change("a destination", _WALLETS, "zh-CN/enums.md", "期权钱包：`MAIN_OPTION`", "期权钱包：`OPTION_MAIN`"),
    Change("a budget", _LIMITS, "en/limits.md", "| 180000 |", "| 12000 |"),
    Change("a header", _LIMITS, "zh-CN/limits.md", "X-SAPI-USED-UID", "X-SAPI-USED-IP"),
    Change("a cost", _LIMITS, "zh-CN/limits.md", "| 1500 |", "| 150 |"),
    Change("a code without its row", _ERRORS, "zh-CN/errors.md", "| `-5012` |", "| `-5112` |"),
    Change("an outcome", _ERRORS, "en/errors.md", "under way. | unknown |", "under way. | not executed |"),
    Change("an inference made a fact", _ERRORS, "zh-CN/errors.md", "| 推断 |", "| 文档 |"),
    Change(
        "what a code raises",
        _ERRORS,
        "en/errors.md",
        "| `OutcomeUnknown` | `RateLimited` |",
        "| `RateLimited` | `RateLimited` |",
    ),
    Change(
        "a word of a description", _TEXTS, _AUTO.format(_EN), "Neither assets nor amounts", "Neither asset nor amount"
    ),
    Change("a word of a Chinese description", _TEXTS, _AUTO.format(_ZH), "资产和数量都不能指定", "资产不能指定"),
    Change("a word of an enum", _TEXTS, "zh-CN/enums.md", "是一个钱包，不是两个", "是两个钱包"),
    Change(
        "a note left out",
        _ENDPOINTS,
        _TRANSFER.format(_EN),
        "- `toSymbol`: The pages do not say",
        "- `toSymbol`: The pages say",
    ),
    Change("a note of our own", _ENDPOINTS, _COLLECT.format(_ZH), "- `asset`：", "- 一条备注。\n- `asset`："),
    Change(
        "another source",
        _ENDPOINTS,
        _COLLECT.format(_EN),
        "(https://developers.binance.com/docs/d",
        "(https://binance.com/docs/d",
    ),
    Change("the date of a source", _ENDPOINTS, _TRANSFER.format(_ZH), "日期 2026-02-11", "日期 2026-02-12"),
    Change("the answer's text", _ENDPOINTS, _COLLECT.format(_ZH), "该资产已归集。", ""),
    Change("an example in one language", _SHAPES, _TRANSFER.format(_ZH), 'asset="USDT"', 'asset="USDC"'),
    Change("a column in one language", _SHAPES, "zh-CN/limits.md", "| 滚动限制 |\n| --- |", "|\n|"),
    Change("an answer in one language", _SHAPES, _MARGIN.format(_EN), "2966662589", "2966662590"),
    Change("a paragraph in one language", _SHAPES, "zh-CN/limits.md", "## 额度\n", "## 额度\n\n多一段。\n"),
    Change(
        "a sentence left in English",
        _LANGUAGES,
        _TRANSFER.format(_ZH),
        "划转请求已受理。",
        "The transfer was accepted.",
    ),
    Change("an English heading", _LANGUAGES, _TRANSFER.format(_ZH), "## 参数", "## Parameters"),
    Change(
        "a sentence left in Chinese",
        _LANGUAGES,
        _TRANSFER.format(_EN),
        "The transfer was accepted.",
        "划转请求已受理。",
    ),
    Change(
        "a comment in English",
        _LANGUAGES,
        _TRANSFER.format(_ZH),
        "# 可能已经执行，请先查明结果，再决定是否重新调用。",
        "# May have happened.",
    ),
    Change("emphasis that does not close", _TYPESETTING, _TRANSFER.format(_ZH), "资金**。", "资金。**"),
    Change("a value of Python", _TYPESETTING, "en/limits.md", "| — |", "| None |"),
    Change(
        "a dict of Python",
        _TYPESETTING,
        "en/errors.md",
        "| No request left this machine: there was",
        "| {'No request left this machine': 'there was'}",
    ),
    Change("a cell too many", _TYPESETTING, "en/errors.md", "| `Rejected` |\n", "| `Rejected` | more | more |\n"),
    Change("no blank before Latin", _TYPESETTING, "zh-CN/README.md", "币安 SAPI", "币安SAPI"),
    Change("a blank after a full stop", _TYPESETTING, "zh-CN/README.md", "可划转金额。内容", "可划转金额。 内容"),
    Change("a link to nowhere", _LINKS, "en/README.md", "(limits.md)", "(limit.md)"),
    Change("a link to no heading", _LINKS, _TRANSFER.format(_EN), "#transfertype", "#transfer-type"),
    Change("the other language's page", _LINKS, "zh-CN/limits.md", "(../en/limits.md)", "(../english/limits.md)"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    shutil.copytree(DOCS, folder)
    return folder


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.what)
def test_a_change_of_one_thing_is_reported(change: Change, spec: Spec, copy: Path) -> None:
    file = copy / change.file
    text = file.read_text(encoding="utf-8")
    assert change.before in text
    before = list(change.check(spec, copy))
    file.write_text(text.replace(change.before, change.after, 1), encoding="utf-8")
    assert set(change.check(spec, copy)) - set(before), "nothing was reported"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_page_that_is_missing_is_reported(language: str, spec: Spec, copy: Path) -> None:
    (copy / language / "endpoints" / "fund_auto_collection.md").unlink()
    assert len(list(docs_checks.page_list(spec, copy))) == 1
    assert list(words_checks.links(spec, copy))


def test_a_page_that_no_link_leads_to_is_reported(spec: Spec, copy: Path) -> None:
    (copy / "en" / "more.md").write_text("# More\n", encoding="utf-8")
    assert list(words_checks.links(spec, copy)) == ["en/more.md: no link leads there"]
    assert list(docs_checks.page_list(spec, copy))


def test_every_check_was_seen_to_report_something() -> None:
    assert {change.check for change in CHANGES} | {docs_checks.page_list} == set(CHECKS)
