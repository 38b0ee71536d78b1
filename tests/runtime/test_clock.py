"""The clock: set by Binance's, and by nobody else."""

from __future__ import annotations

import time

import pytest

from generator.runtime.clock import SystemClock


def test_it_starts_with_this_machine_s_time() -> None:
    before = time.time_ns() // 1_000_000
    now = SystemClock().milliseconds()
    after = time.time_ns() // 1_000_000
    assert before - 1 <= now <= after + 1


def test_setting_the_machine_s_clock_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    before = clock.milliseconds()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert before <= clock.milliseconds() < before + 60_000


@pytest.mark.parametrize("steady", [True, False], ids=["counts through sleep", "does not"])
def test_it_is_set_by_what_binance_s_said_a_moment_ago(monkeypatch: pytest.MonkeyPatch, *, steady: bool) -> None:
    if not steady:
        monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    clock = SystemClock()
    before = clock.milliseconds()
    clock.correct(server_time=before + 5_000, age=0.1)
    assert before + 5_100 <= clock.milliseconds() < before + 65_000
    clock.correct(server_time=before, age=0.0)
    assert before <= clock.milliseconds() < before + 60_000


def test_two_that_set_it_at_once_both_set_it_right() -> None:
    clock = SystemClock()
    before = clock.milliseconds()
    for _ in range(2):
        clock.correct(server_time=before + 3_600_000, age=0.0)
    assert before + 3_600_000 <= clock.milliseconds() < before + 3_660_000
