"""The checks of the documentation are worth something: each change of one thing is reported."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from . import docs_checks, words_checks
from .pages import DOCS
from .reader import Operation, Spec, Value, text
from .samples import (
    AMOUNT,
    AMOUNT_AT,
    CAPPED,
    CHOOSING,
    COLLECTION,
    CONDITION,
    CONDITIONAL,
    CONSTANT,
    CONSTANT_AT,
    ID,
    ID_AT,
    LIMIT,
    MOVING,
    NEEDED,
    NEEDING,
    NOTED,
    NOTED_AT,
    NUMBERS,
    ONCE,
    PER,
    PERMISSION,
    PERMITTED,
    RANGED,
    RANGED_AT,
    REFUSER,
    REFUSING,
    REPORTING,
    SEVERAL,
    SPEC,
    SPELT,
    SPELT_AT,
    STAYS,
    TWO_WAYS,
    VALUE,
    WORDS,
    arrow,
    changed,
    chinese,
    english,
    error,
    wallet,
)

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
    docs_checks.client,
    docs_checks.testing,
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


_PAGES, _OVERVIEW, _FACTS, _PARAMETERS, _CONDITIONS, _FIELDS, _ENUMS, _WALLETS, _LIMITS, _ERRORS, _CLIENT, _TESTING = (
    CHECKS[:12]
)
_TEXTS, _ENDPOINTS, _SHAPES, _LANGUAGES, _TYPESETTING, _LINKS = CHECKS[12:]
_EN, _ZH = "en", "zh-CN"
_SCOPE = {"ip": "IP", "uid": "账户（UID）"}[CAPPED.scope]
_UNKNOWN = error(outcome="unknown", documented=False)
_SERVER = SPEC.data["servers"][-1]["url"]
_BUDGET = SPEC.data["x-binance-rate-limits"][CAPPED.scope]["weight"]
_SOURCES = CAPPED.node["x-binance-source"]


def _page(operation: Operation, language: str) -> str:
    return f"{language}/endpoints/{operation.name}.md"


def _row(value: Value, language: str) -> str:
    """Return the beginning of a value's row; the wallets come next."""
    return f"| `{value.value}` | `{value.name}` | {value.text.of(language)} |"


def _wallets(value: Value, language: str) -> list[str]:
    return [wallet(name, language) for name in value.moves or ()]


