"""Where the two clients differ from the spec: methods, signatures and docstrings."""

from __future__ import annotations

import inspect
import json
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import jsonschema_rs

from .package import Package, differ, lack
from .reader import Operation, Parameter, Spec, sentence
from .spelling import plain

CLIENTS = (("client", "Client"), ("async_client", "AsyncClient"))
_OWN = {
    "capture_responses",
    "with_options",
    "close",
    "from_env",
    "last_headers",
    "reconcile",
    "snapshot",
    "synchronize_clock",
    "used_weights",
    "warm_up",
}
"""What a client has besides operations."""
_PERIODS = {60: "minute", 3600: "hour"}


def methods(spec: Spec, package: Package) -> Iterator[str]:
    """One public method per operationId and no other, in the order of the spec; the table has the same."""
    operations = [operation.name for operation in spec.operations]
    iterators = {operation.name: f"iter_{operation.name}" for operation in spec.operations if operation.paging}
    wanted = [name for operation in operations for name in (operation, iterators.get(operation)) if name]
    for module, name in CLIENTS:
        client = getattr(package.module(module), name)
        public = [name for name in vars(client) if not name.startswith("_")]
        yield from differ(f"public methods of {name}", wanted, public)
        inherited = {name for base in client.__mro__[1:] for name in vars(base) if not name.startswith("_")}
        yield from differ(f"inherited by {name}", _OWN, inherited)
        for method in operations:
            coroutine = inspect.iscoroutinefunction(getattr(client, method, None))
            yield from differ(f"{name}.{method} is a coroutine function", name == "AsyncClient", coroutine)
    yield from differ("keys of OPERATIONS", operations, list(package.root.__dict__["OPERATIONS"]))


def signatures(spec: Spec, package: Package) -> Iterator[str]:
    """Parameters by name, order, kind, default and type; and what is returned."""
    for place, operation, method in _methods(spec, package):
        _, *found = inspect.signature(method).parameters.values()
        wanted = [
            inspect.Parameter(
                parameter.argument,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if parameter.required else None,
                annotation=parameter.annotation if parameter.required else f"{parameter.annotation} | None",
            )
            for parameter in operation.parameters
        ]
        yield from differ(f"{place}, arguments", wanted, found)
        model = getattr(package.module("models"), operation.model.name)
        yield from differ(f"{place}, result", model, typing.get_type_hints(method)["return"])
    yield from _iterators(spec, package)


def _iterators(spec: Spec, package: Package) -> Iterator[str]:
    """An iterator has the arguments of its method but for the page, and yields what that has in a list."""
    for place, operation, method in _methods(spec, package):
        if operation.paging is None:
            continue
        name, page, size = f"iter_{operation.name}", operation.paging["page"], operation.paging["size"]
        client = getattr(package.module("async_client" if place.startswith("Async") else "client"), place.split(".")[0])
        wanted = [
            parameter.replace(default=None) if parameter.name == size else parameter
            for parameter in inspect.signature(method).parameters.values()
            if parameter.name != page
        ]
        signature = inspect.signature(getattr(client, name))
        yield from differ(f"{place}, arguments of {name}", wanted, list(signature.parameters.values()))
        rows = next(field for field in operation.model.fields if field.wire == operation.paging["rows"])
        kind = "AsyncIterator" if place.startswith("Async") else "Iterator"
        row = rows.annotation.removeprefix("list[").removesuffix("]")
        yield from differ(f"{place}, result of {name}", f"{kind}[_models.{row}]", signature.return_annotation)


def docstrings(spec: Spec, package: Package) -> Iterator[str]:
    """A method's docstring is what the spec says of its operation, with the example of the table."""
    for module, name in CLIENTS:
        client = getattr(package.module(module), name)
        yield from lack(f"{name}.__doc__", spec.data["info"]["title"], client.__doc__)
        yield from lack(f"{name}.__doc__", sentence(spec.data["info"]).en, client.__doc__)
    table = package.root.__dict__["OPERATIONS"]
    for place, operation, method in _methods(spec, package):
        example = table[operation.name].example if operation.name in table else {}
        wait = "await " if place.startswith("Async") else ""
        words = " ".join(_docstring(operation, f"{wait}client.{operation.name}({_written(operation, example)})"))
        yield from differ(f"{place}.__doc__", plain(words), plain(method.__doc__ or ""))


