"""Where the operation table, the enums, the models and the error codes differ from the spec."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, get_args

import msgspec
from msgspec import UnsetType

from .client_checks import invalid
from .package import Package, attribute_docstrings, classes, differ, lack
from .reader import Operation, Parameter, Spec, sentence

_AMOUNT = re.compile(r"[0-9.]+(E-[0-9]+)?")
_UNCHANGING = (str, int, bytes, Decimal, type(None), msgspec.json.Decoder)


def operations(spec: Spec, package: Package) -> Iterator[str]:
    """Every field of every entry."""
    table = package.module("operations").OPERATIONS
    for operation in spec.operations:
        entry = table.get(operation.name)
        if entry is None:
            yield f"OPERATIONS: lacks {operation.name}"
            continue
        wanted = _entry(spec, operation)
        fields = [*(_fields(entry) or ()), *(_fields(entry.documentation(operation.name)) or ())]
        rest = ["decoder", "documentation", "example", "response_example"]
        yield from differ("fields of Operation", sorted([*wanted, *rest]), sorted(fields))
        for name, value in wanted.items():
            yield from differ(f"{operation.name}.{name}", value, _data(getattr(entry, name)))
        kind = operation.effect[0] if operation.effect else "NoneType"
        yield from differ(f"kind of {operation.name}.effect", kind, type(entry.effect).__name__)
        yield from differ(
            f"{operation.name}.calls_per_minute", operation.calls_per_minute, entry.weight.calls_per_minute
        )
        model = getattr(package.module("models"), operation.model.name)
        yield from differ(f"{operation.name}.decoder", model, entry.decoder.type)
        yield from _examples(operation, entry)


def _entry(spec: Spec, operation: Operation) -> dict[str, Any]:
    node = operation.node
    limit = operation.limit
    return {
        "name": operation.name,
        "title": operation.title.en,
        "method": operation.method,
        "path": operation.path,
        "security": node["x-binance-security"],
        "requires_key": operation.requires_key,
        "requires_signature": operation.requires_signature,
        "moves_funds": operation.moves_funds,
        "tag": operation.tag,
        "effect": operation.effect and operation.effect[1],
        "confirmation": operation.confirmation,
        "paging": operation.paging,
        "when_unknown": operation.when_unknown.en,
        "when_unknown_zh": operation.when_unknown.zh,
        "success": operation.success,
        "weights": [weight._asdict() for weight in operation.weights],
        "call_limit": limit and {"calls": limit["calls"], "seconds": limit["seconds"]},
        "permissions": [permission["name"] for permission in operation.permissions],
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "conditions": [
            {"parameter": parameter, "other": other, "values": values}
            for parameter, other, values in operation.conditions
        ],
        "exclusive": [{"required": False, **rule} for rule in node.get("x-binance-exclusive", [])],
        "window": _window(node.get("x-binance-window")),
        "sources": {name: {"url": read["url"], "read": read["read"]} for name, read in operation.sources.items()},
        "newer": [_newer(spec, fact) for fact in node.get("x-binance-newer", [])],
    }


def _newer(spec: Spec, fact: dict[str, Any]) -> dict[str, Any]:
    weights = [spec.weight(**fact["weight"])._asdict()] if "weight" in fact else []
    return {"source": fact["source"], "date": fact["date"], "text": sentence(fact).en, "weights": weights}


def _window(node: dict[str, Any] | None) -> dict[str, Any] | None:
    return node and {"start": node["from"], "end": node["to"], "days": node["days"]}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.schema
    return {
        "name": parameter.wire,
        "argument": parameter.argument,
        "kind": parameter.kind,
        "required": parameter.required,
        "location": parameter.location,
        "array": parameter.array,
        "choices": [value.value for value in parameter.enum.values] if parameter.enum else [],
        "refused": parameter.refused,
        "default": parameter.default,
        "minimum": schema.get("minimum"),
        "maximum": schema.get("maximum"),
        "min_length": schema.get("minLength"),
        "max_length": schema.get("maxLength"),
        "min_items": parameter.list_schema.get("minItems"),
        "max_items": parameter.list_schema.get("maxItems"),
        "pattern": schema.get("pattern"),
        "bits": 32 if schema.get("format") == "int32" else 64,
    }


def _examples(operation: Operation, entry: Any) -> Iterator[str]:
    place = f"{operation.name}.example"
    arguments = [parameter.argument for parameter in operation.parameters if parameter.argument in entry.example]
    yield from differ(f"{place}, order", arguments, list(entry.example))
    by_wire = {
        parameter.wire: entry.example[parameter.argument]
        for parameter in operation.parameters
        if parameter.argument in arguments
    }
    yield from (f"{place}: {problem}" for problem in invalid(operation, by_wire))
    for parameter in operation.parameters:
        if parameter.wire in by_wire:
            yield from differ(f"{place}, {parameter.wire}", parameter.sample, _data(by_wire[parameter.wire]))
    found = json.loads(entry.response_example)
    yield from differ(f"{operation.name}.response_example", operation.response_example, found)
    try:
        again = json.loads(msgspec.json.encode(entry.decoder.decode(entry.response_example)))
    except msgspec.DecodeError as error:
        again = str(error)
    if not _is_part(again, found):
        yield f"{operation.name}.response_example, read and written: the spec says {found}, generated is {again}"


def _is_part(written: Any, example: Any) -> bool:
    """Return whether what was read and written is in the example; fields that are not listed are ignored."""
    if isinstance(written, dict):
        return all(key in example and _is_part(value, example[key]) for key, value in written.items())
    if isinstance(written, list):
        return len(written) == len(example) and all(map(_is_part, written, example))
    is_same_amount = isinstance(written, str) and _AMOUNT.fullmatch(written) and Decimal(written) == Decimal(example)
    return bool(written == example or is_same_amount)


def _fields(record: Any) -> list[str] | None:
    """Return the names of a record's fields, or `None` where it is no record."""
    if dataclasses.is_dataclass(record):
        return [field.name for field in dataclasses.fields(record)]
    return list(record.__struct_fields__) if isinstance(record, msgspec.Struct) else None


