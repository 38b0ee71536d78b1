"""Chooses the pages that a person names with `--operation`, where a file or a package describes several operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from generator.console import did_you_mean
from generator.openapi.problems import join_names
from generator.sources import Page
from generator.sources.inputs import NoSuchPage
from generator.sources.sections import split_title, without_brackets

_MOST_CHOICES = 200
_LONGEST_LIST = 10_000
"""How many characters of choices a message has at most, as titles can be long."""


def chosen(given: Sequence[Page], names: Sequence[str]) -> list[Page]:
    """Return the whole pages that are meant: of a file of several, those of the named operations.

    Raises:
        NoSuchPage: A file holds several and none is named, or an operation that is named is in no file, or in several.
    """
    parts = [page for page in given if page.is_part]
    if not parts and any(page.problems for page in given):
        return [*given]  # nothing is chosen from what cannot be read
    meant = [page for name in names for page in _meant(name, given, _listed(parts or given))]
    if parts and not names:
        own = sum(page.container == parts[0].container for page in parts)
        message = f"it describes {own} endpoints; name those to draft with --operation: {_listed(parts)}."
        raise NoSuchPage(f"{parts[0].container}: {message}")
    packages = {page.source for page in parts} - {""}  # of a package, what cannot be read is not what is meant
    others = (page for page in given if not (page.is_part or page.source in packages))
    return [page.whole() for page in dict.fromkeys([*meant, *others])]


def _meant(name: str, given: Sequence[Page], listed: str) -> list[Page]:
    """Return the pages of a name; where it is the whole name of one, those that it only begins do not count."""
    letters = _letters(name)
    if not letters:
        raise NoSuchPage(f"--operation is {name!r}, which names no operation. Allowed: {listed}.")
    spellings = {letters, _letters(split_title(name)[0])}
    whole = [page for page in given if not spellings.isdisjoint(map(_letters, _names(page)))]
    pages = whole or [page for page in given if not spellings.isdisjoint(map(_letters, _short_names(page)))]
    if not pages:
        known = [known for page in given for known in (*_names(page), *_short_names(page))]
        raise NoSuchPage(f"No file describes {name}.{did_you_mean(name, known)} Allowed: {listed}.")
    if len(choices := dict.fromkeys(map(_choice, pages))) > 1:
        raise NoSuchPage(f"{name} is a name of {join_names(choices)}; name one of these.")
    return pages


def _choice(page: Page) -> str:
    """Return how a page is listed: by its title and its endpoint."""
    endpoint, title = _endpoint(page), next(_titles(page), "")
    return f"{title} ({endpoint})" if title and endpoint else endpoint or title or page.name


def _endpoint(page: Page) -> str:
    return next((str(endpoint.value) for version in page.versions for endpoint in version.endpoints), "")


def _titles(page: Page) -> Iterator[str]:
    yield from (title.value for version in page.versions for title in version.titles)


def _names(page: Page) -> list[str]:
    """Return what names a page alone: its endpoint, its titles, and its name in code."""
    return list(filter(None, [_endpoint(page), *_titles(page), page.name, _choice(page)]))


def _short_names(page: Page) -> list[str]:
    return list(map(without_brackets, _titles(page)))


def _letters(name: str) -> str:
    """Return what the spellings of a name share, so that `userUniversalTransfer` finds User Universal Transfer."""
    return "".join(filter(str.isalnum, name.casefold()))


def _listed(pages: Sequence[Page]) -> str:
    """Return the choices as a list in a message, as many as fit."""
    choices = list(dict.fromkeys(filter(None, map(_choice, pages))))
    fitting = sum(length <= _LONGEST_LIST for length in accumulate(len(choice) + 2 for choice in choices))
    return join_names(choices, at_most=min(max(fitting, 1), _MOST_CHOICES))
