"""The table: for every field of every record, what a difference asks of the version and how it is worded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter

from generator.ir import types as ir
from generator.openapi.problems import join_names

from . import rules
from .change import Sides
from .rows import Follows, Items, Pair, Row, Value, WithRow, Words, endpoint, notes

_ANSWER = ("responses", "200")
_JSON = ("content", "application/json")


def _below(*keys: str) -> Callable[[Pair], Sides]:
    """Return what gives the paths of something inside of two records."""
    return lambda pair: pair.at.below(*keys)


_FIELDS = Items(
    fact="field",
    key="wire",
    otherwise=attrgetter("name"),
    where=_below("properties"),
    gone=("breaking", "field gone"),
    came=(
        lambda field: "breaking" if field.required else "feature",
        lambda field: f"new {'required' if field.required else 'optional'} field",
    ),
    subject="{parent.name}.{item.name}",
    order="fields",
)
_API: Mapping[str, Row] = {
    "title": Words("title", ("info",), subject="info"),
    "text": Words(keys=("info",), subject="info"),
    "version": Follows("what it must be follows from the changes"),
    "languages": Value("text", "languages", ("info",), label="languages of the documentation:", read=join_names),
    "servers": Items(
        fact="server",
        key="url",
        where=_below("servers"),
        gone=("facts", "server gone: {value}"),
        came=("facts", "new server: {value}"),
        subject="server {key}",
        headed=False,
        order=rules.default_server,
    ),
    "budgets": rules.budgets,
    "wallets": Items(
        fact="wallet",
        key="name",
        where=_below("x-binance-wallets"),
        gone=("breaking", "wallet gone: {value}"),
        came=("feature", "new wallet: {value}"),
        subject="wallet {key}",
        headed=False,
        order="wallets",
    ),
    "errors": Items(
        fact="error code",
        key="code",
        where=_below("x-binance-errors"),
        gone=("breaking", "no longer known: {value}"),
        came=(rules.new_error_code, "new: {value}"),
        value=rules.error_code,
        subject="error {key}",
        order="error codes",
    ),
    "enums": Items(
        fact="enum",
        key="name",
        where=_below("components", "schemas"),
        gone=("breaking", "enum gone"),
        came=("feature", "new enum"),
        subject="{key}",
        order="enums",
    ),
    "models": Items(
        fact="model",
        key="name",
        where=_below("components", "schemas"),
        gone=("breaking", "model gone"),
        came=("feature", "new model"),
        subject="{key}",
        order=rules.named_models,
    ),
    "operations": Items(
        fact="operation",
        key="name",
        otherwise=endpoint,
        where=_below("paths"),
        gone=("breaking", "gone: {item.method} {item.path}"),
        came=("feature", "new: {item.method} {item.path}"),
        more=rules.operation_facts,
        operation="{key}",
        order="operations",
    ),
}
_OPERATION: Mapping[str, Row] = {
    "name": Value("breaking", "name", ("operationId",)),
    "title": Words("summary", label="title"),
    "text": Words(),
    "notes": notes,
    "method": Value("facts", "method"),
    "path": Value("facts", "path", up=1),
    "security": Value(rules.security, "security", ("x-binance-security",)),
    "requires_key": Follows("security"),
    "requires_signature": Follows("security"),
    "moves_funds": Value("breaking", "moves funds", ("x-binance-moves-funds",)),
    "effect": Value("facts", "effect", ("x-binance-effect",), read=rules.effect),
    "when_unknown": Words(keys=("x-binance-when-unknown",), subject="when unknown"),
    "weight": rules.weight,
    "call_limit": Value("facts", "call limit", ("x-binance-call-limit",), read=rules.call_limit),
    "permissions": Items(
        fact="permission",
        key="name",
        where=_below("x-binance-permissions"),
        gone=("facts", "permission no longer needed: {value}"),
        came=("facts", "permission needed: {value}"),
        subject="{key}",
        headed=False,
        order="permissions",
    ),
    "parameters": Items(
        fact="parameter",
        key="wire",
        otherwise=attrgetter("argument"),
        where=_below("parameters"),
        entry=rules.parameter_entry,
        gone=("breaking", "parameter gone"),
        came=(
            lambda parameter: "breaking" if parameter.required else "feature",
            lambda parameter: f"new {'required' if parameter.required else 'optional'} parameter",
        ),
        subject="{item.wire}",
        order="parameters",
    ),
    "client_parameters": Items(
        fact="stamp",
        key="wire",
        where=_below("parameters"),
        entry=rules.parameter_entry,
        gone=("facts", "no longer sent by the client"),
        came=("facts", "sent by the client"),
        subject="{key}",
        order="parameters of the client itself",
    ),
    "conditions": rules.conditions,
    "result": Value("breaking", "answer", (*_ANSWER, *_JSON, "schema"), read=attrgetter("name")),
    "result_text": Words(keys=_ANSWER, subject="answer"),
    "response_example": rules.example_response,
    "example": Follows("the examples of the parameters"),
    "pages": Items(
        fact="page",
        where=_below("x-binance-source"),
        gone=("text", "no longer named"),
        came=("text", "new, of {item.read}"),
        value="{item.url}",
        subject="page {key}",
        order="pages",
    ),
}
_PARAMETER: Mapping[str, Row] = {
    "wire": Value("facts", "wire name", ("name",)),
    "argument": Value("breaking", "argument", ("name",)),
    "location": Value("facts", "location", ("in",)),
    "required": Value(rules.needed, "required", ("required",)),
    "kind": Follows("annotation"),
    "wire_type": rules.parameter_type,
    "annotation": WithRow("Parameter.wire_type"),
    "array": rules.array_form,
    "enum": Follows("Api.enums"),
    "default": rules.default,
    "example": Value("text", "example", ("example",)),
    "rules": rules.rules,
    "text": Words(),
    "notes": notes,
}
_RULES: Mapping[str, Row] = {
    "refused": rules.refused,
    "minimum": Value(rules.lower_limit("minimum"), "minimum", ("minimum",)),
    "maximum": Value(rules.upper_limit("maximum"), "maximum", ("maximum",)),
    "min_length": Value(rules.lower_limit("min_length"), "minLength", ("minLength",)),
    "max_length": Value(rules.upper_limit("max_length"), "maxLength", ("maxLength",)),
    "min_items": Value(rules.lower_limit("min_items"), "minItems", ("minItems",), up=1),
    "max_items": Value(rules.upper_limit("max_items"), "maxItems", ("maxItems",), up=1),
    "pattern": Value(rules.pattern, "pattern", ("pattern",)),
    "bits": WithRow("Parameter.wire_type"),
}
_EFFECT = WithRow("Operation.effect")
_RECORDS: Mapping[type, Mapping[str, Row]] = {
    ir.Api: _API,
    ir.Text: dict.fromkeys(("en", "zh"), WithRow("each record's text")),
    ir.Server: {"url": WithRow("Api.servers"), "text": Words()},
    ir.Budget: dict.fromkeys(("scope", "weight", "seconds"), WithRow("Api.budgets")),
    ir.Wallet: {
        "name": WithRow("Api.wallets"),
        "text": Words(),
        "per": Value("facts", "wallet", ("per",), label="distinguished by", none="nothing"),
    },
    ir.ErrorCode: {
        "code": WithRow("Api.errors"),
        "name": Value("facts", "name", ("name",)),
        "text": Words(),
        "outcome": Value("breaking", "outcome", ("outcome",)),
        "documented": Value("facts", "documented", ("documented",)),
        "exception": Value(rules.exception, "exception", ("exception",)),
    },
    ir.Enum: {
        "name": WithRow("Api.enums"),
        "kind": Value("breaking", "type", ("type",)),
        "text": Words(),
        "notes": notes,
        "values": Items(
            fact="enum value",
            key="value",
            where=lambda pair: Sides(pair.old.values_path, pair.new.values_path),
            gone=("breaking", "value gone: {value}"),
            came=("feature", "new value: {value}"),
            value=rules.enum_value,
            subject="{parent.name}.{item.name}",
            order="values",
        ),
    },
    ir.EnumValue: {
        "value": WithRow("Enum.values"),
        "name": Value("breaking", "member", ("title",)),
        "text": Words(),
        "notes": notes,
        "route": Value("facts", "wallets", ("x-binance-moves",), label="moves", read=rules.route),
    },
    ir.Route: dict.fromkeys(("source", "target"), WithRow("EnumValue.route")),
    ir.Model: {
        "name": WithRow("Api.models"),
        "text": Words(),
        "notes": notes,
        "fields": rules.model_fields(_FIELDS),
        "schema": WithRow("Model.fields"),
        "type": WithRow("Model.fields"),
    },
    ir.Field: {
        "wire": Value("facts", "field wire name", label="wire name"),
        "name": Value("breaking", "field name", label="name"),
        "type": rules.field_type,
        "required": Value("breaking", "field required", ("required",), up=2, label="required"),
        "text": Words(),
        "notes": notes,
    },
    ir.Operation: _OPERATION,
    ir.Weight: {
        "scope": WithRow("Operation.weight"),
        "weight": WithRow("Operation.weight"),
        "budget": Follows("Api.budgets"),
        "seconds": Follows("Api.budgets"),
    },
    ir.CallLimit: dict.fromkeys(("calls", "seconds"), WithRow("Operation.call_limit")),
    ir.Permission: {"name": WithRow("Operation.permissions"), "text": Words()},
    ir.Parameter: _PARAMETER,
    ir.Rules: _RULES,
    ir.ClientParameter: {
        "wire": WithRow("Operation.client_parameters"),
        "required": Value("facts", "required", ("required",)),
        "wire_type": Value("facts", "type", ("schema", "type")),
        "text": Words(),
        "notes": notes,
    },
    ir.Condition: dict.fromkeys(("parameter", "other", "values"), WithRow("Operation.conditions")),
    ir.Transfer: {
        **dict.fromkeys(("by", "asset", "amount", "receipt", "source_owner", "target_owner"), _EFFECT),
        "routes": Follows("Api.enums"),
    },
    ir.Collection: dict.fromkeys(("sources", "target", "asset", "excluded"), _EFFECT),
    ir.Report: {**dict.fromkeys(("by", "asset", "amount"), _EFFECT), "routes": Follows("Api.enums")},
    ir.Page: {
        "url": Value("text", "address", ("url",)),
        "read": Value("text", "page date", ("read",)),
    },
}
TABLE: Mapping[tuple[type, str], Row] = {
    (record, field): row for record, rows in _RECORDS.items() for field, row in rows.items()
}
