"""Applies to the spec what pages state, where that needs no person (`drift --apply`), and lists what does."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from generator.console import printable
from generator.ir.build import build
from generator.openapi.document import Document, at, children, read
from generator.openapi.edit import CannotEdit, Editor, content, save
from generator.openapi.load import GAP, load
from generator.openapi.problems import Problem, SpecError, SpecPath
from generator.sources import Endpoint

from .results import Difference, DriftReport, OperationResult
from .update import SourceDate, Update


@dataclass(frozen=True, order=True, slots=True)
class Applied:
    """An update that the spec holds now, and the line where it does."""

    line: int
    message: str


class Left(NamedTuple):
    """What a person must do, and where: a line, or a line and a column."""

    location: str
    message: str


@dataclass(frozen=True, slots=True)
class EditedSpec:
    """The edited spec, what was updated in it, and what a person must do."""

    source: bytes
    applied: tuple[Applied, ...]
    left: tuple[Left, ...]


class RefusedUpdate(NamedTuple):
    """An update after which the generator would refuse the spec."""

    endpoint: Endpoint
    source: bytes
    """The spec with this update."""
    message: str
    """What would have been changed."""
    problems: tuple[Problem, ...]


class ApplyReport(NamedTuple):
    """What was updated in the spec, and what a person must do, a line each."""

    applied: tuple[str, ...]
    left: tuple[str, ...]
    unread: tuple[str, ...]
    """The operations with a page that was not read, which may state something else."""
    undated: tuple[str, ...]
    """The operations with a page that has no date, so that the date in the spec stays."""

    def __str__(self) -> str:
        lines = ["Applied:", *self.applied] if self.applied else ["Nothing was applied."]
        lines += ["", "Left to a person:", *self.left] if self.left else []
        lines += ["", "Not every page was read:", *self.unread] if self.unread else []
        lines += ["", "Not every page has a date:", *self.undated] if self.undated else []
        return "".join(f"{printable(line)}\n" for line in lines)


def apply_report(report: DriftReport, document: Document, file: Path, *, accept_text: bool = False) -> ApplyReport:
    """Edit the spec.

    Args:
        report: How the pages differ from the spec.
        document: The spec, as the report was made from it.
        file: Its file.
        accept_text: Whether a person has read the pages, and their sentences are to be recorded.

    Raises:
        CannotEdit: Somebody changed the file meanwhile, or it cannot be written; nothing was written.
        SpecError: It is not YAML any more; nothing was written.
    """
    source = content(file)
    if read(report.spec, source).data != document.data:
        raise CannotEdit(f"{report.spec} was changed meanwhile; nothing was written. Run the command again.")
    accepted = [update for operation in report.operations for update in operation.recordings if accept_text]
    proposed = [update for operation in report.operations for update in operation.updates]
    unfinished = [
        operation.endpoint for operation in report.operations if _is_unfinished(operation, accept_text=accept_text)
    ]
    result, refused = apply_accepted(report.spec, source, [*proposed, *accepted], unfinished)
    left = _grouped(report.spec, _left(report, source, result, refused, accept_text=accept_text))
    if result.source != source:
        save(file, source, result.source)
    applied = (f"{report.spec}:{applied.line}: {applied.message}" for applied in result.applied)
    return ApplyReport(tuple(applied), left, tuple(_unread(report)), tuple(_undated(report)))


def apply(file: str, source: bytes, updates: Iterable[Update], unfinished: Iterable[Endpoint] = ()) -> EditedSpec:
    """Edit a spec, update by update; one that is in the spec already is passed over.

    The date of a page comes last, and only where nothing of its operation is left to a person.

    Args:
        file: The spec's name in messages.
        source: Its bytes.
        updates: What to apply.
        unfinished: The operations of which something is left to a person in any case.

    Raises:
        SpecError: The spec is not YAML.
        CannotEdit: A line that has to change cannot be edited as it is written.
    """
    return _Run(Editor(file, source), updates, unfinished).result()


def apply_accepted(
    file: str, source: bytes, updates: Sequence[Update], unfinished: Sequence[Endpoint] = ()
) -> tuple[EditedSpec, list[RefusedUpdate]]:
    """Edit a spec as `apply` does, without the updates after which the generator would refuse it."""
    if not updates:
        return EditedSpec(source, (), ()), []
    editor = Editor(file, source)
    whole = _Run(copy.deepcopy(editor), updates, unfinished)
    if not _errors(editor, updates, whole.source):
        return whole.result(), []
    accepted: list[Update] = []
    refused = list(_refused(editor, accepted, _ordered(updates)))
    unfinished = [*unfinished, *(refusal.endpoint for refusal in refused)]
    return _Run(editor, accepted, unfinished).result(), refused


def _refused(editor: Editor, accepted: list[Update], updates: Sequence[Update]) -> Iterator[RefusedUpdate]:
    """Accept these updates, all at once or by halves, and yield those that the generator refuses."""
    run = _Run(copy.deepcopy(editor), [*accepted, *updates])
    problems = _errors(editor, [*accepted, *updates], run.source)
    if not problems:
        accepted += updates
    elif len(updates) > 1:
        yield from _refused(editor, accepted, updates[: len(updates) // 2])
        yield from _refused(editor, accepted, updates[len(updates) // 2 :])
    else:
        before = _Run(copy.deepcopy(editor), accepted).messages
        message = " ".join(message for message in run.messages if message not in before)
        yield RefusedUpdate(updates[0].endpoint, run.source, message, problems)


def _errors(editor: Editor, updates: Sequence[Update], source: bytes) -> tuple[Problem, ...]:
    """Return the errors of the spec with these updates; a gap is none, but hides those of what it is in."""
    problems = list(errors(editor.file, source))
    without_gaps = [update for update in updates if not update.has_gaps]
    if any(problem.kind == "gap" for problem in problems) and without_gaps:
        problems += errors(editor.file, _Run(copy.deepcopy(editor), without_gaps).source)
    return tuple(dict.fromkeys(problem for problem in problems if problem.kind != "gap"))


def _ordered(updates: Iterable[Update]) -> list[Update]:
    return sorted(updates, key=lambda update: update.order)


def errors(file: str, source: bytes) -> Iterator[Problem]:
    """Yield what the generator says of a spec."""
    try:
        build(load(file, source))
    except SpecError as error:
        yield from error.problems


class _Run:
    """A spec while updates are made to it."""

    def __init__(self, editor: Editor, updates: Iterable[Update], unfinished: Iterable[Endpoint] = ()) -> None:
        self._editor = editor
        self._every = _ordered(updates)
        self._waiting = set(unfinished)
        self._made: list[tuple[Update, str]] = []
        self._left: list[tuple[Update, str]] = []
        self._doubts: dict[SpecPath, dict[str, str]] = {}
        """Why a text may not hold any more: each reason with what was changed."""
        self._make([update for update in self._every if not isinstance(update, SourceDate)])
        self._make([update for update in self._every if isinstance(update, SourceDate)])

    def _make(self, updates: Sequence[Update]) -> None:
        """Make updates, or note why a person has to; then note the texts that may not hold any more."""
        earlier = len(self._made)
        for update in updates:
            try:
                if at(self._editor.data, update.operation) is None:
                    raise CannotEdit("the spec has no such operation.")  # noqa: TRY301 - one way to note what is left
                if isinstance(update, SourceDate) and update.endpoint in self._waiting:
                    raise CannotEdit(f"the date of the {update.language} page stays until the rest is done.")  # noqa: TRY301 - the same
                gaps = _gaps(self._editor.data) if update.has_gaps else 0
                message = update.apply(self._editor, self._every)
            except CannotEdit as problem:
                self._left.append((update, str(problem)))
                self._waiting.add(update.endpoint)
            else:
                self._made += [(update, message)] if message else []
                self._waiting |= {update.endpoint} if update.has_gaps and _gaps(self._editor.data) > gaps else set()
        for update, message in self._made[earlier:]:
            for path, reason in update.doubts(self._editor.before, self._editor.data):
                self._doubts.setdefault(path, {}).setdefault(reason, f"{update.endpoint}: {message}")
                self._waiting.add(update.endpoint)

    @property
    def messages(self) -> list[str]:
        """What was changed."""
        return [f"{update.endpoint}: {message}" for update, message in self._made]

    @cached_property
    def source(self) -> bytes:
        """The edited spec."""
        return self._editor.source

    def result(self) -> EditedSpec:
        """Return the edited spec, and what to report."""
        file, source = self._editor.file, self.source
        document = read(file, source)
        data = document.data
        applied = (
            Applied(document.location(update.path(data)).line, message)
            for (update, _), message in zip(self._made, self.messages, strict=True)
        )
        doubts = (Left(str(document.location(path).line), _doubt(reasons)) for path, reasons in self._doubts.items())
        left = (
            Left(str(document.location(_nearest(data, update)).line), f"{update.endpoint}: {problem}")
            for update, problem in self._left
        )
        return EditedSpec(source, tuple(sorted(applied)), (*doubts, *left))


def _doubt(reasons: Mapping[str, str]) -> str:
    changes = " ".join(dict.fromkeys(reasons.values()))
    return f"{changes} This text {' and '.join(reasons)}; see whether it still holds."


def _gaps(value: object) -> int:
    """Return how many texts or keys a person still has to write."""
    if isinstance(value, str):
        return value.startswith(GAP)
    return sum(str(key).startswith(GAP) + _gaps(below) for key, below in children(value))


def _nearest(data: object, update: Update) -> SpecPath:
    """Return where the spec says what an update is about, or would say it."""
    try:
        return update.path(data)
    except CannotEdit:
        return update.operation


# What is reported


def _unread(report: DriftReport) -> Iterator[str]:
    for result in report.operations:
        for language in result.operation.pages if result.updates else ():
            if language not in result.sources:
                yield f"{result.endpoint}: the {language} page may say something else than was applied."


def _undated(report: DriftReport) -> Iterator[str]:
    for result in report.operations:
        for language in result.undated:
            stays = f"read of the {language} page stays {result.operation.pages[language].read}"
            yield f"{result.endpoint}: {stays}; write the day of the copy there, if it is later."


def _left(
    report: DriftReport, before: bytes, result: EditedSpec, refused: Sequence[RefusedUpdate], *, accept_text: bool
) -> Iterator[Left]:
    """Yield what the pages leave to a person, what could not be edited, and what the generator says of the new spec."""
    lines = _Lines(before, result.source)
    for operation in report.operations:
        for difference in operation.differences:
            if _is_left(difference, accept_text=accept_text):
                location = lines.now(difference.location.line)
                yield Left(str(location), f"{operation.endpoint}: {_left_difference(difference)}")
        for recording in () if accept_text else operation.recordings:
            page = operation.operation.pages[recording.language]
            if not page.sentences:
                message = (
                    f"no sentences of the {recording.language} page are recorded; read it, then add --accept-text."
                )
                location = lines.now(operation.location.line)
                yield Left(str(location), f"{operation.endpoint}: {message}")
    for refusal in refused:
        lines = _Lines(refusal.source, result.source)
        for message, line in {problem.message: problem.location.line for problem in refusal.problems}.items():
            what = f"{refusal.message} This is not applied, since the generator would refuse it"
            yield Left(str(lines.now(line)), f"{what}: {message}")
    yield from result.left
    for problem in errors(report.spec, result.source):
        yield Left(f"{problem.location.line}:{problem.location.column}", problem.message)


def _left_difference(difference: Difference) -> str:
    stated = "; ".join(
        f"{observed.source}: {observed.text} ({observed.file}:{observed.line})" for observed in difference.observations
    )
    if difference.advice:
        verb = "" if difference.kind == "note" else "is "
        other = f", and stated is {stated}" if stated else ""
        return f"{difference.fact} {verb}{difference.spec} here{other}; {difference.advice}."
    why = "; the pages disagree" if difference.finding == "pages disagree" else ""
    why += "; the page is older than what the spec was read from" if difference.outdated else ""
    if difference.kind == "sentences":
        what = f"{difference.fact} are not those that were read, {stated}"
        return f"{what}{why or '; read them, then add --accept-text'}."
    return f"{difference.fact} is {difference.spec} here, and on the page {stated}{why}."


def _grouped(file: str, every: Iterable[Left]) -> tuple[str, ...]:
    """Return each message once, with every place that it is about."""
    locations: dict[str, list[str]] = {}
    for left in every:
        locations.setdefault(left.message, []).append(left.location)
    return tuple(f"{file}:{', '.join(dict.fromkeys(places))}: {message}" for message, places in locations.items())


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


def _is_left(difference: Difference, *, accept_text: bool) -> bool:
    """Return whether a person has to do something about a difference."""
    accepted = accept_text and difference.kind == "sentences" and not difference.outdated
    return difference.is_open and not difference.updates and not accepted


def _is_unfinished(operation: OperationResult, *, accept_text: bool) -> bool:
    """Return whether something of an operation is left to a person in any case."""
    unread = bool(operation.recordings) and not accept_text
    return unread or any(_is_left(difference, accept_text=accept_text) for difference in operation.differences)
