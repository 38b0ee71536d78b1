"""The version that must follow."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies
from packaging.version import Version

from generator.diff.change import IMPACTS, Impact
from generator.diff.versions import judge


@pytest.mark.parametrize(
    ("old", "impact", "step", "least"),
    [
        ("0.1.0", "breaking", "minor", "0.2.0"),
        ("0.1.0", "feature", "patch", "0.1.1"),
        ("0.1.0", "facts", "patch", "0.1.1"),
        ("0.1.0", "text", "none", "0.1.0"),
        ("1.2.3", "breaking", "major", "2.0.0"),
        ("1.2.3", "feature", "minor", "1.3.0"),
        ("1.2.3", "facts", "patch", "1.2.4"),
        ("1.2.3", "text", "none", "1.2.3"),
        ("1.2", "facts", "patch", "1.2.1"),
        ("2.0.0rc1", "breaking", "major", "2.0.0"),
        ("2.1.0rc1", "breaking", "major", "3.0.0"),
        ("2.1.0rc1", "feature", "minor", "2.1.0"),
        ("2.1.1rc1", "feature", "minor", "2.2.0"),
        ("2.1.1.dev3", "facts", "patch", "2.1.1"),
        ("0.2.0rc1", "breaking", "minor", "0.2.0"),
        ("0.1.0.post1", "facts", "patch", "0.1.1"),
    ],
)
def test_the_least_version(old: str, impact: Impact, step: str, least: str) -> None:
    version = judge(old, least, [impact])
    assert (version.step, version.least, version.enough) == (step, least, True)
    assert judge(old, old, [impact]).enough is (impact == "text")


@pytest.mark.parametrize(
    ("old", "new", "impacts", "enough"),
    [
        ("0.1.0", "0.2.0rc1", ["breaking"], True),
        ("0.1.0", "0.1.9", ["breaking"], False),
        ("0.1.0", "1.0.0", ["breaking"], True),
        ("0.2.0rc1", "0.2.0rc2", ["breaking"], True),
        ("0.2.0rc1", "0.2.0", ["breaking"], True),
        ("0.2.0rc2", "0.2.0rc1", ["breaking"], False),
        ("1.2.3", "1.9.0", ["breaking"], False),
        ("1.9.0", "1.10.0", ["breaking"], False),
        ("1.9.0", "10.0.0", ["breaking"], True),
        ("0.2.0", "0.1.0", [], False),
        ("0.2.0", "0.1.0", ["text"], False),
        ("0.1.0", "0.2.0", [], True),
    ],
)
def test_whether_it_is_enough(old: str, new: str, impacts: list[Impact], enough: bool) -> None:  # noqa: FBT001
    assert judge(old, new, impacts).enough is enough


numbers = strategies.integers(0, 30)
versions = strategies.builds(
    "{}.{}.{}{}".format, numbers, numbers, numbers, strategies.sampled_from(["", "", "rc1", "a2", ".dev1", ".post1"])
)
classes = strategies.lists(strategies.sampled_from(IMPACTS))


@given(versions, classes)
def test_the_least_version_is_enough_and_what_asks_for_most_decides(old: str, impacts: list[Impact]) -> None:
    version = judge(old, old, impacts)
    assert judge(old, version.least, impacts).enough
    assert Version(version.least) >= Version(old)
    if impacts:
        strongest = min(impacts, key=IMPACTS.index)
        assert version.least == judge(old, old, [strongest]).least


@given(versions, versions, classes)
def test_more_is_enough_too(old: str, new: str, impacts: list[Impact]) -> None:
    least = judge(old, old, impacts).least
    assert judge(old, new, impacts).enough or Version(new) < Version(least)
