"""Drafts the longest time between two parameters from the sentences that state one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generator import drafts
from generator.openapi.edit import InlineMapping
from generator.sources import PageVersion
from generator.sources.time_ranges import begin_and_end, time_ranges

from .quotes import prose

_WINDOW = "x-binance-window"


def drafted_window(
    versions: Iterable[PageVersion], parameters: Sequence[Mapping[str, Any]], components: drafts.Components
) -> dict[str, Any]:
    """Return `x-binance-window` where its days are stated without doubt, or with a gap for them; else nothing."""
    names = [str(parameter["name"]) for parameter in parameters if "name" in parameter]
    kinds = {str(parameter.get("name")): parameter.get("schema", {}).get("type") for parameter in parameters}
    ends = begin_and_end([name for name in names if kinds[name] == "integer"])
    if ends is None:
        return {}
    texts = [
        text
        for version in versions
        for text in (*prose(version, permissions=True), *(row.value.text for row in version.parameters))
    ]
    stated = [stated for text in texts for stated in time_ranges(text, ends, names)]
    if not stated:
        return {}
    clear = {part.days for part in stated if part.days is not None}
    words = " / ".join(dict.fromkeys(part.text for part in stated))
    task = f"Write the most days between {' and '.join(ends)}, or remove {_WINDOW} where it has no such limit."
    days = clear.pop() if len(clear) == 1 else components.gap(task, words)
    return {_WINDOW: InlineMapping({"from": ends[0], "to": ends[1], "days": days})}
