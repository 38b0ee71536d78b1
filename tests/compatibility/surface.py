"""The public surface of the package as one text that a person can review, in the form of a stub file.

It has every name that can be imported from a module without an underscore, the pytest plugin's fixtures, the options of
the sandbox's command, and the types that their annotations name. Write it down at a release with
`python -m tests.compatibility.surface`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import griffe

PACKAGE = "binance_transfers"
GENERATED = Path(__file__).parents[2] / "generated"
RECORD = Path(__file__).with_name("released.txt")
_HEAD = "# The public surface of {package} {version}, written by python -m tests.compatibility.surface."
_LEFT_OUT = ("__post_init__", "__init_subclass__", "__repr__")
_MODULE = "<module>"
_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}


def surface(folder: Path, package: str = PACKAGE) -> str:
    """Return the names that may be imported from the package and its plugin, and what can be done with them."""
    loader = griffe.GriffeLoader(search_paths=[folder], allow_inspection=False)
    loader.load(package)
    if (folder / f"{package}_pytest.py").exists():
        loader.load(f"{package}_pytest")
    loader.resolve_aliases()
    written = _Surface(loader.modules_collection, package)
    root = loader.modules_collection[package]
    if "__version__" not in root.members:
        raise LookupError(f"{package} does not say its version in __version__.")
    head = _HEAD.format(package=package, version=str(root["__version__"].value).strip("'\""))
    return "\n".join([head, *written.lines(), *_command(folder, package), ""])


def version_of(record: str) -> str:
    """Return the version of a record."""
    return record.partition(",")[0].rpartition(" ")[2]


def _command(folder: Path, package: str) -> Iterator[str]:
    """Yield the options of the sandbox's command, as they are typed."""
    file = folder / package / "_runtime" / "sandbox" / "command.py"
    if not file.exists():
        return
    calls = (node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call))
    options = [
        str(ast.literal_eval(call.args[0]))
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"
    ]
    yield from ["", repr(f"python -m {package}.sandbox {' '.join(sorted(options))}")]


