"""`python -m generator diff`: what changed between two states of the spec, and what the version must be.

Exit codes: 0 the version was raised enough, 1 it was not, 2 one of the two cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from generator.problems import SpecError

from .compare import Spec, compare
from .report import FORMATS, Report
from .revisions import SPEC, Unreadable, read, read_file
from .versions import judge

_ROOT = Path(__file__).parents[2]
_ENOUGH, _TOO_LOW, _UNREADABLE = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        old = read(options.old, _ROOT)
        new = read(options.new, _ROOT) if options.new else read_file(_ROOT / SPEC)
    except (SpecError, Unreadable) as error:
        sys.stderr.write(f"{error}\n")
        return _UNREADABLE
    report = report_of(options.old, options.new or SPEC, old, new)
    sys.stdout.buffer.write(FORMATS[options.format](report).encode())  # UTF-8 whatever the locale is
    sys.stdout.flush()
    return _ENOUGH if report.verdict.enough else _TOO_LOW


def report_of(old_name: str, new_name: str, old: Spec, new: Spec) -> Report:
    """Return what there is to tell of two specs, under the names that they are told by."""
    found = compare(old, new)
    return Report(
        old=old_name,
        new=new_name,
        changes=found.changes,
        signatures=found.signatures,
        verdict=judge(old.api.version, new.api.version, {each.impact for each in found.changes}),
        file=new.document.file,
        version_at=new.document.key_place(("info", "version")),
        operations=len(new.api.operations),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator diff",
        description="Says what changed between two states of the spec, and whether info.version was raised enough.",
        epilog="Exit codes: 0 the version was raised enough, 1 it was not, 2 one of the two cannot be read.",
    )
    parser.add_argument("old", metavar="OLD", help="a YAML file or a git revision, such as origin/main")
    parser.add_argument("new", metavar="NEW", nargs="?", help=f"the same (default: {SPEC} as it is now)")
    parser.add_argument("--format", choices=FORMATS, default="terminal", help="how to write it (default: terminal)")
    return parser
