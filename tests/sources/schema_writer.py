"""Writes the schema of a product, in YAML and in JSON, from pages that were made of the spec."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from generator.vocabulary import SIGNED

from .writer import Row, Words, WrittenPage, titled

_TYPES: Mapping[str, Mapping[str, Any]] = {
    "STRING": {"type": "string"},
    "ENUM": {"type": "string"},
    "LONG": {"type": "integer", "format": "int64"},
    "INT": {"type": "integer", "format": "int32"},
    "DECIMAL": {"type": "number", "format": "float"},
    "BOOLEAN": {"type": "boolean"},
    "CHAR": {"type": "char"},
    "ARRAY": {"type": "array", "items": {"type": "string"}},
}


class _Dumper(yaml.SafeDumper):
    """Writes every text of several lines as a block, and no aliases."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def write_schema(form: str, *operations: Sequence[WrittenPage]) -> bytes:
    """Write a schema as YAML or JSON, or with JSON in one line; an operation has its page in one or both languages."""
    paths: dict[str, Any] = {}
    for pages in operations:
        paths.setdefault(pages[0].path, {})[pages[0].method.lower()] = operation_of(pages)
    schema = {"openapi": "3.1.0", "info": {"title": "A product", "version": "1.0.0"}, "paths": paths}
    if form == "yaml":
        text: str = yaml.dump(schema, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
        return text.encode()
    return json.dumps(schema, indent=2 if form == "json" else None, ensure_ascii=form == "json").encode()


SCHEMAS = ("yaml", "json", "json in one line")


def operation_of(pages: Sequence[WrittenPage]) -> dict[str, Any]:
    """Return an operation; what stands in no text is that of the first page."""
    first = pages[0]
    chinese = next((page for page in pages if page.language == "zh-CN"), None)
    title, security = first.titles[-1]
    texts = {
        "x-description-cn": chinese.description if chinese else "",
        "x-parameters-notes": "".join(f"* {note}\n" for note in Words(first).notes()),
        "x-parameters-notes-cn": "".join(f"* {note}\n" for note in Words(chinese).notes()) if chinese else "",
    }
    properties = {row.name: _schema(row, _text_of(row, chinese)) for row in first.rows}
    required = [row.name for row in first.rows if row.required == "YES"]
    if first.method == "GET":
        fields = [
            {"name": name, "in": "query", **({"required": True} if name in required else {}), "schema": schema}
            for name, schema in properties.items()
        ]
        parameters: dict[str, Any] = {"parameters": [_HEADER, *fields]}
    else:
        form = {"type": "object", "properties": properties, "required": required}
        body = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
        parameters = {"parameters": [_HEADER], "requestBody": body}
    return {
        "operationId": title.replace(" ", ""),
        "summary": titled(title, security),
        "description": first.description,
        **({"x-security-type": security, "x-signed": security in SIGNED} if security and security != "NONE" else {}),
        **{key: text for key, text in texts.items() if text},
        **{f"x-{weight.scope}-weight": weight.weight for weight in first.weights},
        **parameters,
        "responses": {"200": {"description": "", "content": {"application/json": {"example": first.example}}}},
    }


_HEADER = {"name": "X-MBX-APIKEY", "in": "header", "required": True, "schema": {"type": "string"}}


def _text_of(row: Row, page: WrittenPage | None) -> str:
    return next((other.text for other in (page.rows if page else ()) if other.name == row.name), "")


def _schema(row: Row, chinese: str) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_TYPES[row.type])
    values = [value for value, _ in row.values]
    if values and schema["type"] == "array":
        schema["items"] = {"type": "string", "enum": values}
    elif values:
        schema["enum"] = (
            [int(value) for value in values] if schema["type"] == "integer" and values[0].isdigit() else values
        )
    texts = {"description": row.text, "x-description-cn": chinese if chinese != row.text else ""}
    return schema | {key: text for key, text in texts.items() if text}
