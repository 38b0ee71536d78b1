"""Drafts the responses of an operation: the schema of its examples, and the errors that other operations refer to."""

from __future__ import annotations

import contextlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from generator import drafts
from generator.console import join_names
from generator.openapi.document import at
from generator.openapi.edit import InlineList, InlineMapping
from generator.sources import Language, Located, PageVersion
from generator.sources.json_example import FieldPath, parse_json_example
from generator.sources.json_example import comments as field_comments
from generator.sources.sketch import (
    ENUM,
    ENUM_ITEMS,
    NULL,
    NULL_ITEMS,
    NUMBER,
    NUMBER_ITEMS,
    PERHAPS_NOT_ALWAYS,
    is_mark,
    marked_values,
)

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]+")
_ASSET = re.compile(r"(?=.*[A-Z])[A-Z0-9]{2,12}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NOT_ALWAYS = re.compile(
    r"\bnot (?:be )?(?:returned|return|shown|included)\b|\bonly (?:be )?(?:returned|return|available|shown|appears?|exists?)\b"
    r"|\b(?:returned|shown|available|appears?|exists?) only\b|(?:不|才|仅|只)[\w ]{0,12}返回",
    re.IGNORECASE,
)
_ERRORS = ("4XX", "5XX")
_REQUIRED = "List the fields that always come, such as [id], or remove this line; the source does not say."
_COMMENT = re.compile(r"/\*.*?\*/ ?", re.DOTALL)
_LONGEST = 1_000
"""More characters of an example than this help nobody in a gap."""
_LARGEST = 200_000
_DEEPEST = 20

Comments: TypeAlias = Mapping[Language, Mapping[FieldPath, str]]
"""What is printed behind the fields of the answers, in each language."""


def responses(
    versions: Mapping[Language, PageVersion],
    known: Sequence[Any],
    names: tuple[str, str],
    components: drafts.Components,
    said: drafts.Texts,
) -> tuple[dict[str, Any], list[str]]:
    """Draft the responses of an operation.

    Args:
        versions: Its page in each language.
        known: The responses of the operations that the spec has.
        names: The name of the schema, and the one instead of it where that is taken.
        components: The schemas of the spec.
        said: What is known of the response in words.

    Returns:
        The responses, and what a note has to say of examples that cannot be used.
    """
    examples = next((version.examples for version in versions.values() if version.examples), ())
    sketches = [version.sketch for version in versions.values() if version.sketch]
    unread: list[str] = []
    texts: Comments = {
        language: comments(block.value for block in (*version.examples, *([version.sketch] if version.sketch else [])))
        for language, version in versions.items()
    }
    described = components.description_gaps("what the answer says", said)
    has_examples = any(example not in sketches for example in examples)
    schemas = Schemas(texts, components, has_examples, names[0].removesuffix("Response"))
    media = _success(examples or sketches[:1], schemas, names, unread)
    if not examples and sketches and "example" in media:
        form = drafts.printable_words(_COMMENT.sub("", sketches[0].value))
        form = form if len(form) <= _LONGEST else f"{form[:_LONGEST]}…"
        media["example"] = drafts.gap(f"Write an answer of the form {form}")
    own = {**described, "content": {"application/json": media}}
    return {"200": own, **_errors(known)}, unread


def _success(
    examples: Sequence[Located[str]],
    schemas: Schemas,
    names: tuple[str, str],
    unread: list[str],
) -> dict[str, Any]:
    first = examples[0].value if examples else ""
    try:
        value = example(first)
    except ValueError as error:
        stated = f"{first[:_LONGEST]} ({error})" if first else "nothing"
        schema_gap, example_gap = (
            drafts.gap("Write the schema of the answer."),
            schemas.components.gap("Write an answer.", stated),
        )
        return {"schema": schema_gap, "example": example_gap}
    whole = schemas.of([value, *_others(examples[1:], unread)])
    if not isinstance(value, (dict, list)):
        whole["type"] = drafts.gap("Decide how to read an answer that is no record.")
    name = schemas.components.add(*names, whole)
    return {"schema": InlineMapping({"$ref": f"#/components/schemas/{name}"}), "example": flowing(value)}


