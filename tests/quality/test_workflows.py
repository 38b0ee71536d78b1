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


def test_the_drift_check_reads_every_page_of_the_spec(tmp_path: Path) -> None:
    text = script("drift", "read", "generator drift")
    (tmp_path / "spec").mkdir()
    shutil.copy(ROOT / "spec" / "binance.yaml", tmp_path / "spec")
    # A stand-in that prints what it was asked for, and finds a difference.
    stand_in = "python() { printf '%s\\n' \"$@\"; return 1; }\n"
    outputs = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    done = run(stand_in + text, tmp_path, PATH="/usr/bin:/bin", **outputs)
    assert (done.returncode, done.stderr) == (0, "")
    operations = [each for path in SPEC["paths"].values() for each in path.values()]
    asked = (tmp_path / "drift.md").read_text().splitlines()
    assert asked[:4] == ["-m", "generator", "drift", "--no-cache"]
    assert asked[4:] == [page["url"] for each in operations for page in each["x-binance-source"].values()]
    assert (tmp_path / "output").read_text() == "found=1\n"
    assert (tmp_path / "summary").read_text() == (tmp_path / "drift.md").read_text()


@pytest.mark.parametrize(("code", "expected"), [(0, 0), (1, 0), (2, 1)])
def test_a_version_that_is_too_low_is_judged_against_the_last_release_only(
    code: int, expected: int, tmp_path: Path
) -> None:
    text = script("pull-request", "spec", "--format markdown")
    stand_in = f'python() {{ echo "$*"; return {code}; }}\n'
    summary = str(tmp_path / "summary")
    done = run(stand_in + text, tmp_path, PATH="/usr/bin:/bin", BASE="abc", GITHUB_STEP_SUMMARY=summary)
    assert done.returncode == expected
    assert (tmp_path / "spec.md").read_text() == "-m generator diff abc --format markdown\n"


def test_the_release_notes_are_the_section_of_the_version(tmp_path: Path) -> None:
    text = script("release", "build", "CHANGELOG.md")
    changelog = "# Changelog\n\nWhat changed.\n\n## 0.2.0\n\n- New.\n\n## 0.1.0\n\n- First.\n- Second.\n"
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    done = run(text, tmp_path, PATH="/usr/bin:/bin", GITHUB_REF_NAME="v0.2.0")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "notes" / "notes.md").read_text() == "\n- New.\n\n"
    shutil.rmtree(tmp_path / "notes")
    done = run(text, tmp_path, PATH="/usr/bin:/bin", GITHUB_REF_NAME="v0.2")
    assert (done.returncode, done.stdout) == (1, "::error::CHANGELOG.md has no section ## 0.2\n")


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
