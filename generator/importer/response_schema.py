"""Drafts the schema of an answer from the example that a page prints."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from generator import drafts
from generator.openapi.edit import Flow, FlowList
from generator.sources import Language
from generator.sources.json_example import FieldPath, parse_json_example
from generator.sources.json_example import comments as printed_comments

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]+")
_NOT_ALWAYS = re.compile(
    r"\bnot (?:be )?(?:returned|return|shown|included)\b|\bonly (?:be )?(?:returned|return|available|shown|appears?|exists?)\b"
    r"|\b(?:returned|shown|available|appears?|exists?) only\b|(?:不|才|仅|只)[\w ]{0,12}返回",
    re.IGNORECASE,
)
_LARGEST = 200_000
_DEEPEST = 20

Comments: TypeAlias = Mapping[Language, Mapping[FieldPath, str]]
"""What is printed behind the fields of the answers, in each language."""


def example(text: str) -> Any:
    """Return a parse_json_example example as data.

    Raises:
        ValueError: It cannot be read, or is too large or deep to be a part of a spec.
    """
    if len(text) > _LARGEST:
        raise ValueError(f"the example has {len(text)} characters")
    found = parse_json_example(text)
    if not found.readable:
        raise ValueError("the example cannot be read")
    for value, depth in _each(found.data):
        if depth > _DEEPEST:
            raise ValueError("the example is too deep")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("the example has a number that is too large")
    return found.data


def comments(texts: Iterable[str]) -> Mapping[FieldPath, str]:
    """Return what is printed behind the fields of examples, of those that can be read."""
    found: dict[FieldPath, list[str]] = {}
    for text in filter(_is_read, texts):
        for field, words in printed_comments(text):
            found.setdefault(field, []).append(words)
    return {field: "; ".join(dict.fromkeys(words)) for field, words in found.items()}


def _is_read(text: str) -> bool:
    try:
        example(text)
    except ValueError:
        return False
    return True


def is_error(value: Any) -> bool:
    """Return whether an answer is that of a call that failed."""
    code = value.get("code") if isinstance(value, dict) else None
    return isinstance(code, int) and code < 0 and set(value) <= {"code", "msg"}


def schema(values: Sequence[Any], said: Comments, *, bilingual: bool) -> dict[str, Any]:
    """Return the schema of answers.

    A field that is in all of them is taken for one that always comes, unless a comment says that it does not.
    """
    return _Schemas(said, bilingual=bilingual).of(values)


def flowing(value: Any) -> Any:
    """Return an example that is written on one line where it fits."""
    if isinstance(value, dict):
        return Flow({key: flowing(each) for key, each in value.items()})
    return FlowList(flowing(each) for each in value) if isinstance(value, list) else value


@dataclass(frozen=True)
class _Schemas:
    said: Comments
    bilingual: bool

    def of(self, values: Sequence[Any], place: FieldPath = ()) -> dict[str, Any]:
        """Return a schema that all of these values fit."""
        kinds: dict[str, list[Any]] = {}
        for value in values:
            kinds.setdefault(_kind(value), []).append(value)
        null = kinds.pop("null", None)
        if set(kinds) == {"integer", "number"}:
            kinds = {"number": [*kinds["integer"], *kinds["number"]]}
        if not kinds:
            kind = drafts.gap("Choose a type.")
            return {"type": FlowList([kind, "null"]) if null else kind}
        found = [self._of_kind(kind, each, place) for kind, each in kinds.items()]
        if len(found) > 1:
            return {"oneOf": found + ([Flow(type="null")] if null else [])}
        if null:
            found[0]["type"] = FlowList([found[0]["type"], "null"])
        return found[0]

    def _of_kind(self, kind: str, values: list[Any], place: FieldPath) -> dict[str, Any]:
        if kind == "object":
            return self._object(values, place)
        if kind == "array":
            return {"type": "array", "items": self.of([item for each in values for item in each], place)}
        if kind == "integer":
            return {"type": "integer", "format": "int64"}
        if kind == "string" and all(_AMOUNT.fullmatch(each) for each in values):
            return {"type": "string", "format": "decimal"}
        return {"type": kind}

    def _object(self, values: list[dict[str, Any]], place: FieldPath) -> dict[str, Any]:
        keys = list(dict.fromkeys(key for each in values for key in each))
        texts = {key: self._texts((*place, key)) for key in keys}
        required = [
            key
            for key in keys
            if all(key in each for each in values) and not any(map(_NOT_ALWAYS.search, texts[key].values()))
        ]
        keys.sort(key=lambda key: key not in required)
        properties = {}
        for key in keys:
            part = self.of([each[key] for each in values if key in each], (*place, key))
            properties[key] = {**part, **drafts.words("what the field holds", texts[key], bilingual=self.bilingual)}
        return {"type": "object", **({"required": FlowList(required)} if required else {}), "properties": properties}

    def _texts(self, place: FieldPath) -> drafts.Texts:
        return {language: found[place] for language, found in self.said.items() if place in found}


def _kind(value: Any) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "null")


def _each(value: Any) -> Iterator[tuple[Any, int]]:
    """Yield every value of an example, each with its depth."""
    waiting = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting += [(each, depth + 1) for each in below]
