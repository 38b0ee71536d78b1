"""The checks hold for what the spec does not have today, so that adding an endpoint needs no change of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.specs import forget, generate

from . import test_docs, test_package
from .package import Package
from .prose_checks import names
from .reader import SPEC, Spec
from .words_checks import links

_NAME = "enlarged_binance_transfers"
_ADDED = """
/sapi/v1/asset/sweep:
  post:
    operationId: sweepAssets
    tags: [sweeping]
    summary: Sweep Assets
    description: Turns small balances into one asset.
    x-binance-zh: {summary: 小额资产归并, description: 将小额余额合并为一种资产。}
    security: [{apiKey: [], signature: []}]
    x-binance-security: USER_DATA
    x-binance-permissions:
      - {name: enableInternalTransfer, description: The API key must be allowed to sweep., x-binance-zh: API 密钥须开通归并权限。}
    x-binance-weight:
      - {scope: ip, weight: 1}
      - {scope: uid, weight: 360}
    x-binance-moves-funds: true
    x-binance-when-unknown: {description: Compare the balances., x-binance-zh: 请对比余额。}
    x-binance-source: &source {sdk: {package: binance-sdk-wallet, version: 13.8.0, read: '2026-10-23'}}
    parameters:
      - &asset
        name: asset
        in: query
        required: true
        description: The assets to sweep.
        x-binance-zh: 要归并的资产。
        schema: {type: array, minItems: 1, maxItems: 9, items: {type: string, minLength: 1}}
        example: [BTC, USDT]
      - name: ids
        in: query
        description: The ids of earlier calls.
        x-binance-zh: 此前调用的 ID。
        explode: false
        schema: {type: array, items: {type: integer, format: int64}}
      - name: kinds
        in: query
        required: true
        description: The kinds of wallets.
        x-binance-zh: 钱包的种类。
        schema: {type: array, items: {$ref: '#/components/schemas/SweepKind'}}
      - {name: amount, in: query, description: The least amount., x-binance-zh: 最小数量。, schema: {type: string, format: decimal}}
      - $ref: '#/components/parameters/recvWindow'
      - $ref: '#/components/parameters/timestamp'
    responses: &responses
      '200':
        description: What was swept.
        x-binance-zh: 归并的结果。
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Swept'}
            example: {total: '1.5', rows: [{asset: BTC, amount: '0.5'}]}
      '4XX': {$ref: '#/components/responses/Rejected'}
      '5XX': {$ref: '#/components/responses/ExecutionUnknown'}
/sapi/v1/asset/swept:
  get:
    operationId: getSweptAssets
    tags: [sweeping]
    summary: Get Swept Assets
    description: Lists what was swept.
    x-binance-zh: {summary: 查询归并结果, description: 列出归并的结果。}
    security: [{apiKey: [], signature: []}]
    x-binance-security: USER_DATA
    x-binance-weight: {scope: ip, weight: 5}
    x-binance-source: *source
    parameters:
      - *asset
      - name: prices
        in: query
        description: The prices, as JSON.
        x-binance-zh: 价格，以 JSON 表示。
        content:
          application/json:
            schema: {type: array, items: {type: string, format: decimal}}
            example: ['0.5']
      - $ref: '#/components/parameters/recvWindow'
      - $ref: '#/components/parameters/timestamp'
    responses: *responses
"""
_SCHEMAS = """
SweepKind:
  type: string
  description: A kind of wallet that can be swept.
  x-binance-zh: 可以归并的钱包种类。
  oneOf:
    - {const: SPOT, description: Spot wallet., x-binance-zh: 现货钱包。}
    - {const: MARGIN, description: Margin wallet., x-binance-zh: 杠杆钱包。}
Swept:
  type: object
  description: What was swept.
  x-binance-zh: 归并的结果。
  required: [total]
  properties:
    total: {type: string, format: decimal, description: The sum., x-binance-zh: 总和。}
    rows:
      type: array
      items:
        type: object
        required: [asset]
        properties:
          asset: {type: string, description: The asset., x-binance-zh: 资产。}
          amount: {type: string, format: decimal, description: Its amount., x-binance-zh: 数量。}
"""


@pytest.fixture(scope="module")
def enlarged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Spec, Path]]:
    folder = tmp_path_factory.mktemp("enlarged")
    data = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    data["tags"].append({"name": "sweeping", "description": "Sweeping", "x-binance-zh": "归并"})
    data["paths"] |= yaml.safe_load(_ADDED)
    data["components"]["schemas"] |= yaml.safe_load(_SCHEMAS)
    text = json.dumps(data, ensure_ascii=False)
    (folder / "spec.yaml").write_text(text, encoding="utf-8")
    yield Spec(folder / "spec.yaml"), generate(text, folder)
    forget(_NAME)


@pytest.mark.parametrize("check", test_package.CHECKS, ids=lambda check: check.__name__)
def test_the_package_of_an_enlarged_spec_is_what_that_says(
    check: test_package.Check, enlarged: tuple[Spec, Path]
) -> None:
    spec, folder = enlarged
    assert list(check(spec, Package(_NAME, folder))) == []


# The other checks compare with the files and names of this project, which has no such endpoints.
_PAGES = [check for check in test_docs.CHECKS if check not in (links, names)]


@pytest.mark.parametrize("check", _PAGES, ids=lambda check: check.__name__)
def test_the_pages_of_an_enlarged_spec_are_what_that_says(check: test_docs.Check, enlarged: tuple[Spec, Path]) -> None:
    spec, folder = enlarged
    assert list(check(spec, folder.parent / "docs")) == []
