"""Specs of every shape that Binance uses, and calls of both clients of their packages."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.specs import call, forget, generate, imported, spec

SPECS: dict[str, str] = {}
"""Every spec, by the name of its package."""

_NOW = 1_700_000_000_000

_KEY, _SECRET = "key", "secret"


class _Clock:
    def milliseconds(self) -> int:
        return _NOW

    def correct(self, server_time: int, age: float) -> None: ...


class Packages:
    """The packages of the specs, imported when a test asks for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = {name: generate(text, folder / name) for name, text in SPECS.items()}

    def __getitem__(self, name: str) -> ModuleType:
        return sys.modules.get(name) or imported(self.paths[name], name)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packages]:
    made = Packages(tmp_path_factory.mktemp("shapes"))
    yield made
    for name in SPECS:
        forget(name)


def sent_and_received(package: ModuleType, method: str, answer: object, /, **arguments: Any) -> tuple[str, Any]:
    """Call a method of both clients, and return the bytes that both sent and what both gave back."""
    sent: list[str] = []
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def respond(request: httpx.Request) -> httpx.Response:
        assert request.content == b""
        sent.append(f"{request.method} {request.url.raw_path.decode('ascii')} {request.headers.get('X-MBX-APIKEY')}")
        return httpx.Response(200, content=body)

    async def in_a_loop() -> Any:
        transport = httpx.MockTransport(respond)
        async with package.AsyncClient(_KEY, _SECRET, transport=transport, clock=_Clock()) as client:
            return await getattr(client, method)(**arguments)

    with package.Client(_KEY, _SECRET, transport=httpx.MockTransport(respond), clock=_Clock()) as client:
        received = getattr(client, method)(**arguments)
    assert received == asyncio.run(in_a_loop())
    assert len(sent) == 2
    assert sent[0] == sent[1]
    return sent[0], received


def signed(where: str) -> str:
    """Return what is sent for a signed operation: with the time and, last, the signature of all before."""
    start, _, query = where.partition("?")
    query = f"{query}&timestamp={_NOW}" if query else f"timestamp={_NOW}"
    return f"{start}?{query}&signature={hmac.new(_SECRET.encode(), query.encode(), hashlib.sha256).hexdigest()} {_KEY}"


SPECS["market"] = spec(
    call("GET /api/v3/ping", "ping"),
    call("GET /api/v3/time", "time", schema="{$ref: '#/components/schemas/Time'}", example="{serverTime: 1}"),
    call(
        "GET /api/v3/klines",
        "klines",
        parameters="""\
        - {name: symbol, in: query, required: true, schema: {type: string, minLength: 1}, example: BTCUSDT}
        - {name: interval, in: query, required: true, schema: {$ref: '#/components/schemas/Interval'}}
        - {name: limit, in: query, schema: {type: integer, format: int32, default: 500, minimum: 1, maximum: 1000}}
        """,
        schema="{type: array, items: {type: array, items: {oneOf: [{type: integer}, {type: string}]}}}",
        example="[[1499040000000, '0.01634790']]",
    ),
    call(
        "GET /api/v3/historicalTrades",
        "historicalTrades",
        security="MARKET_DATA",
        parameters="- {name: fromId, in: query, schema: {type: integer, format: int64}}\n",
        schema="{type: array, items: {$ref: '#/components/schemas/Trade'}}",
        example="[{id: 28457, price: 4.00000100, isBuyerMaker: true}]",
    ),
    call(
        "GET /api/v3/ticker/price",
        "symbolPriceTicker",
        parameters="""\
        - {name: symbol, in: query, schema: {type: string}}
        - name: symbols
          in: query
          content: {application/json: {schema: {type: array, items: {type: string, minLength: 1}, maxItems: 3}}}
        """,
        schema="""\
        oneOf:
          - {$ref: '#/components/schemas/Price'}
          - {type: array, items: {$ref: '#/components/schemas/Price'}}
        """,
        example="{symbol: LTCBTC, price: '4.00000200'}",
    ),
    schemas="""\
    Interval: {type: string, enum: [1s, 1m, 1h, 1d, 1M]}
    Unused: {type: string, enum: [A, B]}
    Time: {type: object, required: [serverTime], properties: {serverTime: {type: integer, format: int64}}}
    Trade:
      type: object
      required: [id, price, isBuyerMaker]
      properties:
        id: {type: integer, format: int64}
        price: {type: number, description: The price.}
        isBuyerMaker: {type: boolean}
        quoteQty: {type: string, format: decimal}
    Price:
      type: object
      required: [symbol, price]
      properties: {symbol: {type: string}, price: {type: string, format: decimal}}
    """,
)

