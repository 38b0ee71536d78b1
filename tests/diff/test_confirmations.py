"""A change of tags, pages, confirmations and of what reads report is shown under its keys, with what it asks of the version."""

from __future__ import annotations

import pytest

from tests.confirmed_specs import TEXT

from .mutation import messages

MOVE, LIST = "move_it: ", "list_moves: "


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("settle: 30", "settle: 60", f"facts: {MOVE}confirmation: settle 30 -> 60"),
        ("days: 180", "days: 90", f"facts: {MOVE}confirmation: history days 180 -> 90"),
        ("[FAILED, GONE]", "[FAILED]", f"facts: {MOVE}confirmation: history status notExecuted FAILED, GONE -> FAILED"),
        ("pending: [WAITING], ", "", f"facts: {MOVE}confirmation: history status pending WAITING -> none"),
        (
            "The list is complete.",
            "The list may lack some.",
            f'text: {MOVE}confirmation: description in English: "The list is complete." -> "The list may lack some."',
        ),
        (
            "      x-binance-confirm: {settle: 5, description: Never sure., balances: [readBalances]}\n",
            "",
            "breaking: collect_all: confirmation balances read_balances -> none",
        ),
        (
            "balances: [readBalances]",
            "balances: [readBalances, readSub]",
            "facts: collect_all: confirmation: balances read_balances -> read_balances, read_sub",
        ),
        (
            ", total: total}",
            "}",
            f"facts: {LIST}paging page page, size size, rows rows, total total -> page page, size size, rows rows",
        ),
        (
            "      x-binance-paging: {page: page, size: size, rows: rows, total: total}\n",
            "",
            f"breaking: {LIST}paging page page, size size, rows rows, total total -> none",
        ),
        (
            "{Spot: SPOT, Earn: EARN}",
            "{Spot: SPOT}",
            (
                "facts: read_wallets: effect overview (name wallet, wallets Spot: SPOT Earn: EARN, value worth, unit quote, "
                "detail coins, detailOn withCoins, asset coin, amount free) -> overview (name wallet, wallets Spot: SPOT, "
                "value worth, unit quote, detail coins, detailOn withCoins, asset coin, amount free)"
            ),
        ),
        ("        - {parameters: [moveId, coin]}\n", "", "feature: search: no longer at most one of moveId, coin"),
        (
            "        - {parameters: [moveId, coin]}\n",
            "        - {parameters: [moveId, coin]}\n        - {parameters: [coin, begin]}\n",
            "breaking: search: at most one of coin, begin",
        ),
        ("begin], required: true}", "begin]}", "feature: search: one of moveId, begin required: true -> false"),
        (
            "[moveId, coin]}",
            "[moveId, coin], required: true}",
            "breaking: search: one of moveId, coin required: false -> true",
        ),
        (
            "[moveId, coin]}",
            "[coin, moveId]}",
            "text: search: the parameters that exclude each other stand in another order",
        ),
        ("days: 30}", "days: 7}", "breaking: search: window 30 days from begin to end -> 7 days from begin to end"),
        ("days: 30}", "days: 31}", "feature: search: window 30 days from begin to end -> 31 days from begin to end"),
        (
            "      x-binance-window: {from: begin, to: end, days: 30}\n",
            "",
            "feature: search: window 30 days from begin to end -> none",
        ),
        (
            "description: Moving}",
            "description: Transfers}",
            'text: tag moving: description in English: "Moving" -> "Transfers"',
        ),
    ],
)
def test_a_change_is_shown_under_its_keys(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1
    changed = TEXT.replace(old, new)
    assert messages(TEXT, changed) == [message]


def test_a_tag_that_an_operation_leaves_for_another_is_shown() -> None:
    old = "tags: [reading]\n      x-binance-effect: {permissions: {}}"
    changed = TEXT.replace(old, old.replace("reading", "moving"))
    assert messages(TEXT, changed) == [
        "text: the operations stand in another order",
        "text: read_allowed: tag reading -> moving",
    ]


def test_a_rule_of_a_new_parameter_breaks_no_program() -> None:
    place, rule = "        - {name: moveId, in: query", "        - {parameters: [moveId, coin]}\n"
    changed = TEXT.replace(place, "        - {name: more, in: query, schema: {type: string}}\n" + place)
    changed = changed.replace(rule, rule + "        - {parameters: [more, coin]}\n")
    assert messages(TEXT, changed) == [
        "feature: search: more: new optional parameter",
        "facts: search: at most one of more, coin",
    ]


def test_a_code_that_is_pending_now_is_shown() -> None:
    errors = "x-binance-errors:\n  - {code: -7, name: N, description: D., outcome: unknown, documented: true}\npaths:\n"
    old = TEXT.replace("paths:\n", errors)
    assert messages(old, old.replace("documented: true}", "documented: true, pending: true}")) == [
        "facts: error -7: pending false -> true"
    ]


TWO = TEXT.replace(
    "{ip: {weight: 1200, seconds: 60}}", "{ip: {weight: 1200, seconds: 60}, uid: {weight: 100, seconds: 60}}"
)
SEARCH = "operationId: search"


def with_weight(weight: str) -> str:
    before, name, rest = TWO.partition(SEARCH)
    return before + name + rest.replace("{scope: ip, weight: 1}", weight, 1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{scope: ip, weight: 1}",
            "[{scope: ip, weight: 1}, {scope: uid, weight: 2}]",
            "weight 1 per IP -> 1 per IP, 2 per UID: 1200 -> 50 calls per minute",
        ),
        (
            "[{scope: ip, weight: 1}, {scope: uid, weight: 2}]",
            "[{scope: ip, weight: 1}, {scope: uid, weight: 4}]",
            "weight 1 per IP, 2 per UID -> 1 per IP, 4 per UID: 50 -> 25 calls per minute",
        ),
    ],
)
def test_two_weights_of_one_operation_are_compared_together(old: str, new: str, message: str) -> None:
    assert messages(with_weight(old), with_weight(new)) == [f"facts: search: {message}"]


def test_a_budget_that_changes_says_what_it_means_for_an_operation_with_two_weights() -> None:
    old = with_weight("[{scope: ip, weight: 1}, {scope: uid, weight: 2}]")
    new = old.replace("uid: {weight: 100,", "uid: {weight: 200,")
    assert messages(old, new) == [
        "facts: budget per UID 100 in 60 seconds -> 200 in 60 seconds; calls per minute: search 50 -> 100"
    ]
