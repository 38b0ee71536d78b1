"""Drafts what an operation of the spec names as its sources: only what was given, and no page that nobody read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from generator import drafts
from generator.openapi.edit import InlineMapping
from generator.sources import Language, Page, PageVersion
from generator.vocabulary import LANGUAGES

_DATE = "as 'YYYY-MM-DD'."


def drafted_sources(versions: Mapping[Language, PageVersion], files: Mapping[Language, Page]) -> dict[str, Any]:
    """Return the value of `x-binance-source`; a page in Chinese alone leaves the English one to a person."""
    pages = [language for language in LANGUAGES if language in files and files[language].is_old]
    named = [language for language in LANGUAGES if pages and language in ("en", *pages)]
    sources: dict[str, Any] = {language: _page(language, versions, files) for language in named}
    other = next((page for page in files.values() if not page.is_old), None)
    if other and other.format == "sdk":
        package, _, version = other.source.partition(" ")
        read = other.taken.value if other.taken else drafts.gap(f"Write the date of the release, {_DATE}")
        sources["sdk"] = InlineMapping(package=package, version=version, read=read)
        sources |= {"catalogue": {"url": other.address.value}} if other.address else {}
    elif other:
        sources["catalogue"] = {
            "url": _url(other) or drafts.gap("Write the address of its section in the catalogue, with https."),
            "read": other.taken.value if other.taken else drafts.gap(f"Write the day on which it was saved, {_DATE}"),
        }
    has_example = any(version.examples for version in versions.values())
    return sources if has_example or "sdk" in sources else {**sources, "example": "ours"}


def _page(
    language: Language, versions: Mapping[Language, PageVersion], files: Mapping[Language, Page]
) -> dict[str, Any]:
    page = files[language] if language in files and files[language].is_old else None
    address = _address(page, versions[language]) if page else None
    written: dict[str, Any] = {
        "url": address or drafts.gap("Write the address of the page, with https."),
        "read": page.taken.value if page and page.taken else drafts.gap(f"Write the date of the page, {_DATE}"),
    }
    return written | ({"sentences": drafts.recorded(versions[language])} if page else {})


def _address(page: Page, version: PageVersion) -> str | None:
    """Return where the page is: as the copy says, or as its headings do where they link to the other language."""
    anchors = [url.value.partition("#")[0] for url in version.anchors]
    own = next((anchor for anchor in anchors if anchor.startswith(("/", "https://"))), "")
    address = _url(page) or ""
    if own.startswith("/"):
        return f"https://{urlsplit(address).netloc}{own}" if address else None
    return own if own.startswith("https://") else address or None


def _url(page: Page) -> str | None:
    """Return the address that a copy states, or that it was fetched from."""
    address = (page.address.value if page.address else page.file).partition("#")[0].partition("?")[0]
    return address if address.startswith("https://") else None
