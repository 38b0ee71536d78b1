"""What operations say of tags, pages, confirmations and reads: a name that is wrong has an error with location and choices."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi.load import load
from generator.openapi.problems import SpecError
from tests.broken_specs import case
from tests.confirmed_specs import TEXT
from tests.specs import call, spec

PAGES = "{page: page, size: size, rows: rows, total: total}"
COLLECT = (
    "tags: [moving]\n      x-binance-moves-funds: true\n      x-binance-when-unknown: {description: Look.}\n"
    "      x-binance-effect: {collect"
)
HELD = "{rows: held, asset: coin, wallets: {free: SPOT, earn: EARN}, only: coin}"
OWNER = "{asset: coin, wallets: {free: SUB}, owner: email}"
MATCH = "match: {coin: asset, sum: amount, mail: email}"
ONLY = "parameters:\n        - {name: coin, in: query, schema: {type: string}}"
STATUS = "status: {field: state, executed: [DONE], pending: [WAITING], notExecuted: [FAILED, GONE]}"
ALLOWED = "{enableMoving: {type: boolean}}"
EVER = "{settle: 5, description: Never sure., balances: [readBalances]}"
# A change and its messages are beside each other, however long.
# fmt: off
ERRORS = (
    case("an operation without a tag", {COLLECT: COLLECT.removeprefix("tags: [moving]\n      ")},
         "98:5: an operation has one tag; allowed: moving, reading."),
    case("two tags", {COLLECT: COLLECT.replace("[moving]", "[moving, reading]")},
         "105:13: an operation has one tag; allowed: moving, reading."),
    case("a tag that does not exist", {COLLECT: COLLECT.replace("moving]", "movin]")},
         "105:14: there is no tag movin; there are: moving, reading. Did you mean moving?"),
    case("a tag twice", {"paths:\n": "  - {name: moving, description: Again}\npaths:\n"},
         "12:12: the tag moving is here a second time."),
    case("pages by names that do not exist", {PAGES: "{page: pag, size: begin, rows: row, total: rows}"},
         "23:32: there is no parameter pag; there are: kind, begin, end, page, size. Did you mean page?",
         "23:43: the parameter begin has no maximum; write the most rows of a page there.",
         "23:56: the response ListMovesResponse has no field row; there are: total, rows. Did you mean rows?",
         "23:68: the field rows of the response is list[ListMovesResponseRows]; allowed here: int."),
    case("pages by parameters and fields of another kind", {PAGES: "{page: kind, size: size, rows: total}"},
         "23:32: the parameter kind is string; allowed here: integer.",
         "23:56: the field total of ListMovesResponse is int; allowed here: a list of records."),
    case("a method that an iterator has", {"operationId: readSub": "operationId: iterListMoves"},
         "157:20: the operations 'listMoves' and 'iterListMoves' both become the method iter_list_moves."),
    case("a history of nothing", {"{of: moveIt}": "{of: moveIts}"},
         "22:40: there is no operation moveIts; there are: listMoves, moveIt, collectAll, readBalances, readSub, readWallets, readAllowed, search. Did you mean moveIt?"),
    case("a history of what is not confirmed by it", {"{of: moveIt}": "{of: collectAll}"},
         "22:40: collectAll has no x-binance-confirm with a history of this operation, so its rows are not known."),
    case("a history that moves funds", {"x-binance-effect: {history": "x-binance-moves-funds: true\n      x-binance-when-unknown: {description: Look.}\n      x-binance-effect: {history"},
         "24:26: a history moves nothing, so x-binance-moves-funds must be false.",
         "74:22: listMoves moves funds; allowed: an operation that reads."),
    case("balances by names that do not exist", {HELD: "{rows: hold, asset: coin, wallets: {free: SPOT}, only: coins}"},
         "131:26: the response ReadBalancesResponse has no field hold; there are: held. Did you mean held?",
         "131:74: there is no parameter coins; there are: coin. Did you mean coin?"),
    case("balances in fields of another kind", {HELD: "{rows: held, asset: free, wallets: {coin: SPOT, frei: SPOTS}}"},
         "131:39: the field free of the row is Decimal; allowed here: str.",
         "131:55: the field coin of the row is str; allowed here: Decimal.",
         "131:67: the row ReadBalancesResponseHeld has no field frei; there are: coin, free, earn. Did you mean free?",
         "131:73: there is no wallet SPOTS; x-binance-wallets has: SPOT, EARN, SUB."),
    case("two fields for one wallet", {HELD: "{rows: held, asset: coin, wallets: {free: SPOT, earn: SPOT}}"},
         "131:73: free is SPOT too; allowed: one field for a wallet."),
    case("balances that do not tell whose wallet", {OWNER: "{asset: coin, wallets: {free: SUB}}"},
         "164:26: there is one SUB per email; write owner: the parameter that tells which."),
    case("balances of a record", {HELD: "{asset: coin, wallets: {free: SPOT}}"},
         "131:19: the response ReadBalancesResponse is a record; write rows: the field with the list."),
    case("an overview by names that do not exist", {"name: wallet\n": "name: wallets\n", "unit: quote": "unit: quotes", "Earn: EARN}": "Earn: EARM}"},
         "194:17: the row ReadWalletsResponseItem has no field wallets; there are: wallet, worth, coins. Did you mean wallet?",
         "195:39: there is no wallet EARM; x-binance-wallets has: SPOT, EARN, SUB.",
         "197:17: there is no parameter quotes; there are: quote, withCoins. Did you mean quote?"),
    case("an overview with a part of the details", {"          detailOn: withCoins\n": ""},
         "193:9: detail needs all of detail, detailOn, asset, amount; without: detailOn."),
    case("an overview with details of another kind", {"detail: coins": "detail: worth", "detailOn: withCoins": "detailOn: quote"},
         "198:19: the field worth of ReadWalletsResponseItem is Decimal; allowed here: a list of records.",
         "199:21: the parameter quote is string; allowed here: boolean."),
    case("permissions without one", {ALLOWED: "{enableMoving: {type: string}}", "{enableMoving: true}": "{enableMoving: 'yes'}"},
         "238:26: the response ReadAllowedResponse has no field that is true or false."),
    case("a permission that does not exist", {COLLECT: COLLECT.replace("      x-b", "      x-binance-permissions: [{name: enableMovin, description: M.}]\n      x-b", 1)},
         "106:38: the response ReadAllowedResponse has no permission enableMovin; there are: enableMoving. Did you mean enableMoving?"),
    case("two ways to confirm", {EVER: "{settle: 5, description: Never sure., balances: [readBalances], history: {operation: listMoves, send: {kind: kind}, since: begin, until: end, match: {coin: asset}, id: moveId, time: at, status: {field: state, executed: [DONE]}, days: 1}}"},
         "109:26: x-binance-confirm has history, balances; it needs one of: history, balances."),
    case("no way to confirm", {EVER: "{settle: 5, description: Never sure.}"},
         "109:26: x-binance-confirm has none; it needs one of: history, balances."),
    case("a confirmation of what moves nothing", {"x-binance-effect: {permissions: {}}": "x-binance-effect: {permissions: {}}\n      x-binance-confirm: " + EVER},
         "239:7: x-binance-confirm needs an x-binance-effect beside it, which says what has to be confirmed: transfer or collect."),
    case("a confirmation without an effect", {"      x-binance-effect: {collect: {from: [EARN], to: SPOT}}\n": ""},
         "108:7: x-binance-confirm needs an x-binance-effect beside it, which says what has to be confirmed: transfer or collect."),
    case("balances that do not show every wallet", {"{from: [EARN], to: SPOT}": "{from: [EARN], to: CASH}", "  SUB: {desc": "  CASH: {description: Cash.}\n  SUB: {desc"},
         "110:74: a call can move funds of wallets that none of these reads shows: CASH."),
    case("balances of a read that does not exist", {"balances: [readBalances]": "balances: [readBalance]"},
         "109:75: there is no operation readBalance; there are: listMoves, moveIt, collectAll, readBalances, readSub, readWallets, readAllowed, search. Did you mean readBalances?"),
    case("balances of a read that reports none", {"balances: [readBalances]": "balances: [readAllowed]"},
         "109:75: readAllowed has no x-binance-effect of the kind balances, so no wallet is known by it."),
    case("balances of a transfer", {"balances: [readBalances]": "balances: [moveIt]"},
         "109:75: moveIt moves funds; allowed: an operation that reads."),
    case("balances that need what the transfer has not", {ONLY: ONLY.replace("query,", "query, required: true,").replace("string}", "string}, example: BTC")},
         "109:75: readBalances requires coin, which the transfer cannot give."),
    case("a history of a collection", {EVER: "{settle: 5, description: N., history: {operation: listMoves, send: {kind: kind}, since: begin, until: end, match: {coin: asset}, id: moveId, time: at, status: {field: state, executed: [DONE]}, days: 1}}"},
         "109:64: a history needs an x-binance-effect that is a transfer, whose receipt it lists."),
    case("what is sent under names that do not exist", {"send: {kind: kind}": "send: {kinds: kinds}", "since: begin": "since: started", "until: end": "until: kind"},
         "71:9: the parameter kind is neither sent nor matched, so transfers that differ in it would be taken for each other; name it under send or match.",
         "73:18: there is no parameter kinds of listMoves; there are: kind, begin, end, page, size. Did you mean kind?",
         "73:25: there is no parameter kinds; there are: kind, asset, amount, email. Did you mean kind?",
         "74:18: there is no parameter started of listMoves; there are: kind, begin, end, page, size.",
         "75:18: the parameter kind of listMoves is string; allowed here: integer."),
    case("what is sent as another kind", {"send: {kind: kind}": "send: {kind: kind, begin: amount}"},
         "73:37: the parameter amount is decimal, and begin of listMoves is integer."),
    case("a required parameter that is not sent", {"send: {kind: kind}": "send: {end: kind}"},
         "73:11: the parameter kind of listMoves is required; name it here.",
         "73:23: the parameter kind is string, and end of listMoves is integer."),
    case("rows that do not match", {MATCH: "match: {coins: asset, sum: asset, mail: mail}"},
         "71:9: the parameter amount is neither sent nor matched, so transfers that differ in it would be taken for each other; name it under send or match.",
         "71:9: the parameter email is neither sent nor matched, so transfers that differ in it would be taken for each other; name it under send or match.",
         "77:19: the row ListMovesResponseRows has no field coins; there are: moveId, coin, sum, mail, state, at. Did you mean coin?",
         "77:33: the field sum of the row is Decimal; allowed here: str.",
         "77:51: there is no parameter mail; there are: kind, asset, amount, email. Did you mean email?"),
    case("transfers that are not told apart", {MATCH: "match: {coin: asset, sum: amount}"},
         "71:9: the parameter email is neither sent nor matched, so transfers that differ in it would be taken for each other; name it under send or match."),
    case("rows in another field than the pages", {"rows: rows\n          match": "rows: total\n          match"},
         "76:17: the field total of ListMovesResponse is int; allowed here: a list of records."),
    case("rows elsewhere", {"rows: rows\n          match": "match"},
         "72:11: the response ListMovesResponse is a record; write rows: the field with the list."),
    case("facts of a row that do not exist", {"id: moveId": "id: id", "time: at": "time: mail", STATUS: "status: {field: sum, executed: [DONE], pending: [DONE]}"},
         "78:15: the row ListMovesResponseRows has no field id; there are: moveId, coin, sum, mail, state, at.",
         "79:17: the field mail of the row is str; allowed here: int.",
         "80:27: the field sum of the row is Decimal; allowed here: str.",
         "80:60: DONE is executed too; allowed: one meaning for a value."),
    case("a code that is pending and proves something", {"paths:\n": "x-binance-errors:\n  - {code: -7, name: N, description: D., outcome: not_executed, documented: true, pending: true}\npaths:\n"},
         "13:51: the code -7 is pending, so its outcome must be unknown."),
    case("parameters that exclude each other under names that do not exist", {"{parameters: [moveId, coin]}": "{parameters: [moveIds, coin]}"},
         "261:25: there is no parameter moveIds; there are: moveId, begin, end, coin. Did you mean moveId?"),
    case("a parameter that excludes nothing", {"{parameters: [moveId, coin]}": "{parameters: [coin]}"},
         "261:24: parameters is a list; at least 2 is needed."),
    case("parameters that exclude one that is required", {"{name: moveId, in: query,": "{name: moveId, in: query, required: true,"},
         "260:25: the parameter moveId is required, so no other could be given in its place.",
         "261:25: the parameter moveId is required, so no other could be given in its place."),
    case("one of several without an example", {"{name: moveId, in: query, schema: {type: integer}, example: 7}": "{name: moveId, in: query, schema: {type: integer}}"},
         "264:11: the parameter moveId needs an example: the documentation's call is made of them. Write example beside schema."),
    case("a window by names of another kind", {"{from: begin, to: end, days: 30}": "{from: started, to: coin, days: 30}"},
         "262:32: there is no parameter started; there are: moveId, begin, end, coin.",
         "262:45: the parameter coin is string; allowed here: integer."),
)
# fmt: on


def built(*changes: tuple[str, str]) -> ir.Api:
    """Read the spec with these changes."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return build(load("spec.yaml", text.encode()))


