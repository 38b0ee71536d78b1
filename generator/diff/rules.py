"""The rows of the table that need a rule of their own, and what a difference asks of programs that worked before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from math import inf

from generator.ir import types as ir
from generator.openapi.document import find
from generator.openapi.problems import Path, join_names
from generator.render.python_text import period

from .change import Change, Impact
from .rows import Pair, Sides, matched
from .wording import differing, written

BODY = "responses 200 content application/json"
_EFFECTS = {ir.Transfer: "transfer", ir.Collection: "collect", ir.Report: "report"}
_EFFECT_KEYS = {"sources": "from", "target": "to", "excluded": "except", "source_owner": "from", "target_owner": "to"}
"""The words of x-binance-effect, where the representation has others."""


def server_order(pair: Pair, _name: str) -> Iterator[Change]:
    """Compare the order of the servers: requests go to the first one by default."""
    (old, new), at = ([server.url for server in side.servers] for side in (pair.old, pair.new)), pair.below("servers")
    if old[0] != new[0]:
        message = f"requests go to {new[0]} by default, not to {old[0]}"
        yield pair.change("facts", "default server", message, (old[0], new[0]), at.below(0))
    else:
        yield from pair.in_order("servers", at, old, new)


def model_order(pair: Pair, _name: str) -> Iterator[Change]:
    """Compare the order of the models under components; others stand where the operation stands that returns them."""
    new = [model.name for model in pair.new.models if model.spec_path == ("components", "schemas", model.name)]
    old = (model.name for model in pair.old.models)
    yield from pair.in_order("models", pair.below("components schemas"), old, new)


def budgets(pair: Pair, name: str) -> Iterator[Change]:
    """Compare the budgets, and what they mean for the operations that are counted against them."""
    at = pair.below("x-binance-rate-limits")
    old, new = (
        {budget.scope: f"{budget.weight} in {budget.seconds} seconds" for budget in side} for side in pair.values(name)
    )
    weights = [
        (after.name, before.weight, after.weight) for before, after in matched(pair.old, pair.new) if before and after
    ]
    for scope in dict.fromkeys([*old, *new]):
        rates = [
            f"{method} {_rate(before, after)}"
            for method, before, after in weights
            if before.scope == after.scope == scope and before.calls_per_minute != after.calls_per_minute
        ]
        more = f"; calls per minute: {join_names(rates)}" if rates else ""
        values, label = (old.get(scope), new.get(scope)), f"budget per {scope.upper()}"
        yield from pair.differ("facts", values, at.below(scope), "budget", label=label, more=more)
    yield from pair.in_order("budgets", at, old, new)


def weight(pair: Pair, name: str) -> Iterator[Change]:
    """Compare what a call costs, and how many calls that leaves."""
    (old, new), at = pair.values(name), pair.below("x-binance-weight")
    calls = f"{_rate(old, new)} calls per minute"
    more = f": {calls}" if old.weight == new.weight else ""
    yield from pair.differ("facts", (old.scope, new.scope), at.below("scope"), "scope", more=more)
    more = f" per {new.scope.upper()}: {calls}"
    yield from pair.differ("facts", (old.weight, new.weight), at.below("weight"), "weight", more=more)


def _rate(old: ir.Weight, new: ir.Weight) -> str:
    return f"{old.calls_per_minute} -> {new.calls_per_minute}"


def types(pair: Pair, name: str) -> Iterator[Change]:
    """Compare types by their alternatives, whose order says nothing; a record has no other type."""
    old, new = ([str(one) for one in side.alternatives] if side else ["a record"] for side in pair.values(name))
    values = " | ".join(old), " | ".join(new)
    if sorted(old) != sorted(new):
        fact = "model" if isinstance(pair.new, ir.Model) else "field type"
        yield pair.change("breaking", fact, f"type {values[0]} -> {values[1]}", values)
    elif old != new:
        yield pair.change("text", "order", f"the types stand in another order: {values[0]} -> {values[1]}", values)


def required(record: ir.Field | ir.Parameter) -> Impact:
    """Return the impact of a field or parameter that is new, or of a parameter that need or need not be sent now."""
    return "breaking" if record.required else "feature"


def call_limit(operation: ir.Operation) -> str | None:
    """Return a call limit in words."""
    limit = operation.call_limit
    return f"{limit.calls} calls per {period(limit.seconds)}" if limit else None


def effect(operation: ir.Operation) -> str | None:
    """Return what a call does to wallets, but for the routes, which follow from the values of an enum."""
    effect = operation.effect
    if effect is None:
        return None
    values = {field.name: getattr(effect, field.name) for field in fields(effect) if field.name != "routes"}
    texts = [
        f"{_EFFECT_KEYS.get(name, name)} {' '.join(value) if isinstance(value, tuple) else value}"
        for name, value in values.items()
        if value
    ]
    return f"{_EFFECTS[type(effect)]} ({', '.join(texts)})"


def response_example(pair: Pair, name: str) -> Iterator[Change]:
    """Compare the examples of the response."""
    old, new = (re.sub(r"\n *", " ", text) for text in pair.values(name))
    if old != new:
        at = pair.below(f"{BODY} example")
        message = f"example of the response: {differing(old, new)}"
        yield pair.change("facts", "response example", message, (old, new), at)


def operation_facts(pair: Pair, _name: str) -> Iterator[Change]:
    """Report what an operation that came or went costs, asks for and does."""
    for old, new in matched(pair.old, pair.new):
        if old and new:
            continue
        operation, impact, was = (new, "feature", "") if new else (old, "breaking", "was ")
        for fact, subject, message, value, keys in _facts(operation, was):
            path = (*operation.spec_path, *keys)
            whose, at = (
                replace(pair, operation=operation.name, subject=subject),
                Sides(path, path if new else ("paths",)),
            )
            yield whose.alone(impact, fact, message, value, at, came=bool(new))


def _facts(operation: ir.Operation, was: str) -> Iterator[tuple[str, str, str, str, Path]]:
    """Yield each fact's name, subject, message, value and keys; `was` stands before what is so no longer."""
    weight = operation.weight
    cost = f"weight {was}{weight.weight} per {weight.scope.upper()}: {weight.calls_per_minute} calls per minute"
    yield "weight", "", cost, str(weight.weight), ("x-binance-weight",)
    plain = {
        "security": operation.security,
        "call limit": call_limit(operation),
        "moves funds": written(operation.moves_funds),
        "effect": effect(operation),
    }
    for fact, value in plain.items():
        if value:
            yield fact, "", f"{fact} {was}{value}", value, (f"x-binance-{fact.replace(' ', '-')}",)
    for index, permission in enumerate(operation.permissions):
        message = f"permission {was}needed: {permission.name}"
        yield "permission", "", message, permission.name, ("x-binance-permissions", index)
    for index, condition in enumerate(operation.conditions):
        values = ", ".join(map(str, condition.values))
        message = f"{was}required when {condition.other} is {values}"
        yield "condition", condition.parameter, message, values, ("x-binance-requires", index)


