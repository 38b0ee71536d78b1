"""Which addresses requests may go to, and in which form they are kept."""

from __future__ import annotations

import httpx
import pytest

from generator.runtime.base_url import parse_base_url


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://api.binance.com", "https://api.binance.com"),
        ("HTTPS://API.Binance.COM/", "https://api.binance.com"),
        ("https://api.binance.com:443", "https://api.binance.com"),
        ("https://api.binance.com:0443/", "https://api.binance.com"),
        ("https://api.binance.com:", "https://api.binance.com"),
        ("https://api.binance.com:80", "https://api.binance.com:80"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://[::ffff:1.2.3.4]:65535", "https://[::ffff:1.2.3.4]:65535"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:5/", "http://[::1]:5"),
    ],
)
def test_an_address_is_kept_in_one_form(text: str, kept: str) -> None:
    assert parse_base_url(text) == kept
    assert str(httpx.URL(kept)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "h", "//h", "https:h", "https:/h", "https:///h", "https://", "https://h//", "https://h/x", "https://h?a",
        "https://h/?", "https://h#", "https://@h", "https://u@h", "https://u:p@h", "https://h:65536", "https://h:0",
        "https://h:-1", "https://h:+4", "https://h:4_3", "https://h:4 3", "https://h:٣", "https://h:443:5",
        "https://h:" + "9" * 5000, "https://" + "h" * 254, "https://[::1", "https://::1", "https://[1::2::3]",
        "https://[v1.a]", "https://999.1.1.1", "https://01.1.1.1", "https://a_b.com", "https://a%20b", "https://a b",
        "https://h\n", "\thttps://h", " https://h", "https://h\x00", "https://h\\x", "https://a,b", "https://ａ.com",
        "https://bücher.example", "https://api。binance.com", "\ud800", "https://\ud800", "ftp://h", "wss://h",
        "http://127.0.0.2", "http://localhost.", "http://api.binance.com", "http://[0:0:0:0:0:0:0:1]",
    ],
    ids=lambda text: ascii(text[:40]),
)  # fmt: skip
def test_any_other_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^base_url "):
        parse_base_url(text)
