"""Drafts an operation that the spec lacks from the pages that describe it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeVar
from urllib.parse import urlsplit

from generator import names
from generator.load import GAP
from generator.pages.page import CallLimit, Endpoint, Found, Half, Language, Page, Parameter, Weight

from . import answer, draft, places
from .yaml_text import Flow, FlowList

T = TypeVar("T")
_LANGUAGES: tuple[Language, ...] = ("en", "zh-CN")
_SECURITY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "NONE": (),
    **dict.fromkeys(("MARKET_DATA", "USER_STREAM"), (("header", "X-MBX-APIKEY"),)),
    **dict.fromkeys(("USER_DATA", "TRADE", "MARGIN"), (("header", "X-MBX-APIKEY"), ("query", "signature"))),
}
_SIGNED = ("USER_DATA", "TRADE", "MARGIN")
_AT_THE_END = re.compile(r"\s*[(\uff08][^()\uff08\uff09]*[)\uff09]\s*$")
_ERRORS = ("4XX", "5XX")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a spec needs to have one more operation."""

    endpoint: Endpoint
    operation: dict[str, Any]
    schemas: dict[str, Any]


def drafted(data: Any, pages: Sequence[Page], endpoint: Endpoint) -> Draft:
    """Draft the operation of these pages, in the languages that they have; where they disagree, a gap says how."""
    halves: dict[Language, Half] = {}
    files: dict[Language, Page] = {}
    for page in pages:
        for half in page.halves:
            if halves.setdefault(half.language, half) is half:
                files[half.language] = page
    found = {language: halves[language] for language in _LANGUAGES if language in halves}
    return _Drafter(data, endpoint, found, files).draft()


