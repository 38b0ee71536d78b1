"""A small operation table for the runtime's tests, made by hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import msgspec

from generator.runtime.operation import CallLimit, Condition, Documentation, ErrorCode, Operation, Parameter, Weight


class Receipt(msgspec.Struct, frozen=True):
    """The answer to a transfer."""

    tran_id: int = msgspec.field(name="tranId")


class Balance(msgspec.Struct, frozen=True):
    """The answer to a question."""

    amount: Decimal
    parts: dict[str, list[Decimal]] = {}


def documented(when_unknown: str, response_example: bytes) -> Callable[[str], Documentation]:
    """Return what an operation of the table has for its documentation."""
    example = MappingProxyType({"type": "IN", "amount": "1"})
    return lambda _: Documentation(
        when_unknown, example, response_example, when_unknown_zh="请查看历史。" if when_unknown else ""
    )


def operation(**changes: Any) -> Operation[Any]:
    """Return a transfer with every kind of parameter, changed as the test wants it."""
    known: dict[str, Any] = {
        "name": "transfer",
        "title": "Transfer",
        "method": "POST",
        "path": "/sapi/v1/transfer",
        "security": "USER_DATA",
        "requires_key": True,
        "requires_signature": True,
        "moves_funds": True,
        "weights": (changes.pop("weight", Weight("ip", 60, 120, 60)),),
        "call_limit": None,
        "permissions": (),
        "parameters": (
            Parameter("type", "type", "string", required=True, choices=("IN", "OUT")),
            Parameter("amount", "amount", "decimal", required=True),
            Parameter("fromSymbol", "from_symbol", "string"),
            Parameter("email", "email", "string"),
            Parameter("recvWindow", "recv_window", "integer", minimum=Decimal(1), maximum=Decimal(60000)),
        ),
        "conditions": (Condition("fromSymbol", "type", ("OUT",)),),
        "decoder": msgspec.json.Decoder(Receipt),
        "documentation": documented("Look at the history.", b'{"tranId":1}'),
    }
    return Operation(**(known | changes))


TRANSFER = operation()
BALANCE = operation(
    name="balance",
    method="GET",
    moves_funds=False,
    parameters=(),
    conditions=(),
    decoder=msgspec.json.Decoder(Balance),
    documentation=documented("", b'{"amount":"0.55"}'),
)
BOTH = operation(name="both", weights=(Weight("ip", 1, 2, 60), Weight("uid", 10, 30, 3600)))
"""A call that counts against two budgets."""
CAPPED = operation(name="capped", weight=Weight("uid", 1, 1000, 1), call_limit=CallLimit(2, 3600))

CODES = MappingProxyType(
    {
        code.code: code
        for code in (
            ErrorCode(-1006, "UNEXPECTED_RESP", "unknown", documented=True, exception="Rejected"),
            ErrorCode(-1007, "TIMEOUT", "unknown", documented=True, exception="Rejected"),
            ErrorCode(-1021, "INVALID_TIMESTAMP", "not_executed", documented=False, exception="TimestampOutOfWindow"),
            ErrorCode(-2015, "REJECTED_MBX_KEY", "not_executed", documented=False, exception="AuthenticationError"),
            ErrorCode(-5002, "NOT_ENOUGH", "not_executed", documented=False, exception="InsufficientBalance"),
            ErrorCode(
                -5013, "UNDOCUMENTED", "probably_not_executed", documented=False, exception="InsufficientBalance"
            ),
        )
    }
)