def _others(examples: Sequence[Located[str]], unread: list[str]) -> Iterator[Any]:
    """Yield the other examples of a page, without those of calls that failed."""
    for block in examples:
        try:
            value = example(block.value)
        except ValueError as error:
            unread.append(f"line {block.line} has another answer, but {error}.")
            continue
        if not is_error(value):
            yield value


def _errors(known: Sequence[Any]) -> dict[str, Any]:
    """Return the responses to what fails, as most operations of the spec refer to them."""
    drafted: dict[str, Any] = {}
    for status in _ERRORS:
        used = Counter(
            reference for responses in known if isinstance(reference := at(responses, (status, "$ref")), str)
        )
        if used:
            drafted[status] = InlineMapping({"$ref": used.most_common(1)[0][0]})
    return drafted


def example(text: str) -> Any:
    """Return an example of a page as data.

    Raises:
        ValueError: It cannot be read, or is too large or deep to be a part of a spec.
    """
    if len(text) > _LARGEST:
        raise ValueError(f"the example has {len(text)} characters")
    parsed = parse_json_example(text)
    if not parsed.readable:
        raise ValueError("the example cannot be read")
    for value, depth in _values(parsed.data):
        if depth > _DEEPEST:
            raise ValueError("the example is too deep")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("the example has a number that is too large")
    return parsed.data


def comments(texts: Iterable[str]) -> Mapping[FieldPath, str]:
    """Return what is printed behind the fields of examples, of those that can be read."""
    comments: dict[FieldPath, list[str]] = {}
    for text in texts:
        with contextlib.suppress(ValueError):
            example(text)
            for field, words in field_comments(text):
                comments.setdefault(field, []).append(words)
    return {field: "; ".join(dict.fromkeys(words)) for field, words in comments.items()}


def is_error(value: Any) -> bool:
    """Return whether an answer is that of a call that failed."""
    code = value.get("code") if isinstance(value, dict) else None
    return isinstance(code, int) and code < 0 and set(value) <= {"code", "msg"}


