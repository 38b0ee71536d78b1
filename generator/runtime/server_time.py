"""The endpoint that returns Binance's time: every client asks it, whatever its spec, so it is not in the spec."""

from __future__ import annotations

from typing import Annotated

import msgspec

from .operation import Operation, Weight


class ServerTime(msgspec.Struct):
    """The response."""

    # From 2017, when Binance opened, to 2100: nothing else is signed into a request.
    time: Annotated[int, msgspec.Meta(ge=1_483_228_800_000, lt=4_102_444_800_000)] = msgspec.field(name="serverTime")


SERVER_TIME = Operation(
    name="synchronize_clock",
    title="Check Server Time",
    method="GET",
    path="/api/v3/time",
    security="NONE",
    requires_key=False,
    requires_signature=False,
    moves_funds=False,
    weights=(Weight(scope="ip", weight=1, budget=6000, seconds=60),),
    call_limit=None,
    permissions=(),
    parameters=(),
    conditions=(),
    decoder=msgspec.json.Decoder(ServerTime),
)
