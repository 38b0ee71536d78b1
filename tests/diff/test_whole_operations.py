"""An operation that was added or removed: what a reviewer decides by is reported with it, in every format."""

from __future__ import annotations

import json
from itertools import takewhile

import pytest

from generator.diff.command import diff_of
from generator.diff.formats import FORMATS, terminal
from generator.diff.walk import compare
from generator.render.markdown import inline
from tests.specs import Call, call
from tests.specs import spec as spec_of

from .mutation import spec

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
    (True, "feature", [message.format(new="new", was="") for message in MESSAGES]),
    (False, "breaking", [message.format(new="gone", was="was ") for message in MESSAGES]),
]


def of_it(lines: list[str], indent: str, name: str = "move_it") -> list[str]:
    """Return the line of the operation and those below it, and leave out the model that came or went with it."""
    start = next(number for number, line in enumerate(lines) if f"{name}: " in line)
    below = list(takewhile(lambda line: line.startswith(indent), lines[start + 1 :]))
    return [lines[start], *(line.removeprefix(indent) for line in below)]


def report(form: str, *, added: bool) -> str:
    without, having = of(OTHER), of(OTHER, MOVE)
    old, new = (without, having) if added else (having, without)
    return FORMATS[form](diff_of(spec(old, "old"), spec(new, "new")))


@pytest.mark.parametrize(("added", "impact", "messages"), BOTH)
def test_an_operation_has_one_line_and_below_it_the_line_of_each_fact(
    added: bool,  # noqa: FBT001
    impact: str,
    messages: list[str],
) -> None:
    side, text = ("new", of(OTHER, MOVE)) if added else ("old", of(OTHER, MOVE))
    start = text.index("operationId: moveIt")
    found = [text.index(part, 0 if part == "post:" else start) for part in WRITTEN]
    lines = [f"{side}:{text.count(chr(10), 0, place) + 1}" for place in found]
    first, *others = of_it(report("terminal", added=added).splitlines(), "  ")
    assert first == f"{lines[0]}: {impact}: move_it: {messages[0]}"
    assert others == [f"{line}: {message}" for line, message in zip(lines[1:], messages[1:], strict=True)]
    first, *others = of_it(report("markdown", added=added).splitlines(), "  - ")
    assert first == f"- move_it: {inline(messages[0])} (`{lines[0]}`)"
    assert others == [f"{inline(message)} (`{line}`)" for line, message in zip(lines[1:], messages[1:], strict=True)]


@pytest.mark.parametrize(("added", "impact", "messages"), BOTH)
def test_they_are_in_every_format(added: bool, impact: str, messages: list[str]) -> None:  # noqa: FBT001
    lines = of_it(report("changelog", added=added).splitlines(), "  - ")
    assert lines == [f"- move_it: {inline(messages[0])}", *map(inline, messages[1:])]
    [annotation] = [line for line in report("github", added=added).splitlines() if "move_it: " in line]
    assert annotation.startswith(f"::{'notice' if added else 'warning'} file=new,")
    assert annotation.split("::", 2)[2].split("%0A") == [f"move_it: {messages[0]}", *messages[1:]]
    changes = json.loads(report("json", added=added))["changes"]
    listed = [change for change in changes if change["operations"] == ["move_it"]]
    assert [change["fact"] for change in listed] == [*NAMES]
    assert {(change["class"], change["gone"]) for change in listed} == {(impact, not added)}
    assert listed[2]["new" if added else "old"] == "60"
    assert {change["old" if added else "new"] for change in listed} == {None}


@pytest.mark.parametrize(
    ("added", "words"), [(True, "2 features ask for 1.3.0"), (False, "2 breaking changes ask for 2.0.0")]
)
def test_an_operation_is_counted_as_one_change(added: bool, words: str) -> None:  # noqa: FBT001
    assert f"; {words} or later." in report("terminal", added=added)


def test_operations_that_come_at_once_have_their_own_facts_each() -> None:
    texts = of(OTHER), of(OTHER, MOVE, call("GET /plain", "readPlain"), call("GET /bare", "readBare"))
    for form, indent in (("terminal", "  "), ("markdown", "  - "), ("changelog", "  - ")):
        lines = FORMATS[form](diff_of(spec(texts[0], "old"), spec(texts[1], "new"))).splitlines()
        for name, count in (("move_it", 9), ("read_plain", 3), ("read_bare", 3)):
            assert len(of_it(lines, indent, name)) == 1 + count


def test_the_other_way_round_the_sides_are_swapped() -> None:
    old, new = spec(of(OTHER), "old"), spec(of(OTHER, MOVE), "new")
    there, back = compare(old, new), compare(new, old)
    assert {(change.fact, change.old, change.new) for change in there.changes} == {
        (change.fact, change.new, change.old) for change in back.changes
    }
    assert [tuple(reversed(change)) for change in back.signatures] == list(there.signatures) != []


def test_what_an_operation_does_not_have_has_no_line() -> None:
    old, new = spec(of(OTHER)), spec(of(OTHER, call("GET /plain", "readPlain")))
    lines = terminal(diff_of(old, new)).splitlines()
    start = next(number for number, line in enumerate(lines) if "read_plain: " in line)
    assert [line.partition(": ")[2] for line in lines[start : start + 5]] == [
        "feature: read_plain: new: GET /plain",
        "moves funds false",
        "security NONE",
        "weight 1 per IP: 1200 calls per minute",
        "feature: ReadPlainResponse: new model",
    ]
