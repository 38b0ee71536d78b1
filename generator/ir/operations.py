"""Reads the operations: what each costs, needs and returns."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import jsonschema_rs

from generator.console import choices, join_names
from generator.openapi.document import reference
from generator.openapi.problems import SpecPath
from generator.openapi.schema_errors import iter_errors
from generator.openapi.supported import METHOD_KEYS
from generator.runtime.headers import API_KEY_HEADER
from generator.vocabulary import KEY_ONLY, LANGUAGES, SIGNED

from . import names
from . import types as ir
from .conditions import example_call, read_conditions, read_exclusive, read_window
from .confirmations import with_confirmations
from .models import read_model
from .node import InvalidNode, Node
from .paging import KEY as PAGING
from .paging import read_paging
from .parameters import JSON, SIGNATURE, Inputs, read_parameters
from .success import read_success
from .wallet_effects import read_effect

_SIGNATURE = ("query", SIGNATURE)
_LONGEST_NAME = 100
_SDK = "https://github.com/binance/binance-connector-python"
"""The repository of every package of Binance's SDK."""
_WHEN_UNKNOWN = "x-binance-when-unknown"
_WHERE_TO_LOOK = (
    "where to look, and for what, when it is not known whether a call was executed; "
    "only with x-binance-effect and x-binance-confirm beside it does reconcile find out by itself"
)
RESPONSES = ("200", "4XX", "5XX")
REQUIRED_KEYS = (
    ("operationId", "operationId: camelCaseName"),
    ("summary", "summary: the title of Binance's page"),
    ("x-binance-security", "x-binance-security: USER_DATA, or as on the page"),
    ("x-binance-weight", "x-binance-weight: {scope: ip, weight: 1}"),
    ("x-binance-source", "x-binance-source: {en: {url: ..., read: 'YYYY-MM-DD'}}"),
    ("responses", "responses with a '200'"),
)


def read_operations(root: Node) -> tuple[ir.Operation, ...]:
    """Return every operation that has no error, by the order of the tags, and for each tag in the order of the spec."""
    found: dict[str, tuple[Node, ir.Operation | None]] = {}
    methods: dict[str, str] = {}
    for item in root.child("paths") if isinstance(root.get("paths"), dict) else ():
        for method in item.data if isinstance(item.data, dict) else ():
            if method in METHOD_KEYS:
                node = item[method]
                _check_name(methods, node)
                written = node.get("operationId", node.path) if isinstance(node.data, dict) else node.path
                found[str(written)] = node, node.attempt(_operation)
                if found[str(written)][1] is None:
                    _check_parts(node)
    if not any(operation for _, operation in found.values()) and not root.context.document.problems:
        root.error("there is no operation; write at least one.", "paths")
    tags = [tag.get("name") for tag in root.child("tags").attempt(list) or ()]
    operations = with_confirmations(found)
    return tuple(sorted(operations, key=lambda operation: tags.index(operation.tag) if operation.tag in tags else 0))


def _check_parts(node: Node) -> None:
    """Read the parts of an operation that cannot be read as a whole, so that its errors do not hide theirs."""
    if not isinstance(node.data, dict):
        return
    is_known = not node.context.document.is_broken((*node.path, "x-binance-security"))
    if is_known and isinstance(node.get("parameters"), list):
        read_parameters(node, signed=node.get("x-binance-security") in SIGNED)
    written = node.get("operationId")
    name = names.method(written) if isinstance(written, str) else None
    if name:
        node.child("responses").attempt(lambda responses: "200" in responses and _response(node, name))


def _check_name(methods: dict[str, str], node: Node) -> None:
    written: Any = node.get("operationId") if isinstance(node.data, dict) else None
    name = names.method(written) if isinstance(written, str) else None
    if name is None:
        return
    # An operation with pages has a second method.
    for taken in (name, names.iterator(name)) if PAGING in node else (name,):
        if taken in methods:
            same = f"the operationId {written} is here a second time."
            message = f"the operations {methods[taken]!r} and {written!r} both become the method {taken}."
            node.error(same if methods[taken] == written else message, "operationId")
        methods[taken] = written


def _operation(node: Node) -> ir.Operation:
    name = _name(node)
    security = node.get("x-binance-security")
    inputs = read_parameters(node, signed=security in SIGNED)
    whole = len(inputs.given) + len(inputs.from_client) == len(node.get("parameters", ()))
    if whole:
        _check_inputs(node, security, inputs)
    conditions = tuple(read_conditions(node, inputs.given)) if whole else ()
    exclusive = tuple(read_exclusive(node, inputs.given)) if whole else ()
    result = _result(node, name)
    signature = _signature(node, security)
    # The wallets may have errors; then the effect is not read.
    wallets = node.root.child("x-binance-wallets")
    effect = wallets.attempt(lambda _: read_effect(node, inputs.given, result["result"])) if whole else None
    return ir.Operation(
        name=name,
        tag=_tag(node),
        method=str(node.path[2]).upper(),  # type: ignore[arg-type] # one of METHODS
        path=str(node.path[1]),
        security=security,
        requires_key=security in KEY_ONLY + SIGNED,
        requires_signature=security in SIGNED,
        effect=effect,
        confirmation=None,  # read when all operations are known
        paging=read_paging(node, inputs.given, result["result"]) if whole else None,
        parameters=inputs.given,
        conditions=conditions,
        exclusive=exclusive,
        window=read_window(node, inputs.given) if whole else None,
        spec_path=node.path,
        **result,
        **_costs(node),
        **_words(node),
        client_parameters=inputs.from_client + signature,
        example=example_call(node, inputs.given, conditions, exclusive),
    )


