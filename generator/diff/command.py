"""`python -m generator diff`: what changed between two states of the spec, and what the version must be.

Exit codes: 0 the version was raised enough, 1 it was not, 2 a spec or the command line cannot be read, 3 an old
revision has a spec that this generator does not read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from generator.console import write_out
from generator.openapi.problems import SpecError

from .change import Change
from .formats import FORMATS, Report
from .revisions import SPEC, NoSpec, Spec, names_file, read, read_file
from .versions import judge
from .walk import compare

_ROOT = Path(__file__).parents[2]
_ENOUGH, _TOO_LOW, _UNREADABLE, _OUTDATED = range(4)


class Outdated(Exception):
    """The spec of an old revision is none that this generator reads; the message says which, and why."""


class Release(NamedTuple):
    """The last release, which decides about the version."""

    name: str
    """As it was asked for; empty where nothing is released yet."""
    spec: Spec | None


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        new = read_file(_ROOT / SPEC) if options.new is None else read(options.new, _ROOT)
        old = _read_old(options.old)
        release = _release(options.released)
    except (SpecError, NoSpec) as error:
        sys.stderr.write(f"{error}\n")
        return _UNREADABLE
    except Outdated as error:
        sys.stderr.write(f"{error}\n")
        return _OUTDATED
    report = report_of(options.old, SPEC if options.new is None else options.new, old, new, release)
    write_out(FORMATS[options.format](report))
    return _ENOUGH if report.verdict.enough else _TOO_LOW


def _read_old(name: str) -> Spec:
    try:
        return read(name, _ROOT)
    except SpecError as error:
        if names_file(name):
            raise
        first, *others = error.problems
        more = f" ({len(others)} more)" if others else ""
        raise Outdated(
            f"{name} cannot be compared, because this generator does not read its spec: {first}{more} "
            "Compare with a later state, and raise info.version by what you know."
        ) from None


def _release(name: str | None) -> Release | None:
    return None if name is None else Release(name, _read_old(name) if name else None)


def report_of(old_name: str, new_name: str, old: Spec, new: Spec, release: Release | None = None) -> Report:
    """Return what there is to tell of two specs, under the names that they are told by.

    Without a `release`, the old spec is taken for one.
    """
    found = compare(old, new)
    release = release or Release(old_name, old)
    asking: tuple[Change, ...] = ()
    if release.spec:
        asking = found.changes if release.spec is old else compare(release.spec, new).changes
    released = release.spec.api.version if release.spec else new.api.version
    return Report(
        old=old_name,
        new=new_name,
        released=release.name,
        changes=found.changes,
        signatures=found.signatures,
        asking=asking,
        verdict=judge(released, new.api.version, {each.impact for each in asking}),
        file=new.document.file,
        version_at=new.document.key_location(("info", "version")),
        operations=len(new.api.operations),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generator diff",
        description="Says what changed between two states of the spec, and whether info.version was raised enough.",
        epilog="Exit codes: 0 the version was raised enough, 1 it was not, 2 a spec or the command line cannot be read, "
        "3 OLD or RELEASE is a revision with a spec that this generator does not read.",
    )
    parser.add_argument("old", metavar="OLD", help="a YAML file or a git revision, such as origin/main")
    parser.add_argument("new", metavar="NEW", nargs="?", help=f"the same (default: {SPEC} as it is now)")
    parser.add_argument(
        "--released",
        metavar="RELEASE",
        help="the last release, such as v0.1.0, since which the version must have been raised, or '' before the first "
        "one (default: OLD)",
    )
    parser.add_argument("--format", choices=FORMATS, default="terminal", help="how to write it (default: terminal)")
    return parser
