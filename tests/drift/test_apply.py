"""Updates are edits of the lines that state a fact; what needs a person is left, with the reason, and stale texts are listed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from decimal import Decimal

import pytest

from generator.drift.apply import apply
from generator.drift.update import (
    CallLimitUpdate,
    ParameterAdded,
    RequiredUpdate,
    SourceDate,
    Update,
    ValueRemoved,
    ValuesAdded,
    WeightUpdate,
)
from generator.ir.build import build
from generator.openapi.document import read
from generator.openapi.load import load
from generator.sources import CallLimit, Endpoint, Parameter
from tests.importer.filling import filled

TEXT = """\
openapi: 3.1.0
info: {title: Test, version: 1.2.3, x-binance-zh: 测试}
servers:
  - {url: https://api.example.com}
x-binance-rate-limits:
  ip: {weight: 1200, seconds: 60}
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
      x-binance-moves-funds: true
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
LIMIT = Parameter("limit", "INT", required=False, text="", minimum=Decimal(1), maximum=Decimal(100), default="10")


def lines(before: bytes, after: bytes) -> list[str]:
    """Return the lines that went and came, as a diff shows them."""
    old, new = before.decode().splitlines(), after.decode().splitlines()
    return [
        line
        for line in difflib.unified_diff(old, new, n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in ("---", "+++")
    ]


CASES: dict[str, tuple[Sequence[Update], list[str], list[str]]] = {
    "a weight": (
        [WeightUpdate(MOVE, "weight", 150)],
        [
            "-      x-binance-weight: {scope: ip, weight: 100}  # as of May",
            "+      x-binance-weight: {scope: ip, weight: 150}  # as of May",
        ],
        ["17: POST /sapi/v1/move: weight 100 -> 150."],
    ),
    "a weight that stands in a line of its own": (
        [WeightUpdate(WATCH, "weight", 2), WeightUpdate(WATCH, "scope", "uid")],
        ["-        scope: ip", "-        weight: 1", "+        scope: uid", "+        weight: 2"],
        ["40: GET /sapi/v1/watch: scope ip -> uid.", "41: GET /sapi/v1/watch: weight 1 -> 2."],
    ),
    "a cap": (
        [CallLimitUpdate(WATCH, CallLimit(20, 60))],
        [
            "-      x-binance-call-limit: {calls: 10, seconds: 60}",
            "+      x-binance-call-limit: {calls: 20, seconds: 60}",
        ],
        ["42: GET /sapi/v1/watch: calls 10 -> 20."],
    ),
    "a cap in both ways": (
        [CallLimitUpdate(WATCH, CallLimit(20, 3600))],
        [
            "-      x-binance-call-limit: {calls: 10, seconds: 60}",
            "+      x-binance-call-limit: {calls: 20, seconds: 3600}",
        ],
        ["42: GET /sapi/v1/watch: calls 10 -> 20. seconds 60 -> 3600."],
    ),
    "a cap that is new": (
        [CallLimitUpdate(MOVE, CallLimit(5, 1))],
        ["+      x-binance-call-limit: {calls: 5, seconds: 1}"],
        ["18: POST /sapi/v1/move: a cap of 5 calls per 1 seconds is new."],
    ),
    "a cap that is gone": (
        [CallLimitUpdate(WATCH, None)],
        ["-      x-binance-call-limit: {calls: 10, seconds: 60}"],
        ["34: GET /sapi/v1/watch: the cap of 10 calls per 60 seconds is gone."],
    ),
    "a parameter that may be left out now": (
        [RequiredUpdate(MOVE, "kind", required=False)],
        ["-          required: true", "+          required: false"],
        ["26: POST /sapi/v1/move: kind required true -> false."],
    ),
    "a parameter that must be sent now, of which the spec said nothing": (
        [RequiredUpdate(MOVE, "size", required=True)],
        [
            "-        - {name: size, in: query, schema: {$ref: '#/components/schemas/Size'}}",
            "+        - {name: size, in: query, required: true, schema: {$ref: '#/components/schemas/Size'}}",
        ],
        ["28: POST /sapi/v1/move: size required false -> true."],
    ),
    "a shared parameter, on every page": (
        [RequiredUpdate(MOVE, "window", required=True), RequiredUpdate(WATCH, "window", required=True)],
        [
            "-    window: {name: window, in: query, required: false, schema: {type: integer}, example: 5}",
            "+    window: {name: window, in: query, required: true, schema: {type: integer}, example: 5}",
        ],
        ["62: POST /sapi/v1/move: window required false -> true."],
    ),
    "values with words": (
        [
            ValuesAdded(MOVE, "kind", {"ASIDE": {"en": "To the side", "zh-CN": "旁边"}}, ("IN", "ASIDE", "UP")),
            ValuesAdded(MOVE, "kind", {"UP": {}}, ("IN", "ASIDE", "UP")),
        ],
        [
            "+        - const: ASIDE",
            "+          description: '??? Say in English what the value means. The page says: To the side'",
            "+          x-binance-zh: '??? Say in Chinese what the value means. The page says: 旁边'",
            "+          x-binance-moves: {from: '??? Name the wallet.', to: '??? Name the wallet.'}",
            "+        - const: UP",
            "+          description: '??? Say in English what the value means.'",
            "+          x-binance-zh: '??? Say in Chinese what the value means.'",
            "+          x-binance-moves: {from: '??? Name the wallet.', to: '??? Name the wallet.'}",
        ],
        ["76: POST /sapi/v1/move: kind has the new value ASIDE.", "80: POST /sapi/v1/move: kind has the new value UP."],
    ),
    "values that stand behind the same one": (
        [
            ValuesAdded(endpoint, "size", {value: {}}, ("1", "2", "3"))
            for endpoint in (MOVE, WATCH)
            for value in ("2", "3")
        ],
        ["-      enum: [1, 5]", "+      enum: [1, 2, 3, 5]"],
        ["81: POST /sapi/v1/move: size has the new value 2.", "81: POST /sapi/v1/move: size has the new value 3."],
    ),
    "a value that is gone": (
        [ValueRemoved(MOVE, "kind", "OUT")],
        ["-        - const: OUT", "-          description: Out of it.", "-          x-binance-zh: 转出。"],
        ["72: POST /sapi/v1/move: kind has no value OUT any more."],
    ),
    "a parameter": (
        [ParameterAdded(MOVE, "kind", {"en": Parameter("note", "STRING", required=False, text="Words of yours")})],
        [
            "+        - name: note",
            "+          in: query",
            "+          required: false",
            "+          description: '??? Say in English what the parameter is. The page says: Words of yours'",
            "+          x-binance-zh: '??? Say in Chinese what the parameter is.'",
            "+          schema: {type: string, minLength: 1}",
        ],
        ["28: POST /sapi/v1/move: note is a new parameter."],
    ),
    "the first parameter": (
        [ParameterAdded(PING, None, {"en": LIMIT})],
        [
            "+      parameters:",
            "+        - name: limit",
            "+          in: query",
            "+          required: false",
            "+          description: '??? Say in English what the parameter is.'",
            "+          x-binance-zh: '??? Say in Chinese what the parameter is.'",
            "+          schema: {type: integer, format: int32, minimum: 1, maximum: 100, default: 10}",
        ],
        ["59: GET /sapi/v1/ping: limit is a new parameter."],
    ),
    "a parameter with values": (
        [
            ParameterAdded(
                PING, None, {"en": Parameter("side", "ENUM", required=False, text="", values=(("BUY", "Buys"),))}
            )
        ],
        [
            "+      parameters:",
            "+        - name: side",
            "+          in: query",
            "+          required: false",
            "+          description: '??? Say in English what the parameter is.'",
            "+          x-binance-zh: '??? Say in Chinese what the parameter is.'",
            "+          schema: {$ref: '#/components/schemas/PingSide'}",
            "+    PingSide:",
            "+      type: string",
            "+      description: '??? Say in English what the values tell apart.'",
            "+      x-binance-zh: '??? Say in Chinese what the values tell apart.'",
            "+      oneOf:",
            "+        - const: BUY",
            "+          description: '??? Say in English what the value means. The page says: Buys'",
            "+          x-binance-zh: '??? Say in Chinese what the value means.'",
            "+",
        ],
        ["59: GET /sapi/v1/ping: side is a new parameter."],
    ),
    "a date": (
        [SourceDate(MOVE, "en", "2026-02-03")],
        [
            "-        en: {url: https://example.com/move, read: '2026-01-02'}",
            "+        en: {url: https://example.com/move, read: '2026-02-03'}",
        ],
        ["20: POST /sapi/v1/move: en page read 2026-01-02 -> 2026-02-03."],
    ),
    "a date of before": ([SourceDate(MOVE, "en", "2025-02-03")], [], []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_an_edit_of_the_lines_that_say_it(name: str) -> None:
    changes, diff, told = CASES[name]
    result = apply("spec.yaml", TEXT.encode(), changes)
    assert lines(TEXT.encode(), result.source) == diff
    assert [f"{each.line}: {each.message}" for each in result.applied] == told
    assert result.left == ()
    again = apply("spec.yaml", result.source, changes)
    assert (again.source, again.applied, again.left) == (result.source, (), ())


@pytest.mark.parametrize("name", CASES)
def test_the_edited_spec_has_no_error_but_gaps(name: str) -> None:
    source = apply("spec.yaml", TEXT.encode(), CASES[name][0]).source.replace(b"scope: uid", b"scope: ip")
    build(load("spec.yaml", filled(source)))


LEFT: dict[str, tuple[Sequence[Update], list[str]]] = {
    "an operation that is not there": (
        [WeightUpdate(Endpoint("GET", "/sapi/v1/move"), "weight", 1)],
        ["spec.yaml:11: GET /sapi/v1/move: the spec has no such operation."],
    ),
    "a parameter that is not there": (
        [RequiredUpdate(MOVE, "kinds", required=False)],
        [
            (
                "spec.yaml:12: POST /sapi/v1/move: there is no parameter kinds; there are: kind, size, window. "
                "Did you mean kind?"
            )
        ],
    ),
    "a value of a parameter that has none": (
        [ValuesAdded(MOVE, "window", {"5": {}}, ("5",))],
        ["spec.yaml:12: POST /sapi/v1/move: window lists no values; decide whether 5 makes an enum of it."],
    ),
    "a value that is no number": (
        [ValuesAdded(WATCH, "size", {"big": {}}, ("big",))],
        ["spec.yaml:81: GET /sapi/v1/watch: size takes numbers, and the page lists big; decide."],
    ),
    "a value that others have too": (
        [ValuesAdded(WATCH, "size", {value: {}}, ("7", "8")) for value in ("7", "8")],
        [
            (
                "spec.yaml:81: GET /sapi/v1/watch: the page lists 7, 8 of size too, but Size is used by POST /sapi/v1/move "
                "too, of which no page was read that says so; decide whether it holds for all of them, or write a list of "
                "its own."
            )
        ],
    ),
    "a shared parameter, on one page": (
        [RequiredUpdate(MOVE, "window", required=True)],
        [
            (
                "spec.yaml:62: POST /sapi/v1/move: window must be sent on the page, but window is used by "
                "GET /sapi/v1/watch too, of which no page was read that says so; decide whether it holds for all of them, "
                "or write a list of its own."
            )
        ],
    ),
    "the last value": (
        [ValueRemoved(MOVE, "kind", "IN"), ValueRemoved(MOVE, "kind", "OUT")],
        [
            (
                "spec.yaml:72: POST /sapi/v1/move: the page has no value OUT of kind any more, and it is the only one "
                "here; write what it can be now."
            )
        ],
    ),
    "a parameter that must be sent": (
        [ParameterAdded(MOVE, None, {"en": Parameter("must", "LONG", required=True, text="")})],
        [
            "spec.yaml:12: POST /sapi/v1/move: must is new and may have to be sent; write it, since every caller must change."
        ],
    ),
    "a parameter of which nobody knows": (
        [ParameterAdded(MOVE, None, {"en": Parameter("must", "LONG", required=None, text="")})],
        [
            "spec.yaml:12: POST /sapi/v1/move: must is new and may have to be sent; write it, since every caller must change."
        ],
    ),
    "a page in another language": (
        [SourceDate(PING, "zh-CN", "2026-02-03")],
        ["spec.yaml:57: GET /sapi/v1/ping: x-binance-source names no page in zh-CN; write it."],
    ),
    "the date of a page of which something is left": (
        [
            SourceDate(MOVE, "en", "2026-02-03"),
            ValuesAdded(MOVE, "window", {"5": {}}, ("5",)),
            SourceDate(WATCH, "en", "2025-01-01"),
        ],
        [
            "spec.yaml:12: POST /sapi/v1/move: window lists no values; decide whether 5 makes an enum of it.",
            "spec.yaml:20: POST /sapi/v1/move: the date of the en page stays until the rest is done.",
        ],
    ),
}


def test_a_value_that_takes_the_place_of_the_only_one_needs_no_person() -> None:
    source = apply("spec.yaml", TEXT.encode(), [ValueRemoved(MOVE, "kind", "OUT")]).source
    result = apply(
        "spec.yaml", source, [ValueRemoved(MOVE, "kind", "IN"), ValuesAdded(MOVE, "kind", {"NEW": {}}, ("NEW",))]
    )
    assert [each.message for each in result.applied] == [
        "POST /sapi/v1/move: kind has no value IN any more.",
        "POST /sapi/v1/move: kind has the new value NEW.",
    ]
    assert result.left == ()
    assert b"const: IN\n" not in result.source


def test_new_values_stand_in_the_order_of_the_page() -> None:
    names = tuple(f"VALUE_{number}" for number in range(300))
    updates = [ValuesAdded(MOVE, "kind", {name: {}}, ("IN", *names)) for name in names]
    result = apply("spec.yaml", TEXT.encode(), updates)
    assert [applied.message.split()[-1] for applied in result.applied] == [f"{name}." for name in names]
    assert [branch["const"] for branch in read("", result.source).data["components"]["schemas"]["Kind"]["oneOf"]] == [
        "IN",
        *names,
        "OUT",
    ]


@pytest.mark.parametrize("name", LEFT)
def test_what_needs_a_person_is_told(name: str) -> None:
    changes, told = LEFT[name]
    assert list(apply("spec.yaml", TEXT.encode(), changes).left) == told
