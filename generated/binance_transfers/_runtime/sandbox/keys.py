# Copied from generator/runtime/sandbox/keys.py by python -m generator; edit it there.
"""The API keys: what they are allowed, and how their signatures are verified."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Verify: TypeAlias = Callable[[bytes, bytes], bool]
"""Takes the payload and its signature, as sent but without percent-encoding; returns whether they belong together."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the account."""

    verify: Verify
    permissions: frozenset[str]
    """What it is allowed, as `Operation.permissions` names it."""


def hmac_verifier(secret: str) -> Verify:
    """Return a function that verifies signatures made with the secret."""
    key = secret.encode()

    def verify(payload: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(signature.lower(), hmac.new(key, payload, hashlib.sha256).hexdigest().encode())

    return verify


def public_key_verifier(public_key: str | bytes) -> Verify:
    """Return a function that verifies signatures made with the private half of an RSA or Ed25519 key in PEM form."""
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa  # noqa: PLC0415 - an extra
    except ImportError as error:
        problem = "RSA and Ed25519 keys need the extra `cryptography`: pip install 'binance-transfers[cryptography]'."
        raise ValueError(problem) from error
    pem = public_key.encode() if isinstance(public_key, str) else public_key
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("The public key is not PEM text that begins with -----BEGIN PUBLIC KEY-----.") from None
    if not isinstance(key, (rsa.RSAPublicKey, ed25519.Ed25519PublicKey)):
        raise ValueError(f"The public key is of the kind {type(key).__name__}; it must be RSA or Ed25519.")  # noqa: TRY004 - a key is a value here
    how: tuple[Any, ...] = (padding.PKCS1v15(), hashes.SHA256()) if isinstance(key, rsa.RSAPublicKey) else ()

    def verify(payload: bytes, signature: bytes) -> bool:
        try:
            key.verify(base64.b64decode(signature, validate=True), payload, *how)
        except (InvalidSignature, binascii.Error):
            return False
        return True

    return verify
