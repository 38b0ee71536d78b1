"""`python -m generator drift`: compare Binance's documentation pages with the spec."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator.console import SPEC, relative, shorten, write_out
from generator.ir.build import build
from generator.openapi.document import Document
from generator.openapi.edit import CannotEdit
from generator.openapi.load import load_file
from generator.openapi.problems import SpecError
from generator.sources.inputs import NoSuchPage, cache_folder, pages

from .apply import apply_report
from .compare import DriftReport, compare
from .report import DIFFERENT, REFUSED, SAME, as_json, as_text, exit_code

_REFERENCE = """\
A page is a file, a folder or an address: Markdown with front matter, text copied from the site, or the site's HTML. The
OpenAPI schema of a product and a saved page of the catalogue are read too; what the spec does not have is left out.
--apply edits the spec where no decision is needed, and lists what is left to a person. generated/docs/en/spec-changes.md
explains the verdicts, what is compared, what is applied, and the keys of --json.

exit codes:
  0  every page states what the spec states, or the spec explains why not; with --apply, now it does
  1  a page differs from the spec, or pages differ from each other; with --apply, something is left to a person
  2  a page cannot be read or is another page than it claims to be, or the spec or the command line has an error
"""


def run(options: argparse.Namespace) -> int:
    """Compare, print the report and return the exit code."""
    if options.accept_text and not options.apply:
        sys.stderr.write("--accept-text needs --apply.\n")
        return REFUSED
    try:
        document = load_file(options.spec, relative(options.spec))
        api = build(document)
        named = options.pages or [page.url for operation in api.operations for page in operation.pages.values()]
        report = compare(document, api, pages(named, None if options.no_cache else cache_folder()))
    except (SpecError, NoSuchPage) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    write_out(as_json(report) if options.json else shorten(as_text(report), options.max_bytes))
    return _apply(report, document, options) if options.apply else exit_code(report)


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
        help="a file, a folder (*.md, *.txt, *.html, schema.yaml below it) or an address (default: the sources that the spec names)",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    form.add_argument("--apply", action="store_true", help="edit the spec for what needs no person, and list the rest")
    parser.add_argument(
        "--accept-text",
        action="store_true",
        help="with --apply: you have read the pages, and their sentences are recorded as those of the spec",
    )
    form.add_argument("--max-bytes", type=int, metavar="N", help="leave out lines of a report longer than this")
    parser.add_argument("--no-cache", action="store_true", help="keep no fetched page, and use none")
    parser.add_argument("--spec", type=Path, default=SPEC, metavar="FILE", help="the spec (default: spec/binance.yaml)")
