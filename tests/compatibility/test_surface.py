"""What is recorded of the public surface of a package."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.specs import call, generate
from tests.specs import spec as spec_of

from .surface import surface


def written(folder: Path, **modules: str) -> list[str]:
    """Return the surface of a package `p` with these modules, without its head."""
    modules["__init__"] = '__version__ = "1.2.3"\n' + dedent(modules.get("__init__", ""))
    for name, text in modules.items():
        file = folder / ("p_pytest.py" if name == "plugin" else f"p/{name}.py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    head, *lines = surface(folder, "p").splitlines()
    assert head.startswith("# The public surface of p 1.2.3, ")
    return [line for line in lines if line and "__version__" not in line]


def test_what_can_be_imported_from_every_module_that_is_not_private(tmp_path: Path) -> None:
    lines = written(
        tmp_path,
        __init__="from ._hidden import One\n__all__ = ['One']\n",
        _hidden="class One: ...\nclass Other: ...\n",
        things="from ._hidden import Other\nclass Two: ...\nclass _Three: ...\n",
        plugin="import pytest\n\n@pytest.fixture\ndef four() -> int: ...\n",
    )
    assert lines == [
        "from p import One",
        "from p.things import Two",
        "from p_pytest import four",
        "@pytest.fixture",
        "def four() -> int: ...",
        "class One:",
        "    ...",
        "class Two:",
        "    ...",
    ]


def test_the_types_that_annotations_name(tmp_path: Path) -> None:
    lines = written(
        tmp_path,
        __init__="""\
        from dataclasses import dataclass
        from . import _hidden as _hid
        from ._hidden import Kind as _Kind, DEFAULT as _DEFAULT
        __all__ = ["run"]
        def run(a: _Kind | None, b: "_hid.Reached", /, c: str = _DEFAULT) -> int: ...
        """,
        _hidden="""\
        from dataclasses import dataclass
        from typing import Literal, TypeAlias
        Kind: TypeAlias = Literal["a", "b"]
        DEFAULT = "x"
        @dataclass(frozen=True)
        class Reached:
            inner: "Deeper"
        class Deeper:
            depth: int
        class Unreached: ...
        """,
    )
    assert lines == [
        "from p import run",
        "class Deeper:",
        "    depth: int",
        "Kind: TypeAlias = Literal['a', 'b']",
        "@dataclass(frozen=True)",
        "class Reached:",
        "    inner: Deeper",
        "def run(a: Kind | None, b: Reached, /, c: str = 'x') -> int: ...",
    ]


def test_an_answer_without_fields(tmp_path: Path) -> None:
    package = generate(spec_of(call("GET /a", "readIt", schema="{type: object, properties: {}}")), tmp_path)
    assert "    def __init__(self) -> None: ..." in surface(package.parent).splitlines()


def test_two_things_of_one_name_are_no_surface(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="A stands for two things: p.one.A and p.two.A."):
        written(tmp_path, one="class A: ...\n", two="class A: ...\n")


def test_a_package_without_a_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "__init__.py").touch()
    with pytest.raises(LookupError, match="p does not say its version in __version__."):
        surface(tmp_path, "p")
