"""Writes a comparison down: for a terminal, a pull request, a program, GitHub's annotations and CHANGELOG.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from generator.openapi.problems import Location, join_names
from generator.render.escaping import one_line
from generator.render.markdown import code, fence, inline

from .change import IMPACTS, Change, Impact
from .versions import Verdict
from .walk import SignatureChange

_TITLES: Mapping[Impact, str] = {"breaking": "Breaking", "feature": "New", "facts": "Facts", "text": "Texts"}
_COUNTED: Mapping[Impact, tuple[str, str]] = {
    "breaking": ("breaking change", "breaking changes"),
    "feature": ("feature", "features"),
    "facts": ("changed fact", "changed facts"),
    "text": ("changed text", "changed texts"),
}
_UNWORDED = ("page", "page date", "order")
"""Texts that no reader of a changelog looks for."""
_NAMED = 2
_NOTHING = "Nothing that the generator makes something of has changed."


@dataclass(frozen=True, slots=True)
class Report:
    """What is told."""

    old: str
    """What was compared, as it was asked for."""
    new: str
    released: str
    """Since when the version must have been raised: the last release, or the old spec; empty before the first one."""
    changes: tuple[Change, ...]
    signatures: tuple[SignatureChange, ...]
    asking: tuple[Change, ...]
    """The changes since the release, which the verdict is about."""
    verdict: Verdict
    file: str
    """The new spec, and where its version stands."""
    version_at: Location
    operations: int
    """How many operations the new spec has."""

    def of(self, impact: Impact) -> tuple[Change, ...]:
        """Return the changes of one class."""
        return tuple(each for each in self.changes if each.impact == impact)


def terminal(report: Report) -> str:
    """Return lines for people."""
    lines = [] if report.changes else [_NOTHING]
    for impact in IMPACTS:
        for change in report.of(impact):
            place = f"{change.file}:{change.location.line}"
            lines.append(one_line(f"{place}: {change.impact}: {_headed(change, report)}"))
    for signature in report.signatures:
        lines += ["", *_signature(signature)]
    return "\n".join([*lines, *([""] if report.changes else []), _verdict(report), ""])


def markdown(report: Report) -> str:
    """Return a comment for a pull request."""
    mark = "" if report.verdict.enough else "**"
    lines = [f"### The spec since {code(report.old)}", "", f"{mark}{inline(_verdict(report))}{mark}"]
    lines += [] if report.changes else ["", inline(_NOTHING)]
    for impact in IMPACTS:
        found = report.of(impact)
        lines += ["", f"#### {_TITLES[impact]}", ""] if found else []
        lines += [f"- {inline(_headed(each, report))} ({code(f'{each.file}:{each.location.line}')})" for each in found]
    if report.signatures:
        text = "\n\n".join("\n".join(_signature(each)) for each in report.signatures)
        lines += ["", "#### Python", "", fence(text, "diff")]
    return "\n".join([*lines, ""])


def json_text(report: Report) -> str:
    """Return one JSON object."""
    body: dict[str, Any] = {
        "old": report.old,
        "new": report.new,
        "released": report.released,
        "version": {**asdict(report.verdict), "file": report.file, "line": report.version_at.line},
        "changes": [_as_json(each) for each in report.changes],
        "signatures": [each._asdict() for each in report.signatures],
    }
    return f"{json.dumps(body, ensure_ascii=False, indent=2)}\n"


def github(report: Report) -> str:
    """Return workflow commands that GitHub shows at the lines of a pull request."""
    lines = [
        _annotation(
            "warning" if each.impact == "breaking" else "notice",
            report.file,
            each.line_now,
            f"spec: {each.impact}",
            _headed(each, report),
        )
        for each in report.changes
    ]
    if not report.verdict.enough:
        lines.append(_annotation("error", report.file, report.version_at.line, "spec: version", _verdict(report)))
    return "".join(f"{line}\n" for line in lines)


def changelog(report: Report) -> str:
    """Return a draft of a section of CHANGELOG.md."""
    lines = [f"## {_coming(report)}", ""]
    for impact in IMPACTS[:-1]:
        items = [f"- {inline(_headed(each, report))}" for each in report.of(impact)]
        lines += [f"{_TITLES[impact]}:", "", *items, ""] if items else []
    if texts := [each for each in report.of("text") if each.fact not in _UNWORDED]:
        named = dict.fromkeys(filter(None, (_whose(each, report.operations) or each.subject for each in texts)))
        told = f"The documentation is worded anew in {len(texts)} {'place' if len(texts) == 1 else 'places'}"
        lines += [f"{_TITLES['text']}:", "", f"- {inline(f'{told}: {join_names(named)}.')}", ""]
    return "\n".join(lines)


def _coming(report: Report) -> str:
    """Return the version that the changes will be part of, where it is known."""
    verdict = report.verdict
    if not verdict.enough:
        return verdict.least
    return "Unreleased" if verdict.new == verdict.old and report.changes and report.released else verdict.new


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "terminal": terminal,
    "markdown": markdown,
    "json": json_text,
    "github": github,
    "changelog": changelog,
}


def _headed(change: Change, report: Report) -> str:
    """Return the message, with whom it concerns in front."""
    return ": ".join(filter(None, (_whose(change, report.operations), change.subject, change.message)))


def _whose(change: Change, in_all: int) -> str:
    if len(change.operations) <= _NAMED:
        return " and ".join(change.operations)
    return "every operation" if len(change.operations) == in_all else f"{len(change.operations)} operations"


def _signature(signature: SignatureChange) -> Iterator[str]:
    for sign, text in zip("-+", signature, strict=True):
        if text is not None:
            yield f"{sign} {text}"


def _verdict(report: Report) -> str:
    """Return what the changes ask of the version, and whether it was done."""
    verdict, file = report.verdict, f"{report.file}:{report.version_at.line}"
    if not report.released:
        return f"Nothing is released yet; the version {verdict.new} needs no step."
    if verdict.step == "none" and not verdict.enough:
        return f"{file}: info.version goes back from {verdict.old} to {verdict.new}."
    same = verdict.old == verdict.new
    if verdict.step == "none":
        now = f"stays {verdict.old}" if same else f"goes from {verdict.old} to {verdict.new}"
        return f"The version {now}; nothing{_since(report)} asks for a new one."
    asked = f"{_asking(report)} for {verdict.least} or later"
    if verdict.enough:
        return f"The version goes from {verdict.old} to {verdict.new}; {asked}."
    return f"{file}: info.version is {'still ' if same else ''}{verdict.new}; {asked}."


def _asking(report: Report) -> str:
    """Return the changes that decide about the version, counted."""
    strongest = min((each.impact for each in report.asking), key=IMPACTS.index)
    count = sum(each.impact == strongest for each in report.asking)
    one, several = _COUNTED[strongest]
    since = _since(report)
    return f"1 {one}{since} asks" if count == 1 else f"{count} {several}{since} ask"


def _since(report: Report) -> str:
    return "" if report.released == report.old else f" since {report.released}"


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "class": change.impact,
        "fact": change.fact,
        "subject": change.subject,
        "operations": list(change.operations),
        "sentence": change.message,
        "old": change.old,
        "new": change.new,
        "file": change.file,
        "line": change.location.line,
        "column": change.location.column,
        "gone": change.gone,
    }


def _annotation(level: str, file: str, line: int, title: str, text: str) -> str:
    return f"::{level} file={_escaped(file)},line={line},title={_escaped(title)}::{_data(one_line(text))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
