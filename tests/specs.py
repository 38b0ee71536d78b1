"""Makes small specs, and the packages of them: the boilerplate around what a test is about."""

from __future__ import annotations

import compileall
import importlib.util
import py_compile
import sys
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType
from typing import NamedTuple

from generator.ir.build import build
from generator.openapi.load import load
from generator.render.package import PACKAGE, render
from generator.render.write import write

_HEAD = """\
openapi: 3.1.0
info: {title: Test, version: 1.2.3}
servers: [{url: https://api.example.com}]
x-binance-rate-limits: {ip: {weight: 1200, seconds: 60}}
"""
_SCHEMES = """\
securitySchemes:
  apiKey: {type: apiKey, in: header, name: X-MBX-APIKEY}
  signature: {type: apiKey, in: query, name: signature}
"""
_ASKED = {
    "NONE": "[]",
    "MARKET_DATA": "[{apiKey: []}]",
    "USER_STREAM": "[{apiKey: []}]",
    "USER_DATA": "[{apiKey: [], signature: []}]",
    "TRADE": "[{apiKey: [], signature: []}]",
}
_TIMESTAMP = "- {name: timestamp, in: query, required: true, schema: {type: integer, format: int64}}\n"


class Call(NamedTuple):
    """One operation of a spec, as YAML."""

    method: str
    path: str
    text: str


def call(
    where: str,
    name: str,
    *,
    security: str = "NONE",
    keys: str = "",
    parameters: str = "",
    schema: str = "{type: object, properties: {}}",
    example: str = "{}",
    answer_keys: str = "",
) -> Call:
    """Describe an operation: `where` is its method and path; the rest is YAML, or its own word."""
    method, path = where.split()
    moves = "" if method == "GET" or "x-binance-moves-funds" in keys else "x-binance-moves-funds: false\n"
    every = dedent(parameters) + (_TIMESTAMP if security in ("USER_DATA", "TRADE") else "")
    text = (
        f"operationId: {name}\n"
        f"summary: {name}\n"
        f"security: {_ASKED[security]}\n"
        f"x-binance-security: {security}\n"
        "x-binance-weight: {scope: ip, weight: 1}\n"
        "x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}\n"
        f"{moves}{dedent(keys)}"
        f"{'parameters:' if every else ''}\n{indent(every, '  ')}"
        "responses:\n"
        "  '200':\n"
        f"    description: The answer.\n{indent(dedent(answer_keys), '    ')}"
        "    content:\n"
        "      application/json:\n"
        f"        schema:\n{indent(dedent(schema).strip(), ' ' * 10)}\n"
        f"        example:\n{indent(dedent(example).strip(), ' ' * 10)}\n"
    )
    return Call(method.lower(), path, text)


def spec(*calls: Call, schemas: str = "", root: str = "") -> str:
    """Return the YAML of a spec with these operations."""
    lines = [_HEAD, dedent(root), "paths:\n"]
    for path in dict.fromkeys(operation.path for operation in calls):
        lines.append(f"  {path!r}:\n")
        lines += [
            f"    {operation.method}:\n{indent(operation.text, ' ' * 6)}"
            for operation in calls
            if operation.path == path
        ]
    lines.append(f"components:\n{indent(_SCHEMES, '  ')}")
    if schemas:
        lines.append(f"  schemas:\n{indent(dedent(schemas), ' ' * 4)}")
    return "".join(lines)


def generate(text: str | bytes, folder: Path) -> Path:
    """Write the package of a spec below `folder`, and return where it is."""
    source = text.encode() if isinstance(text, str) else text
    write(render(build(load("spec.yaml", source))), folder / "generated")
    return folder / "generated" / PACKAGE


def imported(package: Path, name: str) -> ModuleType:
    """Import a generated package under a name of its own, so that several do not meet."""
    package_spec = importlib.util.spec_from_file_location(
        name, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert package_spec is not None
    assert package_spec.loader is not None
    module = importlib.util.module_from_spec(package_spec)
    sys.modules[name] = module
    package_spec.loader.exec_module(module)
    return module


def compile_folder(folder: Path) -> Path:
    """Compile the modules of a folder, for copies of it too; a module that is changed is compiled again."""
    assert compileall.compile_dir(folder, quiet=1, invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
    return folder


def forget(name: str) -> None:
    """Drop an imported package and its modules."""
    for module in [module for module in sys.modules if f"{module}.".startswith(f"{name}.")]:
        del sys.modules[module]
