"""What of one public surface does not hold in another: a program written for the first could fail with the second."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import zip_longest

Function = ast.FunctionDef | ast.AsyncFunctionDef
Parameter = tuple[ast.arg, ast.expr | None]
_KINDS = {"bool": ["int"], "int": ["float"], "Path": ["PathLike[str]"], "StrEnum": ["str"], "IntEnum": ["int"]}
"""What a value of a type also is, beside what the surface says of its own classes."""
_OPTIONS = ("frozen", "order")
"""What is lost with these: hashing, and comparing."""


def breaks(old: str, new: str) -> list[str]:
    """Return a message for everything in the old surface that the new one does not offer any more."""
    before, after = ast.parse(old).body, ast.parse(new).body
    return [*_imports(before, after), *_command(before, after), *_Comparison(after).members("", _named(before))]


def _imports(old: list[ast.stmt], new: list[ast.stmt]) -> Iterator[str]:
    left, right = (
        {str(each.module): [name.name for name in each.names] for each in body if isinstance(each, ast.ImportFrom)}
        for body in (old, new)
    )
    for module, names in left.items():
        if module not in right:
            yield f"the module {module} is gone"
        else:
            yield from (f"{module} has no {name}" for name in names if name not in right[module])


def _command(old: list[ast.stmt], new: list[ast.stmt]) -> Iterator[str]:
    """Compare how commands are typed: texts that stand by themselves."""
    left, right = (
        [word for each in body if isinstance(each, ast.Expr) for word in str(ast.literal_eval(each.value)).split()]
        for body in (old, new)
    )
    yield from (f"the command has no {word}" for word in left if word not in right)


def _named(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    """Return what a body defines, by name."""
    found: dict[str, ast.stmt] = {}
    for each in body:
        if isinstance(each, ast.ClassDef | Function):
            found[each.name] = each
        elif isinstance(each, ast.AnnAssign):
            found[ast.unparse(each.target)] = each
        elif isinstance(each, ast.Assign):
            found[ast.unparse(each.targets[0])] = each
    return found


class _Comparison:
    """Holds what was against what is."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.now = _named(body)
        self.parents = {**_KINDS, **{name: _bases(each) for name, each in self.now.items()}}

    def members(self, owner: str, old: Mapping[str, ast.stmt]) -> Iterator[str]:
        """Compare what a class, or the whole, has: everything that is in the old one."""
        new = self._inherited(owner.rstrip(".")) if owner else self.now
        for name, before in old.items():
            where, after = f"{owner}{name}", new.get(name)
            if after is None:
                yield f"{where} is gone"
            elif isinstance(before, ast.ClassDef) and isinstance(after, ast.ClassDef):
                yield from self._class(name, before, after)
            elif isinstance(before, Function) and isinstance(after, Function):
                yield from self._function(where, before, after)
            elif isinstance(before, ast.AnnAssign) and isinstance(after, ast.AnnAssign):
                yield from self._attribute(where, before, after)
            elif isinstance(before, ast.Assign) and isinstance(after, ast.Assign):
                yield from _same(where, "value", before.value, after.value)
            else:
                yield f"{where} is something else now: {ast.unparse(before)} -> {ast.unparse(after)}"

    def _kinds(self, name: str) -> list[str]:
        """Return everything that a value of a type is, in the order in which it is looked for there."""
        found = [name]
        for each in found:
            found += [parent for parent in self.parents.get(each, ()) if parent not in found]
        return found

    def _inherited(self, name: str) -> Mapping[str, ast.stmt]:
        """Return what a class has, from its bases too."""
        bodies = [self.now[each] for each in reversed(self._kinds(name)) if each in self.now]
        return {
            key: each for body in bodies if isinstance(body, ast.ClassDef) for key, each in _named(body.body).items()
        }

    def _class(self, name: str, old: ast.ClassDef, new: ast.ClassDef) -> Iterator[str]:
        kinds = self._kinds(name)
        yield from (f"{name} is no longer a {base}" for base in _bases(old) if base not in kinds)
        before, after = _options(old), _options(new)
        yield from (f"{name} is no longer {each}" for each in _OPTIONS if each in before and each not in after)
        if "final" in after and "final" not in before:
            yield f"{name} can no longer be a base"
        members = _named(old.body), _named(new.body)
        yield from self.members(f"{name}.", members[0])
        if "Protocol" in kinds:
            yield from self._protocol(name, *members)

    def _protocol(self, owner: str, old: Mapping[str, ast.stmt], new: Mapping[str, ast.stmt]) -> Iterator[str]:
        """Yield what a class that someone wrote does not have: a member, or an optional parameter."""
        for name, after in new.items():
            before = old.get(name)
            if before is None:
                yield f"{owner}.{name} is new, and who wrote one lacks it"
            elif isinstance(before, Function) and isinstance(after, Function):
                known = _parameters(before)
                for parameter, (_, default) in _parameters(after).items():
                    if parameter not in known and default is not None:
                        yield f"{owner}.{name}({parameter}) is new, and who wrote one lacks it"

    def _attribute(self, where: str, old: ast.AnnAssign, new: ast.AnnAssign) -> Iterator[str]:
        if old.value is None or new.value is None:
            if sorted(_choices(old.annotation)) != sorted(_choices(new.annotation)):
                yield from _same(where, "type", old.annotation, new.annotation)
        elif not self._takes(old.value, new.value):
            yield from _same(where, "meaning", old.value, new.value)

    def _function(self, where: str, old: Function, new: Function) -> Iterator[str]:
        decorators = [sorted(map(ast.unparse, each.decorator_list)) for each in (old, new)]
        if type(old) is not type(new) or decorators[0] != decorators[1]:
            yield f"{where} is called in another way"
        if old.returns and new.returns and not self._takes(new.returns, old.returns):
            yield from _same(where, "result", old.returns, new.returns)
        elif old.returns and not new.returns:
            yield f"{where} does not say its result any more: {ast.unparse(old.returns)}"
        before, after = _parameters(old), _parameters(new)
        for name, parameter in before.items():
            if name in after:
                yield from self._parameter(f"{where}({name})", parameter, after[name])
            elif not new.args.kwarg:
                yield f"{where}({name}) is gone"
        for name, (_, default) in after.items():
            if name not in before and default is None:
                yield f"{where}({name}) is new, and required"
        yield from _passing(where, old, new)

    def _parameter(self, where: str, old: Parameter, new: Parameter) -> Iterator[str]:
        if old[1] is not None and new[1] is None:
            yield f"{where} is required now"
        elif old[1] is not None and new[1] is not None and _value(old[1]) != _value(new[1]):
            yield f"{where} has another default: {ast.unparse(old[1])} -> {ast.unparse(new[1])}"
        left, right = old[0].annotation, new[0].annotation
        if left is not None and right is not None and not self._takes(left, right):
            yield f"{where} takes less: {ast.unparse(left)} -> {ast.unparse(right)}"

    def _takes(self, narrow: ast.expr, wide: ast.expr) -> bool:
        """Return whether every value of a type is one of another."""
        taken = _choices(wide)
        everything = {"Any", "object"} & taken
        return bool(everything) or all(taken & {*self._kinds(each)} for each in _choices(narrow))


