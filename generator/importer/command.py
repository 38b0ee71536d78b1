"""`python -m generator import`: draft the YAML of endpoints that the spec does not have yet, from their pages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.console import SPEC, relative, write_out
from generator.drafts import known_endpoints
from generator.ir.build import build
from generator.openapi.document import at, children, read
from generator.openapi.edit import CannotEdit, Editor, save, to_yaml
from generator.openapi.load import GAP, load
from generator.openapi.problems import SpecError
from generator.openapi.supported import METHOD_KEYS
from generator.sources import Endpoint, Page
from generator.sources.identify import KnownEndpoint, identify
from generator.sources.inputs import NoSuchPage, cache_folder, pages
from generator.vocabulary import is_chinese

from .choose import chosen
from .operation import Draft, drafted

_DRAFTED, _REFUSED = 0, 2
_REFERENCE = """\
Several pages of one endpoint, such as the English and the Chinese one, make one draft. What a page does not say, and
every text that has to be in our own words, is a gap: a text that begins with ??? and says what to write there. The
generator refuses the spec until every gap is filled. A schema, the catalogue and Binance's SDK state texts for each part:
these are taken, in English where there is no Chinese, and only what neither language states is a gap. Translate them, and
put them in your own words. A field that all examples have counts as one that always comes, unless a comment behind it says that it is not always
returned. Without an example, it is a gap where the source says it of no field, as the SDK. Check it, the types, and the names of new enums.

exit codes: 0 every endpoint was drafted; 2 at least one page could not be read, or its endpoint is in the spec already.
"""


class _CannotDraft(Exception):
    """A page cannot be drafted from; the message says why."""


def run(options: argparse.Namespace) -> int:
    """Draft, print or add the drafts, and return the exit code."""
    spec: Path = options.into or options.spec
    name = relative(spec)
    try:
        source = spec.read_bytes()
        document = read(name, source)
        document.raise_errors()
        read_pages = list(pages(options.pages, None if options.no_cache else cache_folder()))
        given = chosen(read_pages, options.operation or ())
        drafts, errors = _drafts(document.data, given, _known(name, source))
        if options.into and drafts:
            editor = Editor(name, source)
            for draft in drafts:
                put(editor, draft)
            save(spec, source, editor.source)
    except (SpecError, NoSuchPage, CannotEdit, OSError) as error:
        sys.stderr.write(f"{_message(error)}\n")
        return _REFUSED
    if drafts and not options.into:
        write_out(f"{text(drafts)}\n")
    for draft in drafts:
        sys.stderr.write(f"{summary(draft, name if options.into else '')}\n")
    sys.stderr.write("".join(f"{error}\n" for error in errors))
    return _REFUSED if errors else _DRAFTED


def _known(name: str, source: bytes) -> list[KnownEndpoint]:
    """Return the endpoints of the spec; none while it has errors, such as the gaps of another draft."""
    try:
        return known_endpoints(build(load(name, source)))
    except SpecError:
        return []


def text(drafts: Sequence[Draft]) -> str:
    """Return drafts as YAML, as they stand in a spec."""
    spec: dict[str, Any] = {"paths": {}}
    for draft in drafts:
        spec = _with(spec, draft)
    return to_yaml(spec if spec["components"]["schemas"] else {"paths": spec["paths"]})


def put(editor: Editor, draft: Draft) -> None:
    """Put a draft at the end of the spec's paths, and its schemas at the end of the spec's."""
    path, method = draft.endpoint.path, draft.endpoint.method.lower()
    if path in editor.data["paths"]:
        editor.put(("paths", path), method, draft.operation)
    else:
        editor.put(("paths",), path, {method: draft.operation}, apart=True)
    for name, schema in draft.schemas.items():
        editor.put_component("schemas", name, schema)


def summary(draft: Draft, file: str = "") -> str:
    """Return what was drafted, in which file, and how much is left to a person."""
    count, english = gaps(draft), untranslated(draft)
    to_fill = "1 gap" if count == 1 else f"{count} gaps"
    left = "1 Chinese text is" if english == 1 else f"{english} Chinese texts are"
    into = f" in {file}" if file else ""
    return f"{draft.endpoint} is drafted{into}, with {to_fill} to fill." + f" {left} still in English." * bool(english)


def gaps(draft: Draft) -> int:
    """Return how many gaps a draft has."""
    return sum(isinstance(value, str) and value.startswith(GAP) for _, value in _values(draft))


def untranslated(draft: Draft) -> int:
    """Return how many of a draft's Chinese texts have English words in the place of Chinese ones."""
    written = [value for key, value in _values(draft) if key == "x-binance-zh"]
    texts = [text for value in written for text in (value.values() if isinstance(value, Mapping) else [value])]
    return sum(not is_chinese(text) and not text.startswith(GAP) for text in texts)


