"""Names what both specs and pages speak of: endpoints, languages, and the types of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["en", "zh-CN"]
LANGUAGES: Mapping[Language, str] = {"en": "English", "zh-CN": "Chinese"}

INTEGER_TYPES = ("INT", "INTEGER", "LONG", "SHORT", "BYTE")
DECIMAL_TYPES = ("DECIMAL", "BIGDECIMAL", "DOUBLE", "FLOAT", "NUMBER")
BOOLEAN_TYPES = ("BOOLEAN", "BOOL")


class Endpoint(NamedTuple):
    """The method, in capitals, and the path of a request."""

    method: str
    path: str
