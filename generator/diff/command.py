"""`python -m generator diff`: list what changed between two states of the spec, and what the version must be."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator.console import SPEC_NAME, shorten, write_out
from generator.openapi.problems import SpecError
from generator.render.markdown import fence

from .formats import FORMATS, Diff, github_errors
from .reminders import reminders
from .revisions import NoSpec, Spec, names_file, read
from .versions import judge
from .walk import compare

_ROOT = Path(__file__).parents[2]
_ENOUGH, _TOO_LOW, _UNREADABLE, _OUTDATED = range(4)
_BY_HAND = "::warning::The spec cannot be compared; decide about info.version by hand.\n"
_REFERENCE = """\
Every change has its line, and a class that asks for a version: breaking for a major one (before 1.0, a minor one),
feature for a minor one (before 1.0, a patch), facts for a patch, text for none. generated/docs/en/spec-changes.md says
what belongs to which class. What a person should check then is listed below the changes, and asks for no version.

formats: terminal, markdown (for a pull request), json, github (annotations), changelog (a draft of the next section)

exit codes:
  0  info.version was raised enough
  1  it was not
  2  a spec or the command line cannot be read
  3  OLD or RELEASE is a revision with a spec that this generator does not read: decide about the version by hand
"""


class Outdated(Exception):
    """The spec of an old revision is none that this generator reads; the message says which, and why."""


def run(options: argparse.Namespace) -> int:
    """Compare, print the changes, and return the exit code."""
    try:
        new = read(str(_ROOT / SPEC_NAME) if options.new is None else options.new, _ROOT)
        old = _read_old(options.old)
        released = _read_old(options.released) if options.released else None
    except (SpecError, NoSpec, Outdated) as error:
        sys.stderr.write(f"{error}\n")
        write_out(_failure(options.format, error))
        return _OUTDATED if isinstance(error, Outdated) else _UNREADABLE
    names = options.old, SPEC_NAME if options.new is None else options.new, options.released
    diff = diff_of(old, new, released, names=names)
    write_out(shorten(FORMATS[options.format](diff), options.max_bytes))
    return _ENOUGH if diff.version.enough else _TOO_LOW


def _failure(form: str, error: SpecError | NoSpec | Outdated) -> str:
    """Return what stands in the place of a report that others post."""
    if form == "markdown":
        return f"### The spec cannot be compared\n\n{fence(str(error))}\n"
    if form != "github":
        return ""
    return github_errors(error) if isinstance(error, SpecError) else _BY_HAND


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
    comparison = compare(old, new)
    if release_name is None:
        released, release_name, since_release = old, old_name, comparison.changes
    else:
        since_release = compare(released, new).changes if released else ()
    version = judge((released or new).api.version, new.api.version, {change.impact for change in since_release})
    checks = reminders(old, new, comparison.changes)
    return Diff(old_name, new_name, release_name, new, *comparison, checks, since_release, version)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command, and the reference that its help ends with."""
    parser.epilog = _REFERENCE
    parser.add_argument("old", metavar="OLD", help="a YAML file or a git revision, such as origin/main")
    parser.add_argument("new", metavar="NEW", nargs="?", help=f"the same (default: {SPEC_NAME} as it is now)")
    parser.add_argument(
        "--released",
        metavar="RELEASE",
        help="the last release, such as v0.1.0, since which the version must have been raised, or '' before the first "
        "one (default: OLD)",
    )
    parser.add_argument("--format", choices=FORMATS, default="terminal", help="how to write it (default: terminal)")
    parser.add_argument("--max-bytes", type=int, metavar="N", help="leave out lines of a report longer than this")