@pytest.mark.parametrize(("change", "lines"), ERRORS)
def test_an_error_has_its_location_and_what_is_allowed(change: dict[str, str], lines: Sequence[str]) -> None:
    with pytest.raises(SpecError) as error:
        built(*change.items())
    assert [str(problem) for problem in error.value.problems] == [f"spec.yaml:{line}" for line in lines]


def test_operations_come_in_the_order_of_the_tags_and_then_of_the_spec() -> None:
    names = [
        "move_it",
        "collect_all",
        "list_moves",
        "read_balances",
        "read_sub",
        "read_wallets",
        "read_allowed",
        "search",
    ]
    assert [operation.name for operation in built().operations] == names
    assert [tag.name for tag in built().tags] == ["moving", "reading"]
    swapped = built(
        ("name: moving,", "name: other,"), ("name: reading,", "name: moving,"), ("name: other,", "name: reading,")
    )
    assert [operation.name for operation in swapped.operations] == names[2:] + names[:2]


def test_a_spec_without_tags_has_operations_without_a_group() -> None:
    api = build(load("spec.yaml", spec(call("GET /a", "readA")).encode()))
    assert (api.tags, [operation.tag for operation in api.operations]) == ((), [""])


def test_an_operation_that_names_a_tag_needs_the_tags_of_the_document() -> None:
    text = spec(call("GET /a", "readA", keys="tags: [reading]\n"))
    with pytest.raises(SpecError) as error:
        build(load("spec.yaml", text.encode()))
    assert str(error.value) == "spec.yaml:14:14: there is no tag reading; there are: none."


