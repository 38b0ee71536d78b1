"""Which version may follow: semver, where before 1.0 each step is one place lower."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from packaging.version import Version

from .change import IMPACTS, Impact

Step = Literal["major", "minor", "patch", "none"]
_ORDER: tuple[Step, ...] = ("major", "minor", "patch", "none")
_BEFORE_1_0: tuple[Step, ...] = ("minor", "patch", "patch", "none")


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
    steps = zip(IMPACTS, _ORDER if before.major else _BEFORE_1_0, strict=True)
    asked: list[Step] = [step for impact, step in steps if impact in impacts]
    step = asked[0] if asked else _ORDER[-1]
    if step == "none":
        return NextVersion(old, new, step, old, after >= before)
    place, release = _ORDER.index(step), [before.major, before.minor, before.micro]
    # A pre-release may still become the release that it announces.
    if not before.is_prerelease or any(release[place + 1 :]):
        release[place] += 1
    release[place + 1 :] = [0] * (2 - place)
    enough = after > before and [after.major, after.minor, after.micro] >= release
    return NextVersion(old, new, step, ".".join(map(str, release)), enough)
