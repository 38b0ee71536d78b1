"""Shows that a description ends as a sentence wherever it is printed, whatever the text of the spec ends with."""

from __future__ import annotations

import json
from functools import cache

import pytest

from generator.ir.build import build
from generator.openapi.load import load
from generator.render.package import PACKAGE, render

CLIENT = f"{PACKAGE}/client.py"
TEMPLATE = """\
openapi: 3.1.0
info: {{title: Test, description: {en}, version: 1.2.3, x-binance-zh: {{title: 测试, description: {zh}}}}}
servers: [{{url: https://api.example.com, description: {en}, x-binance-zh: {zh}}}]
x-binance-rate-limits: {{ip: {{weight: 1200, seconds: 60}}}}
x-binance-errors:
  - {{code: -1, name: ONE, description: {en}, x-binance-zh: {zh}, outcome: unknown, documented: true}}
paths:
  /sapi/v1/list:
    post:
      operationId: listThem
      summary: List Them
      description: {en}
      x-binance-zh: {{summary: 列出, description: {zh}}}
      security: []
      x-binance-security: NONE
      x-binance-weight: {{scope: ip, weight: 1}}
      x-binance-moves-funds: true
      x-binance-when-unknown: {{description: {en}, x-binance-zh: {zh}}}
      x-binance-note: [{{description: {en}, x-binance-zh: {zh}}}]
      x-binance-permissions: [{{name: enableIt, description: {en}, x-binance-zh: {zh}}}]
      x-binance-source: {{en: {{url: https://example.com/page, read: '2026-01-02'}}}}
      parameters:
        - {{name: status, in: query, description: {en}, x-binance-zh: {zh}, schema: {{$ref: '#/components/schemas/Status'}}}}
      responses:
        '200':
          description: {en}
          x-binance-zh: {zh}
          content:
            application/json:
              schema:
                type: object
                description: {en}
                x-binance-zh: {zh}
                properties: {{id: {{type: integer, description: {en}, x-binance-zh: {zh}}}}}
              example: {{id: 1}}
components:
  schemas:
    Status:
      {{type: string, description: {en}, x-binance-zh: {zh}, oneOf: [{{const: IN, description: In it, x-binance-zh: 转入}}]}}
"""


def files(english: str, chinese: str) -> dict[str, str]:
    quoted = {"en": json.dumps(english), "zh": json.dumps(chinese)}
    return {
        path: content.decode()
        for path, content in render(build(load("spec", TEMPLATE.format(**quoted).encode()))).items()
    }


@cache
def ended() -> dict[str, str]:
    return files("Waiting for them.", "等待确认。")


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Waiting for them", "等待确认"),
        ("Waiting for them,", "等待确认，"),
        ("Waiting for them; ", "等待确认；"),
        ("Waiting for them:", "等待确认："),
    ],
)
def test_every_file_is_that_of_a_text_that_ends_as_a_sentence(english: str, chinese: str) -> None:
    assert files(english, chinese) == ended()


@pytest.mark.parametrize("end", [".", "!", "?", "...", ".)", '."', "…"])
def test_an_ended_sentence_stays_as_it_is(end: str) -> None:
    assert f"status: Waiting for them{end} One of `Status`." in files(f"Waiting for them{end}", "等待确认。")[CLIENT]


def test_what_a_docstring_appends_follows_a_full_stop() -> None:
    printed = files("1: Waiting User confirm", "1：等待用户确认")
    assert "status: 1: Waiting User confirm. One of `Status`." in printed[CLIENT]
    assert "1：等待用户确认。" in printed["docs/zh-CN/endpoints/list_them.md"]


def test_a_name_gets_no_full_stop() -> None:
    assert all("In it." not in text and "转入。" not in text for text in ended().values())
