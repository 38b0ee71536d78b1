"""Wheels are fetched by pip from the index of the user's settings, kept, and dated by what the index states."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from generator.sources import Page
from generator.sources.inputs import pages
from generator.sources.sdk.index import CannotFetchWheel, Index, Release, _indexes

from .test_sdk import PLAIN
from .wheels import write_wheel

PACKAGE = "made-up-sdk"
DAYS = {"1.0.0": "2025-07-17", "1.10.0": "2026-08-07", "1.9.0": None}
"""The releases of the index; the newest is neither the last nor the greatest as text."""
NO_PACKAGE = "no package; a version is named with == only, such as binance-sdk-wallet==13.0.0"
NO_VERSION = f"no version; name one release, such as {PACKAGE}==13.0.0"


@dataclass
class Shop:
    """A package index on this machine."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    days: dict[str, str | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    absent: int = 404
    """The status of what is not there."""

    def add(self, version: str, day: str | None, content: bytes | None = None) -> None:
        name = f"made_up_sdk-{version}-py3-none-any.whl"
        self.files[name] = write_wheel(PLAIN, version=version) if content is None else content
        self.days[name] = day

    def listing(self) -> bytes:
        files = [
            {"filename": name, "url": f"{self.address}/files/{name}", "hashes": {}}
            | ({"upload-time": f"{day}T01:02:03.456Z"} if (day := self.days[name]) else {})
            for name in self.files
        ]
        return json.dumps({"meta": {"api-version": "1.1"}, "name": PACKAGE, "files": files}).encode()


def handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked.append(self.path)
            name = self.path.rpartition("/")[2]
            content = shop.listing() if self.path == f"/simple/{PACKAGE}/" else shop.files.get(name)
            kind = "application/octet-stream" if name else "application/vnd.pypi.simple.v1+json"
            self.send_response(shop.absent if content is None else 200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: Any) -> None:
            """Write nothing."""

    return Handler


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shop]:
    """Run an index, and let pip know no other."""
    for name in os.environ:
        if name.startswith("PIP_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    shop = Shop()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(shop))
    shop.address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{shop.address}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))
    _indexes.cache_clear()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for version, day in DAYS.items():
        shop.add(version, day)
    yield shop
    _indexes.cache_clear()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def _known(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the address of the index be known, so that pip need not be started to ask for it."""
    monkeypatch.setattr("generator.sources.sdk.index._indexes", lambda: (f"{shop.address}/simple",))


def named(page: Page) -> tuple[str, str | None]:
    return page.source, page.taken.value if page.taken else None


def test_releases_are_listed_from_the_oldest_to_the_newest_and_the_newest_is_read_and_kept(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = []

    def releases(index: Index, package: str) -> list[Release]:
        listed.extend(found := list_releases(index, package))
        return found

    list_releases = Index.releases
    monkeypatch.setattr(Index, "releases", releases)
    [newest] = pages([f"sdk:{PACKAGE}"], tmp_path)
    assert listed == [Release(PACKAGE, version, DAYS[version]) for version in ("1.0.0", "1.9.0", "1.10.0")]
    assert named(newest) == (f"{PACKAGE} 1.10.0", "2026-08-07")
    assert [release.version for release in listed if Index(tmp_path).keeps(release)] == ["1.10.0"]
    assert not Index(None).keeps(listed[-1])
    shop.asked.clear()
    [kept] = pages([f"sdk:{PACKAGE}==1.10.0"], tmp_path)
    assert replace(kept, file=newest.file) == newest
    assert shop.asked == []


@pytest.mark.usefixtures("shop")
def test_a_terminal_names_each_package_that_is_fetched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    lines = {"": f"Fetching {PACKAGE}.\n", "==1.10.0": "", "==1.9.0": f"Fetching {PACKAGE} 1.9.0.\n"}
    for name, line in lines.items():
        assert len(list(pages([f"sdk:{PACKAGE}{name}"], tmp_path))) == 1
        assert capsys.readouterr() == ("", line)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("sdk:", f"'' is {NO_PACKAGE}"),
        ("sdk::", f"':' is {NO_PACKAGE}"),
        ("sdk:--editable", f"'--editable' is {NO_PACKAGE}"),
        ("sdk:a b", f"'a b' is {NO_PACKAGE}"),
        ("sdk:https://example.com/a.whl", f"'https://example.com/a.whl' is {NO_PACKAGE}"),
        ("sdk:../a", f"'../a' is {NO_PACKAGE}"),
        *(
            (f"sdk:{PACKAGE}{end}", f"'{PACKAGE}{end}' is {NO_PACKAGE}")
            for end in (">=13", "~=13.0", "<14", "=13.0.0", "@13")
        ),
        *((f"sdk:{PACKAGE}=={text}", f"{text!r} is {NO_VERSION}") for text in ("../1", "1 -r a", "1,<2", "=1", "1.*")),
    ],
)
@pytest.mark.usefixtures("shop")
def test_what_cannot_be_fetched_is_a_sentence(name: str, problem: str, tmp_path: Path) -> None:
    [page] = pages([name], tmp_path)
    assert (page.file, page.unreachable) == (name, True)
    assert page.problems == (f"it cannot be fetched: {problem}.",)


@pytest.mark.usefixtures("_known")
def test_no_code_of_a_package_is_run_to_fetch_it(shop: Shop, tmp_path: Path) -> None:
    harm = tmp_path / "harm"
    shop.files = {"made_up_sdk-1.0.0.tar.gz": f"import os; os.mkdir({str(harm)!r})".encode()}
    shop.days = {"made_up_sdk-1.0.0.tar.gz": None}
    [page] = pages([f"sdk:{PACKAGE}==1.0.0"], tmp_path / "cache")
    assert page.unreachable
    assert page.problems == (f"it cannot be fetched: pip fails: No matching distribution found for {PACKAGE}==1.0.0.",)
    assert not harm.exists()


@pytest.mark.usefixtures("_known")
def test_a_wheel_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    kept = tmp_path / "sdk" / PACKAGE / "2.0.0.whl"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(write_wheel(PLAIN)[:2000])
    [page] = pages([f"sdk:{PACKAGE}==2.0.0"], tmp_path)
    assert page.problems == ("it is no wheel, or a damaged one.",)
    assert page.versions == ()


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize(
    "listing", [b"[1]", b'{"files": [1, {"filename": 2}]}', b'{"files": 3}', b"[" * 10_000, b"\xff"]
)
def test_an_index_that_states_no_days_gives_none(
    shop: Shop, listing: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = Release(PACKAGE, "1.0.0", None)
    monkeypatch.setattr(shop, "listing", lambda: listing)
    assert Index(tmp_path).release(PACKAGE, "1.0.0") == release


@pytest.mark.usefixtures("_known")
def test_a_release_may_have_no_day_and_a_folder_that_cannot_be_written_is_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*arguments: str) -> str:
        (Path(arguments[-2]) / "a.whl").write_bytes(write_wheel(PLAIN, version="1.9.0"))
        return ""

    monkeypatch.setattr("generator.sources.sdk.index._pip", download)
    (tmp_path / "sdk").write_text("a file", encoding="utf-8")
    [page] = pages([f"sdk:{PACKAGE}==1.9.0"], tmp_path)
    assert named(page) == (f"{PACKAGE} 1.9.0", None)


OUTPUT = {"PIP_QUIET": "3", "PIP_JSON": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}
"""Settings of what pip prints, and how."""
SETTINGS = [{"PIP_RETRIES": "0"}, {"PIP_RETRIES": "1"}, {"PIP_RETRIES": "0", **OUTPUT}]


@pytest.mark.usefixtures("_known")
def test_the_releases_are_listed_whatever_the_user_lets_pip_print(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in OUTPUT.items():
        monkeypatch.setenv(name, value)
    assert [release.version for release in Index(None).releases(PACKAGE)] == ["1.0.0", "1.9.0", "1.10.0"]
    assert shop.asked


@pytest.mark.parametrize("settings", SETTINGS[1:])
def test_a_package_that_the_index_does_not_have_is_a_sentence(
    settings: dict[str, str], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**settings, "PIP_INDEX_URL": f"{shop.address}/nothing"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotFetchWheel, match=f"^pip fails: No matching distribution found for {PACKAGE}$"):
        Index(None).releases(PACKAGE)


@pytest.mark.parametrize(
    ("version", "settings"), [*((None, settings) for settings in SETTINGS), ("1.0.0", SETTINGS[0])]
)
@pytest.mark.usefixtures("shop")
def test_an_index_that_does_not_respond_is_told_from_a_package_that_is_not_there(
    version: str | None, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.sources.sdk.index._indexes", lambda: ())
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/simple"
        for name, value in {**settings, "PIP_INDEX_URL": address}.items():
            monkeypatch.setenv(name, value)
        [page] = pages([f"sdk:{PACKAGE}" + (f"=={version}" if version else "")])
    problem = "it cannot be fetched: the package index of your pip did not respond."
    assert (page.problems, page.unreachable) == ((problem,), True)


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (403, "the package index of your pip answers 403"),
        (503, "the package index of your pip did not respond"),
    ],
)
def test_an_index_that_refuses_is_told_from_a_package_that_is_not_there(
    status: int, problem: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "absent", status)
    monkeypatch.setenv("PIP_INDEX_URL", f"{shop.address}/nothing")
    with pytest.raises(CannotFetchWheel, match=f"^{problem}$"):
        Index(None).releases(PACKAGE)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.usefixtures("_known")
def test_a_host_of_files_that_does_not_respond_is_told_as_one(
    settings: dict[str, str], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        listing = shop.listing().replace(shop.address.encode(), f"http://127.0.0.1:{unused.getsockname()[1]}".encode())
        monkeypatch.setattr(shop, "listing", lambda: listing)
        with pytest.raises(CannotFetchWheel, match="^the package index of your pip did not respond$"):
            Index(None).wheel(Release(PACKAGE, "1.0.0", None))
