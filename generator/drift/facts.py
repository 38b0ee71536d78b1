"""Puts what the spec and a page say of an operation into the same form: fact -> the text that a table shows.

What a page is silent about, though pages need not say it, is left out of its facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, NamedTuple, TypeAlias, cast, get_args

from generator.ir import types as ir
from generator.openapi import locate
from generator.openapi.document import Document
from generator.openapi.problems import Path
from generator.sources import CallLimit, Condition, Endpoint, Located, Page, PageVersion, Parameter, Weight, page_path
from generator.sources.json_example import parse_json_example
from generator.vocabulary import LANGUAGES

Kind: TypeAlias = Literal[
    "address",
    "title",
    "security",
    "weight",
    "call limit",
    "permission",
    "parameter",
    "type",
    "required",
    "values",
    "value",
    "minimum",
    "maximum",
    "default",
    "condition",
    "response example",
    "note",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

NONE, NOT_STATED, LISTED, NOT_LISTED = "none", "not stated", "listed", "not listed"
NOT_READ = "not read"
"""Of values that a page may list in words that are not understood, which is no difference."""

_LONGEST = 100
_LETTERS = re.compile(r"[^a-z0-9]+")
_SIGNED_ONLY = "signature"
_TYPES: Mapping[str, tuple[str, ...]] = {
    "STRING": ("STRING", "STR", "TEXT"),
    "DECIMAL": ("DECIMAL", "BIGDECIMAL", "DOUBLE", "FLOAT", "NUMBER"),
    "LONG": ("LONG", "INT64", "BIGINT"),
    "INT": ("INT", "INTEGER", "INT32"),
    "BOOLEAN": ("BOOLEAN", "BOOL"),
    "ARRAY": ("ARRAY", "LIST"),
}
_NUMBERS = ("DECIMAL", "LONG", "INT")
"""What has a minimum and a maximum."""
_ENUM_TYPES = {"string": ("ENUM", "STRING", "STR"), "integer": ("ENUM", "INT", "INTEGER", "LONG", "INT32", "INT64")}
_UNCLEAR = "neither yes nor no"
_GONE = object()
"""What stands in one example in the place of what only the other has."""


class Key(NamedTuple):
    """What is compared: a kind of fact, and the parameter and value that it is about."""

    kind: Kind
    name: str = ""
    value: str = ""

    def __str__(self) -> str:
        if self.kind in ("parameter", "note") or not self.name:
            return f"{self.kind} {self.name}".strip()
        return f"{self.name} {self.kind} {self.value}".strip()


@dataclass(frozen=True, slots=True)
class SpecFact:
    """What the spec says, and where."""

    text: str
    path: Path
    """Where it is written, or would be."""
    owner: Path
    """The object whose notes may explain a difference."""


@dataclass(frozen=True, slots=True)
class PageFact:
    """What a page says, and where."""

    text: str
    line: int
    value: Any = None
    """The same as a value of the page's model, where there is one."""
    compared: str = ""
    """What must be the same in another language, where that is not the text."""


