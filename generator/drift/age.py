"""Finds the sources that are older than what the spec was read from: by their release, or by their day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generator.ir import types as ir
from generator.sources import Page, PageVersion
from generator.vocabulary import LANGUAGES

READ_NEWEST = "only a source that is older than what the spec was read from states it; read the newest one before changing anything"
_STAYS = "nothing that differs is applied from it, and notes that explain nothing of it stay."


class Age:
    """What the spec was read from, with which the age of a source is compared."""

    def __init__(self, api: ir.Api) -> None:
        self._releases: dict[str, tuple[str, str]] = {}  # the newest known of each package, with its day
        for name, day in sorted(_releases(api), key=lambda release: release_numbers(release[0])):
            self._releases[name.partition(" ")[0]] = name, day

    def older(self, operation: ir.Operation, page: Page, version: PageVersion) -> str:
        """Return a sentence that says than what a source is older; nothing where it is not."""
        if later := self._later_release(page):
            return f"it is older than {later}, which the spec knows; {_STAYS}"
        if page.taken is None or not (later := _later_day(operation, page, version)):
            return ""
        where = f"line {page.taken.line}: it is of {page.taken.value}"
        return f"{where}, older than {later} that the spec was read from; {_STAYS}"

    def is_older_release(self, name: str) -> bool:
        """Return whether the spec knows a later release of the same package."""
        known = self._releases.get(name.partition(" ")[0])
        return known is not None and release_numbers(name) < release_numbers(known[0])

    def _later_release(self, page: Page) -> str:
        known = self._releases[page.source.partition(" ")[0]] if self.is_older_release(page.source) else None
        return f"{known[0]} of {known[1]}" if known else ""


def release_numbers(name: str) -> list[int]:
    """Return the numbers of a release, by which releases of a package are ordered."""
    return [int(number) for number in re.findall(r"\d+", name.partition(" ")[2])]


def without_older_releases(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Return the pages without those of releases of which a later one is among them, and the names of these releases."""
    names = sorted({page.source for page in pages if page.source}, key=release_numbers)
    newest = {name.partition(" ")[0]: release_numbers(name) for name in names}
    left_out = [name for name in names if release_numbers(name) != newest[name.partition(" ")[0]]]
    return [page for page in pages if page.source not in left_out], left_out


def _releases(api: ir.Api) -> Iterator[tuple[str, str]]:
    for operation in api.operations:
        yield from ((newer.source, newer.date) for newer in operation.newer)
        if read := operation.other_sources.get("sdk"):
            yield read.name, read.read


def _later_day(operation: ir.Operation, page: Page, version: PageVersion) -> str:
    """Return which source that the spec was read from is of a later day, the page of the same language first."""
    read = operation.pages.get(version.language)
    known = [(read.read, f"the {LANGUAGES[version.language]} page of {read.read}")] if read else []
    if page.format in ("schema", "catalogue"):
        dated = [(newer.date, f"{newer.source} of {newer.date}") for newer in operation.newer]
        if catalogue := operation.other_sources.get("catalogue"):
            dated.append((catalogue.read, f"the catalogue of {catalogue.read}"))
        known += sorted(dated, reverse=True)
    return next((name for day, name in known if page.taken and page.taken.value < day), "")
