"""The table: for every field of every record, what a difference asks of the version and how it is worded.

A field without a row is compared by the row of another field, or follows from one: tests/diff/test_completeness.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from math import inf
from operator import attrgetter
from typing import Any

from generator.ir import types as ir
from generator.openapi.document import find
from generator.openapi.problems import SpecPath, join_names
from generator.render.python_text import period

from .change import Change, Impact
from .conditions import conditions, exclusive, exclusive_text, window_impact, window_text
from .confirmations import came_or_went, confirmation, confirmation_of, paging
from .notes import notes
from .rows import Pair, RecordsRow, Row, Sides, TextRow, ValueRow, matched
from .wording import differing, written

_BODY = "responses 200 content application/json"
_EFFECTS = {ir.Transfer: "transfer", ir.Collection: "collect"}
_EFFECT_KEYS = {
    "sources": "from",
    "target": "to",
    "excluded": "except",
    "source_owner": "from",
    "target_owner": "to",
    "detail_on": "detailOn",
}
"""The words of x-binance-effect, where the representation has others."""


def _server_order(pair: Pair, _name: str) -> Iterator[Change]:
    """Compare the order of the servers: requests go to the first one by default."""
    (old, new), at = ([server.url for server in side.servers] for side in (pair.old, pair.new)), pair.below("servers")
    if old[0] != new[0]:
        message = f"requests go to {new[0]} by default, not to {old[0]}"
        yield pair.change("facts", "default server", message, (old[0], new[0]), at.below(0))
    else:
        yield from pair.in_order("servers", at, old, new)


def _model_order(pair: Pair, _name: str) -> Iterator[Change]:
    """Compare the order of the models under components; others stand where the operation stands that returns them."""
    new = [model.name for model in pair.new.models if model.spec_path == ("components", "schemas", model.name)]
    old = (model.name for model in pair.old.models)
    yield from pair.in_order("models", pair.below("components schemas"), old, new)


def _budgets(pair: Pair, name: str) -> Iterator[Change]:
    """Compare the budgets, and what they mean for the operations that are counted against them."""
    at = pair.below("x-binance-rate-limits")
    old, new = (
        {budget.scope: f"{budget.weight} in {budget.seconds} seconds" for budget in side} for side in pair.values(name)
    )
    operations = matched(pair.old.operations, pair.new.operations, "name", "method", "path")
    weights = [
        (name, before, after)
        for name, *sides in operations
        if all(sides)
        for before, after in product(*(side.weights for side in sides))
        if before.scope == after.scope
    ]
    for scope in dict.fromkeys([*old, *new]):
        rates = [
            f"{method} {_rate(before, after)}"
            for method, before, after in weights
            if before.scope == scope and before.calls_per_minute != after.calls_per_minute
        ]
        more = f"; calls per minute: {join_names(rates)}" if rates else ""
        values, label = (old.get(scope), new.get(scope)), f"budget per {scope.upper()}"
        yield from pair.differ("facts", values, at.below(scope), "budget", label=label, more=more)
    yield from pair.in_order("budgets", at, old, new)


def _weights_text(weights: Sequence[ir.Weight]) -> str:
    return ", ".join(f"{weight.weight} per {weight.scope.upper()}" for weight in weights)


def _weights(pair: Pair, name: str) -> Iterator[Change]:
    (before, after), at = pair.values(name), pair.below("x-binance-weight")
    if len(before) > 1 or len(after) > 1:
        more = f": {_rate(pair.old.weight, pair.new.weight)} calls per minute"
        texts = [_weights_text(weights) for weights in (before, after)]
        yield from pair.differ("facts", texts, at, "weight", more=more)
        return
    [old], [new] = before, after
    calls = f"{_rate(old, new)} calls per minute"
    more = f": {calls}" if old.weight == new.weight else ""
    yield from pair.differ("facts", (old.scope, new.scope), at.below("scope"), "scope", more=more)
    more = f" per {new.scope.upper()}: {calls}"
    yield from pair.differ("facts", (old.weight, new.weight), at.below("weight"), "weight", more=more)


def _rate(old: ir.Weight, new: ir.Weight) -> str:
    return f"{old.calls_per_minute} -> {new.calls_per_minute}"


def _types(pair: Pair, name: str) -> Iterator[Change]:
    """Compare types by their alternatives, whose order says nothing; a record has no other type."""
    old, new = (
        [str(alternative) for alternative in side.alternatives] if side else ["a record"] for side in pair.values(name)
    )
    values = " | ".join(old), " | ".join(new)
    if sorted(old) != sorted(new):
        fact = "model" if isinstance(pair.new, ir.Model) else "field type"
        yield pair.change("breaking", fact, f"type {values[0]} -> {values[1]}", values)
    elif old != new:
        yield pair.change("text", "order", f"the types stand in another order: {values[0]} -> {values[1]}", values)


def _required(record: ir.Field | ir.Parameter) -> Impact:
    """Return the impact of a field or parameter that is new, or of a parameter that need or need not be sent now."""
    return "breaking" if record.required else "feature"


def _call_limit(operation: ir.Operation) -> str | None:
    limit = operation.call_limit
    return f"{limit.calls} calls per {period(limit.seconds)}" if limit else None


def _effect(operation: ir.Operation) -> str | None:
    """Return what a call does to wallets, but for the routes, which follow from the values of an enum."""
    effect = operation.effect
    if effect is None:
        return None
    values = {name: getattr(effect, name) for name in ir.field_names(effect) if name != "routes"}
    texts = [f"{_EFFECT_KEYS.get(name, name)} {_effect_value(value)}" for name, value in values.items() if value]
    kind = _EFFECTS.get(type(effect), type(effect).__name__.lower())
    return f"{kind} ({', '.join(texts)})" if texts else kind


def _effect_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{key}: {item}" for key, item in value.items())
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _success(operation: ir.Operation) -> str | None:
    """Return the values of a success as JSON, by field."""
    texts = (
        f"{wire} {' or '.join(json.dumps(value, ensure_ascii=False) for value in values) or 'any'}"
        for wire, values in operation.success.items()
    )
    return ", ".join(texts) or None


def _success_impact(pair: Pair) -> Impact:
    """Return the impact of other values of a success: fewer make an exception of what was returned."""
    old, new = pair.old.success, pair.new.success
    fewer = any(values and (not old.get(wire) or set(old[wire]) - set(values)) for wire, values in new.items())
    return "breaking" if fewer else "facts"


def _route(value: ir.EnumValue) -> str | None:
    return f"from {value.route.source} to {value.route.target}" if value.route else None


def _response_example(pair: Pair, name: str) -> Iterator[Change]:
    old, new = (re.sub(r"\n *", " ", text) for text in pair.values(name))
    if old != new:
        at = pair.below(f"{_BODY} example")
        message = f"example of the response: {differing(old, new)}"
        yield pair.change("facts", "response example", message, (old, new), at)


def _operation_facts(pair: Pair, _name: str) -> Iterator[Change]:
    for name, old, new in matched(pair.old.operations, pair.new.operations, "name", "method", "path"):
        if old and new:
            continue
        impact: Impact = "feature" if new else "breaking"
        operation, was = (new, "") if new else (old, "was ")
        for fact, subject, message, value, keys in _facts(operation, was):
            path = (*operation.spec_path, *keys)
            at = Sides(path, path if new else ("paths",))
            whose = replace(pair, operation=name, subject=subject)
            yield replace(whose.on_one_side(impact, fact, message, value, at, added=bool(new)), is_detail=True)


def _facts(operation: ir.Operation, was: str) -> Iterator[tuple[str, str, str, str, SpecPath]]:
    """Yield each fact's name, subject, message, value and keys; `was` stands before what is so no longer."""
    for weight in operation.weights:
        cost = f"weight {was}{weight.weight} per {weight.scope.upper()}: {weight.calls_per_minute} calls per minute"
        yield "weight", "", cost, str(weight.weight), ("x-binance-weight",)
    plain = {
        "security": operation.security,
        "call limit": _call_limit(operation),
        "moves funds": written(operation.moves_funds),
        "effect": _effect(operation),
        "success": _success(operation),
        "paging": paging(operation),
        "window": window_text(operation),
    }
    for fact, value in plain.items():
        if value:
            yield fact, "", f"{fact} {was}{value}", value, (f"x-binance-{fact.replace(' ', '-')}",)
    if confirmed := confirmation_of(operation):
        yield "confirmation", "", f"confirmation {was}{confirmed}", confirmed, ("x-binance-confirm",)
    for index, permission in enumerate(operation.permissions):
        message = f"permission {was}needed: {permission.name}"
        yield "permission", "", message, permission.name, ("x-binance-permissions", index)
    for index, condition in enumerate(operation.conditions):
        values = ", ".join(map(str, condition.values))
        message = f"{was}required when {condition.other} is {values}"
        yield "condition", condition.parameter, message, values, ("x-binance-requires", index)
    for index, rule in enumerate(operation.exclusive):
        yield "exclusive", "", f"{was}{exclusive_text(rule)}", exclusive_text(rule), ("x-binance-exclusive", index)


