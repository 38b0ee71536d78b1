"""The projections of the spec: plain OpenAPI in one language, with every fact that other tools have no key for in the words."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from datamodel_code_generator import InputFileType, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import Formatter
from datamodel_code_generator.parser import LiteralType
from openapi_spec_validator import validate

from .facts import fact_of
from .reader import ROOT, Node, Operation, Spec, the_spec
from .test_facts import ENUMS

LANGUAGES = ("en", "zh-CN")
PROJECTIONS: dict[str, Node] = {
    language: json.loads((ROOT / "generated" / f"openapi.{language}.json").read_text(encoding="utf-8"))
    for language in LANGUAGES
}
CHINESE = re.compile("[\u4e00-\u9fff]")
TEXTS = ("title", "summary", "description")
BUDGETS = {"ip": 12000, "uid": 180000}
CASES = [
    pytest.param(language, operation, id=f"{language}-{operation.name}")
    for language in LANGUAGES
    for operation in the_spec().operations
]
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def projected(language: str, operation: Operation) -> Any:
    return PROJECTIONS[language]["paths"][operation.path][operation.method.lower()]


def nodes(node: Any) -> Iterator[Node]:
    """Yield every mapping of a document."""
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(below)


def schema(language: str, **rule: Any) -> jsonschema_rs.Draft202012Validator:
    """Return what checks by a schema of the document."""
    return jsonschema_rs.Draft202012Validator({**rule, "components": PROJECTIONS[language]["components"]})


@in_both_languages
def test_other_tools_read_it_as_openapi_with_a_license(language: str) -> None:
    validate(PROJECTIONS[language])
    license_name = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license"]
    assert PROJECTIONS[language]["info"]["license"] == {"name": license_name, "identifier": license_name}


@in_both_languages
def test_it_has_no_key_of_its_own(language: str) -> None:
    keys = {key for node in nodes(PROJECTIONS[language]) for key in node}
    assert {key for key in keys if key.startswith("x-")} == set()


@in_both_languages
def test_it_has_every_operation_with_its_parameters_tag_and_page(language: str, spec: Spec) -> None:
    written = {
        (method.upper(), path): operation
        for path, item in PROJECTIONS[language]["paths"].items()
        for method, operation in item.items()
    }
    assert {*written} == {(operation.method, operation.path) for operation in spec.operations}
    for operation in spec.operations:
        item = written[operation.method, operation.path]
        assert (item["operationId"], item["tags"]) == (operation.id, [operation.tag])
        parameters = [map(without_words, node.get("parameters", ())) for node in (item, operation.node)]
        assert [*parameters[0]] == [*parameters[1]]
        source = operation.sources.get(language, next(iter(operation.sources.values())))
        assert item["externalDocs"]["url"] == source["url"]


def without_words(parameter: Node) -> Node:
    return {key: value for key, value in parameter.items() if key != "description" and not key.startswith("x-")}


@pytest.mark.parametrize(("language", "operation"), CASES)
def test_the_description_has_the_facts_of_the_page(language: str, operation: Operation) -> None:
    fact, description = fact_of(operation.id), projected(language, operation)["description"]
    first, *lines = [line for line in description.splitlines() if line]
    assert re.sub(r"\\(.)", r"\1", first) == operation.text.of(language)
    listed = [line for line in lines if line.startswith("- ")]
    for scope, weight in fact.weights.items():
        costs, budget = listed.pop(0), listed.pop(0)
        assert re.search(rf"\b{weight}\b.*{scope.upper()}", costs)
        assert re.search(rf"\b{BUDGETS[scope]}\b", budget)
    rest = "\n".join(listed)
    assert f"`{fact.security}`" in rest
    assert all(f"`{name}`" in rest for name in fact.permissions)
    assert fact.cap is None or str(fact.cap[0]) in rest
    moves = {"en": ("no", "yes"), "zh-CN": ("否", "是")}[language][fact.moves_funds]
    assert any(re.search(rf"[:：]\s?{moves}$", line) for line in listed)
    for parameter, other, values in fact.conditions:
        names = {f"`{name}`" for name in (parameter, other, *values)}
        assert any(names == {*re.findall("`[^`]+`", line)} for line in listed), names
    assert operation.when_unknown.of(language) in re.sub(r"\\(.)", r"\1", description)


@pytest.mark.parametrize(("language", "operation"), CASES)
def test_a_signed_operation_asks_for_the_key_in_a_header_and_the_signature_in_the_query(
    language: str, operation: Operation
) -> None:
    schemes = PROJECTIONS[language]["components"]["securitySchemes"]
    asked = {name for requirement in projected(language, operation)["security"] for name in requirement}
    sent = {(schemes[name]["in"], schemes[name]["name"]) for name in asked}
    key, signature = {("header", "X-MBX-APIKEY")}, {("query", "signature")}
    assert sent == (key if operation.requires_key else set()) | (signature if operation.requires_signature else set())


@in_both_languages
@pytest.mark.parametrize("name", ENUMS)
def test_an_enum_is_flat_and_its_description_says_what_each_value_means(language: str, name: str, spec: Spec) -> None:
    written = PROJECTIONS[language]["components"]["schemas"][name]
    assert written["enum"] == [*ENUMS[name]]
    assert "oneOf" not in written
    listed = [line for line in written["description"].splitlines() if line.startswith("- ")]
    for line, value in zip(listed, spec.enum(name).values, strict=True):
        assert line.startswith(f"- `{value.value}`")
        assert line.endswith(value.text.of(language))
        assert str(value.name) in line


def test_each_is_in_one_language() -> None:
    for node in nodes(PROJECTIONS["en"]):
        assert not any(CHINESE.search(str(node.get(key, ""))) for key in TEXTS), node
    for node in nodes(PROJECTIONS["zh-CN"]):
        words = str(node.get("description", ""))
        assert not words or CHINESE.search(words), words


@in_both_languages
def test_both_have_the_same_facts(language: str) -> None:
    def without_texts(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: without_texts(below) for key, below in node.items() if key not in (*TEXTS, "externalDocs")}
        return [*map(without_texts, node)] if isinstance(node, list) else node

    assert without_texts(PROJECTIONS[language]) == without_texts(PROJECTIONS["en"])


@in_both_languages
def test_a_response_may_have_a_value_that_binance_adds_later_and_a_request_may_not(language: str) -> None:
    row = {"asset": "USDT", "amount": "1", "tranId": 1, "timestamp": 1, "type": "NEW_TYPE", "status": "NEW_STATUS"}
    check = schema(language, **{"$ref": "#/components/schemas/UniversalTransferRow"})
    assert check.is_valid(row)
    assert not check.is_valid({**row, "status": 1})
    parameters = PROJECTIONS[language]["paths"]["/sapi/v1/asset/transfer"]["get"]["parameters"]
    [kind] = [parameter["schema"] for parameter in parameters if parameter.get("name") == "type"]
    assert not schema(language, **kind).is_valid("NEW_TYPE")


@pytest.mark.parametrize(("language", "operation"), CASES)
def test_every_example_fits_its_schema(language: str, operation: Operation) -> None:
    item = projected(language, operation)
    body = item["responses"]["200"]["content"]["application/json"]
    assert body["example"] == operation.response_example
    for written in (body, *(parameter for parameter in item.get("parameters", ()) if "example" in parameter)):
        schema(language, **written["schema"]).validate(written["example"])


@in_both_languages
def test_a_generator_of_models_reads_it(language: str, spec: Spec) -> None:
    source = generate(
        PROJECTIONS[language],
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.MsgspecStruct,
        enum_field_as_literal=LiteralType.All,
        formatters=[Formatter.BUILTIN],
    )
    module = ModuleType("projected")
    sys.modules["projected"] = module
    try:
        exec(compile(str(source), "projected.py", "exec"), vars(module))  # noqa: S102 - what was generated here
        models = {operation.model.name: operation.response_example for operation in spec.operations}
        for name in models.keys() & PROJECTIONS[language]["components"]["schemas"].keys():
            msgspec.convert(models[name], getattr(module, name), strict=False)
    finally:
        del sys.modules["projected"]


def test_the_files_are_beside_the_package() -> None:
    assert {file.name for file in Path(ROOT / "generated").glob("openapi*.json")} == {
        f"openapi.{language}.json" for language in LANGUAGES
    }