def rules(pair: Pair, name: str) -> Iterator[Pair]:
    """Return the pair of what the values of a parameter must keep."""
    old, new = pair.values(name)
    yield replace(pair, old=old, new=new, at=_schema(pair), parent=pair)


def _schema(pair: Pair) -> Sides:
    """Return where the schemas of a parameter's single values are: of a list, those of its items."""
    old, new = ((*record.schema_path, *["items"] * bool(record.array)) for record in (pair.old, pair.new))
    return Sides(old, new)


def type_keys(pair: Pair) -> Sides:
    """Return where the type of a parameter is written: the reference, where it leads elsewhere now."""
    at = _schema(pair)
    names = [find(spec.document.data, (*path, "$ref"))[1] for spec, path in zip(pair.specs, at, strict=True)]
    old, new = ("$ref" if name and names[0] != names[1] else "type" for name in names)
    return Sides((*at.old, old), (*at.new, new))


def parameter_type(pair: Pair) -> Impact:
    """Return the impact of another type of a parameter, in the words of Binance or of Python."""
    old, new = pair.old, pair.new
    if old.annotation == new.annotation:
        return _other_bits(old.rules, new.rules)
    # Any other annotation takes less, also a wider one: an amount is not zero, and no other text than digits.
    opened = old.wire_type == new.wire_type and new.annotation.without("Unlisted") == old.annotation
    return "feature" if opened else "breaking"


def bits(pair: Pair) -> Impact | None:
    """Return the impact of other bits where the types are the same: of a list they are, whatever its numbers are."""
    old, new = pair.parent.old, pair.parent.new
    same = (old.annotation, old.wire_type) == (new.annotation, new.wire_type)
    return _other_bits(pair.old, pair.new) if same else None


def _other_bits(old: ir.Rules, new: ir.Rules) -> Impact:
    """Return the impact of another number of bits; none is refused for it where a maximum keeps to the fewer."""
    beyond = 1 << (min(old.bits, new.bits) - 1)
    if old.bits == new.bits or any(side.maximum is not None and side.maximum < beyond for side in (old, new)):
        return "facts"
    return "breaking" if new.bits < old.bits else "feature"


def array_form(pair: Pair) -> Impact | None:
    """Return the impact of another way to send a list; between commas, an item can have none."""
    if not (pair.old.array and pair.new.array):
        return None
    return "breaking" if pair.new.array == "comma" and pair.new.kind == "string" and not pair.new.enum else "facts"


def at_least(name: str, pair: Pair) -> Impact:
    """Return the impact of another lower limit; at least zero is no limit where nothing is less."""
    lowest = -inf if name == "minimum" and pair.parent.new.kind != "decimal" else 0
    old, new = (lowest if value is None else max(value, lowest) for value in pair.values(name))
    return "facts" if old == new else "breaking" if new > old else "feature"


def at_most(name: str, pair: Pair) -> Impact:
    """Return the impact of another upper limit."""
    old, new = (inf if value is None else value for value in pair.values(name))
    return "facts" if old == new else "breaking" if new < old else "feature"


def refused(pair: Pair, name: str) -> Iterator[Change]:
    """Compare which values are refused."""
    (old, new), at = pair.values(name), pair.below("not")
    here = at if new else Sides(at.old, pair.at.new)
    for value in dict.fromkeys((*old, *new)):
        if (value in old) != (came := value in new):
            impact, text = ("breaking", "refused now") if came else ("feature", "no longer refused")
            yield pair.alone(impact, "refused value", f"{value} is {text}", str(value), here, came=came)
    yield from replace(pair, subject="").in_order("refused values", at, old, new)
