"""Opens the templates: a name that is not defined is an error, and only the filters make text harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket

TEMPLATES = Path(__file__).parents[1] / "templates"


class _CompiledTemplates(jinja2.BytecodeCache):
    """Compiles a template once for all environments, which differ only in filters and globals."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _CompiledTemplates()


def environment(folder: Path, filters: Mapping[str, Callable[..., Any]]) -> jinja2.Environment:
    """Return the environment of the templates of a folder."""
    made = jinja2.Environment(  # noqa: S701 - the output is Python or Markdown, not HTML
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # Optimized code would hold what the filters of one environment make of a constant, and serve the others too.
        optimized=False,
        bytecode_cache=_COMPILED,
    )
    made.filters |= filters
    return made
