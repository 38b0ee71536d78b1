"""For every operation: the exact text of the request, sync and async, down to the bytes on the socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import httpx
import pytest

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    Client,
    EarnAsset,
    EarnTransferType,
    InvalidRequest,
    MarginTransferDirection,
    TransferType,
    __version__,
)

from .scripted import OK, Binance, Clock

KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"


CALLS: list[tuple[str, Mapping[str, Any], str]] = [
    (
        "fund_collection_by_asset",
        {"asset": "币安人生"},
        (
            "POST /sapi/v1/portfolio/asset-collection?asset=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9F&timestamp=1499827319559"
            "&signature=4d22d970a34f4174762c685241b9f4317e29dd139099f08bf74f07f5b2dc4f47"
        ),
    ),
    (
        "fund_auto_collection",
        {"recv_window": 5000},
        "POST /sapi/v1/portfolio/auto-collection?recvWindow=5000&timestamp=1499827319559&signature=82f4e72e95e63d666b6da651e82a701722ad8a785a169318d91f36f279c55821",
    ),
    (
        "user_universal_transfer",
        {
            "type": TransferType.ISOLATEDMARGIN_ISOLATEDMARGIN,
            "asset": "USDT",
            "amount": Decimal("1E-5"),
            "from_symbol": "BTCUSDT",
            "to_symbol": "ETHUSDT",
        },
        (
            "POST /sapi/v1/asset/transfer?type=ISOLATEDMARGIN_ISOLATEDMARGIN&asset=USDT&amount=0.00001"
            "&fromSymbol=BTCUSDT&toSymbol=ETHUSDT&timestamp=1499827319559&signature=eddb1d69c77fb69d7f0d511f0f02c3a1c89161f1b6f00d5d1a5fc4d80deea92f"
        ),
    ),
    (
        "margin_transfer_for_sub_account",
        {
            "email": "Treasury+Desk@Example.com",
            "asset": "BTC",
            "amount": 2,
            "type": MarginTransferDirection.MARGIN_TO_SPOT,
        },
        (
            "POST /sapi/v1/sub-account/margin/transfer?email=Treasury%2BDesk%40Example.com&asset=BTC&amount=2&type=2"
            "&timestamp=1499827319559&signature=40f0b0c35366b1330c099edd609a1390cfc681ad34296f18a4a39efe827e1bb1"
        ),
    ),
    (
        "get_transferable_earn_asset_balance_for_portfolio_margin",
        {"asset": EarnAsset.LDUSDT, "transfer_type": EarnTransferType.FUTURE_TO_EARN, "recv_window": 1},
        (
            "GET /sapi/v1/portfolio/earn-asset-balance?asset=LDUSDT&transferType=FUTURE_TO_EARN&recvWindow=1"
            "&timestamp=1499827319559&signature=62378e47b436f24b2e27c83d9daed1ff74aaa87170260c75697e8a2dbd4ea788"
        ),
    ),
    (
        "query_user_universal_transfer_history",
        {"type": TransferType.MAIN_UMFUTURE, "start_time": 1499827310000, "current": 2, "size": 100},
        (
            "GET /sapi/v1/asset/transfer?type=MAIN_UMFUTURE&startTime=1499827310000&current=2&size=100&timestamp=1499827319559"
            "&signature=3f079e1d041a3111ddf1883af97909a00bfb9fd4a0063243c364e64faaa6b8fd"
        ),
    ),
    (
        "get_portfolio_margin_pro_account_balance",
        {"asset": "USDT"},
        (
            "GET /sapi/v1/portfolio/balance?asset=USDT&timestamp=1499827319559"
            "&signature=c21fdaf2543b146c6e83bf126848a90d469ee1a4d46924c39f32a2683a3b6bf6"
        ),
    ),
    (
        "get_detail_on_sub_accounts_margin_account",
        {"email": "Treasury+Desk@Example.com"},
        (
            "GET /sapi/v1/sub-account/margin/account?email=Treasury%2BDesk%40Example.com&timestamp=1499827319559"
            "&signature=793d67fd60acd3b68a3dbd384592e2b6ffd87068c8fcd628e0a933c5edca473a"
        ),
    ),
    (
        "query_sub_account_assets",
        {"email": "Treasury+Desk@Example.com"},
        (
            "GET /sapi/v4/sub-account/assets?email=Treasury%2BDesk%40Example.com&timestamp=1499827319559"
            "&signature=793d67fd60acd3b68a3dbd384592e2b6ffd87068c8fcd628e0a933c5edca473a"
        ),
    ),
    (
        "query_user_wallet_balance",
        {"quote_asset": "USDT", "need_balance_detail": True},
        (
            "GET /sapi/v1/asset/wallet/balance?quoteAsset=USDT&needBalanceDetail=true&timestamp=1499827319559"
            "&signature=5f15e2956729ab7f2af830d0c99ed1b59dffe509aa275716d36a44dd93cff12b"
        ),
    ),
    (
        "get_api_key_permission",
        {},
        (
            "GET /sapi/v1/account/apiRestrictions?timestamp=1499827319559"
            "&signature=2222d49722f6af5da13f6da6bfc0d7de19ca2815ebc98bbc49e4942268472f3f"
        ),
    ),
    ("system_status", {}, "GET /sapi/v1/system/status"),
]


@contextmanager
def server(body: bytes, received: list[bytes]) -> Iterator[str]:
    """Answer one request on a loopback port, and keep the bytes of its head."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65536)
            received.append(data)
            head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
            connection.sendall(head + body)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def raw_request(text: str, host: str, *, is_last: bool) -> bytes:
    method, target = text.split(" ")
    length = "Content-Length: 0\r\n" if method == "POST" else ""
    connection = "Connection: close\r\n" if is_last else ""
    key = f"X-MBX-APIKEY: {KEY}\r\n" if "signature=" in target else ""
    return (
        f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
        f"User-Agent: binance-transfers/{__version__}\r\n{connection}{key}{length}\r\n"
    ).encode()


