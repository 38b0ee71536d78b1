# Copied from generator/runtime/credentials.py by python -m generator; edit it there.
"""The credentials of a client: an API key and what signs with it, from arguments or from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

import msgspec

from .headers import API_KEY_HEADER
from .short_repr import describe_type
from .signer import HmacSigner, PemSigner, Signer

_ENVIRONMENT = ("BINANCE_API_SECRET", "BINANCE_PRIVATE_KEY", "BINANCE_PRIVATE_KEY_FILE")


class Credentials(msgspec.Struct, frozen=True):
    """The key's header, and what signs with the key."""

    headers: Mapping[str, str]
    signer: Signer | None

    def __repr__(self) -> str:
        return "Credentials(***)"


def credentials_of(api_key: Any, secret: Any) -> Credentials | ValueError:
    """Return what signs and identifies, or what is wrong with it; raises nothing, as its locals hold secrets."""
    if api_key is not None and not (
        isinstance(api_key, str) and api_key.isascii() and api_key.isprintable() and api_key.strip() == api_key != ""
    ):
        return ValueError("The API key must be printable ASCII text without blanks around it, and not empty.")
    headers = {} if api_key is None else {API_KEY_HEADER: api_key}
    signer = _signer_of(secret)
    return signer if isinstance(signer, ValueError) else Credentials(headers, signer)


def _signer_of(secret: Any) -> Signer | ValueError | None:
    if isinstance(secret, type):
        return ValueError(f"secret is {describe_type(secret)}; give the secret itself, or a signer made of it.")
    if secret is None or (not isinstance(secret, (str, bytes)) and callable(getattr(secret, "sign", None))):
        if iscoroutinefunction(getattr(secret, "sign", None)):
            return ValueError(f"secret is {describe_type(secret)}, whose sign has to be awaited; give a plain one.")
        signer: Signer | None = secret
        return signer
    try:
        return HmacSigner(secret)
    except ValueError as problem:
        return problem.with_traceback(None)


def from_environment(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a client that the environment gives, and the settings given beside it."""
    try:
        return {**_variables(), **settings}
    finally:
        # Whatever is raised, no traceback local of ours holds a secret.
        settings.clear()


def _variables() -> dict[str, Any]:
    given = [name for name in _ENVIRONMENT if os.environ.get(name)]
    allowed = ", ".join(_ENVIRONMENT)
    if len(given) > 1:
        several = f"{', '.join(given[:-1])} and {given[-1]}"
        raise ValueError(f"The environment needs only one of {allowed}; {several} are set.")
    if not given or not os.environ.get("BINANCE_API_KEY"):
        raise ValueError(
            f"The environment needs BINANCE_API_KEY and one of {allowed}; an empty variable counts as not set."
        )
    return {
        "api_key": os.environ["BINANCE_API_KEY"],
        "secret": _signer_from_environment(given[0]),
        "base_url": os.environ.get("BINANCE_BASE_URL") or None,
    }


def _signer_from_environment(name: str) -> Signer:
    if name == "BINANCE_API_SECRET":
        return HmacSigner(os.environ[name])
    read = PemSigner if name == "BINANCE_PRIVATE_KEY" else PemSigner.from_file
    try:
        return read(os.environ[name], os.environ.get("BINANCE_PRIVATE_KEY_PASSPHRASE") or None)
    except OSError as error:
        # Its own text holds the path, which can be the key itself where the variables were mixed up.
        reason = f"{type(error).__name__}: {error.strerror}"
    raise ValueError(f"{name} names a file that cannot be read ({reason}).")
