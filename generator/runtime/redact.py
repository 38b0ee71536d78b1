"""Cleans what a server quoted of a request: the signature and the API key, in whatever form they come back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

_SHORTEST = 8
"""Characters of a secret; a shorter one is part of common words, and Binance's have at least 64."""
_TELLING = 16
"""Characters that are enough to recognise a secret whose end was cut off."""
_LONG, _BLOCK = 32, 8
"""Characters of a secret from which any block of it is recognised, wherever it was cut; and those of a block."""
_HIDDEN = "***"
_LEVELS = 3
"""How often a quoted text may itself be quoted."""
_PARTS = re.compile(
    r"""((?:signature\s*=|x-mbx-apikey["']?\s*[:=])\s*(?:["']\s*)?)[^\s"'&<>,;\\*]{4,}""", re.IGNORECASE
)
"""A signature or key that may be cut or changed, behind its name."""
_ESCAPED = re.compile(r"(?<!\\)\\+(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(/))")


class Redaction:
    """The secrets of one attempt, which nothing that outlives it may show."""

    __slots__ = ("_secrets",)

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        self._secrets = secrets

    def text(self, text: str) -> str:
        """Return a text without the secrets; where they came escaped, unescaped."""
        forms = [form for secret in self._secrets for form in _forms(secret)]
        if not forms:
            return text
        text = plain = _hide(forms, text)
        for _ in range(_LEVELS):
            plain = _unescaped(escaped := plain)
            if plain == escaped:
                break
            clean = _hide(forms, plain)
            if clean != plain:
                text = plain = clean
        return text

    def body(self, body: bytes) -> bytes:
        """Return a body without the secrets; one that has none stays as it is, readable as text or not."""
        text = body.decode(errors="replace")
        return body if (clean := self.text(text)) == text else clean.encode()

    def headers(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Return headers without the secrets, at no cost where each is too short to hold one."""
        shortest = min((len(secret) for secret in self._secrets if len(secret) >= _SHORTEST), default=0)
        if not shortest or all(max(map(len, texts), default=0) < shortest for texts in (headers, headers.values())):
            return headers
        return {self.text(name): self.text(value) for name, value in headers.items()}


def _hide(forms: Sequence[str], text: str) -> str:
    """Return a text without what begins with one of the forms, and without what stands behind the name of a secret."""
    small = text.lower()
    # Compiling takes most of the time. Beyond ASCII, letters that the pattern takes for the same may differ in `small`.
    if not all(map(str.isascii, (text, *forms))) or any(form.lower() in small for form in forms):
        found = "|".join(rf"{re.escape(form)}[\w+/=%-]*" for form in forms)
        text = re.sub(found, _HIDDEN, text, flags=re.IGNORECASE)
    return _PARTS.sub(rf"\1{_HIDDEN}", text)


def _forms(secret: str) -> list[str]:
    """Return by what a secret is recognised, as it is and as a form would be read, in which a plus sign is a blank."""
    if len(secret) < _SHORTEST:
        return []
    starts = range(0, len(secret) - _BLOCK + 1, _BLOCK) if len(secret) >= _LONG else ()
    pieces = [secret[:_TELLING], *(secret[start : start + _BLOCK] for start in starts)]
    return list(dict.fromkeys(form for piece in pieces for form in (piece, piece.replace("+", " "))))


def _unescaped(text: str) -> str:
    """Return a text with one level of JSON's, HTML's and URLs' escapes taken away."""
    import html  # noqa: PLC0415 - hardly any response needs its thousands of names

    return html.unescape(unquote(_ESCAPED.sub(lambda found: found[3] or chr(int(found[1] or found[2], 16)), text)))