class _Surface:
    """Everything public, and how it is written down."""

    def __init__(self, modules: griffe.ModulesCollection, package: str) -> None:
        self.modules, self.package = modules, package
        roots = [modules.members[name] for name in sorted(modules.members) if name.startswith(package)]
        self.offered = {module.path: dict(_offered(module)) for root in roots for module in _public_modules(root)}
        self.exported: dict[str, griffe.Object] = {}
        for names in self.offered.values():
            for name, member in names.items():
                if self.exported.setdefault(name, member) is not member:
                    raise LookupError(f"{name} stands for two things: {self.exported[name].path} and {member.path}.")
        self.public = dict(self.exported)
        self.bound: dict[str, griffe.Expr | str] = {}
        """What type variables stand for in the class that is being written."""

    def lines(self) -> Iterator[str]:
        """Yield what can be imported from where, then each thing once."""
        for module, names in self.offered.items():
            if names:
                yield f"from {module} import {', '.join(sorted(names))}"
        written: dict[str, list[str]] = {}
        while waiting := [name for name in self.public if name not in written]:
            for name in waiting:
                written[name] = list(self._object(name, self.public[name]))
        for name in sorted(written, key=lambda key: (key.lower(), key)):
            yield from ["", *written[name]]

    def _object(self, name: str, member: griffe.Object) -> Iterator[str]:
        if isinstance(member, griffe.Class):
            yield from self._class(name, member)
        elif isinstance(member, griffe.Function):
            yield from self._function(member)
        elif isinstance(member, griffe.Attribute) and name in self.exported and str(member.annotation) != "TypeAlias":
            yield f"{name}: {self._text(member.annotation) if member.annotation else _type_of(member.value)}"
        elif isinstance(member, griffe.Attribute):
            yield f"{name}: TypeAlias = {self._text(member.value)}"

    def _class(self, name: str, class_: griffe.Class) -> Iterator[str]:
        """Write a class, with what it has from bases that have no public name."""
        self.bound = {}
        family = list(self._family(class_))
        hidden = {base.name for base in family[1:]}
        bases = dict.fromkeys(
            _base_name(base)
            for owner in family
            for base in owner.bases
            if owner is class_ or not str(base).startswith("Generic[")
        )
        public_bases = [base for base in bases if base not in hidden and not base.startswith("_")]
        members: dict[str, griffe.Object] = {}
        for base in family:
            for key, member in base.members.items():
                if isinstance(member, griffe.Object) and self._is_shown(name, key, member):
                    members.setdefault(key, member)
        is_enum = any("Enum" in name for name in public_bases)
        body = [line for key in sorted(members) for line in self._member(members[key], is_enum=is_enum)]
        body += [f"{name}: object" for name in _promised(family) if name not in members]
        if "Struct" in public_bases and name in self.exported:
            body.append(self._record(members.values()))
        options = [f"{key}={value}" for key, value in class_.keywords.items()]
        listed = ", ".join([*public_bases, *options])
        yield from (f"@{decorator.value}" for decorator in class_.decorators)
        yield f"class {name}({listed}):" if listed else f"class {name}:"
        yield from (f"    {line}" for line in body or ["..."])

    def _is_shown(self, owner: str, name: str, member: griffe.Object) -> bool:
        """Leave out what is private, and how to make one of what programs only get."""
        if name == "__init__":
            return owner in self.exported
        special = name.startswith("__") and member.is_function and name not in _LEFT_OUT
        return special or not name.startswith("_")

    def _family(self, class_: griffe.Class) -> Iterator[griffe.Class]:
        """Yield a class and those of its bases that have no public name."""
        yield class_
        arguments = {_base_name(base): base for base in class_.bases if isinstance(base, griffe.ExprSubscript)}
        for base in class_.resolved_bases:
            target: griffe.Object | griffe.Alias = base
            target = target.final_target if isinstance(target, griffe.Alias) else target
            if isinstance(target, griffe.Class) and self.public.get(target.name) is not target:
                if target.name in arguments:
                    variables = (_type_arguments(base) for base in target.bases if str(base).startswith("Generic["))
                    names = map(str, next(variables))
                    self.bound |= zip(names, _type_arguments(arguments[target.name]), strict=True)
                yield from self._family(target)

    def _member(self, member: griffe.Object, *, is_enum: bool) -> Iterator[str]:
        if isinstance(member, griffe.Function):
            yield from self._function(member)
        elif isinstance(member, griffe.Attribute) and is_enum:
            yield f"{member.name} = {member.value}"
        elif isinstance(member, griffe.Attribute):
            yield f"{member.name}: {self._text(member.annotation or _given(member))}"

    def _record(self, fields: Iterable[griffe.Object]) -> str:
        """Return the constructor of a record that msgspec makes."""
        arguments = [
            f"{field.name}: {self._text(field.annotation)}{'' if _is_required(field) else ' = ...'}"
            for field in fields
            if isinstance(field, griffe.Attribute)
        ]
        return f"def __init__({', '.join(['self', '*', *arguments] if arguments else ['self'])}) -> None: ..."

    def _function(self, function: griffe.Function) -> Iterator[str]:
        define = "async def" if "async" in function.labels else "def"
        returns = f" -> {self._text(function.returns)}" if function.returns is not None else ""
        yield from (f"@{decorator.value}" for decorator in function.decorators)
        yield f"{define} {function.name}({', '.join(self._parameters(function))}){returns}: ..."

    def _parameters(self, function: griffe.Function) -> Iterator[str]:
        kinds = griffe.ParameterKind
        previous: griffe.ParameterKind | None = None
        for parameter in function.parameters:
            if previous is kinds.positional_only and parameter.kind is not kinds.positional_only:
                yield "/"
            if parameter.kind is kinds.keyword_only and previous not in (kinds.keyword_only, kinds.var_positional):
                yield "*"
            annotation = f": {self._text(parameter.annotation)}" if parameter.annotation is not None else ""
            yield f"{_STARS.get(parameter.kind, '')}{parameter.name}{annotation}{self._default(parameter)}"
            previous = parameter.kind
        if previous is kinds.positional_only:
            yield "/"

    def _default(self, parameter: griffe.Parameter) -> str:
        """Return a default; where it is a constant of the package, its value."""
        default = parameter.default
        if default is None or parameter.kind in _STARS:
            return ""
        constant = self._own(default) if isinstance(default, griffe.ExprName) else None
        if isinstance(constant, griffe.Attribute):
            default = constant.value
        return f" = {default}"

    def _text(self, annotation: str | griffe.Expr | None) -> str:
        """Return a type with the package's own types by their names, and see to it that those are written too."""
        if not isinstance(annotation, griffe.Expr):
            return str(annotation)
        text = ""
        for part in annotation.iterate(flat=True):
            owned = self._own(part) if isinstance(part, griffe.ExprName) else None
            if str(part) in self.bound:
                text += self._text(self.bound[str(part)])
            elif owned is None:
                text += str(part)
            elif owned.is_module:
                text += _MODULE
            else:
                text += owned.name
                self._reach(owned)
        return text.replace(f"{_MODULE}.", "")

    def _own(self, name: griffe.ExprName) -> griffe.Object | None:
        """Return what a name stands for, if that belongs to the package."""
        if not name.canonical_path.startswith(f"{self.package}."):
            return None
        member = self.modules[name.canonical_path]
        return member.final_target if isinstance(member, griffe.Alias) else member

    def _reach(self, member: griffe.Object) -> None:
        variable = isinstance(member, griffe.Attribute) and str(member.value).startswith("TypeVar(")
        if isinstance(member, griffe.Class | griffe.Attribute) and not variable:
            self.public.setdefault(member.name, member)


