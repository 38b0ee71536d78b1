"""A small operation table with every kind of rule, and requests to a sandbox of it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from generator.runtime.operation import Api, CallLimit, Condition, Operation, Parameter, Weight
from generator.runtime.sandbox.core import API_KEY, SECRET, Sandbox
from generator.runtime.wire import Response
from tests.runtime.table import documented, operation

NOW = 1_700_000_040_000
"""The beginning of a minute."""
KEY = MappingProxyType({"X-MBX-APIKEY": API_KEY})
TRANSFER = operation(
    weight=Weight("uid", 900, 180_000, 60),
    parameters=(
        Parameter("type", "type", "string", required=True, choices=("IN", "OUT")),
        Parameter("asset", "asset", "string", required=True, refused=("BNB",), pattern="^[A-Z币]+$"),
        Parameter("amount", "amount", "decimal", required=True, minimum=Decimal("0.01"), maximum=Decimal(1000)),
        Parameter("fromSymbol", "from_symbol", "string", min_length=2, max_length=3),
        Parameter("email", "email", "string"),
        Parameter("side", "side", "integer", choices=(1, 2)),
        Parameter("page", "page", "integer", minimum=Decimal(1), maximum=Decimal(9)),
        Parameter("all", "all", "boolean"),
        Parameter("id", "id", "integer", array="repeat", max_items=2),
        Parameter("names", "names", "string", array="comma", min_items=2, choices=("A", "B", "C")),
        Parameter("texts", "texts", "string", array="json", pattern="^[a-z]$"),
        Parameter("flags", "flags", "boolean", array="json"),
        Parameter("recvWindow", "recv_window", "integer", minimum=Decimal(1), maximum=Decimal(60_000)),
    ),
    conditions=(Condition("fromSymbol", "type", ("OUT",)),),
)
CAPPED = operation(
    name="capped",
    path="/sapi/v1/capped",
    weight=Weight("ip", 1500, 12_000, 60),
    call_limit=CallLimit(10, 3600),
    parameters=(),
    conditions=(),
)
OPEN: Operation[Any] = operation(
    name="open",
    path="/sapi/v1/open/{id}/{kind}",
    method="GET",
    requires_key=False,
    requires_signature=False,
    weight=Weight("ip", 1, 100, 60),
    parameters=(
        Parameter("id", "id", "integer", required=True, location="path"),
        Parameter("kind", "kind", "string", required=True, location="path", choices=("a b", "c")),
        Parameter("limit", "limit", "integer"),
        Parameter("size", "size", "integer", bits=32),
    ),
    conditions=(),
    documentation=documented("", b'{"open":true}'),
)
KEYED = operation(name="keyed", path="/sapi/v1/open/1/c", requires_signature=False, parameters=(), conditions=())
FULL = operation(name="full", path="/sapi/v1/full", weight=Weight("ip", 100, 100, 60), parameters=(), conditions=())
"""One call uses up its budget."""
API = Api(
    "1",
    ("https://api.binance.com",),
    {operation.name: operation for operation in (TRANSFER, CAPPED, OPEN, KEYED, FULL)},
    {},
)
GOOD = "type=IN&asset=BTC&amount=1"


@dataclass
class FakeClock:
    """The server's time, set by the test."""

    now: int = NOW

    def milliseconds(self) -> int:
        return self.now

    def correct(self, server_time: int, age: float) -> None:
        self.now = server_time + round(age * 1000)


def ask(sandbox: Sandbox, method: str, target: bytes, headers: Mapping[str, str]) -> Response:
    """Return the response, which arrives whole and at once."""
    reply = sandbox.handle(method, target, headers)
    assert (reply.delivery, reply.delay) == ("whole", 0)
    return reply.response


def signature(payload: str) -> str:
    return hmac.new(SECRET.encode(), payload.encode(), hashlib.sha256).hexdigest()


def signed(query: str, path: str = TRANSFER.path) -> bytes:
    return f"{path}?{query}&signature={signature(query)}".encode()


def send(sandbox: Sandbox, query: str, timestamp: object = NOW) -> Response:
    return ask(sandbox, "POST", signed(f"{query}&timestamp={timestamp}"), KEY)


def send_raw(sandbox: Sandbox, query: str) -> Response:
    return ask(sandbox, "POST", f"{TRANSFER.path}?{query}".encode(), KEY)


def call(sandbox: Sandbox, clock: FakeClock, called: Operation[Any] = CAPPED) -> Response:
    """Call an operation without parameters."""
    return ask(sandbox, "POST", signed(f"timestamp={clock.now}", called.path), KEY)


def code_of(answer: Response) -> int:
    body = json.loads(answer.body)
    assert set(body) == {"code", "msg"}
    assert body["msg"].endswith(".")
    assert isinstance(body["code"], int)
    return body["code"]


def assert_refused(answer: Response, code: int, *about: str, status: int = 400) -> None:
    assert (answer.status, code_of(answer)) == (status, code)
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    for word in about:
        assert word in json.loads(answer.body)["msg"]
