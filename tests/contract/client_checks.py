"""Where the two clients differ from the spec: methods, signatures, docstrings and examples."""

from __future__ import annotations

import ast
import inspect
import json
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import jsonschema_rs

from .package import Package, differ, entries, lack, period, sections
from .reader import Operation, Parameter, Spec, text

CLIENTS = (("client", "Client"), ("async_client", "AsyncClient"))
_OWN = {"close", "from_env", "last_headers", "synchronize_clock", "used_weights"}
"""What a client has besides operations."""


def methods(spec: Spec, package: Package) -> Iterator[str]:
    """One public method per operationId and no other, in the order of the spec; the table has the same."""
    wanted = [operation.name for operation in spec.operations]
    for module, name in CLIENTS:
        client = getattr(package.module(module), name)
        public = [name for name in vars(client) if not name.startswith("_")]
        yield from differ(f"public methods of {name}", wanted, public)
        inherited = {name for base in client.__mro__[1:] for name in vars(base) if not name.startswith("_")}
        yield from differ(f"inherited by {name}", _OWN, inherited)
        for method in wanted:
            coroutine = inspect.iscoroutinefunction(getattr(client, method, None))
            yield from differ(f"{name}.{method} is a coroutine function", name == "AsyncClient", coroutine)
    yield from differ("keys of OPERATIONS", wanted, list(package.root.__dict__["OPERATIONS"]))


def signatures(spec: Spec, package: Package) -> Iterator[str]:
    """Parameters by name, order, kind, default and type; and what is returned."""
    for place, operation, method in _methods(spec, package):
        signature = inspect.signature(method)
        given = [parameter for name, parameter in signature.parameters.items() if name != "self"]
        yield from differ(
            f"{place}, arguments",
            [parameter.argument for parameter in operation.parameters],
            [parameter.name for parameter in given],
        )
        for wanted, found in zip(operation.parameters, given, strict=False):
            here = f"{place}, argument {wanted.argument}"
            yield from differ(f"{here}, keyword only", inspect.Parameter.KEYWORD_ONLY, found.kind)
            default = inspect.Parameter.empty if wanted.required else None
            yield from differ(f"{here}, default", default, found.default)
            annotation = wanted.annotation if wanted.required else f"{wanted.annotation} | None"
            yield from differ(f"{here}, type", annotation, found.annotation)
        result = typing.get_type_hints(method)["return"]
        model = getattr(package.module("models"), operation.model.name)
        yield from differ(f"{place}, result", model, result)


def docstrings(spec: Spec, package: Package) -> Iterator[str]:
    """All that the spec says of an operation stands in its method's docstring."""
    for module, name in CLIENTS:
        client = getattr(package.module(module), name)
        yield from lack(f"{name}.__doc__", spec.data["info"]["title"], client.__doc__)
        yield from lack(f"{name}.__doc__", text(spec.data["info"]).en, client.__doc__)
    for place, operation, method in _methods(spec, package):
        parts = sections(method.__doc__ or "")
        yield from lack(place, f"{operation.title.en}: {operation.method} {operation.path}.", parts[""])
        yield from lack(place, operation.text.en, parts[""])
        yield from _costs(place, operation, parts[""])
        yield from _arguments(place, operation, parts.get("Args", ""))
        returned = operation.model.text.en or operation.response_text.en
        yield from lack(f"{place}, Returns", f"{operation.model.name}: {returned}", parts["Returns"])
        raised = ["InvalidRequest", "NotExecuted", *(["OutcomeUnknown"] if operation.moves_funds else [])]
        yield from differ(f"{place}, Raises", raised, list(entries(parts["Raises"])))
        unknown = entries(parts["Raises"]).get("OutcomeUnknown", "")
        yield from lack(f"{place}, Raises", operation.when_unknown.en, unknown)
        page = operation.node["x-binance-source"]["en"]
        yield from lack(f"{place}, Source", page["url"], parts.get("Source", ""))
        yield from lack(f"{place}, Source", page["read"], parts.get("Source", ""))


def _costs(place: str, operation: Operation, words: str) -> Iterator[str]:
    lines = words.strip().rpartition("\n\n")[2].splitlines()
    yield from differ(f"{place}, Weight", weight_line(operation), _line(lines, "Weight"))
    yield from differ(f"{place}, cap", cap_line(operation), _line(lines, "At most"))
    security, _, names = _line(lines, "Security").removesuffix(".").partition("; the key needs ")
    yield from differ(f"{place}, Security", f"Security {operation.node['x-binance-security']}", security)
    yield from differ(
        f"{place}, permissions", ", ".join(permission["name"] for permission in operation.permissions), names
    )
    yield from differ(f"{place}, moves funds", operation.moves_funds, bool(_line(lines, "It moves funds")))


def weight_line(operation: Operation) -> str:
    """Return what a docstring says of the weight."""
    budget = f"{operation.scope.upper()} budget of {operation.budget} per {period(operation.seconds)}"
    return f"Weight {operation.weight} per call against the {budget}: {operation.calls_per_minute} calls per minute."


def cap_line(operation: Operation) -> str:
    """Return what a docstring says of the cap, if there is one."""
    limit = operation.limit
    return f"At most {limit['calls']} calls in any {period(limit['seconds'])}." if limit else ""