class Subject:
    """An operation of the spec, with the places of everything that pages speak of."""

    def __init__(self, document: Document, operation: ir.Operation) -> None:
        self.operation = operation
        self.endpoint = Endpoint(operation.method, operation.path)
        self.path: Path = ("paths", operation.path, operation.method.lower())
        self.document = document
        self.node: Mapping[str, Any] = locate.at(document.data, self.path)
        self.parameters = {
            str(node["name"]): (path, node) for path, node in locate.parameters(document.data, self.endpoint)
        }
        self.given = {each.wire: each for each in operation.parameters}
        client_parameters = {each.wire: each for each in operation.client_parameters if each.wire != _SIGNED_ONLY}
        self.known: Mapping[str, ir.Parameter | ir.ClientParameter] = {
            name: self.given.get(name) or client_parameters[name] for name in self.parameters
        }
        self.facts: Mapping[Key, SpecFact] = dict(self._facts())

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter, as texts."""
        return tuple(str(each) for each in self.given[name].choices) if name in self.given else ()

    def default(self, key: Key) -> SpecFact:
        """Return what stands for a fact that the spec does not have."""
        owner = self.parameters[key.name][0] if key.name in self.parameters else self.path
        if key.kind == "value":
            found = locate.values(self.document.data, self.endpoint, key.name)
            path = found.path if found else owner
            return SpecFact(NOT_LISTED, path, path[:-1] if found else owner)
        return SpecFact(NONE, (*self.path, "parameters") if key.kind == "parameter" else owner, owner)

    # The facts

    def _facts(self) -> Iterator[tuple[Key, SpecFact]]:
        operation, path = self.operation, self.path
        for language, page in operation.pages.items():
            place = (*path, "x-binance-source", language, "url")
            yield Key("address", LANGUAGES[language]), SpecFact(page_path(page.url), place, path)
        yield Key("title"), SpecFact(operation.title.en, (*path, "summary"), path)
        yield Key("security"), SpecFact(operation.security, (*path, "x-binance-security"), path)
        weight = Weight(operation.weight.weight, operation.weight.scope)
        yield Key("weight"), SpecFact(weight_text(weight), (*path, "x-binance-weight"), path)
        limit = operation.call_limit
        text = limit_text(CallLimit(limit.calls, limit.seconds)) if limit else NONE
        key = "x-binance-call-limit" if limit else "x-binance-weight"
        yield Key("call limit"), SpecFact(text, (*path, key), path)
        names = ", ".join(each.name for each in operation.permissions) or NONE
        yield Key("permission"), SpecFact(names, (*path, "x-binance-permissions"), path)
        for name in self.known:
            yield from self._of_parameter(name)
        for index, condition in enumerate(operation.conditions):
            text = condition_text(condition.other, map(str, condition.values))
            place = (*path, "x-binance-requires", index)
            yield Key("condition", condition.parameter), SpecFact(text, place, self.parameters[condition.parameter][0])
        example = (*path, "responses", "200", "content", "application/json", "example")
        yield Key("response example"), SpecFact(short(_compact(json.loads(operation.response_example))), example, path)

    def _of_parameter(self, name: str) -> Iterator[tuple[Key, SpecFact]]:
        place, known = self.parameters[name][0], self.known[name]
        yield Key("parameter", name), SpecFact(LISTED, place, place)
        yield Key("required", name), SpecFact("yes" if known.required else "no", (*place, "required"), place)
        yield Key("type", name), SpecFact(known.wire_type, (*place, "schema"), place)
        if isinstance(known, ir.Parameter):
            rules = known.rules
            for kind, value in (("minimum", rules.minimum), ("maximum", rules.maximum), ("default", known.default)):
                key = Key(cast("Kind", kind), name)
                yield key, SpecFact(NONE if value is None else _plain(value), (*place, "schema"), place)
            yield from self._of_values(name, known)

    def _of_values(self, name: str, known: ir.Parameter) -> Iterator[tuple[Key, SpecFact]]:
        found = locate.values(self.document.data, self.endpoint, name)
        place = self.parameters[name][0]
        if found is None or known.enum is None:
            yield Key("values", name), SpecFact("any", (*place, "schema"), place)
            return
        yield Key("values", name), SpecFact(values_text(self.values(name)), found.path, found.path[:-1])
        for index, value in enumerate(found.values):
            here = (*found.path, index)
            owner = here if found.described else found.path[:-1]
            yield Key("value", name, str(value)), SpecFact(LISTED, here, owner)


def of_page(subject: Subject, page: Page, half: PageVersion) -> dict[Key, tuple[PageFact, ...]]:
    """Return what one language of a page says of the facts of an operation, and what it adds to them."""
    return dict(_Sayings(subject, page, half).facts())


class _Sayings:
    def __init__(self, subject: Subject, page: Page, half: PageVersion) -> None:
        self._subject = subject
        self._page = page
        self._half = half
        self._start = half.endpoints[0].line

    def facts(self) -> Iterator[tuple[Key, tuple[PageFact, ...]]]:
        """Yield each fact once."""
        yield from self._address()
        if self._half.language == "en":
            yield Key("title"), self._title()
        yield Key("security"), self._security()
        yield Key("weight"), self._weight()
        yield Key("call limit"), self._limit()
        yield Key("permission"), (self._permission(),)
        rows = {row.value.name: row for row in self._half.parameters}
        for name in self._subject.known:
            if name not in rows:
                line = self._half.parameters[-1].line if self._half.parameters else self._start
                yield Key("parameter", name), (PageFact(NOT_LISTED, line),)
        for name, row in rows.items():
            yield from self._parameter(name, row)
        yield from self._conditions(rows)
        if self._half.example:
            yield Key("response example"), (self._example(self._half.example),)

    def _address(self) -> Iterator[tuple[Key, tuple[PageFact, ...]]]:
        key = Key("address", LANGUAGES[self._half.language])
        anchors = (each for each in self._half.anchors if page_path(each.value))
        found = next(anchors, None) or self._page.address
        if key in self._subject.facts and found is not None:
            yield key, (PageFact(page_path(found.value), found.line),)

    def _title(self) -> tuple[PageFact, ...]:
        wanted = self._subject.operation.title.en
        titles = self._half.titles
        same = [each for each in titles if each.value == wanted]
        return tuple(PageFact(each.value, each.line) for each in same or titles[:1]) or (PageFact(NONE, self._start),)

    def _security(self) -> tuple[PageFact, ...]:
        found = tuple(PageFact(each.value, each.line) for each in self._half.security)
        line = self._half.titles[0].line if self._half.titles else self._start
        return found or (PageFact("NONE", line),)

    def _weight(self) -> tuple[PageFact, ...]:
        spec = self._subject.operation.weight
        found = []
        for each in self._half.weights:
            weight = each.value
            if weight.scope is None and (weight.weight == spec.weight or len(self._half.weights) == 1):
                weight = Weight(weight.weight, spec.scope)
            found.append(PageFact(weight_text(weight), each.line, each.value))
        return tuple(found) or (PageFact(NOT_STATED, self._start),)

    def _limit(self) -> tuple[PageFact, ...]:
        found = tuple(PageFact(limit_text(each.value), each.line, each.value) for each in self._half.limits)
        found += tuple(PageFact(short(each.value), each.line) for each in self._half.unread_limits)
        return found or (PageFact(NONE, self._start),)

    def _permission(self) -> PageFact:
        """Return what the key must be allowed; only English pages call it by the names that the spec has too."""
        wanted = self._subject.facts[Key("permission")].text
        names = [_letters(each.name) for each in self._subject.operation.permissions]
        sentences = self._half.permissions
        if not sentences:
            return PageFact(NONE if wanted == NONE else NOT_STATED, self._start)
        said = [_letters(each.value) for each in sentences]
        named = all(any(name in message for message in said) for name in names)
        explained = all(any(name in message for name in names) for message in said)
        counted = self._half.language != "en" and len(sentences) <= len(names)
        if names and (counted or (named and explained)):
            return PageFact(wanted, sentences[0].line)
        return PageFact(short(" ".join(each.value for each in sentences)), sentences[0].line, compared="another one")

    def _parameter(self, name: str, row: Located[Parameter]) -> Iterator[tuple[Key, tuple[PageFact, ...]]]:
        said, known = row.value, self._subject.known.get(name)
        if known is None:
            yield Key("parameter", name), (PageFact(_row_text(said), row.line, said),)
            return
        yield Key("parameter", name), (PageFact(LISTED, row.line),)
        needed = {True: "yes", False: "no", None: _UNCLEAR}[said.required]
        yield Key("required", name), (PageFact(needed, row.line, said.required),)
        text = known.wire_type if _same_type(known, said.type) else said.type or NOT_STATED
        yield Key("type", name), (PageFact(text, row.line),)
        if isinstance(known, ir.Parameter):
            yield from self._rules(name, known, row)
            yield from self._values(name, known, row)

    def _rules(
        self, name: str, known: ir.Parameter, row: Located[Parameter]
    ) -> Iterator[tuple[Key, tuple[PageFact, ...]]]:
        said = row.value
        numbers = not known.array and known.wire_type in _NUMBERS
        for kind, value in (("minimum", said.minimum), ("maximum", said.maximum), ("default", said.default)):
            if value is not None and (numbers or kind == "default"):
                spec = known.default if kind == "default" else getattr(known.rules, kind)
                same = spec is not None and _plain(spec).casefold() == _plain(value).casefold()
                text = _plain(spec if same else value)
                yield Key(cast("Kind", kind), name), (PageFact(text, row.line),)

    def _values(
        self, name: str, known: ir.Parameter, row: Located[Parameter]
    ) -> Iterator[tuple[Key, tuple[PageFact, ...]]]:
        said = [value for value, _ in row.value.values]
        lines = dict(zip(said, row.value.value_lines, strict=True))
        first = lines[said[0]] if said else row.line
        if known.enum is None:
            of_boolean = known.wire_type == "BOOLEAN" and {each.lower() for each in said} == {"true", "false"}
            if said and not of_boolean:
                yield Key("values", name), (PageFact(values_text(said), first),)
            return
        if not said:
            yield Key("values", name), (PageFact(NOT_READ, row.line),)
            return
        yield Key("values", name), (PageFact(values_text(self._subject.values(name)), first),)
        words = " ".join([row.value.text, *(text for _, text in row.value.values)])
        for value in self._subject.values(name):
            text = LISTED if value in lines else NOT_READ if mentions(words, value) else NOT_LISTED
            yield Key("value", name, value), (PageFact(text, lines.get(value, first)),)
        for value in said:
            if value not in self._subject.values(name):
                yield Key("value", name, value), (PageFact(LISTED, lines[value], row.value),)

    def _conditions(self, rows: Mapping[str, object]) -> Iterator[tuple[Key, tuple[PageFact, ...]]]:
        spec = {each.parameter: each for each in self._subject.operation.conditions}
        said: dict[str, list[PageFact]] = {}
        for each in self._half.conditions:
            name = each.value.parameter
            known = spec.get(name)
            values = " ".join(sorted(each.value.values))
            said.setdefault(name, []).append(PageFact(_condition_text(each.value, known), each.line, compared=values))
        for name in spec:
            if name in rows and name not in said:
                said[name] = [PageFact(NOT_STATED, self._start)]
        for name, stated in said.items():
            yield Key("condition", name), tuple(stated)

    def _example(self, found: Located[str]) -> PageFact:
        said, spec = parse_json_example(found.value), json.loads(self._subject.operation.response_example)
        if not said.readable:
            return PageFact(short(found.value), found.line)
        first = _first_difference(spec, said.data)
        if first is None:
            return PageFact(self._subject.facts[Key("response example")].text, found.line)
        whole = _compact(said.data)
        is_short = max(len(whole), len(_compact(spec))) <= _LONGEST
        return PageFact(whole if is_short else short(first), found.line, compared=whole)


# Texts


def weight_text(weight: Weight) -> str:
    """Return a weight as a table shows it."""
    return f"{weight.weight} per {weight.scope.upper()}" if weight.scope else str(weight.weight)


def limit_text(limit: CallLimit) -> str:
    """Return a cap on calls as a table shows it."""
    return f"{limit.calls} calls per {limit.seconds} s"


def condition_text(other: str | None, values: Iterator[str] | Sequence[str]) -> str:
    """Return a condition as a table shows it."""
    return f"when {other or 'the type'} is {' or '.join(values)}"


def values_text(values: Sequence[str]) -> str:
    """Return a list of values as a table shows it."""
    return short(", ".join(values))


def mentions(text: str, value: str) -> bool:
    """Return whether a value stands in a text as a word of its own."""
    return bool(re.search(rf"(?<![A-Za-z0-9_]){re.escape(value)}(?![A-Za-z0-9_])", text))


def short(text: str) -> str:
    """Return a text in one line, of a length that fits a table."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def _condition_text(said: Condition, known: ir.Condition | None) -> str:
    """Return a condition in the spec's own order where it is the same."""
    if known is not None and said.other in (None, known.other):
        values = tuple(map(str, known.values))
        return condition_text(known.other, values if set(values) == set(said.values) else said.values)
    return condition_text(said.other, said.values)


