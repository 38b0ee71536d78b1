"""Each check can fail: one change for every kind of fact that it compares."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from . import (
    client_checks,
    docs_checks,
    module_checks,
    prose_checks,
    table_checks,
    test_docs,
    test_package,
    words_checks,
)
from .package import FOLDER, Package
from .pages import DOCS
from .reader import Spec

_NAME = "copy_of_binance_transfers"
DocsCheck = Callable[[Spec, Path], Iterator[str]]
PackageCheck = Callable[[Spec, Package], Iterator[str]]
Change = tuple[str, str, str]
"""The files, of which the first that fits is changed; a pattern in it, and what replaces the first match."""

DOCS_CHANGES: list[tuple[DocsCheck, list[Change]]] = [
    (
        docs_checks.overview,
        [
            ("en/README.md", r"(/asset-collection` \|) \d+", r"\1 61"),
            ("zh-CN/README.md", r"\| 否 \|$", "| 是 |"),
            ("en/README.md", r"`permitsUniversalTransfer`", "—"),
            ("en/README.md", r"https://api4\.binance\.com", "https://example.com"),
        ],
    ),
    (
        docs_checks.facts,
        [
            ("en/endpoints/*.md", r"\| Path \| `", "| Path | `/more"),
            ("zh-CN/endpoints/*.md", r"\d+(，按)", r"9\1"),
            ("en/endpoints/*.md", r"\d+ calls in any", "9 calls in any"),
            ("en/endpoints/*.md", r"\| Moves funds \| yes", "| Moves funds | no"),
        ],
    ),
    (
        docs_checks.parameters,
        [
            ("en/endpoints/*.md", r"\| `recvWindow` \| `recv_window`", "| `recvWindow` | `window`"),
            ("en/endpoints/*.md", r"`Decimal \\\| int", r"`Decimal \\| float"),
            ("zh-CN/endpoints/*.md", r"(`str[^`]*` \|) 是", r"\1 否"),
            ("en/endpoints/*.md", r"\| `5000` \|", "| `9999` |"),
            ("zh-CN/endpoints/*.md", r"60000 \|", "99999 |"),
            ("en/endpoints/*.md", r"\| `signature` \|", "| `sign` |"),
        ],
    ),
    (docs_checks.conditions, [("en/endpoints/*.md", r"is `ISOLATEDMARGIN_MARGIN`", "is `MAIN_MARGIN`")]),
    (
        docs_checks.fields,
        [
            ("en/endpoints/*.md", r"(\| `tranId` \| `tran_id` \|) `int`", r"\1 `str`"),
            ("zh-CN/endpoints/*.md", r"(\| `tranId` .*) 是", r"\1 否"),
        ],
    ),
    (
        docs_checks.enums,
        [
            ("en/enums.md", r"^\| `MAIN_MARGIN` .*\n", ""),
            ("zh-CN/enums.md", r"^(\| `MAIN_MARGIN` \| `MAIN_MARGIN` \|) [^|]*", r"\1 别的 "),
            ("en/enums.md", r"\| Spot wallet \| Cross margin wallet \|", "| Cross margin wallet | Spot wallet |"),
        ],
    ),
    (
        docs_checks.wallets,
        [
            ("en/enums.md", r"<-->", "-->"),
            ("zh-CN/enums.md", r"：`MAIN_MARGIN`", "：`SOMETHING`"),
        ],
    ),
    (
        docs_checks.limits,
        [
            ("en/limits.md", r"\| 12000 \| per", "| 12001 | per"),
            ("zh-CN/limits.md", r"\) \| \d+ \|", ") | 61 |"),
        ],
    ),
    (
        docs_checks.errors,
        [
            ("en/errors.md", r"\| unknown \| inferred", "| not executed | inferred"),
            ("zh-CN/errors.md", r"\| 推断 \|", "| 文档 |"),
            ("en/errors.md", r"\| `OutcomeUnknown` \| `NotExecuted` \|", "| `OutcomeUnknown` | `Rejected` |"),
        ],
    ),
    (
        docs_checks.client,
        [
            ("zh-CN/client.md", r"\| `deadline` \| `60.0`", "| `deadline` | `30.0`"),
            ("en/client.md", r"\| `BINANCE_API_SECRET` \|", "| `BINANCE_SECRET` |"),
            ("en/client.md", r"\| `duration` \|", "| `seconds` |"),
        ],
    ),
    (
        docs_checks.testing,
        [
            ("en/testing.md", r"\| `SUB_MAIN` \|", "| `ELSEWHERE` |"),
            ("zh-CN/testing.md", r"\| 从不 \|", "| 是 |"),
            ("en/testing.md", r"\| `times` \| `1`", "| `times` | `2`"),
            ("zh-CN/testing.md", r"\| `balance\(wallet, asset\)` \|", "| `balance(wallet)` |"),
            ("en/testing.md", r"\| `/sandbox/skew` \|", "| `/sandbox/clock` |"),
            ("en/testing.md", r"Not moved: `BNB`", "Not moved: nothing"),
        ],
    ),
    (
        prose_checks.measured,
        [
            ("en/limits.md", r"or for 60 if", "or for 90 if"),
            ("en/errors.md", r"408, 409 and 499", "408 and 409"),
            ("en/testing.md", r"refused with `-5002`", "refused with `-5007`"),
            ("en/client.md", r"`NotExecuted` for a read", "`OutcomeUnknown` for a read"),
        ],
    ),
    (
        prose_checks.unmeasured,
        [("en/client.md", r"Calls that only read are sent again", "Calls that only read are sent 7 times")],
    ),
    (
        prose_checks.names,
        [
            ("en/client.md", r'`when_full="wait"`', '`when_busy="wait"`'),
            ("en/errors.md", r"they end in `NotExecuted`", "they end in `NotDone`"),
        ],
    ),
    (
        words_checks.texts,
        [
            ("en/endpoints/*.md", r"Neither assets nor amounts", "Neither words nor numbers"),
            ("zh-CN/errors.md", r"^(\| `-1000` \| `UNKNOWN` \|) [^|]*", r"\1 别的 "),
        ],
    ),
    (
        words_checks.endpoint_texts,
        [
            ("en/endpoints/*.md", r"^- `recvWindow`: .*", "- Others."),
            ("zh-CN/endpoints/*.md", r"日期 \d+", "日期 1999"),
            ("en/endpoints/*.md", r"^(## When the outcome is unknown\n\n).*", r"\1Look somewhere."),
        ],
    ),
    (
        words_checks.shapes,
        [
            ("zh-CN/limits.md", r"^(## .*\n)", r"\1\n多一段。\n"),
            ("zh-CN/endpoints/*.md", r'asset="USDT"', 'asset="USDC"'),
        ],
    ),
    (
        words_checks.languages,
        [
            ("zh-CN/client.md", r"^## .*", "## Settings of it"),
            ("zh-CN/endpoints/*.md", r"# 可能已经执行.*", "# May have happened."),
            ("en/limits.md", r"^Each endpoint has", "每个接口 has"),
        ],
    ),
    (
        words_checks.typesetting,
        [
            ("zh-CN/endpoints/*.md", r"资金\*\*。", "资金。**"),
            ("en/limits.md", r"\| — \|", "| None |"),
            ("zh-CN/README.md", r"。", "。 "),
        ],
    ),
    (
        words_checks.links,
        [
            ("en/README.md", r"\(limits\.md\)", "(limit.md)"),
            ("en/endpoints/*.md", r"enums\.md#", "enums.md#the-"),
        ],
    ),
]

PACKAGE_CHANGES: list[tuple[PackageCheck, list[Change]]] = [
    (
        client_checks.methods,
        [
            ("client.py", r"def fund_auto_collection\(", "def collect("),
            ("client.py", r"def fund_auto_collection\(", "async def fund_auto_collection("),
            ("operations.py", r'name="fund_auto_collection"', 'name="collect"'),
        ],
    ),
    (
        client_checks.signatures,
        [
            ("client.py", r"from_symbol: str", "source: str"),
            ("async_client.py", r"asset: str,", "asset: str = '',"),
            ("client.py", r" +\*,\n", ""),
            ("async_client.py", r"Decimal \| int \| str", "Decimal | float | str"),
            ("client.py", r"-> _models\.UniversalTransferReceipt", "-> _models.CollectionReceipt"),
        ],
    ),
    (
        client_checks.docstrings,
        [
            ("client.py", r"Weight \d+ per call", "Weight 7 per call"),
            ("async_client.py", r"At most \d+ calls", "At most 7 calls"),
            ("client.py", r"Neither assets nor amounts", "Neither words nor numbers"),
            ("client.py", r"From 1 to 60000\.", "From 1 to 70000."),
            ("async_client.py", r"\(page of \d+", "(page of 1999"),
            ("client.py", r"OutcomeUnknown: Funds", "NotSent: Funds"),
        ],
    ),
    (
        client_checks.examples,
        [
            ("client.py", r"client\.fund_auto_collection\(\)", "client.fund_collection_by_asset()"),
            ("client.py", r"asset=(['\"])USDT", r"asset=\1BNB"),
            ("async_client.py", r"await client\.", "client."),
        ],
    ),
    (
        table_checks.operations,
        [
            ("operations.py", r"weight=60,", "weight=61,"),
            ("operations.py", r"CallLimit\(calls=.*\),", "None,"),
            ("operations.py", r'path="', 'path="/more'),
            ("operations.py", r"moves_funds=True", "moves_funds=False"),
            ("operations.py", r'target="MARGIN"', 'target="MAIN"'),
            ("operations.py", r'excluded=\("BNB",\)', "excluded=()"),
            ("operations.py", r'receipt="tranId"', 'receipt="id"'),
            ("operations.py", r'refused=\("BNB",\)', "refused=()"),
            ("operations.py", r'Decimal\("60000"\)', 'Decimal("70000")'),
            ("operations.py", r'^ +"MAIN_MARGIN",\n', ""),
            ("operations.py", r'name="fromSymbol"', 'name="sourceSymbol"'),
            ("operations.py", r'values=\("ISOLATEDMARGIN_MARGIN"', 'values=("MAIN_MARGIN"'),
            ("operations.py", r"Decoder\(models\.UniversalTransferReceipt\)", "Decoder(models.CollectionReceipt)"),
            ("operations.py", r'"asset": "USDT"', '"asset": "BNB"'),
            ("operations.py", r"response_example=b'\{\"", "response_example=b'{\"x"),
        ],
    ),
    (
        table_checks.frozen,
        [
            ("operations.py", r'permissions=\("(\w+)",\)', r'permissions=["\1"]'),
            (
                "_runtime/operation.py",
                r"@dataclass\(frozen=True, slots=True\)\nclass Weight",
                "@dataclass\nclass Weight",
            ),
        ],
    ),
    (
        table_checks.enums,
        [
            ("enums.py", r'= "MAIN_MARGIN"', '= "MAIN_MARGINS"'),
            ("enums.py", r"import IntEnum", "import IntFlag as IntEnum"),
            ("enums.py", r'"""Spot wallet to', '"""Any wallet to'),
        ],
    ),
    (
        table_checks.models,
        [
            ("models.py", r'name="tranId"', 'name="id"'),
            ("models.py", r"amount: Decimal", "amount: float"),
            ("models.py", r"Struct, frozen=True,", "Struct,"),
            ("models.py", r"Always the word success", "Often the word success"),
        ],
    ),
    (
        table_checks.errors,
        [
            ("operations.py", r'(code=-1007.*?outcome=)"unknown"', r'\1"not_executed"'),
            ("operations.py", r'exception="RateLimited"', 'exception="Rejected"'),
            ("operations.py", r"documented=False", "documented=True"),
        ],
    ),
    (
        table_checks.root,
        [
            ("__init__.py", r'__version__ = "', '__version__ = "1'),
            ("operations.py", r"https://api4\.binance\.com", "https://example.com"),
            ("operations.py", r'"SUB_MAIN": "email"', '"SUB_MAIN": None'),
        ],
    ),
    (
        module_checks.exports,
        [
            ("__init__.py", r'^ +"IpBanned",\n', ""),
            ("enums.py", r'"TransferType"([,\]])', r'"TransferTypes"\1'),
        ],
    ),
    (module_checks.marks, [("models.py", r"# Generated by python -m generator", "# Written by hand")]),
]


def _rows(table: list[tuple[Callable[..., Iterator[str]], list[Change]]]) -> list[object]:
    return [
        pytest.param(check, change, id=f"{check.__name__}-{number}")
        for check, changes in table
        for number, change in enumerate(changes)
    ]


def apply(folder: Path, change: Change) -> None:
    """Change the first file in which the pattern is found."""
    files, pattern, replacement = change
    for file in sorted(folder.glob(files)):
        text = file.read_text(encoding="utf-8")
        changed, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
        if count:
            file.write_text(changed, encoding="utf-8")
            return
    pytest.fail(f"there is no {pattern!r} in {files} to change")


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return shutil.copytree(DOCS, tmp_path / "docs")


@pytest.fixture
def package_folder(tmp_path: Path) -> Iterator[Path]:
    yield shutil.copytree(FOLDER, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    for name in [name for name in sys.modules if name.partition(".")[0] == _NAME]:
        del sys.modules[name]


@pytest.mark.parametrize(("check", "change"), _rows(DOCS_CHANGES))
def test_a_change_of_a_page_is_reported(check: DocsCheck, change: Change, spec: Spec, docs: Path) -> None:
    apply(docs, change)
    assert list(check(spec, docs)), "nothing was reported"


@pytest.mark.parametrize(("check", "change"), _rows(PACKAGE_CHANGES))
def test_a_change_of_the_package_is_reported(
    check: PackageCheck, change: Change, spec: Spec, package: Package, package_folder: Path
) -> None:
    # A copy is not the package itself, so a check may report differences of its own.
    before = len(list(check(spec, package)))
    apply(package_folder, change)
    assert len(list(check(spec, Package(_NAME, package_folder)))) > before, "nothing was reported"


def test_a_missing_page_and_a_page_without_links_are_reported(spec: Spec, docs: Path) -> None:
    next((docs / "zh-CN" / "endpoints").iterdir()).unlink()
    assert len(list(docs_checks.page_list(spec, docs))) == 1
    assert list(words_checks.links(spec, docs))
    (docs / "en" / "more.md").write_text("# More\n", encoding="utf-8")
    assert "en/more.md: no link leads there" in list(words_checks.links(spec, docs))


def test_a_package_without_py_typed_is_reported(spec: Spec, package_folder: Path) -> None:
    (package_folder / "py.typed").unlink()
    assert list(module_checks.marks(spec, Package(_NAME, package_folder))) == ["py.typed: is missing"]


def test_every_check_has_a_change() -> None:
    assert {check for check, _ in DOCS_CHANGES} | {docs_checks.page_list} == {*test_docs.CHECKS}
    assert {check for check, _ in PACKAGE_CHANGES} == {*test_package.CHECKS}
