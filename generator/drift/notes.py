"""Finds the notes of the spec that explain why a page says something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.openapi import locate
from generator.openapi.problems import Location, Path
from generator.sources import Language

from .facts import Key, Subject

_NOTE, _EXPLAINS = "x-binance-note", "explains"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing that a note explains: on pages of this language, this kind of fact of the note's owner says this."""

    owner: Path
    language: Language
    kind: str
    says: str
    about: str | None
    """The parameter or value of the page that the spec does not have."""
    location: Location


class Notes:
    """The explanations that stand at an operation and at what belongs to it."""

    def __init__(self, subject: Subject) -> None:
        self._explanations = tuple(_explanations(subject))
        self._known = subject.facts
        self._used: set[Explanation] = set()

    def explain(self, owner: Path, key: Key, language: Language, says: str) -> Location | None:
        """Return where the spec explains what a page says of a fact of `owner`, if it does."""
        about = None if key in self._known else key.value or key.name or None
        wanted = owner, language, key.kind, says, about
        for each in self._explanations:
            if (each.owner, each.language, each.kind, each.says, each.about) == wanted:
                self._used.add(each)
                return each.location
        return None

    def unused(self) -> Iterator[Explanation]:
        """Yield the explanations of what no page said."""
        yield from (each for each in self._explanations if each not in self._used)


def _explanations(subject: Subject) -> Iterator[Explanation]:
    owners = dict.fromkeys(path[:length] for path in _paths(subject) for length in range(len(path) + 1))
    for owner in owners:
        node = locate.at(subject.document.data, owner)
        notes = node.get(_NOTE, ()) if isinstance(node, Mapping) else ()
        for index, note in enumerate(notes):
            for number, each in enumerate(note.get(_EXPLAINS, ())):
                yield _explanation(subject, (*owner, _NOTE, index, _EXPLAINS, number), each)


def _paths(subject: Subject) -> Iterator[Path]:
    yield subject.path
    yield from (fact.owner for fact in subject.facts.values())


def _explanation(subject: Subject, path: Path, each: Mapping[str, Any]) -> Explanation:
    owner, place = path[:-4], subject.document.location(path)
    return Explanation(owner, each["page"], each["fact"], each["says"], each.get("about"), place)