def flowing(value: Any) -> Any:
    """Return an example that is written on one line where it fits."""
    if isinstance(value, dict):
        return InlineMapping({key: flowing(item) for key, item in value.items()})
    return InlineList(map(flowing, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class Schemas:
    """Makes the schemas of answers.

    A field that is in all of them is taken for one that always comes, unless a comment says that it does not. Where there
    is no example, and the source says of no field that it always comes, that is a gap.
    """

    comments: Comments
    components: drafts.Components
    has_examples: bool
    owner: str = ""
    """Begins the name of an enum whose own is taken."""

    def of(self, values: Sequence[Any], path: FieldPath = ()) -> dict[str, Any]:
        """Return a schema that all of these values fit."""
        kinds: dict[str, list[Any]] = {}
        for value in values:
            kinds.setdefault(_kind(value), []).append(value)
        null = kinds.pop("null", None)
        if set(kinds) == {"integer", "number"}:
            kinds = {"number": [*kinds["integer"], *kinds["number"]]}
        if not kinds:
            kind = drafts.gap("Choose a type.")
            return {"type": InlineList([kind, "null"]) if null else kind}
        schemas = [self._of_kind(kind, of_kind, path) for kind, of_kind in kinds.items()]
        if len(schemas) > 1:
            return {"oneOf": schemas + ([InlineMapping(type="null")] if null else [])}
        return _nullable(schemas[0]) if null else schemas[0]

    def _of_kind(self, kind: str, values: list[Any], path: FieldPath) -> dict[str, Any]:
        if kind == "object":
            return self._object(values, path)
        if kind == "array":
            return {"type": "array", "items": self.of([item for value in values for item in value], path)}
        if kind == "integer":
            return {"type": "integer", "format": "int64"}
        # That an example of an amount has no fraction is chance.
        form = _NUMBER if path and self.components.is_amount(path[-1]) else _AMOUNT
        if kind == "string" and all(map(form.fullmatch, values)):
            return {**drafts.DECIMAL}
        if kind == "string" and path and not any(values):
            return self.components.text_field(path[-1], can_be_empty=self.has_examples)
        return {"type": kind}

    def _object(self, values: list[dict[str, Any]], path: FieldPath) -> dict[str, Any]:
        keys = list(dict.fromkeys(key for value in values for key in value))
        if _is_map(values):
            inner = [item for value in values for item in value.values()]
            return {"type": "object", "additionalProperties": self.of(inner, (*path, keys[0]))}
        texts = {key: self._texts((*path, key)) for key in keys}
        required = [
            key
            for key in keys
            if all(key in value for value in values) and not any(map(_NOT_ALWAYS.search, texts[key].values()))
        ]
        keys.sort(key=lambda key: key not in required)
        properties = {}
        for key in keys:
            part = self.of([value[key] for value in values if key in value], (*path, key))
            marks = _marks(texts[key])
            part = self._as_marked(part, key, [value[key] for value in values if key in value], marks)
            if NULL_ITEMS in marks and "items" in part:
                part["items"] = _nullable(part["items"])
            part = _nullable(part) if NULL in marks else part
            properties[key] = {
                **part,
                **self.components.optional_description("what the field holds", _stated(texts[key])),
            }
        is_known = self.has_examples or not any(PERHAPS_NOT_ALWAYS in _marks(texts[key]) for key in keys)
        listed: Any = InlineList(required) if is_known else drafts.gap(_REQUIRED)
        return {"type": "object", **({"required": listed} if required else {}), "properties": properties}

    def _as_marked(self, part: dict[str, Any], name: str, values: list[Any], marks: Sequence[str]) -> dict[str, Any]:
        """Return the schema of a field with what the source says of its type and an example need not show."""
        if "items" in part:
            below = [item for value in values if isinstance(value, list) for item in value]
            listed = marked_values(ENUM_ITEMS, marks)
            part["items"] = self._of_type(part["items"], name, below, listed, is_number=NUMBER_ITEMS in marks)
        return self._of_type(part, name, values, marked_values(ENUM, marks), is_number=NUMBER in marks)

    def _of_type(
        self, part: dict[str, Any], name: str, values: list[Any], listed: list[str | int], *, is_number: bool
    ) -> dict[str, Any]:
        if is_number and part.get("type") == "integer":
            return {"type": "number"}
        if not listed or part.get("type") not in ("string", "integer"):
            return part
        other = next((value for value in values if value not in ("", 0, *listed)), None)
        if other is not None:
            stated = f"the values are {join_names(map(str, listed))}, but the example has {other}"
            return {"type": self.components.gap("Refer to an enum, or write string or integer.", stated)}
        return InlineMapping(
            {"$ref": f"#/components/schemas/{self.components.plain_enum(name, self.owner, listed, {})}"}
        )

    def _texts(self, path: FieldPath) -> drafts.Texts:
        return {language: texts[path] for language, texts in self.comments.items() if path in texts}


def _is_map(values: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the keys of records are assets and the like, each of which has a record of its own."""
    keys = [key for value in values for key in value]
    records = [item for value in values for item in value.values()]
    return bool(keys) and all(map(_ASSET.fullmatch, keys)) and all(isinstance(item, dict) and item for item in records)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that null fits too."""
    kind = schema.get("type")
    if isinstance(kind, list):
        return schema
    if "$ref" in schema:
        return {"oneOf": [schema, InlineMapping(type="null")]}
    if "oneOf" in schema:
        null = InlineMapping(type="null")
        return schema if null in schema["oneOf"] else {**schema, "oneOf": [*schema["oneOf"], null]}
    return {**schema, "type": InlineList([kind, "null"])}


def _marks(texts: drafts.Texts) -> list[str]:
    """Return what the source says of a field elsewhere than in words."""
    return [part for text in texts.values() for part in text.split("; ") if is_mark(part)]


def _stated(texts: drafts.Texts) -> drafts.Texts:
    """Return what is said of a field in words."""
    return {
        language: "; ".join(part for part in text.split("; ") if not is_mark(part)) for language, text in texts.items()
    }


def _kind(value: Any) -> str:
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "null")


def _values(value: Any) -> Iterator[tuple[Any, int]]:
    """Yield every value of an example, each with its depth."""
    waiting = [(value, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        waiting += [(item, depth + 1) for item in below]