def _same(where: str, what: str, old: ast.expr, new: ast.expr) -> Iterator[str]:
    if ast.unparse(old) != ast.unparse(new):
        yield f"{where} has another {what}: {ast.unparse(old)} -> {ast.unparse(new)}"


def _bases(found: ast.stmt) -> list[str]:
    return [*map(ast.unparse, found.bases)] if isinstance(found, ast.ClassDef) else []


def _options(found: ast.ClassDef) -> list[str]:
    """Return what a class and its decorators are told to be."""
    keywords = [*found.keywords, *(key for each in found.decorator_list for key in getattr(each, "keywords", ()))]
    told = [str(each.arg) for each in keywords if ast.unparse(each.value) == "True"]
    return [*told, *(ast.unparse(each).rpartition(".")[2] for each in found.decorator_list)]


def _passing(where: str, old: Function, new: Function) -> Iterator[str]:
    """Compare which arguments are given by position, and which by name."""
    before, after = ([each.arg for each in (*side.args.posonlyargs, *side.args.args)] for side in (old, new))
    if any(left != right for left, right in zip_longest(before, after) if left is not None):
        yield f"{where} takes its positional arguments in another order"
    unnamed = [[each.arg for each in side.args.posonlyargs] for side in (old, new)]
    named = {*before} - {*unnamed[0], "self", "cls"}
    yield from (f"{where}({name}) can no longer be named" for name in unnamed[1] if name in named)
    for left, right in ((old.args.vararg, new.args.vararg), (old.args.kwarg, new.args.kwarg)):
        if left and not right:
            yield f"{where} takes no {left.arg} any more"


def _parameters(function: Function) -> dict[str, Parameter]:
    """Return parameters with their defaults, by name."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    defaults = [*[None] * (len(positional) - len(given.defaults)), *given.defaults]
    pairs = [*zip(positional, defaults, strict=True), *zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    return {each.arg: (each, default) for each, default in pairs}


def _value(default: ast.expr) -> object:
    """Return a default by what it is, where that can be told: 60 and 60.0 are the same."""
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return ast.unparse(default)
    return str(value) if isinstance(value, bool) else value


def _choices(annotation: ast.expr) -> set[str]:
    """Return the alternatives of a type."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return _choices(annotation.left) | _choices(annotation.right)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Literal":
        values = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        return {f"Literal[{ast.unparse(each)}]" for each in values}
    return {ast.unparse(annotation)}
