"""Reads copies of Binance's documentation pages, whatever their format, into what they say."""

from .page import CallLimit, Condition, Endpoint, Language, Located, Page, PageVersion, Parameter, Weight
from .phrases import caps_calls
from .read import LARGEST, read

__all__ = [
    "LARGEST",
    "CallLimit",
    "Condition",
    "Endpoint",
    "Language",
    "Located",
    "Page",
    "PageVersion",
    "Parameter",
    "Weight",
    "caps_calls",
    "read",
]
