"""Drafts an operation that the spec lacks from the pages that describe it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from generator import drafts
from generator.ir import names
from generator.openapi import locate
from generator.openapi.document import at, mentions
from generator.openapi.edit import Flow, FlowList
from generator.openapi.load import GAP
from generator.runtime.headers import API_KEY_HEADER
from generator.sources import (
    CallLimit,
    Condition,
    Endpoint,
    Language,
    Located,
    Page,
    PageVersion,
    Parameter,
    Weight,
)
from generator.sources.fact_texts import NOT_LISTED, weight_text

from . import response_schema

T = TypeVar("T")
_LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")
_SECURITY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "NONE": (),
    **dict.fromkeys(("MARKET_DATA", "USER_STREAM"), (("header", API_KEY_HEADER),)),
    **dict.fromkeys(("USER_DATA", "TRADE", "MARGIN"), (("header", API_KEY_HEADER), ("query", "signature"))),
}
_SIGNED = ("USER_DATA", "TRADE", "MARGIN")
_AT_THE_END = re.compile(r"\s*[(\uff08][^()\uff08\uff09]*[)\uff09]\s*$")
_ERRORS = ("4XX", "5XX")
_LONGEST = 300
"""More characters of an example than this help nobody in a gap."""
_SERVED = ("/sapi/", "/api/")
"""How the paths begin that are served by the hosts of this client; others have hosts and budgets of their own."""
_SIGNATURE, _TIMESTAMP = "signature", "timestamp"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a spec needs to have one more operation."""

    endpoint: Endpoint
    operation: dict[str, Any]
    schemas: dict[str, Any]


def drafted(data: Any, pages: Sequence[Page], endpoint: Endpoint) -> Draft:
    """Draft the operation of these pages, in the languages that they have; where they disagree, a gap says how."""
    halves: dict[Language, PageVersion] = {}
    files: dict[Language, Page] = {}
    notes: list[_Note] = []
    for page in pages:
        for half in page.halves:
            first = halves.setdefault(half.language, half)
            if first is half:
                files[half.language] = page
            elif differs := [what for what, of in _OF_COPIES.items() if of(half) != of(first)]:
                copies = f"{files[half.language].file} and {page.file}"
                notes.append(
                    _Note(f"two copies of the page in {half.language} disagree, {copies}: {', '.join(differs)}.")
                )
    found = {language: halves[language] for language in _LANGUAGES if language in halves}
    return _Drafter(data, endpoint, found, files, notes).draft()


class _Note(NamedTuple):
    """What a note has to speak of, and the difference that it explains to drift: page, fact, what the page says."""

    message: str
    explains: tuple[tuple[Language, str, str], ...] = ()


