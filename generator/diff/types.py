"""Compares enums and models: the classes that the package exports besides the clients."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from generator.ir import types as ir

from .change import Changes, Impact, Sides, paired


def compare_enums(changes: Changes, old: tuple[ir.Enum, ...], new: tuple[ir.Enum, ...]) -> None:
    """Compare all enums and their values."""
    schemas = ("components", "schemas")
    for before, after in paired(old, new, lambda each: each.name):
        if before and after:
            _enum(changes, before, after)
        elif before:
            at = Sides((*schemas, before.name), schemas)
            changes.add("breaking", "enum", "enum gone", at, subject=before.name, values=(before.name, None))
        elif after:
            at = Sides(schemas, (*schemas, after.name))
            changes.add("feature", "enum", "new enum", at, subject=after.name, values=(None, after.name))
    changes.order("enums", Sides(schemas, schemas), [each.name for each in old], [each.name for each in new])


def _enum(changes: Changes, old: ir.Enum, new: ir.Enum) -> None:
    at = Sides(("components", "schemas", old.name), ("components", "schemas", new.name))
    if old.kind != new.kind:
        values = old.kind, new.kind
        message = f"type {old.kind} -> {new.kind}"
        changes.add("breaking", "type", message, at.below("type"), subject=new.name, values=values)
    changes.text(at, old.text, new.text, subject=new.name)
    changes.notes(at, old.notes, new.notes, subject=new.name)
    lists = Sides(changes.old.enum_values(old), changes.new.enum_values(new))
    # A text with digits and a number look the same.
    write = str if old.kind == new.kind else repr
    for before, after in paired(old.values, new.values, lambda each: each.value):
        if before and after:
            here = Sides((*lists.old, old.values.index(before)), (*lists.new, new.values.index(after)))
            _enum_value(changes, new.name, before, after, here)
        elif before:
            here, whose = Sides((*lists.old, old.values.index(before)), lists.new), f"{new.name}.{before.name}"
            written = write(before.value)
            changes.add("breaking", "enum value", f"value gone: {written}", here, subject=whose, values=(written, None))
        elif after:
            here, whose = Sides(lists.old, (*lists.new, new.values.index(after))), f"{new.name}.{after.name}"
            written = write(after.value)
            changes.add("feature", "enum value", f"new value: {written}", here, subject=whose, values=(None, written))
    orders = ([each.value for each in side.values] for side in (old, new))
    changes.order("values", lists, *orders, subject=new.name)


def _enum_value(changes: Changes, enum: str, old: ir.EnumValue, new: ir.EnumValue, at: Sides) -> None:
    subject = f"{enum}.{new.name}"
    if old.name != new.name:
        message = f"member {old.name} -> {new.name}"
        changes.add("breaking", "member", message, at.below("title"), subject=subject, values=(old.name, new.name))
    routes = _route(old.route), _route(new.route)
    if routes[0] != routes[1]:
        message = f"moves {routes[0] or 'none'} -> {routes[1] or 'none'}"
        changes.add("facts", "wallets", message, at.below("x-binance-moves"), subject=subject, values=routes)
    changes.text(at, old.text, new.text, subject=subject)
    changes.notes(at, old.notes, new.notes, subject=subject)


def _route(route: ir.Route | None) -> str | None:
    return f"from {route.source} to {route.target}" if route else None


def compare_models(changes: Changes, old: tuple[ir.Model, ...], new: tuple[ir.Model, ...]) -> None:
    """Compare all models and their fields."""
    schemas = ("components", "schemas")
    for before, after in paired(old, new, lambda each: each.name):
        if before and after:
            _model(changes, before, after)
        elif before:
            at = Sides(changes.old.model(before.name), schemas)
            changes.add("breaking", "model", "model gone", at, subject=before.name, values=(before.name, None))
        elif after:
            at = Sides(schemas, changes.new.model(after.name))
            changes.add("feature", "model", "new model", at, subject=after.name, values=(None, after.name))
    # Others stand where the operation stands that answers them.
    were, are = (each.name for each in old), (each.name for each in new if changes.new.is_named(each.name))
    changes.order("models", Sides(schemas, schemas), were, are)


def _model(changes: Changes, old: ir.Model, new: ir.Model) -> None:
    at = Sides(changes.old.model(old.name), changes.new.model(new.name))
    changes.text(at, old.text, new.text, subject=new.name)
    changes.notes(at, old.notes, new.notes, subject=new.name)
    if old.fields is None or new.fields is None:
        _shape(changes, at, (_shapes(old), _shapes(new)), fact="model", subject=new.name)
        return
    for before, after in paired(old.fields, new.fields, lambda each: each.wire, lambda each: each.name):
        _field(changes, new.name, before, after, at)
    orders = ([each.wire for each in side] for side in (old.fields, new.fields))
    changes.order("fields", at.below("properties"), *orders, subject=new.name)


def _field(changes: Changes, model: str, old: ir.Field | None, new: ir.Field | None, record: Sides) -> None:
    at = record.below("properties")
    if old and new:
        here, subject = Sides((*at.old, old.wire), (*at.new, new.wire)), f"{model}.{new.name}"
        required = str(old.required).lower(), str(new.required).lower()
        facts: tuple[tuple[str, Impact, tuple[str, str], Sides], ...] = (
            ("wire name", "facts", (old.wire, new.wire), here),
            ("name", "breaking", (old.name, new.name), here),
            ("required", "breaking", required, record.below("required")),
        )
        for fact, impact, values, place in facts:
            if values[0] != values[1]:
                message = f"{fact} {values[0]} -> {values[1]}"
                changes.add(impact, f"field {fact}", message, place, subject=subject, values=values)
        types = _alternatives(old.type), _alternatives(new.type)
        _shape(changes, here, types, fact="field type", subject=subject)
        changes.text(here, old.text, new.text, subject=subject)
        changes.notes(here, old.notes, new.notes, subject=subject)
    elif old:
        here = Sides((*at.old, old.wire), at.new)
        changes.add("breaking", "field", "field gone", here, subject=f"{model}.{old.name}", values=(old.wire, None))
    elif new:
        here = Sides(at.old, (*at.new, new.wire))
        impact = "breaking" if new.required else "feature"
        message = f"new {'required' if new.required else 'optional'} field"
        changes.add(impact, "field", message, here, subject=f"{model}.{new.name}", values=(None, new.wire))


def _shape(changes: Changes, at: Sides, types: tuple[list[str], list[str]], *, fact: str, subject: str) -> None:
    """Compare types, each a list of its alternatives, whose order says nothing."""
    old, new = (" | ".join(each) for each in types)
    if sorted(types[0]) != sorted(types[1]):
        changes.add("breaking", fact, f"type {old} -> {new}", at, subject=subject, values=(old, new))
    elif old != new:
        message = f"the types stand in another order: {old} -> {new}"
        changes.add("text", "order", message, at, subject=subject, values=(old, new))


def _alternatives(annotation: str) -> list[str]:
    """Return the parts of a Python type that `|` joins."""
    node, found = ast.parse(annotation, mode="eval").body, list[str]()
    while isinstance(node, ast.BinOp):
        found.insert(0, ast.unparse(node.right))
        node = node.left
    return [ast.unparse(node), *found]


def _shapes(model: ir.Model) -> list[str]:
    if model.fields is not None:
        return ["a record"]
    return list(map(_type, model.schema.get("oneOf", [model.schema])))


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
