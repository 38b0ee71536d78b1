"""Shows that every string of a spec is data: whatever it holds, the code that comes out stays the same."""

from __future__ import annotations

import ast
import importlib
import itertools
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings, strategies

from generator.ir.build import build
from generator.ir.names import invisible
from generator.ir.types import Api
from generator.openapi.document import Document
from generator.openapi.load import load
from generator.openapi.problems import SpecError
from generator.render.exports import RUNTIME
from generator.render.package import PACKAGE, _python, render
from generator.render.projections import projections
from generator.render.write import write
from tests.specs import compile_folder, forget, imported

ALARM = "BINANCE_TRANSFERS_TEST_ALARM"
_RUN = f'__import__("os").environ.__setitem__("{ALARM}", "1")'
_NASTY = (
    '"', "'", '"""', "'''", "\\", '\\"""', "{", "}", "{{", "}}", "{%", "%}", "{#", "{{ 7 * 7 }}", "{% raw %}", "\n", "\r",
    "\r\n", "\t", "\0", "\x0b", "\x0c", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u200b", "\ufeff", "\ufffe",
    "\U0001f4b8", "e\u0301", "\xa0", "\u3000", "#", "# type: ignore", "# fmt: off", "# noqa", "`", "```", "|", "<b>", "-->",
    "](javascript:alert(1))", "&#10;", "$ref", "%s", "\\N{BELL}", "\\x41", "\\u0022", ")", "]", ":", ";", ",", " ", "x", "7",
    "__class__", f'"""; {_RUN}; """', f"'''; {_RUN}; '''", f'"\n{_RUN}\n"', f"\\\n{_RUN}\n", f"}}}}{{{{ {_RUN} }}}}",
    f'"){_RUN}#', f"']){_RUN}#", f'f"{{{_RUN}}}"',
)  # fmt: skip
pieces = strategies.one_of(
    strategies.sampled_from(_NASTY), strategies.text(strategies.characters(codec="utf-8"), max_size=4)
)
texts = strategies.lists(pieces, max_size=6).map("".join)
_ORDER = itertools.count()

TEXTS = (
    "title", "description", "summary", "operation", "when unknown", "note", "parameter", "enum", "value", "model", "property", "answer",
    "server", "wallet", "error", "permission", "scheme", "page", "const", "example", "field example",
)  # fmt: skip
NAMES = ("query name", "field name", "sent", "default")
SLOTS = TEXTS + NAMES


def spec_of(words: dict[str, str]) -> dict[str, Any]:
    """Return a spec that has a text of the caller's in every place that takes one."""
    chinese = "x-binance-zh"

    def both(slot: str) -> dict[str, str]:
        return {"description": f"D{words[slot]}", chinese: f"中{words[slot]}"}

    # A capital at the start gives every name letters, and keeps it apart from its Python name.
    query, field = f"Q{words['query name']}", f"F{words['field name']}"
    sent, default = (fit_for_a_value(f"{slot}{words[slot]}") for slot in ("sent", "default"))
    model: dict[str, Any] = {"type": "object", "required": [field, "word"], **both("model")}
    model["properties"] = {field: {"type": "string", **both("property")}}
    model["properties"]["word"] = {"type": "string", "const": words["const"], **both("property")}
    operation = {
        "operationId": "call",
        "summary": f"S{words['summary']}",
        "description": f"D{words['operation']}",
        chinese: {"summary": f"中{words['summary']}", "description": f"中{words['operation']}"},
        "security": [{"apiKey": [], "signature": []}],
        "x-binance-security": "TRADE",
        "x-binance-weight": {"scope": "ip", "weight": 1},
        "x-binance-moves-funds": True,
        "x-binance-when-unknown": both("when unknown"),
        "x-binance-effect": {"transfer": {"by": "way", "asset": "account", "amount": "amount", "receipt": field}},
        "x-binance-permissions": [{"name": "enableTrading", **both("permission")}],
        "x-binance-note": [both("note")],
        "x-binance-requires": [{"parameter": query, "when": {"parameter": "kind", "in": [sent]}}],
        "x-binance-source": {"en": {"url": f"https://e{words['page']}", "read": "2026-01-02"}},
        "parameters": [
            {"name": "account", "in": "path", "required": True, "schema": {"type": "string"}, "example": "a", **both("parameter")},
            {"name": query, "in": "query", "schema": {"type": "string"}, "example": fit_for_a_value(f"E{words['example']}"), **both("parameter")},
            {"name": "kind", "in": "query", "schema": {"$ref": "#/components/schemas/Kind", "default": default}, **both("enum")},
            {"name": "refusing", "in": "query", "schema": {"type": "string", "not": {"const": words["const"]}}},
            {"name": "way", "in": "query", "required": True, "schema": {"$ref": "#/components/schemas/Kind"}},
            {"name": "amount", "in": "query", "required": True, "schema": {"type": "number"}, "example": 1},
            {"name": "timestamp", "in": "query", "required": True, "schema": {"type": "integer"}},
        ],
        "responses": {"200": {**both("answer"), "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Receipt"},
            "example": {field: words["field example"], "word": words["const"]},
        }}}},
    }  # fmt: skip
    schemes = {"apiKey": {"type": "apiKey", "in": "header", "name": "X-MBX-APIKEY", **both("scheme")}}
    schemes["signature"] = {"type": "apiKey", "in": "query", "name": "signature", **both("scheme")}
    values: list[dict[str, Any]] = [
        {"const": sent, "title": "ONE", **both("value")},
        {"const": f"{default}$", "title": "TWO"},
        {"const": default, "title": "THREE"},
    ]
    values = [{**value, "x-binance-moves": {"from": "MAIN", "to": "MARGIN"}} for value in values]
    error = {"code": -1, "name": "ERROR", "outcome": "unknown", "documented": True, **both("error")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"T{words['title']}",
            "version": "1.0",
            "description": f"D{words['description']}",
            chinese: {"title": f"中{words['title']}", "description": f"中{words['description']}"},
        },
        "servers": [{"url": "https://api.example.com", **both("server")}],
        "x-binance-rate-limits": {"ip": {"weight": 10, "seconds": 60}},
        "x-binance-wallets": {"MAIN": both("wallet"), "MARGIN": both("wallet")},
        "x-binance-errors": [error],
        "paths": {"/v1/{account}": {"post": operation}},
        "components": {
            "securitySchemes": schemes,
            "schemas": {"Kind": {"type": "string", "oneOf": values, **both("enum")}, "Receipt": model},
        },
    }


