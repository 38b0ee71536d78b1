"""Fetches the wheels of a package with pip, so that the index, proxy and certificates of the user's settings hold."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

_SECONDS = 180.0
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_VERSION = re.compile(r"[0-9][A-Za-z0-9.!+_]{0,49}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VERSIONS = re.compile(r"^Available versions: (.+)$", re.MULTILINE)
_SETTING = re.compile(r"^(?P<where>[^.]+)\.(?P<name>(?:extra-)?index-url)=(?P<value>'.*'|\".*\")$", re.MULTILINE)
_DEFAULT = re.compile(r"\(default\s+(https?://[^\s)]+)\)")
"""How pip's help names the index that it asks where the user names none."""
_PRINTED = {"PIP_VERBOSE": "2", "PIP_QUIET": "0", "PIP_JSON": "0", "PIP_NO_COLOR": "1"}
"""What pip has to print, whatever the user's settings say: why it could not read an index stands only in what it adds."""
_DISCONNECTED = re.compile(
    r"^pip\._vendor\.requests\.exceptions\.|^error: (?:connection|ssl-verification|proxy)", re.MULTILINE
)
"""What pip prints of a file that it could not load: older releases a traceback, newer ones a name of the error."""
_NOT_FETCHED = re.compile(
    r"^\s*Could not fetch URL \S+: (?!404 Client Error)(?:(?P<status>4\d\d) Client Error)?", re.MULTILINE
)
"""What pip prints of an index that it could not read; it then says that there is no such package."""
_JSON = "application/vnd.pypi.simple.v1+json"
_LARGEST_LISTING = 20_000_000
_ANY_PYTHON = "--ignore-requires-python"
"""The code is read and not run, so its demands do not matter."""


class CannotFetchWheel(Exception):
    """A wheel cannot be fetched; the message says why."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version of a package, and when its wheel was uploaded."""

    package: str
    version: str
    date: str | None
    """As YYYY-MM-DD, where the index states it."""


class Index:
    """The package index of the user's pip, and the folder that keeps wheels."""

    def __init__(self, cache: Path | None) -> None:
        self._cache = cache / "sdk" if cache else None
        self._dates: dict[str, Mapping[str, str]] = {}

    def releases(self, package: str) -> list[Release]:
        """Return the versions of a package, the oldest first.

        Raises:
            CannotFetchWheel: The index does not list them.
        """
        _check_package(package)
        listed = _VERSIONS.search(_pip("index", "versions", _ANY_PYTHON, package))
        versions = listed[1].split(", ") if listed else []
        if not all(map(_VERSION.fullmatch, versions)) or not versions:
            raise CannotFetchWheel(f"pip lists no versions of {package}")
        return [Release(package, version, self._date(package, version)) for version in reversed(versions)]

    def release(self, package: str, version: str | None) -> Release:
        """Return a version of a package, or its newest one."""
        if version is None:
            return self.releases(package)[-1]
        _check_package(package)
        if not _VERSION.fullmatch(version):
            raise CannotFetchWheel(f"{version!r} is no version; name one release, such as {package}==13.0.0")
        return Release(package, version, self._date(package, version))

    def wheel(self, release: Release) -> bytes:
        """Return the wheel of a release.

        Raises:
            CannotFetchWheel: There is none, or the index does not respond.
        """
        kept = self._kept(release)
        if kept and self.keeps(release):
            return kept.read_bytes()
        with TemporaryDirectory() as folder:
            wanted = f"{release.package}=={release.version}"
            _pip("download", "--no-deps", "--only-binary", ":all:", _ANY_PYTHON, "--dest", folder, wanted)
            content = next((file.read_bytes() for file in Path(folder).glob("*.whl")), None)
        if content is None:
            raise CannotFetchWheel(f"pip downloaded no wheel of {wanted}")
        if kept:
            _save(kept, content)
        return content

    def keeps(self, release: Release) -> bool:
        """Return whether the wheel of a release need not be fetched."""
        kept = self._kept(release)
        return kept is not None and kept.is_file()

    def _kept(self, release: Release) -> Path | None:
        return self._cache / release.package / f"{release.version}.whl" if self._cache else None

    def _date(self, package: str, version: str) -> str | None:
        """Return the day on which a wheel was uploaded, which a wheel does not say: all its files have one fixed date."""
        kept = self._cache / package / f"{version}.date" if self._cache else None
        if kept and kept.is_file() and _DATE.fullmatch(known := kept.read_text(encoding="utf-8")):
            return known
        if package not in self._dates:
            self._dates[package] = dict(_upload_dates(package))
        date = self._dates[package].get(version)
        if kept and date:
            _save(kept, date.encode())
        return date


