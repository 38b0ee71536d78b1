from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import httpx
import httpx2
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


@pytest.fixture(params=[httpx, httpx2], ids=lambda library: library.__name__)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return httpx, with httpx2 not installed, or httpx2, with both installed."""
    chosen: ModuleType = request.param
    if chosen is httpx:
        monkeypatch.setitem(sys.modules, "httpx2", None)
    return chosen


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    monkeypatch.chdir(tmp_path)
