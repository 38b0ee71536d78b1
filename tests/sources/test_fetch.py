"""Pages are fetched one at a time, under our own name, and again only where they changed."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest

from generator.__main__ import main
from generator.sources import LARGEST_FILE, Page
from generator.sources.fetch import fetch
from generator.sources.inputs import cache_folder, pages
from tests.conftest import Spec

from .writer import page_of, write

ADDRESS = "http://pages.example.com/docs/page"
BODY = b"# Title\n\n## HTTP Request\n\nGET `/a`\n"


@dataclass
class Site:
    """A server: its response, and the requests that it received."""

    status: int = 200
    body: bytes = BODY
    headers: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    """Paths that lead to other addresses."""
    pause: float = 0.0
    """Seconds between two bytes of the body."""
    requests: list[httpx.Request] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def respond(self, request: httpx.Request) -> httpx.Response:
        status, body, headers = self.status, self.body, self.headers
        if request.url.path in self.moved:
            status, headers = 301, {"location": self.moved[request.url.path]}
        elif request.headers.get("if-none-match", "none") == headers.get("etag"):
            status, body = 304, b""
        self.requests.append(request)
        self.statuses.append(status)
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        return httpx.Response(status, headers=encoded, content=self._sent(body))

    async def _sent(self, body: bytes) -> AsyncIterator[bytes]:
        for part in (bytes([byte]) for byte in body) if self.pause else (body,):
            await asyncio.sleep(self.pause)
            yield part


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site()
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=httpx.MockTransport(site.respond)))
    return site


def fetched(address: str, cache: Path | None) -> Page:
    [[page]] = fetch([address], cache)
    return page


def test_a_page_is_fetched_under_our_name(site: Site) -> None:
    page = fetched(ADDRESS, None)
    assert page.file == ADDRESS
    assert page.versions[0].endpoints[0].value.path == "/a"
    assert [request.headers["user-agent"] for request in site.requests] == ["binance-transfers drift"]


def test_a_page_that_did_not_change_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    first, second = [fetched(ADDRESS, tmp_path / "cache") for _ in range(2)]
    assert first == second
    assert site.statuses == [200, 304]


def test_a_page_that_changed_is_read_anew(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    fetched(ADDRESS, tmp_path)
    site.headers, site.body = {"etag": '"two"'}, BODY.replace(b"`/a`", b"`/b`")
    assert fetched(ADDRESS, tmp_path).versions[0].endpoints[0].value.path == "/b"
    assert site.statuses == [200, 200]


@pytest.mark.parametrize(
    "headers",
    [{}, {"etag": '"\xe9\xff"'}, {"etag": '"one"', "cache-control": "private, no-store"}],
    ids=["no mark", "a mark that cannot be sent back", "a page that must not be kept"],
)
def test_what_cannot_be_asked_for_again_is_not_kept(site: Site, tmp_path: Path, headers: dict[str, str]) -> None:
    site.headers = headers
    assert [fetched(ADDRESS, tmp_path).problems for _ in range(2)] == [(), ()]
    assert site.statuses == [200, 200]
    assert list(tmp_path.iterdir()) == []


def test_a_kept_page_that_is_damaged_is_fetched_again(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    first = fetched(ADDRESS, tmp_path)
    [kept] = tmp_path.iterdir()
    whole = kept.read_bytes()
    for damage in (whole[:-1], whole.replace(b"one", b"two", 1), b"[1]\n", b"\xff", b""):
        kept.write_bytes(damage)
        assert fetched(ADDRESS, tmp_path) == first
    assert site.statuses == [200] * 6


def test_a_cache_that_cannot_be_written_is_no_problem(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    (tmp_path / "file").write_bytes(b"")
    assert fetched(ADDRESS, tmp_path / "file" / "cache").problems == ()


@pytest.mark.parametrize("body", [b"", b"<html><script>ask()</script></html>", b"<h1>Are you a person?</h1>"])
def test_a_page_that_is_sent_instead_of_the_documentation_counts_as_not_reached(site: Site, body: bytes) -> None:
    site.body = body
    page = fetched(ADDRESS, None)
    assert page.unreachable
    assert page.problems == (
        "it names no method and path, such as GET /sapi/v1/account; it is no page of an endpoint.",
    )


def test_a_page_that_is_not_there_says_so(site: Site) -> None:
    site.status = 404
    assert fetched(ADDRESS, None).problems == ("it cannot be fetched: the server answered 404.",)


@pytest.mark.parametrize(
    "target",
    ["/docs/other", "/docs/zh-CN/page", "http://example.com/docs/page", "http://pages.example.com:81/docs/page"],
)
def test_a_page_that_was_moved_is_not_asked_for_elsewhere(site: Site, target: str) -> None:
    site.moved = {"/docs/page": target}
    address = httpx.URL(ADDRESS).join(target)
    assert fetched(ADDRESS, None).problems == (
        f"it cannot be fetched: it leads to {address}; name that address if it is the page that is meant.",
    )
    assert [str(request.url) for request in site.requests] == [ADDRESS]


def test_a_page_is_not_fetched_without_encryption_because_it_was_moved(site: Site) -> None:
    site.moved = {"/docs/page": f"{ADDRESS}/"}
    assert fetched(ADDRESS.replace("http:", "https:"), None).problems == (
        f"it cannot be fetched: it leads to {ADDRESS}/; name that address if it is the page that is meant.",
    )
    assert [request.url.scheme for request in site.requests] == ["https"]


def test_a_page_that_leads_to_itself_is_given_up(site: Site) -> None:
    site.moved = {"/docs/page": "/docs/page/", "/docs/page/": "/docs/page"}
    assert fetched(ADDRESS, None).problems == (
        "it cannot be fetched: it leads from address to address without an end.",
    )
    assert len(site.requests) == 6


def test_another_spelling_of_an_address_is_the_same_page(site: Site) -> None:
    site.moved = {"/docs/page": "/docs/page/"}
    assert fetched(ADDRESS, None).problems == ()


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"retry-after": "120"}, "the server answered 429; it wants to be left alone for 120 seconds."),
        ({"retry-after": "Wed, 21 Oct"}, "the server answered 429; it wants to be left alone until Wed, 21 Oct."),
        ({}, "the server answered 429; it wants to be left alone."),
    ],
)
def test_a_server_that_wants_to_be_left_alone_is(site: Site, headers: dict[str, str], message: str) -> None:
    site.status, site.headers = 429, headers
    [first], [second] = fetch([ADDRESS, f"{ADDRESS}-2"], None)
    assert first.problems == (f"it cannot be fetched: {message}",)
    asked = "pages.example.com was not asked again after it wanted to be left alone"
    assert second.problems == (f"it cannot be fetched: {asked}.",)
    assert site.statuses == [429]


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_names_each_address_that_is_asked_and_none_that_is_not(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    site.status = 429
    addresses = [ADDRESS, f"{ADDRESS}-2", "http://more.example.com/\x1b[1m"]
    assert len(list(fetch(addresses, None))) == 3
    asked = [f"Fetching {ADDRESS}.\n", "Fetching http://more.example.com/<U+001B>[1m.\n"]
    assert capsys.readouterr() == ("", "".join(asked) if is_terminal else "")


def test_a_page_that_trickles_in_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.sources.fetch._SECONDS_IN_ALL", 0.1)
    site.pause = 0.02
    assert fetched(ADDRESS, None).problems == ("it cannot be fetched: it was not here after 0.1 seconds.",)


@pytest.mark.parametrize("address", ["http://127.0.0.1:{}/page", "http://", "https://[", "http://127.0.0.1:99999/"])
def test_an_address_without_a_server_is_a_problem(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    [problem] = fetched(address.format(closed), None).problems
    assert problem.startswith("it cannot be fetched: ")
    assert not problem.endswith("..")


def test_a_page_that_is_too_large_is_not_read_to_its_end(site: Site, tmp_path: Path) -> None:
    site.body, site.headers = b"x" * (2 * LARGEST_FILE), {"etag": '"one"'}
    assert fetched(ADDRESS, tmp_path).problems == (f"it has more than {LARGEST_FILE} bytes, which no page has.",)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "br", "unknown"])
def test_no_encoding_is_asked_for_and_an_encoded_page_is_not_decoded(site: Site, encoding: str) -> None:
    site.body, site.headers = gzip.compress(gzip.compress(BODY)), {"content-encoding": encoding}
    message = f"it cannot be fetched: the server sent it encoded as {encoding}, which it was not asked for."
    assert fetched(ADDRESS, None).problems == (message,)
    assert [request.headers["accept-encoding"] for request in site.requests] == ["identity"]


def test_cookies_are_not_sent_back(site: Site) -> None:
    site.headers = {"set-cookie": "a=b; Domain=pages.example.com; Path=/"}
    assert [page.problems for [page] in fetch([ADDRESS, ADDRESS], None)] == [(), ()]
    assert [request.headers.get("cookie") for request in site.requests] == [None, None]


@contextmanager
def endless(part: bytes) -> Iterator[str]:
    """Serve the same bytes again and again, and yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                connection.recv(65536)
                while True:
                    connection.sendall(part)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/page"
        thread.join()


