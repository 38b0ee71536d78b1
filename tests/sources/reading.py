"""Reads a page that has one language and no problems, and returns the values of its facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from generator.sources import Located, PageVersion, read

_Fact = TypeVar("_Fact")
REQUEST = "# Do It\n\n## HTTP Request\n\nGET `/a`\n"


def read_one(text: str | bytes, form: str = "markdown") -> PageVersion:
    page = read("page", text if isinstance(text, bytes) else text.encode())
    assert (page.format, page.problems) == (form, ())
    [version] = page.versions
    return version


def values_of(facts: Iterable[Located[_Fact]]) -> list[_Fact]:
    return [fact.value for fact in facts]
