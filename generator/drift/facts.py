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
from generator.sources import (
    Endpoint,
    Located,
    Page,
    PageCondition,
    PageParameter,
    PageVersion,
    PageWeight,
    is_notice,
    page_path,
)
from generator.sources.fact_texts import (
    LISTED,
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
from generator.sources.phrases import named_permissions
from generator.sources.sentences import fingerprint
from generator.vocabulary import LANGUAGES, TYPE_SPELLINGS

from .response_fields import example_fields, fits, schema_fields
from .sentences import sentence_changes

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
    "response field",
    "notice",
    "sentences",
    "note",
    "newer",
]
FACT_KINDS: tuple[FactKind, ...] = get_args(FactKind)

_NUMBERS = ("DECIMAL", "LONG", "INT")
"""What has a minimum and a maximum."""
_ENUM_TYPES = {"string": ("ENUM", "STRING", "STR"), "integer": ("ENUM", "INT", "INTEGER", "LONG", "INT32", "INT64")}
_SDK_TYPES = {"LONG": ("LONG", "INT")}
"""The SDK has one type for both."""
CATALOGUE = "catalogue"
_RESPONSE = ("responses", "200", "content", "application/json")
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
    spec: str = ""
    """What the spec states of the same, where it is only a part of the fact."""
    is_read: bool = True
    """Whether it was understood; what was not, no note can explain."""


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
        schema = (*self.path, *_RESPONSE, "schema")
        self._fields = frozenset(schema_fields(document.data, schema))

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
        if key.kind == "response field":
            return SpecFact(NOT_LISTED, (*self.path, *_RESPONSE, "example"), self.path)
        return SpecFact(NONE, (*self.path, "parameters") if key.kind == "parameter" else owner, owner)

    def has_field(self, name: str) -> bool:
        """Return whether the response has a field, in its example or its schema."""
        in_example = FactKey("response field", name) in self.facts
        return in_example or any(fits(name, known) for known in self._fields)

    def _facts(self) -> Iterator[tuple[FactKey, SpecFact]]:
        operation, path = self.operation, self.path
        for language, page in operation.pages.items():
            url = (*path, "x-binance-source", language, "url")
            yield FactKey("address", LANGUAGES[language]), SpecFact(page_path(page.url), url, path)
            if page.sentences:
                text = f"{len(page.sentences)} recorded"
                yield FactKey("sentences", LANGUAGES[language]), SpecFact(text, (*url[:-1], "sentences"), path)
        if operation.catalogue:
            url = (*path, "x-binance-source", "catalogue", "url")
            yield FactKey("address", CATALOGUE), SpecFact(operation.catalogue, url, path)
        yield FactKey("title"), SpecFact(operation.title.en, (*path, "summary"), path)
        yield FactKey("security"), SpecFact(operation.security, (*path, "x-binance-security"), path)
        weights = [weight_text(PageWeight(weight.weight, weight.scope)) for weight in operation.weights]
        yield FactKey("weight"), SpecFact(" and ".join(sorted(weights)), (*path, "x-binance-weight"), path)
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
        example = (*path, *_RESPONSE, "example")
        text = short(_compact(json.loads(operation.response_example)))
        yield FactKey("response example"), SpecFact(text, example, path)
        for name in dict.fromkeys(example_fields(json.loads(operation.response_example))):
            yield FactKey("response field", name), SpecFact(LISTED, example, path)

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
        self._is_of_sdk = page.format == "sdk"
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
        if not self._is_of_sdk or version.permissions:
            yield FactKey("permission"), (self._permission(),)
        rows = {row.value.name: row for row in version.parameters}
        for name in self._spec.known:
            if name not in rows:
                line = version.parameters[-1].line if version.parameters else self._start
                yield FactKey("parameter", name), (PageFact(NOT_LISTED, line),)
        for name, row in rows.items():
            yield from self._parameter(name, row)
        unread = (PageFact(short(row.value), row.line, compared=NOT_READ, is_read=False) for row in version.unread_rows)
        if version.unread_rows:
            yield FactKey("parameter", NOT_READ), tuple(unread)
        yield from self._conditions(rows)
        if version.example:
            yield FactKey("response example"), (self._example(version.example),)
        yield from self._response_fields()
        yield from self._words()

    def _response_fields(self) -> _Facts:
        """Yield which of the fields that the spec's example has are there, and those that the spec lacks."""
        stated = {field.value: field.line for field in self._version.response_fields}
        for key in self._spec.facts if stated else ():
            if key.kind == "response field":
                line = stated.get(key.name, next(iter(stated.values())))
                yield key, (PageFact(LISTED if key.name in stated else NOT_LISTED, line),)
        for name, line in stated.items():
            if not self._spec.has_field(name):
                yield FactKey("response field", name), (PageFact(LISTED, line),)

    def _address(self) -> _Facts:
        if self._is_of_sdk:
            key, address = FactKey("address", CATALOGUE), self._page.address
            if key in self._spec.facts and address is not None:
                yield key, (PageFact(address.value, address.line),)
            return
        key = FactKey("address", LANGUAGES[self._version.language])
        anchors = (anchor for anchor in self._version.anchors if page_path(anchor.value))
        address = next(anchors, None) or self._page.address
        if key in self._spec.facts and address is not None and self._page.is_old:
            yield key, (PageFact(page_path(address.value), address.line),)

    def _title(self) -> tuple[PageFact, ...]:
        titles = self._version.titles
        same = [title for title in titles if title.value == self._spec.operation.title.en]
        return tuple(map(_as_it_is, same or titles[:1])) or (PageFact(NONE, self._start),)

    def _security(self) -> tuple[PageFact, ...]:
        line = self._version.titles[0].line if self._version.titles else self._start
        # Public endpoints have no label; where a signed one lacks it, the page does not state that it is public.
        unlabelled = "NONE" if self._spec.operation.security == "NONE" else NOT_STATED
        return tuple(map(_as_it_is, self._version.security)) or (PageFact(unlabelled, line),)

    def _weight(self) -> tuple[PageFact, ...]:
        spec, weights = self._spec.operation.weight, self._version.weights
        scopes = {found.value.scope for found in weights}
        if len(weights) == len(scopes) > 1 and None not in scopes:
            together = " and ".join(sorted(weight_text(found.value) for found in weights))
            return (PageFact(together, weights[0].line),)
        facts = []
        for stated in weights:
            weight = stated.value
            if weight.scope is None and (weight.weight == spec.weight or len(weights) == 1):
                weight = PageWeight(weight.weight, spec.scope)
            facts.append(PageFact(weight_text(weight), stated.line, stated.value))
        unread = self._version.unread_weights
        facts += [
            PageFact(short(f"cannot be read: {sentence.value}"), sentence.line, is_read=False) for sentence in unread
        ]
        return tuple(facts) or (PageFact(NOT_STATED, self._start),)

    def _limit(self) -> tuple[PageFact, ...]:
        limits = tuple(PageFact(limit_text(limit.value), limit.line, limit.value) for limit in self._version.limits)
        unread = self._version.unread_limits
        limits += tuple(PageFact(short(limit.value), limit.line, is_read=False) for limit in unread)
        return limits or (PageFact(NONE, self._start),)

    def _permission(self) -> PageFact:
        """Return what the key must be allowed; only English pages call it by the names that the spec has too."""
        wanted = self._spec.facts[FactKey("permission")].text
        names = [permission.name for permission in self._spec.operation.permissions]
        sentences = self._version.permissions
        if not sentences:
            return PageFact(NONE if wanted == NONE else NOT_STATED, self._start)
        stated = [named_permissions(sentence.value, names) for sentence in sentences]
        named = all(any(name in found for found in stated) for name in names)
        explained = all(stated)
        counted = self._version.language != "en" and len(sentences) <= len(names)
        line = sentences[0].line
        if names and (counted or (named and explained)):
            return PageFact(wanted, line)
        return PageFact(short(" ".join(sentence.value for sentence in sentences)), line, compared="another one")

    def _parameter(self, name: str, row: Located[PageParameter]) -> _Facts:
        stated, known = row.value, self._spec.known.get(name)
        if known is None:
            yield FactKey("parameter", name), (PageFact(_row_text(stated), row.line, stated),)
            return
        yield FactKey("parameter", name), (PageFact(LISTED, row.line),)
        required = {True: "yes", False: "no", None: _UNCLEAR}[stated.required]
        yield FactKey("required", name), (PageFact(required, row.line, stated.required),)
        kinds = _SDK_TYPES.get(stated.type, (stated.type,)) if self._is_of_sdk else (stated.type,)
        text = known.wire_type if any(_same_type(known, kind) for kind in kinds) else stated.type or NOT_STATED
        yield FactKey("type", name), (PageFact(text, row.line),)
        if isinstance(known, ir.Parameter):
            numbers = not known.array and known.wire_type in _NUMBERS
            for kind, spec in _rules(known).items():
                value = getattr(stated, kind)
                if value is not None and (numbers or kind == "default"):
                    same = spec is not None and _plain(spec).casefold() == _plain(value).casefold()
                    yield FactKey(kind, name), (PageFact(_plain(spec if same else value), row.line),)
            yield from self._values(name, known, row)

    def _values(self, name: str, known: ir.Parameter, row: Located[PageParameter]) -> _Facts:
        listed = [value for value, _ in row.value.values]
        lines = dict(zip(listed, row.value.value_lines, strict=True))
        first = lines[listed[0]] if listed else row.line
        if known.enum is None:
            of_boolean = known.wire_type == "BOOLEAN" and {value.lower() for value in listed} == {"true", "false"}
            if listed and not of_boolean:
                yield FactKey("values", name), (PageFact(values_text(listed), first),)
            return
        if not listed:
            if not self._is_of_sdk:
                yield FactKey("values", name), (PageFact(NOT_READ, row.line),)
            return
        spec = self._spec.values(name)
        yield FactKey("values", name), (PageFact(values_text(spec), first),)
        words = " ".join([row.value.text, *(text for _, text in row.value.values)])
        for value in spec:
            text = LISTED if value in lines else NOT_READ if mentions(words, value) else NOT_LISTED
            yield FactKey("value", name, value), (PageFact(text, lines.get(value, first)),)
        for value in listed:
            if value not in spec:
                yield FactKey("value", name, value), (PageFact(LISTED, lines[value], row.value),)

    def _conditions(self, rows: Mapping[str, object]) -> _Facts:
        spec = {condition.parameter: condition for condition in self._spec.operation.conditions}
        facts: dict[str, list[PageFact]] = {}
        for condition in self._version.conditions:
            name, values = condition.value.parameter, " ".join(sorted(condition.value.values))
            text = _condition_text(condition.value, spec.get(name))
            facts.setdefault(name, []).append(PageFact(text, condition.line, compared=values))
        for name in spec:
            if name in rows and name not in facts:
                facts[name] = [PageFact(NOT_STATED, self._start)]
        yield from ((FactKey("condition", name), tuple(stated)) for name, stated in facts.items())

    def _example(self, printed: Located[str]) -> PageFact:
        example, spec = parse_json_example(printed.value), json.loads(self._spec.operation.response_example)
        if not example.readable:
            return PageFact(short(printed.value), printed.line)
        differences = list(_differences(spec, example.data))
        if not differences:
            return PageFact(self._spec.facts[FactKey("response example")].text, printed.line)
        old, new = ("; ".join(sides) for sides in zip(*differences, strict=True))
        return PageFact(_marked(new), printed.line, compared=_compact(example.data), spec=_marked(old))

    def _words(self) -> _Facts:
        """Yield the sentences that tell of an end, and how the others differ from those that a person has read."""
        version = self._version
        notices = [sentence for sentence in version.sentences if is_notice(sentence.text)]
        if notices:
            facts = (PageFact(short(notice.text), notice.line, compared="notice") for notice in notices)
            yield FactKey("notice"), tuple(facts)
        key = FactKey("sentences", LANGUAGES[version.language])
        if key in self._spec.facts and self._page.is_old:
            marks = self._spec.operation.pages[version.language].sentences
            changes = sentence_changes(marks, version)
            line = next(
                (sentence.line for sentence in version.sentences if sentence.fingerprint not in marks), self._start
            )
            yield key, (PageFact(changes or self._spec.facts[key].text, line),)