@pytest.mark.parametrize(
    "part",
    [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50],
    ids=["100", "103"],
)
def test_interim_responses_without_an_end_are_given_up(monkeypatch: pytest.MonkeyPatch, part: bytes) -> None:
    monkeypatch.setattr("generator.sources.fetch._SECONDS_IN_ALL", 0.2)
    with endless(part) as address:
        assert fetched(address, None).problems == ("it cannot be fetched: it was not here after 0.2 seconds.",)


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PROXY", "http://user:secret@proxy:notaport"), ("SSL_CERT_FILE", "/nonexistent.pem")]
)
def test_settings_of_the_environment_that_cannot_be_used_are_a_problem(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    [problem] = fetched(ADDRESS, None).problems
    assert problem.startswith("it cannot be fetched: the settings for proxies or certificates cannot be used (")
    assert "secret" not in problem


def test_what_is_no_file_in_a_folder_of_pages_is_named_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.md")
    (tmp_path / "null.html").symlink_to("/dev/zero")
    (tmp_path / "page.md").write_bytes(BODY)
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nowhere")
    assert {Path(page.file).name: page.problems for page in pages([str(tmp_path)])} == {
        "fifo.md": ("it is no file, but a pipe, a device or a socket.",),
        "lost.txt": ("it cannot be read: No such file or directory.",),
        "null.html": ("it is no file, but a pipe, a device or a socket.",),
        "page.md": (),
    }


def test_a_pipe_that_is_named_itself_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    writer = threading.Thread(target=(tmp_path / "fifo").write_bytes, args=(BODY,))
    writer.start()
    [page] = pages([str(tmp_path / "fifo")])
    writer.join()
    assert page.problems == ()


def test_the_command_takes_addresses(
    site: Site, spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    site.body, site.headers = write("html", page_of(spec.document, spec.api.operations[0], "en")), {"etag": '"one"'}
    # The page calls itself by the address of another site.
    assert main(["drift", ADDRESS]) == 2
    assert "wrong page" in capsys.readouterr().out
    assert main(["drift", "--no-cache", ADDRESS]) == 2
    assert site.statuses == [200, 200]
    assert [file.parent for file in tmp_path.rglob("*.page")] == [tmp_path / "binance-transfers"]


def test_the_cache_is_the_user_s(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "binance-transfers"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr("sys.platform", "linux")
    assert cache_folder() == Path.home() / ".cache" / "binance-transfers"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_folder() == Path.home() / "Library" / "Caches" / "binance-transfers"
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder() == tmp_path / "local" / "binance-transfers" / "cache"


def test_a_named_pipe_that_nobody_writes_to_ends_with_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.sources.inputs._PATIENCE", 0.1)
    os.mkfifo(tmp_path / "fifo")
    (page,) = pages([str(tmp_path / "fifo")])
    assert page.problems == ("it is a pipe or a device that did not end within 0.1 s.",)


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ReadTimeout, httpx.ConnectTimeout])
def test_a_host_that_does_not_respond_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch, failure: type[httpx.TransportError]
) -> None:
    asked = []
    site = Site()

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        if request.url.host == "pages.example.com":
            raise failure("no")
        return site.respond(request)

    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=httpx.MockTransport(respond)))
    [first], [second], [other] = fetch([ADDRESS, f"{ADDRESS}2", "http://other.example.com/docs/page"], None)
    assert first.problems == ("it cannot be fetched: no.",)
    assert second.problems == ("it cannot be fetched: pages.example.com was not asked again after it did not respond.",)
    assert (first.unreachable, second.unreachable, other.problems) == (True, True, ())
    assert asked == ["pages.example.com", "other.example.com"]