SPECS["stream"] = spec(
    call(
        "POST /api/v3/userDataStream",
        "startUserDataStream",
        security="USER_STREAM",
        schema="{type: object, required: [listenKey], properties: {listenKey: {type: string}}}",
        example="{listenKey: abc}",
    ),
    call(
        "PUT /api/v3/userDataStream",
        "keepaliveUserDataStream",
        security="USER_STREAM",
        parameters="- {name: listenKey, in: query, required: true, schema: {type: string}, example: abc}\n",
    ),
    call(
        "DELETE /api/v3/userDataStream/{listenKey}",
        "closeUserDataStream",
        security="USER_STREAM",
        parameters="- {name: listenKey, in: path, required: true, schema: {type: string}, example: abc}\n",
    ),
)

SPECS["orders"] = spec(
    call(
        "POST /api/v3/order",
        "newOrder",
        security="TRADE",
        keys="x-binance-success: {status: any}\nx-binance-moves-funds: true\nx-binance-when-unknown: {description: Look.}\n",
        parameters="""\
        - {name: symbol, in: query, required: true, schema: {type: string}, example: BTCUSDT}
        - {name: side, in: query, required: true, schema: {$ref: '#/components/schemas/Side'}}
        - {name: quantity, in: query, required: true, schema: {type: string, format: decimal}, example: '1'}
        - {name: price, in: query, schema: {type: number, minimum: 0.01, default: 0.5}, example: 0.1}
        - {name: timeInForce, in: query, schema: {$ref: '#/components/schemas/TimeInForce', default: GTC}}
        - {name: strategyId, in: query, schema: {type: integer, format: int64}}
        - {name: isIsolated, in: query, schema: {type: boolean, default: false}}
        - {name: level, in: query, schema: {$ref: '#/components/schemas/Level'}}
        """,
        schema="{$ref: '#/components/schemas/Order'}",
        example="{orderId: 1, status: NEW, fills: [{price: '1', commission: 0.1}], level: 2}",
    ),
    call(
        "DELETE /api/v3/order",
        "cancelOrder",
        security="TRADE",
        keys="x-binance-moves-funds: false\n",
        parameters="- {name: orderIds, in: query, required: true, explode: false, "
        "schema: {type: array, items: {type: integer, format: int64}}, example: [1, 2]}\n",
        schema="{type: array, items: {$ref: '#/components/schemas/Order'}}",
        example="[]",
    ),
    call(
        "GET /api/v3/order",
        "queryOrder",
        security="USER_DATA",
        parameters="""\
        - {name: states, in: query, schema: {type: array, items: {$ref: '#/components/schemas/Status'}}}
        - {name: amounts, in: query, explode: false, schema: {type: array, items: {type: string, format: decimal}}}
        - name: flags
          in: query
          content: {application/json: {schema: {type: array, items: {type: boolean}}}}
        """,
        schema="{$ref: '#/components/schemas/Order'}",
        example="{orderId: 1, status: NEW}",
    ),
    schemas="""\
    Side: {type: string, enum: [BUY, SELL]}
    TimeInForce: {type: string, oneOf: [{const: GTC, description: Good till cancelled.}, {const: IOC}]}
    Level: {type: integer, enum: [-1, 1, 2]}
    Status: {type: string, enum: [NEW, FILLED]}
    Order:
      type: object
      required: [orderId, status]
      properties:
        orderId: {type: integer, format: int64}
        status: {$ref: '#/components/schemas/Status', description: Where the order stands.}
        level: {$ref: '#/components/schemas/Level'}
        kind: {type: string, enum: [A, B]}
        fills:
          type: array
          items: {type: object, properties: {price: {type: string, format: decimal}, commission: {type: number}}}
    """,
)

