"""Drafts what a page states in the spec's idioms, with gaps where a person must write: `drift` and `importer` do it alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from generator.ir import names
from generator.ir.types import Api
from generator.openapi.document import at, children, has_key
from generator.openapi.edit import InlineMapping
from generator.openapi.load import GAP
from generator.openapi.locate import enum_values
from generator.sources import Endpoint, Language, PageParameter, PageVersion
from generator.sources.identify import KnownEndpoint
from generator.vocabulary import LANGUAGES, TYPE_SPELLINGS, is_chinese

Texts = Mapping[Language, str]
PAGE = "page"
"""How gaps name what says something, where it is a page of the documentation."""
_TYPES: Mapping[str, Mapping[str, str | int]] = {
    **{name: {"type": "string", "minLength": 1} for name in TYPE_SPELLINGS["STRING"]},
    **{name: {"type": "integer", "format": "int64"} for name in TYPE_SPELLINGS["LONG"]},
    **{name: {"type": "integer", "format": "int32"} for name in TYPE_SPELLINGS["INT"]},
    **{name: {"type": "string", "format": "decimal"} for name in TYPE_SPELLINGS["DECIMAL"]},
    **{name: {"type": "boolean"} for name in TYPE_SPELLINGS["BOOLEAN"]},
}
_LISTS = re.compile(r"(?:ARRAY|LIST)\s*(?:(?:OF\s+|<|\[)\s*([A-Z]+)\s*[>\]]?)?|([A-Z]+)\s*\[\]")
_MARKS = 10
_ENDS = ".!?:;\u3002\uff01\uff1f\uff1a\uff1b"
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")
_AMOUNTS = re.compile(r"(?:(?:^|_)(?:amount|amt|quantity|qty)|Amount|Amt|Quantity|Qty)$")
_PERHAPS_AMOUNTS = re.compile(
    r"(?:(?:^|_)(?:balance|charge|commission|fee|interest|pnl|price|profit|quota|rate|ratio|transferr?ed)"
    r"|Balance|Charge|Commission|Dust|Fee|Interest|Max|Min|Multiple|P[Nn][Ll]|Percentage|Price|Profit|Quota|Rate|Ratio"
    r"|Transferr?ed|[a-z](?:BNB|BTC|USDT?))s?$|(?:^a|A)mount(?=[A-Z])"
)
_LAST_WORD = re.compile(r"[A-Z]?[a-z0-9]+$")
_FROM_OR_TO = re.compile(r"^(?:from|to)([A-Z])")
_SYNONYMS = {"coin": "asset"}
_RULES = ("minLength", "pattern", "minimum")
_SEVERAL = re.compile(r"\b[A-Z0-9]{2,12},[A-Z0-9]{2,12}\b|\bcommas?\b|\u9017\u53f7")
"""How a text says that a parameter takes several values in one."""
DECIMAL: Mapping[str, str] = {"type": "string", "format": "decimal"}
_PERHAPS = "Write string, and below it format: decimal if this is an amount, whose digits are then exact."


def known_endpoints(api: Api) -> list[KnownEndpoint]:
    """Return the endpoints of the spec, with what identifies their pages."""
    return [
        KnownEndpoint(
            operation.title.en,
            Endpoint(operation.method, operation.path),
            [page.url for page in operation.pages.values()],
            bool(operation.client_parameters) or any(parameter.required for parameter in operation.parameters),
        )
        for operation in api.operations
    ]


def gap(task: str, stated: str = "", by: str = PAGE) -> str:
    """Return a text that stands where a person has to write: what to write, and what a source says of it."""
    words = printable_words(stated)
    return f"{GAP} {task}" + (f" The {by} says: {words}" if words else "")


def description_gaps(what: str, texts: Texts, *, bilingual: bool, by: str = PAGE) -> dict[str, str]:
    """Return the gaps for a description, in Chinese too where the spec is bilingual."""
    tasks = {language: f"Say in {name} {what.removesuffix('.')}." for language, name in LANGUAGES.items()}
    drafted = {"description": gap(tasks["en"], texts.get("en", ""), by)}
    return drafted | ({"x-binance-zh": gap(tasks["zh-CN"], texts.get("zh-CN", ""), by)} if bilingual else {})


def stated_words(what: str, texts: Texts, *, bilingual: bool, by: str = PAGE) -> dict[str, str]:
    """Return a description in the words of a source; where it has none, or none in English, one gap."""
    english, chinese = (printable_words(texts.get(language, "")) for language in LANGUAGES)
    chinese = chinese if is_chinese(chinese) else ""
    beside = ", and in Chinese beside it, as x-binance-zh" if bilingual and not chinese else ""
    description = english or gap(f"Say in English {what.removesuffix('.')}{beside}.", chinese, by)
    known = {"x-binance-zh": chinese or english} if bilingual and (chinese or english) else {}
    return {"description": description} | known


def printable_words(text: str) -> str:
    """Return a text in one line, without what cannot be printed."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def sentences(parts: Iterable[str]) -> str:
    """Return messages as one text, in which each ends as a sentence does."""
    return " ".join(part if part[-1:] in _ENDS else f"{part}{'。' if is_chinese(part[-1:]) else '.'}" for part in parts)


