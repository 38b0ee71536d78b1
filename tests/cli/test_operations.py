"""A subcommand for each operation of the table, and nothing that the table does not say."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from hypothesis import given
from hypothesis import strategies as st

from binance_transfers import OPERATIONS, enums
from tests.confirmed_specs import MOVE as MOVE_IT
from tests.confirmed_specs import READS, ROOT, SCHEMAS, TEXT
from tests.render.test_confirmed_package import MOVE_OWN, OWN, package_of
from tests.specs import call, spec

from .running import COMMAND, GENERATED, MOVE, PROGRAM, Line, run

COLLIDING = call(
    "GET /colliding",
    "check",
    parameters="""\
        - {name: json, in: query, schema: {type: string}}
        - {name: class, in: query, schema: {type: string}}
        - {name: on, in: query, schema: {type: boolean}}
        - {name: several, in: query, schema: {type: array, items: {type: string}}}
        """,
)


def options(command: click.Command) -> set[str]:
    return {flag for parameter in command.params for flag in parameter.opts if isinstance(parameter, click.Option)}


def command_of(program: click.Group, name: str) -> click.Command:
    command = program.get_command(click.Context(program), name)
    assert command is not None
    return command


def program_of(text: str, folder: Path) -> Iterator[tuple[Any, click.Group]]:
    for package in package_of(text, folder):
        yield package, importlib.import_module(f"{package.__name__}.__main__")._program()


def lacking(operations: Any, program: click.Group) -> Iterator[str]:
    """Yield what the table has and the command line has not."""
    for operation in operations.values():
        command = command_of(program, operation.name.replace("_", "-"))
        wanted = {f"--{parameter.argument.replace('_', '-')}" for parameter in operation.parameters}
        wanted |= {"--dry-run", "--sandbox", "--json"}
        wanted |= {"--key", "--journal", "--account", "--yes"} if operation.moves_funds else set()
        if options(command) != wanted:
            yield f"{operation.name}: {options(command) ^ wanted}"
        for parameter in operation.parameters:
            [option] = [param for param in command.params if param.name == f"parameter_{parameter.argument}"]
            assert isinstance(option, click.Option)
            if option.required is not parameter.required or not option.help:
                yield f"{operation.name}: {option.name}"


def test_every_operation_has_a_subcommand_with_an_option_for_each_parameter() -> None:
    assert list(lacking(OPERATIONS, PROGRAM)) == []


def test_another_spec_gets_its_own_subcommands(tmp_path: Path) -> None:
    for package, program in program_of(TEXT, tmp_path):
        assert list(lacking(package.OPERATIONS, program)) == []
        assert program.list_commands(click.Context(program))[:3] == ["move-it", "collect-all", "list-moves"]
        result = run(
            "move-it",
            "--kind",
            "OUT",
            "--asset",
            "BTC",
            "--amount",
            "1",
            "--email",
            "a@b.c",
            "--sandbox",
            program=program,
        )
        rehearsal = "This was a rehearsal in a sandbox: nothing was sent to Binance.\n"
        assert (result.exit_code, result.stderr) == (0, rehearsal)
        assert re.fullmatch(r"id: \d+\n", result.stdout)
        assert run("ways", "SUB", "SPOT", program=program).stdout == (
            "from  to    command\nSUB   SPOT  move-it --kind IN --asset ASSET --amount AMOUNT --email EMAIL\n"
        )
        assert run("check", "--sandbox", program=program).exit_code == 0


def test_several_histories_have_a_command_each(tmp_path: Path) -> None:
    for _, program in program_of(spec(MOVE_IT, MOVE_OWN, OWN, *READS, schemas=SCHEMAS, root=ROOT), tmp_path):
        history = command_of(program, "history")
        assert isinstance(history, click.Group)
        assert list(history.commands) == ["move-own", "move-it"]
        result = run("history", "move-own", "--kind", "OUT", "--sandbox", "--json", program=program)
        assert json.loads(result.stdout) == {"operation": "list_own", "rows": []}


def test_names_that_the_command_line_has_itself_get_another_one(tmp_path: Path) -> None:
    for _, program in program_of(spec(COLLIDING), tmp_path):
        names = program.list_commands(click.Context(program))
        assert names == [
            "check-operation",
            "balances",
            "reconcile",
            "journal",
            "operations",
            "ways",
            "check",
            "sandbox",
        ]
        assert options(command_of(program, "check-operation")) == {
            *("--json-parameter", "--class", "--on", "--several"),
            *("--dry-run", "--sandbox", "--json"),
        }
        given = ("--json-parameter", "a", "--class", "b", "--on", "true", "--several", "c", "--several", "d")
        result = run("check-operation", *given, "--dry-run", program=program)
        assert result.stdout == (
            "GET /colliding?json=a&class=b&on=true&several=c&several=d\n"
            "Weight 1 of 1200 per IP in 60 s.\n"
            "Nothing was sent; it is sent unsigned.\n"
        )


def test_a_dry_run_shows_the_request_without_a_key_and_sends_nothing() -> None:
    result = run(*MOVE, "--dry-run")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "POST /sapi/v1/asset/transfer?type=MAIN_FUNDING&asset=USDT&amount=4\n"
        "Weight 900 of 180000 per UID in 60 s. The API key needs permitsUniversalTransfer.\n"
        "Nothing was sent; timestamp and signature are added when it is sent.\n"
    )
    assert json.loads(run(*MOVE, "--dry-run", "--json").stdout) == {
        "outcome": "dry_run",
        "operation": "user_universal_transfer",
        "parameters": {"type": "MAIN_FUNDING", "asset": "USDT", "amount": "4"},
        "method": "POST",
        "path": "/sapi/v1/asset/transfer",
        "query": "type=MAIN_FUNDING&asset=USDT&amount=4",
        "weights": [{"scope": "uid", "weight": 900, "budget": 180000, "seconds": 60}],
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_dry_run_of_any_operation_leaves_the_sandbox_and_the_journal_alone(line: Line, name: str) -> None:
    operation = OPERATIONS[name]
    arguments = [
        word
        for key, value in operation.example.items()
        for item in (value if isinstance(value, tuple) else (value,))
        for word in (f"--{key.replace('_', '-')}", str(item))
    ]
    keyed = ["--yes", "--key", "k"] if operation.moves_funds else []
    record = line.json(name.replace("_", "-"), *arguments, *keyed, "--dry-run")
    path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(operation.path))
    assert (record["method"], re.fullmatch(path, record["path"]) is not None) == (operation.method, True)
    assert line.received == []
    assert not line.journal.exists()


@given(st.decimals(min_value=Decimal("1E-20"), max_value=Decimal("1E19"), allow_nan=False, places=20))
def test_an_amount_is_sent_as_it_was_typed(amount: Decimal) -> None:
    text = f"{amount:f}"
    result = run(*MOVE[:-1], text, "--dry-run", "--json")
    assert json.loads(result.stdout)["parameters"]["amount"] == text


TYPES = ", ".join(enums.TransferType)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param(
            ("--type", "MAIN_FUNDIN", "--asset", "USDT", "--amount", "1e3"),
            f"--type is 'MAIN_FUNDIN'; allowed: {TYPES}. Did you mean MAIN_FUNDING? "
            "--amount is '1e3'; write digits with at most one point, such as \"0.00001\".",
            id="each value",
        ),
        pytest.param(
            ("--type", "ISOLATEDMARGIN_MARGIN", "--asset", "USDT", "--amount", "1"),
            "--from-symbol must be given when --type is ISOLATEDMARGIN_MARGIN.",
            id="values together",
        ),
        pytest.param(
            ("--asset", "USDT", "--amount", "1"),
            "Missing option '--type'. See binance-transfers user-universal-transfer --help.",
            id="missing",
        ),
        pytest.param(
            ("--type", "MAIN_FUNDING", "--asset", "USDT", "--amount", "1", "--recv-window", "soon"),
            "Invalid value for '--recv-window': 'soon' is not a valid integer.",
            id="number",
        ),
    ],
)
def test_wrong_usage_is_a_sentence_and_nothing_is_sent(line: Line, arguments: tuple[str, ...], error: str) -> None:
    result = line.run("user-universal-transfer", "--yes", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {error}\n"
    assert line.received == []


def test_a_number_that_is_not_listed_is_refused_with_those_that_are() -> None:
    arguments = ("--email", "a@b.c", "--asset", "USDT", "--amount", "1", "--dry-run")
    for unlisted in ("3", "UP"):
        result = run("margin-transfer-for-sub-account", *arguments, "--type", unlisted)
        assert (result.exit_code, result.stdout) == (2, "")
        allowed = "allowed: SPOT_TO_MARGIN (1), MARGIN_TO_SPOT (2)."
        assert result.stderr.endswith(f"Error: Invalid value for '--type': '{unlisted}' is not listed; {allowed}\n")


@pytest.mark.parametrize("option", ["--secret=hidden", "--api-key=hidden", "--private-key=hidden"])
def test_a_secret_is_no_argument_and_is_not_repeated(option: str) -> None:
    result = run(*MOVE, option)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: There is no option '{option.partition('=')[0]}'; allowed: --type, ")
    assert "hidden" not in result.stderr


@pytest.mark.parametrize("direction", ["SPOT_TO_MARGIN", "1"])
def test_a_number_is_given_by_its_name_or_as_it_is_sent(direction: str) -> None:
    arguments = ("--email", "a@b.c", "--asset", "USDT", "--amount", "1", "--type", direction)
    record = json.loads(run("margin-transfer-for-sub-account", *arguments, "--dry-run", "--json").stdout)
    assert record["parameters"]["type"] == "1"


def test_a_read_prints_its_response(line: Line) -> None:
    assert line.run("system-status").stdout == "status: 0\nmsg: normal\n"
    assert line.json("system-status") == {
        "outcome": "done",
        "operation": "system_status",
        "parameters": {},
        "response": {"status": 0, "msg": "normal"},
    }


def test_a_public_read_needs_no_key(line: Line) -> None:
    del line.env["BINANCE_API_KEY"], line.env["BINANCE_API_SECRET"]
    assert line.run("system-status").exit_code == 0
    result = line.run("get-api-key-permission")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(
        "Error: The environment needs BINANCE_API_KEY and one of BINANCE_API_SECRET, BINANCE_PRIVATE_KEY, "
        "BINANCE_PRIVATE_KEY_FILE; an empty variable counts as not set.\n"
    )


def test_a_read_that_fails_is_a_sentence_and_with_json_an_object(line: Line) -> None:
    line.inject("refuse", code=-2015)
    record = line.json("get-api-key-permission", code=1)
    assert record["message"] == (
        "get_api_key_permission was rejected (HTTP 401, code -2015, The call is refused on demand: REJECTED_MBX_KEY.)."
    )
    assert (record["outcome"], record["operation"], record["code"]) == ("not_executed", "get_api_key_permission", -2015)


def test_shells_complete_commands_and_values_with_their_texts() -> None:
    complete = ShellComplete(PROGRAM, {}, "binance-transfers", "_BINANCE_TRANSFERS_COMPLETE")
    assert [item.value for item in complete.get_completions([], "user")] == ["user-universal-transfer"]
    found = complete.get_completions(["user-universal-transfer", "--type"], "main_o")
    assert [(item.value, item.help) for item in found] == [("MAIN_OPTION", "Spot wallet to options wallet")]
    assert [item.value for item in complete.get_completions(["ways"], "SUB")] == ["SUB_MAIN", "SUB_MARGIN"]


def test_a_command_imports_only_what_it_needs() -> None:
    code = (
        "import atexit, sys; from binance_transfers.__main__ import main; wanted = {'sqlalchemy', 'uvicorn', 'asyncio'}; "
        "atexit.register(lambda: print(sorted(wanted & sys.modules.keys()), file=sys.stderr)); "
        f"sys.argv[1:] = {[*MOVE, '--dry-run']!r}; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(GENERATED)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "[]\n"


def test_without_the_extra_it_says_what_to_install(line: Line) -> None:
    code = "import sys; sys.modules['click'] = None; from binance_transfers.__main__ import main; main()"
    done = line.process(command=(sys.executable, "-c", code))
    assert done == (2, "", "The command line needs the extra `cli`: pip install 'binance-transfers[cli]'.\n")


def test_help_names_the_exit_codes_and_every_command(line: Line) -> None:
    done = line.process("--help", command=COMMAND)
    assert (done.code, done.err) == (0, "")
    assert "  3  Unknown or pending: funds may have moved." in done.out
    for name in PROGRAM.list_commands(click.Context(PROGRAM)):
        assert f"\n  {name}" in done.out
        assert line.run(name, "--help").exit_code == 0
