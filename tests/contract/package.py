"""The generated package as the checks read it: imported from any folder, and as source."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import binance_transfers

from .spelling import plain

FOLDER = Path(binance_transfers.__file__).parent


class Package:
    """A copy of the package, under a name of its own."""

    def __init__(self, name: str = "binance_transfers", folder: Path = FOLDER) -> None:
        self.name = name
        self.folder = folder
        if name not in sys.modules:
            self.root = _imported(name, folder)
        else:
            self.root = sys.modules[name]

    def module(self, name: str) -> Any:
        """Return a module of the package; `""` is the package itself."""
        return importlib.import_module(f"{self.name}.{name}") if name else self.root

    def tree(self, name: str) -> ast.Module:
        return ast.parse((self.folder / f"{name or '__init__'}.py").read_text(encoding="utf-8"))

    def public_modules(self) -> list[str]:
        """Return the modules that people import, `""` for the package itself."""
        files = sorted(file.stem for file in self.folder.glob("*.py") if not re.match("_(?!_)", file.stem))
        return ["" if stem == "__init__" else stem for stem in files]


def _imported(name: str, folder: Path) -> ModuleType:
    found = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if found is None or found.loader is None:
        raise ImportError(f"{folder} holds no package")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    found.loader.exec_module(module)
    return module


def differ(place: str, wanted: object, found: object) -> Iterator[str]:
    """Yield a line where the two differ, in value or in type."""
    if wanted != found or (isinstance(wanted, bool) is not isinstance(found, bool)):
        yield f"{place}: the spec says {wanted!r}, generated is {found!r}"


def lack(place: str, wanted: str, found: str) -> Iterator[str]:
    """Yield a line where words of the spec are not in a text; white space does not count."""
    if plain(wanted) not in plain(found):
        yield f"{place}: lacks {wanted!r}; there is {plain(found)!r}"


def attribute_docstrings(tree: ast.Module, name: str) -> dict[str, str]:
    """Return the text under each attribute of a class, by the attribute's name."""
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    found: dict[str, str] = {}
    for before, after in pairwise(body):
        match before, after:
            case (
                ast.AnnAssign(target=ast.Name(id=attribute)) | ast.Assign(targets=[ast.Name(id=attribute)]),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found[attribute] = words
            case _:
                pass
    return found


def classes(tree: ast.Module) -> list[str]:
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
