"""The rows of the table that need a rule of their own, and what a difference asks of programs that worked before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from operator import attrgetter
from typing import Any

from generator.ir import types as ir
from generator.openapi.document import find
from generator.openapi.problems import Path, join_names
from generator.render.python_text import period

from .change import Impact, Sides
from .revisions import Spec
from .rows import Fact, Pair, by_key, matched, paired
from .wording import differing, written

_REFUSAL = "not_executed"
_PLAIN_EXCEPTION = "Rejected"
_EFFECTS = {ir.Transfer: "transfer", ir.Collection: "collect", ir.Report: "report"}
_EFFECT_KEYS = {"sources": "from", "target": "to", "excluded": "except", "source_owner": "from", "target_owner": "to"}
"""The words of x-binance-effect, where the representation has others."""
Requirement = tuple[str, str, str | int]
"""The parameter that must be given, the one that it hangs on, and the value of that one; parameters by wire name."""

# The whole


def default_server(pair: Pair, at: Sides, old: list[str], new: list[str]) -> None:
    """Compare the order of the servers: requests go to the first one by default."""
    if old[0] != new[0]:
        message = f"requests go to {new[0]} by default, not to {old[0]}"
        pair.add("facts", "default server", message, (old[0], new[0]), at.below(0))
    else:
        pair.in_order("servers", at, old, new)


def budgets(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare the budgets, and what they mean for the operations that are counted against them."""
    at, (old, new) = pair.at.below("x-binance-rate-limits"), (by_key(side, "scope") for side in pair.values(name))
    for scope in dict.fromkeys([*old, *new]):
        values = [
            f"{side[scope].weight} in {side[scope].seconds} seconds" if scope in side else None for side in (old, new)
        ]
        rates = [
            f"{after.name} {before.weight.calls_per_minute} -> {after.weight.calls_per_minute}"
            for before, after in matched(pair.old.operations, pair.new.operations)
            if before
            and after
            and before.weight.scope == after.weight.scope == scope
            and before.weight.calls_per_minute != after.weight.calls_per_minute
        ]
        if values[0] != values[1]:
            message = f"budget per {scope.upper()} {values[0] or 'none'} -> {values[1] or 'none'}"
            message += f"; calls per minute: {join_names(rates)}" if rates else ""
            pair.add("facts", "budget", message, (values[0], values[1]), at.below(scope))
    pair.in_order("budgets", at, old, new)
    return ()


def error_code(_pair: Pair, error: ir.ErrorCode) -> str:
    """Return what an error code says."""
    return f"{error.name}, {error.outcome}" + ("" if error.exception == _PLAIN_EXCEPTION else f", {error.exception}")


def new_error_code(error: ir.ErrorCode) -> Impact:
    """Return the impact of a new code: a response with an unknown one mostly proves a refusal; this can say otherwise."""
    return "facts" if error.outcome == _REFUSAL else "breaking"


def exception(pair: Pair) -> Impact:
    """Return the impact of another exception: none where what was caught before catches it still."""
    return "facts" if pair.new.outcome != _REFUSAL or pair.old.exception == _PLAIN_EXCEPTION else "breaking"


# Enums and models


def route(route: ir.Route | None) -> str | None:
    """Return the wallets that funds move between."""
    return f"from {route.source} to {route.target}" if route else None


def enum_value(pair: Pair, value: ir.EnumValue) -> str:
    """Return a value of an enum; text with digits and a number look the same, so they are told apart."""
    return str(value.value) if pair.old.kind == pair.new.kind else repr(value.value)


def named_models(pair: Pair, at: Sides, old: list[str], new: list[str]) -> None:
    """Compare the order of the models under components; others stand where the operation stands that returns them."""
    named = {model.name for model in pair.new.models if model.spec_path == ("components", "schemas", model.name)}
    pair.in_order("models", at, old, [name for name in new if name in named])


def model_fields(otherwise: Callable[[Pair, str], Iterable[Pair]]) -> Callable[[Pair, str], Iterable[Pair]]:
    """Compare models: by the row given where both are records, else by their types."""

    def row(pair: Pair, name: str) -> Iterable[Pair]:
        if all(side is not None for side in pair.values(name)):
            return otherwise(pair, name)
        _types(pair, "model", _shapes(pair.old), _shapes(pair.new))
        return ()

    return row


