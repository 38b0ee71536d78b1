"""Checks that a page is what it claims to be, before anything else is believed: copies are found under wrong names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from generator.ir import types as ir
from generator.sources import Endpoint, Located, Page, PageVersion, page_path
from generator.sources.json_example import parse_json_example
from generator.vocabulary import LANGUAGES

Refusal: TypeAlias = Literal["unreadable", "wrong page", "unknown endpoint"]

_ORIGIN = re.compile(r"[a-z]+://", re.IGNORECASE)


class Claim(NamedTuple):
    """What a page turned out to be: the page of an endpoint of the spec, or why it is not compared."""

    endpoint: Endpoint | None
    refusal: Refusal | None = None
    message: str = ""


def identify(page: Page, operations: Sequence[ir.Operation]) -> Claim:
    """Tell which endpoint a page describes, and whether everything that it says of itself agrees."""
    if page.problems:
        return Claim(None, "unreadable", " ".join(page.problems))
    endpoint = next(each for half in page.halves for each in half.endpoints)
    wrong = _against_itself(page, endpoint)
    cut = None if wrong else _cut(page)
    if cut:
        return Claim(endpoint.value, "unreadable", cut)
    wrong = wrong or _against_other_half(page, endpoint) or _against_spec(page, endpoint, operations)
    if wrong:
        return Claim(endpoint.value, "wrong page", wrong)
    if not any(_of(each) == endpoint.value for each in operations):
        message = f"{_described(endpoint)}, which the spec does not have."
        return Claim(endpoint.value, "unknown endpoint", message)
    return Claim(endpoint.value)


def _of(operation: ir.Operation) -> Endpoint:
    return Endpoint(operation.method, operation.path)


def _described(endpoint: Located[Endpoint]) -> str:
    return f"line {endpoint.line}: it describes {_shown(endpoint.value)}"


def _shown(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def _against_itself(page: Page, endpoint: Located[Endpoint]) -> str | None:
    """Hold the addresses that a page gives for itself against each other."""
    names = list(_names(page))
    for first, second in pairwise(names):
        if page_path(first.value) != page_path(second.value):
            found = f"it is filed under {first.value}, but line {second.line} says {second.value}."
            return f"{_described(endpoint)}; {found}"
    return None


def _against_other_half(page: Page, endpoint: Located[Endpoint]) -> str | None:
    for half in page.halves:
        for each in half.endpoints:
            if each.value != endpoint.value:
                other = f"line {each.line}: the {LANGUAGES[half.language]} half describes {_shown(each.value)}"
                return f"{other}, the other half {_shown(endpoint.value)}."
    return None


def _against_spec(page: Page, endpoint: Located[Endpoint], operations: Sequence[ir.Operation]) -> str | None:
    """Tell whose address it has, where that is another operation's."""
    names = {page_path(each.value) for each in _names(page)}
    for operation in operations:
        owned = {page_path(source.url) for source in operation.pages.values()}
        if _of(operation) != endpoint.value and owned & names:
            owner = f"{operation.title.en}, {operation.method} {operation.path}"
            return f"{_described(endpoint)}, but its address is that of {owner}."
    return None


def _names(page: Page) -> Iterator[Located[str]]:
    """Yield the addresses: the one that it was fetched from, the one that it states, those that its headings link to."""
    if _ORIGIN.match(page.file):
        yield Located(page.file, 1)
    if page.address:
        yield page.address
    for half in page.halves:
        for anchor in half.anchors:
            if page_path(anchor.value):
                yield anchor


def _cut(page: Page) -> str | None:
    """Tell what shows that a page was cut off: every page ends with its answer, be there an example or not."""
    for half in page.halves:
        message = _cut_half(half)
        if message:
            start = f"the {LANGUAGES[half.language]} half" if len(page.halves) > 1 else "it"
            return f"{start} {message}"
    return None


def _cut_half(half: PageVersion) -> str | None:
    if not half.endpoints:
        return "names no method and path; it may be cut off."
    if half.example is None:
        return None if half.response else "has no response example; it may be cut off."
    if not parse_json_example(half.example.value).whole:
        return f"has a response example, in line {half.example.line}, that is not complete; it may be cut off."
    return None
