"""Drafts which permissions of the API key an operation needs, by the names that the spec knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from generator import drafts
from generator.openapi import locate
from generator.openapi.document import at, follow
from generator.openapi.load import GAP
from generator.sources import Language
from generator.sources.phrases import named_permissions

_RESPONSE = ("responses", "200", "content", "application/json", "schema")


def drafted_permissions(
    data: Any, stated: Mapping[Language, Sequence[str]], components: drafts.Components
) -> list[dict[str, Any]]:
    """Return a permission for each sentence of the pages that asks for one."""
    known = [*dict.fromkeys(_known(data))]
    pairs = zip_longest(stated.get("en", ()), stated.get("zh-CN", ()), fillvalue="")
    return [
        {
            "name": _name(english, known, components),
            **components.description_gaps("what the key must be allowed", {"en": english, "zh-CN": chinese}),
        }
        for english, chinese in pairs
    ]


def _name(sentence: str, known: Sequence[str], components: drafts.Components) -> str:
    match named_permissions(sentence, known):
        case [name]:
            return name
        case names:
            listed = f"; this spec knows {', '.join(names or known)}" if known else ""
            return components.gap(f"Name the permission as Binance's list of API key permissions does{listed}.", "")


def _known(data: Any) -> Iterator[str]:
    """Yield the permissions of the spec: those that a read reports, and those that operations need."""
    for path in locate.operations(data):
        operation = at(data, path)
        effect = operation.get("x-binance-effect")
        if isinstance(effect, dict) and "permissions" in effect:
            _, schema = follow(data, (*path, *_RESPONSE))
            fields: Mapping[str, Any] = schema.get("properties", {})
            yield from (name for name, field in fields.items() if field.get("type") == "boolean")
        names = (str(permission["name"]) for permission in operation.get("x-binance-permissions", ()))
        yield from (name for name in names if not name.startswith(GAP))
