"""Budgets, in memory and in Redis: no call goes out that Binance would have to refuse, and none is held back that fits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from generator.runtime.headers import weight_header
from generator.runtime.limiter import Limiter, MemoryLimiter
from generator.runtime.operation import NewerFact, Weight

from .table import BOTH, CAPPED, TRANSFER, operation

MINUTE = 60_000


NEWER = operation(
    name="newer",
    newer=(
        NewerFact("sdk 1.0", "2026-08-01", "Four calls.", (Weight("ip", 30, 120, 60),)),
        NewerFact("sdk 2.0", "2026-08-02", "Other words."),
    ),
)


def test_what_newer_sources_state_is_counted_only_where_it_is_asked_for() -> None:
    counted = {asked: MemoryLimiter(newer_weights=asked) for asked in (False, True)}
    for asked, calls in ((False, 2), (True, 4)):
        assert [counted[asked].reserve(NEWER, 0) for _ in range(calls + 1)] == [0] * calls + [60.0]
        assert [counted[asked].reserve(TRANSFER, 0) for _ in range(3)] == [0, 0, 60.0]


def test_binance_s_header_corrects_a_newer_weight_that_was_too_little() -> None:
    limiter = MemoryLimiter(newer_weights=True)
    assert limiter.reserve(NEWER, 0) == 0
    limiter.observe(NEWER, {"x-sapi-used-ip-weight-1m": "120"}, 0)
    assert limiter.reserve(NEWER, 1) > 0


def test_the_newest_source_that_states_a_weight_decides() -> None:
    weights = [Weight("ip", weight, 120, 60) for weight in (10, 20)]
    facts = [NewerFact("sdk 1", "2026-01-01", "Words.", (weight,)) for weight in weights]
    assert operation(newer=tuple(facts)).newer_weights == (weights[1],)
    assert TRANSFER.newer_weights == TRANSFER.weights


def test_a_window_holds_as_many_calls_as_its_budget_and_the_next_begins_with_binance_s_minute(limiter: Limiter) -> None:
    assert [limiter.reserve(TRANSFER, 5 * MINUTE + 1_000) for _ in range(3)] == [0, 0, 59.0]
    assert limiter.reserve(TRANSFER, 6 * MINUTE - 1) == 0.001
    assert limiter.reserve(TRANSFER, 6 * MINUTE) == 0


def test_each_endpoint_has_its_own_budget(limiter: Limiter) -> None:
    other = operation(name="other")
    assert [limiter.reserve(called, 0) for called in (TRANSFER, TRANSFER, other, other)] == [0, 0, 0, 0]


def test_what_binance_says_was_used_counts_and_never_lowers_our_own_count(limiter: Limiter) -> None:
    limiter.observe(TRANSFER, {"x-sapi-used-ip-weight-1m": "61"}, 0)
    assert limiter.reserve(TRANSFER, 1) > 0
    limiter.observe(TRANSFER, {"x-sapi-used-ip-weight-1m": "0"}, 2)
    assert limiter.reserve(TRANSFER, 3) > 0
    assert limiter.reserve(TRANSFER, MINUTE) == 0


def test_a_header_that_is_no_number_is_passed_over(limiter: Limiter) -> None:
    for value in ("", "x", "-5", "１"):
        limiter.observe(TRANSFER, {"x-sapi-used-ip-weight-1m": value}, 0)
    assert limiter.reserve(TRANSFER, 0) == 0


def test_what_binance_says_of_a_window_that_is_over_does_not_count_for_the_next(limiter: Limiter) -> None:
    limiter.reserve(TRANSFER, MINUTE - 1)
    limiter.reserve(TRANSFER, MINUTE)
    limiter.observe(TRANSFER, {"x-sapi-used-ip-weight-1m": "120"}, MINUTE - 1)
    assert limiter.reserve(TRANSFER, MINUTE + 1) == 0


def test_a_clock_that_was_set_back_finds_the_budget_of_its_time() -> None:
    limiter = MemoryLimiter()
    ahead = 60 * MINUTE
    assert [limiter.reserve(TRANSFER, ahead) for _ in range(3)] == [0, 0, 60.0]
    assert [limiter.reserve(TRANSFER, 1_000) for _ in range(3)] == [0, 0, 59.0]
    assert limiter.reserve(TRANSFER, ahead + 1) > 0
    assert limiter.reserve(TRANSFER, MINUTE) == 0


def test_calls_of_a_rolling_limit_end_in_their_own_time_after_a_clock_was_set_back() -> None:
    limiter = MemoryLimiter()
    assert CAPPED.call_limit is not None
    period = CAPPED.call_limit.seconds * 1_000
    limiter.reserve(CAPPED, 100 * period)
    while limiter.reserve(CAPPED, 0) == 0:
        pass
    assert limiter.reserve(CAPPED, period - 1) > 0
    assert limiter.reserve(CAPPED, period) == 0


def test_a_thread_that_comes_late_to_a_new_window_counts_for_it() -> None:
    limiter = MemoryLimiter()
    assert limiter.reserve(TRANSFER, MINUTE) == 0
    assert [limiter.reserve(TRANSFER, MINUTE - 1) for _ in range(2)] == [0, 0.001]
    assert limiter.reserve(TRANSFER, MINUTE) > 0


def test_the_windows_kept_in_memory_are_few() -> None:
    limiter = MemoryLimiter()
    for minute in range(1000):
        assert limiter.reserve(TRANSFER, minute * MINUTE) == 0
    assert len(limiter._used[TRANSFER.name].weights) < 10


def test_a_pause_stops_the_endpoint_and_a_ban_stops_everything(limiter: Limiter) -> None:
    other = operation(name="other")
    limiter.block(TRANSFER, 90, 1_000, everything=False)
    assert limiter.reserve(TRANSFER, MINUTE) == 31.0
    assert limiter.reserve(other, MINUTE) == 0
    limiter.block(other, 120, MINUTE, everything=True)
    limiter.block(other, 1, MINUTE, everything=True)
    for called in (TRANSFER, other, operation(name="third")):
        assert limiter.reserve(called, 2 * MINUTE) == 60.0
        assert limiter.reserve(called, 3 * MINUTE) == 0


def test_the_cap_rolls(limiter: Limiter) -> None:
    assert [limiter.reserve(CAPPED, now) for now in (1_000, 2_000, 3_000)] == [0, 0, 3598.0]
    assert limiter.reserve(CAPPED, 3_600_999) == 0.001
    assert limiter.reserve(CAPPED, 3_601_000) == 0
    assert limiter.reserve(CAPPED, 3_601_001) == 0.999


def test_a_refused_call_takes_nothing(limiter: Limiter) -> None:
    for _ in range(2):
        limiter.reserve(CAPPED, 0)
    for now in range(10):
        assert limiter.reserve(CAPPED, now) > 0
    assert limiter.reserve(CAPPED, 3_600_000) == 0


def test_threads_never_go_over_the_budget_together() -> None:
    limiter = MemoryLimiter()
    wide = operation(weight=Weight("ip", 1, 500, 60))
    with ThreadPoolExecutor(8) as pool:
        granted = [wait == 0 for wait in pool.map(lambda _: limiter.reserve(wide, 0), range(2_000))]
    assert granted.count(True) == 500


@pytest.mark.parametrize(
    ("scope", "seconds", "name"),
    [
        ("ip", 60, "x-sapi-used-ip-weight-1m"),
        ("uid", 60, "x-sapi-used-uid-weight-1m"),
        ("ip", 1, "x-sapi-used-ip-weight-1s"),
        ("ip", 90, "x-sapi-used-ip-weight-90s"),
        ("ip", 7200, "x-sapi-used-ip-weight-2h"),
        ("ip", 86400, "x-sapi-used-ip-weight-1d"),
    ],
)
def test_the_header_of_a_window(scope: str, seconds: int, name: str) -> None:
    assert weight_header(Weight(scope, 1, 1, seconds)) == name  # type: ignore[arg-type]


def test_a_call_with_two_weights_is_taken_from_both_budgets_or_from_none(limiter: Limiter) -> None:
    assert [limiter.reserve(BOTH, 0) for _ in range(3)] == [0, 0, 60.0]
    # The other budget is the longer one, and holds three calls.
    assert [limiter.reserve(BOTH, MINUTE) for _ in range(2)] == [0, 3540.0]
    assert [limiter.reserve(BOTH, 60 * MINUTE) for _ in range(3)] == [0, 0, 60.0]


@pytest.mark.parametrize(
    ("header", "wait"), [("x-sapi-used-ip-weight-1m", 60.0), ("x-sapi-used-uid-weight-1h", 3600.0)]
)
def test_each_of_two_budgets_is_corrected_by_its_own_header(limiter: Limiter, header: str, wait: float) -> None:
    limiter.observe(BOTH, {header: "29"}, 0)
    assert limiter.reserve(BOTH, 0) == wait


def test_the_weight_of_a_call_with_two_is_the_one_that_allows_fewer_calls() -> None:
    assert BOTH.weight == Weight("uid", 10, 30, 3600)
