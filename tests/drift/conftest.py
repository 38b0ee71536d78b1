from __future__ import annotations

import pytest

from generator.ir.build import build
from generator.openapi.load import load
from tests.conftest import SPEC, Spec
from tests.excerpt import without_sentences


@pytest.fixture(scope="session")
def spec() -> Spec:
    """Return our spec without the sentences of Binance's pages, which the pages of these tests do not have."""
    document = load("spec/binance.yaml", without_sentences(SPEC.read_text(encoding="utf-8")).encode())
    return Spec(document, build(document))
