"""Signatures: the worked examples of Binance's documentation, and a secret that never shows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.runtime.request import prepare, target
from generator.runtime.signer import HmacSigner, PemSigner

from .table import TRANSFER

# The public sample secret of Binance's page on signed requests.
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
ORDER = "&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"


@pytest.mark.parametrize(
    ("payload", "signature"),
    [
        (f"symbol=LTCBTC{ORDER}", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"),
        (f"symbol={quote('１２３４５６')}{ORDER}", "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"),
        ("timestamp=1578963600000", "d84e6641b1e328e7b418fff030caed655c266299c9355e36ce801ed14631eed4"),
    ],
    ids=["ascii", "non-ascii, percent-encoded before signing", "timestamp only"],
)
@pytest.mark.parametrize("secret", [SECRET, SECRET.encode()])
def test_the_documented_examples_verify(payload: str, signature: str, secret: str | bytes) -> None:
    signer = HmacSigner(secret)
    signer.sign(b"something else")
    assert signer.sign(payload.encode()) == signature


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ED25519 = ed25519.Ed25519PrivateKey.generate()
EC = ec.generate_private_key(ec.SECP256R1())


def pem(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, passphrase: bytes = b""
) -> bytes:
    locked = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)


SIGNERS = HmacSigner(SECRET), PemSigner(pem(RSA)), PemSigner(pem(ED25519))
UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"


def own_locals(error: BaseException) -> str:
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    return "".join(str(frame.locals) for frame in frames if frame.filename.endswith("runtime/signer.py"))


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
@settings(deadline=None, max_examples=50)
def test_any_text_is_signed_over_the_bytes_that_are_sent_with_every_kind_of_key(text: str) -> None:
    prepared = prepare(TRANSFER, {"type": "IN", "amount": 1, "email": text})
    for signer in SIGNERS:
        payload, signature = target(prepared, signer, 5).partition(b"?")[2].split(b"&signature=")
        made = unquote_to_bytes(signature)
        if isinstance(signer, HmacSigner):
            assert made.decode() == hmac.new(SECRET.encode(), payload, hashlib.sha256).hexdigest()
        elif "RSA" in repr(signer):
            RSA.public_key().verify(base64.b64decode(made), payload, padding.PKCS1v15(), hashes.SHA256())
        else:
            ED25519.public_key().verify(base64.b64decode(made), payload)
        assert dict(parse_qsl(payload.decode("ascii"), strict_parsing=True))["email"] == text
        assert set(payload) <= set(UNRESERVED + b"%=&")


@pytest.mark.parametrize("key", [RSA, ED25519])
def test_an_encrypted_key_opens_with_its_passphrase_from_memory_and_from_a_file(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, tmp_path: Path
) -> None:
    locked = pem(key, b"open sesame")
    (tmp_path / "key.pem").write_bytes(locked)
    signed = PemSigner(pem(key)).sign(b"x")
    assert PemSigner(pem(key).decode()).sign(b"x") == signed
    assert PemSigner(locked, "open sesame").sign(b"x") == signed
    assert PemSigner.from_file(tmp_path / "key.pem", b"open sesame").sign(b"x") == signed


@pytest.mark.parametrize(
    ("key", "passphrase", "sentence"),
    [
        (pem(RSA, b"right"), None, "The private key cannot be read: no passphrase was given, or it is not a"),
        (pem(RSA, b"right"), "sesame", "The private key cannot be read: the passphrase is wrong or not needed, or it"),
        (pem(RSA), "needless", "The private key cannot be read: the passphrase is wrong or not needed, or it is"),
        (b"-----BEGIN", None, "it is not a private key in PEM form"),
        (pem(EC), None, "of a kind that Binance does not take; allowed: RSA, Ed25519"),
    ],
    ids=["no passphrase", "wrong passphrase", "needless passphrase", "no key", "another kind"],
)
def test_a_key_that_cannot_be_used_is_refused_without_showing_it(
    key: bytes, passphrase: str | None, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence) as refused:
        PemSigner(key, passphrase)
    shown = own_locals(refused.value)
    assert "BEGIN" not in shown
    assert "right" not in shown + str(refused.value)
    assert not passphrase or passphrase not in shown


def test_a_key_file_that_cannot_be_used_does_not_show_the_passphrase(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no key")
    for name, kind in (("bad.pem", ValueError), ("missing.pem", OSError)):
        with pytest.raises(kind) as refused:
            PemSigner.from_file(tmp_path / name, "open sesame")
        assert "sesame" not in own_locals(refused.value)


def test_without_the_extra_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(ImportError, match=r"pip install 'binance-transfers\[cryptography\]'"):
        PemSigner(b"-----BEGIN")


@pytest.mark.parametrize("key", ["", " ", b"", b"\n", 5, None])
def test_a_missing_private_key_is_refused_at_once(key: object) -> None:
    with pytest.raises(ValueError, match="^The private key must be text or bytes in PEM form, and not blank.$"):
        PemSigner(key)  # type: ignore[arg-type]


def test_a_passphrase_that_is_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match="^The passphrase of the private key must be text or bytes.$"):
        PemSigner(pem(RSA, b"right"), 5)  # type: ignore[arg-type]


@pytest.mark.parametrize("secret", ["", " ", b"", b"\n", 5, None])
def test_a_missing_secret_is_refused_at_once(secret: object) -> None:
    with pytest.raises(ValueError, match="^The API secret must be text or bytes, and not blank.$"):
        HmacSigner(secret)  # type: ignore[arg-type]


@pytest.mark.parametrize("secret", [f"{SECRET}\n", f" {SECRET}", f"{SECRET}\u00a0", SECRET.encode() + b"\r\n"])
def test_a_secret_with_blanks_around_it_is_refused(secret: str | bytes) -> None:
    with pytest.raises(
        ValueError, match="^The API secret has blanks or a line break around it; give it without.$"
    ) as refused:
        HmacSigner(secret)
    assert SECRET not in own_locals(refused.value)


@pytest.mark.parametrize(
    "hidden",
    ["\u200b", "\ufeff", "\0", "\n", "\r\n", "\t", " ", "\u00e9", "\x7f"],
    ids=lambda hidden: "-".join(f"U+{ord(character):04X}" for character in hidden),
)
def test_a_secret_with_a_character_that_no_secret_has_is_refused_with_its_position(hidden: str) -> None:
    secret = f"{SECRET[:5]}{hidden}{SECRET[5:]}"
    for form in (secret, secret.encode()):
        with pytest.raises(
            ValueError,
            match="^The API secret has a blank or a character that is not printable ASCII, at position 5; copy",
        ) as refused:
            HmacSigner(form)
        assert SECRET[5:] not in own_locals(refused.value) + str(refused.value)


def test_a_secret_that_begins_or_ends_with_what_cannot_be_seen_is_refused() -> None:
    for secret, position in ((f"\ufeff{SECRET}", 0), (f"{SECRET}\u200b", len(SECRET))):
        with pytest.raises(ValueError, match=f"at position {position};"):
            HmacSigner(secret)


@pytest.mark.parametrize("key", [RSA, ED25519])
@pytest.mark.parametrize(
    "written",
    [
        lambda key: key.replace("\n", "\\n"),
        lambda key: key.replace("\n", "\\r\\n"),
        lambda key: key.replace("\n", "\r\n"),
        lambda key: indent(key, "    "),
        lambda key: indent(key, "\t").replace("\n", "  \n"),
        lambda key: f"\ufeff{key}",
        lambda key: f"\n{key}\n\n",
    ],
    ids=["literal \\n", "literal \\r\\n", "CRLF", "indented", "tabs and blanks", "BOM", "empty lines"],
)
def test_a_key_is_read_as_settings_files_write_it(
    written: Callable[[str], str], key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, tmp_path: Path
) -> None:
    signed = PemSigner(pem(key)).sign(b"x")
    openssh = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    for form in (pem(key), openssh):
        text = written(form.decode())
        (tmp_path / "key").write_bytes(text.encode())
        assert PemSigner(text).sign(b"x") == PemSigner(text.encode()).sign(b"x") == signed
        assert PemSigner.from_file(tmp_path / "key").sign(b"x") == signed


def test_an_encrypted_key_with_headers_keeps_its_empty_line() -> None:
    locked = RSA.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.BestAvailableEncryption(b"open sesame"),
    )
    assert b"\n\n" in locked
    signed = PemSigner(pem(RSA)).sign(b"x")
    assert PemSigner(locked.decode().replace("\n", "\\n"), "open sesame").sign(b"x") == signed


def test_an_openssh_key_whose_passphrase_needs_another_package_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise UnsupportedAlgorithm("bcrypt module is not available")

    monkeypatch.setattr(serialization, "load_ssh_private_key", unsupported)
    with pytest.raises(ValueError, match="needs the package bcrypt: pip install bcrypt$"):
        PemSigner("-----BEGIN OPENSSH PRIVATE KEY-----", "open sesame")


@pytest.mark.parametrize("as_text", [False, True])
def test_a_private_key_is_no_secret_and_no_path(*, as_text: bool) -> None:
    key = b"\n" + pem(ED25519)
    inside = pem(ED25519).splitlines()[1].decode()
    with pytest.raises(ValueError, match="^The API secret is a private key in PEM form; give a PemSigner") as refused:
        HmacSigner(key.decode() if as_text else key)
    assert inside not in own_locals(refused.value)
    with pytest.raises(ValueError, match="^The path of the private key is the key itself; give it to PemSigner") as no:
        PemSigner.from_file(key.decode())
    assert inside not in own_locals(no.value) + str(no.value)


@pytest.mark.parametrize("path", [None, 5, "with\0zero"])
def test_what_is_no_path_is_refused_without_showing_the_passphrase(path: Any) -> None:
    with pytest.raises(ValueError, match="^The path of the private key must be text or a Path") as refused:
        PemSigner.from_file(path, "open sesame")
    assert "sesame" not in own_locals(refused.value)


def test_a_secret_is_in_no_repr_and_no_pickle() -> None:
    assert list(map(repr, SIGNERS)) == [
        "HmacSigner(secret=***)",
        "PemSigner(RSA key=***)",
        "PemSigner(Ed25519 key=***)",
    ]
    for signer in SIGNERS:
        assert not hasattr(signer, "__dict__")
        with pytest.raises(TypeError, match="holds a secret and is not pickled"):
            pickle.dumps(signer)
