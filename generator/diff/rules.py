"""The rows of the table that need a rule of their own, and what a difference asks of programs that worked before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields

from generator.ir import types as ir
from generator.openapi.problems import join_names
from generator.render.python_text import period

from .change import Impact, Sides
from .rows import Pair, RecordFact, matched
from .wording import differing, written

_REFUSAL = "not_executed"
_PLAIN_EXCEPTION = "Rejected"
_EFFECTS = {ir.Transfer: "transfer", ir.Collection: "collect", ir.Report: "report"}
_EFFECT_KEYS = {"sources": "from", "target": "to", "excluded": "except", "source_owner": "from", "target_owner": "to"}
"""The words of x-binance-effect, where the representation has others."""


def default_server(pair: Pair, at: Sides, old: list[str], new: list[str]) -> None:
    """Compare the order of the servers: requests go to the first one by default."""
    if old[0] != new[0]:
        message = f"requests go to {new[0]} by default, not to {old[0]}"
        pair.add("facts", "default server", message, (old[0], new[0]), at.below(0))
    else:
        pair.in_order("servers", at, old, new)


def budgets(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare the budgets, and what they mean for the operations that are counted against them."""
    at = pair.below("x-binance-rate-limits")
    old, new = (
        {budget.scope: f"{budget.weight} in {budget.seconds} seconds" for budget in side} for side in pair.values(name)
    )
    for scope in dict.fromkeys([*old, *new]):
        before, after = old.get(scope), new.get(scope)
        if before != after:
            message = f"budget per {scope.upper()} {before or 'none'} -> {after or 'none'}{_rates(pair, scope)}"
            pair.add("facts", "budget", message, (before, after), at.below(scope))
    pair.in_order("budgets", at, old, new)
    return ()


def _rates(pair: Pair, scope: str) -> str:
    pairs = matched(pair.old.operations, pair.new.operations)
    weights = [(new.name, old.weight, new.weight) for old, new in pairs if old and new]
    rates = [
        f"{name} {old.calls_per_minute} -> {new.calls_per_minute}"
        for name, old, new in weights
        if old.scope == new.scope == scope and old.calls_per_minute != new.calls_per_minute
    ]
    return f"; calls per minute: {join_names(rates)}" if rates else ""


def error_code(_pair: Pair, error: ir.ErrorCode) -> str:
    """Return an error code in words."""
    return f"{error.name}, {error.outcome}" + f", {error.exception}" * (error.exception != _PLAIN_EXCEPTION)


def new_error_code(error: ir.ErrorCode) -> Impact:
    """Return the impact of a new code: a response with an unknown one mostly proves a refusal; this can say otherwise."""
    return "facts" if error.outcome == _REFUSAL else "breaking"


def exception(pair: Pair) -> Impact:
    """Return the impact of another exception: none where what was caught before catches it still."""
    return "facts" if pair.new.outcome != _REFUSAL or pair.old.exception == _PLAIN_EXCEPTION else "breaking"


def new_field(field: ir.Field | ir.Parameter) -> Impact:
    """Return the impact of a new field or parameter."""
    return "breaking" if field.required else "feature"


def route(route: ir.Route | None) -> str | None:
    """Return the wallets that funds move between."""
    return f"from {route.source} to {route.target}" if route else None


def enum_value(pair: Pair, value: ir.EnumValue) -> str:
    """Return a value of an enum; text with digits and a number look the same, so they are written apart."""
    return str(value.value) if pair.old.kind == pair.new.kind else repr(value.value)


def named_models(pair: Pair, at: Sides, old: list[str], new: list[str]) -> None:
    """Compare the order of the models under components; others stand where the operation stands that returns them."""
    named = {model.name for model in pair.new.models if model.spec_path == ("components", "schemas", model.name)}
    pair.in_order("models", at, old, [name for name in new if name in named])


def types(fact: str) -> Callable[[Pair, str], Iterable[Pair]]:
    """Return a row that compares types by their alternatives, whose order says nothing; a record has no other type."""

    def row(pair: Pair, name: str) -> Iterable[Pair]:
        old, new = ([str(one) for one in side.alternatives] if side else ["a record"] for side in pair.values(name))
        values = " | ".join(old), " | ".join(new)
        if sorted(old) != sorted(new):
            pair.add("breaking", fact, f"type {values[0]} -> {values[1]}", values)
        elif old != new:
            pair.add("text", "order", f"the types stand in another order: {values[0]} -> {values[1]}", values)
        return ()

    return row


def security(pair: Pair) -> Impact:
    """Return the impact of another security type: a caller may lack a key, or its secret."""
    old, new = ((operation.requires_key, operation.requires_signature) for operation in (pair.old, pair.new))
    return "breaking" if new > old else "facts"


def weight(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare what a call costs."""
    old, new = pair.values(name)
    at = pair.below("x-binance-weight")
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


def response_example(pair: Pair, name: str) -> Iterable[Pair]:
    """Compare the examples of the response."""
    old, new = pair.values(name)
    if old != new:
        values = " ".join(old.split()), " ".join(new.split())
        at = pair.below("responses 200 content application/json example")
        pair.add("facts", "response example", f"example of the response: {differing(*values)}", values, at)
    return ()


def operation_facts(operation: ir.Operation, was: str) -> Iterator[RecordFact]:
    """Yield what an operation costs, asks for and does; `was` stands before what is so no longer."""
    yield RecordFact("security", f"security {was}{operation.security}", operation.security, ("x-binance-security",))
    weight = operation.weight
    cost = f"{weight.weight} per {weight.scope.upper()}: {weight.calls_per_minute} calls per minute"
    yield RecordFact("weight", f"weight {was}{cost}", str(weight.weight), ("x-binance-weight",))
    if cap := call_limit(operation.call_limit):
        yield RecordFact("call limit", f"call limit {was}{cap}", cap, ("x-binance-call-limit",))
    for index, permission in enumerate(operation.permissions):
        message = f"permission {was}needed: {permission.name}"
        yield RecordFact("permission", message, permission.name, ("x-binance-permissions", index))
    moves = written(operation.moves_funds)
    yield RecordFact("moves funds", f"moves funds {was}{moves}", moves, ("x-binance-moves-funds",))
    if done := effect(operation.effect):
        yield RecordFact("effect", f"effect {was}{done}", done, ("x-binance-effect",))
    for index, condition in enumerate(operation.conditions):
        values = ", ".join(map(str, condition.values))
        message = f"{was}required when {condition.other} is {values}"
        yield RecordFact("condition", message, values, ("x-binance-requires", index), condition.parameter)