def _rules(pair: Pair, name: str) -> Iterator[Pair]:
    old, new = pair.values(name)
    yield replace(pair, old=old, new=new, at=_schema(pair), parent=pair)


def _schema(pair: Pair) -> Sides:
    """Return where the schemas of a parameter's single values are: of a list, those of its items."""
    old, new = ((*record.schema_path, *["items"] * bool(record.array)) for record in (pair.old, pair.new))
    return Sides(old, new)


def _type_keys(pair: Pair) -> Sides:
    """Return where the type of a parameter is written: the reference, where it leads elsewhere now."""
    at = _schema(pair)
    names = [find(spec.document.data, (*path, "$ref"))[1] for spec, path in zip(pair.specs, at, strict=True)]
    old, new = ("$ref" if name and names[0] != names[1] else "type" for name in names)
    return Sides((*at.old, old), (*at.new, new))


def _parameter_type(pair: Pair) -> Impact:
    """Return the impact of another type of a parameter, in the words of Binance or of Python."""
    old, new = pair.old, pair.new
    if old.annotation == new.annotation:
        return _other_bits(old.rules, new.rules)
    # Any other annotation takes less, also a wider one: an amount is not zero, and no other text than digits.
    opened = old.wire_type == new.wire_type and new.annotation.without("Unlisted") == old.annotation
    return "feature" if opened else "breaking"


