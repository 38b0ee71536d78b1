"""Reads the enums and the responses of a wheel."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .archive import Archive, CannotReadWheel

_MOST_FIELDS = 2_000
_DEEPEST = 8


class Models:
    """The classes of `rest_api/models` of a wheel, each read when it is asked for."""

    def __init__(self, archive: Archive, package: str) -> None:
        self._archive = archive
        self._folder = f"{package}/rest_api/models"
        self._enums: dict[str, tuple[str, ...]] | None = None

    def enum(self, name: str) -> tuple[str, ...] | None:
        """Return the values of an enum; nothing where there is none of this name."""
        if self._enums is None:
            self._enums = dict(self._read_enums())
        return self._enums.get(name)

    def fields(self, name: str) -> tuple[str, ...]:
        """Return the fields of a response by their wire names, with those of records inside it as `rows.id`."""
        found: dict[str, None] = {}
        for path in self._fields(name, self._module(name), "", (name,)):
            found[path] = None
            if len(found) > _MOST_FIELDS:
                raise CannotReadWheel(f"{name} has more than {_MOST_FIELDS} fields, which no response has.")
        return tuple(found)

    def _read_enums(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        module = f"{self._folder}/enums.py"
        for node in self._archive.tree(module).body if module in self._archive else ():
            if isinstance(node, ast.ClassDef):
                values = [
                    part.value.value
                    for part in node.body
                    if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant)
                ]
                yield node.name, tuple(map(str, values))

    def _module(self, name: str) -> str:
        words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        return f"{self._folder}/{words.lstrip('_')}.py"

    def _fields(self, name: str, module: str, before: str, inside: tuple[str, ...]) -> Iterator[str]:
        if module not in self._archive or len(inside) > _DEEPEST:
            return
        tree = self._archive.tree(module)
        modules = dict(_imported(tree))
        for record in tree.body:
            if not isinstance(record, ast.ClassDef) or record.name != name:
                continue
            for base in record.bases:
                yield from self._below(base, modules, before, inside)
            for node in record.body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    wire = _alias(node) or node.target.id
                    if not wire.startswith("_") and wire not in ("additional_properties", "model_config"):
                        yield f"{before}{wire}"
                        yield from self._below(node.annotation, modules, f"{before}{wire}.", inside)

    def _below(self, node: ast.expr, modules: dict[str, str], before: str, inside: tuple[str, ...]) -> Iterator[str]:
        """Yield the fields of the records that a type or a base class names."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in modules and part.id not in inside:
                yield from self._fields(part.id, modules[part.id], before, (*inside, part.id))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the classes that a module imports from its package, each with its module."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and ".models." in node.module:
            yield from ((name.name, f"{node.module.replace('.', '/')}.py") for name in node.names)


def _alias(node: ast.AnnAssign) -> str | None:
    """Return the wire name of a field, where it is another than that of the attribute."""
    for keyword in node.value.keywords if isinstance(node.value, ast.Call) else ():
        if keyword.arg == "alias" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            return keyword.value.value
    return None
