"""Writes a comparison down: for a terminal, a pull request, a program, GitHub's annotations and CHANGELOG.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from generator.openapi.problems import SpecError, join_names
from generator.render.escaping import one_line
from generator.render.markdown import code, fence, inline, unlinked

from .change import IMPACTS, Change, Impact
from .reminders import Reminder
from .revisions import Spec
from .versions import NextVersion
from .walk import SignatureChange

_WORDS: Mapping[Impact, tuple[str, str, str]] = {
    "breaking": ("Breaking", "breaking change", "breaking changes"),
    "feature": ("New", "feature", "features"),
    "facts": ("Facts", "changed fact", "changed facts"),
    "text": ("Texts", "changed text", "changed texts"),
}
"""A heading, and what one and several changes are called."""
_UNWORDED = ("page", "page date", "order")
"""Texts that no reader of a changelog looks for."""
_NAMED = 2
_NOTHING = "Nothing that the generator makes something of has changed."


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything about two specs that is written down."""

    old: str
    """What was compared, as it was asked for."""
    new: str
    released: str
    """Since when the version must have been raised: the last release, or the old spec; empty before the first one."""
    spec: Spec
    """The new one."""
    changes: tuple[Change, ...]
    signatures: tuple[SignatureChange, ...]
    reminders: tuple[Reminder, ...]
    since_release: tuple[Change, ...]
    """The changes that the next version follows from."""
    version: NextVersion

    @property
    def version_line(self) -> int:
        """The line of the new spec that the version is written in."""
        return self.spec.document.key_location(("info", "version")).line


def terminal(diff: Diff) -> str:
    """Return lines for people."""
    lines = []
    for change, details in _grouped(diff.changes):
        lines.append(one_line(f"{_place(change, diff)}: {change.impact}: {_headed(change, diff)}"))
        lines += (f"  {one_line(f'{_place(detail, diff)}: {_fact(detail)}')}" for detail in details)
    lines = [*lines, *(f"\n{_signature(change)}" for change in diff.signatures), ""] if lines else [_NOTHING]
    checks = [one_line(f"{_place(item, diff)}: to check: {_headed(item, diff)}") for item in diff.reminders]
    lines += [*checks, ""] if checks else []
    return "\n".join([*lines, _conclusion(diff), ""])


def markdown(diff: Diff) -> str:
    """Return a comment for a pull request."""
    mark = "" if diff.version.enough else "**"
    lines = [f"### The spec since {code(diff.old)}", "", f"{mark}{_words(_conclusion(diff))}{mark}"]
    lines += [] if diff.changes else ["", _words(_NOTHING)]
    sections = [
        (_WORDS[impact][0], [change for change in diff.changes if change.impact == impact]) for impact in IMPACTS
    ]
    for heading, changes in sections:
        lines += ["", f"#### {heading}", "", *_items(changes, diff, located=True)] if changes else []
    checks = [f"- {_words(_headed(item, diff))} ({code(_place(item, diff))})" for item in diff.reminders]
    lines += ["", "#### To check", "", *checks] if checks else []
    if diff.signatures:
        lines += ["", "#### Python", "", fence("\n\n".join(map(_signature, diff.signatures)), "diff")]
    return "\n".join([*lines, ""])


def _grouped(changes: Sequence[Change]) -> list[tuple[Change, list[Change]]]:
    """Return each change with the facts of an operation that was added or removed by it."""
    details: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        if change.is_detail:
            details.setdefault(change.operations, []).append(change)
    return [
        (change, details.get(change.operations, []) if change.fact == "operation" else [])
        for change in changes
        if not change.is_detail
    ]


def _items(changes: Sequence[Change], diff: Diff, *, located: bool) -> Iterator[str]:
    """Yield the items of a list, with those of what belongs to a change below it."""
    for change, details in _grouped(changes):
        for indent, item, text in [
            ("", change, _headed(change, diff)),
            *(("  ", item, _fact(item)) for item in details),
        ]:
            yield f"{indent}- {_words(text)}{f' ({code(_place(item, diff))})' if located else ''}"


def json_text(diff: Diff) -> str:
    """Return one JSON object."""
    names = ("fact", "subject", "operations", "message", "old", "new", "file")
    body: dict[str, Any] = {
        "old": diff.old,
        "new": diff.new,
        "released": diff.released,
        "version": {**asdict(diff.version), "file": diff.spec.document.file, "line": diff.version_line},
        "changes": [
            {"class": change.impact, **{name: getattr(change, name) for name in names}, **asdict(change.location)}
            | {"gone": change.gone}
            for change in diff.changes
        ],
        "signatures": [signature._asdict() for signature in diff.signatures],
        "reminders": [
            {"operations": item.operations, "message": item.message, **asdict(item.location)} for item in diff.reminders
        ],
    }
    return f"{json.dumps(body, ensure_ascii=False, indent=2)}\n"