def test_every_operation_has_its_exact_request_here() -> None:
    assert [name for name, _, _ in CALLS] == list(OPERATIONS), (
        "CALLS in tests/client/test_requests.py needs the exact request of every operation, in their order."
    )


@pytest.mark.parametrize(("name", "arguments", "text"), CALLS, ids=[name for name, _, _ in CALLS])
@pytest.mark.parametrize("keepalive_expiry", [2, 0], ids=["kept", "closed"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_the_bytes_on_the_socket(
    name: str, arguments: Mapping[str, Any], text: str, *, asynchronous: bool, keepalive_expiry: float
) -> None:
    operation = OPERATIONS[name]
    received: list[bytes] = []
    settings: dict[str, Any] = {"clock": Clock(), "keepalive_expiry": keepalive_expiry}

    async def call(url: str) -> object:
        async with AsyncClient(KEY, SECRET, base_url=url, **settings) as client:
            return await getattr(client, name)(**arguments)

    with server(operation.response_example, received) as host:
        if asynchronous:
            result = asyncio.run(call(f"http://{host}"))
        else:
            with Client(KEY, SECRET, base_url=f"http://{host}", **settings) as client:
                result = getattr(client, name)(**arguments)
    assert received == [raw_request(text, host, is_last=keepalive_expiry == 0)]
    assert result == operation.decoder.decode(operation.response_example)


def test_an_argument_that_is_left_out_is_not_sent() -> None:
    binance = Binance(OK)
    client = Client(KEY, SECRET, transport=binance.transport)
    client.user_universal_transfer(type=TransferType.MAIN_UMFUTURE, asset="USDT", amount="10.50", from_symbol=None)
    [request] = binance.requests
    assert list(request.url.params) == ["type", "asset", "amount", "timestamp", "signature"]
    assert b"amount=10.50&" in request.url.raw_path
    assert request.headers["connection"] == "close"


def test_the_value_of_an_enum_may_be_written_as_it_is_sent() -> None:
    """Type checkers take it too, as they do `Literal`s."""
    binance = Binance(httpx.Response(200, json={"tranId": 7, "txnId": "8"}))
    client = Client(KEY, SECRET, transport=binance.transport)
    client.user_universal_transfer(type="MAIN_FUNDING", asset="USDT", amount=1)
    client.margin_transfer_for_sub_account(email="desk@example.com", asset="USDT", amount=1, type=2)
    with pytest.raises(InvalidRequest, match="^type is 'MAIN_FUNDIN'; allowed: "):
        client.user_universal_transfer(type="MAIN_FUNDIN", asset="USDT", amount=1)  # type: ignore[arg-type]
    assert [request.url.raw_path.partition(b"&timestamp")[0] for request in binance.requests] == [
        b"/sapi/v1/asset/transfer?type=MAIN_FUNDING&asset=USDT&amount=1",
        b"/sapi/v1/sub-account/margin/transfer?email=desk%40example.com&asset=USDT&amount=1&type=2",
    ]
