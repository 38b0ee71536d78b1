from __future__ import annotations

import pytest

from generator.changes.compare import Spec

from .mutations import TEXT, WHOLE, spec


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    return spec(TEXT, tmp_path_factory.mktemp("base"), "old.yaml")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """Return the spec with what calls do to wallets."""
    return spec(WHOLE, tmp_path_factory.mktemp("whole"), "old.yaml")
