"""Which facts are read from single sentences and cells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from generator.sources import CallLimit, PageCondition
from generator.sources.blocks import plain_text
from generator.sources.phrases import (
    conditions,
    default,
    is_permission,
    is_unread_limit,
    limits,
    maximum,
    minimum,
    named_permissions,
)
from generator.sources.sections import section_of, split_title


@pytest.mark.parametrize(
    ("message", "calls", "seconds"),
    [
        ("This call is allowed 500 times per hour, counted as a rolling window.", 500, 3600),
        ("Send 3 requests per 10 seconds at most.", 3, 10),
        ("20/min", 20, 60),
        ("Only once per day.", 1, 86400),
        ("该接口每小时最多只能调用500次", 500, 3600),
        ("每 10 秒最多 1 次", 1, 10),
        ("每个UID每分钟最多10次", 10, 60),
        ("限速 10次/秒", 10, 1),
        ("1/3s per account", 1, 3),
        ("Do this once within 6 hours.", 1, 21600),
        ("At most 5 times per week", 5, 604800),
        ("每周最多调用3次", 3, 604800),
        ("5,000 times per hour", 5000, 3600),
        ("It is limited to 500 per hour.", 500, 3600),
        ("1小时内最多500次", 500, 3600),
        ("一小时最多500次", 500, 3600),
        ("每2小时一次", 1, 7200),
    ],
)
def test_a_cap_on_calls(message: str, calls: int, seconds: int) -> None:
    assert (list(limits(message)), is_unread_limit(message)) == ([CallLimit(calls, seconds)], False)


@pytest.mark.parametrize(
    "message",
    [
        "It can be called 10 times per month.",
        "Only once a month.",
        "每月最多调用5次",
        "They share a rate limit of 500/5min/IP with GET /sapi/v1/other",
        "与另一接口共享 500次/5分钟 的限制",
        "Up to 300 calls are allowed per hour.",
        "300 times per rolling hour",
        "Up to three hundred calls an hour.",
        "one call per second",
        "300 per hour",
        "every 10 minutes only 3 times",
        "每两小时最多300次",
        "请求限流6小时一次",
        "每小时三百次",
        "10分钟3次",
    ],
)
def test_a_cap_that_is_not_understood(message: str) -> None:
    assert (list(limits(message)), is_unread_limit(message)) == ([], True)


@pytest.mark.parametrize(
    "message",
    [
        "The interval must be shorter than 7 days.",
        "Data of the last 30 days, in pages of 100.",
        "They share a wallet.",
        "At most 200 orders per request.",
        "The request must arrive within 5 seconds.",
        "It was sent 3 times and then once again.",
        "最近1个月",
        "最多支持 45 个",
        "数据每天更新一次",
    ],
)
def test_what_is_no_cap(message: str) -> None:
    assert (list(limits(message)), is_unread_limit(message)) == ([], False)


NAMES = {"from", "to", "type", "price"}


@pytest.mark.parametrize(
    ("message", "parameter", "other", "listed"),
    [
        ("`from` must be sent when type are A_B and C_D", "from", "type", ("A_B", "C_D")),
        ("price must be sent if type is LIMIT or STOP.", "price", "type", ("LIMIT", "STOP")),
        ('If type = "A_B", to must be filled in.', "to", "type", ("A_B",)),
        ("When `type` selects `A_B`, `to` must be provided", "to", "type", ("A_B",)),
        ("from 必须要发送，当类型为 A_B 和 C_D", "from", None, ("A_B", "C_D")),
        ("from必须发送，当type为A_B或C_D", "from", "type", ("A_B", "C_D")),
        ("当type为A_B时，to必填", "to", "type", ("A_B",)),
        ("如果type为A_B，则to必传", "to", "type", ("A_B",)),
        ("`type`选择`A_B`后，`to`需要填入", "to", "type", ("A_B",)),
        ("price当type为LIMIT时必填", "price", "type", ("LIMIT",)),
        ("Price must be sent when Type set to `LIMIT`", "price", "type", ("LIMIT",)),
    ],
)
def test_a_condition(message: str, parameter: str, other: str | None, listed: tuple[str, ...]) -> None:
    assert list(conditions(message, NAMES)) == [PageCondition(parameter, listed, other)]


@pytest.mark.parametrize(
    "message", ["Mandatory when type is LIMIT.", "Mandatory when type set to LIMIT", "当type为LIMIT时必填"]
)
def test_a_condition_in_a_row_is_of_that_row(message: str) -> None:
    assert list(conditions(message, NAMES, "price")) == [PageCondition("price", ("LIMIT",), "type")]


@pytest.mark.parametrize(
    "message",
    [
        "If from is not sent, everything is returned.",
        "symbol must be sent when type is A_B",
        "from must be sent when other is A_B",
        "from takes precedence over to",
    ],
)
def test_what_is_no_condition(message: str) -> None:
    assert list(conditions(message, NAMES)) == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("You need to turn on Some Option for the API Key.", True),
        ("使用此接口前，您需要为API Key开通“某项”权限。", True),
        ("API Key needs Some & Thing permission for this endpoint", True),
        ("The API key requires the permission to lend.", True),
        ("The API key goes into a header.", False),
        ("You need to send a network.", False),
        ("查询 API Key 拥有哪些权限，每个请求的权重为 1。", False),
    ],
)
def test_a_permission(message: str, expected: bool) -> None:  # noqa: FBT001 - the expected answer
    assert is_permission(message) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Default 500; max 1000", ("500", None, "1000")),
        ("min 7, max 30, default 7", ("7", "7", "30")),
        ("It cannot be greater than 60000", (None, None, "60000")),
        ("The default is true.", ("true", None, None)),
        ("默认：1000， 最大：1500", ("1000", None, "1500")),
        ("默认为 100；最小 1。", ("100", "1", None)),
        ("Default: 90 days before now", (None, None, None)),
        ("At most max 32 characters", (None, None, None)),
        ("默认当前时间90天前", (None, None, None)),
        ("Whether it is so, default `False`", ("false", None, None)),
        ("Minimum acceptable value is 5,000", (None, "5000", None)),
        ("must be within the range [1.1, 2.0].", (None, "1.1", "2.0")),
        ("how much: int from 1 to 125", (None, "1", "125")),
        ("min 0", (None, "0", None)),
        ("from 1 to 3 days", (None, None, None)),
        ("该值不大于60000", (None, None, "60000")),
        ("间隔不超过 7 天", (None, None, None)),
        ("Max 5 pairs can be sent", (None, None, None)),
        ("Max 30 for an API key; min 2 things", (None, None, None)),
        ("min 0.1, max 10 where 1 is 1%", (None, "0.1", "10")),
        ("最大值 1,000，默认 5,000", ("5000", None, "1000")),
        ("The value cannot be greater than 60000 ms", (None, None, "60000")),
        ("A and B default to FULL, others default to ACK", (None, None, None)),
    ],
)
def test_the_limits_of_a_value(text: str, expected: tuple[str | None, str | None, str | None]) -> None:
    least, most = (Decimal(bound) if bound else None for bound in expected[1:])
    assert (default(plain_text(text)), minimum(text), maximum(text)) == (expected[0], least, most)


@pytest.mark.parametrize(
    ("heading", "title", "security"),
    [
        ("Move It(USER_DATA)", "Move It", ("USER_DATA",)),
        ("Move It (For Master Account) (USER_DATA)", "Move It", ("USER_DATA",)),
        ("转移（仅适用主账户）（TRADE）", "转移", ("TRADE",)),
        ("History (supporting network) (USER_DATA)", "History (supporting network)", ("USER_DATA",)),
        ("System Status (System)", "System Status", ("NONE",)),
        ("系统状态（System）", "系统状态", ("NONE",)),
        ("Move It (Beta System)", "Move It (Beta System)", ()),
        ("Move It", "Move It", ()),
    ],
)
def test_a_title(heading: str, title: str, security: tuple[str, ...]) -> None:
    assert split_title(heading) == (title, security)


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("API Description", "description"),
        ("Request Weight(IP)", "weight"),
        ("IP Weight", "weight"),
        ("Request Limit", "limit"),
        ("Request Parameters:", "parameters"),
        ("Response Parameters", "response"),
        ("HTTP请求", "request"),
        ("请求权重(UID)", "weight"),
        ("响应示例", "response"),
        ("Wallet", None),
        ("钱包", None),
    ],
)
def test_a_heading(heading: str, section: str | None) -> None:
    assert section_of(heading) == section


PERMISSIONS = ("enableInternalTransfer", "enableMargin", "enableSpotAndMarginTrading", "permitsUniversalTransfer")


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("You need to enable the internal transfer option for the API key used.", ["enableInternalTransfer"]),
        ("You need to open Enable Spot & Margin Trading permission for the API Key.", ["enableSpotAndMarginTrading"]),
        ("The key must have `Permits Universal Transfer` enabled.", ["permitsUniversalTransfer"]),
        ("Enable Margin and Enable Internal Transfer are needed.", ["enableInternalTransfer", "enableMargin"]),
        ("The API key must be allowed to do it.", []),
        ("", []),
    ],
)
def test_a_permission_is_found_by_its_words(sentence: str, names: list[str]) -> None:
    assert named_permissions(sentence, PERMISSIONS) == names


def test_of_two_permissions_that_begin_alike_the_longer_one_is_meant() -> None:
    assert named_permissions("Enable Margin Loan first.", ["enableMargin", "enableMarginLoan"]) == ["enableMarginLoan"]
