"""Reads the enums and the responses of a wheel."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from generator.sources.sketch import presence, sketched

from .archive import Archive, CannotReadWheel

_MOST_FIELDS = 2_000
_DEEPEST = 8
_LISTS = ("List", "list")
_CHOICES = ("Optional", "Union")
_VALUES = {"StrictStr": '""', "StrictBool": "false", "StrictFloat": "0.5", "StrictInt": "0", "Dict": "{}"}
"""JSON that shows a type; of a union, such as that of a float and an integer, that of the first."""


@dataclass
class Record:
    """What a class of responses holds."""

    fields: list[Field] = dataclasses.field(default_factory=list)
    several: bool = False
    """Whether the response is a list of such records."""

    def names(self, before: str = "") -> Iterator[str]:
        """Yield the fields by their wire names, with those of records inside it as `rows.id`, each once."""
        yield from dict.fromkeys(self._names(before))

    def sketch(self) -> str:
        """Return the response as JSON, with made-up values that have their types and descriptions as comments."""
        return f"[{self.row()}]" if self.several else self.row()

    def row(self) -> str:
        """Return one record as JSON."""
        return "{" + ",\n".join(field.sketch() for field in self.fields) + "}"

    def _names(self, before: str) -> Iterator[str]:
        for field in self.fields:
            yield f"{before}{field.wire}"
            for record in field.records:
                yield from record.names(f"{before}{field.wire}.")


@dataclass
class Field:
    """A field of a response."""

    wire: str
    value: str
    """JSON that shows its type."""
    text: str
    records: list[Record]
    """Those that its type names."""

    def sketch(self) -> str:
        """Return it as it stands in a record; of no field, the SDK says that it always comes."""
        return sketched(self.wire, (self.text, presence(self.wire, ())), self.value)


class Models:
    """The classes of `rest_api/models` of a wheel, each read when it is asked for."""

    def __init__(self, archive: Archive, package: str) -> None:
        self._archive = archive
        self._folder = f"{package}/rest_api/models"
        self._enums: dict[str, tuple[str, ...]] | None = None
        self._left = _MOST_FIELDS

    def enum(self, name: str) -> tuple[str, ...] | None:
        """Return the values of an enum; nothing where there is none of this name."""
        if self._enums is None:
            self._enums = dict(self._read_enums())
        return self._enums.get(name)

    def response(self, name: str) -> Record:
        """Return the fields of a response; none where there is no class of this name."""
        self._left = _MOST_FIELDS
        return self._record(name, self._module(name), (name,))

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

    def _record(self, name: str, module: str, inside: tuple[str, ...]) -> Record:
        record = Record()
        if module not in self._archive or len(inside) > _DEEPEST:
            return record
        tree = self._archive.tree(module)
        modules = dict(_imported(tree))
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                record.several = record.several or _is_array(node)
                for base in node.bases:
                    for inherited in self._named(base, modules, inside):
                        record.fields += inherited.fields
                record.fields += self._fields(node, modules, inside)
        return record

    def _fields(self, record: ast.ClassDef, modules: dict[str, str], inside: tuple[str, ...]) -> Iterator[Field]:
        for node in record.body:
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                continue
            wire = _keyword(node, "alias") or node.target.id
            if wire.startswith("_") or wire in ("additional_properties", "model_config"):
                continue
            self._left -= 1
            if self._left < 0:
                raise CannotReadWheel(f"{inside[0]} has more than {_MOST_FIELDS} fields, which no response has.")
            value, records = self._value(node.annotation, modules, inside)
            yield Field(wire, value, _keyword(node, "description") or "", records)

    def _value(self, node: ast.expr, modules: dict[str, str], inside: tuple[str, ...]) -> tuple[str, list[Record]]:
        """Return JSON that has a type, and the records that the type names."""
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            if parts and node.value.id in (*_LISTS, *_CHOICES):
                read = [self._value(part, modules, inside) for part in parts]
                value = f"[{read[0][0]}]" if node.value.id in _LISTS else read[0][0]
                return value, [record for _, records in read for record in records]
            node = node.value
        records = list(self._named(node, modules, inside))
        value = _VALUES.get(node.id, "null") if isinstance(node, ast.Name) else "null"
        return records[0].row() if records else value, records

    def _named(self, node: ast.expr, modules: dict[str, str], inside: tuple[str, ...]) -> Iterator[Record]:
        """Yield the records that a type or a base class names."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in modules and part.id not in inside:
                yield self._record(part.id, modules[part.id], (*inside, part.id))


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the classes that a module imports from its package, each with its module."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and ".models." in node.module:
            yield from ((name.name, f"{node.module.replace('.', '/')}.py") for name in node.names)


def _is_array(record: ast.ClassDef) -> bool:
    """Return whether a class says that its response is a list of such records."""
    return any(
        isinstance(statement, ast.Return)
        and isinstance(statement.value, ast.Constant)
        and statement.value.value is True
        for function in record.body
        if isinstance(function, ast.FunctionDef) and function.name == "is_array"
        for statement in function.body
    )


def _keyword(node: ast.AnnAssign, name: str) -> str | None:
    """Return a text that a field is declared with, such as its wire name where it is another than the attribute's."""
    for keyword in node.value.keywords if isinstance(node.value, ast.Call) else ():
        if keyword.arg == name and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            return keyword.value.value
    return None
