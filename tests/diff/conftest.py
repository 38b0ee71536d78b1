from __future__ import annotations

from collections.abc import Callable

import pytest

from generator.diff.command import diff_of
from generator.diff.formats import FORMATS
from generator.diff.revisions import Spec

from .mutation import TEXT, WHOLE, spec

Lines = Callable[[str, str], list[str]]


@pytest.fixture(scope="session")
def base() -> Spec:
    return spec(TEXT, "old.yaml")


@pytest.fixture(scope="session")
def whole() -> Spec:
    """Return the spec with what calls do to wallets."""
    return spec(WHOLE, "old.yaml")


@pytest.fixture
def lines_of() -> Lines:
    """Return what gives the lines of a terminal for two specs, each with the text of a line instead of its number."""

    def lines(old: str, new: str) -> list[str]:
        diff = diff_of(spec(old, "old"), spec(new, "new"))
        found = []
        for line in FORMATS["terminal"](diff).split("\n\n")[0].splitlines() if diff.changes else ():
            file, number, rest = line.split(":", 2)
            found.append(f"{(old if file == 'old' else new).splitlines()[int(number) - 1].strip()} |{rest}")
        return found

    return lines
