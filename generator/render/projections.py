"""Projects the spec to plain OpenAPI for other tools: one language, flat enums, its own keys as words in the descriptions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from generator.ir import types as ir
from generator.openapi.problems import SpecPath
from generator.openapi.supported import objects

from .docs import HEADER, DocsContext, contexts
from .escaping import one_line
from .json_file import json_file
from .markdown import code, prose

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def projections(data: Mapping[str, Any], api: ir.Api) -> dict[str, bytes]:
    """Return the spec in every language, as the JSON of files by their path."""
    return {
        f"openapi.{language}.json": json_file(_Projection(api, docs).of(data), HEADER).encode()
        for language, docs in contexts(api).items()
    }


class _Projection:
    """The spec in one language."""

    def __init__(self, api: ir.Api, docs: DocsContext) -> None:
        self._docs = docs
        self._operations = {operation.spec_path: operation for operation in api.operations}
        self._enums = {f"#/components/schemas/{enum.name}": enum for enum in api.enums}

    def of(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document; the description of the API comes first."""
        document: dict[str, Any] = deepcopy(dict(data))
        for path, kind, node in objects(document):
            self._translate(node, is_value=kind.name == "enum value")
            if path in self._operations:
                node.update(self._documented(self._operations[path]))
            if kind.name == "schema":
                self._flatten(node)
                self._open(node, path)
            for key in [key for key in node if key.startswith("x-")]:
                del node[key]
        description = f"{HEADER}\n\n{self._docs.fragment('openapi_info.md.j2')}"
        info = {"description": description, **document.pop("info"), "license": _license()}
        return {"openapi": document.pop("openapi"), "info": {**info, "description": description}, **document}

    def _translate(self, node: dict[str, Any], *, is_value: bool = False) -> None:
        """Replace the texts of an object by those of the language; the title of an enum value is a name."""
        chinese = node.get("x-binance-zh") if self._docs.language == "zh-CN" else None
        keys = [key for key in ("title", "summary", "description") if key in node and not (is_value and key == "title")]
        for key in keys:
            words = chinese.get(key, node[key]) if isinstance(chinese, dict) else chinese or node[key]
            node[key] = prose(words) if key == "description" else one_line(words)

    def _documented(self, operation: ir.Operation) -> dict[str, Any]:
        """Return the description of an operation with its facts, and the page that has them."""
        description = self._docs.fragment("openapi_operation.md.j2", operation=operation)
        language = self._docs.language
        name = language if language in operation.pages else next(iter(operation.sources))
        source = operation.sources[name]
        words = self._docs.strings.endpoint["source_pages"][name].format(name=source.name)
        return {"description": description, "externalDocs": {"description": words, "url": source.url}}

    def _flatten(self, schema: dict[str, Any]) -> None:
        """List the values of an enum plainly, and what they mean in its description."""
        values = schema.get("oneOf", [])
        if not values or not all("const" in value for value in values):
            return
        del schema["oneOf"]
        meanings = []
        for value in values:
            self._translate(value, is_value=True)
            names = [code(value["const"]), *([code(value["title"])] if "title" in value else [])]
            meaning = value.get("description", "").replace("\n\n", " ")
            texts = [self._docs.strings.comma.join(names), *filter(None, [meaning])]
            meanings.append(f"- {self._docs.strings.colon.join(texts)}")
        schema["description"] = "\n\n".join(filter(None, [schema.get("description"), "\n".join(meanings)]))
        schema["enum"] = [value["const"] for value in values]

    def _open(self, schema: dict[str, Any], path: SpecPath) -> None:
        """Let a response have values of an enum that Binance adds later, as the package does."""
        in_parameter = "parameters" in (path[1], *path[3:4])
        if not in_parameter and (enum := self._enums.get(schema.get("$ref", ""))):
            schema["anyOf"] = [{"$ref": schema.pop("$ref")}, {"type": enum.kind}]


def _license() -> dict[str, str]:
    """Return the license of the project."""
    name: str = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["license"]
    return {"name": name, "identifier": name}
