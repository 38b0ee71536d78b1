"""The spec and what was generated from it, read once."""

from __future__ import annotations

import pytest

from .package import Package
from .reader import Spec, the_spec


@pytest.fixture(scope="session")
def spec() -> Spec:
    return the_spec()


@pytest.fixture(scope="session")
def package() -> Package:
    return Package()
