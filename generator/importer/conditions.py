"""Drafts gaps for sentences that condition parameters in words that are not understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generator import drafts
from generator.sources import PageVersion
from generator.sources.unread_conditions import ConditionKind, unread_conditions

from .quotes import prose
from .signed_calls import RECV_WINDOW, TIMESTAMP

REQUIRES, EXCLUSIVE = "x-binance-requires", "x-binance-exclusive"
_TASKS: Mapping[ConditionKind, str] = {
    "requires": "Write which parameter must be given when another has which values, or remove this line where that cannot be said.",
    "exclusive": "List the parameters of which only one may be given, with required: true if one must be, or remove this line.",
}


def with_unread(
    rules: Sequence[Mapping[str, Any]], versions: Iterable[PageVersion], components: drafts.Components
) -> dict[str, Any]:
    """Return the conditions that are understood, and a gap for the sentences of each kind that are not."""
    unread = _unread(versions)
    gaps = {kind: components.gap(_TASKS[kind], " / ".join(texts)) for kind, texts in unread.items() if texts}
    required: Any = [*rules, gaps["requires"]] if rules and "requires" in gaps else rules or gaps.get("requires")
    found = {REQUIRES: required, EXCLUSIVE: gaps.get("exclusive")}
    return {key: value for key, value in found.items() if value}


def _unread(versions: Iterable[PageVersion]) -> Mapping[ConditionKind, Sequence[str]]:
    """Return the sentences of each kind in the first language that has some."""
    found: dict[ConditionKind, dict[str, None]] = {"requires": {}, "exclusive": {}}
    for version in versions:
        names = [row.value.name for row in version.parameters if row.value.name not in (RECV_WINDOW, TIMESTAMP)]
        texts: list[tuple[str, str | None]] = [(text, None) for text in prose(version, permissions=True)]
        texts += [(row.value.text, row.value.name) for row in version.parameters if row.value.name in names]
        own: dict[ConditionKind, dict[str, None]] = {"requires": {}, "exclusive": {}}
        for text, row in texts:
            for kind, sentence in unread_conditions(text, names, row):
                own[kind][sentence] = None
        found = {kind: texts or own[kind] for kind, texts in found.items()}
    return {kind: list(sentences) for kind, sentences in found.items()}
