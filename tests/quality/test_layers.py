"""The layers of the generator: who may import whom, that nothing imports in a circle, and how long a file may be."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "generator"
LONGEST = 500
FILES = [file for folder in ("generator", "tests") for file in sorted((ROOT / folder).rglob("*.py"))]

_BASE = {"console", "runtime", "vocabulary"}
"""What every layer but the runtime may import: Binance's words, text for terminals, and what the package has anyway."""
ALLOWED = {
    "__init__": set[str](),
    "__main__": _BASE,
    "console": set[str](),
    "vocabulary": set[str](),
    "openapi": _BASE,
    "ir": {*_BASE, "openapi"},
    "render": {*_BASE, "openapi", "ir"},
    "sources": {*_BASE, "openapi"},
    "diff": {*_BASE, "openapi", "ir"},
    "drafts": {*_BASE, "openapi", "ir", "sources"},
    "drift": {*_BASE, "openapi", "ir", "sources", "drafts"},
    "importer": {*_BASE, "openapi", "ir", "sources", "drafts"},
    "site": {*_BASE, "openapi", "ir", "render"},
    "runtime": set[str](),
}
"""The layers, and what each may import beside itself. A command is loaded by its name, so __main__ imports none."""
NEUTRAL = {
    "generator.render.escaping",
    "generator.render.markdown",
    "generator.render.python_text",
}
"""How Markdown and Python are written, which reports need too; these know nothing of the spec."""
HTTP = {"httpx", "httpcore"}
PARTS = {
    "transport": {"certifi"},
    "http1": {"h11"},
    "signer": {"cryptography"},
    "redis_limiter": {"redis"},
    "telemetry": {"opentelemetry"},
    "journal": {"sqlalchemy"},
    "cli": {"click", "rich"},
    "sandbox": {"cryptography", "h11", "uvicorn", *HTTP},
}
"""What modules and folders of the runtime import beside msgspec, where it is used; the sandbox is a transport of httpx."""


def name_of(file: Path) -> str:
    """Return the dotted name of a module of the generator."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


_TEMPLATES = GENERATOR / "templates"
MODULES = {
    name_of(file): file for file in FILES if file.is_relative_to(GENERATOR) and not file.is_relative_to(_TEMPLATES)
}


def layer_of(module: str) -> str:
    return [*module.split("."), "__init__"][1]


def imports(module: str) -> Iterator[str]:
    """Yield the full names of what a module imports anywhere in it, but for type checkers only."""
    file = MODULES[module]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    package = module.split(".") if file.stem == "__init__" else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
            source = start if node.level else str(node.module)
            for name in node.names:
                yield f"{source}.{name.name}" if f"{source}.{name.name}" in MODULES else source


def test_a_layer_imports_only_what_is_below_it() -> None:
    upward = [
        f"{module} imports {name}"
        for module in MODULES
        for name in sorted({*imports(module)} - NEUTRAL)
        if name.startswith("generator.") and layer_of(name) not in {layer_of(module), *ALLOWED[layer_of(module)]}
    ]
    assert upward == []


def test_every_layer_is_known_and_exists() -> None:
    assert {layer_of(module) for module in MODULES} == {*ALLOWED}


def test_no_module_imports_itself_through_others() -> None:
    graph = {module: {name for name in imports(module) if name in MODULES} - {module} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_the_runtime_imports_what_the_package_needs_and_an_extra_where_it_is_used() -> None:
    needless = []
    for module in (module for module in MODULES if layer_of(module) == "runtime"):
        part = [*module.split("."), ""][2]
        allowed = {"generator", "msgspec", *sys.stdlib_module_names, *PARTS.get(part, ())}
        needless += [f"{module} imports {name}" for name in imports(module) if name.partition(".")[0] not in allowed]
    assert needless == []


def test_building_the_representation_imports_no_http_client() -> None:
    waiting, visited = ["generator.ir.build"], set[str]()
    while waiting:
        module = waiting.pop()
        if module in visited:
            continue
        visited.add(module)
        waiting += [name for name in imports(module) if name in MODULES]
        assert HTTP & {name.partition(".")[0] for name in imports(module)} == set(), module


def test_every_file_is_short_enough_to_read() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
