"""The table: for every field of every record, what a difference asks of the version and how it is worded.

A field without a row is compared by the row of another field, or follows from one: tests/diff/test_completeness.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter

from generator.ir import types as ir
from generator.openapi.problems import join_names

from . import parameter_rules, rules
from .notes import notes
from .rows import Items, Row, Value, Words

_ALONE = ("{fact} gone: {value}", "new {fact}: {value}")
_NEEDED = ("{fact} gone", "new {needed} {fact}")
_SENT = ("no longer sent by the client", "sent by the client")
_PERMISSION = ("permission no longer needed: {value}", "permission needed: {value}")
_LANGUAGES = "languages of the documentation:"
_BODY = "responses 200 content application/json"
_ROWS: Mapping[type, Mapping[str, Row]] = {
    ir.Api: {
        "title": Words("title", "info", "info"),
        "text": Words("description", "info", "info"),
        "languages": Value("text", "languages", "info", label=_LANGUAGES, read=join_names),
        "servers": Items(
            "server", "url", "servers", "facts", "facts", _ALONE, "server {key}", rules.default_server, headed=False
        ),
        "budgets": rules.budgets,
        "wallets": Items(
            "wallet", "name", "x-binance-wallets", "breaking", "feature", _ALONE, "wallet {key}", headed=False
        ),
        "errors": Items(
            "error code",
            "code",
            "x-binance-errors",
            "breaking",
            rules.new_error_code,
            ("no longer known: {value}", "new: {value}"),
            "error {key}",
            value=rules.error_code,
        ),
        "enums": Items("enum", "name", "components schemas", "breaking", "feature"),
        "models": Items("model", "name", "components schemas", "breaking", "feature", order=rules.named_models),
        "operations": Items(
            "operation",
            "name",
            "paths",
            "breaking",
            "feature",
            ("gone: {item.method} {item.path}", "new: {item.method} {item.path}"),
            subject="",
            operation="{key}",
            otherwise=("method", "path"),
            more=rules.operation_facts,
        ),
    },
    ir.Server: {},
    ir.Wallet: {"per": Value("facts", "wallet", "per", label="distinguished by", none="nothing")},
    ir.ErrorCode: {
        "name": Value("facts", "name", "name"),
        "outcome": Value("breaking", "outcome", "outcome"),
        "documented": Value("facts", "documented", "documented"),
        "exception": Value(rules.exception, "exception", "exception"),
    },
    ir.Enum: {
        "kind": Value("breaking", "type", "type"),
        "values": Items(
            "enum value",
            "value",
            "",
            "breaking",
            "feature",
            ("value gone: {value}", "new value: {value}"),
            "{parent.name}.{item.name}",
            "values",
            path="values_path",
            value=rules.enum_value,
        ),
    },
    ir.EnumValue: {
        "name": Value("breaking", "member", "title"),
        "route": Value("facts", "wallets", "x-binance-moves", label="moves", read=rules.route),
    },
    ir.Model: {
        "fields": Items(
            "field",
            "wire",
            "properties",
            "breaking",
            rules.new_field,
            _NEEDED,
            "{parent.name}.{item.name}",
            otherwise=("name",),
        ),
        "type": rules.types("model"),
    },
    ir.Field: {
        "wire": Value("facts", "field wire name", label="wire name"),
        "name": Value("breaking", "field name", label="name"),
        "type": rules.types("field type"),
        "required": Value("breaking", "field required", "required", up=2, label="required"),
    },
    ir.Operation: {
        "name": Value("breaking", "name", "operationId"),
        "title": Words("summary", label="title"),
        "method": Value("facts", "method"),
        "path": Value("facts", "path", up=1),
        "security": Value(rules.security, "security", "x-binance-security"),
        "moves_funds": Value("breaking", "moves funds", "x-binance-moves-funds"),
        "effect": Value("facts", "effect", "x-binance-effect", read=rules.effect),
        "when_unknown": Words("description", "x-binance-when-unknown", "when unknown"),
        "weight": rules.weight,
        "call_limit": Value("facts", "call limit", "x-binance-call-limit", read=rules.call_limit),
        "permissions": Items(
            "permission", "name", "x-binance-permissions", "facts", "facts", _PERMISSION, headed=False
        ),
        "parameters": Items(
            "parameter",
            "wire",
            "parameters",
            "breaking",
            rules.new_field,
            _NEEDED,
            otherwise=("argument",),
            entry=parameter_rules.entry,
        ),
        "client_parameters": Items(
            "stamp",
            "wire",
            "parameters",
            "facts",
            "facts",
            _SENT,
            order="parameters of the client itself",
            entry=parameter_rules.entry,
        ),
        "conditions": parameter_rules.conditions,
        "result": Value("breaking", "answer", f"{_BODY} schema", read=attrgetter("name")),
        "result_text": Words("description", "responses 200", "answer"),
        "response_example": rules.response_example,
        "pages": Items(
            "page",
            "",
            "x-binance-source",
            "text",
            "text",
            ("no longer named", "new, of {item.read}"),
            "page {key}",
            value="{item.url}",
        ),
    },
    ir.Permission: {},
    ir.Page: {"url": Value("text", "address", "url"), "read": Value("text", "page date", "read")},
    ir.ClientParameter: {
        "required": Value("facts", "required", "required"),
        "wire_type": Value("facts", "type", "schema type"),
    },
    ir.Parameter: {
        "wire": Value("facts", "wire name", "name"),
        "argument": Value("breaking", "argument", "name"),
        "location": Value("facts", "location", "in"),
        "required": Value(lambda pair: rules.new_field(pair.new), "required", "required"),
        "wire_type": parameter_rules.type_,
        "array": parameter_rules.array_form,
        "default": Value("facts", "default", "default", path="schema_path"),
        "example": Value("text", "example", "example"),
        "rules": parameter_rules.rules,
    },
    ir.Rules: {
        "refused": parameter_rules.refused,
        "minimum": Value(parameter_rules.limit("minimum", lower=True), "minimum", "minimum"),
        "maximum": Value(parameter_rules.limit("maximum"), "maximum", "maximum"),
        "min_length": Value(parameter_rules.limit("min_length", lower=True), "minLength", "minLength"),
        "max_length": Value(parameter_rules.limit("max_length"), "maxLength", "maxLength"),
        "min_items": Value(parameter_rules.limit("min_items", lower=True), "minItems", "minItems", up=1),
        "max_items": Value(parameter_rules.limit("max_items"), "maxItems", "maxItems", up=1),
        "pattern": Value(parameter_rules.pattern, "pattern", "pattern"),
    },
}
_EVERY: Mapping[str, Row] = {"text": Words(), "notes": notes}
TABLE: Mapping[tuple[type, str], Row] = {
    (record, field.name): row
    for record, rows in _ROWS.items()
    for field in fields(record)
    if (row := rows.get(field.name, _EVERY.get(field.name)))
}
