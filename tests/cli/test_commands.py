"""The commands beside those of the operations: the journal, the wallets, the check, and the sandbox."""

from __future__ import annotations

import io
import json
import re
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click
import pytest

from binance_transfers import OPERATIONS, Client, TransferType
from binance_transfers.__main__ import _program
from binance_transfers._runtime.cli.options import kebab
from binance_transfers._runtime.cli.output import table
from binance_transfers.operations import API

from .running import COMMAND, KEYED, MOVE, PROGRAM, Line, run

NEEDED = list(dict.fromkeys(name for operation in OPERATIONS.values() for name in operation.permissions))
"""The permissions that a key needs for all operations."""
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
COLLECTION = "POST /sapi/v1/portfolio/auto-collection"
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
    assert re.fullmatch(
        r"created +key +state  operation +parameters +transfer\n"
        rf"{MOMENT}  night/1  done   user_universal_transfer  type: MAIN_FUNDING, asset: USDT, amount: 4  {receipt['tranId']}\n",
        line.run("journal", "list").stdout,
    )
    assert re.fullmatch(
        "night/1: done\n"
        "  user_universal_transfer  type: MAIN_FUNDING, asset: USDT, amount: 4\n"
        rf"  created {MOMENT}, updated {MOMENT}, attempts 1\n"
        rf"  receipt  tranId: {receipt['tranId']}\n"
        rf"{MOMENT}  intent\n"
        rf"{MOMENT}  attempt  sent_at: {MOMENT}, call_id: [0-9a-f]+\n"
        rf"{MOMENT}  outcome  state: done, receipt: \(tranId: {receipt['tranId']}\)\n",
        line.run("journal", "show", "night/1").stdout,
    )


def test_no_command_prints_json_or_milliseconds_for_people(line: Line) -> None:
    line.json(*KEYED)
    for number, executed in enumerate((True, False)):
        line.inject("lost", operation="user_universal_transfer", executed=executed)
        line.json(*MOVE, "--amount", "5", "--yes", "--key", f"lost {number}", code=3)
        line.run("reconcile", f"lost {number}")
    line.server.control("POST", "credit", wallet="UMFUTURE", asset="USDT", amount="5")
    line.inject("lost", operation="fund_auto_collection", executed=False)
    line.json("fund-auto-collection", "--yes", "--key", "balances", code=3)
    commands = [
        *(("journal", "show", key) for key in ("night/1", "lost 0", "lost 1", "balances")),
        *(("reconcile", key) for key in ("lost 0", "lost 1", "balances")),
        *(("journal", "list"), ("journal", "recover"), ("history", "--type", "MAIN_FUNDING"), ("balances",)),
        *(("get-api-key-permission",), ("query-user-wallet-balance", "--need-balance-detail", "true")),
        *(("get-portfolio-margin-pro-account-balance",), ("check",), ("operations",), ("ways",)),
    ]
    for command in commands:
        result = line.run(*command)
        assert result.stdout, command
        assert "client." not in result.output, command
        assert re.findall(r"[{}\[\]]|\b1\d{12}\b|\bnull\b|\bNone\b", result.output) == [], (command, result.output)


