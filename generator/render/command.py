"""`python -m generator generate`: write the package and its documentation, or compare what is there with the spec."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator.console import SPEC, relative
from generator.ir.build import build
from generator.openapi.load import load_file
from generator.openapi.problems import SpecError

from .package import render
from .write import ForeignFile, compare, write

_OUT = SPEC.parents[1] / "generated"
_UP_TO_DATE, _DIFFERENT, _ERROR = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = "Exit codes: 0 all is up to date now, 1 a file would change, 2 the spec or the output has an error."
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    parser.add_argument("--spec", type=Path, default=SPEC, metavar="FILE", help="the spec (default: spec/binance.yaml)")
    parser.add_argument("--out", type=Path, default=_OUT, metavar="DIR", help="the output folder (default: generated)")


def run(options: argparse.Namespace) -> int:
    """Generate, or check, and return the exit code."""
    try:
        files = render(build(load_file(options.spec, relative(options.spec))))
    except SpecError as error:
        sys.stderr.write(f"{error}\n")
        return _ERROR
    return _check(files, options.out) if options.check else _write(files, options.out)


def _check(files: dict[str, bytes], folder: Path) -> int:
    differences = list(compare(files, folder))
    sys.stdout.writelines(f"{line}\n" for line in differences)
    if differences:
        sys.stderr.write(f"{len(differences)} of {len(files)} files differ; run python -m generator.\n")
        return _DIFFERENT
    sys.stdout.write(f"{relative(folder)} is up to date: {len(files)} files.\n")
    return _UP_TO_DATE


def _write(files: dict[str, bytes], folder: Path) -> int:
    try:
        changed = write(files, folder)
    except (ForeignFile, OSError) as error:
        sys.stderr.write(f"Nothing was generated: {error}\n")
        return _ERROR
    sys.stdout.write(f"{relative(folder)}: {changed} files changed, {len(files)} in all.\n")
    return _UP_TO_DATE
