"""Shows every error in what a call does to wallets."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.broken_specs import TRANSFER, case, changed, check_errors, run, with_effect

pytestmark = pytest.mark.usefixtures("_here")

# A change and its messages are beside each other, however long.
# fmt: off
ERRORS = (
    case("two effects", with_effect("{collect: {from: [CASH], to: MAIN}, report: {by: kind, asset: asset, amount: tranId}}"),
         "23:25: x-binance-effect is a mapping; at most 1 is allowed, of: transfer, collect, report."),
    case("an effect that is none", with_effect("{}"),
         "23:25: x-binance-effect is an empty mapping; at least 1 is needed, of: transfer, collect, report."),
    case("an effect of another kind", with_effect("{move: {from: [CASH], to: MAIN}}"),
         "23:32: move is not supported in x-binance-effect; allowed: transfer, collect, report."),
    case("a transfer that lacks names, and has one too many", with_effect("{transfer: {by: kind, asset: asset, until: symbol}}"),
         "23:36: transfer lacks amount.",
         "23:36: transfer lacks receipt.",
         "23:68: until is not supported in transfer; allowed: by, asset, amount, receipt, from, to."),
    case("an effect on parameters and a field that do not exist", with_effect("{transfer: {by: kinds, asset: assets, amount: sum, receipt: tranid, from: pair}}"),
         "23:41: there is no parameter kinds; there are: account, kind, symbol, asset, amount. Did you mean kind?",
         "23:55: there is no parameter assets; there are: account, kind, symbol, asset, amount. Did you mean asset?",
         "23:71: there is no parameter sum; there are: account, kind, symbol, asset, amount.",
         "23:85: the response Receipt has no field tranid; there are: tranId. Did you mean tranId?",
         "23:99: there is no parameter pair; there are: account, kind, symbol, asset, amount."),
    case("an effect on parameters and a field of another kind", with_effect("{transfer: {by: amount, asset: amount, amount: asset, receipt: tranId, from: account}}") | {"tranId: {type: integer}": "tranId: {type: array, items: {type: integer}}", "{tranId: 1}": "{tranId: [1]}"},
         "23:41: the parameter amount is decimal; allowed here: string, integer.",
         "23:56: the parameter amount is decimal; allowed here: string.",
         "23:72: the parameter asset is string; allowed here: decimal.",
         "23:88: the field tranId of the response is list[int]; allowed here: int, str.",
         "23:102: the parameter account is integer; allowed here: string."),
    case("an effect by a parameter without an enum", with_effect("{transfer: {by: asset, asset: asset, amount: amount, receipt: tranId}}"),
         "23:41: the parameter asset has no enum, so no value of it names wallets."),
    case("an effect by a list", with_effect("{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId}}") | {"schema: {$ref: '#/components/schemas/Kind'}": "schema: {type: array, items: {$ref: '#/components/schemas/Kind'}}"},
         "23:41: the parameter kind is a list; allowed here: string, integer."),
    case("an effect by a parameter that may be left out", with_effect(TRANSFER) | {"{name: kind, in: query, required: true,": "{name: kind, in: query,"},
         "23:41: the parameter kind may be left out; a transfer needs it: write required: true."),
    case("an effect by values of which one moves nothing", with_effect(TRANSFER) | {"{const: OUT}": "{const: OUT}\n        - {const: BACK}"},
         "23:41: each value of Kind needs x-binance-moves; without: OUT, BACK."),
    case("a transfer that does not tell which wallet is meant", with_effect("{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId}}"),
         "23:26: there is one PAIR per symbol; write from: the parameter that tells which.",
         "23:26: there is one PAIR per symbol; write to: the parameter that tells which."),
    case("a transfer that tells which of one wallet is meant", with_effect(TRANSFER) | {"to: PAIR}": "to: CASH}"},
         "23:112: to is not needed: of these wallets, none has per: CASH, MAIN."),
    case("a transfer to a wallet that does not exist", with_effect(TRANSFER) | {"to: MAIN}": "to: MIAN}"},
         "70:58: there is no wallet MIAN; x-binance-wallets has: CASH, PAIR, MAIN."),
    case("a transfer that moves no funds", with_effect(TRANSFER) | {"x-binance-moves-funds: true": f"x-binance-moves-funds: false\n      x-binance-effect: {TRANSFER}"},
         "23:26: a transfer moves funds, so x-binance-moves-funds must be true."),
    case("an asset that stays twice", with_effect("{collect: {from: [CASH], to: MAIN, except: [BNB, BNB]}}"),
         "23:68: except is a list; nothing may be in it twice."),
    case("a collection of wallets that cannot be", with_effect("{collect: {from: [CASH, PAIR, MIAN], to: CASH, asset: assets}}"),
         "23:49: there is one PAIR per symbol; a collection cannot tell which.",
         "23:55: there is no wallet MIAN; x-binance-wallets has: CASH, PAIR, MAIN.",
         "23:66: CASH is one of the wallets that are emptied; allowed: another one.",
         "23:79: there is no parameter assets; there are: account, kind, symbol, asset, amount. Did you mean asset?"),
    case("a collection of nothing", with_effect("{collect: {from: [], to: CASH}}"),
         "23:42: from is an empty list; at least 1 is needed."),
    case("a report that moves funds", with_effect("{report: {by: kind, asset: asset, amount: tranId}}"),
         "23:26: a report moves nothing, so x-binance-moves-funds must be false.",
         "23:39: there is one PAIR per symbol; a report cannot tell which.",
         "23:52: the response Receipt has no field asset; there are: tranId.",
         "23:67: the field tranId of the response is int; allowed here: Decimal."),
    case("a report of a response without fields", with_effect("{report: {by: kind, asset: asset, amount: tranId}}") | {"schema: {$ref: '#/components/schemas/Receipt'}\n              example: {tranId: 1}": "schema: {type: array, items: {$ref: '#/components/schemas/Receipt'}}\n              example: []", "x-binance-moves-funds: true\n      x-binance-effect": "x-binance-moves-funds: false\n      x-binance-effect"},
         "23:39: there is one PAIR per symbol; a report cannot tell which.",
         "23:52: the response TransferResponse has no field asset; there are: none.",
         "23:67: the response TransferResponse has no field tranId; there are: none."),
    case("an effect beside wallets that cannot be read", with_effect(TRANSFER) | {"CASH: {description": "CASH: {words"},
         "8:9: CASH lacks description.",
         "8:17: words is not supported in CASH; allowed: description, x-binance-zh, per."),
)
# fmt: on


@pytest.mark.parametrize(("change", "lines"), ERRORS)
def test_an_error_is_printed_with_its_location_and_nothing_is_written(
    change: Mapping[str, str] | str | bytes, lines: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    check_errors(change, lines, capsys)


@pytest.mark.parametrize(
    "effect",
    [
        TRANSFER,
        "{collect: {from: [CASH], to: MAIN, asset: asset, except: [BNB]}}",
        "{collect: {from: [CASH, MAIN], to: OTHER}}",
    ],
)
def test_a_valid_effect_is_accepted(effect: str) -> None:
    other = {"x-binance-errors:\n": "  OTHER: {description: Other, x-binance-zh: 其他}\nx-binance-errors:\n"}
    assert run(changed(with_effect(effect) | other)) == 0
