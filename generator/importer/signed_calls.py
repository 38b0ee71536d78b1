"""The parameters that every signed call takes, and what a note says of those that no source lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generator.drafts import Texts
from generator.openapi.edit import InlineMapping
from generator.sources import Source
from generator.sources.fact_texts import NOT_LISTED

TIMESTAMP, RECV_WINDOW = "timestamp", "recvWindow"
_OWN_TIMESTAMP: Mapping[str, Any] = {
    "name": TIMESTAMP,
    "in": "query",
    "required": True,
    "schema": InlineMapping(type="integer", format="int64", minimum=0),
}


def reference(name: str) -> dict[str, Any]:
    """Return a reference to a parameter that operations share."""
    return {"$ref": f"#/components/parameters/{name}"}


def of_signed_calls(window: str | None, timestamp: str | None) -> dict[str, dict[str, Any]]:
    """Return what every signed call takes: the timestamp, and the window where operations share it under a name."""
    return {
        **({RECV_WINDOW: reference(window)} if window else {}),
        TIMESTAMP: reference(timestamp) if timestamp else dict(_OWN_TIMESTAMP),
    }


def with_missing(listed: Iterable[str], missing: Iterable[str]) -> list[str]:
    """Return the names of all parameters, in the order of the source; the window stands before the timestamp."""
    names = list(listed)
    for name in missing:
        before_timestamp = name == RECV_WINDOW and TIMESTAMP in names
        names.insert(names.index(TIMESTAMP) if before_timestamp else len(names), name)
    return names


def not_listed(names: Sequence[str], sources: Iterable[Source]) -> tuple[tuple[Mapping[str, str], ...], Texts]:
    """Return what a note explains to drift where no source lists these parameters, and its words."""
    explains = tuple(
        {"page": source, "fact": "parameter", "says": NOT_LISTED, "about": name}
        for source in dict.fromkeys(sources)
        for name in names
    )
    english = f"The source does not list {' and '.join(names)}, which every signed call takes."
    chinese = f"来源没有列出 {'、'.join(names)}。这是所有需要签名的调用都接受的参数。"
    return explains, {"en": english, "zh-CN": chinese}