SPECS["answers"] = spec(
    call(
        "GET /sapi/v1/tree",
        "tree",
        schema="{$ref: '#/components/schemas/Node'}",
        example="{name: root, children: [{name: leaf, children: [], parent: null}], parent: null}",
    ),
    call(
        "GET /sapi/v1/balances",
        "balances",
        schema="""\
        type: object
        additionalProperties: {type: array, items: {$ref: '#/components/schemas/Balance'}}
        """,
        example="{USDT: [{free: '1.0', locked: null, inner: {deep: {count: 1}}}]}",
    ),
    call("GET /sapi/v1/names", "names", schema="{type: array, items: {type: string}}", example="[a]"),
    call("GET /sapi/v1/price", "price", schema="{type: string, format: decimal}", example="'1.5'"),
    call(
        "GET /sapi/v1/maybe",
        "maybe",
        schema="{oneOf: [{$ref: '#/components/schemas/Balance'}, {type: array, items: {type: integer}}, "
        "{type: string}, {type: boolean}]}",
        example="[1]",
    ),
    schemas="""\
    Node:
      type: object
      required: [name, children, parent]
      properties:
        name: {type: string}
        children: {type: array, items: {$ref: '#/components/schemas/Node'}}
        parent: {oneOf: [{$ref: '#/components/schemas/Node'}, {type: 'null'}]}
        labels: {type: object, additionalProperties: {$ref: '#/components/schemas/Node'}}
    Balance:
      type: object
      required: [free, locked, inner]
      properties:
        free: {type: string, format: decimal}
        locked: {type: [string, 'null'], format: decimal}
        note: {type: [string, 'null']}
        times: {type: [array, 'null'], items: {type: integer}}
        owner: {type: [object, 'null'], properties: {id: {type: integer}}}
        heir: {$ref: '#/components/schemas/Person', description: Who gets it next.}
        kind: {type: integer, const: 3}
        inner:
          type: object
          required: [deep]
          properties: {deep: {type: object, properties: {count: {type: integer}}}}
    Person: {type: object, description: Somebody known by a number., properties: {id: {type: integer}}}
    """,
)

_TEXT = (
    "class from type list id self None title name mro count dict str int bool object field match print import lambda "
    "operation Decimal models enums httpx api msgspec property timestamp signature 1stParam symbol[] a.b-c"
)

WORDS = _TEXT.split()

_METHODS = "class from type list id self None print close api API1 errorCodes operations models 24hr"

SPECS["words"] = spec(
    call(
        "GET /api/v1/words",
        "import",
        parameters="".join(
            f"- {{name: '{word}', in: query, schema: {{type: array, items: {{type: string}}}}}}\n" for word in WORDS
        ),
        schema="type: object\nproperties:\n"
        + "".join(f"  '{word}': {{type: array, items: {{type: string}}}}\n" for word in WORDS),
    ),
    *(
        call(f"GET /api/v1/{word}", word, schema="{type: array, items: {type: integer}}", example="[1]")
        for word in _METHODS.split()
    ),
    call(
        "GET /api/v1/values",
        "values",
        parameters="- {name: word, in: query, schema: {$ref: '#/components/schemas/Word'}}\n",
        schema="{type: object, required: [list, str, int, Field], properties: "
        "{list: {type: string}, str: {type: string}, int: {type: integer}, Field: {type: boolean}, "
        "tranId: {type: integer}, dict: {type: object, additionalProperties: {type: string}}}}",
        example="{list: a, str: b, int: 1, Field: true}",
    ),
    schemas=f"Word: {{type: string, enum: [{', '.join(repr(word) for word in WORDS)}]}}\n",
)