CHANGES = [
    Change("a weight in the overview", _OVERVIEW, "en/README.md", f"| {CAPPED.weight} |", f"| {CAPPED.weight + 1} |"),
    Change(
        "a scope in the Chinese overview",
        _OVERVIEW,
        "zh-CN/README.md",
        f"| {CAPPED.weight} | {_SCOPE}",
        f"| {CAPPED.weight} | 某处",
    ),
    Change("a Chinese cell of the overview", _OVERVIEW, "zh-CN/README.md", "| 否 |", "| 是 |"),
    Change("a Chinese title", _OVERVIEW, "zh-CN/README.md", f"[{CAPPED.title.zh}]", "[某接口]"),
    Change("a permission in the overview", _OVERVIEW, "en/README.md", f"`{PERMISSION}`", "—"),
    Change("a server", _OVERVIEW, "en/README.md", _SERVER, "https://example.com"),
    Change("the version", _OVERVIEW, "en/README.md", SPEC.data["info"]["version"], "0.0.0.9"),
    Change("a path", _FACTS, _page(CAPPED, _EN), f"| `{CAPPED.path}` |", f"| `{CAPPED.path}/more` |"),
    Change("the weight of a page", _FACTS, _page(CAPPED, _ZH), f"| {CAPPED.weight}，", f"| {CAPPED.weight + 1}，"),
    Change("the budget of a page", _FACTS, _page(CAPPED, _ZH), str(CAPPED.budget), str(CAPPED.budget + 1)),
    Change(
        "calls per minute",
        _FACTS,
        _page(CAPPED, _EN),
        f"| {CAPPED.calls_per_minute} |",
        f"| {CAPPED.calls_per_minute + 1} |",
    ),
    Change("the cap", _FACTS, _page(CAPPED, _EN), f"| {LIMIT['calls']} calls", f"| {LIMIT['calls'] + 1} calls"),
    Change("the period of the cap", _FACTS, _page(CAPPED, _ZH), "内最多 ", "和一年内最多 9"),
    Change("what the key needs", _FACTS, _page(PERMITTED, _ZH), chinese(text(PERMITTED.permissions[0])), "允许提现"),
    Change("whether it moves funds", _FACTS, _page(MOVING, _EN), "| Moves funds | yes |", "| Moves funds | no |"),
    Change(
        "a parameter left out",
        _PARAMETERS,
        _page(SPELT_AT, _EN),
        f"| `{SPELT.wire}` | `{SPELT.argument}` |",
        "| `x` | `x` |",
    ),
    Change("an argument", _PARAMETERS, _page(SPELT_AT, _ZH), f"| `{SPELT.argument}` |", f"| `{SPELT.wire}` |"),
    Change("a type", _PARAMETERS, _page(AMOUNT_AT, _EN), r"`Decimal \| int \| str`", r"`Decimal \| float`"),
    Change("Binance's type", _PARAMETERS, _page(RANGED_AT, _EN), f"| `{RANGED.wire_type}`, ", "| `SHORT`, "),
    Change("a requirement", _PARAMETERS, _page(NEEDING, _ZH), "`str` | 是 |", "`str` | 否 |"),
    Change("a default", _PARAMETERS, _page(RANGED_AT, _EN), f"| `{RANGED.default}` |", "| `9999999` |"),
    Change("a range", _PARAMETERS, _page(RANGED_AT, _ZH), f" {RANGED.bound('maximum')} |", " 9999999 |"),
    Change("a refused value", _PARAMETERS, _page(REFUSING, _EN), f"`{REFUSER.refused[0]}`", "`SOMETHING`"),
    Change("a pattern", _PARAMETERS, _page(AMOUNT_AT, _ZH), f"格式为 `{AMOUNT.schema['pattern'][:3]}", "格式为 `"),
    Change("the text of a parameter", _PARAMETERS, _page(NEEDING, _ZH), f"| {NEEDED.text.zh} |", "| 某参数。 |"),
    Change(
        "the timestamp",
        _PARAMETERS,
        _page(CAPPED, _EN),
        "| `timestamp` | set by the client | `LONG` | yes |",
        "| `timestamp` | set by the client | `LONG` | no |",
    ),
    Change("the signature", _PARAMETERS, _page(CAPPED, _ZH), "| `signature` |", "| `sign` |"),
    Change("a value of a condition", _CONDITIONS, _page(CONDITIONAL, _EN), f"is `{CONDITION[2][0]}`", "is `SOMETHING`"),
    Change(
        "the parameter of a condition", _CONDITIONS, _page(CONDITIONAL, _ZH), f"必须传 `{CONDITION[0]}`", "必须传 `x`"
    ),
    Change(
        "a field",
        _FIELDS,
        _page(ID_AT, _EN),
        f"| `{ID.wire}` | `{ID.name}` | `int` |",
        f"| `{ID.wire}` | `{ID.name}` | `str` |",
    ),
    Change("the text of a field", _FIELDS, _page(CONSTANT_AT, _ZH), chinese(CONSTANT.text), "某字段"),
    Change("a table of fields left out", _FIELDS, _page(ID_AT, _ZH), "| 字段 | 属性名 | 类型 |", "| 字段 | 类型 |"),
    Change(
        "a value without its row",
        _ENUMS,
        "en/enums.md",
        f"{_row(VALUE, _EN)} {' | '.join(_wallets(VALUE, _EN))} | — |\n",
        "",
    ),
    Change(
        "the meaning of a value",
        _ENUMS,
        "zh-CN/enums.md",
        _row(VALUE, _ZH),
        f"| `{VALUE.value}` | `{VALUE.name}` | 别的 |",
    ),
    Change("a member", _ENUMS, "en/enums.md", f"| `{NUMBERS.values[0].value}` | `", "| `99` | `"),
    Change(
        "a wallet of a value",
        _ENUMS,
        "zh-CN/enums.md",
        f"{_row(VALUE, _ZH)} {_wallets(VALUE, _ZH)[0]} |",
        f"{_row(VALUE, _ZH)} 钱包 |",
    ),
    Change("an arrow left out", _WALLETS, "en/enums.md", f"    {arrow(WORDS, TWO_WAYS, '<-->')}\n", ""),
    Change(
        "an arrow turned",
        _WALLETS,
        "zh-CN/enums.md",
        arrow(NUMBERS, NUMBERS.values[0], f'-->|"{NUMBERS.values[0].value}"|'),
        " ".join(reversed(arrow(NUMBERS, NUMBERS.values[0], f'-->|"{NUMBERS.values[0].value}"|').split())),
    ),
    Change(
        "an arrow one way only",
        _WALLETS,
        "en/enums.md",
        arrow(WORDS, TWO_WAYS, "<-->"),
        arrow(WORDS, TWO_WAYS, "-->"),
    ),
    Change(
        "a wallet twice",
        _WALLETS,
        "en/enums.md",
        f"    {arrow(WORDS, TWO_WAYS, '<-->')}\n",
        f'    wallet99["{_wallets(TWO_WAYS, _EN)[0]}"]\n    {arrow(WORDS, TWO_WAYS, "<-->")}\n',
    ),
    Change("a destination", _WALLETS, "zh-CN/enums.md", f"：`{VALUE.value}`", "：`SOMETHING`"),
    Change("a budget", _LIMITS, "en/limits.md", f"| {_BUDGET} |", f"| {_BUDGET + 1} |"),
    Change("a header", _LIMITS, "zh-CN/limits.md", f"X-SAPI-USED-{CAPPED.scope.upper()}", "X-SAPI-USED-ANY"),
    Change("a cost", _LIMITS, "zh-CN/limits.md", f") | {CAPPED.weight} |", f") | {CAPPED.weight + 1} |"),
    Change("a code without its row", _ERRORS, "zh-CN/errors.md", f"| `{_UNKNOWN['code']}` |", "| `-99999` |"),
    Change(
        "an outcome",
        _ERRORS,
        "en/errors.md",
        f"{_UNKNOWN['description']} | unknown |",
        f"{_UNKNOWN['description']} | not executed |",
    ),
    Change("an inference made a fact", _ERRORS, "zh-CN/errors.md", "| 推断 |", "| 文档 |"),
    Change(
        "what a code raises",
        _ERRORS,
        "en/errors.md",
        "| `OutcomeUnknown` | `NotExecuted` |",
        "| `OutcomeUnknown` | `Rejected` |",
    ),
    Change(
        "the default of a setting", _CLIENT, "zh-CN/client.md", "| `deadline` | `60.0` |", "| `deadline` | `30.0` |"
    ),
    Change("a setting left out", _CLIENT, "en/client.md", "| `when_full` |", "| `when_empty` |"),
    Change("a default of the retries", _CLIENT, "en/client.md", "| `attempts` | `3` |", "| `attempts` | `5` |"),
    Change("a variable", _CLIENT, "zh-CN/client.md", "| `BINANCE_API_SECRET` |", "| `BINANCE_SECRET` |"),
    Change("an attribute of attempts", _CLIENT, "en/client.md", "| `duration` |", "| `seconds` |"),
    Change("a wallet of the sandbox", _TESTING, "en/testing.md", f"| `{SEVERAL}` |", "| `ELSEWHERE` |"),
    Change("what tells wallets apart", _TESTING, "zh-CN/testing.md", f" | `{PER}=` |", " | — |"),
    Change("a kind of failure", _TESTING, "en/testing.md", "| `html` |", "| `xml` |"),
    Change("whether a failed call is executed", _TESTING, "zh-CN/testing.md", "| 从不 |", "| 是 |"),
    Change("the default of a failure", _TESTING, "en/testing.md", "| `times` | `1` |", "| `times` | `2` |"),
    Change(
        "what a test can ask", _TESTING, "zh-CN/testing.md", "| `balance(wallet, asset)` |", "| `balance(wallet)` |"
    ),
    Change("a path of the control", _TESTING, "en/testing.md", "| `/sandbox/skew` |", "| `/sandbox/clock` |"),
    Change("a field of the control", _TESTING, "zh-CN/testing.md", "| `milliseconds` | — |", "| — | `milliseconds` |"),
    Change("a code of the sandbox", _TESTING, "en/testing.md", "`-5021`", "`-5020`"),
    Change("the wallet that is entered", _TESTING, "zh-CN/testing.md", f"转入 `{COLLECTION['target']}`", "转入别处"),
    Change("an asset that stays", _TESTING, "en/testing.md", f"Not moved: `{STAYS}`", "Not moved: nothing"),
    Change("an operation that is not told", _TESTING, "zh-CN/testing.md", f"- `{REPORTING.name}` ", "- `某接口` "),
    Change("a word of a description", _TEXTS, _page(CAPPED, _EN), english(CAPPED.text), "Some other words."),
    Change("a word of a Chinese description", _TEXTS, _page(CAPPED, _ZH), chinese(CAPPED.text), "别的"),
    Change("the words of a value", _TEXTS, "zh-CN/enums.md", ONCE.text.zh, "别的"),
    Change(
        "a note left out", _ENDPOINTS, _page(NOTED_AT, _EN), f"- `{NOTED.wire}`: {english(NOTED.notes[0])}", "- Others."
    ),
    Change(
        "a note of our own",
        _ENDPOINTS,
        _page(NOTED_AT, _ZH),
        f"- `{NOTED.wire}`：",
        f"- 一条备注。\n- `{NOTED.wire}`：",
    ),
    Change("another source", _ENDPOINTS, _page(CAPPED, _EN), f"({_SOURCES[_EN]['url']})", "(https://example.com)"),
    Change("the date of a source", _ENDPOINTS, _page(CAPPED, _ZH), f"日期 {_SOURCES[_ZH]['read']}", "日期 1999-12-31"),
    Change("the answer's text", _ENDPOINTS, _page(CAPPED, _ZH), CAPPED.response_text.zh, ""),
    Change("what to check", _ENDPOINTS, _page(MOVING, _ZH), f"\n\n{MOVING.when_unknown.zh}\n", "\n\n请自行查明。\n"),
    Change("an example in one language", _SHAPES, _page(NEEDING, _ZH), f'{NEEDED.argument}="', f'{NEEDED.argument}="x'),
    Change("a column in one language", _SHAPES, "zh-CN/limits.md", "| 滚动限制 |\n| --- |", "|\n|"),
    Change("an answer in one language", _SHAPES, _page(MOVING, _EN), '```json\n{\n  "', '```json\n{\n  "x'),
    Change("a paragraph in one language", _SHAPES, "zh-CN/limits.md", "## 额度\n", "## 额度\n\n多一段。\n"),
    Change(
        "a message left in English", _LANGUAGES, _page(CAPPED, _ZH), CAPPED.response_text.zh, CAPPED.response_text.en
    ),
    Change("an English heading", _LANGUAGES, _page(CAPPED, _ZH), "## 参数", "## Parameters"),
    Change(
        "a message left in Chinese", _LANGUAGES, _page(CAPPED, _EN), CAPPED.response_text.en, CAPPED.response_text.zh
    ),
    Change(
        "a comment in English",
        _LANGUAGES,
        _page(MOVING, _ZH),
        "# 可能已经执行，请先查明结果，再决定是否重新调用。",
        "# May have happened.",
    ),
    Change("emphasis that does not close", _TYPESETTING, _page(MOVING, _ZH), "资金**。", "资金。**"),
    Change("a value of Python", _TYPESETTING, "en/limits.md", "| — |", "| None |"),
    Change(
        "a dict of Python",
        _TYPESETTING,
        "en/errors.md",
        "| No request left this machine: there was",
        "| {'No request left this machine': 'there was'}",
    ),
    Change("a cell too many", _TYPESETTING, "en/errors.md", "| `Rejected` |\n", "| `Rejected` | more | more |\n"),
    Change("no blank before Latin", _TYPESETTING, "zh-CN/README.md", "接口地址（Base URL）", "接口地址Base URL"),
    Change("a blank after a full stop", _TYPESETTING, "zh-CN/README.md", "。", "。 "),
    Change("a link to nowhere", _LINKS, "en/README.md", "(limits.md)", "(limit.md)"),
    Change("a link to no heading", _LINKS, _page(CHOOSING, _EN), "enums.md#", "enums.md#the-"),
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
    before = list(change.check(spec, copy))
    file.write_text(changed(file.read_text(encoding="utf-8"), change.before, change.after), encoding="utf-8")
    assert set(change.check(spec, copy)) - set(before), "nothing was reported"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_page_that_is_missing_is_reported(language: str, spec: Spec, copy: Path) -> None:
    (copy / language / "endpoints" / f"{CAPPED.name}.md").unlink()
    assert len(list(docs_checks.page_list(spec, copy))) == 1
    assert list(words_checks.links(spec, copy))


def test_a_page_that_no_link_leads_to_is_reported(spec: Spec, copy: Path) -> None:
    (copy / "en" / "more.md").write_text("# More\n", encoding="utf-8")
    assert list(words_checks.links(spec, copy)) == ["en/more.md: no link leads there"]
    assert list(docs_checks.page_list(spec, copy))


def test_every_check_was_seen_to_report_something() -> None:
    assert {change.check for change in CHANGES} | {docs_checks.page_list} == set(CHECKS)
