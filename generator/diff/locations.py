"""Where in the YAML a fact of the representation stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.ir import names
from generator.ir import types as ir
from generator.openapi.document import Document
from generator.openapi.problems import Location, Path

_JSON = ("content", "application/json", "schema")


class Places:
    """Leads from the representation back into the document that it was built from."""

    def __init__(self, document: Document, api: ir.Api) -> None:
        self._document = document
        self._api = api
        self._records: dict[str, Path] | None = None

    @property
    def file(self) -> str:
        """The name of the file in messages."""
        return self._document.file

    def of(self, path: Path) -> Location:
        """Return where `path` is written, through every $ref, or what would hold it."""
        return self._document.key_location(self._walk(path)[0])

    def value(self, path: Path) -> Any:
        """Return what is written at `path`, or nothing."""
        here, found = self._walk(path)
        return found if here[-1:] == path[-1:] else None

    def operation(self, operation: ir.Operation) -> Path:
        """Return the path of an operation."""
        return "paths", operation.path, operation.method.lower()

    def parameter(self, operation: ir.Operation, wire: str) -> Path:
        """Return the path of a parameter; the signature is described by its security scheme."""
        path = (*self.operation(operation), "parameters")
        for index in range(len(self._walk(path)[1])):
            if self._walk((*path, index, "name"))[1] == wire:
                return (*path, index)
        schemes = ("components", "securitySchemes")
        written = self._walk(schemes)[1]
        return next(((*schemes, name) for name, each in written.items() if each.get("name") == wire), path)

    def schema(self, parameter: Path) -> Path:
        """Return the path of the schema of a parameter's value."""
        node = self._walk((*parameter, "name"))[0][:-1]
        return (*parameter, *(_JSON if "content" in self._walk(node)[1] else ("schema",)))

    def enum_values(self, enum: ir.Enum) -> Path:
        """Return the path of the list of an enum's values."""
        path = ("components", "schemas", enum.name)
        written = self._walk(path)[1]
        return (*path, next(key for key in ("oneOf", "enum", "const") if key in written))

    def model(self, name: str) -> Path:
        """Return the path of a model's schema, which need not have a name of its own in the document."""
        if self._records is None:
            self._records = dict(self._all_records())
        return self._records.get(name, ("components", "schemas", name))

    def is_named(self, model: str) -> bool:
        """Return whether a model has its name from the document, and not from the operation that answers it."""
        return model in self._walk(("components", "schemas"))[1]

    def _all_records(self) -> Iterator[tuple[str, Path]]:
        for operation in self._api.operations:
            name = operation.result.name
            if not self.is_named(name):
                path = self._walk((*self.operation(operation), "responses", "200", *_JSON))[0]
                yield name, path
                yield from self._below(name, path, "Item")
        for name in self._walk(("components", "schemas"))[1]:
            yield name, ("components", "schemas", name)
            yield from self._below(name, ("components", "schemas", name), "Item")

    def _below(self, model: str, path: Path, part: str) -> Iterator[tuple[str, Path]]:
        """Yield the records that are written inside a schema, under the names that they get when they are read."""
        node = self._node(path)
        for wire in node.get("properties", ()):
            yield from self._part(model, (*path, "properties", wire), names.pascal(wire))
        for key in ("items", "additionalProperties"):
            if isinstance(node.get(key), dict):
                yield from self._part(model, (*path, key), part)
        for index, _ in enumerate(node.get("oneOf", ())):
            yield from self._part(model, (*path, "oneOf", index), f"{part}{index + 1}")

    def _part(self, model: str, path: Path, part: str) -> Iterator[tuple[str, Path]]:
        node = self._node(path)
        if "properties" in node:
            yield model + part, path
            yield from self._below(model + part, path, "Item")
        elif "$ref" not in node:
            yield from self._below(model, path, part)

    def _node(self, path: Path) -> dict[str, Any]:
        """Return the node that is written at `path` itself."""
        node = self._document.data
        for key in path:
            node = node[key]
        return node if isinstance(node, dict) else {}

    def _walk(self, path: Path) -> tuple[Path, Any]:
        """Follow the keys, and each $ref that does not have the next key beside it, as far as they lead."""
        here: Path = ()
        node: Any = self._document.data
        for key in path:
            while isinstance(node, dict) and key not in node and "$ref" in node:
                here = tuple(str(node["$ref"]).removeprefix("#/").split("/"))
                node = self._node(here)
            if isinstance(node, list):
                found = isinstance(key, int) and key < len(node)
            else:
                found = isinstance(node, dict) and key in node
            if not found:
                return here, {}
            here, node = (*here, key), node[key]
        return here, node
