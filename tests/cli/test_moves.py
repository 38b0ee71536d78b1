"""Transfers by the command line: asked for, made once, and never reported as what they are not."""

from __future__ import annotations

import os
import re
import signal
import time
import tomllib
from pathlib import Path

import pytest

from tests.sandbox.running import PATIENCE

from .running import COMMAND, GENERATED, KEYED, MOVE, PROGRAM, Line, run

POST = "POST /sapi/v1/asset/transfer"
INTERRUPT = "\x03\n"
"""Followed by a line, as a signal that comes just before the process begins to read is noticed after it."""
RECONCILE = "binance-transfers reconcile night/1"
LATER = r"To wait until then: binance-transfers reconcile --wait \d+ night/1"
FOUND = "Look for yourself, and write what you found with"
RESOLVE = "binance-transfers journal resolve --executed night/1 (or --not-executed)"


def wait_until_received(line: Line, request: str) -> None:
    ends = time.monotonic() + PATIENCE
    while request not in line.received:
        assert time.monotonic() < ends, "the request did not arrive"
        time.sleep(0.02)


def test_a_transfer_prints_its_receipt_and_its_key_makes_it_once(line: Line) -> None:
    first, second = line.json(*KEYED), line.json(*KEYED)
    assert (
        first
        == second
        == {
            "outcome": "done",
            "operation": "user_universal_transfer",
            "parameters": {"type": "MAIN_FUNDING", "asset": "USDT", "amount": "4"},
            "key": "night/1",
            "receipt": {"tranId": first["receipt"]["tranId"]},
        }
    )
    result = line.run(*KEYED)
    assert (result.stdout, result.stderr) == (f"tranId: {first['receipt']['tranId']}\n", "")
    assert line.moved == 1


def test_without_a_key_one_is_made_up_and_named_before_the_transfer(line: Line) -> None:
    result = line.run(*MOVE, "--yes")
    assert result.exit_code == 0
    found = re.fullmatch(r"The key of this transfer is (\d{8}T\d{6}Z-[0-9a-f]{8})\.\n", result.stderr)
    assert found, result.stderr
    assert line.run("reconcile", found[1]).exit_code == 0


@pytest.mark.parametrize("key", ["", " "])
def test_an_empty_key_such_as_that_of_an_unset_variable_is_refused(line: Line, key: str) -> None:
    result = line.run(*MOVE, "--key", key, "--yes")
    needed = "it must be text of 1 to 200 characters, without spaces at its ends and without invisible characters."
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"key is {key!r}; {needed}\n")
    assert line.moved == 0


def test_an_equal_transfer_without_a_key_waits_for_the_one_that_is_open(line: Line) -> None:
    line.inject("timeout", operation="user_universal_transfer", executed=True)
    assert line.run(*KEYED).exit_code == 3
    result = line.run(*MOVE, "--yes")
    assert (result.exit_code, result.stdout) == (5, "")
    assert "an equal transfer is unresolved under the key 'night/1' (unknown)" in result.stderr
    assert line.moved == 1


def test_a_key_stands_for_one_transfer(line: Line) -> None:
    line.json(*KEYED)
    record = line.json(*KEYED, "--amount", "5", code=2)
    assert record["outcome"] == "invalid"
    assert record["message"].startswith("The key 'night/1' stands for another transfer, user_universal_transfer ")
    assert line.moved == 1


def test_a_refusal_is_not_executed_and_its_key_may_be_used_again(line: Line) -> None:
    line.inject("refuse", code=-3041)
    record = line.json(*KEYED, code=1)
    assert (record["outcome"], record["code"], record["key"]) == ("not_executed", -3041, "night/1")
    assert line.moved == 0
    assert line.run("reconcile", "night/1").exit_code == 1
    assert line.json(*KEYED)["outcome"] == "done"
    assert line.moved == 1


def test_a_lost_response_is_unknown_and_reconciling_finds_the_transfer(line: Line) -> None:
    line.inject("lost", operation="user_universal_transfer", executed=True)
    result = line.run(*KEYED)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.endswith(f"\nFind out what became of it with: {RECONCILE}\n")
    found = line.json("reconcile", "night/1")
    assert (found["key"], found["state"], found["verdict"]["outcome"]) == ("night/1", "done", "executed")
    assert line.json(*KEYED)["receipt"] == found["receipt"]
    assert (line.moved, line.received.count(POST)) == (1, 1)


