from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.diff.command import report_of
from generator.diff.formats import FORMATS
from generator.diff.walk import Spec

from .mutations import TEXT, WHOLE, spec

Told = Callable[[str, str], list[str]]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    return spec(TEXT, tmp_path_factory.mktemp("base"), "old.yaml")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """Return the spec with what calls do to wallets."""
    return spec(WHOLE, tmp_path_factory.mktemp("whole"), "old.yaml")


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """The lines that a terminal shows of two specs, with the text of the line in the place of its number."""

    def tell(old: str, new: str) -> list[str]:
        report = report_of("old", "new", spec(old, tmp_path, "old"), spec(new, tmp_path, "new"))
        lines = []
        for line in FORMATS["terminal"](report).split("\n\n")[0].splitlines() if report.changes else ():
            file, number, rest = line.split(":", 2)
            lines.append(f"{(old if file == 'old' else new).splitlines()[int(number) - 1].strip()} |{rest}")
        return lines

    return tell