def _bits(pair: Pair) -> Impact | None:
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


def _array_form(pair: Pair) -> Impact | None:
    """Return the impact of another way to send a list; between commas, an item can have none."""
    if not (pair.old.array and pair.new.array):
        return None
    return "breaking" if pair.new.array == "comma" and pair.new.kind == "string" and not pair.new.enum else "facts"


def _at_least(name: str, pair: Pair) -> Impact:
    """Return the impact of another lower limit; at least zero is no limit where nothing is less."""
    lowest = -inf if name == "minimum" and pair.parent.new.kind != "decimal" else 0
    old, new = (lowest if value is None else max(value, lowest) for value in pair.values(name))
    return "facts" if old == new else "breaking" if new > old else "feature"


def _at_most(name: str, pair: Pair) -> Impact:
    old, new = (inf if value is None else value for value in pair.values(name))
    return "facts" if old == new else "breaking" if new < old else "feature"


def _refused(pair: Pair, name: str) -> Iterator[Change]:
    (old, new), at = pair.values(name), pair.below("not")
    here = at if new else Sides(at.old, pair.at.new)
    for value in dict.fromkeys((*old, *new)):
        if (value in old) != (added := value in new):
            impact: Impact = "breaking" if added else "feature"
            message = f"{value} is {'refused now' if added else 'no longer refused'}"
            yield pair.on_one_side(impact, "refused value", message, str(value), here, added=added)
    yield from replace(pair, subject="").in_order("refused values", at, old, new)


