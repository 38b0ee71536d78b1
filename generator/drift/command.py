"""The command line of drift: compares copies of Binance's pages with the spec."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from generator.console import relative, write_out
from generator.ir.build import build
from generator.openapi.document import Document
from generator.openapi.edit import CannotEdit
from generator.openapi.load import load_file
from generator.openapi.problems import SpecError
from generator.sources.inputs import NoSuchPage, cache_folder, pages

from .apply import apply_report
from .compare import DriftReport, compare
from .report import DIFFERENT, REFUSED, SAME, as_json, as_text, exit_code

_SPEC = Path(__file__).parents[2] / "spec" / "binance.yaml"
_AFTER = """\
exit codes:
  0  every page says what the spec says, or the spec explains why not; with --apply, now it does
  1  a page differs from the spec, or pages differ from each other; with --apply, something is left to a person
  2  a page cannot be read or is another page than it claims to be, the spec has a mistake, or the command line has one
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        document = load_file(options.spec, relative(options.spec))
        report = compare(document, build(document), pages(options.pages, None if options.no_cache else cache_folder()))
    except (SpecError, NoSuchPage) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    write_out(as_json(report) if options.json else as_text(report))
    return _apply(report, document, options.spec) if options.apply else exit_code(report)


def _apply(report: DriftReport, document: Document, spec: Path) -> int:
    try:
        result = apply_report(report, document, spec)
    except (CannotEdit, SpecError) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    write_out(f"\n{result}")
    refused = exit_code(report) == REFUSED
    return REFUSED if refused else DIFFERENT if result.left else SAME


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator drift",
        description="Compare copies of Binance's documentation pages with the spec.",
        epilog=_AFTER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "pages", nargs="+", metavar="PAGE", help="a file, a folder (*.md, *.txt, *.html below it) or an address"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    form.add_argument("--apply", action="store_true", help="edit the spec for what needs no person, and list the rest")
    parser.add_argument("--no-cache", action="store_true", help="keep no fetched page, and use none")
    parser.add_argument(
        "--spec", type=Path, default=_SPEC, metavar="FILE", help="the spec (default: spec/binance.yaml)"
    )
    return parser