def test_the_history_prints_times_and_keeps_the_number_in_json(line: Line) -> None:
    line.json(*KEYED)
    [row] = line.json("history", "--type", "MAIN_FUNDING")["rows"]
    written = datetime.fromtimestamp(row["timestamp"] // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for command in ("history", "query-user-universal-transfer-history"):
        assert line.run(command, "--type", "MAIN_FUNDING").stdout.splitlines()[-1].endswith(f"  {written}")


def test_an_undecided_transfer_says_when_asking_again_may_tell_more(line: Line) -> None:
    line.inject("lost", operation="user_universal_transfer", executed=False)
    line.json(*KEYED, code=3)
    for command, advised in (
        (("reconcile", "night/1"), "reconcile"),
        (("journal", "recover"), "journal recover"),
        (KEYED, "reconcile"),
    ):
        result = line.run(*command)
        assert result.exit_code == 3
        again = line.json("journal", "show", "night/1")["entry"]["verdict"]["ask_again_at"]
        written = datetime.fromtimestamp(again // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        key = " night/1" if advised == "reconcile" else ""
        assert re.search(
            rf"Asking again may tell more from {written} on\. To wait until then: "
            rf"binance-transfers {advised} --wait \d+{key}\n$",
            result.stderr,
        ), result.stderr


class Terminal(io.StringIO):
    """A terminal, which is narrower than the table."""

    def isatty(self) -> bool:
        return True


def test_a_row_is_one_line_on_a_terminal_too_so_that_a_key_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "40")
    rows = [(f"night/{number}/{'x' * 60}", {"asset": "USDT"}) for number in range(3)]
    header, *lines = table(("key", "parameters"), rows)
    assert header.split() == ["key", "parameters"]
    assert [line.split() for line in lines] == [[key, "asset:", "USDT"] for key, _ in rows]


def test_recovering_settles_what_is_open_and_says_what_still_is(line: Line) -> None:
    for executed in (True, False):
        line.inject("lost", operation="user_universal_transfer", executed=executed)
        line.json(*MOVE, "--amount", "7" if executed else "8", "--yes", "--key", f"executed {executed}", code=3)
    result = line.run("journal", "recover")
    assert result.exit_code == 3
    assert result.stderr.startswith("Open before: 2; still open: 1.\n")
    record = line.json("journal", "recover", code=3)
    assert [(entry["key"], entry["state"]) for entry in record["entries"]] == [("executed False", "unknown")]
    assert record["open"] == 1
    assert line.json("journal", "show", "executed True")["entry"]["state"] == "done"


@pytest.mark.parametrize("command", [("reconcile", "night/1"), ("journal", "recover"), KEYED])
def test_where_a_read_fails_a_transfer_stays_unknown_with_its_own_exit_code(
    line: Line, command: tuple[str, ...]
) -> None:
    line.inject("lost", operation="user_universal_transfer", executed=True)
    line.json(*KEYED, code=3)
    line.inject("refuse", operation="query_user_universal_transfer_history", code=-1121)
    record = line.json(*command, code=3)
    assert (record["outcome"], record["operation"]) == ("unknown", "user_universal_transfer")
    assert "is open, and was not sent again: a read that would tell failed: " in record["message"]
    assert record["key"] == (None if command[0] == "journal" else "night/1")


def test_nothing_open_is_well(line: Line) -> None:
    line.json(*KEYED)
    assert line.json("journal", "recover") == {"entries": [], "open": 0}


COLLECT = ("fund-auto-collection", "--yes", "--key", "night/1")
RESOLVE = ("journal", "resolve", "night/1")


@pytest.fixture
def lost(line: Line) -> Line:
    """Return a command line whose collection is open for good, as only balances confirm it."""
    line.server.control("POST", "credit", wallet="UMFUTURE", asset="USDT", amount="5")
    line.inject("lost", operation="fund_auto_collection", executed=False)
    assert line.run(*COLLECT).exit_code == 3
    return line


def a_minute_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + 61_000_000_000)


@pytest.mark.parametrize("executed", [True, False])
def test_a_person_settles_what_stays_open(lost: Line, monkeypatch: pytest.MonkeyPatch, *, executed: bool) -> None:
    with monkeypatch.context() as patched:
        a_minute_later(patched)
        entry = lost.json(*RESOLVE, "--executed" if executed else "--not-executed", "--yes")
    assert (entry["key"], entry["state"]) == ("night/1", "done" if executed else "not_executed")
    assert entry["verdict"]["reason"] == "It was resolved by hand."
    before = lost.received.count(COLLECTION)
    assert (lost.json(*COLLECT)["receipt"] is None) == executed
    assert lost.received.count(COLLECTION) == before + (0 if executed else 1)


def test_an_executed_transfer_without_a_receipt_says_why(lost: Line) -> None:
    lost.json(*RESOLVE, "--executed", "--yes")
    assert lost.run(*COLLECT).stdout == (
        "Executed. There is no receipt, as balances proved it or `journal resolve` was used.\n"
    )


def test_what_may_still_be_executed_is_not_resolved(lost: Line) -> None:
    record = lost.json(*RESOLVE, "--not-executed", "--yes", code=5)
    assert record["message"] == (
        "The key 'night/1' cannot be resolved: its transfer may still be executed; look once more a minute after it was sent."
    )
    assert lost.json("journal", "show", "night/1")["entry"]["state"] == "unknown"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "Give what you found: --executed or --not-executed."),
        (("--executed",), "There is no terminal to ask on before the journal is changed: give --yes."),
    ],
)
def test_resolving_needs_a_finding_and_a_consent(lost: Line, arguments: tuple[str, ...], error: str) -> None:
    result = lost.run(*RESOLVE, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"Error: {error}\n")


@pytest.mark.parametrize(("answer", "code", "state"), [("y\n", 0, "done"), ("n\n", 1, "unknown")])
def test_resolving_asks_on_a_terminal(lost: Line, answer: str, code: int, state: str) -> None:
    advice = lost.run("reconcile", "night/1").stderr
    assert advice == (
        "No read will tell more. Look for yourself, and write what you found with: "
        "binance-transfers journal resolve --executed night/1 (or --not-executed)\n"
    )
    screen, exit_code = lost.ask(*RESOLVE, "--executed", question="Write that it was executed? [y/N]: ", answer=answer)
    assert screen.startswith("night/1: unknown\r\n  fund_auto_collection\r\n")
    assert "\r\n  evidence  wallet: " in screen
    assert (exit_code, lost.json("journal", "show", "night/1")["entry"]["state"]) == (code, state)


