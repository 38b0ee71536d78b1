"""Each check can fail: one change for every kind of fact that it compares."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from compileall import compile_dir
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

from . import client_checks, docs_checks, prose_checks, table_checks, test_docs, test_package, words_checks
from .package import FOLDER, Package
from .pages import DOCS
from .reader import Spec

_NAME = "copy_of_binance_transfers"
DocsChange = tuple[Callable[[Spec, Path], Iterator[str]], str, str, str]
PackageChange = tuple[Callable[[Spec, Package], Iterator[str]], str, str, str]
"""The check, the files, of which the first that fits is changed, a pattern in it, and what replaces the first match."""

DOCS_CHANGES: list[DocsChange] = [
    (docs_checks.tables, "en/README.md", r"(/asset-collection` \|) \d+", r"\1 61"),
    (docs_checks.tables, "zh-CN/README.md", r"\| 否 \|", "| 是 |"),
    (docs_checks.tables, "en/README.md", "`permitsUniversalTransfer`", "—"),
    (docs_checks.tables, "zh-CN/endpoints/*.md", r"\d+(，按)", r"9\1"),
    (docs_checks.tables, "en/endpoints/*.md", r"\d+ calls in any", "9 calls in any"),
    (docs_checks.tables, "en/endpoints/*.md", r"\| Moves funds \| yes", "| Moves funds | no"),
    (docs_checks.tables, "en/endpoints/*.md", r"`Decimal \\\| int", r"`Decimal \\| float"),
    (docs_checks.tables, "zh-CN/endpoints/*.md", r"(`str[^`]*` \|) 是", r"\1 否"),
    (docs_checks.tables, "en/endpoints/*.md", "by default `5000`", "by default `9999`"),
    (docs_checks.tables, "zh-CN/endpoints/*.md", r"60000 \|", "99999 |"),
    (docs_checks.tables, "en/endpoints/*.md", r"\| `signature`<br>", "| `sign`<br>"),
    (docs_checks.lists, "en/endpoints/*.md", "is `ISOLATEDMARGIN_MARGIN`", "is `MAIN_MARGIN`"),
    (docs_checks.tables, "en/endpoints/*.md", r"(\| `tranId` \| `tran_id` \|) `int`", r"\1 `str`"),
    (docs_checks.tables, "en/enums.md", r"^\| `MAIN_MARGIN` .*\n", ""),
    (
        docs_checks.tables,
        "en/enums.md",
        r"\| Spot wallet \| Cross margin wallet \|",
        "| Cross margin wallet | Spot wallet |",
    ),
    (docs_checks.matrices, "en/enums.md", r"^(\| Options wallet \| ✓ \| ✓ \|) — ", r"\1 ✓ "),
    (docs_checks.matrices, "zh-CN/enums.md", "`fromSymbol`、`toSymbol`", "`toSymbol`"),
    (docs_checks.matrices, "en/enums.md", r"\(`toSymbol`\)", "✓"),
    (docs_checks.tables, "zh-CN/enums.md", "：`MAIN_MARGIN`", "：`SOMETHING`"),
    (docs_checks.tables, "en/limits.md", r"\| 12000 \| per", "| 12001 | per"),
    (docs_checks.tables, "en/errors.md", r"\| unknown \(inferred\)", "| not executed (inferred)"),
    (
        docs_checks.tables,
        "en/errors.md",
        r"inferred\) \| `OutcomeUnknown` \| `NotExecuted` \|",
        "inferred) | `OutcomeUnknown` | `Rejected` |",
    ),
    (docs_checks.tables, "zh-CN/client.md", r"\| `deadline` \| `60.0`", "| `deadline` | `30.0`"),
    (docs_checks.members, "en/client.md", r"\| `BINANCE_API_SECRET` \|", "| `BINANCE_SECRET` |"),
    (docs_checks.tables, "en/testing.md", r"\| `SUB_MAIN` \|", "| `ELSEWHERE` |"),
    (docs_checks.tables, "zh-CN/testing.md", r"\| 从不 \|", "| 是 |"),
    (docs_checks.tables, "en/testing.md", r"\| `times` \| `1`", "| `times` | `2`"),
    (docs_checks.members, "zh-CN/testing.md", r"\| `balance\(wallet, asset\)` \|", "| `balance(wallet)` |"),
    (docs_checks.lists, "en/testing.md", "Not moved: `BNB`", "Not moved: nothing"),
    (prose_checks.measured, "en/limits.md", "or for 60 seconds if", "or for 90 seconds if"),
    (prose_checks.measured, "en/errors.md", "408, 409, 460 and 499", "408, 409, 460 and 498"),
    (prose_checks.measured, "en/testing.md", "refused with `-5002`", "refused with `-5007`"),
    (prose_checks.measured, "en/client.md", "`NotExecuted` for a read", "`OutcomeUnknown` for a read"),
    (
        prose_checks.unmeasured,
        "en/client.md",
        "Calls that only read are sent again",
        "Calls that only read are sent 7 times",
    ),
    (prose_checks.names, "en/client.md", '`when_full="wait"`', '`when_busy="wait"`'),
    (prose_checks.names, "en/errors.md", "they end in `NotExecuted`", "they end in `NotDone`"),
    (words_checks.texts, "en/endpoints/*.md", "Neither assets nor amounts", "Neither words nor numbers"),
    (words_checks.texts, "zh-CN/errors.md", r"^(\| `-1000`<br>`UNKNOWN` \|) [^|]*", r"\1 别的 "),
    (words_checks.endpoint_texts, "en/endpoints/*.md", "^- `recvWindow`: .*", "- Others."),
    (words_checks.endpoint_texts, "zh-CN/endpoints/*.md", r"日期 \d+", "日期 1999"),
    (
        words_checks.endpoint_texts,
        "en/endpoints/*.md",
        r"^(## When the outcome is unknown\n\n).*",
        r"\1Look somewhere.",
    ),
    (words_checks.shapes, "zh-CN/limits.md", r"^(## .*\n)", r"\1\n多一段。\n"),
    (words_checks.shapes, "zh-CN/endpoints/*.md", 'asset="USDT"', 'asset="USDC"'),
    (words_checks.languages, "zh-CN/client.md", "^## .*", "## Settings of it"),
    (words_checks.languages, "zh-CN/endpoints/*.md", "# 可能已经执行.*", "# May have happened."),
    (words_checks.languages, "en/limits.md", "^Each endpoint has", "每个接口 has"),
    (words_checks.typesetting, "zh-CN/endpoints/*.md", r"资金\*\*。", "资金。**"),
    (words_checks.typesetting, "en/limits.md", r"\| — \|", "| None |"),
    (words_checks.typesetting, "zh-CN/README.md", "。", "。 "),
    (words_checks.links, "en/README.md", r"\(limits\.md\)", "(limit.md)"),
    (words_checks.links, "en/endpoints/*.md", r"enums\.md#", "enums.md#the-"),
]
PACKAGE_CHANGES: list[PackageChange] = [
    (client_checks.methods, "client.py", r"def fund_auto_collection\(", "def collect("),
    (client_checks.methods, "client.py", r"def fund_auto_collection\(", "async def fund_auto_collection("),
    (client_checks.methods, "operations.py", 'name="fund_auto_collection"', 'name="collect"'),
    (client_checks.signatures, "client.py", "from_symbol: str", "source: str"),
    (client_checks.signatures, "async_client.py", "asset: str,", "asset: str = '',"),
    (client_checks.signatures, "client.py", r" +\*,\n", ""),
    (client_checks.signatures, "client.py", r"-> _models\.UniversalTransferReceipt", "-> _models.CollectionReceipt"),
    (client_checks.docstrings, "client.py", r"Weight \d+ per call", "Weight 7 per call"),
    (client_checks.docstrings, "async_client.py", r"At most \d+ calls", "At most 7 calls"),
    (client_checks.docstrings, "client.py", "Neither assets nor amounts", "Neither words nor numbers"),
    (client_checks.docstrings, "client.py", r"From 1 to 60000\.", "From 1 to 70000."),
    (client_checks.docstrings, "async_client.py", r"\(page of \d+", "(page of 1999"),
    (client_checks.docstrings, "client.py", "OutcomeUnknown: Funds", "NotSent: Funds"),
    (client_checks.docstrings, "client.py", r"client\.fund_auto_collection\(\)", "client.fund_collection_by_asset()"),
    (client_checks.docstrings, "client.py", "asset=(['\\\"])USDT", r"asset=\1BNB"),
    (client_checks.docstrings, "async_client.py", r"await client\.", "client."),
    (table_checks.operations, "operations.py", "weight=60,", "weight=61,"),
    (table_checks.operations, "operations.py", r"CallLimit\(calls=.*\),", "None,"),
    (table_checks.operations, "operations.py", 'path="', 'path="/more'),
    (table_checks.operations, "operations.py", "moves_funds=True", "moves_funds=False"),
    (table_checks.operations, "operations.py", 'target="MARGIN"', 'target="MAIN"'),
    (table_checks.operations, "operations.py", r'excluded=\("BNB",\)', "excluded=()"),
    (table_checks.operations, "operations.py", r'refused=\("BNB",\)', "refused=()"),
    (table_checks.operations, "operations.py", r'Decimal\("60000"\)', 'Decimal("70000")'),
    (table_checks.operations, "operations.py", r'^ +"MAIN_MARGIN",\n', ""),
    (table_checks.operations, "operations.py", r'values=\("ISOLATEDMARGIN_MARGIN"', 'values=("MAIN_MARGIN"'),
    (
        table_checks.operations,
        "operations.py",
        r"Decoder\(models\.UniversalTransferReceipt\)",
        "Decoder(models.CollectionReceipt)",
    ),
    (table_checks.operations, "_documentation.py", '"asset": "USDT"', '"asset": "BNB"'),
    (table_checks.operations, "_documentation.py", "response_example=b'\\{\\\"", "response_example=b'{\"x"),
    (table_checks.frozen, "operations.py", r'permissions=\("(\w+)",\)', r'permissions=["\1"]'),
    (
        table_checks.frozen,
        "_runtime/operation.py",
        r"class Weight\(msgspec.Struct, frozen=True\)",
        "class Weight(msgspec.Struct)",
    ),
    (table_checks.enums, "enums.py", '= "MAIN_MARGIN"', '= "MAIN_MARGINS"'),
    (table_checks.enums, "enums.py", "import IntEnum", "import IntFlag as IntEnum"),
    (table_checks.enums, "enums.py", '"""Spot wallet to', '"""Any wallet to'),
    (table_checks.models, "models.py", 'name="tranId"', 'name="id"'),
    (table_checks.models, "models.py", "amount: Decimal", "amount: float"),
    (table_checks.models, "models.py", "Struct, frozen=True,", "Struct,"),
    (table_checks.models, "models.py", "Always the word success", "Often the word success"),
    (table_checks.errors, "operations.py", r'(code=-1007,[^)]*?outcome=)"unknown"', r'\1"not_executed"'),
    (table_checks.errors, "operations.py", 'exception="RateLimited"', 'exception="Rejected"'),
    (table_checks.errors, "operations.py", "documented=False", "documented=True"),
    (table_checks.root, "__init__.py", '__version__ = "', '__version__ = "1'),
    (table_checks.root, "operations.py", r"https://api4\.binance\.com", "https://example.com"),
    (table_checks.root, "operations.py", '"SUB_MAIN": "email"', '"SUB_MAIN": None'),
    (table_checks.exports, "__init__.py", r'^ +"IpBanned",\n', ""),
    (table_checks.exports, "enums.py", r'"TransferType"([,\]])', r'"TransferTypes"\1'),
]


def apply(folder: Path, files: str, pattern: str, replacement: str) -> None:
    """Change the first file in which the pattern is found."""
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


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package that is compiled; what is changed in a copy of it is compiled again, by its content."""
    made = tmp_path_factory.mktemp("compiled") / "copy"
    shutil.copytree(FOLDER, made, ignore=shutil.ignore_patterns("__pycache__"))
    compile_dir(made, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return made


@pytest.fixture
def package_folder(compiled: Path, tmp_path: Path) -> Iterator[Path]:
    yield shutil.copytree(compiled, tmp_path / "copy")
    for name in [name for name in sys.modules if name.partition(".")[0] == _NAME]:
        del sys.modules[name]


@pytest.mark.parametrize("change", DOCS_CHANGES, ids=lambda change: change[0].__name__)
def test_a_change_of_a_page_is_reported(change: DocsChange, spec: Spec, docs: Path) -> None:
    check, *change_of_file = change
    apply(docs, *change_of_file)
    assert list(check(spec, docs)), "nothing was reported"


@pytest.mark.parametrize("change", PACKAGE_CHANGES, ids=lambda change: change[0].__name__)
def test_a_change_of_the_package_is_reported(change: PackageChange, spec: Spec, package_folder: Path) -> None:
    check, *change_of_file = change
    apply(package_folder, *change_of_file)
    assert list(check(spec, Package(_NAME, package_folder))), "nothing was reported"


def test_a_copy_of_the_package_differs_in_nothing(spec: Spec, package_folder: Path) -> None:
    copy = Package(_NAME, package_folder)
    assert [line for check in test_package.CHECKS for line in check(spec, copy)] == []


def test_a_missing_page_and_a_page_without_links_are_reported(spec: Spec, docs: Path) -> None:
    next((docs / "zh-CN" / "endpoints").iterdir()).unlink()
    assert len(list(docs_checks.page_list(spec, docs))) == 1
    assert list(words_checks.links(spec, docs))
    (docs / "en" / "more.md").write_text("# More\n", encoding="utf-8")
    assert "en/more.md: no link leads there" in list(words_checks.links(spec, docs))


def test_every_check_has_a_change() -> None:
    assert {check for check, *_ in DOCS_CHANGES} | {docs_checks.page_list} == {*test_docs.CHECKS}
    assert {check for check, *_ in PACKAGE_CHANGES} == {*test_package.CHECKS}
