from __future__ import annotations

import pytest

from generator.diff.revisions import Spec

from .mutation import TEXT, WHOLE, spec


@pytest.fixture(scope="session")
def base() -> Spec:
    return spec(TEXT, "old.yaml")


@pytest.fixture(scope="session")
def whole() -> Spec:
    """Return the spec with what calls do to wallets."""
    return spec(WHOLE, "old.yaml")
