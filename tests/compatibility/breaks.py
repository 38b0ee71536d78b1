"""What of one public surface does not hold in another: a program written for the first could fail with the second.

griffe finds what is gone, and arguments that can no longer be given as before. What it does not compare is compared here:
types, values, bases, options of classes, and what a class that someone wrote for a protocol lacks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

import griffe

Container: TypeAlias = griffe.Module | griffe.Class
_KINDS = {"bool": ["int"], "int": ["float"], "Path": ["PathLike[str]"], "StrEnum": ["str"], "IntEnum": ["int"]}
"""What a value of a type also is, beside what the surface says of its own classes."""
_NAME = "surface"
_OPTIONS = ("frozen", "order")
"""What is lost with these: hashing, and comparing."""


@cache
def breaks(old: str, new: str) -> list[str]:
    """Return a message for everything in the old surface that the new one does not offer any more."""
    before, after = _read(old), _read(new)
    gone = [
        _message(breakage)
        for breakage in griffe.find_breaking_changes(before, after)
        # Bases are compared below: griffe counts them.
        if breakage.kind is not griffe.BreakageKind.CLASS_REMOVED_BASE
    ]
    return [*_imports(old, new), *_command(old, new), *gone, *_Comparison(after).members(before, after)]


@cache
def _read(surface: str) -> griffe.Module:
    definitions = "\n".join("" if line.startswith("from ") else line for line in surface.splitlines())
    modules = griffe.ModulesCollection()
    module = griffe.visit(_NAME, Path(f"{_NAME}.pyi"), definitions, modules_collection=modules)
    modules[_NAME] = module
    return module


def _message(breakage: griffe.Breakage) -> str:
    path = breakage.obj.path.removeprefix(f"{_NAME}.")
    old, new = breakage.old_value, breakage.new_value
    if isinstance(old, griffe.Parameter) or isinstance(new, griffe.Parameter):
        path += f"({(old or new).name})"
        old, new = (value.default if isinstance(value, griffe.Parameter) else None for value in (old, new))
    known = None not in (old, new) or breakage.kind is griffe.BreakageKind.RETURN_CHANGED_TYPE
    change = f": {old} -> {new}" if known and old != new else ""
    return f"{path}: {breakage.kind.value.lower()}{change}"


def _imports(old: str, new: str) -> Iterator[str]:
    left, right = (
        {
            str(node.module): [name.name for name in node.names]
            for node in ast.parse(surface).body
            if isinstance(node, ast.ImportFrom)
        }
        for surface in (old, new)
    )
    for module, names in left.items():
        if module not in right:
            yield f"the module {module} is gone"
        else:
            yield from (f"{module} has no {name}" for name in names if name not in right[module])


def _command(old: str, new: str) -> Iterator[str]:
    """Compare how commands are typed: texts that stand by themselves."""
    left, right = (
        [word for line in surface.splitlines() if line[:1] in "'\"" for word in line.strip("'\"").split()]
        for surface in (old, new)
    )
    yield from (f"the command has no {word}" for word in left if word not in right)


class _Comparison:
    """Compares types and options, by what the new surface says of its classes."""

    def __init__(self, after: griffe.Module) -> None:
        self.bases = {**_KINDS, **{name: _bases(class_) for name, class_ in after.classes.items()}}

    def members(self, old: Container, new: Container) -> Iterator[str]:
        """Compare what is in both, and is of one kind."""
        for name, before in old.members.items():
            after = new.all_members.get(name)
            where = before.path.removeprefix(f"{_NAME}.")
            if isinstance(before, griffe.Class) and isinstance(after, griffe.Class):
                yield from self._class(name, before, after)
                yield from self.members(before, after)
            elif isinstance(before, griffe.Function) and isinstance(after, griffe.Function):
                yield from self._function(where, before, after)
            elif isinstance(before, griffe.Attribute) and isinstance(after, griffe.Attribute):
                yield from self._attribute(where, before, after)

    def _kinds(self, name: str) -> list[str]:
        """Return everything that a value of a type is."""
        kinds = [name]
        for kind in kinds:
            kinds += [parent for parent in self.bases.get(kind, ()) if parent not in kinds]
        return kinds

    def _class(self, name: str, old: griffe.Class, new: griffe.Class) -> Iterator[str]:
        kinds = self._kinds(name)
        yield from (f"{name} is no longer a {base}" for base in _bases(old) if base not in kinds)
        before, after = _options(old), _options(new)
        yield from (f"{name} is no longer {option}" for option in _OPTIONS if option in before - after)
        if "final" in after - before:
            yield f"{name} can no longer be a base"
        if "Protocol" in kinds:
            yield from _lacking(name, old, new)

    def _attribute(self, where: str, old: griffe.Attribute, new: griffe.Attribute) -> Iterator[str]:
        if old.annotation is None or new.annotation is None:
            yield from _other(where, "value", old.value, new.value)
        elif old.value is None or new.value is None:
            if _choices(old.annotation) != _choices(new.annotation):
                yield from _other(where, "type", old.annotation, new.annotation)
        elif not self._takes(old.value, new.value):
            yield from _other(where, "meaning", old.value, new.value)

    def _function(self, where: str, old: griffe.Function, new: griffe.Function) -> Iterator[str]:
        ways = [
            ("async" in function.labels, sorted(str(decorator.value) for decorator in function.decorators))
            for function in (old, new)
        ]
        if ways[0] != ways[1]:
            yield f"{where} is called in another way"
        if old.returns and new.returns and not self._takes(new.returns, old.returns):
            yield from _other(where, "result", old.returns, new.returns)
        for parameter in old.parameters:
            left = parameter.annotation
            right = new.parameters[parameter.name].annotation if parameter.name in new.parameters else None
            if left is not None and right is not None and not self._takes(left, right):
                yield f"{where}({parameter.name}) takes less: {left} -> {right}"

    def _takes(self, narrow: str | griffe.Expr, wide: str | griffe.Expr) -> bool:
        """Return whether every value of a type is one of another."""
        taken = _choices(wide)
        return bool({"Any", "object"} & taken) or all(taken & {*self._kinds(kind)} for kind in _choices(narrow))


def _lacking(owner: str, old: griffe.Class, new: griffe.Class) -> Iterator[str]:
    """Yield what a class that someone wrote does not have: a member, or an optional parameter."""
    for name, after in new.members.items():
        before = old.members.get(name)
        if before is None:
            yield f"{owner}.{name} is new, and who wrote one lacks it"
        elif isinstance(before, griffe.Function) and isinstance(after, griffe.Function):
            added = (
                parameter
                for parameter in after.parameters
                if parameter.name not in before.parameters and not parameter.required
            )
            yield from (f"{owner}.{name}({parameter.name}) is new, and who wrote one lacks it" for parameter in added)


def _other(where: str, what: str, old: object, new: object) -> Iterator[str]:
    if str(old) != str(new):
        yield f"{where} has another {what}: {old} -> {new}"


def _bases(class_: griffe.Class) -> list[str]:
    return [str(base) for base in class_.bases]


def _options(class_: griffe.Class) -> set[str]:
    """Return the options of a class in its head and by its decorators."""
    options = {name for name, value in class_.keywords.items() if str(value) == "True"}
    for decorator in class_.decorators:
        call = ast.parse(str(decorator.value), mode="eval").body
        options |= {
            str(keyword.arg) for keyword in getattr(call, "keywords", ()) if ast.unparse(keyword.value) == "True"
        }
        options.add(ast.unparse(call).rpartition(".")[2])
    return options


def _choices(annotation: str | griffe.Expr) -> set[str]:
    """Return the alternatives of a type."""
    return _choices_of(str(annotation))


@cache
def _choices_of(annotation: str) -> set[str]:
    return set(_alternatives(ast.parse(annotation, mode="eval").body))


def _alternatives(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from (*_alternatives(node.left), *_alternatives(node.right))
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        yield from (f"Literal[{ast.unparse(value)}]" for value in values)
    else:
        yield ast.unparse(node)
