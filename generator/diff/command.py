"""`python -m generator diff`: what changed between two states of the spec, and what the version must be."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from generator.console import write_out
from generator.openapi.problems import SpecError

from .formats import FORMATS, Diff
from .revisions import SPEC, NoSpec, Spec, names_file, read, read_file
from .versions import judge
from .walk import compare

_ROOT = Path(__file__).parents[2]
_ENOUGH, _TOO_LOW, _UNREADABLE, _OUTDATED = range(4)


class Outdated(Exception):
    """The spec of an old revision is none that this generator reads; the message says which, and why."""


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        new = read_file(_ROOT / SPEC) if options.new is None else read(options.new, _ROOT)
        old = _read_old(options.old)
        released = _read_old(options.released) if options.released else None
    except (SpecError, NoSpec) as error:
        sys.stderr.write(f"{error}\n")
        return _UNREADABLE
    except Outdated as error:
        sys.stderr.write(f"{error}\n")
        return _OUTDATED
    names = options.old, SPEC if options.new is None else options.new, options.released
    diff = diff_of(old, new, released, names=names)
    write_out(FORMATS[options.format](diff))
    return _ENOUGH if diff.verdict.enough else _TOO_LOW


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


def diff_of(
    old: Spec, new: Spec, released: Spec | None = None, *, names: tuple[str, str, str | None] = ("old", "new", None)
) -> Diff:
    """Return what is written down of two specs and the last release.

    The names are those of the three specs; an empty one of the release means that nothing is released yet, and `None`
    that the old spec is the release.
    """
    old_name, new_name, release_name = names
    found = compare(old, new)
    since_release = found.changes
    if release_name is None:
        released, release_name = old, old_name
    else:
        since_release = compare(released, new).changes if released else ()
    return Diff(
        old=old_name,
        new=new_name,
        released=release_name,
        changes=found.changes,
        signatures=found.signatures,
        since_release=since_release,
        verdict=judge((released or new).api.version, new.api.version, {change.impact for change in since_release}),
        file=new.document.file,
        version_location=new.document.key_location(("info", "version")),
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
