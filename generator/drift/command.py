"""`python -m generator drift`: compare Binance's documentation pages with the spec."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from generator.console import SPEC, relative, shorten, write_out
from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi.document import Document
from generator.openapi.edit import CannotEdit
from generator.openapi.load import load_file
from generator.openapi.problems import SpecError
from generator.sources.inputs import NoSuchPage, cache_folder, pages

from .apply import apply_report
from .compare import compare
from .history import NoHistory, find_operation, read_history
from .history import as_json as history_json
from .history import as_text as history_text
from .report import DIFFERENT, REFUSED, SAME, as_json, as_text, exit_code
from .results import DriftReport

_REFERENCE = """\
A page is a file, a folder or an address: Markdown with front matter, text copied from the site, or the site's HTML. The
OpenAPI schema of a product and a saved page of the catalogue are read too; what the spec does not have is left out.
It may also be a wheel of Binance's Python SDK: a file that ends in .whl, or a package that pip fetches, such as
sdk:binance-sdk-wallet (the newest) or sdk:binance-sdk-wallet==13.0.0. Nothing of a wheel is run.
--apply edits the spec where no decision is needed, and lists what is left to a person. generated/docs/en/spec-changes.md
explains the verdicts, what is compared, what is applied, and the keys of --json.

exit codes:
  0  every source states what the spec states, or the spec explains why not; with --apply, now it does
  1  a source differs from the spec, or sources differ from each other; with --apply, something is left to a person
  2  a page cannot be read or is another page than it claims to be, no source of an operation can be reached, or the
     spec or the command line has an error
"""


def run(options: argparse.Namespace) -> int:
    """Compare, print the report and return the exit code."""
    if mistake := _mistake(options):
        sys.stderr.write(f"{mistake}\n")
        return REFUSED
    try:
        document = load_file(options.spec, relative(options.spec))
        api = build(document)
        cache = None if options.no_cache else cache_folder()
        if options.history is not None:
            return _history(document, api, options, cache)
        named = options.pages or list(_sources(api))
        report = compare(document, api, pages(named, cache))
    except (SpecError, NoSuchPage, NoHistory) as error:
        sys.stderr.write(f"{error}\n{_on_gaps(error)}")
        return REFUSED
    write_out(as_json(report) if options.json else shorten(as_text(report), options.max_bytes))
    return _apply(report, document, options) if options.apply else exit_code(report)


def _on_gaps(error: Exception) -> str:
    """Return what to do with a spec that has gaps, such as those of a draft."""
    is_open = isinstance(error, SpecError) and any(problem.kind == "gap" for problem in error.problems)
    message = "drift compares no spec with gaps: fill them, or keep a draft in a file of its own until it is filled."
    return f"{message} Without --into, import prints it.\n" if is_open else ""


def _mistake(options: argparse.Namespace) -> str:
    """Return which options cannot be used together, and why; nothing where they can."""
    if options.history is not None and options.pages:
        return "--history takes no PAGE: it reads the releases of the package that the spec names."
    if options.history is not None and options.apply:
        return "--history takes no --apply: it lists what releases state, and edits nothing."
    return "--accept-text needs --apply." if options.accept_text and not options.apply else ""


def _history(document: Document, api: ir.Api, options: argparse.Namespace, cache: Path | None) -> int:
    """Print the history of an operation and return the exit code."""
    from generator.sources.sdk.index import Index  # noqa: PLC0415 - a second of imports that pages do not need

    history = read_history(document, find_operation(document, api, options.history), Index(cache))
    write_out(history_json(history) if options.json else shorten(history_text(history), options.max_bytes))
    return REFUSED if history.problems else SAME


def _sources(api: ir.Api) -> Iterator[str]:
    """Yield what the spec names as its sources: packages, which any machine can have, before pages."""
    yield from dict.fromkeys(f"sdk:{operation.sdk}" for operation in api.operations if operation.sdk)
    yield from dict.fromkeys(
        operation.catalogue.partition("#")[0] for operation in api.operations if operation.catalogue
    )
    for operation in api.operations:
        yield from (page.url for page in operation.pages.values())


def _apply(report: DriftReport, document: Document, options: argparse.Namespace) -> int:
    try:
        result = apply_report(report, document, options.spec, accept_text=options.accept_text)
    except (CannotEdit, SpecError) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    write_out(f"\n{result}")
    refused = exit_code(report) == REFUSED
    return REFUSED if refused else DIFFERENT if result.left else SAME


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command, and what its help ends with."""
    parser.epilog = _REFERENCE
    parser.add_argument(
        "pages",
        nargs="*",
        metavar="PAGE",
        help="a file, a folder (*.md, *.txt, *.html, *.whl, schema.yaml below it) or an address (default: the sources that the spec names)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    form.add_argument("--apply", action="store_true", help="edit the spec for what needs no person, and list the rest")
    parser.add_argument(
        "--history",
        metavar="OPERATION",
        help="list what changed in an operation, named by operationId, title or METHOD /path, from release to release of "
        "Binance's SDK, and when",
    )
    parser.add_argument(
        "--accept-text",
        action="store_true",
        help="with --apply: you have read the pages, and their sentences are recorded as those of the spec",
    )
    form.add_argument("--max-bytes", type=int, metavar="N", help="leave out lines of a report longer than this")
    parser.add_argument("--no-cache", action="store_true", help="keep no fetched page, and use none")
    parser.add_argument("--spec", type=Path, default=SPEC, metavar="FILE", help="the spec (default: spec/binance.yaml)")
