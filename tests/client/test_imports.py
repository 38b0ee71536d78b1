"""What a program loads that makes a client and a call, as it pays for that at each start."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from binance_transfers import OPERATIONS

PROGRAM = """
import json, socket, sys, threading

server = socket.create_server(("127.0.0.1", 0))

def respond():
    connected, _ = server.accept()
    connected.recv(65536)
    body = b'{"tranId": 1}'
    connected.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body))

threading.Thread(target=respond, daemon=True).start()
from binance_transfers import Client
client = Client("key", "secret", base_url=f"http://127.0.0.1:{server.getsockname()[1]}")
client.user_universal_transfer(type="MAIN_UMFUTURE", asset="USDT", amount="1")
before = list(sys.modules)
print(json.dumps([before, client._api.operations["user_universal_transfer"].sources["en"].url, list(sys.modules)]))
"""
RUNTIME = "binance_transfers._runtime"
TEXTS = "binance_transfers._documentation"


@pytest.fixture(scope="module")
def loaded() -> tuple[set[str], str, set[str]]:
    """Return the modules after a first call, a page of the table, and the modules after reading it."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    before, url, after = json.loads(done.stdout)
    return set(before), url, set(after)


@pytest.mark.parametrize(
    "unneeded",
    [
        *(
            "asyncio",
            "certifi",
            "difflib",
            "email.utils",
            "html.entities",
            "httpx",
            "httpx2",
            "random",
            "urllib.request",
        ),
        *(f"{RUNTIME}.{name}" for name in ("history", "journal", "pages", "question", "reconcile", "sandbox")),
        "binance_transfers._texts",
        TEXTS,
    ],
)
def test_a_first_call_does_not_load_what_only_other_programs_need(
    loaded: tuple[set[str], str, set[str]], unneeded: str
) -> None:
    assert unneeded not in loaded[0]


@pytest.mark.parametrize(("given", "unneeded"), [("httpx", "httpx2"), ("httpx2", "httpx")])
@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_an_http_client_of_one_library_does_not_load_the_other(given: str, unneeded: str, kind: str) -> None:
    program = f"import sys, {given}, binance_transfers; binance_transfers.{kind}(http_client={given}.{kind}()); "
    done = subprocess.run(
        [sys.executable, "-c", f"{program}print({unneeded!r} in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "False\n"


def test_texts_of_the_table_are_read_when_they_are_asked_for(loaded: tuple[set[str], str, set[str]]) -> None:
    _, url, after = loaded
    assert url == OPERATIONS["user_universal_transfer"].sources["en"].url
    assert TEXTS in after


@pytest.mark.parametrize(
    ("names", "needed"), [({}, "True"), ({"SSL_CERT_DIR": "."}, "False")], ids=["none", "a folder"]
)
def test_certificates_of_a_package_are_loaded_only_where_the_environment_names_none(
    names: dict[str, str], needed: str
) -> None:
    program = (
        "import sys; from binance_transfers import Client; Client('key', 'secret'); print('certifi' in sys.modules)"
    )
    others = {name: value for name, value in os.environ.items() if not name.startswith("SSL_CERT_")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", env={**others, **names})
    assert done.stdout.strip() == needed


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_entry_of_the_table_has_a_hash_and_a_short_repr(name: str) -> None:
    operation = OPERATIONS[name]
    assert {operation: name}[operation] == name
    assert hash(operation.effect) == hash(operation.effect)
    assert hash(operation.confirmation) == hash(operation.confirmation)
    assert "documentation" not in repr(operation)
