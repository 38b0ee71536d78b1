"""Reads the operations: what each costs, needs and returns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import jsonschema_rs

from generator.openapi.document import Document, reference
from generator.openapi.problems import Path, join_names
from generator.openapi.schema_errors import iter_errors
from generator.openapi.supported import METHODS
from generator.runtime.headers import API_KEY_HEADER
from generator.vocabulary import KEY_ONLY, SIGNED

from . import names
from . import types as ir
from .models import ModelReader
from .parameters import SIGNATURE, ParameterReader
from .reader import InvalidNode, Reader
from .values import ValueReader
from .wallet_effects import EffectReader

_JSON = "application/json"
_RESPONSES = ("200", "4XX", "5XX")
_REQUIRED_KEYS = (
    ("operationId", "operationId: camelCaseName"),
    ("summary", "summary: the title of Binance's page"),
    ("x-binance-security", "x-binance-security: USER_DATA, or as on the page"),
    ("x-binance-weight", "x-binance-weight: {scope: ip, weight: 1}"),
    ("x-binance-source", "x-binance-source: {en: {url: ..., read: 'YYYY-MM-DD'}}"),
    ("responses", "responses with a '200'"),
)


class OperationReader(Reader):
    """Reads the operations in the order of the spec."""

    def __init__(self, document: Document, values: ValueReader, models: ModelReader) -> None:
        super().__init__(document)
        self._parameters = ParameterReader(document, values)
        self._models = models

    def operations(self) -> tuple[ir.Operation, ...]:
        """Return every operation that has no error."""
        found: list[ir.Operation] = []
        methods: dict[str, str] = {}
        paths = self._data.get("paths")
        for url, item in (paths if isinstance(paths, dict) else {}).items():
            for method, node in (item if isinstance(item, dict) else {}).items():
                if method in METHODS:
                    path = ("paths", url, method)
                    self._check_name(methods, path, node)
                    operation = self._attempt(path, partial(self._operation, path, node))
                    found += [operation] if operation else []
        if not found and not self._document.problems:
            self._document.error(("paths",), "there is no operation; write at least one.")
        return tuple(found)

    def _check_name(self, methods: dict[str, str], path: Path, node: object) -> None:
        written = node.get("operationId") if isinstance(node, dict) else None
        name = names.method(written) if isinstance(written, str) else None
        if name is not None and isinstance(written, str):
            if name in methods:
                same = f"the operationId {written} is here a second time."
                message = f"the operations {methods[name]!r} and {written!r} both become the method {name}."
                self._document.error((*path, "operationId"), same if methods[name] == written else message)
            methods[name] = written

    def _operation(self, path: Path, node: Mapping[str, Any]) -> ir.Operation:
        name = self._name(path, node)
        security = node["x-binance-security"]
        parameters, client_parameters = self._parameters.parameters(path, node, signed=security in SIGNED)
        whole = len(parameters) + len(client_parameters) == len(node.get("parameters", ()))
        if whole:
            self._check_path(path, parameters)
            self._check_timestamp(path, security, client_parameters)
        conditions = tuple(self._parameters.conditions(path, node, parameters)) if whole else ()
        result, result_text, response_example = self._response(path, node, name)
        self._check_security(path, node, security)
        return ir.Operation(
            name=name,
            title=self._text(path, node, "summary"),
            text=self._text(path, node),
            notes=self._notes(path, node),
            method=str(path[2]).upper(),  # type: ignore[arg-type] # one of METHODS
            path=str(path[1]),
            security=security,
            requires_key=security in KEY_ONLY + SIGNED,
            requires_signature=security in SIGNED,
            moves_funds=self._moves_funds(path, node),
            effect=self._effect(path, node, parameters, result) if whole else None,
            when_unknown=self._text((*path, "x-binance-when-unknown"), node.get("x-binance-when-unknown", {})),
            weight=self._weight(path, node),
            call_limit=ir.CallLimit(**node["x-binance-call-limit"]) if "x-binance-call-limit" in node else None,
            permissions=tuple(self._permissions(path, node)),
            parameters=parameters,
            client_parameters=client_parameters + self._signature(node),
            conditions=conditions,
            result=result,
            result_text=result_text,
            response_example=response_example,
            example=self._parameters.example(path, node, parameters, conditions),
            pages={
                language: ir.Page(**page, spec_path=(*path, "x-binance-source", language))
                for language, page in node["x-binance-source"].items()
            },
            spec_path=path,
        )

    def _name(self, path: Path, node: Mapping[str, Any]) -> str:
        missing = [example for key, example in _REQUIRED_KEYS if key not in node]
        for example in missing:
            self._document.error_at_key(path, f"this operation lacks {example}.")
        if missing:
            raise InvalidNode
        name = names.method(node["operationId"])
        if name is None:
            message = f"operationId {node['operationId']!r} gives no Python name; write it in ASCII letters and digits."
            raise self._invalid((*path, "operationId"), message)
        return name

    def _check_path(self, path: Path, parameters: tuple[ir.Parameter, ...]) -> None:
        in_url = re.findall(r"\{([^{}]*)\}", str(path[1]))
        declared = {parameter.wire for parameter in parameters if parameter.location == "path"}
        for name in in_url:
            if name not in declared:
                self._document.error_at_key(path[:2], f"the path names {{{name}}}, which no path parameter declares.")
        for name in sorted(declared - set(in_url)):
            self._document.error((*path, "parameters"), f"the path does not name the path parameter {name}.")

    def _check_timestamp(self, path: Path, security: str, client_parameters: tuple[ir.ClientParameter, ...]) -> None:
        if security in SIGNED and len(client_parameters) != 1:
            self._document.error_at_key(path, f"a {security} operation lists the parameter timestamp once.")

    # What it does, costs and needs

    def _moves_funds(self, path: Path, node: Mapping[str, Any]) -> bool:
        key = "x-binance-moves-funds"
        if key not in node and path[2] != "get":
            self._document.error_at_key(path, f"a {str(path[2]).upper()} must say {key}: true or false.")
        return bool(node.get(key, False))

    def _effect(
        self, path: Path, node: Mapping[str, Any], parameters: tuple[ir.Parameter, ...], result: ir.Model
    ) -> ir.Effect | None:
        """Return what a call does to wallets, where that is written and the wallets can be read."""
        reader = EffectReader(self._document, parameters, result)
        return self._attempt(("x-binance-wallets",), partial(reader.effect, path, node))

    def _weight(self, path: Path, node: Mapping[str, Any]) -> ir.Weight:
        scope, weight = node["x-binance-weight"]["scope"], node["x-binance-weight"]["weight"]
        path = (*path, "x-binance-weight")
        self._require_valid(("x-binance-rate-limits",))
        budget = self._data.get("x-binance-rate-limits", {}).get(scope)
        if budget is None:
            raise self._invalid((*path, "scope"), f"x-binance-rate-limits has no budget for the scope {scope}.")
        if weight > budget["weight"]:
            message = f"a weight of {weight} never fits the budget of {budget['weight']}."
            raise self._invalid((*path, "weight"), message)
        return ir.Weight(scope, weight, budget["weight"], budget["seconds"])

    def _permissions(self, path: Path, node: Mapping[str, Any]) -> Iterator[ir.Permission]:
        for index, permission in enumerate(node.get("x-binance-permissions", ())):
            here = (*path, "x-binance-permissions", index)
            yield ir.Permission(permission["name"], self._text(here, permission), spec_path=here)

    def _check_security(self, path: Path, node: Mapping[str, Any], security: str) -> None:
        schemes = self._components("securitySchemes")
        if self._document.is_broken(("components", "securitySchemes")):
            return
        used = {name for requirement in node.get("security", ()) for name in requirement}
        if unknown := sorted(used - set(schemes)):
            known = f"components/securitySchemes has: {join_names(schemes)}"
            self._document.error((*path, "security"), f"there is no security scheme {unknown[0]}; {known}.")
            return
        wanted = {("header", API_KEY_HEADER)} if security in KEY_ONLY + SIGNED else set()
        wanted |= {("query", SIGNATURE)} if security in SIGNED else set()
        if {_location(schemes[name]) for name in used} != wanted:
            listed = join_names(f"{name} in the {location}" for location, name in sorted(wanted))
            needed = f"security must ask for: {listed}" if wanted else "security must be []"
            self._document.error((*path, "security"), f"x-binance-security is {security}, so {needed}.")

    def _signature(self, node: Mapping[str, Any]) -> tuple[ir.ClientParameter, ...]:
        """Return the signature of a signed operation, as its security scheme describes it."""
        self._require_valid(("components", "securitySchemes"))
        schemes = self._components("securitySchemes")
        used = [name for requirement in node.get("security", ()) for name in requirement if name in schemes]
        paths = [("components", "securitySchemes", name) for name in used]
        return tuple(
            ir.ClientParameter(SIGNATURE, True, "STRING", self._text(path, schemes[name]), spec_path=path)  # noqa: FBT003
            for name, path in zip(used, paths, strict=True)
            if _location(schemes[name]) == ("query", SIGNATURE)
        )

    # What it returns

    def _response(self, path: Path, node: Mapping[str, Any], name: str) -> tuple[ir.Model, ir.Text, str]:
        path, responses = (*path, "responses"), node["responses"]
        for status in responses:
            if status not in _RESPONSES:
                message = f"the response {status} is not supported; allowed: {join_names(_RESPONSES)}."
                self._document.error_at_key((*path, status), message)
        if "200" not in responses:
            raise self._invalid(path, "there is no response '200'.")
        path, response, _ = self._resolve((*path, "200"), responses["200"])
        content = response.get("content", {})
        if set(content) != {_JSON} or "example" not in content[_JSON]:
            raise self._invalid(path, f"the response 200 needs content: {_JSON} with a schema and an example.")
        here, schema, example = (*path, "content", _JSON), content[_JSON]["schema"], content[_JSON]["example"]
        model = self._models.model((*here, "schema"), schema, f"{names.pascal(name)}Response")
        self._check_response_example((*here, "example"), schema, example)
        return model, self._text(path, response), json.dumps(example, ensure_ascii=False, indent=2)

    def _check_response_example(self, path: Path, schema: Mapping[str, Any], example: object) -> None:
        components = {name: self._components("schemas")[name] for name in self._reachable(schema)}
        for name in components:
            self._require_valid(("components", "schemas", name))
        closed = {**schema, "components": {"schemas": components}}
        try:
            for below, message in iter_errors(closed, example, "example"):
                self._document.error((*path, *below), f"the example does not fit its schema: {message}")
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            first = str(error).partition("\n")[0].removesuffix(".")
            raise self._invalid(path, f"the example cannot be checked, its schema is not valid: {first}.") from None

    def _reachable(self, schema: object) -> list[str]:
        """Return the names of the schemas that a schema leads to."""
        found: list[str] = []
        waiting = [schema]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                name = str((reference(node) or ("",))[-1])
                if name in self._components("schemas") and name not in found:
                    found.append(name)
                    waiting.append(self._components("schemas")[name])
                waiting.extend(node.values())
            elif isinstance(node, list):
                waiting.extend(node)
        return found


def _location(scheme: Mapping[str, Any]) -> tuple[Any, Any]:
    return scheme.get("in"), scheme.get("name")
