"""Reads copies of Binance's documentation pages, whatever their format, into the facts that they state."""

from generator.runtime.operation import CallLimit
from generator.vocabulary import Endpoint, Language

from .page_facts import (
    SOURCES,
    Located,
    Page,
    PageCondition,
    PageParameter,
    PageVersion,
    PageWeight,
    Sentence,
    Source,
    page_path,
)
from .phrases import caps_calls
from .reader import LARGEST, LARGEST_FILE, read, read_all
from .sdk import read_wheel
from .sentences import is_notice

__all__ = [
    "LARGEST",
    "LARGEST_FILE",
    "SOURCES",
    "CallLimit",
    "Endpoint",
    "Language",
    "Located",
    "Page",
    "PageCondition",
    "PageParameter",
    "PageVersion",
    "PageWeight",
    "Sentence",
    "Source",
    "caps_calls",
    "is_notice",
    "page_path",
    "read",
    "read_all",
    "read_wheel",
]
