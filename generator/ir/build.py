"""From the document to the intermediate representation. Every name, type, order and rule is decided here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import jsonschema_rs

from generator.openapi.document import Document, mentions, reference
from generator.openapi.problems import Path, did_you_mean, join_names
from generator.openapi.schema_errors import iter_errors
from generator.openapi.supported import METHODS
from generator.runtime import values
from generator.runtime.base_url import parse_base_url
from generator.runtime.headers import API_KEY_HEADER
from generator.runtime.operation import Parameter as SentParameter

from . import names
from . import types as ir
from .schemas import Schemas, Unreadable, Value, is_enum
from .wallet_effects import Effects

T = TypeVar("T")
_TIMESTAMP, _SIGNATURE = "timestamp", "signature"
_KEYED = ("MARKET_DATA", "USER_STREAM")
_SIGNED = ("USER_DATA", "TRADE", "MARGIN")
_JSON = ("content", "application/json")
_RESPONSES = ("200", "4XX", "5XX")
_REQUIRED_KEYS = (
    ("operationId", "operationId: camelCaseName"),
    ("summary", "summary: the title of Binance's page"),
    ("x-binance-security", "x-binance-security: USER_DATA, or as on the page"),
    ("x-binance-weight", "x-binance-weight: {scope: ip, weight: 1}"),
    ("x-binance-source", "x-binance-source: {en: {url: ..., read: 'YYYY-MM-DD'}}"),
    ("responses", "responses with a '200'"),
)
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?", re.ASCII)


def build(document: Document) -> ir.Api:
    """Read the whole document.

    Raises:
        SpecError: The document has iter_errors, whether they were found here or before.
    """
    api = _Builder(document).api()
    document.raise_errors()
    if api is None:
        raise AssertionError("a document that cannot be built has a mistake that says so")
    return api


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._data: dict[str, Any] = document.data
        self._bilingual = mentions(self._data, "x-binance-zh")
        self._schemas = Schemas(document, bilingual=self._bilingual)

    def api(self) -> ir.Api | None:
        """Return the representation, or nothing where a mistake is in the way."""
        operations = self._operations()
        self._read_other_enums()
        info = self._attempt(("info",), self._info)
        budgets = self._attempt(("x-binance-rate-limits",), lambda: tuple(self._budgets().values()))
        servers = self._attempt(("servers",), lambda: tuple(self._servers()))
        wallets = self._attempt(("x-binance-wallets",), lambda: tuple(self._wallets()))
        errors = self._attempt(("x-binance-errors",), lambda: tuple(self._errors()))
        self._check_classes()
        if info is None or budgets is None or servers is None or wallets is None or errors is None:
            return None
        return ir.Api(
            title=self._schemas.text(("info",), info, "title"),
            text=self._schemas.text(("info",), info),
            version=info["version"],
            languages=("en", "zh-CN") if self._bilingual else ("en",),
            servers=servers,
            budgets=budgets,
            wallets=wallets,
            errors=errors,
            enums=self._in_order(self._schemas.enums),
            models=self._models_in_order(),
            operations=operations,
        )

    def _attempt(self, path: Path, read: Callable[[], T]) -> T | None:
        """Read what has no mistake yet; a mistake found while reading is noted by whoever found it."""
        try:
            self._schemas.require_valid(path)
            return read()
        except Unreadable:
            return None

    def _in_order(self, found: Mapping[str, T]) -> tuple[T, ...]:
        return tuple(found[name] for name in self._components("schemas") if name in found)

    def _components(self, group: str) -> dict[str, Any]:
        found: dict[str, Any] = self._data.get("components", {}).get(group, {})
        return found

    def _models_in_order(self) -> tuple[ir.Model, ...]:
        models = {model.name: model for model in self._schemas.models}
        written = self._in_order(models)
        return written + tuple(model for model in models.values() if model not in written)

    def _read_other_enums(self) -> None:
        for name, schema in self._components("schemas").items():
            path = ("components", "schemas", name)
            if isinstance(schema, dict) and is_enum(schema):
                self._attempt(path, partial(self._schemas.enum, name, path, schema))

    def _check_classes(self) -> None:
        for model in self._schemas.models:
            if model.name in self._schemas.enums:
                self._document.error(
                    ("components", "schemas", model.name), f"{model.name} is both an enum and a model."
                )

    # The root

    def _servers(self) -> Iterator[ir.Server]:
        for index, server in enumerate(self._data["servers"]):
            path = ("servers", index)
            self._check_server((*path, "url"), server["url"])
            yield ir.Server(server["url"], self._schemas.text(path, server), spec_path=path)

    def _check_server(self, path: Path, url: str) -> None:
        try:
            parse_base_url(url)
        except ValueError:
            example = "a scheme, a host and at most a port, such as https://api.binance.com"
            self._document.error(path, f"requests cannot be sent to {url!r}; allowed: {example}.")

    def _info(self) -> Mapping[str, Any]:
        info: Mapping[str, Any] = self._data["info"]
        if not _VERSION.fullmatch(info["version"]):
            problem = f"version is {info['version']!r}; it becomes the package's, so write it like 1.2.3 or 1.2.3rc1."
            self._document.error(("info", "version"), problem)
        return info

    def _budgets(self) -> dict[str, ir.Budget]:
        return {
            scope: ir.Budget(scope, budget["weight"], budget["seconds"], spec_path=("x-binance-rate-limits", scope))
            for scope, budget in self._data.get("x-binance-rate-limits", {}).items()
        }

    def _wallets(self) -> Iterator[ir.Wallet]:
        for name, wallet in self._data.get("x-binance-wallets", {}).items():
            path = ("x-binance-wallets", name)
            yield ir.Wallet(name, self._schemas.text(path, wallet), wallet.get("per"), spec_path=path)

    def _errors(self) -> Iterator[ir.ErrorCode]:
        seen: set[int] = set()
        for index, error in enumerate(self._data.get("x-binance-errors", ())):
            path = ("x-binance-errors", index)
            if error["code"] in seen:
                self._document.error((*path, "code"), f"the code {error['code']} is here a second time.")
            seen.add(error["code"])
            yield ir.ErrorCode(
                code=error["code"],
                name=error["name"],
                text=self._schemas.text(path, error),
                outcome=error["outcome"],
                documented=error["documented"],
                exception=error.get("exception", "Rejected"),
                spec_path=path,
            )

    # Operations

    def _operations(self) -> tuple[ir.Operation, ...]:
        found: list[ir.Operation] = []
        methods: dict[str, str] = {}
        paths = self._data.get("paths")
        for url, item in (paths if isinstance(paths, dict) else {}).items():
            for method, node in (item if isinstance(item, dict) else {}).items():
                if method in METHODS:
                    path = ("paths", url, method)
                    self._take_name(methods, path, node)
                    operation = self._attempt(path, partial(self._operation, path, node))
                    found += [operation] if operation else []
        if not found and not self._document.problems:
            self._document.error(("paths",), "there is no operation; write at least one.")
        return tuple(found)

    def _take_name(self, methods: dict[str, str], path: Path, node: object) -> None:
        written = node.get("operationId") if isinstance(node, dict) else None
        name = names.method(written) if isinstance(written, str) else None
        if name is not None and isinstance(written, str):
            if name in methods:
                same = f"the operationId {written} is here a second time."
                problem = f"the operations {methods[name]!r} and {written!r} both become the method {name}."
                self._document.error((*path, "operationId"), same if methods[name] == written else problem)
            methods[name] = written

    def _operation(self, path: Path, node: Mapping[str, Any]) -> ir.Operation:
        self._check_required_keys(path, node)
        name = names.method(node["operationId"])
        if name is None:
            problem = f"operationId {node['operationId']!r} gives no Python name; write it in ASCII letters and digits."
            raise self._stop((*path, "operationId"), problem)
        security = node["x-binance-security"]
        signed = security in _SIGNED
        parameters, client_parameters = self._parameters(path, node, signed=signed)
        whole = len(parameters) + len(client_parameters) == len(node.get("parameters", ()))
        if whole:
            self._check_path(path, parameters)
            self._check_stamps(path, security, client_parameters)
        conditions = tuple(self._conditions(path, node, parameters)) if whole else ()
        result, result_text, response_example = self._response(path, node, name)
        self._check_security(path, node, security)
        return ir.Operation(
            name=name,
            title=self._schemas.text(path, node, "summary"),
            text=self._schemas.text(path, node),
            notes=self._schemas.notes(path, node),
            method=str(path[2]).upper(),  # type: ignore[arg-type] # one of METHODS
            path=str(path[1]),
            security=security,
            requires_key=signed or security in _KEYED,
            requires_signature=signed,
            moves_funds=self._moves_funds(path, node),
            effect=self._effect(path, node, parameters, result) if whole else None,
            when_unknown=self._schemas.text((*path, "x-binance-when-unknown"), node.get("x-binance-when-unknown", {})),
            weight=self._weight(path, node),
            call_limit=self._call_limit(path, node),
            permissions=tuple(self._permissions(path, node)),
            parameters=parameters,
            client_parameters=client_parameters + self._signature(node),
            conditions=conditions,
            result=result,
            result_text=result_text,
            response_example=response_example,
            example=self._example(path, node, parameters, conditions),
            pages={
                language: ir.Page(**page, spec_path=(*path, "x-binance-source", language))
                for language, page in node["x-binance-source"].items()
            },
            spec_path=path,
        )

    def _check_required_keys(self, path: Path, node: Mapping[str, Any]) -> None:
        missing = [example for key, example in _REQUIRED_KEYS if key not in node]
        for example in missing:
            self._document.error_at_key(path, f"this operation lacks {example}.")
        if missing:
            raise Unreadable

    def _moves_funds(self, path: Path, node: Mapping[str, Any]) -> bool:
        moves = node.get("x-binance-moves-funds", False)
        if "x-binance-moves-funds" not in node and path[2] != "get":
            self._document.error_at_key(
                path, f"a {str(path[2]).upper()} must say x-binance-moves-funds: true or false."
            )
        return bool(moves)

    def _effect(
        self, path: Path, node: Mapping[str, Any], parameters: tuple[ir.Parameter, ...], answer: ir.Model
    ) -> ir.Effect | None:
        """Return what a call does to wallets, where that is said and the wallets can be read."""
        effects = Effects(self._document, parameters, answer)
        return self._attempt(("x-binance-wallets",), partial(effects.effect, path, node))

    def _weight(self, path: Path, node: Mapping[str, Any]) -> ir.Weight:
        weight, path = node["x-binance-weight"], (*path, "x-binance-weight")
        self._schemas.require_valid(("x-binance-rate-limits",))
        budget = self._budgets().get(weight["scope"])
        if budget is None:
            raise self._stop((*path, "scope"), f"x-binance-rate-limits has no budget for the scope {weight['scope']}.")
        if weight["weight"] > budget.weight:
            raise self._stop(
                (*path, "weight"), f"a weight of {weight['weight']} never fits the budget of {budget.weight}."
            )
        return ir.Weight(weight["scope"], weight["weight"], budget.weight, budget.seconds, spec_path=path)

    def _call_limit(self, path: Path, node: Mapping[str, Any]) -> ir.CallLimit | None:
        key = "x-binance-call-limit"
        return ir.CallLimit(**node[key], spec_path=(*path, key)) if key in node else None

    def _permissions(self, path: Path, node: Mapping[str, Any]) -> Iterator[ir.Permission]:
        for index, permission in enumerate(node.get("x-binance-permissions", ())):
            here = (*path, "x-binance-permissions", index)
            yield ir.Permission(permission["name"], self._schemas.text(here, permission), spec_path=here)

    def _check_security(self, path: Path, node: Mapping[str, Any], label: str) -> None:
        schemes = self._components("securitySchemes")
        if self._document.is_broken(("components", "securitySchemes")):
            return
        used = {name for requirement in node.get("security", ()) for name in requirement}
        if unknown := sorted(used - set(schemes)):
            problem = (
                f"there is no security scheme {unknown[0]}; components/securitySchemes has: {join_names(schemes)}."
            )
            self._document.error((*path, "security"), problem)
            return
        places = {(schemes[name].get("in"), schemes[name].get("name")) for name in used}
        wanted = {("header", API_KEY_HEADER)} if label in _KEYED + _SIGNED else set()
        wanted |= {("query", _SIGNATURE)} if label in _SIGNED else set()
        if places != wanted:
            shown = join_names(f"{name} in the {place}" for place, name in sorted(wanted))
            needed = f"security must ask for: {shown}" if wanted else "security must be []"
            self._document.error((*path, "security"), f"x-binance-security is {label}, so {needed}.")

    def _signature(self, node: Mapping[str, Any]) -> tuple[ir.ClientParameter, ...]:
        """Return the signature of a signed operation, as its security scheme describes it."""
        self._schemas.require_valid(("components", "securitySchemes"))
        schemes = self._components("securitySchemes")
        used = [name for requirement in node.get("security", ()) for name in requirement if name in schemes]
        return tuple(
            ir.ClientParameter(
                wire=_SIGNATURE,
                required=True,
                wire_type="STRING",
                text=self._schemas.text(("components", "securitySchemes", name), schemes[name]),
                spec_path=("components", "securitySchemes", name),
            )
            for name in used
            if (schemes[name].get("in"), schemes[name].get("name")) == ("query", _SIGNATURE)
        )

    def _check_path(self, path: Path, parameters: tuple[ir.Parameter, ...]) -> None:
        url = str(path[1])
        in_url = re.findall(r"\{([^{}]*)\}", url)
        declared = {parameter.wire for parameter in parameters if parameter.location == "path"}
        for name in in_url:
            if name not in declared:
                self._document.error_at_key(path[:2], f"the path names {{{name}}}, which no path parameter declares.")
        for name in sorted(declared - set(in_url)):
            self._document.error((*path, "parameters"), f"the path does not name the path parameter {name}.")

    # Parameters

    def _parameters(
        self, path: Path, node: Mapping[str, Any], *, signed: bool
    ) -> tuple[tuple[ir.Parameter, ...], tuple[ir.ClientParameter, ...]]:
        given: list[ir.Parameter] = []
        client_parameters: list[ir.ClientParameter] = []
        for index, each in enumerate(node.get("parameters", ())):
            here = (*path, "parameters", index)
            found = self._attempt(here, partial(self._parameter, here, each, signed=signed))
            if isinstance(found, ir.ClientParameter):
                client_parameters.append(found)
            elif found is not None:
                self._check_argument(here, given, found)
                given.append(found)
        return tuple(given), tuple(client_parameters)

    def _check_stamps(self, path: Path, security: str, client_parameters: tuple[ir.ClientParameter, ...]) -> None:
        if security in _SIGNED and len(client_parameters) != 1:
            self._document.error_at_key(path, f"a {security} operation lists the parameter {_TIMESTAMP} once.")

    def _check_argument(self, path: Path, given: list[ir.Parameter], found: ir.Parameter) -> None:
        for other in given:
            if other.argument == found.argument:
                same = f"the parameter {found.wire} is here a second time."
                problem = f"the parameters {other.wire!r} and {found.wire!r} both become the argument {found.argument}."
                self._document.error(path, same if other.wire == found.wire else problem)

    def _parameter(self, path: Path, node: Mapping[str, Any], *, signed: bool) -> ir.Parameter | ir.ClientParameter:
        path, node, _ = self._schemas.resolve(path, node)
        wire, text = node["name"], self._schemas.text(path, node)
        if ("schema" in node) == ("content" in node):
            raise self._stop(path, f"the parameter {wire} needs either a schema or content.")
        if node["in"] not in ("query", "path"):
            raise self._stop((*path, "in"), f"a parameter in {node['in']} is not supported; allowed: query, path.")
        if signed and wire == _SIGNATURE:
            raise self._stop((*path, "name"), "signature is not a parameter: the security scheme says that it is sent.")
        if signed and wire == _TIMESTAMP:
            wire_type = self._schemas.value((*path, "schema"), node["schema"]).wire_type
            return ir.ClientParameter(
                wire, node.get("required", False), wire_type, text, self._schemas.notes(path, node), spec_path=path
            )
        if node["in"] == "path" and node.get("required") is not True:
            self._document.error(path, f"the path parameter {wire} must say required: true.")
        argument = names.snake(wire, names.ARGUMENTS_TAKEN, "param_")
        if argument is None:
            raise self._stop(
                (*path, "name"), f"the parameter {wire!r} gives no Python name; it needs letters or digits."
            )
        here, schema, array, length = self._array(path, node)
        value = self._schemas.value(here, schema)
        parameter = ir.Parameter(
            wire=wire,
            argument=argument,
            location=node["in"],
            required=node.get("required", False),
            kind=value.kind,
            wire_type="ARRAY" if array else value.wire_type,
            annotation=_annotation(value, array),
            array=array,
            enum=value.enum,
            default=_written(schema.get("default"), value.kind),
            example=_written(node.get("example"), value.kind),
            rules=ir.Rules(**{**_fields(value.rules), **length}),
            text=text,
            notes=self._schemas.notes(path, node),
            spec_path=path,
            schema_path=(*path, *_JSON, "schema") if "content" in node else (*path, "schema"),
        )
        for place, sent in (("example",), parameter.example), (("schema", "default"), parameter.default):
            self._check_sendable((*path, *place), parameter, sent, place[-1])
        return parameter

    def _array(self, path: Path, node: Mapping[str, Any]) -> tuple[Path, Mapping[str, Any], Any, dict[str, int | None]]:
        """Return the schema of a single value, and how several are written."""
        if "content" in node:
            if set(node["content"]) != {"application/json"}:
                raise self._stop((*path, "content"), "content is supported as application/json only.")
            path, node = (*path, "content", "application/json"), node["content"]["application/json"]
            form: str | None = "json"
        else:
            style = node.get("style", "simple" if node["in"] == "path" else "form")
            if style not in ("form", "simple") or node.get("explode") not in (None, True, False):
                raise self._stop(
                    (*path, "style"), f"the style {style} is not supported; allowed: form (query), simple (path)."
                )
            form = "repeat" if style == "form" and node.get("explode", True) else "comma"
        here, schema, _ = self._schemas.resolve((*path, "schema"), node["schema"])
        if schema.get("type") != "array":
            if form == "json":
                raise self._stop(here, "content: application/json is supported for arrays only.")
            return (*path, "schema"), node["schema"], None, {}
        if "items" not in schema:
            raise self._stop(here, "an array needs items.")
        items = {**schema["items"], **({"default": schema["default"]} if "default" in schema else {})}
        lengths = {"min_items": schema.get("minItems"), "max_items": schema.get("maxItems")}
        return (*here, "items"), items, form, lengths

    def _check_sendable(self, path: Path, parameter: ir.Parameter, value: Any, what: str) -> None:
        if value is None:
            return
        try:
            values.wire_texts(sent_parameter(parameter), value)
        except values.Refused as refusal:
            self._document.error(path, f"the {what} of {parameter.wire} {refusal}")

    def _example(
        self,
        path: Path,
        node: Mapping[str, Any],
        parameters: tuple[ir.Parameter, ...],
        conditions: tuple[ir.Condition, ...],
    ) -> dict[str, Any]:
        """Make a valid call of the examples: what is required, by itself or by a condition."""
        example: dict[str, Any] = {}
        for parameter in parameters:
            if parameter.required:
                example[parameter.wire] = self._example_of(path, node, parameter)
        for condition in conditions:
            if example.get(condition.other) in condition.values and condition.parameter not in example:
                parameter = next(each for each in parameters if each.wire == condition.parameter)
                example[condition.parameter] = self._example_of(path, node, parameter)
        return {each.argument: example[each.wire] for each in parameters if each.wire in example}

    def _example_of(self, path: Path, node: Mapping[str, Any], parameter: ir.Parameter) -> Any:
        for value in (parameter.example, parameter.default, *parameter.choices[:1]):
            if value is not None:
                return [value] if parameter.array and not isinstance(value, list) else value
        problem = f"the parameter {parameter.wire} needs an example: the documentation's call is made of them."
        names_in_order = [self._schemas.resolve(path, each)[1]["name"] for each in node["parameters"]]
        raise self._stop((*path, "parameters", names_in_order.index(parameter.wire)), problem)

    def _conditions(
        self, path: Path, node: Mapping[str, Any], parameters: tuple[ir.Parameter, ...]
    ) -> Iterator[ir.Condition]:
        by_name = {parameter.wire: parameter for parameter in parameters}
        taken: set[tuple[str, str]] = set()
        for index, rule in enumerate(node.get("x-binance-requires", ())):
            here = (*path, "x-binance-requires", index)
            pair = rule["parameter"], rule["when"]["parameter"]
            if pair in taken:
                message = f"when {pair[1]} requires {pair[0]} is said above; write all values there."
                self._document.error(here, message)
                continue
            taken.add(pair)
            whole = True
            for at, name in (
                ((*here, "parameter"), rule["parameter"]),
                ((*here, "when", "parameter"), rule["when"]["parameter"]),
            ):
                if name not in by_name:
                    known = join_names(by_name)
                    self._document.error(
                        at, f"there is no parameter {name}; there are: {known}.{did_you_mean(name, by_name)}"
                    )
                    whole = False
            if not whole:
                continue
            other = by_name[rule["when"]["parameter"]]
            for position, value in enumerate(rule["when"]["in"]):
                if other.choices and value not in other.choices:
                    message = f"{other.wire} has no value {value}.{did_you_mean(str(value), map(str, other.choices))}"
                    self._document.error((*here, "when", "in", position), message)
            yield ir.Condition(rule["parameter"], other.wire, tuple(rule["when"]["in"]), spec_path=here)

    # Answers

    def _response(self, path: Path, node: Mapping[str, Any], name: str) -> tuple[ir.Model, ir.Text, str]:
        path, responses = (*path, "responses"), node["responses"]
        for status in responses:
            if status not in _RESPONSES:
                problem = f"the response {status} is not supported; allowed: {join_names(_RESPONSES)}."
                self._document.error_at_key((*path, status), problem)
        if "200" not in responses:
            raise self._stop(path, "there is no response '200'.")
        path, response, _ = self._schemas.resolve((*path, "200"), responses["200"])
        content = response.get("content", {})
        if set(content) != {"application/json"} or "example" not in content["application/json"]:
            raise self._stop(path, "the response 200 needs content: application/json with a schema and an example.")
        body = content["application/json"]
        here = (*path, "content", "application/json")
        model = self._schemas.model((*here, "schema"), body["schema"], f"{names.pascal(name)}Response")
        self._check_response_example((*here, "example"), body["schema"], body["example"])
        return model, self._schemas.text(path, response), json.dumps(body["example"], ensure_ascii=False, indent=2)

    def _check_response_example(self, path: Path, schema: Mapping[str, Any], example: object) -> None:
        components = {name: self._components("schemas")[name] for name in self._reachable(schema)}
        for name in components:
            self._schemas.require_valid(("components", "schemas", name))
        closed = {**schema, "components": {"schemas": components}}
        try:
            for below, message in iter_errors(closed, example, "example"):
                self._document.error((*path, *below), f"the example does not fit its schema: {message}")
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            first = str(error).partition("\n")[0].removesuffix(".")
            raise self._stop(path, f"the example cannot be checked, its schema is not valid: {first}.") from None

    def _reachable(self, schema: object) -> list[str]:
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

    def _stop(self, path: Path, message: str) -> Unreadable:
        """Note a mistake after which the node cannot be read, and return what to raise."""
        self._document.error(path, message)
        return Unreadable()


def sent_parameter(parameter: ir.Parameter) -> SentParameter:
    """Return a parameter as the runtime knows it, with the rules that it checks."""
    return SentParameter(
        name=parameter.wire,
        argument=parameter.argument,
        kind=parameter.kind,
        required=parameter.required,
        location=parameter.location,
        array=parameter.array,
        choices=parameter.choices,
        default=parameter.default,
        **_fields(parameter.rules),
    )


def _annotation(value: Value, array: str | None) -> str:
    """Return the type of an argument: what the runtime takes for the value."""
    kinds = {"string": "str", "decimal": "Decimal | int | str", "integer": "int", "boolean": "bool"}
    one = f"{value.enum.name} | {value.enum.literal}" if value.enum else kinds[value.kind]
    if value.enum or value.rules.refused:
        one += " | Unlisted"
    if not array:
        return one
    # A str is a Sequence[str] too, and would be taken apart.
    return f"list[{one}] | tuple[{one}, ...]" if one == "str" else f"Sequence[{one}]"


def _fields(record: ir.Rules) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _written(value: Any, kind: ir.Kind) -> Any:
    """Return an amount that is written as a number with a point as text, as amounts are kept."""
    if isinstance(value, list):
        return [_written(item, kind) for item in value]
    return format(Decimal(repr(value)), "f") if kind == "decimal" and isinstance(value, float) else value