@pytest.mark.parametrize(
    "arguments",
    [
        KEYED,
        ("fund-auto-collection", "--yes", "--key", "night/1"),
        ("fund-collection-by-asset", "--asset", "USDT", "--yes", "--key", "night/1"),
    ],
)
def test_the_advice_is_a_command_and_no_python(line: Line, arguments: tuple[str, ...]) -> None:
    for wallet in ("UMFUTURE", "CMFUTURE"):
        line.server.control("POST", "credit", wallet=wallet, asset="USDT", amount="5")
    line.inject("lost", operation=arguments[0].replace("-", "_"), executed=False)
    first = line.run(*arguments)
    again = line.run(*arguments)
    record = line.json(*arguments, code=3)
    for text in (first.stderr, again.stderr, f"{record['message']}\n"):
        assert "client." not in text
        assert "the journal's resolve" not in text
        assert re.search(
            rf"[.\n ](Find out what became of it with: {RECONCILE}|{FOUND}: {re.escape(RESOLVE)}|{LATER})\n$", text
        )


def test_what_is_not_visible_yet_stays_unknown_and_is_not_sent_again(line: Line) -> None:
    line.inject("lost", operation="user_universal_transfer", executed=False)
    record = line.json(*KEYED, code=3)
    assert (record["outcome"], record["operation"]) == ("unknown", "user_universal_transfer")
    assert line.json("reconcile", "night/1", code=3)["state"] == "unknown"
    again = line.json(*KEYED, code=3)
    assert again["verdict"]["outcome"] == "undecided"
    assert line.received.count(POST) == 1


