"""`python -m generator import`: draft the YAML of endpoints that the spec does not have yet, from their pages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.console import SPEC, relative, write_out
from generator.drift.apply import put_component
from generator.drift.identify import identify
from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi import locate
from generator.openapi.edit import CannotEdit, Editor, save
from generator.openapi.load import GAP, load_file
from generator.openapi.problems import SpecError
from generator.openapi.supported import METHODS
from generator.openapi.yaml_text import block
from generator.sources import Endpoint, Page
from generator.sources.inputs import NoSuchPage, cache_folder, pages

from .operation import Draft, drafted

_DRAFTED, _MISTAKE = 0, 2
_REFERENCE = """\
Several pages of one endpoint, such as the English and the Chinese one, make one draft. What a page does not say, and
every text that has to be in our own words, is a gap: a text that begins with ??? and says what to write there. The
generator refuses the spec until every gap is filled. A field that all examples have counts as one that always comes,
unless a comment behind it says that it is not always returned; check that, the types, and the names of new enums.

exit codes: 0 every endpoint was drafted; 2 at least one page could not be read, or its endpoint is in the spec already.
"""


class _Cannot(Exception):
    """A page cannot be drafted from; the message says why."""


def run(options: argparse.Namespace) -> int:
    """Draft, print or add the drafts, and return the exit code."""
    spec: Path = options.into or options.spec
    shown = relative(spec)
    try:
        source = spec.read_bytes()
        editor = Editor(shown, source)
        read = list(pages(options.pages, None if options.no_cache else cache_folder()))
        drafts, problems = _drafts(editor.data, read, _operations(spec, shown))
        if options.into and drafts:
            for draft in drafts:
                put(editor, draft)
            save(spec, source, editor.source)
    except (SpecError, NoSuchPage, CannotEdit, OSError) as error:
        sys.stderr.write(f"{_sentence(error)}\n")
        return _MISTAKE
    if drafts and not options.into:
        write_out("\n".join([*text(drafts), ""]))
    for draft in drafts:
        into = f" in {shown}" if options.into else ""
        sys.stderr.write(f"{_name(draft.endpoint)} is drafted{into}, with {gaps(draft)} gaps to fill.\n")
    sys.stderr.write("".join(f"{problem}\n" for problem in problems))
    return _MISTAKE if problems else _DRAFTED


def _operations(spec: Path, shown: str) -> tuple[ir.Operation, ...]:
    """Return what the spec has; nothing while it has mistakes, such as the gaps of another draft."""
    try:
        return build(load_file(spec, shown)).operations
    except SpecError:
        return ()


def text(drafts: Sequence[Draft]) -> list[str]:
    """Return the lines of the drafts, as they stand in a spec."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for draft in drafts:
        paths.setdefault(draft.endpoint.path, {})[draft.endpoint.method.lower()] = draft.operation
        schemas |= draft.schemas
    whole: dict[str, Any] = {"paths": paths} | ({"components": {"schemas": schemas}} if schemas else {})
    return block(whole, 0)


def put(editor: Editor, draft: Draft) -> None:
    """Put a draft at the end of the spec's paths, and its schemas at the end of the spec's."""
    path, method = draft.endpoint.path, draft.endpoint.method.lower()
    if path in editor.data["paths"]:
        editor.put(("paths", path), method, draft.operation)
    else:
        editor.put(("paths",), path, {method: draft.operation}, apart=True)
    for name, schema in draft.schemas.items():
        put_component(editor, "schemas", name, schema)


def gaps(draft: Draft) -> int:
    """Return how many gaps a draft has."""
    waiting: list[Any] = [draft.operation, draft.schemas]
    count = 0
    while waiting:
        node = waiting.pop()
        count += isinstance(node, str) and node.startswith(GAP)
        waiting += node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    return count


def _drafts(data: Any, read: Sequence[Page], operations: Sequence[ir.Operation]) -> tuple[list[Draft], list[str]]:
    """Draft each endpoint that the pages describe, in the order of the pages."""
    found: dict[Endpoint, list[Page]] = {}
    problems: list[str] = []
    for page in read:
        try:
            found.setdefault(_endpoint(data, page, operations), []).append(page)
        except _Cannot as problem:
            problems.append(f"{page.file}: {problem}")
    drafts: list[Draft] = []
    for endpoint, each in found.items():
        drafts.append(drafted(data, each, endpoint))
        data = _with(data, drafts[-1])
    return drafts, problems


def _with(data: Any, draft: Draft) -> Any:
    """Return a spec that has a draft too, whose names the next one does not take."""
    path, components = draft.endpoint.path, data.get("components") or {}
    methods = {**(locate.at(data, ("paths", path)) or {}), draft.endpoint.method.lower(): draft.operation}
    schemas = {**(components.get("schemas") or {}), **draft.schemas}
    return {**data, "paths": {**data["paths"], path: methods}, "components": {**components, "schemas": schemas}}


def _endpoint(data: Any, page: Page, operations: Sequence[ir.Operation]) -> Endpoint:
    """Return the endpoint of a page that is what it claims to be."""
    claim = identify(page, operations)
    if claim.endpoint is None or claim.refusal in ("unreadable", "wrong page"):
        raise _Cannot(claim.message)
    if claim.endpoint.method.lower() not in METHODS:
        raise _Cannot(f"{claim.endpoint.method} is not supported; allowed: {', '.join(METHODS).upper()}.")
    if locate.operation(data, claim.endpoint) is not None:
        raise _Cannot(f"the spec has {_name(claim.endpoint)} already; python -m generator drift compares the two.")
    return claim.endpoint


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command, and the reference that its help ends with."""
    parser.epilog = _REFERENCE
    parser.add_argument(
        "pages", nargs="+", metavar="PAGE", help="a file, a folder (*.md, *.txt, *.html below it) or an address"
    )
    parser.add_argument(
        "--spec", type=Path, default=SPEC, metavar="FILE", help="the spec to draft for (default: spec/binance.yaml)"
    )
    parser.add_argument("--no-cache", action="store_true", help="keep no fetched page, and use none")
    parser.add_argument("--into", type=Path, metavar="FILE", help="add the draft to this spec instead of printing it")


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename} cannot be read or written: {error.strerror}."
    return str(error)


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"
