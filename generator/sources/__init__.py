"""Reads copies of Binance's documentation pages, whatever their format, into what they say."""

from .page import CallLimit, Condition, Endpoint, Found, Half, Language, Page, Parameter, Weight
from .phrases import caps_calls
from .read import LARGEST, read

__all__ = [
    "LARGEST",
    "CallLimit",
    "Condition",
    "Endpoint",
    "Found",
    "Half",
    "Language",
    "Page",
    "Parameter",
    "Weight",
    "caps_calls",
    "read",
]