def _marked(text: str) -> str:
    """Return a text of a length that fits a table; a note explains all of it, and not only the beginning that is printed."""
    cut = short(text)
    return f"{cut} ({fingerprint(text)})" if cut.endswith("...") else cut


def _as_it_is(fact: Located[str]) -> PageFact:
    return PageFact(fact.value, fact.line)


def _rules(parameter: ir.Parameter) -> dict[Literal["minimum", "maximum", "default"], object]:
    rules = parameter.rules
    return {"minimum": rules.minimum, "maximum": rules.maximum, "default": parameter.default}


def mentions(text: str, value: str) -> bool:
    """Return whether a value stands in a text as a word of its own."""
    return value in text and bool(re.search(rf"(?<![A-Za-z0-9_]){re.escape(value)}(?![A-Za-z0-9_])", text))


def _condition_text(stated: PageCondition, known: ir.Condition | None) -> str:
    """Return a condition in the spec's own order where it is the same."""
    if known is not None and stated.other in (None, known.other):
        values = tuple(map(str, known.values))
        return condition_text(known.other, values if set(values) == set(stated.values) else stated.values)
    return condition_text(stated.other, stated.values)


def _row_text(row: PageParameter) -> str:
    needed = {True: "required", False: "optional", None: "not said whether required"}[row.required]
    return f"{row.type or 'without a type'}, {needed}"


