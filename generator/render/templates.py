"""Opens the templates: a name that is not defined is an error, and only the filters make text harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket

TEMPLATES = Path(__file__).parents[1] / "templates"


class _Compiled(jinja2.BytecodeCache):
    """The code of every template that was compiled, since each spec and language has an environment of its own."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def environment(folder: Path, filters: Mapping[str, Callable[..., Any]]) -> jinja2.Environment:
    """Return the environment of the templates of a folder."""
    made = jinja2.Environment(  # noqa: S701 - the output is Python or Markdown, not HTML
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_COMPILED,
    )
    made.filters |= filters
    return made


def own(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of one environment as a filter that runs each time: code with its result would serve the others."""

    @jinja2.pass_context
    def run(_context: object, *arguments: object, **named: object) -> Any:
        return function(*arguments, **named)

    return run
