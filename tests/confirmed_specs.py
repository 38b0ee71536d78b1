"""A small spec of transfers, and of the reads that show what became of them."""

from __future__ import annotations

from tests.specs import call, spec

ROOT = """\
x-binance-wallets:
  SPOT: {description: Spot wallet.}
  EARN: {description: Earn wallet.}
  SUB: {description: Sub-account's wallet., per: email}
tags:
  - {name: moving, description: Moving}
  - {name: reading, description: Reading}
"""
SCHEMAS = """\
Kind:
  type: string
  oneOf:
    - {const: IN, x-binance-moves: {from: SUB, to: SPOT}}
    - {const: OUT, x-binance-moves: {from: SPOT, to: SUB}}
"""
LIST = call(
    "GET /moves",
    "listMoves",
    security="USER_DATA",
    keys="""\
        tags: [reading]
        x-binance-effect: {history: {of: moveIt}}
        x-binance-paging: {page: page, size: size, rows: rows, total: total}
        """,
    parameters="""\
        - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}, example: OUT}
        - {name: begin, in: query, schema: {type: integer, format: int64}}
        - {name: end, in: query, schema: {type: integer, format: int64}}
        - {name: page, in: query, schema: {type: integer, default: 1}}
        - {name: size, in: query, schema: {type: integer, default: 2, maximum: 3}}
        """,
    schema="""\
        type: object
        required: [rows, total]
        properties:
          total: {type: integer}
          rows:
            type: array
            items:
              type: object
              required: [moveId, coin, sum, mail, state, at]
              properties:
                moveId: {type: integer}
                coin: {type: string}
                sum: {type: string, format: decimal}
                mail: {type: string}
                state: {type: string}
                at: {type: integer}
        """,
    example="{total: 1, rows: [{moveId: 7, coin: BTC, sum: '1', mail: a@b.c, state: DONE, at: 5}]}",
)
MOVE = call(
    "POST /move",
    "moveIt",
    security="TRADE",
    keys="""\
        tags: [moving]
        x-binance-moves-funds: true
        x-binance-when-unknown: {description: Look.}
        x-binance-effect:
          transfer: {by: kind, asset: asset, amount: amount, receipt: id, from: email, to: email}
        x-binance-confirm:
          settle: 30
          description: The list is complete.
          history:
            operation: listMoves
            send: {kind: kind}
            since: begin
            until: end
            rows: rows
            match: {coin: asset, sum: amount, mail: email}
            id: moveId
            time: at
            status: {field: state, executed: [DONE], pending: [WAITING], notExecuted: [FAILED, GONE]}
            days: 180
        """,
    parameters="""\
        - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}, example: OUT}
        - {name: asset, in: query, required: true, schema: {type: string}, example: BTC}
        - {name: amount, in: query, required: true, schema: {type: string, format: decimal}, example: '1'}
        - {name: email, in: query, required: true, schema: {type: string}, example: a@b.c}
        """,
    schema="{type: object, required: [id], properties: {id: {type: integer}}}",
    example="{id: 7}",
)
COLLECT = call(
    "POST /collect",
    "collectAll",
    security="TRADE",
    keys="""\
        tags: [moving]
        x-binance-moves-funds: true
        x-binance-when-unknown: {description: Look.}
        x-binance-effect: {collect: {from: [EARN], to: SPOT}}
        x-binance-confirm: {settle: 5, description: Never sure., balances: [readBalances]}
        """,
)
BALANCES = call(
    "GET /balances",
    "readBalances",
    security="USER_DATA",
    keys="""\
        tags: [reading]
        x-binance-effect:
          balances: {rows: held, asset: coin, wallets: {free: SPOT, earn: EARN}, only: coin}
        """,
    parameters="- {name: coin, in: query, schema: {type: string}}\n",
    schema="""\
        type: object
        required: [held]
        properties:
          held:
            type: array
            items:
              type: object
              required: [coin, free, earn]
              properties:
                coin: {type: string}
                free: {type: string, format: decimal}
                earn: {type: string, format: decimal}
        """,
    example="{held: [{coin: BTC, free: '1', earn: '0'}]}",
)
SUB = call(
    "GET /sub",
    "readSub",
    security="USER_DATA",
    keys="""\
        tags: [reading]
        x-binance-effect: {balances: {asset: coin, wallets: {free: SUB}, owner: email}}
        """,
    parameters="- {name: email, in: query, required: true, schema: {type: string}, example: a@b.c}\n",
    schema="""\
        type: array
        items:
          type: object
          required: [coin, free]
          properties:
            coin: {type: string}
            free: {type: string, format: decimal}
        """,
    example="[{coin: BTC, free: '1'}]",
)
OVERVIEW = call(
    "GET /wallets",
    "readWallets",
    security="USER_DATA",
    keys="""\
        tags: [reading]
        x-binance-effect:
          overview:
            name: wallet
            wallets: {Spot: SPOT, Earn: EARN}
            value: worth
            unit: quote
            detail: coins
            detailOn: withCoins
            asset: coin
            amount: free
        """,
    parameters="""\
        - {name: quote, in: query, schema: {type: string, default: BTC}}
        - {name: withCoins, in: query, schema: {type: boolean}}
        """,
    schema="""\
        type: array
        items:
          type: object
          required: [wallet, worth]
          properties:
            wallet: {type: string}
            worth: {type: string, format: decimal}
            coins:
              type: array
              items:
                type: object
                required: [coin, free]
                properties:
                  coin: {type: string}
                  free: {type: string, format: decimal}
        """,
    example="[{wallet: Spot, worth: '1', coins: [{coin: BTC, free: '1'}]}]",
)
ALLOWED = call(
    "GET /allowed",
    "readAllowed",
    security="USER_DATA",
    keys="""\
        tags: [reading]
        x-binance-effect: {permissions: {}}
        """,
    schema="{type: object, required: [enableMoving], properties: {enableMoving: {type: boolean}}}",
    example="{enableMoving: true}",
)
SEARCH = call(
    "GET /search",
    "search",
    security="USER_DATA",
    keys="""\
        tags: [reading]
        x-binance-exclusive:
          - {parameters: [moveId, begin], required: true}
          - {parameters: [moveId, coin]}
        x-binance-window: {from: begin, to: end, days: 30}
        """,
    parameters="""\
        - {name: moveId, in: query, schema: {type: integer}, example: 7}
        - {name: begin, in: query, schema: {type: integer}}
        - {name: end, in: query, schema: {type: integer}}
        - {name: coin, in: query, schema: {type: string}}
        """,
)
READS = (LIST, BALANCES, SUB, OVERVIEW, ALLOWED, SEARCH)
TEXT = spec(LIST, MOVE, COLLECT, BALANCES, SUB, OVERVIEW, ALLOWED, SEARCH, schemas=SCHEMAS, root=ROOT)
"""The reads come before the transfers in part, so that the order of the tags is what decides."""
