"""The command line as a whole: its help, its default command, and what its reports have for the workflows."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest
import yaml

from generator.__main__ import COMMANDS, main
from generator.console import SPEC, shorten
from generator.diff.change import Impact
from generator.diff.formats import FORMATS
from generator.drift import report as drift_report
from generator.drift.results import Verdict
from generator.sources import Page

LINE = f"| {'币' * 100} |\n"


def help_of(command: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    return capsys.readouterr().out


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    printed = help_of([], capsys)
    assert all(f"\n    {name} " in printed for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_has_the_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "exit codes:" in help_of([command], capsys).lower()


COMMAND_NAMES = ", ".join(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "program", "error"),
    [
        (["frob"], "", f"there is no command 'frob'; allowed: {COMMAND_NAMES}."),
        (["dirft"], "", f"there is no command 'dirft'; allowed: {COMMAND_NAMES}. Did you mean drift?"),
        (
            ["diff", "a.yaml", "--relased", "v1"],
            " diff",
            "there is no option --relased; allowed: -h, --help, --released, --format, --max-bytes. Did you mean --released?",
        ),
        (
            ["--chek"],
            " generate",
            "there is no option --chek; allowed: -h, --help, --check, --spec, --out. Did you mean --check?",
        ),
        (["diff", "a", "b", "c"], " diff", "there is no place for the argument 'c'; see --help."),
        (["diff"], " diff", "the following arguments are required: OLD"),
    ],
)
def test_wrong_usage_is_one_line_with_the_nearest_name_and_the_choices(
    arguments: list[str], program: str, error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"python -m generator{program}: {error}\n"


def test_a_command_imports_no_other_one() -> None:
    code = "import sys; from generator.__main__ import main; main(['check']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=SPEC.parents[1], capture_output=True, text=True, check=True)
    assert not {"generator.diff", "generator.drift", "generator.importer"} & {*done.stdout.split()}


@pytest.mark.parametrize("command", ["diff", "drift", "import"])
def test_a_report_that_nobody_reads_to_the_end_is_no_error_of_the_generator(command: str, tmp_path: Path) -> None:
    page = tmp_path / "schema.yaml"
    page.write_text("paths: {/a: {get: {responses: {'200': {}}}}}")
    arguments: dict[str, list[object]] = {"diff": [SPEC, SPEC], "drift": [page], "import": [page, "--spec", SPEC]}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "generator", command, *map(str, arguments[command])],
        cwd=SPEC.parents[1],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 141
    assert "Traceback" not in done.stderr


def test_drift_without_a_page_reads_the_sources_that_the_spec_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def pages(names: Sequence[str], _: Path | None) -> list[Page]:
        asked.extend(names)
        return []

    monkeypatch.setattr("generator.drift.command.pages", pages)
    main(["drift"])
    paths = yaml.safe_load(SPEC.read_text(encoding="utf-8"))["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    named = [operation["x-binance-source"] for operation in operations]
    urls = [source[language]["url"] for source in named for language in ("en", "zh-CN") if language in source]
    packages = {f"sdk:{source['sdk']['package']}" for source in named if "sdk" in source}
    sections = {source["catalogue"]["url"].partition("#")[0] for source in named if "catalogue" in source}
    assert sorted(asked) == sorted([*urls, *packages, *sections])


@pytest.mark.parametrize("size", [1, 1_000, 60_000])
def test_a_long_report_is_cut_at_a_line_and_says_so(size: int) -> None:
    kept, _, note = shorten(LINE * 400, size).partition("\n(")
    count = kept.count("\n")
    assert kept == LINE * count
    assert note == f"{400 - count} more lines are left out.)\n"
    assert size == 1 or size - 2 * len(LINE.encode()) < len(shorten(LINE * 400, size).encode()) <= size


def test_a_short_report_is_whole() -> None:
    assert shorten(LINE, None) == shorten(LINE, len(LINE.encode())) == LINE


def test_a_diff_that_cannot_be_made_says_so_in_its_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: 3.1.0\n", encoding="utf-8")
    for form, beginning in (("markdown", "### The spec cannot be compared\n\n```\n"), ("github", "::error file=")):
        assert main(["diff", str(broken), "--format", form]) == 2
        printed = capsys.readouterr()
        assert printed.out.startswith(beginning)
        assert printed.err
    assert main(["diff", str(SPEC), "--format", "markdown", "--max-bytes", "10"]) == 0
    assert "more lines are left out" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_reference_has_every_key_verdict_class_and_option(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (SPEC.parents[1] / "generated" / "docs" / language / "spec-changes.md").read_text(encoding="utf-8")
    helps = {command: help_of([command], capsys) for command in ("drift", "diff")}
    keys = set(re.findall(r'^ +"(\w+)": ', inspect.getsource(drift_report), re.MULTILINE))
    assert {"verdict", "differences", "explained"} <= keys
    assert {word for word in {*keys, *get_args(Verdict)} if word not in page} == set()
    for text in (page, helps["diff"]):
        assert {word for word in {*get_args(Impact), *FORMATS} if word not in text} == set()
    options = {option for text in helps.values() for option in re.findall(r"^ +(--[a-z-]+)", text, re.MULTILINE)}
    assert {option for option in options if option not in page} == {"--spec"}
