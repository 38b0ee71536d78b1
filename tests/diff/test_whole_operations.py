"""An operation that was added or removed: what a reviewer decides by is reported with it, in every format."""

from __future__ import annotations

import json

import pytest

from generator.diff.command import diff_of
from generator.diff.formats import FORMATS
from generator.diff.walk import compare
from generator.render.markdown import inline
from tests.specs import Call, call
from tests.specs import spec as spec_of

from .mutation import lines_of, spec

OTHER = call("GET /other", "readOther")
ROOT = """\
x-binance-wallets:
  SPOT: {description: Spot wallet.}
  EARN: {description: Earn wallet.}
"""
SCHEMAS = """\
Kind:
  type: string
  description: K.
  oneOf:
    - {const: A, description: A., x-binance-moves: {from: SPOT, to: EARN}}
    - {const: B, description: B., x-binance-moves: {from: EARN, to: SPOT}}
"""
KEYS = """\
x-binance-call-limit: {calls: 500, seconds: 3600}
x-binance-permissions:
  - {name: enableMoving, description: Moving.}
  - {name: enableMore, description: More.}
x-binance-moves-funds: true
x-binance-effect: {transfer: {by: kind, asset: asset, amount: amount, receipt: id}}
x-binance-success: {code: ['000000', 0], note: any}
x-binance-when-unknown: {description: Look.}
x-binance-requires:
  - parameter: note
    when: {parameter: kind, in: [A, B]}
"""
PARAMETERS = """\
- {name: kind, in: query, required: true, schema: {$ref: '#/components/schemas/Kind'}, example: A}
- {name: asset, in: query, required: true, schema: {type: string}, example: USDT}
- {name: amount, in: query, required: true, schema: {type: string, format: decimal}, example: '1'}
- {name: note, in: query, schema: {type: string}, example: a}
"""
MOVE = call(
    "POST /move",
    "moveIt",
    security="TRADE",
    keys=KEYS,
    parameters=PARAMETERS,
    schema="""\
    type: object
    required: [id]
    properties:
      id: {type: integer}
      code: {oneOf: [{type: string}, {type: integer}]}
      note: {type: string}
    """,
    example="{id: 7}",
)


def of(*calls: Call) -> str:
    text = spec_of(*calls, schemas=SCHEMAS, root=ROOT)
    start = text.find("operationId: moveIt")
    return text if start < 0 else text[:start] + text[start:].replace("weight: 1}", "weight: 60}", 1)


EFFECT = "effect {was}transfer (by kind, asset asset, amount amount, receipt id)"
FACTS = [
    ("operation", "post:", "{new}: POST /move"),
    ("security", "x-binance-security: TRADE", "security {was}TRADE"),
    ("weight", "x-binance-weight: {scope: ip, weight: 60}", "weight {was}60 per IP: 20 calls per minute"),
    ("call limit", "x-binance-call-limit: {calls: 500, seconds: 3600}", "call limit {was}500 calls per hour"),
    ("permission", "- {name: enableMoving, description: Moving.}", "permission {was}needed: enableMoving"),
    ("permission", "- {name: enableMore, description: More.}", "permission {was}needed: enableMore"),
    ("moves funds", "x-binance-moves-funds: true", "moves funds {was}true"),
    ("effect", "x-binance-effect: {transfer: {by: kind, asset: asset, amount: amount, receipt: id}}", EFFECT),
    ("success", "x-binance-success: {code: ['000000', 0], note: any}", 'success {was}code "000000" or 0, note any'),
    ("condition", "- parameter: note", "note: {was}required when kind is A, B"),
]
NAMES, WRITTEN, MESSAGES = zip(*FACTS, strict=True)
BOTH = [
    (True, "feature", [f"move_it: {message.format(new='new', was='')}" for message in MESSAGES]),
    (False, "breaking", [f"move_it: {message.format(new='gone', was='was ')}" for message in MESSAGES]),
]


def of_it(lines: list[str]) -> list[str]:
    """Leave out the models and the enums that were added or removed with the operation."""
    return [line for line in lines if "move_it: " in line]


@pytest.mark.parametrize(("added", "impact", "messages"), BOTH)
def test_each_fact_has_its_line(added: bool, impact: str, messages: list[str]) -> None:  # noqa: FBT001
    without, having = of(OTHER), of(OTHER, MOVE)
    lines = of_it(lines_of(without, having) if added else lines_of(having, without))
    assert lines == [f"{line} | {impact}: {message}" for line, message in zip(WRITTEN, messages, strict=True)]


@pytest.mark.parametrize(("added", "impact", "messages"), BOTH)
def test_they_are_in_every_format(added: bool, impact: str, messages: list[str]) -> None:  # noqa: FBT001
    texts = (of(OTHER), of(OTHER, MOVE))
    old, new = texts if added else texts[::-1]
    diff = diff_of(spec(old, "old"), spec(new, "new"))
    assert [line.partition(" (`")[0] for line in of_it(FORMATS["markdown"](diff).splitlines())] == [
        f"- {inline(message)}" for message in messages
    ]
    assert of_it(FORMATS["changelog"](diff).splitlines()) == [f"- {inline(message)}" for message in messages]
    annotations = of_it(FORMATS["github"](diff).splitlines())
    level = "notice" if added else "warning"
    assert [line.split("::", 2)[2] for line in annotations] == messages
    assert all(line.startswith(f"::{level} file=new,") for line in annotations)
    listed = [change for change in json.loads(FORMATS["json"](diff))["changes"] if change["operations"] == ["move_it"]]
    assert [change["fact"] for change in listed] == [*NAMES]
    assert {(change["class"], change["gone"]) for change in listed} == {(impact, not added)}
    assert listed[2]["new" if added else "old"] == "60"
    assert {change["old" if added else "new"] for change in listed} == {None}


def test_the_other_way_round_the_sides_are_swapped() -> None:
    old, new = spec(of(OTHER), "old"), spec(of(OTHER, MOVE), "new")
    there, back = compare(old, new), compare(new, old)
    assert {(change.fact, change.old, change.new) for change in there.changes} == {
        (change.fact, change.new, change.old) for change in back.changes
    }
    assert [tuple(reversed(change)) for change in back.signatures] == list(there.signatures) != []


def test_what_an_operation_does_not_have_has_no_line() -> None:
    lines = lines_of(of(OTHER), of(OTHER, call("GET /plain", "readPlain")))
    assert [line.partition("| ")[2] for line in lines if "read_plain: " in line] == [
        "feature: read_plain: new: GET /plain",
        "feature: read_plain: moves funds false",
        "feature: read_plain: security NONE",
        "feature: read_plain: weight 1 per IP: 1200 calls per minute",
    ]
