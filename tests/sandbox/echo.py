"""A server that responds with the request, byte for byte, and in the way that the request's headers ask for."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from binance_transfers._runtime.sandbox.server import serve
from binance_transfers._runtime.sandbox.transport import Reply
from binance_transfers._runtime.wire import Response
from binance_transfers.sandbox import Sandbox


class Echo(Sandbox):
    """Responds with the request."""

    def handle(
        self, method: str, target: bytes, headers: Mapping[str, str], body: bytes = b"", address: str = "127.0.0.1"
    ) -> Reply:
        request = {
            "method": method,
            "target": target.decode("latin-1"),
            "headers": dict(headers),
            "body": body.decode("latin-1"),
            "address": address,
        }
        delivery: Any = headers.get("x-delivery", "whole")
        answer = Response(int(headers.get("x-status", "200")), {"x-answer": "1"}, json.dumps(request).encode())
        return Reply(answer, delivery, float(headers.get("x-delay", "0")))


if __name__ == "__main__":
    sys.exit(serve(Echo(), "127.0.0.1", 0))