def test_killed_while_it_waits_and_run_again_it_is_sent_once(line: Line) -> None:
    line.inject("slow", operation="user_universal_transfer", seconds=600)
    with line.start(*KEYED) as process:
        wait_until_received(line, POST)
        process.kill()
        assert process.wait(PATIENCE) == -signal.SIGKILL
    done = line.process(*KEYED)
    assert (done.code, done.err) == (0, "")
    assert (line.moved, line.received.count(POST)) == (1, 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_stopped_while_it_waits_it_is_unknown_without_a_traceback(line: Line, number: signal.Signals) -> None:
    line.inject("slow", operation="user_universal_transfer", seconds=600)
    with line.start(*KEYED) as process:
        wait_until_received(line, POST)
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (3, "")
    assert "interrupted by KeyboardInterrupt" in err
    assert err.endswith(f"\nFind out what became of it with: {RECONCILE}\n")
    assert "Traceback" not in err
    assert line.json("reconcile", "night/1")["state"] == "done"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_interrupted_reads_end_with_the_usual_code(line: Line, number: signal.Signals) -> None:
    line.inject("slow", operation="query_user_wallet_balance", seconds=600)
    with line.start("query-user-wallet-balance") as process:
        wait_until_received(line, "GET /sapi/v1/asset/wallet/balance")
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (130, "", "Interrupted.\n")


def test_a_result_that_nobody_reads_is_done_all_the_same(line: Line) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = line.process(*KEYED, "--json", stdout=writing)
    os.close(writing)
    assert (done.code, done.err) == (0, "")
    assert line.moved == 1


def test_what_is_wrong_with_the_environment_is_said_before_it_asks(line: Line) -> None:
    del line.env["BINANCE_API_SECRET"]
    screen, code = line.ask(*MOVE, question="BINANCE_PRIVATE_KEY", answer="")
    assert "Send it?" not in screen
    assert code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_result_that_cannot_be_written_is_done_all_the_same(line: Line) -> None:
    with Path("/dev/full").open("w") as full:
        done = line.process(*KEYED, stdout=full)
    [entry] = line.json("journal", "list")["entries"]
    known = f"user_universal_transfer was executed: tranId: {entry['transfer_id']}."
    assert (done.code, done.err) == (0, f"The result could not be written: No space left on device.\n{known}\n")
    assert line.moved == 1


def test_without_a_terminal_it_refuses_to_move_funds(line: Line) -> None:
    result = line.run(*MOVE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("Error: There is no terminal to ask on before funds move: give --yes.\n")
    assert (line.received, line.journal.exists()) == ([], False)


@pytest.mark.parametrize(
    ("answer", "code", "moved"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0), ("\x04", 1, 0), (INTERRUPT, 1, 0)]
)
def test_on_a_terminal_it_asks(line: Line, answer: str, code: int, moved: int) -> None:
    screen, code_of_process = line.ask(*MOVE, "--key", "night/1", question="Send it? [y/N]: ", answer=answer)
    host = line.server.url.partition("//")[2]
    assert screen.startswith(
        "User Universal Transfer, from MAIN to FUNDING:\r\n  type: MAIN_FUNDING\r\n  asset: USDT\r\n  amount: 4\r\n"
        f"  sent to {host}, key night/1, account default\r\nSend it? [y/N]: "
    )
    assert (code_of_process, line.moved) == (code, moved)
    assert "Traceback" not in screen


@pytest.mark.parametrize(
    ("location", "why"),
    [
        pytest.param("{folder}/missing/journal.sqlite", "unable to open database file.", id="no folder"),
        pytest.param("{folder}/text", "file is not a database.", id="another file"),
        pytest.param("postgresql://127.0.0.1:1/none", "", id="no server"),
    ],
)
def test_without_its_journal_nothing_is_sent(line: Line, tmp_path: Path, location: str, why: str) -> None:
    (tmp_path / "text").write_text("This is no database, and long enough to be seen as none. " * 20)
    line.env["BINANCE_TRANSFERS_JOURNAL"] = location.format(folder=tmp_path)
    result = line.run(*KEYED)
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr.startswith("The journal ")
    assert f"cannot be used: {why}" in result.stderr
    assert (line.received, result.stderr.count("\n")) == ([], 1)


def test_an_address_that_is_not_binance_needs_a_journal_of_its_own(line: Line) -> None:
    del line.env["BINANCE_TRANSFERS_JOURNAL"]
    result = line.run(*KEYED)
    host = line.server.url.partition("//")[2]
    assert result.exit_code == 2
    assert result.stderr.endswith(
        f"Error: BINANCE_BASE_URL leads to {host} and not to Binance: give that address a journal of its own with "
        "--journal or BINANCE_TRANSFERS_JOURNAL.\n"
    )
    assert line.received == []


def test_the_usual_journal_is_in_the_folder_of_the_user(line: Line, tmp_path: Path) -> None:
    names = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "BINANCE_BASE_URL": None}
    assert run("journal", "list", env={**line.env, **names, "BINANCE_TRANSFERS_JOURNAL": None}).stderr == (
        f"There is no journal {tmp_path}/config/binance-transfers/journal.sqlite.\n"
    )
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hidden@127.0.0.1/none",
        "postgresql://user@127.0.0.1/none?password=hidden",
        "postgresql://127.0.0.1/none?user=a&PassWord=hidden",
        "postgresql://127.0.0.1/none?sslpassword=hidden",
    ],
)
def test_a_password_is_no_argument_and_is_not_shown(line: Line, url: str) -> None:
    result = line.run(*KEYED, "--journal", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(
        "Error: The URL of --journal holds a password, which others can see in the list of processes; give the URL as "
        "BINANCE_TRANSFERS_JOURNAL, or the password as PGPASSWORD or in a file.\n"
    )
    assert "hidden" not in result.stderr


def test_a_rehearsal_in_the_embedded_sandbox_touches_neither_binance_nor_the_journal(line: Line) -> None:
    assert line.json(*MOVE, "--amount", "5000", "--key", "night/1", "--sandbox")["receipt"]["tranId"] > 0
    assert line.run(*MOVE, "--sandbox").stderr == "This was a rehearsal in a sandbox: nothing was sent to Binance.\n"
    assert (line.received, line.journal.exists()) == ([], False)
    result = line.run(*MOVE, "--sandbox", "--journal", str(line.journal))
    assert result.exit_code == 2
    assert result.stderr.endswith("Error: --journal cannot be given with --sandbox, whose journal ends with it.\n")


def test_the_advice_names_the_journal_and_the_account_that_were_given(line: Line, tmp_path: Path) -> None:
    line.inject("lost", operation="user_universal_transfer", executed=True)
    other = str(tmp_path / "of my own.sqlite")
    result = line.run(*MOVE, "--yes", "--key", "--odd key", "--journal", other, "--account", "desk")
    advice = f"binance-transfers reconcile --journal '{other}' --account desk -- '--odd key'"
    assert result.stderr.endswith(f"Find out what became of it with: {advice}\n")
    assert line.run("reconcile", "--journal", other, "--account", "desk", "--", "--odd key").exit_code == 0


def test_no_secret_is_printed_whatever_happens(line: Line) -> None:
    outputs = [line.run(*KEYED, *more).output for more in ((), ("--dry-run",), ("--json",))]
    line.inject("lost", operation="user_universal_transfer", executed=False)
    outputs += [
        line.run(*MOVE, "--yes", "--key", "lost").output,
        line.run("journal", "export").output,
        line.run("check").output,
    ]
    assert [text for text in outputs if "sandbox-secret" in text or "sandbox-key" in text or "signature=" in text] == []


def test_the_script_of_the_wheel_is_this_program() -> None:
    project = tomllib.loads((GENERATED.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {PROGRAM.name: f"{COMMAND[-1]}.__main__:main"}
