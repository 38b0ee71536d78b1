"""The updates of the spec that need no person, a class for each kind: what it changes, where, and which texts it puts in doubt."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from generator import drafts
from generator.console import did_you_mean
from generator.ir import names
from generator.openapi import locate
from generator.openapi.document import at, has_key
from generator.openapi.edit import CannotEdit, Editor, InlineMapping
from generator.openapi.problems import SpecPath, join_names
from generator.sources import CallLimit, Endpoint, Language, PageParameter, PageVersion

_CHINESE, _NOTE = "x-binance-zh", "x-binance-note"
_EFFECT = "x-binance-effect"


@dataclass(frozen=True, slots=True)
class Update(ABC):
    """A change of the spec that makes it state what a page states."""

    order: ClassVar[int] = 0
    """When it is made: new values come before those that go, so that no list is empty in between; dates come last."""
    has_gaps: ClassVar[bool] = False
    """Whether it leaves texts for a person to write."""

    endpoint: Endpoint

    @property
    def operation(self) -> SpecPath:
        """The path of the operation."""
        return ("paths", self.endpoint.path, self.endpoint.method.lower())

    @property
    def statements(self) -> set[object]:
        """What it states of something that operations share, apart from the operation and the words for people."""
        return set()

    @abstractmethod
    def path(self, data: Any) -> SpecPath:
        """Return where the spec states what the update is about, or the nearest to it."""

    @abstractmethod
    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        """Edit the spec, and return what was changed in words: none where the spec states it already.

        Raises:
            CannotEdit: A person has to do it.
        """

    def doubts(self, before: Any, after: Any) -> Iterator[tuple[SpecPath, str]]:
        """Yield each text in `after` that a person should read again, and the reason."""
        yield from ()


@dataclass(frozen=True, slots=True)
class WeightUpdate(Update):
    """A call costs another weight, or it is counted by another scope."""

    key: Literal["weight", "scope"]
    value: int | str

    def path(self, data: Any) -> SpecPath:
        return (*self.operation, "x-binance-weight", self.key)

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        return _set(editor, self.path(editor.data), self.value)

    def doubts(self, before: Any, after: Any) -> Iterator[tuple[SpecPath, str]]:
        old = str(at(before, self.path(before)))
        yield from _naming(locate.texts(after, self.operation), old.upper())


@dataclass(frozen=True, slots=True)
class CallLimitUpdate(Update):
    """The cap on calls is another, is new, or is gone."""

    limit: CallLimit | None

    def path(self, data: Any) -> SpecPath:
        return (*self.operation, "x-binance-call-limit") if self.limit else self.operation

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        key = "x-binance-call-limit"
        path = (*self.operation, key)
        before = at(editor.data, path)
        if self.limit is None:
            if before is None:
                return ""
            editor.remove(path)
            return f"the cap of {before['calls']} calls per {before['seconds']} seconds is gone."
        after = InlineMapping(calls=self.limit.calls, seconds=self.limit.seconds)
        if before is None:
            editor.put(self.operation, key, after, after="x-binance-weight")
            return f"a cap of {after['calls']} calls per {after['seconds']} seconds is new."
        return " ".join(filter(None, [_set(editor, (*path, name), value) for name, value in after.items()]))

    def doubts(self, before: Any, after: Any) -> Iterator[tuple[SpecPath, str]]:
        calls = at(before, (*self.operation, "x-binance-call-limit", "calls"))
        yield from _naming(locate.texts(after, self.operation), str(calls)) if calls is not None else ()


@dataclass(frozen=True, slots=True)
class RequiredUpdate(Update):
    """A parameter must be sent now, or need not be sent any more."""

    parameter: str
    required: bool

    @property
    def statements(self) -> set[object]:
        return {(RequiredUpdate, self.parameter, self.required)}

    def path(self, data: Any) -> SpecPath:
        return (*_parameter_path(data, self.operation, self.parameter), "required")

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        path = _parameter_path(editor.data, self.operation, self.parameter)
        node = at(editor.data, path)
        before, name = node.get("required", False), self.parameter
        if before == self.required:
            return ""
        what = f"{name} must be sent on the page" if self.required else f"{name} may be left out"
        _check_shared(editor.data, path, self, every, what)
        if "required" in node:
            editor.set((*path, "required"), self.required)
        else:
            editor.put(path, "required", self.required, after="in")
        return f"{name} required {str(before).lower()} -> {str(self.required).lower()}."

    def doubts(self, before: Any, after: Any) -> Iterator[tuple[SpecPath, str]]:
        path = (*_parameter_path(after, self.operation, self.parameter), _NOTE)
        yield from ((text, _names(self.parameter)) for text, _ in locate.strings(at(after, path), path))


@dataclass(frozen=True, slots=True)
class ValueAdded(Update):
    """A parameter of the spec has one more value."""

    has_gaps: ClassVar[bool] = True

    parameter: str
    value: str
    texts: Mapping[Language, str]
    """What the pages say of it; a person puts that into our own words."""
    listed: tuple[str, ...]
    """All values of the parameter, in the order of the page."""

    @property
    def statements(self) -> set[object]:
        return {(ValueAdded, self.parameter, self.value)}

    def path(self, data: Any) -> SpecPath:
        return _value_path(data, self)

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        known = _list_of_values(editor.data, self)
        value, name = _as_sent(self.value, known), self.parameter
        if value in known.values:
            return ""
        if known.numbers and not isinstance(value, int):
            raise CannotEdit(f"{name} takes numbers, and the page lists {value}; decide.")
        _check_shared(editor.data, known.path, self, every, f"the page lists {value} of {name} too")
        listed = [_as_sent(text, known) for text in self.listed]
        drafted = _drafted_value(editor, known.path, value, self.texts) if known.described else value
        editor.insert(known.path, _index(known.values, listed[: listed.index(value)]), drafted)
        return f"{name} has the new value {value}."

    def doubts(self, before: Any, after: Any) -> Iterator[tuple[SpecPath, str]]:
        yield from _naming(_texts_near_values(self, after), _count(self, before))


@dataclass(frozen=True, slots=True)
class ValueRemoved(Update):
    """A parameter of the spec does not have this value any more."""

    order: ClassVar[int] = 1

    parameter: str
    value: str

    @property
    def statements(self) -> set[object]:
        return {(ValueRemoved, self.parameter, self.value)}

    def path(self, data: Any) -> SpecPath:
        return _value_path(data, self)

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        known = _list_of_values(editor.data, self)
        value = _as_sent(self.value, known)
        if value not in known.values:
            return ""
        what = f"the page has no value {value} of {self.parameter} any more"
        if len(known.values) == 1:
            raise CannotEdit(f"{what}, and it is the only one here; write what it can be now.")
        _check_shared(editor.data, known.path, self, every, what)
        editor.remove((*known.path, known.values.index(value)))
        return f"{self.parameter} has no value {value} any more."

    def doubts(self, before: Any, after: Any) -> Iterator[tuple[SpecPath, str]]:
        near, numbers = _texts_near_values(self, after), _list_of_values(after, self).numbers
        yield from _naming(near if numbers else [*locate.texts(after, self.operation), *near], self.value)
        yield from _naming(near, _count(self, before))


@dataclass(frozen=True, slots=True)
class ParameterAdded(Update):
    """There is one more parameter, and it is optional."""

    has_gaps: ClassVar[bool] = True

    after: str | None
    """The name of the parameter before it on the page; `None` where it comes first."""
    rows: Mapping[Language, PageParameter]
    """The row in each language that was read; a person puts its words into our own."""
    ties: tuple[str, ...] = ()
    """The sentences of the pages that name another parameter too, such as that both or neither must be sent."""

    @property
    def parameter(self) -> PageParameter:
        """The row in the first language."""
        return next(iter(self.rows.values()))

    def path(self, data: Any) -> SpecPath:
        return _parameter_path(data, self.operation, self.parameter.name)

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        name = self.parameter.name
        if locate.parameter(editor.data, self.operation, name) is not None:
            return ""
        if self.parameter.required is not False:
            raise CannotEdit(f"{name} is new and may have to be sent; write it, since every caller must change.")
        effects = at(editor.data, (*self.operation, _EFFECT)) or {}
        if any(name in effect for effect in effects.values()):
            raise CannotEdit(f"{name} is new, and {_EFFECT} has a key of this name; write both.")
        components = drafts.Components(editor.data)
        drafted = drafts.parameter(
            self.rows,
            components,
            owner=names.pascal(str(at(editor.data, (*self.operation, "operationId")))),
            location="query",
        )
        self._insert(editor, drafted)
        for schema_name, schema in components.added.items():
            editor.put_component("schemas", schema_name, schema)
        self._ask_for_conditions(editor)
        for kind in effects:
            gap = drafts.gap(f"Say what {name} changes of this effect, or remove this key if that is nothing.")
            editor.put((*self.operation, _EFFECT, kind), name, gap)
        return f"{name} is a new parameter."

    def _insert(self, editor: Editor, drafted: dict[str, Any]) -> None:
        present = [node.get("name") for _, node in locate.parameters(editor.data, self.operation)]
        if present:
            index = 0 if self.after is None else _index(present, [self.after]) or len(present)
            editor.insert((*self.operation, "parameters"), index, drafted)
        else:
            keys = list(at(editor.data, self.operation))
            editor.put(self.operation, "parameters", [drafted], after=keys[keys.index("responses") - 1])

    def _ask_for_conditions(self, editor: Editor) -> None:
        """Put a gap into the conditions for each sentence that ties the parameter to another one."""
        key, node = "x-binance-requires", at(editor.data, self.operation)
        for tie in self.ties:
            gap = drafts.gap(f"Write when {self.parameter.name} must be sent, or remove this line.", tie)
            if key in node:
                editor.insert((*self.operation, key), len(node[key]), gap)
            else:
                keys = list(node)
                editor.put(self.operation, key, [gap], after=keys[keys.index("x-binance-source") - 1])

    def doubts(self, before: Any, after: Any) -> Iterator[tuple[SpecPath, str]]:
        name, texts = self.parameter.name, list(locate.texts(after, self.operation))
        if _EFFECT in at(after, self.operation):
            yield from ((path, f"was written without {name}") for path, _ in texts if "summary" not in path)
        else:
            yield from _naming(texts, name)


@dataclass(frozen=True, slots=True)
class SentencesRecorded(Update):
    """A person has read the sentences of a page, and accepts them."""

    language: Language
    page: PageVersion

    def path(self, data: Any) -> SpecPath:
        return (*self.operation, "x-binance-source", self.language)

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        path, lines = self.path(editor.data), drafts.recorded(self.page)
        before = at(editor.data, (*path, "sentences"))
        if before == lines:
            return ""
        if before is not None:
            editor.remove((*path, "sentences"))
        editor.put(path, "sentences", lines, after="read")
        return f"the {len(self.page.sentences)} sentences of the {self.language} page are recorded."


@dataclass(frozen=True, slots=True)
class SourceDate(Update):
    """The facts are those of the page of this day, as YYYY-MM-DD."""

    order: ClassVar[int] = 2

    language: Language
    read: str

    def path(self, data: Any) -> SpecPath:
        return (*self.operation, "x-binance-source", self.language, "read")

    def apply(self, editor: Editor, every: Sequence[Update]) -> str:
        path = self.path(editor.data)
        before = at(editor.data, path)
        if before is None:
            raise CannotEdit(f"x-binance-source names no page in {self.language}; write it.")
        return f"{self.language} page {_set(editor, path, self.read)}" if before < self.read else ""


# What several of them need


def _set(editor: Editor, path: SpecPath, value: str | int) -> str:
    """Write a scalar, and return what that changes in words: none where the spec has it already."""
    before = at(editor.data, path)
    if before is None:
        raise CannotEdit(f"the spec says no {path[-1]}; write it.")
    if before == value:
        return ""
    editor.set(path, value)
    return f"{path[-1]} {before} -> {value}."


def _parameter_path(data: Any, operation: SpecPath, name: str) -> SpecPath:
    path = locate.parameter(data, operation, name)
    if path is None:
        known = [str(node.get("name")) for _, node in locate.parameters(data, operation)]
        raise CannotEdit(f"there is no parameter {name}; there are: {join_names(known)}.{did_you_mean(name, known)}")
    return path


def _list_of_values(data: Any, update: ValueAdded | ValueRemoved) -> locate.Values:
    _parameter_path(data, update.operation, update.parameter)
    known = locate.values(data, update.operation, update.parameter)
    if known is None:
        raise CannotEdit(f"{update.parameter} lists no values; decide whether {update.value} makes an enum of it.")
    return known


def _as_sent(text: str, known: locate.Values) -> str | int:
    return drafts.number_or_text(text, numbers=known.numbers)


def _value_path(data: Any, update: ValueAdded | ValueRemoved) -> SpecPath:
    known = _list_of_values(data, update)
    value = _as_sent(update.value, known)
    return (*known.path, known.values.index(value)) if value in known.values else known.path


def _index(present: Sequence[object], before: Sequence[object]) -> int:
    """Return the index behind the last one of `before` that is present, or 0."""
    return next((present.index(item) + 1 for item in reversed(before) if item in present), 0)


def _drafted_value(editor: Editor, path: SpecPath, value: str | int, texts: Mapping[Language, str]) -> dict[str, Any]:
    """Draft a value with the keys that those beside it have."""
    siblings = at(editor.data, path)
    described = drafts.description_gaps("what the value means", texts, bilingual=has_key(siblings, _CHINESE))
    drafted = drafts.enum_value(value, described)
    if any("x-binance-moves" in sibling for sibling in siblings):
        drafted["x-binance-moves"] = InlineMapping({end: drafts.gap("Name the wallet.") for end in ("from", "to")})
    return InlineMapping(drafted) if editor.is_in_braces((*path, 0)) else drafted


def _check_shared(data: Any, path: SpecPath, update: Update, every: Sequence[Update], what: str) -> None:
    """Leave to a person what other operations use too, unless their pages state the same."""
    stated: dict[SpecPath, set[object]] = {}
    for other in every:
        stated.setdefault(other.operation, set()).update(other.statements)
    is_list = path[-1] in ("oneOf", "enum")
    others = [
        user
        for user in locate.users(data, path)
        if not update.statements <= stated.get(user, set())
        # A history has the values of the operation that it lists, and its page does not repeat them.
        and not (is_list and _is_history(data, user, of=update.operation))
    ]
    if others:
        name = path[-2] if is_list else path[-1]
        shared = join_names(Endpoint(str(method).upper(), str(url)) for _, url, method in others)
        raise CannotEdit(
            f"{what}, but {name} is used by {shared} too, of which no page was read that says so; "
            f"decide whether it holds for all of them, or write a list of its own."
        )


def _is_history(data: Any, user: SpecPath, *, of: SpecPath) -> bool:
    listed = at(data, (*user, "x-binance-effect", "history", "of"))
    return listed is not None and listed == at(data, (*of, "operationId"))


# Texts


def _count(update: ValueAdded | ValueRemoved, data: Any) -> str:
    return str(len(_list_of_values(data, update).values))


def _texts_near_values(update: ValueAdded | ValueRemoved, data: Any) -> list[tuple[SpecPath, str]]:
    """Return the texts of a parameter, of its list of values, and of each value."""
    path = _list_of_values(data, update).path
    texts = [
        *locate.texts(data, _parameter_path(data, update.operation, update.parameter)),
        *locate.texts(data, path[:-1]),
    ]
    for index in range(len(at(data, path))):
        texts += locate.texts(data, (*path, index))
    return texts


def _naming(texts: Iterable[tuple[SpecPath, str]], word: str) -> Iterator[tuple[SpecPath, str]]:
    yield from ((path, _names(word)) for path, _ in locate.naming(texts, word))


def _names(word: str) -> str:
    return f"names {word}"
