"""`python -m generator diff`: whole reports, what it reads, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.diff.command import _ROOT
from generator.diff.revisions import NoSpec, read
from tests.specs import call, spec

from .mutation import TEXT
from .mutations import MUTATIONS

MIXED = (
    "weight 60 -> 120",
    "maximum 60000",
    "UMFUTURE_MAIN: value gone",
    "toSymbol: required false",
    "note 1 in English",
)
OLD_SIGNATURE = (
    "user_universal_transfer(*, type: TransferType | TransferTypeLiteral | Unlisted, asset: str, amount: Decimal | int | str, "
    "from_symbol: str | None = None, to_symbol: str | None = None, recv_window: int | None = None) "
    "-> UniversalTransferReceipt"
)
NEW_SIGNATURE = OLD_SIGNATURE.replace("to_symbol: str | None = None", "to_symbol: str")
VERSION = "  version: 0.1.0\n"
PLAIN = spec(call("GET /a", "readIt")).replace("version: 1.2.3", "version: 0.1.0")


def mixed(version: str = "0.1.0") -> str:
    text = TEXT.replace(VERSION, f"  version: {version}\n")
    for part in MIXED:
        [mutation] = [mutation for mutation in MUTATIONS if part in mutation.message]
        text = mutation.apply(text) or ""
    return text


def line(text: str, part: str, after: str = "") -> int:
    return text[: text.index(part, text.index(after))].count("\n") + 1


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(mixed(), encoding="utf-8")
    (tmp_path / "raised.yaml").write_text(mixed("0.2.0"), encoding="utf-8")
    return tmp_path


LINES = {
    "required": line(mixed(), "required: true", "- name: toSymbol"),
    "maximum": line(mixed(), "maximum: 50000"),
    "gone": line(TEXT, "- const: UMFUTURE_MAIN"),
    "weight": line(mixed(), "weight: 120}"),
    "note": line(mixed(), "BTC as its example") - 1,  # the key, above its folded text
    "version": line(mixed(), "version: 0.1.0"),
    "list": line(mixed(), "oneOf:", "    TransferType:"),
}
NOTE = (
    "margin_transfer_for_sub_account: asset: note 1 in English: "
    '"...page USDT. Neither limits the..." -> "...page USDT. None limits the..."'
)
RELEASE = "old.yaml is taken for the last release; name another one with --released."
CHECKS = {
    line(
        mixed(), "read: ", f"operationId: {operation}\n"
    ): f"{name}: read is still {dates}, but facts changed ({facts}); write the day of the source."
    for operation, name, dates, facts in (
        ("fundCollectionByAsset", "fund_collection_by_asset", "2026-01-15", "recvWindow maximum, weight"),
        ("fundAutoCollection", "fund_auto_collection", "2026-01-15", "recvWindow maximum"),
        (
            "userUniversalTransfer",
            "user_universal_transfer",
            "2026-01-15, 2026-02-11",
            "toSymbol required, recvWindow maximum, TransferType.UMFUTURE_MAIN enum value",
        ),
        ("marginTransferForSubAccount", "margin_transfer_for_sub_account", "2026-01-15", "recvWindow maximum"),
        (
            "getTransferableEarnAssetBalanceForPortfolioMargin",
            "get_transferable_earn_asset_balance_for_portfolio_margin",
            "2026-01-15",
            "recvWindow maximum",
        ),
    )
}
CHECKS |= {
    line(mixed(), part, "    TransferType:"): "this text names 33, but TransferType has 32 values now; "
    "see whether it still holds."
    for part in ("- description: >-", "x-binance-zh: >-\n            中文页面")
}
TERMINAL = f"""\
new.yaml:{LINES["required"]}: breaking: user_universal_transfer: toSymbol: required false -> true
new.yaml:{LINES["maximum"]}: breaking: every operation: recvWindow: maximum 60000 -> 50000
old.yaml:{LINES["gone"]}: breaking: TransferType.UMFUTURE_MAIN: value gone: UMFUTURE_MAIN
new.yaml:{LINES["weight"]}: facts: fund_collection_by_asset: weight 60 -> 120 per IP: 200 -> 100 calls per minute
new.yaml:{LINES["note"]}: text: {NOTE}