@pytest.mark.parametrize(
    "command",
    [
        ("reconcile", "k"),
        ("journal", "resolve", "k", "--executed", "--yes"),
        ("journal", "list"),
        ("journal", "show", "k"),
        ("journal", "export"),
        ("journal", "recover"),
    ],
)
def test_a_journal_that_is_not_there_is_not_made_by_asking(line: Line, command: tuple[str, ...]) -> None:
    result = line.run(*command)
    assert (result.exit_code, result.stdout, result.stderr) == (5, "", f"There is no journal {line.journal}.\n")
    assert not line.journal.exists()


@pytest.mark.parametrize(
    "command", [("reconcile",), ("journal", "show"), ("journal", "resolve", "--executed", "--yes")]
)
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
        *((name, True) for name in NEEDED),
        ("system-status", True),
    ]
    assert record["checks"][1]["finding"] == "permitsUniversalTransfer is allowed."
    assert [request for request in line.received if request.startswith("POST")] == []


def test_a_missing_permission_is_a_problem_for_the_commands_that_need_it(line: Line) -> None:
    line.server.control("POST", "permissions", permissions=["permitsUniversalTransfer"])
    try:
        result = line.run("check")
        assert result.exit_code == 4
        needing = [kebab(name) for name, one in OPERATIONS.items() if "enableSpotAndMarginTrading" in one.permissions]
        assert "margin-transfer-for-sub-account" in needing
        assert (
            "enableSpotAndMarginTrading  PROBLEM  enableSpotAndMarginTrading is not allowed, which "
            f"{', '.join(needing)} {'needs' if len(needing) == 1 else 'need'}.\n"
        ) in result.stdout
        assert line.run("check", "user-universal-transfer", "fund-auto-collection").exit_code == 0
    finally:
        line.server.control("POST", "permissions", permissions=NEEDED)


def test_a_permission_that_two_commands_need_is_checked_once(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    also = replace(API.operations["fund_auto_collection"], permissions=("permitsUniversalTransfer",))
    api = replace(API, operations={**API.operations, also.name: also})
    monkeypatch.setattr("binance_transfers.operations.API", api)
    line.server.control("POST", "permissions", permissions=[])
    try:
        result = run("check", "user-universal-transfer", "fund-auto-collection", program=_program(), env=line.env)
    finally:
        line.server.control("POST", "permissions", permissions=NEEDED)
    assert result.exit_code == 4
    [finding] = [row for row in result.stdout.splitlines() if row.startswith("permits")]
    both = "fund-auto-collection, user-universal-transfer"
    assert finding.endswith(f"  PROBLEM  permitsUniversalTransfer is not allowed, which {both} need.")


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


COMMANDS = ", ".join(PROGRAM.list_commands(click.Context(PROGRAM)))
HISTORY = "--type, --start-time, --end-time, --from-symbol, --to-symbol, --recv-window, --sandbox, --json, --help"
WALLETS = ", ".join(API.wallets)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ("user-universal-transfr",),
            f"There is no command 'user-universal-transfr'; allowed: {COMMANDS}. Did you mean user-universal-transfer?",
        ),
        (
            ("user_universal_transfer",),
            f"There is no command 'user_universal_transfer'; allowed: {COMMANDS}. Did you mean user-universal-transfer?",
        ),
        (("frob",), f"There is no command 'frob'; allowed: {COMMANDS}."),
        (("--vresion",), "There is no option '--vresion'; allowed: --version, --help. Did you mean --version?"),
        (
            ("journal", "lst"),
            "There is no command 'lst'; allowed: export, list, recover, resolve, show. Did you mean list?",
        ),
        (("history", "--tye", "X"), f"There is no option '--tye'; allowed: {HISTORY}. Did you mean --type?"),
        (
            ("ways", "maim"),
            f"Invalid value for '[SOURCE]': 'maim' is not listed; allowed: {WALLETS}. Did you mean MAIN?",
        ),
        (("history",), "Missing option '--type'. See binance-transfers history --help."),
        (("operations", "frob"), "Got unexpected extra argument (frob)"),
    ],
)
def test_wrong_usage_is_one_line_with_the_nearest_name_and_the_choices(arguments: tuple[str, ...], error: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {error}\n")


@pytest.mark.parametrize("group", [(), ("journal",)])
def test_without_a_command_the_help_is_printed(group: tuple[str, ...]) -> None:
    result = run(*group)
    assert (result.exit_code, result.output) == (2, run(*group, "--help").output)


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
