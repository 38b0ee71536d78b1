"""The checks hold for endpoints that the spec may get: several weights, lists, parts of a path, values of several types."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from generator.__main__ import main
from tests.specs import forget

from . import client_checks, docs_checks, prose_checks, table_checks, test_docs, test_package
from .package import FOLDER, Package
from .reader import ROOT, Spec
from .test_mutations import DocsChange, PackageChange, apply

_NAME = "binance_transfers_with_more_endpoints"
_CACHES = shutil.ignore_patterns("__pycache__")
_OF_THE_PROJECT = (docs_checks.members, prose_checks.measured, prose_checks.unmeasured, prose_checks.names)
_DOCS_CHECKS = [check for check in test_docs.CHECKS if check not in _OF_THE_PROJECT]

DOCS_CHANGES: list[DocsChange] = [
    (docs_checks.tables, "en/README.md", r"360 per account", "361 per account"),
    (docs_checks.tables, "zh-CN/limits.md", r"\| 7<br>360", "| 360<br>7"),
    (docs_checks.tables, "en/limits.md", r"180, counted", "190, counted"),
    (docs_checks.tables, "en/endpoints/list_plants.md", r"\| 100 \|", "| 60000 |"),
    (docs_checks.tables, "en/endpoints/list_plants.md", "`Sequence\\[int\\]`", "`int`"),
    (docs_checks.tables, "zh-CN/endpoints/list_plants.md", "`ARRAY`", "`STRING`"),
    (docs_checks.tables, "en/endpoints/list_plants.md", "sent as one text with commas", "its name is repeated"),
    (docs_checks.tables, "zh-CN/endpoints/list_plants.md", "1 至 20 项", "1 至 30 项"),
    (docs_checks.tables, "en/endpoints/move_seeds.md", "part of the path; ", ""),
    (docs_checks.tables, "en/endpoints/list_plants.md", r"`str \\\| None`", "`str`"),
]
PACKAGE_CHANGES: list[PackageChange] = [
    (client_checks.docstrings, "client.py", "Weight 360 per call", "Weight 361 per call"),
    (client_checks.docstrings, "client.py", "From 1 to 20 items", "From 1 to 30 items"),
    (client_checks.signatures, "client.py", r"list\[str\] \| tuple\[str, \.\.\.\]", "Sequence[str]"),
    (table_checks.operations, "operations.py", "weight=360", "weight=361"),
    (table_checks.operations, "operations.py", 'array="comma"', 'array="repeat"'),
    (table_checks.operations, "operations.py", "max_items=20", "max_items=30"),
    (table_checks.frozen, "operations.py", r"default=\(1, 2\)", "default=[1, 2]"),
    (table_checks.models, "models.py", r"count: int \| str", "count: int"),
]


class _Enlarged(NamedTuple):
    spec: Spec
    package: Package
    docs: Path


@pytest.fixture(scope="module")
def enlarged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Enlarged]:
    """Return our spec with more endpoints, and what is generated from it."""
    folder = tmp_path_factory.mktemp("enlarged")
    data = yaml.safe_load((ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8"))
    more = yaml.safe_load(Path(__file__).with_name("more_endpoints.yaml").read_text(encoding="utf-8"))
    data["tags"] += more["tags"]
    data["paths"] |= more["paths"]
    data["components"]["schemas"] |= more["components"]["schemas"]
    file = folder / "spec.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    out = folder / "generated"
    assert main(["--spec", str(file), "--out", str(out)]) == 0
    yield _Enlarged(Spec(file), Package(_NAME, out / FOLDER.name), out / "docs")
    forget(_NAME)


@pytest.mark.parametrize("check", test_package.CHECKS, ids=lambda check: check.__name__)
def test_the_package_of_an_enlarged_spec_is_what_it_says(check: test_package.Check, enlarged: _Enlarged) -> None:
    assert list(check(enlarged.spec, enlarged.package)) == []


@pytest.mark.parametrize("check", _DOCS_CHECKS, ids=lambda check: check.__name__)
def test_the_pages_of_an_enlarged_spec_are_what_it_says(check: docs_checks.Check, enlarged: _Enlarged) -> None:
    assert list(check(enlarged.spec, enlarged.docs)) == []


@pytest.mark.parametrize("change", DOCS_CHANGES, ids=lambda change: change[2])
def test_a_change_of_a_page_of_an_enlarged_spec_is_reported(
    change: DocsChange, enlarged: _Enlarged, tmp_path: Path
) -> None:
    check, *change_of_file = change
    apply(docs := shutil.copytree(enlarged.docs, tmp_path / "docs"), *change_of_file)
    assert list(check(enlarged.spec, docs)), "nothing was reported"


@pytest.mark.parametrize("change", PACKAGE_CHANGES, ids=lambda change: change[2])
def test_a_change_of_the_package_of_an_enlarged_spec_is_reported(
    change: PackageChange, enlarged: _Enlarged, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    check, *change_of_file = change
    apply(copy := shutil.copytree(enlarged.package.folder, tmp_path / "copy", ignore=_CACHES), *change_of_file)
    request.addfinalizer(lambda: forget(f"changed_{_NAME}"))
    assert list(check(enlarged.spec, Package(f"changed_{_NAME}", copy))), "nothing was reported"
