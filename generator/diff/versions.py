"""Which version may follow: semver, where before 1.0 each step is one place lower."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from packaging.version import Version

from .change import Impact

Step = Literal["major", "minor", "patch", "none"]
_STEPS: dict[Impact, Step] = {"breaking": "major", "feature": "minor", "facts": "patch", "text": "none"}
_BEFORE_1_0: dict[Impact, Step] = {"breaking": "minor", "feature": "patch", "facts": "patch", "text": "none"}
_ORDER: tuple[Step, ...] = ("major", "minor", "patch", "none")


@dataclass(frozen=True, slots=True)
class NextVersion:
    """Whether a version may follow another."""

    old: str
    new: str
    step: Step
    """What the changes ask for."""
    least: str
    """The lowest final version that would do; the old one where nothing is asked for."""
    enough: bool


def judge(old: str, new: str, impacts: Collection[Impact]) -> NextVersion:
    """Return what changes of these impacts ask of the version, and whether it was done."""
    before, after = Version(old), Version(new)
    steps = _STEPS if before.major else _BEFORE_1_0
    asked = {steps[impact] for impact in impacts}
    step = next((possible for possible in _ORDER if possible in asked), _ORDER[-1])
    if step == _ORDER[-1]:
        return NextVersion(old, new, step, old, after >= before)
    least = _least(before, step)
    return NextVersion(old, new, step, ".".join(map(str, least)), after > before and _release(after) >= least)


def _least(before: Version, step: Step) -> tuple[int, int, int]:
    """Return the release that follows; a pre-release may still become the release that it announces."""
    major, minor, patch = _release(before)
    if step == "major":
        return (major, 0, 0) if before.is_prerelease and not minor and not patch else (major + 1, 0, 0)
    if step == "minor":
        return (major, minor, 0) if before.is_prerelease and not patch else (major, minor + 1, 0)
    return (major, minor, patch) if before.is_prerelease else (major, minor, patch + 1)


def _release(version: Version) -> tuple[int, int, int]:
    return version.major, version.minor, version.micro
