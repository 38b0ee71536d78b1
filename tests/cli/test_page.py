"""The page about the command line: its commands run one after the other, and its tables are what the program does."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from binance_transfers._runtime.cli.output import _CODES, EXIT_CODES, Exit
from binance_transfers._runtime.cli.program import _OWN
from tests.contract.pages import DOCS, LANGUAGES, Table, read

from .running import COMMAND, KEYED, MOVE, PROGRAM, Ended, Line

PAGE = {language: read(DOCS / language / "command-line.md") for language in LANGUAGES}
INSTALL, ALONE, SERVE, REHEARSAL, UNKNOWN, RESOLVE, COMPLETE = PAGE["en"].code("sh")


def tables(language: str) -> tuple[Table, Table, Table]:
    """Return the tables of the commands, of the exit codes, and of the JSON objects."""
    commands, codes, objects = PAGE[language].tables
    return commands, codes, objects


def words(cell: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", cell))


class Shell:
    """A shell in a folder of its own, where `binance-transfers` is this program."""

    def __init__(self, line: Line, folder: Path) -> None:
        self._line, self._folder = line, folder
        script = folder / "binance-transfers"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n')
        script.chmod(0o755)

    def run(self, text: str) -> Ended:
        """Run lines of the page, with the port of this sandbox."""
        url = self._line.server.url
        text = text.replace("http://127.0.0.1:8090", url)
        keep = {name: value for name, value in os.environ.items() if not name.startswith("BINANCE_")}
        path = os.pathsep.join([str(self._folder), keep["PATH"]])
        python = os.pathsep.join([str(DOCS.parent), keep.get("PYTHONPATH", "")])
        env = {**keep, "PATH": path, "PYTHONPATH": python, "HOME": str(self._folder)}
        done = subprocess.run(
            ["/bin/sh", "-c", text], cwd=self._folder, env=env, capture_output=True, text=True, check=False
        )
        return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def shell(line: Line, tmp_path: Path) -> Shell:
    return Shell(line, tmp_path)


def test_the_first_commands_need_no_key_and_send_nothing(line: Line, shell: Shell) -> None:
    done = [shell.run(text) for text in ALONE.splitlines()]
    assert [(ended.code, bool(ended.out)) for ended in done] == [(0, True)] * 3
    assert line.received == []


def test_the_rehearsal_makes_one_transfer_and_reconciles_the_lost_one(line: Line, shell: Shell) -> None:
    assert re.fullmatch(r"binance-transfers sandbox --port 8090\n", SERVE)
    exports = [text for text in REHEARSAL.splitlines() if text.startswith("export ")]
    done = [shell.run("\n".join([*exports, text])) for text in REHEARSAL.splitlines()[len(exports) :]]
    assert [ended.code for ended in done] == [0] * 5
    assert (done[2].out, done[4].out.count("MAIN_FUNDING"), line.moved) == (done[3].out, 1, 1)
    curl, transfer, reconcile, again = UNKNOWN.splitlines()
    lose = shlex.split(curl)
    assert lose[0] == "curl"
    line.server.ask("POST", lose[-1].removeprefix("http://127.0.0.1:8090"), lose[lose.index("-d") + 1])
    lost, settled, repeated = (shell.run("\n".join([*exports, text])) for text in (transfer, reconcile, again))
    assert (lost.code, settled.code, repeated.code) == (Exit.UNKNOWN, 0, 0)
    assert lost.err.endswith(f": {reconcile}\n")
    assert line.moved == 2


def test_the_other_commands_of_the_page_are_taken(shell: Shell) -> None:
    assert INSTALL == "pip install 'binance-transfers[cli,sandbox]'\n"
    done = shell.run(f"{RESOLVE.strip()} --journal missing.sqlite")
    assert (done.code, done.err) == (Exit.JOURNAL, "There is no journal missing.sqlite.\n")
    completed = shell.run(COMPLETE.removeprefix('eval "$(').strip().removesuffix(')"'))
    assert completed.code == 0
    assert "complete -o nosort" in completed.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_of_the_page_are_those_of_the_program(language: str) -> None:
    context = click.Context(PROGRAM)
    journal = PROGRAM.get_command(context, "journal")
    assert isinstance(journal, click.Group)
    wanted = {name for name in _OWN if name != "journal"} | {f"journal {name}" for name in journal.commands}
    assert {cell.removesuffix(" KEY") for cell in tables(language)[0].column(0)} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exit_codes_of_the_page_are_those_of_the_program(language: str) -> None:
    named = {code: {name} for _, code, name in _CODES}
    named[Exit.DONE] = {"done", "dry_run"}
    rows = {int(code): words(outcome) for code, outcome, _ in tables(language)[1].rows}
    assert rows == {code: named.get(code, set()) for code in Exit}


def test_the_help_has_the_exit_codes_in_the_words_of_the_page() -> None:
    texts = dict(re.findall(r"^ *(\d+)  (.*)$", EXIT_CODES, re.MULTILINE))
    for code, _, text in tables("en")[1].rows:
        assert text.startswith(texts[code].replace("`", "").partition(". Find out")[0]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_of_the_page_are_those_of_the_objects(line: Line, language: str) -> None:
    cells = [cell for _, cell in tables(language)[2].rows]
    shapes = [words(cell) for cell in cells]
    done = [line.json(*KEYED), line.json("system-status"), line.json(*MOVE, "--dry-run")]
    line.inject("lost", operation="user_universal_transfer", executed=True)
    failed = line.json(*MOVE, "--amount", "5", "--yes", "--key", "night/2", code=3)
    assert {"outcome", "message", "key"} <= failed.keys() <= shapes[3]
    more = ("history", "--type", "MAIN_FUNDING"), ("balances",), ("operations",), ("ways",), ("check",)
    done += [line.json(*command) for command in more]
    done += [line.json("journal", *command) for command in (("list",), ("recover",), ("show", "night/1"))]
    done.append(line.json("reconcile", "night/1"))
    assert [set(record) for record in done] == shapes[:3] + shapes[4:]
