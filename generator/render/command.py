"""`python -m generator generate`: write the package and its documentation, or compare what is there with the spec."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.console import SPEC, relative
from generator.ir import types as ir
from generator.ir.build import build
from generator.openapi import locate
from generator.openapi.document import Document
from generator.openapi.load import load_file
from generator.openapi.problems import SpecError

from .package import render
from .projections import projections
from .write import ForeignFile, compare, content_of, write

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
        document = load_file(options.spec, relative(options.spec))
        api = build(document)
        files = {**render(api), **projections(document.data, api)}
    except SpecError as error:
        sys.stderr.write(f"{error}\n")
        return _ERROR
    folder = Path(relative(options.out))
    stale = sorted(set(_stale_texts(document, api, files, folder)))
    code = _check(files, folder) if options.check else _write(files, folder)
    sys.stdout.writelines(f"{document.file}:{line}: {message}\n" for line, message in stale)
    return code


def _stale_texts(
    document: Document, api: ir.Api, files: Mapping[str, bytes], folder: Path
) -> Iterator[tuple[int, str]]:
    """Yield the texts that name a number which is gone from the facts of their endpoint's page, each with its line."""
    for operation in api.operations:
        page = f"docs/en/endpoints/{operation.name}.md"
        before, after = _rows(content_of(folder / page) or b""), _rows(files[page])
        gone = locate.numbers("\n".join(before - after)) - locate.numbers("\n".join(after - before))
        enums = (parameter.enum for parameter in operation.parameters if parameter.enum)
        records = (operation, *operation.parameters, *enums)
        texts = [text for record in records for text in locate.texts(document.data, record.spec_path)]
        for path, number in locate.naming(texts, *gone):
            why = f"but the row of {page} that had it changes; see whether it still holds."
            yield document.location(path).line, f"this text names {number}, {why}"


def _rows(page: bytes) -> set[str]:
    """Return the rows of the tables of a page, which have its facts."""
    return {line for line in page.decode(errors="replace").splitlines() if line.startswith("|")}


def _check(files: Mapping[str, bytes], folder: Path) -> int:
    differences = list(compare(files, folder))
    sys.stdout.writelines(f"{line}\n" for line in differences)
    if differences:
        sys.stderr.write(f"{len(differences)} of {len(files)} files differ; run python -m generator.\n")
        return _DIFFERENT
    sys.stdout.write(f"{relative(folder)} is up to date: {len(files)} files.\n")
    return _UP_TO_DATE


def _write(files: Mapping[str, bytes], folder: Path) -> int:
    try:
        changed = write(files, folder)
    except (ForeignFile, OSError) as error:
        sys.stderr.write(f"Nothing was generated: {error}\n")
        return _ERROR
    sys.stdout.write(f"{relative(folder)}: {changed} files changed, {len(files)} in all.\n")
    return _UP_TO_DATE
