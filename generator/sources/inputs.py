"""Finds the pages that a command line names: files, folders, addresses, and the methods of Binance's SDK."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from generator.console import announce

from . import LARGEST_FILE, Located, Page, read_all
from .sdk import LARGEST_WHEEL, read_wheel

_PROJECT = "binance-transfers"
_WHEEL = ".whl"
_ENDINGS = (".md", ".markdown", ".txt", ".html", ".htm", _WHEEL)
_SCHEMA_ENDINGS = (".yaml", ".yml", ".json")
"""The endings of a schema, which in a folder is called so."""
_SDK = "sdk:"
_SCHEMES = ("http://", "https://")
_PATIENCE = 10.0
"""Seconds within which a pipe or device that the command line names must end."""


class NoSuchPage(Exception):
    """A file or folder does not exist, or holds no page."""


def cache_folder() -> Path:
    """Return this user's cache folder."""
    home = Path.home()
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]) / _PROJECT
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _PROJECT / "cache"
    return (home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache") / _PROJECT


def pages(names: Sequence[str], cache: Path | None = None) -> Iterator[Page]:
    """Read each file once, in the order of the command line and of the names in a folder; it may hold several pages.

    Args:
        names: Files, folders, addresses, and packages such as sdk:binance-sdk-wallet or sdk:binance-sdk-wallet==13.0.0.
        cache: The folder that keeps what was fetched, or nothing.

    Raises:
        NoSuchPage: A file or folder is not there, or a folder holds no page.
    """
    listed = dict.fromkeys(page for name in names for page in _named(name))
    addresses = [page for page in listed if isinstance(page, str) and not page.startswith(_SDK)]
    if addresses:
        from .fetch import fetch  # noqa: PLC0415 - a second of imports that files do not need

        fetched = fetch(addresses, cache)
    for page in listed:
        if isinstance(page, Path):
            yield from _of_file(page, is_named=str(page) in names)
        elif page.startswith(_SDK):
            yield from _of_package(page, cache)
        else:
            yield from next(fetched)


def _named(name: str) -> Iterator[str | Path]:
    if name.lower().startswith((*_SCHEMES, _SDK)):
        yield name
    elif os.path.isdir(name):  # noqa: PTH112 - Path raises for a name that cannot be
        files = sorted(file for file in Path(name).rglob("*") if _may_be_page(file) and not file.is_dir())
        pages = [file for file in files if not any(part[0] == "." for part in file.relative_to(name).parts)]
        if not pages:
            raise NoSuchPage(f"{name} holds no page; pages end in {', '.join(_ENDINGS)}, or are called schema.yaml.")
        yield from pages
    elif os.path.exists(name):  # noqa: PTH110 - the same
        yield Path(name)
    else:
        raise NoSuchPage(
            f"{name or 'An empty name'} is not there; allowed: a file, a folder, an address that begins with https:// or "
            f"http://, or a package of Binance's SDK such as {_SDK}binance-sdk-wallet."
        )


def _may_be_page(file: Path) -> bool:
    """Return whether a file of a folder is read, by its name."""
    ending = file.suffix.lower()
    return ending in _ENDINGS or (ending in _SCHEMA_ENDINGS and "schema" in file.stem.lower())


def _of_file(path: Path, *, is_named: bool) -> Iterator[Page]:
    """Read a file. A pipe may have no end, so it is opened only where the command line names it."""
    is_wheel = path.suffix.lower() == _WHEEL
    most = LARGEST_WHEEL if is_wheel else LARGEST_FILE
    problem, source = "", None
    if not is_named and path.exists() and not path.is_file():
        problem = "it is no file, but a pipe, a device or a socket."
    else:
        try:
            source = _content(path, most) if path.is_file() else _content_in_time(path, most)
            problem = f"it is a pipe or a device that did not end within {_PATIENCE:g} s."
        except OSError as error:
            problem = f"it cannot be read: {error.strerror}."
    if source is None:
        yield Page(str(path), "text", problems=(problem,))
    elif is_wheel:
        yield from read_wheel(str(path), source)
    else:
        saved = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        for page in read_all(str(path), source):
            yield page if page.is_old or page.taken else _dated(page, saved)


def _dated(page: Page, day: str) -> Page:
    """Return a page of a schema or the catalogue, which state no day, with the one on which the file was saved."""
    taken = Located(day, 1)
    return replace(page, taken=taken, rest=(lambda: replace(page.whole(), taken=taken)) if page.rest else None)


def _of_package(name: str, cache: Path | None) -> Iterator[Page]:
    """Read a release of Binance's SDK, by default the newest."""
    from .sdk.index import CannotFetchWheel, Index  # noqa: PLC0415 - a second of imports that files do not need

    package, _, version = name.removeprefix(_SDK).partition("==")
    index = Index(cache)
    try:
        if not version:
            announce(f"Fetching {package}.")
        release = index.release(package, version or None)
        if version and not index.keeps(release):
            announce(f"Fetching {package} {version}.")
        content = index.wheel(release)
    except CannotFetchWheel as error:
        yield Page(name, "sdk", problems=(f"it cannot be fetched: {str(error).rstrip('.')}.",), unreachable=True)
        return
    yield from read_wheel(name, content, release.date)


def _content(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


def _content_in_time(path: Path, most: int) -> bytes | None:
    """Read what may never begin or end, in a thread that may be left behind; return nothing where it takes too long."""
    content: Future[bytes] = Future()

    def read() -> None:
        try:
            content.set_result(_content(path, most))
        except OSError as error:
            content.set_exception(error)

    Thread(target=read, daemon=True).start()
    return content.result() if wait([content], _PATIENCE).done else None
