"""How much time may lie between two parameters is read where a sentence says it in days, whatever its words."""

from __future__ import annotations

import pytest

from generator.sources.time_ranges import begin_and_end, time_ranges

ENDS = ("startTime", "endTime")
NAMES = (*ENDS, "withdrawOrderId", "limit", "type")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The max interval between startTime and endTime is 90 days.", 90),
        ("Maximum time range: 30 days", 30),
        ("The time between `startTime` and `endTime` must be under 90 days.", 90),
        ("If both startTime and endTimeare sent, time between startTimeand endTimemust be less than 90 days.", 90),
        ("There cannot be more than 180 days between parameter startTime and endTime.", 180),
        ("startTime and endTime cannot be longer than 360 days", 360),
        ("The query time period must be less then 30 days", 30),
        ("Query time range must be within 30 days and only supports data within the last month.", 30),
        ("Please make sure that time interval is within 0-90 days.", 90),
        ("The span must not exceed 24 hours", 1),
        ("The query range is limited to 2 weeks.", 14),
        ("startTime与endTime之间的间隔不能超过90天。", 90),
        ("查询时间范围最大为 30 天", 30),
        ("时间跨度须在7天以内", 7),
    ],
)
def test_days_are_read_from_a_sentence_on_the_time_between_two_parameters(text: str, days: int) -> None:
    [stated] = time_ranges(text, ENDS, NAMES)
    assert stated.days == days


@pytest.mark.parametrize(
    "text",
    [
        "End Time (The start time and end time interval cannot exceed half a year)",
        "The interval must be less than 3 months",
        "The interval must be less than 36 hours",
        "If withdrawOrderId is sent, time between startTime and endTime must be less than 7 days",
        "如果传了 withdrawOrderId，时间间隔不能超过7天",
        "The interval is at most 7 days or within 30 days",
    ],
)
def test_a_sentence_with_another_unit_or_a_condition_states_no_days(text: str) -> None:
    [stated] = time_ranges(text, ENDS, NAMES)
    assert (stated.days, stated.text) == (None, text)


@pytest.mark.parametrize(
    "text",
    [
        "If startTime and endTime not sent, return records of the last 7 days by default",
        "Support query within the last 6 months only",
        "Cannot be earlier than 1 month ago",
        "If startTime is omitted, records from the last 90 days are returned by default (up to 100 records).",
        "If startTime is sent and endTime is not, return records of [startTime, startTime+30d].",
        "Withdrawals are sent within 3 days.",
        "只能查询最近30天以内的记录",
    ],
)
def test_how_old_records_may_be_is_no_time_between_two_parameters(text: str) -> None:
    assert time_ranges(text, ENDS, NAMES) == []


@pytest.mark.parametrize(
    ("names", "ends"),
    [
        (("asset", "startTime", "endTime"), ("startTime", "endTime")),
        (("endTimestamp", "startTimestamp"), ("startTimestamp", "endTimestamp")),
        (("begin_time", "end_time"), ("begin_time", "end_time")),
        (("fromTime", "toTime"), ("fromTime", "toTime")),
        (("startTime",), None),
        (("startTime", "endTimestamp"), None),
        (("fromId", "toId"), None),
        (("startTime", "endTime", "startTimestamp", "endTimestamp"), None),
    ],
)
def test_the_begin_and_the_end_are_known_by_their_names(names: tuple[str, ...], ends: tuple[str, str] | None) -> None:
    assert begin_and_end(names) == ends