def _data(record: Any) -> Any:
    """Return frozen data as dicts and lists."""
    if (fields := _fields(record)) is not None:
        return {name: _data(getattr(record, name)) for name in fields}
    if isinstance(record, Mapping):
        return {key: _data(value) for key, value in record.items()}
    return [_data(item) for item in record] if isinstance(record, tuple) else record


def frozen(_spec: Spec, package: Package) -> Iterator[str]:
    """Nothing that can be reached from the table can be changed."""
    yield from _changeable("API", package.module("operations").API)


def _changeable(place: str, found: Any) -> Iterator[str]:
    if (fields := _fields(found)) is not None:
        for name in fields:
            yield from _assignable(f"{place}.{name}", found, name)
            value = getattr(found, name)
            is_deferred = name == "documentation"
            yield from _changeable(f"{place}.{name}", value(found.name) if is_deferred else value)
    elif isinstance(found, MappingProxyType):
        for key, value in found.items():
            yield from _changeable(f"{place}[{key!r}]", value)
    elif isinstance(found, tuple):
        for index, value in enumerate(found):
            yield from _changeable(f"{place}[{index}]", value)
    elif not isinstance(found, _UNCHANGING):
        yield f"{place}: a {type(found).__name__} can be changed"


def _assignable(place: str, record: Any, name: str) -> Iterator[str]:
    try:
        setattr(record, name, getattr(record, name))
    except AttributeError:
        return
    yield f"{place}: can be assigned"


def enums(spec: Spec, package: Package) -> Iterator[str]:
    """Classes, members, values, texts and their order."""
    module, tree = package.module("enums"), package.tree("enums")
    yield from differ("classes of enums.py", [enum.name for enum in spec.enums], classes(tree))
    for enum in spec.enums:
        found = getattr(module, enum.name, None)
        if found is None:
            continue
        kind = {"string": "StrEnum", "integer": "IntEnum"}[enum.kind]
        yield from differ(f"base of {enum.name}", kind, found.__base__.__name__)
        wanted = [(value.name, value.value) for value in enum.values]
        yield from differ(enum.name, wanted, [(name, member.value) for name, member in found.__members__.items()])
        literal = get_args(getattr(module, f"{enum.name}Literal", None))
        yield from differ(f"{enum.name}Literal", tuple(value.value for value in enum.values), literal)
        yield from lack(f"{enum.name}.__doc__", enum.text.en or enum.name, found.__doc__ or "")
        texts = {name: " ".join(words.split()) for name, words in attribute_docstrings(tree, enum.name).items()}
        yield from differ(
            f"texts of {enum.name}", {value.name: value.text.en for value in enum.values if value.text.en}, texts
        )


