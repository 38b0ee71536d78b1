from __future__ import annotations

import pytest

from generator.changes.compare import Spec

from .mutations import TEXT, spec


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    return spec(TEXT, tmp_path_factory.mktemp("base"), "old.yaml")
