"""The commands beside those of the operations: the journal, the wallets, the check, and the sandbox."""

from __future__ import annotations

import json
import re
import signal
from typing import Any

import pytest

from binance_transfers import OPERATIONS, Client, TransferType

from .running import COMMAND, KEYED, MOVE, Line, run

ENTRY = {
    "key", "account", "operation", "parameters", "state", "created_at", "updated_at", "attempts", "sent", "before",
    "transfer_id", "receipt", "verdict",
}  # fmt: skip


def test_the_journal_lists_shows_and_exports_what_was_done(line: Line) -> None:
    receipt = line.json(*KEYED)["receipt"]
    [entry] = line.json("journal", "list")["entries"]
    assert entry.keys() == ENTRY
    assert (entry["key"], entry["state"], entry["receipt"]) == ("night/1", "done", receipt)
    shown = line.json("journal", "show", "night/1")
    assert (shown["entry"], [event["kind"] for event in shown["events"]]) == (entry, ["intent", "attempt", "outcome"])
    assert [json.loads(text) for text in line.run("journal", "export").stdout.splitlines()] == [shown]
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ"
    assert re.fullmatch(
        r"created +key +state  operation +parameters +transfer\n"
        rf'{moment}  night/1  done   user_universal_transfer  \{{"type":"MAIN_FUNDING",.*\}}  {receipt["tranId"]}\n',
        line.run("journal", "list").stdout,
    )
    lines = line.run("journal", "show", "night/1").stdout.splitlines()
    assert lines[0] == "night/1: done"
    assert lines[3] == f'  receipt {{"tranId":{receipt["tranId"]}}}'
    assert re.fullmatch(rf"{moment}  intent  \{{\}}", lines[4])


def test_recovering_settles_what_is_open_and_says_what_still_is(line: Line) -> None:
    for executed in (True, False):
        line.inject("lost", operation="user_universal_transfer", executed=executed)
        line.json(*MOVE, "--amount", "7" if executed else "8", "--yes", "--key", f"executed {executed}", code=3)
    result = line.run("journal", "recover")
    assert (result.exit_code, result.stderr) == (3, "2 were open; 1 still are.\n")
    record = line.json("journal", "recover", code=3)
    assert [(entry["key"], entry["state"]) for entry in record["entries"]] == [("executed False", "unknown")]
    assert record["open"] == 1
    assert line.json("journal", "show", "executed True")["entry"]["state"] == "done"


def test_nothing_open_is_well(line: Line) -> None:
    line.json(*KEYED)
    assert line.json("journal", "recover") == {"entries": [], "open": 0}


@pytest.mark.parametrize(
    "command",
    [("reconcile", "k"), ("journal", "list"), ("journal", "show", "k"), ("journal", "export"), ("journal", "recover")],
)
def test_a_journal_that_is_not_there_is_not_made_by_asking(line: Line, command: tuple[str, ...]) -> None:
    result = line.run(*command)
    assert (result.exit_code, result.stdout, result.stderr) == (5, "", f"There is no journal {line.journal}.\n")
    assert not line.journal.exists()


@pytest.mark.parametrize("command", [("reconcile",), ("journal", "show")])
def test_a_key_that_nobody_used_says_nothing_of_any_transfer(line: Line, command: tuple[str, ...]) -> None:
    line.json(*KEYED)
    result = line.run(*command, "night/2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(
        "Error: The journal has no transfer with the key 'night/2'; `journal list` shows those that it has.\n"
    )
    assert line.run(*command, "night/1", "--account", "another").exit_code == 2


def test_the_history_has_the_rows_of_all_pages(line: Line) -> None:
    with Client("sandbox-key", "sandbox-secret", base_url=line.server.url) as client:
        for _ in range(101):
            client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="0.5")
    record = line.json("history", "--type", "MAIN_FUNDING")
    assert record["operation"] == "query_user_universal_transfer_history"
    assert [(row["amount"], row["status"]) for row in record["rows"]] == [("0.5", "CONFIRMED")] * 101
    lines = line.run("history", "--type", "MAIN_FUNDING").stdout.splitlines()
    assert (lines[0].split(), len(lines)) == (["asset", "amount", "type", "status", "tranId", "timestamp"], 102)
    assert line.run("history", "--type", "FUNDING_MAIN").stdout == "none\n"


def test_balances_are_those_of_the_account_or_of_a_sub_account(line: Line) -> None:
    assert line.run("balances").stdout == "wallet  asset  amount\nMAIN    USDT   100\n"
    line.server.control("POST", "credit", wallet="SUB_MARGIN", asset="BTC", amount="2", email="a@b.c")
    assert line.json("balances", "--email", "a@b.c") == {
        "balances": [{"wallet": "SUB_MARGIN", "asset": "BTC", "amount": "2"}]
    }


