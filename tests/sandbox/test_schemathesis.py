"""Schemathesis draws requests from the spec, good and bad, and checks the sandbox's responses against it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import unquote

import pytest
import requests
import schemathesis
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from binance_transfers import OPERATIONS
from binance_transfers._runtime.operation import Transfer
from binance_transfers._runtime.wire import Response
from binance_transfers.operations import API
from binance_transfers.sandbox import Sandbox

from .table import NOW, FakeClock

Case: TypeAlias = schemathesis.Case[Any]
Request: TypeAlias = requests.PreparedRequest

SPEC = Path(__file__).parents[2] / "spec/binance.yaml"
SCHEMA = schemathesis.openapi.from_path(SPEC)
SCHEMA.config.phases.coverage.generate_duplicate_query_parameters = True
UNSIGNED = schemathesis.openapi.from_path(SPEC)
# Whatever the parameters are, it is the signature that is wrong.
UNSIGNED.config.phases.coverage.enabled = False
STEADY = settings(max_examples=8, derandomize=True, database=None, deadline=None)
AMOUNTS = {
    parameter.name
    for operation in OPERATIONS.values()
    for parameter in operation.parameters
    if parameter.kind == "decimal"
}
EFFECTS = {(operation.method, operation.path): operation.effect for operation in OPERATIONS.values()}
LISTS = {
    (operation.method, operation.path): {parameter.name for parameter in operation.parameters if parameter.array}
    for operation in OPERATIONS.values()
}
UNSIGNED_PATHS = {operation.path for operation in OPERATIONS.values() if not operation.requires_signature}
EXCEPTIONS = {error["code"]: error.get("exception") for error in SCHEMA.raw_schema["x-binance-errors"]}
OWNERS = MappingProxyType({None: ("",), "symbol": ("fromSymbol", "toSymbol"), "email": ("email",)})


def drawn(case: Case) -> Request:
    """Return the request as it was drawn, whose key, time and signature mean nothing to the sandbox."""
    sent = case.as_transport_kwargs(base_url="http://sandbox")
    request = requests.Request(sent["method"], sent["url"], sent["headers"], params=sent["params"]).prepare()
    # To Binance and the sandbox, a plus sign is no blank.
    path, mark, query = str(request.url).partition("?")
    request.url = f"{path}{mark}{query.replace('+', '%20')}"
    return request


def keyed(request: Request) -> Request:
    """Put the right key in place of the one drawn."""
    if "X-MBX-APIKEY" in request.headers:
        request.headers["X-MBX-APIKEY"] = Sandbox().api_key
    return request


def signed(request: Request, ahead: int = 0) -> Request:
    """Put the right time and signature in place of those drawn, and leave alone what the spec does not allow there."""
    path, _, query = request.path_url.partition("?")
    fields = query.split("&")
    times = [field for field in fields if field.startswith("timestamp=")]
    signatures = [field for field in fields if field.startswith("signature=")]
    if len(times) == 1 and re.fullmatch("timestamp=[0-9]{1,19}", times[0]) and int(times[0][10:]) < 2**63:
        fields[fields.index(times[0])] = f"timestamp={NOW + ahead}"
    if len(signatures) == 1:
        fields.remove(signatures[0])
        signature = hmac.new(Sandbox().secret.encode(), "&".join(fields).encode(), hashlib.sha256)
        fields.append(f"signature={signature.hexdigest()}")
    request.url = f"http://sandbox{path}?{'&'.join(fields)}"
    return keyed(request)


def fields_of(request: Request) -> list[tuple[str, str]]:
    fields = (field.partition("=") for field in request.path_url.partition("?")[2].split("&"))
    return [(unquote(name), unquote(value)) for name, _, value in fields if name]


def code_of(answer: Response) -> int | None:
    """Return the code of an error; a success can have a code too."""
    body = json.loads(answer.body)
    return body.get("code") if answer.status != HTTPStatus.OK and isinstance(body, dict) else None


def stocked(values: Mapping[str, str]) -> Sandbox:
    """Return a sandbox where every wallet that can be meant holds what is to be moved."""
    sandbox = Sandbox(clock=FakeClock())
    for wallet, per in API.wallets.items():
        for name in OWNERS[per]:
            owner = {per: values[name]} if per and values.get(name) else {}
            if owner:
                sandbox.open(**owner)
            with suppress(ValueError):
                sandbox.credit(wallet, values.get("asset", ""), values.get("amount", "1"), **owner)
    return sandbox


def ask(sandbox: Sandbox, request: Request) -> Response:
    assert request.method is not None
    headers = {name: str(value) for name, value in request.headers.items()}
    reply = sandbox.handle(request.method, request.path_url.encode(), headers)
    assert (reply.delivery, reply.delay) == ("whole", 0)
    return reply.response


def validate(case: Case, request: Request, answer: Response, *excluded: Any) -> None:
    headers = {name: [value] for name, value in answer.headers.items()}
    response = schemathesis.Response(answer.status, headers, answer.body, request, 0.0, verify=True)
    # That check sends requests of its own, which nobody would sign.
    case.validate_response(response, excluded_checks=[ignored_auth, *excluded])


def is_forbidden(case: Case) -> bool:
    """Return whether one parameter of the query was chosen to be wrong; one value instead of a list is sent alike.

    Schemathesis' own check of these gives up where any other parameter is right (schemathesis 4.32).
    """
    assert case.meta is not None
    data = case.meta.phase.data
    is_chosen = isinstance(data, CoveragePhaseData) and data.parameter_location is ParameterLocation.QUERY
    lists = LISTS[case.operation.method.upper(), case.operation.path]
    return is_chosen and case.meta.generation.mode.is_negative and data.parameter not in lists


def refusals_of(case: Case, fields: list[tuple[str, str]]) -> set[int]:
    """Return the errors that are due although OpenAPI calls the request valid, for want of words to say more."""
    codes, values = set(), dict(fields)
    texts = [text for _, text in fields]
    if any(unicodedata.category(character) == "Cc" or character == "\ufffd" for character in "".join(texts)):
        codes.add(-1100)
    if "" in texts:
        codes.add(-1105)
    if any(Decimal(text) == 0 for name, text in fields if name in AMOUNTS):
        codes.add(-5007)
    effect = EFFECTS[case.operation.method.upper(), case.operation.path]
    if isinstance(effect, Transfer):
        named = zip(effect.routes[values[effect.by]], (effect.source_owner, effect.target_owner), strict=True)
        if any(API.wallets[wallet] and owner not in values for wallet, owner in named):
            codes.add(-1102)
    return codes


# Without a parameter of its own, a test has the same id for every operation (schemathesis 4.32 with pytest 9.2), and
# xdist then runs it for one operation only.
@pytest.mark.parametrize("ahead", [999])
@SCHEMA.parametrize()
@STEADY
def test_what_the_spec_allows_is_taken_and_what_it_forbids_is_refused(case: Case, ahead: int) -> None:
    request = signed(drawn(case), ahead)
    values = dict(fields_of(request))
    answer = ask(stocked(values), request)
    code = code_of(answer)
    assert code is None or code in EXCEPTIONS
    assert code is not None or not is_forbidden(case)
    assert case.meta is not None
    if case.meta.generation.mode.is_positive and (refusals := refusals_of(case, fields_of(request))):
        validate(case, request, answer, positive_data_acceptance)
        assert code in refusals
    else:
        validate(case, request, answer)


@pytest.mark.parametrize("key", ["drawn", "right"])
@UNSIGNED.parametrize()
@STEADY
def test_without_a_signature_of_the_key_nothing_is_taken(case: Case, key: str) -> None:
    request = keyed(drawn(case)) if key == "right" else drawn(case)
    sandbox = stocked(dict(fields_of(request)))
    before = sandbox.balances()
    answer = ask(sandbox, request)
    validate(case, request, answer, positive_data_acceptance)
    code = code_of(answer)
    is_refused = code == -1102 or EXCEPTIONS.get(code) == "AuthenticationError"
    assert answer.status == 405 or is_refused or case.operation.path in UNSIGNED_PATHS
    assert sandbox.balances() == before


def test_each_operation_has_tests_of_its_own(request: pytest.FixtureRequest) -> None:
    names = [item.nodeid for item in request.session.items]
    assert len(names) == len(set(names))


COLLECTION = SCHEMA["/sapi/v1/portfolio/asset-collection"]["POST"]
ALLOWED, FORBIDDEN = (COLLECTION.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode)


@pytest.mark.parametrize(
    ("cases", "flaw", "noticed"),
    [
        (FORBIDDEN, {"status": 200, "body": b'{"msg":"success"}'}, "AcceptedNegativeData"),
        (ALLOWED, {"status": 400, "body": b'{"code":-1102,"msg":"No."}'}, "RejectedPositiveData"),
        (ALLOWED, {"status": 500, "body": b'{"code":-1000,"msg":"No."}'}, "ServerError"),
        (ALLOWED, {"status": 302}, "UndefinedStatusCode"),
        (ALLOWED, {"headers": {"content-type": "text/html"}}, "UndefinedContentType"),
        (ALLOWED, {"body": b"{}"}, "JsonSchemaError"),
        (FORBIDDEN, {"body": b'{"code":"-1102","msg":"No."}'}, "JsonSchemaError"),
        (ALLOWED, {"body": b'{"msg":"succ'}, "MalformedJson"),
    ],
)
def test_a_flaw_is_noticed(cases: SearchStrategy[Case], flaw: Mapping[str, Any], noticed: str) -> None:
    @given(cases)
    @settings(STEADY, report_multiple_bugs=False)
    def ask_and_validate(case: Case) -> None:
        request = signed(drawn(case))
        validate(case, request, replace(ask(stocked(dict(fields_of(request))), request), **flaw))

    with pytest.raises(FailureGroup) as failed:
        ask_and_validate()
    assert noticed in {type(failure).__name__ for failure in failed.value.exceptions}
