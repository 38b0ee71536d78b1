"""Brings what the spec and a page state of an operation into the same form: fact -> the text that a table shows.

What a page does not mention, though pages need not mention it, is no fact of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from generator.ir import types as ir
from generator.openapi import locate
from generator.openapi.document import Document
from generator.openapi.problems import SpecPath
from generator.sources import Condition, Endpoint, Located, Page, PageVersion, Parameter, Weight, page_path
from generator.sources.fact_texts import (
    LISTED,
    LONGEST,
    NONE,
    NOT_LISTED,
    NOT_READ,
    NOT_STATED,
    condition_text,
    limit_text,
    short,
    values_text,
    weight_text,
)
from generator.sources.json_example import parse_json_example
from generator.vocabulary import LANGUAGES, TYPE_SPELLINGS

FactKind: TypeAlias = Literal[
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
FACT_KINDS: tuple[FactKind, ...] = get_args(FactKind)

_LETTERS = re.compile(r"[^a-z0-9]+")
_NUMBERS = ("DECIMAL", "LONG", "INT")
"""What has a minimum and a maximum."""
_ENUM_TYPES = {"string": ("ENUM", "STRING", "STR"), "integer": ("ENUM", "INT", "INTEGER", "LONG", "INT32", "INT64")}
_UNCLEAR = "neither yes nor no"
_GONE = object()
"""What one example has in the place of what only the other has."""


class FactKey(NamedTuple):
    """What is compared: a kind of fact, and the parameter and value that it is about."""

    kind: FactKind
    name: str = ""
    value: str = ""

    def __str__(self) -> str:
        if self.kind in ("parameter", "note") or not self.name:
            return f"{self.kind} {self.name}".strip()
        return f"{self.name} {self.kind} {self.value}".strip()


@dataclass(frozen=True, slots=True)
class SpecFact:
    """What the spec states, and where."""

    text: str
    path: SpecPath
    """Where it is written, or would be."""
    owner: SpecPath
    """The object whose notes may explain a difference."""


@dataclass(frozen=True, slots=True)
class PageFact:
    """What a page states, and where."""

    text: str
    line: int
    value: Any = None
    """The same as a value of the page's model, where there is one."""
    compared: str = ""
    """What must be the same in another language, where that is not the text."""