def fit_for_a_value(text: str) -> str:
    """Return the text without what an enum value may not hold."""
    return unicodedata.normalize("NFKC", "".join(character for character in text if invisible(character) is None))


@pytest.fixture(scope="module", autouse=True)
def _any_text_is_taken() -> Iterator[None]:
    """What is printed is safe without the check that a text is in its language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("generator.ir.build.check_texts", lambda _: None)
        yield


def built(spec: dict[str, Any]) -> Api:
    return build(loaded(spec))


def loaded(spec: dict[str, Any]) -> Document:
    document = load("spec.yaml", yaml.dump(spec, Dumper=yaml.CSafeDumper, sort_keys=False).encode())
    assert document.data == spec
    return document


def shape(source: str) -> str:
    """Return the syntax tree of a module without its names and constants."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if not isinstance(value, (ast.AST, list)):
                setattr(node, name, None)
    return ast.dump(tree)


HARMLESS = dict.fromkeys(SLOTS, "armless")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a package that has its runtime already; nothing caches what is imported from it."""
    made = tmp_path_factory.mktemp("hostile")
    runtime = made / PACKAGE / "_runtime"
    runtime.mkdir(parents=True)
    for file in RUNTIME.rglob("*.py"):
        copy = runtime / file.relative_to(RUNTIME)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    compile_folder(runtime)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    yield made
    sys.dont_write_bytecode = before


@pytest.fixture(scope="module")
def shapes() -> dict[str, str]:
    return {name: shape(source) for name, source in _python(built(spec_of(HARMLESS))).items()}


def check(words: dict[str, str], folder: Path, shapes: dict[str, str]) -> str:
    """Generate from the words and import the package; return whether the spec was refused."""
    spec = spec_of(words)
    try:
        sources = _python(built(spec))
    except SpecError as error:
        lines = str(error).split("\n")
        assert all(re.fullmatch(r"spec\.yaml:[0-9]+:[0-9]+: .*[.?]", line) for line in lines), lines
        return "refused"
    for name, source in sources.items():
        assert shape(source) == shapes[name], f"the text changed the code of {name}"
        (folder / PACKAGE / name).write_text(source, encoding="utf-8")
    name = f"hostile{next(_ORDER)}"
    try:
        check_data(imported(folder / PACKAGE, name), spec, words)
    finally:
        forget(name)
    assert ALARM not in os.environ, "text of the spec was run"
    return "generated"


def check_data(package: Any, spec: dict[str, Any], words: dict[str, str]) -> None:
    """Check that every string that the package keeps is the spec's, to the character."""
    operation = package.OPERATIONS["call"]
    ((url, item),) = spec["paths"].items()
    node = item["post"]
    assert (operation.title, operation.path) == (node["summary"], url)
    assert [parameter.name for parameter in operation.parameters] == [
        written["name"] for written in node["parameters"][:-1]
    ]
    kind = operation.parameters[2]
    values = [value["const"] for value in spec["components"]["schemas"]["Kind"]["oneOf"]]
    assert [*kind.choices] == values == [member.value for member in package.Kind]
    assert kind.default == node["parameters"][2]["schema"]["default"]
    assert operation.parameters[3].refused == (words["const"],)
    assert ([*operation.effect.routes], operation.effect.receipt) == (values, f"F{words['field name']}")
    assert (operation.conditions[0].parameter, operation.conditions[0].values) == (
        f"Q{words['query name']}",
        (values[0],),
    )
    assert operation.sources["en"].url == f"https://e{words['page']}"
    receipt = operation.decoder.decode(operation.response_example)
    assert [getattr(receipt, field) for field in receipt.__struct_fields__] == [words["field example"], words["const"]]
    assert set(package.Receipt.__struct_encode_fields__) == {f"F{words['field name']}", "word"}