def _docstring(operation: Operation, example: str) -> Iterator[str]:
    limit, source = operation.limit, next(iter(operation.sources.values()))
    permissions = ", ".join(permission["name"] for permission in operation.permissions)
    yield f"{operation.title.en}: {operation.method} {operation.path}. {operation.text.en}"
    for weight in operation.weights:
        yield f"Weight {weight.weight} per call against the {weight.scope.upper()} budget of {weight.budget}"
        yield f"per {_PERIODS[weight.seconds]}: {weight.calls_per_minute} calls per minute."
    yield f"At most {limit['calls']} calls in any {_PERIODS[limit['seconds']]}." if limit else ""
    yield f"Security {operation.node['x-binance-security']}{permissions and f'; the key needs {permissions}'}."
    yield "It moves funds: one method call has it carried out at most once." if operation.moves_funds else ""
    yield "Args:" if operation.parameters else ""
    for parameter in operation.parameters:
        yield f"{parameter.argument}: {parameter.text.en or parameter.wire}"
        yield from _rules(operation, parameter)
    yield f"Returns: {operation.model.name}: {operation.model.text.en or operation.response_text.en}"
    yield "Raises: InvalidRequest: An argument breaks a rule; nothing was sent."
    yield "NotExecuted: Binance certainly did not do it."
    if operation.moves_funds:
        yield f"OutcomeUnknown: Funds may have moved; check before calling again. {operation.when_unknown.en}"
    yield f"Example: {example} Source: {source['url']} ({source['called']} of {source['read']})"


def _rules(operation: Operation, parameter: Parameter) -> Iterator[str]:
    schema = parameter.schema
    yield f"One of `{parameter.enum.name}`." if parameter.enum else ""
    yield f"Not {', '.join(map(json.dumps, parameter.refused))}." if parameter.refused else ""
    yield _range(schema.get("minimum"), schema.get("maximum"))
    # That a text is not empty goes without saying.
    lengths = schema.get("minLength"), schema.get("maxLength")
    yield "" if lengths == (1, None) else _range(*lengths, " characters")
    yield _range(parameter.list_schema.get("minItems"), parameter.list_schema.get("maxItems"), " items")
    if parameter.default is not None:
        yield f"Binance assumes {json.dumps(parameter.default)} when it is not given."
    arguments = {parameter.wire: parameter.argument for parameter in operation.parameters}
    for name, other, values in operation.conditions:
        if name == parameter.wire:
            yield f"Must be given when `{arguments[other]}` is {' or '.join(map(str, values))}."
    for rule in operation.node.get("x-binance-exclusive", []):
        if parameter.wire in rule["parameters"]:
            others = " or ".join(f"`{arguments[name]}`" for name in rule["parameters"] if name != parameter.wire)
            yield f"Not together with {others}{'; one of them must be given' if rule.get('required') else ''}."
    window = operation.node.get("x-binance-window", {})
    if window.get("to") == parameter.wire:
        yield f"At most {window['days']} days after `{arguments[window['from']]}`."


def _range(low: int | None, high: int | None, unit: str = "") -> str:
    if low is None:
        return "" if high is None else f"At most {high}{unit}."
    if high is None:
        return "Not empty." if unit and low == 1 else f"At least {low}{unit}."
    return f"From {low} to {high}{unit}."


def _written(operation: Operation, arguments: Mapping[str, Any]) -> str:
    """Return arguments as an example writes them."""
    parameters = {parameter.argument: parameter for parameter in operation.parameters}
    return ", ".join(f"{name}={_literal(parameters[name], value)}" for name, value in arguments.items())


def _literal(parameter: Parameter, value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_literal(parameter, item) for item in value)}]"
    if parameter.enum:
        member = next(member.name for member in parameter.enum.values if member.value == value)
        return f"{parameter.enum.name}.{member}"
    return f'Decimal("{value}")' if parameter.kind == "decimal" else json.dumps(value)


def invalid(operation: Operation, by_wire: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the spec forbids in a call, whose arguments go by wire name."""
    parameters = {parameter.wire: parameter for parameter in operation.parameters}
    needed = [parameter.wire for parameter in operation.parameters if parameter.required]
    needed += [name for name, other, values in operation.conditions if by_wire.get(other) in values]
    yield from (f"lacks {name}" for name in needed if name not in by_wire)
    yield from (f"{name} may not be {value!r}" for name, value in by_wire.items() if not _fits(parameters[name], value))


def _fits(parameter: Parameter, value: Any) -> bool:
    if parameter.array:
        bounds = {**parameter.list_schema, "items": {}}
        return jsonschema_rs.is_valid(bounds, [*value]) and all(_item_fits(parameter, item) for item in value)
    return _item_fits(parameter, value)


def _item_fits(parameter: Parameter, value: Any) -> bool:
    if parameter.kind != "decimal":
        return jsonschema_rs.is_valid(parameter.schema, value)
    return Decimal(value) > 0 and bool(re.search(parameter.schema.get("pattern", ""), str(value)))


def _methods(spec: Spec, package: Package) -> Iterator[tuple[str, Operation, Callable[..., Any]]]:
    for module, name in CLIENTS:
        client = getattr(package.module(module), name)
        for operation in spec.operations:
            if hasattr(client, operation.name):
                yield f"{name}.{operation.name}", operation, getattr(client, operation.name)
