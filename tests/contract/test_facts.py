"""The spec says what Binance's pages say; the facts stand here once more, copied from the pages by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import pytest

from .reader import Operation, Parameter, Spec, Text, text

_PAGES = "https://developers.binance.com/docs/"
_PORTFOLIO = "derivatives/portfolio-margin-pro/account/"


class Fact(NamedTuple):
    endpoint: str
    title: str
    chinese: str
    scope: str
    weight: int
    calls_per_minute: int
    page: str
    read: str = "2026-01-15"
    read_in_chinese: str = "2026-01-15"
    security: str = "USER_DATA"
    moves_funds: bool = True
    permissions: tuple[str, ...] = ()
    cap: tuple[int, int] | None = None
    """Calls, and the seconds that they are counted in."""


FACTS = {
    "fundCollectionByAsset": Fact(
        "POST /sapi/v1/portfolio/asset-collection",
        "Fund Collection by Asset",
        "特定资产资金归集",
        *("ip", 60, 200),
        f"{_PORTFOLIO}Fund-Collection-by-Asset",
    ),
    "fundAutoCollection": Fact(
        "POST /sapi/v1/portfolio/auto-collection",
        "Fund Auto-collection",
        "资金归集",
        *("ip", 1500, 8),
        f"{_PORTFOLIO}Fund-Auto-collection",
        cap=(500, 3600),
    ),
    "userUniversalTransfer": Fact(
        "POST /sapi/v1/asset/transfer",
        "User Universal Transfer",
        "用户万向划转",
        *("uid", 900, 200),
        "wallet/asset/user-universal-transfer",
        read_in_chinese="2026-02-11",
        permissions=("permitsUniversalTransfer",),
    ),
    "marginTransferForSubAccount": Fact(
        "POST /sapi/v1/sub-account/margin/transfer",
        "Margin Transfer for Sub-account",
        "子账户杠杆划转",
        *("ip", 1, 12000),
        "sub_account/asset-management/Margin-Transfer-for-Sub-account",
        permissions=("enableSpotAndMarginTrading",),
    ),
    "getTransferableEarnAssetBalanceForPortfolioMargin": Fact(
        "GET /sapi/v1/portfolio/earn-asset-balance",
        "Get Transferable Earn Asset Balance for Portfolio Margin",
        "查询统一账户理财资产可划转金额",
        *("ip", 1500, 8),
        f"{_PORTFOLIO}Get-Transferable-Earn-Asset-Balance-Portfolio-Margin",
        moves_funds=False,
    ),
}
"""In the order of the spec."""

# In the order of the page; required ones have an exclamation mark. An enum stands by its name.
PARAMETERS = {
    "fundCollectionByAsset": "asset!:string recvWindow:integer timestamp!:integer",
    "fundAutoCollection": "recvWindow:integer timestamp!:integer",
    "userUniversalTransfer": "type!:TransferType asset!:string amount!:decimal fromSymbol:string toSymbol:string "
    "recvWindow:integer timestamp!:integer",
    "marginTransferForSubAccount": "email!:string asset!:string amount!:decimal type!:MarginTransferDirection "
    "recvWindow:integer timestamp!:integer",
    "getTransferableEarnAssetBalanceForPortfolioMargin": "asset!:EarnAsset transferType!:EarnTransferType "
    "recvWindow:integer timestamp!:integer",
}
# What the pages say of single parameters: range, default, values that are not taken.
RULES: dict[str, dict[str, dict[str, object]]] = {
    "fundCollectionByAsset": {"asset": {"refused": ["BNB"]}},
    "fundAutoCollection": {},
    "userUniversalTransfer": {},
    "marginTransferForSubAccount": {},
    "getTransferableEarnAssetBalanceForPortfolioMargin": {},
}
RULES_EVERYWHERE = {"recvWindow": {"minimum": 1, "maximum": 60000, "default": 5000}, "timestamp": {"minimum": 0}}
# The parameter, the other one, and the values of the other one with which it must be given.
CONDITIONS: dict[str, list[tuple[str, str, list[object]]]] = {
    "fundCollectionByAsset": [],
    "fundAutoCollection": [],
    "userUniversalTransfer": [
        ("fromSymbol", "type", ["ISOLATEDMARGIN_MARGIN", "ISOLATEDMARGIN_ISOLATEDMARGIN"]),
        ("toSymbol", "type", ["MARGIN_ISOLATEDMARGIN", "ISOLATEDMARGIN_ISOLATEDMARGIN"]),
    ],
    "marginTransferForSubAccount": [],
    "getTransferableEarnAssetBalanceForPortfolioMargin": [],
}
# The records of an answer, its own first, with the types of their fields; a question mark where a field can be absent.
ANSWERS: dict[str, dict[str, dict[str, str]]] = {
    "fundCollectionByAsset": {"CollectionReceipt": {"msg": "Literal['success']"}},
    "fundAutoCollection": {"CollectionReceipt": {"msg": "Literal['success']"}},
    "userUniversalTransfer": {"UniversalTransferReceipt": {"tranId": "int"}},
    "marginTransferForSubAccount": {"SubAccountTransferReceipt": {"txnId": "str"}},
    "getTransferableEarnAssetBalanceForPortfolioMargin": {
        "TransferableEarnBalance": {"asset": "str", "amount": "Decimal"}
    },
}
EXAMPLES: dict[str, object] = {
    "fundCollectionByAsset": {"msg": "success"},
    "fundAutoCollection": {"msg": "success"},
    "userUniversalTransfer": {"tranId": 13526853623},
    "marginTransferForSubAccount": {"txnId": "2966662589"},
    "getTransferableEarnAssetBalanceForPortfolioMargin": {"asset": "LDUSDT", "amount": "0.55"},
}
# What a call does to wallets: the parameters, the fields and the wallets that take part in it.
EFFECTS: dict[str, dict[str, dict[str, object]]] = {
    "fundCollectionByAsset": {"collect": {"from": ["UMFUTURE", "CMFUTURE"], "to": "MARGIN", "asset": "asset"}},
    "fundAutoCollection": {"collect": {"from": ["UMFUTURE", "CMFUTURE"], "to": "MARGIN", "except": ["BNB"]}},
    "userUniversalTransfer": {
        "transfer": {
            "by": "type",
            "asset": "asset",
            "amount": "amount",
            "receipt": "tranId",
            "from": "fromSymbol",
            "to": "toSymbol",
        }
    },
    "marginTransferForSubAccount": {
        "transfer": {
            "by": "type",
            "asset": "asset",
            "amount": "amount",
            "receipt": "txnId",
            "from": "email",
            "to": "email",
        }
    },
    "getTransferableEarnAssetBalanceForPortfolioMargin": {
        "report": {"by": "transferType", "asset": "asset", "amount": "amount"}
    },
}
TABLES: dict[str, Mapping[str, object]] = {
    "FACTS": FACTS,
    "PARAMETERS": PARAMETERS,
    "RULES": RULES,
    "CONDITIONS": CONDITIONS,
    "ANSWERS": ANSWERS,
    "EXAMPLES": EXAMPLES,
    "EFFECTS": EFFECTS,
}
"""Each has one row for each operation, by its operationId."""

# The wallets of each transfer type, in the order of the Chinese page.
_PAIRS = """
MAIN>UMFUTURE MAIN>CMFUTURE MAIN>MARGIN UMFUTURE>MAIN UMFUTURE>MARGIN CMFUTURE>MAIN MARGIN>MAIN MARGIN>UMFUTURE
MARGIN>CMFUTURE CMFUTURE>MARGIN ISOLATEDMARGIN>MARGIN MARGIN>ISOLATEDMARGIN ISOLATEDMARGIN>ISOLATEDMARGIN
MAIN>FUNDING FUNDING>MAIN FUNDING>UMFUTURE UMFUTURE>FUNDING MARGIN>FUNDING FUNDING>MARGIN FUNDING>CMFUTURE
CMFUTURE>FUNDING MAIN>OPTION OPTION>MAIN UMFUTURE>OPTION OPTION>UMFUTURE MARGIN>OPTION OPTION>MARGIN FUNDING>OPTION
OPTION>FUNDING MAIN>PORTFOLIO_MARGIN PORTFOLIO_MARGIN>MAIN MAIN>ISOLATEDMARGIN ISOLATEDMARGIN>MAIN
"""
# Only opposite the spot wallet is isolated margin written in two words.
_SPELT_OTHERWISE = {
    "MAIN_ISOLATEDMARGIN": "MAIN_ISOLATED_MARGIN",
    "ISOLATEDMARGIN_MAIN": "ISOLATED_MARGIN_MAIN",
}
_ONLY_CHINESE = ["MAIN_ISOLATED_MARGIN", "ISOLATED_MARGIN_MAIN"]
_TRANSFER_TYPES = [pair.replace(">", "_") for pair in _PAIRS.split()]
# The members of each enum by their values, in the order of the page.
ENUMS: dict[str, dict[str | int, str]] = {
    "TransferType": {_SPELT_OTHERWISE.get(name, name): _SPELT_OTHERWISE.get(name, name) for name in _TRANSFER_TYPES},
    "MarginTransferDirection": {1: "SPOT_TO_MARGIN", 2: "MARGIN_TO_SPOT"},
    "EarnAsset": {"LDUSDT": "LDUSDT"},
    "EarnTransferType": {"EARN_TO_FUTURE": "EARN_TO_FUTURE", "FUTURE_TO_EARN": "FUTURE_TO_EARN"},
}
# The wallets that the values of an enum move funds between; no row where they move nothing.
WALLETS: dict[str, list[tuple[str, ...]]] = {
    "TransferType": [tuple(pair.split(">")) for pair in _PAIRS.split()],
    "MarginTransferDirection": [("SUB_MAIN", "SUB_MARGIN"), ("SUB_MARGIN", "SUB_MAIN")],
    "EarnTransferType": [("EARN", "UMFUTURE"), ("UMFUTURE", "EARN")],
}
# The wallets of which there are several, and what tells them apart.
SEVERAL = {"ISOLATEDMARGIN": "symbol", "SUB_MAIN": "email", "SUB_MARGIN": "email"}
# Whether the key is sent, and whether the call is signed.
SECURITY = {
    "NONE": (False, False),
    "MARKET_DATA": (True, False),
    "USER_STREAM": (True, False),
    "USER_DATA": (True, True),
    "TRADE": (True, True),
    "MARGIN": (True, True),
}
# Words that a note must have where the pages disagree, by the place of the note.
DISAGREEMENTS = {
    "weight 900 or 300": ("userUniversalTransfer", ["900", "300", "UID"]),
    "symbols typed as transfer types": ("userUniversalTransfer", ["fromSymbol", "toSymbol", "BTCUSDT"]),
    "33 types or 31": ("TransferType", ["33", "31", *_ONLY_CHINESE]),
    "amount and futureType of the SDK": ("fundCollectionByAsset", ["amount", "futureType", "UM", "CM", "OPTION"]),
    "LDUSDT only, on the wrong endpoint": ("fundCollectionByAsset.asset", ["LDUSDT", "RWUSD"]),
    "TRADE or USER_DATA": ("getTransferableEarnAssetBalanceForPortfolioMargin", ["TRADE", "USER_DATA"]),
    "all assets or all but BNB": ("fundAutoCollection", ["BNB", "UM-PM"]),
    "500 calls of whom": ("fundAutoCollection", ["500", "IP", "UID"]),
    "RWUSD": ("EarnAsset", ["LDUSDT", "RWUSD"]),
    "integer or string id": ("UniversalTransferReceipt.tranId", ["txnId"]),
    "string or integer id": ("SubAccountTransferReceipt.txnId", ["tranId"]),
}


@pytest.fixture(params=FACTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def operation(spec: Spec, name: str) -> Operation:
    if name not in [each.id for each in spec.operations]:
        pytest.skip("the test of rows tells of it")
    return spec.operation(name)


def _compare(place: str, wanted: Mapping[str, object], found: Mapping[str, object]) -> None:
    """Fail with a line for each fact that differs."""
    _tell(
        f"{place}, {what}: this file says {wanted[what]!r}, the spec says {found[what]!r}"
        for what in wanted
        if wanted[what] != found[what]
    )


def _tell(problems: Iterable[str]) -> None:
    lines = list(problems)
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def test_every_operation_and_every_enum_has_its_row_in_each_table(spec: Spec) -> None:
    operations, enums = [each.id for each in spec.operations], [each.name for each in spec.enums]
    tables = {**dict.fromkeys(TABLES, operations), "ENUMS": enums}
    rows = {**TABLES, "ENUMS": ENUMS}
    missing = [f"{each} has no row in {table}" for table in tables for each in tables[table] if each not in rows[table]]
    extra = [
        f"{each} in {table} is not in the spec" for table in tables for each in rows[table] if each not in tables[table]
    ]
    _tell(missing + extra)


def test_operations_stand_in_this_order(spec: Spec) -> None:
    found = [each.id for each in spec.operations]
    assert [each for each in found if each in FACTS] == [each for each in FACTS if each in found]


def test_the_facts_of_an_operation_are_those_of_its_page(name: str, operation: Operation) -> None:
    fact = FACTS[name]
    limit = operation.limit
    found = {
        "endpoint": f"{operation.method} {operation.path}",
        "title": operation.title.en,
        "chinese": operation.title.zh,
        "scope": operation.scope,
        "weight": operation.weight,
        "calls_per_minute": operation.calls_per_minute,
        "security": operation.node["x-binance-security"],
        "moves_funds": operation.moves_funds,
        "permissions": tuple(each["name"] for each in operation.permissions),
        "cap": limit and (limit["calls"], limit["seconds"]),
        "key and signature": (operation.requires_key, operation.requires_signature),
        "sources": operation.node["x-binance-source"],
    }
    wanted = fact._asdict() | {
        "key and signature": SECURITY[fact.security],
        "sources": {
            "en": {"url": f"{_PAGES}{fact.page}", "read": fact.read},
            "zh-CN": {"url": f"{_PAGES}zh-CN/{fact.page}", "read": fact.read_in_chinese},
        },
    }
    told_by_sources = ("page", "read", "read_in_chinese")
    _compare(name, {key: wanted[key] for key in wanted if key not in told_by_sources}, found)


def test_each_endpoint_has_a_budget_of_its_own(spec: Spec) -> None:
    assert spec.data["x-binance-rate-limits"] == {
        "ip": {"weight": 12000, "seconds": 60},
        "uid": {"weight": 180000, "seconds": 60},
    }


def test_parameters_have_the_types_and_the_order_of_the_page(spec: Spec, name: str, operation: Operation) -> None:
    if name not in PARAMETERS:
        pytest.skip("the test of rows tells of it")
    by_wire = {each.wire: each for each in _sent(operation)}
    written = [by_wire[spec.follow(node)["name"]] for node in operation.node.get("parameters", [])]
    found = " ".join(f"{each.wire}{'!' * each.required}:{_type(each)}" for each in written)
    _compare(name, {"PARAMETERS": PARAMETERS[name]}, {"PARAMETERS": found})


def _sent(operation: Operation) -> list[Parameter]:
    return [*operation.parameters, *([operation.timestamp] if operation.timestamp else [])]


def _type(parameter: Parameter) -> str:
    one = parameter.enum.name if parameter.enum else parameter.kind
    return f"{one}[{parameter.array}]" if parameter.array else one


def test_parameters_have_the_ranges_and_defaults_of_the_page(name: str, operation: Operation) -> None:
    if name not in RULES:
        pytest.skip("the test of rows tells of it")
    found = {each.wire: _rules(each) for each in _sent(operation)}
    wanted = {each: RULES[name].get(each, RULES_EVERYWHERE.get(each, {})) for each in [*found, *RULES[name]]}
    _compare(f"{name}, RULES", wanted, {each: found.get(each) for each in wanted})


def _rules(parameter: Parameter) -> dict[str, object]:
    keys = ("minimum", "maximum", "maxLength")
    found = {key: parameter.schema[key] for key in keys if key in parameter.schema}
    found |= parameter.lengths
    found |= {"default": parameter.default} if parameter.default is not None else {}
    return found | ({"refused": parameter.refused} if parameter.refused else {})


def test_parameters_are_required_on_the_conditions_of_the_page(name: str, operation: Operation) -> None:
    if name not in CONDITIONS:
        pytest.skip("the test of rows tells of it")
    _compare(name, {"CONDITIONS": CONDITIONS[name]}, {"CONDITIONS": operation.conditions})


def test_a_call_does_to_wallets_what_its_page_says(name: str, operation: Operation) -> None:
    if name not in EFFECTS:
        pytest.skip("the test of rows tells of it")
    _compare(name, {"EFFECTS": EFFECTS[name]}, {"EFFECTS": operation.node.get("x-binance-effect")})


def test_only_wallets_of_a_pair_or_of_a_sub_account_are_several(spec: Spec) -> None:
    wallets = spec.data["x-binance-wallets"]
    assert {name: each["per"] for name, each in wallets.items() if "per" in each} == SEVERAL


@pytest.mark.parametrize("name", ENUMS)
def test_enums_have_the_values_of_the_page_and_its_wallets(spec: Spec, name: str) -> None:
    enum = next((each for each in spec.enums if each.name == name), None)
    if enum is None:
        pytest.skip("the test of rows tells of it")
    assert [(each.value, each.name) for each in enum.values] == list(ENUMS[name].items())
    assert [each.moves for each in enum.values] == WALLETS.get(name, [None] * len(enum.values))


def test_there_are_33_transfer_types(spec: Spec) -> None:
    assert len(spec.enum("TransferType").values) == len(set(_TRANSFER_TYPES)) == 33


_ONE_WAY: set[tuple[str, str]] = set()
"""Ways on which nothing comes back: from and to, as wallets."""


def test_each_way_has_its_inverse_and_only_known_wallets(spec: Spec) -> None:
    alone = set()
    for enum in spec.enums:
        moves = {each.moves for each in enum.values if each.moves}
        alone |= {(source, target) for source, target in moves if (target, source) not in moves}
    assert alone == _ONE_WAY, "such ways belong into _ONE_WAY"
    known = set(spec.data["x-binance-wallets"])
    assert {wallet for enum in spec.enums for each in enum.values for wallet in each.moves or ()} == known


@pytest.mark.parametrize("amount", ["1", "0.00001", "12345678901234567890.12345678901234567890"])
def test_amounts_that_the_pages_allow_fit(spec: Spec, amount: str) -> None:
    assert all(re.search(pattern, amount) for pattern in _amount_patterns(spec))


@pytest.mark.parametrize("amount", ["1e-05", "-1", "+1", "1.", ".5", "1,5", "", "1_000", "123456789012345678901"])
def test_amounts_that_the_pages_do_not_allow_do_not_fit(spec: Spec, amount: str) -> None:
    assert not any(re.search(pattern, amount) for pattern in _amount_patterns(spec))


def _amount_patterns(spec: Spec) -> list[str]:
    amounts = [each.schema for operation in spec.operations for each in operation.parameters if each.kind == "decimal"]
    found = [each["pattern"] for each in amounts if "pattern" in each]
    assert found
    return found


def test_answers_have_the_fields_that_the_page_shows(name: str, operation: Operation) -> None:
    if name not in ANSWERS:
        pytest.skip("the test of rows tells of it")
    found = {
        model.name: {"": model.alias}
        if model.alias
        else {field.wire + "?" * (not field.required): field.annotation for field in model.fields}
        for model in operation.models
    }
    shown = {model: list(fields.items()) for model, fields in found.items()}
    wanted = {model: list(fields.items()) for model, fields in ANSWERS[name].items()}
    _compare(name, {"ANSWERS": wanted}, {"ANSWERS": shown})


def test_the_example_of_an_answer_is_that_of_the_page(name: str, operation: Operation) -> None:
    if name not in EXAMPLES:
        pytest.skip("the test of rows tells of it")
    _compare(name, {"EXAMPLES": EXAMPLES[name]}, {"EXAMPLES": operation.response_example})


def test_the_hosts_are_the_documented_ones(spec: Spec) -> None:
    names = ["api", "api-gcp", "api1", "api2", "api3", "api4"]
    assert [each["url"] for each in spec.data["servers"]] == [f"https://{name}.binance.com" for name in names]


def test_only_two_codes_are_documented_as_unknown(spec: Spec) -> None:
    documented = [(each["code"], each["outcome"]) for each in spec.data["x-binance-errors"] if each["documented"]]
    assert documented == [(-1006, "unknown"), (-1007, "unknown")]


def test_a_pending_transfer_is_never_taken_for_a_refusal(spec: Spec) -> None:
    outcomes = {each["code"]: each["outcome"] for each in spec.data["x-binance-errors"]}
    for code in (-1000, -1001, -1006, -1007, -3000, -4027, -5012, -6019):
        assert (code, outcomes[code]) == (code, "unknown")


def test_error_codes_stand_once_and_in_order(spec: Spec) -> None:
    codes = [each["code"] for each in spec.data["x-binance-errors"]]
    assert codes == sorted(set(codes), key=lambda code: (code > 0, abs(code)))


@pytest.mark.parametrize("disagreement", DISAGREEMENTS)
def test_a_note_tells_in_both_languages_where_sources_disagree(spec: Spec, disagreement: str) -> None:
    place, words = DISAGREEMENTS[disagreement]
    notes = _notes_by_place(spec)[place]
    assert any(all(word in note.en and word in note.zh for word in words) for note in notes)


def test_the_types_that_only_the_chinese_page_has_say_so(spec: Spec) -> None:
    types = spec.enum("TransferType").values
    noted = [each.value for each in types if any("Only the Chinese page" in note.en for note in each.notes)]
    assert noted == _ONLY_CHINESE


def _notes_by_place(spec: Spec) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {enum.name: enum.notes for enum in spec.enums}
    for operation in spec.operations:
        found[operation.id] = operation.notes
        found |= {f"{operation.id}.{each.wire}": each.notes for each in operation.parameters}
    return found | {f"{model.name}.{each.wire}": each.notes for model in spec.models for each in model.fields}


def test_every_text_has_its_chinese(spec: Spec) -> None:
    pairs = list(spec.texts())
    assert len(pairs) > 150
    without = [place for place, words in pairs if not re.search(r"[\u4e00-\u9fff]", words.zh)]
    assert without == []


def test_no_english_text_holds_chinese(spec: Spec) -> None:
    assert [place for place, words in spec.texts() if re.search(r"[\u3000-\u9fff]", words.en)] == []


def test_both_languages_name_the_same_numbers(spec: Spec) -> None:
    """A number in one language and not in the other is a mistake of copying, but for digits that stand for words."""
    as_words = {"0", "1", "2", "3", "4"}
    differing = []
    for place, words in spec.texts():
        numbers = [set(re.findall(r"(?<![\w.])-?\d[\d.:-]*\d|\d", part)) - as_words for part in words]
        if numbers[0] != numbers[1] and not _are_months(numbers[0] ^ numbers[1], words):
            differing.append((place, numbers))
    assert differing == []


def _are_months(numbers: set[str], words: Text) -> bool:
    """Return whether all of them are months, which are words in English and numbers in Chinese."""
    written = {str(month) for month in range(1, 13) if date(2026, month, 1).strftime("%B") in words.en}
    return numbers <= written


def test_the_title_of_the_spec_has_its_chinese(spec: Spec) -> None:
    assert text(spec.data["info"], "title").zh == "币安资金划转"