def _shapes(model: ir.Model) -> list[str]:
    return ["a record"] if model.fields is not None else list(map(_type, model.schema.get("oneOf", [model.schema])))


def _type(schema: Mapping[str, Any]) -> str:
    """Return the type that a schema without fields of its own describes."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "oneOf" in schema:
        return " | ".join(map(_type, schema["oneOf"]))
    kind = str(schema.get("format", schema.get("type")))
    for key, form in (("items", "list[{}]"), ("additionalProperties", "dict[str, {}]")):
        if key in schema:
            return form.format(_type(schema[key]))
    return f"{kind} {schema['const']!r}" if "const" in schema else kind


def field_type(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare the types of a field."""
    old, new = pair.values(name)
    _types(pair, "field type", list(map(str, old.alternatives)), list(map(str, new.alternatives)))
    return ()


def _types(pair: Pair, fact: str, old: list[str], new: list[str]) -> None:
    """Compare types, each a list of its alternatives, whose order says nothing."""
    values = " | ".join(old), " | ".join(new)
    if sorted(old) != sorted(new):
        pair.add("breaking", fact, f"type {values[0]} -> {values[1]}", values)
    elif old != new:
        pair.add("text", "order", f"the types stand in another order: {values[0]} -> {values[1]}", values)


# How an operation is called, and what it costs


def security(pair: Pair) -> Impact:
    """Return the impact of another security type: a caller may lack a key, or its secret."""
    old, new = pair.old, pair.new
    return (
        "breaking"
        if (new.requires_key and not old.requires_key) or (new.requires_signature and not old.requires_signature)
        else "facts"
    )


