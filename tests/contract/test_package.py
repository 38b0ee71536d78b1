"""The generated package is the spec, no more and no less."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from . import client_checks, table_checks
from .package import Package
from .reader import Spec

Check: TypeAlias = Callable[[Spec, Package], Iterator[str]]
CHECKS: list[Check] = [
    client_checks.methods,
    client_checks.signatures,
    client_checks.docstrings,
    table_checks.operations,
    table_checks.frozen,
    table_checks.enums,
    table_checks.models,
    table_checks.errors,
    table_checks.root,
    table_checks.exports,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_package_is_what_the_spec_says(check: Check, spec: Spec, package: Package) -> None:
    assert list(check(spec, package)) == []
