"""Regenerates the package and its documentation from the spec, or checks that they are up to date."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from .console import relative
from .ir.build import build
from .openapi.load import load_file
from .openapi.problems import SpecError
from .render.package import render
from .render.write import ForeignFile, compare, write

_ROOT = Path(__file__).parent.parent
_UP_TO_DATE, _DIFFERENT, _MISTAKE = 0, 1, 2
_FAILED = 70
COMMANDS: Mapping[str, str] = {
    "diff": "generator.diff.command",
    "drift": "generator.drift.command",
    "import": "generator.importer.command",
}
"""First argument -> the module whose `main` takes the others."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in COMMANDS:
        code: int = import_module(COMMANDS[arguments[0]]).main(arguments[1:])
        return code
    options = _parser().parse_args(arguments)
    try:
        files = render(build(load_file(options.spec, relative(options.spec))))
    except SpecError as error:
        print(error, file=sys.stderr)
        return _MISTAKE
    return _check(files, options.out) if options.check else _write(files, options.out)


def _check(files: dict[str, bytes], folder: Path) -> int:
    differences = list(compare(files, folder))
    for line in differences:
        print(line)
    if differences:
        print(f"{len(differences)} of {len(files)} files differ; run python -m generator.", file=sys.stderr)
        return _DIFFERENT
    print(f"{relative(folder)} is up to date: {len(files)} files.")
    return _UP_TO_DATE


def _write(files: dict[str, bytes], folder: Path) -> int:
    try:
        changed = write(files, folder)
    except (ForeignFile, OSError) as error:
        print(f"Nothing was generated: {error}", file=sys.stderr)
        return _MISTAKE
    print(f"{relative(folder)}: {changed} files changed, {len(files)} in all.")
    return _UP_TO_DATE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator",
        description=__doc__,
        epilog="Other commands, each with a --help of its own: diff tells what a change of the spec means, drift holds "
        "copies of Binance's pages against the spec, import drafts an endpoint from its page.",
    )
    spec, out = _ROOT / "spec" / "binance.yaml", _ROOT / "generated"
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    parser.add_argument("--spec", type=Path, default=spec, metavar="FILE", help="the spec (default: spec/binance.yaml)")
    parser.add_argument("--out", type=Path, default=out, metavar="DIR", help="the output folder (default: generated)")
    return parser


def run() -> int:
    """Run the command line; a mistake of the program itself has an exit code of its own, as 1 is an answer."""
    try:
        return main()
    except Exception:  # noqa: BLE001 - whatever it is, it is printed
        traceback.print_exc()
        return _FAILED


if __name__ == "__main__":
    sys.exit(run())