_LISTED = ("{fact} gone: {value}", "new {fact}: {value}")
_NEEDED = ("{fact} gone", "new {needed} {fact}")
_ERROR = ("no longer known: {value}", "new: {value}")
_ENUM_VALUE = ("value gone: {value}", "new value: {value}")
_OPERATION = ("gone: {item.method} {item.path}", "new: {item.method} {item.path}")
_PERMISSION = ("permission no longer needed: {value}", "permission needed: {value}")
_SENT = ("no longer sent by the client", "sent by the client")
_PAGE = ("no longer named", "new, of {item.read}")
_MEMBER = "{parent.name}.{item.name}"
_SCHEMAS = "components schemas"
_REFUSAL, _PLAIN = "not_executed", "Rejected"
_ASKED = attrgetter("requires_key", "requires_signature")
_ROWS: Mapping[type, Mapping[str, Row | tuple[Row, ...]]] = {
    ir.Api: {
        "title": TextRow("title", "info", "info"),
        "text": TextRow("description", "info", "info"),
        "languages": ValueRow(
            "text", "info", label="languages of the documentation:", read=lambda api: join_names(api.languages)
        ),
        "servers": (
            RecordsRow("server", "url", "servers", "facts", "facts", _LISTED, "server {key}", headed=False, order=None),
            _server_order,
        ),
        "budgets": _budgets,
        "wallets": RecordsRow(
            "wallet", "name", "x-binance-wallets", messages=_LISTED, subject="wallet {key}", headed=False
        ),
        "errors": RecordsRow(
            "error code",
            "code",
            "x-binance-errors",
            # A response with an unknown code mostly proves a refusal.
            added=lambda error: "facts" if error.outcome == _REFUSAL else "breaking",
            messages=_ERROR,
            subject="error {key}",
            value=lambda _, error: (
                f"{error.name}, {error.outcome}" + f", {error.exception}" * (error.exception != _PLAIN)
            ),
        ),
        "tags": RecordsRow("tag", "name", "tags", "text", "text", _LISTED, "tag {key}", headed=False),
        "enums": RecordsRow("enum", "name", _SCHEMAS),
        "models": (RecordsRow("model", "name", _SCHEMAS, order=None), _model_order),
        "operations": (
            RecordsRow("operation", "name", "paths", messages=_OPERATION, subject="", otherwise=("method", "path")),
            _operation_facts,
        ),
    },
    ir.Server: {},
    ir.Wallet: {"per": ValueRow("facts", "per", "wallet", "distinguished by", none="nothing")},
    ir.ErrorCode: {
        "name": ValueRow("facts", "name"),
        "outcome": ValueRow("breaking", "outcome"),
        "documented": ValueRow("facts", "documented"),
        # What was caught before must catch it still.
        "exception": ValueRow(
            lambda pair: "facts" if pair.new.outcome != _REFUSAL or pair.old.exception == _PLAIN else "breaking",
            "exception",
        ),
        "pending": ValueRow("facts", "pending"),
    },
    ir.Tag: {},
    ir.Enum: {
        "kind": ValueRow("breaking", "type", "type"),
        "values": RecordsRow(
            "enum value",
            "value",
            lambda pair: Sides(*pair.values("values_path")),
            messages=_ENUM_VALUE,
            subject=_MEMBER,
            # Text with digits and a number look the same.
            value=lambda pair, item: str(item.value) if pair.old.kind == pair.new.kind else repr(item.value),
            order="values",
        ),
    },
    ir.EnumValue: {
        "name": ValueRow("breaking", "title", "member"),
        "route": ValueRow("facts", "x-binance-moves", "wallets", "moves", read=_route),
    },
    ir.Model: {
        "fields": RecordsRow(
            "field", "wire", "properties", "breaking", _required, _NEEDED, _MEMBER, otherwise=("name",)
        ),
        "type": _types,
    },
    ir.Field: {
        "wire": ValueRow("facts", "", "field wire name", "wire name"),
        "name": ValueRow("breaking", "", "field name", "name"),
        "type": _types,
        "required": ValueRow("breaking", ".. .. required", "field required", "required"),
    },
    ir.Operation: {
        "name": ValueRow("breaking", "operationId"),
        "tag": ValueRow("text", "tags"),
        "title": TextRow("summary", label="title"),
        "method": ValueRow("facts"),
        "path": ValueRow("facts", ".."),
        # A caller may lack the key, or its secret.
        "security": ValueRow(
            lambda pair: "breaking" if _ASKED(pair.new) > _ASKED(pair.old) else "facts", "x-binance-security"
        ),
        "moves_funds": ValueRow("breaking", "x-binance-moves-funds", "moves funds"),
        "effect": ValueRow("facts", "x-binance-effect", read=_effect),
        "success": ValueRow(_success_impact, "x-binance-success", read=_success),
        "confirmation": confirmation,
        "when_unknown": TextRow("description", "x-binance-when-unknown", "when unknown"),
        "weights": _weights,
        "call_limit": ValueRow("facts", "x-binance-call-limit", "call limit", read=_call_limit),
        "permissions": RecordsRow(
            "permission", "name", "x-binance-permissions", "facts", "facts", _PERMISSION, headed=False
        ),
        "paging": ValueRow(lambda pair: came_or_went(pair, "paging"), "x-binance-paging", read=paging),
        "parameters": RecordsRow(
            "parameter", "wire", "parameters", "breaking", _required, _NEEDED, otherwise=("argument",)
        ),
        "client_parameters": RecordsRow(
            "stamp", "wire", "parameters", "facts", "facts", _SENT, order="parameters of the client itself"
        ),
        "conditions": conditions,
        "exclusive": exclusive,
        "window": ValueRow(window_impact, "x-binance-window", read=window_text),
        "result": ValueRow("breaking", f"{_BODY} schema", "response", read=attrgetter("result.name")),
        "result_text": TextRow("description", "responses 200", "response"),
        "response_example": _response_example,
        "pages": RecordsRow(
            "page", "", "x-binance-source", "text", "text", _PAGE, "page {key}", value=lambda _pair, page: page.url
        ),
        "other_sources": RecordsRow(
            "source", "", "x-binance-source", "text", "text", _PAGE, "source {key}", value=lambda _pair, page: page.url
        ),
        "has_own_example": ValueRow(
            "text",
            "x-binance-source example",
            "whose example",
            read=lambda side: "ours" if side.has_own_example else None,
        ),
        "newer": RecordsRow("newer fact", "source", "x-binance-newer", "facts", "facts"),
        "sdk": ValueRow("text", "x-binance-source sdk", "SDK package"),
        "catalogue": ValueRow("text", "x-binance-source catalogue", "catalogue address"),
    },
    ir.Permission: {},
    ir.Newer: {
        "source": ValueRow("text", "source"),
        "date": ValueRow("text", "date"),
        "text": TextRow("description", "", ""),
        "weights": ValueRow("facts", "weight", read=lambda side: _weights_text(side.weights) or None),
    },
    ir.Page: {
        "url": ValueRow("text", "url", "address"),
        "read": ValueRow("text", "read", "page date"),
        "name": ValueRow("text", "version", "release"),
    },
    ir.ClientParameter: {
        "required": ValueRow("facts", "required"),
        "wire_type": ValueRow("facts", "schema type", "type"),
    },
    ir.Parameter: {
        "wire": ValueRow("facts", "name", "wire name"),
        "argument": ValueRow("breaking", "name"),
        "location": ValueRow("facts", "in"),
        "required": ValueRow(lambda pair: _required(pair.new), "required"),
        "wire_type": ValueRow(
            _parameter_type, _type_keys, "type", read=lambda side: f"{side.wire_type} ({side.annotation})"
        ),
        "array": ValueRow(_array_form, "explode", "array form"),
        "default": ValueRow("facts", lambda pair: Sides(*pair.values("schema_path")).below("default")),
        "example": ValueRow("text", "example"),
        "rules": _rules,
    },
    ir.Rules: {
        "refused": _refused,
        "minimum": ValueRow(partial(_at_least, "minimum"), "minimum"),
        "maximum": ValueRow(partial(_at_most, "maximum"), "maximum"),
        "min_length": ValueRow(partial(_at_least, "min_length"), "minLength", "minLength"),
        "max_length": ValueRow(partial(_at_most, "max_length"), "maxLength", "maxLength"),
        "min_items": ValueRow(partial(_at_least, "min_items"), ".. minItems", "minItems"),
        "max_items": ValueRow(partial(_at_most, "max_items"), ".. maxItems", "maxItems"),
        "pattern": ValueRow(lambda pair: "feature" if pair.new.pattern is None else "breaking", "pattern"),
        "bits": ValueRow(_bits, "format"),
    },
}
_EVERY: Mapping[str, Row] = {"text": TextRow(), "notes": notes}
TABLE: Mapping[tuple[type, str], tuple[Row, ...]] = {
    (record, name): row if isinstance(row, tuple) else (row,)
    for record, rows in _ROWS.items()
    for name in ir.field_names(record)
    if (row := rows.get(name, _EVERY.get(name)))
}
