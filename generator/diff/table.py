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
from .rows import RecordsRow, Row, TextRow, ValueRow

_ALONE = ("{fact} gone: {value}", "new {fact}: {value}")
_NEEDED = ("{fact} gone", "new {needed} {fact}")
_SENT = ("no longer sent by the client", "sent by the client")
_PERMISSION = ("permission no longer needed: {value}", "permission needed: {value}")
_LANGUAGES = "languages of the documentation:"
_BODY = "responses 200 content application/json"
_ROWS: Mapping[type, Mapping[str, Row]] = {
    ir.Api: {
        "title": TextRow("title", "info", "info"),
        "text": TextRow("description", "info", "info"),
        "languages": ValueRow("text", "languages", "info", label=_LANGUAGES, read=join_names),
        "servers": RecordsRow(
            "server", "url", "servers", "facts", "facts", _ALONE, "server {key}", rules.default_server, headed=False
        ),
        "budgets": rules.budgets,
        "wallets": RecordsRow(
            "wallet", "name", "x-binance-wallets", "breaking", "feature", _ALONE, "wallet {key}", headed=False
        ),
        "errors": RecordsRow(
            "error code",
            "code",
            "x-binance-errors",
            "breaking",
            rules.new_error_code,
            ("no longer known: {value}", "new: {value}"),
            "error {key}",
            value=rules.error_code,
        ),
        "enums": RecordsRow("enum", "name", "components schemas", "breaking", "feature"),
        "models": RecordsRow("model", "name", "components schemas", "breaking", "feature", order=rules.named_models),
        "operations": RecordsRow(
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
    ir.Wallet: {"per": ValueRow("facts", "wallet", "per", label="distinguished by", none="nothing")},
    ir.ErrorCode: {
        "name": ValueRow("facts", "name", "name"),
        "outcome": ValueRow("breaking", "outcome", "outcome"),
        "documented": ValueRow("facts", "documented", "documented"),
        "exception": ValueRow(rules.exception, "exception", "exception"),
    },
    ir.Enum: {
        "kind": ValueRow("breaking", "type", "type"),
        "values": RecordsRow(
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
        "name": ValueRow("breaking", "member", "title"),
        "route": ValueRow("facts", "wallets", "x-binance-moves", label="moves", read=rules.route),
    },
    ir.Model: {
        "fields": RecordsRow(
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
        "wire": ValueRow("facts", "field wire name", label="wire name"),
        "name": ValueRow("breaking", "field name", label="name"),
        "type": rules.types("field type"),
        "required": ValueRow("breaking", "field required", "required", up=2, label="required"),
    },
    ir.Operation: {
        "name": ValueRow("breaking", "name", "operationId"),
        "title": TextRow("summary", label="title"),
        "method": ValueRow("facts", "method"),
        "path": ValueRow("facts", "path", up=1),
        "security": ValueRow(rules.security, "security", "x-binance-security"),
        "moves_funds": ValueRow("breaking", "moves funds", "x-binance-moves-funds"),
        "effect": ValueRow("facts", "effect", "x-binance-effect", read=rules.effect),
        "when_unknown": TextRow("description", "x-binance-when-unknown", "when unknown"),
        "weight": rules.weight,
        "call_limit": ValueRow("facts", "call limit", "x-binance-call-limit", read=rules.call_limit),
        "permissions": RecordsRow(
            "permission", "name", "x-binance-permissions", "facts", "facts", _PERMISSION, headed=False
        ),
        "parameters": RecordsRow(
            "parameter",
            "wire",
            "parameters",
            "breaking",
            rules.new_field,
            _NEEDED,
            otherwise=("argument",),
            entry=parameter_rules.entry,
        ),
        "client_parameters": RecordsRow(
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
        "result": ValueRow("breaking", "response", f"{_BODY} schema", read=attrgetter("name")),
        "result_text": TextRow("description", "responses 200", "response"),
        "response_example": rules.response_example,
        "pages": RecordsRow(
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
    ir.Page: {"url": ValueRow("text", "address", "url"), "read": ValueRow("text", "page date", "read")},
    ir.ClientParameter: {
        "required": ValueRow("facts", "required", "required"),
        "wire_type": ValueRow("facts", "type", "schema type"),
    },
    ir.Parameter: {
        "wire": ValueRow("facts", "wire name", "name"),
        "argument": ValueRow("breaking", "argument", "name"),
        "location": ValueRow("facts", "location", "in"),
        "required": ValueRow(lambda pair: rules.new_field(pair.new), "required", "required"),
        "wire_type": parameter_rules.type_,
        "array": parameter_rules.array_form,
        "default": ValueRow("facts", "default", "default", path="schema_path"),
        "example": ValueRow("text", "example", "example"),
        "rules": parameter_rules.rules,
    },
    ir.Rules: {
        "refused": parameter_rules.refused,
        "minimum": ValueRow(parameter_rules.limit("minimum", lower=True), "minimum", "minimum"),
        "maximum": ValueRow(parameter_rules.limit("maximum"), "maximum", "maximum"),
        "min_length": ValueRow(parameter_rules.limit("min_length", lower=True), "minLength", "minLength"),
        "max_length": ValueRow(parameter_rules.limit("max_length"), "maxLength", "maxLength"),
        "min_items": ValueRow(parameter_rules.limit("min_items", lower=True), "minItems", "minItems", up=1),
        "max_items": ValueRow(parameter_rules.limit("max_items"), "maxItems", "maxItems", up=1),
        "pattern": ValueRow(parameter_rules.pattern, "pattern", "pattern"),
    },
}
_EVERY: Mapping[str, Row] = {"text": TextRow(), "notes": notes}
TABLE: Mapping[tuple[type, str], Row] = {
    (record, field.name): row
    for record, rows in _ROWS.items()
    for field in fields(record)
    if (row := rows.get(field.name, _EVERY.get(field.name)))
}
