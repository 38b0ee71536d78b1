"""A program written for the last release still works, unless the version says that it need not."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from binance_transfers import __version__
from generator.__main__ import main
from generator.diff.versions import judge
from tests.diff.test_command import git
from tests.specs import generate

from .breaks import breaks
from .surface import GENERATED, RECORD, surface, version_of

ROOT = Path(__file__).parents[2]
RELEASED = RECORD.read_text(encoding="utf-8")
CONSUMERS = {file.stem: file for file in sorted(Path(__file__).parent.glob("consumer_*.py"))}


@pytest.fixture(scope="module")
def now() -> str:
    return surface(GENERATED)


def may_break(release: str, version: str) -> bool:
    """Return whether a version may break the programs that were written for a release."""
    return judge(release, version, ["breaking"]).enough


def binding(consumers: Iterable[str], version: str) -> list[str]:
    """Return the programs that still have to pass at a version; each is named after its release: consumer_0_1."""
    releases = {name: name.removeprefix("consumer_").replace("_", ".") for name in consumers}
    return [name for name, release in releases.items() if not may_break(release, version)]


def is_released(repository: Path) -> bool:
    """Return whether there is a tag of a release; where git cannot be asked, there may be one."""
    command = ["git", "-C", str(repository), "tag", "--list", "v*"]
    done = subprocess.run(command, capture_output=True, check=False)
    return bool(done.returncode or done.stdout)


def complaint(released: str, now: str, repository: Path | None = None) -> str | None:
    """Return what broke since the release, unless the version allows it or nothing is released yet."""
    if repository and not is_released(repository):
        return None
    broken = breaks(released, now)
    verdict = judge(version_of(released), version_of(now), ["breaking"])
    if not broken or verdict.enough:
        return None
    listed = "".join(f"\n  {line}" for line in broken)
    return f"this breaks programs written for {verdict.old}; info.version must be {verdict.least} or later:{listed}"


def test_nothing_broke_since_the_last_release_without_a_version_that_says_so(now: str) -> None:
    message = complaint(RELEASED, now, ROOT)
    assert message is None, message


def test_before_the_first_release_the_gate_asks_for_no_version_just_as_diff_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    old = (ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8")
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(old.replace(" userUniversalTransfer", " myTransfer"), encoding="utf-8")
    broken = RELEASED.replace("user_universal_transfer", "my_transfer")
    assert complaint(RELEASED, broken, tmp_path), "without a repository, the record is of a release"
    git(tmp_path, "init", "-q")
    assert complaint(RELEASED, broken, tmp_path) is None
    assert main(["diff", "old.yaml", "new.yaml", "--released", ""]) == 0
    assert capsys.readouterr().out.endswith(f"Nothing is released yet; the version {__version__} needs no step.\n")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    git(tmp_path, "tag", "v0.1.0")
    assert complaint(RELEASED, broken, tmp_path)
    assert main(["diff", "old.yaml", "new.yaml", "--released", "old.yaml"]) == 1


def test_reading_the_same_package_twice_gives_the_same(now: str) -> None:
    assert surface(GENERATED) == now
    assert breaks(RELEASED, RELEASED) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (" binance_sandbox\n", " fake_binance\n", "binance_transfers_pytest has no binance_sandbox"),
        (" --port", " --listen", "the command has no --port"),
        ("    tran_id: int\n", "    tran_id: str\n", "UniversalTransferReceipt.tran_id has another type: int -> str"),
        ("class NotSent(NotExecuted):", "class NotSent(BinanceError):", "NotSent is no longer a NotExecuted"),
    ],
)
def test_what_breaks_needs_another_version(old: str, new: str, message: str) -> None:
    assert old in RELEASED
    changed = RELEASED.replace(old, new, 1)
    version = version_of(RELEASED)
    least = judge(version, version, ["breaking"]).least
    report = complaint(RELEASED, changed) or ""
    assert report.startswith(f"this breaks programs written for {version}; info.version must be {least} or later:\n  ")
    assert message in report
    raised = changed.replace(f" {version},", f" {least},", 1)
    assert complaint(RELEASED, raised) is None


def test_a_change_of_the_spec_reaches_the_surface(now: str, tmp_path: Path) -> None:
    text = (ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8")
    changed = text.replace("title: MARGIN_TO_SPOT", "title: OUT_OF_MARGIN")
    changed = changed.replace("from: email, to: email", "from: account, to: account")
    changed = changed.replace("- name: email", "- name: account", 1)
    assert breaks(now, surface(generate(changed, tmp_path).parent)) == [
        "AsyncClient.margin_transfer_for_sub_account(email): parameter was removed",
        "AsyncClient.margin_transfer_for_sub_account(account): parameter was added as required",
        "Client.margin_transfer_for_sub_account(email): parameter was removed",
        "Client.margin_transfer_for_sub_account(account): parameter was added as required",
        "MarginTransferDirection.MARGIN_TO_SPOT: public object was removed",
    ]


@pytest.mark.parametrize(
    ("release", "version", "binds"),
    [
        ("0_1", "0.1.0", True),
        ("0_1", "0.1.7", True),
        ("0_1", "0.2.0rc1", False),
        ("0_1", "0.2.0", False),
        ("1_0", "1.4.2", True),
        ("1_0", "2.0.0", False),
    ],
)
def test_a_program_binds_until_a_version_may_break_it(release: str, version: str, binds: bool) -> None:  # noqa: FBT001
    name = f"consumer_{release}"
    assert binding([name], version) == [name] * binds


def missing(released: str, version: str, names: Iterable[str]) -> str | None:
    """Return the program that is not there for the last release, unless the version may break it."""
    major, minor = released.split(".")[:2]
    wanted = f"consumer_{major}_{minor}"
    return None if wanted in names or may_break(released, version) else wanted


def test_there_is_a_program_for_the_version_of_the_record() -> None:
    assert missing(version_of(RELEASED), __version__, CONSUMERS) is None


def test_there_need_be_none_between_a_change_that_breaks_and_its_release() -> None:
    assert missing("0.1.0", "0.1.0", []) == missing("0.1.0", "0.1.1", []) == "consumer_0_1"
    assert missing("0.1.0", "0.2.0", []) is None
    assert missing("0.2.0", "0.2.0", ["consumer_0_1"]) == "consumer_0_2"
