"""The spec has the facts of Binance's pages that were copied by hand a second time, so that no edit goes unnoticed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from .facts import FACTS, fact_of
from .reader import Model, Parameter, Spec, Text

_PAGES = "https://developers.binance.com/docs/"

RULES: dict[str, dict[str, object]] = {
    "recvWindow": {"minimum": 1, "maximum": 60000, "default": 5000},
    "timestamp": {"minimum": 0},
}
"""What every page says of these parameters."""

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
    "TransferStatus": {"CONFIRMED": "CONFIRMED", "FAILED": "FAILED", "PENDING": "PENDING"},
    "SystemStatusCode": {0: "NORMAL", 1: "MAINTENANCE"},
}
# The wallets that the values of an enum move funds between; no row where they move nothing.
WALLETS: dict[str, list[tuple[str, ...]]] = {
    "TransferType": [tuple(pair.split(">")) for pair in _PAIRS.split()],
    "MarginTransferDirection": [("SUB_MAIN", "SUB_MARGIN"), ("SUB_MARGIN", "SUB_MAIN")],
    "EarnTransferType": [("EARN", "UMFUTURE"), ("UMFUTURE", "EARN")],
}
# The wallets of which there are several, and what distinguishes them.
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
    "quoteAsset a LONG": ("queryUserWalletBalance.quoteAsset", ["LONG", "STRING"]),
    "needBalanceDetail of the SDK": ("queryUserWalletBalance.needBalanceDetail", ["2026"]),
    "weight without a scope": ("getPortfolioMarginProAccountBalance", ["20", "IP", "UID"]),
    "integer or string id": ("UniversalTransferReceipt.tranId", ["txnId"]),
    "string or integer id": ("SubAccountTransferReceipt.txnId", ["tranId"]),
}


def test_operations_and_enums_are_these_in_this_order(spec: Spec) -> None:
    operations, enums = [operation.id for operation in spec.operations], {enum.name for enum in spec.enums}
    add = "copy its facts from Binance's page, or from another source that was read, by hand, and take away those that the spec has no longer"
    assert {*operations} == {*FACTS}, f"FACTS in tests/contract/facts.py needs every operation of the spec: {add}."
    assert operations == [*FACTS], "FACTS in tests/contract/facts.py needs the order of the spec and of its tags."
    assert enums == {*ENUMS}, f"ENUMS in tests/contract/test_facts.py needs every enum of the spec: {add}."


@pytest.mark.parametrize("name", FACTS)
def test_the_facts_of_an_operation_are_those_of_its_page(name: str, spec: Spec) -> None:
    fact, operation = FACTS[name], spec.operation(name)
    sent = [*operation.parameters, *([operation.timestamp] if operation.timestamp else [])]
    by_wire = {parameter.wire: parameter for parameter in sent}
    written = [by_wire[spec.follow(node)["name"]] for node in operation.node.get("parameters", [])]
    limit = operation.limit
    found = {
        "endpoint": f"{operation.method} {operation.path}",
        "title": operation.title.en,
        "chinese": operation.title.zh,
        "weights": {weight.scope: weight.weight for weight in operation.weights},
        "calls_per_minute": operation.calls_per_minute,
        "security": operation.node["x-binance-security"],
        "moves_funds": operation.moves_funds,
        "permissions": tuple(permission["name"] for permission in operation.permissions),
        "cap": limit and (limit["calls"], limit["seconds"]),
        "key and signature": (operation.requires_key, operation.requires_signature),
        "sources": {name: {"url": read["url"], "read": read["read"]} for name, read in operation.sources.items()},
        "parameters": " ".join(f"{value.wire}{'!' * value.required}:{_type(value)}" for value in written),
        "rules": {parameter.wire: rules for parameter in sent if (rules := _rules(parameter))},
        "conditions": tuple(operation.conditions),
        "effect": operation.node.get("x-binance-effect"),
        "response": {model.name: _fields(model) for model in operation.models},
        "example": operation.response_example,
    }
    wanted = fact._asdict() | {
        "key and signature": SECURITY[fact.security],
        "sources": {
            **{
                language: {"url": f"{_PAGES}{folder}{fact.page}", "read": read}
                for language, folder, read in (("en", "", fact.read), ("zh-CN", "zh-CN/", fact.read_in_chinese))
                if fact.page and read
            },
            **fact.other_sources,
        },
        "rules": {wire: rule for wire, rule in RULES.items() if wire in by_wire} | {**fact.rules},
    }
    assert {what: wanted[what] for what in found} == found


def test_an_operation_without_facts_fails_with_where_to_write_them() -> None:
    with pytest.raises(AssertionError, match=r"^FACTS in tests/contract/facts\.py lacks sowSeeds: copy its facts"):
        fact_of("sowSeeds")


def _rules(parameter: Parameter) -> dict[str, object]:
    keys = ("minimum", "maximum", "maxLength")
    found = {key: parameter.schema[key] for key in keys if key in parameter.schema}
    found |= {"default": parameter.default} if parameter.default is not None else {}
    return found | ({"refused": parameter.refused} if parameter.refused else {})


def _type(parameter: Parameter) -> str:
    return parameter.enum.name if parameter.enum else parameter.kind


def _fields(model: Model) -> dict[str, str]:
    if model.annotation:
        return {"": model.annotation}
    return {field.wire + "?" * (not field.required): field.annotation for field in model.fields}


def test_budgets_hosts_and_wallets_are_the_documented_ones(spec: Spec) -> None:
    assert spec.data["x-binance-rate-limits"] == {
        "ip": {"weight": 12000, "seconds": 60},
        "uid": {"weight": 180000, "seconds": 60},
    }
    names = ["api", "api-gcp", "api1", "api2", "api3", "api4"]
    assert [server["url"] for server in spec.data["servers"]] == [f"https://{name}.binance.com" for name in names]
    wallets = spec.data["x-binance-wallets"]
    assert {name: wallet["per"] for name, wallet in wallets.items() if "per" in wallet} == SEVERAL
    assert {wallet for pairs in WALLETS.values() for pair in pairs for wallet in pair} == {*wallets}


@pytest.mark.parametrize("name", ENUMS)
def test_enums_have_the_values_of_the_page_and_its_wallets(spec: Spec, name: str) -> None:
    values = spec.enum(name).values
    assert [(value.value, value.name) for value in values] == list(ENUMS[name].items())
    assert [value.moves for value in values] == WALLETS.get(name, [None] * len(values))


def test_there_are_33_transfer_types(spec: Spec) -> None:
    assert len(spec.enum("TransferType").values) == len(set(_TRANSFER_TYPES)) == 33


def test_each_way_has_its_inverse() -> None:
    assert all((target, source) in pairs for pairs in WALLETS.values() for source, target in pairs)


def pattern_of(parameters: Iterable[Parameter], of: str) -> str:
    """Return the one pattern of these parameters, or of what their lists hold, or fail with which ones need it."""
    found = [(parameter.schema.get("pattern"), parameter.wire) for parameter in parameters]
    patterns = Counter(pattern for pattern, _ in found if pattern)
    common = next((pattern for pattern, _ in patterns.most_common(1)), None)
    others = ", ".join(dict.fromkeys(wire for pattern, wire in found if pattern != common))
    assert others == "", (
        f"Every parameter that is {of} needs pattern: '{common}' in spec/binance.yaml, which is not that of {others}; several in one text are an array with explode: false, and the pattern is that of its items."
    )
    return str(common)


def test_amounts_are_plain_numbers(spec: Spec) -> None:
    parameters = [parameter for operation in spec.operations for parameter in operation.parameters]
    pattern = pattern_of([parameter for parameter in parameters if parameter.kind == "decimal"], "an amount")
    fitting = ["1", "0.00001", "12345678901234567890.12345678901234567890"]
    others = ["1e-05", "-1", "+1", "1.", ".5", "1,5", "", "1_000", "123456789012345678901"]
    assert [amount for amount in fitting + others if re.search(pattern, amount)] == fitting


def test_a_parameter_without_the_pattern_of_its_kind_fails_with_what_to_write(spec: Spec) -> None:
    amounts = [value for operation in spec.operations for value in operation.parameters if value.kind == "decimal"]
    without = replace(amounts[0], wire="price", schema={"type": "string", "format": "decimal"})
    pattern = amounts[0].schema["pattern"]
    message = f"Every parameter that is an amount needs pattern: '{pattern}' in spec/binance.yaml, which is not that of price; "
    with pytest.raises(AssertionError, match=f"^{re.escape(message)}"):
        pattern_of([*amounts, without], "an amount")


@pytest.mark.parametrize(
    ("names", "fitting", "others"),
    [
        ({"asset", "fromSymbol", "toSymbol", "quoteAsset"}, ["USDT", "1000SATS", "1INCH", "币安人生", "币安人生USDT", "A-B_1.C"], ["usdt", "USDt", " USDT", "US DT", "", "BNB\u200b", "\u202eUSDT", "ＵＳＤＴ", "USD\u0422", "USDT/BTC"]),
        ({"email"}, ["desk+1@example.com", "Ä@例子.com", "a@b"], ["nope", "@b.c", "a@", "a b@c.d", " a@b.c", "a@b@c", "", "a@b.c\u200b", "<a@b.c>", "mailto:a@b.c"]),
    ],
)  # fmt: skip
def test_names_and_addresses_are_refused_only_where_they_cannot_be(
    names: set[str], fitting: list[str], others: list[str], spec: Spec
) -> None:
    parameters = [parameter for operation in spec.operations for parameter in operation.parameters]
    named = [parameter for parameter in parameters if parameter.wire in names and parameter.enum is None]
    pattern = pattern_of(named, f"called {' or '.join(sorted(names))}")
    assert [text for text in fitting + others if re.search(pattern, text)] == fitting


def test_only_two_codes_are_documented_as_unknown(spec: Spec) -> None:
    documented = [(error["code"], error["outcome"]) for error in spec.data["x-binance-errors"] if error["documented"]]
    assert documented == [(-1006, "unknown"), (-1007, "unknown")]


def test_a_pending_transfer_is_never_taken_for_a_refusal(spec: Spec) -> None:
    outcomes = {error["code"]: error["outcome"] for error in spec.data["x-binance-errors"]}
    for code in (-1000, -1001, -1006, -1007, -3000, -4027, -5012, -6019):
        assert (code, outcomes[code]) == (code, "unknown")


def test_error_codes_stand_once_and_in_order(spec: Spec) -> None:
    codes = [error["code"] for error in spec.data["x-binance-errors"]]
    assert codes == sorted(set(codes), key=lambda code: (code > 0, abs(code)))


@pytest.mark.parametrize("disagreement", DISAGREEMENTS)
def test_a_note_tells_in_both_languages_where_sources_disagree(spec: Spec, disagreement: str) -> None:
    place, words = DISAGREEMENTS[disagreement]
    notes = _notes_by_place(spec)[place]
    assert any(all(word in note.en and word in note.zh for word in words) for note in notes)


def test_the_types_that_only_the_chinese_page_has_say_so(spec: Spec) -> None:
    types = spec.enum("TransferType").values
    noted = [value.value for value in types if any("Only the Chinese page" in note.en for note in value.notes)]
    assert noted == _ONLY_CHINESE


def _notes_by_place(spec: Spec) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {enum.name: enum.notes for enum in spec.enums}
    for operation in spec.operations:
        found[operation.id] = operation.notes
        found |= {f"{operation.id}.{parameter.wire}": parameter.notes for parameter in operation.parameters}
    return found | {f"{model.name}.{field.wire}": field.notes for model in spec.models for field in model.fields}


def test_maps_are_read_and_a_type_that_is_not_names_where_to_add_it() -> None:
    record = {"type": "object", "properties": {"free": {"type": "string", "format": "decimal"}}}
    annotation, [model] = Spec()._type({"type": "object", "additionalProperties": record}, "Held")
    assert (annotation, model.name, model.fields[0].annotation) == ("dict[str, Held]", "Held", "Decimal")
    with pytest.raises(NotImplementedError, match=r"^Held: tests\.contract\.reader does not read the type null yet"):
        Spec()._type({"type": "null"}, "Held")
