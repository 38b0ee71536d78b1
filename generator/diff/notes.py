"""Compares notes, which have no names: the same English is the same note; of what is left, equally many are reworded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.openapi.document import at as value_at

from .change import Change
from .rows import Pair, Sides
from .wording import quoted


def notes(pair: Pair, name: str) -> Iterator[Change]:
    """Compare the notes of two records."""
    (old, new), at = pair.values(name), pair.below("x-binance-note")
    removed, added, same = [*range(len(old))], [*range(len(new))], {}
    for before, note in enumerate(old):
        after = next((after for after in added if new[after].en == note.en), None)
        if after is not None:
            same[before] = after
            removed.remove(before)
            added.remove(after)
    if len(removed) == len(added):
        same |= dict(zip(removed, added, strict=True))
        removed, added = [], []
    for before, after in same.items():
        here, label = Sides((*at.old, before), (*at.new, after)), f"note {after + 1}"
        yield from pair.text(old[before], new[after], here, "description", fact="note", label=label)
        # Read from the document: it is for the check of the pages alone, so it is in no representation.
        here = here.below("explains")
        values = [_explained(value_at(spec.document.data, path)) for spec, path in zip(pair.specs, here, strict=True)]
        yield from pair.differ("text", values, here, "note", label=f"{label} explains", none="nothing")
    for index in removed:
        text, here = old[index].en, Sides((*at.old, index), at.new)
        yield pair.on_one_side("text", "note", f"a note is gone: {quoted(text)}", text, here, added=False)
    for index in added:
        text = new[index].en
        yield pair.on_one_side("text", "note", f"a new note: {quoted(text)}", text, at.below(index), added=True)
    if [same[index] for index in sorted(same)] != sorted(same.values()):
        yield pair.change("text", "order", "the notes stand in another order", ("", ""), at)


def _explained(differences: Any) -> str | None:
    """Return what pages say otherwise, as a note lists it."""
    return "; ".join(" ".join(map(str, difference.values())) for difference in differences or ()) or None