def test_the_operations_are_those_of_the_table() -> None:
    records = json.loads(run("operations", "--json").stdout)["operations"]
    assert [record["operation"] for record in records] == list(OPERATIONS)
    assert records[1] == {
        "command": "fund-auto-collection",
        "operation": "fund_auto_collection",
        "method": "POST",
        "path": "/sapi/v1/portfolio/auto-collection",
        "moves_funds": True,
        "weights": [{"scope": "ip", "weight": 1500, "budget": 12000, "seconds": 60}],
        "calls_per_minute": 8,
        "call_limit": {"calls": 500, "seconds": 3600},
        "permissions": [],
    }
    assert run("operations").stdout.splitlines()[2].split() == [
        *("fund-auto-collection", "yes", "1500", "ip", "8"),
        *("500", "per", "3600", "s"),
    ]


def ways(*wallets: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("ways", *wallets, "--json").stdout)["ways"]
    return found


def test_every_route_of_the_table_is_a_way() -> None:
    routes = {
        (source, target)
        for operation in OPERATIONS.values()
        if type(operation.effect).__name__ == "Transfer"
        for source, target in operation.effect.routes.values()  # type: ignore[union-attr]
    }
    assert {(way["source"], way["target"]) for way in ways()} == {
        *routes,
        ("UMFUTURE", "MARGIN"),
        ("CMFUTURE", "MARGIN"),
    }


def test_ways_lead_out_of_a_wallet_or_to_another_in_as_few_transfers_as_there_can_be() -> None:
    assert {way["source"] for way in ways("MAIN")} == {"MAIN"}
    assert run("ways", "ISOLATEDMARGIN", "OPTION").stdout == (
        "from            to      command\n"
        "ISOLATEDMARGIN  MARGIN  user-universal-transfer --type ISOLATEDMARGIN_MARGIN --asset ASSET --amount AMOUNT --from-symbol FROM_SYMBOL\n"
        "MARGIN          OPTION  user-universal-transfer --type MARGIN_OPTION --asset ASSET --amount AMOUNT\n"
    )
    result = run("ways", "EARN", "MAIN")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "No transfer leads from EARN to MAIN.\n")


def test_each_way_is_a_command_that_the_command_line_takes() -> None:
    values = {"ASSET": "USDT", "AMOUNT": "1", "EMAIL": "a@b.c", "FROM_SYMBOL": "BTCUSDT", "TO_SYMBOL": "ETHUSDT"}
    for way in ways():
        command = [values.get(word, word) for word in way["command"].split()]
        assert run(*command, "--dry-run").exit_code == 0, command


def test_all_is_well_before_the_night(line: Line) -> None:
    record = line.json("check")
    assert record["ok"] is True
    assert [(check["check"], check["ok"]) for check in record["checks"]] == [
        ("clock", True),
        ("permitsUniversalTransfer", True),
        ("enableSpotAndMarginTrading", True),
        ("system-status", True),
    ]
    assert record["checks"][1]["finding"] == "permitsUniversalTransfer is allowed."
    assert [request for request in line.received if request.startswith("POST")] == []


def test_a_missing_permission_is_a_problem_for_the_commands_that_need_it(line: Line) -> None:
    line.server.control("POST", "permissions", permissions=["permitsUniversalTransfer"])
    try:
        result = line.run("check")
        assert result.exit_code == 4
        assert (
            "enableSpotAndMarginTrading  PROBLEM  enableSpotAndMarginTrading is not allowed, which "
            "margin-transfer-for-sub-account needs.\n"
        ) in result.stdout
        assert line.run("check", "user-universal-transfer", "fund-auto-collection").exit_code == 0
    finally:
        both = ["permitsUniversalTransfer", "enableSpotAndMarginTrading"]
        line.server.control("POST", "permissions", permissions=both)


@pytest.mark.parametrize("skew", [5000, -5000])
def test_a_clock_that_is_off_is_a_problem(line: Line, skew: int) -> None:
    line.server.control("POST", "skew", milliseconds=skew)
    record = line.json("check", code=4)
    assert [check["check"] for check in record["checks"] if not check["ok"]] == ["clock"]
    side = "ahead of" if skew > 0 else "behind"
    assert re.fullmatch(rf"Binance's is \d{{4}} ms {side} this machine's\.", record["checks"][0]["finding"])


def test_a_read_that_fails_is_a_problem(line: Line) -> None:
    line.inject("refuse", operation="get_api_key_permission", code=-2015, times=None)
    line.inject("refuse", operation="system_status", code=-1016, times=None)
    record = line.json("check", code=4)
    assert [check["check"] for check in record["checks"] if not check["ok"]] == ["permissions", "system-status"]


def test_the_sandbox_responds_on_a_port_with_funds(line: Line) -> None:
    with line.start("sandbox", command=COMMAND) as process:
        assert process.stdout is not None
        found = re.match(r"The sandbox listens on (http://127\.0\.0\.1:\d+);", process.stdout.readline())
        assert found
        line.env["BINANCE_BASE_URL"] = found[1]
        assert line.json(*KEYED)["outcome"] == "done"
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 0
