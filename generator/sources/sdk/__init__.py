"""Reads the wheels of Binance's Python SDK by their syntax trees, and fetches them with pip; nothing of them is run."""

from .archive import LARGEST_WHEEL
from .wheel import read_wheel

__all__ = ["LARGEST_WHEEL", "read_wheel"]