def _values(draft: Draft) -> Iterator[tuple[object, Any]]:
    """Yield everything that is written in a draft, with its key."""
    waiting: list[tuple[object, Any]] = [("", draft.operation), ("", draft.schemas)]
    while waiting:
        key, node = waiting.pop()
        yield key, node
        waiting += children(node)


def _drafts(data: Any, given: Sequence[Page], known: Sequence[KnownEndpoint]) -> tuple[list[Draft], list[str]]:
    """Draft each endpoint that the pages describe, in the order of the pages."""
    pages_of: dict[Endpoint, list[Page]] = {}
    errors: list[str] = []
    for page in given:
        try:
            pages_of.setdefault(_endpoint(data, page, known), []).append(page)
        except _CannotDraft as error:
            errors.append(f"{page.file}: {error}")
    drafts: list[Draft] = []
    for endpoint, its_pages in pages_of.items():
        drafts.append(drafted(data, its_pages, endpoint))
        data = _with(data, drafts[-1])
    return drafts, errors


def _with(data: Any, draft: Draft) -> Any:
    """Return a spec that has a draft too, whose names the next one does not take."""
    path, components = draft.endpoint.path, data.get("components") or {}
    methods = {**(at(data, ("paths", path)) or {}), draft.endpoint.method.lower(): draft.operation}
    schemas = {**(components.get("schemas") or {}), **draft.schemas}
    return {**data, "paths": {**data["paths"], path: methods}, "components": {**components, "schemas": schemas}}


def _endpoint(data: Any, page: Page, known: Sequence[KnownEndpoint]) -> Endpoint:
    """Return the endpoint of a page that is what it claims to be."""
    identity = identify(page, known)
    endpoint = identity.endpoint
    if endpoint is None or identity.verdict in ("unreadable", "wrong page"):
        raise _CannotDraft(identity.message)
    if endpoint.method.lower() not in METHOD_KEYS:
        raise _CannotDraft(f"{endpoint.method} is not supported; allowed: {', '.join(METHOD_KEYS).upper()}.")
    if isinstance(at(data, ("paths", endpoint.path, endpoint.method.lower())), dict):
        raise _CannotDraft(f"the spec has {endpoint} already; python -m generator drift compares the two.")
    return endpoint


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command, and the reference that its help ends with."""
    parser.epilog = _REFERENCE
    parser.add_argument(
        "pages",
        nargs="+",
        metavar="PAGE",
        help="a file, a folder (*.md, *.txt, *.html, *.whl, schema.yaml below it), an address, or a package such as sdk:NAME",
    )
    parser.add_argument(
        "--spec", type=Path, default=SPEC, metavar="FILE", help="the spec to draft for (default: spec/binance.yaml)"
    )
    parser.add_argument(
        "--operation",
        action="append",
        metavar="NAME",
        help="METHOD /path, the title, the operationId or the method of the SDK, where a file describes several operations (may be repeated)",
    )
    parser.add_argument("--no-cache", action="store_true", help="keep no fetched page, and use none")
    parser.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help="add the draft to this spec instead of printing it; generate and drift refuse the spec until its gaps are filled",
    )


def _message(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename} cannot be read or written: {error.strerror}."
    return str(error)