class _Drafter:
    def __init__(
        self,
        data: Any,
        endpoint: Endpoint,
        halves: Mapping[Language, PageVersion],
        files: Mapping[Language, Page],
        notes: Sequence[_Note],
    ) -> None:
        self._data = data
        self._endpoint = endpoint
        self._halves = halves
        self._files = files
        self._bilingual = mentions(data, "x-binance-zh")
        self._components = drafts.Components(at(data, ("components", "schemas")) or {})
        self._notes = list(notes)
        self._reads = endpoint.method == "GET"

    def draft(self) -> Draft:
        """Return the whole operation, its keys in the order of the spec."""
        self._hosts()
        name = self._operation_id()
        security = self._security()
        parameters = self._parameters(name, security)
        operation = {
            "operationId": name,
            **self._texts(),
            "security": self._schemes(security),
            "x-binance-security": security,
            **self._permissions(),
            "x-binance-weight": self._weight(),
            **self._limit(),
            **self._funds(),
            **self._conditions(parameters),
            "x-binance-source": self._sources(),
            "x-binance-note": [],
            **({"parameters": parameters} if parameters else {}),
            "responses": self._responses(name),
        }
        operation["x-binance-note"] = [self._written(note) for note in self._notes]
        kept = {key: value for key, value in operation.items() if value or key != "x-binance-note"}
        return Draft(self._endpoint, kept, self._components.added)

    def _written(self, note: _Note) -> dict[str, Any]:
        words = drafts.words(f"what you chose and why: {note.message}", {}, bilingual=self._bilingual)
        explains = [Flow(page=page, fact=fact, says=says) for page, fact, says in note.explains]
        return words | ({"explains": explains} if explains else {})

    def _hosts(self) -> None:
        servers = at(self._data, ("servers",)) or [{}]
        if not self._endpoint.path.startswith(_SERVED):
            start = "/".join(self._endpoint.path.split("/")[:2])
            self._notes.append(
                _Note(
                    f"this client sends every call to {servers[0].get('url')} and counts it there, but Binance serves "
                    f"{start} from another host, with other budgets."
                )
            )

    # Texts

    def _title(self, language: Language) -> str | None:
        titles = [found.value for found in self._halves[language].titles] if language in self._halves else []
        fitting = [each for each in titles if each.isascii() == (language == "en")]
        return next(iter(fitting or titles), None)

    def _operation_id(self) -> str:
        title = self._title("en") or ""
        short = title
        while (shorter := _AT_THE_END.sub("", short)) not in ("", short):
            short = shorter
        taken = {at(self._data, (*path, "operationId")) for path in locate.operations(self._data)}
        methods = {names.method(each) for each in taken if isinstance(each, str)}
        for each in (short, title):
            parts = re.findall(r"[A-Za-z0-9]+", each)
            name = "".join(part[0].upper() + part[1:] for part in parts)
            name = parts[0].lower() + name[len(parts[0]) :] if parts else ""
            if name and names.method(name) not in {None, *methods}:
                return name
        return drafts.gap("Name the operation in camelCase, after its English title.", title)

    def _texts(self) -> dict[str, Any]:
        said: drafts.Texts = {language: _words(half) for language, half in self._halves.items()}
        description = drafts.words("what a call does", said, bilingual=self._bilingual)
        titles = {language: self._title(language) for language in _LANGUAGES}
        summary = titles["en"] or drafts.gap("Write the page's English title.")
        texts: dict[str, Any] = {"summary": summary, "description": description["description"]}
        if self._bilingual:
            chinese = titles["zh-CN"] or drafts.gap("Write the page's Chinese title.")
            texts["x-binance-zh"] = {"summary": chinese, "description": description["x-binance-zh"]}
        return texts

    # Facts

    def _each(self, of: Callable[[PageVersion], Iterable[Located[T]]]) -> dict[Language, list[T]]:
        """Return what each language says, once each."""
        return {
            language: list(dict.fromkeys(found.value for found in of(half))) for language, half in self._halves.items()
        }

    def _one(self, said: Mapping[Language, Sequence[T]]) -> T | None:
        """Return what the pages say where they say one thing; a page that says nothing does not disagree."""
        every = {value for each in said.values() for value in each}
        return every.pop() if len(every) == 1 else None

    def _security(self) -> str:
        said = self._each(lambda half: half.security)
        found = self._one(said)
        labelled = any(each in _SIGNED for labels in said.values() for each in labels)
        signed = [] if labelled else self._signing()
        if found in _SECURITY and not signed:
            return str(found)
        titles = self._each(lambda half: half.titles)
        told = _told(said, str) or f"nothing, under the title {_told(titles, str)}"
        also = f"; {' and '.join(signed)} must be sent, as for a signed call" if signed else ""
        return drafts.gap(f"Choose one of {', '.join(_SECURITY)}.", told + also)

    def _signing(self) -> list[str]:
        """Return the parameters that only signed calls must send."""
        every = [each.value for half in self._halves.values() for each in half.parameters]
        needed = {each.name for each in every if each.required}
        return [name for name in (_TIMESTAMP, _SIGNATURE) if name in needed]

    def _schemes(self, security: str) -> Any:
        if security not in _SECURITY:
            return drafts.gap("Name the security schemes; public data has [].")
        wanted = list(_SECURITY[security])
        schemes = at(self._data, ("components", "securitySchemes")) or {}
        by_place = {
            (each.get("in"), each.get("name")): name for name, each in schemes.items() if isinstance(each, dict)
        }
        if any(place not in by_place for place in wanted):
            return drafts.gap(f"Name the security schemes of {security}.")
        return [Flow({by_place[place]: FlowList() for place in wanted})] if wanted else FlowList()

    def _permissions(self) -> dict[str, Any]:
        said = self._each(lambda half: half.permissions)
        pairs = zip_longest(said.get("en", ()), said.get("zh-CN", ()), fillvalue="")
        listed = [
            {
                "name": drafts.gap("Name the permission as Binance's list of API key permissions does."),
                **drafts.words("what the key must be allowed", {"en": en, "zh-CN": zh}, bilingual=self._bilingual),
            }
            for en, zh in pairs
        ]
        return {"x-binance-permissions": listed} if listed else {}

    def _weight(self) -> dict[str, Any]:
        said = self._each(lambda half: half.weights)
        scopes = {language: [each.scope for each in found if each.scope] for language, found in said.items()}
        weights = {language: [each.weight for each in found] for language, found in said.items()}
        scope: Any = self._one(scopes) or drafts.gap("Choose ip or uid.", _told_weights(said))
        weight: Any = self._one(weights)
        if weight == 0:
            self._free(scope)
        task = "Write the weight of a call, which is 1 or more." if weight == 0 else "Write the weight of a call."
        return Flow(scope=scope, weight=weight or drafts.gap(task, _told_weights(said)))

    def _free(self, scope: Any) -> None:
        """Leave a note on a call that costs nothing, which a spec cannot say."""
        explains = [
            (language, "weight", weight_text(replace(found.value, scope=found.value.scope or scope)))
            for language, half in self._halves.items()
            for found in half.weights
        ]
        free = "the page says that a call costs nothing; counting 1 for it is on the safe side."
        self._notes.append(_Note(free, () if scope.startswith(GAP) else tuple(explains)))

    def _limit(self) -> dict[str, Any]:
        said = self._each(lambda half: half.limits)
        unread = _told(self._each(lambda half: half.unread_limits), str)
        limit = self._one(said)
        if limit is not None:
            if unread:
                self._notes.append(_Note(f"the page has another cap on calls: {unread}"))
            return {"x-binance-call-limit": Flow(calls=limit.calls, seconds=limit.seconds)}
        if not unread and not any(said.values()):
            return {}
        told = "; ".join(each for each in (_told(said, _shown_limit), unread) if each)
        ends = {"calls": "Write how many calls.", "seconds": "Write in how many seconds."}
        return {"x-binance-call-limit": Flow({key: drafts.gap(task, told) for key, task in ends.items()})}

    def _funds(self) -> dict[str, Any]:
        if self._reads:
            return {"x-binance-moves-funds": False}
        where = "where to look, and for what, when it is not known whether a call was executed"
        return {
            "x-binance-moves-funds": drafts.gap(
                "Decide whether a call moves funds: true or false. Where it moves them between wallets, add x-binance-effect."
            ),
            "x-binance-when-unknown": drafts.words(where, {}, bilingual=self._bilingual),
        }

    def _conditions(self, parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        said = {
            language: [self._resolved(each, parameters) for each in found]
            for language, found in self._each(lambda half: half.conditions).items()
        }
        merged: dict[object, Condition] = {}
        for each in (each for found in said.values() for each in found):
            merged.setdefault(_same(each), each)
        if len({frozenset(map(_same, found)) for found in said.values()}) > 1:
            self._notes.append(_Note("the pages disagree on when a parameter must be sent."))
        rules = []
        for each in merged.values():
            other = each.other or drafts.gap("Name the parameter that decides.")
            numbers = self._has_numbers(other)
            values = FlowList(drafts.number_or_text(value, numbers=numbers) for value in each.values)
            rules.append({"parameter": each.parameter, "when": Flow({"parameter": other, "in": values})})
        return {"x-binance-requires": rules} if rules else {}

    def _resolved(self, condition: Condition, parameters: Sequence[Mapping[str, Any]]) -> Condition:
        """Return a condition with the parameter that decides, also where only the other page names it."""
        same = replace(condition, other=None)
        every = [each.value for half in self._halves.values() for each in half.conditions]
        others = {each.other for each in every if each.other and _same(replace(each, other=None)) == _same(same)}
        named = others.pop() if len(others) == 1 else None
        return replace(condition, other=condition.other or named or self._holder(condition.values, parameters))

    def _holder(self, values: Sequence[str], parameters: Sequence[Mapping[str, Any]]) -> str | None:
        """Return the only parameter that has all of these values."""
        having = [str(each.get("name")) for each in parameters if set(values) <= set(map(str, self._values(each)))]
        return having[0] if len(having) == 1 else None

    def _values(self, parameter: Mapping[str, Any]) -> list[Any]:
        name = str(parameter.get("schema", {}).get("$ref", "")).rpartition("/")[2]
        schemas = {**(at(self._data, ("components", "schemas")) or {}), **self._components.added}
        return drafts.listed(schemas.get(name, {}))

    def _has_numbers(self, name: str) -> bool:
        kinds = [
            each.value.type.upper()
            for half in self._halves.values()
            for each in half.parameters
            if each.value.name == name
        ]
        return bool(kinds) and all(kind in ("INT", "INTEGER", "LONG") for kind in kinds)

    def _sources(self) -> dict[str, Any]:
        sources: dict[str, Any] = {}
        for language in _LANGUAGES:
            if language in self._halves or language == "en":
                page = self._files.get(language)
                taken = page.taken.value if page and page.taken else None
                sources[language] = {
                    "url": self._address(language) or drafts.gap("Write the address of the page, with https."),
                    "read": taken or drafts.gap("Write the date of the page, as 'YYYY-MM-DD'."),
                }
        return sources

    def _address(self, language: Language) -> str | None:
        """Return where the page is: as the copy says, or as its headings do where they link to the other language."""
        page = self._files.get(language)
        if page is None:
            return None
        anchors = [found.value.partition("#")[0] for found in self._halves[language].anchors]
        own = next((each for each in anchors if each.startswith(("/", "https://"))), "")
        address = page.address.value.partition("#")[0].partition("?")[0] if page.address else ""
        if own.startswith("/"):
            return f"https://{urlsplit(address).netloc}{own}" if urlsplit(address).netloc else None
        found = own or address
        return found if found.startswith("https://") else None

    # Parameters

    def _parameters(self, name: str, security: str) -> list[dict[str, Any]]:
        rows = self._rows()
        self._notes += [_Note(message) for name, each in rows.items() for message in self._disagreements(name, each)]
        drafts = [self._parameter(name, each) for each in rows.values()]
        if security in _SIGNED and _TIMESTAMP not in rows:
            drafts.append(self._own_timestamp())
        return drafts

    def _own_timestamp(self) -> dict[str, Any]:
        """Return the timestamp of an operation whose pages do not list it, with a note that says so to drift."""
        written = at(self._data, ("components", "parameters", str(self._component(_TIMESTAMP))))
        shared: Mapping[str, Any] = written or _OWN_TIMESTAMP
        explains = tuple((language, "parameter", NOT_LISTED) for language in self._halves)
        note = _Note("the page does not list timestamp, which every signed call must send.", explains)
        return {**shared, "x-binance-note": [*shared.get("x-binance-note", ()), self._written(note)]}

    def _rows(self) -> dict[str, dict[Language, Parameter]]:
        """Return the rows of every page by name, in the order of the first page; others stand behind their neighbour."""
        order: list[str] = []
        rows: dict[str, dict[Language, Parameter]] = {}
        for language, half in self._halves.items():
            before = 0
            for found in half.parameters:
                name = found.value.name
                if name == _SIGNATURE:
                    continue  # the security scheme says that it is sent
                if name not in rows:
                    order.insert(before, name)
                rows.setdefault(name, {})[language] = found.value
                before = order.index(name) + 1
        return {name: rows[name] for name in order}

    def _parameter(self, name: str, row: Mapping[Language, Parameter]) -> dict[str, Any]:
        found = next(iter(row.values()))
        in_path = f"{{{found.name}}}" in self._endpoint.path
        shared = None if in_path else self._shared(found.name, required=found.required)
        return shared or drafts.parameter(
            row,
            self._components,
            owner=_class(name),
            location="path" if in_path else "query",
            bilingual=self._bilingual,
            needed=any(
                each.value.parameter == found.name for half in self._halves.values() for each in half.conditions
            ),
        )

    def _shared(self, name: str, *, required: bool | None = True) -> dict[str, Any] | None:
        key = self._component(name, required=required)
        return {"$ref": f"#/components/parameters/{key}"} if key else None

    def _component(self, name: str, *, required: bool | None = True) -> str | None:
        """Return which of the parameters that operations share is this one."""
        for key, each in (at(self._data, ("components", "parameters")) or {}).items():
            if each.get("name") == name and each.get("required", False) == required:
                return str(key)
        return None

    def _disagreements(self, name: str, row: Mapping[Language, Parameter]) -> Iterator[str]:
        if len(row) < len(self._halves):
            yield f"only the page in {next(iter(row))} has the parameter {name}."
        for what, of in _COMPARED.items():
            said = {language: of(each) for language, each in row.items() if of(each) != ""}
            if len(set(said.values())) > 1:
                yield f"the pages disagree on {what} of {name}: {_told({key: [value] for key, value in said.items()}, str)}."

    # Answers

    def _responses(self, name: str) -> dict[str, Any]:
        own = {
            "description": drafts.gap("Say in English what the answer says."),
            **({"x-binance-zh": drafts.gap("Say in Chinese what the answer says.")} if self._bilingual else {}),
            "content": {"application/json": self._answer(name)},
        }
        return {"200": own, **self._errors()}

    def _answer(self, name: str) -> dict[str, Any]:
        printed = next((half.examples for half in self._halves.values() if half.examples), ())
        first = printed[0].value if printed else ""
        try:
            value = response_schema.example(first)
        except ValueError as problem:
            said = f"{first[:_LONGEST]} ({problem})" if first else "nothing"
            return {
                "schema": drafts.gap("Write the schema of the answer."),
                "example": drafts.gap("Write an answer.", said),
            }
        what = (
            {}
            if isinstance(value, (dict, list))
            else {"type": drafts.gap("Decide how to read an answer that is no record.")}
        )
        words = drafts.words("what the answer says", {}, bilingual=self._bilingual)
        values = [value, *self._others(printed[1:])]
        written = response_schema.schema(values, self._comments(), bilingual=self._bilingual)
        kind = {"type": written["type"]} if "type" in written else {}
        schema = {**kind, **words, **written, **what}
        base = _class(name)
        known = self._components.add(f"{base}{'Response' if self._reads else 'Receipt'}", f"{base}Answer", schema)
        return {"schema": Flow({"$ref": f"#/components/schemas/{known}"}), "example": response_schema.flowing(value)}

    def _others(self, printed: Sequence[Located[str]]) -> Iterator[Any]:
        """Yield the other answers that a page prints, without those of calls that failed."""
        for each in printed:
            try:
                value = response_schema.example(each.value)
            except ValueError as problem:
                self._notes.append(_Note(f"line {each.line} has another answer, but {problem}."))
                continue
            if not response_schema.is_error(value):
                yield value

    def _comments(self) -> response_schema.Comments:
        """Return what is printed behind the fields of the answers, in each language."""
        return {
            language: response_schema.comments(found.value for found in half.examples)
            for language, half in self._halves.items()
        }

    def _errors(self) -> dict[str, Any]:
        """Return the answers to what fails, as most operations of the spec refer to them."""
        found: dict[str, Any] = {}
        for status in _ERRORS:
            used = [at(self._data, (*path, "responses", status, "$ref")) for path in locate.operations(self._data)]
            most = Counter(each for each in used if isinstance(each, str)).most_common(1)
            if most:
                found[status] = Flow({"$ref": most[0][0]})
        return found


_OWN_TIMESTAMP = {
    "name": _TIMESTAMP,
    "in": "query",
    "required": True,
    "schema": Flow(type="integer", format="int64", minimum=0),
}
_COMPARED: Mapping[str, Callable[[Parameter], object]] = {
    "the type": lambda each: each.type,
    "whether it must be sent": lambda each: each.required,
    "the values": lambda each: ", ".join(value for value, _ in each.values),
}


def _values(of: Callable[[PageVersion], Iterable[Located[Any]]]) -> Callable[[PageVersion], object]:
    return lambda half: [found.value for found in of(half)]


_OF_COPIES: Mapping[str, Callable[[PageVersion], object]] = {
    "title": _values(lambda half: half.titles),
    "security": _values(lambda half: half.security),
    "weight": _values(lambda half: half.weights),
    "call limit": _values(lambda half: half.limits),
    "permission": _values(lambda half: half.permissions),
    "parameters": _values(
        lambda half: [replace(each, value=replace(each.value, value_lines=())) for each in half.parameters]
    ),
    "conditions": _values(lambda half: half.conditions),
    "response example": _values(lambda half: half.examples),
}
"""What two copies of one page may say otherwise."""


def _same(condition: Condition) -> tuple[str, str | None, frozenset[str]]:
    """Return what makes two conditions the same, in whatever order they name the values."""
    return condition.parameter, condition.other, frozenset(condition.values)


def _class(name: str) -> str:
    """Return how the schemas of an operation begin, also where it has no name yet, or one that begins with a digit."""
    found = "" if name.startswith(GAP) else names.pascal(name)
    return found if names.is_class_name(found) else f"New{found}"


def _words(half: PageVersion) -> str:
    """Return what a page says about a call in prose."""
    parts = ([half.description] if half.description else []) + list(half.notes)
    return " / ".join(found.value for found in parts)


def _told(said: Mapping[Language, Sequence[T]], shown: Callable[[T], str]) -> str:
    """Return what each page says, for a person."""
    return "; ".join(f"{language}: {', '.join(map(shown, each))}" for language, each in said.items() if each)


def _told_weights(said: Mapping[Language, Sequence[Weight]]) -> str:
    """Return the weights of each page, those of one message with the message."""
    return "; ".join(f"{language}: {', '.join(_by_sentence(each))}" for language, each in said.items() if each)


def _by_sentence(weights: Sequence[Weight]) -> Iterator[str]:
    for text, several in groupby(weights, key=lambda each: each.text):
        numbers = [(str(each.weight), f"{each.weight} per {each.scope or '?'}") for each in several]
        bare = text in ("", *(number for number, _ in numbers))
        yield ", ".join(shown for _, shown in numbers) + ("" if bare else f" ({text})")


def _shown_limit(limit: CallLimit) -> str:
    return f"{limit.calls} per {limit.seconds} seconds"
