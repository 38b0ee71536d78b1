"""Every kind of change: its class, its line, its words and what it asks of the version, in every format."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings, strategies

from generator.diff.change import IMPACTS, Change
from generator.diff.command import report_of
from generator.diff.formats import FORMATS, Report
from generator.diff.walk import Spec, compare
from generator.render.markdown import inline

from .mutations import TEXT, Mutation, spec
from .table import MUTATIONS

LEAST = {"breaking": "0.2.0", "feature": "0.1.1", "facts": "0.1.1", "text": "0.1.0"}
ASKS = {
    "breaking": "1 breaking change asks for 0.2.0 or later.",
    "feature": "1 feature asks for 0.1.1 or later.",
    "facts": "1 changed fact asks for 0.1.1 or later.",
}
HEADS = {"breaking": "Breaking", "feature": "New", "facts": "Facts", "text": "Texts"}
# The version stands in the same line of both, as no mutation is above it.
VERSION_LINE = TEXT[: TEXT.index("\n  version: ")].count("\n") + 2


def changed(mutation: Mutation, folder: Path) -> tuple[str, Spec]:
    text = mutation.apply(TEXT)
    assert text is not None, "the spec no longer says what this mutation changes"
    return text, spec(text, folder, "new.yaml")


@pytest.fixture(params=MUTATIONS, ids=lambda mutation: mutation.name)
def mutation(request: pytest.FixtureRequest) -> Mutation:
    found: Mutation = request.param
    return found


def test_a_change_is_told_in_every_format(mutation: Mutation, base: Spec, tmp_path: Path) -> None:
    text, new = changed(mutation, tmp_path)
    report = report_of("old.yaml", "new.yaml", base, new)
    file, line = "old.yaml" if mutation.gone else "new.yaml", mutation.line(TEXT, text)
    assert report.verdict.enough is (mutation.impact == "text")
    assert report.verdict.least == LEAST[mutation.impact]
    assert bool(report.signatures) is mutation.signature
    in_terminal(mutation, report, f"{file}:{line}")
    in_markdown(mutation, report, f"{file}:{line}")
    in_json(mutation, report, file, line)
    in_github(mutation, report)
    in_changelog(mutation, report)


def verdict(mutation: Mutation) -> str:
    if mutation.impact == "text":
        return "The version stays 0.1.0; nothing asks for a new one."
    return f"new.yaml:{VERSION_LINE}: info.version is still 0.1.0; {ASKS[mutation.impact]}"


def in_terminal(mutation: Mutation, report: Report, place: str) -> None:
    lines = FORMATS["terminal"](report).splitlines()
    assert lines[0] == f"{place}: {mutation.impact}: {mutation.said}"
    assert lines[-2:] == ["", verdict(mutation)]
    assert all(line[:2] in ("", "- ", "+ ") for line in lines[1:-2])


def in_markdown(mutation: Mutation, report: Report, place: str) -> None:
    lines = FORMATS["markdown"](report).splitlines()
    mark = "" if mutation.impact == "text" else "**"
    assert lines[:7] == [
        "### The spec since `old.yaml`",
        "",
        f"{mark}{verdict(mutation)}{mark}",
        "",
        f"#### {HEADS[mutation.impact]}",
        "",
        f"- {inline(mutation.said)} (`{place}`)",
    ]
    assert lines[7:11] == (["", "#### Python", "", "```diff"] if mutation.signature else [])


def in_json(mutation: Mutation, report: Report, file: str, line: int) -> None:
    body = json.loads(FORMATS["json"](report))
    [change] = body["changes"]
    told = (change["class"], change["file"], change["line"], change["gone"])
    assert told == (mutation.impact, file, line, mutation.gone)
    assert mutation.said.endswith(change["sentence"])
    assert change["old"] != change["new"] or change["fact"] == "order"
    version = body["version"]
    assert (version["old"], version["new"], version["least"]) == ("0.1.0", "0.1.0", LEAST[mutation.impact])
    assert version["enough"] is (mutation.impact == "text")


def in_github(mutation: Mutation, report: Report) -> None:
    lines = FORMATS["github"](report).splitlines()
    [change] = report.changes
    level = "warning" if mutation.impact == "breaking" else "notice"
    said = mutation.said.replace("%", "%25")
    place = f"file=new.yaml,line={change.line_now},title=spec%3A {mutation.impact}"
    assert lines[0] == f"::{level} {place}::{said}"
    if not mutation.gone:
        assert change.line_now == change.location.line
    version = f"::error file=new.yaml,line={VERSION_LINE},title=spec%3A version::{verdict(mutation)}"
    assert lines[1:] == ([] if mutation.impact == "text" else [version])


def in_changelog(mutation: Mutation, report: Report) -> None:
    [change] = report.changes
    if mutation.impact != "text":
        lines = [f"## {LEAST[mutation.impact]}", "", f"{HEADS[mutation.impact]}:", "", f"- {inline(mutation.said)}"]
    elif change.fact in ("page", "page date", "order"):
        lines = ["## Unreleased"]
    else:
        whose = inline(mutation.said.partition(": ")[0])
        lines = ["## Unreleased", "", "Texts:", "", f"- The documentation is worded anew in 1 place: {whose}."]
    assert FORMATS["changelog"](report).splitlines() == lines


def test_the_other_way_round_the_same_is_told_of_the_other_side(mutation: Mutation, base: Spec, tmp_path: Path) -> None:
    _, new = changed(mutation, tmp_path)
    there, back = compare(base, new), compare(new, base)
    assert [(each.fact, each.old, each.new) for each in there.changes] == [
        (each.fact, each.new, each.old) for each in back.changes
    ]
    assert [tuple(reversed(each)) for each in back.signatures] == list(there.signatures)


def test_every_class_has_mutations() -> None:
    assert {each.impact for each in MUTATIONS} == set(IMPACTS)
    assert len({each.name for each in MUTATIONS}) == len(MUTATIONS)


def test_a_spec_has_not_changed_since_itself(base: Spec) -> None:
    assert compare(base, base) == ((), ())


MIXABLE = {each.name: each for each in MUTATIONS if not each.alone}


@settings(max_examples=40, deadline=None)
@given(names=strategies.lists(strategies.sampled_from(list(MIXABLE)), unique=True))
def test_several_changes_are_told_each_for_itself(names: list[str]) -> None:
    text: str | None = TEXT
    for name in names:
        text = MIXABLE[name].apply(text) if text is not None else None
    assume(text is not None)
    with tempfile.TemporaryDirectory() as folder:
        changes = compare(original(), spec(text or "", Path(folder), "new.yaml")).changes
    told = {headed(each): (each.impact, each.gone) for each in changes}
    assert told == {MIXABLE[name].said: (MIXABLE[name].impact, MIXABLE[name].gone) for name in names}
    assert [IMPACTS.index(each.impact) for each in changes] == sorted(IMPACTS.index(each.impact) for each in changes)


@cache
def original() -> Spec:
    with tempfile.TemporaryDirectory() as folder:
        return spec(TEXT, Path(folder), "old.yaml")


def headed(change: Change) -> str:
    every = (
        "every operation" if len(change.operations) == len(original().api.operations) else "".join(change.operations)
    )
    return ": ".join(filter(None, (every, change.subject, change.message)))