def _same_type(known: ir.Parameter | ir.ClientParameter, stated: str) -> bool:
    outer = re.split(r"[<(\s]", stated)[0]
    if isinstance(known, ir.Parameter) and known.array:
        return outer in TYPE_SPELLINGS["ARRAY"] or (known.array == "comma" and outer == "STRING")
    if isinstance(known, ir.Parameter) and known.enum:
        return outer in _ENUM_TYPES[known.enum.kind]
    return outer in TYPE_SPELLINGS.get(known.wire_type, (known.wire_type,))


def _differences(spec: object, page: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield what the spec and the page have at each place in the response where they differ."""
    below: list[tuple[str, object, object]] = []
    if isinstance(spec, dict) and isinstance(page, dict):
        keys = dict.fromkeys([*spec, *page])
        below = [(f"{path}.{key}" if path else key, spec.get(key, _GONE), page.get(key, _GONE)) for key in keys]
    elif isinstance(spec, list) and isinstance(page, list):
        items = zip_longest(spec, page, fillvalue=_GONE)
        below = [(f"{path}[{index}]", *pair) for index, pair in enumerate(items)]
    elif (type(spec), spec) != (type(page), page):
        yield _field(path, spec), _field(path, page)
    for part, old, new in below:
        yield from _differences(old, new, part)


def _field(path: str, value: object) -> str:
    return f"{path or 'it'} is {'not there' if value is _GONE else _compact(value)}"


def _plain(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _compact(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, default=str)