class _Drafter:
    def __init__(
        self, data: Any, endpoint: Endpoint, halves: Mapping[Language, Half], files: Mapping[Language, Page]
    ) -> None:
        self._data = data
        self._endpoint = endpoint
        self._halves = halves
        self._files = files
        self._bilingual = places.mentions(data, "x-binance-zh")
        self._components = draft.Components(places.at(data, ("components", "schemas")) or {})
        self._notes: list[str] = []
        self._reads = endpoint.method == "GET"

    def draft(self) -> Draft:
        """Return the whole operation, its keys in the order of the spec."""
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
        notes = [draft.words(f"what you chose and why: {note}", {}, bilingual=self._bilingual) for note in self._notes]
        operation["x-binance-note"] = notes
        kept = {key: value for key, value in operation.items() if value or key != "x-binance-note"}
        return Draft(self._endpoint, kept, self._components.added)

    # Texts

    def _title(self, language: Language) -> str | None:
        titles = [found.value for found in self._halves[language].titles] if language in self._halves else []
        fitting = [each for each in titles if each.isascii() == (language == "en")]
        title = next(iter(fitting or titles), None)
        while title and (shorter := _AT_THE_END.sub("", title)) not in ("", title):
            title = shorter
        return title

    def _operation_id(self) -> str:
        title = self._title("en") or ""
        parts = re.findall(r"[A-Za-z0-9]+", title)
        name = "".join(part[0].upper() + part[1:] for part in parts)
        name = parts[0].lower() + name[len(parts[0]) :] if parts else ""
        taken = {places.at(self._data, (*path, "operationId")) for path in places.operations(self._data)}
        methods = {names.method(each) for each in taken if isinstance(each, str)}
        if not name or names.method(name) in {None, *methods}:
            return draft.gap("Name the operation in camelCase, after its English title.", title)
        return name

    def _texts(self) -> dict[str, Any]:
        said: draft.Texts = {language: _words(half) for language, half in self._halves.items()}
        description = draft.words("what a call does", said, bilingual=self._bilingual)
        titles = {language: self._title(language) for language in _LANGUAGES}
        summary = titles["en"] or draft.gap("Write the page's English title.")
        texts: dict[str, Any] = {"summary": summary, "description": description["description"]}
        if self._bilingual:
            chinese = titles["zh-CN"] or draft.gap("Write the page's Chinese title.")
            texts["x-binance-zh"] = {"summary": chinese, "description": description["x-binance-zh"]}
        return texts

    # Facts

    def _each(self, of: Callable[[Half], Iterable[Found[T]]]) -> dict[Language, list[T]]:
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
        if found in _SECURITY:
            return str(found)
        return draft.gap(f"Choose one of {', '.join(_SECURITY)}.", _told(said, str) or "nothing")

    def _schemes(self, security: str) -> Any:
        if security not in _SECURITY:
            return draft.gap("Name the security schemes; public data has [].")
        wanted = list(_SECURITY[security])
        schemes = places.at(self._data, ("components", "securitySchemes")) or {}
        by_place = {
            (each.get("in"), each.get("name")): name for name, each in schemes.items() if isinstance(each, dict)
        }
        if any(place not in by_place for place in wanted):
            return draft.gap(f"Name the security schemes of {security}.")
        return [Flow({by_place[place]: FlowList() for place in wanted})] if wanted else FlowList()

    def _permissions(self) -> dict[str, Any]:
        said = self._each(lambda half: half.permissions)
        pairs = zip_longest(said.get("en", ()), said.get("zh-CN", ()), fillvalue="")
        listed = [
            {
                "name": draft.gap("Name the permission as Binance's list of API key permissions does."),
                **draft.words("what the key must be allowed", {"en": en, "zh-CN": zh}, bilingual=self._bilingual),
            }
            for en, zh in pairs
        ]
        return {"x-binance-permissions": listed} if listed else {}

    def _weight(self) -> dict[str, Any]:
        said = self._each(lambda half: half.weights)
        scopes = {language: [each.scope for each in found if each.scope] for language, found in said.items()}
        weights = {language: [each.weight for each in found] for language, found in said.items()}
        scope: Any = self._one(scopes) or draft.gap("Choose ip or uid.", _told(said, _shown_weight))
        weight: Any = self._one(weights) or draft.gap("Write the weight of a call.", _told(said, _shown_weight))
        return Flow(scope=scope, weight=weight)

    def _limit(self) -> dict[str, Any]:
        said = self._each(lambda half: half.limits)
        limit = self._one(said)
        if limit is not None:
            return {"x-binance-call-limit": Flow(calls=limit.calls, seconds=limit.seconds)}
        if not any(said.values()):
            return {}
        told = _told(said, _shown_limit)
        ends = {"calls": "Write how many calls.", "seconds": "Write in how many seconds."}
        return {"x-binance-call-limit": Flow({key: draft.gap(task, told) for key, task in ends.items()})}

    def _funds(self) -> dict[str, Any]:
        if self._reads:
            return {"x-binance-moves-funds": False}
        where = "where to look, and for what, when it is not known whether a call was executed"
        return {
            "x-binance-moves-funds": draft.gap("Decide whether a call moves funds: true or false."),
            "x-binance-when-unknown": draft.words(where, {}, bilingual=self._bilingual),
        }

    def _conditions(self, parameters: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        said = self._each(lambda half: half.conditions)
        merged = list(dict.fromkeys(each for found in said.values() for each in found))
        if len({frozenset(found) for found in said.values()}) > 1:
            self._notes.append("the pages disagree on when a parameter must be sent.")
        rules = []
        for each in merged:
            other = each.other or self._holder(each.values, parameters) or draft.gap("Name the parameter that decides.")
            numbers = self._has_numbers(other)
            values = FlowList(draft.number_or_text(value, numbers=numbers) for value in each.values)
            rules.append({"parameter": each.parameter, "when": Flow({"parameter": other, "in": values})})
        return {"x-binance-requires": rules} if rules else {}

    def _holder(self, values: Sequence[str], parameters: Sequence[Mapping[str, Any]]) -> str | None:
        """Return the only parameter that has all of these values."""
        having = [str(each.get("name")) for each in parameters if set(values) <= set(map(str, self._values(each)))]
        return having[0] if len(having) == 1 else None

    def _values(self, parameter: Mapping[str, Any]) -> list[Any]:
        name = str(parameter.get("schema", {}).get("$ref", "")).rpartition("/")[2]
        schemas = {**(places.at(self._data, ("components", "schemas")) or {}), **self._components.added}
        return draft.listed(schemas.get(name, {}))

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
                    "url": self._address(language) or draft.gap("Write the address of the page, with https."),
                    "read": taken or draft.gap("Write the date of the page, as 'YYYY-MM-DD'."),
                }
        return sources

    def _address(self, language: Language) -> str | None:
        """Return where the page is: as the copy says, or as its headings do where they link to the other language."""
        page = self._files.get(language)
        if page is None or page.address is None:
            return None
        anchors = [found.value.partition("#")[0] for found in self._halves[language].anchors]
        own = next((each for each in anchors if each.startswith("/")), None)
        address = page.address.value.partition("#")[0].partition("?")[0]
        if own is None:
            return address if address.startswith("https://") else None
        return f"https://{urlsplit(address).netloc}{own}"

    # Parameters

    def _parameters(self, name: str, security: str) -> list[dict[str, Any]]:
        rows = self._rows()
        self._notes += [sentence for name, each in rows.items() for sentence in self._disagreements(name, each)]
        drafts = [self._parameter(name, each) for each in rows.values()]
        if security in _SIGNED and "timestamp" not in rows:
            drafts.append(self._shared("timestamp") or _TIMESTAMP)
        return drafts

    def _rows(self) -> dict[str, dict[Language, Parameter]]:
        """Return the rows of every page by name, in the order of the first page; others stand behind their neighbour."""
        order: list[str] = []
        rows: dict[str, dict[Language, Parameter]] = {}
        for language, half in self._halves.items():
            before = 0
            for found in half.parameters:
                name = found.value.name
                if name not in rows:
                    order.insert(before, name)
                rows.setdefault(name, {})[language] = found.value
                before = order.index(name) + 1
        return {name: rows[name] for name in order}

    def _parameter(self, name: str, row: Mapping[Language, Parameter]) -> dict[str, Any]:
        found = next(iter(row.values()))
        in_path = f"{{{found.name}}}" in self._endpoint.path
        shared = None if in_path else self._shared(found.name, required=found.required)
        return shared or draft.parameter(
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
        for key, each in (places.at(self._data, ("components", "parameters")) or {}).items():
            if each.get("name") == name and each.get("required", False) == required:
                return {"$ref": f"#/components/parameters/{key}"}
        return None

    def _disagreements(self, name: str, row: Mapping[Language, Parameter]) -> Iterator[str]:
        if len(row) < len(self._halves):
            yield f"only the page in {next(iter(row))} has the parameter {name}."
        for what, of in _COMPARED.items():
            said = {language: of(each) for language, each in row.items()}
            if len(set(said.values())) > 1:
                yield f"the pages disagree on {what} of {name}: {_told({key: [value] for key, value in said.items()}, str)}."

    # Answers

    def _responses(self, name: str) -> dict[str, Any]:
        own = {
            "description": draft.gap("Say in English what the answer says."),
            **({"x-binance-zh": draft.gap("Say in Chinese what the answer says.")} if self._bilingual else {}),
            "content": {"application/json": self._answer(name)},
        }
        return {"200": own, **self._errors()}

    def _answer(self, name: str) -> dict[str, Any]:
        printed = next((half.example.value for half in self._halves.values() if half.example), "")
        try:
            value = answer.example(printed)
        except ValueError as problem:
            said = f"{printed} ({problem})" if printed else "nothing"
            return {
                "schema": draft.gap("Write the schema of the answer."),
                "example": draft.gap("Write an answer.", said),
            }
        what = (
            {}
            if isinstance(value, (dict, list))
            else {"type": draft.gap("Decide how to read an answer that is no record.")}
        )
        words = draft.words("what the answer says", {}, bilingual=self._bilingual)
        written = answer.schema(value, bilingual=self._bilingual)
        schema = {"type": written["type"], **words, **written, **what}
        base = _class(name)
        known = self._components.add(f"{base}{'Response' if self._reads else 'Receipt'}", f"{base}Answer", schema)
        return {"schema": Flow({"$ref": f"#/components/schemas/{known}"}), "example": answer.flowing(value)}

    def _errors(self) -> dict[str, Any]:
        """Return the answers to what fails, as most operations of the spec refer to them."""
        found: dict[str, Any] = {}
        for status in _ERRORS:
            used = [
                places.at(self._data, (*path, "responses", status, "$ref")) for path in places.operations(self._data)
            ]
            most = Counter(each for each in used if isinstance(each, str)).most_common(1)
            if most:
                found[status] = Flow({"$ref": most[0][0]})
        return found


_TIMESTAMP = {
    "name": "timestamp",
    "in": "query",
    "required": True,
    "schema": Flow(type="integer", format="int64", minimum=0),
}
_COMPARED: Mapping[str, Callable[[Parameter], object]] = {
    "the type": lambda each: each.type,
    "whether it must be sent": lambda each: each.required,
    "the values": lambda each: ", ".join(value for value, _ in each.values),
}


def _class(name: str) -> str:
    """Return how the schemas of an operation begin, also where it has no name yet."""
    return "New" if name.startswith(GAP) else names.pascal(name)


def _words(half: Half) -> str:
    """Return what a page says about a call in prose."""
    parts = ([half.description] if half.description else []) + list(half.notes)
    return " / ".join(found.value for found in parts)


def _told(said: Mapping[Language, Sequence[T]], shown: Callable[[T], str]) -> str:
    """Return what each page says, for a person."""
    return "; ".join(f"{language}: {', '.join(map(shown, each))}" for language, each in said.items() if each)


def _shown_weight(weight: Weight) -> str:
    return f"{weight.weight} per {weight.scope or '?'}"


def _shown_limit(limit: CallLimit) -> str:
    return f"{limit.calls} per {limit.seconds} seconds"
