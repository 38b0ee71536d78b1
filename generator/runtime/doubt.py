"""Finds in a response to a transfer what keeps it from being proof."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .operation import ErrorCode
from .transport import Response

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DATA = ("{", "[", '"', "<?xml")
"""How a body begins that is data, and no page or sentence."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_READABLE = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
"""Charsets in which ASCII text is what it is in UTF-8."""
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})|&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_OPEN = re.compile(r"status[\s_-]*unknown", re.IGNORECASE)


def hides_doubt(response: Response, codes: Mapping[int, ErrorCode]) -> bool:
    """Return whether a body was not read whole, or says anywhere that the outcome is open."""
    charset = _CHARSET.search(response.headers.get("content-type", ""))
    if charset and charset[1].lower() not in _READABLE:
        return True
    try:
        text = response.body.removeprefix(BYTE_ORDER_MARK).decode()
    except UnicodeDecodeError:
        return True
    numbers: set[int] = set()
    if not _is_object(text, numbers) and (
        "\0" in text
        or text.lstrip().startswith(_DATA)
        or response.headers.get("content-encoding", "identity").lower() != "identity"
    ):
        return True
    if any(codes[number].outcome != "not_executed" for number in numbers & codes.keys()):
        return True
    plain = _ESCAPED.sub(_character, text)
    documented = [code for code, known in codes.items() if known.outcome == "unknown" and known.documented]
    return bool(_OPEN.search(plain)) or any(re.search(rf"{code}(?!\d)", plain) for code in documented)


def _is_object(text: str, numbers: set[int]) -> bool:
    """Return whether the text is one whole JSON object without a name given twice; and collect its whole numbers."""

    def number(digits: str) -> int:
        numbers.add(int(digits))
        return 0

    try:
        return isinstance(json.loads(text, object_pairs_hook=_named_once, parse_int=number), dict)
    except (ValueError, RecursionError):
        return False


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a name is given twice")
    return fields


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1] or escaped[2] or "0", 16) or int(escaped[3] or "0")
    return chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004 - the last character
