"""Edits the spec as a report of differences says (`drift --apply`), and lists what a person must do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from generator.console import printable
from generator.openapi.document import Document, read
from generator.openapi.edit import CannotEdit, content, save
from generator.openapi.problems import join_names
from generator.sources import Endpoint

from .apply import Result, apply
from .compare import Compared, Difference, Report
from .trial import Refused, Trial, mistakes


class TakenOver(NamedTuple):
    """What was changed in the spec, and what a person must do, a line each."""

    applied: tuple[str, ...]
    left: tuple[str, ...]
    half_read: tuple[str, ...]
    """Of which operations a page was not read, so that nobody knows whether it says the same."""
    undated: tuple[str, ...]
    """Of which operations a page does not say of which day it is, so that the date in the spec stays."""

    def __str__(self) -> str:
        lines = ["Applied:", *self.applied] if self.applied else ["Nothing was applied."]
        lines += ["", "Left to a person:", *self.left] if self.left else []
        lines += ["", "Not every page was read:", *self.half_read] if self.half_read else []
        lines += ["", "Not every page has a date:", *self.undated] if self.undated else []
        return "".join(f"{printable(line)}\n" for line in lines)


def apply_report(report: Report, document: Document, file: Path) -> TakenOver:
    """Edit the spec.

    Args:
        report: How the pages differ from the spec.
        document: The spec, as the report was made from it.
        file: Its file.

    Raises:
        CannotEdit: Somebody changed the file meanwhile, or it cannot be written; nothing was written.
        SpecError: It is not YAML any more; nothing was written.
    """
    source = content(file)
    if read(report.spec, source).data != document.data:
        raise CannotEdit(f"{report.spec} was changed meanwhile; nothing was written. Run the command again.")
    trial = Trial(report.spec, source)
    changes = trial.accepted([change for each in report.operations for change in each.changes])
    unfinished = [_endpoint(each) for each in report.operations if any(_is_left(found) for found in each.differences)]
    unfinished += [each.change.endpoint for each in trial.refused]
    result = apply(report.spec, source, changes, unfinished)
    left = tuple(_left(report, source, result, trial.refused))
    if result.source != source:
        save(file, source, result.source)
    applied = (f"{report.spec}:{each.line}: {each.message}" for each in result.applied)
    return TakenOver(tuple(applied), left, tuple(_half_read(report)), tuple(_undated(report)))


def _half_read(report: Report) -> Iterator[str]:
    for each in report.operations:
        missing = [language for language in each.operation.pages if language not in each.languages]
        if each.changes and missing:
            subject = f"{each.operation.method} {each.operation.path}"
            yield f"{subject}: the {join_names(missing)} page may say something else than was taken over."


def _undated(report: Report) -> Iterator[str]:
    for each in report.operations:
        for language in each.undated:
            subject = f"{each.operation.method} {each.operation.path}"
            read = each.operation.pages[language].read
            yield f"{subject}: read of the {language} page stays {read}; write the day of the copy there, if it is later."


def _left(report: Report, before: bytes, result: Result, refused: Sequence[Refused]) -> Iterator[str]:
    """Yield what the pages leave to a person, what could not be edited, and what the generator says of the new spec."""
    moved = _Lines(before, result.source)
    for each in report.operations:
        for found in filter(_is_left, each.differences):
            place = f"{report.spec}:{moved.now(found.location.line)}"
            said = "; ".join(f"{seen.language}: {seen.text} ({seen.file}:{seen.line})" for seen in found.sightings)
            subject = f"{each.operation.method} {each.operation.path}"
            why = "; the pages disagree" if found.finding == "pages disagree" else ""
            why += "; the page is older than what the spec was read from" if found.outdated else ""
            yield f"{place}: {subject}: {found.fact} is {found.spec} here, and on the page {said}{why}."
    for refusal in refused:
        lines = _Lines(refusal.source, result.source)
        for message, line in {problem.message: problem.location.line for problem in refusal.problems}.items():
            what = f"{refusal.made} This is not taken over, since the generator would refuse it"
            yield f"{report.spec}:{lines.now(line)}: {what}: {message}"
    yield from result.left
    yield from map(str, mistakes(result.source, report.spec))


class _Lines:
    """Where the lines of a text are after it was edited."""

    def __init__(self, before: bytes, after: bytes) -> None:
        matcher = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
        self._blocks = matcher.get_opcodes()

    def now(self, line: int) -> int:
        """Return the line that this one became, or the one that stands where it was."""
        return next(
            (new + min(line - 1 - old, end - new) + 1 for _, old, last, new, end in self._blocks if line <= last), line
        )


def _is_left(found: Difference) -> bool:
    return found.is_open and not found.changes


def _endpoint(compared: Compared) -> Endpoint:
    return Endpoint(compared.operation.method, compared.operation.path)
