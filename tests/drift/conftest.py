from __future__ import annotations

from pathlib import Path

import pytest

from generator.ir.build import build
from generator.openapi.load import load
from tests.conftest import SPEC, Spec
from tests.excerpt import TRANSFER, excerpt, without_sentences


@pytest.fixture(scope="session")
def spec() -> Spec:
    """Return our spec without the sentences of Binance's pages, which the pages of these tests do not have."""
    document = load("spec/binance.yaml", without_sentences(SPEC.read_text(encoding="utf-8")).encode())
    return Spec(document, build(document))


@pytest.fixture
def _transfer_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder with a spec.yaml that has one of our operations."""
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(excerpt(TRANSFER), encoding="utf-8")
