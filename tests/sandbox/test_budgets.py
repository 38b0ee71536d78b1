"""The sandbox's budgets, call limits and bans."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from generator.ir.build import build
from generator.openapi.load import load_file
from generator.runtime.operation import Api, Weight
from generator.runtime.sandbox.core import Sandbox
from tests import specs
from tests.runtime.table import operation

from .table import CAPPED, FULL, GOOD, KEY, NOW, FakeClock, ask, assert_refused, call, send, signed


def test_the_budget_is_refilled_with_the_server_s_minute(sandbox: Sandbox, clock: FakeClock) -> None:
    clock.now = NOW + 29_001
    used = [call(sandbox, clock).headers["x-sapi-used-ip-weight-1m"] for _ in range(8)]
    assert used == [str(1500 * calls) for calls in range(1, 9)]
    answer = call(sandbox, clock)
    assert_refused(answer, -1003, "31 seconds", status=429)
    assert (answer.headers["retry-after"], answer.headers["x-sapi-used-ip-weight-1m"]) == ("31", "12000")
    clock.now = NOW + 59_999
    assert call(sandbox, clock).headers["retry-after"] == "1"
    clock.now = NOW + 60_000
    answer = call(sandbox, clock)
    assert (answer.status, answer.headers["x-sapi-used-ip-weight-1m"]) == (200, "1500")
    assert "retry-after" not in answer.headers


WRONG = {"X-MBX-APIKEY": "another"}


def test_each_operation_has_its_own_budget_and_errors_count(sandbox: Sandbox, clock: FakeClock) -> None:
    for _ in range(8):
        assert_refused(ask(sandbox, "POST", CAPPED.path.encode(), WRONG), -2015, status=401)
    assert_refused(ask(sandbox, "POST", CAPPED.path.encode(), WRONG), -1003, status=429)
    assert_refused(call(sandbox, clock), -1003, status=429)
    assert send(sandbox, GOOD).status == 200


def test_the_call_limit_rolls(sandbox: Sandbox, clock: FakeClock) -> None:
    statuses = []
    for minute in range(2):
        clock.now = NOW + 60_000 * minute
        statuses += [call(sandbox, clock).status for _ in range(5)]
    assert statuses == [200] * 10
    answer = call(sandbox, clock)
    assert_refused(answer, -1003, status=429)
    assert (answer.headers["retry-after"], answer.headers["x-sapi-used-ip-weight-1m"]) == ("3540", "7500")
    clock.now = NOW + 3_599_999
    assert call(sandbox, clock).headers["retry-after"] == "1"
    clock.now = NOW + 3_600_000
    assert [call(sandbox, clock).status for _ in range(6)] == [200] * 5 + [429]


class SlowBudget(int):
    """A budget that lets other threads run between its comparison and what follows from it."""

    def __lt__(self, used: int, /) -> bool:
        time.sleep(0.0005)
        return int(self) < used


def test_threads_never_go_over_the_budget_together(clock: FakeClock) -> None:
    slow = operation(parameters=(), conditions=(), weight=Weight("uid", 900, SlowBudget(36_000), 60))
    sandbox = Sandbox(Api("1", (), {"transfer": slow}, {}), clock=clock)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(sandbox, "POST", signed(f"timestamp={NOW}"), KEY), range(100)))
    granted = [answer.headers["x-sapi-used-uid-weight-1m"] for answer in answers if answer.status == 200]
    assert sorted(map(int, granted)) == [900 * calls for calls in range(1, 41)]
    assert sum(answer.status in (429, 418) for answer in answers) == 60
    assert len(sandbox.requests) == 100


def test_a_clock_that_is_set_back_finds_the_budget_as_it_was_left(sandbox: Sandbox, clock: FakeClock) -> None:
    for _ in range(3):
        for _ in range(8):
            call(sandbox, clock)
        assert call(sandbox, clock).status in (429, 418)
        sandbox.skew = 60_000
        sandbox.skew = 0
    assert sum(request.status == 200 for request in sandbox.requests) == 8


def test_a_call_may_use_up_its_budget(sandbox: Sandbox, clock: FakeClock) -> None:
    answer = call(sandbox, clock, FULL)
    assert (answer.status, answer.headers["x-sapi-used-ip-weight-1m"]) == (200, "100")
    assert call(sandbox, clock, FULL).status == 429
    clock.now += 60_000
    assert call(sandbox, clock, FULL).status == 200


def test_each_ban_is_twice_as_long_and_three_days_at_most(sandbox: Sandbox, clock: FakeClock) -> None:
    bans = []
    for _ in range(14):
        statuses = [call(sandbox, clock, FULL).status for _ in range(6)]
        assert statuses == [200] + [429] * 5
        response = call(sandbox, clock, FULL)
        assert response.status == 418
        seconds = int(response.headers["retry-after"])
        clock.now += seconds * 1000 - 1
        assert call(sandbox, clock, FULL).status == 418
        clock.now += 1
        bans.append(seconds)
    assert bans == [min(120 * 2**earlier, 3 * 86_400) for earlier in range(14)]


def test_the_spec_may_give_a_call_the_whole_budget(tmp_path: Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(specs.spec(specs.call("GET /sapi/v1/full", "full")).replace("weight: 1}", "weight: 1200}"))
    [whole] = build(load_file(file, "spec.yaml")).operations
    assert (whole.weight.weight, whole.weight.budget) == (1200, 1200)
