"""The spec says what Binance's pages say; the facts stand here once more, copied from the pages by hand."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import pytest

from .reader import Operation, Spec, Text, text

_PAGES = "https://developers.binance.com/docs/"
_PORTFOLIO = "derivatives/portfolio-margin-pro/account/"


class Fact(NamedTuple):
    operation: str
    endpoint: str
    title: str
    chinese: str
    scope: str
    weight: int
    calls_per_minute: int
    page: str
    read_in_chinese: str = "2026-01-15"


FACTS = [
    Fact(
        "fundCollectionByAsset",
        "POST /sapi/v1/portfolio/asset-collection",
        "Fund Collection by Asset",
        "特定资产资金归集",
        *("ip", 60, 200),
        f"{_PORTFOLIO}Fund-Collection-by-Asset",
    ),
    Fact(
        "fundAutoCollection",
        "POST /sapi/v1/portfolio/auto-collection",
        "Fund Auto-collection",
        "资金归集",
        *("ip", 1500, 8),
        f"{_PORTFOLIO}Fund-Auto-collection",
    ),
    Fact(
        "userUniversalTransfer",
        "POST /sapi/v1/asset/transfer",
        "User Universal Transfer",
        "用户万向划转",
        *("uid", 900, 200),
        "wallet/asset/user-universal-transfer",
        "2026-02-11",
    ),
    Fact(
        "marginTransferForSubAccount",
        "POST /sapi/v1/sub-account/margin/transfer",
        "Margin Transfer for Sub-account",
        "子账户杠杆划转",
        *("ip", 1, 12000),
        "sub_account/asset-management/Margin-Transfer-for-Sub-account",
    ),
    Fact(
        "getTransferableEarnAssetBalanceForPortfolioMargin",
        "GET /sapi/v1/portfolio/earn-asset-balance",
        "Get Transferable Earn Asset Balance for Portfolio Margin",
        "查询统一账户理财资产可划转金额",
        *("ip", 1500, 8),
        f"{_PORTFOLIO}Get-Transferable-Earn-Asset-Balance-Portfolio-Margin",
    ),
]

# The wallets of each transfer type, in the order of the Chinese page.
PAIRS = """
MAIN>UMFUTURE MAIN>CMFUTURE MAIN>MARGIN UMFUTURE>MAIN UMFUTURE>MARGIN CMFUTURE>MAIN MARGIN>MAIN MARGIN>UMFUTURE
MARGIN>CMFUTURE CMFUTURE>MARGIN ISOLATEDMARGIN>MARGIN MARGIN>ISOLATEDMARGIN ISOLATEDMARGIN>ISOLATEDMARGIN
MAIN>FUNDING FUNDING>MAIN FUNDING>UMFUTURE UMFUTURE>FUNDING MARGIN>FUNDING FUNDING>MARGIN FUNDING>CMFUTURE
CMFUTURE>FUNDING MAIN>OPTION OPTION>MAIN UMFUTURE>OPTION OPTION>UMFUTURE MARGIN>OPTION OPTION>MARGIN FUNDING>OPTION
OPTION>FUNDING MAIN>PORTFOLIO_MARGIN PORTFOLIO_MARGIN>MAIN MAIN>ISOLATEDMARGIN ISOLATEDMARGIN>MAIN
"""
# Only opposite the spot wallet is isolated margin written in two words.
SPELT_OTHERWISE = {
    "MAIN_ISOLATEDMARGIN": "MAIN_ISOLATED_MARGIN",
    "ISOLATEDMARGIN_MAIN": "ISOLATED_MARGIN_MAIN",
}
_ONLY_CHINESE = ["MAIN_ISOLATED_MARGIN", "ISOLATED_MARGIN_MAIN"]

PARAMETERS = {
    "fundCollectionByAsset": "asset! recvWindow timestamp!",
    "fundAutoCollection": "recvWindow timestamp!",
    "userUniversalTransfer": "type! asset! amount! fromSymbol toSymbol recvWindow timestamp!",
    "marginTransferForSubAccount": "email! asset! amount! type! recvWindow timestamp!",
    "getTransferableEarnAssetBalanceForPortfolioMargin": "asset! transferType! recvWindow timestamp!",
}
ANSWERS: dict[str, object] = {
    "fundCollectionByAsset": {"msg": "success"},
    "fundAutoCollection": {"msg": "success"},
    "userUniversalTransfer": {"tranId": 13526853623},
    "marginTransferForSubAccount": {"txnId": "2966662589"},
    "getTransferableEarnAssetBalanceForPortfolioMargin": {"asset": "LDUSDT", "amount": "0.55"},
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


@pytest.fixture(params=FACTS, ids=lambda fact: fact.operation)
def fact(request: pytest.FixtureRequest) -> Fact:
    found: Fact = request.param
    return found


def _operation(spec: Spec, operation_id: str) -> Operation:
    return next(each for each in spec.operations if each.node["operationId"] == operation_id)


def test_there_are_five_operations_in_this_order(spec: Spec) -> None:
    assert [each.node["operationId"] for each in spec.operations] == [fact.operation for fact in FACTS]


def test_endpoint_title_weight_and_scope_are_those_of_the_page(spec: Spec, fact: Fact) -> None:
    operation = _operation(spec, fact.operation)
    assert f"{operation.method} {operation.path}" == fact.endpoint
    assert operation.title == (fact.title, fact.chinese)
    assert operation.node["x-binance-weight"] == {"scope": fact.scope, "weight": fact.weight}
    assert operation.calls_per_minute == fact.calls_per_minute


def test_each_endpoint_has_a_budget_of_its_own(spec: Spec) -> None:
    assert spec.data["x-binance-rate-limits"] == {
        "ip": {"weight": 12000, "seconds": 60},
        "uid": {"weight": 180000, "seconds": 60},
    }


def test_only_auto_collection_has_a_cap_of_500_calls_per_hour(spec: Spec) -> None:
    caps = {each.name: each.node.get("x-binance-call-limit") for each in spec.operations}
    assert {name: cap for name, cap in caps.items() if cap} == {"fund_auto_collection": {"calls": 500, "seconds": 3600}}


def test_all_are_signed_and_only_the_get_moves_nothing(spec: Spec) -> None:
    for operation in spec.operations:
        assert (operation.keyed, operation.signed, operation.node["x-binance-security"]) == (True, True, "USER_DATA")
        assert operation.moves_funds == (operation.method == "POST")


def test_two_operations_name_a_permission(spec: Spec) -> None:
    named = {
        each.node["operationId"]: [permission["name"] for permission in each.node["x-binance-permissions"]]
        for each in spec.operations
        if "x-binance-permissions" in each.node
    }
    assert named == {
        "userUniversalTransfer": ["permitsUniversalTransfer"],
        "marginTransferForSubAccount": ["enableSpotAndMarginTrading"],
    }


def test_the_sources_are_the_pages_that_were_read(spec: Spec, fact: Fact) -> None:
    assert _operation(spec, fact.operation).node["x-binance-source"] == {
        "en": {"url": f"{_PAGES}{fact.page}", "read": "2026-01-15"},
        "zh-CN": {"url": f"{_PAGES}zh-CN/{fact.page}", "read": fact.read_in_chinese},
    }


def test_parameters_stand_in_the_order_of_the_page(spec: Spec) -> None:
    for operation in spec.operations:
        nodes = [spec.follow(node) for node in operation.node["parameters"]]
        found = " ".join(node["name"] + ("!" if node["required"] else "") for node in nodes)
        assert found == PARAMETERS[operation.node["operationId"]]


def test_there_are_33_transfer_types_between_these_wallets(spec: Spec) -> None:
    wanted = []
    for pair in PAIRS.split():
        source, _, target = pair.partition(">")
        name = f"{source}_{target}"
        wanted.append((SPELT_OTHERWISE.get(name, name), (source, target)))
    types = spec.enums[0]
    assert types.name == "TransferType"
    assert len(wanted) == len(set(wanted)) == 33
    assert [(each.value, each.moves) for each in types.values] == wanted


def test_each_transfer_type_has_its_inverse_and_only_known_wallets(spec: Spec) -> None:
    moves = [each.moves for each in spec.enums[0].values if each.moves]
    assert {(target, source) for source, target in moves} == set(moves)
    known = set(spec.data["x-binance-wallets"])
    assert {wallet for enum in spec.enums for each in enum.values for wallet in each.moves or ()} == known


def test_symbols_are_required_where_the_page_says_so(spec: Spec) -> None:
    assert _operation(spec, "userUniversalTransfer").conditions == [
        ("fromSymbol", "type", ["ISOLATEDMARGIN_MARGIN", "ISOLATEDMARGIN_ISOLATEDMARGIN"]),
        ("toSymbol", "type", ["MARGIN_ISOLATEDMARGIN", "ISOLATEDMARGIN_ISOLATEDMARGIN"]),
    ]
    assert [each.name for each in spec.operations if each.conditions] == ["user_universal_transfer"]


def test_the_other_enums_have_the_values_of_their_pages(spec: Spec) -> None:
    assert {enum.name: [(each.name, each.value) for each in enum.values] for enum in spec.enums[1:]} == {
        "MarginTransferDirection": [("SPOT_TO_MARGIN", 1), ("MARGIN_TO_SPOT", 2)],
        "EarnAsset": [("LDUSDT", "LDUSDT")],
        "EarnTransferType": [("EARN_TO_FUTURE", "EARN_TO_FUTURE"), ("FUTURE_TO_EARN", "FUTURE_TO_EARN")],
    }
    assert [each.moves for each in spec.enums[1].values] == [("SUB_MAIN", "SUB_MARGIN"), ("SUB_MARGIN", "SUB_MAIN")]


def test_bnb_is_refused_for_the_collection_of_one_asset_and_nowhere_else(spec: Spec) -> None:
    refused = {(op.node["operationId"], each.wire): each.refused for op in spec.operations for each in op.parameters}
    assert {key: values for key, values in refused.items() if values} == {("fundCollectionByAsset", "asset"): ["BNB"]}


def test_the_types_of_the_parameters_are_those_of_the_pages(spec: Spec) -> None:
    for operation in spec.operations:
        for parameter in operation.parameters:
            kind = {"amount": "decimal", "recvWindow": "integer"}.get(parameter.wire, "string")
            if operation.name == "margin_transfer_for_sub_account" and parameter.wire == "type":
                kind = "integer"
            assert (parameter.wire, parameter.kind) == (parameter.wire, kind)


def test_recv_window_is_optional_between_1_and_60000_and_5000_when_it_is_left_out(spec: Spec) -> None:
    for operation in spec.operations:
        window = operation.parameters[-1]
        rules = {key: window.schema[key] for key in ("minimum", "maximum", "default")}
        assert (window.wire, window.required) == ("recvWindow", False)
        assert rules == {"minimum": 1, "maximum": 60000, "default": 5000}


@pytest.mark.parametrize("amount", ["1", "0.00001", "12345678901234567890.12345678901234567890"])
def test_amounts_that_the_pages_allow_fit(spec: Spec, amount: str) -> None:
    assert all(re.search(pattern, amount) for pattern in _amount_patterns(spec))


@pytest.mark.parametrize("amount", ["1e-05", "-1", "+1", "1.", ".5", "1,5", "", "1_000", "123456789012345678901"])
def test_amounts_that_the_pages_do_not_allow_do_not_fit(spec: Spec, amount: str) -> None:
    assert not any(re.search(pattern, amount) for pattern in _amount_patterns(spec))


def _amount_patterns(spec: Spec) -> list[str]:
    found = [each.schema["pattern"] for op in spec.operations for each in op.parameters if each.wire == "amount"]
    assert len(found) == 2
    return found


def test_the_answers_are_the_examples_of_the_pages(spec: Spec, fact: Fact) -> None:
    operation = _operation(spec, fact.operation)
    answer = ANSWERS[fact.operation]
    assert operation.response_example == answer
    assert isinstance(answer, dict)
    assert [field.wire for field in operation.model.fields] == list(answer)
    assert all(field.required for field in operation.model.fields)


def test_receipts_keep_the_types_that_the_pages_show(spec: Spec) -> None:
    types = {field.wire: field.annotation for op in spec.operations for field in op.model.fields}
    assert types == {
        "msg": "Literal['success']",
        "tranId": "int",
        "txnId": "str",
        "asset": "str",
        "amount": "Decimal",
    }


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
    noted = [each.value for each in spec.enums[0].values if any("Only the Chinese page" in n.en for n in each.notes)]
    assert noted == _ONLY_CHINESE


def _notes_by_place(spec: Spec) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {enum.name: enum.notes for enum in spec.enums}
    for operation in spec.operations:
        name = operation.node["operationId"]
        found[name] = operation.notes
        found |= {f"{name}.{each.wire}": each.notes for each in operation.parameters}
        found |= {f"{operation.model.name}.{each.wire}": each.notes for each in operation.model.fields}
    return found


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
    """Tell whether all of them are months, which are words in English and numbers in Chinese."""
    written = {str(month) for month in range(1, 13) if date(2026, month, 1).strftime("%B") in words.en}
    return numbers <= written


def test_the_title_of_the_spec_has_its_chinese(spec: Spec) -> None:
    assert text(spec.data["info"], "title").zh == "币安资金划转"
