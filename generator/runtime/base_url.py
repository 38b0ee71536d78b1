"""Checks the address that requests are sent to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

from .short_repr import describe_type, short_repr

_FORM = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[a-z0-9.-]{1,253}|\[(?P<ipv6>[0-9a-f:.]+)\])(:(?P<port>[0-9]*))?/?",
    re.ASCII | re.IGNORECASE,
)
_EXPECTED = "a scheme, a host and at most a port, such as https://api.binance.com"
_BINANCE = re.compile(r"(.+\.)?(binance\.(com|us|vision|je|info|cloud|org)|binancefuture\.com|binancezh\.\w+)")
"""Domains of Binance's, most of whose hosts serve something else: futures, a testnet, another exchange."""
_SERVES = re.compile(r"api[a-z0-9-]*\.binance\.com")
_LARGEST_PORT = 65_535
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def parse_base_url(text: object) -> str:
    """Return the base URL in lower case, without a trailing slash or the scheme's own port.

    Raise `ValueError` for what is not https (or http to this machine) or has a path, a query or a user name, and quote
    nothing that may hold a password.
    """
    if not isinstance(text, str):
        expected = "it must be text, such as https://api.binance.com."
        raise ValueError(f"base_url is {describe_type(text)}; {expected}")  # noqa: TRY004 - as for every setting
    url = _FORM.fullmatch(text)
    if url is None or not _is_host(url):
        raise ValueError(f"base_url must be {_EXPECTED}.")
    scheme, host, port = url["scheme"].lower(), url["host"].lower(), (url["port"] or "").lstrip("0")
    if url["port"] and not (port and len(port) <= len(str(_LARGEST_PORT)) and int(port) <= _LARGEST_PORT):
        raise ValueError(f"base_url has a port that cannot be connected to; allowed: 1 to {_LARGEST_PORT}.")
    if scheme != "https" and not (scheme == "http" and host in _LOCAL):
        needed = "it must begin with https (http is allowed to this machine only)."
        raise ValueError(f"base_url is {short_repr(text)}; {needed}")
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def require_server(url: str, servers: Sequence[str]) -> None:
    """Raise `ValueError` for a base URL at a host of Binance's that does not serve what the servers of the spec do."""
    name = url.partition("://")[2].partition(":")[0].rstrip(".")
    if _BINANCE.fullmatch(name) and not (_SERVES.fullmatch(name) or url in servers):
        raise ValueError(f"base_url is {url!r}, which does not serve these endpoints; use {servers[0]}.")


def is_local(url: str) -> bool:
    """Return whether a base URL leads to this machine."""
    return urlsplit(url).hostname in {name.strip("[]") for name in _LOCAL}


def _is_host(url: re.Match[str]) -> bool:
    """Return whether what looks like an IP address is one."""
    try:
        if url["ipv6"]:
            IPv6Address(url["ipv6"])
        elif re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+", url["host"]):
            IPv4Address(url["host"])
    except AddressValueError:
        return False
    return True
