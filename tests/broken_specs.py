"""Makes specs with errors: a valid one, the changes that break it, and the messages that are expected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generator.__main__ import main

VALID = """\
openapi: 3.1.0
info: {title: Test, version: 1.2.3, x-binance-zh: 测试}
servers:
  - url: https://api.example.com
x-binance-rate-limits:
  ip: {weight: 1200, seconds: 60}
x-binance-wallets:
  MAIN: {description: Spot wallet, x-binance-zh: 现货钱包}
x-binance-errors:
  - {code: -1000, name: UNKNOWN, description: Failed., x-binance-zh: 失败。, outcome: unknown, documented: true}
paths:
  /sapi/v1/transfer/{account}:
    post:
      operationId: transfer
      summary: Transfer
      x-binance-zh: 划转
      security: [{apiKey: [], signature: []}]
      x-binance-security: TRADE
      x-binance-weight: {scope: ip, weight: 100}
      x-binance-moves-funds: true
      x-binance-when-unknown: {description: Look., x-binance-zh: 查看。}
      x-binance-requires: [{parameter: symbol, when: {parameter: kind, in: [OUT]}}]
      x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}
      parameters:
        - {name: account, in: path, required: true, schema: {type: integer}, example: 7}
        - {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: symbol, in: query, schema: {type: string, minLength: 3}, example: BTC}
        - {name: amount, in: query, required: true, schema: {type: string, format: decimal}, example: '1.5'}
        - $ref: '#/components/parameters/timestamp'
      responses:
        '200':
          description: Done.
          x-binance-zh: 完成。
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Receipt'}
              example: {tranId: 1}
  /sapi/v1/balance:
    get:
      operationId: balance
      summary: Balance
      x-binance-zh: 余额
      security: []
      x-binance-security: NONE
      x-binance-weight: {scope: ip, weight: 1}
      x-binance-source: {en: {url: https://example.com/page, read: '2026-01-02'}}
      responses:
        '200':
          description: The balance.
          x-binance-zh: 余额。
          content:
            application/json:
              schema: {type: object, properties: {free: {type: number}}}
              example: {free: 1.5}
components:
  securitySchemes:
    apiKey: {type: apiKey, in: header, name: X-MBX-APIKEY}
    signature: {type: apiKey, in: query, name: signature}
  parameters:
    timestamp: {name: timestamp, in: query, required: true, schema: {type: integer, format: int64}}
  schemas:
    Kind:
      type: string
      oneOf:
        - {const: IN}
        - {const: OUT}
    Receipt:
      type: object
      required: [tranId]
      properties:
        tranId: {type: integer}
"""
"""A spec without errors. The tests change it, and count lines and columns in it."""


TRANSFER = "{transfer: {by: kind, asset: asset, amount: amount, receipt: tranId, from: symbol, to: symbol}}"


def with_effect(effect: str) -> dict[str, str]:
    """Return the change that gives the first operation an effect, and what an effect can name."""
    return {
        "x-binance-moves-funds: true": f"x-binance-moves-funds: true\n      x-binance-effect: {effect}",
        "  MAIN: {": "  CASH: {description: Cash, x-binance-zh: 现金}\n  PAIR: {description: Pair, x-binance-zh: 币对, per: symbol}\n  MAIN: {",
        "        - {name: amount,": "        - {name: asset, in: query, required: true, schema: {type: string}, example: BTC}\n        - {name: amount,",
        "{const: IN}": "{const: IN, x-binance-moves: {from: PAIR, to: PAIR}}",
        "{const: OUT}": "{const: OUT, x-binance-moves: {from: PAIR, to: MAIN}}",
    }


def case(name: str, change: Mapping[str, str] | str | bytes, *lines: str) -> Any:
    """Make a case: what is changed in the spec, or used instead of it, and the lines that are printed."""
    return pytest.param(change, lines, id=name)


def changed(change: Mapping[str, str] | str | bytes) -> bytes:
    if isinstance(change, bytes):
        return change
    if isinstance(change, str):
        return change.encode()
    text = VALID
    for old, new in change.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text.encode()


def run(spec: bytes, *arguments: str) -> int:
    """Run the generator on a spec in the current folder, so that its name in messages is spec.yaml."""
    Path("spec.yaml").write_bytes(spec)
    return main(["--spec", "spec.yaml", "--out", "out", *arguments])


def check_errors(
    change: Mapping[str, str] | str | bytes, lines: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Assert that a changed spec prints these errors, and that nothing is written."""
    assert run(changed(change)) == 2
    output = capsys.readouterr()
    assert output.err.splitlines() == [f"spec.yaml:{line}" for line in lines]
    assert output.out == ""
    assert not Path("out").exists()
