"""Takes HTML apart into tags and text, in time that grows with its length however broken it is.

The standard library's parser reads the rest of a page again for each quote or comment that is never closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?>[^<>\"']+|\"[^\"]*\"|'[^']*')*+)>")
_ATTRIBUTE = re.compile(r"([A-Za-z:_-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CUT = re.compile(r"<(?:[A-Za-z/!?][^>]*)?\Z")
"""The beginning of a tag with which a file breaks off."""
_LONGEST = 5_000
"""No tag has more characters."""
_RAW = ("script", "style", "title", "textarea")
"""Elements in which nothing is a tag but their own end."""


class Tag(NamedTuple):
    """A tag."""

    name: str
    closes: bool
    attributes: Mapping[str, str]
    line: int
    empty: bool = False
    """Whether it ends with a slash, and so has nothing in it."""


class Words(NamedTuple):
    """The text between two tags."""

    text: str
    line: int


def pieces(text: str) -> Iterator[Tag | Words]:
    """Yield the tags and texts of a page, without comments, declarations and the text of scripts."""
    at = begin = 0
    line = 1
    while (start := text.find("<", at)) >= 0:
        tag = _TAG.match(text, start, start + _LONGEST)
        end = tag.end() if tag else _declared(text, start)
        if end is None:
            at = start + 1
            continue
        yield from _words(text[begin:start], line)
        line += text.count("\n", begin, start)
        if tag:
            yield Tag(tag[2].lower(), bool(tag[1]), _attributes(tag[3]), line, tag[3].endswith("/"))
            end = end if tag[1] or tag[2].lower() not in _RAW else _raw(text, end, tag[2])
        line += text.count("\n", start, end)
        at = begin = end
    cut = _CUT.search(text, max(text.rfind("<"), begin))
    yield from _words(text[begin : cut.start() if cut else None], line)


def _declared(text: str, start: int) -> int | None:
    """Return where a comment or a declaration ends; nothing where there is none."""
    if not text.startswith(("<!", "<?"), start):
        return None
    mark = "-->" if text.startswith("<!--", start) else ">"
    end = text.find(mark, start)
    return len(text) if end < 0 else end + len(mark)


def _raw(text: str, start: int, name: str) -> int:
    """Return where the end tag of an element begins in which nothing else is a tag."""
    found = re.compile(rf"</{name}", re.IGNORECASE).search(text, start)
    return found.start() if found else len(text)


def _words(text: str, line: int) -> Iterator[Words]:
    if text:
        yield Words(unescape(text), line)


def _attributes(text: str) -> Mapping[str, str]:
    return {found[1].lower(): unescape(found[2] or found[3] or found[4] or "") for found in _ATTRIBUTE.finditer(text)}
