"""Compares pages with a small spec, without a file."""

from __future__ import annotations

from generator.drift.compare import DriftReport, compare
from generator.ir.build import build
from generator.openapi.load import load
from generator.sources import read


def compared(spec: str, *pages: bytes, suffix: str = "md") -> DriftReport:
    """Return the report on pages that are called 0.md, 1.md and so on."""
    document = load("spec.yaml", spec.encode())
    named = (read(f"{index}.{suffix}", page) for index, page in enumerate(pages))
    return compare(document, build(document), named)