def _tag(node: Node) -> str:
    """Return the name of the operation's group; where the spec has groups, each operation is in one of them."""
    tags = node.root.child("tags")
    tags.require_valid()
    known, written = [tag.get("name") for tag in tags], node.get("tags", [])
    if known and len(written) != 1:
        message = f"an operation has one tag; allowed: {join_names(known)}."
        if written:
            node.error(message, "tags")
        else:
            node.error_at_key(message)
    elif written and written[0] not in known:
        node.error(f"there is no tag {written[0]}; there are: {choices(written[0], known)}", "tags", 0)
    return written[0] if written else ""


def _name(node: Node) -> str:
    missing = [example for key, example in REQUIRED_KEYS if key not in node]
    for example in missing:
        node.error_at_key(f"this operation lacks {example}.")
    if missing:
        raise InvalidNode
    written = node.get("operationId")
    if len(written) > _LONGEST_NAME:
        message = f"operationId has {len(written)} characters; at most {_LONGEST_NAME} are allowed: it names a file."
        raise node.invalid(message, "operationId")
    name = names.method(written)
    if name is None:
        message = f"operationId {written!r} gives no Python name; write it in ASCII letters and digits."
        raise node.invalid(message, "operationId")
    return name


def _check_inputs(node: Node, security: str, inputs: Inputs) -> None:
    url = str(node.path[1])
    in_url = re.findall(r"\{([^{}]*)\}", url)
    declared = {parameter.wire for parameter in inputs.given if parameter.location == "path"}
    for name in in_url:
        if name not in declared:
            message = f"the path names {{{name}}}, which no path parameter declares."
            node.root.error_at_key(message, "paths", url)
    for name in sorted(declared - set(in_url)):
        node.error(f"the path does not name the path parameter {name}.", "parameters")
    if security in SIGNED and len(inputs.from_client) != 1:
        node.error_at_key(f"a {security} operation lists the parameter timestamp once.")


# What it is, costs and needs


def _words(node: Node) -> dict[str, Any]:
    source = node["x-binance-source"]
    other_sources = _other_sources(source)
    # The SDK has no examples.
    is_of_sdk = set(other_sources) == {"sdk"} and not LANGUAGES.keys() & source.data
    return {
        "title": node.text("summary"),
        "text": node.sentences(),
        "notes": node.notes(),
        "when_unknown": node.child(_WHEN_UNKNOWN).sentences(),
        "pages": {name: _page(page, (*source.path, name)) for name, page in source.data.items() if name in LANGUAGES},
        "other_sources": other_sources,
        "has_own_example": is_of_sdk or source.data.get("example") == "ours",
        "sdk": source.data.get("sdk", {}).get("package"),
        "catalogue": source.data.get("catalogue", {}).get("url"),
    }


def _page(page: Mapping[str, Any], path: SpecPath) -> ir.Page:
    sentences = tuple(mark for line in page.get("sentences", ()) for mark in line.split())
    return ir.Page(page["url"], page["read"], sentences=sentences, spec_path=path)


def _other_sources(source: Node) -> dict[ir.OtherSource, ir.Page]:
    """Return what was read of the SDK and the catalogue; something must have been read, if not a page."""
    read: dict[ir.OtherSource, ir.Page] = {}
    sdk, catalogue = source.data.get("sdk", {}), source.data.get("catalogue", {})
    if "read" in sdk:
        name = f"{sdk['package']} {sdk['version']}"
        read["sdk"] = ir.Page(_SDK, sdk["read"], name, spec_path=(*source.path, "sdk"))
    if "read" in catalogue:
        read["catalogue"] = ir.Page(
            catalogue["url"], catalogue["read"], "catalogue", spec_path=(*source.path, "catalogue")
        )
    if not read and not LANGUAGES.keys() & source.data:
        raise source.invalid(
            "x-binance-source names nothing that was read; allowed: en, sdk with version and read, catalogue with read."
        )
    return read


def _costs(node: Node) -> dict[str, Any]:
    method, moves_funds = str(node.path[2]), "x-binance-moves-funds"
    if moves_funds not in node and method != "get":
        node.error_at_key(f"a {method.upper()} must say {moves_funds}: true or false.")
    if node.get(moves_funds, False) and _WHEN_UNKNOWN not in node:
        node.error_at_key(f"an operation that moves funds needs {_WHEN_UNKNOWN}: {_WHERE_TO_LOOK}.", moves_funds)
    return {
        "moves_funds": node.get(moves_funds, False),
        "weights": _weights(node["x-binance-weight"]),
        "newer": tuple(map(_newer, node.child("x-binance-newer"))),
        "call_limit": ir.CallLimit(**node.get("x-binance-call-limit")) if "x-binance-call-limit" in node else None,
        "permissions": tuple(
            ir.Permission(permission.get("name"), permission.sentences(), spec_path=permission.path)
            for permission in node.child("x-binance-permissions")
        ),
    }