def test_an_operation_with_an_error_has_no_further_ones_where_others_name_it() -> None:
    with pytest.raises(SpecError) as error:
        built(("name: size, in: query", "name: size, in: header"))
    assert str(error.value) == "spec.yaml:29:28: a parameter in header is not supported; allowed: query, path."


def test_the_confirmations_of_a_spec_are_read() -> None:
    found = {operation.name: operation.confirmation for operation in built().operations if operation.confirmation}
    history = ir.HistoryMatch(
        operation="list_moves",
        send={"kind": "kind"},
        since="begin",
        until="end",
        rows="rows",
        match={"coin": "asset", "sum": "amount", "mail": "email"},
        id="moveId",
        time="at",
        status=ir.Statuses("state", ("DONE",), ("WAITING",), ("FAILED", "GONE")),
        days=180,
    )
    assert found == {
        "move_it": ir.Confirmation(settle=30, history=history, text=ir.Text("The list is complete.")),
        "collect_all": ir.Confirmation(settle=5, balances=("read_balances",), text=ir.Text("Never sure.")),
    }


def test_what_reads_report_is_read() -> None:
    wallets = {"Spot": "SPOT", "Earn": "EARN"}
    assert [operation.effect for operation in built().operations[2:-1]] == [
        ir.History("move_it"),
        ir.Balances("coin", {"free": "SPOT", "earn": "EARN"}, rows="held", only="coin"),
        ir.Balances("coin", {"free": "SUB"}, owner="email"),
        ir.Overview("wallet", wallets, "worth", "quote", "coins", "withCoins", "coin", "free"),
        ir.Permissions(),
    ]


def test_pages_are_read_with_the_type_of_a_row() -> None:
    row = ir.PythonType("ListMovesResponseRows")
    paging = ir.Paging(page="page", size="size", largest=3, rows="rows", total="total", row=row)
    assert [operation.paging for operation in built().operations if operation.paging] == [paging]


def test_what_may_not_be_given_together_is_read_and_the_example_has_one_of_them() -> None:
    search = built().operations[-1]
    assert search.exclusive == (ir.Exclusive(("moveId", "begin"), required=True), ir.Exclusive(("moveId", "coin")))
    assert search.window == ir.Window("begin", "end", 30)
    assert search.example == {"move_id": 7}
