"""Drafts an operation that the spec lacks from the pages that describe it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from generator import drafts
from generator.ir import names
from generator.openapi import locate
from generator.openapi.document import at, has_key
from generator.openapi.edit import InlineList, InlineMapping
from generator.openapi.load import GAP
from generator.runtime.doubt import can_say_failed
from generator.runtime.headers import API_KEY_HEADER
from generator.sources import (
    SOURCES,
    Endpoint,
    Language,
    Page,
    PageCondition,
    PageParameter,
    PageVersion,
    PageWeight,
    Source,
)
from generator.sources.fact_texts import weight_text
from generator.sources.sections import without_brackets
from generator.vocabulary import KEY_ONLY, LANGUAGES, SIGNED, TYPE_SPELLINGS, is_chinese

from . import responses
from .conditions import with_unread
from .permissions import drafted_permissions
from .quotes import OF_COPIES, limit_words, other_spellings, prose, quoted_facts, quoted_weights, stated_by
from .signed_calls import RECV_WINDOW, TIMESTAMP, not_listed, of_signed_calls, reference, with_missing
from .sources import drafted_sources
from .windows import drafted_window

T = TypeVar("T")
_SECURITY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "NONE": (),
    **dict.fromkeys(KEY_ONLY, (("header", API_KEY_HEADER),)),
    **dict.fromkeys(SIGNED, (("header", API_KEY_HEADER), ("query", "signature"))),
}
_SERVED = ("/sapi/", "/api/")
"""How the paths begin that are served by the hosts of this client; others have hosts and budgets of their own."""
_SIGNATURE = "signature"
_EFFECT = (
    "Say what a call does to wallets: transfer or collect, and beside it, as x-binance-confirm, which reads show whether it"
    " was executed; or what a read reports. spec/README.md describes them. Remove this line only if none fits: reconcile"
    " then never finds out what became of a call."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a spec needs to have one more operation."""

    endpoint: Endpoint
    operation: dict[str, Any]
    schemas: dict[str, Any]


def drafted(data: Any, pages: Sequence[Page], endpoint: Endpoint) -> Draft:
    """Draft the operation of these pages, in the languages that they have; where they disagree, a gap says how."""
    versions: dict[Language, PageVersion] = {}
    files: dict[Language, Page] = {}
    notes: list[_Note] = []
    for page in pages:
        for version in page.versions:
            first = versions.setdefault(version.language, version)
            if first is version:
                files[version.language] = page
            elif differs := [
                what for what, name in OF_COPIES.items() if stated_by(version, name) != stated_by(first, name)
            ]:
                copies = f"{files[version.language].file} and {page.file}: {', '.join(differs)}"
                notes.append(_Note(f"two copies of the page in {version.language} disagree, {copies}."))
    chosen = {language: versions[language] for language in LANGUAGES if language in versions}
    return _Drafter(data, endpoint, chosen, files, notes).draft()


class _Note(NamedTuple):
    """What a note has to speak of, and the differences that it explains to drift."""

    message: str
    explains: tuple[Mapping[str, str], ...] = ()
    """Each with `page`, `fact`, what the page `says`, what the spec states `here`, and what it is `about`."""
    words: drafts.Texts | None = None
    """The note itself, where nobody has to decide anything."""


