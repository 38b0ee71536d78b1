"""Compares notes, which have no names: the same English is the same note; of what is left, equally many are reworded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from generator.ir import types as ir
from generator.openapi.document import at as value_at

from .change import Sides
from .rows import Pair
from .wording import quoted


def notes(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare the notes of two records."""
    (old, new), at = pair.values(name), pair.below("x-binance-note")
    same = _same(old, new)
    left = [index for index in range(len(old)) if index not in same]
    came = [index for index in range(len(new)) if index not in same.values()]
    if len(left) == len(came):
        same |= dict(zip(left, came, strict=True))
        left, came = [], []
    for before, after in same.items():
        _note(pair, old[before], new[after], Sides((*at.old, before), (*at.new, after)))
    for index in left:
        text = old[index].en
        pair.add("text", "note", f"a note is gone: {quoted(text)}", (text, None), Sides((*at.old, index), at.new))
    for index in came:
        text = new[index].en
        pair.add("text", "note", f"a new note: {quoted(text)}", (None, text), at.below(index))
    if sorted(same.values()) != [same[index] for index in sorted(same)]:
        pair.add("text", "order", "the notes stand in another order", ("", ""), at)
    return ()


def _same(old: Sequence[ir.Text], new: Sequence[ir.Text]) -> dict[int, int]:
    """Return which note of the old ones is which of the new ones, each once, by their English."""
    found: dict[int, int] = {}
    for before, note in enumerate(old):
        same = [after for after, other in enumerate(new) if other.en == note.en and after not in found.values()]
        found |= {before: same[0]} if same else {}
    return found


def _note(pair: Pair, old: ir.Text, new: ir.Text, at: Sides) -> None:
    label = f"note {int(at.new[-1]) + 1}"
    pair.text(old, new, at, "description", fact="note", label=label)
    # For the check of the pages alone, so it is in no representation.
    here, specs = at.below("explains"), (pair.changes.old, pair.changes.new)
    values = [_explained(value_at(spec.document.data, path)) for spec, path in zip(specs, here, strict=True)]
    pair.differ("text", "note", values, here, label=f"{label} explains", none="nothing")


def _explained(differences: Any) -> str | None:
    """Return what pages say otherwise, as a note lists it."""
    return "; ".join(" ".join(map(str, difference.values())) for difference in differences or ()) or None
