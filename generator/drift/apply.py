"""Takes over into the spec what pages say, where that needs no person, and tells what does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generator import names
from generator.pages.page import Endpoint
from generator.problems import Path, hint, listed

from . import draft, places
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
from .edit import CannotEdit, Editor
from .yaml_text import Flow

_CHINESE = "x-binance-zh"


@dataclass(frozen=True, order=True, slots=True)
class Applied:
    """A change that the spec holds now, and the line where it does."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Result:
    """The edited spec, what was changed in it, and what a person must do."""

    source: bytes
    applied: tuple[Applied, ...]
    left: tuple[str, ...]


def apply(file: str, source: bytes, changes: Iterable[Change], unfinished: Iterable[Endpoint] = ()) -> Result:
    """Edit the text of a spec, change by change; one that is in the spec already is passed over.

    The date of a page is taken over last, and only where nothing of its operation is left to a person.

    Args:
        file: The spec's name in messages.
        source: Its bytes.
        changes: What to take over.
        unfinished: The operations of which something is left to a person in any case.

    Raises:
        SpecError: The spec is not YAML.
    """
    editor = Editor(file, source)
    every = sorted(changes, key=lambda change: isinstance(change, SourceDate))
    applied: list[tuple[Change, str]] = []
    left: list[str] = []
    waiting = set(unfinished)
    for change in every:
        subject = _subject(change.endpoint)
        try:
            if places.operation(editor.data, change.endpoint) is None:
                raise CannotEdit("the spec has no such operation.")  # noqa: TRY301 - one way to tell what is left
            if isinstance(change, SourceDate) and change.endpoint in waiting:
                raise CannotEdit(f"the date of the {change.language} page stays until the rest is done.")  # noqa: TRY301 - the same
            sentence = _made(editor, change, every)
        except CannotEdit as problem:
            left.append(f"{subject}: {problem}")
            waiting.add(change.endpoint)
        else:
            applied += [(change, f"{subject}: {sentence}")] if sentence else []
    done = (Applied(editor.line(_place(editor.data, change)), sentence) for change, sentence in applied)
    return Result(editor.source, tuple(sorted(done)), tuple(left))


def _made(editor: Editor, change: Change, every: Sequence[Change]) -> str | None:
    """Make the edit, and return what was changed, or nothing where the spec says the same already."""
    match change:
        case WeightChanged(weight=value) | ScopeChanged(scope=value):
            return _set(editor, _place(editor.data, change), value)
        case LimitChanged():
            return _limit(editor, change)
        case RequiredChanged():
            return _required(editor, change, every)
        case ValueAdded() | ValueRemoved():
            return _value(editor, change, every)
        case ParameterAdded():
            return _parameter(editor, change)
        case SourceDate():
            return _date(editor, change)


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
    place = places.parameter(data, endpoint, name)
    if place is None:
        known = [str(node.get("name")) for _, node in places.parameters(data, endpoint)]
        raise CannotEdit(f"there is no parameter {name}; there are: {listed(known)}.{hint(name, known)}")
    return place


def _values_place(data: Any, change: ValueAdded | ValueRemoved) -> places.Values:
    _parameter_place(data, change.endpoint, change.parameter)
    found = places.values(data, change.endpoint, change.parameter)
    if found is None:
        raise CannotEdit(f"{change.parameter} lists no values; decide whether {change.value} makes an enum of it.")
    return found


def _set(editor: Editor, path: Path, value: str | int) -> str | None:
    before = places.at(editor.data, path)
    if before is None:
        raise CannotEdit(f"the spec says no {path[-1]}; write it.")
    if before == value:
        return None
    editor.set(path, value)
    return f"{path[-1]} {_shown(before)} -> {_shown(value)}."


def _limit(editor: Editor, change: LimitChanged) -> str | None:
    key = "x-binance-call-limit"
    path: Path = ("paths", change.endpoint.path, change.endpoint.method.lower())
    before = places.at(editor.data, (*path, key))
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
    node = dict(places.parameters(editor.data, change.endpoint))[place]
    before = node.get("required", False)
    if before == change.required:
        return None
    _check_shared(editor.data, place, change, every)
    if "required" in node:
        editor.set((*place, "required"), change.required)
    else:
        editor.put(place, "required", change.required, after="in")
    return f"{change.parameter} required {_shown(before)} -> {_shown(change.required)}."


