"""Finds the notes of the spec that explain why a page states something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.openapi.document import at
from generator.openapi.problems import Location, SpecPath
from generator.sources import Source

from .facts import FactKey, FactKind, OperationFacts

_NOTE, _EXPLAINS = "x-binance-note", "explains"
_PRESENCE: tuple[FactKind, ...] = ("parameter", "value", "response field", "notice")


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that a note explains: in this source, this kind of fact of the note's owner says this."""

    owner: SpecPath
    source: Source
    kind: str
    says: str
    about: str | None
    """The parameter, value or field that a note of the operation speaks of, or that the spec does not have."""
    here: str | None
    """What the spec stated when the note was written; nothing where it can state one thing only."""
    location: Location


def is_implied(kind: FactKind, about: str | None) -> bool:
    """Return whether the spec can state one thing only of a fact, which a note need not name."""
    return about is not None or kind in _PRESENCE


class Notes:
    """The explanations that stand at an operation and at what belongs to it."""

    def __init__(self, spec: OperationFacts) -> None:
        self._explanations = tuple(_explanations(spec))
        self._known = spec.facts
        self._path = spec.path
        self._used: set[Explanation] = set()
        self._outdated: dict[Explanation, str] = {}

    def explain(self, owner: SpecPath, key: FactKey, source: Source, says: str, here: str) -> Location | None:
        """Return where the spec explains why a source says this of a fact of `owner`, and the spec that, if it does.

        A note of the operation may also speak of a parameter that it has, such as one that operations share.
        """
        about = None if key in self._known else key.value or key.name or None
        wanted = {(owner, about)} | ({(self._path, key.name)} if key.kind == "parameter" else set())
        for explanation in self._explanations:
            stated = explanation.source, explanation.kind, explanation.says
            if stated == (source, key.kind, says) and (explanation.owner, explanation.about) in wanted:
                if explanation.here == here or (explanation.here is None and is_implied(key.kind, about)):
                    self._used.add(explanation)
                    return explanation.location
                self._outdated[explanation] = here
        return None

    def stated_here(self, explanation: Explanation) -> str | None:
        """Return what the spec states now, where that alone is why a note explains nothing."""
        return self._outdated.get(explanation)

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
    return Explanation(
        path[:-4], node["page"], node["fact"], node["says"], node.get("about"), node.get("here"), location
    )
