"""Checks that a page is the one that it claims to be, as copies are often saved under wrong names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from generator.vocabulary import LANGUAGES, Endpoint

from .json_example import parse_json_example
from .page_facts import Located, Page, PageVersion, page_path
from .sections import section_of

RefusedVerdict: TypeAlias = Literal["unreadable", "wrong page", "unknown endpoint"]

_ORIGIN = re.compile(r"[a-z]+://", re.IGNORECASE)


class KnownEndpoint(NamedTuple):
    """An endpoint that is known already, and the addresses of its pages."""

    title: str
    endpoint: Endpoint
    addresses: Sequence[str]
    needs_parameters: bool = False
    """Whether a call must have any."""


class Identity(NamedTuple):
    """The endpoint that a page describes, and why the page cannot be used, if it cannot."""

    endpoint: Endpoint | None
    verdict: RefusedVerdict | None = None
    message: str = ""


def identify(page: Page, known: Sequence[KnownEndpoint]) -> Identity:
    """Return which endpoint a page describes, or why its own statements contradict each other."""
    if page.problems:
        return Identity(None, "unreadable", " ".join(page.problems))
    endpoint = next(stated for version in page.versions for stated in version.endpoints)
    verdict, message = next(_refusals(page, endpoint, known), (None, ""))
    return Identity(endpoint.value, verdict, message)


def _refusals(
    page: Page, endpoint: Located[Endpoint], known: Sequence[KnownEndpoint]
) -> Iterator[tuple[RefusedVerdict, str]]:
    """Yield why a page cannot be used, the most telling reason first."""
    described = f"line {endpoint.line}: it describes {_name(endpoint.value)}"
    addresses = list(_addresses(page))
    for first, second in pairwise(addresses):
        if page_path(first.value) != page_path(second.value):
            reason = f"it is filed under {first.value}, but line {second.line} says {second.value}."
            yield "wrong page", f"{described}; {reason}"
    needs_parameters = any(other.needs_parameters for other in known if other.endpoint == endpoint.value)
    yield from _refusals_of_versions(page, endpoint.value, needs_parameters=needs_parameters)
    own = {page_path(address.value) for address in addresses if page.is_old}
    for other in known:
        if other.endpoint != endpoint.value and own & set(map(page_path, other.addresses)):
            yield "wrong page", f"{described}, but its address is that of {other.title}, {_name(other.endpoint)}."
    if not any(other.endpoint == endpoint.value for other in known):
        yield "unknown endpoint", f"{described}, which the spec does not have."


def _refusals_of_versions(
    page: Page, endpoint: Endpoint, *, needs_parameters: bool
) -> Iterator[tuple[RefusedVerdict, str]]:
    names = [(version, f"the {LANGUAGES[version.language]} version") for version in page.versions]
    for version, name in names:
        if cut := _cut(version, needs_parameters=needs_parameters):
            yield "unreadable", f"{name if len(names) > 1 else 'it'} {cut}"
    for version, name in names:
        for stated in version.endpoints:
            if stated.value != endpoint:
                where = f"line {stated.line}: {name} describes {_name(stated.value)}"
                yield "wrong page", f"{where}, the other version {_name(endpoint)}."


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def _addresses(page: Page) -> Iterator[Located[str]]:
    """Yield the address that it was fetched from, the one that it states, and those that its headings link to."""
    if _ORIGIN.match(page.file):
        yield Located(page.file, 1)
    if page.address:
        yield page.address
    for version in page.versions:
        yield from (anchor for anchor in version.anchors if page_path(anchor.value))


def _cut(version: PageVersion, *, needs_parameters: bool) -> str | None:
    """Return why a page seems cut off, if it does: every page ends with its response, which is an example or words."""
    if not version.endpoints:
        return "names no method and path; it may be cut off."
    for empty in version.empty_sections:
        if section_of(empty.value) == "parameters" and not needs_parameters:
            continue
        return f"has no content below the heading {empty.value!r} in line {empty.line}; it may be cut off."
    if version.example is None and version.response is None and len(version.json_lines) > 1:
        lines = " and ".join(filter(None, (", ".join(map(str, version.json_lines[:-1])), str(version.json_lines[-1]))))
        return f"has no heading for its response, and JSON in lines {lines}; write the heading Response above the response."
    if version.example is None:
        return None if version.response else "has no response example; it may be cut off."
    if not parse_json_example(version.example.value).whole:
        return f"has a response example, in line {version.example.line}, that is not complete; it may be cut off."
    return None
