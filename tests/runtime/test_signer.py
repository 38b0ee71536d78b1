"""Signatures: the worked examples of Binance's documentation, and a secret that never shows."""

from __future__ import annotations

import pickle
from urllib.parse import quote

import pytest

from generator.runtime.signer import HmacSigner

# The public sample secret of Binance's page on signed requests.
SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
ORDER = "&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559"


@pytest.mark.parametrize(
    ("payload", "signature"),
    [
        pytest.param(
            f"symbol=LTCBTC{ORDER}", "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71", id="ascii"
        ),
        pytest.param(
            f"symbol={quote('１２３４５６')}{ORDER}",
            "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3",
            id="non-ascii, percent-encoded before signing",
        ),
        pytest.param(
            "timestamp=1578963600000",
            "d84e6641b1e328e7b418fff030caed655c266299c9355e36ce801ed14631eed4",
            id="timestamp only",
        ),
    ],
)
@pytest.mark.parametrize("secret", [SECRET, SECRET.encode()])
def test_the_documented_examples_verify(payload: str, signature: str, secret: str | bytes) -> None:
    assert HmacSigner(secret).sign(payload.encode()) == signature


def test_one_signer_signs_many_requests() -> None:
    signer = HmacSigner(SECRET)
    first = signer.sign(b"timestamp=1578963600000")
    signer.sign(b"something else")
    assert signer.sign(b"timestamp=1578963600000") == first


@pytest.mark.parametrize("secret", ["", " ", b"", b"\n", 5, None])
def test_a_missing_secret_is_refused_at_once(secret: object) -> None:
    with pytest.raises(ValueError, match="^The API secret must be text or bytes, and not blank.$"):
        HmacSigner(secret)  # type: ignore[arg-type]


def test_the_secret_is_in_no_repr_and_no_pickle() -> None:
    signer = HmacSigner(SECRET)
    assert repr(signer) == str(signer) == "HmacSigner(secret=***)"
    assert not hasattr(signer, "__dict__")
    with pytest.raises(TypeError, match="holds a secret and is not pickled"):
        pickle.dumps(signer)
