"""The sandbox behind a port: what comes in and goes out on the wire, with our client and with the bytes of others."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from binance_transfers import (
    OPERATIONS,
    AsyncClient,
    Client,
    NotExecuted,
    OutcomeUnknown,
    PemSigner,
    RetryPolicy,
    TransferType,
)
from binance_transfers._runtime.sandbox.server import listen
from binance_transfers.sandbox import FailureKind

from .running import COMMAND, PATIENCE, Running, run_python, running, until_end
from .table import signature

ONCE = RetryPolicy(attempts=1)
KEY, SECRET = "sandbox-key", "sandbox-secret"
EMAIL = {"email": OPERATIONS["margin_transfer_for_sub_account"].example["email"]}


@pytest.fixture(scope="module")
def _server() -> Iterator[Running]:
    with running(*COMMAND) as it:
        yield it


@pytest.fixture
def server(_server: Running) -> Running:
    _server.control("POST", "reset")
    _server.control("POST", "skew", milliseconds=0)
    return _server


@pytest.fixture(scope="module")
def echo() -> Iterator[Running]:
    with running("-m", "tests.sandbox.echo") as it:
        yield it


def transfer(server: Running, *, patience: float = PATIENCE) -> int:
    with Client(KEY, SECRET, base_url=server.url, retry=ONCE, timeout=patience) as client:
        return client.user_universal_transfer(type=TransferType.MAIN_FUNDING, asset="USDT", amount="10.5").tran_id


def head(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (*lines, "Host: sandbox", "Connection: close", "")).encode("latin-1")


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    "target",
    [
        "/sapi/v1/asset/transfer",
        "/a?x=%e5%b8%81&y=%E5%B8%81",
        "/%7Euser/a%2Fb/../c//d;e=1?plus=+&space=%20&percent=%25&broken=%zz&half=%",
        "/a?&&b=&=c&d?e=/:@!$'()*,;~#f",
        "/a%00b%ff?%00=%FF",
        "//sandbox/x",
        "/sandboxed?a=b",
        "/" + "x" * 100_000,
    ],
)
def test_path_and_query_arrive_as_they_were_sent(target: str, echo: Running) -> None:
    echoed = json.loads(body_of(echo.exchange(head(f"GET {target} HTTP/1.1"))))
    assert (echoed["method"], echoed["target"], echoed["address"]) == ("GET", target, "127.0.0.1")


def test_body_and_headers_arrive_as_they_were_sent(echo: Running) -> None:
    every_byte = bytes(range(256)) * 250
    sent = head(
        "POST /a HTTP/1.1",
        f"Content-Length: {len(every_byte)}",
        "X-MBX-APIKEY: a  b\xe9",
        "X-More: 1",
        "x-more: 2",
        "X-Forwarded-For: 203.0.113.9",
    )
    with echo.connect() as sock:
        for start in range(0, len(sent + every_byte), 10_000):
            sock.sendall((sent + every_byte)[start : start + 10_000])
        echoed = json.loads(body_of(until_end(sock)))
    assert echoed["body"].encode("latin-1") == every_byte
    assert (echoed["headers"]["x-mbx-apikey"], echoed["headers"]["x-more"]) == ("a  b\xe9", "1, 2")
    assert echoed["address"] == "127.0.0.1"


def test_a_body_in_chunks_arrives_whole(echo: Running) -> None:
    chunks = b"3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n"
    echoed = json.loads(body_of(echo.exchange(head("POST /a HTTP/1.1", "Transfer-Encoding: chunked") + chunks)))
    assert echoed["body"] == "a=1&b=2"


def test_an_answer_goes_out_with_status_headers_and_length(echo: Running) -> None:
    top, _, body = echo.exchange(head("GET / HTTP/1.1", "X-Status: 418")).partition(b"\r\n\r\n")
    assert top.startswith(b"HTTP/1.1 418 ")
    assert b"\r\nx-answer: 1\r\n" in top
    assert b"\r\ncontent-length: %d\r\n" % len(body) in top


def test_a_lost_answer_is_the_end_of_the_connection_and_nothing_before_it(echo: Running) -> None:
    assert echo.exchange(b"GET / HTTP/1.1\r\nHost: sandbox\r\nX-Delivery: lost\r\n\r\n") == b""
    assert echo.exchange(b"GET / HTTP/1.1\r\nHost: sandbox\r\nX-Delivery: lost\r\nX-Delay: 0.01\r\n\r\n") == b""


def test_a_cut_answer_ends_in_the_middle_of_the_body(echo: Running) -> None:
    request = b"GET / HTTP/1.1\r\nHost: sandbox\r\nX-Delivery: cut\r\n\r\n"
    top, _, body = echo.exchange(request).partition(b"\r\n\r\n")
    assert top.startswith(b"HTTP/1.1 200 ")
    length = re.search(rb"content-length: (\d+)", top)
    assert length
    assert len(body) == int(length[1]) // 2
    assert body.startswith(b'{"method": "GET"')


def test_connections_are_kept_until_an_answer_is_lost(echo: Running) -> None:
    whole = b"GET /%d HTTP/1.1\r\nHost: sandbox\r\n\r\n"
    with echo.connect() as sock:
        answers = sock.makefile("rb")
        for number in range(3):
            sock.sendall(whole % number)
            length = 0
            while (line := answers.readline()) != b"\r\n":
                length = int(line.split(b": ")[1]) if line.startswith(b"content-length") else length
            assert json.loads(answers.read(length))["target"] == f"/{number}"
        sock.sendall(whole.replace(b"\r\n\r\n", b"\r\nX-Delivery: lost\r\n\r\n") % 3)
        assert answers.read() == b""


def test_a_late_answer_comes_and_holds_nobody_else_up(echo: Running) -> None:
    late = json.loads(body_of(echo.exchange(head("GET /late HTTP/1.1", "X-Delay: 0.05"))))
    assert late["target"] == "/late"
    with echo.connect() as sock:
        sock.sendall(head("GET /later HTTP/1.1", "X-Delay: 1000000"))
        assert json.loads(body_of(echo.exchange(head("GET /now HTTP/1.1"))))["target"] == "/now"


def test_what_is_not_http_is_refused_and_what_ends_early_is_not_handed_on(server: Running) -> None:
    assert server.exchange(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    with server.connect() as sock:
        sock.sendall(head("POST /sapi/v1/asset/transfer HTTP/1.1", "Content-Length: 100") + b"type=MAIN")
        sock.shutdown(socket.SHUT_WR)
        until_end(sock)
    assert server.control("GET", "requests") == []


def test_an_accepted_connection_sends_each_part_of_a_response_at_once() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


COLLECT = "/sapi/v1/portfolio/auto-collection"
PAGES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Host: evil.example",), "The header Host is 'evil.example'; "),
    (("Host: 127.0.0.1.evil.example:8090",), "The header Host is '127.0.0.1.evil.example:8090'; "),
    (("Host: 127.0.0.1", "Origin: https://evil.example"), "The header Origin is 'https://evil.example'; "),
    (("Host: 127.0.0.1:1", "Origin: http://127.0.0.1:2"), "The header Origin is 'http://127.0.0.1:2'; "),
    (("Host: 127.0.0.1", "Origin: null"), "The header Origin is 'null'; "),
    (("Host: 127.0.0.1", "Sec-Fetch-Site: cross-site"), "The header Sec-Fetch-Site is 'cross-site'; "),
    (("Host: 127.0.0.1", "Sec-Fetch-Site: same-site"), "The header Sec-Fetch-Site is 'same-site'; "),
)


@pytest.mark.parametrize(("headers", "message"), PAGES)
@pytest.mark.parametrize("target", [f"POST {COLLECT}", "GET /api/v3/time", "GET /nowhere", "GET /sandbox/balances"])
def test_a_page_of_another_site_reaches_no_path(
    target: str, headers: tuple[str, ...], message: str, server: Running
) -> None:
    lines = (f"{target} HTTP/1.1", *headers, f"X-MBX-APIKEY: {KEY}", "Connection: close", "", "")
    answer = server.exchange("\r\n".join(lines).encode())
    assert answer.startswith(b"HTTP/1.1 403 ")
    error = json.loads(body_of(answer))
    assert (error.get("msg") or error["error"]).startswith(message)
    assert server.control("GET", "requests") == []


@pytest.mark.parametrize(
    "headers",
    [
        ("Host: sandbox:8090",),
        ("Host: 192.0.2.1:8090",),
        ("Host: [2001:db8::1]:8090",),
        ("Host: host.docker.internal:8090",),
        ("Host: localhost", "Origin: http://localhost", "Sec-Fetch-Site: same-origin"),
        ("Host: localhost", "Sec-Fetch-Site: none"),
    ],
)
def test_names_that_no_other_site_has_reach_it(headers: tuple[str, ...], server: Running) -> None:
    lines = ("GET /api/v3/time HTTP/1.1", *headers, "Connection: close", "", "")
    assert server.exchange("\r\n".join(lines).encode()).startswith(b"HTTP/1.1 200 ")


def test_a_page_of_an_old_browser_cannot_use_a_budget_up_and_a_wrong_key_can(server: Running) -> None:
    without = [server.ask("POST", COLLECT)[0] for _ in range(30)]
    assert without == [401] * 30
    statuses = [server.ask("POST", COLLECT, headers={"X-MBX-APIKEY": "wrong"})[0] for _ in range(30)]
    assert (statuses[0], statuses[-1]) == (401, 418)


@pytest.mark.parametrize("path", [COLLECT, "/sandbox/reset", "/nowhere"])
@pytest.mark.parametrize("length", ["Content-Length: 314572800", "Transfer-Encoding: chunked"])
def test_a_body_that_is_too_long_is_refused_before_it_is_there(path: str, length: str, server: Running) -> None:
    with server.connect() as sock:
        sock.sendall(head(f"POST {path} HTTP/1.1", length) + (b"11170\r\n" + b"x" * 70_000) * ("chunked" in length))
        answer = sock.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert server.control("GET", "requests") == []


def test_a_client_that_sends_all_of_a_long_body_gets_the_refusal(server: Running) -> None:
    status, error = server.ask("POST", COLLECT, "x" * 5_000_000)
    assert (status, error) == (413, {"code": -1100, "msg": "A body must not be longer than 65536 bytes."})


IMPATIENT = """\
import sys
from binance_transfers._runtime.sandbox import server
from tests.sandbox.echo import Echo
server.PATIENCE = 0.1
sys.exit(server.serve(Echo(), "127.0.0.1", 0))
"""


@pytest.fixture(scope="module")
def impatient() -> Iterator[Running]:
    with running("-c", IMPATIENT) as it:
        yield it


@pytest.mark.parametrize(
    "part", [b"", b"GET /half", b"POST / HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 9\r\n\r\na=1"]
)
@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: sandbox\r\n\r\n"], ids=["first", "second"])
def test_a_connection_whose_request_never_ends_is_closed(before: bytes, part: bytes, impatient: Running) -> None:
    with impatient.connect() as sock:
        sock.sendall(before)
        assert bool(before) == bool(before and sock.recv(65_536))
        sock.sendall(part)
        while sock.recv(65_536):
            pass


def test_a_response_that_is_late_is_not_taken_for_a_request_that_is(impatient: Running) -> None:
    late = json.loads(body_of(impatient.exchange(head("GET /late HTTP/1.1", "X-Delay: 0.3"))))
    assert late["target"] == "/late"


def test_a_client_moves_funds_over_http(server: Running) -> None:
    server.control("POST", "credit", wallet="MAIN", asset="USDT", amount="100")
    number = transfer(server)
    [credit, entry] = server.control("GET", "entries")
    assert (credit["operation"], entry["id"], entry["amount"]) == ("credit", number, "10.5")
    balances = [(balance["wallet"], balance["amount"]) for balance in server.control("GET", "balances")]
    assert balances == [("MAIN", "89.5"), ("FUNDING", "10.5")]


def test_every_operation_can_be_called_by_an_asynchronous_client(server: Running) -> None:
    for wallet, more in (("MAIN", {}), ("SUB_MAIN", EMAIL), ("SUB_MARGIN", EMAIL)):
        server.control("POST", "credit", wallet=wallet, asset="USDT", amount="1000", **more)

    async def call_all() -> None:
        async with AsyncClient(KEY, SECRET, base_url=server.url, retry=ONCE) as client:
            for name, operation in OPERATIONS.items():
                await getattr(client, name)(**operation.example)

    asyncio.run(call_all())
    requests = server.control("GET", "requests")
    assert [(request["operation"], request["status"]) for request in requests] == [(name, 200) for name in OPERATIONS]


def test_another_key_is_taken_once_it_is_known(server: Running) -> None:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with Client("second", PemSigner(private), base_url=server.url, retry=ONCE) as second:
        with pytest.raises(NotExecuted):
            second.fund_collection_by_asset(asset="USDT")
        server.control("POST", "keys", api_key="second", public_key=public.decode())
        assert second.fund_collection_by_asset(asset="USDT").msg == "success"


@pytest.mark.parametrize("kind", ["lost", "cut", "late"])
@pytest.mark.parametrize("executed", [True, False])
def test_a_client_does_not_know_what_was_lost_on_the_way(kind: str, server: Running, *, executed: bool) -> None:
    server.control("POST", "credit", wallet="MAIN", asset="USDT", amount="100")
    fields: dict[str, Any] = {"kind": kind, "operation": "user_universal_transfer", "executed": executed, "seconds": 0}
    server.control("POST", "failures", **fields)
    with pytest.raises(OutcomeUnknown):
        transfer(server)
    assert len(server.control("GET", "entries")) == 1 + executed
    [request] = server.control("GET", "requests")
    assert (request["failure"], request["status"]) == (kind, 200 if kind == "cut" else None)
    transfer(server)


def test_the_history_shows_a_pending_transfer(server: Running) -> None:
    server.control("POST", "credit", wallet="MAIN", asset="USDT", amount="100")
    server.control("POST", "failures", kind="pending", seconds=1_000_000)
    with pytest.raises(OutcomeUnknown):
        transfer(server)
    assert len(server.control("GET", "entries")) == 1
    with Client(KEY, SECRET, base_url=server.url) as client:
        rows = client.query_user_universal_transfer_history(type=TransferType.MAIN_FUNDING).rows or []
    assert [row.status for row in rows] == ["PENDING"]


def test_a_client_does_not_wait_for_a_slow_answer_forever(server: Running) -> None:
    server.control("POST", "credit", wallet="MAIN", asset="USDT", amount="100")
    server.control("POST", "failures", kind="slow", seconds=1_000_000)
    with pytest.raises(OutcomeUnknown):
        transfer(server, patience=0.2)
    assert len(server.control("GET", "entries")) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_a_signal_ends_it(number: signal.Signals) -> None:
    with running(*COMMAND) as it:
        assert it.line == f"The sandbox listens on {it.url}; key sandbox-key, secret sandbox-secret.\n"
        it.control("POST", "failures", kind="slow", seconds=1_000_000)
        with it.connect() as idle, it.connect() as waiting, it.connect() as halfway:
            halfway.sendall(b"GET /half")
            query = f"asset=BTC&timestamp={time.time_ns() // 1_000_000}"
            query += f"&signature={signature(query)}"
            waiting.sendall(head(f"POST /sapi/v1/portfolio/asset-collection?{query} HTTP/1.1", f"X-MBX-APIKEY: {KEY}"))
            while not it.control("GET", "requests"):
                time.sleep(0.01)
            assert it.stop(number) == (0, "")
            assert [until_end(sock) for sock in (idle, waiting, halfway)] == [b"", b"", b""]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "65536"], "'65536' is not a port, which is a whole number from 0 to 65535."),
        (["--port", "\uff11"], "'\uff11' is not a port, which is a whole number from 0 to 65535."),
        (["--port", "9" * 5000], "is not a port, which is a whole number from 0 to 65535."),
        (["--host", "127.0.0.1"], "--host is of use together with --port only."),
        (["--prot", "1"], "unrecognized arguments: --prot 1"),
    ],
)
def test_wrong_arguments_end_in_a_message(arguments: list[str], message: str) -> None:
    done = run_python("-X", "utf8", "-m", "binance_transfers.sandbox", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"{message}\n")


def test_the_help_names_the_failures_that_can_be_asked_for_over_http() -> None:
    done = run_python("-X", "utf8", "-m", "binance_transfers.sandbox", "--help", env={**os.environ, "COLUMNS": "2000"})
    kinds = ", ".join(kind for kind in get_args(FailureKind) if kind != "no_connection")
    assert f"POST /sandbox/failures lets calls fail; the kinds are: {kinds}.\n" in done.stdout


def test_a_port_that_is_taken_ends_in_a_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run_python("-m", "binance_transfers.sandbox", "--port", str(port))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"The sandbox cannot listen on port {port} of 127.0.0.1: ")
    assert done.stderr.count("\n") == 1


WITHOUT = """\
import runpy, sys
sys.modules["uvicorn"] = None
runpy.run_module('binance_transfers.sandbox', run_name='__main__')
"""


def test_without_the_extra_the_server_says_what_to_install_and_the_demo_runs() -> None:
    done = run_python("-c", WITHOUT, "--port", "0")
    message = "The server needs the extra `sandbox`: pip install 'binance-transfers[sandbox]'.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)
    assert run_python("-c", WITHOUT).stdout.endswith("nothing left this process.\n")


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("binance_transfers", {"binance_transfers.sandbox", "binance_transfers_pytest", "pytest"}),
        ("binance_transfers.sandbox", {"argparse", "binance_transfers._runtime.sandbox.demo"}),
    ],
)
def test_no_import_brings_the_server_along(module: str, unwanted: set[str]) -> None:
    done = run_python("-c", f"import sys, {module}; print({unwanted | {'uvicorn'}} & set(sys.modules))")
    assert done.stdout == "set()\n", done.stderr