def _row_text(said: Parameter) -> str:
    needed = {True: "required", False: "optional", None: "not said whether required"}[said.required]
    return f"{said.type or 'without a type'}, {needed}"


def _same_type(known: ir.Parameter | ir.ClientParameter, parse_json_example: str) -> bool:
    outer = re.split(r"[<(\s]", parse_json_example)[0]
    if isinstance(known, ir.Parameter) and known.array:
        return outer in _TYPES["ARRAY"] or (known.array == "comma" and outer == "STRING")
    if isinstance(known, ir.Parameter) and known.enum:
        return outer in _ENUM_TYPES[known.enum.kind]
    return outer in _TYPES.get(known.wire_type, (known.wire_type,))


def _letters(text: str) -> str:
    return _LETTERS.sub("", text.lower().replace("&", "and"))


def _first_difference(spec: object, said: object, path: str = "") -> str | None:
    """Return what two examples say differently first: the place in the answer, and what the second has there."""
    below: list[tuple[str, object, object]] = []
    if isinstance(spec, dict) and isinstance(said, dict):
        both = dict.fromkeys([*spec, *said])
        below = [(f"{path}.{key}" if path else key, spec.get(key, _GONE), said.get(key, _GONE)) for key in both]
    elif isinstance(spec, list) and isinstance(said, list):
        items = zip_longest(spec, said, fillvalue=_GONE)
        below = [(f"{path}[{index}]", *each) for index, each in enumerate(items)]
    elif (type(spec), spec) != (type(said), said):
        return f"{path or 'it'} is {'not there' if said is _GONE else _compact(said)}"
    found = (_first_difference(old, new, place) for place, old, new in below)
    return next((each for each in found if each), None)


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, default=str)
