"""The checks of the package are worth something: each change of one thing is reported."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from . import client_checks, module_checks, table_checks
from .client_checks import cap_line, weight_line
from .package import FOLDER, Package
from .reader import Spec
from .samples import (
    ABOUT,
    CAPPED,
    CHOICE,
    COLLECTION,
    CONDITION,
    CONSTANT,
    ERRORS,
    ID,
    LIMIT,
    LONG,
    MOVING,
    NEEDED,
    NEIGHBOURS,
    NUMBERS,
    OTHER,
    PERMISSION,
    PRICE,
    RANGED,
    REFUSER,
    REPORT,
    SEVERAL,
    SPEC,
    SPELT,
    STAYS,
    TRANSFER,
    VALUE,
    WORDS,
    changed,
    english,
    error,
    first,
)

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
_ANY = CAPPED.name
_WEIGHT = weight_line(CAPPED)
_CAP = cap_line(CAPPED)
_EXACT = "Decimal | int | str"
_ONE, _TWO = (f"{each.argument}: {each.annotation}" for each in NEIGHBOURS)
_CHOSEN, _NOT_CHOSEN = (each.name for each in CHOICE.enum.values[:2]) if CHOICE.enum else ("", "")
_NAMED = f"{CHOICE.argument}={CHOICE.enum.name}." if CHOICE.enum else ""
_UNKNOWN = error(outcome="unknown", documented=False)
_TYPE, (_FROM, _TO) = next(iter(TRANSFER["routes"].items()))
_ROUTE = f'"{_FROM}", "{_TO}"'
_KIND = first("error with an exception of its own", (each for each in ERRORS if "exception" in each))
_LAST_ENUM = max(each.name for each in SPEC.enums)

CHANGES = [
    Change("a method renamed", _METHODS, _CLIENT, f"def {_ANY}(", f"def {_ANY}_again("),
    Change("a method made a coroutine", _METHODS, _CLIENT, f"def {_ANY}(", f"async def {_ANY}("),
    Change("a method of our own", _METHODS, _CLIENT, f"    def {_ANY}(", f"    more = len\n\n    def {_ANY}("),
    Change("a key of the table renamed", _METHODS, _OPERATIONS, f'name="{_ANY}"', f'name="{_ANY}_again"'),
    Change(
        "a public method inherited",
        _METHODS,
        "_runtime/base_client.py",
        "    def _start",
        "    ping = 1\n\n    def _start",
    ),
    Change("an argument renamed", _SIGNATURES, _CLIENT, f"{SPELT.argument}: {SPELT.annotation}", "other: str"),
    Change(
        "an argument made optional", _SIGNATURES, _CLIENT, f"{NEEDED.argument}: str,", f"{NEEDED.argument}: str = '',"
    ),
    Change("an argument made positional", _SIGNATURES, _CLIENT, "        *,\n", ""),
    Change("two arguments swapped", _SIGNATURES, _ASYNC, f"{_ONE},\n        {_TWO}", f"{_TWO},\n        {_ONE}"),
    Change("a float taken for an amount", _SIGNATURES, _ASYNC, _EXACT, "Decimal | float | str"),
    Change(
        "no value beyond the enum",
        _SIGNATURES,
        _CLIENT,
        f"{CHOICE.argument}: {CHOICE.annotation}",
        f"{CHOICE.argument}: {CHOICE.annotation.removesuffix(' | Unlisted')}",
    ),
    Change(
        "a refused value not to be forced",
        _SIGNATURES,
        _CLIENT,
        f"{REFUSER.argument}: {REFUSER.annotation}",
        f"{REFUSER.argument}: {REFUSER.annotation.removesuffix(' | Unlisted')}",
    ),
    Change(
        "another default",
        _SIGNATURES,
        _CLIENT,
        f"{RANGED.argument}: {RANGED.annotation} | None = None",
        f"{RANGED.argument}: {RANGED.annotation} | None = {RANGED.default}",
    ),
    Change(
        "another receipt", _SIGNATURES, _CLIENT, f"-> _models.{MOVING.model.name}", f"-> _models.{OTHER.model.name}"
    ),
    Change(
        "a word of a description", _DOCSTRINGS, _CLIENT, f"{CAPPED.path}. {english(CAPPED.text)}", f"{CAPPED.path}."
    ),
    Change("a title", _DOCSTRINGS, _CLIENT, f"{CAPPED.title.en}: {CAPPED.method}", f"Another: {CAPPED.method}"),
    Change(
        "a word of the client's docstring", _DOCSTRINGS, _ASYNC, f"per operation. {english(ABOUT)}", "per operation."
    ),
    Change(
        "a word of a parameter",
        _DOCSTRINGS,
        _ASYNC,
        f"{NEEDED.argument}: {english(NEEDED.text)}",
        f"{NEEDED.argument}: Some other words",
    ),
    Change("the weight in a docstring", _DOCSTRINGS, _CLIENT, _WEIGHT, _WEIGHT.replace("Weight ", "Weight 1", 1)),
    Change("the scope in a docstring", _DOCSTRINGS, _CLIENT, _WEIGHT, re.sub(r"\w+ budget", "OTHER budget", _WEIGHT)),
    Change("calls per minute in a docstring", _DOCSTRINGS, _CLIENT, _WEIGHT, _WEIGHT.replace(": ", ": 1")),
    Change("the cap in a docstring", _DOCSTRINGS, _CLIENT, _CAP, re.sub(r"\w+\.$", "day and night.", _CAP)),
    Change("no cap in a docstring", _DOCSTRINGS, _ASYNC, f"{_CAP}\n", ""),
    Change("the permission in a docstring", _DOCSTRINGS, _CLIENT, PERMISSION, "enableWithdrawals"),
    Change("a condition in a docstring", _DOCSTRINGS, _CLIENT, f"is {CONDITION[2][0]}", "is SOMETHING_ELSE"),
    Change("a range in a docstring", _DOCSTRINGS, _CLIENT, f" to {RANGED.bound('maximum')}", " to 1"),
    Change("a refused value in a docstring", _DOCSTRINGS, _CLIENT, f' Not "{REFUSER.refused[0]}".', ""),
    Change("the source in a docstring", _DOCSTRINGS, _CLIENT, CAPPED.node["x-binance-source"]["en"]["url"], "https://"),
    Change("the date in a docstring", _DOCSTRINGS, _CLIENT, "(page of 2", "(page of 1"),
    Change(
        "no unknown outcome in a docstring",
        _DOCSTRINGS,
        _CLIENT,
        "            OutcomeUnknown: Funds",
        "            Something: Funds",
    ),
    Change("what to check in a docstring", _DOCSTRINGS, _ASYNC, english(MOVING.when_unknown), "Look somewhere."),
    Change("an example of another value", _EXAMPLES, _CLIENT, f"{_NAMED}{_CHOSEN}", f"{_NAMED}{_NOT_CHOSEN}"),
    Change("an example without an argument", _EXAMPLES, _CLIENT, f'{NEEDED.argument}="{NEEDED.sample}"', "**{}"),
    Change(
        "an example that is refused",
        _EXAMPLES,
        _CLIENT,
        f'{REFUSER.argument}="{REFUSER.sample}"',
        f'{REFUSER.argument}="{REFUSER.refused[0]}"',
    ),
    Change("an example without await", _EXAMPLES, _ASYNC, f"await client.{_ANY}", f"client.{_ANY}"),
    Change("an example of another method", _EXAMPLES, _CLIENT, f"client.{_ANY}(", f"client.{OTHER.name}("),
    Change("a weight", _TABLE, _OPERATIONS, f"weight={CAPPED.weight},", f"weight={CAPPED.weight + 1},"),
    Change("a scope", _TABLE, _OPERATIONS, f'scope="{CAPPED.scope}"', 'scope="other"'),
    Change("a budget", _TABLE, _OPERATIONS, f"budget={CAPPED.budget}", f"budget={CAPPED.budget + 1}"),
    Change("the cap", _TABLE, _OPERATIONS, f"CallLimit(calls={LIMIT['calls']}, seconds={LIMIT['seconds']})", "None"),
    Change("a path", _TABLE, _OPERATIONS, f'path="{CAPPED.path}"', f'path="{CAPPED.path}/more"'),
    Change("an unsigned call", _TABLE, _OPERATIONS, "requires_signature=True", "requires_signature=False"),
    Change("a transfer that moves nothing", _TABLE, _OPERATIONS, "moves_funds=True", "moves_funds=False"),
    Change("a read that moves funds", _TABLE, _OPERATIONS, "moves_funds=False", "moves_funds=True"),
    Change("a transfer the other way", _TABLE, _OPERATIONS, _ROUTE, f'"{_TO}", "{_FROM}"'),
    Change("a transfer without one of its types", _TABLE, _OPERATIONS, f'"{_TYPE}": ({_ROUTE}),', ""),
    Change("another id of a transfer", _TABLE, _OPERATIONS, f'receipt="{TRANSFER["receipt"]}"', 'receipt="id"'),
    Change("a transfer of another asset", _TABLE, _OPERATIONS, f'asset="{TRANSFER["asset"]}",', 'asset="other",'),
    Change("a wallet of nobody", _TABLE, _OPERATIONS, f'target_owner="{TRANSFER["target_owner"]}",', ""),
    Change(
        "a collection from fewer wallets", _TABLE, _OPERATIONS, f'sources=("{COLLECTION["sources"][0]}", ', "sources=("
    ),
    Change(
        "a collection into another wallet", _TABLE, _OPERATIONS, f'target="{COLLECTION["target"]}"', 'target="OTHER"'
    ),
    Change("a collection of every asset", _TABLE, _OPERATIONS, f'excluded=("{STAYS}",)', "excluded=()"),
    Change("a report of another field", _TABLE, _OPERATIONS, f'amount="{REPORT["amount"]}", ), )', 'amount="other"))'),
    Change("a report made a transfer", _TABLE, _OPERATIONS, "effect=Report(", 'effect=Transfer(receipt="id", '),
    Change("a call without effect", _TABLE, _OPERATIONS, "effect=Collection(", "effect=None and Collection("),
    Change("what to check in the table", _TABLE, _OPERATIONS, english(MOVING.when_unknown), "Look somewhere."),
    Change("no permission", _TABLE, _OPERATIONS, f'("{PERMISSION}",)', "()"),
    Change("a choice left out", _TABLE, _OPERATIONS, f'"{VALUE.value}",', ""),
    Change("a refused value taken", _TABLE, _OPERATIONS, f'refused=("{REFUSER.refused[0]}",)', "refused=()"),
    Change("a longer range", _TABLE, _OPERATIONS, f'Decimal("{RANGED.bound("maximum")}")', 'Decimal("9999999")'),
    Change("another default in the table", _TABLE, _OPERATIONS, f"default={RANGED.default}", "default=9999999"),
    Change("another pattern", _TABLE, _OPERATIONS, 'pattern="', 'pattern="x?'),
    Change("a text that may be shorter", _TABLE, _OPERATIONS, f"min_length={LONG.schema['minLength']}", "min_length=0"),
    Change("another wire name", _TABLE, _OPERATIONS, f'name="{SPELT.wire}"', f'name="{SPELT.wire}s"'),
    Change("a condition on another value", _TABLE, _OPERATIONS, f'values=("{CONDITION[2][0]}"', 'values=("OTHER"'),
    Change(
        "another decoder",
        _TABLE,
        _OPERATIONS,
        f"Decoder(models.{MOVING.model.name})",
        f"Decoder(models.{OTHER.model.name})",
    ),
    Change("another receipt in the table", _TABLE, _OPERATIONS, "response_example=b'{\"", "response_example=b'{\"x"),
    Change(
        "an example in the table",
        _TABLE,
        _OPERATIONS,
        f'"{REFUSER.argument}": "{REFUSER.sample}"',
        f'"{REFUSER.argument}": "{REFUSER.refused[0]}"',
    ),
    Change("another date", _TABLE, _OPERATIONS, 'read="2', 'read="1'),
    Change(
        "a list in the table", _FROZEN, _OPERATIONS, f'permissions=("{PERMISSION}",)', f'permissions=["{PERMISSION}"]'
    ),
    Change("routes in a dict", _FROZEN, _OPERATIONS, "routes=MappingProxyType(", "routes=dict("),
    Change("a dict in the table", _FROZEN, _OPERATIONS, "ErrorCode] = MappingProxyType(", "ErrorCode] = dict("),
    Change(
        "a class that is not frozen",
        _FROZEN,
        "_runtime/operation.py",
        "@dataclass(frozen=True, slots=True)\nclass Weight",
        "@dataclass\nclass Weight",
    ),
    Change("a member left out", _ENUMS, "enums.py", f'    {VALUE.name} = "{VALUE.value}"\n', ""),
    Change("a value misspelt", _ENUMS, "enums.py", f'= "{VALUE.value}"', f'= "{VALUE.value}S"'),
    Change("a value not in its literal", _ENUMS, "enums.py", f'    "{VALUE.value}",\n', ""),
    Change("numbers swapped", _ENUMS, "enums.py", f" = {NUMBERS.values[0].value}\n", " = 99\n"),
    Change("another kind of enum", _ENUMS, "enums.py", "import IntEnum", "import IntFlag as IntEnum"),
    Change("a word of a member", _ENUMS, "enums.py", VALUE.text.en, "Another meaning"),
    Change("a word of an enum", _ENUMS, "enums.py", english(WORDS.text), "Some other words"),
    Change("a wire name", _MODELS, "models.py", f'name="{ID.wire}"', f'name="{ID.wire}s"'),
    Change("a number made text", _MODELS, "models.py", f"{ID.name}: int", f"{ID.name}: str"),
    Change(
        "a field made optional",
        _MODELS,
        "models.py",
        f"    {PRICE.name}: Decimal\n",
        f"    {PRICE.name}: Decimal = 0\n",
    ),
    Change("an amount as a float", _MODELS, "models.py", f"{PRICE.name}: Decimal", f"{PRICE.name}: float"),
    Change("a model that can be changed", _MODELS, "models.py", "Struct, frozen=True,", "Struct,"),
    Change(
        "any word is a success", _MODELS, "models.py", f"{CONSTANT.name}: Literal[", f"{CONSTANT.name}: str | Literal["
    ),
    Change("a word of a field", _MODELS, "models.py", CONSTANT.text.en, "Some other words."),
    Change("a word of a model", _MODELS, "models.py", OTHER.model.text.en, "Some other words"),
    Change(
        "an outcome",
        _ERRORS,
        _OPERATIONS,
        f'code={_UNKNOWN["code"]}, name="{_UNKNOWN["name"]}", outcome="unknown"',
        f'code={_UNKNOWN["code"]}, name="{_UNKNOWN["name"]}", outcome="not_executed"',
    ),
    Change("an inference made a fact", _ERRORS, _OPERATIONS, "documented=False", "documented=True"),
    Change("an exception", _ERRORS, _OPERATIONS, f'exception="{_KIND["exception"]}"', 'exception="Rejected"'),
    Change("a code left out", _ERRORS, _OPERATIONS, f" {_KIND['code']}: ErrorCode(", " 999999: ErrorCode("),
    Change("the version", _ROOT, "__init__.py", '__version__ = "', '__version__ = "1'),
    Change("the servers", _ROOT, _OPERATIONS, SPEC.data["servers"][-1]["url"], "https://example.com"),
    Change("one wallet of several", _ROOT, _OPERATIONS, f'"{SEVERAL}": "', f'"{SEVERAL}": None and "'),
    Change("a name not exported", _EXPORTS, "__init__.py", '    "IpBanned",\n', ""),
    Change("a name that does not exist", _EXPORTS, "enums.py", f'"{_LAST_ENUM}"', f'"{_LAST_ENUM}s"'),
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
    file.write_text(changed(file.read_text(encoding="utf-8"), change.before, change.after), encoding="utf-8")
    reported = list(change.check(spec, Package(_NAME, copy)))
    assert set(reported) - set(before), "nothing was reported"


def test_a_package_without_its_mark_of_types_is_reported(spec: Spec, copy: Path) -> None:
    (copy / "py.typed").unlink()
    assert list(module_checks.marks(spec, Package(_NAME, copy))) == ["py.typed: is missing"]


def test_every_check_was_seen_to_report_something() -> None:
    assert {change.check for change in CHANGES} == set(CHECKS)
