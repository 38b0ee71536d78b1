"""Reads copies of Binance's documentation pages, whatever their format, into what they say."""

from .page import CallLimit, Condition, Endpoint, Found, Half, Language, Page, Parameter, Weight
from .read import LARGEST, read
from .rules import caps_calls

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
