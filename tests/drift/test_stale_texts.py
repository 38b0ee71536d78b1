"""After a change, the texts that name what was there before are listed, and no others."""

from __future__ import annotations

import pytest

from generator.drift.apply import apply
from generator.drift.update import CallLimitUpdate, RequiredUpdate, Update, ValueAdded, ValueRemoved, WeightUpdate
from generator.sources import CallLimit, Endpoint

TEXT = """\
paths:
  /move:
    post:
      summary: Move
      description: Costs 100, not 1000 or 100.5.
      x-binance-zh:
        description: 每次调用100次，按IP计。
      x-binance-weight: {scope: ip, weight: 100}
      x-binance-call-limit: {calls: 5, seconds: 60}
      x-binance-note:
        - description: Both pages say 5 per minute, one of them per IP.
          explains: [{page: en, fact: weight, says: 100 per IP, here: 100 per IP}]
        - description: Speaks of kind OUT.
      parameters:
        - name: kind
          in: query
          required: true
          description: One of 2 kinds, at a weight of 100.
          schema: {$ref: '#/components/schemas/Kind'}
          x-binance-note: [{description: Some say it need not be sent.}]
      responses: {'200': {description: Never 100.}}
  /other:
    get:
      description: Costs 100 per IP.
components:
  schemas:
    Kind:
      type: string
      description: The 2 kinds.
      oneOf:
        - {const: IN, description: Not OUT.}
        - {const: OUT, description: Not IN.}
"""
MOVE = Endpoint("POST", "/move")
COSTS, ZH, FIVE, OUT = "Costs 100,", "每次", "Both pages", "Speaks of"
ONE_OF, NEED = "One of 2", "Some say"


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (WeightUpdate(MOVE, "weight", 7), [COSTS, ZH]),
        (WeightUpdate(MOVE, "scope", "uid"), [ZH, FIVE]),
        (CallLimitUpdate(MOVE, CallLimit(6, 60)), [FIVE]),
        (CallLimitUpdate(MOVE, CallLimit(5, 1)), [FIVE]),
        (CallLimitUpdate(MOVE, None), [FIVE]),
        (RequiredUpdate(MOVE, "kind", required=False), [NEED]),
        (ValueAdded(MOVE, "kind", "UP", {}, ("IN", "UP")), [ONE_OF, "The 2 kinds"]),
        (ValueRemoved(MOVE, "kind", "OUT"), [OUT, "{const: IN, description: Not OUT", ONE_OF, "The 2 kinds"]),
        (WeightUpdate(MOVE, "weight", 100), []),
    ],
)
def test_texts_that_name_what_was_there(change: Update, texts: list[str]) -> None:
    result = apply("spec.yaml", TEXT.encode(), [change])
    lines = result.source.decode().splitlines()
    doubted = [lines[int(left.location) - 1] for left in result.left]
    assert len(doubted) == len(texts), result.left
    for line, text in zip(doubted, texts, strict=True):
        assert text in line
