"""The JSON Schema by which editors complete and check the spec: it takes the spec, refuses mistakes, and lists what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from generator.openapi.document import at
from generator.openapi.load import EXTENSIONS
from generator.openapi.problems import SpecPath
from generator.openapi.supported import KINDS, objects
from generator.render.spec_schema import DESCRIPTIONS
from tests import confirmed_specs
from tests.broken_specs import VALID

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "spec" / "binance.yaml").read_text(encoding="utf-8")
SPEC: dict[str, Any] = yaml.safe_load(TEXT)
FILE = ROOT / "generated" / "spec.schema.json"
SCHEMA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
ALLOWED_ON = {key: rule["x-allowed-on"] for key, rule in json.loads(EXTENSIONS.read_bytes())["properties"].items()}
CHECK = jsonschema_rs.Draft202012Validator(SCHEMA)
POST = ("paths", "/sapi/v1/asset/transfer", "post")


def first_of_each_kind() -> list[Any]:
    paths: dict[str, SpecPath] = {}
    for path, kind, node in objects(SPEC):
        if "$ref" not in node:
            paths.setdefault(kind.name, path)
    return [pytest.param(KINDS[name], path, id=name) for name, path in paths.items()]


def refused(path: SpecPath, added: dict[str, Any], *, without: str = "") -> bool:
    """Return whether the schema refuses the spec when the object at `path` is changed."""
    spec = deepcopy(SPEC)
    node = at(spec, path)
    node.pop(without, None)
    node |= added
    return not CHECK.is_valid(spec)


def rules(schema: dict[str, Any], node: object) -> Iterator[dict[str, Any]]:
    """Yield the schemas that apply to a node, behind every $ref and every condition."""
    yield schema
    if "$ref" in schema:
        yield from rules(at(SCHEMA, tuple(schema["$ref"].removeprefix("#/").split("/"))), node)
    if "if" in schema:
        holds = jsonschema_rs.Draft202012Validator(schema["if"]).is_valid(node)
        yield from rules(schema.get("then" if holds else "else", {}), node)


def applying(path: SpecPath) -> list[dict[str, Any]]:
    """Return the schemas that apply at a path of the spec, as an editor finds them to complete what is written there."""
    schemas, node = [*rules(SCHEMA, SPEC)], SPEC
    for key in path:
        node = at(node, (key,))
        below = [schema.get("properties", {}).get(key, schema.get("additionalProperties")) for schema in schemas]
        below += [schema.get("items") for schema in schemas if isinstance(key, int)]
        schemas = [rule for schema in below if isinstance(schema, dict) for rule in rules(schema, node)]
    return schemas


def keys_at(*path: Any) -> set[str]:
    return {key for schema in applying(path) for key in schema.get("properties", {})}


def values_at(*path: Any) -> list[object]:
    return [value for schema in applying(path) for value in schema.get("enum", ())]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref" and isinstance(value, str))
        yield from (reference for value in node.values() for reference in references(value))
    elif isinstance(node, list):
        yield from (reference for value in node for reference in references(value))


def test_the_spec_names_the_schema_in_its_first_line() -> None:
    mark, _, address = TEXT.partition("\n")[0].partition("=")
    assert mark == "# yaml-language-server: $schema"
    assert (ROOT / "spec" / address).resolve() == FILE


def test_it_is_json_schema_and_needs_no_other_file() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    for reference in references(SCHEMA):
        assert reference.startswith("#/$defs/")
        assert at(SCHEMA, tuple(reference.removeprefix("#/").split("/"))) is not None, reference


@pytest.mark.parametrize("text", [TEXT, VALID, confirmed_specs.TEXT], ids=["the spec", "a small one", "confirmed"])
def test_it_takes_what_the_generator_takes(text: str) -> None:
    CHECK.validate(yaml.safe_load(text))


@pytest.mark.parametrize(("kind", "path"), first_of_each_kind())
def test_it_refuses_an_unknown_key_in_every_kind_of_object(kind: Any, path: SpecPath) -> None:
    for key in ("x-binance-wieght", "unknown", *kind.instead):
        assert refused(path, {key: {}}), key


@pytest.mark.parametrize(("kind", "path"), first_of_each_kind())
def test_it_refuses_an_object_without_a_key_that_it_needs(kind: Any, path: SpecPath) -> None:
    for key in kind.required:
        assert refused(path, {}, without=key), key


@pytest.mark.parametrize("key", ["operationId", "summary", "x-binance-security", "x-binance-moves-funds", "responses"])
def test_it_refuses_an_operation_without_what_the_generator_asks_for(key: str) -> None:
    assert refused(POST, {}, without=key)


@pytest.mark.parametrize(("kind", "path"), first_of_each_kind())
def test_a_key_is_completed_and_taken_on_its_own_objects_only(kind: Any, path: SpecPath) -> None:
    belong = {key for key, allowed_on in ALLOWED_ON.items() if kind.name in allowed_on}
    assert keys_at(*path) == {*kind.keys, *belong}
    for key in ALLOWED_ON.keys() - belong:
        assert refused(path, {key: True}), key


@pytest.mark.parametrize(
    ("path", "key", "wrong"),
    [
        (POST, "x-binance-security", "user_data"),
        ((*POST, "x-binance-weight"), "scope", "user"),
        ((*POST, "parameters", 0), "in", "body"),
        ((*POST, "parameters", 2, "schema"), "format", "double"),
        ((*POST, "parameters", 2, "schema"), "type", "text"),
        (("components", "securitySchemes", "apiKey"), "in", "cookie"),
        (("x-binance-wallets", "ISOLATEDMARGIN"), "per", "pair"),
        (("x-binance-errors", 0), "outcome", "executed"),
        (("x-binance-errors", 2), "exception", "Refused"),
    ],
)
def test_a_value_of_a_list_is_completed_and_another_is_refused(path: SpecPath, key: str, wrong: str) -> None:
    assert at(SPEC, (*path, key)) in values_at(*path, key)
    assert wrong not in values_at(*path, key)
    assert refused(path, {key: wrong})


def test_the_security_types_are_completed() -> None:
    assert values_at(*POST, "x-binance-security") == [
        *("NONE", "MARKET_DATA", "USER_STREAM", "USER_DATA", "TRADE", "MARGIN"),
    ]


def test_statuses_and_media_types_are_completed_and_others_are_refused() -> None:
    assert keys_at(*POST, "responses") == {"200", "4XX", "5XX"}
    assert keys_at(*POST, "responses", "200", "content") == {"application/json"}
    assert refused((*POST, "responses"), {"404": {"description": "Not found."}})
    assert refused((*POST, "responses", "200", "content"), {"text/plain": {"schema": {"type": "string"}}})


def test_a_value_of_an_enum_is_no_schema_of_its_own() -> None:
    values = ("components", "schemas", "TransferType", "oneOf", 0)
    assert "x-binance-moves" in keys_at(*values)
    assert refused(values, {"type": "string"})


def test_every_key_has_a_description() -> None:
    for path, _, node in objects(SPEC):
        for key in node:
            assert any("description" in schema for schema in applying((*path, key))), (*path, key)
    known = {key for kind in KINDS.values() for key in (*kind.keys, *(f"{kind.name}.{key}" for key in kind.keys))}
    assert DESCRIPTIONS.keys() - known == {"root"}
