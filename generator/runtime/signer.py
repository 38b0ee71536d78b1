"""Signs the text of a request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, Protocol, Self, TypeAlias

Opened: TypeAlias = tuple[str, Callable[[bytes], bytes]]
"""The kind of a private key, and what signs with it."""

_PICKLED = "A signer holds a secret and is not pickled; make a new one from the secret."


_NOT_PRINTABLE = re.compile(rb"[^!-~]")
_LINE_BREAK = re.compile(rb"[ \t]*(?:(?:\\r)?\\n|\r?\n)[ \t]*")
"""A line break of a key, also one that a settings file keeps as \\n, and the blanks of an indented block around it."""


class Signer(Protocol):
    """Anything that can sign: a secret in memory, or a device or service that never gives its key away.

    To sign elsewhere (a KMS, an HSM), give the client an object with this method that asks there. It returns what
    Binance expects of the key's kind: lower-case hexadecimal for HMAC-SHA256; base64 for RSA (PKCS#1 v1.5 with
    SHA-256) and Ed25519. It is called once for each request that is sent, in the thread or event loop of the call.
    """

    def sign(self, payload: bytes) -> str:
        """Return the signature of `payload` as text, before percent-encoding."""
        ...


class HmacSigner:
    """Signs with HMAC-SHA256 and the secret that Binance showed when the key was made."""

    __slots__ = ("_sign",)

    def __init__(self, secret: str | bytes) -> None:
        keyed = _keyed(secret)
        # Before anything is raised, so that no traceback local of ours holds it.
        del secret
        if isinstance(keyed, ValueError):
            raise keyed

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
        raise TypeError(_PICKLED)


class PemSigner:
    r"""Signs with an RSA or Ed25519 private key in PEM or OpenSSH form; needs the extra `cryptography`.

    The text may be indented, and its line breaks may be written as `\n`, as settings files have them.

    Raises:
        ValueError: The key cannot be read, is of another kind, or its passphrase is wrong or missing.
        ImportError: The extra is not installed.
    """

    __slots__ = ("_kind", "_sign")

    def __init__(self, pem: str | bytes, passphrase: str | bytes | None = None) -> None:
        self._kind = "unread"
        opened = _opened(pem, passphrase)
        # Before anything is raised, so that no traceback local of ours holds them.
        del pem, passphrase
        if isinstance(opened, Exception):
            raise opened
        self._kind, self._sign = opened

    @classmethod
    def from_file(cls, path: str | Path, passphrase: str | bytes | None = None) -> Self:
        """Read the private key from a PEM file.

        Raises:
            OSError: The file cannot be read.
            ValueError: It holds no key that can be used, or the path is none.
        """
        opened = _opened_file(path, passphrase)
        # A path that is the key itself is refused, and shows no more than a passphrase.
        del path, passphrase
        if isinstance(opened, Exception):
            raise opened
        signer = cls.__new__(cls)
        signer._kind, signer._sign = opened  # noqa: SLF001 - one of this class
        return signer

    def sign(self, payload: bytes) -> str:
        """Return the signature in base64."""
        return base64.b64encode(self._sign(payload)).decode("ascii")

    def __repr__(self) -> str:
        return f"PemSigner({self._kind} key=***)"

    def __reduce__(self) -> NoReturn:
        raise TypeError(_PICKLED)


def _keyed(secret: Any) -> hmac.HMAC | ValueError:
    """Return what signs with the secret, or what is wrong with it."""
    if not isinstance(secret, (str, bytes)) or not secret.strip():
        return ValueError("The API secret must be text or bytes, and not blank.")
    try:
        raw = _bytes(secret)
    except UnicodeEncodeError:
        return ValueError("The API secret has characters that cannot be written as UTF-8.")
    if _is_pem(raw):
        return ValueError("The API secret is a private key in PEM form; give a PemSigner made of it instead.")
    if secret != secret.strip():
        return ValueError("The API secret has blanks or a line break around it; give it without.")
    if hidden := _NOT_PRINTABLE.search(raw):
        return ValueError(
            f"The API secret has a blank or a character that is not printable ASCII, at position {hidden.start()}; copy it "
            "again."
        )
    return hmac.new(raw, digestmod=hashlib.sha256)


def _opened_file(path: Any, passphrase: str | bytes | None) -> Opened | ValueError | ImportError | OSError:
    if isinstance(path, (str, Path)) and _is_pem(str(path).encode(errors="replace")):
        return ValueError("The path of the private key is the key itself; give it to PemSigner(...) as it is.")
    try:
        pem = Path(path).read_bytes()
    except OSError as error:
        return error.with_traceback(None)
    except (TypeError, ValueError):
        return ValueError("The path of the private key must be text or a Path, and without a zero byte.")
    return _opened(pem, passphrase)


def _opened(pem: Any, passphrase: Any) -> Opened | ValueError | ImportError:
    """Return the kind of the key and what signs with it, or what is wrong with it."""
    if not isinstance(pem, (str, bytes)) or not pem.strip():
        return ValueError("The private key must be text or bytes in PEM form, and not blank.")
    if not isinstance(passphrase, (str, bytes, type(None))):
        return ValueError("The passphrase of the private key must be text or bytes.")
    return _loaded(pem, passphrase)


def _loaded(pem: str | bytes, passphrase: str | bytes | None) -> Opened | ValueError | ImportError:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - an optional extra
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa  # noqa: PLC0415
    except ImportError:
        return ImportError(
            "RSA and Ed25519 keys need the extra cryptography: pip install 'binance-transfers[cryptography]'"
        )
    try:
        raw = _LINE_BREAK.sub(b"\n", _bytes(pem).removeprefix(BOM_UTF8)).strip()
        load = serialization.load_ssh_private_key if b"BEGIN OPENSSH" in raw else serialization.load_pem_private_key
        key = load(raw, None if passphrase is None else _bytes(passphrase))
    except UnsupportedAlgorithm:
        return ValueError(
            "The private key is encrypted in a way that cannot be read here; an OpenSSH key with a passphrase needs the "
            "package bcrypt: pip install bcrypt"
        )
    except (ValueError, TypeError):
        # What cryptography says can quote the key's own bytes, so it is not passed on.
        problem = "no passphrase was given, or" if passphrase is None else "the passphrase is wrong or not needed, or"
        return ValueError(f"The private key cannot be read: {problem} it is not a private key in PEM form.")
    if isinstance(key, rsa.RSAPrivateKey):
        return "RSA", lambda payload: key.sign(payload, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "Ed25519", key.sign
    return ValueError("The private key is of a kind that Binance does not take; allowed: RSA, Ed25519.")


def _is_pem(raw: bytes) -> bool:
    return b"-----BEGIN" in raw


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
