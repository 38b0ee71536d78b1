"""Takes over into the spec what pages say, where that needs no person, and tells what does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from generator.importer import draft
from generator.ir import names
from generator.openapi import locate
from generator.openapi.edit import CannotEdit, Editor
from generator.openapi.problems import Path, did_you_mean, join_names
from generator.openapi.yaml_text import Flow
from generator.sources import Endpoint

from .changes import (
    Change,
    LimitChanged,
    ParameterAdded,
    RequiredChanged,
    ScopeChanged,
    SourceDate,
    ValueAdded,
    ValueRemoved,
    WeightChanged,
)
from .stale_texts import doubtful

_CHINESE = "x-binance-zh"


@dataclass(frozen=True, order=True, slots=True)
class Applied:
    """A change that the spec holds now, and the line where it does."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """The edited spec, what was changed in it, and what a person must do."""

    source: bytes
    applied: tuple[Applied, ...]
    left: tuple[str, ...]


def apply(file: str, source: bytes, changes: Iterable[Change], unfinished: Iterable[Endpoint] = ()) -> Result:
    """Edit the text of a spec, change by change; one that is in the spec already is passed over.

    New values come before those that go, so that no list is empty in between. The date of a page is taken over last, and
    only where nothing of its operation is left to a person.

    Args:
        file: The spec's name in messages.
        source: Its bytes.
        changes: What to take over.
        unfinished: The operations of which something is left to a person in any case.

    Raises:
        SpecError: The spec is not YAML.
    """
    every = sorted(changes, key=_turn)
    dates = [each for each in every if isinstance(each, SourceDate)]
    run = _Run(Editor(file, source), every, unfinished)
    run.make(every[: len(every) - len(dates)])
    run.doubt()
    run.make(dates)
    return run.result()


class _Run:
    """A spec while changes are made to it."""

    def __init__(self, editor: Editor, every: Sequence[Change], unfinished: Iterable[Endpoint]) -> None:
        self._editor = editor
        self._before = editor.data
        self._every = every
        self._waiting = set(unfinished)
        self._applied: list[tuple[Change, str]] = []
        self._left: list[tuple[Change, str]] = []
        self._doubts: dict[tuple[Path, str], str] = {}

    def make(self, changes: Iterable[Change]) -> None:
        """Make changes, or note why a person has to."""
        for batch in _batches(changes):
            first = batch[0]
            try:
                if locate.operation(self._editor.data, first.endpoint) is None:
                    raise CannotEdit("the spec has no such operation.")  # noqa: TRY301 - one way to tell what is left
                if isinstance(first, SourceDate) and first.endpoint in self._waiting:
                    raise CannotEdit(f"the date of the {first.language} page stays until the rest is done.")  # noqa: TRY301 - the same
                self._applied += _made(self._editor, batch, self._every)
            except CannotEdit as problem:
                self._left.append((first, str(problem)))
                self._waiting.add(first.endpoint)

    def doubt(self) -> None:
        """Note the texts that may not hold any more after the changes that were made."""
        lengthened: set[tuple[Endpoint, str]] = set()
        for change, message in self._applied:
            if isinstance(change, ValueAdded):
                if (change.endpoint, change.parameter) in lengthened:
                    continue  # what the first new value of a list puts in doubt, the others do too
                lengthened.add((change.endpoint, change.parameter))
            for path, word in doubtful(self._before, self._editor.data, change):
                told = f"{_subject(change.endpoint)}: {message} This text names {word}; see whether it still holds."
                self._doubts.setdefault((path, word), told)
                self._waiting.add(change.endpoint)

    def result(self) -> Result:
        """Return the edited spec, and what to tell."""
        editor = self._editor
        applied = (
            Applied(editor.line(_place(editor.data, change)), f"{_subject(change.endpoint)}: {message}")
            for change, message in self._applied
        )
        doubts = (f"{editor.file}:{editor.line(path)}: {told}" for (path, _), told in self._doubts.items())
        left = (_told(editor, *each) for each in self._left)
        return Result(editor.source, tuple(sorted(applied)), (*doubts, *left))


def _turn(change: Change) -> int:
    return 2 if isinstance(change, SourceDate) else 1 if isinstance(change, ValueRemoved) else 0


def _batches(changes: Iterable[Change]) -> Iterator[Sequence[Change]]:
    """Yield what is edited at once: the new values that stand behind the same one, or a single change."""

    def spot(numbered: tuple[int, Change]) -> tuple[object, ...]:
        number, change = numbered
        if not isinstance(change, ValueAdded):
            return (number,)
        return change.endpoint, change.parameter, change.after, change.value.isdecimal()

    for _, batch in groupby(enumerate(changes), spot):
        yield [change for _, change in batch]


def _told(editor: Editor, change: Change, problem: str) -> str:
    """Return what a person has to do, with the line of what it is about or is nearest to it."""
    try:
        path = _place(editor.data, change)
    except CannotEdit:
        path = ("paths", change.endpoint.path, change.endpoint.method.lower())
    while locate.at(editor.data, path) is None:
        path = path[:-1]
    return f"{editor.file}:{editor.line(path)}: {_subject(change.endpoint)}: {problem}"


def _made(editor: Editor, batch: Sequence[Change], every: Sequence[Change]) -> list[tuple[Change, str]]:
    """Make the edits, and return what was changed; nothing where the spec says the same already."""
    added = [each for each in batch if isinstance(each, ValueAdded)]
    if added:
        return _values_added(editor, added, every)
    return [(change, message) for change in batch if (message := _one_made(editor, change, every))]


def _one_made(editor: Editor, change: Change, every: Sequence[Change]) -> str | None:
    match change:
        case WeightChanged(weight=value) | ScopeChanged(scope=value):
            return _set(editor, _place(editor.data, change), value)
        case LimitChanged():
            return _limit(editor, change)
        case RequiredChanged():
            return _required(editor, change, every)
        case ValueRemoved():
            return _value_removed(editor, change, every)
        case ParameterAdded():
            return _parameter(editor, change)
        case SourceDate():
            return _date(editor, change)
        case ValueAdded():
            raise AssertionError("new values are added together")


def _place(data: Any, change: Change) -> Path:
    """Return where the spec says what the change is about, or is nearest to it."""
    path: Path = ("paths", change.endpoint.path, change.endpoint.method.lower())
    match change:
        case WeightChanged():
            path = (*path, "x-binance-weight", "weight")
        case ScopeChanged():
            path = (*path, "x-binance-weight", "scope")
        case LimitChanged(limit=limit):
            path = (*path, "x-binance-call-limit") if limit else path
        case SourceDate(language=language):
            path = (*path, "x-binance-source", language, "read")
        case RequiredChanged(parameter=name):
            path = (*_parameter_place(data, change.endpoint, name), "required")
        case ParameterAdded(parameter=added):
            path = _parameter_place(data, change.endpoint, added.name)
        case ValueAdded() | ValueRemoved():
            found = _values_place(data, change)
            value = draft.number_or_text(change.value, numbers=found.numbers)
            path = (*found.path, found.values.index(value)) if value in found.values else found.path
    return path


def _parameter_place(data: Any, endpoint: Endpoint, name: str) -> Path:
    place = locate.parameter(data, endpoint, name)
    if place is None:
        known = [str(node.get("name")) for _, node in locate.parameters(data, endpoint)]
        raise CannotEdit(f"there is no parameter {name}; there are: {join_names(known)}.{did_you_mean(name, known)}")
    return place


def _values_place(data: Any, change: ValueAdded | ValueRemoved) -> locate.Values:
    _parameter_place(data, change.endpoint, change.parameter)
    found = locate.values(data, change.endpoint, change.parameter)
    if found is None:
        raise CannotEdit(f"{change.parameter} lists no values; decide whether {change.value} makes an enum of it.")
    return found


def _set(editor: Editor, path: Path, value: str | int) -> str | None:
    before = locate.at(editor.data, path)
    if before is None:
        raise CannotEdit(f"the spec says no {path[-1]}; write it.")
    if before == value:
        return None
    editor.set(path, value)
    return f"{path[-1]} {_shown(before)} -> {_shown(value)}."


def _limit(editor: Editor, change: LimitChanged) -> str | None:
    key = "x-binance-call-limit"
    path: Path = ("paths", change.endpoint.path, change.endpoint.method.lower())
    before = locate.at(editor.data, (*path, key))
    if change.limit is None:
        if before is None:
            return None
        editor.remove((*path, key))
        return f"the cap of {before['calls']} calls per {before['seconds']} seconds is gone."
    after = Flow(calls=change.limit.calls, seconds=change.limit.seconds)
    if before is None:
        editor.put(path, key, after, after="x-binance-weight")
        return f"a cap of {after['calls']} calls per {after['seconds']} seconds is new."
    told = [_set(editor, (*path, key, name), value) for name, value in after.items()]
    return " ".join(filter(None, told)) or None


def _required(editor: Editor, change: RequiredChanged, every: Sequence[Change]) -> str | None:
    place = _parameter_place(editor.data, change.endpoint, change.parameter)
    node = dict(locate.parameters(editor.data, change.endpoint))[place]
    before = node.get("required", False)
    if before == change.required:
        return None
    what = f"{change.parameter} must be sent on the page" if change.required else f"{change.parameter} may be left out"
    _check_shared(editor.data, place, [change], every, what)
    if "required" in node:
        editor.set((*place, "required"), change.required)
    else:
        editor.put(place, "required", change.required, after="in")
    return f"{change.parameter} required {_shown(before)} -> {_shown(change.required)}."


def _value_removed(editor: Editor, change: ValueRemoved, every: Sequence[Change]) -> str | None:
    found = _values_place(editor.data, change)
    value = draft.number_or_text(change.value, numbers=found.numbers)
    if value not in found.values:
        return None
    what = f"the page has no value {value} of {change.parameter} any more"
    if len(found.values) == 1:
        raise CannotEdit(f"{what}, and it is the only one here; write what it can be now.")
    _check_shared(editor.data, found.path, [change], every, what)
    editor.remove((*found.path, found.values.index(value)))
    return f"{change.parameter} has no value {value} any more."


def _values_added(editor: Editor, batch: Sequence[ValueAdded], every: Sequence[Change]) -> list[tuple[Change, str]]:
    """Put new values that stand behind the same one into their list."""
    found = _values_place(editor.data, batch[0])
    values = {draft.number_or_text(each.value, numbers=found.numbers): each for each in batch}
    new = {value: change for value, change in values.items() if value not in found.values}
    if not new:
        return []
    name, written = batch[0].parameter, join_names(new)
    if found.numbers and not all(isinstance(value, int) for value in new):
        raise CannotEdit(f"{name} takes numbers, and the page lists {written}; decide.")
    what = f"the page lists {written} of {name} too"
    _check_shared(editor.data, found.path, list(new.values()), every, what)
    before = batch[0].after
    after = None if before is None else draft.number_or_text(before, numbers=found.numbers)
    drafted = [_new_value(editor, found, *each) if found.described else each[0] for each in new.items()]
    editor.insert(found.path, _index(found.values, after), *drafted)
    return [(change, f"{name} has the new value {value}.") for value, change in new.items()]


def _new_value(editor: Editor, found: locate.Values, value: str | int, change: ValueAdded) -> dict[str, Any]:
    """Draft a value with the keys that those beside it have."""
    siblings = locate.at(editor.data, found.path)
    drafted = draft.enum_value(value, change.texts, bilingual=locate.mentions(siblings, _CHINESE))
    if any("x-binance-moves" in each for each in siblings):
        drafted["x-binance-moves"] = Flow({end: draft.gap("Name the wallet.") for end in ("from", "to")})
    return Flow(drafted) if editor.is_in_braces((*found.path, 0)) else drafted


def _index(present: Sequence[object], after: object) -> int:
    """Return where to put what stands behind `after` on the page: first without it, last where it is not known."""
    return 0 if after is None else present.index(after) + 1 if after in present else len(present)


def _parameter(editor: Editor, change: ParameterAdded) -> str | None:
    added = change.parameter
    if locate.parameter(editor.data, change.endpoint, added.name) is not None:
        return None
    if added.required is not False:
        raise CannotEdit(f"{added.name} is new and may have to be sent; write it, since every caller must change.")
    components = draft.Components(locate.at(editor.data, ("components", "schemas")) or {})
    path: Path = ("paths", change.endpoint.path, change.endpoint.method.lower())
    drafted = draft.parameter(
        change.halves or {"en": added},
        components,
        owner=names.pascal(str(locate.at(editor.data, (*path, "operationId")))),
        location="query",
        bilingual=locate.mentions(editor.data, _CHINESE),
    )
    _insert_parameter(editor, path, drafted, change.after)
    for name, schema in components.added.items():
        put_component(editor, "schemas", name, schema)
    return f"{added.name} is a new parameter."


def _insert_parameter(editor: Editor, path: Path, drafted: dict[str, Any], after: str | None) -> None:
    endpoint = Endpoint(str(path[2]).upper(), str(path[1]))
    present = [node.get("name") for _, node in locate.parameters(editor.data, endpoint)]
    if present:
        editor.insert((*path, "parameters"), _index(present, after), drafted)
    else:
        keys = list(locate.at(editor.data, path))
        editor.put(path, "parameters", [drafted], after=keys[keys.index("responses") - 1])


def put_component(editor: Editor, group: str, name: str, value: object) -> None:
    """Put a new component at the end of its group."""
    if "components" not in editor.data:
        editor.put((), "components", {group: {name: value}}, apart=True)
    elif group not in editor.data["components"]:
        editor.put(("components",), group, {name: value}, apart=True)
    else:
        editor.put(("components", group), name, value, apart=True)


def _date(editor: Editor, change: SourceDate) -> str | None:
    path = _place(editor.data, change)
    before = locate.at(editor.data, path)
    if before is None:
        raise CannotEdit(f"x-binance-source names no page in {change.language}; write it.")
    told = _set(editor, path, change.read) if before < change.read else None
    return told and f"{change.language} page {told}"


def _check_shared(data: Any, place: Path, changes: Sequence[Change], every: Sequence[Change], what: str) -> None:
    """Leave to a person what other operations use too, unless their pages say the same."""
    said: dict[Endpoint, set[tuple[object, ...]]] = {}
    for each in every:
        said.setdefault(each.endpoint, set()).add(_says(each))
    wanted = {_says(each) for each in changes}
    others = [each for each in locate.users(data, place) if not wanted <= said.get(each, set())]
    if others:
        name = place[-2] if place[-1] in ("oneOf", "enum") else place[-1]
        shared = join_names(_subject(each) for each in others)
        raise CannotEdit(
            f"{what}, but {name} is used by {shared} too, of which no page was read that says so; "
            f"decide whether it holds for all of them, or write a list of its own."
        )


def _says(change: Change) -> tuple[object, ...]:
    """Return what a change says, apart from the operation that it is about and the words for people."""
    kept = ("parameter", "value", "required")
    return (type(change), *(getattr(change, name, None) for name in kept))


def _subject(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
