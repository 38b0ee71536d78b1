"""Where the modules of the package show other names than they promise."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .package import Package, differ
from .reader import Spec


def exports(spec: Spec, package: Package) -> Iterator[str]:
    """`__all__` lists every public name of a public module, in order, and nothing else."""
    for name in package.public_modules():
        label = name or "__init__"
        module = package.module(name)
        if not hasattr(module, "__all__"):
            yield f"{label}.py: has no __all__"
            continue
        listed = list(module.__all__)
        yield from differ(f"{label}.__all__, order", sorted(listed, key=str.lower), listed)
        yield from (
            f"{label}.__all__: {exported} does not exist" for exported in listed if not hasattr(module, exported)
        )
        public = set(_defined(package.tree(name), imported=name in ("", "sandbox")))
        yield from differ(f"{label}.__all__", sorted(public), sorted(listed))
    from_spec = {enum.name for enum in spec.enums} | {model.name for model in spec.models}
    yield from (
        f"__init__.py: does not export {missing}" for missing in sorted(from_spec - set(package.module("").__all__))
    )


def marks(_spec: Spec, package: Package) -> Iterator[str]:
    """Type checkers see that the package is typed, and readers that it is generated."""
    if not (package.folder / "py.typed").is_file():
        yield "py.typed: is missing"
    for file in sorted(package.folder.rglob("*.py")):
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        if not first.startswith("# ") or "python -m generator" not in first:
            yield f"{file.relative_to(package.folder)}: the first line does not say that it is generated"


def _defined(tree: ast.Module, *, imported: bool) -> Iterator[str]:
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
        elif isinstance(node, ast.ImportFrom) and imported and node.level:
            names += [name.asname or name.name for name in node.names]
    return (name for name in names if not name.startswith("_") or name == "__version__")
