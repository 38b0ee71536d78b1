# Copied from generator/runtime/signer.py by python -m generator; edit it there.
"""Signs the text of a request."""

from __future__ import annotations

import hashlib
import hmac
from typing import NoReturn, Protocol


class Signer(Protocol):
    """Whatever can sign: a secret in memory, or a device that never gives its key away."""

    def sign(self, payload: bytes) -> str:
        """Return the signature of `payload` as text, before percent-encoding."""
        ...


class HmacSigner:
    """Signs with HMAC-SHA256 and the secret that Binance showed when the key was made."""

    __slots__ = ("_sign",)

    def __init__(self, secret: str | bytes) -> None:
        if isinstance(secret, str):
            secret = secret.encode()
        if not isinstance(secret, bytes) or not secret.strip():
            raise ValueError("The API secret must be text or bytes, and not blank.")
        keyed = hmac.new(secret, digestmod=hashlib.sha256)

        # A closure, so that no attribute, repr or traceback local of ours holds the secret.
        def sign(payload: bytes) -> str:
            code = keyed.copy()
            code.update(payload)
            return code.hexdigest()

        self._sign = sign

    def sign(self, payload: bytes) -> str:
        """Return the signature in lower-case hexadecimal."""
        return self._sign(payload)

    def __repr__(self) -> str:
        return "HmacSigner(secret=***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A signer holds a secret and is not pickled; make a new one from the secret.")