- {OLD_SIGNATURE}
+ {NEW_SIGNATURE}

{"".join(f"new.yaml:{number}: to check: {text}{chr(10)}" for number, text in CHECKS.items())}
new.yaml:{LINES["version"]}: info.version is still 0.1.0; 3 breaking changes ask for 0.2.0 or later. {RELEASE}
"""
MARKDOWN = f"""\
### The spec since `old.yaml`

**new.yaml:{LINES["version"]}: info.version is still 0.1.0; 3 breaking changes ask for 0.2.0 or later. {RELEASE}**

#### Breaking

- user_universal_transfer: toSymbol: required false -> true (`new.yaml:{LINES["required"]}`)
- every operation: recvWindow: maximum 60000 -> 50000 (`new.yaml:{LINES["maximum"]}`)
- TransferType.UMFUTURE_MAIN: value gone: UMFUTURE_MAIN (`old.yaml:{LINES["gone"]}`)

#### Facts

- fund_collection_by_asset: weight 60 -> 120 per IP: 200 -> 100 calls per minute (`new.yaml:{LINES["weight"]}`)

#### Texts

- {NOTE} (`new.yaml:{LINES["note"]}`)

#### To check

{"".join(f"- {text} (`new.yaml:{number}`){chr(10)}" for number, text in CHECKS.items())}
#### Python

```diff
- {OLD_SIGNATURE}
+ {NEW_SIGNATURE}
```
"""
GITHUB = f"""\
::warning file=new.yaml,line={LINES["required"]},title=spec%3A breaking::user_universal_transfer: toSymbol: required false -> true
::warning file=new.yaml,line={LINES["maximum"]},title=spec%3A breaking::every operation: recvWindow: maximum 60000 -> 50000
::warning file=new.yaml,line={LINES["list"]},title=spec%3A breaking::TransferType.UMFUTURE_MAIN: value gone: UMFUTURE_MAIN
::notice file=new.yaml,line={LINES["weight"]},title=spec%3A facts::fund_collection_by_asset: weight 60 -> 120 per IP: 200 -> 100 calls per minute
::notice file=new.yaml,line={LINES["note"]},title=spec%3A text::{NOTE}
{"".join(f"::warning file=new.yaml,line={number},title=spec%3A to check::{text}{chr(10)}" for number, text in CHECKS.items())}\
::error file=new.yaml,line={LINES["version"]},title=spec%3A version::new.yaml:{LINES["version"]}: info.version is still 0.1.0; 3 breaking changes ask for 0.2.0 or later. {RELEASE}
"""
CHANGELOG = """\
## 0.2.0

Breaking:

- user_universal_transfer: toSymbol: required false -> true
- every operation: recvWindow: maximum 60000 -> 50000
- TransferType.UMFUTURE_MAIN: value gone: UMFUTURE_MAIN

Facts:

- fund_collection_by_asset: weight 60 -> 120 per IP: 200 -> 100 calls per minute

Texts:

