"""Finds the notes of the spec that explain why a page states something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.openapi.document import at
from generator.openapi.problems import Location, SpecPath
from generator.sources import Source

from .facts import FactKey, OperationFacts

_NOTE, _EXPLAINS = "x-binance-note", "explains"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that a note explains: in this source, this kind of fact of the note's owner says this."""

    owner: SpecPath
    source: Source
    kind: str
    says: str
    about: str | None
    """The parameter or value that a note of the operation speaks of, or that the spec does not have."""
    location: Location


class Notes:
    """The explanations that stand at an operation and at what belongs to it."""

    def __init__(self, spec: OperationFacts) -> None:
        self._explanations = tuple(_explanations(spec))
        self._known = spec.facts
        self._path = spec.path
        self._used: set[Explanation] = set()

    def explain(self, owner: SpecPath, key: FactKey, source: Source, says: str) -> Location | None:
        """Return where the spec explains what a source says of a fact of `owner`, if it does.

        A note of the operation may also speak of a parameter that it has, such as one that operations share.
        """
        about = None if key in self._known else key.value or key.name or None
        wanted = {(owner, about)} | ({(self._path, key.name)} if key.kind == "parameter" else set())
        for explanation in self._explanations:
            stated = explanation.source, explanation.kind, explanation.says
            if stated == (source, key.kind, says) and (explanation.owner, explanation.about) in wanted:
                self._used.add(explanation)
                return explanation.location
        return None

    def unused(self) -> Iterator[Explanation]:
        """Yield the explanations of what no page said."""
        yield from (explanation for explanation in self._explanations if explanation not in self._used)


def _explanations(spec: OperationFacts) -> Iterator[Explanation]:
    owners = dict.fromkeys(path[:length] for path in _paths(spec) for length in range(len(path) + 1))
    for owner in owners:
        node = at(spec.document.data, owner)
        notes = node.get(_NOTE, ()) if isinstance(node, Mapping) else ()
        for index, note in enumerate(notes):
            for number, node in enumerate(note.get(_EXPLAINS, ())):
                yield _explanation(spec, (*owner, _NOTE, index, _EXPLAINS, number), node)


def _paths(spec: OperationFacts) -> Iterator[SpecPath]:
    yield spec.path
    yield from (fact.owner for fact in spec.facts.values())


def _explanation(spec: OperationFacts, path: SpecPath, node: Mapping[str, Any]) -> Explanation:
    location = spec.document.location(path)
    return Explanation(path[:-4], node["page"], node["fact"], node["says"], node.get("about"), location)