def _weights(node: Node) -> tuple[ir.Weight, ...]:
    written = list(node) if isinstance(node.data, list) else [node]
    for first, second in pairwise(written):
        if first.get("scope") == second.get("scope"):
            second.error(
                f"the scope {second.get('scope')} is here a second time; allowed: one weight for each.", "scope"
            )
    return tuple(map(_weight, written))


def _newer(node: Node) -> ir.Newer:
    weights = (_weight(node["weight"]),) if "weight" in node else ()
    return ir.Newer(node.get("source"), node.get("date"), node.sentences(), weights, spec_path=node.path)


def _weight(node: Node) -> ir.Weight:
    scope, weight = node.get("scope"), node.get("weight")
    budgets = node.root.child("x-binance-rate-limits")
    budgets.require_valid()
    if scope not in budgets:
        raise node.invalid(f"x-binance-rate-limits has no budget for the scope {scope}.", "scope")
    budget = budgets.get(scope)
    if weight > budget["weight"]:
        raise node.invalid(f"a weight of {weight} never fits the budget of {budget['weight']}.", "weight")
    return ir.Weight(scope, weight, budget["weight"], budget["seconds"])


def _signature(node: Node, security: str) -> tuple[ir.ClientParameter, ...]:
    """Check the security schemes that an operation names, and return the signature as its scheme describes it."""
    schemes = node.components("securitySchemes")
    if any(scheme.is_broken() for scheme in schemes.values()):
        return ()
    used = {name for requirement in node.get("security", ()) for name in requirement}
    if unknown := sorted(used - set(schemes)):
        known = f"components/securitySchemes has: {join_names(schemes)}"
        node.error(f"there is no security scheme {unknown[0]}; {known}.", "security")
        return ()
    sent = {(schemes[name].get("in"), schemes[name].get("name")): schemes[name] for name in used}
    wanted = {("header", API_KEY_HEADER)} if security in KEY_ONLY + SIGNED else set()
    wanted |= {_SIGNATURE} if security in SIGNED else set()
    if set(sent) != wanted:
        listed = join_names(f"{name} in the {location}" for location, name in sorted(wanted))
        needed = f"security must ask for: {listed}" if wanted else "security must be []"
        node.error(f"x-binance-security is {security}, so {needed}.", "security")
    if _SIGNATURE not in sent:
        return ()
    scheme = sent[_SIGNATURE]
    text = scheme.sentences()
    return (ir.ClientParameter(SIGNATURE, required=True, wire_type="STRING", text=text, spec_path=scheme.path),)


# What it returns


class _Response(NamedTuple):
    """The response of a success, as it is written."""

    model: ir.Model
    text: ir.Text
    example: Node


def _result(node: Node, name: str) -> dict[str, Any]:
    responses = node["responses"]
    for status in responses.data:
        if status not in RESPONSES:
            allowed = join_names(RESPONSES)
            responses.error_at_key(f"the response {status} is not supported; allowed: {allowed}.", status)
    if "200" not in responses:
        raise responses.invalid("there is no response '200'.")
    model, text, example = _response(node, name)
    success = read_success(node, model, example)
    written = json.dumps(example.data, ensure_ascii=False, indent=2)
    return {"result": model, "result_text": text, "response_example": written, "success": success}


def _response(node: Node, name: str) -> _Response:
    response, _ = node["responses"]["200"].resolve()
    content = response.get("content", {})
    if set(content) != {JSON} or "example" not in content[JSON]:
        raise response.invalid(f"the response 200 needs content: {JSON} with a schema and an example.")
    media = response["content"][JSON]
    model = read_model(media["schema"], f"{names.pascal(name)}Response")
    _check_response_example(media["example"], media.get("schema"))
    return _Response(model, response.sentences(), media["example"])


def _check_response_example(example: Node, schema: dict[str, Any]) -> None:
    components = _reachable(example, schema)
    for component in components.values():
        component.require_valid()
    closed = {**schema, "components": {"schemas": {name: component.data for name, component in components.items()}}}
    try:
        for below, message in iter_errors(closed, example.data, "example"):
            example.error(f"the example does not fit its schema: {message}", *below)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        first = str(error).partition("\n")[0].removesuffix(".")
        raise example.invalid(f"the example cannot be checked, its schema is not valid: {first}.") from None


def _reachable(node: Node, schema: object) -> dict[str, Node]:
    """Return the schemas that a schema leads to, by name."""
    schemas, reached = node.root.child("components").child("schemas"), dict[str, Node]()
    waiting = [schema]
    while waiting:
        data = waiting.pop()
        if isinstance(data, dict):
            name = str((reference(data) or ("",))[-1])
            if name in schemas and name not in reached:
                reached[name] = schemas[name]
                waiting.append(schemas[name].data)
            waiting.extend(data.values())
        elif isinstance(data, list):
            waiting.extend(data)
    return reached