def recorded(page: PageVersion) -> list[str]:
    """Return the fingerprints of a page's sentences as the spec keeps them, some on each line."""
    marks = [sentence.fingerprint for sentence in page.sentences]
    return [" ".join(marks[start : start + _MARKS]) for start in range(0, len(marks), _MARKS)]


class Components:
    """The schemas of the spec, to which a draft adds those that it needs.

    Args:
        data: The spec.
        takes_words: Whether the words of the source become the texts; else a person writes each, with them as a hint.
        source: How gaps name the source.
    """

    def __init__(self, data: Any, *, takes_words: bool = False, source: str = PAGE) -> None:
        self._present: Mapping[str, Any] = at(data, ("components", "schemas")) or {}
        self._decimals = frozenset(_decimals(data))
        self._shared_rules = _shared_rules(data)
        self._bilingual = has_key(data, "x-binance-zh")
        self.takes_words = takes_words
        self.source = source
        self.added: dict[str, Any] = {}

    def gap(self, task: str, stated: str) -> str:
        """Return a gap with what the source says of it."""
        return gap(task, stated, self.source)

    def description_gaps(self, what: str, texts: Texts) -> dict[str, str]:
        """Return the gaps for a description in each language of the spec, or what is stated instead."""
        described = stated_words if self.takes_words else description_gaps
        return described(what, texts, bilingual=self._bilingual, by=self.source)

    def optional_description(self, what: str, texts: Texts) -> dict[str, str]:
        """Return a description that can be left out where nothing is stated."""
        silent = self.takes_words and not any(texts.values())
        return {} if silent else self.description_gaps(what, texts)

    def text_field(self, name: str, *, can_be_empty: bool = False) -> dict[str, Any]:
        """Return the type of a field that a source types as a text: an amount by its name, or by what the spec has under it.

        No amount is empty: where an example is, a person decides.
        """
        if not can_be_empty and (name in self._decimals or _AMOUNTS.search(name)):
            return {**DECIMAL}
        return {"type": gap(_PERHAPS) if self.is_amount(name) else "string"}

    def shared_rules(self, name: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the rules that all parameters of this kind have in the spec."""
        return self._shared_rules.get(_kind_of(name, schema), {})

    def is_amount(self, name: str) -> bool:
        """Return whether a number under this name is an amount, or what is counted as exactly."""
        return name in self._decimals or bool(_AMOUNTS.search(name) or _PERHAPS_AMOUNTS.search(name))

    def plain_enum(self, name: str, owner: str, values: Sequence[str | int], texts: Texts) -> str:
        """Return the name of an enum whose values the source only lists: the same one, or a new one that asks for words."""
        numbers = all(isinstance(value, int) for value in values)
        # The same numbers mean something else elsewhere; the same words mean the same.
        known = None if numbers else self.enum_with(tuple(values))
        if known:
            return known
        chinese = ", and in Chinese beside it, as x-binance-zh" if self._bilingual else ""
        task = f"Say in English what the values tell apart{chinese}; each const can have a description too."
        branches = [enum_value(value, {}) for value in values]
        schema = {
            "type": "integer" if numbers else "string",
            "description": self.gap(task, texts.get("en", "") or texts.get("zh-CN", "")),
            "oneOf": [InlineMapping(branch) for branch in branches],
        }
        return self.add_enum(name, owner, schema)

    def add_enum(self, name: str, owner: str, schema: Mapping[str, Any]) -> str:
        """Add an enum under the name of what has it, with its owner before a name that is one word, or taken."""
        name = _FROM_OR_TO.sub(lambda match: match[1].lower(), name)
        own = names.pascal(name)
        general = own == name[:1].upper() + name[1:].lower()
        return self.add(f"{owner}{own}" if general else own, f"{owner}{own}", schema)

    def add(self, wanted: str, instead: str, schema: Mapping[str, Any]) -> str:
        """Add a schema under the first of these names that is free, and return the name."""
        candidates = (wanted, instead, *(f"{instead}{number}" for number in range(2, 1000)))
        name = next(filter(self._is_free, candidates))
        self.added[name] = schema
        return name

    def enum_with(self, values: tuple[str | int, ...]) -> str | None:
        """Return the name of an enum that has exactly these values."""
        for name, schema in {**self._present, **self.added}.items():
            if isinstance(schema, dict) and set(enum_values(schema)) == set(values):
                return name
        return None

    def values(self, name: str) -> list[Any]:
        """Return the values of the enum of this name."""
        return enum_values({**self._present, **self.added}.get(name, {}))

    def _is_free(self, name: str) -> bool:
        return names.is_class_name(name) and name not in {*self._present, *self.added, *names.CLASSES_TAKEN}


def _decimals(data: Any) -> Iterator[str]:
    """Yield the names of the parameters and fields that are amounts in the spec."""
    waiting = [("", data)]
    while waiting:
        name, node = waiting.pop()
        if isinstance(node, dict) and node.get("format") == DECIMAL["format"]:
            yield name
        named = isinstance(node, dict) and isinstance(node.get("name"), str)
        waiting += [(node["name"] if named and key == "schema" else str(key), below) for key, below in children(node)]


def _shared_rules(data: Any) -> dict[str, dict[str, Any]]:
    """Return the rules that parameters with the same last word in their names, or all amounts, have in common."""
    shared = [*(at(data, ("components", "parameters")) or {}).values()]
    methods = (method for _, path in children(at(data, ("paths",)) or {}) for _, method in children(path))
    listed = [part for method in methods if isinstance(method, dict) for part in method.get("parameters", ())]
    found: dict[str, list[dict[str, Any]]] = {}
    for part in shared + listed:
        schema = part.get("schema") if isinstance(part, dict) else None
        if isinstance(schema, dict) and (kind := _kind_of(str(part.get("name")), schema)):
            found.setdefault(kind, []).append({key: schema[key] for key in _RULES if key in schema})
    return {kind: rules[0] for kind, rules in found.items() if rules.count(rules[0]) == len(rules)}


def _kind_of(name: str, schema: Mapping[str, Any]) -> str:
    """Return what has rules in common: amounts, and texts or times of one name; nothing where a parameter is none of these."""
    if schema.get("format") == DECIMAL["format"]:
        return DECIMAL["format"]
    word = _LAST_WORD.search(name)
    last = word[0].lower() if word else name
    last = _SYNONYMS.get(last, last)
    kind = schema.get("type")
    return f"{kind} {last}" if kind == "string" or (kind == "integer" and last == "time") else ""


def parameter(
    rows: Mapping[Language, PageParameter],
    components: Components,
    *,
    owner: str,
    location: str,
    needed: bool = False,
) -> dict[str, Any]:
    """Draft a parameter; the values that it can have become a schema of their own.

    Args:
        rows: Its row in each language; where they disagree, the first one counts.
        components: The schemas of the spec.
        owner: Begins the name of a new schema where the parameter's own is taken.
        location: Where it is sent: query or path.
        needed: Whether it must be sent at times.
    """
    first = next(iter(rows.values()))
    texts: Texts = {language: row.text for language, row in rows.items()}
    schema = _schema(rows, components, owner)
    required: Any = location == "path" or first.required
    if required is None:
        required = gap("Say whether it must be sent: true or false.")
    drafted: dict[str, Any] = {
        "name": first.name,
        "in": location,
        "required": required,
        **components.description_gaps("what the parameter is", texts),
    }
    rules = components.shared_rules(first.name, schema)
    if "pattern" in rules and "," not in str(rules["pattern"]) and any(map(_SEVERAL.search, texts.values())):
        schema = {"type": "array", "items": schema}
        drafted["explode"] = False
    elif schema.get("type") == "array":
        drafted["explode"] = gap("Say how several are sent: true repeats the name, false joins them with commas.")
    drafted["schema"] = schema
    example = _example(first.example, schema, components) if first.example is not None else None
    if "$ref" in schema and example is not None and "default" not in schema:
        drafted["example"] = example
    elif (required is not False or needed) and "default" not in schema and "$ref" not in schema:
        if example is None:
            example = components.gap("Give an example.", texts.get("en", "") or texts.get("zh-CN", ""))
        drafted["example"] = example
    return drafted


def _example(text: str, schema: Mapping[str, Any], components: Components) -> str | int | bool | None:
    """Return an example of a source as it is written in the spec, or nothing where it does not fit."""
    if "$ref" in schema:
        known = components.values(str(schema["$ref"]).rpartition("/")[2])
        return next((value for value in known if str(value) == text), None)
    value = (
        _default(text, schema, components) if text and schema.get("type") in ("string", "integer", "boolean") else GAP
    )
    return None if isinstance(value, str) and value.startswith(GAP) else value


def enum_value(value: str | int, described: Mapping[str, str]) -> dict[str, Any]:
    """Draft a value of an enum, with the gaps for its description."""
    title = {"title": gap("Name the value in capitals, such as SPOT_TO_MARGIN.")} if isinstance(value, int) else {}
    return {"const": value, **title, **described}


def number_or_text(value: str, *, numbers: bool) -> str | int:
    """Return a value as it is sent."""
    return int(value) if numbers and _NUMBER.fullmatch(value) else value


def _schema(rows: Mapping[Language, PageParameter], components: Components, owner: str) -> dict[str, Any]:
    first = next(iter(rows.values()))
    kind = first.type.strip().upper()
    several = _LISTS.fullmatch(kind)
    if any(row.values for row in rows.values()):
        known = _enum(rows, components, owner)
        reference = InlineMapping({"$ref": f"#/components/schemas/{known}"})
        if several:
            return {"type": "array", "items": reference}
        default = _stated(rows, "default")
        if default is not None:
            same = [value for value in components.values(known) if str(value) == default]
            reference["default"] = (
                same[0] if same else components.gap("Write the default, which is one of the values.", default)
            )
        return reference
    if several:
        items = _of_type(several[1] or several[2] or "", first.type, components)
        return {"type": "array", "items": InlineMapping({**items, **components.shared_rules(first.name, items)})}
    schema = _of_type(kind, first.type, components)
    is_text = schema["type"] == "string" and "format" not in schema
    if is_text and (_AMOUNTS.search(first.name) or _PERHAPS_AMOUNTS.search(first.name)):
        schema = InlineMapping(type=components.gap(_PERHAPS, f"the type is {first.type}"))
    schema.update(components.shared_rules(first.name, schema))
    if schema["type"] == "integer" or schema.get("format") == "decimal":
        rules = {key: _stated(rows, key) for key in ("minimum", "maximum")}
        schema.update({key: _number(value) for key, value in rules.items() if value is not None})
    default = _stated(rows, "default")
    if default is not None:
        schema["default"] = _default(default, schema, components)
    return schema


def _of_type(kind: str, printed: str, components: Components) -> InlineMapping:
    choose = "Choose string, integer or boolean, or refer to an enum."
    return InlineMapping(
        _TYPES.get(kind) or {"type": components.gap(choose, f"the type is {printed}" if printed else "")}
    )


def _stated(rows: Mapping[Language, PageParameter], rule: str) -> Any:
    """Return a rule of a parameter as the first page has it that states one."""
    return next((value for row in rows.values() if (value := getattr(row, rule)) is not None), None)


def _enum(rows: Mapping[Language, PageParameter], components: Components, owner: str) -> str:
    """Return the name of the enum of a parameter: one that is there if it has the same words, or else a new one."""
    first = next(iter(rows.values()))
    texts: dict[Language, dict[str, str]] = {language: dict(row.values) for language, row in rows.items()}
    written = list(dict.fromkeys(value for values in texts.values() for value in values))
    numbers = _TYPES.get(first.type.strip().upper(), {}).get("type") == "integer"
    numbers = (numbers or first.type.strip().upper() == "ENUM") and all(map(_NUMBER.fullmatch, written))
    stated: Texts = {language: row.text for language, row in rows.items()}
    if components.takes_words and not any(any(of.values()) for of in texts.values()):
        values = [number_or_text(value, numbers=numbers) for value in written]
        return components.plain_enum(first.name, owner, values, stated)
    # The same numbers mean something else elsewhere; the same words mean the same.
    known = None if numbers else components.enum_with(tuple(written))
    if known:
        return known
    described = components.optional_description("what the values tell apart", stated if components.takes_words else {})
    branches = [
        enum_value(
            number_or_text(value, numbers=numbers),
            components.description_gaps(
                "what the value means", {language: of[value] for language, of in texts.items() if value in of}
            ),
        )
        for value in written
    ]
    schema = {"type": "integer" if numbers else "string", **described, "oneOf": branches}
    return components.add_enum(first.name, owner, schema)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _default(text: str, schema: Mapping[str, Any], components: Components) -> str | int | bool:
    if schema["type"] == "boolean":
        known = text.lower() in ("true", "false")
        return text.lower() == "true" if known else components.gap("Write the default: true or false.", text)
    if schema["type"] == "integer":
        return int(text) if _NUMBER.fullmatch(text) else components.gap("Write the default as a number.", text)
    amount = schema.get("format") == "decimal"
    # Where the type is a gap, it is taken for a text.
    return components.gap("Write the default as an amount.", text) if amount and not _AMOUNT.fullmatch(text) else text
