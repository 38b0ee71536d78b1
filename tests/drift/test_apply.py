"""Updates are edits of the lines that state a fact; what needs a person is left, with the reason, and stale texts are listed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import pytest

from generator.diff.revisions import Spec as State
from generator.diff.walk import compare as diff
from generator.drift.apply import apply
from generator.drift.update import (
    CallLimitUpdate,
    ParameterAdded,
    RequiredUpdate,
    SourceDate,
    Update,
    ValueAdded,
    ValueRemoved,
    WeightUpdate,
)
from generator.ir.build import build
from generator.openapi.document import read
from generator.openapi.load import load
from generator.sources import CallLimit, Endpoint, PageParameter
from tests.importer.filling import filled

TEXT = """\
openapi: 3.1.0
info: {title: Test, version: 1.2.3, x-binance-zh: 测试}
servers:
  - {url: https://api.example.com}
# The budgets.
x-binance-rate-limits: {ip: {weight: 1200, seconds: 60}, uid: {weight: 1200, seconds: 60}}
x-binance-wallets:
  MAIN: {description: Main wallet, x-binance-zh: 主钱包}
paths:
  /sapi/v1/move:
    post:  # the first
      operationId: move
      summary: Move
      x-binance-zh: 划转
      security: []
      x-binance-security: NONE
      x-binance-weight: {scope: ip, weight: 100}  # as of May
      x-binance-moves-funds: false
      x-binance-source:
        en: {url: https://example.com/move, read: '2026-01-02'}
        zh-CN: {url: https://example.com/zh-CN/move, read: '2026-01-02'}
      parameters:
        # Which way.
        - name: kind
          in: query
          required: true
          schema: {$ref: '#/components/schemas/Kind'}
        - {name: size, in: query, schema: {$ref: '#/components/schemas/Size'}}
        - $ref: '#/components/parameters/window'
      responses:
        '200': {$ref: '#/components/responses/Done'}
  /sapi/v1/watch:
    get:
      operationId: watch
      summary: Watch
      x-binance-zh: 查询
      security: []
      x-binance-security: NONE
      x-binance-weight:
        scope: ip
        weight: 1
      x-binance-call-limit: {calls: 10, seconds: 60}
      x-binance-source: {en: {url: https://example.com/watch, read: '2026-01-02'}}
      parameters:
        - {name: size, in: query, schema: {$ref: '#/components/schemas/Size'}}
        - $ref: '#/components/parameters/window'
      responses:
        '200': {$ref: '#/components/responses/Done'}
  /sapi/v1/ping:
    get:
      operationId: ping
      summary: Ping
      x-binance-zh: 测试连通
      security: []
      x-binance-security: NONE
      x-binance-weight: {scope: ip, weight: 1}
      x-binance-source: {en: {url: https://example.com/ping, read: '2026-01-02'}}
      responses:
        '200': {$ref: '#/components/responses/Done'}
components:
  parameters:
    window: {name: window, in: query, required: false, schema: {type: integer}, example: 5}
  responses:
    Done:
      description: Done.
      x-binance-zh: 完成。
      content: {application/json: {schema: {type: object, properties: {}}, example: {}}}
  schemas:
    Kind:
      type: string
      oneOf:
        - const: IN
          description: Into it.
          x-binance-zh: 转入。
          x-binance-moves: {from: MAIN, to: MAIN}
        - const: OUT
          description: Out of it.
          x-binance-zh: 转出。
    Size:
      type: integer
      enum: [1, 5]

    # The end.
"""
MOVE, WATCH = Endpoint("POST", "/sapi/v1/move"), Endpoint("GET", "/sapi/v1/watch")
PING = Endpoint("GET", "/sapi/v1/ping")
LIMIT = PageParameter("limit", "INT", required=False, text="", minimum=Decimal(1), maximum=Decimal(100), default="10")
SIDE = PageParameter("side", "ENUM", required=False, text="", values=(("BUY", "Buys"),))
NOTE = PageParameter("note", "STRING", required=False, text="Words of yours")
GAP_EN, GAP_ZH = "description: '??? Say in English what", "x-binance-zh: '??? Say in Chinese what"
GAP_MOVES = "x-binance-moves: {from: '??? Name the wallet.', to: '??? Name the wallet.'}"
BEFORE = load("spec.yaml", TEXT.encode())


def lines(before: bytes, after: bytes) -> list[str]:
    """Return the lines that are gone and new, as a diff prints them."""
    old, new = before.decode().splitlines(), after.decode().splitlines()
    printed = difflib.unified_diff(old, new, n=0, lineterm="")
    return [line for line in printed if line[:1] in "+-" and line[:3] not in ("---", "+++")]


class Case(NamedTuple):
    """Updates, and what they make of the spec."""

    updates: Sequence[Update]
    lines: list[str]
    applied: list[str]
    facts: list[tuple[str, str]]
    """What `diff` finds: the fact and its subject."""


CASES = {
    "a weight": Case(
        [WeightUpdate(MOVE, "weight", 150)],
        [
            "-      x-binance-weight: {scope: ip, weight: 100}  # as of May",
            "+      x-binance-weight: {scope: ip, weight: 150}  # as of May",
        ],
        ["17: POST /sapi/v1/move: weight 100 -> 150."],
        [("weight", "")],
    ),
    "a weight in lines of its own": Case(
        [WeightUpdate(WATCH, "weight", 2), WeightUpdate(WATCH, "scope", "uid")],
        ["-        scope: ip", "-        weight: 1", "+        scope: uid", "+        weight: 2"],
        ["40: GET /sapi/v1/watch: scope ip -> uid.", "41: GET /sapi/v1/watch: weight 1 -> 2."],
        [("scope", ""), ("weight", "")],
    ),
    "a cap": Case(
        [CallLimitUpdate(WATCH, CallLimit(20, 3600))],
        [
            "-      x-binance-call-limit: {calls: 10, seconds: 60}",
            "+      x-binance-call-limit: {calls: 20, seconds: 3600}",
        ],
        ["42: GET /sapi/v1/watch: calls 10 -> 20. seconds 60 -> 3600."],
        [("call limit", "")],
    ),
    "a cap that is new": Case(
        [CallLimitUpdate(MOVE, CallLimit(5, 1))],
        ["+      x-binance-call-limit: {calls: 5, seconds: 1}"],
        ["18: POST /sapi/v1/move: a cap of 5 calls per 1 seconds is new."],
        [("call limit", "")],
    ),
    "a cap that is gone": Case(
        [CallLimitUpdate(WATCH, None)],
        ["-      x-binance-call-limit: {calls: 10, seconds: 60}"],
        ["34: GET /sapi/v1/watch: the cap of 10 calls per 60 seconds is gone."],
        [("call limit", "")],
    ),
    "a parameter that may be left out now": Case(
        [RequiredUpdate(MOVE, "kind", required=False)],
        ["-          required: true", "+          required: false"],
        ["26: POST /sapi/v1/move: kind required true -> false."],
        [("required", "kind")],
    ),
    "a parameter that must be sent now, of which the spec said nothing": Case(
        [RequiredUpdate(MOVE, "size", required=True)],
        [
            "-        - {name: size, in: query, schema: {$ref: '#/components/schemas/Size'}}",
            "+        - {name: size, in: query, required: true, schema: {$ref: '#/components/schemas/Size'}}",
        ],
        ["28: POST /sapi/v1/move: size required false -> true."],
        [("required", "size")],
    ),
    "a shared parameter, on every page": Case(
        [RequiredUpdate(MOVE, "window", required=True), RequiredUpdate(WATCH, "window", required=True)],
        [
            "-    window: {name: window, in: query, required: false, schema: {type: integer}, example: 5}",
            "+    window: {name: window, in: query, required: true, schema: {type: integer}, example: 5}",
        ],
        ["62: POST /sapi/v1/move: window required false -> true."],
        [("required", "window")],
    ),
    "values with words": Case(
        [
            ValueAdded(MOVE, "kind", "ASIDE", {"en": "To the side", "zh-CN": "旁边"}, ("IN", "ASIDE", "UP")),
            ValueAdded(MOVE, "kind", "UP", {}, ("IN", "ASIDE", "UP")),
        ],
        [
            "+        - const: ASIDE",
            f"+          {GAP_EN} the value means. The page says: To the side'",
            f"+          {GAP_ZH} the value means. The page says: 旁边'",
            f"+          {GAP_MOVES}",
            "+        - const: UP",
            f"+          {GAP_EN} the value means.'",
            f"+          {GAP_ZH} the value means.'",
            f"+          {GAP_MOVES}",
        ],
        ["76: POST /sapi/v1/move: kind has the new value ASIDE.", "80: POST /sapi/v1/move: kind has the new value UP."],
        [("enum value", "Kind.ASIDE"), ("enum value", "Kind.UP")],
    ),
    "numbers behind the same one": Case(
        [ValueAdded(at, "size", value, {}, ("1", "2", "3")) for at in (MOVE, WATCH) for value in ("2", "3")],
        ["-      enum: [1, 5]", "+      enum: [1, 2, 3, 5]"],
        ["81: POST /sapi/v1/move: size has the new value 2.", "81: POST /sapi/v1/move: size has the new value 3."],
        [("enum value", "Size.VALUE_2"), ("enum value", "Size.VALUE_3")],
    ),
    "a value that is gone": Case(
        [ValueRemoved(MOVE, "kind", "OUT")],
        ["-        - const: OUT", "-          description: Out of it.", "-          x-binance-zh: 转出。"],
        ["72: POST /sapi/v1/move: kind has no value OUT any more."],
        [("enum value", "Kind.OUT")],
    ),
    "a parameter": Case(
        [ParameterAdded(MOVE, "kind", {"en": NOTE})],
        [
            "+        - name: note",
            "+          in: query",
            "+          required: false",
            f"+          {GAP_EN} the parameter is. The page says: Words of yours'",
            f"+          {GAP_ZH} the parameter is.'",
            "+          schema: {type: string, minLength: 1}",
        ],
        ["28: POST /sapi/v1/move: note is a new parameter."],
        [("parameter", "note")],
    ),
    "the first parameters": Case(
        [ParameterAdded(PING, None, {"en": LIMIT}), ParameterAdded(PING, "limit", {"en": SIDE})],
        [
            "+      parameters:",
            "+        - name: limit",
            "+          in: query",
            "+          required: false",
            f"+          {GAP_EN} the parameter is.'",
            f"+          {GAP_ZH} the parameter is.'",
            "+          schema: {type: integer, format: int32, minimum: 1, maximum: 100, default: 10}",
            "+        - name: side",
            "+          in: query",
            "+          required: false",
            f"+          {GAP_EN} the parameter is.'",
            f"+          {GAP_ZH} the parameter is.'",
            "+          schema: {$ref: '#/components/schemas/PingSide'}",
            "+    PingSide:",
            "+      type: string",
            f"+      {GAP_EN} the values tell apart.'",
            f"+      {GAP_ZH} the values tell apart.'",
            "+      oneOf:",
            "+        - const: BUY",
            f"+          {GAP_EN} the value means. The page says: Buys'",
            f"+          {GAP_ZH} the value means.'",
            "+",
        ],
        ["59: GET /sapi/v1/ping: limit is a new parameter.", "65: GET /sapi/v1/ping: side is a new parameter."],
        [("parameter", "limit"), ("parameter", "side"), ("enum", "PingSide")],
    ),
    "a date": Case(
        [SourceDate(MOVE, "en", "2026-02-03")],
        [
            "-        en: {url: https://example.com/move, read: '2026-01-02'}",
            "+        en: {url: https://example.com/move, read: '2026-02-03'}",
        ],
        ["20: POST /sapi/v1/move: en page read 2026-01-02 -> 2026-02-03."],
        [("page date", "page en")],
    ),
    "a date of before": Case([SourceDate(MOVE, "en", "2025-02-03")], [], [], []),
}


@pytest.mark.parametrize("name", CASES)
def test_an_update_is_an_edit_of_the_lines_that_state_it(name: str) -> None:
    case = CASES[name]
    result = apply("spec.yaml", TEXT.encode(), case.updates)
    assert lines(TEXT.encode(), result.source) == case.lines
    assert [f"{applied.line}: {applied.message}" for applied in result.applied] == case.applied
    assert result.left == ()
    again = apply("spec.yaml", result.source, case.updates)
    assert (again.source, again.applied, again.left) == (result.source, (), ())
    document = load("spec.yaml", filled(result.source))
    changes = diff(State(BEFORE, build(BEFORE)), State(document, build(document))).changes
    assert [(change.fact, change.subject) for change in changes] == case.facts


ELSE = "of which no page was read that says so; decide whether it holds for all of them, or write a list of its own."
LEFT: dict[str, tuple[Sequence[Update], list[str]]] = {
    "an operation that is not there": (
        [WeightUpdate(Endpoint("GET", "/sapi/v1/move"), "weight", 1)],
        ["11: GET /sapi/v1/move: the spec has no such operation."],
    ),
    "a parameter that is not there": (
        [RequiredUpdate(MOVE, "kinds", required=False)],
        ["12: POST /sapi/v1/move: there is no parameter kinds; there are: kind, size, window. Did you mean kind?"],
    ),
    "a value that is no number": (
        [ValueAdded(WATCH, "size", "big", {}, ("big",))],
        ["81: GET /sapi/v1/watch: size takes numbers, and the page lists big; decide."],
    ),
    "values that others have too": (
        [ValueAdded(WATCH, "size", value, {}, ("7", "8")) for value in ("7", "8")],
        [
            f"81: GET /sapi/v1/watch: the page lists {value} of size too, but Size is used by POST /sapi/v1/move too, {ELSE}"
            for value in (7, 8)
        ],
    ),
    "a shared parameter, on one page": (
        [RequiredUpdate(MOVE, "window", required=True)],
        [
            f"62: POST /sapi/v1/move: window must be sent on the page, but window is used by GET /sapi/v1/watch too, {ELSE}",
        ],
    ),
    "the last value": (
        [ValueRemoved(MOVE, "kind", "IN"), ValueRemoved(MOVE, "kind", "OUT")],
        [
            (
                "72: POST /sapi/v1/move: the page has no value OUT of kind any more, and it is the only one here; "
                "write what it can be now."
            ),
        ],
    ),
    "parameters that may have to be sent": (
        [
            ParameterAdded(MOVE, None, {"en": PageParameter(name, "LONG", required=required, text="")})
            for name, required in (("must", True), ("may", None))
        ],
        [
            f"12: POST /sapi/v1/move: {name} is new and may have to be sent; write it, since every caller must change."
            for name in ("must", "may")
        ],
    ),
    "a page in another language": (
        [SourceDate(PING, "zh-CN", "2026-02-03")],
        ["57: GET /sapi/v1/ping: x-binance-source names no page in zh-CN; write it."],
    ),
    "the date of a page of which something is left": (
        [
            SourceDate(MOVE, "en", "2026-02-03"),
            ValueAdded(MOVE, "window", "5", {}, ("5",)),
            SourceDate(WATCH, "en", "2025-01-01"),
        ],
        [
            "12: POST /sapi/v1/move: window lists no values; decide whether 5 makes an enum of it.",
            "20: POST /sapi/v1/move: the date of the en page stays until the rest is done.",
        ],
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_needs_a_person_is_left(name: str) -> None:
    updates, messages = LEFT[name]
    left = apply("spec.yaml", TEXT.encode(), updates).left
    assert [f"{item.location}: {item.message}" for item in left] == messages


def test_a_value_that_takes_the_place_of_the_only_one_needs_no_person() -> None:
    source = apply("spec.yaml", TEXT.encode(), [ValueRemoved(MOVE, "kind", "OUT")]).source
    result = apply(
        "spec.yaml", source, [ValueRemoved(MOVE, "kind", "IN"), ValueAdded(MOVE, "kind", "NEW", {}, ("NEW",))]
    )
    assert [applied.message for applied in result.applied] == [
        "POST /sapi/v1/move: kind has no value IN any more.",
        "POST /sapi/v1/move: kind has the new value NEW.",
    ]
    assert result.left == ()
    assert b"const: IN\n" not in result.source


def test_new_values_stand_in_the_order_of_the_page() -> None:
    names = tuple(f"VALUE_{number}" for number in range(300))
    updates = [ValueAdded(MOVE, "kind", name, {}, ("IN", *names)) for name in names]
    result = apply("spec.yaml", TEXT.encode(), updates)
    assert [applied.message.split()[-1] for applied in result.applied] == [f"{name}." for name in names]
    assert [branch["const"] for branch in read("", result.source).data["components"]["schemas"]["Kind"]["oneOf"]] == [
        "IN",
        *names,
        "OUT",
    ]