def _value(editor: Editor, change: ValueAdded | ValueRemoved, every: Sequence[Change]) -> str | None:
    found = _values_place(editor.data, change)
    value = draft.number_or_text(change.value, numbers=found.numbers)
    if isinstance(change, ValueAdded) == (value in found.values):
        return None
    if found.numbers and not isinstance(value, int):
        raise CannotEdit(f"{change.parameter} takes numbers, and {change.value} is none.")
    _check_shared(editor.data, found.path, change, every)
    if isinstance(change, ValueRemoved):
        editor.remove((*found.path, found.values.index(value)))
        return f"{change.parameter} has no value {value} any more."
    before = _before(change, every)
    after = None if before is None else draft.number_or_text(before, numbers=found.numbers)
    index = _index(found.values, after)
    editor.insert(found.path, index, _new_value(editor, found, value, change) if found.described else value)
    return f"{change.parameter} has the new value {value}."


def _new_value(editor: Editor, found: places.Values, value: str | int, change: ValueAdded) -> dict[str, Any]:
    """Draft a value with the keys that those beside it have."""
    siblings = places.at(editor.data, found.path)
    drafted = draft.enum_value(value, change.texts, bilingual=places.mentions(siblings, _CHINESE))
    if any("x-binance-moves" in each for each in siblings):
        drafted["x-binance-moves"] = Flow({end: draft.gap("Name the wallet.") for end in ("from", "to")})
    return Flow(drafted) if editor.is_in_braces((*found.path, 0)) else drafted


def _before(change: ValueAdded, every: Sequence[Change]) -> str | None:
    """Return the value to put this one behind: of several new ones at the same place, the one that came before."""
    same = [each for each in every if isinstance(each, ValueAdded) and _spot(each) == _spot(change)]
    earlier = same[: same.index(change)]
    return earlier[-1].value if earlier else change.after


def _spot(change: ValueAdded) -> tuple[object, ...]:
    return change.endpoint, change.parameter, change.after


def _index(present: Sequence[object], after: object) -> int:
    """Return where to put what stands behind `after` on the page: first without it, last where it is not known."""
    return 0 if after is None else present.index(after) + 1 if after in present else len(present)


def _parameter(editor: Editor, change: ParameterAdded) -> str | None:
    added = change.parameter
    if places.parameter(editor.data, change.endpoint, added.name) is not None:
        return None
    if added.required is not False:
        raise CannotEdit(f"{added.name} is new and may have to be sent; write it, since every caller must change.")
    components = draft.Components(places.at(editor.data, ("components", "schemas")) or {})
    path: Path = ("paths", change.endpoint.path, change.endpoint.method.lower())
    drafted = draft.parameter(
        change.halves or {"en": added},
        components,
        owner=names.pascal(str(places.at(editor.data, (*path, "operationId")))),
        location="query",
        bilingual=places.mentions(editor.data, _CHINESE),
    )
    _insert_parameter(editor, path, drafted, change.after)
    for name, schema in components.added.items():
        put_component(editor, "schemas", name, schema)
    return f"{added.name} is a new parameter."


def _insert_parameter(editor: Editor, path: Path, drafted: dict[str, Any], after: str | None) -> None:
    endpoint = Endpoint(str(path[2]).upper(), str(path[1]))
    present = [node.get("name") for _, node in places.parameters(editor.data, endpoint)]
    if present:
        editor.insert((*path, "parameters"), _index(present, after), drafted)
    else:
        keys = list(places.at(editor.data, path))
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
    before = places.at(editor.data, path)
    if before is None:
        raise CannotEdit(f"x-binance-source names no page in {change.language}; write it.")
    told = _set(editor, path, change.read) if before < change.read else None
    return told and f"{change.language} page {told}"


def _check_shared(data: Any, place: Path, change: Change, every: Sequence[Change]) -> None:
    """Leave to a person what other operations use too, unless their pages say the same."""
    agreed = {each.endpoint for each in every if _says(each) == _says(change)}
    others = [each for each in places.users(data, place) if each not in agreed]
    if others:
        shared = listed(_subject(each) for each in others)
        raise CannotEdit(
            f"{place[-2] if place[-1] in ('oneOf', 'enum') else place[-1]} is used by {shared} too; decide."
        )


def _says(change: Change) -> tuple[object, ...]:
    """Return what a change says, apart from the operation that it is about and the words for people."""
    kept = ("parameter", "value", "required")
    return (type(change), *(getattr(change, name, None) for name in kept))


def _subject(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
