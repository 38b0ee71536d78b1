"""A conclusion since the last release, where the report is about a branch; and old specs that are unreadable."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Thread

import pytest

from generator.__main__ import main, run
from tests.specs import call, spec

from .test_command import git

TEXT = spec(call("GET /a", "readIt", keys="description: It reads.\n")).replace("version: 1.2.3", "version: 0.1.0")


LATER = TEXT.replace("x-binance-weight", "x-binance-cost")
"""What a later generator may read."""


def at(version: str, weight: int = 1) -> str:
    return TEXT.replace("version: 0.1.0", f"version: {version}").replace("weight: 1}", f"weight: {weight}}}")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    states = {
        "released": TEXT,
        "branch": at("0.1.1", 90),
        "new": at("0.1.1", 120),
        "low": at("0.1.0", 120),
        "words": TEXT.replace("It reads.", "It writes."),
        "dates": TEXT.replace("read: '2026-01-02'", "read: '2027-01-02'"),
        "later": LATER,
    }
    for name, text in states.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


SINCE = ["--released", "released.yaml"]


@pytest.mark.parametrize(
    ("arguments", "code", "conclusion"),
    [
        (
            ["branch.yaml", "new.yaml"],
            1,
            "asks for 0.1.2 or later. branch.yaml is taken for the last release; name another one with --released.",
        ),
        (
            ["branch.yaml", "new.yaml", *SINCE],
            0,
            "The version goes from 0.1.0 to 0.1.1; 1 changed fact since released.yaml asks for 0.1.1 or later.",
        ),
        (
            ["branch.yaml", "low.yaml", *SINCE],
            1,
            "info.version is still 0.1.0; 1 changed fact since released.yaml asks for 0.1.1 or later.",
        ),
        (
            ["released.yaml", "words.yaml", "--released", "branch.yaml"],
            1,
            "info.version is 0.1.0; 1 changed fact since branch.yaml asks for 0.1.2 or later.",
        ),
        (
            ["branch.yaml", "words.yaml", *SINCE],
            0,
            "The version stays 0.1.0; nothing since released.yaml asks for a new one.",
        ),
        (
            ["released.yaml", "low.yaml", "--released", ""],
            0,
            "Nothing is released yet; the version 0.1.0 needs no step.",
        ),
    ],
)
def test_the_conclusion_is_about_the_release(
    arguments: list[str], code: int, conclusion: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *arguments]) == code
    assert capsys.readouterr().out.splitlines()[-1].endswith(conclusion)


def test_the_report_is_about_the_branch(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "branch.yaml", "new.yaml", *SINCE, "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["old"], body["new"], body["released"]) == ("branch.yaml", "new.yaml", "released.yaml")
    assert [(change["old"], change["new"]) for change in body["changes"]] == [("90", "120")]
    assert (body["version"]["old"], body["version"]["least"]) == ("0.1.0", "0.1.1")


@pytest.mark.parametrize("arguments", [["later"], ["branch.yaml", "new.yaml", "--released", "later"]])
def test_an_old_spec_of_another_generator_has_a_code_of_its_own(
    arguments: list[str], here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("generator.diff.command._ROOT", here)
    (here / "spec").mkdir()
    file = here / "spec" / "binance.yaml"
    file.write_text(LATER, encoding="utf-8")
    for words in (["init", "-q"], ["add", "spec"], ["commit", "-q", "-m", "one"], ["branch", "later"]):
        git(here, *words)
    file.write_text(TEXT, encoding="utf-8")
    assert main(["diff", *arguments]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(
        "later cannot be compared, because this generator does not read its spec: later:spec/binance.yaml:"
    )
    assert printed.err.endswith(" more) Compare with a later state, and raise info.version by what you know.\n")
    assert printed.err.count("\n") == 1
    # The new spec, and a file, can be mended.
    assert main(["diff", "branch.yaml", "later"]) == 2
    assert main(["diff", "later.yaml", "branch.yaml"]) == 2


@pytest.mark.parametrize(
    ("arguments", "name"), [(["new.yaml", "--released", "v9"], "v9"), ([""], ""), (["missing"], "missing")]
)
def test_a_name_that_is_not_there(arguments: list[str], name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "branch.yaml", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"{name!r} names neither a file nor a commit of this repository; ")


@pytest.mark.parametrize(
    ("new", "draft"),
    [
        ("words", "## Unreleased\n\nTexts:\n\n- The documentation is worded anew in 1 place: read_it.\n"),
        ("dates", "## Unreleased\n"),
        (
            "branch",
            "## 0.1.1\n\nFacts:\n\n- read_it: weight 1 -> 90 per IP: 1200 -> 13 calls per minute\n",
        ),
    ],
)
def test_a_draft_mentions_texts_by_themselves(new: str, draft: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "released.yaml", f"{new}.yaml", "--format", "changelog"]) == 0
    assert capsys.readouterr().out == draft


@pytest.mark.parametrize(("form", "written"), [("markdown", b"<U+DCFF>.yaml"), ("json", b"\\udcff.yaml")])
def test_a_name_that_is_no_text_is_written_all_the_same(
    form: str, written: bytes, here: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    name = os.fsdecode(os.fsencode(here) + b"/\xff.yaml")
    Path(name).write_text(TEXT, encoding="utf-8")
    assert main(["diff", name, "branch.yaml", "--format", form]) == 0
    out, err = capfdbinary.readouterr()
    assert written in out
    assert err == b""


def test_a_pipe_is_read_like_a_file(here: Path) -> None:
    pipe = here / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=(at("0.1.1", 90), "utf-8"))
    writer.start()
    assert main(["diff", str(pipe), "branch.yaml"]) == 0
    writer.join()


def test_an_error_of_the_program_has_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["generator", "diff", "branch.yaml", "new.yaml"])
    monkeypatch.setattr("generator.diff.command.compare", lambda *_: 1 / 0)
    assert run() == 70
    assert "ZeroDivisionError" in capsys.readouterr().err