- The documentation is worded anew in 1 place: margin_transfer_for_sub_account.
"""


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("form", "text"), [("terminal", TERMINAL), ("markdown", MARKDOWN), ("github", GITHUB), ("changelog", CHANGELOG)]
)
def test_a_whole_report(form: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "new.yaml", "--format", form]) == 1
    assert capsys.readouterr() == (text, "")


@pytest.mark.usefixtures("here")
def test_a_whole_report_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "new.yaml", "--format", "json"]) == 1
    body = json.loads(capsys.readouterr().out)
    changes = body.pop("changes")
    assert {
        check["line"]: ": ".join([*check["operations"], check["message"]]) for check in body.pop("reminders")
    } == CHECKS
    assert body == {
        "old": "old.yaml",
        "new": "new.yaml",
        "released": "old.yaml",
        "version": {
            "old": "0.1.0",
            "new": "0.1.0",
            "step": "minor",
            "least": "0.2.0",
            "enough": False,
            "file": "new.yaml",
            "line": LINES["version"],
        },
        "signatures": [{"old": OLD_SIGNATURE, "new": NEW_SIGNATURE}],
    }
    assert [change["fact"] for change in changes] == ["required", "maximum", "enum value", "weight", "note"]
    assert changes[3] == {
        "class": "facts",
        "fact": "weight",
        "subject": "",
        "operations": ["fund_collection_by_asset"],
        "message": "weight 60 -> 120 per IP: 200 -> 100 calls per minute",
        "old": "60",
        "new": "120",
        "file": "new.yaml",
        "line": LINES["weight"],
        "column": 37,
        "gone": False,
    }


@pytest.mark.usefixtures("here")
def test_a_version_that_was_raised_enough(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "raised.yaml"]) == 0
    last = f"The version goes from 0.1.0 to 0.2.0; 3 breaking changes ask for 0.2.0 or later. {RELEASE}"
    assert capsys.readouterr().out.splitlines()[-1] == last


def test_a_version_that_was_raised_for_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "old.yaml").write_text(PLAIN, encoding="utf-8")
    (here / "next.yaml").write_text(PLAIN.replace("version: 0.1.0", "version: 0.1.1"), encoding="utf-8")
    assert main(["diff", "old.yaml", "next.yaml"]) == 0
    assert capsys.readouterr().out == (
        "Nothing that the generator makes something of has changed.\n"
        f"The version goes from 0.1.0 to 0.1.1; nothing asks for a new one. {RELEASE}\n"
    )
    assert main(["diff", "next.yaml", "old.yaml"]) == 1
    [_, last] = capsys.readouterr().out.splitlines()
    assert (
        last
        == f"old.yaml:{line(PLAIN, 'version: ')}: info.version goes back from 0.1.1 to 0.1.0. "
        + RELEASE.replace("old", "next")
    )


NOTHING = "Nothing that the generator makes something of has changed."
STAYS = f"The version stays 0.1.0; nothing asks for a new one. {RELEASE}"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("terminal", f"{NOTHING}\n{STAYS}\n"),
        ("markdown", f"### The spec since `old.yaml`\n\n{STAYS}\n\n{NOTHING}\n"),
        ("github", ""),
        ("changelog", "## 0.1.0\n"),
    ],
)
def test_the_same_file_twice(form: str, text: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "old.yaml").write_text(PLAIN, encoding="utf-8")
    assert main(["diff", "old.yaml", "old.yaml", "--format", form]) == 0
    assert capsys.readouterr().out == text
    assert main(["diff", "old.yaml", "old.yaml", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []


def test_what_is_no_spec_has_an_error_with_its_location(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "broken.yaml").write_text(TEXT.replace("weight: 60}", "weight: many}"), encoding="utf-8")
    assert main(["diff", "old.yaml", "broken.yaml"]) == 2
    number = line(TEXT, "weight: 60}")
    assert capsys.readouterr().err == f"broken.yaml:{number}:45: weight is 'many'; it must be a whole number.\n"
    assert main(["diff", "missing.yaml"]) == 2
    assert capsys.readouterr().err == "missing.yaml:1:1: the file cannot be read: No such file or directory.\n"


@pytest.mark.parametrize("sides", [["broken.yaml", "new.yaml"], ["old.yaml", "broken.yaml"]])
def test_mistakes_of_a_spec_are_annotated_at_their_lines(
    sides: list[str], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = TEXT.replace("weight: 60}", "weight: 'a,\\n100%'}").replace(
        "      operationId: fund", "      x-no: fund", 1
    )
    (here / "broken.yaml").write_text(broken, encoding="utf-8")
    assert main(["diff", *sides, "--format", "github"]) == 2
    printed = capsys.readouterr()
    annotations = []
    for error in printed.err.splitlines():
        file, number, column, message = error.split(":", 3)
        position = f"file={file},line={number},col={column}"
        annotations.append(f"::error {position},title=spec%3A error::{message.strip().replace('%', '%25')}")
    assert printed.out.splitlines() == annotations
    assert [line.partition("title")[0] for line in annotations] == [
        f"::error file=broken.yaml,line={line(broken, part)},col={column},"
        for part, column in (("x-no: fund", 7), ("weight: 'a", 45))
    ]


def test_a_text_calls_nobody_in_a_comment(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = spec(call("GET /a", "readIt", keys="description: Old.\n"))
    (here / "old.yaml").write_text(old, encoding="utf-8")
    words = "Ask @someone or @binance/team of #12, owner/repo#3 and GH-4, at 5 @ a#b or `@x`."
    (here / "new.yaml").write_text(old.replace("Old.", f"'{words}'"), encoding="utf-8")
    for form in ("markdown", "changelog"):
        assert main(["diff", "old.yaml", "new.yaml", "--format", form]) == 0
    [item] = [text for text in capsys.readouterr().out.splitlines() if "someone" in text]
    assert item.partition(" -> ")[2].partition(" (")[0] == (
        r'"Ask @<!-- -->someone or @<!-- -->binance/team of \#<!-- -->12, owner/repo#<!-- -->3 and '
        r'GH-<!-- -->4, at 5 @ a#<!-- -->b or \`@<!-- -->x\`."'
    )


@pytest.mark.parametrize("name", ["no-such-branch", "--upload-pack=x", "a\0b", "HEAD:nowhere", ""])
def test_what_is_neither_a_file_nor_a_revision(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--", name]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert repr(name) in printed.err


def git(folder: Path, *arguments: str) -> None:
    identity = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command = ["git", "-C", str(folder), "-c", "commit.gpgsign=false", *arguments]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **identity})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "spec").mkdir(parents=True)
    git(folder, "init", "-q")
    (folder / "README.md").write_text("nothing yet")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "tag", "empty")
    (folder / "spec" / "binance.yaml").write_text(TEXT, encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "two")
    git(folder, "tag", "v0.1.0")
    (folder / "spec" / "binance.yaml").write_text(mixed(), encoding="utf-8")
    git(folder, "commit", "-q", "-a", "-m", "three")
    return folder


def test_one_argument_is_compared_with_the_files_as_they_are(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("generator.diff.command._ROOT", repository)
    monkeypatch.chdir(repository)
    assert main(["diff", "v0.1.0"]) == 1
    assert capsys.readouterr().out == TERMINAL.replace("new.yaml", "spec/binance.yaml").replace(
        "old.yaml:", "v0.1.0:spec/binance.yaml:"
    ).replace("old.yaml", "v0.1.0")
    assert main(["diff", "v0.1.0", "HEAD"]) == 1
    assert f"\nHEAD:spec/binance.yaml:{LINES['version']}: info.version is still 0.1.0;" in capsys.readouterr().out
    assert main(["diff", "HEAD"]) == 0


def test_a_revision_without_the_spec(repository: Path) -> None:
    with pytest.raises(NoSpec, match="^the revision empty has no file spec/binance.yaml.$"):
        read("empty", repository)


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NoSpec, match="^'HEAD' names neither a file nor a commit of this repository; "):
        read("HEAD", tmp_path)


def test_the_command_runs_as_people_run_it(here: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    (here / "texts.yaml").write_text(TEXT.replace("默认主机。", "主机。"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "generator", "diff", str(here / "old.yaml"), str(here / "texts.yaml")],
        cwd=_ROOT,
        env={**os.environ, **ascii_only},
        capture_output=True,
        check=True,
    )
    assert 'description in Chinese: "默认主机。" -> "主机。"' in done.stdout.decode()
    assert done.stderr == b""


def test_help_lists_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["diff", "--help"])
    assert stopped.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "exit codes: 0 info.version was raised enough 1 it was not 2 a spec or the command line cannot be" in text