def weight(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare what a call costs."""
    old, new = pair.values(name)
    at = pair.at.below("x-binance-weight")
    rate = f"{old.calls_per_minute} -> {new.calls_per_minute} calls per minute"
    if old.scope != new.scope:
        message = f"scope {old.scope} -> {new.scope}" + (f": {rate}" if old.weight == new.weight else "")
        pair.add("facts", "scope", message, (old.scope, new.scope), at.below("scope"))
    if old.weight != new.weight:
        message = f"weight {old.weight} -> {new.weight} per {new.scope.upper()}: {rate}"
        pair.add("facts", "weight", message, (str(old.weight), str(new.weight)), at.below("weight"))
    return ()


def call_limit(limit: ir.CallLimit | None) -> str | None:
    """Return a call limit in words."""
    return f"{limit.calls} calls per {period(limit.seconds)}" if limit else None


def effect(effect: ir.Effect | None) -> str | None:
    """Return what a call does to wallets, but for the routes, which follow from the values of an enum."""
    if effect is None:
        return None
    values = {field.name: getattr(effect, field.name) for field in fields(effect) if field.compare}
    texts = [
        f"{_EFFECT_KEYS.get(name, name)} {' '.join(value) if isinstance(value, tuple) else value}"
        for name, value in values.items()
        if value and name != "routes"
    ]
    return f"{_EFFECTS[type(effect)]} ({', '.join(texts)})"


def example_response(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare the examples of the response."""
    old, new = pair.values(name)
    if old != new:
        values = " ".join(old.split()), " ".join(new.split())
        at = pair.at.below("responses", "200", "content", "application/json", "example")
        pair.add("facts", "answer example", f"example of the answer: {differing(*values)}", values, at)
    return ()


def operation_facts(operation: ir.Operation, was: str) -> Iterator[Fact]:
    """Yield what an operation costs, asks for and does; `was` stands before what is so no longer."""
    yield Fact("security", f"security {was}{operation.security}", operation.security, ("x-binance-security",))
    weight = operation.weight
    cost = f"{weight.weight} per {weight.scope.upper()}: {weight.calls_per_minute} calls per minute"
    yield Fact("weight", f"weight {was}{cost}", str(weight.weight), ("x-binance-weight",))
    if cap := call_limit(operation.call_limit):
        yield Fact("call limit", f"call limit {was}{cap}", cap, ("x-binance-call-limit",))
    for index, permission in enumerate(operation.permissions):
        message = f"permission {was}needed: {permission.name}"
        yield Fact("permission", message, permission.name, ("x-binance-permissions", index))
    moves = written(operation.moves_funds)
    yield Fact("moves funds", f"moves funds {was}{moves}", moves, ("x-binance-moves-funds",))
    if done := effect(operation.effect):
        yield Fact("effect", f"effect {was}{done}", done, ("x-binance-effect",))
    for index, condition in enumerate(operation.conditions):
        values = ", ".join(map(str, condition.values))
        message = f"{was}required when {condition.other} is {values}"
        yield Fact("condition", message, values, ("x-binance-requires", index), condition.parameter)


# What an operation takes


def parameter_entry(spec: Spec, operation: ir.Operation, parameter: ir.Parameter | ir.ClientParameter) -> Path:
    """Return which entry of an operation's list a parameter is; the signature is in none."""
    data, within = spec.document.data, (*operation.spec_path, "parameters")
    entries = ((*within, index) for index in range(len(find(data, within)[1] or ())))
    named = (entry for entry in entries if find(data, (*entry, "name"))[0][:-1] == parameter.spec_path)
    return next(named, parameter.spec_path)


def needed(pair: Pair) -> Impact:
    """Return the impact of a parameter that is required or is no longer."""
    return "breaking" if pair.new.required else "feature"


def parameter_type(pair: Pair, _name: str) -> Iterable[Pair]:
    """Compare the types of a parameter, in the words of Binance and of Python."""
    old, new, one = pair.old, pair.new, _single(pair)
    if (old.annotation, old.wire_type) == (new.annotation, new.wire_type):
        # The type of a list does not tell them.
        pair.differ(_widened(pair), "bits", (old.rules.bits, new.rules.bits), one.below("format"))
        return ()
    impact: Impact = "breaking"
    if old.annotation == new.annotation:
        impact = _widened(pair)
    elif old.wire_type == new.wire_type and new.annotation.without("Unlisted") == old.annotation:
        impact = "feature"
    # Any other annotation takes less, also a wider one: an amount is not zero, and no other text than digits.
    values = [f"{side.wire_type} ({side.annotation})" for side in (old, new)]
    names = pair.changes.written(one.below("$ref"))
    keys = ["type"] * 2 if names[0] == names[1] else ["$ref" if name else "type" for name in names]
    pair.differ(impact, "type", values, Sides((*one.old, keys[0]), (*one.new, keys[1])))
    return ()


def _single(pair: Pair) -> Sides:
    """Return where the schemas of single values are: of a list, those of its items."""
    old, new = ((*side.schema_path, "items") if side.array else side.schema_path for side in (pair.old, pair.new))
    return Sides(old, new)


def _widened(pair: Pair) -> Impact:
    """Return the impact of another number of bits; none is refused for it where a maximum keeps to the fewer."""
    old, new = pair.old.rules, pair.new.rules
    beyond = 1 << (min(old.bits, new.bits) - 1)
    if old.bits == new.bits or any(side.maximum is not None and side.maximum < beyond for side in (old, new)):
        return "facts"
    return "breaking" if new.bits < old.bits else "feature"


def array_form(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare how lists are sent; between commas, an item can have none."""
    old, new = pair.values(name)
    if old and new:
        refused = new == "comma" and pair.new.kind == "string" and not pair.new.enum
        pair.differ("breaking" if refused else "facts", "array form", (old, new), pair.at.below("explode"))
    return ()


def default(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare what Binance assumes where a parameter is not given."""
    at = Sides(pair.old.schema_path, pair.new.schema_path)
    pair.differ("facts", "default", pair.values(name), at.below("default"))
    return ()


def rules(pair: Pair, name: str) -> Iterable[Pair]:
    """Return what the values of a parameter must keep."""
    old, new = pair.values(name)
    yield replace(pair, old=old, new=new, at=_single(pair), parent=pair)


def lower_limit(name: str) -> Callable[[Pair], Impact]:
    """Return what gives the impact of another lower limit; at least zero is no limit where nothing is less."""

    def impact(pair: Pair) -> Impact:
        unsigned = name != "minimum" or pair.parent.new.kind == "decimal"
        old, new = (None if unsigned and limit is not None and limit <= 0 else limit for limit in pair.values(name))
        return _limited(old, new, tighter=lambda: new > old)

    return impact


def upper_limit(name: str) -> Callable[[Pair], Impact]:
    """Return what gives the impact of another upper limit."""

    def impact(pair: Pair) -> Impact:
        old, new = pair.values(name)
        return _limited(old, new, tighter=lambda: new < old)

    return impact


def _limited(old: Decimal | int | None, new: Decimal | int | None, *, tighter: Callable[[], bool]) -> Impact:
    if old == new:
        return "facts"
    return "breaking" if new is not None and (old is None or tighter()) else "feature"


def pattern(pair: Pair) -> Impact:
    """Return the impact of another pattern."""
    return "feature" if pair.new.pattern is None else "breaking"


def refused(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare which values are refused."""
    (old, new), at = pair.values(name), pair.at.below("not")
    for value in (value for value in old if value not in new):
        here = at if new else Sides(at.old, pair.at.new)
        pair.add("feature", "refused value", f"{value} is no longer refused", (str(value), None), here)
    for value in (value for value in new if value not in old):
        pair.add("breaking", "refused value", f"{value} is refused now", (None, str(value)), at)
    replace(pair, subject="").in_order("refused values", at, old, new)
    return ()


def conditions(pair: Pair, _name: str) -> Iterable[Pair]:
    """Compare which values of which parameter make another one required."""
    old, new = (by_key(side.parameters, "wire") for side in (pair.old, pair.new))
    names = {before: after for before, after in paired(old, new, attrgetter("argument")) if before and after}
    parameters = {names.get(wire, wire): parameter for wire, parameter in old.items()}, new
    at, old, new = pair.at.below("x-binance-requires"), _requirements(pair.old, names), _requirements(pair.new, {})
    for key in dict.fromkeys([*old, *new]):
        parameter, other, value = key
        here, when = Sides(_entry(at.old, old, key), _entry(at.new, new, key)), f"required when {other} is {value}"
        if key not in new:
            impact: Impact = "feature" if parameter in parameters[1] and _binds(key, parameters, 1) else "facts"
            pair.add(impact, "condition", f"no longer {when}", (str(value), None), here, parameter)
        elif key not in old:
            impact = "breaking" if _binds(key, parameters, 0) else "facts"
            pair.add(impact, "condition", when, (None, str(value)), here, parameter)
    for first, other in dict.fromkeys(key[:2] for key in new):
        values = ([key[2] for key in side if key[:2] == (first, other)] for side in (old, new))
        here = Sides(_entry(at.old, old, (first, other, "")), _entry(at.new, new, (first, other, "")))
        pair.in_order(f"values of {other} that require {first}", here, *values)
    pair.in_order("conditions", at, *(dict.fromkeys(" on ".join(key[:2]) for key in side) for side in (old, new)))
    return ()


def _requirements(operation: ir.Operation, names: Mapping[str, str]) -> dict[Requirement, Path]:
    """Return what is required when, each with where it is written; `names` are the names of parameters now."""
    return {
        (names.get(rule.parameter, rule.parameter), names.get(rule.other, rule.other), value): rule.spec_path
        for rule in operation.conditions
        for value in rule.values
    }


def _entry(within: Path, requirements: Mapping[Requirement, Path], wanted: Requirement) -> Path:
    """Return where a requirement is written, or the first one of the same two parameters, or any."""
    near = [path for key, path in requirements.items() if key[:2] == wanted[:2]]
    return requirements.get(wanted, near[0] if near else within)


def _binds(key: Requirement, parameters: Sequence[Mapping[str, ir.Parameter]], side: int) -> bool:
    """Return whether a condition is about calls that can be made on the side (0 old, 1 new) that does not have it."""
    parameter, other, value = key
    if any(parameter in known and known[parameter].required for known in parameters):
        return False
    depends = parameters[side].get(other)
    return depends is not None and (not depends.choices or value in depends.choices)
