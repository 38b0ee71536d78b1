from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi.document import Document
from generator.openapi.load import load_file

SPEC = Path(__file__).parents[1] / "spec" / "binance.yaml"


class Spec(NamedTuple):
    """Our own spec, as text with places and as what it says."""

    document: Document
    api: ir.Api


@pytest.fixture(scope="session")
def spec() -> Spec:
    document = load_file(SPEC, "spec/binance.yaml")
    return Spec(document, build(document))


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