quickly = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@quickly
@given(words=strategies.fixed_dictionaries(dict.fromkeys(TEXTS, texts)))
def test_no_text_changes_the_code_runs_or_is_lost(words: dict[str, str], folder: Path, shapes: dict[str, str]) -> None:
    assert check(HARMLESS | words, folder, shapes) == "generated"


@pytest.mark.parametrize("text", _NASTY, ids=ascii)
def test_one_text_in_every_place_is_kept(text: str, folder: Path, shapes: dict[str, str]) -> None:
    slots = set(SLOTS)
    if re.search(r'["\\\x00-\x1f]', text):  # msgspec cannot read it in the name of a field
        slots -= {"field name"}
        assert check(HARMLESS | {"field name": text}, folder, shapes) == "refused"
    assert check(HARMLESS | dict.fromkeys(slots, text), folder, shapes) == "generated"
    assert check(HARMLESS | dict.fromkeys(TEXTS, f"a{text * 3} b"), folder, shapes) == "generated"


@quickly
@given(words=strategies.fixed_dictionaries(dict.fromkeys(NAMES, texts)))
def test_a_name_is_refused_with_its_location_or_kept(
    words: dict[str, str], folder: Path, shapes: dict[str, str]
) -> None:
    check(HARMLESS | words, folder, shapes)


@pytest.mark.parametrize("text", _NASTY, ids=ascii)
def test_a_path_is_plain_or_refused(text: str) -> None:
    spec = spec_of(HARMLESS)
    spec["paths"] = {f"/v1/{{account}}/{text}": spec["paths"]["/v1/{account}"]}
    if not re.fullmatch(r"\w+", text, re.ASCII):
        with pytest.raises(SpecError, match=r"^spec\.yaml:[0-9]+:[0-9]+: the path '?.* is not supported; "):
            built(spec)
    else:
        assert built(spec).operations[0].path == f"/v1/{{account}}/{text}"


def test_the_formatter_changes_no_text_either(tmp_path: Path) -> None:
    words = HARMLESS | dict.fromkeys(TEXTS, "".join(_NASTY))
    spec = spec_of(words)
    for path, content in render(built(spec)).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    package = imported(tmp_path / PACKAGE, "hostile_formatted")
    check_data(package, spec, words)
    importlib.import_module("hostile_formatted.sandbox")
    forget("hostile_formatted")
    assert ALARM not in os.environ


def outline(node: Any) -> Any:
    """Return JSON without its texts."""
    if isinstance(node, dict):
        return {key: outline(below) for key, below in node.items()}
    return [*map(outline, node)] if isinstance(node, list) else type(node)


@pytest.mark.parametrize("text", [*_NASTY, "".join(_NASTY)], ids=ascii)
def test_a_text_changes_neither_the_keys_nor_the_mark_of_a_projection(text: str, tmp_path: Path) -> None:
    outlines = []
    for words in (HARMLESS, HARMLESS | dict.fromkeys(TEXTS, f"a{text} b")):
        spec = spec_of(words)
        files = projections(spec, built(spec))
        outlines.append([outline(json.loads(content)) for content in files.values()])
        write(files, tmp_path)
        assert write({}, tmp_path) == len(files) == 2, "a file was not recognised as generated"
        for content in files.values():
            assert all(character.isprintable() or character == "\n" for character in content.decode())
    assert outlines[0] == outlines[1]