def _arguments(place: str, operation: Operation, section: str) -> Iterator[str]:
    found = entries(section)
    yield from differ(f"{place}, Args", [parameter.argument for parameter in operation.parameters], list(found))
    for parameter in operation.parameters:
        here, words = f"{place}, Args, {parameter.argument}", found.get(parameter.argument, "")
        yield from lack(here, parameter.text.en or parameter.wire, words)
        for fact in _rules(operation, parameter):
            yield from lack(here, fact, words)


def as_literal(value: object) -> str:
    """Return a value as it is written in an example."""
    return json.dumps(value)


def _rules(operation: Operation, parameter: Parameter) -> Iterator[str]:
    yield from (str(parameter.bound(key)) for key in ("minimum", "maximum") if key in parameter.schema)
    yield from map(as_literal, parameter.refused)
    if parameter.default is not None:
        yield f"{parameter.default!r} when"
    if parameter.enum:
        yield f"`{parameter.enum.name}`"
    for rules, unit, minimum, maximum in (
        (parameter.schema, "characters", "minLength", "maxLength"),
        (parameter.lengths, "items", "minItems", "maxItems"),
    ):
        if rules.get(minimum) == 1 and maximum not in rules:
            yield "Not empty." if unit == "items" else ""
        elif minimum in rules or maximum in rules:
            yield from (str(rules[key]) for key in (minimum, maximum) if key in rules)
            yield f" {unit}."
    arguments = {parameter.wire: parameter.argument for parameter in operation.parameters}
    for name, other, values in operation.conditions:
        if name == parameter.wire:
            yield f"`{arguments[other]}` is {' or '.join(map(str, values))}."


def examples(spec: Spec, package: Package) -> Iterator[str]:
    """A docstring's example is a valid call of its own method, and the one that the table has."""
    table = package.root.__dict__["OPERATIONS"]
    for place, operation, method in _methods(spec, package):
        source = sections(method.__doc__ or "").get("Example", "").strip()
        yield from differ(f"{place}, Example begins with await", place.startswith("Async"), source.startswith("await "))
        name, arguments = called(source.removeprefix("await "), vars(package.root))
        yield from differ(f"{place}, Example calls", operation.name, name)
        by_wire = {
            parameter.wire: arguments[parameter.argument]
            for parameter in operation.parameters
            if parameter.argument in arguments
        }
        yield from differ(f"{place}, arguments of Example", len(arguments), len(by_wire))
        yield from (f"{place}, Example: {problem}" for problem in invalid(operation, by_wire))
        in_table = table[operation.name].example if operation.name in table else {}
        yield from differ(f"{place}, Example", as_sent(in_table), as_sent(arguments))


def called(source: str, names: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the method that an example calls, and the arguments that it gives."""
    try:
        call = ast.parse(source, mode="eval").body
    except SyntaxError:
        return source, {}
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.args:
        return source, {}
    imports = "from decimal import Decimal"
    scope: dict[str, Any] = {**names}
    exec(imports, scope)  # noqa: S102 - the generated example, which readers run too
    arguments = {
        str(keyword.arg): eval(ast.unparse(keyword.value), scope)  # noqa: S307 - the same
        for keyword in call.keywords
    }
    return call.func.attr, arguments


def as_sent(arguments: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return arguments as they are written on the wire, one or several."""
    return {name: [str(_raw(one)) for one in _several(value)] for name, value in arguments.items()}


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _raw(value: Any) -> Any:
    return getattr(value, "value", value)


def invalid(operation: Operation, by_wire: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the spec forbids in a call, whose arguments go by wire name."""
    parameters = {parameter.wire: parameter for parameter in operation.parameters}
    needed = [parameter.wire for parameter in operation.parameters if parameter.required]
    needed += [name for name, other, values in operation.conditions if _raw(by_wire.get(other)) in values]
    yield from (f"lacks {name}" for name in needed if name not in by_wire)
    for name, value in by_wire.items():
        parameter = parameters[name]
        if isinstance(value, (list, tuple)) is not bool(parameter.array):
            yield f"{name} is {value!r}, and is written as {parameter.array or 'one value'}"
        elif not jsonschema_rs.is_valid(parameter.lengths, _several(value)) or not all(
            _fits(parameter, _raw(one)) for one in _several(value)
        ):
            yield f"{name} may not be {value!r}"


def _fits(parameter: Parameter, value: Any) -> bool:
    if parameter.kind != "decimal":
        return jsonschema_rs.is_valid(parameter.schema, value)
    minimum, maximum = parameter.bound("minimum"), parameter.bound("maximum")
    number = Decimal(str(value))
    return (
        str(value) not in map(str, parameter.refused)
        and (minimum is None or number >= minimum)
        and (maximum is None or number <= maximum)
        and bool(re.search(parameter.schema.get("pattern", ""), str(value)))
    )


def _methods(spec: Spec, package: Package) -> Iterator[tuple[str, Operation, Callable[..., Any]]]:
    for module, name in CLIENTS:
        client = getattr(package.module(module), name)
        for operation in spec.operations:
            if hasattr(client, operation.name):
                yield f"{name}.{operation.name}", operation, getattr(client, operation.name)


def _line(lines: list[str], start: str) -> str:
    return next((line for line in lines if line.startswith(start)), "")