def github(diff: Diff) -> str:
    """Return workflow commands that GitHub shows at the lines of a pull request."""
    lines: list[tuple[str, int, str, str]] = []
    for change, details in _grouped(diff.changes):
        level = "warning" if change.impact == "breaking" else "notice"
        texts = [_headed(change, diff), *map(_fact, details)]
        lines.append((level, change.line_now, change.impact, "\n".join(map(one_line, texts))))
    checks = ((item.location.line, one_line(_headed(item, diff))) for item in diff.reminders)
    lines += [("warning", line, "to check", text) for line, text in checks]
    if not diff.version.enough:
        lines.append(("error", diff.version_line, "version", one_line(_conclusion(diff))))
    file = diff.spec.document.file
    return "".join(_annotation(level, file, f"line={line}", title, text) for level, line, title, text in lines)


def github_errors(error: SpecError) -> str:
    """Return workflow commands that GitHub shows at the mistakes of a spec."""
    return "".join(
        _annotation(
            "error",
            problem.file,
            f"line={problem.location.line},col={problem.location.column}",
            problem.kind,
            one_line(problem.message),
        )
        for problem in error.problems
    )


def _annotation(level: str, file: str, position: str, title: str, text: str) -> str:
    name = _data(file).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={name},{position},title=spec%3A {title}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def changelog(diff: Diff) -> str:
    """Return a draft of a section of CHANGELOG.md."""
    lines = [f"## {_coming_version(diff)}", ""]
    for impact in IMPACTS[:-1]:
        items = [*_items([change for change in diff.changes if change.impact == impact], diff, located=False)]
        lines += [f"{_WORDS[impact][0]}:", "", *items, ""] if items else []
    if texts := [change for change in diff.changes if change.impact == "text" and change.fact not in _UNWORDED]:
        names = dict.fromkeys(filter(None, (_operations(change, diff) or change.subject for change in texts)))
        summary = f"The documentation is worded anew in {len(texts)} {'place' if len(texts) == 1 else 'places'}"
        lines += [f"{_WORDS['text'][0]}:", "", f"- {_words(f'{summary}: {join_names(names)}.')}", ""]
    return "\n".join(lines)


def _coming_version(diff: Diff) -> str:
    """Return the version that the changes will be part of, where it is known."""
    version = diff.version
    if not version.enough:
        return version.least
    return "Unreleased" if version.new == version.old and diff.changes and diff.released else version.new


FORMATS: Mapping[str, Callable[[Diff], str]] = {
    "terminal": terminal,
    "markdown": markdown,
    "json": json_text,
    "github": github,
    "changelog": changelog,
}


def _words(text: str) -> str:
    """Return text as it is shown in a comment or a release's notes, where it calls nobody."""
    return unlinked(inline(text))


def _place(item: Change | Reminder, diff: Diff) -> str:
    file = item.file if isinstance(item, Change) else diff.spec.document.file
    return f"{file}:{item.location.line}"


def _headed(item: Change | Reminder, diff: Diff) -> str:
    """Return the message, with whom it concerns in front."""
    subject = item.subject if isinstance(item, Change) else ""
    return ": ".join(filter(None, (_operations(item, diff), subject, item.message)))


def _fact(change: Change) -> str:
    """Return the message of a fact, which stands below the operation that it concerns."""
    return ": ".join(filter(None, (change.subject, change.message)))


def _operations(change: Change | Reminder, diff: Diff) -> str:
    count = len(change.operations)
    if count <= _NAMED:
        return " and ".join(change.operations)
    return "every operation" if count == len(diff.spec.api.operations) else f"{count} operations"


def _signature(signature: SignatureChange) -> str:
    return "\n".join(f"{sign} {text}" for sign, text in zip("-+", signature, strict=True) if text is not None)


def _conclusion(diff: Diff) -> str:
    """Return what the changes ask of the version since which release, and whether it was done."""
    verdict = _verdict(diff)
    if diff.released != diff.old:
        return verdict
    return f"{verdict} {diff.old} is taken for the last release; name another one with --released."


def _verdict(diff: Diff) -> str:
    version, location = diff.version, f"{diff.spec.document.file}:{diff.version_line}"
    if not diff.released:
        return f"Nothing is released yet; the version {version.new} needs no step."
    same = version.old == version.new
    since = "" if diff.released == diff.old else f" since {diff.released}"
    change = f"stays {version.old}" if same else f"goes from {version.old} to {version.new}"
    if version.step == "none":
        if not version.enough:
            return f"{location}: info.version goes back from {version.old} to {version.new}."
        return f"The version {change}; nothing{since} asks for a new one."
    impacts = [change.impact for change in diff.since_release if not change.is_detail]
    strongest: Impact = next(impact for impact in IMPACTS if impact in impacts)
    count = impacts.count(strongest)
    _, singular, plural = _WORDS[strongest]
    reason = f"1 {singular}{since} asks" if count == 1 else f"{count} {plural}{since} ask"
    subject = (
        f"The version {change}" if version.enough else f"{location}: info.version is {'still ' * same}{version.new}"
    )
    return f"{subject}; {reason} for {version.least} or later."