def _base_name(base: griffe.Expr | str) -> str:
    """Return the name of a base, without what its type variables stand for."""
    plain = isinstance(base, griffe.ExprSubscript) and str(base.left) != "Generic"
    return str(base.left if plain and isinstance(base, griffe.ExprSubscript) else base).rpartition(".")[2]


def _type_arguments(base: griffe.Expr | str) -> list[griffe.Expr | str]:
    if not isinstance(base, griffe.ExprSubscript):
        return []
    return list(base.slice.elements) if isinstance(base.slice, griffe.ExprTuple) else [base.slice]


def _public_modules(module: griffe.Object | griffe.Alias) -> Iterator[griffe.Module]:
    if isinstance(module, griffe.Module) and not module.name.startswith("_"):
        yield module
        for name in sorted(module.modules):
            yield from _public_modules(module.modules[name])


def _offered(module: griffe.Module) -> Iterator[tuple[str, griffe.Object]]:
    """Yield what a module offers: what it lists, or else defines, and what it imports only when it is asked for."""
    extras = module.members.get("_EXTRAS")
    lazy = list(ast.literal_eval(str(extras.value))) if isinstance(extras, griffe.Attribute) else []
    defined = [name for name, member in module.members.items() if not name.startswith("_") and not member.is_alias]
    for name in [*(defined if module.exports is None else map(str, module.exports)), *lazy]:
        member = module.members[name]
        target = member.final_target if isinstance(member, griffe.Alias) else member
        if not isinstance(target, griffe.Alias | griffe.Module):
            yield name, target


def _promised(family: Iterable[griffe.Class]) -> Iterator[str]:
    """Yield the attributes that the texts of a class name."""
    texts = [base.docstring.parse("google") for base in family if base.docstring]
    lists = [
        section.value for text in texts for section in text if isinstance(section, griffe.DocstringSectionAttributes)
    ]
    yield from dict.fromkeys(attribute.name for attributes in lists for attribute in attributes)


def _given(attribute: griffe.Attribute) -> str | griffe.Expr:
    """Return the type of an attribute that is set to an argument of the same name."""
    init = attribute.parent.members.get("__init__") if attribute.parent else None
    parameters = init.parameters if isinstance(init, griffe.Function) else None
    known = parameters is not None and attribute.name in parameters
    return (parameters[attribute.name].annotation if parameters is not None and known else None) or "object"


def _type_of(value: object) -> str:
    try:
        return type(ast.literal_eval(str(value))).__name__
    except ValueError:
        return "object"


def _is_required(field: griffe.Attribute) -> bool:
    value = str(field.value)
    return field.value is None or (value.startswith("field(") and "default" not in value)


if __name__ == "__main__":
    RECORD.write_text(surface(GENERATED), encoding="utf-8")
    sys.stdout.write(f"{RECORD.name} has the surface of {version_of(RECORD.read_text(encoding='utf-8'))}.\n")
