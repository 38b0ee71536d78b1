"""The headers that Binance reads and sends, each name in one place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from .operation import Weight

API_KEY_HEADER = "X-MBX-APIKEY"
RETRY_AFTER_HEADER = "retry-after"

_DIGITS = 9
"""No weight and no pause (the longest ban is three days) has more; a number of thousands of digits cannot be read."""
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_BANNED = re.compile(r"banned\D{0,20}until\D{0,5}([0-9]{13})(?![0-9])", re.IGNORECASE)
_FORBIDDEN = 403
NGINX = "nginx"
_GATEWAYS = {
    "CloudFront": "cloudfront",
    "AWS WAF": "waf",
    "Cloudflare": "cloudflare",
    "Akamai": "akamai",
    NGINX: "nginx",
}
"""What tells who wrote a page, by name; nginx last, as it stands behind others."""


@cache
def weight_header(weight: Weight) -> str:
    """Return the lower-case name of the header that reports how much of the weight's budget is used."""
    units = ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)
    unit, length = next(unit for unit in units if weight.seconds % unit[1] == 0)
    return f"x-sapi-used-{weight.scope}-weight-{weight.seconds // length}{unit}"


def used_weight(weight: Weight, headers: Mapping[str, str]) -> int | None:
    """Return how much of the weight's budget the headers report as used in its window, or `None`."""
    return _number(headers.get(weight_header(weight), ""))


def retry_after(headers: Mapping[str, str], now: int) -> float | None:
    """Return how many seconds the headers ask to wait, as a number or as a date, or `None`."""
    text = headers.get(RETRY_AFTER_HEADER, "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    until, sent = _date(text), _date(headers.get("date", ""))
    return None if until is None else max(0.0, until - (now / 1000 if sent is None else sent))


def banned_until(text: str) -> int | None:
    """Return until when a response's text says that this IP address is banned, in milliseconds since the Unix epoch."""
    found = _BANNED.search(text)
    return int(found[1]) if found else None


def firewall(status: int, code: int | None, headers: Mapping[str, str], body: str) -> str | None:
    """Return whose page a 403 is that does not come from Binance's API, or `None`; nginx is no firewall."""
    if status != _FORBIDDEN or code is not None or body.lstrip().startswith("{"):
        return None
    seen = f"{headers.get('server', '')} {' '.join(headers)} {body}".lower()
    return next((name for name, sign in _GATEWAYS.items() if sign in seen), "a firewall")


def _date(text: str) -> float | None:
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - importing it takes time, and few responses need it

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
