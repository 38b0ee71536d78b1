"""Who calls: an API key and what signs with it, from arguments or from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .signer import HmacSigner, PemSigner, Signer

_ENVIRONMENT = ("BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_PRIVATE_KEY_FILE")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The key's header, and what signs with the key."""

    headers: Mapping[str, str]
    signer: Signer | None

    def __repr__(self) -> str:
        return "Credentials(***)"


def credentials_of(api_key: str | None, secret: str | bytes | Signer | None) -> Credentials | ValueError:
    """Return what signs and identifies, or what is wrong with it; raises nothing, as its locals hold secrets."""
    if api_key is not None and not (
        isinstance(api_key, str) and api_key.isascii() and api_key.isprintable() and api_key.strip() == api_key != ""
    ):
        return ValueError("The API key must be printable ASCII text without blanks around it, and not empty.")
    headers = {} if api_key is None else {"X-MBX-APIKEY": api_key}
    if secret is None or (not isinstance(secret, (str, bytes)) and callable(getattr(secret, "sign", None))):
        return Credentials(headers, secret)
    try:
        return Credentials(headers, HmacSigner(secret))  # type: ignore[arg-type] # it says what it takes
    except ValueError as problem:
        return problem.with_traceback(None)


def from_environment() -> dict[str, Any]:
    """Return the arguments of a client that the environment gives.

    Raises:
        ValueError: A variable is missing, or there are too many.
    """
    given = [name for name in _ENVIRONMENT if os.environ.get(name)]
    if "BINANCE_API_KEY" not in os.environ or len(given) != 1:
        raise ValueError(f"The environment needs BINANCE_API_KEY and one of {', '.join(_ENVIRONMENT)}.")
    return {
        "api_key": os.environ["BINANCE_API_KEY"],
        "secret": _signer_from_environment(given[0]),
        "base_url": os.environ.get("BINANCE_BASE_URL"),
    }


def _signer_from_environment(name: str) -> Signer:
    if name == "BINANCE_API_SECRET":
        return HmacSigner(os.environ[name])
    read = PemSigner if name == "BINANCE_PRIVATE_KEY" else PemSigner.from_file
    return read(os.environ[name], os.environ.get("BINANCE_PRIVATE_KEY_PASSPHRASE"))
