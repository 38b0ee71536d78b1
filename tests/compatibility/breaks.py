"""What of one public surface does not hold in another: a program written for the first could fail with the second."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import zip_longest

Function = ast.FunctionDef | ast.AsyncFunctionDef


def breaks(old: str, new: str) -> list[str]:
    """Return a sentence for everything in the old surface that the new one does not offer any more."""
    before, after = ast.parse(old).body, ast.parse(new).body
    return [*_exports(before, after), *_members("", _named(before), _named(after))]


def _exports(old: list[ast.stmt], new: list[ast.stmt]) -> Iterator[str]:
    left, right = (_all(each) for each in (old, new))
    for name in left:
        if name not in right:
            yield f"__all__ lacks {name}"


def _all(body: list[ast.stmt]) -> list[str]:
    [names] = [
        each.value for each in body if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "__all__"
    ]
    return list(ast.literal_eval(names))


def _named(body: list[ast.stmt]) -> Mapping[str, ast.stmt]:
    """Return what a body defines, by name."""
    found: dict[str, ast.stmt] = {}
    for each in body:
        if isinstance(each, ast.ClassDef | Function):
            found[each.name] = each
        elif isinstance(each, ast.AnnAssign):
            found[ast.unparse(each.target)] = each
        elif isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) != "__all__":
            found[ast.unparse(each.targets[0])] = each
    return found


def _members(owner: str, old: Mapping[str, ast.stmt], new: Mapping[str, ast.stmt]) -> Iterator[str]:
    for name, before in old.items():
        where, after = f"{owner}{name}", new.get(name)
        if after is None:
            yield f"{where} is gone"
        elif isinstance(before, ast.ClassDef) and isinstance(after, ast.ClassDef):
            yield from _class(where, before, after)
        elif isinstance(before, Function) and isinstance(after, Function):
            yield from _function(where, before, after)
        elif isinstance(before, ast.AnnAssign) and isinstance(after, ast.AnnAssign):
            yield from _same(where, "type", before.annotation, after.annotation)
        elif isinstance(before, ast.Assign) and isinstance(after, ast.Assign):
            yield from _same(where, "value", before.value, after.value)
        else:
            yield f"{where} is something else now: {ast.unparse(before)} -> {ast.unparse(after)}"


def _same(where: str, what: str, old: ast.expr, new: ast.expr) -> Iterator[str]:
    if ast.unparse(old) != ast.unparse(new):
        yield f"{where} has another {what}: {ast.unparse(old)} -> {ast.unparse(new)}"


def _class(where: str, old: ast.ClassDef, new: ast.ClassDef) -> Iterator[str]:
    bases = [ast.unparse(each) for each in new.bases]
    for base in map(ast.unparse, old.bases):
        if base not in bases:
            yield f"{where} is no longer a {base}"
    members = _named(old.body), _named(new.body)
    yield from _members(f"{where}.", *members)
    if "Protocol" in bases:
        yield from (
            f"{where}.{name} is new, and who wrote one lacks it" for name in members[1] if name not in members[0]
        )


def _function(where: str, old: Function, new: Function) -> Iterator[str]:
    if type(old) is not type(new) or [*map(ast.unparse, old.decorator_list)] != [*map(ast.unparse, new.decorator_list)]:
        yield f"{where} is called in another way"
    if old.returns and new.returns:
        yield from _same(where, "result", old.returns, new.returns)
    before, after = _parameters(old), _parameters(new)
    for name, parameter in before.items():
        if name in after:
            yield from _parameter(f"{where}({name})", parameter, after[name])
        elif not new.args.kwarg:
            yield f"{where}({name}) is gone"
    for name, (_, default) in after.items():
        if name not in before and default is None:
            yield f"{where}({name}) is new, and required"
    positions = zip_longest(_positional(old), _positional(new))
    if any(left != right for left, right in positions if left is not None):
        yield f"{where} takes its positional arguments in another order"


Parameter = tuple[ast.arg, ast.expr | None]


def _parameters(function: Function) -> dict[str, Parameter]:
    """Return parameters with their defaults, by name."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults = [*[None] * (len(positional) - len(given.defaults)), *given.defaults]
    pairs = [*zip(positional, defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return {each.arg: (each, default) for each, default in pairs}


def _positional(function: Function) -> list[str]:
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def _parameter(where: str, old: Parameter, new: Parameter) -> Iterator[str]:
    if old[1] is not None and new[1] is None:
        yield f"{where} is required now"
    elif old[1] is not None and new[1] is not None and ast.unparse(old[1]) != ast.unparse(new[1]):
        yield f"{where} has another default: {ast.unparse(old[1])} -> {ast.unparse(new[1])}"
    left, right = old[0].annotation, new[0].annotation
    if left is not None and right is not None and not _choices(left) <= _choices(right):
        yield f"{where} takes less: {ast.unparse(left)} -> {ast.unparse(right)}"


def _choices(annotation: ast.expr) -> set[str]:
    """Return the alternatives of a type."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _choices(annotation.left) | _choices(annotation.right)
    return {ast.unparse(annotation)}
