"""The table: for every field of every record, what a difference asks of the version and how it is worded."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from generator.ir import types as ir
from generator.openapi.problems import join_names

from . import parameter_rules, rules
from .notes import notes
from .rows import Items, Row, Value, Words

_RESPONSE = ("responses", "200")
_SCHEMAS = ("components", "schemas")
_ALONE = ("{fact} gone: {value}", "new {fact}: {value}")
_NEEDED = ("{fact} gone", "new {needed} {fact}")
_FIELDS = Items(
    "field",
    "wire",
    ("properties",),
    "breaking",
    rules.new_field,
    _NEEDED,
    otherwise=("name",),
    subject="{parent.name}.{item.name}",
)
_ROWS: Mapping[type, Mapping[str, Row]] = {
    ir.Api: {
        "title": Words("title", ("info",), "info"),
        "text": Words("description", ("info",), "info"),
        "languages": Value("text", "languages", ("info",), label="languages of the documentation:", read=join_names),
        "servers": Items(
            "server",
            "url",
            ("servers",),
            "facts",
            "facts",
            _ALONE,
            subject="server {key}",
            headed=False,
            order=rules.default_server,
        ),
        "budgets": rules.budgets,
        "wallets": Items(
            "wallet",
            "name",
            ("x-binance-wallets",),
            "breaking",
            "feature",
            _ALONE,
            subject="wallet {key}",
            headed=False,
        ),
        "errors": Items(
            "error code",
            "code",
            ("x-binance-errors",),
            "breaking",
            rules.new_error_code,
            ("no longer known: {value}", "new: {value}"),
            value=rules.error_code,
            subject="error {key}",
        ),
        "enums": Items("enum", "name", _SCHEMAS, "breaking", "feature"),
        "models": Items("model", "name", _SCHEMAS, "breaking", "feature", order=rules.named_models),
        "operations": Items(
            "operation",
            "name",
            ("paths",),
            "breaking",
            "feature",
            ("gone: {item.method} {item.path}", "new: {item.method} {item.path}"),
            otherwise=("method", "path"),
            more=rules.operation_facts,
            subject="",
            operation="{key}",
        ),
    },
    ir.Server: {"text": Words()},
    ir.Wallet: {
        "text": Words(),
        "per": Value("facts", "wallet", ("per",), label="distinguished by", none="nothing"),
    },
    ir.ErrorCode: {
        "name": Value("facts", "name", ("name",)),
        "text": Words(),
        "outcome": Value("breaking", "outcome", ("outcome",)),
        "documented": Value("facts", "documented", ("documented",)),
        "exception": Value(rules.exception, "exception", ("exception",)),
    },
    ir.Enum: {
        "kind": Value("breaking", "type", ("type",)),
        "text": Words(),
        "notes": notes,
        "values": Items(
            "enum value",
            "value",
            (),
            "breaking",
            "feature",
            ("value gone: {value}", "new value: {value}"),
            path="values_path",
            value=rules.enum_value,
            subject="{parent.name}.{item.name}",
            order="values",
        ),
    },
    ir.EnumValue: {
        "name": Value("breaking", "member", ("title",)),
        "text": Words(),
        "notes": notes,
        "route": Value("facts", "wallets", ("x-binance-moves",), label="moves", read=rules.route),
    },
    ir.Model: {"text": Words(), "notes": notes, "fields": rules.model_fields(_FIELDS)},
    ir.Field: {
        "wire": Value("facts", "field wire name", label="wire name"),
        "name": Value("breaking", "field name", label="name"),
        "type": rules.field_type,
        "required": Value("breaking", "field required", ("required",), up=2, label="required"),
        "text": Words(),
        "notes": notes,
    },
    ir.Operation: {
        "name": Value("breaking", "name", ("operationId",)),
        "title": Words("summary", label="title"),
        "text": Words(),
        "notes": notes,
        "method": Value("facts", "method"),
        "path": Value("facts", "path", up=1),
        "security": Value(rules.security, "security", ("x-binance-security",)),
        "moves_funds": Value("breaking", "moves funds", ("x-binance-moves-funds",)),
        "effect": Value("facts", "effect", ("x-binance-effect",), read=rules.effect),
        "when_unknown": Words("description", ("x-binance-when-unknown",), "when unknown"),
        "weight": rules.weight,
        "call_limit": Value("facts", "call limit", ("x-binance-call-limit",), read=rules.call_limit),
        "permissions": Items(
            "permission",
            "name",
            ("x-binance-permissions",),
            "facts",
            "facts",
            ("permission no longer needed: {value}", "permission needed: {value}"),
            headed=False,
        ),
        "parameters": Items(
            "parameter",
            "wire",
            ("parameters",),
            "breaking",
            rules.new_field,
            _NEEDED,
            otherwise=("argument",),
            entry=parameter_rules.entry,
        ),
        "client_parameters": Items(
            "stamp",
            "wire",
            ("parameters",),
            "facts",
            "facts",
            ("no longer sent by the client", "sent by the client"),
            entry=parameter_rules.entry,
            order="parameters of the client itself",
        ),
        "conditions": parameter_rules.conditions,
        "result": Value(
            "breaking", "answer", (*_RESPONSE, "content", "application/json", "schema"), read=attrgetter("name")
        ),
        "result_text": Words("description", _RESPONSE, "answer"),
        "response_example": rules.response_example,
        "pages": Items(
            "page",
            "",
            ("x-binance-source",),
            "text",
            "text",
            ("no longer named", "new, of {item.read}"),
            value="{item.url}",
            subject="page {key}",
        ),
    },
    ir.Permission: {"text": Words()},
    ir.Page: {"url": Value("text", "address", ("url",)), "read": Value("text", "page date", ("read",))},
    ir.ClientParameter: {
        "required": Value("facts", "required", ("required",)),
        "wire_type": Value("facts", "type", ("schema", "type")),
        "text": Words(),
        "notes": notes,
    },
    ir.Parameter: {
        "wire": Value("facts", "wire name", ("name",)),
        "argument": Value("breaking", "argument", ("name",)),
        "location": Value("facts", "location", ("in",)),
        "required": Value(parameter_rules.required, "required", ("required",)),
        "wire_type": parameter_rules.type_,
        "array": parameter_rules.array_form,
        "default": Value("facts", "default", ("default",), path="schema_path"),
        "example": Value("text", "example", ("example",)),
        "rules": parameter_rules.rules,
        "text": Words(),
        "notes": notes,
    },
    ir.Rules: {
        "refused": parameter_rules.refused,
        "minimum": Value(parameter_rules.limit("minimum", lower=True), "minimum", ("minimum",)),
        "maximum": Value(parameter_rules.limit("maximum"), "maximum", ("maximum",)),
        "min_length": Value(parameter_rules.limit("min_length", lower=True), "minLength", ("minLength",)),
        "max_length": Value(parameter_rules.limit("max_length"), "maxLength", ("maxLength",)),
        "min_items": Value(parameter_rules.limit("min_items", lower=True), "minItems", ("minItems",), up=1),
        "max_items": Value(parameter_rules.limit("max_items"), "maxItems", ("maxItems",), up=1),
        "pattern": Value(parameter_rules.pattern, "pattern", ("pattern",)),
    },
}
TABLE: Mapping[tuple[type, str], Row] = {
    (record, field): row for record, rows in _ROWS.items() for field, row in rows.items()
}
WITH_OTHERS: Mapping[type, tuple[str, ...]] = {
    ir.Text: ("en", "zh"),
    ir.Server: ("url",),
    ir.Budget: ("scope", "weight", "seconds"),
    ir.Wallet: ("name",),
    ir.ErrorCode: ("code",),
    ir.Enum: ("name",),
    ir.EnumValue: ("value",),
    ir.Route: ("source", "target"),
    ir.Model: ("name", "schema"),
    ir.Weight: ("scope", "weight"),
    ir.CallLimit: ("calls", "seconds"),
    ir.Permission: ("name",),
    ir.ClientParameter: ("wire",),
    ir.Parameter: ("annotation",),
    ir.Rules: ("bits",),
    ir.Condition: ("parameter", "other", "values"),
    ir.Transfer: ("by", "asset", "amount", "receipt", "source_owner", "target_owner"),
    ir.Collection: ("sources", "target", "asset", "excluded"),
    ir.Report: ("by", "asset", "amount"),
}
"""The fields that the row of another field compares: of the record, or of the one that holds it."""
FOLLOWS: Mapping[tuple[type, str], str] = {
    (ir.Api, "version"): "the verdict",
    (ir.Operation, "keyed"): "Operation.security",
    (ir.Operation, "signed"): "Operation.security",
    (ir.Operation, "example"): "Parameter.example",
    (ir.Parameter, "kind"): "Parameter.annotation",
    (ir.Parameter, "enum"): "Api.enums",
    (ir.Weight, "budget"): "Api.budgets",
    (ir.Weight, "seconds"): "Api.budgets",
    (ir.Transfer, "routes"): "EnumValue.route",
    (ir.Report, "routes"): "EnumValue.route",
}
"""The fields that are not compared, and what they follow from."""