def _check_package(name: str) -> None:
    if not _PACKAGE.fullmatch(name):
        example = "binance-sdk-wallet==13.0.0"
        raise CannotFetchWheel(f"{name!r} is no package; a version is named with == only, such as {example}")


def _pip(*arguments: str) -> str:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    settings = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"} | _PRINTED
    try:
        done = subprocess.run(  # noqa: S603 - the names were checked, and nothing is taken by a shell
            command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False, env=settings
        )
    except subprocess.TimeoutExpired:
        raise CannotFetchWheel(f"pip did not end within {_SECONDS:g} s") from None
    if done.returncode:
        raise CannotFetchWheel(_failure(done.stdout, done.stderr))
    return done.stdout


def _failure(output: str, errors: str) -> str:
    """Return why pip failed; the reason does not depend on how often it tried."""
    not_fetched = _NOT_FETCHED.search(output)
    if not_fetched and not_fetched["status"]:
        return f"the package index of your pip answers {not_fetched['status']}"
    if not_fetched or _DISCONNECTED.search(errors):
        return "the package index of your pip did not respond"
    lines = errors.splitlines()
    reasons = [line for line in lines if line.startswith(("ERROR:", "error:"))] or lines or ["it says nothing"]
    return f"pip fails: {reasons[-1].removeprefix('ERROR:').strip()[:300]}"


def _save(file: Path, content: bytes) -> None:
    staged = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        staged.write_bytes(content)
        staged.replace(file)
    except OSError:
        return  # without a cache, it is fetched again


# The dates, which pip does not print: from the same indexes, in the form that PEP 691 and PEP 700 define


def _upload_dates(package: str) -> Iterator[tuple[str, str]]:
    """Yield the versions of a package, each with the day of its upload, where an index of the user's pip states it."""
    try:
        indexes = _indexes()
    except CannotFetchWheel:
        return
    for index in indexes:
        try:
            files = _listing(f"{index.rstrip('/')}/{re.sub(r'[-_.]+', '-', package).lower()}/")
        except (httpx.HTTPError, httpx.InvalidURL, ImportError, OSError, ValueError, RecursionError):
            continue  # a release without a date is reported as one
        for file in files if isinstance(files, list) else ():
            name, time = (
                (str(file.get(key)) for key in ("filename", "upload-time")) if isinstance(file, dict) else ("", "")
            )
            if name.endswith(".whl") and name.count("-") > 1 and _DATE.match(time):
                yield name.split("-")[1], time[:10]


@cache
def _indexes() -> tuple[str, ...]:
    """Return the addresses of the user's indexes; those of the environment come before those of files."""
    settings = _pip("config", "list")
    found: dict[str, list[str]] = {}
    for setting in sorted(_SETTING.finditer(settings), key=lambda setting: not setting["where"].startswith(":env:")):
        found.setdefault(setting["name"], str(ast.literal_eval(setting["value"])).split())
    addresses = found.get("index-url") or _DEFAULT.findall(_pip("download", "--help"))[:1]
    addresses += found.get("extra-index-url", [])
    return tuple(address for address in addresses if address.startswith(("https://", "http://")))


def _listing(address: str) -> object:
    with httpx.stream("GET", address, headers={"accept": _JSON}, timeout=20.0, follow_redirects=True) as response:
        response.raise_for_status()
        body = bytearray()
        for part in response.iter_bytes():
            body += part
            if len(body) > _LARGEST_LISTING:
                return []
    content = json.loads(body)
    return content.get("files") if isinstance(content, dict) else []
