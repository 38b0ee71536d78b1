"""Writes the public classes of the runtime as Python's `help` shows them: signatures and docstrings, without what they do."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import cache

import ruff

from .exports import EXTRAS, RUNTIME, RUNTIME_EXPORTS

CLIENTS = {"Client": "SyncAPIClient", "AsyncClient": "AsyncAPIClient"}
"""The clients, by what has their methods but those of the endpoints."""
_BASE = "BaseClient"
_FORMAT = "format --isolated --no-cache --quiet --target-version py311 --line-length 100 --stdin-filename stub.pyi -"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def stubs() -> Mapping[str, Mapping[str, str]]:
    """Return each public class by module and by name, the clients first and then in the order of the exports."""
    modules: dict[str, list[str]] = {"client": [*CLIENTS]}
    modules |= {module: names.split() for module, names in RUNTIME_EXPORTS.items()}
    for name, (module, _) in EXTRAS.items():
        modules.setdefault(module, []).append(name)
    defined = {node.name: node for module in ("base_client", *modules) for node in _defined(module)}
    written = _formatted({name: _class(name, defined) for names in modules.values() for name in names})
    return {module: {name: written[name] for name in names} for module, names in modules.items()}


def _defined(module: str) -> Iterator[ast.ClassDef]:
    """Yield every class that a module or a folder of the runtime defines."""
    for file in sorted([*RUNTIME.glob(f"{module}.py"), *RUNTIME.glob(f"{module}/*.py")]):
        yield from (node for node in ast.parse(file.read_bytes()).body if isinstance(node, ast.ClassDef))


def _class(name: str, defined: Mapping[str, ast.ClassDef]) -> ast.ClassDef:
    """Return a class with its public members; a client also has those of its base, which no user sees."""
    node = defined[CLIENTS.get(name, name)]
    members = [*_members(node.body)]
    if name in CLIENTS:
        everything = [*_members(defined[_BASE].body), *members]
        members = [member for member in everything if not isinstance(member, ast.Expr)]
    stub = copy(node)
    stub.name, stub.body, stub.keywords = name, members or [ast.Pass()], []
    stub.bases = [] if name in CLIENTS else [*_bases(node, defined)]
    return stub


def _bases(node: ast.ClassDef, defined: Mapping[str, ast.ClassDef]) -> Iterator[ast.expr]:
    """Yield the public bases of a class; instead of a private one, its own."""
    for base in node.bases:
        name = ast.unparse(base)
        if not name.startswith(("_", "Generic")):
            yield base
        elif name in defined:
            yield from _bases(defined[name], defined)


def _members(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the docstring, the fields with theirs, and the methods of a class, as far as they are public."""
    is_public = True
    for node in body:
        if isinstance(node, _Function):
            if not node.name.startswith("_") or node.name == "__init__":
                node.body = node.body[:1] if ast.get_docstring(node) is not None else [ast.Expr(ast.Constant(...))]
                yield node
        elif isinstance(node, ast.AnnAssign):
            is_public = not ast.unparse(node.target).startswith("_")
            if is_public:
                yield node
        elif isinstance(node, ast.Expr) and is_public:
            yield node


def _formatted(nodes: Mapping[str, ast.ClassDef]) -> dict[str, str]:
    sources = (f"# {name}\n{ast.unparse(ast.fix_missing_locations(node))}\n" for name, node in nodes.items())
    done = subprocess.run(  # noqa: S603 - our own arguments
        [ruff.find_ruff_bin(), *_FORMAT.split()],
        input="".join(sources),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    _, *parts = re.split(r"^# (\w+)\n", done.stdout, flags=re.MULTILINE)
    return {name: text.strip("\n") for name, text in zip(parts[::2], parts[1::2], strict=True)}