class _Drafter:
    def __init__(
        self,
        data: Any,
        endpoint: Endpoint,
        versions: Mapping[Language, PageVersion],
        files: Mapping[Language, Page],
        notes: Sequence[_Note],
    ) -> None:
        self._data = data
        self._endpoint = endpoint
        self._versions = versions
        self._files = files
        self._bilingual = has_key(data, "x-binance-zh")
        self._takes_words = not any(page.is_old for page in files.values())
        self._by = SOURCES[self._source(next(iter(versions)))] if self._takes_words else drafts.PAGE
        self._languages = "the pages" if self._by == drafts.PAGE else f"the languages of the {self._by}"
        self._components = drafts.Components(data, takes_words=self._takes_words, source=self._by)
        self._notes = list(notes)
        if not endpoint.path.startswith(_SERVED):
            servers, start = at(data, ("servers",)) or [{}], "/".join(endpoint.path.split("/")[:2])
            host = f"this client sends every call to {servers[0].get('url')} and counts it there"
            self._notes.append(_Note(f"{host}, but Binance serves {start} from another host, with other budgets."))
        self._reads = endpoint.method == "GET"

    def draft(self) -> Draft:
        """Return the whole operation, its keys in the order of the spec."""
        name = self._operation_id()
        security = self._security()
        parameters = self._parameters(name, security)
        operation = {
            "operationId": name,
            **self._tags(),
            **self._texts(),
            "security": self._schemes(security),
            "x-binance-security": security,
            "x-binance-permissions": drafted_permissions(self._data, self._stated("permissions"), self._components),
            "x-binance-weight": self._weights() or self._weight(),
            **self._limit(),
            **self._funds(),
            "x-binance-success": {},
            **self._conditions(parameters),
            **drafted_window(self._versions.values(), parameters, self._components),
            "x-binance-source": drafted_sources(self._versions, self._files),
            "x-binance-note": [],
            **({"parameters": parameters} if parameters else {}),
            "responses": self._responses(name),
        }
        operation["x-binance-success"] = self._success()
        operation["x-binance-note"] = [self._written(note) for note in self._notes]
        may_be_empty = ("x-binance-note", "x-binance-permissions", "x-binance-success")
        kept = {key: value for key, value in operation.items() if value or key not in may_be_empty}
        return Draft(self._endpoint, kept, self._components.added)

    def _responses(self, name: str) -> dict[str, Any]:
        known = [at(self._data, (*path, "responses")) for path in locate.operations(self._data)]
        schema_name = f"{_class(name)}Response", f"{_class(name)}Answer"
        title = self._title("en")
        said: drafts.Texts = {}
        if self._takes_words and title:
            chinese = self._chinese_title()
            said = {"en": f"What {title} returns.", "zh-CN": f"{chinese or '该接口'}的返回内容。"}
        drafted, unread = responses.responses(self._versions, known, schema_name, self._components, said)
        self._notes += map(_Note, unread)
        return drafted

    def _written(self, note: _Note) -> dict[str, Any]:
        words = (
            drafts.stated_words(note.message, note.words, bilingual=self._bilingual)
            if note.words
            else self._components.description_gaps(f"what you chose and why: {note.message}", {})
        )
        explains = list(map(InlineMapping, note.explains))
        return words | ({"explains": explains} if explains else {})

    def _tags(self) -> dict[str, Any]:
        tags = [tag.get("name") for tag in at(self._data, ("tags",)) or ()]
        chinese = ", x-binance-zh: HEADING" if self._bilingual else ""
        form = f"- {{name: NAME, description: HEADING{chinese}}}"
        new = f"or add one under tags: at the root, in the form {form}"
        return {"tags": [drafts.gap(f"Choose one of {', '.join(tags)}, {new}.")]} if tags else {}

    def _source(self, language: Language) -> Source:
        """Return what states the facts in a language."""
        return self._files[language].source_of(self._versions[language])

    # Texts

    def _title(self, language: Language) -> str | None:
        titles = [title.value for title in self._versions[language].titles] if language in self._versions else []
        fitting = [title for title in titles if title.isascii() == (language == "en")]
        return next(iter(fitting or titles), None)

    def _chinese_title(self) -> str | None:
        """Return the Chinese title, where the page in Chinese has one in Chinese."""
        title = self._title("zh-CN")
        return title if title and is_chinese(title) else None

    def _operation_id(self) -> str:
        title = self._title("en") or ""
        taken = {at(self._data, (*path, "operationId")) for path in locate.operations(self._data)}
        methods = {names.method(name) for name in taken if isinstance(name, str)}
        for text in (without_brackets(title), title):
            parts = re.findall(r"[A-Za-z0-9]+", text)
            name = "".join(part[0].upper() + part[1:] for part in parts)
            name = parts[0].lower() + name[len(parts[0]) :] if parts else ""
            if name and names.method(name) not in {None, *methods}:
                return name
        return self._components.gap("Name the operation in camelCase, after its English title.", title)

    def _texts(self) -> dict[str, Any]:
        joined = drafts.sentences if self._takes_words else " / ".join
        stated: drafts.Texts = {
            language: joined(prose(version, permissions=not self._takes_words))
            for language, version in self._versions.items()
        }
        description = self._components.description_gaps("what a call does", stated)
        english = self._title("en") or ""
        summary = english or drafts.gap("Write the English title.")
        texts: dict[str, Any] = {"summary": summary, "description": description["description"]}
        if self._bilingual:
            instead = self._components.gap("Write the Chinese title.", english)
            texts["x-binance-zh"] = {"summary": self._chinese_title() or instead}
            if "x-binance-zh" in description:
                texts["x-binance-zh"]["description"] = description["x-binance-zh"]
        return texts

    # Facts

    def _stated(self, attribute: str) -> dict[Language, list[Any]]:
        return {
            language: list(dict.fromkeys(stated_by(version, attribute))) for language, version in self._versions.items()
        }

    def _one(self, stated: Mapping[Language, Sequence[T]]) -> T | None:
        """Return the one thing that the pages say; a page that says nothing does not disagree."""
        every = {value for values in stated.values() for value in values}
        return every.pop() if len(every) == 1 else None

    def _security(self) -> str:
        stated = self._stated("security")
        agreed = self._one(stated)
        labelled = any(label in SIGNED for labels in stated.values() for label in labels)
        needed = {row.name for rows in self._stated("parameters").values() for row in rows if row.required}
        signed = [name for name in (TIMESTAMP, _SIGNATURE) if name in needed and not labelled]
        if agreed in _SECURITY and not signed:
            return str(agreed)
        titles = self._stated("titles")
        quoted = quoted_facts(stated, str) or f"nothing, under the title {quoted_facts(titles, str)}"
        also = f"; {' and '.join(signed)} must be sent, as for a signed call" if signed else ""
        return self._components.gap(f"Choose one of {', '.join(_SECURITY)}.", quoted + also)

    def _schemes(self, security: str) -> Any:
        if security not in _SECURITY:
            return drafts.gap("Name the security schemes; public data has [].")
        schemes = at(self._data, ("components", "securitySchemes")) or {}
        names_of = {(at(scheme, ("in",)), at(scheme, ("name",))): name for name, scheme in schemes.items()}
        wanted = _SECURITY[security]
        if not names_of.keys() >= set(wanted):
            return drafts.gap(f"Name the security schemes of {security}.")
        return [InlineMapping({names_of[parameter]: InlineList() for parameter in wanted})] if wanted else InlineList()

    def _weights(self) -> list[InlineMapping]:
        """Return the weights of a call that costs one per IP and one per UID, as a schema states both apart."""
        stated = {
            tuple((weight.scope, weight.weight) for weight in weights) for weights in self._stated("weights").values()
        }
        both = stated.pop() if len(stated) == 1 and self._takes_words else ()
        certain = sorted(str(scope) for scope, _ in both) == ["ip", "uid"] and not any(
            weight == 0 for _, weight in both
        )
        return [InlineMapping(scope=scope, weight=weight) for scope, weight in both] if certain else []

    def _weight(self) -> dict[str, Any]:
        stated = self._stated("weights")
        scopes = {
            language: [weight.scope for weight in page_weights if weight.scope]
            for language, page_weights in stated.items()
        }
        weights = {language: [weight.weight for weight in page_weights] for language, page_weights in stated.items()}
        unread = quoted_facts(self._stated("unread_weights"), str)
        quoted = "; ".join(filter(None, (quoted_weights(stated), unread)))
        scope: Any = self._one(scopes) or self._components.gap("Choose ip or uid.", quoted)
        weight: Any = None if unread else self._one(weights)
        if weight == 0:
            self._free(scope)
        task = "Write the weight of a call, which is 1 or more." if weight == 0 else "Write the weight of a call."
        return InlineMapping(scope=scope, weight=weight or self._components.gap(task, quoted))

    def _free(self, scope: Any) -> None:
        """Leave a note on a call that costs nothing, which a spec cannot say."""
        stated = dict.fromkeys(
            (self._source(language), weight_text(replace(weight.value, scope=weight.value.scope or scope)))
            for language, version in self._versions.items()
            for weight in version.weights
        )
        here = weight_text(PageWeight(1, scope))
        explains = [{"page": source, "fact": "weight", "says": says, "here": here} for source, says in stated]
        free = f"the {self._by} says that a call costs nothing; counting 1 for it is on the safe side."
        self._notes.append(_Note(free, () if scope.startswith(GAP) else tuple(explains)))

    def _limit(self) -> dict[str, Any]:
        stated = self._stated("limits")
        unread = quoted_facts(self._stated("unread_limits"), str)
        limit = self._one(stated)
        if limit is not None:
            if unread:
                self._notes.append(_Note(f"the {self._by} has another cap on calls: {unread}"))
            return {"x-binance-call-limit": InlineMapping(calls=limit.calls, seconds=limit.seconds)}
        if not unread and not any(stated.values()):
            return {}
        quoted = "; ".join(filter(None, (quoted_facts(stated, limit_words), unread)))
        ends = {"calls": "Write how many calls.", "seconds": "Write in how many seconds."}
        return {
            "x-binance-call-limit": InlineMapping(
                {key: self._components.gap(task, quoted) for key, task in ends.items()}
            )
        }

    def _funds(self) -> dict[str, Any]:
        if self._reads:
            return {"x-binance-moves-funds": False}
        where = "where to look, and for what, when it is not known whether a call was executed"
        return {
            "x-binance-moves-funds": drafts.gap(
                "Decide whether a call moves funds: true or false; one that moves none needs no x-binance-when-unknown."
            ),
            "x-binance-effect": drafts.gap(_EFFECT),
            "x-binance-when-unknown": self._components.description_gaps(where, {}),
        }

    def _success(self) -> dict[str, Any]:
        """Return gaps for the fields of the drafted response that can say that a call failed."""
        record: Mapping[str, Any] = next(reversed(self._components.added.values()), {})
        task = "List the values of the field in a success, such as [0], or write any where it says nothing about that."
        return InlineMapping(
            (wire, drafts.gap(task))
            for wire, field in record.get("properties", {}).items()
            if can_say_failed(wire, moves_funds=not self._reads) and not {"items", "properties"} & field.keys()
        )

    def _conditions(self, parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        stated = {
            language: [self._resolved(condition, parameters) for condition in conditions]
            for language, conditions in self._stated("conditions").items()
        }
        merged: dict[object, PageCondition] = {}
        for condition in (condition for conditions in stated.values() for condition in conditions):
            merged.setdefault(_same(condition), condition)
        speaking = [conditions for conditions in stated.values() if conditions or not self._takes_words]
        if len({frozenset(map(_same, conditions)) for conditions in speaking}) > 1:
            self._notes.append(_Note(f"{self._languages} disagree on when a parameter must be sent."))
        rules = []
        for condition in merged.values():
            other = condition.other or drafts.gap("Name the parameter that decides.")
            numbers = self._has_numbers(other)
            values = InlineList(drafts.number_or_text(value, numbers=numbers) for value in condition.values)
            rules.append({"parameter": condition.parameter, "when": InlineMapping({"parameter": other, "in": values})})
        return with_unread(rules, self._versions.values(), self._components)

    def _resolved(self, condition: PageCondition, parameters: Sequence[Mapping[str, Any]]) -> PageCondition:
        """Return a condition with the parameter that decides, also where only the other page names it."""
        same = replace(condition, other=None)
        stated = [other for conditions in self._stated("conditions").values() for other in conditions]
        others = {other.other for other in stated if other.other and _same(replace(other, other=None)) == _same(same)}
        named = others.pop() if len(others) == 1 else None
        return replace(condition, other=condition.other or named or self._holder(condition.values, parameters))

    def _holder(self, values: Sequence[str], parameters: Sequence[Mapping[str, Any]]) -> str | None:
        """Return the only parameter that has all of these values."""
        enums = {
            str(parameter.get("name")): str(parameter.get("schema", {}).get("$ref", "")).rpartition("/")[2]
            for parameter in parameters
        }
        having = [name for name, enum in enums.items() if set(values) <= set(map(str, self._components.values(enum)))]
        return having[0] if len(having) == 1 else None

    def _has_numbers(self, name: str) -> bool:
        kinds = [row.type.upper() for rows in self._stated("parameters").values() for row in rows if row.name == name]
        return bool(kinds) and all(kind in TYPE_SPELLINGS["INT"] + TYPE_SPELLINGS["LONG"] for kind in kinds)

    # Parameters

    def _parameters(self, name: str, security: str) -> list[dict[str, Any]]:
        rows = self._rows()
        self._notes += [_Note(message) for wire, row in rows.items() for message in self._disagreements(wire, row)]
        self._notes += map(_Note, dict.fromkeys(filter(None, map(self._spellings, self._versions.values()))))
        drafted = {wire: self._parameter(name, row) for wire, row in rows.items()}
        own = self._of_signed_calls() if security in SIGNED else {}
        missing = [wire for wire in own if wire not in drafted]
        if missing:
            explains, words = not_listed(missing, map(self._source, self._versions))
            self._notes.append(_Note("", explains, words))
        return [{**own, **drafted}[wire] for wire in with_missing(drafted, missing)]

    def _of_signed_calls(self) -> dict[str, dict[str, Any]]:
        """Return what every signed call takes; a page lists the window where a call has it, newer sources may not."""
        window = self._component(RECV_WINDOW, required=False) if self._takes_words else None
        return of_signed_calls(window, self._component(TIMESTAMP, required=True))

    def _rows(self) -> dict[str, dict[Language, PageParameter]]:
        """Return the rows of every page by name, in the order of the first page; others stand behind their neighbour."""
        order: list[str] = []
        rows: dict[str, dict[Language, PageParameter]] = {}
        for language, version in self._versions.items():
            before = 0
            for row in version.parameters:
                name = row.value.name
                if name == _SIGNATURE:
                    continue  # the security scheme says that it is sent
                if name not in rows:
                    order.insert(before, name)
                rows.setdefault(name, {})[language] = row.value
                before = order.index(name) + 1
        return {name: rows[name] for name in order}

    def _parameter(self, name: str, row: Mapping[Language, PageParameter]) -> dict[str, Any]:
        first = next(iter(row.values()))
        in_path = f"{{{first.name}}}" in self._endpoint.path
        shared = None if in_path else self._component(first.name, required=first.required)
        if shared:
            return reference(shared)
        return drafts.parameter(
            row,
            self._components,
            owner=_class(name),
            location="path" if in_path else "query",
            needed=any(
                condition.parameter == first.name
                for stated in self._stated("conditions").values()
                for condition in stated
            ),
        )

    def _component(self, name: str, *, required: bool | None) -> str | None:
        """Return which of the parameters that operations share is this one."""
        for key, shared in (at(self._data, ("components", "parameters")) or {}).items():
            if shared.get("name") == name and shared.get("required", False) == required:
                return str(key)
        return None

    def _disagreements(self, name: str, row: Mapping[Language, PageParameter]) -> Iterator[str]:
        if len(row) < len(self._versions):
            yield f"only the {self._by} in {next(iter(row))} has the parameter {name}."
        for what, of in _COMPARED.items():
            stated = {language: [of(version)] for language, version in row.items() if of(version) != ""}
            if len({value for [value] in stated.values()}) > 1:
                yield f"{self._languages} disagree on {what} of {name}: {quoted_facts(stated, str)}."

    def _spellings(self, version: PageVersion) -> str:
        """Return what a note has to say of parameters that the source spells in two ways; nothing where none is."""
        known = other_spellings(version)
        names_, others = (" and ".join(spellings) for spellings in (known, known.values()))
        verb = "sends" if self._by == SOURCES["sdk"] else "lists"
        return f"the {self._by} {verb} {names_}, but writes {others} elsewhere." if known else ""


_COMPARED: Mapping[str, Callable[[PageParameter], object]] = {
    "the type": lambda row: row.type,
    "whether it must be sent": lambda row: row.required,
    "the values": lambda row: ", ".join(value for value, _ in row.values),
}


def _same(condition: PageCondition) -> tuple[str, str | None, frozenset[str]]:
    """Return what makes two conditions the same, in whatever order they name the values."""
    return condition.parameter, condition.other, frozenset(condition.values)


def _class(name: str) -> str:
    """Return how the schemas of an operation begin, also where it has no name yet, or one that begins with a digit."""
    pascal = "" if name.startswith(GAP) else names.pascal(name)
    return pascal if names.is_class_name(pascal) else f"New{pascal}"