def models(spec: Spec, package: Package) -> Iterator[str]:
    """Names, fields, wire names, types, which are required, and texts.

    The order of models is that of what needs what; in a record, the fields that are always there come first.
    """
    module, tree = package.module("models"), package.tree("models")
    records = [model for model in spec.models if not model.annotation]
    yield from differ("names in models.py", sorted(model.name for model in records), sorted(classes(tree)))
    known = {model.name: getattr(module, model.name, None) for model in spec.models}
    names = {"Decimal": Decimal, "Literal": Literal, "UnsetType": UnsetType, **known}
    for model in spec.models:
        if model.annotation:
            yield from differ(model.name, eval(model.annotation, {**names}), known[model.name])  # noqa: S307
    for model in records:
        found = known[model.name]
        if found is None:
            continue
        yield from differ(f"{model.name} is frozen", wanted=True, found=found.__struct_config__.frozen)
        yield from differ(f"{model.name}.__doc__", model.text.en, " ".join((found.__doc__ or "").split()))
        fields = msgspec.structs.fields(found)
        written = sorted(model.fields, key=lambda field: not field.required)
        optional = [value.annotation if value.required else f"{value.annotation} | UnsetType" for value in written]
        texts = {name: " ".join(words.split()) for name, words in attribute_docstrings(tree, model.name).items()}
        for what, wanted, real in (
            ("names", [value.name for value in written], [field.name for field in fields]),
            ("wire names", [value.wire for value in written], list(found.__struct_encode_fields__)),
            ("required", [value.required for value in written], [field.required for field in fields]),
            ("types", [eval(words, {**names}) for words in optional], [field.type for field in fields]),  # noqa: S307
            ("texts", {field.name: field.text.en for field in model.fields if field.text.en}, texts),
        ):
            yield from differ(f"{model.name}, {what}", wanted, real)


def errors(spec: Spec, package: Package) -> Iterator[str]:
    """The codes in order, with all that they prove; each names an exception of the package."""
    table = package.module("operations").ERROR_CODES
    written = spec.data.get("x-binance-errors", [])
    yield from differ("codes of ERROR_CODES", [value["code"] for value in written], list(table))
    for value in written:
        if value["code"] in table:
            entry = {key: value[key] for key in ("code", "name", "outcome", "documented")}
            entry["exception"] = value.get("exception", "Rejected")
            entry["pending"] = value.get("pending", False)
            entry |= {"meaning": sentence(value).en, "meaning_zh": sentence(value).zh}
            yield from differ(f"ERROR_CODES[{value['code']}]", entry, _data(table[value["code"]]))
            kind = getattr(package.root, entry["exception"], None)
            if not (isinstance(kind, type) and issubclass(kind, package.module("_runtime.errors").Rejected)):
                yield f"ERROR_CODES[{value['code']}]: {entry['exception']} is no kind of Rejected of the package"


def root(spec: Spec, package: Package) -> Iterator[str]:
    """Version, servers, wallets and titles."""
    api = package.module("operations").API
    version = spec.data["info"]["version"]
    yield from differ("__version__", version, package.module("").__version__)
    yield from differ("API.version", version, api.version)
    yield from differ("API.servers", tuple(server["url"] for server in spec.data["servers"]), api.servers)
    wallets = {name: wallet.get("per") for name, wallet in spec.data.get("x-binance-wallets", {}).items()}
    yield from differ("API.wallets", list(wallets.items()), list(api.wallets.items()))
    yield from differ("OPERATIONS of API", package.module("").OPERATIONS, api.operations)
    yield from differ("ERROR_CODES of API", package.module("").ERROR_CODES, api.errors)
    yield from lack("docstring of the package", spec.data["info"]["title"], package.root.__doc__ or "")
    yield from lack("docstring of the package", sentence(spec.data["info"]).en, package.root.__doc__ or "")


def exports(spec: Spec, package: Package) -> Iterator[str]:
    """`__all__` lists, in order, what a module defines, and the package what the spec has and all of its exceptions."""
    for name in package.public_modules():
        listed = list(package.module(name).__all__)
        yield from differ(f"{name}.__all__, order", sorted(listed, key=str.lower), listed)
        yield from (f"{name} has no {exported}" for exported in listed if not hasattr(package.module(name), exported))
        defined = {*_defined(package.tree(name), passes_on=name in ("", "sandbox"))}
        public = [key for key in defined if key == "__version__" or not key.startswith("_")]
        yield from differ(f"{name}.__all__", sorted(public), sorted(listed))
    named = {record.name for records in (spec.enums, spec.models) for record in records}
    yield from (f"the package has no {name}" for name in sorted(named - set(package.root.__all__)))


def _defined(tree: ast.Module, *, passes_on: bool) -> Iterator[str]:
    """Yield the names that a module defines, and those that it imports from its package to pass them on."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name
            case ast.ImportFrom(level=1, names=names) if passes_on:
                yield from (name.asname or name.name for name in names)
            case _:
                pass
