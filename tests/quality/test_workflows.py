"""The workflows: what a linter says of them, who may write, and that their small scripts do what they are for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
JOBS = [
    (file.stem, name, job)
    for file in WORKFLOWS
    for name, job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].items()
]
SPEC = yaml.safe_load((ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8"))


def script(workflow: str, job: str, part: str) -> str:
    """Return the one step of a job whose script holds this text."""
    [found] = [each for file, name, each in JOBS if (file, name) == (workflow, job)]
    [text] = [step["run"] for step in found["steps"] if part in step.get("run", "")]
    return str(text)


def run(text: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    assert bash is not None
    command = [bash, "-eo", "pipefail", "-c", text]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--no-progress", "--persona", "pedantic", str(ROOT / ".github")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_action_is_the_same_commit_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for file in WORKFLOWS:
        for action, pin in re.findall(r"uses: (\S+?)@(.*)", file.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), f"{file.name}: {action}@{pin}"
            pins.setdefault(action, set()).add(pin)
    assert {action: len(found) for action, found in pins.items()} == dict.fromkeys(pins, 1)


@pytest.mark.parametrize(("workflow", "name", "job"), JOBS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_job_that_may_write_runs_no_code_of_the_repository(workflow: str, name: str, job: dict[str, Any]) -> None:
    assert workflow
    may_write = "write" in job.get("permissions", {}).values()
    actions = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
    scripts = "\n".join(step.get("run", "") for step in job["steps"])
    assert may_write is (name in ("comment", "issue", "publish", "notes"))
    assert ("actions/checkout" in actions) is not may_write
    assert not may_write or "python" not in scripts


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 0), (2, 2), (70, 70)])
def test_the_drift_check_reads_every_page_of_the_spec(code: int, expected: int, tmp_path: Path) -> None:
    text = script("drift", "read", "generator drift")
    (tmp_path / "spec").mkdir()
    shutil.copy(ROOT / "spec" / "binance.yaml", tmp_path / "spec")
    # A stand-in that prints what it was asked for.
    stand_in = f"python() {{ printf '%s\\n' \"$@\"; return {code}; }}\n"
    outputs = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    done = run(stand_in + text, tmp_path, PATH="/usr/bin:/bin", **outputs)
    assert (done.returncode, done.stderr) == (expected, "")
    operations = [each for path in SPEC["paths"].values() for each in path.values()]
    asked = (tmp_path / "drift.md").read_text().splitlines()
    assert asked[:4] == ["-m", "generator", "drift", "--no-cache"]
    assert asked[4:] == [page["url"] for each in operations for page in each["x-binance-source"].values()]
    assert (tmp_path / "output").read_text() == f"found={code}\n"
    assert (tmp_path / "summary").read_text() == (tmp_path / "drift.md").read_text()


# Answers as GitHub would, and notes what was asked of it; a body goes to the file `sent`.
GITHUB = """\
gh() {
  printf '%s\\n' "$*" >> asked
  local asked="$*" file
  case "$asked" in *--body-file*) file="${asked##*--body-file }"; cp "${file%% *}" sent ;; esac
  case "$1 $2" in
    "issue list") printf '%s' "$OPEN" ;;
    "issue view") cat "$BODY" ;;
    "pr view") printf '%s' "$COMMENTS" ;;
  esac
}
"""
TOLD = "\nTold by https://run\n"


@pytest.mark.parametrize(
    ("found", "number", "before", "asked"),
    [
        ("0", "", "", []),
        ("0", "7", "", ["issue close 7 --comment Binance's pages and the spec agree again: https://run"]),
        ("1", "", "", ["label create drift", "issue create --label drift"]),
        ("1", "7", f"| weight | 61 |\n{TOLD}", []),
        (
            "1",
            "7",
            f"| weight | 60 |\n{TOLD}",
            ["issue edit 7 --body-file body.md", "issue comment 7 --body The pages"],
        ),
    ],
)
def test_one_issue_tells_of_drift(found: str, number: str, before: str, asked: list[str], tmp_path: Path) -> None:
    (tmp_path / "drift.md").write_text("| weight | 61 |\n")
    (tmp_path / "before").write_text(before.replace("https://run", "https://earlier"))
    environment = {"FOUND": found, "OPEN": number, "BODY": "before", "RUN": "https://run"}
    done = run(GITHUB + script("drift", "issue", "gh issue"), tmp_path, PATH="/usr/bin:/bin", **environment)
    assert (done.returncode, done.stderr) == (0, "")
    lines = (tmp_path / "asked").read_text().splitlines()
    assert lines[0].startswith("issue list --label drift --author app/github-actions --state open ")
    said = [each for each in lines[1:] if not each.startswith("issue view")]
    assert len(said) == len(asked)
    assert all(map(str.startswith, said, asked))
    assert not (tmp_path / "sent").exists() or (tmp_path / "sent").read_text() == f"| weight | 61 |\n{TOLD}"


@pytest.mark.parametrize(
    ("workflow", "job", "source"), [("drift", "issue", "drift"), ("pull-request", "comment", "spec")]
)
def test_a_long_text_is_cut_at_a_line_and_says_so(workflow: str, job: str, source: str, tmp_path: Path) -> None:
    line = f"| {'币' * 100} |\n"
    (tmp_path / f"{source}.md").write_text(line * 400)
    environment = {"FOUND": "1", "OPEN": "", "RUN": "https://run", "CHANGED": "true", "NUMBER": "3", "COMMENTS": "0"}
    done = run(GITHUB + script(workflow, job, "awk"), tmp_path, PATH="/usr/bin:/bin", **environment)
    assert (done.returncode, done.stderr) == (0, "")
    sent = (tmp_path / "sent").read_text(encoding="utf-8")
    kept, _, end = sent.partition("\nThe rest is cut off; the run shows all of it.\n")
    assert end == (TOLD if workflow == "drift" else "")
    assert kept == line * kept.count("\n")
    assert 50_000 < len(sent.encode()) < 65_536


@pytest.mark.parametrize(("changed", "comments", "told"), [("true", 0, True), ("false", 0, False), ("false", 1, True)])
def test_a_pull_request_that_leaves_the_spec_alone_is_not_commented(
    changed: str,
    comments: int,
    told: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    (tmp_path / "spec.md").write_text("### The spec\n")
    environment = {"CHANGED": changed, "NUMBER": "3", "COMMENTS": str(comments)}
    done = run(GITHUB + script("pull-request", "comment", "gh"), tmp_path, PATH="/usr/bin:/bin", **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("pr comment 3" in (tmp_path / "asked").read_text()) is told


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def merge(tmp_path: Path) -> Path:
    """Return what GitHub checks out of a pull request: its merge into main, which went on meanwhile."""
    (tmp_path / "spec").mkdir()
    for name, content in (("spec/binance.yaml", "one"), (".gitignore", "*.md\n*.txt\n"), ("other", "")):
        (tmp_path / name).write_text(content)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    git(tmp_path, "checkout", "-q", "-b", "branch")
    (tmp_path / "spec" / "binance.yaml").write_text("two")
    git(tmp_path, "commit", "-q", "-a", "-m", "two")
    git(tmp_path, "checkout", "-q", "main")
    (tmp_path / "other").write_text("more")
    git(tmp_path, "commit", "-q", "-a", "-m", "three")
    git(tmp_path, "checkout", "-q", "--detach")
    git(tmp_path, "merge", "-q", "--no-ff", "-m", "four", "branch")
    return tmp_path


@pytest.mark.parametrize("released", ["", "v0.1.0"])
@pytest.mark.parametrize(("code", "shown"), [(0, "told"), (1, "told"), (2, "why"), (3, "why"), (70, "why")])
def test_a_pull_request_tells_of_its_own_change(code: int, shown: str, released: str, merge: Path) -> None:
    if released:
        git(merge, "tag", released, "HEAD^1")
    stand_in = f'python() {{ echo "$@" > asked; echo why >&2; [ {code} -gt 1 ] || echo told; return {code}; }}\n'
    outputs = {"GITHUB_OUTPUT": str(merge / "output"), "GITHUB_STEP_SUMMARY": str(merge / "summary")}
    text = script("pull-request", "spec", "--format markdown")
    done = run(stand_in + text, merge, PATH="/usr/bin:/bin", GITHUB_BASE_REF="main", **outputs)
    assert (done.returncode, done.stderr) == (0, "")
    assert (merge / "asked").read_text() == f"-m generator diff main --released {released} --format markdown\n"
    whole = {"told": "told\n", "why": "### The spec cannot be compared\n\n~~~\nwhy\n~~~\n"}[shown]
    assert (merge / "spec.md").read_text() == (merge / "summary").read_text() == whole
    assert (merge / "output").read_text() == f"changed=true\nreleased={released}\n"
    git(merge, "checkout", "-q", "HEAD^1")
    git(merge, "merge", "-q", "--no-ff", "-m", "nothing", "-s", "ours", "branch")
    run(stand_in + text, merge, PATH="/usr/bin:/bin", GITHUB_BASE_REF="main", **outputs)
    assert (merge / "output").read_text().splitlines()[-2] == "changed=false"


@pytest.mark.parametrize(("workflow", "job"), [("pull-request", "spec"), ("release", "build")])
@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 1), (2, 2), (3, 0), (70, 70)])
def test_an_old_spec_of_another_generator_blocks_nothing(
    workflow: str, job: str, code: int, expected: int, tmp_path: Path
) -> None:
    stub = tmp_path / ".venv" / "bin"
    stub.mkdir(parents=True)
    for name, text in (("python", f"exit {code}"), ("hatchling", "echo 0.2.0")):
        (stub / name).write_text(f"#!/bin/sh\n{text}\n")
        (stub / name).chmod(0o755)
    stand_ins = f"git() {{ echo v0.1.0; }}\npython() {{ return {code}; }}\n"
    environment = {"RELEASED": "v0.1.0", "GITHUB_BASE_REF": "main", "GITHUB_REF_NAME": "v0.2.0", "GITHUB_SHA": "abc"}
    text = stand_ins + script(workflow, job, "--format github")
    done = run(text, tmp_path, PATH="/usr/bin:/bin", **environment)
    assert (done.returncode, done.stderr) == (expected, "")
    assert done.stdout.startswith("::warning::") is (code == 3)


def test_a_tag_beside_the_main_branch_stops_the_release(merge: Path) -> None:
    text = script("release", "build", "--is-ancestor")
    git(merge, "update-ref", "refs/remotes/origin/main", "main")
    for commit, code in (("main", 0), ("main^", 0), ("branch", 1)):
        resolved = f'GITHUB_SHA=$(git rev-parse "{commit}")\n'
        done = run(resolved + text, merge, PATH="/usr/bin:/bin", GITHUB_REF_NAME="v1")
        assert (done.returncode, done.stdout) == (code, "" if code == 0 else "::error::v1 is not on main\n")


@pytest.mark.parametrize(
    ("tag", "early"), [("v0.2.0", False), ("v0.2.0rc1", True), ("v1.0.0a2", True), ("v1.0.dev3", True)]
)
def test_a_release_candidate_is_not_the_latest(tag: str, early: bool, tmp_path: Path) -> None:  # noqa: FBT001
    text = script("release", "notes", "gh release")
    done = run(GITHUB + text, tmp_path, PATH="/usr/bin:/bin", GITHUB_REF_NAME=tag)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("--prerelease" in (tmp_path / "asked").read_text().split()) is early


@pytest.mark.parametrize(("user", "environment", "code"), [("0", {}, 0), ("0", {"CI": "true"}, 1), ("1000", {}, 0)])
def test_a_server_that_cannot_be_installed_is_told_and_fails_in_ci_alone(
    user: str, environment: dict[str, str], code: int, tmp_path: Path
) -> None:
    folder = tmp_path / ".ci"
    folder.mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder)
    stubs = tmp_path / "bin"
    stubs.mkdir()
    for name, text in {
        "apt-get": "echo no network >&2; exit 1",
        "sudo": 'echo sudo "$@" >&2; exec "$@"',
        "id": f"echo {user}",
        "python3": "mkdir -p .venv/bin; cp bin/true .venv/bin/pip; cp bin/true .venv/bin/python",
        "true": "exit 0",
    }.items():
        (stubs / name).write_text(f"#!/bin/sh\n{text}\n")
        (stubs / name).chmod(0o755)
    for name in ("dirname", "mkdir", "cp", "sh", "bash"):
        (stubs / name).symlink_to(shutil.which(name) or name)
    done = run("bash .ci/run", tmp_path, PATH=str(stubs), **environment)
    assert done.returncode == code
    as_other = ["sudo apt-get update -qq"] if user != "0" else []
    reason = "redis-server is missing and could not be installed; see above."
    assert done.stderr.splitlines() == [*as_other, "no network", reason]


def test_the_release_notes_are_the_section_of_the_version(tmp_path: Path) -> None:
    text = script("release", "build", "CHANGELOG.md")
    changelog = "# Changelog\n\nWhat changed.\n\n## 0.2.0\n\n- New.\n\n## 0.1.0\n\n- First.\n- Second.\n"
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    done = run(text, tmp_path, PATH="/usr/bin:/bin", GITHUB_REF_NAME="v0.2.0")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "notes" / "notes.md").read_text() == "\n- New.\n\n"
    shutil.rmtree(tmp_path / "notes")
    done = run(text, tmp_path, PATH="/usr/bin:/bin", GITHUB_REF_NAME="v0.2")
    assert (done.returncode, done.stdout) == (1, "::error::CHANGELOG.md has no words under ## 0.2\n")


@pytest.mark.parametrize(("tag", "code"), [("v{}", 0), ("v{}1", 1), ("{}", 1)])
def test_a_tag_that_is_not_the_version_stops_the_release(tag: str, code: int, tmp_path: Path) -> None:
    text = script("release", "build", "hatchling version")
    version = SPEC["info"]["version"]
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "hatchling").write_text(f"#!/bin/sh\necho {version}\n")
    (tmp_path / ".venv" / "bin" / "hatchling").chmod(0o755)
    nothing_released = "git() { return 128; }\n"
    named = tag.format(version)
    done = run(nothing_released + text, tmp_path, PATH="/usr/bin:/bin", GITHUB_REF_NAME=named, GITHUB_SHA="abc")
    assert (done.returncode, done.stderr) == (code, "")
    told = f"::error::the tag is {named}, but info.version in spec/binance.yaml is {version}\n"
    assert done.stdout == ("" if code == 0 else told)
