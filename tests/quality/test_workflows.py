"""The workflows: that actions are pinned, that a release is built by pinned tools, and that a job that may write runs no code of the repository."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
JOBS = [
    pytest.param(name, job, id=f"{file.stem}-{name}")
    for file in WORKFLOWS
    for name, job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].items()
]


def test_an_action_is_the_same_commit_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for file in WORKFLOWS:
        for action, pin in re.findall(r"uses: (\S+?)@(.*)", file.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin), f"{file.name}: {action}@{pin}"
            pins.setdefault(action, set()).add(pin)
    assert {action: len(commits) for action, commits in pins.items()} == dict.fromkeys(pins, 1)


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_a_job_that_may_write_runs_no_code_of_the_repository(name: str, job: dict[str, Any]) -> None:
    may_write = "write" in job.get("permissions", {}).values()
    actions = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
    scripts = "\n".join(step.get("run", "") for step in job["steps"])
    assert may_write is (name in ("comment", "issue", "attest", "publish", "notes", "report", "deploy"))
    assert ("actions/checkout" in actions) is not may_write
    assert not may_write or "python" not in scripts


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_every_script_is_bash_that_parses(name: str, job: dict[str, Any]) -> None:
    for step in job["steps"]:
        command = ["bash", "-n", "-c", step.get("run", "")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (name, done.returncode, done.stderr) == (name, 0, "")


def test_the_release_is_built_by_pinned_tools_alone_and_attested_before_it_is_published() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))["jobs"]
    scripts = [step["run"] for step in jobs["build"]["steps"] if "run" in step]
    requirements = ".github/requirements/build.txt"
    assert scripts == [f"pip install -q --require-hashes --only-binary=:all: -r {requirements}", "hatchling build"]
    pinned = re.findall(r"^[\w.-]+==[\w.]+", (ROOT / requirements).read_text(encoding="utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {*project["build-system"]["requires"]} <= {*pinned}
    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "test": None,
        "build": "test",
        "sbom": "build",
        "attest": ["build", "sbom"],
        "publish": ["build", "attest"],
        "notes": "publish",
    }
