"""The words of Binance's documentation that several layers know: languages, methods, types and security types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

Language: TypeAlias = Literal["en", "zh-CN"]
LANGUAGES: Mapping[Language, str] = {"en": "English", "zh-CN": "Chinese"}

Method: TypeAlias = Literal["GET", "POST", "PUT", "DELETE"]
METHODS: tuple[Method, ...] = get_args(Method)


class Endpoint(NamedTuple):
    """The method, in capitals, and the path of a request."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


TypeName: TypeAlias = Literal["STRING", "DECIMAL", "LONG", "INT", "BOOLEAN", "ENUM", "ARRAY"]
"""The types of parameters, as most pages name them."""
TYPE_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "STRING": ("STRING", "STR", "TEXT"),
    "DECIMAL": ("DECIMAL", "BIGDECIMAL", "DOUBLE", "FLOAT", "NUMBER"),
    "LONG": ("LONG", "INT64", "BIGINT"),
    "INT": ("INT", "INTEGER", "INT32"),
    "BOOLEAN": ("BOOLEAN", "BOOL"),
    "ARRAY": ("ARRAY", "LIST"),
}
"""The same types as all pages name them."""

KEY_ONLY = ("MARKET_DATA", "USER_STREAM")
"""The security types that need an API key and no signature."""
SIGNED = ("USER_DATA", "TRADE", "MARGIN")
"""The security types that need both."""


def is_chinese(text: str) -> bool:
    """Return whether a text holds Chinese characters."""
    return any("\u4e00" <= character <= "\u9fff" for character in text)
