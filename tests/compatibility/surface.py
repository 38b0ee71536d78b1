"""The public surface of the package as one text that a person can review, in the form of a stub file.

Write it down at a release with `python -m tests.compatibility.surface`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import griffe

PACKAGE = "binance_transfers"
GENERATED = Path(__file__).parents[2] / "generated"
RECORD = Path(__file__).with_name("released.txt")
_HEAD = "# The public surface of {package} {version}, written by python -m tests.compatibility.surface."
_SPECIAL = ("__init__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__")
_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}


def surface(folder: Path, package: str = PACKAGE) -> str:
    """Return the names that may be imported from the package, and what can be done with them."""
    module = griffe.load(package, search_paths=[folder], allow_inspection=False, resolve_aliases=True)
    if not isinstance(module, griffe.Module):
        raise TypeError(f"{package} is no package")
    version = str(module["__version__"].value).strip("'\"")
    lines = [_HEAD.format(package=package, version=version)]
    lines += [f"__all__ = {sorted(map(str, module.exports or ()))!r}"]
    public = dict(_public(module))
    for name in sorted(public, key=str.lower):
        lines += ["", *_object(name, public[name], public)]
    return "\n".join([*lines, ""])


def version_of(record: str) -> str:
    """Return the version of a record."""
    return record.partition(",")[0].rpartition(" ")[2]


def _public(module: griffe.Module) -> Iterator[tuple[str, griffe.Object]]:
    """Yield what the package exports, and what it imports from its own modules only when it is asked for."""
    exports = {str(each) for each in module.exports or ()}
    for name, member in module.members.items():
        target = member.final_target if isinstance(member, griffe.Alias) and not _foreign(member, module) else member
        if isinstance(target, griffe.Alias | griffe.Module) or (name.startswith("_") and name not in exports):
            continue
        if name in exports or isinstance(member, griffe.Alias):
            yield name, target


def _foreign(alias: griffe.Alias, module: griffe.Module) -> bool:
    return not alias.target_path.startswith(f"{module.name}.")


def _object(name: str, found: griffe.Object, public: dict[str, griffe.Object]) -> Iterator[str]:
    if isinstance(found, griffe.Class):
        yield from _class(name, found, public)
    elif isinstance(found, griffe.Function):
        yield _function(found)
    elif isinstance(found, griffe.Attribute):
        yield f"{name}: {found.annotation or 'str'}"


def _class(name: str, found: griffe.Class, public: dict[str, griffe.Object]) -> Iterator[str]:
    """Write a class, with what it has from bases that have no public name."""
    family = list(_family(found, public))
    hidden = {each.name for each in family}
    bases = dict.fromkeys(str(base).rpartition(".")[2] for each in family for base in each.bases)
    listed = ", ".join(each for each in bases if each not in hidden and not each.startswith("_"))
    members: dict[str, griffe.Object] = {}
    for each in family:
        for key, member in each.members.items():
            if isinstance(member, griffe.Object) and (not key.startswith("_") or key in _SPECIAL):
                members.setdefault(key, member)
    body = [line for key in sorted(members) for line in _member(members[key], is_enum="Enum" in listed)]
    if "Struct" in bases:
        body.append(_record(members.values()))
    yield f"class {name}({listed}):" if listed else f"class {name}:"
    yield from (f"    {line}" for line in body or ["..."])


def _family(found: griffe.Class, public: dict[str, griffe.Object]) -> Iterator[griffe.Class]:
    """Yield a class and those of its bases that have no public name."""
    yield found
    for base in found.resolved_bases:
        target: griffe.Object | griffe.Alias = base
        target = target.final_target if isinstance(target, griffe.Alias) else target
        if isinstance(target, griffe.Class) and target.name not in public:
            yield from _family(target, public)


def _member(found: griffe.Object, *, is_enum: bool) -> Iterator[str]:
    if isinstance(found, griffe.Function):
        yield from ["@classmethod"] if "classmethod" in found.labels else []
        yield _function(found)
    elif isinstance(found, griffe.Attribute) and is_enum:
        yield f"{found.name} = {found.value}"
    elif isinstance(found, griffe.Attribute):
        yield f"{found.name}: {found.annotation or _given(found)}"


def _given(attribute: griffe.Attribute) -> str:
    """Return the type of an attribute that is set to an argument of the same name."""
    init = attribute.parent.members.get("__init__") if attribute.parent else None
    parameters = init.parameters if isinstance(init, griffe.Function) else None
    known = parameters is not None and attribute.name in parameters
    return str(parameters[attribute.name].annotation) if parameters is not None and known else "object"


def _record(fields: Iterable[griffe.Object]) -> str:
    """Return the constructor of a record that msgspec makes."""
    arguments = ", ".join(
        f"{each.name}: {each.annotation}{'' if _is_required(each) else ' = ...'}"
        for each in fields
        if isinstance(each, griffe.Attribute)
    )
    return f"def __init__(self, *, {arguments}) -> None: ..."


def _is_required(field: griffe.Attribute) -> bool:
    value = str(field.value)
    return field.value is None or (value.startswith("field(") and "default" not in value)


def _function(found: griffe.Function) -> str:
    define = "async def" if "async" in found.labels else "def"
    returns = f" -> {_plain(found.returns)}" if found.returns is not None else ""
    return f"{define} {found.name}({', '.join(_parameters(found))}){returns}: ..."


def _parameters(found: griffe.Function) -> Iterator[str]:
    starred = False
    for each in found.parameters:
        if each.kind is griffe.ParameterKind.keyword_only and not starred:
            yield "*"
        starred = starred or each.kind in (griffe.ParameterKind.keyword_only, griffe.ParameterKind.var_positional)
        annotation = f": {_plain(each.annotation)}" if each.annotation is not None else ""
        default = f" = {each.default}" if each.default is not None and each.kind not in _STARS else ""
        yield f"{_STARS.get(each.kind, '')}{each.name}{annotation}{default}"


def _plain(annotation: str | griffe.Expr | None) -> str:
    return str(annotation).replace("_models.", "")


if __name__ == "__main__":
    RECORD.write_text(surface(GENERATED), encoding="utf-8")
    sys.stdout.write(f"{RECORD.name} holds the surface of {version_of(RECORD.read_text(encoding='utf-8'))}.\n")
