"""Writes JSON files whose first line says that they are generated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .markdown import json_text


def json_file(document: Mapping[str, Any], mark: str) -> str:
    """Return a document as JSON; everything up to `mark`, the beginning of its first text, is in the first line."""
    before, mark, after = json_text(json.dumps(document, ensure_ascii=False, indent=2)).partition(mark)
    return f"{' '.join(before.split())}{mark}{after}\n"
