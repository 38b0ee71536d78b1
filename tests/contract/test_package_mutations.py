"""The checks of the package are worth something: each change of one thing is reported."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from . import client_checks, module_checks, table_checks
from .package import FOLDER, Package
from .reader import Spec

_NAME = "copy_of_binance_transfers"
Check = Callable[[Spec, Package], Iterator[str]]
CHECKS: list[Check] = [
    client_checks.methods,
    client_checks.signatures,
    client_checks.docstrings,
    client_checks.examples,
    table_checks.operations,
    table_checks.frozen,
    table_checks.enums,
    table_checks.models,
    table_checks.errors,
    table_checks.root,
    module_checks.exports,
    module_checks.marks,
]


class Change(NamedTuple):
    what: str
    check: Check
    file: str
    before: str
    after: str


_METHODS, _SIGNATURES, _DOCSTRINGS, _EXAMPLES = CHECKS[:4]
_TABLE, _FROZEN, _ENUMS, _MODELS, _ERRORS, _ROOT, _EXPORTS, _MARKS = CHECKS[4:]
_CLIENT, _ASYNC, _OPERATIONS = "client.py", "async_client.py", "operations.py"
_WEIGHT = "Weight 1500 per call against the IP budget of 12000 per minute: 8 calls per minute."

CHANGES = [
    Change("a method renamed", _METHODS, _CLIENT, "def fund_auto_collection(", "def fund_autocollection("),
    Change("a method made a coroutine", _METHODS, _CLIENT, "def fund_auto", "async def fund_auto"),
    Change("a method of our own", _METHODS, _CLIENT, "    def fund_auto", "    more = len\n\n    def fund_auto"),
    Change("a key of the table renamed", _METHODS, _OPERATIONS, '"fund_auto_collection"', '"fund_collection"'),
    Change(
        "a public method inherited",
        _METHODS,
        "_runtime/client.py",
        "    def _prepare",
        "    ping = 1\n\n    def _prepare",
    ),
    Change("an argument renamed", _SIGNATURES, _CLIENT, "from_symbol: str", "symbol_from: str"),
    Change("an argument made optional", _SIGNATURES, _CLIENT, "email: str,", "email: str | None = None,"),
    Change("an argument made positional", _SIGNATURES, _CLIENT, "        *,\n", ""),
    Change(
        "two arguments swapped",
        _SIGNATURES,
        _ASYNC,
        "asset: str,\n        amount: Decimal | int | str,",
        "amount: Decimal | int | str,\n        asset: str,",
    ),
    Change("a float taken for an amount", _SIGNATURES, _ASYNC, "Decimal | int | str", "Decimal | float | str"),
    Change("no value beyond the enum", _SIGNATURES, _CLIENT, "TransferType | Unlisted", "TransferType"),
    Change("BNB not to be forced", _SIGNATURES, _CLIENT, "asset: str | Unlisted", "asset: str"),
    Change("another default", _SIGNATURES, _CLIENT, "recv_window: int | None = None", "recv_window: int | None = 5000"),
    Change(
        "another receipt",
        _SIGNATURES,
        _CLIENT,
        "-> _models.UniversalTransferReceipt",
        "-> _models.SubAccountTransferReceipt",
    ),
    Change("a word of a description", _DOCSTRINGS, _CLIENT, "the transfer history knows", "the transfer history shows"),
    Change(
        "a word of the client's docstring", _DOCSTRINGS, _ASYNC, "not published or endorsed", "published and endorsed"
    ),
    Change("a word of a parameter", _DOCSTRINGS, _ASYNC, "The asset to transfer, for", "The asset to move, for"),
    Change("the weight in a docstring", _DOCSTRINGS, _CLIENT, _WEIGHT, _WEIGHT.replace("1500", "150")),
    Change("the scope in a docstring", _DOCSTRINGS, _CLIENT, _WEIGHT, _WEIGHT.replace("IP", "UID")),
    Change("calls per minute in a docstring", _DOCSTRINGS, _CLIENT, _WEIGHT, _WEIGHT.replace(": 8", ": 80")),
    Change(
        "the cap in a docstring",
        _DOCSTRINGS,
        _CLIENT,
        "At most 500 calls in any hour.",
        "At most 500 calls in any minute.",
    ),
    Change("no cap in a docstring", _DOCSTRINGS, _ASYNC, "At most 500 calls in any hour.\n", ""),
    Change("the permission in a docstring", _DOCSTRINGS, _CLIENT, "permitsUniversalTransfer", "enableWithdrawals"),
    Change(
        "a condition in a docstring",
        _DOCSTRINGS,
        _CLIENT,
        "MARGIN_ISOLATEDMARGIN or ISOLATED",
        "MARGIN_FUNDING or ISOLATED",
    ),
    Change("a range in a docstring", _DOCSTRINGS, _CLIENT, "1 to 60000", "1 to 70000"),
    Change("a refused value in a docstring", _DOCSTRINGS, _CLIENT, "Not 'BNB'.", ""),
    Change("the source in a docstring", _DOCSTRINGS, _CLIENT, "asset/user-universal-transfer", "asset/transfer"),
    Change("the date in a docstring", _DOCSTRINGS, _CLIENT, "(page of 2026-01-15)", "(page of 2026-01-16)"),
    Change(
        "no unknown outcome in a docstring",
        _DOCSTRINGS,
        _CLIENT,
        "            OutcomeUnknown: Funds may have moved; check before calling again.\n",
        "",
    ),
    Change(
        "an example of another type",
        _EXAMPLES,
        _CLIENT,
        "type=TransferType.MAIN_UMFUTURE",
        "type=TransferType.UMFUTURE_MAIN",
    ),
    Change("an example without an argument", _EXAMPLES, _CLIENT, "asset='USDT', ", ""),
    Change("an example that is refused", _EXAMPLES, _CLIENT, "(asset='USDT')", "(asset='BNB')"),
    Change("an example without await", _EXAMPLES, _ASYNC, "await client.fund_auto", "client.fund_auto"),
    Change(
        "an example of another method",
        _EXAMPLES,
        _CLIENT,
        "client.fund_auto_collection()",
        "client.fund_collection_by_asset()",
    ),
    Change("a weight", _TABLE, _OPERATIONS, "weight=900", "weight=300"),
    Change("a scope", _TABLE, _OPERATIONS, 'scope="uid"', 'scope="ip"'),
    Change("a budget", _TABLE, _OPERATIONS, "budget=180000", "budget=12000"),
    Change("the cap", _TABLE, _OPERATIONS, "CallLimit(calls=500, seconds=3600)", "None"),
    Change("a path", _TABLE, _OPERATIONS, "/sapi/v1/asset/transfer", "/sapi/v2/asset/transfer"),
    Change("an unsigned call", _TABLE, _OPERATIONS, "signed=True", "signed=False"),
    Change("a transfer that moves nothing", _TABLE, _OPERATIONS, "moves_funds=True", "moves_funds=False"),
    Change("a read that moves funds", _TABLE, _OPERATIONS, "moves_funds=False", "moves_funds=True"),
    Change("no permission", _TABLE, _OPERATIONS, '("permitsUniversalTransfer",)', "()"),
    Change("a choice left out", _TABLE, _OPERATIONS, '                "OPTION_MAIN",\n', ""),
    Change("BNB taken", _TABLE, _OPERATIONS, 'refused=("BNB",), ', ""),
    Change("a longer window", _TABLE, _OPERATIONS, 'Decimal("60000")', 'Decimal("600000")'),
    Change("another default in the table", _TABLE, _OPERATIONS, "default=5000", "default=6000"),
    Change("another pattern", _TABLE, _OPERATIONS, "{1,20})(", "{1,30})("),
    Change("an e-mail that may be empty", _TABLE, _OPERATIONS, "min_length=3", "min_length=0"),
    Change("another wire name", _TABLE, _OPERATIONS, 'name="fromSymbol"', 'name="fromsymbol"'),
    Change(
        "a condition on another value",
        _TABLE,
        _OPERATIONS,
        'values=("MARGIN_ISOLATEDMARGIN"',
        'values=("MARGIN_FUNDING"',
    ),
    Change(
        "another decoder",
        _TABLE,
        _OPERATIONS,
        "Decoder(models.SubAccountTransferReceipt)",
        "Decoder(models.CollectionReceipt)",
    ),
    Change("another receipt in the table", _TABLE, _OPERATIONS, "13526853623", "13526853624"),
    Change("an example in the table", _TABLE, _OPERATIONS, '{"asset": "USDT"}', '{"asset": "BNB"}'),
    Change("another date", _TABLE, _OPERATIONS, 'read="2026-02-11"', 'read="2026-02-12"'),
    Change(
        "a list in the table",
        _FROZEN,
        _OPERATIONS,
        'permissions=("permitsUniversalTransfer",)',
        'permissions=["permitsUniversalTransfer"]',
    ),
    Change("a dict in the table", _FROZEN, _OPERATIONS, "MappingProxyType({})", "{}"),
    Change(
        "a class that is not frozen",
        _FROZEN,
        "_runtime/operation.py",
        "@dataclass(frozen=True, slots=True)\nclass Weight",
        "@dataclass\nclass Weight",
    ),
    Change("a member left out", _ENUMS, "enums.py", '    OPTION_MAIN = "OPTION_MAIN"\n', ""),
    Change("a value misspelt", _ENUMS, "enums.py", '= "MAIN_ISOLATED_MARGIN"', '= "MAIN_ISOLATEDMARGIN"'),
    Change("numbers swapped", _ENUMS, "enums.py", "SPOT_TO_MARGIN = 1", "SPOT_TO_MARGIN = 3"),
    Change("another kind of enum", _ENUMS, "enums.py", "import IntEnum", "import IntFlag as IntEnum"),
    Change("a word of a member", _ENUMS, "enums.py", "Options wallet to spot wallet", "Spot wallet to options wallet"),
    Change("a word of an enum", _ENUMS, "enums.py", "is one wallet, not two", "is two wallets"),
    Change("a wire name", _MODELS, "models.py", 'name="tranId"', 'name="tranID"'),
    Change("an id made text", _MODELS, "models.py", "tran_id: int", "tran_id: str"),
    Change("a field made optional", _MODELS, "models.py", "    asset: str\n", '    asset: str = ""\n'),
    Change("an amount as a float", _MODELS, "models.py", "amount: Decimal", "amount: float"),
    Change("a model that can be changed", _MODELS, "models.py", "Struct, frozen=True,", "Struct,"),
    Change("any word is a success", _MODELS, "models.py", 'Literal["success"]', "str"),
    Change("a word of a field", _MODELS, "models.py", "Any other text is not", "Any other text is also"),
    Change(
        "an outcome",
        _ERRORS,
        _OPERATIONS,
        'name="TRANSFER_PENDING", outcome="unknown"',
        'name="TRANSFER_PENDING", outcome="not_executed"',
    ),
    Change("an inference made a fact", _ERRORS, _OPERATIONS, "documented=False", "documented=True"),
    Change("an exception", _ERRORS, _OPERATIONS, 'exception="TimestampOutOfWindow"', 'exception="Rejected"'),
    Change(
        "a code left out",
        _ERRORS,
        _OPERATIONS,
        '        -6019: ErrorCode(code=-6019, name="PENDING", outcome="unknown", documented=False, exception="Rejected"),\n',
        "",
    ),
    Change("the version", _ROOT, "__init__.py", '__version__ = "', '__version__ = "1'),
    Change("the servers", _ROOT, _OPERATIONS, "https://api1.binance.com", "https://api5.binance.com"),
    Change("a name not exported", _EXPORTS, "__init__.py", '    "IpBanned",\n', ""),
    Change("a name that does not exist", _EXPORTS, "enums.py", '"TransferType"]', '"TransferTypes"]'),
    Change("names out of order", _EXPORTS, _OPERATIONS, '"ERROR_CODES",', '"ZERO",'),
    Change("no header", _MARKS, "models.py", "# Generated by python -m generator", "# Written by hand"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "copy"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    yield folder
    for name in [each for each in sys.modules if each.partition(".")[0] == _NAME]:
        del sys.modules[name]


@pytest.mark.parametrize("check", CHECKS)
def test_an_unchanged_copy_is_as_good_as_the_package(check: Check, spec: Spec, package: Package, copy: Path) -> None:
    mutant = Package(_NAME, copy)
    assert len(list(check(spec, mutant))) == len(list(check(spec, package)))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.what)
def test_a_change_of_one_thing_is_reported(change: Change, spec: Spec, package: Package, copy: Path) -> None:
    before = list(change.check(spec, package))
    file = copy / change.file
    text = file.read_text(encoding="utf-8")
    assert change.before in text
    file.write_text(text.replace(change.before, change.after, 1), encoding="utf-8")
    reported = list(change.check(spec, Package(_NAME, copy)))
    assert set(reported) - set(before), "nothing was reported"


def test_a_package_without_its_mark_of_types_is_reported(spec: Spec, copy: Path) -> None:
    (copy / "py.typed").unlink()
    assert list(module_checks.marks(spec, Package(_NAME, copy))) == ["py.typed: is missing"]


def test_every_check_was_seen_to_report_something() -> None:
    assert {change.check for change in CHANGES} == set(CHECKS)
