"""Every kind of change: its impact, its line, its words and what it asks of the version, in every format."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings, strategies

from generator.diff.change import IMPACTS, Change
from generator.diff.command import diff_of
from generator.diff.formats import FORMATS, Diff
from generator.diff.revisions import Spec
from generator.diff.walk import compare
from generator.render.markdown import inline

from .mutation import TEXT, Mutation, spec
from .mutations import MUTATIONS

LEAST = {"breaking": "0.2.0", "feature": "0.1.1", "facts": "0.1.1", "text": "0.1.0"}
HEADINGS = {"breaking": "Breaking", "feature": "New", "facts": "Facts", "text": "Texts"}
# The version stands in the same line of both, as no mutation is above it.
STILL = f"new.yaml:{TEXT[: TEXT.index('  version: ')].count(chr(10)) + 1}: info.version is still 0.1.0;"
RELEASE = " old.yaml is taken for the last release; name another one with --released."
CONCLUSIONS = {
    "breaking": f"{STILL} 1 breaking change asks for 0.2.0 or later.{RELEASE}",
    "feature": f"{STILL} 1 feature asks for 0.1.1 or later.{RELEASE}",
    "facts": f"{STILL} 1 changed fact asks for 0.1.1 or later.{RELEASE}",
    "text": f"The version stays 0.1.0; nothing asks for a new one.{RELEASE}",
}


def changed(mutation: Mutation) -> Spec:
    text = mutation.apply(TEXT)
    assert text is not None, "the spec no longer has what this mutation changes"
    return spec(text, "new.yaml")


@pytest.fixture(params=MUTATIONS, ids=lambda mutation: mutation.message)
def mutation(request: pytest.FixtureRequest) -> Mutation:
    chosen: Mutation = request.param
    return chosen


def test_a_change_is_in_every_format(mutation: Mutation, base: Spec) -> None:
    diff = replace(diff_of(base, changed(mutation), names=("old.yaml", "new.yaml", None)), reminders=())
    file, line = "old.yaml" if mutation.gone else "new.yaml", mutation.line()
    assert diff.version.enough is (mutation.impact == "text")
    assert diff.version.least == LEAST[mutation.impact]
    assert bool(diff.signatures) is mutation.signature
    change = f"{file}:{line}: {mutation.impact}: {mutation.message}"
    lines = FORMATS["terminal"](diff).splitlines()
    assert (lines[0], lines[-1]) == (change, CONCLUSIONS[mutation.impact])
    assert all(line[:2] in ("", "- ", "+ ") for line in lines[1:-1])
    item = f"- {inline(mutation.message)} (`{file}:{line}`)"
    assert [text for text in FORMATS["markdown"](diff).splitlines() if text.endswith("`)")] == [item]
    in_json(mutation, diff, file, line)
    in_github(mutation, diff)
    in_changelog(mutation, diff)


def in_json(mutation: Mutation, diff: Diff, file: str, line: int) -> None:
    body = json.loads(FORMATS["json"](diff))
    [change] = body["changes"]
    reported = (change["class"], change["file"], change["line"], change["gone"])
    assert reported == (mutation.impact, file, line, mutation.gone)
    assert mutation.message.endswith(change["message"])
    assert change["old"] != change["new"] or change["fact"] == "order"
    version = body["version"]
    assert (version["old"], version["new"], version["least"]) == ("0.1.0", "0.1.0", LEAST[mutation.impact])
    assert version["enough"] is (mutation.impact == "text")


def in_github(mutation: Mutation, diff: Diff) -> None:
    lines = FORMATS["github"](diff).splitlines()
    [change] = diff.changes
    level = "warning" if mutation.impact == "breaking" else "notice"
    message = mutation.message.replace("%", "%25")
    location = f"file=new.yaml,line={change.line_now},title=spec%3A {mutation.impact}"
    assert lines[0] == f"::{level} {location}::{message}"
    if not mutation.gone:
        assert change.line_now == change.location.line
    assert len(lines) == (1 if mutation.impact == "text" else 2)


def in_changelog(mutation: Mutation, diff: Diff) -> None:
    [change] = diff.changes
    if mutation.impact != "text":
        item = f"- {inline(mutation.message)}"
        lines = [f"## {LEAST[mutation.impact]}", "", f"{HEADINGS[mutation.impact]}:", "", item]
    elif change.fact in ("page", "page date", "order"):
        lines = ["## Unreleased"]
    else:
        subject = inline(mutation.message.partition(": ")[0])
        lines = ["## Unreleased", "", "Texts:", "", f"- The documentation is worded anew in 1 place: {subject}."]
    assert FORMATS["changelog"](diff).splitlines() == lines


def test_the_other_way_round_the_sides_are_swapped(mutation: Mutation, base: Spec) -> None:
    there, back = compare(base, changed(mutation)), compare(changed(mutation), base)
    assert [(change.fact, change.old, change.new) for change in there.changes] == [
        (change.fact, change.new, change.old) for change in back.changes
    ]
    assert [tuple(reversed(change)) for change in back.signatures] == list(there.signatures)


def test_every_impact_has_mutations() -> None:
    assert {mutation.impact for mutation in MUTATIONS} == set(IMPACTS)
    assert len({mutation.message for mutation in MUTATIONS}) == len(MUTATIONS)


def test_a_spec_has_not_changed_since_itself(base: Spec) -> None:
    assert compare(base, base) == ((), ())


MIXABLE = [mutation for mutation in MUTATIONS if not mutation.alone]


@settings(max_examples=15, deadline=None)
@given(mutations=strategies.lists(strategies.sampled_from(MIXABLE), unique=True))
def test_several_changes_have_a_line_each(mutations: list[Mutation]) -> None:
    text: str | None = TEXT
    for mutation in mutations:
        text = mutation.apply(text) if text is not None else None
    assume(text is not None)
    changes = compare(spec(TEXT, "old.yaml"), spec(text or "", "new.yaml")).changes
    reported = {headed(change): (change.impact, change.gone) for change in changes}
    assert reported == {mutation.message: (mutation.impact, mutation.gone) for mutation in mutations}
    assert [IMPACTS.index(change.impact) for change in changes] == sorted(
        IMPACTS.index(change.impact) for change in changes
    )


def headed(change: Change) -> str:
    everywhere = len(change.operations) == len(spec(TEXT, "old.yaml").api.operations)
    operations = "every operation" if everywhere else "".join(change.operations)
    return ": ".join(filter(None, (operations, change.subject, change.message)))