class OperationFacts:
    """An operation of the spec: what it states, and where."""

    def __init__(self, document: Document, operation: ir.Operation) -> None:
        self.operation = operation
        self.endpoint = Endpoint(operation.method, operation.path)
        self.path = operation.spec_path
        self.document = document
        self.given = {parameter.wire: parameter for parameter in operation.parameters}
        records: dict[str, ir.Parameter | ir.ClientParameter] = {
            parameter.wire: parameter for parameter in operation.client_parameters
        }
        records |= self.given
        names = [str(node["name"]) for _, node in locate.parameters(document.data, self.path)]
        self.known = {name: records[name] for name in names}
        self.facts: Mapping[FactKey, SpecFact] = dict(self._facts())

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter, as texts."""
        return tuple(map(str, self.given[name].choices)) if name in self.given else ()

    def default(self, key: FactKey) -> SpecFact:
        """Return the fact to compare with where the spec has none."""
        owner = self.known[key.name].spec_path if key.name in self.known else self.path
        if key.kind == "value":
            enum = self.given[key.name].enum
            return (
                SpecFact(NOT_LISTED, enum.values_path, enum.spec_path) if enum else SpecFact(NOT_LISTED, owner, owner)
            )
        return SpecFact(NONE, (*self.path, "parameters") if key.kind == "parameter" else owner, owner)

    def _facts(self) -> Iterator[tuple[FactKey, SpecFact]]:
        operation, path = self.operation, self.path
        for language, page in operation.pages.items():
            url = (*path, "x-binance-source", language, "url")
            yield FactKey("address", LANGUAGES[language]), SpecFact(page_path(page.url), url, path)
        yield FactKey("title"), SpecFact(operation.title.en, (*path, "summary"), path)
        yield FactKey("security"), SpecFact(operation.security, (*path, "x-binance-security"), path)
        weight = Weight(operation.weight.weight, operation.weight.scope)
        yield FactKey("weight"), SpecFact(weight_text(weight), (*path, "x-binance-weight"), path)
        limit = operation.call_limit
        text = limit_text(limit) if limit else NONE
        key = "x-binance-call-limit" if limit else "x-binance-weight"
        yield FactKey("call limit"), SpecFact(text, (*path, key), path)
        names = ", ".join(permission.name for permission in operation.permissions) or NONE
        yield FactKey("permission"), SpecFact(names, (*path, "x-binance-permissions"), path)
        for name, parameter in self.known.items():
            yield from self._of_parameter(name, parameter)
        for condition in operation.conditions:
            text = condition_text(condition.other, map(str, condition.values))
            owner = self.known[condition.parameter].spec_path
            yield FactKey("condition", condition.parameter), SpecFact(text, condition.spec_path, owner)
        example = (*path, "responses", "200", "content", "application/json", "example")
        text = short(_compact(json.loads(operation.response_example)))
        yield FactKey("response example"), SpecFact(text, example, path)

    def _of_parameter(
        self, name: str, parameter: ir.Parameter | ir.ClientParameter
    ) -> Iterator[tuple[FactKey, SpecFact]]:
        path = parameter.spec_path
        schema = (*path, "schema")
        yield FactKey("parameter", name), SpecFact(LISTED, path, path)
        yield FactKey("required", name), SpecFact("yes" if parameter.required else "no", (*path, "required"), path)
        yield FactKey("type", name), SpecFact(parameter.wire_type, schema, path)
        if isinstance(parameter, ir.ClientParameter):
            return
        for kind, value in _rules(parameter).items():
            yield FactKey(kind, name), SpecFact(NONE if value is None else _plain(value), schema, path)
        enum = parameter.enum
        if enum is None:
            yield FactKey("values", name), SpecFact("any", schema, path)
            return
        yield FactKey("values", name), SpecFact(values_text(self.values(name)), enum.values_path, enum.spec_path)
        for value in enum.values:
            owner = value.spec_path if enum.values_path[-1] == "oneOf" else enum.spec_path
            yield FactKey("value", name, str(value.value)), SpecFact(LISTED, value.spec_path, owner)


def page_facts(spec: OperationFacts, page: Page, version: PageVersion) -> dict[FactKey, tuple[PageFact, ...]]:
    """Return what one language of a page states of the facts of an operation, and what it adds to them."""
    return dict(_PageFacts(spec, page, version).facts())


_Facts: TypeAlias = Iterator[tuple[FactKey, tuple[PageFact, ...]]]


class _PageFacts:
    def __init__(self, spec: OperationFacts, page: Page, version: PageVersion) -> None:
        self._spec = spec
        self._page = page
        self._version = version
        self._start = version.endpoints[0].line

    def facts(self) -> _Facts:
        """Yield each fact once."""
        version = self._version
        yield from self._address()
        if version.language == "en":
            yield FactKey("title"), self._title()
        yield FactKey("security"), self._security()
        yield FactKey("weight"), self._weight()
        yield FactKey("call limit"), self._limit()
        yield FactKey("permission"), (self._permission(),)
        rows = {row.value.name: row for row in version.parameters}
        for name in self._spec.known:
            if name not in rows:
                line = version.parameters[-1].line if version.parameters else self._start
                yield FactKey("parameter", name), (PageFact(NOT_LISTED, line),)
        for name, row in rows.items():
            yield from self._parameter(name, row)
        yield from self._conditions(rows)
        if version.example:
            yield FactKey("response example"), (self._example(version.example),)

    def _address(self) -> _Facts:
        key = FactKey("address", LANGUAGES[self._version.language])
        anchors = (anchor for anchor in self._version.anchors if page_path(anchor.value))
        found = next(anchors, None) or self._page.address
        if key in self._spec.facts and found is not None:
            yield key, (PageFact(page_path(found.value), found.line),)

    def _title(self) -> tuple[PageFact, ...]:
        titles = self._version.titles
        same = [title for title in titles if title.value == self._spec.operation.title.en]
        return tuple(map(_as_it_is, same or titles[:1])) or (PageFact(NONE, self._start),)

    def _security(self) -> tuple[PageFact, ...]:
        line = self._version.titles[0].line if self._version.titles else self._start
        return tuple(map(_as_it_is, self._version.security)) or (PageFact("NONE", line),)

    def _weight(self) -> tuple[PageFact, ...]:
        spec, weights = self._spec.operation.weight, self._version.weights
        facts = []
        for found in weights:
            weight = found.value
            if weight.scope is None and (weight.weight == spec.weight or len(weights) == 1):
                weight = Weight(weight.weight, spec.scope)
            facts.append(PageFact(weight_text(weight), found.line, found.value))
        return tuple(facts) or (PageFact(NOT_STATED, self._start),)

    def _limit(self) -> tuple[PageFact, ...]:
        limits = tuple(PageFact(limit_text(limit.value), limit.line, limit.value) for limit in self._version.limits)
        limits += tuple(PageFact(short(limit.value), limit.line) for limit in self._version.unread_limits)
        return limits or (PageFact(NONE, self._start),)

    def _permission(self) -> PageFact:
        """Return what the key must be allowed; only English pages call it by the names that the spec has too."""
        wanted = self._spec.facts[FactKey("permission")].text
        names = [_letters(permission.name) for permission in self._spec.operation.permissions]
        sentences = self._version.permissions
        if not sentences:
            return PageFact(NONE if wanted == NONE else NOT_STATED, self._start)
        texts = [_letters(sentence.value) for sentence in sentences]
        named = all(any(name in text for text in texts) for name in names)
        explained = all(any(name in text for name in names) for text in texts)
        counted = self._version.language != "en" and len(sentences) <= len(names)
        line = sentences[0].line
        if names and (counted or (named and explained)):
            return PageFact(wanted, line)
        return PageFact(short(" ".join(sentence.value for sentence in sentences)), line, compared="another one")

    def _parameter(self, name: str, row: Located[Parameter]) -> _Facts:
        found, known = row.value, self._spec.known.get(name)
        if known is None:
            yield FactKey("parameter", name), (PageFact(_row_text(found), row.line, found),)
            return
        yield FactKey("parameter", name), (PageFact(LISTED, row.line),)
        required = {True: "yes", False: "no", None: _UNCLEAR}[found.required]
        yield FactKey("required", name), (PageFact(required, row.line, found.required),)
        text = known.wire_type if _same_type(known, found.type) else found.type or NOT_STATED
        yield FactKey("type", name), (PageFact(text, row.line),)
        if isinstance(known, ir.Parameter):
            numbers = not known.array and known.wire_type in _NUMBERS
            for kind, spec in _rules(known).items():
                value = getattr(found, kind)
                if value is not None and (numbers or kind == "default"):
                    same = spec is not None and _plain(spec).casefold() == _plain(value).casefold()
                    yield FactKey(kind, name), (PageFact(_plain(spec if same else value), row.line),)
            yield from self._values(name, known, row)

    def _values(self, name: str, known: ir.Parameter, row: Located[Parameter]) -> _Facts:
        found = [value for value, _ in row.value.values]
        lines = dict(zip(found, row.value.value_lines, strict=True))
        first = lines[found[0]] if found else row.line
        if known.enum is None:
            of_boolean = known.wire_type == "BOOLEAN" and {value.lower() for value in found} == {"true", "false"}
            if found and not of_boolean:
                yield FactKey("values", name), (PageFact(values_text(found), first),)
            return
        if not found:
            yield FactKey("values", name), (PageFact(NOT_READ, row.line),)
            return
        spec = self._spec.values(name)
        yield FactKey("values", name), (PageFact(values_text(spec), first),)
        words = " ".join([row.value.text, *(text for _, text in row.value.values)])
        for value in spec:
            text = LISTED if value in lines else NOT_READ if mentions(words, value) else NOT_LISTED
            yield FactKey("value", name, value), (PageFact(text, lines.get(value, first)),)
        for value in found:
            if value not in spec:
                yield FactKey("value", name, value), (PageFact(LISTED, lines[value], row.value),)

    def _conditions(self, rows: Mapping[str, object]) -> _Facts:
        spec = {condition.parameter: condition for condition in self._spec.operation.conditions}
        facts: dict[str, list[PageFact]] = {}
        for found in self._version.conditions:
            name, values = found.value.parameter, " ".join(sorted(found.value.values))
            text = _condition_text(found.value, spec.get(name))
            facts.setdefault(name, []).append(PageFact(text, found.line, compared=values))
        for name in spec:
            if name in rows and name not in facts:
                facts[name] = [PageFact(NOT_STATED, self._start)]
        yield from ((FactKey("condition", name), tuple(stated)) for name, stated in facts.items())

    def _example(self, found: Located[str]) -> PageFact:
        example, spec = parse_json_example(found.value), json.loads(self._spec.operation.response_example)
        if not example.readable:
            return PageFact(short(found.value), found.line)
        first = _first_difference(spec, example.data)
        if first is None:
            return PageFact(self._spec.facts[FactKey("response example")].text, found.line)
        whole = _compact(example.data)
        is_short = max(len(whole), len(_compact(spec))) <= LONGEST
        return PageFact(whole if is_short else short(first), found.line, compared=whole)


def _as_it_is(found: Located[str]) -> PageFact:
    return PageFact(found.value, found.line)


def _rules(parameter: ir.Parameter) -> dict[Literal["minimum", "maximum", "default"], object]:
    rules = parameter.rules
    return {"minimum": rules.minimum, "maximum": rules.maximum, "default": parameter.default}


def mentions(text: str, value: str) -> bool:
    """Return whether a value stands in a text as a word of its own."""
    return bool(re.search(rf"(?<![A-Za-z0-9_]){re.escape(value)}(?![A-Za-z0-9_])", text))


def _condition_text(found: Condition, known: ir.Condition | None) -> str:
    """Return a condition in the spec's own order where it is the same."""
    if known is not None and found.other in (None, known.other):
        values = tuple(map(str, known.values))
        return condition_text(known.other, values if set(values) == set(found.values) else found.values)
    return condition_text(found.other, found.values)


