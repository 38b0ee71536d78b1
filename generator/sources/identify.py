"""Checks that a page is what it claims to be, before anything else is believed: copies are found under wrong names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from generator.vocabulary import LANGUAGES, Endpoint

from .json_example import parse_json_example
from .page_facts import Located, Page, PageVersion, page_path

RefusedVerdict: TypeAlias = Literal["unreadable", "wrong page", "unknown endpoint"]

_ORIGIN = re.compile(r"[a-z]+://", re.IGNORECASE)


class KnownEndpoint(NamedTuple):
    """An endpoint that is known already, and the addresses of its pages."""

    title: str
    endpoint: Endpoint
    addresses: Sequence[str]


class Identity(NamedTuple):
    """The endpoint that a page describes, and why the page cannot be used, if it cannot."""

    endpoint: Endpoint | None
    verdict: RefusedVerdict | None = None
    message: str = ""


def identify(page: Page, known: Sequence[KnownEndpoint]) -> Identity:
    """Return which endpoint a page describes, and whether everything that it says of itself agrees."""
    if page.problems:
        return Identity(None, "unreadable", " ".join(page.problems))
    endpoint = next(found for version in page.halves for found in version.endpoints)
    wrong = _against_itself(page, endpoint)
    cut = None if wrong else _cut(page)
    if cut:
        return Identity(endpoint.value, "unreadable", cut)
    wrong = wrong or _against_other_version(page, endpoint) or _against_known(page, endpoint, known)
    if wrong:
        return Identity(endpoint.value, "wrong page", wrong)
    if not any(other.endpoint == endpoint.value for other in known):
        message = f"{_described(endpoint)}, which the spec does not have."
        return Identity(endpoint.value, "unknown endpoint", message)
    return Identity(endpoint.value)


def _described(endpoint: Located[Endpoint]) -> str:
    return f"line {endpoint.line}: it describes {endpoint.value}"


def _against_itself(page: Page, endpoint: Located[Endpoint]) -> str | None:
    """Compare the addresses that a page gives for itself with each other."""
    for first, second in pairwise(_addresses(page)):
        if page_path(first.value) != page_path(second.value):
            found = f"it is filed under {first.value}, but line {second.line} says {second.value}."
            return f"{_described(endpoint)}; {found}"
    return None


def _against_other_version(page: Page, endpoint: Located[Endpoint]) -> str | None:
    for version in page.halves:
        for found in version.endpoints:
            if found.value != endpoint.value:
                other = f"line {found.line}: the {LANGUAGES[version.language]} half describes {found.value}"
                return f"{other}, the other half {endpoint.value}."
    return None


def _against_known(page: Page, endpoint: Located[Endpoint], known: Sequence[KnownEndpoint]) -> str | None:
    """Return whose address the page has, where that is another endpoint's."""
    own = {page_path(address.value) for address in _addresses(page)}
    for other in known:
        if other.endpoint != endpoint.value and own & set(map(page_path, other.addresses)):
            return f"{_described(endpoint)}, but its address is that of {other.title}, {other.endpoint}."
    return None


def _addresses(page: Page) -> Iterator[Located[str]]:
    """Yield the address that it was fetched from, the one that it states, and those that its headings link to."""
    if _ORIGIN.match(page.file):
        yield Located(page.file, 1)
    if page.address:
        yield page.address
    for version in page.halves:
        yield from (anchor for anchor in version.anchors if page_path(anchor.value))


def _cut(page: Page) -> str | None:
    """Return what shows that a page was cut off: every page ends with its response, be there an example or not."""
    for version in page.halves:
        message = _cut_version(version)
        if message:
            start = f"the {LANGUAGES[version.language]} half" if len(page.halves) > 1 else "it"
            return f"{start} {message}"
    return None


def _cut_version(version: PageVersion) -> str | None:
    if not version.endpoints:
        return "names no method and path; it may be cut off."
    if version.example is None:
        return None if version.response else "has no response example; it may be cut off."
    if not parse_json_example(version.example.value).whole:
        return f"has a response example, in line {version.example.line}, that is not complete; it may be cut off."
    return None
