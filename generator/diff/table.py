"""The table: for every field of every record, what a difference asks of the version and how it is worded.

A field without a row is compared by the row of another field, or follows from one: tests/diff/test_completeness.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from operator import attrgetter

from generator.ir import types as ir
from generator.openapi.problems import join_names

from . import rules
from .conditions import conditions
from .notes import notes
from .rows import RecordsRow, Row, Sides, TextRow, ValueRow

_ALONE = ("{fact} gone: {value}", "new {fact}: {value}")
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
            RecordsRow("server", "url", "servers", "facts", "facts", _ALONE, "server {key}", headed=False, order=None),
            rules.server_order,
        ),
        "budgets": rules.budgets,
        "wallets": RecordsRow(
            "wallet", "name", "x-binance-wallets", messages=_ALONE, subject="wallet {key}", headed=False
        ),
        "errors": RecordsRow(
            "error code",
            "code",
            "x-binance-errors",
            # A response with an unknown code mostly proves a refusal.
            came=lambda error: "facts" if error.outcome == _REFUSAL else "breaking",
            messages=_ERROR,
            subject="error {key}",
            value=lambda _, error: (
                f"{error.name}, {error.outcome}" + f", {error.exception}" * (error.exception != _PLAIN)
            ),
        ),
        "enums": RecordsRow("enum", "name", _SCHEMAS),
        "models": (RecordsRow("model", "name", _SCHEMAS, order=None), rules.model_order),
        "operations": (
            RecordsRow("operation", "name", "paths", messages=_OPERATION, subject="", otherwise=("method", "path")),
            rules.operation_facts,
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
    },
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
        "route": ValueRow(
            "facts",
            "x-binance-moves",
            "wallets",
            "moves",
            read=lambda value: value.route and f"from {value.route.source} to {value.route.target}",
        ),
    },
    ir.Model: {
        "fields": RecordsRow(
            "field", "wire", "properties", "breaking", rules.required, _NEEDED, _MEMBER, otherwise=("name",)
        ),
        "type": rules.types,
    },
    ir.Field: {
        "wire": ValueRow("facts", "", "field wire name", "wire name"),
        "name": ValueRow("breaking", "", "field name", "name"),
        "type": rules.types,
        "required": ValueRow("breaking", ".. .. required", "field required", "required"),
    },
    ir.Operation: {
        "name": ValueRow("breaking", "operationId"),
        "title": TextRow("summary", label="title"),
        "method": ValueRow("facts"),
        "path": ValueRow("facts", ".."),
        # A caller may lack the key, or its secret.
        "security": ValueRow(
            lambda pair: "breaking" if _ASKED(pair.new) > _ASKED(pair.old) else "facts", "x-binance-security"
        ),
        "moves_funds": ValueRow("breaking", "x-binance-moves-funds", "moves funds"),
        "effect": ValueRow("facts", "x-binance-effect", read=rules.effect),
        "when_unknown": TextRow("description", "x-binance-when-unknown", "when unknown"),
        "weight": rules.weight,
        "call_limit": ValueRow("facts", "x-binance-call-limit", "call limit", read=rules.call_limit),
        "permissions": RecordsRow(
            "permission", "name", "x-binance-permissions", "facts", "facts", _PERMISSION, headed=False
        ),
        "parameters": RecordsRow(
            "parameter", "wire", "parameters", "breaking", rules.required, _NEEDED, otherwise=("argument",)
        ),
        "client_parameters": RecordsRow(
            "stamp", "wire", "parameters", "facts", "facts", _SENT, order="parameters of the client itself"
        ),
        "conditions": conditions,
        "result": ValueRow("breaking", f"{rules.BODY} schema", "response", read=attrgetter("result.name")),
        "result_text": TextRow("description", "responses 200", "response"),
        "response_example": rules.response_example,
        "pages": RecordsRow(
            "page", "", "x-binance-source", "text", "text", _PAGE, "page {key}", value=lambda _pair, page: page.url
        ),
    },
    ir.Permission: {},
    ir.Page: {"url": ValueRow("text", "url", "address"), "read": ValueRow("text", "read", "page date")},
    ir.ClientParameter: {
        "required": ValueRow("facts", "required"),
        "wire_type": ValueRow("facts", "schema type", "type"),
    },
    ir.Parameter: {
        "wire": ValueRow("facts", "name", "wire name"),
        "argument": ValueRow("breaking", "name"),
        "location": ValueRow("facts", "in"),
        "required": ValueRow(lambda pair: rules.required(pair.new), "required"),
        "wire_type": ValueRow(
            rules.parameter_type,
            rules.type_keys,
            "type",
            read=lambda record: f"{record.wire_type} ({record.annotation})",
        ),
        "array": ValueRow(rules.array_form, "explode", "array form"),
        "default": ValueRow("facts", lambda pair: Sides(*pair.values("schema_path")).below("default")),
        "example": ValueRow("text", "example"),
        "rules": rules.rules,
    },
    ir.Rules: {
        "refused": rules.refused,
        "minimum": ValueRow(partial(rules.at_least, "minimum"), "minimum"),
        "maximum": ValueRow(partial(rules.at_most, "maximum"), "maximum"),
        "min_length": ValueRow(partial(rules.at_least, "min_length"), "minLength", "minLength"),
        "max_length": ValueRow(partial(rules.at_most, "max_length"), "maxLength", "maxLength"),
        "min_items": ValueRow(partial(rules.at_least, "min_items"), ".. minItems", "minItems"),
        "max_items": ValueRow(partial(rules.at_most, "max_items"), ".. maxItems", "maxItems"),
        "pattern": ValueRow(lambda pair: "feature" if pair.new.pattern is None else "breaking", "pattern"),
        "bits": ValueRow(rules.bits, "format"),
    },
}
_EVERY: Mapping[str, Row] = {"text": TextRow(), "notes": notes}
TABLE: Mapping[tuple[type, str], tuple[Row, ...]] = {
    (record, field.name): row if isinstance(row, tuple) else (row,)
    for record, rows in _ROWS.items()
    for field in fields(record)
    if (row := rows.get(field.name, _EVERY.get(field.name)))
}
