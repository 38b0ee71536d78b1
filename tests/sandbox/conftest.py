"""A sandbox of a small operation table, and the clock that it keeps."""

from __future__ import annotations

import pytest

from generator.runtime.sandbox.core import Sandbox

from .table import API, FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Sandbox:
    return Sandbox(API, clock=clock)
