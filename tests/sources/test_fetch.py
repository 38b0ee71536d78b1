"""Pages are fetched one at a time, under our own name, and again only where they changed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.sources import LARGEST, Page
from generator.sources.fetch import fetch
from generator.sources.inputs import cache_folder
from tests.conftest import Spec

from .writer import page_of, write

BODY = b"# Title\n\n## HTTP Request\n\nGET `/a`\n"


@dataclass
class Site:
    """What the server answers, and what it was asked."""

    address: str = ""
    status: int = 200
    body: bytes = BODY
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    """Paths that lead to other addresses."""
    pause: float = 0.0
    """Seconds between two bytes of the body."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of a page that was given up."""


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            here.asked.append({name.lower(): value for name, value in self.headers.items()})
            asked = here.asked[-1].get("if-none-match")
            unchanged = asked is not None and asked == here.headers.get("etag")
            status, body = (304, b"") if unchanged else (here.status, here.body)
            place = here.moved.get(self.path)
            status = 301 if place else status
            here.answered.append(status)
            self.send_response(status)
            to = {"location": place} if place else {}
            for name, value in {**here.headers, **to, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # the page was given up
                for part in (body,) if not here.pause else (bytes([byte]) for byte in body):
                    self.wfile.write(part)
                    time.sleep(here.pause)

        def log_message(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        here.address = f"http://127.0.0.1:{server.server_port}/docs/page"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield here
        server.shutdown()
        thread.join()


def one(address: str, cache: Path | None) -> Page:
    [page] = fetch([address], cache)
    return page


def test_a_page_is_fetched_under_our_name(site: Site) -> None:
    page = one(site.address, None)
    assert page.file == site.address
    assert page.versions[0].endpoints[0].value.path == "/a"
    assert [request["user-agent"] for request in site.asked] == ["binance-transfers drift"]


def test_a_page_that_did_not_change_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    pages = [one(site.address, tmp_path / "cache") for _ in range(2)]
    assert pages[0] == pages[1]
    assert site.answered == [200, 304]


def test_a_page_that_changed_is_read_anew(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    one(site.address, tmp_path)
    site.headers, site.body = {"etag": '"two"'}, BODY.replace(b"`/a`", b"`/b`")
    assert one(site.address, tmp_path).versions[0].endpoints[0].value.path == "/b"
    assert site.answered == [200, 200]


@pytest.mark.parametrize(
    "headers",
    [{}, {"etag": '"\xe9\xff"'}, {"etag": '"one"', "cache-control": "private, no-store"}],
    ids=["no mark", "a mark that cannot be sent back", "a page that must not be kept"],
)
def test_what_cannot_be_asked_for_again_is_not_kept(site: Site, tmp_path: Path, headers: dict[str, str]) -> None:
    site.headers = headers
    assert [one(site.address, tmp_path).problems for _ in range(2)] == [(), ()]
    assert site.answered == [200, 200]
    assert list(tmp_path.iterdir()) == []


def test_a_kept_page_that_is_damaged_is_fetched_again(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    first = one(site.address, tmp_path)
    [kept] = tmp_path.iterdir()
    whole = kept.read_bytes()
    for damage in (whole[:-1], whole.replace(b"one", b"two", 1), b"[1]\n", b"\xff", b""):
        kept.write_bytes(damage)
        assert one(site.address, tmp_path) == first
    assert site.answered == [200] * 6


def test_a_cache_that_cannot_be_written_is_no_problem(site: Site, tmp_path: Path) -> None:
    site.headers = {"etag": '"one"'}
    (tmp_path / "file").write_bytes(b"")
    assert one(site.address, tmp_path / "file" / "cache").problems == ()


def test_a_page_that_is_not_there_says_so(site: Site) -> None:
    site.status = 404
    assert one(site.address, None).problems == ("it cannot be fetched: the server answered 404.",)


@pytest.mark.parametrize("place", ["/docs/other", "/docs/zh-CN/page", "http://localhost:1/docs/page"])
def test_a_page_that_was_moved_is_not_read_under_its_old_name(site: Site, place: str) -> None:
    site.moved = {"/docs/page": place}
    [problem] = one(site.address, None).problems
    assert problem.startswith("it cannot be fetched: ")
    assert place.startswith("http") or problem.endswith(
        f"it leads to {site.address.replace('/docs/page', place)}; name that address if it is the page that is meant."
    )


def test_another_spelling_of_an_address_is_the_same_page(site: Site) -> None:
    site.moved = {"/docs/page": "/docs/page/"}
    assert one(site.address, None).problems == ()


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
    first, second = fetch([site.address, f"{site.address}-2"], None)
    host = site.address.split("/")[2]
    assert first.problems == (f"it cannot be fetched: {message}",)
    assert second.problems == (f"it cannot be fetched: {host} was not asked again after it wanted to be left alone.",)
    assert site.answered == [429]


def test_a_page_that_trickles_in_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.sources.fetch._SECONDS_IN_ALL", 0.1)
    site.pause = 0.02
    assert one(site.address, None).problems == ("it cannot be fetched: it was not here after 0.1 seconds.",)


@pytest.mark.parametrize("address", ["http://127.0.0.1:{}/page", "http://", "https://[", "http://127.0.0.1:99999/"])
def test_an_address_without_a_server_is_a_problem(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    [problem] = one(address.format(closed), None).problems
    assert problem.startswith("it cannot be fetched: ")
    assert not problem.endswith("..")


def test_a_page_that_is_too_large_is_not_read_to_its_end(site: Site, tmp_path: Path) -> None:
    site.body, site.headers = b"x" * (2 * LARGEST), {"etag": '"one"'}
    assert one(site.address, tmp_path).problems == (f"it has more than {LARGEST} bytes, which no page has.",)
    assert list(tmp_path.iterdir()) == []


def test_the_command_takes_addresses(
    site: Site, spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    site.body, site.headers = write("html", page_of(spec.document, spec.api.operations[0], "en")), {"etag": '"one"'}
    # The page calls itself by the address of another site.
    assert main(["drift", site.address]) == 2
    assert "wrong page" in capsys.readouterr().out
    assert main(["drift", "--no-cache", site.address]) == 2
    assert site.answered == [200, 200]
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