def _row_text(row: Parameter) -> str:
    needed = {True: "required", False: "optional", None: "not said whether required"}[row.required]
    return f"{row.type or 'without a type'}, {needed}"


def _same_type(known: ir.Parameter | ir.ClientParameter, stated: str) -> bool:
    outer = re.split(r"[<(\s]", stated)[0]
    if isinstance(known, ir.Parameter) and known.array:
        return outer in TYPE_SPELLINGS["ARRAY"] or (known.array == "comma" and outer == "STRING")
    if isinstance(known, ir.Parameter) and known.enum:
        return outer in _ENUM_TYPES[known.enum.kind]
    return outer in TYPE_SPELLINGS.get(known.wire_type, (known.wire_type,))


def _letters(text: str) -> str:
    return _LETTERS.sub("", text.lower().replace("&", "and"))


def _first_difference(spec: object, page: object, path: str = "") -> str | None:
    """Return the first difference of two examples: the path in the response, and what the page has there."""
    below: list[tuple[str, object, object]] = []
    if isinstance(spec, dict) and isinstance(page, dict):
        keys = dict.fromkeys([*spec, *page])
        below = [(f"{path}.{key}" if path else key, spec.get(key, _GONE), page.get(key, _GONE)) for key in keys]
    elif isinstance(spec, list) and isinstance(page, list):
        items = zip_longest(spec, page, fillvalue=_GONE)
        below = [(f"{path}[{index}]", *pair) for index, pair in enumerate(items)]
    elif (type(spec), spec) != (type(page), page):
        return f"{path or 'it'} is {'not there' if page is _GONE else _compact(page)}"
    found = (_first_difference(old, new, part) for part, old, new in below)
    return next(filter(None, found), None)


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, default=str)
